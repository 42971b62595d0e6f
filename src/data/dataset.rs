//! A data set: labelled samples, the shape of their features, and the way from samples to batches.

use std::ops::Range;

use super::DataError;

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

/// Samples with their classes. See the [module](crate::data) for the layout.
///
/// Every value is finite and every label is below the number of classes.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    pub(super) features: usize,
    /// `samples` rows of `features` values.
    pub(super) values: Vec<f32>,
    /// One for each sample.
    pub(super) labels: Vec<u32>,
    pub(super) classes: usize,
    /// How many leading features are not noise.
    pub(super) informative: usize,
    pub(super) shape: InputShape,
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
    /// assert_eq!(points.sample(1), [2.0, 0.0]);
    /// # Ok::<(), regrow::data::DataError>(())
    /// ```
    pub fn try_new(
        features: usize,
        values: Vec<f32>,
        labels: Vec<u32>,
        classes: usize,
        shape: InputShape,
    ) -> Result<Self, DataError> {
        let dataset = Self { features, values, labels, classes, informative: features, shape };
        dataset.check_structure()?;
        dataset.check_labels()?;
        dataset.check_values()?;
        Ok(dataset)
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

    fn check_values(&self) -> Result<(), DataError> {
        match self.values.iter().position(|value| !value.is_finite()) {
            None => Ok(()),
            Some(place) => Err(DataError::NotFinite {
                sample: place / self.features,
                feature: place % self.features,
                value: self.values[place],
            }),
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

    /// The features of one sample.
    ///
    /// # Panics
    /// When there is no sample of that index.
    #[must_use]
    pub fn sample(&self, index: usize) -> &[f32] {
        &self.values[index * self.features..][..self.features]
    }

    /// The samples of these indices, in this order, as a data set of their own; one without samples, if there are no
    /// indices.
    ///
    /// # Panics
    /// When there is no sample of one of the indices.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        Self {
            values: indices.iter().flat_map(|&index| self.sample(index)).copied().collect(),
            labels: indices.iter().map(|&index| self.labels[index]).collect(),
            ..*self
        }
    }

    /// Copies the samples of these indices into a feature-major batch:
    /// `out[feature * indices.len() + position]` becomes that feature of the sample `indices[position]`.
    ///
    /// # Panics
    /// When `out` is not of length `features * indices.len()`, or when there is no sample of one of the indices.
    pub fn gather(&self, indices: &[usize], out: &mut [f32], stride: usize) {
        self.transpose_rows(indices.len(), |position| indices[position], out, stride);
    }

    /// Copies consecutive samples into a feature-major batch, as [`gather`](Self::gather) does.
    ///
    /// # Panics
    /// When `out` is not of length `features * range.len()`, or when the range goes beyond the last sample.
    pub fn gather_range(&self, range: Range<usize>, out: &mut [f32], stride: usize) {
        self.transpose_rows(range.len(), |position| range.start + position, out, stride);
    }

    /// Writes the samples `index(0)` to `index(count - 1)` as columns of `out`.
    fn transpose_rows(&self, count: usize, index: impl Fn(usize) -> usize, out: &mut [f32], stride: usize) {
        // The values of 16 features fill one cache line of a sample: take all of them while that line is at hand.
        const BLOCK: usize = 16;
        assert_eq!(out.len(), self.features * stride, "a batch of {count} samples of {} features", self.features);
        for first in (0..self.features).step_by(BLOCK) {
            let block = first..self.features.min(first + BLOCK);
            for position in 0..count {
                for (feature, &value) in block.clone().zip(&self.sample(index(position))[block.clone()]) {
                    out[feature * stride + position] = value;
                }
            }
        }
    }

    /// What to call a feature: `x₁`, `row 3, column 5` for a pixel (both from 1), `noise 4` for a noise feature.
    #[must_use]
    pub fn feature_name(&self, index: usize) -> String {
        if index >= self.informative {
            return format!("noise {}", index - self.informative + 1);
        }
        match self.shape {
            InputShape::Image { width, .. } => {
                format!("row {}, column {}", index / width + 1, index % width + 1)
            }
            InputShape::Plane | InputShape::Table => format!("x{}", subscript(index + 1)),
        }
    }
}

/// A number in subscript digits: ₁₂.
fn subscript(number: usize) -> String {
    const DIGITS: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    number.to_string().bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect()
}

#[cfg(test)]
mod tests;
