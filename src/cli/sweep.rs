//! `regrow sweep`: an experiment at many values of one or two of its keys.

use std::sync::atomic::AtomicBool;

use indicatif::ProgressBar;

use super::arguments::SweepArguments;
use super::error::{CommandError, print};
use super::progress::{print_notes, progress_bar};
use super::sweep_table::table;
use crate::storage::{StoredRuns, SweepFolder, SweepResults, load_sweep};
use crate::training::{RunKey, ValidSweep};

/// Runs a sweep, or what is left of it, with a progress bar on standard error and results on standard output.
///
/// # Errors
/// On bad input, where the folder holds anything else, when files cannot be written, and when a run diverged or failed.
pub fn sweep(arguments: &SweepArguments) -> Result<(), CommandError> {
    let sweep = load_with_changes(arguments)?;
    let folder = SweepFolder::open(&arguments.out, &sweep)?;
    let stored = folder.stored()?;
    let bar = bar(&sweep, &stored);
    print_notes(&bar, sweep.notes());
    for path in stored.damaged() {
        bar.suspend(|| eprintln!("note: {} is damaged: its run is done again", path.display()));
    }
    let results = folder.finish(
        stored,
        arguments.extent.threads(),
        &AtomicBool::new(false),
        &|run, _| {
            bar.set_message(name(&sweep, run));
            bar.inc(1);
        },
        // A run that diverged has no further epochs to wait for.
        &|run, record, _| bar.inc(epochs(&sweep, run) - record.epochs.len() as u64),
    )?;
    bar.finish_and_clear();
    let Some(results) = results else {
        return Err(CommandError::Unfinished("the sweep was stopped; give the same command again to go on".to_owned()));
    };
    print(&if arguments.json { results.to_json() } else { table(&results) })?;
    let unfinished = unfinished(&sweep, &results);
    if unfinished.is_empty() { Ok(()) } else { Err(CommandError::Unfinished(unfinished.join("\n"))) }
}

fn load_with_changes(arguments: &SweepArguments) -> Result<ValidSweep, CommandError> {
    const EPOCHS: &str = "training.epochs";
    let sweep = load_sweep(&arguments.file, |spec| {
        arguments.extent.apply(spec);
        if !arguments.vary.is_empty() {
            spec.sweep = arguments.vary.iter().map(|axis| axis.0.clone()).collect();
        }
    })?;
    if arguments.extent.epochs.is_some() && sweep.axes().iter().any(|axis| axis.key == EPOCHS) {
        return Err(CommandError::Argument(format!(
            "--epochs would be without effect, for {EPOCHS} varies. Leave it out"
        )));
    }
    Ok(sweep)
}

/// Of all runs, those that are there being done.
fn bar(sweep: &ValidSweep, stored: &StoredRuns) -> ProgressBar {
    let runs = sweep.runs();
    let all = runs.iter().map(|&run| epochs(sweep, run)).sum();
    let done = runs.iter().filter(|&&run| stored.contains(run)).map(|&run| epochs(sweep, run)).sum();
    let bar = progress_bar(all);
    bar.set_position(done);
    // They took no time today.
    bar.reset_eta();
    bar
}

fn epochs(sweep: &ValidSweep, run: RunKey) -> u64 {
    u64::from(sweep.points()[run.point].experiment.epochs())
}

fn name(sweep: &ValidSweep, run: RunKey) -> String {
    let arm = &sweep.points()[run.point].experiment.arms()[run.arm].name;
    format!("{}, {arm}, seed {}", sweep.settings(run.point), run.seed)
}

/// Every run that did not finish, each once, with what went wrong.
fn unfinished(sweep: &ValidSweep, results: &SweepResults) -> Vec<String> {
    let mut lines = Vec::new();
    for (point, at_point) in results.points.iter().enumerate() {
        for (arm, of_arm) in at_point.arms.iter().enumerate() {
            for run in of_arm.runs.iter().filter(|run| !run.has_finished) {
                let key = RunKey { point, arm, seed: run.seed };
                if sweep.source(key) == key {
                    lines.push(format!("{}: {}", name(sweep, key), run.outcome));
                }
            }
        }
    }
    lines
}
