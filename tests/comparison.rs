//! Comparisons over seeds, as the window has them: paused, resumed, stopped and let go.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::sleep;
use std::time::{Duration, Instant};

use regrow::session::{Command, Session};
use regrow::storage::SeedRun;
use regrow::storage::parse_experiment;
use regrow::training::{Outcome, compare};

const PATIENCE: Duration = Duration::from_secs(30);

fn session(epochs: u32) -> Session {
    let text = format!(
        r#"
format = 1
name = "three arms, three seeds"
data = {{ source = "circle", train = 200, test = 100, noise_features = 6 }}
network = {{ hidden = [24, 16] }}
sparsity = {{ method = "set", density = 0.3 }}
optimizer = {{ learning_rate = 0.05 }}
training = {{ epochs = {epochs}, batch = 10, seeds = [3, 1, 2] }}
[[arm]]
name = "dense"
sparsity.method = "dense"
[[arm]]
name = "static"
sparsity.method = "static"
"#
    );
    Session::new(parse_experiment(&text).expect("a valid experiment"), Arc::new(|| ()))
}

fn wait_for(session: &mut Session, what: &str, condition: impl Fn(&Session) -> bool) {
    let start = Instant::now();
    loop {
        session.update();
        if condition(session) {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "waited too long for {what}");
        sleep(Duration::from_millis(1));
    }
}

fn has_ended(session: &Session) -> bool {
    session.comparison().is_some_and(|job| !job.is_running())
}

fn epochs_done(session: &Session) -> usize {
    session.comparison().expect("a comparison").epochs_done().0
}

/// Everything but the time it took.
fn figures(runs: &[SeedRun]) -> Vec<(Option<Outcome>, Vec<[f64; 4]>)> {
    let figures = |run: &SeedRun| {
        let points = run.epochs.iter();
        points.map(|point| [point.train_accuracy, point.test_accuracy, point.train_loss, point.test_loss]).collect()
    };
    runs.iter().map(|run| (run.outcome.clone(), figures(run))).collect()
}

#[test]
fn a_paused_comparison_rests_and_ends_on_the_same_bits() {
    let mut session = session(30);
    let experiment = session.experiment().clone();
    session.execute(Command::Compare);
    for done in [1, 40, 100] {
        wait_for(&mut session, "some epochs", |session| epochs_done(session) >= done);
        session.execute(Command::PauseComparison);
        assert!(session.comparison().is_some_and(|job| job.is_paused() && job.is_running()));
        // An epoch here takes about a millisecond.
        sleep(Duration::from_millis(150));
        session.update();
        let resting = epochs_done(&session);
        sleep(Duration::from_millis(150));
        session.update();
        assert_eq!(epochs_done(&session), resting, "nothing goes on");
        assert!(session.comparison().and_then(regrow::session::ComparisonJob::seconds_left).is_some());
        session.execute(Command::ResumeComparison);
    }
    wait_for(&mut session, "the end", has_ended);
    let job = session.comparison().expect("a comparison");
    assert_eq!(job.epochs_done(), (270, 270));
    let alone = compare(&experiment, 1, &AtomicBool::new(false), &|_, _, _| {}).expect("threads");
    let alone: Vec<SeedRun> = alone.iter().map(SeedRun::from).collect();
    assert_eq!(figures(job.runs()), figures(&alone));
    let names: Vec<(usize, u64)> = job.runs().iter().map(|run| (run.arm, run.seed)).collect();
    assert_eq!(names[..4], [(0, 3), (0, 1), (0, 2), (1, 3)]);
}

#[test]
fn what_has_finished_stays_when_a_comparison_is_stopped() {
    for paused in [false, true] {
        let mut session = session(400);
        session.execute(Command::Compare);
        wait_for(&mut session, "a few runs", |session| session.comparison().is_some_and(|job| job.runs_ended() >= 3));
        if paused {
            session.execute(Command::PauseComparison);
        }
        session.execute(Command::CancelComparison);
        wait_for(&mut session, "the end", has_ended);
        let job = session.comparison().expect("a comparison");
        assert!(job.is_cancelled() && !job.is_paused());
        let finished: Vec<&SeedRun> = job.runs().iter().filter(|run| run.has_finished()).collect();
        assert!((3..9).contains(&finished.len()), "{}", finished.len());
        assert!(finished.iter().all(|run| run.epochs.len() == 400));
        let others = job.runs().iter().filter(|run| !run.has_finished());
        assert!(others.clone().all(|run| run.outcome == Some(Outcome::Cancelled)));
        assert!(others.clone().all(|run| run.final_test_accuracy().is_none()));
    }
}

#[test]
fn nobody_waits_for_a_comparison_that_is_let_go() {
    let mut session = session(20_000);
    for paused in [false, true] {
        session.execute(Command::Compare);
        wait_for(&mut session, "an epoch", |session| epochs_done(session) > 0);
        if paused {
            session.execute(Command::PauseComparison);
        }
        let start = Instant::now();
        session.execute(Command::OpenExample(0));
        assert!(session.comparison().is_none());
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    }
}
