//! Which connections exist, and how that changes during training.
//!
//! A method of the literature is a [`Recipe`]: a combination of shared parts. [`methods`] has one short file for each.
//! [`allocation`] says how dense each layer is, [`start`] and [`connectivity`] which connections there are first, [`schedule`]
//! when the topology is updated, and how much. An update is two steps: [`cut`] decides for the network what goes (by a score
//! of [`drop`] or a [`formula`], with chain removal) and how many grow in which layer ([`redistribution`]), then [`update`]
//! lets connections [`grow`] layer by layer ([`link_prediction`] is one way).
//!
//! Some methods ask for more: weights that are rewound ([`lottery`]), signs and noise ([`langevin`]), equally many inputs
//! ([`fan_in`]), neurons that are pruned ([`neurons`]), parameters that learn in reserve ([`reserve`]), growth that falls back to
//! chance ([`fallback`]).

pub mod allocation;
mod chains;
pub mod connectivity;
pub mod cut;
pub mod drop;
pub mod fallback;
pub mod fan_in;
pub mod formula;
pub mod grow;
pub mod langevin;
pub mod link_prediction;
pub mod lottery;
pub mod methods;
pub mod neurons;
pub mod recipe;
pub mod redistribution;
pub mod reserve;
pub mod schedule;
pub mod start;
pub mod update;

pub use allocation::Allocation;
pub use cut::{Extent, LayerCut, LayerState, Scope, cut};
pub use drop::{DropScore, Fate};
pub use fallback::{Fallback, Stalled};
pub use fan_in::FanIn;
pub use formula::Formula;
pub use grow::{GrowScore, LastBatch};
pub use langevin::Langevin;
pub use lottery::{Rewind, Ticket};
pub use methods::Method;
pub use neurons::NeuronPruning;
pub use recipe::{NewWeights, Recipe};
pub use redistribution::Redistribution;
pub use schedule::{DensitySchedule, DropSchedule, UpdateTiming};
pub use start::Start;
pub use update::update_layer;
