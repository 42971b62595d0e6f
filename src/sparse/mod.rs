//! Truly sparse layers: which connections exist, the kernels that compute with them, and edits of the connectivity.
//!
//! Only existing connections are stored. A layer from `n_in` source neurons to `n_out` target neurons keeps them in two
//! orders at once: by target (CSR) for the forward pass, and by source (the transposed index) for the backward pass.
//! Nothing here has `n_in · n_out` elements.
//!
//! ```text
//!  sources 0 1 2        connection  0     1     2     3          by source 0: connections 0 2
//!  target 0: a . b      weight      a     b     c     d                    1: connection  3
//!  target 1: c d .      source      0     2     0     1                    2: connection  1
//!                       row_start   0           2           4
//! ```
//!
//! A connection's *index* is its position in the order by target, then source. A *place* is a (target, source) pair,
//! taken or empty; its *rank* `target · n_in + source` orders places as connections are ordered.
//!
//! [`Activations`] are feature-major: the samples of neuron 0 side by side, then those of neuron 1, and so on.

mod activations;
mod connectivity;
mod edit;
mod full;
mod kernels;
mod parallel;
mod team;
mod vector;

pub use activations::{Activations, LANES};
pub use connectivity::{Connectivity, ConnectivityError, Place};
pub use edit::{Edit, EditError};
pub use full::Full;
pub use kernels::{AsItIs, Finish, Wiring, backward, forward};
pub use parallel::{for_each_share, for_each_share_of_four, for_each_share_of_rows};
pub use team::Team;
pub use vector::simd;
