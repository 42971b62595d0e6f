//! Choosing connections before training may take long. Who no longer needs them does not wait, and nothing goes on unseen.

mod runs;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use regrow::session::{Command, Session};
use regrow::training::{Outcome, ValidExperiment, compare};

/// How fast a window has to answer, on a machine that has other things to do.
const AT_ONCE: Duration = Duration::from_millis(500);

/// A network so wide that a hundred rounds of `SynFlow` take seconds.
fn wide() -> Arc<ValidExperiment> {
    runs::experiment(
        "format = 1\nname = \"wide\"\n[data]\nsource = \"digits\"\ntrain = 300\n[network]\nhidden = [900, 900]\n\
         [sparsity]\nmethod = \"synflow\"\ndensity = 0.01\n[training]\nepochs = 1\nseeds = [1, 2]\n",
    )
}

fn small() -> Arc<ValidExperiment> {
    runs::experiment(
        "format = 1\nname = \"small\"\n[data]\nsource = \"digits\"\ntrain = 300\n[network]\nhidden = [20]\n\
         [training]\nepochs = 1\nseeds = [1]\n",
    )
}

/// How long it takes to choose the connections of the wide network.
fn whole() -> Duration {
    let start = Instant::now();
    let trainer = runs::trainer(&wide(), 0, 1);
    assert!(trainer.network().connections() > 0);
    start.elapsed()
}

fn wait_until(is_so: impl Fn() -> bool) -> Duration {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_mins(1), "waited too long");
        sleep(Duration::from_millis(1));
    }
    start.elapsed()
}

type Wake = Arc<dyn Fn() + Send + Sync>;

#[test]
fn a_window_that_changes_the_experiment_meanwhile_answers_at_once_and_lets_the_old_runs_end() {
    let whole = whole();
    let wake: Wake = Arc::new(|| {});
    let mut settled = Session::new(ValidExperiment::clone(&small()), Arc::clone(&wake));
    wait_until(|| settled.data().is_some());
    // Session, ensemble and runs have a hand on it, and nothing else in a session that has come to rest.
    let holders = |start: usize| Arc::strong_count(&wake) - start;
    let of_small = holders(1);
    settled.update();

    let start = Arc::strong_count(&wake);
    let mut session = Session::new(ValidExperiment::clone(&wide()), Arc::clone(&wake));
    wait_until(|| session.data().is_some());
    sleep(Duration::from_millis(50));
    let answering = Instant::now();
    for command in [Command::Play, Command::Pause, Command::Reset, Command::SetSeed(2)] {
        session.execute(command);
        session.update();
    }
    session.execute(Command::Edit(Box::new(small().spec().clone())));
    assert!(answering.elapsed() < AT_ONCE, "{:?}", answering.elapsed());
    let ending = wait_until(|| holders(start) <= of_small);
    assert!(ending < whole / 4, "{ending:?} of {whole:?}");

    let start = Arc::strong_count(&wake);
    let session = Session::new(ValidExperiment::clone(&wide()), Arc::clone(&wake));
    wait_until(|| session.data().is_some());
    drop(session);
    let ending = wait_until(|| holders(start) == 0);
    assert!(ending < whole / 4, "{ending:?} of {whole:?}");
}

#[test]
fn a_comparison_that_is_stopped_before_its_networks_are_chosen_ends_early_and_says_so() {
    let whole = whole();
    let cancel = AtomicBool::new(false);
    let start = Instant::now();
    let records = std::thread::scope(|scope| {
        scope.spawn(|| {
            sleep(whole / 8);
            cancel.store(true, Ordering::Relaxed);
        });
        compare(&wide(), 1, &cancel, &|_, _, _| {}).expect("threads")
    });
    assert!(start.elapsed() < whole / 2, "{:?} of {whole:?}", start.elapsed());
    assert_eq!(records.len(), 2);
    assert!(records.iter().all(|record| record.outcome == Outcome::Cancelled && record.epochs.is_empty()));
}
