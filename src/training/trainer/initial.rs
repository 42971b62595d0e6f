//! The network that a run starts from.

use crate::nn::{Layer, Network};
use crate::random::{Stream, generator};
use crate::sparse::ConnectivityError;
use crate::topology::connectivity::random_connectivity;
use crate::training::arm::Arm;

/// Draws connections and weights, each from a stream of its own.
pub(super) fn initial_network(arm: &Arm, seed: u64) -> Result<Network, ConnectivityError> {
    let mut topology = generator(seed, Stream::InitialTopology);
    let mut weights = generator(seed, Stream::InitialWeights);
    let shapes = arm.shapes();
    let mut layers = Vec::with_capacity(shapes.len());
    for (index, (shape, &count)) in shapes.iter().zip(&arm.connections).enumerate() {
        let hidden = arm.hidden.get(index).copied().unwrap_or_default();
        let mut layer = if count == shape.places() {
            Layer::dense(shape.n_in, shape.n_out, hidden.activation, arm.weight_init, &mut weights)
        } else {
            let connectivity = random_connectivity(shape.n_in, shape.n_out, count, &mut topology)?;
            Layer::sparse(connectivity, hidden.activation, arm.weight_init, &mut weights)
        };
        layer.dropout = hidden.dropout;
        layers.push(layer);
    }
    Ok(Network::new(layers, arm.loss))
}
