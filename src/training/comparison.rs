//! All arms and seeds of an experiment, on a pool of threads, without a window.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::arm::Arm;
use super::check::ValidExperiment;
use super::mailbox::panic_message;
use super::records::{EpochRecord, Outcome};
use super::trainer::{Progress, Trainer};
use crate::data::Split;

/// One run of a comparison.
#[derive(Debug, Clone)]
pub struct RunRecord {
    /// Which arm, from 0.
    pub arm: usize,
    /// Its seed.
    pub seed: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Connections and biases of its network.
    pub parameters: usize,
    /// One record an epoch, from 1.
    pub epochs: Vec<EpochRecord>,
}

impl RunRecord {
    /// Test accuracy after the last epoch that was trained.
    #[must_use]
    pub fn final_test_accuracy(&self) -> Option<f64> {
        self.epochs.last().map(|epoch| epoch.test.accuracy())
    }

    /// The best test accuracy of all epochs.
    #[must_use]
    pub fn best_test_accuracy(&self) -> Option<f64> {
        self.epochs.iter().map(|epoch| epoch.test.accuracy()).reduce(f64::max)
    }
}

/// Runs every arm from every seed, at most `threads` of them at a time, and returns the runs by arm, then seed.
///
/// Each run is computed by one thread, so the number of threads changes no bit of any result. `on_epoch` is called after every
/// epoch with arm, seed and record. Once `cancel` is set, runs end after the epoch they are in.
///
/// # Errors
/// If the threads cannot be started.
pub fn compare(
    experiment: &ValidExperiment,
    threads: usize,
    cancel: &AtomicBool,
    on_epoch: &(dyn Fn(usize, u64, &EpochRecord) + Sync),
) -> Result<Vec<RunRecord>, rayon::ThreadPoolBuildError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.clamp(1, experiment.arms().len() * experiment.seeds().len()))
        .thread_name(|index| format!("comparison {index}"))
        .build()?;
    let splits: Vec<OnceLock<Result<Arc<Split>, String>>> =
        experiment.seeds().iter().map(|_| OnceLock::new()).collect();
    let jobs: Vec<(usize, usize)> = (0..experiment.seeds().len())
        .flat_map(|seed| (0..experiment.arms().len()).map(move |arm| (arm, seed)))
        .collect();
    let mut runs: Vec<RunRecord> = pool.install(|| {
        jobs.par_iter()
            .with_max_len(1)
            .map(|&(index, position)| {
                let seed = experiment.seeds()[position];
                let split = splits[position]
                    .get_or_init(|| experiment.generate(seed).map(Arc::new).map_err(|error| error.to_string()));
                let job = Job { experiment, index, arm: &experiment.arms()[index], seed, cancel };
                job.run_contained(split.clone(), &|record| on_epoch(index, seed, record))
            })
            .collect()
    });
    runs.sort_by_key(|run| run.arm);
    Ok(runs)
}

struct Job<'a> {
    experiment: &'a ValidExperiment,
    index: usize,
    arm: &'a Arm,
    seed: u64,
    cancel: &'a AtomicBool,
}

impl Job<'_> {
    /// A panic ends this run with its message, and no other.
    fn run_contained(&self, split: Result<Arc<Split>, String>, on_epoch: &dyn Fn(&EpochRecord)) -> RunRecord {
        let mut record = RunRecord {
            arm: self.index,
            seed: self.seed,
            outcome: Outcome::Finished,
            parameters: 0,
            epochs: Vec::new(),
        };
        let run = catch_unwind(AssertUnwindSafe(|| self.run(split?, &mut record, on_epoch)));
        record.outcome = match run {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(message)) => Outcome::Failed(message),
            Err(panic) => Outcome::Failed(panic_message(panic.as_ref())),
        };
        record
    }

    fn run(
        &self,
        split: Arc<Split>,
        record: &mut RunRecord,
        on_epoch: &dyn Fn(&EpochRecord),
    ) -> Result<Outcome, String> {
        if self.cancel.load(Ordering::Relaxed) {
            return Ok(Outcome::Cancelled);
        }
        let mut trainer =
            Trainer::new(self.experiment, self.arm, self.seed, split).map_err(|error| error.to_string())?;
        record.parameters = trainer.network().parameters();
        while !trainer.is_finished() {
            if self.cancel.load(Ordering::Relaxed) {
                return Ok(Outcome::Cancelled);
            }
            match train_epoch(&mut trainer) {
                Ok(epoch) => {
                    on_epoch(&epoch);
                    record.epochs.push(epoch);
                }
                Err(diverged) => return Ok(Outcome::Diverged(diverged)),
            }
        }
        Ok(Outcome::Finished)
    }
}

/// Trains to the end of the epoch, with the clock on training alone.
fn train_epoch(trainer: &mut Trainer) -> Result<EpochRecord, super::records::Diverged> {
    let mut seconds = Duration::ZERO;
    loop {
        let start = Instant::now();
        let progress = trainer.advance()?;
        seconds += start.elapsed();
        if matches!(progress, Progress::Finished) || trainer.is_at_epoch_end() {
            return trainer.record_epoch(seconds.as_secs_f64());
        }
    }
}
