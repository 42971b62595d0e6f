//! The ordinary network: every neuron is connected to every neuron of the layer before.

use super::MethodPage;

pub(super) const PAGE: MethodPage = MethodPage {
    name: "Dense",
    long_name: "all connections",
    idea: "Every neuron is connected to all neurons of the layer before. The baseline with the same shape.",
    cost: "In proportion to all places, n_in · n_out a layer, but with the fastest arithmetic there is.",
    reference: "Rumelhart, Hinton & Williams 1986, Nature 323",
};
