//! RigL, "Rigging the Lottery" (Evci et al., ICML 2020).
//!
//! ```text
//! every ΔT steps until T_end, in place of that step, in every sparse layer:
//!     cut the fraction α/2 (1 + cos(π t / T_end)) of smallest |w|
//!     grow as many where |∂L/∂w| of this batch is largest among the empty places, at weight 0
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::recipe::{Recipe, Stretch};
use crate::topology::start::Start;
use crate::topology::{DropSchedule, GrowScore};

pub(super) const METHOD: Definition = Definition {
    key: "rigl",
    page: MethodPage {
        name: "RigL",
        long_name: "rigging the lottery",
        idea: "As SET, but growth is informed: connections grow where the gradient of one batch says that they would \
           lower the loss fastest. The drop fraction α falls along a cosine until evolution ends.",
        formula: "cut: α/2 (1 + cos(π t/T_end)) of smallest |w|\ngrow: as many of largest |∂L/∂w|, at 0",
        parameters: &[
            ("α", "drop_fraction = 0.3"),
            ("f_decay", "drop_schedule = \"cosine\""),
            ("ΔT", "update_every = { steps = 100 }"),
            ("T_end", "stop_at = 0.75"),
        ],
        cost: "A static sparse network's, and the gradient of all places once every ΔT steps (computed in tiles, never \
           stored).",
        contested: "Better than SET from 98 % sparse on. That it beats dense training is true on data with noise features \
           and not on plain digits. With a large ΔT random growth comes close (Liu et al. 2021).",
        reference: "Evci et al. 2020, ICML, arXiv:1911.11134",
    },
    kind: Kind::Sparse,
    start: Start::Random,
    recipe: Some(Recipe {
        grow: GrowScore::Gradient,
        drop_schedule: DropSchedule::Cosine,
        update_every: Stretch::Steps(100),
        stop_at: 0.75,
        replaces_step: true,
        ..Recipe::PLAIN
    }),
};
