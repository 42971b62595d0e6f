//! In-time over-parameterisation (Liu et al., ICML 2021): SET or RigL with settings that explore more.
//!
//! ```text
//! every ΔT = 1,500 steps: cut α/2 (1 + cos(π t / T)) of smallest |w|, α = 0.5; grow as many at random, at 0
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::DropSchedule;
use crate::topology::recipe::{Recipe, Stretch};
use crate::topology::start::Start;

pub(super) const METHOD: Definition = Definition {
    key: "itop",
    page: MethodPage {
        name: "ITOP",
        long_name: "in-time over-parameterisation",
        idea: "What counts is how many places have ever been tried by the time training ends, if each got time enough \
           to show its worth. So ITOP takes SET or RigL, waits longer between updates and replaces more at each.",
        formula: "R_s = |places that ever had a connection| / |places|\ncut and grow: as SET or RigL",
        parameters: &[
            ("α", "drop_fraction = 0.5"),
            ("ΔT", "update_every = { steps = 1500 }; 4,000 with grow = \"gradient\""),
            ("decay", "drop_schedule = \"cosine\""),
            ("growth", "grow = \"random\", or \"gradient\" for RigL-ITOP"),
        ],
        cost: "SET's or RigL's.",
        contested: "R_s alone does not foretell accuracy: RigL with half of the R_s of SET does better. On short runs ΔT = \
           1,500 leaves few updates: set it to an epoch or two.",
        reference: "Liu et al. 2021, ICML, arXiv:2102.02887",
    },
    kind: Kind::Sparse,
    start: Start::Random,
    recipe: Some(Recipe {
        drop_fraction: 0.5,
        drop_schedule: DropSchedule::Cosine,
        update_every: Stretch::Steps(1500),
        ..Recipe::PLAIN
    }),
};
