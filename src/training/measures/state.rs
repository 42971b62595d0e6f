//! The topology of a network at one moment, as the page of measures shows it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::super::snapshot::Snapshot;
use super::turnover::Topology;
use crate::metrics::graph::{Degrees, PowerLawVerdict, Side, dead_neurons};
use crate::sparse::Connectivity;

/// Bars of a histogram at most.
const MOST_BARS: usize = 48;

/// The topology of a network at one moment. It takes a walk over the connections to make.
#[derive(Debug, Clone, PartialEq)]
pub struct TopologyState {
    /// Half steps done, see [`super::super::Trainer::position`].
    pub position: u64,
    /// By topology update, from the start (0) on, how many of the connections that grew in it are left: cohorts of birth.
    /// Of sparse layers.
    pub left: Vec<usize>,
    /// Connections of sparse layers.
    pub connections: usize,
    /// Mean number of topology updates since the connections grew.
    pub mean_age: f64,
    /// By layer.
    pub layers: Vec<LayerDensity>,
    /// By hidden layer, neurons without inputs or outputs, and all neurons.
    pub dead: Vec<(usize, usize)>,
    /// The layer that degrees were asked of, from 0, and the in-degrees of its targets and out-degrees of its sources; none
    /// of a dense layer.
    pub degrees: Option<(usize, [DegreeHistogram; 2])>,
}

/// How full a layer is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerDensity {
    /// Whether it is stored as a dense one.
    pub is_dense: bool,
    /// Connections now.
    pub connections: usize,
    /// Connections at the start.
    pub first_connections: usize,
    /// Places.
    pub places: usize,
}

/// How degrees are distributed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DegreeMeasures {
    /// Their mean.
    pub mean: f64,
    /// Their coefficient of variation against that of a random layer of the same density: 1 is binomial.
    pub variation_ratio: Option<f64>,
    /// The largest against the mean.
    pub max_by_mean: Option<f64>,
    /// 0 where all are equal, towards 1 where a few neurons have nearly all connections.
    pub gini: Option<f64>,
    /// Whether a power law describes their tail: `favoured`, `undecided`, `not favoured`, `too few points`.
    pub power_law: Cow<'static, str>,
}

/// Degrees in bars, beside what chance would give.
#[derive(Debug, Clone, PartialEq)]
pub struct DegreeHistogram {
    /// Degrees that a bar holds.
    pub width: usize,
    /// The lowest degree of the first bar.
    pub first: usize,
    /// Neurons by bar.
    pub counts: Vec<usize>,
    /// Neurons that the binomial null expects, by bar: a random layer of the same density.
    pub expected: Vec<f64>,
    /// In numbers.
    pub measures: DegreeMeasures,
}

impl TopologyState {
    /// The topology of a snapshot; `first` are the connectivities at the start, `layer` is the one whose degrees are asked.
    #[must_use]
    pub fn of(snapshot: &Snapshot, first: &Topology, layer: usize) -> Self {
        let layers = snapshot.network.layers();
        let now: Vec<Option<&Connectivity>> = layers.iter().map(|layer| layer.weights.connectivity()).collect();
        let widths: Vec<usize> =
            std::iter::once(snapshot.network.inputs()).chain(layers.iter().map(|layer| layer.bias.len())).collect();
        let sparse = (0..layers.len()).filter(|&layer| now[layer].is_some());
        let left = cohorts(sparse.map(|layer| snapshot.born[layer].as_slice()), snapshot.updates);
        let connections = left.iter().sum();
        let dead = dead_neurons(&widths, &now);
        let state = |layer: usize| LayerDensity {
            is_dense: now[layer].is_none(),
            connections: layers[layer].weights.connections(),
            first_connections: first
                .get(layer)
                .and_then(Option::as_ref)
                .map_or(layers[layer].weights.connections(), |layer| layer.connections()),
            places: widths[layer] * widths[layer + 1],
        };
        Self {
            position: snapshot.position,
            mean_age: mean_age(&left),
            connections,
            left,
            layers: (0..layers.len()).map(state).collect(),
            dead: dead.iter().zip(&widths[1..]).map(|(dead, &all)| (dead.len(), all)).collect(),
            degrees: now
                .get(layer)
                .copied()
                .flatten()
                .map(|own| (layer, [Side::Targets, Side::Sources].map(|side| DegreeHistogram::of(own, side)))),
        }
    }
}

/// How many connections are left of those born in each update, the start included.
fn cohorts<'a>(born: impl Iterator<Item = &'a [u32]>, updates: u32) -> Vec<usize> {
    let mut left = vec![0; updates as usize + 1];
    for layer in born {
        for &born in layer {
            left[born as usize] += 1;
        }
    }
    left
}

/// Mean number of updates since birth.
#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
fn mean_age(left: &[usize]) -> f64 {
    let ages: f64 = left.iter().rev().enumerate().map(|(age, &count)| age as f64 * count as f64).sum();
    ages / left.iter().sum::<usize>().max(1) as f64
}

impl DegreeMeasures {
    /// Of the neurons of one side of a layer.
    #[must_use]
    pub fn of(degrees: &Degrees) -> Self {
        Self {
            mean: degrees.mean(),
            variation_ratio: degrees.variation_ratio(),
            max_by_mean: degrees.max_by_mean(),
            gini: degrees.gini(),
            power_law: Cow::Borrowed(match degrees.power_law().map(|law| law.verdict) {
                Some(PowerLawVerdict::PowerLawFavoured) => "favoured",
                Some(PowerLawVerdict::Undecided) => "undecided",
                Some(PowerLawVerdict::PowerLawNotFavoured) => "not favoured",
                Some(PowerLawVerdict::TooFewPoints) | None => "too few points",
            }),
        }
    }
}

impl DegreeHistogram {
    /// Of the neurons of one side of a layer, over all degrees that occur or that chance would give a neuron in a hundred
    /// such layers.
    #[must_use]
    pub fn of(layer: &Connectivity, side: Side) -> Self {
        let degrees = Degrees::of(layer, side);
        let (counts, expected) = (degrees.counts(), degrees.expected_counts());
        let is_shown = |degree: &usize| counts[*degree] > 0 || expected[*degree] > 0.01;
        let first = (0..counts.len()).find(is_shown).unwrap_or(0);
        let last = (0..counts.len()).rev().find(is_shown).unwrap_or(0);
        let width = (last + 1 - first).div_ceil(MOST_BARS);
        Self {
            width,
            first,
            counts: counts[first..=last].chunks(width).map(|bar| bar.iter().sum()).collect(),
            expected: expected[first..=last].chunks(width).map(|bar| bar.iter().sum()).collect(),
            measures: DegreeMeasures::of(&degrees),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, generator};
    use crate::sparse::Place;
    use crate::topology::connectivity::random_connectivity;

    #[test]
    fn cohorts_and_ages_worked_by_hand() {
        // After three updates: two connections from the start, one from update 1, three from update 3.
        let left = cohorts([&[0, 3, 0][..], &[1, 3, 3][..]].into_iter(), 3);
        assert_eq!(left, [2, 1, 0, 3]);
        // Ages 3, 3, 2, 0, 0, 0.
        assert_eq!(mean_age(&left), 8.0 / 6.0);
        assert_eq!(mean_age(&cohorts(std::iter::empty(), 0)), 0.0);
    }

    #[test]
    fn bars_hold_every_neuron_and_nearly_all_that_chance_expects() {
        let mut rng = generator(1, Stream::InitialTopology);
        let layer = random_connectivity(600, 300, 40_000, &mut rng).expect("valid");
        for (side, neurons) in [(Side::Targets, 300), (Side::Sources, 600)] {
            let bars = DegreeHistogram::of(&layer, side);
            assert_eq!(bars.counts.iter().sum::<usize>(), neurons);
            let expected: f64 = bars.expected.iter().sum();
            assert!((expected - f64::from(u32::try_from(neurons).expect("small"))).abs() < 1.0, "{expected}");
            assert!(bars.counts.len() <= MOST_BARS && bars.counts.len() == bars.expected.len());
        }
    }

    #[test]
    fn the_bars_of_a_small_layer_worked_by_hand() {
        // In-degrees 2, 0, 2 of 2 sources: one neuron at 0, two at 2; chance: 3 neurons with Binomial(2, 2/3) degrees.
        let places = [(0, 0), (0, 2), (1, 0), (1, 2)].map(|(source, target)| Place { source, target });
        let layer = Connectivity::try_new(2, 3, &places).expect("valid");
        let bars = DegreeHistogram::of(&layer, Side::Targets);
        assert_eq!((bars.width, bars.first, bars.counts), (1, 0, vec![1, 0, 2]));
        let expected = [3.0 / 9.0, 12.0 / 9.0, 12.0 / 9.0];
        assert!(bars.expected.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12));
    }
}
