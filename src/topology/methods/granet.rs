//! GraNet, gradual pruning with zero-cost neuroregeneration (Liu et al., NeurIPS 2021).
//!
//! ```text
//! every ΔT steps:
//!     cut the smallest |w| of the network until the density is D + (D_0 − D)(1 − t)³
//!     then in every layer cut α/2 (1 + cos(π t / T)) of smallest |w|, and grow as many of largest |∂L/∂w|, at 0
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::recipe::{Recipe, Stretch};
use crate::topology::start::Start;
use crate::topology::{DensitySchedule, DropSchedule, GrowScore};

pub(super) const METHOD: Definition = Definition {
    key: "granet",
    page: MethodPage {
        name: "GraNet",
        long_name: "gradual pruning with neuroregeneration",
        idea: "Begin denser than you want to end, and let the network as a whole choose what to lose: it is pruned \
           gradually, the smallest weights wherever they are. At each step some of what is left is exchanged as \
           RigL does, so a wrong cut can be repaired.",
        formula: "cut: smallest |w| of the network down to D + (D₀ − D)(1 − t)³\nthen as RigL: smallest |w|, largest |∂L/∂w|",
        parameters: &[
            ("D₀, t", "density_schedule = { cubic = { initial = 0.5, end = 0.5 } }"),
            ("α", "drop_fraction = 0.5, a cosine"),
            ("ΔT", "update_every = { steps = 1000 }"),
        ],
        cost: "While it is denser it computes more: the mean density over the run counts. And the gradient of all \
           places once every ΔT steps.",
        contested: "Its advantage over RigL at equal final density is bought with a denser start. Short runs need a ΔT of \
           about an epoch.",
        reference: "Liu et al. 2021, NeurIPS, arXiv:2106.10404",
    },
    kind: Kind::Sparse,
    start: Start::Random,
    recipe: Some(Recipe {
        grow: GrowScore::Gradient,
        density: DensitySchedule::Cubic { initial: 0.5, end: 0.5 },
        drop_fraction: 0.5,
        drop_schedule: DropSchedule::Cosine,
        update_every: Stretch::Steps(1000),
        stop_at: 0.75,
        replaces_step: true,
        ..Recipe::PLAIN
    }),
};
