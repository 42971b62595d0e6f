//! The two sides of a layer.

use crate::sparse::Connectivity;

/// One of the two groups of neurons that a layer connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The neurons that connections come from; their degrees are out-degrees.
    Sources,
    /// The neurons that connections lead to; their degrees are in-degrees.
    Targets,
}

impl Side {
    /// Number of neurons of this side.
    #[must_use]
    pub fn neurons(self, layer: &Connectivity) -> usize {
        match self {
            Self::Sources => layer.sources(),
            Self::Targets => layer.targets(),
        }
    }

    /// The side that this side's neurons are connected to.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Sources => Self::Targets,
            Self::Targets => Self::Sources,
        }
    }

    /// Number of connections of this neuron of this side.
    #[must_use]
    pub fn degree(self, layer: &Connectivity, neuron: usize) -> usize {
        match self {
            Self::Sources => layer.out_degree(neuron),
            Self::Targets => layer.in_degree(neuron),
        }
    }

    /// For each neuron of this side its neighbours on the other, ascending.
    pub(super) fn neighbours(self, layer: &Connectivity) -> Vec<Vec<usize>> {
        let of_neuron = |neuron| match self {
            Self::Sources => layer.targets_of(neuron).iter().map(|&target| target as usize).collect(),
            Self::Targets => layer.incoming(neuron).map(|(source, _)| source).collect(),
        };
        (0..self.neurons(layer)).map(of_neuron).collect()
    }
}
