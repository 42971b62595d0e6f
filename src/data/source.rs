//! The `[data]` table of an experiment: which data, how many samples, how much noise.

use serde::{Deserialize, Serialize};

use super::{DataError, InputShape, Split, SyntheticKind, digits, split, synthetic, with_noise_features};
use crate::random::{Stream, generator};

/// The most training or test samples of a synthetic set.
const MAX_SAMPLES: usize = 10_000_000;
/// The most noise features.
const MAX_NOISE_FEATURES: usize = 1_000_000;
/// The largest spread of noise features: beyond any use, yet far from overflow in single precision.
const MAX_NOISE_STD: f32 = 1e6;
/// The most memory that the values of training and test samples may take, in units of 10⁶ bytes.
const MAX_MEGABYTES: usize = 4_000;

/// Where data come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataSource {
    /// A disc in a ring.
    Circle,
    /// Two half circles, each reaching into the other.
    Moons,
    /// Two spirals, wound into each other.
    Spirals,
    /// Four quadrants.
    Xor,
    /// Two round clouds.
    Blobs,
    /// A board of four by four squares.
    Checkerboard,
    /// The bundled 8x8 handwritten digits.
    Digits,
}

impl DataSource {
    /// Every source.
    pub const ALL: [Self; 7] =
        [Self::Circle, Self::Moons, Self::Spirals, Self::Xor, Self::Blobs, Self::Checkerboard, Self::Digits];

    /// What to call it in front of a person.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Circle => "Circle",
            Self::Moons => "Moons",
            Self::Spirals => "Spirals",
            Self::Xor => "XOR",
            Self::Blobs => "Blobs",
            Self::Checkerboard => "Checkerboard",
            Self::Digits => "Digits",
        }
    }

    /// The kind of synthetic set, unless the source is a set of recorded samples.
    #[must_use]
    pub fn synthetic_kind(self) -> Option<SyntheticKind> {
        match self {
            Self::Circle => Some(SyntheticKind::Circle),
            Self::Moons => Some(SyntheticKind::Moons),
            Self::Spirals => Some(SyntheticKind::Spirals),
            Self::Xor => Some(SyntheticKind::Xor),
            Self::Blobs => Some(SyntheticKind::Blobs),
            Self::Checkerboard => Some(SyntheticKind::Checkerboard),
            Self::Digits => None,
        }
    }
}

/// The data of an experiment, as its file describes them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSpec {
    /// Where the data come from.
    pub source: DataSource,
    /// Training samples; by default 250 of a synthetic set, 1,200 of the digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train: Option<usize>,
    /// Test samples; by default 1,000 of a synthetic set, all the other ones of the digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<usize>,
    /// Features of pure noise to append to each sample.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub noise_features: usize,
    /// Standard deviation of the noise features; see [`DataSpec::noise_std`] for the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise_std: Option<f32>,
    /// The seed of the data, when every run is to see the same ones; by default each run draws by its own seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl DataSpec {
    /// This source with every default.
    #[must_use]
    pub fn new(source: DataSource) -> Self {
        Self { source, train: None, test: None, noise_features: 0, noise_std: None, seed: None }
    }

    /// The number of training samples.
    #[must_use]
    pub fn train_samples(&self) -> usize {
        self.train.unwrap_or(if self.is_synthetic() { 250 } else { 1_200 })
    }

    /// The number of test samples.
    #[must_use]
    pub fn test_samples(&self) -> usize {
        let rest = || digits::SAMPLES.saturating_sub(self.train_samples());
        self.test.unwrap_or_else(|| if self.is_synthetic() { 1_000 } else { rest() })
    }

    /// The number of features, noise included.
    #[must_use]
    pub fn features(&self) -> usize {
        let informative = if self.is_synthetic() { synthetic::FEATURES } else { digits::FEATURES };
        informative.saturating_add(self.noise_features)
    }

    /// The number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        if self.is_synthetic() { synthetic::CLASSES } else { digits::CLASSES }
    }

    /// The shape of the features that are not noise.
    #[must_use]
    pub fn shape(&self) -> InputShape {
        if self.is_synthetic() { synthetic::SHAPE } else { digits::SHAPE }
    }

    /// The standard deviation of the noise features.
    ///
    /// The default is about that of the features that matter, so that size alone gives noise away to nobody: 0.5 for
    /// points in the plane (0.45 in the circle, 0.58 on the checkerboard) and 0.35 for the digits (0.376).
    #[must_use]
    pub fn noise_std(&self) -> f32 {
        self.noise_std.unwrap_or(if self.is_synthetic() { 0.5 } else { 0.35 })
    }

    fn is_synthetic(&self) -> bool {
        self.source.synthetic_kind().is_some()
    }

    /// Can these data be had?
    ///
    /// # Errors
    /// The first fault found: no samples to train or test with, more than there are, or more than fit in memory, or a
    /// spread of noise that is not one.
    pub fn check(&self) -> Result<(), DataError> {
        self.check_samples()?;
        self.check_noise()?;
        self.check_memory()
    }

    fn check_samples(&self) -> Result<(), DataError> {
        let (train, test) = (self.train_samples(), self.test_samples());
        if train == 0 {
            return Err(DataError::NothingToTrain);
        }
        if self.test == Some(0) {
            return Err(DataError::NothingToTest);
        }
        if self.is_synthetic() {
            at_most("train", train, MAX_SAMPLES)?;
            return at_most("test", test, MAX_SAMPLES);
        }
        let samples = digits::SAMPLES;
        if train >= samples {
            return Err(DataError::TrainTakesAll { train, samples });
        }
        let left = samples - train;
        if test > left {
            return Err(DataError::TooManyForTest { test, train, samples, left });
        }
        Ok(())
    }

    fn check_noise(&self) -> Result<(), DataError> {
        let noise_std = self.noise_std();
        if !(0.0..=MAX_NOISE_STD).contains(&noise_std) {
            return Err(DataError::BadNoiseStd { noise_std, limit: MAX_NOISE_STD });
        }
        at_most("noise_features", self.noise_features, MAX_NOISE_FEATURES)
    }

    fn check_memory(&self) -> Result<(), DataError> {
        let (samples, features) = (self.train_samples() + self.test_samples(), self.features());
        let megabytes = samples.saturating_mul(features).saturating_mul(size_of::<f32>()).div_ceil(1_000_000);
        if megabytes <= MAX_MEGABYTES {
            return Ok(());
        }
        Err(DataError::TooLarge { samples, features, megabytes, limit: MAX_MEGABYTES })
    }

    /// The training and test data of a run: a function of this description and the seed alone.
    ///
    /// The seed is the description's own, if it has one. Test samples do not depend on the number of training samples
    /// of a synthetic set, so that runs with more or fewer of them are judged alike; the two are independent draws.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn generate(&self, seed: u64) -> Result<Split, DataError> {
        self.check()?;
        let seed = self.seed.unwrap_or(seed);
        let clean = match self.source.synthetic_kind() {
            Some(kind) => self.draw(kind, seed),
            None => self.split_digits(seed)?,
        };
        Ok(self.add_noise(clean, seed))
    }

    fn draw(&self, kind: SyntheticKind, seed: u64) -> Split {
        let mut rng = generator(seed, Stream::Data);
        // Test samples come first, before the training samples move the generator on.
        let test = synthetic(kind, self.test_samples(), &mut rng);
        let train = synthetic(kind, self.train_samples(), &mut rng);
        Split { train, test }
    }

    fn split_digits(&self, seed: u64) -> Result<Split, DataError> {
        let parts = split(&digits(), self.train_samples(), &mut generator(seed, Stream::Split))?;
        // They are in random order, so the first ones are a random part.
        let wanted: Vec<usize> = (0..self.test_samples()).collect();
        Ok(Split { test: parts.test.select(&wanted), ..parts })
    }

    fn add_noise(&self, clean: Split, seed: u64) -> Split {
        if self.noise_features == 0 {
            return clean;
        }
        let mut rng = generator(seed, Stream::Noise);
        let test = with_noise_features(&clean.test, self.noise_features, self.noise_std(), &mut rng);
        let train = with_noise_features(&clean.train, self.noise_features, self.noise_std(), &mut rng);
        Split { train, test }
    }
}

fn at_most(key: &'static str, asked: usize, limit: usize) -> Result<(), DataError> {
    if asked > limit { Err(DataError::TooMany { key, asked, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
