//! Nothing that was done to an experiment is lost: undo and redo, what is there at the next start, and being killed.

mod sessions;

use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use regrow::session::{Command, EXAMPLES, Session};
use regrow::storage::{Autosave, Kept, load_experiment, load_run, parse_experiment, write_experiment};
use regrow::training::{ExperimentSpec, ValidExperiment};

const TEXT: &str = "format = 1\nname = \"k\"\n[data]\nsource = \"circle\"\ntrain = 40\ntest = 20\n[network]\nhidden = [4]\n\
                    [training]\nepochs = 3\nbatch = 10\nseeds = [1]\n";

fn experiment() -> ValidExperiment {
    parse_experiment(TEXT).expect("valid")
}

fn session() -> Session {
    Session::new(experiment(), Arc::new(|| {}))
}

fn edit(session: &mut Session, change: impl FnOnce(&mut ExperimentSpec)) {
    let mut spec = session.draft().clone();
    change(&mut spec);
    session.execute(Command::Edit(Box::new(spec)));
}

#[test]
fn everything_that_changes_the_experiment_is_undone_and_done_again() {
    let mut session = session();
    let first = session.draft().clone();
    edit(&mut session, |spec| spec.optimizer.learning_rate = Some(0.2));
    // A fault is a state like any other: it can be gone back to, and from.
    edit(&mut session, |spec| spec.training.batch = 0);
    assert!(!session.faults().is_empty());
    session.execute(Command::SetSeed(9));
    session.execute(Command::OpenExample(1));
    assert_eq!(session.draft().name, EXAMPLES[1].experiment().spec().name);
    session.execute(Command::Undo);
    assert_eq!((session.draft().name.as_str(), session.seed()), ("k", 9));
    assert!(!session.faults().is_empty(), "the fault is there again");
    assert_eq!(session.experiment().spec().name, "k", "and what runs is not the example");
    session.execute(Command::Undo);
    assert_eq!(session.seed(), 1);
    session.execute(Command::Undo);
    assert!(session.faults().is_empty() && session.draft().optimizer.learning_rate == Some(0.2));
    session.execute(Command::Undo);
    assert_eq!(*session.draft(), first);
    assert_eq!(*session.experiment().spec(), first);
    assert!(!session.can_undo() && session.can_redo());
    session.execute(Command::Undo);
    assert_eq!(session.notice().map(|notice| notice.text.as_str()), Some("There is nothing to undo."));
    for _ in 0..4 {
        session.execute(Command::Redo);
    }
    assert_eq!(session.draft().name, EXAMPLES[1].experiment().spec().name);
    assert!(!session.can_redo());
}

#[test]
fn an_undone_change_of_what_may_change_leaves_the_runs_going() {
    let mut session = session();
    session.execute(Command::StepEpoch);
    rest(&mut session);
    edit(&mut session, |spec| spec.optimizer.learning_rate = Some(0.2));
    session.execute(Command::Undo);
    rest(&mut session);
    let snapshot = &session.history(0).view().expect("a view").snapshot;
    assert_eq!((snapshot.step, snapshot.tuning.learning_rate), (4, 0.1));
}

fn rest(session: &mut Session) {
    let start = Instant::now();
    loop {
        session.update();
        if session.is_at_rest() && session.history(0).view().is_some() {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "waited too long");
        sleep(Duration::from_millis(2));
    }
}

fn start_in(folder: &Path, opened: bool) -> Session {
    let mut session = session();
    session.keep_in(folder, opened);
    session
}

#[test]
fn the_next_start_finds_everything_as_it_was_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = start_in(folder.path(), false);
    edit(&mut session, |spec| spec.optimizer.learning_rate = Some(0.25));
    session.execute(Command::SetSeed(u64::MAX));
    edit(&mut session, |spec| spec.training.batch = 0);
    drop(session);
    let session = start_in(folder.path(), false);
    assert_eq!((session.draft().training.batch, session.draft().optimizer.learning_rate), (0, Some(0.25)));
    assert_eq!(session.seed(), u64::MAX);
    assert!(!session.faults().is_empty());
    assert_eq!(session.experiment().spec().training.batch, 10, "what can run runs");
    // A second window has an experiment of its own.
    let other = start_in(folder.path(), false);
    assert_eq!(other.draft().optimizer.learning_rate, None);
}

#[test]
fn changes_that_were_not_saved_are_told_of_and_offered_where_there_is_a_choice() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.toml");
    write_experiment(&file, experiment().spec()).expect("written");
    let mut session = start_in(folder.path(), false);
    session.execute(Command::Open(file.clone()));
    drop(session);
    assert_eq!(start_in(folder.path(), false).notice(), None, "all is saved");
    let mut session = start_in(folder.path(), false);
    edit(&mut session, |spec| spec.training.epochs = 7);
    drop(session);
    let mut session = start_in(folder.path(), false);
    assert_eq!((session.draft().training.epochs, session.path()), (7, Some(file.as_path())));
    let mend = session.notice().and_then(|notice| notice.mend.clone()).expect("the saved file is offered");
    session.execute(mend.command);
    assert_eq!(session.draft(), load_experiment(&file).expect("as saved").spec());
    session.execute(Command::Undo);
    assert_eq!(session.draft().training.epochs, 7);
    drop(session);
    // Where another file is asked for, that one opens, and the changes are offered; if not now, they are still there.
    let mut session = start_in(folder.path(), true);
    assert_eq!(session.draft().training.epochs, 3);
    let aside = std::fs::read_to_string(folder.path().join("experiment-0.aside-1.toml")).expect("put aside");
    assert!(aside.contains("epochs = 7"), "{aside}");
    let mend = session.notice().and_then(|notice| notice.mend.clone()).expect("the changes are offered");
    session.execute(mend.command);
    assert_eq!((session.draft().training.epochs, session.path()), (7, Some(file.as_path())));
}

/// Set to the folder in which a process that is going to be killed keeps an experiment.
const FOLDER: &str = "REGROW_TEST_KEEP_IN";

/// Not a test by itself: it keeps state after state until it is killed.
#[test]
fn keep_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let autosave = Autosave::open(Path::new(&folder)).expect("a slot");
    let draft = experiment().spec().clone();
    for seed in 0_u64.. {
        autosave.keep(Kept { seed: seed.to_string(), path: None, draft: draft.clone(), runs: None });
        sleep(Duration::from_micros(200));
    }
}

/// Set to the folder in which a process that is going to be killed saves.
const SAVE_IN: &str = "REGROW_TEST_SAVE_IN";

/// Not a test by itself: it saves an experiment and its runs again and again, each time under another name, and says so
/// after each, until it is killed.
#[test]
fn save_until_killed() {
    let Some(folder) = std::env::var_os(SAVE_IN) else { return };
    let folder = Path::new(&folder);
    let mut session = sessions::session(TEXT);
    for name in 0_u64.. {
        edit(&mut session, |spec| spec.name = name.to_string());
        sessions::do_it(&mut session, Command::Save(folder.join("a.toml")));
        sessions::do_it(&mut session, Command::SaveRun(folder.join("a.regrow")));
        assert!(sessions::notice(&session).starts_with("The run is saved"), "{}", sessions::notice(&session));
        println!("saved {name}");
    }
}

/// This program again, doing one thing in a folder until it is killed.
fn start(doing: &str, variable: &str, folder: &Path) -> Child {
    Process::new(std::env::current_exe().expect("this program"))
        .args(["--exact", doing, "--nocapture"])
        .env(variable, folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process")
}

/// Moments that differ from round to round: in the midst of writing, syncing, renaming.
fn kill_at_a_moment_of(round: u64, mut process: Child) -> String {
    sleep(Duration::from_micros(15_000 + 617 * (round % 50)));
    process.kill().expect("killed");
    let output = process.wait_with_output().expect("gone");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn killed_two_hundred_times_while_it_saves_nothing_that_was_saved_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let (toml, run) = (folder.path().join("a.toml"), folder.path().join("a.regrow"));
    let mut rounds_that_saved = 0;
    for round in 0..200 {
        let told = kill_at_a_moment_of(round, start("save_until_killed", SAVE_IN, folder.path()));
        let saved = told.lines().filter_map(|line| line.strip_prefix("saved ")?.parse::<u64>().ok()).max();
        let Some(saved) = saved else { continue };
        rounds_that_saved += 1;
        // What it said is there, or what it saved right after it.
        let name = |spec: &ExperimentSpec| spec.name.parse::<u64>().expect("a number");
        let experiment = name(load_experiment(&toml).expect("a whole file").spec());
        assert!((saved..=saved + 1).contains(&experiment), "round {round}: {experiment} after {saved}");
        let kept = name(load_run(&run).expect("a whole file").0.spec());
        assert!((saved..=saved + 1).contains(&kept), "round {round}: {kept} after {saved}");
    }
    assert!(rounds_that_saved > 20, "only {rounds_that_saved} rounds saved anything");
}

#[test]
fn killed_two_hundred_times_while_it_is_kept_the_experiment_is_always_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut last = None;
    for round in 0..200_u64 {
        kill_at_a_moment_of(round, start("keep_until_killed", FOLDER, folder.path()));
        let autosave = Autosave::open(folder.path()).expect("the slot is free again");
        let kept = autosave.kept().expect("readable");
        let files = std::fs::read_dir(folder.path()).expect("listed").count();
        assert!(files <= 2, "{files} files are left beside the lock");
        assert!(kept.is_some() || last.is_none(), "what was kept is gone in round {round}");
        if let Some(kept) = kept {
            assert_eq!(kept.draft, *experiment().spec());
            last = Some(kept);
        }
    }
    assert!(last.is_some(), "nothing was ever kept");
}
