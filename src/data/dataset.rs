//! A data set: labelled samples, the shape of their features, and the way from samples to batches.

mod names;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

pub(super) use self::names::Names;
use super::DataError;
use super::gather::gather;
use super::scale::Scaling;

/// How the informative features of a sample lie in space, which decides how they are drawn and named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputShape {
    /// Two coordinates of a point in the plane.
    Plane,
    /// Pixels of an image, row by row from the top, each row from the left.
    Image {
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// Columns of a table, in no particular arrangement.
    Table,
}

impl InputShape {
    /// Can samples of so many features have this shape?
    fn fits(self, features: usize) -> bool {
        match self {
            Self::Plane => features == 2,
            Self::Image { width, height } => width.checked_mul(height) == Some(features),
            Self::Table => true,
        }
    }
}

/// The values of all samples, sample by sample, as they are stored.
#[derive(Debug, Clone)]
pub(super) enum Values {
    /// Images, mostly; a quarter of the memory.
    Bytes(Arc<Vec<u8>>),
    /// Anything else.
    Floats(Arc<Vec<f32>>),
}

/// Samples as they are stored, the features of the first one first.
#[derive(Debug, Clone, PartialEq)]
pub enum StoredSamples {
    /// Images, mostly.
    Bytes(Vec<u8>),
    /// Anything else.
    Floats(Vec<f32>),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Floats(floats) => floats.len(),
        }
    }
}

/// Samples with their classes. See the [module](crate::data) for the layout.
///
/// Every value is finite and every label is below the number of classes. A clone, a [selection](Self::select) and a
/// [split](crate::data::split) share the values with the original: they take a few bytes for each sample at most.
#[derive(Debug, Clone)]
pub struct Dataset {
    pub(super) features: usize,
    /// Rows of `features` values.
    pub(super) values: Values,
    /// What the stored values mean.
    pub(super) scaling: Scaling,
    /// The row of each sample; all rows in order if not said.
    pub(super) rows: Option<Arc<Vec<u32>>>,
    /// One for each sample.
    pub(super) labels: Arc<Vec<u32>>,
    pub(super) classes: usize,
    /// How many leading features are not noise.
    pub(super) informative: usize,
    pub(super) shape: InputShape,
    /// What to call features and classes, where the data have names for them.
    pub(super) names: Names,
}

/// Whether samples, classes and shape are equal, however they are stored.
impl PartialEq for Dataset {
    fn eq(&self, other: &Self) -> bool {
        let facts = |set: &Self| (set.features, set.classes, set.informative, set.shape);
        facts(self) == facts(other)
            && self.labels == other.labels
            && (0..self.samples()).all(|index| self.sample(index) == other.sample(index))
    }
}

impl Dataset {
    /// A data set whose features are all informative.
    ///
    /// `values` holds a row of `features` numbers for each label, one row after the other.
    ///
    /// # Errors
    /// When there are no samples or features, fewer than two classes, not exactly one row of values for each label, a
    /// label that is not below `classes`, a value that is not finite, or a shape of another number of features.
    ///
    /// ```
    /// use regrow::data::{Dataset, InputShape};
    /// let points = Dataset::try_new(2, vec![0.5, -1.0, 2.0, 0.0], vec![0, 1], 2, InputShape::Plane)?;
    /// assert_eq!(*points.sample(1), [2.0, 0.0]);
    /// # Ok::<(), regrow::data::DataError>(())
    /// ```
    pub fn try_new(
        features: usize,
        values: Vec<f32>,
        labels: Vec<u32>,
        classes: usize,
        shape: InputShape,
    ) -> Result<Self, DataError> {
        check_values(&values, features)?;
        let dataset = Self::stored(features, Values::Floats(Arc::new(values)), Arc::new(labels), classes, shape);
        dataset.check_structure()?;
        dataset.check_labels()?;
        Ok(dataset)
    }

    /// A data set that is known to be valid, with its values as they are stored.
    pub(super) fn stored(
        features: usize,
        values: Values,
        labels: Arc<Vec<u32>>,
        classes: usize,
        shape: InputShape,
    ) -> Self {
        let scaling = Scaling::default();
        let names = Names::default();
        Self { features, values, scaling, rows: None, labels, classes, informative: features, shape, names }
    }

    fn check_structure(&self) -> Result<(), DataError> {
        let Self { features, classes, shape, .. } = *self;
        let (values, labels) = (self.values.len(), self.labels.len());
        if labels == 0 {
            return Err(DataError::NoSamples);
        }
        if features == 0 {
            return Err(DataError::NoFeatures);
        }
        if classes < 2 {
            return Err(DataError::TooFewClasses { classes });
        }
        if features.checked_mul(labels) != Some(values) {
            return Err(DataError::Ragged { values, labels, features });
        }
        if !shape.fits(features) {
            return Err(DataError::WrongShape { shape, features });
        }
        Ok(())
    }

    fn check_labels(&self) -> Result<(), DataError> {
        match self.labels.iter().position(|&label| label as usize >= self.classes) {
            None => Ok(()),
            Some(sample) => {
                Err(DataError::LabelOutOfRange { sample, label: self.labels[sample], classes: self.classes })
            }
        }
    }

    /// The number of samples.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.labels.len()
    }

    /// The number of features of each sample, noise included.
    #[must_use]
    pub fn features(&self) -> usize {
        self.features
    }

    /// The number of classes, of which some may have no sample here.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How many of the features are not noise; they come first.
    #[must_use]
    pub fn informative(&self) -> usize {
        self.informative
    }

    /// The shape of the informative features.
    #[must_use]
    pub fn shape(&self) -> InputShape {
        self.shape
    }

    /// The class of each sample, from 0 to one less than [`classes`](Self::classes).
    #[must_use]
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// The features of one sample, borrowed where they are stored as they are.
    ///
    /// # Panics
    /// When there is no sample of that index.
    #[must_use]
    pub fn sample(&self, index: usize) -> Cow<'_, [f32]> {
        match &self.values {
            Values::Floats(floats) if self.scaling.is_identity() => Cow::Borrowed(self.row(floats, index)),
            _ => {
                let mut features = vec![0.0; self.features];
                self.gather(&[index], &mut features, 1);
                Cow::Owned(features)
            }
        }
    }

    /// All samples as they are stored, before anything is shifted or divided.
    #[must_use]
    pub fn stored_samples(&self) -> StoredSamples {
        let samples = 0..self.samples();
        match &self.values {
            Values::Bytes(bytes) => {
                StoredSamples::Bytes(samples.flat_map(|sample| self.row(bytes, sample)).copied().collect())
            }
            Values::Floats(floats) => {
                StoredSamples::Floats(samples.flat_map(|sample| self.row(floats, sample)).copied().collect())
            }
        }
    }

    /// For each feature the mean that is subtracted from what is stored, and the standard deviation by which the difference
    /// is divided, infinite for a feature that is to be 0: `x = (stored − mean) / sd` in single precision.
    #[must_use]
    pub fn means_and_deviations(&self) -> (Vec<f32>, Vec<f32>) {
        self.scaling.means_and_deviations(self.features)
    }

    /// What is stored for one sample.
    pub(super) fn row<'a, T>(&self, stored: &'a [T], index: usize) -> &'a [T] {
        let row = self.rows.as_ref().map_or(index, |rows| rows[index] as usize);
        &stored[row * self.features..][..self.features]
    }

    /// The samples of these indices, in this order, as a data set of their own; one without samples, if there are no
    /// indices.
    ///
    /// # Panics
    /// When there is no sample of one of the indices.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        let row = |&index: &usize| match &self.rows {
            Some(rows) => rows[index],
            None => u32::try_from(index).expect("no data set has as many samples as that"),
        };
        let labels = indices.iter().map(|&index| self.labels[index]).collect();
        Self { rows: Some(Arc::new(indices.iter().map(row).collect())), labels: Arc::new(labels), ..self.clone() }
    }

    /// Copies the samples of these indices into a feature-major batch whose rows start `stride` values apart:
    /// `out[feature * stride + position]` becomes that feature of the sample `indices[position]`. Values between the
    /// rows are left untouched.
    ///
    /// # Panics
    /// When `stride` is less than the number of indices, when `out` ends before the last row does, or when there is no
    /// sample of one of the indices.
    pub fn gather(&self, indices: &[usize], out: &mut [f32], stride: usize) {
        self.gather_features(0..self.features, indices, out, stride);
    }

    /// The same for some of the features, whose rows `out` begins with.
    ///
    /// # Panics
    /// As [`gather`](Self::gather), or when there is no feature of the range.
    pub fn gather_features(&self, features: Range<usize>, indices: &[usize], out: &mut [f32], stride: usize) {
        self.gather_by(features, indices.len(), |position| indices[position], out, stride);
    }

    /// Copies consecutive samples into a feature-major batch, as [`gather`](Self::gather) does.
    ///
    /// # Panics
    /// As [`gather`](Self::gather), or when the range goes beyond the last sample.
    pub fn gather_range(&self, range: Range<usize>, out: &mut [f32], stride: usize) {
        self.gather_by(0..self.features, range.len(), |position| range.start + position, out, stride);
    }

    fn gather_by(
        &self,
        features: Range<usize>,
        count: usize,
        index: impl Fn(usize) -> usize,
        out: &mut [f32],
        stride: usize,
    ) {
        let scaling = &self.scaling;
        match &self.values {
            Values::Bytes(bytes) => {
                gather(features, count, |place| self.row(bytes, index(place)), scaling, out, stride);
            }
            Values::Floats(floats) => {
                gather(features, count, |place| self.row(floats, index(place)), scaling, out, stride);
            }
        }
    }
}

fn check_values(values: &[f32], features: usize) -> Result<(), DataError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(place) if features > 0 => {
            Err(DataError::NotFinite { sample: place / features, feature: place % features, value: values[place] })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
