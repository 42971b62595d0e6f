//! The runs of a sweep, on the pool of threads.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::ValidSweep;
use crate::data::DataSpec;
use crate::training::cost::run_flops;
use crate::training::pool::do_all;
use crate::training::records::EpochRecord;
use crate::training::run::{Run, RunRecord, SharedSplit};

/// Which run of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunKey {
    /// Which point, from 0.
    pub point: usize,
    /// Which arm, from 0.
    pub arm: usize,
    /// Its seed.
    pub seed: u64,
}

/// Does some of the runs of a sweep on `threads` threads, as [`super::super::compare`] does: seed by seed, and of a seed the
/// longest first, so that in the end no thread waits long for the last one. The order changes no result.
///
/// `on_epoch` is called after every epoch, `on_run` when a run has ended. Once `cancel` is set, runs end after the epoch they
/// are in.
///
/// # Errors
/// If the threads cannot be started.
///
/// # Panics
/// If there is no such run in the sweep.
pub fn run_sweep(
    sweep: &ValidSweep,
    runs: &[RunKey],
    threads: usize,
    cancel: &AtomicBool,
    on_epoch: &(dyn Fn(RunKey, &EpochRecord) + Sync),
    on_run: &(dyn Fn(RunKey, &RunRecord) + Sync),
) -> std::io::Result<()> {
    let jobs = grouped_by_data(sweep, runs).into_iter().flat_map(|runs| {
        let data = SharedSplit::default();
        runs.into_iter().map(move |run| (run, Arc::clone(&data)))
    });
    do_all(jobs.collect(), threads, &|(key, data): (RunKey, SharedSplit)| {
        let RunKey { point, arm, seed } = key;
        let run = Run { experiment: &sweep.points()[point].experiment, arm, seed, data, cancel, measures: false };
        let (record, _) = run.train(&|epoch| on_epoch(key, epoch));
        on_run(key, &record);
    })
}

/// Runs that see the same data side by side, so that these are in memory only as long as they are needed; of each seed the
/// longest first.
fn grouped_by_data(sweep: &ValidSweep, runs: &[RunKey]) -> Vec<Vec<RunKey>> {
    let mut groups: Vec<((&DataSpec, u64), Vec<RunKey>)> = Vec::new();
    for &run in runs {
        let data = (sweep.points()[run.point].experiment.data(), run.seed);
        match groups.iter_mut().find(|(group, _)| *group == data) {
            Some((_, runs)) => runs.push(run),
            None => groups.push((data, vec![run])),
        }
    }
    let flops = |run: &RunKey| run_flops(&sweep.points()[run.point].experiment, run.arm);
    let longer = |one: &RunKey, other: &RunKey| flops(other).total_cmp(&flops(one));
    let mut groups: Vec<Vec<RunKey>> = groups.into_iter().map(|(_, runs)| runs).collect();
    for runs in &mut groups {
        runs.sort_by(longer);
    }
    let seed = |runs: &[RunKey]| sweep.seeds().iter().position(|&seed| seed == runs[0].seed);
    groups.sort_by(|one, other| seed(one).cmp(&seed(other)).then_with(|| longer(&one[0], &other[0])));
    groups
}
