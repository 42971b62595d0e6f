//! How long a sweep will take: a few of its runs are begun, and timed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{RunKey, ValidSweep};
use crate::data::Split;
use crate::training::trainer::Trainer;

/// Runs that are begun at most, spread evenly over those that are to be done.
const SAMPLES: usize = 8;
/// Each is trained for so long, or for an epoch.
const A_SAMPLE: Duration = Duration::from_millis(100);
/// After so long no further one is begun.
const ENOUGH: Duration = Duration::from_millis(1500);

/// About how many seconds some runs of a sweep take with `threads` going on at a time; nothing where `cancel` was set or none
/// could be timed, as of runs that diverge at once.
///
/// A few are begun, and each is timed for an epoch at most, with its evaluation. Nothing of them is kept.
#[must_use]
pub fn estimate_seconds(sweep: &ValidSweep, runs: &[RunKey], threads: usize, cancel: &AtomicBool) -> Option<f64> {
    let start = Instant::now();
    let stride = runs.len().div_ceil(SAMPLES).max(1);
    let mut data = None;
    let mut seconds = Vec::new();
    for &run in runs.iter().step_by(stride) {
        if cancel.load(Ordering::Relaxed) {
            return None;
        }
        if start.elapsed() > ENOUGH {
            break;
        }
        seconds.extend(of_run(sweep, run, &mut data, cancel));
    }
    #[expect(clippy::cast_precision_loss, reason = "numbers of runs")]
    let (timed, all, at_a_time) = (seconds.len() as f64, runs.len() as f64, threads.clamp(1, runs.len().max(1)) as f64);
    (!seconds.is_empty()).then(|| seconds.iter().sum::<f64>() / timed * all / at_a_time)
}

/// The data of the run that was timed last, with its point.
type LastData = Option<(RunKey, Arc<Split>)>;

fn of_run(sweep: &ValidSweep, run: RunKey, last: &mut LastData, cancel: &AtomicBool) -> Option<f64> {
    let experiment = &sweep.points()[run.point].experiment;
    let is_of_last =
        |key: &RunKey| key.seed == run.seed && sweep.points()[key.point].experiment.data() == experiment.data();
    let data = match last.take() {
        Some((key, data)) if is_of_last(&key) => data,
        _ => Arc::new(experiment.generate(run.seed).ok()?),
    };
    *last = Some((run, Arc::clone(&data)));
    let begun = Instant::now();
    let go_on = || !cancel.load(Ordering::Relaxed);
    let mut trainer = Trainer::begin(experiment, &experiment.arms()[run.arm], run.seed, data, &go_on).ok()??;
    let before = begun.elapsed();
    let start = Instant::now();
    while !trainer.is_finished() && (trainer.step() == 0 || !trainer.is_at_epoch_end()) && start.elapsed() < A_SAMPLE {
        trainer.advance().ok()?;
    }
    let seconds = start.elapsed().as_secs_f64();
    let evaluation = Instant::now();
    trainer.record_epoch(seconds, 0).ok()?;
    #[expect(clippy::cast_precision_loss, reason = "numbers of steps")]
    let epochs_done = trainer.step().max(1) as f64 / experiment.steps_per_epoch() as f64;
    let an_epoch = seconds / epochs_done + evaluation.elapsed().as_secs_f64();
    Some(before.as_secs_f64() + an_epoch * f64::from(experiment.epochs()))
}
