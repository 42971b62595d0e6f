//! Numbers of a network that its picture and the text around it need. They take walks over all connections, so they are
//! computed where pictures are drawn, once for each view.

use std::sync::OnceLock;

use crate::data::InputShape;
use crate::metrics::graph::{Degrees, Side};
use crate::metrics::{PlaneGrid, PlaneResponse};
use crate::nn::Network;
use crate::session::MeanDegrees;
use crate::sparse::Connectivity;
use crate::topology::Fate;
use crate::training::Snapshot;

/// On the scale of ranks, those that go next end here …
pub(super) const CUT: f32 = 0.3;
/// … and those that stay begin here.
pub(super) const STAYS: f32 = 0.5;
/// Bars of a histogram at most.
const MOST_BARS: usize = 40;

/// Neurons whose responses over the input plane are computed at most: with more they take too much memory.
const MOST_RESPONSES: usize = 4096;

/// Numbers of one view.
#[derive(Debug)]
pub(super) struct Figures {
    /// The |weight| that is drawn at full width: the largest but for a twentieth, in steps so that it does not flicker.
    pub weight: f32,
    /// The same of gradients that are not zero, as those of dead neurons are; none where they are not kept or all are zero.
    pub gradient: Option<f32>,
    /// By layer, each connection's rank as a place on the scale of colours; nothing for layers that lose none. Empty where
    /// ranks are not shown.
    pub ranks: Vec<Option<Vec<f32>>>,
    /// By layer, for those that are sparse and shown as rasters.
    pub layers: Vec<Option<LayerFigures>>,
    /// Of the first layer, where inputs are pixels.
    pub input_map: Option<InputMap>,
    /// Whether inputs are points of a plane.
    is_plane: bool,
    /// Computed once a neuron is shown large enough.
    response: OnceLock<PlaneResponse>,
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
    /// At the moment that is shown.
    pub now: Scores,
    /// Of the mean degrees until then; none where nothing has been trained.
    pub over_time: Option<OverTime>,
}

/// Scores of mean degrees.
#[derive(Debug)]
pub(super) struct OverTime {
    pub scores: Scores,
    /// The epochs from which and to which the mean is taken, parts of one in.
    pub epochs: (f64, f64),
}

/// Scores of degrees.
#[derive(Debug)]
pub(super) struct Scores {
    /// By pixel, `(degree − n·d) / √(n·d·(1 − d))` for `n` targets and the density `d` of the layer.
    pub by_pixel: Vec<f32>,
    /// Root of the mean square of the scores: 1 for a random layer at one moment.
    pub spread: f64,
}

impl Figures {
    /// Of a snapshot; degrees only `with_degrees`, and ranks only `with_ranks`. `inputs` are the mean degrees until then.
    pub(super) fn of(
        snapshot: &Snapshot,
        shape: InputShape,
        inputs: Option<&MeanDegrees>,
        (with_degrees, with_ranks): (bool, bool),
    ) -> Self {
        let network = &snapshot.network;
        let weights = network.layers().iter().flat_map(|layer| layer.weights.values());
        let connectivity = |layer: usize| network.layers()[layer].weights.connectivity().filter(|_| with_degrees);
        Self {
            weight: reference(weights).unwrap_or(1.0),
            gradient: reference(snapshot.gradients.iter().flatten().filter(|gradient| **gradient != 0.0)),
            ranks: if with_ranks { ranks(snapshot) } else { Vec::new() },
            layers: (0..network.layers().len()).map(|layer| connectivity(layer).map(LayerFigures::of)).collect(),
            input_map: if with_degrees { InputMap::of(snapshot, shape, inputs) } else { None },
            is_plane: shape == InputShape::Plane,
            response: OnceLock::new(),
        }
    }

    /// What the neurons of the view's network respond to over the input plane, where there is one and they are not too many.
    pub(super) fn response(&self, network: &Network) -> Option<&PlaneResponse> {
        let is_shown = self.is_plane && has_responses(network);
        is_shown.then(|| self.response.get_or_init(|| PlaneResponse::of(network, PlaneGrid::SHOWN)))
    }
}

/// Whether there is room for the responses of all neurons of a network over the input plane.
pub(super) fn has_responses(network: &Network) -> bool {
    network.layers().iter().map(|layer| layer.bias.len()).sum::<usize>() <= MOST_RESPONSES
}

/// By layer and connection, the place of its rank on the scale of colours, or of its chance to stay.
fn ranks(snapshot: &Snapshot) -> Vec<Option<Vec<f32>>> {
    let of_layer = |layer| match snapshot.chances(layer) {
        Some(chances) => Some(chances.iter().map(|chance| 1.0 - chance).collect()),
        None => Some(snapshot.fates(layer)?.into_iter().map(place_of).collect()),
    };
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
    #[expect(clippy::cast_precision_loss, reason = "numbers of steps")]
    fn of(snapshot: &Snapshot, shape: InputShape, inputs: Option<&MeanDegrees>) -> Option<Self> {
        let InputShape::Image { width, height } = shape else { return None };
        let layer = snapshot.network.layers().first()?.weights.connectivity()?;
        let epochs = |step: u64| step as f64 / snapshot.steps_per_epoch.max(1) as f64;
        let over_time = inputs.filter(|inputs| inputs.from < inputs.to).and_then(|inputs| {
            let scores = Scores::of(&inputs.by_input, layer.targets(), width * height)?;
            Some(OverTime { scores, epochs: (epochs(inputs.from), epochs(inputs.to)) })
        });
        Some(Self { width, height, now: Scores::now(layer, width * height)?, over_time })
    }

    /// Those that its picture shows.
    pub(super) fn shown(&self) -> &Scores {
        self.over_time.as_ref().map_or(&self.now, |over_time| &over_time.scores)
    }
}

impl Scores {
    #[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
    fn now(layer: &Connectivity, pixels: usize) -> Option<Self> {
        let degrees: Vec<f64> =
            Degrees::of(layer, Side::Sources).by_neuron().iter().map(|&degree| degree as f64).collect();
        Self::of(&degrees, layer.targets(), pixels)
    }

    /// Of the first so many inputs, each of which could have as many connections as there are targets.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "degrees, and scores to be shown")]
    fn of(degrees: &[f64], targets: usize, pixels: usize) -> Option<Self> {
        let mean = degrees.iter().sum::<f64>() / degrees.len() as f64;
        let deviation = (mean * (1.0 - mean / targets as f64)).sqrt();
        if deviation.is_nan() || deviation <= 0.0 || degrees.len() < pixels {
            return None;
        }
        let scores: Vec<f64> = degrees[..pixels].iter().map(|degree| (degree - mean) / deviation).collect();
        let spread = (scores.iter().map(|score| score * score).sum::<f64>() / pixels as f64).sqrt();
        Some(Self { by_pixel: scores.iter().map(|&score| score as f32).collect(), spread })
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
        let network = network();
        let scores = Scores::now(network.layers()[0].weights.connectivity().expect("sparse"), 3).expect("scores");
        let expected = [-0.5, 1.0, -0.5];
        assert!(scores.by_pixel.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6));
        assert!((scores.spread - (1.5_f64 / 3.0).sqrt()).abs() < 1e-12);
        // Means 0.5, 1.5, 1.0 of 2 targets: density 1/2, mean 1, variance 2·(1/2)·(1/2) = 1/2.
        let scores = Scores::of(&[0.5, 1.5, 1.0], 2, 3).expect("scores");
        let half = 0.5_f32.sqrt();
        assert!(
            scores.by_pixel.iter().zip([-half, half, 0.0]).all(|(found, expected)| (found - expected).abs() < 1e-6)
        );
        assert!(Scores::of(&[2.0, 2.0], 2, 2).is_none(), "full");
        assert!(Scores::of(&[0.0, 0.0], 2, 2).is_none(), "empty");
        assert!(Scores::of(&[1.0, 0.5], 2, 3).is_none(), "no pixels");
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
