//! Where a run that is done again first comes to something else than a submission says.

use crate::lesson::submission::{WorkedEpoch, WorkedRun};
use crate::storage::EpochResults;

/// What differs first in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RunDifference {
    /// In words, with both figures.
    pub text: String,
    /// Whether it is the same network with other figures, which no machine can come to.
    pub is_impossible: bool,
}

/// Compares a run of a submission with the same run done again, epoch by epoch, bit by bit; seconds apart.
pub(super) fn first_difference(own: &WorkedRun, again: &WorkedRun) -> Option<RunDifference> {
    let place = |epoch: u32| format!("arm {}, seed {}, epoch {epoch}", own.arm, own.seed);
    let told = |epoch: u32, text: String, is_impossible: bool| {
        Some(RunDifference { text: format!("{}: {text}", place(epoch)), is_impossible })
    };
    for (own, again) in own.epochs.iter().zip(&again.epochs) {
        if let Some((what, there, here)) = differing_figure(&own.results, &again.results) {
            let text = format!("the file says {what} {there}, the re-run {here}");
            return told(again.results.epoch, text, own.digest == again.digest);
        }
        if own.digest != again.digest {
            let text = format!("the file has a network of digest {}, the re-run {}", digest(own), digest(again));
            return told(again.results.epoch, text, false);
        }
    }
    let (there, here) = (own.epochs.len(), again.epochs.len());
    let last = u32::try_from(there.min(here)).unwrap_or(u32::MAX);
    if there != here {
        return told(last, format!("the file has {there} epochs, the re-run {here}"), false);
    }
    if own.diverged != again.diverged {
        let text = |diverged: Option<(u32, f64)>| {
            diverged.map_or("no overflow".to_owned(), |(epoch, rate)| format!("an overflow in epoch {epoch} at {rate}"))
        };
        let both = format!("the file says {}, the re-run {}", text(own.diverged), text(again.diverged));
        return told(last, both, false);
    }
    None
}

fn digest(epoch: &WorkedEpoch) -> &str {
    if epoch.digest.is_empty() { "none" } else { &epoch.digest }
}

/// The first figure that is not the same, with both.
fn differing_figure(own: &EpochResults, again: &EpochResults) -> Option<(&'static str, String, String)> {
    let figures = |of: &EpochResults| {
        [
            ("test accuracy", of.test_accuracy),
            ("training accuracy", of.train_accuracy),
            ("test loss", of.test_loss),
            ("training loss", of.train_loss),
        ]
    };
    let counts = |of: &EpochResults| {
        [("connections", of.connections), ("connections cut", of.removed), ("connections grown", of.added)]
    };
    if own.epoch != again.epoch {
        return Some(("epoch", own.epoch.to_string(), again.epoch.to_string()));
    }
    let figure = figures(own).into_iter().zip(figures(again)).find(|(own, again)| own.1.to_bits() != again.1.to_bits());
    if let Some(((what, own), (_, again))) = figure {
        let (own, again) = told_apart(own, again);
        return Some((what, own, again));
    }
    let count = counts(own).into_iter().zip(counts(again)).find(|(own, again)| own != again);
    count.map(|((what, own), (_, again))| (what, own.to_string(), again.to_string()))
}

/// Two numbers with as many decimals as it takes to tell them apart.
fn told_apart(one: f64, other: f64) -> (String, String) {
    let short = (3..8).map(|decimals| (format!("{one:.decimals$}"), format!("{other:.decimals$}")));
    short.into_iter().find(|(one, other)| one != other).unwrap_or_else(|| (one.to_string(), other.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(accuracies: &[f64], digests: &[&str]) -> WorkedRun {
        let epoch = |(index, (&test_accuracy, digest)): (usize, (&f64, &&str))| WorkedEpoch {
            results: EpochResults {
                epoch: u32::try_from(index + 1).expect("few"),
                train_loss: 0.5,
                test_loss: 0.5,
                train_accuracy: 0.75,
                test_accuracy,
                connections: 10,
                removed: 1,
                added: 1,
                seconds: 0.1,
                flops: None,
            },
            digest: (*digest).to_owned(),
        };
        let epochs = accuracies.iter().zip(digests).enumerate().map(epoch).collect();
        WorkedRun { arm: "SET".to_owned(), seed: "3".to_owned(), diverged: None, epochs }
    }

    #[test]
    fn the_first_difference_is_named_with_its_place_and_both_figures() {
        let again = run(&[0.5, 0.934, 0.9], &["a", "b", "c"]);
        let found = |own: &WorkedRun| first_difference(own, &again).map(|own| (own.text, own.is_impossible));
        assert_eq!(found(&again), None);
        let mut slower = again.clone();
        slower.epochs[1].results.seconds = 9.0;
        assert_eq!(found(&slower), None, "seconds are no bits");
        let text = "arm SET, seed 3, epoch 2: the file says test accuracy 0.981, the re-run 0.934".to_owned();
        assert_eq!(found(&run(&[0.5, 0.981, 0.1], &["a", "b", "x"])), Some((text.clone(), true)), "the same network");
        assert_eq!(found(&run(&[0.5, 0.981, 0.1], &["a", "x", "x"])), Some((text, false)));
        let text = "arm SET, seed 3, epoch 2: the file says test accuracy 0.9340000000000002, the re-run 0.934";
        assert_eq!(found(&run(&[0.5, 0.934_000_000_000_000_2, 0.9], &["a", "b", "c"])), Some((text.to_owned(), true)));
        let text = "arm SET, seed 3, epoch 3: the file has a network of digest x, the re-run c";
        assert_eq!(found(&run(&[0.5, 0.934, 0.9], &["a", "b", "x"])), Some((text.to_owned(), false)));
        let text = "arm SET, seed 3, epoch 2: the file has 2 epochs, the re-run 3";
        assert_eq!(found(&run(&[0.5, 0.934], &["a", "b"])), Some((text.to_owned(), false)));
        let mut wild = again.clone();
        wild.diverged = Some((3, 0.5));
        let text = "arm SET, seed 3, epoch 3: the file says an overflow in epoch 3 at 0.5, the re-run no overflow";
        assert_eq!(found(&wild), Some((text.to_owned(), false)));
        let mut more = again.clone();
        more.epochs[0].results.added = 2;
        let text = "arm SET, seed 3, epoch 1: the file says connections grown 2, the re-run 1";
        assert_eq!(found(&more), Some((text.to_owned(), true)));
    }
}
