//! Watched runs by the clock: no faster than told, with topology updates held so that they can be explained, and on the
//! same bits as without a clock.

mod runs;

use std::thread::sleep;
use std::time::{Duration, Instant};

use regrow::training::{Ensemble, Goal, Pace};
use runs::{advance_to, arms, bits_at, experiment, network_bits, newest, start, trainer};

const SEED: u64 = 6;
/// A staged update takes a second and a half, so a run with three of them takes five.
const PATIENCE: Duration = Duration::from_secs(30);

/// Twelve steps, and a topology update after the third, sixth and ninth.
const SET: &str = r#"
format = 1
name = "slow"
data = { source = "xor", train = 30, test = 10 }
network = { hidden = [8], activation = "tanh" }
sparsity = { method = "set", density = 0.5, update_every = { steps = 3 }, stop_at = 0.75 }
training = { epochs = 4, batch = 10 }
"#;

const RIGL_TOO: &str = "[[arm]]\nname = \"RigL\"\nsparsity.method = \"rigl\"\n";
const STATIC_TOO: &str = "[[arm]]\nname = \"static\"\nsparsity.method = \"static\"\n";

/// Plays at this pace and returns how long it took to the end.
fn play(ensemble: &Ensemble, pace: Pace) -> Duration {
    let start = Instant::now();
    ensemble.set_pace(pace);
    ensemble.set_goal(Goal::Play);
    while !ensemble.is_at_rest() {
        let steps: Vec<_> = arms(ensemble).map(|arm| newest(ensemble, arm).map(|view| view.snapshot.step)).collect();
        assert!(start.elapsed() < PATIENCE, "still not at step 12 but at {steps:?}");
        sleep(Duration::from_millis(1));
    }
    start.elapsed()
}

fn ends_on_the_bits_of_unwatched_runs(ensemble: &Ensemble) {
    for arm in arms(ensemble) {
        let mut trainer = trainer(ensemble.experiment(), arm, SEED);
        advance_to(&mut trainer, u64::MAX);
        assert_eq!(bits_at(ensemble, arm, 12), network_bits(trainer.network()), "arm {arm}");
    }
}

#[test]
fn no_more_steps_are_made_than_the_clock_allows() {
    let ensemble = start(&experiment(&[SET, RIGL_TOO, STATIC_TOO].concat()), SEED);
    let taken = play(&ensemble, Pace::Steps { per_second: 20.0, staged: false });
    assert!(taken > Duration::from_millis(500), "12 steps at 20 a second took {taken:?}");
    ends_on_the_bits_of_unwatched_runs(&ensemble);
}

#[test]
fn each_staged_update_is_held_before_and_after() {
    let ensemble = start(&experiment(&[SET, STATIC_TOO].concat()), SEED);
    ensemble.set_pace(Pace::Steps { per_second: 100.0, staged: true });
    ensemble.set_goal(Goal::Play);
    let begin = Instant::now();
    // When step 3k was first seen, when the update there was made, and when the step after it was first seen.
    let (mut reached, mut updated, mut left) = (Vec::new(), Vec::new(), Vec::new());
    while left.len() < 3 {
        assert!(begin.elapsed() < PATIENCE, "reached {reached:?}, updated {updated:?}, left {left:?}");
        let step = newest(&ensemble, 0).map_or(0, |view| view.snapshot.step);
        let made = ensemble.mailbox(0).open().updates.len();
        if reached.len() < 3 && step >= 3 * (reached.len() as u64 + 1) {
            reached.push(begin.elapsed());
        }
        if made > updated.len() {
            updated.push(begin.elapsed());
        }
        if step > 3 * (left.len() as u64 + 1) {
            left.push(begin.elapsed());
        }
        sleep(Duration::from_millis(1));
    }
    // Half a second before and one and a half after, less the age that a view may have.
    for update in 0..3 {
        let before = updated[update].saturating_sub(reached[update]);
        let after = left[update].saturating_sub(updated[update]);
        assert!(before > Duration::from_millis(300), "update {update} was held only {before:?} before");
        assert!(after > Duration::from_millis(1200), "update {update} was held only {after:?} after");
    }
    play(&ensemble, Pace::Full);
    ends_on_the_bits_of_unwatched_runs(&ensemble);
}

#[test]
fn updates_in_place_of_a_step_are_staged_too() {
    for methods in [[SET.replace("\"set\"", "\"rigl\"").as_str(), STATIC_TOO].concat(), [SET, RIGL_TOO].concat()] {
        let one_update = methods.replace("stop_at = 0.75", "stop_at = 0.25");
        let ensemble = start(&experiment(&one_update), SEED);
        play(&ensemble, Pace::Steps { per_second: 100.0, staged: true });
        ends_on_the_bits_of_unwatched_runs(&ensemble);
    }
}
