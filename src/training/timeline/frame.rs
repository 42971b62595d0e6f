//! A run at one moment, in few bytes.

use std::sync::Arc;

use super::packed::PackedTopology;
use crate::nn::{Activation, Layer, Loss, Network, Weights};
use crate::sparse::Place;
use crate::topology::UpdateTiming;
use crate::training::arm::Tuning;
use crate::training::foretelling::Foresight;
use crate::training::snapshot::Snapshot;

/// A moment of a run that can be shown again.
#[derive(Debug, Clone)]
pub(in crate::training) struct Frame {
    pub(super) position: u64,
    /// The method's updates, and operations by hand.
    pub(super) updates: (u32, u32),
    /// A snapshot without its network.
    facts: Arc<Facts>,
    layers: Arc<Vec<FrameLayer>>,
    /// By layer; gone when memory is short.
    gradients: Option<Arc<Vec<Vec<f32>>>>,
    foresight: Foresight,
    /// Shared with the frames between the same two updates.
    topology: Arc<Vec<Option<PackedTopology>>>,
    /// Without gradients and topology.
    bytes: usize,
    gradient_bytes: usize,
    topology_bytes: usize,
}

/// All of a snapshot that has no length.
#[derive(Debug)]
struct Facts {
    step: u64,
    steps: u64,
    steps_per_epoch: u64,
    last_update: Option<u64>,
    timing: Option<UpdateTiming>,
    next_update: Option<u64>,
    tuning: Tuning,
    frozen: Vec<bool>,
    loss: Loss,
}

#[derive(Debug)]
struct FrameLayer {
    weights: Vec<f32>,
    bias: Vec<f32>,
    shape: Vec<f32>,
    activation: Activation,
    dropout: f32,
    n_in: usize,
    n_out: usize,
}

impl FrameLayer {
    fn new(layer: Layer) -> Self {
        let Layer { weights, bias, activation, shape, dropout, depth: _ } = layer;
        let (n_in, n_out) = (weights.n_in(), weights.n_out());
        let (Weights::Sparse { values, .. } | Weights::Dense { values, .. }) = weights;
        Self { weights: values, bias, shape, activation, dropout, n_in, n_out }
    }
}

impl Frame {
    /// What there is to see in a snapshot; `before` is the frame before it in the same run.
    pub(in crate::training) fn new(snapshot: Snapshot, before: Option<&Self>) -> Self {
        let updates = (snapshot.updates, snapshot.operations);
        let shared = before.filter(|before| before.updates == updates && before.fits(&snapshot));
        let topology = shared.map_or_else(|| Arc::new(pack(&snapshot)), |before| Arc::clone(&before.topology));
        let loss = snapshot.network.loss();
        let layers: Vec<FrameLayer> = snapshot.network.into_layers().into_iter().map(FrameLayer::new).collect();
        let values = |layer: &FrameLayer| layer.weights.len() + layer.bias.len() + layer.shape.len();
        let gradient_bytes: usize = snapshot.gradients.iter().map(|layer| size_of_val(layer.as_slice())).sum();
        let bytes = size_of::<Self>()
            + size_of::<Facts>()
            + layers.iter().map(|layer| size_of::<FrameLayer>() + size_of::<f32>() * values(layer)).sum::<usize>()
            + snapshot.foresight.overtaken.iter().map(|layer| size_of_val(layer.as_slice())).sum::<usize>();
        Self {
            position: snapshot.position,
            updates,
            topology_bytes: topology.iter().flatten().map(PackedTopology::bytes).sum(),
            topology,
            layers: Arc::new(layers),
            gradients: Some(Arc::new(snapshot.gradients)),
            foresight: snapshot.foresight.untold(),
            bytes,
            gradient_bytes,
            facts: Arc::new(Facts {
                step: snapshot.step,
                steps: snapshot.steps,
                steps_per_epoch: snapshot.steps_per_epoch,
                last_update: snapshot.last_update,
                timing: snapshot.timing,
                next_update: snapshot.next_update,
                tuning: snapshot.tuning,
                frozen: snapshot.frozen,
                loss,
            }),
        }
    }

    fn fits(&self, snapshot: &Snapshot) -> bool {
        let own = self.layers.iter().map(|layer| layer.weights.len());
        own.eq(snapshot.network.layers().iter().map(|layer| layer.weights.connections()))
    }

    /// The run as it was. Without gradients where they have been forgotten.
    pub(in crate::training) fn snapshot(&self) -> Snapshot {
        let mut born = Vec::with_capacity(self.layers.len());
        let mut layers = Vec::with_capacity(self.layers.len());
        for (depth, (layer, packed)) in self.layers.iter().zip(self.topology.iter()).enumerate() {
            let values = layer.weights.clone();
            let (weights, births) = if let Some((connectivity, births)) = packed.as_ref().map(PackedTopology::unpack) {
                (Weights::Sparse { connectivity: Arc::new(connectivity), values }, births)
            } else {
                let births = vec![0; values.len()];
                (Weights::Dense { n_in: layer.n_in, n_out: layer.n_out, values }, births)
            };
            born.push(births);
            layers.push(Layer {
                weights,
                bias: layer.bias.clone(),
                activation: layer.activation,
                shape: layer.shape.clone(),
                dropout: layer.dropout,
                depth,
            });
        }
        let facts = &self.facts;
        Snapshot {
            step: facts.step,
            position: self.position,
            steps: facts.steps,
            steps_per_epoch: facts.steps_per_epoch,
            updates: self.updates.0,
            operations: self.updates.1,
            frozen: facts.frozen.clone(),
            last_update: facts.last_update,
            timing: facts.timing,
            next_update: facts.next_update,
            tuning: facts.tuning.clone(),
            network: Network::new(layers, facts.loss),
            gradients: self.gradients.as_deref().cloned().unwrap_or_default(),
            born,
            foresight: self.foresight.clone(),
        }
    }

    /// Index of the connection at a place of a layer, if there was one; `before` is what was found in another frame, which
    /// holds here too if it has the same topology.
    pub(super) fn find(&self, layer: usize, place: Place, before: Option<(&Self, Option<usize>)>) -> Option<usize> {
        match (before, self.topology.get(layer)?) {
            (Some((other, found)), _) if Arc::ptr_eq(&other.topology, &self.topology) => found,
            (_, Some(packed)) => packed.find(place),
            (_, None) => {
                let FrameLayer { n_in, n_out, .. } = self.layers[layer];
                let (source, target) = (place.source as usize, place.target as usize);
                (source < n_in && target < n_out).then_some(target * n_in + source)
            }
        }
    }

    /// The weight of a connection.
    pub(super) fn weight(&self, layer: usize, connection: usize) -> f32 {
        self.layers[layer].weights[connection]
    }

    /// Bytes that it takes beside the frame before it, with which it may share its topology.
    pub(super) fn bytes_after(&self, before: Option<&Self>) -> usize {
        let shares = before.is_some_and(|before| Arc::ptr_eq(&self.topology, &before.topology));
        let gradients = if self.gradients.is_some() { self.gradient_bytes } else { 0 };
        self.bytes + gradients + if shares { 0 } else { self.topology_bytes }
    }

    /// Forgets its gradients; how many bytes that frees.
    pub(super) fn forget_gradients(&mut self) -> usize {
        self.gradients.take().map_or(0, |_| self.gradient_bytes)
    }

    /// Whether it has gradients.
    pub(super) fn has_gradients(&self) -> bool {
        self.gradients.is_some()
    }
}

fn pack(snapshot: &Snapshot) -> Vec<Option<PackedTopology>> {
    let of_layer = |(layer, born): (&Layer, &Vec<u32>)| {
        layer.weights.connectivity().map(|connectivity| PackedTopology::new(connectivity, born))
    };
    snapshot.network.layers().iter().zip(&snapshot.born).map(of_layer).collect()
}
