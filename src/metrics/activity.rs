//! What a neuron puts out over the samples, and whether it is of any use.

use crate::data::Dataset;
use crate::nn::{Activation, Network, Pass};
use crate::sparse::LANES;

/// Samples looked at, at most.
const MOST_SAMPLES: usize = 1000;
/// And at least, however large the network.
const LEAST_SAMPLES: usize = 64;
/// Multiply-adds that all samples together may take: about 50 ms.
const WORK: usize = 1 << 28;
/// Bytes that activations may take at once, unless even one line of samples takes more.
const BYTES: usize = 32 << 20;
/// A neuron whose activation has two ends is saturated where it lies nearer to one of them than this share of the range.
const NEAR_END: f32 = 0.005;

/// What one neuron puts out for each of some samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// Its activation, one value a sample; of an input its values.
    pub values: Vec<f32>,
    /// The least and the largest `Σ w x` of its inputs, the bias not included; none of an input.
    pub drive: Option<[f32; 2]>,
    /// The ends between which the activation function always stays, where it has two.
    ends: Option<[f32; 2]>,
}

/// Whether a neuron tells samples apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liveliness {
    /// Its activation differs from sample to sample; on so many of them it is not 0.
    Alive {
        /// Samples on which it is not 0.
        active: usize,
    },
    /// It is 0 on all of them.
    Silent,
    /// It is the same on all of them, and not 0.
    Constant,
    /// On all of them it lies at one end of the activation's range, where the slope is next to nothing.
    Saturated,
    /// It is not a finite number on some of them.
    NotFinite,
}

impl Activity {
    /// Of a neuron over the first samples of a data set, as many as are soon computed; column 0 are the inputs. Costs one
    /// forward pass.
    ///
    /// # Panics
    /// If the network has no such neuron or the data other features.
    #[must_use]
    pub fn of(network: &Network, dataset: &Dataset, column: usize, neuron: usize) -> Self {
        let samples = samples(network).min(dataset.samples());
        let layer = column.checked_sub(1).map(|layer| &network.layers()[layer]);
        let (mut values, mut drive) = (Vec::with_capacity(samples), layer.map(|_| [f32::INFINITY, f32::NEG_INFINITY]));
        let chunk = chunk(network).min(samples.max(1));
        for start in (0..samples).step_by(chunk) {
            let end = (start + chunk).min(samples);
            let mut pass = Pass::forward_only(network, end - start);
            let input = pass.input_mut();
            let stride = input.stride();
            dataset.gather_range(start..end, input.padded_mut(), stride);
            network.forward(&mut pass);
            values.extend_from_slice(pass.sources(column).row(neuron));
            if let (Some(layer), Some([least, most])) = (layer, &mut drive) {
                let mut sums = vec![0.0; end - start];
                for (source, connection) in layer.weights.incoming(neuron) {
                    let weight = layer.weights.values()[connection];
                    let inputs = pass.sources(column - 1).row(source);
                    sums.iter_mut().zip(inputs).for_each(|(sum, input)| *sum += weight * input);
                }
                *least = sums.iter().copied().fold(*least, f32::min);
                *most = sums.iter().copied().fold(*most, f32::max);
            }
        }
        let ends = match layer.map(|layer| layer.activation) {
            Some(Activation::Tanh) => Some([-1.0, 1.0]),
            Some(Activation::Sigmoid) => Some([0.0, 1.0]),
            _ => None,
        };
        Self { values, drive, ends }
    }

    /// Whether it tells the samples apart.
    #[must_use]
    pub fn liveliness(&self) -> Liveliness {
        let values = || self.values.iter().copied();
        let first = self.values.first().copied().unwrap_or(0.0);
        if values().any(|value| !value.is_finite()) {
            Liveliness::NotFinite
        } else if values().all(|value| value == 0.0) {
            Liveliness::Silent
        } else if values().all(|value| value == first) {
            Liveliness::Constant
        } else if self.is_saturated() {
            Liveliness::Saturated
        } else {
            Liveliness::Alive { active: values().filter(|&value| value != 0.0).count() }
        }
    }

    fn is_saturated(&self) -> bool {
        self.ends.is_some_and(|[low, high]| {
            let near = NEAR_END * (high - low);
            let all = |is_near: &dyn Fn(f32) -> bool| self.values.iter().all(|&value| is_near(value));
            all(&|value| value <= low + near) || all(&|value| value >= high - near)
        })
    }

    /// The samples on which it is not 0.
    #[must_use]
    pub fn without_zeros(&self) -> Self {
        Self { values: self.values.iter().copied().filter(|&value| value != 0.0).collect(), ..*self }
    }

    /// The smallest and the largest finite value; nothing where there is none.
    #[must_use]
    pub fn range(&self) -> Option<[f32; 2]> {
        let finite = self.values.iter().copied().filter(|value| value.is_finite());
        finite.fold(None, |range: Option<[f32; 2]>, value| {
            Some(range.map_or([value; 2], |[least, most]| [least.min(value), most.max(value)]))
        })
    }

    /// How many of the finite values lie in each of `bins` equal parts of [`Self::range`]; the last part holds the largest
    /// value. Where all are the same, all lie in the first.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of a small number of bins"
    )]
    pub fn histogram(&self, bins: usize) -> Vec<usize> {
        let mut counts = vec![0; bins];
        let Some([least, most]) = self.range() else { return counts };
        for value in self.values.iter().filter(|value| value.is_finite()) {
            let share = (f64::from(*value) - f64::from(least)) / (f64::from(most) - f64::from(least));
            counts[((share * bins as f64) as usize).min(bins - 1)] += 1;
        }
        counts
    }
}

/// Samples that are soon computed.
fn samples(network: &Network) -> usize {
    (WORK / network.connections().max(1)).clamp(LEAST_SAMPLES, MOST_SAMPLES)
}

/// Samples to compute at once.
fn chunk(network: &Network) -> usize {
    let neurons = network.inputs() + network.layers().iter().map(|layer| layer.bias.len()).sum::<usize>();
    (BYTES / (neurons * LANES * size_of::<f32>()) * LANES).clamp(LANES, 256)
}

#[cfg(test)]
mod tests;
