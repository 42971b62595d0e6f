//! Activation functions.

use serde::{Deserialize, Serialize};

/// What a neuron does with the sum of its inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// `z`.
    Linear,
    /// `max(0, z)`.
    Relu,
    /// `tanh z`.
    Tanh,
    /// `1 / (1 + e⁻ᶻ)`.
    Sigmoid,
}

impl Activation {
    /// Those that a hidden layer can have.
    pub const HIDDEN: [Self; 3] = [Self::Relu, Self::Tanh, Self::Sigmoid];

    /// The name on screen and in experiment files.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Relu => "relu",
            Self::Tanh => "tanh",
            Self::Sigmoid => "sigmoid",
        }
    }

    /// Replaces sums of inputs by activations.
    pub fn apply(self, z: &mut [f32]) {
        match self {
            Self::Linear => {}
            // `max` would hide a NaN and with it a divergence.
            Self::Relu => z.iter_mut().for_each(|z| *z = if *z < 0.0 { 0.0 } else { *z }),
            Self::Tanh => z.iter_mut().for_each(|z| *z = z.tanh()),
            Self::Sigmoid => z.iter_mut().for_each(|z| *z = 1.0 / (1.0 + (-*z).exp())),
        }
    }

    /// Multiplies gradients with respect to activations by the derivative, given the activations `y` themselves.
    ///
    /// The derivative of relu at 0 is taken as 0.
    pub fn multiply_derivative(self, y: &[f32], delta: &mut [f32]) {
        let pairs = delta.iter_mut().zip(y);
        match self {
            Self::Linear => {}
            Self::Relu => pairs.for_each(|(delta, y)| *delta = if *y > 0.0 { *delta } else { 0.0 }),
            Self::Tanh => pairs.for_each(|(delta, y)| *delta *= 1.0 - y * y),
            Self::Sigmoid => pairs.for_each(|(delta, y)| *delta *= y * (1.0 - y)),
        }
    }
}
