//! Neural networks: layers, activations, losses, optimisers, initialisation.
//!
//! A [`Network`] is a stack of fully connected [`Layer`]s, each either truly sparse or dense. Activations are
//! feature-major (`neurons x batch`, batch contiguous), see [`crate::sparse`]. The last layer is linear: its outputs are
//! logits, which the loss turns into probabilities.

mod activation;
mod dropout;
mod init;
mod layer;
mod loss;
mod network;
mod optimizer;
mod product;
mod saliency;
mod schedule;

pub use activation::{Activation, SHAPE_PARAMETERS};
pub use init::{WeightInit, standard_deviation};
pub use layer::{Layer, Weights};
pub use loss::{Evaluation, Loss, predicted_class, probability_of_second};
pub use network::{LayerGradients, Network, Pass};
pub use optimizer::{Optimizer, OptimizerState, Rule, clip_scale};
pub use saliency::Saliency;
pub use schedule::RateSchedule;
