//! One arm of a comparison, with every value decided.

use super::moment::{Moment, Plan};
use super::operation::Operation;
use crate::nn::{Activation, Loss, RateSchedule, Rule, WeightInit};
use crate::topology::allocation::Shape;
use crate::topology::recipe::Stretch;
use crate::topology::{FanIn, Method, Recipe, Start};

/// One variant in a comparison, complete and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// What it is called on screen.
    pub name: String,
    /// The named method it stands on.
    pub method: Method,
    /// Numbers of neurons: inputs, hidden layers, outputs.
    pub sizes: Vec<usize>,
    /// The hidden layers; the last layer, of outputs, is linear.
    pub hidden: Vec<HiddenLayer>,
    /// What is made small.
    pub loss: Loss,
    /// How a gradient becomes a step.
    pub rule: Rule,
    /// Spread of the initial weights.
    pub weight_init: WeightInit,
    /// How connections are shared out among the neurons of a layer.
    pub fan_in: FanIn,
    /// How the first connections are chosen.
    pub start: Start,
    /// Number of connections of each layer at the start; where they are chosen by a score, that of the whole network counts.
    pub first_connections: Vec<usize>,
    /// Number of connections of each layer that the experiment asks for.
    pub connections: Vec<usize>,
    /// What may change while it runs, as it is at the start.
    pub tuning: Tuning,
    /// What it changes to, each at a moment, one after the other.
    pub later: Vec<(Moment, Tuning)>,
    /// What is done to it by hand, each at a moment, one after the other.
    pub operations: Vec<(Moment, Operation)>,
}

/// What the neurons of a layer apply; by default what the outputs do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HiddenLayer {
    /// Their activation function.
    pub activation: Activation,
    /// Probability with which an activation is silenced in training.
    pub dropout: f32,
}

impl Default for HiddenLayer {
    fn default() -> Self {
        Self { activation: Activation::Linear, dropout: 0.0 }
    }
}

/// What may change while an arm runs, without a reset.
#[derive(Debug, Clone, PartialEq)]
pub struct Tuning {
    /// What topology updates do; `None` where connections never change.
    pub recipe: Option<Recipe>,
    /// η at the start.
    pub learning_rate: f64,
    /// How η changes.
    pub schedule: RateSchedule,
    /// For how long η climbs to its start first.
    pub warm_up: Stretch,
    /// μ; of Adam β₁.
    pub momentum: f64,
    /// λ.
    pub weight_decay: f64,
    /// λ₁.
    pub l1: f64,
    /// The largest norm of the gradient.
    pub clip_norm: Option<f64>,
}

impl Arm {
    /// Sizes of the layers.
    #[must_use]
    pub fn shapes(&self) -> Vec<Shape> {
        Shape::between(&self.sizes)
    }

    /// Connections in all layers.
    #[must_use]
    pub fn total_connections(&self) -> usize {
        self.connections.iter().sum()
    }

    /// Places in all layers.
    #[must_use]
    pub fn total_places(&self) -> usize {
        self.shapes().into_iter().map(Shape::places).sum()
    }

    /// Whether a layer is stored with a connection at every place, for good: where it is full, stays so, and was not chosen
    /// connection by connection.
    #[must_use]
    pub fn is_stored_dense(&self, layer: usize) -> bool {
        self.start == Start::Random
            && self.connections == self.first_connections
            && self.connections[layer] == self.shapes()[layer].places()
    }

    /// Whether the other arm differs in nothing but what may change during a run.
    #[must_use]
    pub fn same_but_for_tuning(&self, other: &Self) -> bool {
        let lasting = |arm: &Self| arm.tuning.recipe.as_ref().map(Recipe::lasting);
        let evolves = lasting(self) == lasting(other);
        let (later, operations) = (other.later.clone(), other.operations.clone());
        let tuned = Self { tuning: other.tuning.clone(), later, operations, ..self.clone() };
        evolves && tuned == *other
    }

    /// Its settings from start to end.
    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan { tuning: self.tuning.clone(), later: self.later.clone() }
    }

    /// All settings that it ever has.
    pub fn tunings(&self) -> impl Iterator<Item = &Tuning> {
        std::iter::once(&self.tuning).chain(self.later.iter().map(|(_, tuning)| tuning))
    }
}
