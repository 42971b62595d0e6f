//! One run from beginning to end, as fast as it goes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::check::ValidExperiment;
use super::cost::RunCost;
use super::mailbox::panic_message;
use super::measures::{Observer, TopologyMeasures, UpdateMeasures};
use super::records::{EpochRecord, Outcome, Stop};
use super::trainer::{Progress, Trainer};
use crate::data::Split;
use crate::nn::Network;
use crate::sparse::{Team, multiply_adds};

/// What is left of one run.
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
    /// What the topology came to, where that was asked for.
    pub measures: Option<TopologyMeasures>,
    /// One entry a topology update, where that was asked for.
    pub updates: Option<Vec<UpdateMeasures>>,
    /// What it cost, where that was asked for.
    pub cost: Option<RunCost>,
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

/// The data of the runs that see the same, drawn by the first of them that starts; or why they cannot be had.
pub(super) type SharedSplit = Arc<OnceLock<Result<Arc<Split>, String>>>;

/// A run that is to be done.
pub(super) struct Run<'a> {
    pub experiment: &'a ValidExperiment,
    /// Which arm, from 0.
    pub arm: usize,
    pub seed: u64,
    pub data: SharedSplit,
    /// Once it is set, the run ends after the epoch it is in, or at once if it has not begun to train.
    pub cancel: &'a AtomicBool,
    /// Whether to measure at the end what the topology came to.
    pub measures: bool,
}

impl Run<'_> {
    /// Trains all epochs; what is left is the record, and the trained network where it came to that.
    ///
    /// A panic ends this run with its message, and no other.
    pub fn train(&self, on_epoch: &dyn Fn(&EpochRecord)) -> (RunRecord, Option<Trainer>) {
        let mut record = RunRecord {
            arm: self.arm,
            seed: self.seed,
            outcome: Outcome::Finished,
            parameters: 0,
            epochs: Vec::new(),
            measures: None,
            updates: None,
            cost: None,
        };
        let run = catch_unwind(AssertUnwindSafe(|| self.train_into(&mut record, on_epoch)));
        let (outcome, trainer) = match run {
            Ok(Ok(trainer)) => (Outcome::Finished, Some(trainer)),
            Ok(Err(outcome)) => (outcome, None),
            Err(panic) => (Outcome::Failed(panic_message(panic.as_ref())), None),
        };
        record.outcome = outcome;
        (record, trainer)
    }

    fn train_into(&self, record: &mut RunRecord, on_epoch: &dyn Fn(&EpochRecord)) -> Result<Trainer, Outcome> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Outcome::Cancelled);
        }
        let split = self
            .data
            .get_or_init(|| self.experiment.generate(self.seed).map(Arc::new).map_err(|error| error.to_string()));
        let split = split.clone().map_err(Outcome::Failed)?;
        let arm = &self.experiment.arms()[self.arm];
        let before = multiply_adds();
        let go_on = || !self.cancel.load(Ordering::Relaxed);
        let mut trainer = Trainer::begin(self.experiment, arm, self.seed, Arc::clone(&split), &go_on)
            .map_err(|error| Outcome::Failed(error.to_string()))?
            .ok_or(Outcome::Cancelled)?;
        let begun = multiply_adds() - before;
        let mut computed = begun;
        record.parameters = trainer.network().parameters();
        let mut observer = self.measures.then(|| Observer::new(trainer.network()));
        if observer.is_some() {
            trainer = trainer.with_history();
        }
        while !trainer.is_finished() {
            if self.cancel.load(Ordering::Relaxed) {
                return Err(Outcome::Cancelled);
            }
            let counted = if record.epochs.is_empty() { 0 } else { computed };
            let epoch = train_epoch(&mut trainer, observer.as_mut(), &mut computed, counted)?;
            on_epoch(&epoch);
            record.epochs.push(epoch);
        }
        if let Some(observer) = observer {
            let noise = self.experiment.spec().data.noise_features;
            record.measures = Some(observer.measures(&trainer, &split.train, noise));
            record.updates = Some(observer.into_updates());
            let (steps, per_epoch) = (self.experiment.steps(), self.experiment.steps_per_epoch());
            let size = [steps, per_epoch, self.experiment.batch() as u64];
            let flops = [2 * begun, 2 * computed];
            record.cost = Some(RunCost::new(arm, trainer.network(), &record.epochs, size, flops));
        }
        Ok(trainer)
    }
}

/// What is left of one run, its network and its data included.
#[derive(Debug, Clone)]
pub struct TrainedRun {
    /// What any run leaves.
    pub record: RunRecord,
    /// The trained network, if all epochs were trained, with the data of the run.
    pub trained: Option<(Network, Arc<Split>)>,
}

/// Does one run, with its layers divided among `threads` threads; the bits are those of the same run of a comparison.
///
/// # Errors
/// If the threads cannot be started.
///
/// # Panics
/// If there is no such arm.
pub fn train(
    experiment: &ValidExperiment,
    arm: usize,
    seed: u64,
    threads: usize,
    cancel: &AtomicBool,
    on_epoch: &dyn Fn(&EpochRecord),
) -> std::io::Result<TrainedRun> {
    let data = SharedSplit::default();
    let run = Run { experiment, arm, seed, data: Arc::clone(&data), cancel, measures: false };
    let (record, end) = Team::new(threads, "run")?.install(|| run.train(on_epoch));
    let split = data.get().and_then(|split| split.as_ref().ok()).map(Arc::clone);
    Ok(TrainedRun { record, trained: end.map(|trainer| trainer.network().clone()).zip(split) })
}

/// Trains to the end of the epoch, with the clock on training alone. `computed` is what kernels have computed since the start
/// of the run, `counted` how much of it is in earlier records.
fn train_epoch(
    trainer: &mut Trainer,
    mut observer: Option<&mut Observer>,
    computed: &mut u64,
    counted: u64,
) -> Result<EpochRecord, Stop> {
    let mut seconds = Duration::ZERO;
    loop {
        let (start, before) = (Instant::now(), multiply_adds());
        let progress = trainer.advance()?;
        seconds += start.elapsed();
        *computed += multiply_adds() - before;
        if let (Progress::TopologyUpdate(update), Some(observer)) = (&progress, &mut observer) {
            observer.follow(update);
        }
        if matches!(progress, Progress::Finished) || trainer.is_at_epoch_end() {
            return Ok(trainer.record_epoch(seconds.as_secs_f64(), 2 * (*computed - counted))?);
        }
    }
}
