//! All arms and seeds of an experiment, on a pool of threads, without a window.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use super::check::ValidExperiment;
use super::cost::run_flops;
use super::pool::do_all;
use super::records::EpochRecord;
use super::run::{Run, RunRecord, SharedSplit};

/// Runs every arm from every seed on `threads` threads, and returns the runs by arm, then seed.
///
/// As many runs as there are threads go on at a time; where there are fewer runs, each divides its layers among several
/// threads. Neither changes a bit of any result. `on_epoch` is called after every epoch with arm, seed and record. Once
/// `cancel` is set, runs end after the epoch they are in.
///
/// # Errors
/// If the threads cannot be started.
pub fn compare(
    experiment: &ValidExperiment,
    threads: usize,
    cancel: &AtomicBool,
    on_epoch: &(dyn Fn(usize, u64, &EpochRecord) + Sync),
) -> std::io::Result<Vec<RunRecord>> {
    compare_measuring(experiment, threads, cancel, false, on_epoch)
}

/// The same, and at the end of each run, if it is wanted, what its topology came to. That takes memory in the runs, and time
/// after them.
///
/// # Errors
/// As [`compare`].
pub fn compare_measuring(
    experiment: &ValidExperiment,
    threads: usize,
    cancel: &AtomicBool,
    measures: bool,
    on_epoch: &(dyn Fn(usize, u64, &EpochRecord) + Sync),
) -> std::io::Result<Vec<RunRecord>> {
    let runs = Mutex::new(Vec::new());
    compare_each(experiment, threads, cancel, measures, on_epoch, &|run| {
        runs.lock().unwrap_or_else(PoisonError::into_inner).push(run);
    })?;
    let mut runs = runs.into_inner().unwrap_or_else(PoisonError::into_inner);
    let position = |seed: u64| experiment.seeds().iter().position(|&other| other == seed);
    runs.sort_by_key(|run| (run.arm, position(run.seed)));
    Ok(runs)
}

/// The same, with each run handed to `on_run` as soon as it has ended, in whatever order. A thread does nothing else while
/// it is in `on_epoch` or `on_run`: whoever holds it there lets it rest.
///
/// # Errors
/// As [`compare`].
pub fn compare_each(
    experiment: &ValidExperiment,
    threads: usize,
    cancel: &AtomicBool,
    measures: bool,
    on_epoch: &(dyn Fn(usize, u64, &EpochRecord) + Sync),
    on_run: &(dyn Fn(RunRecord) + Sync),
) -> std::io::Result<()> {
    do_runs(experiment, threads, cancel, measures, &|_, _| true, on_epoch, on_run)
}

/// Does those runs of a comparison of which `wanted` says so by arm and seed, as [`compare_each`] does them: each comes to the
/// same as among all others.
///
/// # Errors
/// As [`compare`].
pub fn compare_some(
    experiment: &ValidExperiment,
    threads: usize,
    wanted: &dyn Fn(usize, u64) -> bool,
    on_epoch: &(dyn Fn(usize, u64, &EpochRecord) + Sync),
    on_run: &(dyn Fn(RunRecord) + Sync),
) -> std::io::Result<()> {
    do_runs(experiment, threads, &AtomicBool::new(false), false, wanted, on_epoch, on_run)
}

fn do_runs(
    experiment: &ValidExperiment,
    threads: usize,
    cancel: &AtomicBool,
    measures: bool,
    wanted: &dyn Fn(usize, u64) -> bool,
    on_epoch: &(dyn Fn(usize, u64, &EpochRecord) + Sync),
    on_run: &(dyn Fn(RunRecord) + Sync),
) -> std::io::Result<()> {
    // A seed's runs follow one another, so that its data can be let go when they are done; the longest first, so that in the end
    // no thread waits long for the last one.
    let arms = longest_first(experiment);
    let jobs = experiment.seeds().iter().flat_map(|&seed| {
        let data = SharedSplit::default();
        let own = arms.iter().filter(move |&&arm| wanted(arm, seed));
        own.map(move |&arm| Run { experiment, arm, seed, data: Arc::clone(&data), cancel, measures })
    });
    do_all(jobs.collect(), threads, &|run: Run| {
        let (record, trainer) = run.train(&|epoch| on_epoch(run.arm, run.seed, epoch));
        drop((trainer, run));
        on_run(record);
    })
}

/// The arms by their operations of training by formula, those of most first.
fn longest_first(experiment: &ValidExperiment) -> Vec<usize> {
    let mut arms: Vec<usize> = (0..experiment.arms().len()).collect();
    arms.sort_by(|&a, &b| run_flops(experiment, b).total_cmp(&run_flops(experiment, a)));
    arms
}
