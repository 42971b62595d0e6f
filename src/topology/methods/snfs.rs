//! Sparse Networks From Scratch (Dettmers & Zettlemoyer 2019).
//!
//! ```text
//! every step:   M ← 0.9 M + 0.1 ∂L/∂w at every place, taken or empty
//! every epoch, in every sparse layer:
//!     cut the fraction α/2 (1 + cos(π t / T)) of smallest |w|
//! what all layers have lost is shared out by the mean |M| of what each has kept, and grows where |M| is largest, at 0
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::recipe::Recipe;
use crate::topology::start::Start;
use crate::topology::{DropSchedule, GrowScore, Redistribution};

pub(super) const METHOD: Definition = Definition {
    key: "snfs",
    page: MethodPage {
        name: "SNFS",
        long_name: "sparse momentum",
        idea: "A gradient of one batch is noisy, so this method remembers: a running mean of the gradient at every \
           place says where connections are missing. It also says in which layers, so connections move between \
           layers.",
        formula: "M ← 0.9 M + 0.1 ∂L/∂w, all places\ncut: smallest |w| of each layer\nshare out: by mean |M| of what is kept\ngrow: largest |M|, at 0",
        parameters: &[
            ("α", "drop_fraction = 0.5"),
            ("decay", "drop_schedule = \"cosine\""),
            ("ΔT", "update_every = { epochs = 1 }"),
            ("sharing", "redistribution = \"momentum\""),
        ],
        cost: "A dense gradient in every step and a dense matrix of momenta: as much arithmetic as two sparse passes \
           and one dense one, and the memory of the dense layer.",
        contested: "Sparse in what it keeps, not in what it computes: its saving is in inference. RigL was made to do without.",
        reference: "Dettmers & Zettlemoyer 2019, arXiv:1907.04840",
    },
    kind: Kind::Sparse,
    start: Start::Random,
    recipe: Some(Recipe {
        grow: GrowScore::Momentum,
        redistribution: Redistribution::Momentum,
        drop_fraction: 0.5,
        drop_schedule: DropSchedule::Cosine,
        ..Recipe::PLAIN
    }),
};
