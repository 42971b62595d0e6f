//! The `[data]` table of an experiment: which data, how many samples, how much noise.

mod check;
mod idx_files;
mod picture_folder;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use self::check::Origin;
use super::{
    ClassName, Column, DataError, DataSource, Delimiter, FileKey, Missing, PaintedPoint, PictureColour, Scale, Split,
    SyntheticKind, synthetic, with_label_noise, with_noise_features,
};
use crate::random::{Stream, generator};
pub use check::DataFacts;

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
    /// CSV: the columns of features, in any order; all but the target if not said. The file's order holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<Column>>,
    /// CSV: columns of features that hold names instead of numbers. Each name becomes a feature, 1 where a row has it and
    /// else 0 (one-hot).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Column>,
    /// CSV: what sets columns apart; whichever the first line has most of if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Delimiter>,
    /// CSV: what is done about missing values.
    #[serde(default, skip_serializing_if = "is_default")]
    pub missing: Missing,
    /// Folder: that of training pictures, or of all pictures, with one folder in it for each class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// Folder: that of test pictures. Without it, the pictures are split at random.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_folder: Option<PathBuf>,
    /// Folder: pixels along each side that pictures are scaled to; 28 if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<usize>,
    /// Folder: what is kept of their colours.
    #[serde(default, skip_serializing_if = "is_default")]
    pub colour: PictureColour,
    /// Files: at most so many samples of each are read into memory, drawn at random, the same ones for every seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subsample: Option<usize>,
    /// Recorded samples: only those of these classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classes: Option<Vec<ClassName>>,
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
    #[serde(default, skip_serializing_if = "is_default")]
    pub noise_features: usize,
    /// Standard deviation of the noise features; see [`DataFacts::noise_std`] for the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise_std: Option<f32>,
    /// Share of the training samples, from 0 to 1, that get a class which is not theirs. Test samples keep their own.
    #[serde(default, skip_serializing_if = "is_default")]
    pub label_noise: f64,
    /// The seed of the data, when every run is to see the same ones; by default each run draws by its own seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Painted points, each as `[x, y, class]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<PaintedPoint>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
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
            features: None,
            categories: Vec::new(),
            delimiter: None,
            missing: Missing::Refuse,
            folder: None,
            test_folder: None,
            side: None,
            colour: PictureColour::Grey,
            subsample: None,
            classes: None,
            scale: None,
            train: None,
            test: None,
            noise_features: 0,
            noise_std: None,
            label_noise: 0.0,
            seed: None,
            points: Vec::new(),
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
            FileKey::Folder => &self.folder,
            FileKey::TestFolder => &self.test_folder,
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
            FileKey::Folder => &mut self.folder,
            FileKey::TestFolder => &mut self.test_folder,
        }
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
        let split = self.add_noise(clean, &facts, seed);
        if self.label_noise == 0.0 {
            return Ok(split);
        }
        let mut rng = generator(seed, Stream::LabelNoise);
        Ok(Split { train: with_label_noise(&split.train, self.label_noise, &mut rng), ..split })
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

#[cfg(test)]
mod tests;
