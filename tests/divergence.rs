//! A run whose numbers overflow has an outcome like any other: it is reported, it stops nobody else, and it can be taken
//! back.

mod runs;

use std::ops::RangeInclusive;
use std::sync::atomic::AtomicBool;

use regrow::storage::Results;
use regrow::training::{Ensemble, Failure, Goal, Outcome, Tuning, compare};
use runs::{advance_to, arms, bits_at, experiment, network_bits, play_to_the_end, rest, start, trainer, wait_until};

const SEED: u64 = 4;

/// Decay alone multiplies every weight by 1 − ηλ a step: by −999 in the second arm, whose numbers overflow within an epoch
/// of five steps, and by −49 in the third, which has one layer and so takes about 22. The last is as the first but for its
/// name.
const EXPERIMENT: &str = r#"
format = 1
name = "some overflow"
data = { source = "moons", train = 50, test = 50 }
network = { hidden = [10, 8], activation = "relu" }
sparsity = { method = "set", density = 0.5 }
optimizer = { learning_rate = 0.05, momentum = 0.5 }
training = { epochs = 8, batch = 10, seeds = [4, 5] }

[[arm]]
name = "wild"
optimizer = { learning_rate = 1000, weight_decay = 1.0 }

[[arm]]
name = "wild in the long run"
network.hidden = []
optimizer = { learning_rate = 1000, momentum = 0.0, weight_decay = 0.05 }

[[arm]]
name = "tame"
"#;

const TAME: [usize; 2] = [0, 3];
/// The epochs in which the others may overflow.
const WILD: [(usize, RangeInclusive<u32>); 2] = [(1, 1..=1), (2, 4..=5)];

fn failure(ensemble: &Ensemble, arm: usize) -> Option<Failure> {
    ensemble.mailbox(arm).open().failure.clone()
}

/// What an arm that nobody watches ends on.
fn unwatched(arm: usize) -> Vec<u32> {
    let mut trainer = trainer(&experiment(EXPERIMENT), arm, SEED);
    advance_to(&mut trainer, u64::MAX);
    network_bits(trainer.network())
}

#[test]
fn a_comparison_says_which_runs_diverged_and_finishes_the_others() {
    let experiment = experiment(EXPERIMENT);
    let runs = compare(&experiment, 2, &AtomicBool::new(false), &|_, _, _| {}).expect("threads");
    for run in &runs {
        match WILD.iter().find(|(arm, _)| *arm == run.arm) {
            None => assert_eq!((&run.outcome, run.epochs.len()), (&Outcome::Finished, 8)),
            Some((_, epochs)) => {
                let Outcome::Diverged(diverged) = &run.outcome else { panic!("{:?}", run.outcome) };
                assert!(epochs.contains(&diverged.epoch) && diverged.learning_rate > 999.0, "{diverged:?}");
                assert_eq!(run.epochs.len() + 1, diverged.epoch as usize, "records of the epochs before");
                assert!(run.epochs.iter().all(|record| record.test.loss().is_finite()));
            }
        }
    }
    let means = Results::new(&experiment, 2, &runs).arms.into_iter().map(|arm| arm.mean_test_accuracy.is_some());
    assert_eq!(means.collect::<Vec<_>>(), [true, false, false, true], "only what finished has a mean");
}

#[test]
fn an_arm_that_diverges_does_not_stop_the_others() {
    let ensemble = start(&experiment(EXPERIMENT), SEED);
    ensemble.set_goal(Goal::Play);
    wait_until("the others' end", || ensemble.is_at_rest());
    for arm in TAME {
        assert_eq!(bits_at(&ensemble, arm, 40), unwatched(arm));
        assert_eq!(failure(&ensemble, arm), None);
        assert_eq!(ensemble.mailbox(arm).open().epochs.len(), 9);
    }
    for (arm, epochs) in WILD {
        let Some(Failure::Diverged(diverged)) = failure(&ensemble, arm) else { panic!("arm {arm} did not fail") };
        assert!(epochs.contains(&diverged.epoch), "{diverged:?}");
        let records = ensemble.mailbox(arm).open().epochs.len();
        assert_eq!(records, diverged.epoch as usize, "the untrained network and the epochs before");
    }
}

#[test]
fn a_run_that_diverged_can_be_rewound_and_goes_on_at_a_lower_rate() {
    let experiment = experiment(EXPERIMENT);
    let ensemble = start(&experiment, SEED);
    ensemble.set_goal(Goal::Play);
    wait_until("the failures", || ensemble.is_at_rest());
    assert!(WILD.iter().all(|(arm, _)| failure(&ensemble, *arm).is_some()));
    ensemble.rewind(0);
    rest(&ensemble, "the rewind");
    assert!(arms(&ensemble).all(|arm| failure(&ensemble, arm).is_none()));
    let tuning =
        |arm: usize| Tuning { learning_rate: 0.05, weight_decay: 0.0, ..experiment.arms()[arm].tuning.clone() };
    for (arm, _) in WILD {
        ensemble.follow(arm, tuning(arm).into());
    }
    let ends = play_to_the_end(&ensemble);
    assert!(arms(&ensemble).all(|arm| failure(&ensemble, arm).is_none()));
    for (arm, _) in WILD {
        let mut expected = trainer(&experiment, arm, SEED);
        expected.follow(&tuning(arm).into());
        advance_to(&mut expected, u64::MAX);
        assert_eq!(ends[arm], network_bits(expected.network()));
    }
    assert!(TAME.iter().all(|&arm| ends[arm] == unwatched(arm)));
    assert_eq!(ends[0], ends[3], "arms that differ in name alone");
}

#[test]
fn a_run_rewound_to_an_epoch_that_it_never_reached_has_failed_still() {
    let ensemble = start(&experiment(EXPERIMENT), SEED);
    ensemble.set_goal(Goal::Play);
    wait_until("the failures", || ensemble.is_at_rest());
    let records = || WILD.map(|(arm, _)| ensemble.mailbox(arm).open().epochs.len());
    let before = records();
    ensemble.rewind(6);
    rest(&ensemble, "the rewind");
    assert!(WILD.iter().all(|(arm, _)| failure(&ensemble, *arm).is_some()));
    ensemble.set_goal(Goal::Play);
    wait_until("the others' end", || ensemble.is_at_rest());
    assert!(TAME.iter().all(|&arm| bits_at(&ensemble, arm, 40) == unwatched(arm)));
    assert!(WILD.iter().all(|(arm, _)| failure(&ensemble, *arm).is_some()));
    assert_eq!(records(), before);
}
