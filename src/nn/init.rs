//! Initial values of weights.

use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use crate::random::Generator;
use crate::sparse::Connectivity;

/// How the spread of initial weights is chosen.
///
/// He et al. 2015 keep the variance of activations through a layer by `σ² = gain² / fan_in`. In a sparse layer the
/// fan-in that counts is the number of connections that a neuron really has (Evci et al. 2022, "Gradient flow in sparse
/// neural networks", section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WeightInit {
    /// Normal, `σ² = gain² / fan_in` over the neuron's own connections.
    #[default]
    SparseHe,
    /// Normal, `σ² = gain² / n_in` as if the layer were dense.
    He,
    /// Normal, `σ² = 2 / (n_in + n_out)` (Glorot & Bengio 2010), as if the layer were dense.
    Glorot,
}

impl WeightInit {
    /// All of them, for lists.
    pub const ALL: [Self; 3] = [Self::SparseHe, Self::He, Self::Glorot];
}

/// Standard deviation of the initial weights that lead to a neuron.
///
/// `fan_in` is the number of connections it has, `n_in` and `n_out` the layer's sizes, `activation` what the neuron
/// applies, which sets the gain.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of neurons")]
pub fn standard_deviation(init: WeightInit, activation: Activation, fan_in: usize, n_in: usize, n_out: usize) -> f64 {
    let gain_squared = activation.gain_squared();
    match init {
        WeightInit::SparseHe => (gain_squared / fan_in.max(1) as f64).sqrt(),
        WeightInit::He => (gain_squared / n_in as f64).sqrt(),
        WeightInit::Glorot => (2.0 / (n_in + n_out) as f64).sqrt(),
    }
}

/// Draws the weights of a sparse layer, target by target.
pub(super) fn sparse_weights(
    connectivity: &Connectivity,
    init: WeightInit,
    activation: Activation,
    rng: &mut Generator,
) -> Vec<f32> {
    let (n_in, n_out) = (connectivity.sources(), connectivity.targets());
    let mut weights = vec![0.0; connectivity.connections()];
    for target in 0..n_out {
        let fan_in = connectivity.in_degree(target);
        let deviation = standard_deviation(init, activation, fan_in, n_in, n_out);
        for (_, connection) in connectivity.incoming(target) {
            weights[connection] = normal(deviation, rng);
        }
    }
    weights
}

/// Draws the weights of a dense layer, row by row (`n_out x n_in`).
pub(super) fn dense_weights(
    n_in: usize,
    n_out: usize,
    init: WeightInit,
    activation: Activation,
    rng: &mut Generator,
) -> Vec<f32> {
    let deviation = standard_deviation(init, activation, n_in, n_in, n_out);
    (0..n_in * n_out).map(|_| normal(deviation, rng)).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
fn normal(deviation: f64, rng: &mut Generator) -> f32 {
    let standard: f64 = StandardNormal.sample(rng);
    (deviation * standard) as f32
}
