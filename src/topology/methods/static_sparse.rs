//! A random sparse network whose connections never change: what evolution must beat.

use super::MethodPage;

pub(super) const PAGE: MethodPage = MethodPage {
    name: "Static",
    long_name: "static sparse",
    idea: "Connections are drawn at random before training and never change; only their weights learn. \
           Whatever evolution gains, it gains over this.",
    cost: "In proportion to the connections.",
    reference: "Mocanu et al. 2016, Machine Learning; Liu et al. 2022, ICLR, arXiv:2202.02643",
};
