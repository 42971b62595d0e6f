//! Runs as files: saved with what came of them, opened, trained again and compared bit by bit.

use std::path::Path;
use std::sync::Arc;

use super::Session;
use super::edit::in_full;
use crate::session::comparison_job::ComparisonJob;
use crate::session::history::History;
use crate::storage::SeedRun;
use crate::storage::{ArmRecords, Compared, ComparedRun, Difference, DoneAgain, RunRecords, load_run, write_run};
use crate::training::{ArmSpec, Diverged, ExperimentSpec, Failure, Goal, LaterSpec, Moment, Outcome};

/// Said where a comparison over seeds comes from a file.
const COMPARISON_AS_RECORDED: &str =
    "Its comparison over seeds is shown as the file has it; `regrow verify` checks that too.";

/// A run that was recorded elsewhere or before, and how far it has come to the same again.
pub(super) struct Verification {
    records: RunRecords,
    /// By arm.
    compared: Vec<Compared>,
}

impl Session {
    /// Of a run that was opened from a file, the epochs that have been trained again and compared, and all of them.
    #[must_use]
    pub fn verified(&self) -> Option<(usize, usize)> {
        let verification = self.verification.as_ref()?;
        let all = verification.records.arms.iter().map(|arm| arm.epochs.len()).sum();
        Some((verification.compared.iter().map(|own| own.epochs).sum(), all))
    }

    pub(super) fn save_run(&mut self, path: &Path) {
        let position = self.recorded_until();
        let steps = self.steps_per_epoch();
        let arms = self.arms().iter().zip(&self.histories).map(|(arm, history)| {
            let epochs = history.epochs().iter().map(AsRef::as_ref);
            let epochs = epochs.filter(|record| 2 * steps * u64::from(record.epoch) <= position);
            let updates = history.updates().iter().map(AsRef::as_ref).filter(|record| record.position <= position);
            let diverged = match history.failure() {
                Some(&Failure::Diverged(diverged)) if reached(history, steps) <= position => Some(diverged),
                _ => None,
            };
            ArmRecords::new(&arm.name, epochs, updates, diverged)
        });
        let mut records = RunRecords::new(self.seed, position, arms.collect());
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

    /// The position up to which everything is known of every arm: where all of them rest, or how far the slowest has come.
    fn recorded_until(&mut self) -> u64 {
        let Some(ensemble) = &self.ensemble else { return 0 };
        let at_rest = ensemble.is_at_rest();
        let mailboxes = (0..self.histories.len()).map(|arm| ensemble.mailbox(arm).as_ref());
        History::take_all(&mut self.histories, mailboxes, at_rest);
        let steps = self.valid.steps_per_epoch();
        let under_way = self.histories.iter().filter(|history| !at_rest && history.failure().is_none());
        let slowest = under_way.map(|history| reached(history, steps)).min();
        let furthest = || self.histories.iter().map(|history| reached(history, steps)).max();
        slowest.or_else(furthest).unwrap_or(0).min(2 * self.valid.steps())
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
                let text = format!("Trains the {epochs} epochs of this file again, and compares every bit.");
                self.tell(&with_comparison(text, &records));
                self.verification =
                    Some(Verification { compared: vec![Compared::default(); records.arms.len()], records });
            }
            Err(error) => self.tell_fault(format!("{error}\nThe open experiment stays as it is.")),
        }
    }

    /// Compares what has been trained again since.
    pub(super) fn verify(&mut self) {
        let Some(mut verification) = self.verification.take() else { return };
        let Verification { records, compared } = &mut verification;
        let (steps_per_epoch, end) = (self.steps_per_epoch(), records.position);
        // An arm may rest short of the end, where its next step would lead beyond it.
        let all_there = self.at_rest && self.position() >= end;
        let mut is_open = false;
        for (arm, (history, compared)) in self.histories.iter().zip(compared).enumerate() {
            let is_at_end = history.live().is_some_and(|view| all_there || view.snapshot.position >= end);
            let run = DoneAgain {
                epochs: history.epochs(),
                updates: history.updates(),
                steps_per_epoch,
                failure: history.failure(),
                is_there: is_at_end,
            };
            match records.compare(arm, compared, &run) {
                Ok(is_done) => is_open |= !is_done,
                Err(other) => {
                    let text = difference(records, arm, &other);
                    return self.tell_fault(text);
                }
            }
        }
        if is_open {
            self.verification = Some(verification);
        } else {
            let RunRecords { program, platform, .. } = &*records;
            let text = format!(
                "Verified: every epoch and every topology update of every arm came to the same bits as in Regrow {program} \
                 on {platform}."
            );
            let text = with_comparison(text, records);
            self.tell(&text);
        }
    }
}

/// How far it is known what a run has come to. One that has stopped is there once it has tried to go on.
fn reached(history: &History, steps_per_epoch: u64) -> u64 {
    let position = history.live().map_or(0, |view| view.snapshot.position);
    let epoch = history.epochs().last().map_or(0, |record| 2 * steps_per_epoch * u64::from(record.epoch));
    let update = history.updates().last().map_or(0, |record| record.position);
    let known = position.max(epoch).max(update);
    // At the end of an epoch a run may have stopped where it is, while it was evaluated.
    let is_evaluated = known == epoch || !known.is_multiple_of(2 * steps_per_epoch);
    if history.failure().is_some() && is_evaluated { 2 * (known / 2 + 1) } else { known }
}

fn with_comparison(text: String, records: &RunRecords) -> String {
    if records.comparison.is_empty() { text } else { format!("{text} {COMPARISON_AS_RECORDED}") }
}

fn difference(records: &RunRecords, arm: usize, other: &Difference) -> String {
    let name = &records.arms[arm].name;
    let now = RunRecords::new(0, 0, Vec::new());
    let (program, platform) = (&records.program, &records.platform);
    let here = format!("Regrow {} on {}", now.program, now.platform);
    let there = format!("Regrow {program} on {platform}");
    let why = if here == there {
        "The file was changed, or its data were.".to_owned()
    } else {
        format!("It was recorded by {there}, this is {here}: bits need not agree.")
    };
    format!("“{name}” does not come to what the file says {other}. {why}")
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
