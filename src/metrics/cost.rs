//! What a network costs to compute and to keep.

use crate::nn::{Network, Weights};

/// Floating-point operations of a forward pass for one sample: a multiplication and an addition a connection.
///
/// A training step costs three times as many: forward, gradient of the activations, gradient of the weights.
#[must_use]
pub fn forward_flops(connections: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a figure to show")]
    let connections = connections as f64;
    2.0 * connections
}

/// Bytes that training keeps for this network: weights, gradients, velocities, biases, and the indices of sparse layers.
#[must_use]
pub fn network_bytes(network: &Network) -> usize {
    let value = size_of::<f32>();
    network
        .layers()
        .iter()
        .map(|layer| {
            let index = match &layer.weights {
                Weights::Sparse { connectivity, .. } => connectivity.index_bytes(),
                Weights::Dense { .. } => 0,
            };
            3 * value * (layer.weights.connections() + layer.bias.len()) + index
        })
        .sum()
}
