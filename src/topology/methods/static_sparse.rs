//! A random sparse network whose connections never change: what evolution must beat.

use super::{Definition, Kind, MethodPage};
use crate::topology::start::Start;

pub(super) const METHOD: Definition = Definition {
    key: "static",
    page: MethodPage {
        name: "Static",
        long_name: "static sparse",
        idea: "Connections are drawn at random before training and never change; only their weights learn. Whatever \
           evolution gains, it gains over this.",
        formula: "places: uniformly at random in each layer, once",
        parameters: &[],
        cost: "In proportion to the connections.",
        contested: "A strong baseline in wide networks with good shares of the layers (Liu et al. 2022): look here before \
           you praise evolution.",
        reference: "Mocanu et al. 2016, Machine Learning; Liu et al. 2022, ICLR, arXiv:2202.02643",
    },
    kind: Kind::Sparse,
    start: Start::Random,
    recipe: None,
};
