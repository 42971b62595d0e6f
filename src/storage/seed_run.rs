//! What a comparison keeps of a run: numbers, epoch by epoch.

use super::results::EpochResults;
use crate::training::{EpochRecord, Outcome, RunRecord};

/// How a run stood at the end of an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EpochPoint {
    /// On training samples, from 0 to 1.
    pub train_accuracy: f64,
    /// On test samples, from 0 to 1.
    pub test_accuracy: f64,
    /// On training samples.
    pub train_loss: f64,
    /// On test samples.
    pub test_loss: f64,
    /// Connections that exist.
    pub connections: usize,
    /// Connections cut by the topology updates of the epoch.
    pub removed: usize,
    /// Connections grown by them.
    pub added: usize,
    /// Seconds of training from the start to here, evaluation out.
    pub seconds: f64,
    /// Operations that kernels computed in this time, two a multiply-add.
    pub flops: u64,
    /// Seconds that the epoch took of them.
    pub own_seconds: f64,
    /// Digest of the network, see [`crate::nn::Network::digest`]; none of a run that comes from a file without it.
    pub digest: Option<u64>,
}

impl EpochPoint {
    /// How a run stands at the end of an epoch, where it stood like this at the end of the one before.
    #[must_use]
    pub fn after(before: Option<&Self>, record: &EpochRecord) -> Self {
        let (seconds, flops) = before.map_or((0.0, 0), |point| (point.seconds, point.flops));
        Self {
            train_accuracy: record.train.accuracy(),
            test_accuracy: record.test.accuracy(),
            train_loss: record.train.loss(),
            test_loss: record.test.loss(),
            connections: record.connections,
            removed: record.removed,
            added: record.added,
            own_seconds: record.seconds,
            seconds: seconds + record.seconds,
            flops: flops + record.flops,
            digest: Some(record.digest),
        }
    }
}

/// A run of one arm from one seed, under way or ended.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedRun {
    /// Which arm, from 0.
    pub arm: usize,
    /// Its seed.
    pub seed: u64,
    /// One entry an epoch, from epoch 1.
    pub epochs: Vec<EpochPoint>,
    /// How it ended, if it has.
    pub outcome: Option<Outcome>,
}

impl SeedRun {
    /// A run that has not begun.
    #[must_use]
    pub fn new(arm: usize, seed: u64) -> Self {
        Self { arm, seed, epochs: Vec::new(), outcome: None }
    }

    /// A run that was recorded before.
    #[must_use]
    pub fn recorded(arm: usize, seed: u64, epochs: &[EpochResults], outcome: Outcome) -> Self {
        let (mut seconds, mut flops) = (0.0, 0_u64);
        let point = |epoch: &EpochResults| {
            seconds += epoch.seconds;
            flops = flops.saturating_add(epoch.flops.unwrap_or(0));
            EpochPoint {
                train_accuracy: epoch.train_accuracy,
                test_accuracy: epoch.test_accuracy,
                train_loss: epoch.train_loss,
                test_loss: epoch.test_loss,
                connections: epoch.connections,
                removed: epoch.removed,
                added: epoch.added,
                seconds,
                flops,
                own_seconds: epoch.seconds,
                digest: None,
            }
        };
        Self { arm, seed, epochs: epochs.iter().map(point).collect(), outcome: Some(outcome) }
    }

    /// Its epochs as results tell them.
    pub fn results(&self) -> impl Iterator<Item = EpochResults> + '_ {
        // Points hold sums from the start.
        let before = std::iter::once(0).chain(self.epochs.iter().map(|point| point.flops));
        (1..).zip(self.epochs.iter().zip(before)).map(|(epoch, (point, before))| EpochResults {
            epoch,
            train_loss: point.train_loss,
            test_loss: point.test_loss,
            train_accuracy: point.train_accuracy,
            test_accuracy: point.test_accuracy,
            connections: point.connections,
            removed: point.removed,
            added: point.added,
            seconds: point.own_seconds,
            flops: Some(point.flops - before),
        })
    }

    /// Takes in the next epoch.
    pub fn push(&mut self, record: &EpochRecord) {
        self.epochs.push(EpochPoint::after(self.epochs.last(), record));
    }

    /// Whether all its epochs were trained.
    #[must_use]
    pub fn has_finished(&self) -> bool {
        self.outcome == Some(Outcome::Finished)
    }

    /// Whether it has begun and not ended.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.outcome.is_none() && !self.epochs.is_empty()
    }

    /// Test accuracy after the last epoch of a run that has finished.
    #[must_use]
    pub fn final_test_accuracy(&self) -> Option<f64> {
        self.epochs.last().filter(|_| self.has_finished()).map(|point| point.test_accuracy)
    }

    /// The best test accuracy of all epochs of a run that has finished.
    #[must_use]
    pub fn best_test_accuracy(&self) -> Option<f64> {
        let accuracies = self.epochs.iter().map(|point| point.test_accuracy);
        accuracies.reduce(f64::max).filter(|_| self.has_finished())
    }
}

impl From<&RunRecord> for SeedRun {
    fn from(record: &RunRecord) -> Self {
        let mut run = Self::new(record.arm, record.seed);
        record.epochs.iter().for_each(|epoch| run.push(epoch));
        run.outcome = Some(record.outcome.clone());
        run
    }
}
