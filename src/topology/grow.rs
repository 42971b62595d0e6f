//! Where connections are regrown.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::iter::Peekable;
use std::ops::Range;

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayViewMut2, s};
use serde::{Deserialize, Serialize};

use super::connectivity::random_empty_places;
use crate::random::Generator;
use crate::sparse::{Activations, Connectivity, Place, for_each_share_of_rows};

/// What decides where connections grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrowScore {
    /// Every empty place is as likely as any other.
    Random,
    /// The largest |∂L/∂w| of one batch among the empty places (Evci et al. 2020).
    Gradient,
}

impl GrowScore {
    /// All of them, for lists.
    pub const ALL: [Self; 2] = [Self::Random, Self::Gradient];

    /// The name on screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Gradient => "largest |gradient|",
        }
    }
}

/// One batch, from which the gradient at any place of a layer follows: `∂L/∂w = Σ_samples δ[target] · x[source]`.
#[derive(Debug, Clone, Copy)]
pub struct GradientSource<'a> {
    /// Activations of the sources, `n_in x batch`.
    pub x: &'a Activations,
    /// Gradients with respect to the targets' sums, `n_out x batch`.
    pub delta: &'a Activations,
}

/// Sources whose gradients are computed at once.
const TILE: usize = 64;

/// `count` empty places, ascending; all of them if there are no more. Those of the connections `pruned` (ascending
/// indices) are empty too.
///
/// # Panics
/// If growth by gradient is asked for without a batch.
#[must_use]
pub fn select(
    score: GrowScore,
    taken: &Connectivity,
    pruned: &[u32],
    count: usize,
    batch: Option<GradientSource>,
    rng: &mut Generator,
) -> Vec<Place> {
    match score {
        GrowScore::Random => random_empty_places(taken, pruned, count, rng),
        GrowScore::Gradient => {
            let batch = batch.expect("growth by gradient is given the batch that it needs");
            largest_gradients(taken, pruned, count, batch)
        }
    }
}

/// The empty places with the largest |gradient|, ascending.
///
/// `G = X δᵀ` is computed in tiles of 64 sources, of which only the best places are kept: the most memory taken is
/// `64 · n_out` values, never `n_in · n_out`. Ties go to the earlier place; NaN counts as 0.
fn largest_gradients(taken: &Connectivity, pruned: &[u32], count: usize, batch: GradientSource) -> Vec<Place> {
    let mut best = Best::new(count);
    let mut occupied = taken.iter_without(pruned).peekable();
    let mut tile = Vec::new();
    for first in (0..taken.sources()).step_by(TILE) {
        let rows = TILE.min(taken.sources() - first);
        gradients(batch, first..first + rows, &mut tile);
        for (source, row) in (first..).zip(tile.chunks_exact(taken.targets())) {
            offer_empty(&mut best, &mut occupied, source, row);
        }
    }
    best.into_places()
}

/// `X δᵀ` of some sources, into `tile`.
fn gradients(batch: GradientSource, sources: Range<usize>, tile: &mut Vec<f32>) {
    let (x, delta) = (batch.x.matrix(), batch.delta.matrix());
    let targets = batch.delta.neurons();
    tile.resize(sources.len() * targets, 0.0);
    let work = tile.len() * batch.x.batch();
    for_each_share_of_rows(tile, targets, work, &|rows, values| {
        let rows = sources.start + rows.start..sources.start + rows.end;
        let mut gradients = ArrayViewMut2::from_shape((rows.len(), targets), values).expect("whole rows");
        general_mat_mul(1.0, &x.slice(s![rows, ..]), &delta.t(), 0.0, &mut gradients);
    });
}

#[expect(clippy::cast_possible_truncation, reason = "sizes of a layer fit in 32 bits")]
fn offer_empty(
    best: &mut Best,
    occupied: &mut Peekable<impl Iterator<Item = Place>>,
    source: usize,
    gradients: &[f32],
) {
    for (target, &gradient) in gradients.iter().enumerate() {
        let place = Place { source: source as u32, target: target as u32 };
        if occupied.next_if_eq(&place).is_none() {
            best.offer(gradient, place);
        }
    }
}

/// The best places seen so far, the worst of them on top of a bounded heap.
struct Best {
    count: usize,
    heap: BinaryHeap<Reverse<(u32, Reverse<Place>)>>,
}

impl Best {
    fn new(count: usize) -> Self {
        Self { count, heap: BinaryHeap::with_capacity(count) }
    }

    fn offer(&mut self, gradient: f32, place: Place) {
        // The bits of a non-negative float order as the float does.
        let size = if gradient.is_nan() { 0 } else { gradient.abs().to_bits() };
        let candidate = Reverse((size, Reverse(place)));
        if self.heap.len() < self.count {
            self.heap.push(candidate);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && candidate < *worst
        {
            *worst = candidate;
        }
    }

    fn into_places(self) -> Vec<Place> {
        let mut places: Vec<Place> = self.heap.into_iter().map(|Reverse((_, Reverse(place)))| place).collect();
        places.sort_unstable();
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, generator};
    use crate::topology::connectivity::random_connectivity;
    use rand::RngExt;

    fn place(source: u32, target: u32) -> Place {
        Place { source, target }
    }

    #[test]
    fn the_tiled_choice_equals_a_dense_gradient_in_f64_sorted() {
        let mut rng = generator(3, Stream::Evolution);
        let (n_in, n_out, batch, count) = (20, 150, 8, 40);
        let taken = random_connectivity(n_in, n_out, 300, &mut rng).expect("valid");
        let mut values = |n: usize| -> Vec<f32> { (0..n).map(|_| rng.random_range(-1.0..1.0)).collect() };
        let (x, delta) = (values(n_in * batch), values(n_out * batch));
        let mut all: Vec<(f64, Place)> = Vec::new();
        for target in 0..150 {
            for source in 0..20 {
                let at =
                    |values: &[f32], neuron: u32, sample: usize| f64::from(values[neuron as usize * batch + sample]);
                let sum: f64 = (0..batch).map(|sample| at(&delta, target, sample) * at(&x, source, sample)).sum();
                if taken.find(place(source, target)).is_none() {
                    all.push((sum.abs(), place(source, target)));
                }
            }
        }
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut expected: Vec<Place> = all[..count].iter().map(|entry| entry.1).collect();
        expected.sort_unstable();
        let (x, delta) = (Activations::from_rows(&x, batch), Activations::from_rows(&delta, batch));
        assert_eq!(largest_gradients(&taken, &[], count, GradientSource { x: &x, delta: &delta }), expected);
    }

    #[test]
    fn ties_nan_and_too_large_a_count_are_decided() {
        let taken = Connectivity::try_new(2, 2, &[place(0, 0)]).expect("valid");
        let delta = Activations::from_rows(&[1.0, 1.0], 1);
        let grow = |x: &[f32], count| {
            let x = Activations::from_rows(x, 1);
            largest_gradients(&taken, &[], count, GradientSource { x: &x, delta: &delta })
        };
        assert_eq!(grow(&[1.0, 1.0], 2), [place(0, 1), place(1, 0)]);
        assert_eq!(grow(&[0.5, f32::NAN], 1), [place(0, 1)]);
        assert_eq!(grow(&[0.0, 0.0], 9), [place(0, 1), place(1, 0), place(1, 1)]);
    }
}
