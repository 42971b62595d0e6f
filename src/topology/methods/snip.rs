//! SNIP, single-shot network pruning (Lee et al., ICLR 2019).
//!
//! ```text
//! before training, on one batch of the dense network: keep the places with the largest |g · w| of the network
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::start::Start;

pub(super) const METHOD: Definition = Definition {
    key: "snip",
    page: MethodPage {
        name: "SNIP",
        long_name: "single-shot network pruning",
        idea: "Which connections matter can be seen before training: those whose removal would change the loss most. \
           One batch through the dense network decides; then connections never change.",
        formula: "keep: largest |w ∂L/∂w| of the network, once",
        parameters: &[("|D^b|", "256 training samples, drawn at random"), ("κ", "the density of the experiment")],
        cost: "One forward and backward pass of the dense network before training, in double precision; then as a \
           static sparse network.",
        contested: "How connections are shared out among layers explains most of it: shuffled within layers they do about as \
           well (Su et al. 2020; Frankle et al. 2021).",
        reference: "Lee et al. 2019, ICLR, arXiv:1810.02340",
    },
    kind: Kind::Sparse,
    start: Start::Snip,
    recipe: None,
};
