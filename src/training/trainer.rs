//! One run of one arm: a pure state machine.

mod evolution;
mod growth;
mod initial;
mod lottery;
mod operations;
mod plan;
mod reserve;
mod view;
mod walk;

use std::sync::Arc;

use rand::RngExt;

use self::evolution::{EvolutionMemory, signs};
use self::growth::GrowthWatch;
use self::initial::initial_networks;
use self::lottery::Rounds;
use self::operations::ByHand;
use self::reserve::Reserve;
use self::walk::fix_signs;
use super::arm::{Arm, Tuning};
use super::check::ValidExperiment;
use super::evaluation::evaluate;
use super::moment::Moment;
use super::records::{Diverged, EpochRecord, Stop, UpdateRecord};
use crate::data::{BatchOrder, Split};
use crate::nn::{Evaluation, LayerGradients, Network, Optimizer, OptimizerState, Pass, Rule, clip_scale};
use crate::random::{Generator, Stream, generator};
use crate::sparse::{Connectivity, ConnectivityError, for_each_share_of_rows};
use crate::topology::{Recipe, UpdateTiming};

/// Training samples that an epoch's record is computed from at most: beyond so many, more say nothing new.
const MOST_TRAINING_SAMPLES: usize = 10_000;

/// A run: arm and seed in, the same bits out, whoever watches.
///
/// It has no thread, clock or channel. A clone is a checkpoint: continued, it ends on the bits of the original.
#[derive(Debug, Clone)]
pub struct Trainer {
    tuning: Tuning,
    /// What takes its place, and how many of these have.
    later: Arc<[(Moment, Tuning)]>,
    begun: usize,
    rule: Rule,
    data: Arc<Split>,
    network: Network,
    optimizer: OptimizerState,
    pass: Pass,
    /// Of one layer after the other in the same memory, or of all layers where their common length counts.
    gradients: Vec<LayerGradients>,
    labels: Vec<u32>,
    order: BatchOrder,
    evolution: Generator,
    dropout: Generator,
    step: u64,
    steps: u64,
    steps_per_epoch: u64,
    updates: u32,
    /// The step at which the last update happened; one between two steps must not happen again.
    updated_at: Option<u64>,
    /// By layer, for each connection the number of the update at which it grew; 0 for those there from the start.
    /// Nothing where nobody asks: four bytes a connection.
    born: Option<Vec<Vec<u32>>>,
    memory: EvolutionMemory,
    rounds: Rounds,
    /// Parameters beside the network's, where the recipe keeps some.
    reserve: Option<Reserve>,
    /// Training samples that are held out, where the recipe falls back to random growth.
    growth: Option<GrowthWatch>,
    by_hand: ByHand,
    removed_this_epoch: usize,
    added_this_epoch: usize,
}

/// What one call of [`Trainer::advance`] did.
#[derive(Debug, Clone)]
pub enum Progress {
    /// One batch was trained; here is how the network did on it before.
    Batch(Evaluation),
    /// Connections were cut and grown, or something was done to the network by hand.
    TopologyUpdate(UpdateRecord),
    /// Nothing: all epochs are done.
    Finished,
}

impl Trainer {
    /// The untrained network of an arm, for a run from this seed.
    ///
    /// # Errors
    /// Where a layer has more neurons or connections than can be numbered.
    ///
    /// # Panics
    /// If the data are not those of the experiment.
    pub fn new(
        experiment: &ValidExperiment,
        arm: &Arm,
        seed: u64,
        data: Arc<Split>,
    ) -> Result<Self, ConnectivityError> {
        Ok(Self::begin(experiment, arm, seed, data, &|| true)?.expect("nobody stops it"))
    }

    /// The same, or nothing once `go_on` says no: to choose connections by a score of a dense network (SNIP, `GraSP`,
    /// `SynFlow`) may take longer than anybody wants to wait who no longer needs them.
    ///
    /// # Errors
    /// Where a layer has more neurons or connections than can be numbered.
    ///
    /// # Panics
    /// If the data are not those of the experiment.
    pub fn begin(
        experiment: &ValidExperiment,
        arm: &Arm,
        seed: u64,
        data: Arc<Split>,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, ConnectivityError> {
        let (data, growth) = GrowthWatch::split(arm, seed, data);
        let Some((mut network, reserve)) = initial_networks(arm, seed, &data, go_on)? else { return Ok(None) };
        if arm.tuning.recipe.is_some_and(|recipe| recipe.has_fixed_signs()) {
            fix_signs(&mut network, signs(seed));
        }
        assert_eq!(network.inputs(), data.train.features(), "the data are not those that the network was made for");
        let batch = experiment.batch();
        let mut trainer = Self {
            tuning: arm.tuning.clone(),
            later: arm.later.as_slice().into(),
            begun: 0,
            rule: arm.rule,
            optimizer: OptimizerState::new(&network, arm.rule),
            pass: Pass::new(&network, batch),
            gradients: Vec::new(),
            labels: vec![0; batch],
            order: BatchOrder::new(data.train.samples(), batch, generator(seed, Stream::BatchOrder)),
            evolution: generator(seed, Stream::Evolution),
            dropout: generator(seed, Stream::Dropout),
            step: 0,
            steps: experiment.steps(),
            steps_per_epoch: experiment.steps_per_epoch(),
            updates: 0,
            updated_at: None,
            born: None,
            memory: EvolutionMemory::new(arm, seed),
            rounds: Rounds::new(arm),
            reserve,
            growth,
            by_hand: ByHand::new(&arm.operations, &network),
            removed_this_epoch: 0,
            added_this_epoch: 0,
            network,
            data,
        };
        trainer.remember_early_weights();
        trainer.begin_what_is_due();
        Ok(Some(trainer))
    }

    /// Keeps for each connection when it was born, and for each update which connections it cut and grew. It changes
    /// nothing in the training, and takes memory.
    #[must_use]
    pub fn with_history(mut self) -> Self {
        let layers = self.network.layers().iter();
        self.born = Some(layers.map(|layer| vec![0; layer.weights.connections()]).collect());
        self
    }

    /// Does the next thing: what is to be done by hand now, else a topology update if one is due, else one batch.
    ///
    /// # Errors
    /// When the loss is no longer a finite number, or something cannot be done by hand; the run cannot go on.
    pub fn advance(&mut self) -> Result<Progress, Stop> {
        if self.is_finished() {
            return Ok(Progress::Finished);
        }
        self.start_epoch_if_new();
        if self.is_operation_due() {
            return Ok(Progress::TopologyUpdate(self.operate()?));
        }
        let progress = match self.due_recipe() {
            Some(recipe) => Progress::TopologyUpdate(self.evolve(&recipe)?),
            None => Progress::Batch(self.learn()?),
        };
        self.begin_what_is_due();
        Ok(progress)
    }

    /// A topology update, in place of a step or between two.
    fn evolve(&mut self, recipe: &Recipe) -> Result<UpdateRecord, Diverged> {
        if recipe.replaces_step {
            self.forward()?;
            self.backward(|_, _| {});
            self.follow_gradients();
        }
        let mut record = self.update_topology(recipe);
        self.updated_at = Some(self.step);
        if recipe.replaces_step {
            self.step += 1;
            self.watch_growth();
        }
        record.position = self.position();
        Ok(record)
    }

    /// A step of training; how the network did on the batch before.
    fn learn(&mut self) -> Result<Evaluation, Diverged> {
        let evaluation = self.forward()?;
        self.step_weights();
        self.walk();
        self.follow_gradients();
        self.step += 1;
        self.remember_early_weights();
        self.watch_growth();
        Ok(evaluation)
    }

    /// Test accuracy, from 0 to 1, if something was done by hand since the last step.
    pub(super) fn accuracy_after_hand(&self) -> Option<f64> {
        let has_acted = self.by_hand.has_acted_at(self.step);
        has_acted.then(|| evaluate(&self.network, &self.data.test, usize::MAX).0.accuracy())
    }

    /// Evaluates the network on all test samples and on up to 10,000 training samples, the first ones.
    ///
    /// Called at the end of an epoch by whoever drives the run, who also knows how long training took and how many operations
    /// it computed.
    ///
    /// # Errors
    /// When a weight or the loss is no longer a finite number.
    pub fn record_epoch(&self, seconds: f64, flops: u64) -> Result<EpochRecord, Diverged> {
        let (train, _) = evaluate(&self.network, &self.data.train, MOST_TRAINING_SAMPLES);
        let (test, confusion) = evaluate(&self.network, &self.data.test, usize::MAX);
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
            flops,
            confusion,
            digest: self.network.digest(),
            held_out: self.held_out(),
        })
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

    /// The position after the next [`Self::advance`]; what is done by hand leaves it as it is.
    #[must_use]
    pub fn next_position(&self) -> u64 {
        if self.is_operation_due() {
            return self.position();
        }
        match self.due_recipe() {
            Some(recipe) if !recipe.replaces_step => 2 * self.step + 1,
            _ => 2 * self.step + 2,
        }
    }

    /// Whether the next [`Self::advance`] is a topology update of the method.
    #[must_use]
    pub fn is_update_due(&self) -> bool {
        !self.is_operation_due() && self.timing().is_some_and(|timing| self.is_due(timing))
    }

    /// Whole epochs done.
    #[must_use]
    pub fn epochs_done(&self) -> u32 {
        u32::try_from(self.step / self.steps_per_epoch()).unwrap_or(u32::MAX)
    }

    /// Steps an epoch: as many in all arms, so that an arm that holds samples out sees those that are left a little more often.
    #[must_use]
    pub fn steps_per_epoch(&self) -> u64 {
        self.steps_per_epoch
    }

    /// Whether all epochs are done.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.step >= self.steps
    }

    /// Whether the last step ended an epoch, and nothing has happened since.
    #[must_use]
    pub fn is_at_epoch_end(&self) -> bool {
        self.step.is_multiple_of(self.steps_per_epoch())
            && self.updated_at != Some(self.step)
            && !self.by_hand.has_acted_at(self.step)
    }

    /// Bytes that a checkpoint of this run takes, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let layers = self.network.layers();
        let neurons: usize = layers.iter().map(|layer| layer.bias.len()).sum();
        let index: usize =
            layers.iter().filter_map(|layer| layer.weights.connectivity()).map(Connectivity::index_bytes).sum();
        // Weights, velocities, Adam's second moments and birthdays; activations and their gradients; the samples' order.
        16 * self.network.connections()
            + index
            + self.pass.bytes()
            + self.memory.bytes()
            + self.reserve.as_ref().map_or(0, Reserve::bytes)
            + 8 * (neurons + self.data.train.samples())
    }

    fn timing(&self) -> Option<UpdateTiming> {
        let recipe = self.tuning.recipe.as_ref()?;
        let timing = recipe.timing(self.steps, self.steps_per_epoch());
        Some(self.memory.rounds(recipe).map_or(timing, |rounds| timing.at_most(rounds)))
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

    /// Forward pass over the next batch, up to the loss.
    fn forward(&mut self) -> Result<Evaluation, Diverged> {
        let indices = self.order.next_batch();
        let input = self.pass.input_mut();
        let stride = input.stride();
        // Copying a value takes about as long as so many multiply-adds.
        let work = 4 * input.padded().len();
        for_each_share_of_rows(input.padded_mut(), stride, work, &|features, rows| {
            self.data.train.gather_features(features, indices, rows, stride);
        });
        let labels = self.data.train.labels();
        for (label, &index) in self.labels.iter_mut().zip(indices) {
            *label = labels[index];
        }
        if self.network.layers().iter().any(|layer| layer.dropout > 0.0) {
            self.pass.set_dropout(self.dropout.random());
        }
        let evaluation = self.network.forward_with_loss(&mut self.pass, &self.labels);
        if evaluation.loss().is_finite() { Ok(evaluation) } else { Err(self.diverged()) }
    }

    /// Backward pass and a step of the optimiser.
    fn step_weights(&mut self) {
        let optimizer = self.optimizer_now();
        self.optimizer.begin_step();
        self.begin_step_of_reserve();
        if optimizer.clip_norm.is_none() {
            // A layer steps as soon as nothing below needs its old weights, while its gradients are still in the cache.
            return self.backward(|trainer, layer| trainer.step_layer(optimizer, 1.0, layer, 0));
        }
        let layers = self.network.layers().len();
        self.gradients.resize_with(layers, LayerGradients::default);
        for index in (0..layers).rev() {
            self.network.backward_layer(index, &mut self.pass, &mut self.gradients[index]);
            if self.by_hand.is_frozen(index) {
                // What does not step has no part in how long the step would be.
                self.gradients[index] = LayerGradients::default();
            }
        }
        let scale = clip_scale(optimizer, &self.gradients);
        for layer in 0..layers {
            self.step_layer(optimizer, scale, layer, layer);
        }
    }

    /// Backward pass, with `act` on each layer while its gradients are there: one memory serves all layers.
    fn backward(&mut self, mut act: impl FnMut(&mut Self, usize)) {
        self.gradients.resize_with(1, LayerGradients::default);
        for index in (0..self.network.layers().len()).rev() {
            self.network.backward_layer(index, &mut self.pass, &mut self.gradients[0]);
            act(self, index);
        }
    }

    fn step_layer(&mut self, optimizer: Optimizer, scale: f32, layer: usize, gradients: usize) {
        if self.by_hand.is_frozen(layer) {
            return;
        }
        let own = &mut self.network.layers_mut()[layer];
        self.optimizer.step_layer(optimizer, scale, own, &self.gradients[gradients]);
        self.step_reserve(optimizer, scale, layer);
    }

    fn diverged(&self) -> Diverged {
        let within = self.step.saturating_sub(u64::from(self.is_at_epoch_end()));
        let epoch = within / self.steps_per_epoch() + 1;
        Diverged { epoch: u32::try_from(epoch).unwrap_or(u32::MAX), learning_rate: self.tuning.learning_rate }
    }

    #[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
    fn optimizer_now(&self) -> Optimizer {
        let Tuning { learning_rate, schedule, warm_up, momentum, weight_decay, .. } = self.tuning;
        let epoch = self.steps_per_epoch();
        let warm_up = warm_up.in_steps(epoch);
        let (step, steps) = self.rate_clock();
        Optimizer {
            rule: self.rule,
            learning_rate: schedule.rate(learning_rate, step, (steps, epoch), warm_up) as f32,
            momentum: momentum as f32,
            weight_decay: weight_decay as f32,
            l1: self.tuning.l1 as f32,
            clip_norm: self.tuning.clip_norm.map(|norm| norm as f32),
        }
    }
}
