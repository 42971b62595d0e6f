//! The ordinary network: every neuron is connected to every neuron of the layer before.

use super::{Definition, Kind, MethodPage};
use crate::topology::start::Start;

pub(super) const METHOD: Definition = Definition {
    key: "dense",
    page: MethodPage {
        name: "Dense",
        long_name: "all connections",
        idea: "Every neuron is connected to all neurons of the layer before. The baseline with the same shape.",
        formula: "places: all",
        parameters: &[],
        cost: "In proportion to all places, n_in · n_out a layer, but with the fastest arithmetic there is.",
        contested: "With more than about half of the places taken it is faster than any sparse network (see the README).",
        reference: "Rumelhart, Hinton & Williams 1986, Nature 323",
    },
    kind: Kind::Dense,
    start: Start::Random,
    recipe: None,
};
