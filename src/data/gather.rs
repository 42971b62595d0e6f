//! From rows of samples to feature-major batches: a transposition that also scales.

use std::ops::Range;

use super::scale::Scaling;

/// Samples and features that are transposed at once: 16 values of a batch fill one cache line.
const TILE: usize = 16;

/// Writes samples as columns: `out[nth * stride + place]` becomes the scaled value of the nth of these features in
/// `row(place)`, for each place below `count`. Values between the rows of `out` are left untouched.
///
/// Every row has values for all of `features`. A tile is read and written in whole cache lines, so that neither the samples,
/// which lie far apart, nor the batch, which is larger than the innermost cache, are fetched more than once.
pub(super) fn gather<'a, T: Copy + Default + Into<f32> + 'a>(
    features: Range<usize>,
    count: usize,
    row: impl Fn(usize) -> &'a [T],
    scaling: &Scaling,
    out: &mut [f32],
    stride: usize,
) {
    assert!(stride >= count, "rows of {count} values cannot start {stride} apart");
    let needed = if count == 0 { 0 } else { features.len().saturating_sub(1) * stride + count };
    assert!(
        out.len() >= needed,
        "{} values have no room for {count} samples of {} features",
        out.len(),
        features.len()
    );
    for first_place in (0..count).step_by(TILE) {
        let places = TILE.min(count - first_place);
        // An incomplete tile repeats its last sample, and writes it once.
        let rows: [&[T]; TILE] = std::array::from_fn(|place| row(first_place + place.min(places - 1)));
        for first in features.clone().step_by(TILE) {
            let width = TILE.min(features.end - first);
            let tile = transposed(&rows, first, width);
            for (feature, values) in (first..first + width).zip(&tile) {
                let line = scaling.apply(feature, values);
                let out = &mut out[(feature - features.start) * stride + first_place..][..places];
                match out.as_mut_array::<TILE>() {
                    Some(whole) => *whole = line,
                    None => out.copy_from_slice(&line[..places]),
                }
            }
        }
    }
}

/// `tile[feature][place]` of `width` features from `first` on; what lies beyond them is the default.
fn transposed<T: Copy + Default>(rows: &[&[T]; TILE], first: usize, width: usize) -> [[T; TILE]; TILE] {
    let mut tile = [[T::default(); TILE]; TILE];
    for (line, row) in tile.iter_mut().zip(rows) {
        let values = &row[first..][..width];
        match values.as_array::<TILE>() {
            // Of known length, so that nothing is checked for each value.
            Some(values) => *line = *values,
            None => line[..width].copy_from_slice(values),
        }
    }
    // Each round shuffles the two halves of the rows into each other, as cards: four of them transpose 16 by 16. Unlike
    // moving values one by one, this compiles to a few instructions on whole rows.
    for _ in 0..TILE.ilog2() {
        let mut shuffled = [[T::default(); TILE]; TILE];
        for row in 0..TILE / 2 {
            let (one, other) = (&tile[row], &tile[row + TILE / 2]);
            shuffled[2 * row] = std::array::from_fn(|at| if at % 2 == 0 { one[at / 2] } else { other[at / 2] });
            let (one, other) = (&one[TILE / 2..], &other[TILE / 2..]);
            shuffled[2 * row + 1] = std::array::from_fn(|at| if at % 2 == 0 { one[at / 2] } else { other[at / 2] });
        }
        tile = shuffled;
    }
    tile
}
