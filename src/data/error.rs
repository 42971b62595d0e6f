//! What can be wrong with data or with the description of data, in the words of the person who wants it.

use std::path::PathBuf;

use super::{FileFault, InputShape};

/// A fault in a data set or in the `[data]` table of an experiment. The text says what is wrong and how to mend it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DataError {
    /// There are no samples.
    #[error("The data set has no samples; it needs at least one.")]
    NoSamples,
    /// There are no features.
    #[error("The data set has no features; every sample needs at least one number.")]
    NoFeatures,
    /// Fewer than two classes leave nothing to tell apart.
    #[error("The number of classes is {classes}; there must be at least 2 to tell apart.")]
    TooFewClasses {
        /// The number of classes that was given.
        classes: usize,
    },
    /// The values do not form one full row for each label.
    #[error(
        "{values} values do not make {labels} samples of {features} features: give each label \
         exactly {features} values."
    )]
    Ragged {
        /// The number of values that were given.
        values: usize,
        /// The number of labels, so of samples.
        labels: usize,
        /// The number of features of a sample.
        features: usize,
    },
    /// The shape has another number of features than the samples.
    #[error(
        "Samples of {features} features do not have the shape {shape:?}; a plane has 2 features, \
         an image width x height."
    )]
    WrongShape {
        /// The shape that was given.
        shape: InputShape,
        /// The number of features of a sample.
        features: usize,
    },
    /// A label names a class that does not exist.
    #[error(
        "Sample {} has the label {label}, but the labels of {classes} classes are 0 to {}.",
        .sample + 1, .classes - 1
    )]
    LabelOutOfRange {
        /// Index of the sample, from 0.
        sample: usize,
        /// Its label.
        label: u32,
        /// The number of classes.
        classes: usize,
    },
    /// A value is infinite or not a number.
    #[error("Feature {} of sample {} is {value}; every value must be a finite number.", .feature + 1, .sample + 1)]
    NotFinite {
        /// Index of the sample, from 0.
        sample: usize,
        /// Index of the feature, from 0.
        feature: usize,
        /// The value.
        value: f32,
    },
    /// A fault in a file.
    #[error("“{}” {fault}", path.display())]
    File {
        /// The key that names the file.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: FileFault,
    },
    /// A file that is needed is not named.
    #[error("{key} = \"…\" is needed: choose the {}.", if *.key == "folder" { "folder" } else { "file" })]
    NoFile {
        /// The key that is to name it.
        key: &'static str,
    },
    /// Of two files that belong together one is named.
    #[error("{missing} = \"…\" is needed where {given} is given: choose the file, or leave both out.")]
    Unpaired {
        /// The key that is to name the other one.
        missing: &'static str,
        /// The key that is given.
        given: &'static str,
    },
    /// A key has no meaning for this source.
    #[error("{key} belongs to source = {owner}; leave it out.")]
    ForeignKey {
        /// The key.
        key: &'static str,
        /// The source or sources to which it belongs.
        owner: &'static str,
    },
    /// There is not one label for each image.
    #[error(
        "There are {} {labels_key} for {} {images_key}; choose the two files that belong together.",
        thousands(*.labels), thousands(*.images)
    )]
    CountsDiffer {
        /// The key of the labels.
        labels_key: &'static str,
        /// The key of the images.
        images_key: &'static str,
        /// The number of labels.
        labels: usize,
        /// The number of images.
        images: usize,
    },
    /// Test samples are not made as training samples are.
    #[error("The test samples have {test}, but the training samples {train}; choose files that belong together.")]
    Unlike {
        /// The key of the test samples.
        key: &'static str,
        /// How the training samples are.
        train: String,
        /// How the test samples are.
        test: String,
    },
    /// A class appears in the test file only.
    #[error("The test file has the class “{name}” in row {row}, column {column}, which the training file has not.")]
    UnknownClass {
        /// Row of the test file, from 1.
        row: u64,
        /// The class.
        name: String,
        /// The column of classes.
        column: String,
    },
    /// Numbers that are no bytes have no unit.
    #[error("scale = \"unit\" divides bytes by 255, and these are no bytes; take \"standard\" or \"none\".")]
    NotBytes,
    /// Files are no longer what they were when the experiment was checked.
    #[error("The files have changed since the experiment was opened; open it again.")]
    Changed,
    /// No sample is left to learn from.
    #[error("train = 0 leaves nothing to learn from; take train = 1 or more.")]
    NothingToTrain,
    /// No sample is asked for to test with.
    #[error("test = 0 leaves nothing to judge the network by; take test = 1 or more, or leave the key out.")]
    NothingToTest,
    /// Every sample trains, so that none is left to test.
    #[error(
        "train = {train} leaves none of the {} samples for testing; take train = {} or fewer.",
        thousands(*.samples), .samples.saturating_sub(1)
    )]
    TrainTakesAll {
        /// The number of training samples asked for.
        train: usize,
        /// The number of samples there are.
        samples: usize,
    },
    /// More test samples are asked for than training leaves.
    #[error(
        "test = {test} is more than there is: of {} samples, {} train and {left} are left; \
         take test = {left} or fewer, or a smaller train.",
        thousands(*.samples), thousands(*.train)
    )]
    TooManyForTest {
        /// The number of test samples asked for.
        test: usize,
        /// The number of training samples.
        train: usize,
        /// The number of samples there are.
        samples: usize,
        /// How many samples training leaves.
        left: usize,
    },
    /// More samples or noise features are asked for than Regrow generates.
    #[error("{key} = {asked} is too large; take {key} = {limit} or less.")]
    TooMany {
        /// The key that asks for them.
        key: &'static str,
        /// What it asks for.
        asked: usize,
        /// The most that it may ask for.
        limit: usize,
    },
    /// The data would not fit in memory.
    #[error(
        "{} samples of {} features would take {} MB of memory, more than {} MB; take fewer noise_features or samples.",
        thousands(*.samples), thousands(*.features), thousands(*.megabytes), thousands(*.limit)
    )]
    TooLarge {
        /// Training and test samples together.
        samples: usize,
        /// Features of a sample, noise included.
        features: usize,
        /// What they would take, in units of 10⁶ bytes.
        megabytes: usize,
        /// The most that a data set may take, in the same unit.
        limit: usize,
    },
    /// Nothing to tell apart has been painted.
    #[error("Points of at least 2 classes are needed: paint some of each.")]
    TooFewPainted,
    /// More points than an experiment file should hold.
    #[error("There are {} points; paint {} or fewer, or read them from a CSV file.", thousands(*.points), thousands(*.limit))]
    TooManyPainted {
        /// The number of points.
        points: usize,
        /// The most that there may be.
        limit: usize,
    },
    /// A point off the plane, or of no class.
    #[error("Point {} is [{x}, {y}, {class}]; coordinates go from -{plane} to {plane} and classes from 0 to {}.", .index + 1, .classes - 1)]
    BadPoint {
        /// Index of the point, from 0.
        index: usize,
        /// Its first coordinate.
        x: f64,
        /// Its second coordinate.
        y: f64,
        /// Its class.
        class: u8,
        /// The largest coordinate.
        plane: f32,
        /// The most classes.
        classes: u8,
    },
    /// A part of nothing.
    #[error("subsample = 0 leaves nothing to read; take a larger one, or leave the key out.")]
    NothingToKeep,
    /// Pictures without pixels, or of too many.
    #[error("side = {side} cannot be; pictures are scaled to 1 to {limit} pixels along each side.")]
    BadSide {
        /// The side that was given.
        side: usize,
        /// The largest one.
        limit: usize,
    },
    /// A share that is none.
    #[error("label_noise = {label_noise} is no share; take a number from 0 to 1, such as 0.1.")]
    BadLabelNoise {
        /// The share that was given.
        label_noise: f64,
    },
    /// Classes to choose of which there are none.
    #[error("classes names “{name}”, but there are {known}.")]
    NoSuchClass {
        /// The name that was given.
        name: String,
        /// The first names there are.
        known: String,
    },
    /// Files that hold none of the chosen classes.
    #[error("No training or no test sample is left: choose other classes, or a larger subsample.")]
    NoneChosen,
    /// One class leaves nothing to tell apart.
    #[error("classes must name at least 2 classes, each once.")]
    BadChoiceOfClasses,
    /// The spread of the noise is not one.
    #[error("noise_std = {noise_std} is not a standard deviation; take a number from 0 to {limit}, such as 0.35.")]
    BadNoiseStd {
        /// The standard deviation that was given.
        noise_std: f32,
        /// The largest one that is taken.
        limit: f32,
    },
}

impl DataError {
    /// The key of the `[data]` table at fault; `source` when the data themselves are.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::NothingToTrain | Self::TrainTakesAll { .. } => "train",
            Self::NothingToTest | Self::TooManyForTest { .. } => "test",
            Self::TooLarge { .. } => "noise_features",
            Self::BadNoiseStd { .. } => "noise_std",
            Self::BadLabelNoise { .. } => "label_noise",
            Self::TooFewPainted | Self::TooManyPainted { .. } | Self::BadPoint { .. } => "points",
            Self::NothingToKeep => "subsample",
            Self::BadSide { .. } => "side",
            Self::NoSuchClass { .. } | Self::BadChoiceOfClasses | Self::NoneChosen => "classes",
            Self::File { key, fault, .. } => fault.key().unwrap_or(key),
            Self::TooMany { key, .. }
            | Self::NoFile { key }
            | Self::ForeignKey { key, .. }
            | Self::Unlike { key, .. } => key,
            Self::Unpaired { missing, .. } => missing,
            Self::CountsDiffer { labels_key, .. } => labels_key,
            Self::UnknownClass { .. } => "test_file",
            Self::NotBytes => "scale",
            Self::NoSamples
            | Self::NoFeatures
            | Self::TooFewClasses { .. }
            | Self::Ragged { .. }
            | Self::WrongShape { .. }
            | Self::LabelOutOfRange { .. }
            | Self::NotFinite { .. }
            | Self::Changed => "source",
        }
    }
}

/// A number with a comma between its groups of three digits: 1,797.
pub(super) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::{DataError, thousands};

    #[test]
    fn large_numbers_are_grouped_by_three_digits() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_797), "1,797");
        assert_eq!(thousands(10_000_000), "10,000,000");
    }

    #[test]
    fn a_message_counts_samples_and_features_from_one() {
        let fault = DataError::NotFinite { sample: 0, feature: 2, value: f32::NAN };
        assert_eq!(fault.to_string(), "Feature 3 of sample 1 is NaN; every value must be a finite number.");
    }

    #[test]
    fn a_number_to_type_is_written_as_the_file_wants_it() {
        let fault = DataError::TrainTakesAll { train: 1_797, samples: 1_797 };
        assert_eq!(
            fault.to_string(),
            "train = 1797 leaves none of the 1,797 samples for testing; take train = 1796 or fewer."
        );
    }
}
