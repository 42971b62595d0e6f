//! Topology updates of a run: which connections go and come, and everything that follows them.

use std::sync::Arc;

use super::Trainer;
use super::reserve::Exchange;
use crate::nn::{Layer, Network, Pass, Weights};
use crate::random::mix;
use crate::sparse::{Connectivity, Edit, Place};
use crate::topology::cut::FIRST_THRESHOLD;
use crate::topology::fan_in::Constraint;
use crate::topology::formula::Variable;
use crate::topology::grow::add_products;
use crate::topology::langevin::sign;
use crate::topology::{
    Extent, FanIn, GrowScore, LastBatch, LayerCut, LayerState, Recipe, Rewind, Ticket, cut, fan_in, update_layer,
};
use crate::training::arm::{Arm, Tuning};
use crate::training::records::UpdateRecord;
use crate::training::wanted::Wanted;

/// Share of the old in a running mean of gradients (Dettmers & Zettlemoyer 2019).
const MEMORY_OF_GRADIENTS: f32 = 0.9;

/// Activations that are computed at once to compare neurons: 64 MB.
const MOST_ACTIVATIONS: usize = 1 << 24;

/// What topology updates know from before.
#[derive(Debug, Clone)]
pub(super) struct EvolutionMemory {
    wanted: Arc<Wanted>,
    /// The key of the signs of places.
    signs: u64,
    /// Whether the recipe asks for a running mean of gradients: a formula says so only when it is read, which is too much
    /// for every step.
    follows_gradients: bool,
    /// By layer that mean, at every place; nothing unless it is asked for.
    momentum: Vec<Vec<f32>>,
    /// H where connections are cut below a threshold.
    threshold: f32,
}

impl EvolutionMemory {
    pub(super) fn new(arm: &Arm, seed: u64) -> Self {
        Self {
            wanted: Arc::new(Wanted::of(arm)),
            signs: signs(seed),
            follows_gradients: asks_for_momentum(&arm.tuning),
            momentum: Vec::new(),
            threshold: FIRST_THRESHOLD,
        }
    }

    /// From now on these settings hold.
    pub(super) fn tune(&mut self, tuning: &Tuning) {
        self.follows_gradients = asks_for_momentum(tuning);
    }

    /// Updates that bring the number of connections to its last, where the schedule counts them and none follow.
    pub(super) fn rounds(&self, recipe: &Recipe) -> Option<u64> {
        // What grows goes on doing so.
        let ends = recipe.grow == GrowScore::None;
        recipe.density.rounds(self.wanted.first, self.wanted.last).filter(|_| ends)
    }

    /// The key of the signs that places have, where the recipe fixes them.
    pub(super) fn signs(&self) -> u64 {
        self.signs
    }

    /// What else an update goes by: numbers of connections, the threshold, and the key of signs.
    pub(super) fn foresight(&self) -> (Arc<Wanted>, f32, u64) {
        (Arc::clone(&self.wanted), self.threshold, self.signs)
    }

    /// What an update of a layer must keep to, if the recipe constrains it.
    fn constraint(&self, recipe: &Recipe, layer: usize) -> Option<Constraint> {
        let FanIn::Constant { salient } = recipe.fan_in else { return None };
        let by_layer = &self.wanted.by_layer;
        Some(Constraint { connections: by_layer[layer], salient, ablates: layer + 1 < by_layer.len() })
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.momentum.iter().map(|layer| size_of_val(layer.as_slice())).sum()
    }
}

/// The key of the signs of places in the run from this seed.
pub(super) fn signs(seed: u64) -> u64 {
    mix(seed)
}

fn asks_for_momentum(tuning: &Tuning) -> bool {
    tuning.recipe.as_ref().is_some_and(Recipe::needs_momentum)
}

impl Trainer {
    /// Cuts and grows in every sparse layer. A dense layer does not evolve: it has no empty place.
    pub(super) fn update_topology(&mut self, recipe: &Recipe) -> UpdateRecord {
        self.updates += 1;
        let recipe = &self.with_fallback(recipe);
        // What the update needs for a while can have this memory.
        self.gradients.clear();
        if !self.memory.follows_gradients {
            self.memory.momentum = Vec::new();
        } else if self.memory.momentum.is_empty() {
            // Just asked for: what the last batch says is better than nothing.
            self.follow_gradients();
        }
        let extent = self.extent(recipe);
        let mut record = self.empty_record(extent.fraction);
        if self.reserve.is_some() {
            self.exchange_with_reserve(&mut record);
        } else {
            self.cut_and_grow(recipe, extent, &mut record);
        }
        self.count_changes(&record);
        record
    }

    /// The record of something that changes connections now, before it has.
    pub(super) fn empty_record(&self, fraction: f64) -> UpdateRecord {
        let layers = self.network.layers().len();
        UpdateRecord {
            update: self.updates,
            by_hand: None,
            step: self.step,
            position: self.position(),
            fraction,
            evolving: 0,
            removed_count: 0,
            added_count: 0,
            removed: vec![Vec::new(); layers],
            added: vec![Vec::new(); layers],
        }
    }

    pub(super) fn count_changes(&mut self, record: &UpdateRecord) {
        self.removed_this_epoch += record.removed_count;
        self.added_this_epoch += record.added_count;
    }

    fn cut_and_grow(&mut self, recipe: &Recipe, extent: Extent, record: &mut UpdateRecord) {
        // The ticket is found when the last number of connections is reached.
        let is_last = extent.connections == Some(self.memory.wanted.last);
        let ticket = if is_last { recipe.ticket } else { Ticket::Rewound };
        let many = (recipe.grow == GrowScore::Cosine).then(|| self.activations_of_many());
        // What an output neuron is compared by is its answer, not its logit (the authors' code).
        let answers = many.as_ref().map(|many| self.network.loss().answers(many.logits()));
        let last = self.network.layers().len() - 1;
        for (layer, cut) in self.cut(recipe, extent).into_iter().enumerate() {
            if self.by_hand.is_frozen(layer) {
                continue;
            }
            let shuffled = match ticket {
                Ticket::Shuffled => self.shuffled(layer, cut.removed.len()),
                Ticket::Rewound | Ticket::Reinitialised | Ticket::Rescaled => None,
            };
            let Some(state) = state(&self.network, &self.memory, layer) else { continue };
            let seen = many.as_ref().unwrap_or(&self.pass);
            let y = answers.as_ref().filter(|_| layer == last).unwrap_or(seen.targets(layer));
            let batch = LastBatch { x: seen.sources(layer), y, delta: self.pass.deltas(layer) };
            let rng = &mut self.evolution;
            let edit = match (shuffled, self.memory.constraint(recipe, layer)) {
                (Some(edit), _) => Ok(edit),
                (None, Some(constraint)) => fan_in::update_layer(&state, cut, constraint, recipe.grow, batch, rng),
                (None, None) => update_layer(&state, cut, recipe.grow, batch, rng),
            };
            let edit = edit.expect("growth only ever chooses empty places");
            self.apply(layer, &edit, record);
            self.draw_new_weights(layer, &edit, recipe);
        }
        if recipe.rewind != Rewind::None {
            self.begin_round(ticket);
        }
    }

    /// Activations of as many training samples as have room, the first ones: neurons are compared over all of them where
    /// there is room for all (Atashgahi et al. 2022, section 3.2).
    fn activations_of_many(&self) -> Pass {
        let train = &self.data.train;
        let neurons = self.network.inputs() + self.network.layers().iter().map(Layer::neurons).sum::<usize>();
        let samples = (MOST_ACTIVATIONS / neurons).max(self.pass.batch()).min(train.samples());
        let mut pass = Pass::forward_only(&self.network, samples);
        let input = pass.input_mut();
        let stride = input.stride();
        train.gather_range(0..samples, input.padded_mut(), stride);
        self.network.forward(&mut pass);
        pass
    }

    fn exchange_with_reserve(&mut self, record: &mut UpdateRecord) {
        for layer in 0..self.network.layers().len() {
            if self.by_hand.is_frozen(layer) {
                continue;
            }
            let reserve = self.reserve.as_mut();
            let exchange =
                reserve.and_then(|reserve| reserve.exchange(layer, &self.network.layers()[layer], &self.optimizer));
            let Some(Exchange { edit, values: [weights, first, second] }) = exchange else { continue };
            self.apply(layer, &edit, record);
            self.network.layers_mut()[layer].weights.values_mut().copy_from_slice(&weights);
            self.optimizer.set_moments(layer, first, second);
        }
    }

    /// Decides what each layer loses, and how much it gets; a frozen one nothing, as if it were dense.
    fn cut(&mut self, recipe: &Recipe, extent: Extent) -> Vec<LayerCut> {
        let needs = |variable| recipe.drop.needs(variable);
        let gradients = if needs(Variable::Gradient) { self.last_gradients() } else { Vec::new() };
        let ages = if needs(Variable::Age) { self.ages() } else { Vec::new() };
        let progress = recipe.progress(self.step, self.steps);
        let is_last = self.timing().and_then(|timing| timing.next_after(self.step, self.steps)).is_none();
        let states: Vec<Option<LayerState>> = (0..self.network.layers().len())
            .map(|layer| {
                let evolves = !self.by_hand.is_frozen(layer);
                let own = state(&self.network, &self.memory, layer).filter(|_| evolves)?;
                let sizes = [own.connectivity.places(), own.weights.len()];
                let elastic = self.memory.wanted.elastic(recipe, layer, sizes, (progress, is_last));
                Some(LayerState {
                    elastic,
                    gradients: gradients.get(layer).map_or(&[], Vec::as_slice),
                    ages: ages.get(layer).map_or(&[], Vec::as_slice),
                    velocities: self.optimizer.velocities(layer),
                    progress,
                    ..own
                })
            })
            .collect();
        let of_others = |wanted: usize| wanted.saturating_sub(self.frozen_connections());
        let extent = Extent { connections: extent.connections.map(of_others), ..extent };
        let mut threshold = self.memory.threshold;
        let cuts = cut(&states, recipe, extent, &mut threshold, &mut self.evolution);
        self.memory.threshold = threshold;
        cuts
    }

    /// By layer, topology updates since each connection grew.
    #[expect(clippy::cast_precision_loss, reason = "numbers of updates")]
    fn ages(&mut self) -> Vec<Vec<f32>> {
        let none = self.zeros();
        let born = self.born.get_or_insert(none);
        born.iter().map(|layer| layer.iter().map(|&born| (self.updates - born) as f32).collect()).collect()
    }

    /// How far the update that is due goes.
    fn extent(&self, recipe: &Recipe) -> Extent {
        let every = recipe.timing(self.steps, self.steps_per_epoch()).every;
        self.memory.wanted.extent(recipe, self.updates, self.step, (self.steps, every))
    }

    /// Lets the running mean of gradients follow the last batch, where the recipe asks for one.
    pub(super) fn follow_gradients(&mut self) {
        if !self.memory.follows_gradients {
            return;
        }
        self.make_room_for_momentum();
        for (layer, momentum) in self.memory.momentum.iter_mut().enumerate() {
            if !momentum.is_empty() {
                let (x, delta) = (self.pass.sources(layer), self.pass.deltas(layer));
                let (new, old) = (1.0 - MEMORY_OF_GRADIENTS, MEMORY_OF_GRADIENTS);
                add_products(x, delta, 0..x.neurons(), new, old, momentum);
            }
        }
    }

    /// When the recipe first asks for a running mean of gradients.
    fn make_room_for_momentum(&mut self) {
        if self.memory.momentum.is_empty() {
            let places = |layer: &Layer| layer.weights.connectivity().map_or(0, Connectivity::places);
            self.memory.momentum = self.network.layers().iter().map(|layer| vec![0.0; places(layer)]).collect();
        }
    }

    /// Brings connectivity, weights, moments and birthdays to what they are after the edit, with new weights at 0, and
    /// records it.
    pub(super) fn apply(&mut self, layer: usize, edit: &Edit, record: &mut UpdateRecord) {
        let Weights::Sparse { connectivity, values } = &mut self.network.layers_mut()[layer].weights else { return };
        record.evolving += values.len();
        record.removed_count += edit.removed().len();
        record.added_count += edit.added().len();
        if let Some(born) = &mut self.born {
            record.removed[layer] = removed_places(connectivity, values, edit);
            record.added[layer] = edit.added().to_vec();
            edit.carry(&mut born[layer], self.updates);
        }
        // A copy is made only if a snapshot still shows the old one.
        Arc::make_mut(connectivity).apply(edit);
        edit.carry(values, 0.0);
        self.optimizer.follow(layer, edit);
    }

    fn draw_new_weights(&mut self, layer: usize, edit: &Edit, recipe: &Recipe) {
        let activation = self.network.layers()[layer].activation;
        let Weights::Sparse { connectivity, values } = &mut self.network.layers_mut()[layer].weights else { return };
        let (n_in, n_out) = (connectivity.sources(), connectivity.targets());
        for (connection, place) in edit.new_connections().zip(edit.added()) {
            let fan_in = connectivity.in_degree(place.target as usize);
            let weight = recipe.new_weights.draw(activation, fan_in, n_in, n_out, &mut self.evolution);
            let is_free = weight == 0.0 || !recipe.has_fixed_signs();
            values[connection] = if is_free { weight } else { weight.abs() * sign(self.memory.signs, layer, *place) };
        }
    }
}

/// What there is to know of a layer that evolves, but for what only some recipes ask for.
fn state<'a>(network: &'a Network, memory: &'a EvolutionMemory, layer: usize) -> Option<LayerState<'a>> {
    let Weights::Sparse { connectivity, values } = &network.layers()[layer].weights else { return None };
    let momentum = memory.momentum.get(layer).map_or(&[][..], Vec::as_slice);
    Some(LayerState { momentum, depth: layer, signs: memory.signs, ..LayerState::plain(connectivity, values) })
}

/// The places that an edit frees, with the weights that they had.
fn removed_places(connectivity: &Connectivity, weights: &[f32], edit: &Edit) -> Vec<(Place, f32)> {
    let mut removed = edit.removed().iter().peekable();
    let all = (0..).zip(connectivity.iter().zip(weights));
    all.filter(|(connection, _)| removed.next_if_eq(&connection).is_some())
        .map(|(_, (place, &weight))| (place, weight))
        .collect()
}
