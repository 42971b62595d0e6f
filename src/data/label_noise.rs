//! Labels that are false, to see what a network learns by heart.

use std::sync::Arc;

use rand::RngExt;
use rand::seq::index::sample;

use super::Dataset;
use crate::random::Generator;

/// The data set with a share of its labels replaced, each by one of the other classes, all of them as likely (symmetric
/// label noise; Zhang et al. 2017 replace a label by any class, so that some stay true).
///
/// Of `n` samples exactly the whole number nearest to `share · n` change, chosen without replacement.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of the number of samples"
)]
pub fn with_label_noise(dataset: &Dataset, share: f64, rng: &mut Generator) -> Dataset {
    let samples = dataset.samples();
    let count = ((share * samples as f64).round() as usize).min(samples);
    let classes = u32::try_from(dataset.classes()).expect("there are few classes");
    let mut labels = dataset.labels().to_vec();
    for index in sample(rng, samples, count) {
        let other = rng.random_range(0..classes - 1);
        // The true class is passed over.
        labels[index] = if other < labels[index] { other } else { other + 1 };
    }
    Dataset { labels: Arc::new(labels), ..dataset.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::digits;
    use crate::random::{Stream, generator};

    fn noisy(share: f64, seed: u64) -> Dataset {
        with_label_noise(&digits(), share, &mut generator(seed, Stream::LabelNoise))
    }

    #[test]
    fn exactly_the_share_asked_for_is_false_and_nothing_else_changes() {
        let truth = digits();
        // 1,797 digits: 179.7 and 898.5, rounded.
        for (share, wanted) in [(0.0, 0), (0.1, 180), (0.5, 899), (1.0, 1_797)] {
            let noisy = noisy(share, 3);
            let changed = truth.labels().iter().zip(noisy.labels()).filter(|(truth, label)| truth != label).count();
            assert_eq!(changed, wanted, "{share}");
            assert!(noisy.labels().iter().all(|&label| label < 10));
            assert!((0..truth.samples()).all(|index| noisy.sample(index) == truth.sample(index)));
        }
        assert_eq!(noisy(0.3, 1), noisy(0.3, 1));
        assert_ne!(noisy(0.3, 1), noisy(0.3, 2));
    }

    #[test]
    fn every_other_class_is_as_likely() {
        let truth = digits();
        let mut counts = [0_u32; 10];
        for seed in 0..50 {
            for (&truth, &label) in truth.labels().iter().zip(noisy(1.0, seed).labels()) {
                counts[((label + 10 - truth) % 10) as usize] += 1;
            }
        }
        // 50 · 1,797 draws from nine: 9,983 each, standard deviation 94; five of them.
        assert_eq!(counts[0], 0);
        assert!(counts[1..].iter().all(|count| count.abs_diff(9_983) < 471), "{counts:?}");
    }
}
