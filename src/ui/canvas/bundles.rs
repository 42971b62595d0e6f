//! Connections of a large network, bundled between groups of neighbouring neurons.

use egui::Color32;

use super::layout::Layout;
use super::raster::Pen;
use super::surface::Surface;
use crate::nn::Weights;

/// Groups of neurons of a layer at most.
pub(super) const GROUPS: usize = 16;

/// Connections between groups of one layer's sources and targets.
#[derive(Debug, PartialEq)]
pub(super) struct Blocks {
    /// Groups of sources and of targets.
    pub groups: [usize; 2],
    /// By source group, then target group, the share of places that are taken.
    pub density: Vec<f32>,
}

impl Blocks {
    /// Between `most` groups at most on either side. Groups hold neurons that stand beside one another; `place` says where
    /// by side (0 are the sources) and neuron.
    #[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
    pub(super) fn of(weights: &Weights, most: usize, place: impl Fn(usize, usize) -> usize) -> Self {
        let sizes = [weights.n_in(), weights.n_out()];
        let groups = sizes.map(|neurons| neurons.min(most).max(1));
        let group = |side: usize, neuron: usize| place(side, neuron) * groups[side] / sizes[side];
        let mut taken = vec![0_usize; groups[0] * groups[1]];
        for target in 0..sizes[1] {
            let column = group(1, target);
            for (source, _) in weights.incoming(target) {
                taken[group(0, source) * groups[1] + column] += 1;
            }
        }
        // Group g holds the places from ⌈g·n/G⌉ up to the next one's.
        let members = |side: usize, group: usize| {
            ((group + 1) * sizes[side]).div_ceil(groups[side]) - (group * sizes[side]).div_ceil(groups[side])
        };
        let places = |index: usize| members(0, index / groups[1]) * members(1, index % groups[1]);
        let density = taken.iter().enumerate().map(|(index, &taken)| taken as f32 / places(index).max(1) as f32);
        Self { groups, density: density.collect() }
    }
}

/// Draws the bundles of a layer, as wide as they are dense: as the layer on average, a point and a half.
pub(super) fn draw(surface: &mut impl Surface, layout: &Layout, layer: usize, weights: &Weights, pen: (Color32, f32)) {
    let (color, scale) = pen;
    let bundles = Blocks::of(weights, GROUPS, |side, neuron| layout.columns[layer + side].place(neuron));
    let mean = density(weights).max(f32::MIN_POSITIVE);
    for (index, &density) in bundles.density.iter().enumerate() {
        let (source, target) = (index / bundles.groups[1], index % bundles.groups[1]);
        let from = layout.columns[layer].at_share(middle(source, bundles.groups[0]));
        let to = layout.columns[layer + 1].at_share(middle(target, bundles.groups[1]));
        let curve = layout.line(from, to).scaled(scale);
        let width = (1.5 * density / mean).min(8.0) * scale;
        surface.curve(&curve, Pen { color, width, opacity: 0.2, dash: None });
    }
}

/// Where the middle of a group is on the way from the first neuron to the last.
#[expect(clippy::cast_precision_loss, reason = "a number of groups")]
fn middle(group: usize, groups: usize) -> f32 {
    (group as f32 + 0.5) / groups as f32
}

/// The share of a layer's places that are taken.
#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
pub(super) fn density(weights: &Weights) -> f32 {
    weights.connections() as f32 / (weights.n_in() * weights.n_out()).max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::super::samples::network;
    use super::*;

    #[test]
    fn small_groups_worked_by_hand() {
        // Three sources and two targets are groups of one each: connections 0→1, 1→0, 1→1, 2→1.
        let network = network();
        let bundles = Blocks::of(&network.layers()[0].weights, GROUPS, |_, neuron| neuron);
        assert_eq!((bundles.groups, bundles.density), ([3, 2], vec![0.0, 1.0, 1.0, 1.0, 0.0, 1.0]));
    }

    #[test]
    fn a_full_layer_is_full_between_all_groups() {
        let weights = Weights::Dense { n_in: 37, n_out: 50, values: vec![1.0; 37 * 50] };
        let bundles = Blocks::of(&weights, GROUPS, |_, neuron| neuron);
        assert_eq!(bundles.groups, [GROUPS, GROUPS]);
        assert!(bundles.density.iter().all(|&density| density == 1.0), "{:?}", bundles.density);
    }
}
