//! Values that a table does not give.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::dataset::Values;
use super::{Dataset, Split};

/// What is done about cells of a table that are empty or hold `?`, `NA`, `N/A`, `NaN` or `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// They are faults.
    #[default]
    Refuse,
    /// Rows with such a cell are left out.
    Drop,
    /// A number becomes the mean of its column over the training samples, a category the most frequent one of these. Rows
    /// without a class are left out.
    Mean,
}

impl Missing {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Refuse, Self::Drop, Self::Mean];

    /// What to call it in front of a person.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Drop => "leave rows out",
            Self::Mean => "mean / most frequent",
        }
    }
}

/// Fills in what is missing (NaN) of both parts, by what the training part alone has; 0 where that has nothing.
///
/// `groups` are the features that stand for one category each, in order: of a group the most frequent one becomes 1, the
/// first of several as frequent.
pub(super) fn fill(parts: Split, groups: &[Range<usize>]) -> Split {
    let mut filling = means(&parts.train);
    for group in groups {
        let shares = &mut filling[group.clone()];
        let most = shares.iter().copied().fold(0.0, f32::max);
        let winner = shares.iter().position(|&share| share == most);
        for (place, share) in shares.iter_mut().enumerate() {
            *share = if Some(place) == winner { 1.0 } else { 0.0 };
        }
    }
    Split { train: filled(parts.train, &filling), test: filled(parts.test, &filling) }
}

/// The mean of each feature over the samples that have it.
#[expect(clippy::cast_possible_truncation, reason = "features are f32")]
fn means(dataset: &Dataset) -> Vec<f32> {
    let mut sums = vec![(0.0_f64, 0.0_f64); dataset.features];
    for index in 0..dataset.samples() {
        for ((sum, count), &value) in sums.iter_mut().zip(dataset.sample(index).iter()) {
            if !value.is_nan() {
                *sum += f64::from(value);
                *count += 1.0;
            }
        }
    }
    sums.into_iter().map(|(sum, count)| if count > 0.0 { (sum / count) as f32 } else { 0.0 }).collect()
}

fn filled(dataset: Dataset, filling: &[f32]) -> Dataset {
    let mut values = Vec::with_capacity(dataset.samples() * dataset.features);
    for index in 0..dataset.samples() {
        let sample = dataset.sample(index);
        values.extend(sample.iter().zip(filling).map(|(&value, &other)| if value.is_nan() { other } else { value }));
    }
    Dataset { values: Values::Floats(Arc::new(values)), rows: None, ..dataset }
}
