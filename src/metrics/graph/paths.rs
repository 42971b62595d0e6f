//! Clustering of a layer: whether neurons that share one neighbour share more.
//!
//! Triangles, which clustering is usually counted in, do not exist in a bipartite graph; its shortest cycles have four
//! connections. Set the figures against those of [`rewired`](super::rewired) layers: degrees alone already cause some.

use super::side::Side;
use crate::sparse::Connectivity;

/// Numbers of short cycles and paths of a layer, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BipartitePaths {
    /// `C₄`: cycles of four connections, which are two sources and two targets with all four connections between them.
    pub four_cycles: u128,
    /// `L₃`: paths of three connections over four different neurons, each counted in one direction.
    pub three_paths: u128,
}

impl BipartitePaths {
    /// Counts them; time as the sum of the squared in-degrees.
    #[must_use]
    pub fn of(layer: &Connectivity) -> Self {
        let mut four_cycles = 0;
        // Two sources are in a cycle with any two of the targets that they share.
        for_each_overlap(layer, Side::Sources, |_, _, common| {
            four_cycles += common as u128 * (common as u128 - 1) / 2;
        });
        // A connection is in the middle of a path with any other connection at either end; these never meet.
        let around = |source: u32, target: u32| {
            let (out_degree, in_degree) = (layer.out_degree(source as usize), layer.in_degree(target as usize));
            (out_degree as u128 - 1) * (in_degree as u128 - 1)
        };
        let three_paths = layer.iter().map(|place| around(place.source, place.target)).sum();
        Self { four_cycles, three_paths }
    }

    /// Clustering coefficient of Robins and Alexander (2004): `4·C₄/L₃`, the share of paths of three connections whose ends
    /// are connected too, from 0 to 1 (all places taken). None where there are no such paths.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "only their ratio is of interest")]
    pub fn clustering(self) -> Option<f64> {
        (self.three_paths > 0).then(|| 4.0 * self.four_cycles as f64 / self.three_paths as f64)
    }
}

/// Mean overlap of the neighbourhoods of two neurons of one side, `|N(u) ∩ N(v)| / |N(u) ∪ N(v)|`, over all pairs that have
/// a neighbour in common (Latapy, Magnien and Del Vecchio 2008, `cc•` of a pair of nodes): above 0, up to 1 where such
/// neurons have all neighbours in common. None where no two neurons have one.
///
/// Each pair counts alike; the paper's coefficient of a whole side instead averages over each node's pairs first.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of pairs are far below 2^52")]
pub fn mean_overlap(layer: &Connectivity, side: Side) -> Option<f64> {
    let (mut pairs, mut sum) = (0_u64, 0.0);
    for_each_overlap(layer, side, |one, other, common| {
        let union = side.degree(layer, one) + side.degree(layer, other) - common;
        pairs += 1;
        sum += common as f64 / union as f64;
    });
    (pairs > 0).then(|| sum / pairs as f64)
}

/// Calls `visit(one, other, common)` for each pair of neurons of this side that have `common > 0` neighbours in common.
fn for_each_overlap(layer: &Connectivity, side: Side, mut visit: impl FnMut(usize, usize, usize)) {
    let (neighbours, back) = (side.neighbours(layer), side.other().neighbours(layer));
    let mut common = vec![0_usize; neighbours.len()];
    let mut met = Vec::new();
    for (one, own) in neighbours.iter().enumerate() {
        for &neighbour in own {
            // Neurons ascend, so those after this one come last.
            for &other in back[neighbour].iter().rev().take_while(|&&other| other > one) {
                if common[other] == 0 {
                    met.push(other);
                }
                common[other] += 1;
            }
        }
        for other in met.drain(..) {
            visit(one, other, std::mem::take(&mut common[other]));
        }
    }
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{any_layer, layer};
    use super::*;

    /// Whether the place is taken, for all sources and targets.
    fn matrix(layer: &Connectivity) -> Vec<Vec<bool>> {
        let mut matrix = vec![vec![false; layer.targets()]; layer.sources()];
        layer.iter().for_each(|place| matrix[place.source as usize][place.target as usize] = true);
        matrix
    }

    /// Counts by trying all ordered choices of two sources and two targets.
    fn by_brute_force(layer: &Connectivity) -> BipartitePaths {
        let taken = matrix(layer);
        let (mut cycles, mut paths) = (0, 0);
        for (a, row_a) in taken.iter().enumerate() {
            for (_, row_b) in taken.iter().enumerate().filter(|&(b, _)| b != a) {
                for x in 0..layer.targets() {
                    for y in (0..layer.targets()).filter(|&y| y != x) {
                        // The path x, a, y, b begins at a target, so that each path is met in one direction only.
                        let path = row_a[x] && row_a[y] && row_b[y];
                        paths += u128::from(path);
                        cycles += u128::from(path && row_b[x]);
                    }
                }
            }
        }
        // A cycle is met from either source with either target first.
        BipartitePaths { four_cycles: cycles / 4, three_paths: paths }
    }

    #[test]
    fn a_square_with_a_tail_worked_by_hand() {
        // Sources 0 and 1 share targets 0 and 1; source 1 also leads to target 2: one cycle.
        let square = layer(2, 3, &[(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)]);
        let paths = BipartitePaths::of(&square);
        // (out-degree − 1)·(in-degree − 1): 1·1 twice from source 0, 2·1 twice and 2·0 from source 1, 6 in all.
        assert_eq!(paths, BipartitePaths { four_cycles: 1, three_paths: 6 });
        assert!((paths.clustering().expect("paths") - 4.0 / 6.0).abs() < 1e-12);
        // Sources: {0, 1} and {0, 1, 2} share 2 of 3.
        assert!((mean_overlap(&square, Side::Sources).expect("a pair") - 2.0 / 3.0).abs() < 1e-12);
        // Targets {0, 1}, {0, 1} and {1}: 2/2, 1/2 and 1/2, mean 2/3.
        assert!((mean_overlap(&square, Side::Targets).expect("pairs") - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn extremes_of_clustering() {
        let full: Vec<(u32, u32)> = (0..4).flat_map(|source| (0..5).map(move |target| (source, target))).collect();
        let paths = BipartitePaths::of(&layer(4, 5, &full));
        // C(4, 2)·C(5, 2) = 60 cycles; 20 connections with 4·3 paths around each.
        assert_eq!(paths, BipartitePaths { four_cycles: 60, three_paths: 240 });
        assert_eq!(paths.clustering(), Some(1.0));
        let apart = layer(2, 2, &[(0, 0), (1, 1)]);
        assert_eq!(BipartitePaths::of(&apart).clustering(), None);
        assert_eq!(mean_overlap(&apart, Side::Targets), None);
    }

    proptest! {
        #[test]
        fn counts_are_those_of_brute_force(layer in any_layer(6, 7)) {
            prop_assert_eq!(BipartitePaths::of(&layer), by_brute_force(&layer));
        }

        #[test]
        fn overlaps_are_those_of_all_pairs(layer in any_layer(6, 7)) {
            let rows = matrix(&layer);
            let mut overlaps = Vec::new();
            for (a, b) in (0..rows.len()).flat_map(|a| (0..a).map(move |b| (a, b))) {
                let both = rows[a].iter().zip(&rows[b]).filter(|(a, b)| **a && **b).count();
                let either = rows[a].iter().zip(&rows[b]).filter(|(a, b)| **a || **b).count();
                overlaps.extend((both > 0).then(|| both as f64 / either as f64));
            }
            match mean_overlap(&layer, Side::Sources) {
                None => prop_assert!(overlaps.is_empty()),
                Some(mean) => {
                    let expected = overlaps.iter().sum::<f64>() / overlaps.len() as f64;
                    prop_assert!((mean - expected).abs() < 1e-12);
                }
            }
        }
    }
}
