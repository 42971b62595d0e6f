//! Runs that are watched: playing, stepping and pausing, against runs that nobody watches.

mod runs;

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::{Duration, Instant};

use regrow::training::{Goal, ValidExperiment};
use runs::{
    FIVE_ARMS, advance_to, arms, bits_at, experiment, network_bits, newest, play_to_the_end, record_bits, rest,
    resting, start, trainer, wait_until,
};

const SEED: u64 = 2;

/// What arms end on that nobody watches.
fn unwatched(experiment: &ValidExperiment) -> Vec<Vec<u32>> {
    let run = |arm| {
        let mut trainer = trainer(experiment, arm, SEED);
        advance_to(&mut trainer, u64::MAX);
        network_bits(trainer.network())
    };
    (0..experiment.arms().len()).map(run).collect()
}

#[test]
fn a_watched_run_ends_on_the_bits_and_records_of_an_unwatched_one() {
    let experiment = experiment(&FIVE_ARMS.replace("epochs = 6", "epochs = 2000"));
    let ensemble = start(&experiment, SEED);
    let begin = Instant::now();
    ensemble.set_goal(Goal::Play);
    let mut seen = BTreeSet::new();
    wait_until("the end", || {
        seen.extend(arms(&ensemble).filter_map(|arm| newest(&ensemble, arm)).map(|view| view.snapshot.step));
        ensemble.is_at_rest()
    });
    // Views come about eight times a second.
    assert!(seen.len() > 2 || begin.elapsed() < Duration::from_millis(500), "it was watched: {seen:?}");
    assert_eq!(play_to_the_end(&ensemble), unwatched(&experiment));
    for arm in arms(&ensemble) {
        let mut trainer = trainer(&experiment, arm, SEED);
        for record in &ensemble.mailbox(arm).open().epochs {
            advance_to(&mut trainer, 10 * u64::from(record.epoch));
            assert_eq!(record_bits(record), record_bits(&trainer.record_epoch(0.0, 0).expect("finite")));
        }
        assert_eq!(ensemble.mailbox(arm).open().epochs.len(), 2001, "the untrained network and 2,000 epochs");
    }
}

#[test]
fn steps_in_odd_portions_end_on_the_same_bits() {
    let experiment = experiment(FIVE_ARMS);
    let ensemble = start(&experiment, SEED);
    for position in [1, 3, 4, 9, 10, 11, 12, 17, 30, 31, 33, 47, 60, 99] {
        ensemble.set_goal(Goal::Reach(position));
        rest(&ensemble, "a portion");
        for arm in arms(&ensemble) {
            let mut trainer = trainer(&experiment, arm, SEED);
            advance_to(&mut trainer, position);
            assert_eq!(bits_at(&ensemble, arm, trainer.step()), network_bits(trainer.network()), "at {position}");
        }
    }
    assert_eq!(play_to_the_end(&ensemble), unwatched(&experiment));
}

#[test]
fn pausing_leaves_all_arms_after_the_same_step() {
    let experiment = experiment(&FIVE_ARMS.replace("epochs = 6", "epochs = 40000"));
    let ensemble = start(&experiment, SEED);
    let positions = || arms(&ensemble).map(|arm| resting(&ensemble, arm).snapshot.position).collect::<Vec<u64>>();
    let mut paused_at = Vec::new();
    for milliseconds in [3, 10, 25, 50] {
        ensemble.set_goal(Goal::Play);
        sleep(Duration::from_millis(milliseconds));
        ensemble.set_goal(Goal::Pause);
        let paused = positions();
        // A topology update between two steps is a half of one, which only SET makes.
        assert!(paused.iter().all(|&position| position / 2 == paused[0] / 2), "{paused:?}");
        assert!(paused[1..].iter().all(|&position| position % 2 == 0), "{paused:?}");
        sleep(Duration::from_millis(20));
        assert_eq!(positions(), paused, "at rest nothing moves");
        paused_at.push(paused[0]);
    }
    let last = paused_at[3];
    assert!(paused_at.is_sorted() && paused_at[0] < last && last < 2 * experiment.steps(), "{paused_at:?}");
    for arm in arms(&ensemble) {
        let mut trainer = trainer(&experiment, arm, SEED);
        advance_to(&mut trainer, last);
        assert_eq!(bits_at(&ensemble, arm, last / 2), network_bits(trainer.network()));
    }
}
