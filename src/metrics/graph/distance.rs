//! How far two sparse topologies of the same shape are from each other.
//!
//! Both distances compare sets by `|A △ B| / |A ∪ B|` (Jaccard 1901): the share of the elements of either that are not
//! in both, from 0 (equal, also where both are empty) to 1 (nothing in common).

use thiserror::Error;

use super::assignment::cheapest_assignment;
use crate::sparse::Connectivity;

/// Number of targets up to which neurons are matched unless [`SizeLimit::Lifted`]: matching takes time as their cube and
/// memory as their square.
pub const LARGEST_MATCHED_LAYER: usize = 512;

/// Whether hidden layers may be too large to match in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SizeLimit {
    /// More than [`LARGEST_MATCHED_LAYER`] targets are an error.
    #[default]
    Enforced,
    /// Layers of any size are matched, however long it takes.
    Lifted,
}

/// Why two topologies cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DistanceError {
    /// The networks have different numbers of layers.
    #[error("networks of {first} and {second} layers cannot be compared")]
    Depths {
        /// Number of layers of the first network.
        first: usize,
        /// Number of layers of the second network.
        second: usize,
    },
    /// The two versions of a layer have different numbers of neurons.
    #[error("layer {layer} has {first:?} neurons in one network and {second:?} in the other")]
    Shapes {
        /// The layer, from 0.
        layer: usize,
        /// Sources and targets in the first network.
        first: (usize, usize),
        /// Sources and targets in the second network.
        second: (usize, usize),
    },
    /// A layer's sources are not as many as the targets of the layer before it.
    #[error("layer {layer} has {sources} sources, but the layer before it has {targets} targets")]
    NotAStack {
        /// The layer, from 0.
        layer: usize,
        /// Its number of sources.
        sources: usize,
        /// Number of targets of the layer before.
        targets: usize,
    },
    /// A hidden layer has more targets than can be matched in a moment.
    #[error("matching the {targets} neurons of layer {layer} would take long: the limit is {LARGEST_MATCHED_LAYER}")]
    TooLarge {
        /// The layer, from 0.
        layer: usize,
        /// Its number of targets.
        targets: usize,
    },
}

/// A distance of two networks.
#[derive(Debug, Clone, PartialEq)]
pub struct TopologyDistance {
    /// For each layer the mean over its targets, from 0 to 1.
    pub layers: Vec<f64>,
    /// The mean over the layers, each counting alike; 0 of networks without layers.
    pub network: f64,
}

/// Jaccard distance of the places that two layers take: `|A △ B| / |A ∪ B|`, from 0 to 1.
///
/// Neurons are what their numbers say: a permutation of hidden neurons, which leaves the function that a network computes
/// the same, can make this distance large. Two random layers of density `d` are `(2 − 2d) / (2 − d)` apart.
///
/// # Errors
/// Where the layers have different shapes.
pub fn jaccard_distance(first: &Connectivity, second: &Connectivity) -> Result<f64, DistanceError> {
    check_shapes(0, first, second)?;
    let both = first.iter().filter(|&place| second.find(place).is_some()).count();
    Ok(set_distance(first.connections(), second.connections(), both))
}

/// Neural network sparse topology distance, NNSTD (Liu et al. 2020, "Topological Insights into Sparse Neural Networks").
///
/// From the first layer on, targets are compared by the distance of their sets of inputs, matched by the Hungarian method
/// so that the sum of distances is the least, and the sources of the next layer are permuted as they were matched. So
/// networks that differ in nothing but the order of hidden neurons are 0 apart, as long as no two neurons of a layer have
/// the same inputs: between such the matching cannot know which is which.
///
/// Unlike the authors' code, the neurons of the last layer are compared as they are numbered, for outputs have names.
///
/// # Errors
/// Where the networks have different shapes, their layers do not follow one another, or a hidden layer has more than
/// [`LARGEST_MATCHED_LAYER`] targets under [`SizeLimit::Enforced`].
pub fn topology_distance(
    first: &[&Connectivity],
    second: &[&Connectivity],
    limit: SizeLimit,
) -> Result<TopologyDistance, DistanceError> {
    check_networks(first, second, limit)?;
    let mut layers = Vec::with_capacity(first.len());
    // For each source of the first network its partner in the second; the inputs have names as the outputs do.
    let mut partner: Vec<usize> = (0..first.first().map_or(0, |layer| layer.sources())).collect();
    for (layer, (first_layer, second_layer)) in first.iter().zip(second).enumerate() {
        let distances = input_distances(first_layer, second_layer, &partner);
        let size = first_layer.targets();
        let is_output = layer + 1 == first.len();
        partner = if is_output { (0..size).collect() } else { cheapest_assignment(size, &distances) };
        let matched = partner.iter().enumerate().map(|(target, other)| distances[target * size + other]);
        layers.push(mean(matched));
    }
    let network = if layers.is_empty() { 0.0 } else { mean(layers.iter().copied()) };
    Ok(TopologyDistance { layers, network })
}

/// The distance of the inputs of each target of the first layer (rows) to those of each of the second (columns), whose
/// sources are called what their partners are called.
fn input_distances(first: &Connectivity, second: &Connectivity, partner: &[usize]) -> Vec<f64> {
    let size = first.targets();
    let mut both = vec![0_usize; size * size];
    for (source, &other) in partner.iter().enumerate() {
        for &row in first.targets_of(source) {
            for &column in second.targets_of(other) {
                both[row as usize * size + column as usize] += 1;
            }
        }
    }
    let distance = |(pair, &both): (usize, &usize)| {
        set_distance(first.in_degree(pair / size), second.in_degree(pair % size), both)
    };
    both.iter().enumerate().map(distance).collect()
}

/// `|A △ B| / |A ∪ B|` of two sets with this many elements, and this many in both.
#[expect(clippy::cast_precision_loss, reason = "numbers of connections are far below 2^52")]
fn set_distance(first: usize, second: usize, both: usize) -> f64 {
    let union = first + second - both;
    if union == 0 { 0.0 } else { (union - both) as f64 / union as f64 }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of neurons are far below 2^52")]
fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

fn check_networks(first: &[&Connectivity], second: &[&Connectivity], limit: SizeLimit) -> Result<(), DistanceError> {
    if first.len() != second.len() {
        return Err(DistanceError::Depths { first: first.len(), second: second.len() });
    }
    for (layer, (first_layer, second_layer)) in first.iter().zip(second).enumerate() {
        check_shapes(layer, first_layer, second_layer)?;
        let sources = first_layer.sources();
        let before = layer.checked_sub(1).map_or(sources, |before| first[before].targets());
        if sources != before {
            return Err(DistanceError::NotAStack { layer, sources, targets: before });
        }
        let (targets, is_hidden) = (first_layer.targets(), layer + 1 < first.len());
        if is_hidden && targets > LARGEST_MATCHED_LAYER && limit == SizeLimit::Enforced {
            return Err(DistanceError::TooLarge { layer, targets });
        }
    }
    Ok(())
}

fn check_shapes(layer: usize, first: &Connectivity, second: &Connectivity) -> Result<(), DistanceError> {
    let shape = |layer: &Connectivity| (layer.sources(), layer.targets());
    let (first, second) = (shape(first), shape(second));
    if first == second { Ok(()) } else { Err(DistanceError::Shapes { layer, first, second }) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{layer, random_layer};
    use super::*;
    use crate::sparse::Place;

    fn near(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 1e-12
    }

    /// The layer with neurons renumbered: source `s` becomes `sources[s]`, target `t` becomes `targets[t]`.
    fn renumbered(layer: &Connectivity, sources: &[u32], targets: &[u32]) -> Connectivity {
        let renumber =
            |place: Place| Place { source: sources[place.source as usize], target: targets[place.target as usize] };
        let mut places: Vec<Place> = layer.iter().map(renumber).collect();
        places.sort_unstable();
        Connectivity::try_new(layer.sources(), layer.targets(), &places).expect("renumbered")
    }

    #[test]
    fn distances_of_small_layers_worked_by_hand() {
        let first = layer(3, 2, &[(0, 0), (1, 0), (2, 1)]);
        let second = layer(3, 2, &[(0, 1), (1, 1), (2, 1)]);
        // Places: only (2, 1) in both, five in either: 4/5.
        assert!(near(jaccard_distance(&first, &second).expect("same shape"), 0.8));
        assert_eq!(jaccard_distance(&first, &first), Ok(0.0));
        // Inputs {0, 1} and {2} against {} and {0, 1, 2}. In place: 1 and 2/3, together 5/3.
        // Exchanged: 1/3 and 1, together 4/3, so the neurons are exchanged and the mean is 2/3.
        let outputs = layer(2, 1, &[(0, 0)]);
        let hidden = topology_distance(&[&first, &outputs], &[&second, &outputs], SizeLimit::Enforced).expect("stack");
        // The output has neuron 0 as input in both, but neuron 0 of the first is neuron 1 of the second: nothing in common.
        assert!(near(hidden.layers[0], 2.0 / 3.0) && near(hidden.layers[1], 1.0), "{hidden:?}");
        assert!(near(hidden.network, 5.0 / 6.0));
        // As outputs, the same neurons are compared in place: (1 + 2/3)/2.
        let output = topology_distance(&[&first], &[&second], SizeLimit::Enforced).expect("stack");
        assert!(near(output.network, 5.0 / 6.0));
    }

    #[test]
    fn a_permutation_of_hidden_neurons_is_no_distance() {
        let layers = [random_layer(40, 20, 240, 1), random_layer(20, 20, 130, 2), random_layer(20, 5, 40, 3)];
        let inputs: Vec<u32> = (0..40).collect();
        let rotated = |by: u32, size: u32| (0..size).map(|neuron| (neuron + by) % size).collect::<Vec<u32>>();
        let (one, two, outputs) = (rotated(7, 20), rotated(13, 20), rotated(0, 5));
        let permuted = [
            renumbered(&layers[0], &inputs, &one),
            renumbered(&layers[1], &one, &two),
            renumbered(&layers[2], &two, &outputs),
        ];
        let (layers, permuted) = (layers.each_ref(), permuted.each_ref());
        let distance = topology_distance(&layers, &permuted, SizeLimit::Enforced).expect("same shapes");
        assert_eq!(distance, TopologyDistance { layers: vec![0.0; 3], network: 0.0 });
        for (layer, permuted) in layers.iter().zip(permuted) {
            assert!(jaccard_distance(layer, permuted).expect("same shape") > 0.6);
        }
    }

    #[test]
    fn random_layers_are_as_far_apart_as_theory_says() {
        let distance = jaccard_distance(&random_layer(200, 200, 8000, 1), &random_layer(200, 200, 8000, 2));
        // Density 1/5: (2 − 0.4)/(2 − 0.2) = 8/9.
        assert!((distance.expect("same shape") - 8.0 / 9.0).abs() < 0.01);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let (small, large, output) = (layer(2, 3, &[]), layer(2, 513, &[]), layer(513, 1, &[]));
        let compare = |first: &[&Connectivity], second: &[&Connectivity]| {
            topology_distance(first, second, SizeLimit::Enforced).expect_err("refused")
        };
        assert_eq!(compare(&[&small], &[]), DistanceError::Depths { first: 1, second: 0 });
        let shapes = DistanceError::Shapes { layer: 0, first: (2, 3), second: (2, 513) };
        assert_eq!(compare(&[&small], &[&large]), shapes);
        assert_eq!(jaccard_distance(&small, &large), Err(shapes));
        let not_a_stack = DistanceError::NotAStack { layer: 1, sources: 2, targets: 3 };
        assert_eq!(compare(&[&small, &small], &[&small, &small]), not_a_stack);
        let too_large = DistanceError::TooLarge { layer: 0, targets: 513 };
        assert_eq!(compare(&[&large, &output], &[&large, &output]), too_large);
        // An output layer is not matched, so its size is no matter.
        assert!(topology_distance(&[&large], &[&large], SizeLimit::Enforced).is_ok());
        let forced = topology_distance(&[&large, &output], &[&large, &output], SizeLimit::Lifted).expect("forced");
        assert_eq!(forced.network, 0.0);
    }
}
