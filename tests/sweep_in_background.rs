//! Sweeps of the open experiment: stopped and gone on with, by whatever program, no run is lost or done twice.

mod program;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use program::{EXPERIMENT, Folder, text};
use regrow::session::{Command, Session, SweepJob, SweepPlan};
use regrow::storage::load_experiment;
use regrow::training::{AxisSpec, ExperimentSpec};

/// Three densities, one more arm that has none, three seeds: 9 + 3 runs.
const DENSITIES: &str = "\n[[sweep]]\nkey = \"sparsity.density\"\nvalues = [0.3, 0.5, 0.8]\n";
const RUNS: usize = 12;

fn folder(epochs: u32) -> Folder {
    let long = EXPERIMENT.replace("epochs = 3", &format!("epochs = {epochs}"));
    Folder::with(&[&long, DENSITIES].concat())
}

/// A window on the experiment, which keeps what it keeps in the folder.
fn session(folder: &Folder) -> Session {
    let mut session = Session::new(load_experiment(&folder.file()).expect("valid"), Arc::new(|| {}));
    session.keep_in(&folder.path().join("kept"), true);
    session
}

fn wait(session: &mut Session, what: &str, until: impl Fn(&Session) -> bool) {
    let start = Instant::now();
    while !until(session) {
        assert!(start.elapsed() < Duration::from_mins(1), "waited too long for {what}");
        session.update();
        sleep(Duration::from_millis(1));
    }
}

fn job(session: &Session) -> &SweepJob {
    session.sweep().expect("a sweep")
}

/// How many runs the plan has found in its folder.
fn plan(session: &mut Session, folder: Option<PathBuf>) -> usize {
    session.execute(Command::PlanSweep { folder });
    wait(session, "the plan", |session| session.sweep_plan().is_some_and(|plan| plan.checked().is_some()));
    let checked = session.sweep_plan().and_then(SweepPlan::checked).expect("checked");
    let planned = checked.unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(planned.sweep.runs().len(), RUNS);
    planned.stored.clone().unwrap_or_else(|problem| panic!("{problem}"))
}

fn finish(session: &mut Session) {
    wait(session, "the end", |session| !job(session).is_running());
    assert_eq!(job(session).error(), None);
}

fn run_files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = folder.join("runs").read_dir().expect("a folder").map(|entry| entry.expect("a file").path());
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    entries.map(|path| (name(&path), std::fs::read(&path).expect("a file"))).collect()
}

/// The table, but for how long it took.
fn results(folder: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(folder.join("sweep.csv")).expect("a table");
    let at = reader.headers().expect("headings").iter().position(|name| name == "seconds").expect("a column");
    let row = |row: csv::StringRecord| {
        row.iter().enumerate().filter(|(column, _)| *column != at).map(|(_, cell)| cell.to_owned()).collect()
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

#[test]
fn stopped_closed_and_gone_on_with_no_run_is_done_twice() {
    let folder = folder(400);
    let mut first = session(&folder);
    assert_eq!(plan(&mut first, None), 0);
    first.execute(Command::StartSweep);
    wait(&mut first, "some runs", |session| job(session).runs_ended().0 >= 3);
    first.execute(Command::CancelSweep);
    finish(&mut first);
    let out = job(&first).folder().to_owned();
    assert!(out.starts_with(folder.path().join("kept")));
    let before = run_files(&out);
    let (ended, all) = job(&first).runs_ended();
    assert_eq!((ended, all), (before.len(), RUNS));
    assert!(ended < RUNS, "it was stopped in the midst");
    assert!(!out.join("sweep.csv").exists());
    drop(first);

    // The next start of the program finds the experiment, and by it the runs.
    let mut second = session(&folder);
    assert_eq!(plan(&mut second, None), before.len());
    second.execute(Command::StartSweep);
    finish(&mut second);
    assert_eq!(job(&second).runs_ended(), (RUNS, RUNS));
    assert_eq!(job(&second).done_here(), RUNS - before.len());
    let after = run_files(&out);
    assert_eq!(after.len(), RUNS);
    for (name, bytes) in &before {
        // They carry the seconds of each epoch, which no second run would have again.
        assert_eq!(&after[name], bytes, "{name}");
    }

    // Once more there is nothing to do but to show.
    assert_eq!(plan(&mut second, None), RUNS);
    second.execute(Command::StartSweep);
    finish(&mut second);
    assert_eq!((job(&second).done_here(), run_files(&out)), (0, after));
    let shown = job(&second).cells();
    assert_eq!(shown.len(), 3 * 2);
    assert!(shown.iter().all(|cell| cell.final_accuracy.count == 3));

    // And it is what the command line comes to.
    let alone = folder.path().join("alone");
    let output = folder.command("sweep", &[]).arg("--out").arg(&alone).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(results(&out), results(&alone));
}

#[test]
fn a_stopped_sweep_goes_on_in_the_window_and_on_the_command_line() {
    let folder = folder(200);
    let out = folder.path().join("out");
    let mut session = session(&folder);
    assert_eq!(plan(&mut session, Some(out.clone())), 0);
    session.execute(Command::StartSweep);
    wait(&mut session, "a run", |session| job(session).runs_ended().0 >= 1);
    session.execute(Command::CancelSweep);
    finish(&mut session);
    let first = run_files(&out);
    session.execute(Command::ResumeSweep);
    wait(&mut session, "another run", |session| job(session).runs_ended().0 > first.len());
    session.execute(Command::CancelSweep);
    finish(&mut session);
    let second = run_files(&out);
    drop(session);
    let output = folder.command("sweep", &[]).arg("--out").arg(&out).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let third = run_files(&out);
    assert_eq!(third.len(), RUNS);
    for (earlier, later) in [(&first, &second), (&second, &third)] {
        assert!(earlier.iter().all(|(name, bytes)| later[name] == *bytes));
    }
}

#[test]
fn paused_it_rests_and_a_comparison_and_a_sweep_take_turns() {
    let folder = folder(100_000);
    let mut session = session(&folder);
    plan(&mut session, None);
    session.execute(Command::StartSweep);
    wait(&mut session, "an epoch", |session| job(session).share_done() > 0.0);
    assert!(job(&session).seconds_left().is_some_and(|seconds| seconds > 0.0));
    session.execute(Command::PauseSweep);
    // Runs finish the epoch that they are in.
    let mut share = -1.0;
    wait_until_still(&mut session, &mut share);
    assert!(job(&session).is_paused());
    session.execute(Command::ResumeSweep);
    wait(&mut session, "more", |session| job(session).share_done() > share);

    session.execute(Command::Compare);
    assert!(job(&session).is_paused(), "the processors are the comparison's");
    let comparison = |session: &Session| {
        let job = session.comparison().expect("a comparison");
        (job.is_running(), job.is_paused())
    };
    assert_eq!(comparison(&session), (true, false));
    session.execute(Command::ResumeSweep);
    assert_eq!((job(&session).is_paused(), comparison(&session)), (false, (true, true)));
    session.execute(Command::ResumeComparison);
    assert_eq!((job(&session).is_paused(), comparison(&session)), (true, (true, false)));
    session.execute(Command::CancelComparison);
    session.execute(Command::CancelSweep);
    finish(&mut session);
}

fn wait_until_still(session: &mut Session, share: &mut f64) {
    let start = Instant::now();
    while job(session).share_done() != *share {
        assert!(start.elapsed() < Duration::from_mins(1), "it never rests");
        *share = job(session).share_done();
        sleep(Duration::from_millis(100));
        session.update();
    }
}

#[test]
fn what_varies_is_undone_like_any_edit_and_disturbs_no_run() {
    let folder = folder(3);
    let mut session = session(&folder);
    session.execute(Command::StepEpoch);
    wait(&mut session, "an epoch", |session| session.is_at_rest() && session.history(0).epochs().len() == 2);
    session.execute(Command::Compare);
    wait(&mut session, "the comparison", |session| session.comparison().is_some_and(|job| !job.is_running()));
    let written = session.draft().sweep.clone();
    let edit = |session: &mut Session, change: &dyn Fn(&mut ExperimentSpec)| {
        let mut spec = session.draft().clone();
        change(&mut spec);
        session.execute(Command::Edit(Box::new(spec)));
    };
    edit(&mut session, &|spec| spec.sweep[0] = AxisSpec::parsed("sparsity.density", "0.1, 0.2"));
    edit(&mut session, &|spec| spec.sweep.push(AxisSpec::parsed("training.batch", "5, 10")));
    assert!(session.faults().is_empty());
    assert_eq!(session.history(0).epochs().len(), 2, "the run that is watched stays");
    assert!(session.comparison().is_some(), "the comparison stays");
    session.execute(Command::Undo);
    assert_eq!(session.draft().sweep, [AxisSpec::parsed("sparsity.density", "0.1, 0.2")]);
    session.execute(Command::Undo);
    assert_eq!(session.draft().sweep, written);
    session.execute(Command::Redo);
    assert_eq!(session.draft().sweep, [AxisSpec::parsed("sparsity.density", "0.1, 0.2")]);
    wait(&mut session, "rest", Session::is_at_rest);
    assert_eq!(session.history(0).epochs().len(), 2);
}

#[test]
fn a_plan_names_faults_and_folders_that_cannot_serve() {
    let folder = folder(3);
    let mut session = session(&folder);
    let mut spec = session.draft().clone();
    spec.sweep = vec![AxisSpec::parsed("sparsity.density", "0.5, 2")];
    session.execute(Command::Edit(Box::new(spec)));
    session.execute(Command::PlanSweep { folder: None });
    wait(&mut session, "the plan", |session| session.sweep_plan().is_some_and(|plan| plan.checked().is_some()));
    let faults = session.sweep_plan().and_then(SweepPlan::checked).expect("checked").expect_err("2 is no density");
    assert_eq!(faults[0].key, "sweep.0.values.1");
    session.execute(Command::StartSweep);
    assert!(session.sweep().is_none(), "what has a fault does not run");
    session.execute(Command::Undo);

    let occupied = folder.path().join("mine");
    std::fs::create_dir(&occupied).expect("made");
    std::fs::write(occupied.join("sweep.csv"), "mine").expect("written");
    session.execute(Command::PlanSweep { folder: Some(occupied.clone()) });
    wait(&mut session, "the plan", |session| session.sweep_plan().is_some_and(|plan| plan.checked().is_some()));
    let planned = session.sweep_plan().and_then(SweepPlan::checked).expect("checked").expect("no fault");
    assert!(planned.stored.as_ref().is_err_and(|problem| problem.contains("sweep.csv is there")));
    session.execute(Command::StartSweep);
    finish_with_error(&mut session, "sweep.csv is there");
    assert_eq!(std::fs::read_to_string(occupied.join("sweep.csv")).expect("there"), "mine");
}

fn finish_with_error(session: &mut Session, error: &str) {
    wait(session, "the end", |session| !job(session).is_running());
    assert!(job(session).error().is_some_and(|message| message.contains(error)), "{:?}", job(session).error());
}

#[test]
fn the_time_of_a_sweep_is_estimated_within_an_order() {
    let folder = folder(300);
    let mut session = session(&folder);
    plan(&mut session, None);
    wait(&mut session, "the estimate", |session| session.sweep_plan().is_some_and(|plan| !plan.is_under_way()));
    let estimate = session.sweep_plan().and_then(SweepPlan::seconds).expect("an estimate");
    session.execute(Command::StartSweep);
    let start = Instant::now();
    finish(&mut session);
    let taken = start.elapsed().as_secs_f64();
    // Machines that do other things too are slow at times.
    assert!((0.1 * estimate..10.0 * estimate).contains(&taken), "{estimate} s were foreseen, {taken} s it took");
}
