//! Runs of many experiments, on the pool of threads.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::check::ValidExperiment;
use super::pool::do_all;
use super::records::EpochRecord;
use super::run::{Run, RunRecord, SharedSplit};

/// One run of one experiment.
#[derive(Debug, Clone)]
pub struct BatchRun {
    /// The experiment; runs of the same one share their data.
    pub experiment: Arc<ValidExperiment>,
    /// Which arm, from 0.
    pub arm: usize,
    /// Its seed.
    pub seed: u64,
    /// Whether to measure at the end what the topology came to, and what it cost.
    pub measures: bool,
}

/// Does runs of any experiments on `threads` threads, about in their order, as [`super::compare`] does those of one: the bits of
/// each are the same.
///
/// `on_epoch` is called after every epoch, `on_run` when a run has ended, both with the run's place in `runs`. Once `cancel` is
/// set, runs end after the epoch they are in.
///
/// # Errors
/// If the threads cannot be started.
pub fn run_batch(
    runs: &[BatchRun],
    threads: usize,
    cancel: &AtomicBool,
    on_epoch: &(dyn Fn(usize, &EpochRecord) + Sync),
    on_run: &(dyn Fn(usize, RunRecord) + Sync),
) -> std::io::Result<()> {
    let mut shared: HashMap<(*const ValidExperiment, u64), SharedSplit> = HashMap::new();
    let mut job = |(index, run): (usize, &BatchRun)| {
        let data = shared.entry((Arc::as_ptr(&run.experiment), run.seed)).or_default();
        (index, Arc::clone(data))
    };
    let jobs: Vec<(usize, SharedSplit)> = runs.iter().enumerate().map(&mut job).collect();
    // Data are let go with the last run that needs them.
    drop(shared);
    do_all(jobs, threads, &|(index, data): (usize, SharedSplit)| {
        let BatchRun { experiment, arm, seed, measures } = &runs[index];
        let run = Run { experiment, arm: *arm, seed: *seed, data, cancel, measures: *measures };
        let (record, trainer) = run.train(&|epoch| on_epoch(index, epoch));
        drop((trainer, run));
        on_run(index, record);
    })
}
