//! In which order the training samples are seen, batch by batch.

use rand::seq::SliceRandom;

use crate::random::Generator;

/// The batches of one epoch after another, from a permutation of the samples that is shuffled anew for each epoch.
///
/// Samples that do not fill a last batch are left out of that epoch; which ones, chance decides each time.
/// A clone goes on with the same batches as the original.
#[derive(Debug, Clone)]
pub struct BatchOrder {
    order: Vec<usize>,
    batch: usize,
    /// Batches of this epoch that were already given out.
    given: usize,
    generator: Generator,
}

impl BatchOrder {
    /// The order of `samples` samples in batches of `batch`, or of all samples if `batch` is more than there are.
    ///
    /// # Panics
    /// When there are no samples, or none in a batch.
    ///
    /// ```
    /// use regrow::{data::BatchOrder, random::{generator, Stream}};
    /// let mut order = BatchOrder::new(10, 4, generator(1, Stream::BatchOrder));
    /// assert_eq!(order.batches_per_epoch(), 2);
    /// assert_eq!(order.next_batch().len(), 4);
    /// ```
    #[must_use]
    pub fn new(samples: usize, batch: usize, generator: Generator) -> Self {
        assert!(samples > 0 && batch > 0, "{samples} samples in batches of {batch}");
        Self { order: (0..samples).collect(), batch: batch.min(samples), given: 0, generator }
    }

    /// The number of samples in every batch.
    #[must_use]
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// The number of full batches that the samples make.
    #[must_use]
    pub fn batches_per_epoch(&self) -> usize {
        self.order.len() / self.batch
    }

    /// The indices of the samples of the next batch; after the last batch of an epoch, the first of the next epoch.
    pub fn next_batch(&mut self) -> &[usize] {
        let place = self.given % self.batches_per_epoch();
        if place == 0 {
            self.order.shuffle(&mut self.generator);
        }
        self.given = place + 1;
        &self.order[place * self.batch..][..self.batch]
    }
}

#[cfg(test)]
mod tests {
    use super::BatchOrder;
    use crate::random::{Stream, generator};

    fn order(samples: usize, batch: usize) -> BatchOrder {
        BatchOrder::new(samples, batch, generator(1, Stream::BatchOrder))
    }

    fn epoch(order: &mut BatchOrder) -> Vec<usize> {
        (0..order.batches_per_epoch()).flat_map(|_| order.next_batch().to_vec()).collect()
    }

    #[test]
    fn an_epoch_sees_every_sample_once_and_each_epoch_in_another_order() {
        let mut order = order(60, 12);
        let (first, second) = (epoch(&mut order), epoch(&mut order));
        assert_ne!(first, second);
        for mut seen in [first, second] {
            seen.sort_unstable();
            assert_eq!(seen, (0..60).collect::<Vec<_>>());
        }
    }

    #[test]
    fn samples_that_do_not_fill_a_batch_wait_for_another_epoch() {
        let mut order = order(1_200, 32);
        assert_eq!(order.batches_per_epoch(), 37);
        let mut ever_seen = [false; 1_200];
        for _ in 0..5 {
            let mut seen = epoch(&mut order);
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 1_200 - 16, "no sample twice");
            for sample in seen {
                ever_seen[sample] = true;
            }
        }
        assert!(ever_seen.into_iter().all(|seen| seen), "none left out for good");
    }

    #[test]
    fn a_clone_goes_on_with_the_same_batches() {
        let mut original = order(20, 6);
        original.next_batch();
        let mut clone = original.clone();
        for _ in 0..10 {
            assert_eq!(original.next_batch(), clone.next_batch());
        }
    }

    #[test]
    fn a_batch_larger_than_the_data_is_all_of_the_data() {
        let mut order = order(7, 100);
        assert_eq!((order.batch(), order.batches_per_epoch()), (7, 1));
        assert_eq!(order.next_batch().len(), 7);
    }
}
