//! Matching the neurons of two layers.

use pathfinding::kuhn_munkres::kuhn_munkres_min;
use pathfinding::matrix::Matrix;

/// The crate matches by integers: a cost of 1 is this many units, 2^40. Sums over 2^20 neurons still fit.
const UNITS: f64 = 1_099_511_627_776.0;

/// For each row the column of a square matrix of costs from 0 to 1 (row by row), each column once, so that the sum of
/// their costs is the least (Hungarian method, Kuhn 1955 and Munkres 1957), up to 2⁻⁴⁰ a row. O(n³) for `n` rows.
#[expect(clippy::cast_possible_truncation, reason = "costs up to 1 are at most 2^40 units")]
pub(super) fn cheapest_assignment(size: usize, costs: &[f64]) -> Vec<usize> {
    let units = costs.iter().map(|cost| (cost * UNITS).round() as i64).collect();
    let matrix = Matrix::from_vec(size, size, units).expect("a cost for each pair");
    kuhn_munkres_min(&matrix).1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The least sum over all ways to give each row from `row` on a column that is not yet `taken`.
    fn least_sum(size: usize, costs: &[f64], row: usize, taken: &mut Vec<bool>) -> f64 {
        let mut least = if row == size { 0.0 } else { f64::INFINITY };
        for column in (0..size).filter(|_| row < size) {
            if !std::mem::replace(&mut taken[column], true) {
                least = least.min(costs[row * size + column] + least_sum(size, costs, row + 1, taken));
                taken[column] = false;
            }
        }
        least
    }

    proptest! {
        #[test]
        fn no_other_assignment_is_cheaper(size in 1_usize..6, costs in prop::collection::vec(0.0..=1.0_f64, 25)) {
            let columns = cheapest_assignment(size, &costs[..size * size]);
            let mut taken = vec![false; size];
            prop_assert!(columns.iter().all(|&column| !std::mem::replace(&mut taken[column], true)));
            let sum: f64 = (0..size).map(|row| costs[row * size + columns[row]]).sum();
            prop_assert!((sum - least_sum(size, &costs, 0, &mut vec![false; size])).abs() < 1e-9);
        }
    }
}
