//! Rounds of a lottery ticket experiment: what weights go back to, and where the schedule of the learning rate stands.

use std::sync::Arc;

use super::Trainer;
use crate::nn::{Layer, Network, OptimizerState, WeightInit, Weights};
use crate::random::Generator;
use crate::sparse::{Connectivity, Edit};
use crate::topology::lottery::{early_values, shuffle};
use crate::topology::{Rewind, Ticket};
use crate::training::arm::{Arm, Tuning};

/// What rounds know from before.
#[derive(Debug, Clone)]
pub(super) struct Rounds {
    /// The network that weights go back to, from when the run came by there.
    early: Option<Arc<Network>>,
    /// The step at which the round under way began.
    start: u64,
    /// The distribution of the first weights.
    init: WeightInit,
}

impl Rounds {
    pub(super) fn new(arm: &Arm) -> Self {
        Self { early: None, start: 0, init: arm.weight_init }
    }

    fn early_layer(&self, layer: usize) -> Option<(&Layer, &Connectivity)> {
        let layer = &self.early.as_ref()?.layers()[layer];
        Some((layer, layer.weights.connectivity()?))
    }
}

/// The step that weights go back to, if they do.
fn early_step(tuning: &Tuning, steps_per_epoch: u64) -> Option<u64> {
    match tuning.recipe?.rewind {
        Rewind::None => None,
        Rewind::To(stretch) => Some(stretch.in_steps(steps_per_epoch)),
    }
}

impl Trainer {
    /// Keeps the network as it is if this is the moment that weights will go back to.
    pub(super) fn remember_early_weights(&mut self) {
        if early_step(&self.tuning, self.steps_per_epoch()) == Some(self.step) && self.rounds.early.is_none() {
            self.rounds.early = Some(Arc::new(self.network.clone()));
        }
    }

    /// The step that the schedule of the learning rate has come to, and the step at which it ends. Each round has one of its
    /// own, that of the last lasts to the end of the run.
    pub(super) fn rate_clock(&self) -> (u64, u64) {
        let Some(early) = early_step(&self.tuning, self.steps_per_epoch()) else { return (self.step, self.steps) };
        let start = self.rounds.start;
        let end = self.timing().and_then(|timing| timing.next_after(start, self.steps)).unwrap_or(self.steps);
        let skipped = if start == 0 { 0 } else { early };
        (skipped + self.step - start, skipped + end - start)
    }

    /// The edit that leaves a layer that many connections fewer, at any of the places that it had early on.
    pub(super) fn shuffled(&mut self, layer: usize, fewer: usize) -> Option<Edit> {
        let (_, early) = self.rounds.early_layer(layer)?;
        let now = self.network.layers()[layer].weights.connectivity()?;
        shuffle(now, early, now.connections() - fewer, &mut self.evolution).ok()
    }

    /// A new round: weights and biases are those of the early network, or, where the last round is to show what they
    /// matter, drawn as they once were; all moments are nothing.
    pub(super) fn begin_round(&mut self, ticket: Ticket) {
        self.rounds.start = self.step;
        for (index, layer) in self.network.layers_mut().iter_mut().enumerate() {
            let Some((early, places)) = self.rounds.early_layer(index) else { continue };
            let draw = |places: &Connectivity, init, rng: &mut Generator| {
                Layer::sparse(places.clone(), layer.activation, init, rng)
            };
            let fresh = match (&layer.weights, ticket) {
                (Weights::Sparse { connectivity, .. }, Ticket::Rescaled) => {
                    Some(draw(connectivity, WeightInit::SparseHe, &mut self.evolution))
                }
                (_, Ticket::Reinitialised) => Some(draw(places, self.rounds.init, &mut self.evolution)),
                _ => None,
            };
            let (from, places) = match &fresh {
                Some(fresh) => (fresh, fresh.weights.connectivity().unwrap_or(places)),
                None => (early, places),
            };
            layer.bias.clone_from(&from.bias);
            layer.shape.clone_from(&from.shape);
            if let Weights::Sparse { connectivity, values } = &mut layer.weights {
                *values = early_values(connectivity, places, from.weights.values());
            }
        }
        self.optimizer = OptimizerState::new(&self.network, self.rule);
    }
}
