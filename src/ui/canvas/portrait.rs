//! What it takes a walk over the network to say of the neuron that is pointed at.

use super::scene::Scene;
use crate::data::InputShape;
use crate::metrics::{Activity, receptive_field};

/// A neuron's receptive field and its activations.
#[derive(Debug)]
pub(super) struct Portrait {
    /// Which neuron: column and number.
    pub at: (usize, usize),
    /// Where inputs are pixels, its receptive field: a value a pixel.
    pub field: Option<Vec<f32>>,
    /// What it puts out over training samples; nothing before there are data.
    pub activity: Option<Activity>,
}

impl Portrait {
    /// Of the neuron that is pointed at in a scene.
    pub(super) fn of(scene: &Scene) -> Option<Self> {
        let (column, neuron) = scene.focus?;
        let network = &scene.snapshot().network;
        let fitting = scene.data.as_deref().filter(|data| data.train.features() == network.inputs());
        let activity = fitting.map(|data| Activity::of(network, &data.train, column, neuron));
        let field = match (column.checked_sub(1), scene.shape) {
            (Some(layer), InputShape::Image { width, height }) => {
                let mut field = receptive_field(network, layer, neuron);
                field.truncate(width * height);
                Some(field)
            }
            _ => None,
        };
        Some(Self { at: (column, neuron), field, activity })
    }
}
