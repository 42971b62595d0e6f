//! RigL, "Rigging the Lottery" (Evci et al., ICML 2020).
//!
//! ```text
//! every ΔT steps until T_end, in place of that step, in every sparse layer:
//!     cut the fraction α/2 (1 + cos(π t / T_end)) of smallest |w|
//!     grow as many where |∂L/∂w| of this batch is largest among the empty places, at weight 0
//! ```

use super::MethodPage;
use crate::topology::recipe::{NewWeights, Recipe, Stretch};
use crate::topology::{DropSchedule, DropScore, GrowScore};

pub(super) const RECIPE: Recipe = Recipe {
    drop: DropScore::Magnitude,
    grow: GrowScore::Gradient,
    drop_fraction: 0.3,
    drop_schedule: DropSchedule::Cosine,
    update_every: Stretch::Steps(100),
    stop_at: 0.75,
    new_weights: NewWeights::Zero,
    replaces_step: true,
};

pub(super) const PAGE: MethodPage = MethodPage {
    name: "RigL",
    long_name: "rigging the lottery",
    idea: "As SET, but growth is informed: connections grow where the gradient of one batch says that they would \
           lower the loss fastest. The drop fraction α falls along a cosine until evolution ends.",
    cost: "A static sparse network's, and the gradient of all places once every ΔT steps (computed in tiles, never stored).",
    reference: "Evci et al. 2020, ICML, arXiv:1911.11134",
};
