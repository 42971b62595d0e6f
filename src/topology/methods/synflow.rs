//! SynFlow, iterative synaptic flow pruning (Tanaka et al., NeurIPS 2020).
//!
//! ```text
//! before training, without data, in rounds k = 1 … 100 on the dense network:
//!     R = sum of outputs for an input of ones through |W|;  keep the D^(k/100) of largest |w · ∂R/∂w|
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::start::Start;

pub(super) const METHOD: Definition = Definition {
    key: "synflow",
    page: MethodPage {
        name: "SynFlow",
        long_name: "iterative synaptic flow pruning",
        idea: "No data at all: connections are kept that lie on the strongest paths from inputs to outputs. Pruning in \
           a hundred small rounds keeps any layer from being emptied, which one-shot scores do at high sparsity.",
        formula: "keep: largest |w ∂R/∂w|, R = 1^T |W_L| … |W_1| 1, D^(k/n) in round k of n = 100",
        parameters: &[("n", "100 rounds"), ("ρ", "the density of the experiment")],
        cost: "A hundred passes of the dense network before training, in double precision; then as a static sparse \
           network.",
        contested: "As with SNIP, the shares of the layers explain most of it (Frankle et al. 2021).",
        reference: "Tanaka et al. 2020, NeurIPS, arXiv:2006.05467",
    },
    kind: Kind::Sparse,
    start: Start::Synflow,
    recipe: None,
};
