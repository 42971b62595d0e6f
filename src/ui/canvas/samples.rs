//! A network for tests, small enough to work by hand.

use std::sync::Arc;

use crate::nn::{Activation, Layer, Loss, Network, Weights};
use crate::sparse::{Connectivity, Place};

/// Three inputs, two hidden neurons, one output: 0→1 of weight 5, 1→0 of 0.2, 1→1 of −0.3, 2→1 of 1; then 7 and 0.1.
pub(super) fn network() -> Network {
    let layer = |sources, targets, places: &[(u32, u32)], values: &[f32]| {
        let places: Vec<Place> = places.iter().map(|&(source, target)| Place { source, target }).collect();
        let connectivity = Arc::new(Connectivity::try_new(sources, targets, &places).expect("a valid layer"));
        Layer::new(Weights::Sparse { connectivity, values: values.to_vec() }, Activation::Linear)
    };
    let first = layer(3, 2, &[(0, 1), (1, 0), (1, 1), (2, 1)], &[5.0, 0.2, -0.3, 1.0]);
    Network::new(vec![first, layer(2, 1, &[(0, 0), (1, 0)], &[7.0, 0.1])], Loss::default())
}
