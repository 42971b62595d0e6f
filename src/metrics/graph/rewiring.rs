//! Random layers with given degrees.

use std::collections::HashSet;

use rand::RngExt;

use crate::random::Generator;
use crate::sparse::{Connectivity, Place};

/// A random layer in which every neuron has as many connections as here (Maslov and Sneppen 2002).
///
/// Again and again two connections are drawn and exchange their targets, unless a place that they would move to is taken;
/// `rounds` times as many draws as there are connections, of which ten are customary and more than enough. What a measure
/// shows on this layer and not on rewired ones is not owed to the degrees.
#[must_use]
pub fn rewired(layer: &Connectivity, rounds: usize, rng: &mut Generator) -> Connectivity {
    let mut places: Vec<Place> = layer.iter().collect();
    let mut taken: HashSet<Place> = places.iter().copied().collect();
    if !places.is_empty() {
        for _ in 0..rounds * places.len() {
            let (one, other) = (rng.random_range(0..places.len()), rng.random_range(0..places.len()));
            exchange_targets(&mut places, &mut taken, one, other);
        }
    }
    places.sort_unstable();
    Connectivity::try_new(layer.sources(), layer.targets(), &places).expect("places inside the layer, each once")
}

/// Exchanges the targets of two connections if both new places are empty. Refused draws count: only so are all layers
/// with these degrees as likely in the end.
fn exchange_targets(places: &mut [Place], taken: &mut HashSet<Place>, one: usize, other: usize) {
    let (old_one, old_other) = (places[one], places[other]);
    let new_one = Place { target: old_other.target, ..old_one };
    let new_other = Place { target: old_one.target, ..old_other };
    // Two connections of one source or one target have nothing to exchange: their new places are the old ones.
    if taken.contains(&new_one) || taken.contains(&new_other) {
        return;
    }
    taken.remove(&old_one);
    taken.remove(&old_other);
    taken.extend([new_one, new_other]);
    (places[one], places[other]) = (new_one, new_other);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::paths::BipartitePaths;
    use super::super::tests::{any_layer, layer};
    use super::super::{Degrees, Side};
    use super::*;
    use crate::random::{Stream, generator};

    proptest! {
        #[test]
        fn every_degree_is_kept(layer in any_layer(8, 8), seed in any::<u64>()) {
            let rewired = rewired(&layer, 10, &mut generator(seed, Stream::Evolution));
            for side in [Side::Sources, Side::Targets] {
                prop_assert_eq!(Degrees::of(&rewired, side), Degrees::of(&layer, side));
            }
        }
    }

    #[test]
    fn all_layers_with_the_same_degrees_are_as_likely() {
        // All degrees 1: the six permutations of three targets.
        let diagonal = layer(3, 3, &[(0, 0), (1, 1), (2, 2)]);
        let mut rng = generator(1, Stream::Evolution);
        let mut hits = std::collections::HashMap::new();
        for _ in 0..6000 {
            *hits.entry(rewired(&diagonal, 10, &mut rng).iter().collect::<Vec<_>>()).or_insert(0_u32) += 1;
        }
        // 1,000 each, with a standard deviation of 29; five of them allowed.
        assert!(hits.len() == 6 && hits.values().all(|hits| hits.abs_diff(1000) < 145), "{hits:?}");
    }

    #[test]
    fn rewiring_dissolves_clusters_that_degrees_do_not_explain() {
        // Ten blocks of 4 x 4: within them everything is connected, so that clustering is 1.
        let blocks: Vec<(u32, u32)> =
            (0..40).flat_map(|source| (0..4).map(move |target| (source, source / 4 * 4 + target))).collect();
        let blocks = layer(40, 40, &blocks);
        assert_eq!(BipartitePaths::of(&blocks).clustering(), Some(1.0));
        let rewired = rewired(&blocks, 10, &mut generator(2, Stream::Evolution));
        // At random the ends of a path are connected with a probability near the density, 1/10.
        assert!(BipartitePaths::of(&rewired).clustering().expect("paths") < 0.2);
    }
}
