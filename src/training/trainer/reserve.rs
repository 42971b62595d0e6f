//! Top-KAST's parameters that the network does not compute with: those that learn in reserve, and those that are only kept.

use std::sync::Arc;

use super::Trainer;
use crate::nn::{Layer, LayerGradients, Network, Optimizer, OptimizerState, Rule, Weights};
use crate::sparse::{Connectivity, ConnectivityError, Edit, Place};
use crate::topology::reserve::partition;

/// Everything that a network has beside the connections that it computes with.
#[derive(Debug, Clone)]
pub(super) struct Reserve {
    /// By layer a value for every place, source by source; of those that learn the last that was sorted by. Nothing for a
    /// dense layer.
    theta: Vec<Vec<f32>>,
    /// The places that learn, as a network that no sample ever runs through.
    learning: Network,
    optimizer: OptimizerState,
    gradients: LayerGradients,
}

/// What an exchange makes of a layer of the network.
pub(super) struct Exchange {
    pub edit: Edit,
    /// Weight, velocity and second moment of each connection after it.
    pub values: [Vec<f32>; 3],
}

impl Reserve {
    /// The network of the largest weights of each layer of a dense one, and the rest. Of each layer as many `active` as are
    /// given, and `share` times as many in reserve.
    pub(super) fn split(
        dense: &Network,
        active: &[usize],
        share: f64,
        rule: Rule,
    ) -> Result<(Network, Self), ConnectivityError> {
        let (mut layers, mut learning, mut theta) = (Vec::new(), Vec::new(), Vec::new());
        for (layer, &active) in dense.layers().iter().zip(active) {
            let (n_in, n_out) = (layer.weights.n_in(), layer.weights.n_out());
            if active == n_in * n_out {
                layers.push(layer.clone());
                theta.push(Vec::new());
                learning.push(of_places(layer, &[], &[])?);
                continue;
            }
            let by_source: Vec<f32> =
                (0..n_in * n_out).map(|index| layer.weights.values()[index % n_out * n_in + index / n_out]).collect();
            let (first, second) = partition(&by_source, n_out, active, in_reserve(active, share, n_in * n_out));
            layers.push(of_places(layer, &first, &by_source)?);
            learning.push(of_places(layer, &second, &by_source)?);
            theta.push(by_source);
        }
        let learning = Network::new(learning, dense.loss());
        let optimizer = OptimizerState::new(&learning, rule);
        let reserve = Self { theta, learning, optimizer, gradients: LayerGradients::default() };
        Ok((Network::new(layers, dense.loss()), reserve))
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        let kept: usize = self.theta.iter().map(|layer| size_of_val(layer.as_slice())).sum();
        kept + 24 * self.learning.connections()
    }

    /// What was cut by hand is worth nothing any more, and what was added (ascending) no longer learns in reserve.
    pub(super) fn let_go(&mut self, index: usize, cut: &[Place], added: &[Place]) {
        let (layer, theta) = (&mut self.learning.layers_mut()[index], &mut self.theta[index]);
        let Weights::Sparse { connectivity, values } = &mut layer.weights else { return };
        for place in cut {
            theta[place.source as usize * connectivity.targets() + place.target as usize] = 0.0;
        }
        let leaving = added.iter().filter_map(|&place| connectivity.find(place));
        #[expect(clippy::cast_possible_truncation, reason = "indices of connections have 32 bits")]
        let leaving = leaving.map(|connection| connection as u32).collect();
        let edit = Edit::try_new(connectivity, leaving, Vec::new()).expect("connections that there are, ascending");
        Arc::make_mut(connectivity).apply(&edit);
        edit.carry(values, 0.0);
        self.optimizer.follow(index, &edit);
    }

    /// The connections of a layer, ascending, that others in reserve have overtaken.
    pub(super) fn overtaken(&self, index: usize, layer: &Layer) -> Vec<u32> {
        let Some(own) = layer.weights.connectivity() else { return Vec::new() };
        let mut theta = self.theta[index].clone();
        for weights in [&layer.weights, &self.learning.layers()[index].weights] {
            if let Some(places) = weights.connectivity() {
                scatter(places, weights.values(), &mut theta);
            }
        }
        let (active, _) = partition(&theta, own.targets(), own.connections(), 0);
        edit_to(own, &active).removed().to_vec()
    }

    /// Chooses anew what a layer computes with and what learns beside it; nothing for a dense layer.
    pub(super) fn exchange(&mut self, index: usize, layer: &Layer, state: &OptimizerState) -> Option<Exchange> {
        let own = layer.weights.connectivity()?;
        let learning = &mut self.learning.layers_mut()[index];
        let theta = &mut self.theta[index];
        let n_out = own.targets();
        let mut moments = [vec![0.0; theta.len()], vec![0.0; theta.len()]];
        for (weights, optimizer) in [(&layer.weights, state), (&learning.weights, &self.optimizer)] {
            let places = weights.connectivity()?;
            scatter(places, weights.values(), theta);
            for (moments, values) in moments.iter_mut().zip(optimizer.moments(index)) {
                scatter(places, values, moments);
            }
        }
        let (active, next) = partition(theta, n_out, own.connections(), learning.weights.connections());
        let edit = edit_to(own, &active);
        let [first, second] = &moments;
        let gathered = |places: &[Place]| [&*theta, first, second].map(|values| gather(places, n_out, values));
        let (values, [weights, first, second]) = (gathered(&active), gathered(&next));
        let connectivity = Connectivity::try_new(own.sources(), n_out, &next).expect("places of the layer");
        learning.weights = Weights::Sparse { connectivity: Arc::new(connectivity), values: weights };
        self.optimizer.set_moments(index, first, second);
        Some(Exchange { edit, values })
    }
}

impl Trainer {
    /// A step of what learns in reserve at a layer. The network's penalty is the stronger for it the sparser the layer is
    /// (Jayakumar et al. 2020, section 2.3).
    pub(super) fn step_reserve(&mut self, optimizer: Optimizer, scale: f32, index: usize) {
        let Some(reserve) = &mut self.reserve else { return };
        let Some(own) = self.network.layers()[index].weights.connectivity() else { return };
        let layer = &mut reserve.learning.layers_mut()[index];
        reserve.gradients.fit(layer);
        reserve.gradients.biases.fill(0.0);
        reserve.gradients.shapes.fill(0.0);
        layer.weight_gradients(self.pass.sources(index), self.pass.deltas(index), &mut reserve.gradients.weights);
        #[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
        let density = own.connections() as f32 / own.places() as f32;
        let (weight_decay, l1) = (optimizer.weight_decay / density, optimizer.l1 / density);
        let stronger = Optimizer { weight_decay, l1, ..optimizer };
        reserve.optimizer.step_layer(stronger, scale, layer, &reserve.gradients);
    }

    /// Counts a step of the reserve's optimiser.
    pub(super) fn begin_step_of_reserve(&mut self) {
        if let Some(reserve) = &mut self.reserve {
            reserve.optimizer.begin_step();
        }
    }
}

/// How many learn in reserve.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "numbers of connections"
)]
fn in_reserve(active: usize, share: f64, places: usize) -> usize {
    ((active as f64 * share).round() as usize).min(places - active)
}

/// The layer with connections at these places alone.
fn of_places(layer: &Layer, places: &[Place], theta: &[f32]) -> Result<Layer, ConnectivityError> {
    let (n_in, n_out) = (layer.weights.n_in(), layer.weights.n_out());
    let connectivity = Arc::new(Connectivity::try_new(n_in, n_out, places)?);
    let values = gather(places, n_out, theta);
    Ok(Layer { weights: Weights::Sparse { connectivity, values }, ..layer.clone() })
}

/// The edit after which a layer has exactly these places.
fn edit_to(own: &Connectivity, places: &[Place]) -> Edit {
    let mut staying = places.iter().peekable();
    let is_gone = |(_, place): &(u32, Place)| {
        while staying.next_if(|next| **next < *place).is_some() {}
        staying.peek() != Some(&place)
    };
    let removed = (0..).zip(own.iter()).filter(is_gone).map(|(connection, _)| connection).collect();
    let added = places.iter().copied().filter(|&place| own.find(place).is_none()).collect();
    Edit::try_new(own, removed, added).expect("places of the layer")
}

fn scatter(places: &Connectivity, values: &[f32], all: &mut [f32]) {
    for (place, &value) in places.iter().zip(values) {
        all[place.source as usize * places.targets() + place.target as usize] = value;
    }
}

fn gather(places: &[Place], targets: usize, all: &[f32]) -> Vec<f32> {
    places.iter().map(|place| all[place.source as usize * targets + place.target as usize]).collect()
}
