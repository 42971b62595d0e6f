//! `regrow verify`: does a recorded run come to the same bits again?

use std::sync::{Arc, Mutex, PoisonError};

use indicatif::ProgressBar;

use super::arguments::VerifyArguments;
use super::error::{CommandError, print};
use super::progress::progress_bar;
use super::settings::threads;
use crate::data::Split;
use crate::sparse::{Team, multiply_adds};
use crate::storage::{Compared, ComparedRun, Difference, DoneAgain, RunRecords, load_run};
use crate::training::{
    EpochRecord, Failure, Progress, RunRecord, Trainer, UpdateRecord, ValidExperiment, compare_some,
};

/// Runs what a file has recorded again, a comparison over seeds included, with a progress bar on standard error, and compares
/// every epoch and every topology update.
///
/// # Errors
/// On bad input, and where a run does not come to what the file says.
pub fn verify(arguments: &VerifyArguments) -> Result<(), CommandError> {
    let (experiment, records) = load_run(&arguments.file)?;
    let threads = threads(arguments.threads);
    let of_arms: usize = records.arms.iter().map(|arm| arm.epochs.len()).sum();
    let of_comparison: usize = records.comparison.iter().map(|run| run.epochs.len()).sum();
    let bar = progress_bar((of_arms + of_comparison) as u64);
    let mut differences = differing_arms(&experiment, &records, threads, &bar)?;
    differences.extend(differing_runs(&experiment, &records.comparison, threads, &bar)?);
    bar.finish_and_clear();
    let there = format!("Regrow {} on {}", records.program, records.platform);
    if !differences.is_empty() {
        return Err(CommandError::Unfinished(format!("{} (recorded by {there})", differences.join("; "))));
    }
    let arms = records.arms.len();
    let updates: usize = records.arms.iter().map(|arm| arm.updates.len()).sum();
    let runs = match records.comparison.len() {
        0 => String::new(),
        runs => format!(", and {of_comparison} epochs of the {runs} runs of its comparison over seeds"),
    };
    print(&format!(
        "Verified: {of_arms} epochs and {updates} topology updates of {arms} arms came to the same bits as in {there}{runs}."
    ))
}

/// The arms that do not come to what was recorded, and where.
fn differing_arms(
    experiment: &ValidExperiment,
    records: &RunRecords,
    threads: usize,
    bar: &ProgressBar,
) -> Result<Vec<String>, CommandError> {
    let team = Team::new(threads, "verify")?;
    let data = experiment.generate(records.seed()).map_err(|error| CommandError::Argument(error.to_string()))?;
    let data = Arc::new(data);
    let mut differences = Vec::new();
    for (arm, own) in records.arms.iter().enumerate() {
        bar.set_message(format!("{}, seed {}", own.name, records.seed()));
        let again = || check_arm(experiment, records, arm, &data, &|| bar.inc(1));
        if let Err(difference) = team.install(again) {
            differences.push(format!("“{}” differs {difference}", own.name));
        }
    }
    Ok(differences)
}

/// Does an arm again, and compares it epoch by epoch.
fn check_arm(
    experiment: &ValidExperiment,
    records: &RunRecords,
    arm: usize,
    data: &Arc<Split>,
    on_epoch: &dyn Fn(),
) -> Result<(), Difference> {
    let before = multiply_adds();
    let trainer = Trainer::new(experiment, &experiment.arms()[arm], records.seed(), Arc::clone(data))
        .map_err(|error| Difference::Stops(error.to_string()))?;
    let multiply_adds = multiply_adds() - before;
    let mut again = Again { trainer, epochs: Vec::new(), updates: Vec::new(), multiply_adds, failure: None };
    let mut compared = Compared::default();
    again.record_epoch();
    loop {
        let run = DoneAgain {
            epochs: &again.epochs,
            updates: &again.updates,
            steps_per_epoch: experiment.steps_per_epoch(),
            failure: again.failure.as_ref(),
            is_there: again.is_there(records.position),
        };
        if records.compare(arm, &mut compared, &run)? {
            return Ok(());
        }
        on_epoch();
        again.go_on(records.position);
    }
}

/// A run that is done again.
struct Again {
    trainer: Trainer,
    epochs: Vec<EpochRecord>,
    updates: Vec<UpdateRecord>,
    /// Computed since the last epoch's end.
    multiply_adds: u64,
    failure: Option<Failure>,
}

impl Again {
    fn is_there(&self, position: u64) -> bool {
        self.trainer.is_finished() || self.trainer.next_position() > position
    }

    /// Trains to the end of the epoch, or to a position.
    fn go_on(&mut self, position: u64) {
        while self.failure.is_none() && !self.is_there(position) {
            let before = multiply_adds();
            let progress = self.trainer.advance();
            self.multiply_adds += multiply_adds() - before;
            match progress {
                Ok(Progress::TopologyUpdate(update)) => self.updates.push(update),
                Ok(_) => {}
                Err(stop) => self.failure = Some(stop.into()),
            }
            if self.failure.is_none() && self.trainer.is_at_epoch_end() {
                return self.record_epoch();
            }
        }
    }

    fn record_epoch(&mut self) {
        match self.trainer.record_epoch(0.0, 2 * std::mem::take(&mut self.multiply_adds)) {
            Ok(epoch) => self.epochs.push(epoch),
            Err(diverged) => self.failure = Some(Failure::Diverged(diverged)),
        }
    }
}

/// The runs of a comparison that do not come to what was recorded, and where.
fn differing_runs(
    experiment: &ValidExperiment,
    recorded: &[ComparedRun],
    threads: usize,
    bar: &ProgressBar,
) -> Result<Vec<String>, CommandError> {
    let is_of =
        |run: &ComparedRun, arm: usize, seed: u64| run.arm == arm && run.seed.parse().is_ok_and(|own: u64| own == seed);
    let wanted = |arm, seed| recorded.iter().any(|run| is_of(run, arm, seed));
    let differences = Mutex::new(Vec::new());
    let on_epoch = |arm: usize, seed: u64, _: &EpochRecord| {
        bar.set_message(format!("comparison: {}, seed {seed}", experiment.arms()[arm].name));
        bar.inc(1);
    };
    let on_run = |run: RunRecord| {
        for own in recorded.iter().filter(|own| is_of(own, run.arm, run.seed)) {
            if let Err(difference) = own.compare(&run) {
                let name = &experiment.arms()[run.arm].name;
                let text = format!("“{name}”, seed {} of the comparison, differs {difference}", run.seed);
                let place = (run.arm, experiment.seeds().iter().position(|&seed| seed == run.seed));
                differences.lock().unwrap_or_else(PoisonError::into_inner).push((place, text));
            }
        }
    };
    compare_some(experiment, threads, &wanted, &on_epoch, &on_run)?;
    let mut differences = differences.into_inner().unwrap_or_else(PoisonError::into_inner);
    differences.sort();
    Ok(differences.into_iter().map(|(_, text)| text).collect())
}
