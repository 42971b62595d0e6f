//! The network that a run starts from.

use std::sync::Arc;

use rand::seq::index;

use super::reserve::Reserve;
use crate::data::Split;
use crate::nn::{Layer, Network, Weights};
use crate::random::{Generator, Stream, generator};
use crate::sparse::{Activations, Connectivity, ConnectivityError, Place};
use crate::topology::FanIn;
use crate::topology::connectivity::random_connectivity;
use crate::topology::fan_in::random_inputs;
use crate::training::arm::Arm;

/// Whether to go on.
type GoOn<'a> = &'a dyn Fn() -> bool;

/// Training samples by which connections are chosen before training (the batch of SNIP and GraSP).
const JUDGES: usize = 256;

/// Draws connections and weights, each from a stream of its own; and what there is beside them, where parameters are kept
/// in reserve. Nothing once `go_on` says no: choosing connections by a score of the dense network may take long.
pub(super) fn initial_networks(
    arm: &Arm,
    seed: u64,
    data: &Split,
    go_on: GoOn,
) -> Result<Option<(Network, Option<Reserve>)>, ConnectivityError> {
    let Some(share) = arm.tuning.recipe.and_then(|recipe| recipe.reserve) else {
        return Ok(initial_network(arm, seed, data, go_on)?.map(|network| (network, None)));
    };
    let mut weights = generator(seed, Stream::InitialWeights);
    let Some(all) = network(arm, go_on, |index| Ok(dense_layer(arm, index, &mut weights)))? else { return Ok(None) };
    let (network, reserve) = Reserve::split(&all, &arm.connections, share, arm.rule)?;
    Ok(Some((network, Some(reserve))))
}

fn initial_network(arm: &Arm, seed: u64, data: &Split, go_on: GoOn) -> Result<Option<Network>, ConnectivityError> {
    let mut topology = generator(seed, Stream::InitialTopology);
    let mut weights = generator(seed, Stream::InitialWeights);
    let Some(saliency) = arm.start.saliency() else {
        return network(arm, go_on, |index| first_layer(arm, index, &mut topology, &mut weights));
    };
    let dense = network(arm, go_on, |index| Ok(dense_layer(arm, index, &mut weights)))?;
    let Some(dense) = dense else { return Ok(None) };
    let (inputs, labels) = judges(data, &mut topology);
    let kept = saliency.kept(&dense, &inputs, &labels, arm.total_connections(), go_on);
    kept.map_or(Ok(None), |kept| pruned(&dense, &kept, arm, go_on))
}

fn network(
    arm: &Arm,
    go_on: GoOn,
    mut layer: impl FnMut(usize) -> Result<Layer, ConnectivityError>,
) -> Result<Option<Network>, ConnectivityError> {
    let mut layers = Vec::with_capacity(arm.connections.len());
    for index in 0..arm.connections.len() {
        if !go_on() {
            return Ok(None);
        }
        let mut layer = layer(index)?;
        layer.dropout = arm.hidden.get(index).copied().unwrap_or_default().dropout;
        layers.push(layer);
    }
    Ok(Some(Network::new(layers, arm.loss)))
}

fn first_layer(
    arm: &Arm,
    index: usize,
    topology: &mut Generator,
    weights: &mut Generator,
) -> Result<Layer, ConnectivityError> {
    let (shape, count) = (arm.shapes()[index], arm.first_connections[index]);
    if arm.is_stored_dense(index) {
        return Ok(dense_layer(arm, index, weights));
    }
    let activation = arm.hidden.get(index).copied().unwrap_or_default().activation;
    let connectivity = match arm.fan_in {
        FanIn::Free => random_connectivity(shape.n_in, shape.n_out, count, topology)?,
        FanIn::Constant { .. } => random_inputs(shape.n_in, shape.n_out, count / shape.n_out, topology)?,
    };
    Ok(Layer::sparse(connectivity, activation, arm.weight_init, weights))
}

fn dense_layer(arm: &Arm, index: usize, weights: &mut Generator) -> Layer {
    let (shape, hidden) = (arm.shapes()[index], arm.hidden.get(index).copied().unwrap_or_default());
    Layer::dense(shape.n_in, shape.n_out, hidden.activation, arm.weight_init, weights)
}

/// Some training samples, and their labels.
fn judges(data: &Split, rng: &mut Generator) -> (Activations, Vec<u32>) {
    let train = &data.train;
    let chosen = index::sample(rng, train.samples(), JUDGES.min(train.samples())).into_vec();
    let mut inputs = Activations::zeros(train.features(), chosen.len());
    let stride = inputs.stride();
    train.gather_features(0..train.features(), &chosen, inputs.padded_mut(), stride);
    (inputs, chosen.iter().map(|&sample| train.labels()[sample]).collect())
}

/// The network with those connections only that are kept, at the weights that they had.
fn pruned(dense: &Network, kept: &[Vec<bool>], arm: &Arm, go_on: GoOn) -> Result<Option<Network>, ConnectivityError> {
    network(arm, go_on, |index| {
        let layer = &dense.layers()[index];
        let (n_in, n_out) = (layer.weights.n_in(), layer.weights.n_out());
        let (mut places, mut values) = (Vec::new(), Vec::new());
        for (source, target) in (0..n_in).flat_map(|source| (0..n_out).map(move |target| (source, target))) {
            if kept[index][target * n_in + source] {
                #[expect(clippy::cast_possible_truncation, reason = "sizes of a layer fit in 32 bits")]
                places.push(Place { source: source as u32, target: target as u32 });
                values.push(layer.weights.values()[target * n_in + source]);
            }
        }
        let connectivity = Arc::new(Connectivity::try_new(n_in, n_out, &places)?);
        Ok(Layer { weights: Weights::Sparse { connectivity, values }, ..layer.clone() })
    })
}
