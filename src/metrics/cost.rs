//! What a network costs to compute and to keep.

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
pub fn network_bytes(network: &Network, rule: Rule) -> usize {
    let layers = network.layers().iter();
    let values = |layer: &Layer| layer.weights.connections() + layer.bias.len() + layer.shape.len();
    let kept = if rule.is_adaptive() { 3 } else { 2 };
    let gradients = layers.clone().map(values).max().unwrap_or(0);
    let index: usize =
        layers.clone().filter_map(|layer| layer.weights.connectivity()).map(Connectivity::index_bytes).sum();
    size_of::<f32>() * (kept * layers.map(values).sum::<usize>() + gradients) + index
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Activation, Loss, Weights};

    #[test]
    fn two_dense_layers_counted_by_hand() {
        let dense = |n_in: usize, n_out: usize| {
            Layer::new(Weights::Dense { n_in, n_out, values: vec![0.0; n_in * n_out] }, Activation::Tanh)
        };
        let network = Network::new(vec![dense(3, 4), dense(4, 2)], Loss::default());
        // 16 and 10 values with one moment each, and 16 gradients; Adam's second moments are 26 more.
        assert_eq!(network_bytes(&network, Rule::Sgd), 4 * (2 * 26 + 16));
        assert_eq!(network_bytes(&network, Rule::AdamW), 4 * (3 * 26 + 16));
    }
}
