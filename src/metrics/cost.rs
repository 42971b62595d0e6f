//! What a network costs to compute and to keep.

use serde::{Deserialize, Serialize};

use crate::nn::{Layer, Network, Rule};
use crate::sparse::Connectivity;

/// Floating-point operations of a forward pass for one sample: a multiplication and an addition a connection.
///
/// A training step costs three times as many: forward, gradient of the activations, gradient of the weights.
#[must_use]
pub fn forward_flops(connections: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a figure to show")]
    let connections = connections as f64;
    2.0 * connections
}

/// Bytes that training keeps for this network: weights and biases with their moments (one, of Adam two), the gradients of
/// the largest layer, and the indices of sparse layers. Without ages, which only a run that is watched keeps.
#[must_use]
pub fn training_bytes(network: &Network, rule: Rule) -> usize {
    let layers = network.layers().iter();
    let values = |layer: &Layer| layer.weights.connections() + layer.bias.len() + layer.shape.len();
    let kept = if rule.is_adaptive() { 3 } else { 2 };
    let gradients = layers.clone().map(values).max().unwrap_or(0);
    let index: usize =
        layers.clone().filter_map(|layer| layer.weights.connectivity()).map(Connectivity::index_bytes).sum();
    size_of::<f32>() * (kept * layers.map(values).sum::<usize>() + gradients) + index
}

/// The same of a dense network of this shape.
#[must_use]
pub fn dense_training_bytes(network: &Network, rule: Rule) -> usize {
    let values = |layer: &Layer| layer.weights.n_in() * layer.weights.n_out() + layer.bias.len() + layer.shape.len();
    let layers = || network.layers().iter().map(values);
    let kept = if rule.is_adaptive() { 3 } else { 2 };
    size_of::<f32>() * (kept * layers().sum::<usize>() + layers().max().unwrap_or(0))
}

/// What it costs to compute the outputs for one sample, by a **model**, nothing of which is measured.
///
/// Energy is that of a 45 nm chip (Horowitz 2014, "Computing's energy problem"): 4.6 pJ a multiply-add of 32 bits (3.7 and
/// 0.9), and for every 64 bits of weights and indices, fetched once from the smallest memory that holds them all, 10 pJ up to
/// 8 kB, 20 up to 32 kB, 100 up to 1 MB, 1,950 beyond (DRAM takes 1,300 to 2,600). Activations, biases and control are left
/// out, and so is that general processors spend most of their energy on other things.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct InferenceCost {
    /// One a connection.
    pub multiply_adds: usize,
    /// Sparse layers by rows (CSR): 8 a connection and `4(n_out + 1)`; dense layers 4 a place.
    pub bytes: usize,
    /// Energy of the model, in pJ.
    pub model_picojoules: f64,
}

/// pJ of a multiply-add of 32-bit floating-point numbers.
const MULTIPLY_ADD: f64 = 3.7 + 0.9;
/// Sizes of memories in bytes, and pJ for 64 bits from them.
const MEMORIES: [(usize, f64); 3] = [(8 << 10, 10.0), (32 << 10, 20.0), (1 << 20, 100.0)];
/// pJ for 64 bits from DRAM: the middle between 1,300 and 2,600.
const DRAM: f64 = 1950.0;

impl InferenceCost {
    /// Of a network as it is stored.
    #[must_use]
    pub fn of(network: &Network) -> Self {
        let bytes = |layer: &Layer| match layer.weights.connectivity() {
            Some(own) => 8 * own.connections() + 4 * (own.targets() + 1),
            None => 4 * layer.weights.connections(),
        };
        Self::new(network.connections(), network.layers().iter().map(bytes).sum())
    }

    /// Of a dense network of the same shape.
    #[must_use]
    pub fn of_dense(network: &Network) -> Self {
        let places = network.layers().iter().map(|layer| layer.weights.n_in() * layer.weights.n_out()).sum();
        Self::new(places, 4 * places)
    }

    #[expect(clippy::cast_precision_loss, reason = "a figure to show")]
    fn new(multiply_adds: usize, bytes: usize) -> Self {
        let fetch = MEMORIES.iter().find(|(size, _)| bytes <= *size).map_or(DRAM, |(_, fetch)| *fetch);
        let model_picojoules = MULTIPLY_ADD * multiply_adds as f64 + fetch * bytes as f64 / 8.0;
        Self { multiply_adds, bytes, model_picojoules }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use crate::nn::{Activation, Loss, Weights};
    use crate::sparse::Place;

    #[test]
    fn two_dense_layers_counted_by_hand() {
        let dense = |n_in: usize, n_out: usize| {
            Layer::new(Weights::Dense { n_in, n_out, values: vec![0.0; n_in * n_out] }, Activation::Tanh)
        };
        let network = Network::new(vec![dense(3, 4), dense(4, 2)], Loss::default());
        // 16 and 10 values with one moment each, and 16 gradients; Adam's second moments are 26 more.
        assert_eq!(training_bytes(&network, Rule::Sgd), 4 * (2 * 26 + 16));
        assert_eq!(training_bytes(&network, Rule::AdamW), 4 * (3 * 26 + 16));
        assert_eq!(dense_training_bytes(&network, Rule::AdamW), 4 * (3 * 26 + 16), "it is dense");
    }

    #[test]
    fn the_model_worked_by_hand() {
        // 3 connections on 2·2 places: 24 bytes and 3 starts of rows; dense 16 bytes. All from 8 kB.
        let place = |source, target| Place { source, target };
        let connectivity = Connectivity::try_new(2, 2, &[place(0, 0), place(0, 1), place(1, 1)]).expect("valid");
        let weights = Weights::Sparse { connectivity: Arc::new(connectivity), values: vec![0.0; 3] };
        let network = Network::new(vec![Layer::new(weights, Activation::Tanh)], Loss::default());
        let (own, dense) = (InferenceCost::of(&network), InferenceCost::of_dense(&network));
        assert_eq!((own.multiply_adds, own.bytes, dense.multiply_adds, dense.bytes), (3, 36, 4, 16));
        assert!((own.model_picojoules - (3.0 * 4.6 + 4.5 * 10.0)).abs() < 1e-9);
        assert!((dense.model_picojoules - (4.0 * 4.6 + 2.0 * 10.0)).abs() < 1e-9, "and so dense is cheaper");
        // Each memory up to its size: 8 kB, 32 kB, 1 MB, and DRAM.
        let fetched = |bytes: usize| InferenceCost::new(0, bytes).model_picojoules;
        assert_eq!([8192, 8200].map(fetched), [10_240.0, 20_500.0]);
        assert_eq!([32_768, 32_776].map(fetched), [81_920.0, 409_700.0]);
        assert_eq!([1_048_576, 1_048_584].map(fetched), [13_107_200.0, 131_073.0 * 1950.0]);
    }
}
