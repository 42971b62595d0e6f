//! The `[data]` table of an experiment: which data, how many samples, how much noise.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::recorded::Recorded;
use super::{
    Column, DataError, DataSource, FileKey, InputShape, MAX_BYTES, Scale, Split, SyntheticKind, synthetic,
    with_noise_features,
};
use crate::random::{Stream, generator};

/// The most training or test samples of a synthetic set.
const MAX_SAMPLES: usize = 10_000_000;
/// The most noise features.
const MAX_NOISE_FEATURES: usize = 1_000_000;
/// The largest spread of noise features: beyond any use, yet far from overflow in single precision.
const MAX_NOISE_STD: f32 = 1e6;

/// The data of an experiment, as its file describes them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSpec {
    /// Where the data come from.
    pub source: DataSource,
    /// IDX: the file of training images, or of all images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub images: Option<PathBuf>,
    /// IDX: the file of their labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<PathBuf>,
    /// IDX: the file of test images. Without it, the images are split at random.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_images: Option<PathBuf>,
    /// IDX: the file of their labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_labels: Option<PathBuf>,
    /// CSV: the file of training samples, or of all samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// CSV: the file of test samples. Without it, the samples are split at random.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_file: Option<PathBuf>,
    /// CSV: the column of classes; the last one if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Column>,
    /// CSV: whether the first row names the columns; if not said, it does where a feature of it is no number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// Files: what is done to values; by default bytes become 0 to 1, and other numbers get mean 0 and sd 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Training samples; by default 250 of a synthetic set, 1,200 of the digits, four fifths of a file, or all of it
    /// where test samples have a file of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train: Option<usize>,
    /// Test samples; by default 1,000 of a synthetic set, all the other ones of recorded samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<usize>,
    /// Features of pure noise to append to each sample.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub noise_features: usize,
    /// Standard deviation of the noise features; see [`DataFacts::noise_std`] for the default.
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

/// What a description of data comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DataFacts {
    /// The number of features, noise included.
    pub features: usize,
    /// The number of classes.
    pub classes: usize,
    /// The shape of the features that are not noise.
    pub shape: InputShape,
    /// The number of training samples.
    pub train: usize,
    /// The number of test samples.
    pub test: usize,
    /// The standard deviation of the noise features.
    ///
    /// The default is about that of the features that matter, so that size alone gives noise away to nobody: 0.5 for
    /// points in the plane (0.45 in the circle, 0.58 on the checkerboard), 0.35 for the digits (0.376) and for bytes
    /// from 0 to 1 (0.31 for MNIST), else 1.
    pub noise_std: f32,
}

/// Where samples come from, with files read.
#[expect(clippy::large_enum_variant, reason = "it never outlives a call")]
enum Origin {
    Synthetic(SyntheticKind),
    Recorded(Recorded),
}

impl DataSpec {
    /// This source with every default.
    #[must_use]
    pub fn new(source: DataSource) -> Self {
        Self {
            source,
            images: None,
            labels: None,
            test_images: None,
            test_labels: None,
            file: None,
            test_file: None,
            target: None,
            header: None,
            scale: None,
            train: None,
            test: None,
            noise_features: 0,
            noise_std: None,
            seed: None,
        }
    }

    /// The path of a file, if one is given.
    #[must_use]
    pub fn path(&self, key: FileKey) -> Option<&Path> {
        let path = match key {
            FileKey::Images => &self.images,
            FileKey::Labels => &self.labels,
            FileKey::TestImages => &self.test_images,
            FileKey::TestLabels => &self.test_labels,
            FileKey::File => &self.file,
            FileKey::TestFile => &self.test_file,
        };
        path.as_deref().filter(|path| !path.as_os_str().is_empty())
    }

    /// The place of a file's path.
    pub fn path_mut(&mut self, key: FileKey) -> &mut Option<PathBuf> {
        match key {
            FileKey::Images => &mut self.images,
            FileKey::Labels => &mut self.labels,
            FileKey::TestImages => &mut self.test_images,
            FileKey::TestLabels => &mut self.test_labels,
            FileKey::File => &mut self.file,
            FileKey::TestFile => &mut self.test_file,
        }
    }

    /// What the description comes to, whether or not there are as many samples as it asks for.
    ///
    /// Files are read, unless they are at hand since they were last read.
    ///
    /// # Errors
    /// A key that does not belong to the source, and everything that can be wrong with a file.
    pub fn facts(&self) -> Result<DataFacts, DataError> {
        Ok(self.facts_of(&self.origin()?))
    }

    /// Can these data be had? If so, what the description comes to.
    ///
    /// # Errors
    /// The first fault found: what [`facts`](Self::facts) refuses, no samples to train or test with, more than there
    /// are, or more than fit in memory, or a spread of noise that is not one.
    pub fn check(&self) -> Result<DataFacts, DataError> {
        self.check_origin(&self.origin()?)
    }

    fn origin(&self) -> Result<Origin, DataError> {
        self.check_keys()?;
        Ok(match self.source.synthetic_kind() {
            Some(kind) => Origin::Synthetic(kind),
            None => Origin::Recorded(Recorded::of(self)?),
        })
    }

    /// A key that would have no effect is a mistake.
    fn check_keys(&self) -> Result<(), DataError> {
        let of_files = |key: &FileKey| self.path(*key).is_some() && !self.source.files().contains(key);
        if let Some(key) = FileKey::ALL.iter().find(|key| of_files(key)) {
            let owner = if DataSource::Csv.files().contains(key) { "\"csv\"" } else { "\"idx\"" };
            return Err(DataError::ForeignKey { key: key.name(), owner });
        }
        let is_csv = self.source == DataSource::Csv;
        for (key, is_given) in [("target", self.target.is_some()), ("header", self.header.is_some())] {
            if is_given && !is_csv {
                return Err(DataError::ForeignKey { key, owner: "\"csv\"" });
            }
        }
        if self.scale.is_some() && self.source.files().is_empty() {
            return Err(DataError::ForeignKey { key: "scale", owner: "\"idx\" or \"csv\"" });
        }
        Ok(())
    }

    fn facts_of(&self, origin: &Origin) -> DataFacts {
        let (features, classes, shape) = match origin {
            Origin::Synthetic(_) => (synthetic::FEATURES, synthetic::CLASSES, synthetic::SHAPE),
            Origin::Recorded(Recorded { train, .. }) => (train.features(), train.classes(), train.shape()),
        };
        let (train, test) = self.samples(origin);
        let usual_std = match origin {
            Origin::Synthetic(_) => 0.5,
            Origin::Recorded(recorded) if recorded.scale == Scale::Unit => 0.35,
            Origin::Recorded(_) if self.source == DataSource::Digits => 0.35,
            Origin::Recorded(_) => 1.0,
        };
        DataFacts {
            features: features.saturating_add(self.noise_features),
            classes,
            shape,
            train,
            test,
            noise_std: self.noise_std.unwrap_or(usual_std),
        }
    }

    /// The numbers of training and test samples.
    fn samples(&self, origin: &Origin) -> (usize, usize) {
        match origin {
            Origin::Synthetic(_) => (self.train.unwrap_or(250), self.test.unwrap_or(1_000)),
            Origin::Recorded(Recorded { train: whole, test: None, usual_train, .. }) => {
                let train = self.train.unwrap_or(*usual_train);
                (train, self.test.unwrap_or(whole.samples().saturating_sub(train)))
            }
            Origin::Recorded(Recorded { train, test: Some(test), .. }) => {
                (self.train.unwrap_or(train.samples()), self.test.unwrap_or(test.samples()))
            }
        }
    }

    fn check_origin(&self, origin: &Origin) -> Result<DataFacts, DataError> {
        let facts = self.facts_of(origin);
        self.check_samples(origin, &facts)?;
        self.check_noise(&facts)?;
        self.check_memory(origin, &facts)?;
        Ok(facts)
    }

    fn check_samples(&self, origin: &Origin, facts: &DataFacts) -> Result<(), DataError> {
        let DataFacts { train, test, .. } = *facts;
        if train == 0 {
            return Err(DataError::NothingToTrain);
        }
        if self.test == Some(0) {
            return Err(DataError::NothingToTest);
        }
        match origin {
            Origin::Synthetic(_) => {
                at_most("train", train, MAX_SAMPLES)?;
                at_most("test", test, MAX_SAMPLES)
            }
            Origin::Recorded(Recorded { train: all, test: Some(all_test), .. }) => {
                at_most("train", train, all.samples())?;
                at_most("test", test, all_test.samples())
            }
            Origin::Recorded(Recorded { train: whole, test: None, .. }) => {
                let samples = whole.samples();
                if train >= samples {
                    return Err(DataError::TrainTakesAll { train, samples });
                }
                let left = samples - train;
                if test > left { Err(DataError::TooManyForTest { test, train, samples, left }) } else { Ok(()) }
            }
        }
    }

    fn check_noise(&self, facts: &DataFacts) -> Result<(), DataError> {
        let noise_std = facts.noise_std;
        if !(0.0..=MAX_NOISE_STD).contains(&noise_std) {
            return Err(DataError::BadNoiseStd { noise_std, limit: MAX_NOISE_STD });
        }
        at_most("noise_features", self.noise_features, MAX_NOISE_FEATURES)
    }

    fn check_memory(&self, origin: &Origin, facts: &DataFacts) -> Result<(), DataError> {
        if self.noise_features == 0 && matches!(origin, Origin::Recorded(_)) {
            // They are in memory already.
            return Ok(());
        }
        let (samples, features) = (facts.train + facts.test, facts.features);
        let megabytes = samples.saturating_mul(features).saturating_mul(size_of::<f32>()).div_ceil(1_000_000);
        let limit = MAX_BYTES / 1_000_000;
        if megabytes <= limit { Ok(()) } else { Err(DataError::TooLarge { samples, features, megabytes, limit }) }
    }

    /// The training and test data of a run: a function of this description, its files and the seed alone.
    ///
    /// The seed is the description's own, if it has one. Test samples do not depend on the number of training samples
    /// of a synthetic set, so that runs with more or fewer of them are judged alike; the two are independent draws.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn generate(&self, seed: u64) -> Result<Split, DataError> {
        let origin = self.origin()?;
        let facts = self.check_origin(&origin)?;
        let seed = self.seed.unwrap_or(seed);
        let clean = match &origin {
            Origin::Synthetic(kind) => draw(*kind, &facts, seed),
            Origin::Recorded(recorded) => {
                recorded.split(facts.train, facts.test, &mut generator(seed, Stream::Split))?
            }
        };
        Ok(self.add_noise(clean, &facts, seed))
    }

    fn add_noise(&self, clean: Split, facts: &DataFacts, seed: u64) -> Split {
        if self.noise_features == 0 {
            return clean;
        }
        let mut rng = generator(seed, Stream::Noise);
        let test = with_noise_features(&clean.test, self.noise_features, facts.noise_std, &mut rng);
        let train = with_noise_features(&clean.train, self.noise_features, facts.noise_std, &mut rng);
        Split { train, test }
    }
}

fn draw(kind: SyntheticKind, facts: &DataFacts, seed: u64) -> Split {
    let mut rng = generator(seed, Stream::Data);
    // Test samples come first, before the training samples move the generator on.
    let test = synthetic(kind, facts.test, &mut rng);
    let train = synthetic(kind, facts.train, &mut rng);
    Split { train, test }
}

fn at_most(key: &'static str, asked: usize, limit: usize) -> Result<(), DataError> {
    if asked > limit { Err(DataError::TooMany { key, asked, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
