//! Runs as files: saved with what came of them, opened, trained again and compared bit by bit.

use std::path::Path;
use std::sync::Arc;

use super::Session;
use super::edit::in_full;
use crate::session::comparison_job::ComparisonJob;
use crate::session::seed_run::SeedRun;
use crate::storage::{ArmRecords, ComparedRun, RunRecords, load_run, write_run};
use crate::training::{ArmSpec, Diverged, ExperimentSpec, Goal, LaterSpec, Moment, Outcome};

/// A run that was recorded elsewhere or before, and how far it has come to the same again.
pub(super) struct Verification {
    records: RunRecords,
    /// By arm, how many epochs have been compared.
    compared: Vec<usize>,
}

impl Session {
    /// Of a run that was opened from a file, the epochs that have been trained again and compared, and all of them.
    #[must_use]
    pub fn verified(&self) -> Option<(usize, usize)> {
        let verification = self.verification.as_ref()?;
        let all = verification.records.arms.iter().map(|arm| arm.epochs.len()).sum();
        Some((verification.compared.iter().sum(), all))
    }

    pub(super) fn save_run(&mut self, path: &Path) {
        let arms = self.arms().iter().zip(&self.histories);
        let arms = arms.map(|(arm, history)| {
            let epochs = history.epochs().iter().map(AsRef::as_ref);
            ArmRecords::new(&arm.name, epochs, history.updates().iter().map(AsRef::as_ref))
        });
        let mut records = RunRecords::new(self.seed, self.live_position(), arms.collect());
        let spec = self.as_it_ran();
        // After a change by hand the comparison is of another experiment than the runs.
        if let Some(job) = self.comparison.as_ref().filter(|_| spec == *self.valid.spec()) {
            records.comparison = compared(job);
        }
        match write_run(path, &spec, &records) {
            Ok(()) => {
                self.tell(&format!("The run is saved as {}. It can be opened and checked anywhere.", path.display()));
            }
            Err(error) => self.tell_fault(format!("Not saved: {error}. Choose another folder.")),
        }
    }

    /// The experiment with the changes that were made by hand on its way.
    fn as_it_ran(&self) -> ExperimentSpec {
        let mut spec = self.valid.spec().clone();
        if (0..self.arms().len()).all(|arm| self.settings_of(arm).len() == 1) {
            return spec;
        }
        // All arms say everything, so that none takes from the first what was changed there.
        let mut arms = (0..self.arms().len()).map(|arm| self.in_full(arm));
        if let Some(own) = arms.next() {
            (spec.sparsity, spec.optimizer, spec.later) = (own.sparsity, own.optimizer, own.later);
            spec.operations = own.operations;
        }
        spec.arms = arms.collect();
        spec
    }

    fn in_full(&self, arm: usize) -> ArmSpec {
        let settings = self.settings_of(arm);
        let mut own = self.until(arm, None);
        if let [(_, experiment, held)] = settings[..] {
            (own.sparsity, own.optimizer) = in_full(experiment.spec(), held);
        }
        if own.later.is_empty() {
            // Else it would change when the first arm does.
            let (sparsity, optimizer) = Default::default();
            own.later.push(LaterSpec { after: Moment::Epochs(0), sparsity, optimizer });
        }
        own
    }

    pub(super) fn open_run(&mut self, path: &Path) {
        match load_run(path) {
            Ok((experiment, records)) => {
                self.replace(experiment, None);
                self.seed = records.seed();
                self.restart();
                if let Some(ensemble) = &self.ensemble {
                    ensemble.set_goal(Goal::Reach(records.position));
                }
                if !records.comparison.is_empty() {
                    let runs = records.comparison.iter().map(seed_run).collect();
                    self.comparison = Some(ComparisonJob::recorded(Arc::clone(&self.valid), runs));
                }
                let epochs = records.arms.iter().map(|arm| arm.epochs.len().saturating_sub(1)).max().unwrap_or(0);
                self.tell(&format!("Trains the {epochs} epochs of this file again, and compares every bit."));
                self.verification = Some(Verification { compared: vec![0; records.arms.len()], records });
            }
            Err(error) => self.tell_fault(format!("{error}\nThe open experiment stays as it is.")),
        }
    }

    /// Compares what has been trained again since.
    pub(super) fn verify(&mut self) {
        let Some(mut verification) = self.verification.take() else { return };
        let mut open = false;
        for (arm, records) in verification.records.arms.iter().enumerate() {
            let Some(history) = self.histories.get(arm) else { return };
            let trained = history.epochs().len().min(records.epochs.len());
            if trained > verification.compared[arm] {
                if let Some(epoch) = records.first_difference(history.epochs().iter().map(AsRef::as_ref)) {
                    let text = difference(&verification.records, &records.name, epoch);
                    return self.tell_fault(text);
                }
                verification.compared[arm] = trained;
            }
            open |= trained < records.epochs.len() && history.failure().is_none();
        }
        if open {
            self.verification = Some(verification);
        } else {
            let RunRecords { program, platform, .. } = &verification.records;
            let text = format!(
                "Verified: every epoch of every arm came to the same bits as in Regrow {program} on {platform}."
            );
            self.tell(&text);
        }
    }
}

fn difference(records: &RunRecords, arm: &str, epoch: u32) -> String {
    let now = RunRecords::new(0, 0, Vec::new());
    let (program, platform) = (&records.program, &records.platform);
    let here = format!("Regrow {} on {}", now.program, now.platform);
    let there = format!("Regrow {program} on {platform}");
    let why = if here == there {
        "The file was changed, or its data were.".to_owned()
    } else {
        format!("It was recorded by {there}, this is {here}: bits need not agree.")
    };
    format!("“{arm}” does not come to what the file says from epoch {epoch} on. {why}")
}

/// The runs of a comparison that have ended, as a file keeps them.
fn compared(job: &ComparisonJob) -> Vec<ComparedRun> {
    let kept = |run: &SeedRun| {
        let diverged = match &run.outcome {
            Some(Outcome::Finished) => None,
            Some(Outcome::Diverged(Diverged { epoch, learning_rate })) => Some((*epoch, *learning_rate)),
            _ => return None,
        };
        Some(ComparedRun { arm: run.arm, seed: run.seed.to_string(), diverged, epochs: run.results().collect() })
    };
    job.runs().iter().filter_map(kept).collect()
}

/// A run of a comparison, as a file has kept it.
fn seed_run(run: &ComparedRun) -> SeedRun {
    let outcome = match run.diverged {
        Some((epoch, learning_rate)) => Outcome::Diverged(Diverged { epoch, learning_rate }),
        None => Outcome::Finished,
    };
    SeedRun::recorded(run.arm, run.seed.parse().unwrap_or_default(), &run.epochs, outcome)
}
