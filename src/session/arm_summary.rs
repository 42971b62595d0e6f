//! What each arm of a comparison came to, over its seeds.

use crate::metrics::Summary;
use crate::storage::{EpochPoint, SeedRun};

/// An arm over the seeds that have finished.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArmSummary {
    /// Which arm, from 0.
    pub arm: usize,
    /// Its runs, finished or not.
    pub runs: usize,
    /// Test accuracy after the last epoch, from 0 to 1.
    pub final_accuracy: Summary,
    /// The best test accuracy of all epochs, from 0 to 1. It is chosen on the test samples, so it flatters.
    pub best_accuracy: Summary,
    /// Connections in the end.
    pub connections: Summary,
    /// Seconds of training of a whole run, evaluation out.
    pub seconds: Summary,
}

/// One summary for each of so many arms; of nothing where no run has finished.
#[must_use]
pub fn arm_summaries(arms: usize, runs: &[SeedRun]) -> Vec<ArmSummary> {
    let summary = |arm: usize| {
        let finished = || runs.iter().filter(move |run| run.arm == arm && run.has_finished());
        let over_seeds =
            |value: &dyn Fn(&SeedRun) -> Option<f64>| Summary::of(&finished().filter_map(value).collect::<Vec<f64>>());
        #[expect(clippy::cast_precision_loss, reason = "a number of connections")]
        let connections = |point: &EpochPoint| point.connections as f64;
        ArmSummary {
            arm,
            runs: runs.iter().filter(|run| run.arm == arm).count(),
            final_accuracy: over_seeds(&SeedRun::final_test_accuracy),
            best_accuracy: over_seeds(&SeedRun::best_test_accuracy),
            connections: over_seeds(&|run| run.epochs.last().map(connections)),
            seconds: over_seeds(&|run| run.epochs.last().map(|point| point.seconds)),
        }
    };
    (0..arms).map(summary).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::Outcome;

    fn run(arm: usize, seed: u64, epochs: &[(f64, usize, f64)], outcome: Outcome) -> SeedRun {
        let point = |&(test_accuracy, connections, seconds): &(f64, usize, f64)| EpochPoint {
            train_accuracy: 1.0,
            test_accuracy,
            train_loss: 0.0,
            test_loss: 0.0,
            connections,
            seconds,
            ..EpochPoint::default()
        };
        SeedRun { arm, seed, epochs: epochs.iter().map(point).collect(), outcome: Some(outcome) }
    }

    #[test]
    fn an_arm_summed_up_by_hand() {
        let runs = [
            run(0, 1, &[(0.5, 100, 1.0), (0.75, 90, 3.0), (0.7, 80, 4.0)], Outcome::Finished),
            run(0, 2, &[(0.5, 100, 1.0), (0.6, 90, 2.0), (0.9, 60, 6.0)], Outcome::Finished),
            run(0, 3, &[(0.99, 100, 1.0)], Outcome::Cancelled),
            run(1, 1, &[], Outcome::Cancelled),
        ];
        let [own, other] = arm_summaries(2, &runs)[..] else { panic!("two arms") };
        assert_eq!((own.arm, own.runs, own.final_accuracy.count), (0, 3, 2));
        // Of two values the sd is their distance by √2.
        let is = |summary: Summary, mean: f64, distance: f64| {
            (summary.mean - mean).abs() < 1e-12 && (summary.deviation - distance / 2_f64.sqrt()).abs() < 1e-12
        };
        assert!(is(own.final_accuracy, 0.8, 0.2));
        assert!(is(own.best_accuracy, 0.825, 0.15));
        assert!(is(own.connections, 70.0, 20.0));
        assert!(is(own.seconds, 5.0, 2.0));
        assert_eq!((other.runs, other.final_accuracy.count), (1, 0));
    }
}
