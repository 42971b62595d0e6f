//! Sparse Evolutionary Training (Mocanu et al. 2018, Nature Communications 9:2383).
//!
//! ```text
//! every ΔT epochs, in every sparse layer:
//!     cut the fraction ζ of the positive weights nearest 0, and ζ of the negative ones
//!     grow as many connections in empty places chosen uniformly at random
//! ```
//!
//! The first code draws regrown weights from N(0, 0.1²); here they start at zero unless told otherwise, because on
//! small networks random values undo what training has reached.

use super::MethodPage;
use crate::topology::recipe::{NewWeights, Recipe, Stretch};
use crate::topology::{DropSchedule, DropScore, GrowScore};

pub(super) const RECIPE: Recipe = Recipe {
    drop: DropScore::MagnitudeBySign,
    grow: GrowScore::Random,
    drop_fraction: 0.3,
    drop_schedule: DropSchedule::Constant,
    update_every: Stretch::Epochs(1),
    stop_at: 1.0,
    new_weights: NewWeights::Zero,
    replaces_step: false,
};

pub(super) const PAGE: MethodPage = MethodPage {
    name: "SET",
    long_name: "sparse evolutionary training",
    idea: "Start sparse and stay sparse. Every ΔT epochs the fraction ζ of connections nearest zero is cut, \
           and as many grow in random empty places. What turns out useful stays.",
    cost: "As a static sparse network: growth at random needs no gradient of absent connections.",
    reference: "Mocanu et al. 2018, Nature Communications 9:2383",
};
