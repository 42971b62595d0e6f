//! CHT, Cannistraci-Hebb training (Zhang et al., ICLR 2024).
//!
//! ```text
//! every epoch:
//!     in every sparse layer cut the fraction ζ of smallest |w|
//!     cut all connections of hidden neurons without inputs or without outputs, until there are none
//!     in every sparse layer grow as many as it has lost where CH3-L3p is largest, at 0
//! CH3-L3p(u, v) = Σ over paths u–z₁–z₂–v of 1/√((1 + e₁)(1 + e₂)),  e: links that leave the local community
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::GrowScore;
use crate::topology::recipe::Recipe;
use crate::topology::start::Start;

pub(super) const METHOD: Definition = Definition {
    key: "cht",
    page: MethodPage {
        name: "CHT",
        long_name: "Cannistraci-Hebb training",
        idea: "Network science alone says where connections are missing: two neurons that are joined by many paths of \
           length 3, through neurons that keep to themselves, should be joined. Neither gradients nor activations \
           are asked. Neurons that lose all inputs or outputs go with all their connections.",
        formula: "cut: smallest |w|, then chains\ngrow: largest Σ over paths of length 3 of 1/√((1 + e₁)(1 + e₂))",
        parameters: &[
            ("ζ", "drop_fraction = 0.3"),
            ("ΔT", "update_every = { epochs = 1 }"),
            ("chain removal", "remove_chains = true"),
        ],
        cost: "A static sparse network, and a walk over all paths of length 3 in each layer at each update: it grows \
           with the third power of the degrees.",
        contested: "Made for 99 % sparsity and for connectivity that starts correlated; early stopping of evolution and \
           percolation of neurons in the paper are not here. Its successor CHTs (2025) samples what to cut.",
        reference: "Zhang et al. 2024, ICLR",
    },
    kind: Kind::Sparse,
    start: Start::Random,
    recipe: Some(Recipe { removes_chains: true, grow: GrowScore::Ch3L3p, ..Recipe::PLAIN }),
};
