//! Which samples train and which test.

use rand::seq::SliceRandom;

use super::{DataError, Dataset};
use crate::random::Generator;

/// Samples to learn from, and others to judge what was learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// The network learns from these.
    pub train: Dataset,
    /// The network never learns from these.
    pub test: Dataset,
}

/// A random `train` of the samples for training and all the others for testing, both in random order.
///
/// # Errors
/// When no sample would train, or none would test.
pub fn split(dataset: &Dataset, train: usize, rng: &mut Generator) -> Result<Split, DataError> {
    let samples = dataset.samples();
    if train == 0 {
        return Err(DataError::NothingToTrain);
    }
    if train >= samples {
        return Err(DataError::TrainTakesAll { train, samples });
    }
    let mut order: Vec<usize> = (0..samples).collect();
    order.shuffle(rng);
    let (train, test) = order.split_at(train);
    Ok(Split { train: dataset.select(train), test: dataset.select(test) })
}

#[cfg(test)]
mod tests {
    use super::split;
    use crate::data::{DataError, Dataset, InputShape};
    use crate::random::{Stream, generator};

    /// Samples whose only feature is their own index.
    #[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
    fn tagged(samples: usize) -> Dataset {
        let values = (0..samples).map(|index| index as f32).collect();
        Dataset::try_new(1, values, vec![0; samples], 2, InputShape::Table).unwrap()
    }

    fn tags(dataset: &Dataset) -> Vec<f32> {
        (0..dataset.samples()).map(|index| dataset.sample(index)[0]).collect()
    }

    #[test]
    fn every_sample_is_in_exactly_one_part() {
        let whole = tagged(50);
        let parts = split(&whole, 30, &mut generator(1, Stream::Split)).unwrap();
        assert_eq!((parts.train.samples(), parts.test.samples()), (30, 20));
        let mut all = [tags(&parts.train), tags(&parts.test)].concat();
        assert_ne!(all, tags(&whole), "the order is random");
        all.sort_by(f32::total_cmp);
        assert_eq!(all, tags(&whole));
    }

    #[test]
    fn the_split_follows_from_the_generator() {
        let train = |seed| tags(&split(&tagged(50), 30, &mut generator(seed, Stream::Split)).unwrap().train);
        assert_eq!(train(1), train(1));
        assert_ne!(train(1), train(2));
    }

    #[test]
    fn a_part_without_samples_is_refused() {
        let fault = |train| split(&tagged(5), train, &mut generator(1, Stream::Split)).unwrap_err();
        assert_eq!(fault(0), DataError::NothingToTrain);
        assert_eq!(fault(5), DataError::TrainTakesAll { train: 5, samples: 5 });
        assert_eq!(fault(9).key(), "train");
    }
}
