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

use super::{Definition, Kind, MethodPage};
use crate::topology::DropScore;
use crate::topology::recipe::Recipe;
use crate::topology::start::Start;

pub(super) const METHOD: Definition = Definition {
    key: "set",
    page: MethodPage {
        name: "SET",
        long_name: "sparse evolutionary training",
        idea: "Start sparse and stay sparse. Every ΔT epochs the fraction ζ of connections nearest zero is cut, and as \
           many grow in random empty places. What turns out useful stays.",
        formula: "cut: ζ of the w > 0 nearest 0, ζ of the w < 0 nearest 0\ngrow: as many, uniformly among the empty places",
        parameters: &[
            ("ζ", "drop_fraction = 0.3"),
            ("ΔT", "update_every = { epochs = 1 }"),
            ("ε", "epsilon = 20 in the paper; here the density of the experiment"),
            ("w of the new", "new_weights = \"zero\"; N(0, 0.1²) in the first code"),
        ],
        cost: "As a static sparse network: growth at random needs no gradient of absent connections.",
        contested: "What it gains over static random sparsity depends on density: on digits nothing to see up to 95 % sparse, \
           little at 98, much at 99 (compare Liu et al. 2022). That evolved degrees are scale-free is contested.",
        reference: "Mocanu et al. 2018, Nature Communications 9:2383",
    },
    kind: Kind::Sparse,
    start: Start::Random,
    recipe: Some(Recipe { drop: DropScore::MagnitudeBySign, ..Recipe::PLAIN }),
};
