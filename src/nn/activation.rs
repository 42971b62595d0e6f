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
            Self::Tanh => z.iter_mut().for_each(|z| *z = tanh(*z)),
            // 1 / (1 + e⁻ᶻ) = ½ + ½ tanh(z/2)
            Self::Sigmoid => z.iter_mut().for_each(|z| *z = 0.5 + 0.5 * tanh(0.5 * *z)),
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

/// Hyperbolic tangent as a rational function, odd polynomial over even polynomial (the minimax coefficients that Eigen
/// uses for single precision), off by less than 4e-7 everywhere.
///
/// Only additions, multiplications and one division: it runs several lanes at a time, and gives the same bits on every
/// platform, which the system's `tanh` does not. NaN stays NaN.
#[inline]
fn tanh(x: f32) -> f32 {
    // Beyond this the result is 1 within rounding.
    let x = x.clamp(-7.905_311, 7.905_311);
    let square = x * x;
    let above =
        [-2.760_768_4e-16, 2.000_188e-13, -8.604_672e-11, 5.122_297e-8, 1.485_722_4e-5, 6.372_619_3e-4, 4.893_524_6e-3];
    let below = [1.198_258_4e-6, 1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3];
    let horner = |coefficients: &[f32]| coefficients.iter().fold(0.0, |sum, coefficient| sum * square + coefficient);
    x * horner(&above) / horner(&below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tanh_and_sigmoid_agree_with_double_precision() {
        for step in -200_000..=200_000_i32 {
            #[expect(clippy::cast_possible_truncation)]
            let x = (f64::from(step) * 1e-4) as f32;
            let exact = f64::from(x);
            assert!((f64::from(tanh(x)) - exact.tanh()).abs() < 4e-7, "{x}");
            let mut sigmoid = [x];
            Activation::Sigmoid.apply(&mut sigmoid);
            assert!((f64::from(sigmoid[0]) - 1.0 / (1.0 + (-exact).exp())).abs() < 4e-7, "{x}");
        }
        assert!((tanh(f32::INFINITY) - 1.0).abs() < 4e-7);
        assert!(tanh(f32::NAN).is_nan());
    }
}
