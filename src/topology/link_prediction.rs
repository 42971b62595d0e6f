//! Where connections are likely to appear, judged by the topology alone: the growth rule of Cannistraci-Hebb training
//! (CHT; Zhang, Zhao, Wu, Muscoloni & Cannistraci, ICLR 2024).
//!
//! A layer is a bipartite network, and its links have no direction here. From a source u to a target v that it is not
//! connected to, the shortest detours are the *paths of length three*, u – t – s – v: over another target t of u and
//! another source s of v. The neurons t and s of all these paths are the pair's *local community*. The rule CH3-L3p
//! gives the pair a high score when many such paths exist and their neurons link to few others:
//!
//! ```text
//!                                   1
//! score(u, v) =   Σ     ─────────────────────────      e(z): links of z to neurons that are neither in the local
//!               paths   √((1 + e(t)) · (1 + e(s)))           community of u and v, nor u or v themselves
//! ```
//!
//! The score is from Muscoloni, Michieli & Cannistraci, "Adaptive network automata modelling of complex networks"
//! (preprint, 2020), "Cannistraci-Hebb network automata on paths of length n"; CHT grows the links that score highest.
//!
//! In a bipartite network every link between t and a source of v belongs to a path from u to v. So as many links of t
//! stay in the community as paths run through it, one more leads to u, and the rest are external; likewise for s:
//!
//! ```text
//! 1 + e(t) = degree(t) - |sources that t shares with v|
//! 1 + e(s) = degree(s) - |targets that s shares with u|
//! ```

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::mem::take;

use rand::RngExt;

use super::connectivity::random_empty_places;
use crate::random::Generator;
use crate::sparse::{Connectivity, Place};

/// `count` empty places with the highest CH3-L3p scores (see the [module](self)), ascending; all of them if there are
/// no more. Those of the connections `pruned` (ascending indices) are empty too, and take no part in paths.
///
/// Chance decides between equal scores, and so among all places that no path of length three leads to. The time taken
/// is that of following every path, about `n_in · degree³` of them; memory is in proportion to neurons and
/// connections, and nothing of size `n_in · n_out` is stored or walked through.
#[must_use]
pub fn most_likely_links(taken: &Connectivity, pruned: &[u32], count: usize, rng: &mut Generator) -> Vec<Place> {
    let remaining: Vec<Place> = taken.iter_without(pruned).collect();
    let layer = with_the_size_of(taken, &remaining);
    let count = count.min(layer.places() - layer.connections());
    if count == 0 {
        return Vec::new();
    }
    let mut links = best_connected(&layer, count, rng);
    let without_path = count - links.len();
    if without_path > 0 {
        let mut occupied = [remaining, links.clone()].concat();
        occupied.sort_unstable();
        links.extend(random_empty_places(&with_the_size_of(taken, &occupied), &[], without_path, rng));
        links.sort_unstable();
    }
    links
}

/// A layer of the same neurons with connections at these places.
fn with_the_size_of(layer: &Connectivity, places: &[Place]) -> Connectivity {
    Connectivity::try_new(layer.sources(), layer.targets(), places).expect("ascending places inside the layer")
}

/// At most `count` empty places, those with the highest scores above zero, ascending.
#[expect(clippy::cast_possible_truncation, reason = "sizes of a layer fit in 32 bits, and scores need no more digits")]
fn best_connected(layer: &Connectivity, count: usize, rng: &mut Generator) -> Vec<Place> {
    let mut best = Best::new(count);
    let mut paths = Paths::new(layer);
    for source in 0..layer.sources() {
        for (target, score) in paths.scores_from(source) {
            // Rounding hides in which order a sum was taken: that must not decide between equal scores.
            best.offer(score as f32, Place { source: source as u32, target }, rng);
        }
    }
    best.into_places()
}

/// Follows all paths of length three from one source after the other.
struct Paths<'a> {
    layer: &'a Connectivity,
    /// For each source, how many targets it shares with the one that paths start from; all 0 between two starts.
    shared: Vec<usize>,
    /// For each target, the paths to it through one t; all none between two t.
    bundle: Vec<Bundle>,
    /// For each target its score so far; all 0 between two starts.
    score: Vec<f64>,
}

/// Paths u – t – s – v with the same u, t and v.
#[derive(Clone, Copy, Default)]
struct Bundle {
    /// How many they are: as many as there are sources that t and v share.
    paths: usize,
    /// `Σ_s 1 / √(1 + e(s))`
    sum: f64,
}

impl<'a> Paths<'a> {
    fn new(layer: &'a Connectivity) -> Self {
        let (sources, targets) = (layer.sources(), layer.targets());
        let (shared, bundle, score) = (vec![0; sources], vec![Bundle::default(); targets], vec![0.0; targets]);
        Self { layer, shared, bundle, score }
    }

    /// Target and score of all empty places of this source that a path of length three leads to.
    fn scores_from(&mut self, source: usize) -> Vec<(u32, f64)> {
        let layer = self.layer;
        let own = layer.targets_of(source);
        for &target in own {
            layer.incoming(target as usize).for_each(|(other, _)| self.shared[other] += 1);
        }
        let mut reached = Vec::new();
        for &through in own {
            let ends = self.follow(through as usize);
            self.add_to_scores(through as usize, &ends, &mut reached);
        }
        for &target in own {
            layer.incoming(target as usize).for_each(|(other, _)| self.shared[other] = 0);
        }
        // What paths add up to where there is a connection already is no score.
        let scores = reached.into_iter().map(|target| (target, take(&mut self.score[target as usize])));
        scores.filter(|(target, _)| own.binary_search(target).is_err()).collect()
    }

    /// Bundles the paths that go on from the start through this target; returns where they end.
    fn follow(&mut self, through: usize) -> Vec<u32> {
        let mut ends = Vec::new();
        for (other, _) in self.layer.incoming(through) {
            let (degree, inside) = (self.layer.out_degree(other), self.shared[other]);
            if degree == inside {
                // All of its targets are connected to the start; so it is for the start itself.
                continue;
            }
            let factor = inverse_root(degree - inside);
            for &end in self.layer.targets_of(other) {
                let bundle = &mut self.bundle[end as usize];
                if bundle.paths == 0 {
                    ends.push(end);
                }
                bundle.paths += 1;
                bundle.sum += factor;
            }
        }
        ends
    }

    /// Unties the bundles of paths through this target, and adds them to the scores of their ends.
    fn add_to_scores(&mut self, through: usize, ends: &[u32], reached: &mut Vec<u32>) {
        let degree = self.layer.in_degree(through);
        for &end in ends {
            let Bundle { paths, sum } = take(&mut self.bundle[end as usize]);
            let score = &mut self.score[end as usize];
            if *score == 0.0 {
                reached.push(end);
            }
            *score += sum * inverse_root(degree - paths);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "degrees fit in 32 bits")]
fn inverse_root(links: usize) -> f64 {
    1.0 / (links as f64).sqrt()
}

/// The best places seen so far, the worst of them on top of a bounded heap.
struct Best {
    count: usize,
    heap: BinaryHeap<Reverse<Candidate>>,
}

/// A place, and what it is chosen by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// The bits of a positive float order as the float does.
    score: u32,
    /// A random number, which decides between equal scores.
    lot: u32,
    place: Place,
}

impl Best {
    fn new(count: usize) -> Self {
        Self { count, heap: BinaryHeap::with_capacity(count) }
    }

    fn offer(&mut self, score: f32, place: Place, rng: &mut Generator) {
        let score = score.to_bits();
        let full = self.heap.len() == self.count;
        if full && self.heap.peek().is_none_or(|Reverse(worst)| score < worst.score) {
            return;
        }
        let candidate = Reverse(Candidate { score, lot: rng.random(), place });
        if !full {
            self.heap.push(candidate);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && candidate < *worst
        {
            *worst = candidate;
        }
    }

    fn into_places(self) -> Vec<Place> {
        let mut places: Vec<Place> = self.heap.into_iter().map(|Reverse(candidate)| candidate.place).collect();
        places.sort_unstable();
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, generator};
    use crate::topology::connectivity::random_connectivity;
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};

    fn places(pairs: &[(u32, u32)]) -> Vec<Place> {
        pairs.iter().map(|&(source, target)| Place { source, target }).collect()
    }

    /// ```text
    ///           target 0 1 2 3
    /// source 0         x x . .
    /// source 1         x . x .
    /// source 2         . x x x
    /// source 3         . . . x
    /// source 4         x . . .
    /// ```
    fn small_layer() -> Connectivity {
        let taken = places(&[(0, 0), (0, 1), (1, 0), (1, 2), (2, 1), (2, 2), (2, 3), (3, 3), (4, 0)]);
        Connectivity::try_new(5, 4, &taken).expect("valid")
    }

    #[test]
    fn scores_of_a_small_layer_are_those_worked_out_by_hand() {
        let layer = small_layer();
        let mut paths = Paths::new(&layer);
        let mut scores: Vec<(u32, u32, f64)> = (0..5_u32)
            .flat_map(|source| paths.scores_from(source as usize).into_iter().map(move |(v, score)| (source, v, score)))
            .collect();
        scores.sort_by_key(|&(source, target, _)| (source, target));
        let expected = [
            // t0 – s1: t0 also links to s4, s1 to nothing else: 1/√(2·1). t1 – s2: s2 also links to t3: 1/√(1·2).
            (0, 2, SQRT_2),
            // t1 – s2, and s2 also links to t2.
            (0, 3, FRAC_1_SQRT_2),
            // t0 – s0: t0 also links to s4. t2 – s2: s2 also links to t3.
            (1, 1, SQRT_2),
            // t2 – s2, and s2 also links to t1.
            (1, 3, FRAC_1_SQRT_2),
            // t1 – s0 and t2 – s1, which link to nobody else but the ends: 1/√(1·1) twice.
            (2, 0, 2.0),
            // t3 – s2, and s2 also links to t2, or to t1. The sources of t0 have no target but t0, t1 and t2.
            (3, 1, FRAC_1_SQRT_2),
            (3, 2, FRAC_1_SQRT_2),
            // t0 – s0, and t0 also links to s1; t0 – s1, and t0 also links to s0. No source of t3 links to t0.
            (4, 1, FRAC_1_SQRT_2),
            (4, 2, FRAC_1_SQRT_2),
        ];
        assert_eq!(scores.len(), expected.len(), "{scores:?}");
        for (found, expected) in scores.iter().zip(expected) {
            assert_eq!((found.0, found.1), (expected.0, expected.1));
            assert!((found.2 - expected.2).abs() < 1e-12, "{found:?} instead of {expected:?}");
        }
    }

    #[test]
    fn the_highest_scores_grow_and_then_any_place_without_a_path() {
        let layer = small_layer();
        let mut rng = generator(1, Stream::Evolution);
        assert_eq!(most_likely_links(&layer, &[], 0, &mut rng), []);
        assert_eq!(most_likely_links(&layer, &[], 1, &mut rng), places(&[(2, 0)]));
        assert_eq!(most_likely_links(&layer, &[], 3, &mut rng), places(&[(0, 2), (1, 1), (2, 0)]));
        let connected = places(&[(0, 2), (0, 3), (1, 1), (1, 3), (2, 0), (3, 1), (3, 2), (4, 1), (4, 2)]);
        assert_eq!(most_likely_links(&layer, &[], 9, &mut rng), connected);
        let ten = most_likely_links(&layer, &[], 10, &mut rng);
        assert!(ten.len() == 10 && connected.iter().all(|place| ten.contains(place)), "{ten:?}");
        let all = most_likely_links(&layer, &[], usize::MAX, &mut rng);
        assert!(all.len() == 11 && all.iter().all(|&place| layer.find(place).is_none()), "{all:?}");
    }

    #[test]
    fn a_pruned_connection_is_on_no_path_and_may_grow_again() {
        // Were the connection from 3 to 0 to stay, (0, 3) and (1, 3) would score as much as (0, 2) and (1, 1).
        let mut taken: Vec<Place> = small_layer().iter().collect();
        taken.insert(7, Place { source: 3, target: 0 });
        let layer = Connectivity::try_new(5, 4, &taken).expect("valid");
        let mut rng = generator(2, Stream::Evolution);
        assert_eq!(most_likely_links(&layer, &[7], 3, &mut rng), places(&[(0, 2), (1, 1), (2, 0)]));
        // Twenty places, ten connections, three of which are pruned: (2, 3), (3, 0) and (3, 3).
        let all = most_likely_links(&layer, &[6, 7, 8], usize::MAX, &mut rng);
        assert!(all.len() == 13 && places(&[(2, 3), (3, 0), (3, 3)]).iter().all(|link| all.contains(link)), "{all:?}");
    }

    #[test]
    fn chance_decides_between_equal_scores() {
        let layer = small_layer();
        let mut rng = generator(3, Stream::Evolution);
        // The best place and one of the two that come next; nine places with a path and one of the two without.
        for (count, either, or) in [(2, (0, 2), (1, 1)), (10, (3, 0), (4, 3))] {
            let (either, or) = (places(&[either])[0], places(&[or])[0]);
            let mut hits = 0_u32;
            for _ in 0..400 {
                let links = most_likely_links(&layer, &[], count, &mut rng);
                assert!(links.contains(&either) != links.contains(&or), "{links:?}");
                hits += u32::from(links.contains(&either));
            }
            // 200 ± 10 (one standard deviation); five of them allowed.
            assert!(hits.abs_diff(200) < 50, "{hits}");
        }
    }

    #[test]
    fn without_paths_every_empty_place_is_as_likely() {
        // Each source has a target of its own.
        let layer = Connectivity::try_new(3, 4, &places(&[(0, 0), (1, 1), (2, 2)])).expect("valid");
        let mut rng = generator(4, Stream::Evolution);
        let mut hits = [0_u32; 12];
        for _ in 0..1800 {
            let links = most_likely_links(&layer, &[], 4, &mut rng);
            assert_eq!(links.len(), 4);
            for place in links {
                hits[(place.source * 4 + place.target) as usize] += 1;
            }
        }
        // Four of nine places: each in 800 of 1,800 draws, with a standard deviation of 21; five of them allowed.
        for (rank, hits) in hits.into_iter().enumerate() {
            assert!(if rank % 5 == 0 { hits == 0 } else { hits.abs_diff(800) < 105 }, "place {rank}: {hits}");
        }
    }

    /// Scores of all places, `n_in x n_out`, straight from the definition on the network of all neurons, sources first.
    /// Those of places that are taken mean nothing.
    fn scores_by_definition(layer: &Connectivity) -> Vec<Vec<f64>> {
        let neurons = layer.sources() + layer.targets();
        let mut linked = vec![vec![false; neurons]; neurons];
        for place in layer.iter() {
            let (source, target) = (place.source as usize, layer.sources() + place.target as usize);
            linked[source][target] = true;
            linked[target][source] = true;
        }
        let score = |u: usize, v: usize| {
            let pairs = (0..neurons).flat_map(|z1| (0..neurons).map(move |z2| (z1, z2)));
            let paths: Vec<(usize, usize)> = pairs
                .filter(|&(z1, z2)| z1 != v && z2 != u && linked[u][z1] && linked[z1][z2] && linked[z2][v])
                .collect();
            let community: BTreeSet<usize> = paths.iter().flat_map(|&(z1, z2)| [z1, z2]).collect();
            let external = |z: usize| -> f64 {
                let outside = |w: &usize| linked[z][*w] && *w != u && *w != v && !community.contains(w);
                (0..neurons).filter(outside).map(|_| 1.0).sum()
            };
            paths.iter().map(|&(z1, z2)| ((1.0 + external(z1)) * (1.0 + external(z2))).sqrt().recip()).sum()
        };
        (0..layer.sources()).map(|u| (layer.sources()..neurons).map(|v| score(u, v)).collect()).collect()
    }

    proptest! {
        /// Exact counts, no place twice, none that stays taken, and the highest scores there are, at any density.
        #[test]
        fn the_links_that_grow_are_those_with_the_highest_scores_by_definition(
            n_in in 1_usize..9, n_out in 1_usize..9, share in 0_usize..=100, pruned in 0_usize..=100,
            grown in 0_usize..=120, seed in 0_u64..1000,
        ) {
            let mut rng = generator(seed, Stream::Evolution);
            let taken = random_connectivity(n_in, n_out, n_in * n_out * share / 100, &mut rng).unwrap();
            let pruned: Vec<u32> = (0..).zip(taken.iter()).map(|(index, _)| index)
                .filter(|index| (index * 37 + 11) % 100 < u32::try_from(pruned).unwrap()).collect();
            let remaining: Vec<Place> = taken.iter_without(&pruned).collect();
            let layer = Connectivity::try_new(n_in, n_out, &remaining).unwrap();
            let empty = n_in * n_out - remaining.len();
            let count = empty * grown / 100;
            let links = most_likely_links(&taken, &pruned, count, &mut rng.clone());

            prop_assert_eq!(links.len(), count.min(empty));
            prop_assert!(links.is_sorted_by(|a, b| a < b), "{:?}", links);
            prop_assert!(links.iter().all(|&link| layer.find(link).is_none()), "{:?}", links);
            prop_assert_eq!(&links, &most_likely_links(&taken, &pruned, count, &mut rng), "not reproducible");

            let scores = scores_by_definition(&layer);
            let score = |place: Place| scores[place.source as usize][place.target as usize];
            let full: Vec<Place> = random_connectivity(n_in, n_out, n_in * n_out, &mut rng).unwrap().iter().collect();
            let mut highest: Vec<f64> =
                full.into_iter().filter(|&place| layer.find(place).is_none()).map(score).collect();
            let mut chosen: Vec<f64> = links.into_iter().map(score).collect();
            highest.sort_by(|a, b| b.total_cmp(a));
            chosen.sort_by(|a, b| b.total_cmp(a));
            for (chosen, highest) in chosen.iter().zip(highest) {
                prop_assert!((chosen - highest).abs() <= 1e-6 * highest, "{} instead of {}", chosen, highest);
            }
        }
    }

    #[test]
    fn scores_of_random_layers_are_those_of_the_definition() {
        let mut rng = generator(5, Stream::InitialTopology);
        for connections in [10, 30, 60, 100, 140] {
            let layer = random_connectivity(12, 15, connections, &mut rng).expect("valid");
            let expected = scores_by_definition(&layer);
            let mut paths = Paths::new(&layer);
            for source in 0..12_u32 {
                let mut found = [0.0; 15];
                for (target, score) in paths.scores_from(source as usize) {
                    found[target as usize] = score;
                }
                for target in 0..15_u32 {
                    let (found, expected) = (found[target as usize], expected[source as usize][target as usize]);
                    let taken = layer.find(Place { source, target }).is_some();
                    assert!(taken && found == 0.0 || !taken && (found - expected).abs() < 1e-9, "{found} {expected}");
                }
            }
        }
    }
}
