//! The description of an experiment: plain data, as it stands in a file.

use serde::{Deserialize, Serialize};

use super::moment::Moment;
use super::operation::OperationSpec;
use super::sweep::AxisSpec;
use crate::data::DataSpec;
use crate::nn::{Activation, Loss, RateSchedule, Rule, WeightInit};
use crate::topology::recipe::Stretch;
use crate::topology::{
    Allocation, DensitySchedule, DropSchedule, DropScore, Fallback, FanIn, GrowScore, Langevin, Method, NeuronPruning,
    NewWeights, Redistribution, Rewind, Scope, Start, Ticket,
};

/// Widths of the hidden layers where an experiment says none.
const DEFAULT_HIDDEN: [usize; 2] = [24, 12];

/// The version of the format that this program writes.
pub const FORMAT: u32 = 1;

/// An experiment: one set-up, and arms that differ from it in what they name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExperimentSpec {
    /// Version of the file format.
    pub format: u32,
    /// What the experiment is called.
    pub name: String,
    /// What it is about, a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The data set; the same for all arms.
    pub data: DataSpec,
    /// The network.
    #[serde(default)]
    pub network: NetworkSpec,
    /// How sparse it is, and how its topology evolves.
    #[serde(default)]
    pub sparsity: SparsitySpec,
    /// How weights are trained.
    #[serde(default)]
    pub optimizer: OptimizerSpec,
    /// How long; the same for all arms.
    #[serde(default)]
    pub training: TrainingSpec,
    /// What changes while the runs go on, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<LaterSpec>,
    /// What is done to the first arm by hand, one after the other.
    #[serde(default, rename = "operation", skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<OperationSpec>,
    /// Further arms. The first arm is the experiment itself.
    #[serde(default, rename = "arm", skip_serializing_if = "Vec::is_empty")]
    pub arms: Vec<ArmSpec>,
    /// What `regrow sweep` varies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sweep: Vec<AxisSpec>,
    /// Moments worth showing.
    #[serde(default, rename = "bookmark", skip_serializing_if = "Vec::is_empty")]
    pub bookmarks: Vec<BookmarkSpec>,
}

/// Settings that change while a run goes on. What is not said stays as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaterSpec {
    /// From when on they hold.
    pub after: Moment,
    /// What changes in the evolution.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sparsity: SparsitySpec,
    /// What changes in the optimiser.
    #[serde(default, skip_serializing_if = "is_default")]
    pub optimizer: OptimizerSpec,
}

/// A moment with a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookmarkSpec {
    /// What there is to see.
    pub name: String,
    /// When.
    pub at: Moment,
    /// What the speaker wants to say there, for the window of notes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

/// A network. What is not said is taken from the experiment (in an arm) or has a default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkSpec {
    /// Widths of the hidden layers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Vec<usize>>,
    /// What the hidden neurons apply; relu if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activation: Option<Activation>,
    /// Probability with which a hidden activation is silenced in training; 0 if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropout: Option<f64>,
    /// The hidden layers one by one, instead of `hidden`.
    #[serde(rename = "layer", skip_serializing_if = "Option::is_none")]
    pub layers: Option<Vec<LayerSpec>>,
}

/// A hidden layer. What is not said is the network's.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerSpec {
    /// Number of neurons.
    pub size: usize,
    /// What they apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activation: Option<Activation>,
    /// Probability with which an activation is silenced in training.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropout: Option<f64>,
}

/// How connections are shared out among layers: by a rule, or a density for each layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected \"er\", \"uniform\", \"last-dense\" or a list of densities")]
pub enum AllocationSpec {
    /// By a rule, from the density of the whole network.
    Rule(Allocation),
    /// The density of each layer, from 0 to 1.
    Densities(Vec<f64>),
}

/// How sparse a network is and how its topology evolves. What is not said is the method's own default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SparsitySpec {
    /// The named method; SET if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// Share of all places that have a connection, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub density: Option<f64>,
    /// ε of the Erdős–Rényi allocation, instead of a density.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epsilon: Option<f64>,
    /// How connections are shared out among layers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocation: Option<AllocationSpec>,
    /// How the first connections are chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Start>,
    /// How the number of connections changes over the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub density_schedule: Option<DensitySchedule>,
    /// What decides which connections are pruned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop: Option<DropScore>,
    /// Among which connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop_scope: Option<Scope>,
    /// Whether neurons without inputs or outputs lose their other connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove_chains: Option<bool>,
    /// What decides where connections grow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grow: Option<GrowScore>,
    /// In which layers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redistribution: Option<Redistribution>,
    /// ζ or α: share of the connections that an update replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop_fraction: Option<f64>,
    /// How that share changes over time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop_schedule: Option<DropSchedule>,
    /// ΔT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_every: Option<Stretch>,
    /// Share of the run after which evolution ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_at: Option<f64>,
    /// Value of a regrown weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_weights: Option<NewWeights>,
    /// Where the weights that stay go after an update that prunes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rewind: Option<Rewind>,
    /// What the last round begins from, where weights are rewound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Ticket>,
    /// A random walk that weights make beside their training.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub langevin: Option<Langevin>,
    /// How connections are shared out among the neurons of a layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fan_in: Option<FanIn>,
    /// Which neurons lose their inputs without others in their place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prune_neurons: Option<NeuronPruning>,
    /// How many parameters learn in reserve, as a multiple of the connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserve: Option<f64>,
    /// When connections grow at random instead of by the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
    /// Spread of the initial weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_init: Option<WeightInit>,
}

/// How weights are trained. What is not said has a default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptimizerSpec {
    /// Which optimiser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Rule>,
    /// η at the start; 0.1 if not said, of Adam 0.001.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub learning_rate: Option<f64>,
    /// How η changes; constant if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<RateSchedule>,
    /// For how long η climbs to that start first; not at all if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warm_up: Option<Stretch>,
    /// μ, of Adam β₁; 0.9 if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub momentum: Option<f64>,
    /// λ; 0 if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_decay: Option<f64>,
    /// λ₁; 0 if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub l1: Option<f64>,
    /// The largest norm of the gradient; any if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip_norm: Option<f64>,
}

/// How long, in what portions and from which seeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingSpec {
    /// How often all training samples are seen.
    pub epochs: u32,
    /// Samples a step.
    pub batch: usize,
    /// One run of each arm for each seed.
    pub seeds: Vec<u64>,
    /// What is made small.
    #[serde(skip_serializing_if = "is_default")]
    pub loss: Loss,
}

impl Default for TrainingSpec {
    fn default() -> Self {
        Self { epochs: 100, batch: 10, seeds: vec![1, 2, 3, 4, 5], loss: Loss::default() }
    }
}

/// A variant of the experiment: only what it names differs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmSpec {
    /// What the arm is called on screen.
    pub name: String,
    /// What differs in the network.
    #[serde(default, skip_serializing_if = "is_default")]
    pub network: NetworkSpec,
    /// What differs in sparsity and evolution.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sparsity: SparsitySpec,
    /// What differs in the optimiser.
    #[serde(default, skip_serializing_if = "is_default")]
    pub optimizer: OptimizerSpec,
    /// What changes while the arm runs; what changes in the experiment itself if nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<LaterSpec>,
    /// What is done to the arm by hand, one after the other; nothing of what is done to another.
    #[serde(default, rename = "operation", skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<OperationSpec>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl NetworkSpec {
    /// This where it says something, else `base`. Saying `hidden` unsays layers one by one, and the other way round.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        let shaped = if self.hidden.is_some() || self.layers.is_some() { self } else { base };
        Self {
            hidden: shaped.hidden.clone(),
            layers: shaped.layers.clone(),
            activation: self.activation.or(base.activation),
            dropout: self.dropout.or(base.dropout),
        }
    }

    /// The hidden layers, with what is not said filled in.
    #[must_use]
    pub fn hidden_layers(&self) -> Vec<LayerSpec> {
        let layers = self.layers.clone().unwrap_or_else(|| {
            let sizes = self.hidden.clone().unwrap_or_else(|| DEFAULT_HIDDEN.to_vec());
            sizes.into_iter().map(|size| LayerSpec { size, ..LayerSpec::default() }).collect()
        });
        let filled = |layer: LayerSpec| LayerSpec {
            activation: Some(layer.activation.or(self.activation).unwrap_or(Activation::Relu)),
            dropout: Some(layer.dropout.or(self.dropout).unwrap_or(0.0)),
            ..layer
        };
        layers.into_iter().map(filled).collect()
    }

    /// Sets the hidden layers, in the shortest way that says it: by their sizes alone where they are alike.
    pub fn set_hidden_layers(&mut self, layers: Vec<LayerSpec>) {
        let alike = layers
            .windows(2)
            .all(|pair| pair[0].activation == pair[1].activation && pair[0].dropout == pair[1].dropout);
        let sizes = layers.iter().map(|layer| layer.size).collect();
        *self = match layers.first() {
            Some(first) if alike => Self {
                hidden: Some(sizes),
                activation: first.activation,
                dropout: first.dropout.filter(|&rate| rate > 0.0),
                layers: None,
            },
            Some(_) => Self { layers: Some(layers), ..Self::default() },
            None => Self { hidden: Some(sizes), layers: None, ..self.clone() },
        };
    }
}

impl SparsitySpec {
    /// This where it says something, else `base`. Saying a density, an ε or a list of densities unsays the other two.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        let listed = |spec: &Self| matches!(spec.allocation, Some(AllocationSpec::Densities(_)));
        let sized = self.density.is_some() || self.epsilon.is_some() || listed(self);
        let base_allocation = base.allocation.clone().filter(|_| !(sized && listed(base)));
        Self {
            method: self.method.or(base.method),
            density: if sized { self.density } else { base.density },
            epsilon: if sized { self.epsilon } else { base.epsilon },
            allocation: self.allocation.clone().or(base_allocation),
            start: self.start.or(base.start),
            density_schedule: self.density_schedule.or(base.density_schedule),
            drop: self.drop.or(base.drop),
            drop_scope: self.drop_scope.or(base.drop_scope),
            remove_chains: self.remove_chains.or(base.remove_chains),
            grow: self.grow.or(base.grow),
            redistribution: self.redistribution.or(base.redistribution),
            drop_fraction: self.drop_fraction.or(base.drop_fraction),
            drop_schedule: self.drop_schedule.or(base.drop_schedule),
            update_every: self.update_every.or(base.update_every),
            stop_at: self.stop_at.or(base.stop_at),
            new_weights: self.new_weights.or(base.new_weights),
            rewind: self.rewind.or(base.rewind),
            ticket: self.ticket.or(base.ticket),
            langevin: self.langevin.or(base.langevin),
            fan_in: self.fan_in.or(base.fan_in),
            prune_neurons: self.prune_neurons.or(base.prune_neurons),
            reserve: self.reserve.or(base.reserve),
            fallback: self.fallback.or(base.fallback),
            weight_init: self.weight_init.or(base.weight_init),
        }
    }
}

impl OptimizerSpec {
    /// This where it says something, else `base`.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        Self {
            name: self.name.or(base.name),
            learning_rate: self.learning_rate.or(base.learning_rate),
            schedule: self.schedule.or(base.schedule),
            warm_up: self.warm_up.or(base.warm_up),
            momentum: self.momentum.or(base.momentum),
            weight_decay: self.weight_decay.or(base.weight_decay),
            l1: self.l1.or(base.l1),
            clip_norm: self.clip_norm.or(base.clip_norm),
        }
    }
}
