//! Whether data can be had as they are described, and what they come to.

use super::DataSpec;
use crate::data::recorded::Recorded;
use crate::data::{
    DataError, DataSource, FileKey, InputShape, LARGEST_SIDE, MAX_BYTES, Missing, PictureColour, Scale, SyntheticKind,
    synthetic,
};

/// The most training or test samples of a synthetic set.
const MAX_SAMPLES: usize = 10_000_000;
/// The most noise features.
const MAX_NOISE_FEATURES: usize = 1_000_000;
/// The largest spread of noise features: beyond any use, yet far from overflow in single precision.
const MAX_NOISE_STD: f32 = 1e6;

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
pub(super) enum Origin {
    Synthetic(SyntheticKind),
    Recorded(Recorded),
}

impl DataSpec {
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

    pub(super) fn origin(&self) -> Result<Origin, DataError> {
        self.check_keys()?;
        Ok(match self.source.synthetic_kind() {
            Some(kind) => Origin::Synthetic(kind),
            None => Origin::Recorded(Recorded::of(self)?),
        })
    }

    /// A key that would have no effect is a mistake.
    fn check_keys(&self) -> Result<(), DataError> {
        let foreign = |key, owner| Err(DataError::ForeignKey { key, owner });
        let of_files = |key: &FileKey| self.path(*key).is_some() && !self.source.files().contains(key);
        if let Some(key) = FileKey::ALL.iter().find(|key| of_files(key)) {
            return foreign(key.name(), key.owner());
        }
        let of_tables = [
            ("target", self.target.is_some()),
            ("header", self.header.is_some()),
            ("delimiter", self.delimiter.is_some()),
            ("features", self.features.is_some()),
            ("categories", !self.categories.is_empty()),
            ("missing", self.missing != Missing::Refuse),
        ];
        let given = |keys: &[(&'static str, bool)]| keys.iter().find(|(_, given)| *given).map(|(key, _)| *key);
        if let Some(key) = given(&of_tables).filter(|_| self.source != DataSource::Csv) {
            return foreign(key, "\"csv\"");
        }
        let of_all_files = [("scale", self.scale.is_some()), ("subsample", self.subsample.is_some())];
        if let Some(key) = given(&of_all_files).filter(|_| self.source.files().is_empty()) {
            return foreign(key, "\"idx\", \"csv\" or \"folder\"");
        }
        if !self.points.is_empty() && self.source != DataSource::Painted {
            return foreign("points", "\"painted\"");
        }
        let of_pictures = [("side", self.side.is_some()), ("colour", self.colour != PictureColour::Grey)];
        if let Some(key) = given(&of_pictures).filter(|_| self.source != DataSource::Folder) {
            return foreign(key, "\"folder\"");
        }
        if let Some(side) = self.side.filter(|side| !(1..=LARGEST_SIDE).contains(side)) {
            return Err(DataError::BadSide { side, limit: LARGEST_SIDE });
        }
        if self.subsample == Some(0) {
            return Err(DataError::NothingToKeep);
        }
        if self.classes.is_some() && self.source.synthetic_kind().is_some() {
            return foreign("classes", "\"digits\", \"idx\", \"csv\" or \"folder\"");
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
            Origin::Recorded(_) if self.source == DataSource::Painted => 0.5,
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

    pub(super) fn check_origin(&self, origin: &Origin) -> Result<DataFacts, DataError> {
        let facts = self.facts_of(origin);
        self.check_samples(origin, &facts)?;
        self.check_noise(&facts)?;
        self.check_memory(origin, &facts)?;
        Ok(facts)
    }

    fn check_samples(&self, origin: &Origin, facts: &DataFacts) -> Result<(), DataError> {
        let DataFacts { train, test, .. } = *facts;
        if let Origin::Recorded(Recorded { train, test, .. }) = origin
            && (train.samples() == 0 || test.as_ref().is_some_and(|test| test.samples() == 0))
        {
            return Err(DataError::NoneChosen);
        }
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
        let label_noise = self.label_noise;
        if !(0.0..=1.0).contains(&label_noise) {
            return Err(DataError::BadLabelNoise { label_noise });
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
}

fn at_most(key: &'static str, asked: usize, limit: usize) -> Result<(), DataError> {
    if asked > limit { Err(DataError::TooMany { key, asked, limit }) } else { Ok(()) }
}
