//! GraSP, gradient signal preservation (Wang et al., ICLR 2020).
//!
//! ```text
//! before training, on one batch of the dense network: remove the places with the largest −w · (H g) of the network
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::start::Start;

pub(super) const METHOD: Definition = Definition {
    key: "grasp",
    page: MethodPage {
        name: "GraSP",
        long_name: "gradient signal preservation",
        idea: "A pruned network should still be able to learn. So what is removed first is what makes the gradient \
           longer the least: the product of Hessian and gradient says what each connection does to it.",
        formula: "remove: largest −w ⊙ (H g), g the gradient and H the Hessian of the loss, once",
        parameters: &[("|D|", "256 training samples, drawn at random"), ("p", "1 − the density of the experiment")],
        cost: "Three forward and backward passes of the dense network before training, in double precision; then as a \
           static sparse network.",
        contested: "As with SNIP, the shares of the layers explain most of it (Su et al. 2020; Frankle et al. 2021). The paper takes ten \
           samples of each class; its code divides logits by 200, as is done here.",
        reference: "Wang et al. 2020, ICLR, arXiv:2002.07376",
    },
    kind: Kind::Sparse,
    start: Start::Grasp,
    recipe: None,
};
