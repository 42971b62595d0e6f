//! Neural networks: layers, activations, losses, optimisers, initialisation.
//!
//! A [`Network`] is a stack of fully connected [`Layer`]s, each either truly sparse or dense. Activations are
//! feature-major (`neurons x batch`, batch contiguous), see [`crate::sparse`]. The last layer is linear: its outputs are
//! logits, which the loss turns into probabilities.

mod activation;
mod init;
mod layer;
mod loss;
mod network;
mod optimizer;
mod schedule;

pub use activation::Activation;
pub use init::{WeightInit, standard_deviation};
pub use layer::{Layer, Weights};
pub use loss::{Evaluation, predicted_class, probability_of_second, score};
pub use network::{Gradients, Network, Pass};
pub use optimizer::{Sgd, SgdState};
pub use schedule::RateSchedule;
