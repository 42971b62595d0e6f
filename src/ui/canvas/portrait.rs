//! What it takes a walk over the network to say of the neuron that is pointed at.

use super::figures::{Figures, has_responses};
use super::neurons::{normalised, plane_map};
use super::scene::Scene;
use crate::data::InputShape;
use crate::metrics::{Activity, PlaneGrid, receptive_field};
use crate::nn::{Activation, Network};

/// What a neuron does and how often.
#[derive(Debug)]
pub(super) struct Portrait {
    /// Which neuron: column and number.
    pub at: (usize, usize),
    /// What it responds to: over the input plane, or its receptive field where inputs are pixels.
    pub picture: Option<ResponsePicture>,
    /// What it puts out over training samples; nothing before there are data.
    pub activity: Option<Activity>,
}

/// What a neuron responds to, as a picture.
#[derive(Debug)]
pub(super) struct ResponsePicture {
    /// A value from −1 to 1 a cell, row by row.
    pub values: Vec<f32>,
    /// Of a receptive field, the largest size of a value that 1 stands for.
    pub largest: Option<f32>,
}

impl Portrait {
    /// Of the neuron that is pointed at in a scene.
    pub(super) fn of(scene: &Scene, figures: &Figures) -> Option<Self> {
        let (column, neuron) = scene.focus?;
        let network = &scene.snapshot().network;
        let fitting = scene.data.as_deref().filter(|data| data.train.features() == network.inputs());
        let activity = fitting.map(|data| Activity::of(network, &data.train, column, neuron));
        let layer = column.checked_sub(1);
        let picture = layer.and_then(|layer| ResponsePicture::of(scene, figures, (layer, neuron)));
        Some(Self { at: (column, neuron), picture, activity })
    }
}

impl ResponsePicture {
    /// Columns and rows of the pictures of a network's neurons, where there are such.
    pub(super) fn cells(shape: InputShape, network: &Network) -> Option<[usize; 2]> {
        match shape {
            InputShape::Plane => has_responses(network).then_some([PlaneGrid::SHOWN.side; 2]),
            InputShape::Image { width, height } => Some([width, height]),
            InputShape::Table => None,
        }
    }

    fn of(scene: &Scene, figures: &Figures, at: (usize, usize)) -> Option<Self> {
        let network = &scene.snapshot().network;
        if let Some(response) = figures.response(network) {
            let values = plane_map(network, response, at);
            return Some(Self { values, largest: None });
        }
        let InputShape::Image { width, height } = scene.shape else { return None };
        let mut field = receptive_field(network, at.0, at.1);
        field.truncate(width * height);
        let largest = field.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        let values = normalised(&field, Activation::Linear).collect();
        Some(Self { values, largest: Some(largest) })
    }
}
