//! `regrow verify`: does a recorded run come to the same bits again?

use std::sync::Arc;

use super::arguments::VerifyArguments;
use super::error::{CommandError, print};
use super::progress::progress_bar;
use super::settings::threads;
use crate::data::Split;
use crate::sparse::Team;
use crate::storage::{ArmRecords, load_run};
use crate::training::{EpochRecord, Progress, Trainer, ValidExperiment};

/// Runs what a file has recorded again, with a progress bar on standard error, and compares every epoch.
///
/// # Errors
/// On bad input, and where an arm does not come to what the file says.
pub fn verify(arguments: &VerifyArguments) -> Result<(), CommandError> {
    let (experiment, records) = load_run(&arguments.file)?;
    let epochs: usize = records.arms.iter().map(|arm| arm.epochs.len()).sum();
    let bar = progress_bar(epochs as u64);
    let team = Team::new(threads(arguments.threads), "verify")?;
    let data = experiment.generate(records.seed()).map_err(|error| CommandError::Argument(error.to_string()))?;
    let data = Arc::new(data);
    let mut differences = Vec::new();
    for (arm, own) in records.arms.iter().enumerate() {
        bar.set_message(format!("{}, seed {}", own.name, records.seed()));
        let run = Run { experiment: &experiment, arm, seed: records.seed(), data: Arc::clone(&data) };
        if let Some(difference) = team.install(|| run.first_difference(own, &|| bar.inc(1))) {
            differences.push(format!("“{}” differs {difference}", own.name));
        }
    }
    bar.finish_and_clear();
    let there = format!("Regrow {} on {}", records.program, records.platform);
    if differences.is_empty() {
        let arms = records.arms.len();
        return print(&format!("Verified: {epochs} epochs of {arms} arms came to the same bits as in {there}."));
    }
    Err(CommandError::Unfinished(format!("{} (recorded by {there})", differences.join("; "))))
}

/// A run that is done again.
struct Run<'a> {
    experiment: &'a ValidExperiment,
    arm: usize,
    seed: u64,
    data: Arc<Split>,
}

impl Run<'_> {
    /// Where it does not come to what was recorded, if so.
    fn first_difference(&self, records: &ArmRecords, on_epoch: &dyn Fn()) -> Option<String> {
        let arm = &self.experiment.arms()[self.arm];
        let mut trainer = match Trainer::new(self.experiment, arm, self.seed, Arc::clone(&self.data)) {
            Ok(trainer) => trainer,
            Err(error) => return Some(format!("from the start: {error}")),
        };
        let mut epochs: Vec<EpochRecord> = Vec::new();
        while epochs.len() < records.epochs.len() {
            let number = epochs.len();
            match trainer.record_epoch(0.0, 0) {
                Ok(epoch) => epochs.push(epoch),
                Err(diverged) => return Some(format!("at epoch {number}: {diverged}")),
            }
            if let Some(epoch) = records.first_difference(epochs.iter()) {
                return Some(format!("from epoch {epoch} on"));
            }
            on_epoch();
            if epochs.len() < records.epochs.len() && !train_epoch(&mut trainer) {
                return Some(format!("at epoch {number}: it goes no further"));
            }
        }
        None
    }
}

/// Trains to the end of the epoch; whether there was one.
fn train_epoch(trainer: &mut Trainer) -> bool {
    loop {
        match trainer.advance() {
            Ok(Progress::Finished) | Err(_) => return false,
            Ok(_) if trainer.is_at_epoch_end() => return true,
            Ok(_) => {}
        }
    }
}
