//! Dynamic sparse reparameterisation (Mostafa & Wang, ICML 2019, algorithm 1).
//!
//! ```text
//! every ΔT, over all sparse layers together:
//!     cut every |w| < H; if fewer went than the wanted share, double H; if more, halve it
//!     as many grow at random, at 0: in each layer in proportion to what it has kept
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::recipe::Recipe;
use crate::topology::start::Start;
use crate::topology::{Redistribution, Scope};

pub(super) const METHOD: Definition = Definition {
    key: "dsr",
    page: MethodPage {
        name: "DSR",
        long_name: "dynamic sparse reparameterisation",
        idea: "One threshold H for the whole network decides what is cut, so that layers lose what they do not need. \
           What was cut grows at random, in each layer in proportion to what it has kept: connections wander to \
           where they survive.",
        formula: "cut: |w| < H, in all layers; H doubles or halves\ngrow: uniformly; layer l gets kept_l / Σ kept",
        parameters: &[
            ("N_p", "drop_fraction = 0.1: the share that H aims at, within a tenth"),
            ("ΔT", "update_every = { epochs = 1 }"),
            ("H", "0.001 before the first update"),
        ],
        cost: "As a static sparse network.",
        contested: "The first updates may cut nothing or much, until H has found its place.",
        reference: "Mostafa & Wang 2019, ICML, arXiv:1902.05967",
    },
    kind: Kind::Sparse,
    start: Start::Random,
    recipe: Some(Recipe {
        scope: Scope::Threshold,
        redistribution: Redistribution::Survivors,
        drop_fraction: 0.1,
        ..Recipe::PLAIN
    }),
};
