//! Stochastic gradient descent with momentum and weight decay.

use super::network::{Gradients, Network};
use crate::sparse::Edit;

/// Settings of stochastic gradient descent, for one step.
///
/// ```text
/// g ← ∂L/∂w + λ w        λ weight decay; enters the gradient and is so scaled by the learning rate; none for biases
/// v ← μ v + g            μ momentum (Polyak 1964)
/// w ← w − η v            η learning rate
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sgd {
    /// η.
    pub learning_rate: f32,
    /// μ, from 0 (none) to below 1.
    pub momentum: f32,
    /// λ.
    pub weight_decay: f32,
}

/// The velocities `v` of all weights and biases, in the network's order.
#[derive(Debug, Clone)]
pub struct SgdState {
    weights: Vec<Vec<f32>>,
    biases: Vec<Vec<f32>>,
}

impl SgdState {
    /// At rest.
    #[must_use]
    pub fn new(network: &Network) -> Self {
        let layers = network.layers();
        Self {
            weights: layers.iter().map(|layer| vec![0.0; layer.weights.connections()]).collect(),
            biases: layers.iter().map(|layer| vec![0.0; layer.bias.len()]).collect(),
        }
    }

    /// Velocities of the weights of one layer, one a connection.
    #[must_use]
    pub fn velocities(&self, layer: usize) -> &[f32] {
        &self.weights[layer]
    }

    /// Follows a topology update: connections that stay keep their velocity, new ones are at rest.
    pub fn follow(&mut self, layer: usize, edit: &Edit) {
        self.weights[layer] = edit.carry(&self.weights[layer], 0.0);
    }

    /// One step of all weights and biases.
    pub fn step(&mut self, settings: Sgd, network: &mut Network, gradients: &Gradients) {
        let biases = Sgd { weight_decay: 0.0, ..settings };
        for (index, layer) in network.layers_mut().iter_mut().enumerate() {
            let weights = layer.weights.values_mut();
            descend(settings, weights, &gradients.weights[index], &mut self.weights[index]);
            descend(biases, &mut layer.bias, &gradients.biases[index], &mut self.biases[index]);
        }
    }
}

fn descend(settings: Sgd, parameters: &mut [f32], gradients: &[f32], velocities: &mut [f32]) {
    for ((parameter, gradient), velocity) in parameters.iter_mut().zip(gradients).zip(velocities) {
        let gradient = gradient + settings.weight_decay * *parameter;
        *velocity = settings.momentum * *velocity + gradient;
        *parameter -= settings.learning_rate * *velocity;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_steps_worked_by_hand() {
        let settings = Sgd { learning_rate: 0.1, momentum: 0.5, weight_decay: 0.1 };
        let (mut parameter, mut velocity) = ([1.0_f32], [0.0_f32]);
        // g = 1 + 0.1·1 = 1.1, v = 1.1, w = 1 − 0.11 = 0.89
        descend(settings, &mut parameter, &[1.0], &mut velocity);
        assert!((parameter[0] - 0.89).abs() < 1e-6);
        // g = −1 + 0.089 = −0.911, v = 0.55 − 0.911 = −0.361, w = 0.89 + 0.0361
        descend(settings, &mut parameter, &[-1.0], &mut velocity);
        assert!((velocity[0] + 0.361).abs() < 1e-6);
        assert!((parameter[0] - 0.9261).abs() < 1e-6);
    }
}
