//! CTRE, cosine similarity-based and random topology exploration (Atashgahi et al., Machine Learning 2022).
//!
//! ```text
//! every epoch, in every sparse layer:
//!     cut the fraction ζ of smallest |w|
//!     grow as many where |cos| of the two neurons' activations over all training samples is largest, at 0
//! once accuracy on a tenth of the training samples, held out, has not been better than its best for 40 epochs:
//!     grow as many at random instead, to the end
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::recipe::Recipe;
use crate::topology::start::Start;
use crate::topology::{Fallback, GrowScore, Stalled};

pub(super) const METHOD: Definition = Definition {
    key: "ctre",
    page: MethodPage {
        name: "CTRE",
        long_name: "cosine similarity and random exploration",
        idea: "Neurons that fire together wire together: connections grow between the neurons whose activations are \
           most alike, up to a factor. This asks for no gradient, only for \
           activations. When it no longer helps, by samples that are held out, they grow at random to the end.",
        formula: "cut: smallest |w| of each layer\ngrow: largest |x·y| / (|x| |y|), x and y the activations of the two \
                  neurons\nafter e epochs without progress: uniformly",
        parameters: &[
            ("ζ", "drop_fraction = 0.2"),
            ("ΔT", "update_every = { epochs = 1 }"),
            ("ε", "epsilon = 13 in the paper"),
            (
                "e",
                "fallback = { stalled = { held_out = 0.1, epochs = 40 } }, the authors' values; \"never\" is their CTE",
            ),
        ],
        cost: "A static sparse network, and the product of two layers of activations at all places once an epoch (in \
           tiles, never stored). A tenth of the training samples, which judge and do not train.",
        contested: "This is the paper's CTRE_seq; its CTRE_sim, which grows by both at every update, is not here. Samples that are held out are training samples, never test samples: no other method here pays for \
           them, so compare with fallback = \"never\", too. A run of no more than 40 epochs never falls back. Neurons are \
           compared over all samples that train, in large networks over as many as fit into 64 MB of activations.",
        reference: "Atashgahi et al. 2022, Machine Learning, arXiv:1903.07138",
    },
    kind: Kind::Sparse,
    start: Start::Random,
    recipe: Some(Recipe {
        grow: GrowScore::Cosine,
        drop_fraction: 0.2,
        fallback: Fallback::Stalled(Stalled::OF_PAPER),
        ..Recipe::PLAIN
    }),
};
