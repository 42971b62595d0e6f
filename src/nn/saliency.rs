//! The scores by which pruning at initialisation chooses connections: SNIP, `GraSP` and `SynFlow`.
//!
//! All three start from a dense network that has not been trained, give each weight a score, and keep the best of all
//! layers together (Frankle et al. 2021, "Pruning neural networks at initialization", compare them). Nothing holds a
//! layer back from losing all its connections: that it happens, and to whom, is part of what there is to see.
//!
//! Everything is computed in `f64`, with dropout off. The gradients run through `Dual` matrices: where weights carry a
//! direction, the very same backward pass also gives the derivative of the gradient along it, which is the product of
//! the Hessian with that direction (Pearlmutter 1994). A difference of two gradients would have to choose a step, and
//! would be wrong wherever a relu turns on or off within it.
//!
//! Of a wide network this takes a while, so whoever waits for it can stop it at almost any time.
//!
//! Scores and choices have one entry for each place of a layer, row by row as in [`Weights::Dense`] (`n_out x n_in`).

mod objective;

use std::cmp::Ordering;

use ndarray::{Array1, Array2, Axis};

use self::objective::{GoOn, Objective, constant};
use super::layer::{Layer, Weights};
use super::network::Network;
use crate::sparse::{Activations, count_multiply_adds};

/// Rounds of pruning by `SynFlow` (Tanaka et al. 2020, algorithm 1).
const ROUNDS: u32 = 100;
/// What `GraSP` divides the logits by.
const GRASP_TEMPERATURE: f64 = 200.0;

/// What pruning at initialisation keeps connections by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saliency {
    /// `|w|` at initialisation: no more than how widely a layer's weights are drawn.
    Magnitude,
    /// `|w ∂L/∂w|`: how much the loss feels the connection (Lee et al. 2019, equations 6 and 7; their division by the
    /// sum of all scores changes no ranking).
    Snip,
    /// `w ⊙ Hg`: to first order half of what the squared norm of the gradient `g` would lose with the connection (Wang
    /// et al. 2020, gradient signal preservation; they write `−w ⊙ Hg` and remove the highest). `g` and the Hessian `H`
    /// are of the weights alone, and the logits are divided by a temperature of 200 as in the authors' code.
    Grasp,
    /// `|w ∂R/∂w|`, where `R` sums the outputs of the network with weights `|w|`, without biases or activation
    /// functions, for an input of ones: no data needed (Tanaka et al. 2020, equation 5). Pruned in 100 rounds and
    /// scored anew in each.
    SynFlow,
}

impl Saliency {
    /// For each layer and place, whether its connection is kept: exactly `keep` in all layers together, those with the
    /// highest scores. Of equals the earlier place is kept, by layer, then position; NaN counts as the lowest score.
    ///
    /// `inputs` is one batch (`features x batch`), `labels` has one class a sample. [`Self::SynFlow`] looks at neither;
    /// it leaves `⌈N (keep / N)^(r / 100)⌉` of the `N` connections after round `r` of 100.
    ///
    /// Nothing once `go_on`, which is asked all the time, says no.
    ///
    /// # Panics
    /// If a layer is sparse, or `keep` is 0 or more than there are connections, or the batch does not fit the network.
    #[must_use]
    pub fn kept(
        self,
        network: &Network,
        inputs: &Activations,
        labels: &[u32],
        keep: usize,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Vec<Vec<bool>>> {
        let all = network.connections();
        assert!((1..=all).contains(&keep), "{keep} connections of {all}");
        let chosen = match self {
            Self::SynFlow => left_by_synaptic_flow(weights(network), keep, go_on)?,
            Self::Magnitude | Self::Snip | Self::Grasp => {
                let scores = self.scores(network, inputs, labels, go_on)?.concat();
                by_score(&scores, (0..all).collect(), keep).0
            }
        };
        let mut is_kept = vec![false; all];
        for place in chosen {
            is_kept[place] = true;
        }
        let mut rest = is_kept.into_iter();
        let sizes = network.layers().iter().map(|layer| layer.weights.connections());
        Some(sizes.map(|size| rest.by_ref().take(size).collect()).collect())
    }

    /// For each layer and place, the score of its connection in the network as it stands, the higher the rather kept;
    /// of [`Self::SynFlow`] those of the first round.
    ///
    /// `inputs` is one batch (`features x batch`), `labels` has one class a sample; [`Self::SynFlow`] looks at neither.
    /// Nothing once `go_on` says no.
    ///
    /// # Panics
    /// If a layer is sparse, or the batch does not fit the network.
    #[must_use]
    pub fn scores(
        self,
        network: &Network,
        inputs: &Activations,
        labels: &[u32],
        go_on: &dyn Fn() -> bool,
    ) -> Option<Vec<Vec<f64>>> {
        let weights = weights(network);
        let scores = match self {
            Self::Snip => {
                let gradients = Objective::new(network, inputs, labels, 1.0, go_on).gradients(&constant(&weights))?;
                weights.iter().zip(gradients).map(|(w, g)| (w * &g.value).mapv(f64::abs)).collect()
            }
            Self::Grasp => {
                let objective = Objective::new(network, inputs, labels, GRASP_TEMPERATURE, go_on);
                let products = objective.hessian_gradient(&weights)?;
                weights.iter().zip(products).map(|(w, product)| w * &product).collect()
            }
            Self::SynFlow => synaptic_flow(&magnitudes(weights)),
            Self::Magnitude => magnitudes(weights),
        };
        go_on().then(|| rows(scores))
    }
}

/// The weights of all layers (`n_out x n_in` each).
fn weights(network: &Network) -> Vec<Array2<f64>> {
    let matrix = |layer: &Layer| match &layer.weights {
        Weights::Dense { n_in, n_out, values } => {
            Array2::from_shape_fn((*n_out, *n_in), |(target, source)| f64::from(values[target * n_in + source]))
        }
        Weights::Sparse { .. } => panic!("pruning at initialisation starts from dense layers"),
    };
    network.layers().iter().map(matrix).collect()
}

fn magnitudes(weights: Vec<Array2<f64>>) -> Vec<Array2<f64>> {
    weights.into_iter().map(|layer| layer.mapv_into(f64::abs)).collect()
}

/// The `keep` of these places with the highest scores, then the others. Of equals the earlier is higher; NaN is lowest.
fn by_score(scores: &[f64], mut places: Vec<usize>, keep: usize) -> (Vec<usize>, Vec<usize>) {
    if keep < places.len() {
        places.select_nth_unstable_by(keep, |a, b| descending(scores[*a], scores[*b]).then(a.cmp(b)));
    }
    let others = places.split_off(keep.min(places.len()));
    (places, others)
}

/// A total order from the highest score to the lowest, which is NaN; 0 and −0 are equal.
fn descending(a: f64, b: f64) -> Ordering {
    b.partial_cmp(&a).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// The places that synaptic flow leaves, counted through all layers (Tanaka et al. 2020, algorithm 1). What is once
/// removed stays so.
fn left_by_synaptic_flow(weights: Vec<Array2<f64>>, keep: usize, go_on: GoOn) -> Option<Vec<usize>> {
    let mut magnitudes = magnitudes(weights);
    let all = magnitudes.iter().map(Array2::len).sum();
    let mut left: Vec<usize> = (0..all).collect();
    for round in 1..=ROUNDS {
        if !go_on() {
            return None;
        }
        let scores = rows(synaptic_flow(&magnitudes)).concat();
        let removed;
        (left, removed) = by_score(&scores, left, left_after(round, all, keep));
        for place in removed {
            *weight_mut(&mut magnitudes, place) = 0.0;
        }
    }
    Some(left)
}

/// The weight at a place counted through all layers.
fn weight_mut(layers: &mut [Array2<f64>], mut place: usize) -> &mut f64 {
    for layer in layers {
        if place < layer.len() {
            let n_in = layer.ncols();
            return &mut layer[[place / n_in, place % n_in]];
        }
        place -= layer.len();
    }
    unreachable!("places are those of the layers")
}

/// Each layer row by row.
fn rows(layers: Vec<Array2<f64>>) -> Vec<Vec<f64>> {
    layers.into_iter().map(|layer| layer.into_flat().to_vec()).collect()
}

/// How many of `all` connections are left after a round: density falls by the same factor in each, to exactly `keep`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of a count"
)]
fn left_after(round: u32, all: usize, keep: usize) -> usize {
    if round == ROUNDS {
        return keep;
    }
    let density = (keep as f64 / all as f64).powf(f64::from(round) / f64::from(ROUNDS));
    ((density * all as f64).ceil() as usize).clamp(keep, all)
}

/// Scores of one round of synaptic flow from the magnitudes of the weights, 0 where there is none: `|w| ∂R/∂|w|` with
/// `R = 1ᵀ |W_L| … |W_1| 1` (Tanaka et al. 2020, equation 5).
///
/// A connection's score is the flow through it: what arrives at its source, times its magnitude, times what one unit at
/// its target brings to the outputs. The scores of each layer add up to `R`.
fn synaptic_flow(magnitudes: &[Array2<f64>]) -> Vec<Array2<f64>> {
    let mut arriving = vec![Array1::ones(magnitudes[0].ncols())];
    for weights in magnitudes {
        arriving.push(weights.dot(&arriving[arriving.len() - 1]));
    }
    let mut leaving = Array1::ones(magnitudes[magnitudes.len() - 1].nrows());
    let mut scores = Vec::with_capacity(magnitudes.len());
    for (weights, arriving) in magnitudes.iter().zip(&arriving).rev() {
        // What arrives, what leaves, and a score each.
        count_multiply_adds(weights.len(), 3);
        scores.push(weights * &leaving.view().insert_axis(Axis(1)) * arriving);
        // Wᵀ times a vector, by rows: ndarray would go down the columns, which are far apart in memory.
        let mut below = Array1::zeros(weights.ncols());
        weights.rows().into_iter().zip(&leaving).for_each(|(row, leaving)| below.scaled_add(*leaving, &row));
        leaving = below;
    }
    scores.reverse();
    scores
}

#[cfg(test)]
mod tests;
