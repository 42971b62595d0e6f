//! Which classes are taken for which.

/// Counts of samples by true and predicted class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    counts: Vec<u32>,
}

impl Confusion {
    /// No samples yet.
    #[must_use]
    pub fn new(classes: usize) -> Self {
        Self { classes, counts: vec![0; classes * classes] }
    }

    /// Number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Counts one sample.
    pub fn add(&mut self, truth: usize, predicted: usize) {
        self.counts[truth * self.classes + predicted] += 1;
    }

    /// Samples of class `truth` that were predicted to be `predicted`.
    #[must_use]
    pub fn count(&self, truth: usize, predicted: usize) -> u32 {
        self.counts[truth * self.classes + predicted]
    }

    /// Samples of class `truth`.
    #[must_use]
    pub fn total(&self, truth: usize) -> u32 {
        self.counts[truth * self.classes..(truth + 1) * self.classes].iter().sum()
    }
}
