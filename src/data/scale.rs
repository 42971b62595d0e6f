//! Bringing features to sizes that a network can work with.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Dataset;
use super::dataset::Values;

/// What is done to the values of a file before a network sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Bytes become numbers from 0 to 1: divided by 255.
    Unit,
    /// Every feature gets mean 0 and standard deviation 1 over the training samples; a constant one becomes 0.
    Standard,
    /// Nothing.
    None,
}

impl Scale {
    /// Every way of scaling.
    pub const ALL: [Self; 3] = [Self::Unit, Self::Standard, Self::None];

    /// What to call it in front of a person.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Unit => "bytes to 0–1",
            Self::Standard => "mean 0, sd 1",
            Self::None => "as in the file",
        }
    }

    /// How it changes samples of which these ones train.
    pub(super) fn scaling(self, train: &Dataset) -> Scaling {
        match self {
            Self::Unit => Scaling { uniform: Feature { mean: 0.0, sd: 255.0 }, each: None },
            Self::Standard => Scaling { each: Some(standard(train)), ..Scaling::default() },
            Self::None => Scaling::default(),
        }
    }
}

/// What a feature is shifted and divided by.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Feature {
    mean: f32,
    /// Infinite for a feature that is to become 0.
    sd: f32,
}

/// A stored value `v` means `(v − mean) / sd`. The default leaves values as they are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scaling {
    /// Holds for all features,
    uniform: Feature,
    /// unless each has its own.
    each: Option<Arc<[Feature]>>,
}

impl Default for Scaling {
    fn default() -> Self {
        Self { uniform: Feature { mean: 0.0, sd: 1.0 }, each: None }
    }
}

impl Scaling {
    /// What stored values of one feature mean.
    pub(super) fn apply<T: Copy + Into<f32>, const N: usize>(&self, feature: usize, values: &[T; N]) -> [f32; N] {
        let Feature { mean, sd } = self.of(feature);
        // A sample far from those that train must not become infinite.
        values.map(|value| ((value.into() - mean) / sd).clamp(-f32::MAX, f32::MAX))
    }

    /// For each of so many features what is subtracted, and what the difference is divided by.
    pub(super) fn means_and_deviations(&self, features: usize) -> (Vec<f32>, Vec<f32>) {
        (0..features).map(|feature| self.of(feature)).map(|Feature { mean, sd }| (mean, sd)).unzip()
    }

    /// The scaling of so many features, and of `more` after them that are what they are stored as.
    pub(super) fn with_more(&self, features: usize, more: usize) -> Self {
        if self.is_identity() {
            return Self::default();
        }
        let plain = Self::default().uniform;
        let each = (0..features).map(|feature| self.of(feature)).chain(std::iter::repeat_n(plain, more));
        Self { each: Some(each.collect()), ..Self::default() }
    }

    fn of(&self, feature: usize) -> Feature {
        self.each.as_ref().map_or(self.uniform, |each| each[feature])
    }

    /// Whether values are what they are stored as.
    pub(super) fn is_identity(&self) -> bool {
        *self == Self::default()
    }
}

/// Sums over the samples of one feature, of differences to its first value lest large numbers cancel.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    first: f64,
    sum: f64,
    squares: f64,
}

/// Mean and standard deviation of each feature as it is stored, with the number of samples as divisor.
fn standard(train: &Dataset) -> Arc<[Feature]> {
    match &train.values {
        Values::Bytes(bytes) => standard_of(train, bytes),
        Values::Floats(floats) => standard_of(train, floats),
    }
}

fn standard_of<T: Copy + Into<f64>>(train: &Dataset, stored: &[T]) -> Arc<[Feature]> {
    let first = |&value: &T| Moments { first: value.into(), ..Moments::default() };
    let mut moments: Vec<Moments> = train.row(stored, 0).iter().map(first).collect();
    for sample in 0..train.samples() {
        for (moments, &value) in moments.iter_mut().zip(train.row(stored, sample)) {
            let difference = value.into() - moments.first;
            moments.sum += difference;
            moments.squares += difference * difference;
        }
    }
    moments.iter().map(|moments| moments.feature(train.samples())).collect()
}

impl Moments {
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "features are f32")]
    fn feature(self, samples: usize) -> Feature {
        let count = samples as f64;
        let variance = (self.squares - self.sum * self.sum / count) / count;
        let sd = variance.max(0.0).sqrt() as f32;
        // Nor can single precision divide by a spread beneath its normal numbers.
        let is_constant = self.squares == 0.0 || sd < f32::MIN_POSITIVE;
        Feature { mean: (self.first + self.sum / count) as f32, sd: if is_constant { f32::INFINITY } else { sd } }
    }
}
