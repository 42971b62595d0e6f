//! A method of the literature as a combination of shared parts.

use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

use super::cut::Scope;
use super::drop::DropScore;
use super::fallback::Fallback;
use super::fan_in::FanIn;
use super::formula::Variable;
use super::grow::GrowScore;
use super::langevin::Langevin;
use super::lottery::{Rewind, Ticket};
use super::neurons::NeuronPruning;
use super::redistribution::Redistribution;
use super::schedule::{DensitySchedule, DropSchedule, UpdateTiming};
use crate::nn::{Activation, WeightInit, standard_deviation};
use crate::random::Generator;

/// What dynamic sparse training does at its topology updates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recipe {
    /// What decides which connections are pruned.
    pub drop: DropScore,
    /// Among which connections.
    pub scope: Scope,
    /// Whether neurons that have lost all inputs or all outputs lose their other connections too (Zhang et al. 2024).
    pub removes_chains: bool,
    /// What decides where connections grow.
    pub grow: GrowScore,
    /// How many of them in which layer.
    pub redistribution: Redistribution,
    /// How the number of connections changes.
    pub density: DensitySchedule,
    /// ζ (SET) or α (RigL): the share of the connections that an update replaces, from 0 to 1.
    pub drop_fraction: f64,
    /// How that share changes over time.
    pub drop_schedule: DropSchedule,
    /// ΔT: how often topology updates come.
    pub update_every: Stretch,
    /// Evolution ends after this share of the run, from 0 to 1.
    pub stop_at: f64,
    /// The value of a regrown weight.
    pub new_weights: NewWeights,
    /// Whether an update takes the place of a training step or comes between two.
    pub replaces_step: bool,
    /// Where the weights that stay go after an update that prunes.
    pub rewind: Rewind,
    /// What the last round begins from, where weights are rewound.
    pub ticket: Ticket,
    /// A random walk that weights make beside their training.
    pub langevin: Option<Langevin>,
    /// How connections are shared out among the neurons of a layer.
    pub fan_in: FanIn,
    /// Which neurons lose their inputs without others in their place.
    pub prune_neurons: Option<NeuronPruning>,
    /// How many parameters learn in reserve, as a multiple of the connections: with any, all parameters are kept, and an
    /// update exchanges the smallest active ones for larger ones (see [`super::reserve`]) instead of cutting and growing by scores.
    pub reserve: Option<f64>,
    /// When connections grow at random instead.
    pub fallback: Fallback,
}

impl Recipe {
    /// Each epoch every layer exchanges 30 % of its connections, the smallest |w| for random ones at 0: what methods
    /// differ from in what they name.
    pub const PLAIN: Self = Self {
        drop: DropScore::Magnitude,
        scope: Scope::Layer,
        removes_chains: false,
        grow: GrowScore::Random,
        redistribution: Redistribution::None,
        density: DensitySchedule::Constant,
        drop_fraction: 0.3,
        drop_schedule: DropSchedule::Constant,
        update_every: Stretch::Epochs(1),
        stop_at: 1.0,
        new_weights: NewWeights::Zero,
        replaces_step: false,
        rewind: Rewind::None,
        ticket: Ticket::Rewound,
        langevin: None,
        fan_in: FanIn::Free,
        prune_neurons: None,
        reserve: None,
        fallback: Fallback::Never,
    };

    /// Whether every place has a sign that its connections keep.
    #[must_use]
    pub fn has_fixed_signs(&self) -> bool {
        self.drop == DropScore::SignChange
    }

    /// Whether it asks for a running mean of the gradient at every place.
    #[must_use]
    pub fn needs_momentum(&self) -> bool {
        self.grow.needs(Variable::Momentum) || self.redistribution == Redistribution::Momentum
    }

    /// The parts that a run is made for from its start, and that cannot change while it goes on.
    #[must_use]
    pub fn lasting(&self) -> impl PartialEq + use<> {
        let counted = matches!(self.density, DensitySchedule::Rounds { .. } | DensitySchedule::Overshoot { .. });
        let times = counted.then_some((self.update_every, self.stop_at));
        let made_for = (self.rewind, self.ticket, self.has_fixed_signs(), self.fan_in, self.reserve, self.fallback);
        (made_for, self.density, times)
    }

    /// `T_end`, the step at which evolution ends in a run of `steps` steps.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of the run"
    )]
    pub fn end(&self, steps: u64) -> u64 {
        (self.stop_at * steps as f64 + 1e-9).floor() as u64
    }

    /// Share of the evolution that is over at `step` in a run of `steps` steps, from 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of steps")]
    pub fn progress(&self, step: u64, steps: u64) -> f64 {
        (step as f64 / self.end(steps).max(1) as f64).min(1.0)
    }

    /// Whether nothing but the drop score says which connections are cut: neither what other connections are left with, nor
    /// weights outside the network, nor whole neurons.
    #[must_use]
    pub fn cuts_by_score_alone(&self) -> bool {
        let is_free = self.fan_in == FanIn::Free && self.prune_neurons.is_none();
        is_free && !self.removes_chains && self.reserve.is_none()
    }

    /// The drop fraction at `step` in a run of `steps` steps.
    #[must_use]
    pub fn fraction(&self, step: u64, steps: u64) -> f64 {
        self.drop_schedule.fraction(self.drop_fraction, step, self.end(steps))
    }

    /// When updates come in a run of `steps` steps, `steps_per_epoch` of them an epoch.
    ///
    /// A schedule that has fallen to nothing at `T_end` has its last update before it.
    #[must_use]
    pub fn timing(&self, steps: u64, steps_per_epoch: u64) -> UpdateTiming {
        let every = self.update_every.in_steps(steps_per_epoch);
        let end = self.end(steps);
        let falls = self.drop_schedule != DropSchedule::Constant && self.density == DensitySchedule::Constant;
        let last = if falls { end.saturating_sub(1) } else { end };
        UpdateTiming { every, last }
    }
}

/// A stretch of a run: ΔT, the time between topology updates, for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stretch {
    /// So many epochs.
    Epochs(u64),
    /// So many steps, each one batch.
    Steps(u64),
}

impl Stretch {
    /// How many steps that is, where an epoch has so many.
    #[must_use]
    pub fn in_steps(self, steps_per_epoch: u64) -> u64 {
        match self {
            Self::Epochs(epochs) => epochs.saturating_mul(steps_per_epoch),
            Self::Steps(steps) => steps,
        }
    }
}

/// The value of a regrown weight.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewWeights {
    /// Zero: the new connection changes nothing until it has learnt something.
    #[default]
    Zero,
    /// Normal, at the scale of He initialisation over the dense fan-in.
    He,
    /// Normal, at the scale of He initialisation over the connections that the neuron has.
    SparseHe,
    /// Normal with this standard deviation; 0.1 in the first code of SET.
    Normal(f64),
}

impl NewWeights {
    /// Draws one weight that leads to a neuron with `fan_in` connections in a layer of these sizes.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
    pub fn draw(self, activation: Activation, fan_in: usize, n_in: usize, n_out: usize, rng: &mut Generator) -> f32 {
        let scale = |init| standard_deviation(init, activation, fan_in, n_in, n_out);
        let deviation = match self {
            Self::Zero => return 0.0,
            Self::He => scale(WeightInit::He),
            Self::SparseHe => scale(WeightInit::SparseHe),
            Self::Normal(deviation) => deviation,
        };
        let standard: f64 = StandardNormal.sample(rng);
        (deviation * standard) as f32
    }
}
