//! One run of one arm: a pure state machine.

use std::sync::Arc;

use super::arm::{Arm, Tuning};
use super::check::ValidExperiment;
use super::evaluation::evaluate;
use super::records::{Diverged, EpochRecord, UpdateRecord};
use super::snapshot::Snapshot;
use crate::data::{BatchOrder, Split};
use crate::nn::{Activation, Evaluation, Gradients, Layer, Network, Pass, Sgd, SgdState, Weights};
use crate::random::{Generator, Stream, generator};
use crate::sparse::{Connectivity, ConnectivityError};
use crate::topology::connectivity::random_connectivity;
use crate::topology::{GradientSource, LayerChange, Recipe, UpdateTiming, update_layer};

/// A run: arm and seed in, the same bits out, whoever watches.
///
/// It has no thread, clock or channel. A clone is a checkpoint: continued, it ends on the bits of the original.
#[derive(Debug, Clone)]
pub struct Trainer {
    tuning: Tuning,
    data: Arc<Split>,
    network: Network,
    optimizer: SgdState,
    pass: Pass,
    gradients: Gradients,
    labels: Vec<u32>,
    order: BatchOrder,
    evolution: Generator,
    step: u64,
    steps: u64,
    updates: u32,
    /// The step at which the last update happened; one between two steps must not happen again.
    updated_at: Option<u64>,
    /// By layer, for each connection the number of the update at which it grew; 0 for those there from the start.
    born: Vec<Vec<u32>>,
    removed_this_epoch: usize,
    added_this_epoch: usize,
}

/// What one call of [`Trainer::advance`] did.
#[derive(Debug, Clone)]
pub enum Progress {
    /// One batch was trained; here is how the network did on it before.
    Batch(Evaluation),
    /// Connections were cut and grown.
    TopologyUpdate(UpdateRecord),
    /// Nothing: all epochs are done.
    Finished,
}

impl Trainer {
    /// The untrained network of an arm, for a run from this seed.
    ///
    /// # Errors
    /// Where a layer has more neurons or connections than can be numbered.
    pub fn new(
        experiment: &ValidExperiment,
        arm: &Arm,
        seed: u64,
        data: Arc<Split>,
    ) -> Result<Self, ConnectivityError> {
        let network = initial_network(arm, seed)?;
        let batch = experiment.batch();
        Ok(Self {
            tuning: arm.tuning.clone(),
            optimizer: SgdState::new(&network),
            pass: Pass::new(&network, batch),
            gradients: Gradients::new(&network),
            labels: vec![0; batch],
            order: BatchOrder::new(data.train.samples(), batch, generator(seed, Stream::BatchOrder)),
            evolution: generator(seed, Stream::Evolution),
            step: 0,
            steps: experiment.steps(),
            updates: 0,
            updated_at: None,
            born: network.layers().iter().map(|layer| vec![0; layer.weights.connections()]).collect(),
            removed_this_epoch: 0,
            added_this_epoch: 0,
            network,
            data,
        })
    }

    /// Does the next thing: a topology update if one is due, else one batch.
    ///
    /// # Errors
    /// When the loss is no longer a finite number; the run cannot go on.
    pub fn advance(&mut self) -> Result<Progress, Diverged> {
        if self.is_finished() {
            return Ok(Progress::Finished);
        }
        match self.due_recipe() {
            Some(recipe) if recipe.replaces_step => {
                self.start_epoch_if_new();
                self.compute_gradients()?;
                let record = self.update_topology(&recipe);
                self.updated_at = Some(self.step);
                self.step += 1;
                Ok(Progress::TopologyUpdate(record))
            }
            Some(recipe) => {
                self.start_epoch_if_new();
                let record = self.update_topology(&recipe);
                self.updated_at = Some(self.step);
                Ok(Progress::TopologyUpdate(record))
            }
            None => {
                self.start_epoch_if_new();
                let evaluation = self.compute_gradients()?;
                let settings = self.settings();
                self.optimizer.step(settings, &mut self.network, &self.gradients);
                self.step += 1;
                Ok(Progress::Batch(evaluation))
            }
        }
    }

    /// Evaluates the network on all training and test samples.
    ///
    /// Called at the end of an epoch by whoever drives the run, who also knows how long training took.
    ///
    /// # Errors
    /// When a weight or the loss is no longer a finite number.
    pub fn record_epoch(&self, seconds: f64) -> Result<EpochRecord, Diverged> {
        let (train, _) = evaluate(&self.network, &self.data.train);
        let (test, confusion) = evaluate(&self.network, &self.data.test);
        if !(train.loss().is_finite() && test.loss().is_finite() && self.network.is_finite()) {
            return Err(self.diverged());
        }
        Ok(EpochRecord {
            epoch: self.epochs_done(),
            train,
            test,
            connections: self.network.connections(),
            removed: self.removed_this_epoch,
            added: self.added_this_epoch,
            seconds,
            confusion,
        })
    }

    /// Changes what may change during a run; it holds from the next step.
    pub fn tune(&mut self, tuning: Tuning) {
        self.tuning = tuning;
    }

    /// The settings that hold.
    #[must_use]
    pub fn tuning(&self) -> &Tuning {
        &self.tuning
    }

    /// The network as it is.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Velocities of the weights of one layer, one a connection.
    #[must_use]
    pub fn velocities(&self, layer: usize) -> &[f32] {
        self.optimizer.velocities(layer)
    }

    /// Steps done.
    #[must_use]
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Half steps done: `2·step`, and one more if a topology update between two steps has been done since.
    #[must_use]
    pub fn position(&self) -> u64 {
        2 * self.step + u64::from(self.updated_at == Some(self.step))
    }

    /// The position after the next [`Self::advance`].
    #[must_use]
    pub fn next_position(&self) -> u64 {
        match self.due_recipe() {
            Some(recipe) if !recipe.replaces_step => 2 * self.step + 1,
            _ => 2 * self.step + 2,
        }
    }

    /// Whether the next [`Self::advance`] is a topology update.
    #[must_use]
    pub fn is_update_due(&self) -> bool {
        self.due_recipe().is_some()
    }

    /// Whole epochs done.
    #[must_use]
    pub fn epochs_done(&self) -> u32 {
        u32::try_from(self.step / self.steps_per_epoch()).unwrap_or(u32::MAX)
    }

    /// Steps an epoch.
    #[must_use]
    pub fn steps_per_epoch(&self) -> u64 {
        self.order.batches_per_epoch() as u64
    }

    /// Whether all epochs are done.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.step >= self.steps
    }

    /// Whether the last step ended an epoch, and nothing has happened since.
    #[must_use]
    pub fn is_at_epoch_end(&self) -> bool {
        self.step.is_multiple_of(self.steps_per_epoch()) && self.updated_at != Some(self.step)
    }

    /// Bytes that a checkpoint of this run takes, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let layers = self.network.layers();
        let neurons: usize = layers.iter().map(|layer| layer.bias.len()).sum();
        let index: usize =
            layers.iter().filter_map(|layer| layer.weights.connectivity()).map(Connectivity::index_bytes).sum();
        // Weights, gradients, velocities and birthdays; activations and their gradients; the order of the samples.
        16 * self.network.connections()
            + index
            + 8 * (neurons + self.network.inputs()) * self.pass.batch()
            + 8 * self.data.train.samples()
    }

    /// All that there is to see of the run at this moment.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let timing = self.timing();
        Snapshot {
            step: self.step,
            position: self.position(),
            steps: self.steps,
            steps_per_epoch: self.steps_per_epoch(),
            updates: self.updates,
            last_update: self.updated_at,
            next_update: timing.and_then(|timing| {
                if self.is_due(timing) { Some(self.step) } else { timing.next_after(self.step, self.steps) }
            }),
            tuning: self.tuning.clone(),
            network: self.network.clone(),
            gradients: self.gradients.weights.clone(),
            born: self.born.clone(),
        }
    }

    fn timing(&self) -> Option<UpdateTiming> {
        let recipe = self.tuning.recipe?;
        Some(recipe.timing(self.steps, self.steps_per_epoch()))
    }

    fn is_due(&self, timing: UpdateTiming) -> bool {
        timing.due(self.step, self.steps) && self.updated_at != Some(self.step)
    }

    fn due_recipe(&self) -> Option<Recipe> {
        let timing = self.timing()?;
        self.tuning.recipe.filter(|_| self.is_due(timing))
    }

    fn start_epoch_if_new(&mut self) {
        if self.is_at_epoch_end() {
            self.removed_this_epoch = 0;
            self.added_this_epoch = 0;
        }
    }

    /// Forward and backward pass over the next batch.
    fn compute_gradients(&mut self) -> Result<Evaluation, Diverged> {
        let indices = self.order.next_batch();
        self.data.train.gather(indices, self.pass.input_mut(), indices.len());
        let labels = self.data.train.labels();
        for (label, &index) in self.labels.iter_mut().zip(indices) {
            *label = labels[index];
        }
        let evaluation = self.network.backward(&mut self.pass, &self.labels, &mut self.gradients);
        if evaluation.loss().is_finite() { Ok(evaluation) } else { Err(self.diverged()) }
    }

    fn diverged(&self) -> Diverged {
        let within = self.step.saturating_sub(u64::from(self.is_at_epoch_end()));
        let epoch = within / self.steps_per_epoch() + 1;
        Diverged { epoch: u32::try_from(epoch).unwrap_or(u32::MAX), learning_rate: self.tuning.learning_rate }
    }

    #[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
    fn settings(&self) -> Sgd {
        let Tuning { learning_rate, schedule, momentum, weight_decay, .. } = self.tuning;
        Sgd {
            learning_rate: schedule.rate(learning_rate, self.step, self.steps) as f32,
            momentum: momentum as f32,
            weight_decay: weight_decay as f32,
        }
    }

    /// Cuts and grows in every sparse layer. A dense layer does not evolve: it has no empty place.
    fn update_topology(&mut self, recipe: &Recipe) -> UpdateRecord {
        let fraction = recipe.fraction(self.step, self.steps);
        self.updates += 1;
        let layers = self.network.layers().len();
        let mut record = UpdateRecord {
            update: self.updates,
            step: self.step,
            fraction,
            evolving: 0,
            removed_count: 0,
            added_count: 0,
            removed: vec![Vec::new(); layers],
            added: vec![Vec::new(); layers],
        };
        for layer in 0..layers {
            let Weights::Sparse { connectivity, values } = &self.network.layers()[layer].weights else {
                continue;
            };
            record.evolving += values.len();
            let batch = recipe.replaces_step.then(|| GradientSource {
                x: self.pass.sources(layer),
                delta: self.pass.deltas(layer),
                batch: self.pass.batch(),
            });
            let change = update_layer(connectivity, values, recipe, fraction, batch, &mut self.evolution)
                .expect("growth only ever chooses empty places");
            self.apply(layer, &change, recipe);
            record.removed_count += change.removed.len();
            record.added_count += change.added.len();
            record.removed[layer] = change.removed;
            record.added[layer] = change.added;
        }
        self.removed_this_epoch += record.removed_count;
        self.added_this_epoch += record.added_count;
        record
    }

    /// Carries weights, velocities, gradients and birthdays over to the new connectivity.
    fn apply(&mut self, layer: usize, change: &LayerChange, recipe: &Recipe) {
        let edit = &change.edit;
        let mut values = edit.carry(self.network.layers()[layer].weights.values(), 0.0);
        let activation = self.network.layers()[layer].activation;
        draw_new_weights(&mut values, change, activation, recipe, &mut self.evolution);
        self.optimizer.follow(layer, edit);
        self.gradients.weights[layer] = edit.carry(&self.gradients.weights[layer], 0.0);
        self.born[layer] = edit.carry(&self.born[layer], self.updates);
        self.network.layers_mut()[layer].weights =
            Weights::Sparse { connectivity: Arc::new(edit.connectivity().clone()), values };
    }
}

fn draw_new_weights(
    values: &mut [f32],
    change: &LayerChange,
    activation: Activation,
    recipe: &Recipe,
    rng: &mut Generator,
) {
    let connectivity = change.edit.connectivity();
    for (connection, place) in change.edit.new_connections().zip(&change.added) {
        let fan_in = connectivity.in_degree(place.target as usize);
        let (n_in, n_out) = (connectivity.sources(), connectivity.targets());
        values[connection] = recipe.new_weights.draw(activation, fan_in, n_in, n_out, rng);
    }
}

/// Draws connections and weights, each from a stream of its own.
fn initial_network(arm: &Arm, seed: u64) -> Result<Network, ConnectivityError> {
    let mut topology = generator(seed, Stream::InitialTopology);
    let mut weights = generator(seed, Stream::InitialWeights);
    let shapes = arm.shapes();
    let last = shapes.len() - 1;
    let mut layers = Vec::with_capacity(shapes.len());
    for (index, (shape, &count)) in shapes.iter().zip(&arm.connections).enumerate() {
        let activation = if index == last { Activation::Linear } else { arm.activation };
        layers.push(if count == shape.places() {
            Layer::dense(shape.n_in, shape.n_out, activation, arm.weight_init, &mut weights)
        } else {
            let connectivity: Connectivity = random_connectivity(shape.n_in, shape.n_out, count, &mut topology)?;
            Layer::sparse(connectivity, activation, arm.weight_init, &mut weights)
        });
    }
    Ok(Network::new(layers))
}
