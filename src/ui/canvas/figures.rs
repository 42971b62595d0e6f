//! Numbers of a network that its picture and the text around it need. They take walks over all connections, so they are
//! computed where pictures are drawn, once for each view.

use crate::data::InputShape;
use crate::metrics::graph::{Degrees, Side};
use crate::nn::Network;
use crate::sparse::Connectivity;
use crate::topology::Fate;
use crate::training::Snapshot;

/// On the scale of ranks, those that go next end here …
pub(super) const CUT: f32 = 0.3;
/// … and those that stay begin here.
pub(super) const STAYS: f32 = 0.5;
/// Bars of a histogram at most.
const MOST_BARS: usize = 40;

/// Numbers of one view.
#[derive(Debug)]
pub(super) struct Figures {
    /// The |weight| that is drawn at full width: the largest but for a twentieth, in steps so that it does not flicker.
    pub weight: f32,
    /// The same of gradients; none where they are not kept or all are zero.
    pub gradient: Option<f32>,
    /// By layer, each connection's rank as a place on the scale of colours; nothing for layers that lose none. Empty where
    /// ranks are not shown.
    pub ranks: Vec<Option<Vec<f32>>>,
    /// By layer, for those that are sparse and shown as rasters.
    pub layers: Vec<Option<LayerFigures>>,
    /// Of the first layer, where inputs are pixels.
    pub input_map: Option<InputMap>,
}

/// Degrees of a sparse layer.
#[derive(Debug)]
pub(super) struct LayerFigures {
    /// In-degrees of the targets.
    pub incoming: Degrees,
    /// Out-degrees of the sources.
    pub outgoing: Degrees,
    /// The same in bars.
    pub histograms: [Bars; 2],
}

/// Neurons by degree.
#[derive(Debug, PartialEq)]
pub(super) struct Bars {
    /// The lowest and the highest degree.
    pub range: (usize, usize),
    /// Neurons by bar.
    pub counts: Vec<usize>,
    /// Neurons that a random layer of the same density has, by bar (binomial).
    pub expected: Vec<f64>,
}

/// How far the out-degree of each pixel lies from what random placement gives.
#[derive(Debug)]
pub(super) struct InputMap {
    pub width: usize,
    pub height: usize,
    /// By pixel, `(degree − n·d) / √(n·d·(1 − d))` for `n` targets and the density `d` of the layer.
    pub scores: Vec<f32>,
    /// Root of the mean square of the scores: 1 for a random layer.
    pub spread: f64,
}

impl Figures {
    /// Of a snapshot; degrees only `with_degrees`, and ranks only `with_ranks`.
    pub(super) fn of(snapshot: &Snapshot, shape: InputShape, with_degrees: bool, with_ranks: bool) -> Self {
        let network = &snapshot.network;
        let weights = network.layers().iter().flat_map(|layer| layer.weights.values());
        let connectivity = |layer: usize| network.layers()[layer].weights.connectivity().filter(|_| with_degrees);
        Self {
            weight: reference(weights).unwrap_or(1.0),
            gradient: reference(snapshot.gradients.iter().flatten()),
            ranks: if with_ranks { ranks(snapshot) } else { Vec::new() },
            layers: (0..network.layers().len()).map(|layer| connectivity(layer).map(LayerFigures::of)).collect(),
            input_map: if with_degrees { InputMap::of(network, shape) } else { None },
        }
    }
}

/// By layer and connection, the place of its rank on the scale of colours.
fn ranks(snapshot: &Snapshot) -> Vec<Option<Vec<f32>>> {
    let of_layer = |layer| Some(snapshot.fates(layer)?.into_iter().map(place_of).collect());
    (0..snapshot.network.layers().len()).map(of_layer).collect()
}

/// On a scale from 0, what goes first, to 1, what would go last: those that go next end at [`CUT`], and between them and
/// those that stay is a step that can be seen.
#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
fn place_of(fate: Fate) -> f32 {
    let share = |part: usize, whole: usize| part as f32 / whole.max(1) as f32;
    if fate.is_pruned() {
        CUT * share(fate.rank - 1, fate.pruned)
    } else {
        let kept = fate.among - fate.pruned;
        STAYS + (1.0 - STAYS) * share(fate.rank - 1 - fate.pruned, kept.saturating_sub(1))
    }
}

/// The size that all but a twentieth stay below, rounded up to a power of √2.
fn reference<'a>(values: impl Iterator<Item = &'a f32>) -> Option<f32> {
    let mut sizes: Vec<f32> = values.map(|value| value.abs()).collect();
    let position = (sizes.len() * 19 / 20).min(sizes.len().checked_sub(1)?);
    let (_, &mut size, _) = sizes.select_nth_unstable_by(position, f32::total_cmp);
    (size.is_finite() && size > 0.0).then(|| (0.5 * (2.0 * size.log2()).ceil()).exp2())
}

impl LayerFigures {
    fn of(layer: &Connectivity) -> Self {
        let (incoming, outgoing) = (Degrees::of(layer, Side::Targets), Degrees::of(layer, Side::Sources));
        let histograms = [Bars::of(&incoming), Bars::of(&outgoing)];
        Self { incoming, outgoing, histograms }
    }
}

impl Bars {
    /// Over all degrees that occur, or that chance would give one neuron of a hundred such layers.
    fn of(degrees: &Degrees) -> Self {
        let (counts, expected) = (degrees.counts(), degrees.expected_counts());
        let is_shown = |degree: &usize| counts[*degree] > 0 || expected[*degree] > 0.01;
        let first = (0..counts.len()).find(is_shown).unwrap_or(0);
        let last = (0..counts.len()).rfind(is_shown).unwrap_or(0);
        let width = (last + 1 - first).div_ceil(MOST_BARS);
        let present = |degree: &usize| counts[*degree] > 0;
        Self {
            range: ((first..=last).find(present).unwrap_or(first), (first..=last).rfind(present).unwrap_or(last)),
            counts: counts[first..=last].chunks(width).map(|bar| bar.iter().sum()).collect(),
            expected: expected[first..=last].chunks(width).map(|bar| bar.iter().sum()).collect(),
        }
    }
}

impl InputMap {
    /// Nothing where inputs are no pixels, or where the first layer is dense, full or empty.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "degrees, and scores to be shown")]
    fn of(network: &Network, shape: InputShape) -> Option<Self> {
        let InputShape::Image { width, height } = shape else { return None };
        let layer = network.layers().first()?.weights.connectivity()?;
        let degrees = Degrees::of(layer, Side::Sources);
        let deviation = (degrees.mean() * (1.0 - degrees.density())).sqrt();
        if deviation <= 0.0 || degrees.by_neuron().len() < width * height {
            return None;
        }
        let pixels = &degrees.by_neuron()[..width * height];
        let scores: Vec<f64> = pixels.iter().map(|&degree| (degree as f64 - degrees.mean()) / deviation).collect();
        let spread = (scores.iter().map(|score| score * score).sum::<f64>() / scores.len() as f64).sqrt();
        Some(Self { width, height, scores: scores.iter().map(|&score| score as f32).collect(), spread })
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::network;
    use super::*;

    #[test]
    fn the_reference_is_the_size_of_all_but_a_twentieth_rounded_up() {
        // Of 20 sizes 1 to 20 the twentieth is 20; the next power of √2 above is 2^4.5.
        let values: Vec<f32> = (1..=20_u8).map(f32::from).map(|value| -value).collect();
        assert!((reference(values.iter()).expect("a size") - 4.5_f32.exp2()).abs() < 1e-3);
        assert_eq!(reference([0.0, 0.0].iter()), None);
        assert_eq!(reference([].iter()), None);
        assert_eq!(reference([f32::NAN].iter()), None);
    }

    #[test]
    fn ranks_have_their_places_on_both_sides_of_the_cut_worked_by_hand() {
        let places: Vec<f32> = (1..=5).map(|rank| place_of(Fate { rank, among: 5, pruned: 2 })).collect();
        // Two go: at 0 and half way to the cut; three stay: at both ends and in the middle of what is left.
        assert_eq!(places, [0.0, 0.15, 0.5, 0.75, 1.0]);
        assert_eq!(place_of(Fate { rank: 1, among: 1, pruned: 0 }), STAYS);
        assert_eq!(place_of(Fate { rank: 1, among: 1, pruned: 1 }), 0.0);
    }

    #[test]
    fn scores_of_inputs_against_chance_worked_by_hand() {
        // Out-degrees 1, 2, 1 of 2 targets: density 2/3, mean 4/3, variance 2·(2/3)·(1/3) = 4/9.
        let map = InputMap::of(&network(), InputShape::Image { width: 3, height: 1 }).expect("a map");
        let expected = [-0.5, 1.0, -0.5];
        assert!(map.scores.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6));
        assert!((map.spread - (1.5_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert!(InputMap::of(&network(), InputShape::Table).is_none());
        assert!(InputMap::of(&network(), InputShape::Image { width: 28, height: 28 }).is_none());
    }

    #[test]
    fn bars_of_degrees_worked_by_hand() {
        let network = network();
        let layer = network.layers()[0].weights.connectivity().expect("sparse");
        // In-degrees 1 and 3 of 3 sources; chance: 2 neurons with Binomial(3, 2/3) degrees.
        let bars = Bars::of(&Degrees::of(layer, Side::Targets));
        assert_eq!((bars.range, bars.counts), ((1, 3), vec![0, 1, 0, 1]));
        let expected = [2.0 / 27.0, 12.0 / 27.0, 24.0 / 27.0, 16.0 / 27.0];
        assert!(bars.expected.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12));
    }
}
