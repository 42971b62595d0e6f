//! What is open as tables (CSV), in full precision: the runs that are watched, and those of a comparison.

use std::fmt::Write;

use super::comparison_job::ComparisonJob;
use super::state::Session;
use super::verdict::verdicts;
use crate::metrics::{Boundary, PlaneGrid};
use crate::storage::SeedRun;
use crate::storage::{EpochResults, epochs_to_csv, quoted, updates_to_csv};

impl Session {
    /// One line an epoch of every watched run, the untrained network's first; columns as in the `epochs.csv` of
    /// `regrow run`.
    #[must_use]
    pub fn watched_epochs_csv(&self) -> String {
        let seed = self.seed();
        epochs_to_csv(self.arms().iter().enumerate().flat_map(|(arm, own)| {
            self.history(arm).epochs().iter().map(move |record| (own.name.as_str(), seed, EpochResults::new(record)))
        }))
    }

    /// One line a topology update of every watched run, the untrained network's as 0; columns as in the `updates.csv` of
    /// `regrow run --measures`.
    #[must_use]
    pub fn updates_csv(&self) -> String {
        let seed = self.seed();
        updates_to_csv(self.arms().iter().enumerate().flat_map(|(arm, own)| {
            self.history(arm).turnover().iter().map(move |measures| (own.name.as_str(), seed, measures))
        }))
    }

    /// How many test samples of each class each arm takes for each class, after its last epoch.
    #[must_use]
    pub fn confusion_csv(&self) -> String {
        let mut text = "arm,seed,epoch,true_class,predicted_class,samples\n".to_owned();
        for (arm, own) in self.arms().iter().enumerate() {
            let Some(record) = self.history(arm).epochs().last() else { continue };
            let (name, seed, epoch) = (quoted(&own.name), self.seed(), record.epoch);
            for truth in 0..record.confusion.classes() {
                for predicted in 0..record.confusion.classes() {
                    let count = record.confusion.count(truth, predicted);
                    let _ = writeln!(text, "{name},{seed},{epoch},{truth},{predicted},{count}");
                }
            }
        }
        text
    }

    /// What each arm says of points of the plane of the first two inputs: the probability of class 1.
    #[must_use]
    pub fn boundary_csv(&self) -> String {
        let mut text = "arm,seed,x1,x2,probability\n".to_owned();
        for (arm, own) in self.arms().iter().enumerate() {
            let Some(view) = self.history(arm).view() else { continue };
            let (name, seed) = (quoted(&own.name), self.seed());
            let boundary = Boundary::of(&view.snapshot.network, PlaneGrid::SHOWN);
            for (point, probability) in boundary.probability.iter().enumerate() {
                let [x1, x2] = PlaneGrid::SHOWN.coordinates(point);
                let _ = writeln!(text, "{name},{seed},{x1},{x2},{probability}");
            }
        }
        text
    }
}

impl ComparisonJob {
    /// One line an epoch of every run as far as it has come, those included that diverged; columns as in the `epochs.csv`
    /// of `regrow run`.
    #[must_use]
    pub fn epochs_csv(&self) -> String {
        let name = |run: &SeedRun| self.experiment().arms()[run.arm].name.as_str();
        epochs_to_csv(
            self.runs().iter().flat_map(|run| run.results().map(move |results| (name(run), run.seed, results))),
        )
    }

    /// For each arm and seed the final test accuracy less that of another arm, in points, with mean and paired 95 %
    /// interval over the seeds.
    #[must_use]
    pub fn differences_csv(&self, reference: usize) -> String {
        let mut text = "arm,reference,seed,points,mean,interval_low,interval_high\n".to_owned();
        let name = |arm: usize| quoted(&self.experiment().arms()[arm].name);
        for verdict in verdicts(self.experiment(), self.runs(), reference) {
            let (low, high) = verdict.difference.interval;
            for (seed, points) in &verdict.by_seed {
                let (arm, reference, mean) = (name(verdict.arm), name(reference), verdict.difference.difference);
                let _ = writeln!(text, "{arm},{reference},{seed},{points},{mean},{low},{high}");
            }
        }
        text
    }
}
