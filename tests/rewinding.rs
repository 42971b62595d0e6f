//! Runs that are taken back to an earlier epoch, and runs whose settings change on the way.

mod runs;

use std::thread::sleep;
use std::time::Duration;

use regrow::topology::recipe::Stretch;
use regrow::training::{Ensemble, Goal, Tuning, ValidExperiment};
use runs::{FIVE_ARMS, advance_to, arms, bits_at, experiment, network_bits, play_to_the_end, rest, start, trainer};

const SEED: u64 = 2;

/// What arms end on that nobody watches; `tunings` are their settings from a position on.
fn unwatched(experiment: &ValidExperiment, tunings: Option<(u64, &[Tuning])>) -> Vec<Vec<u32>> {
    let run = |arm| {
        let mut trainer = trainer(experiment, arm, SEED);
        if let Some((position, tunings)) = tunings {
            advance_to(&mut trainer, position);
            trainer.follow(&tunings[arm].clone().into());
        }
        advance_to(&mut trainer, u64::MAX);
        network_bits(trainer.network())
    };
    (0..experiment.arms().len()).map(run).collect()
}

/// Other settings for every arm.
fn other_tunings(experiment: &ValidExperiment) -> Vec<Tuning> {
    let change = |tuning: &Tuning| {
        let mut tuning = Tuning { learning_rate: 0.03, momentum: 0.5, weight_decay: 0.01, ..tuning.clone() };
        if let Some(recipe) = &mut tuning.recipe {
            recipe.drop_fraction = 0.2;
            recipe.update_every = Stretch::Steps(4);
            recipe.stop_at = 0.9;
        }
        tuning
    };
    experiment.arms().iter().map(|arm| change(&arm.tuning)).collect()
}

fn tune_all(ensemble: &Ensemble, tunings: &[Tuning]) {
    for (arm, tuning) in tunings.iter().enumerate() {
        ensemble.follow(arm, tuning.clone().into());
    }
}

#[test]
fn a_rewound_run_continues_on_the_same_bits() {
    let experiment = experiment(FIVE_ARMS);
    let expected = unwatched(&experiment, None);
    let ensemble = start(&experiment, SEED);
    assert_eq!(play_to_the_end(&ensemble), expected);
    for epoch in [5_u32, 0, 3, 1, 6] {
        ensemble.rewind(epoch);
        rest(&ensemble, "the rewind");
        let position = 10 * u64::from(epoch);
        for arm in arms(&ensemble) {
            let mut trainer = trainer(&experiment, arm, SEED);
            advance_to(&mut trainer, position);
            assert_eq!(bits_at(&ensemble, arm, position / 2), network_bits(trainer.network()), "at epoch {epoch}");
            let contents = ensemble.mailbox(arm).open();
            assert_eq!(contents.epochs.last().map(|record| record.epoch), Some(epoch));
            assert!(contents.updates.iter().all(|update| 2 * update.step < position), "epoch {epoch}");
        }
        assert_eq!(play_to_the_end(&ensemble), expected, "from epoch {epoch}");
        assert!(arms(&ensemble).all(|arm| ensemble.mailbox(arm).open().epochs.len() == 7));
    }
}

#[test]
fn a_run_that_is_rewound_while_it_trains_ends_on_the_same_bits() {
    let experiment = experiment(&FIVE_ARMS.replace("epochs = 6", "epochs = 300"));
    let ensemble = start(&experiment, SEED);
    for milliseconds in [1, 5, 20] {
        ensemble.set_goal(Goal::Play);
        sleep(Duration::from_millis(milliseconds));
        ensemble.rewind(2);
    }
    assert_eq!(play_to_the_end(&ensemble), unwatched(&experiment, None));
}

#[test]
fn settings_changed_during_a_run_hold_from_the_next_step_and_through_a_rewind() {
    let experiment = experiment(FIVE_ARMS);
    let tunings = other_tunings(&experiment);
    let ensemble = start(&experiment, SEED);
    // After step 13 of 30, so within the third epoch of five steps.
    ensemble.set_goal(Goal::Reach(26));
    rest(&ensemble, "step 13");
    tune_all(&ensemble, &tunings);
    let changed = unwatched(&experiment, Some((26, &tunings)));
    assert_ne!(changed, unwatched(&experiment, None));
    assert_eq!(play_to_the_end(&ensemble), changed);
    // Rewound to an epoch after the change, the run repeats itself.
    ensemble.rewind(4);
    assert_eq!(play_to_the_end(&ensemble), changed);
    // Rewound to one before it, it goes on from what it was then with the settings that hold now.
    ensemble.rewind(1);
    let from_the_first_epoch = unwatched(&experiment, Some((10, &tunings)));
    assert_ne!(from_the_first_epoch, changed);
    assert_eq!(play_to_the_end(&ensemble), from_the_first_epoch);
    // And that is its past from then on.
    ensemble.rewind(3);
    assert_eq!(play_to_the_end(&ensemble), from_the_first_epoch);
    ensemble.rewind(0);
    assert_eq!(play_to_the_end(&ensemble), unwatched(&experiment, Some((0, &tunings))));
}

#[test]
fn epochs_whose_checkpoints_were_given_up_are_computed_again_settings_and_all() {
    let experiment = experiment(
        r#"
        format = 1
        name = "many checkpoints"
        data = { source = "circle", train = 10, test = 10, noise_features = 20 }
        network = { hidden = [300, 300], activation = "tanh" }
        sparsity = { method = "set", density = 0.95, update_every = { epochs = 3 } }
        optimizer = { learning_rate = 0.01 }
        training = { epochs = 60, batch = 10 }
        "#,
    );
    let tunings = other_tunings(&experiment);
    let mut trainer = trainer(&experiment, 0, SEED);
    assert!(60 * trainer.bytes() > 64 << 20, "more than the budget of 64 MB: {}", trainer.bytes());
    // Settings change after an odd and after an even step, once just after a topology update between two steps.
    let changes = [(31, Some(&tunings[0])), (72, Some(&experiment.arms()[0].tuning)), (u64::MAX, None)];
    let ensemble = start(&experiment, SEED);
    let mut history = vec![network_bits(trainer.network())];
    for (position, tuning) in changes {
        while !trainer.is_finished() && trainer.next_position() <= position {
            trainer.advance().expect("finite");
            if trainer.is_at_epoch_end() {
                history.push(network_bits(trainer.network()));
            }
        }
        if let Some(tuning) = tuning {
            ensemble.set_goal(Goal::Reach(position));
            rest(&ensemble, "a change of settings");
            ensemble.follow(0, tuning.clone().into());
            trainer.follow(&tuning.clone().into());
        }
    }
    assert_eq!(play_to_the_end(&ensemble)[0], history[60]);
    for epoch in (0..=60).rev() {
        ensemble.rewind(epoch);
        rest(&ensemble, "the rewind");
        assert!(bits_at(&ensemble, 0, u64::from(epoch)) == history[epoch as usize], "epoch {epoch}");
    }
}

/// Arms are never at quite the same place, so the newest epoch of one may still be to come for another.
#[test]
fn an_arm_that_has_not_reached_the_epoch_rewound_to_is_trained_up_to_it_without_a_gap_in_its_records() {
    let experiment = experiment(FIVE_ARMS);
    let ensemble = start(&experiment, SEED);
    ensemble.set_goal(Goal::Reach(20));
    rest(&ensemble, "epoch 2");
    ensemble.rewind(4);
    rest(&ensemble, "epoch 4");
    for arm in arms(&ensemble) {
        let mut trainer = trainer(&experiment, arm, SEED);
        advance_to(&mut trainer, 40);
        assert_eq!(bits_at(&ensemble, arm, 20), network_bits(trainer.network()));
        let contents = ensemble.mailbox(arm).open();
        let epochs: Vec<u32> = contents.epochs.iter().map(|record| record.epoch).collect();
        assert_eq!(epochs, [0, 1, 2, 3, 4], "epochs of arm {arm}");
        let updates: Vec<u64> = contents.updates.iter().map(|record| record.step).collect();
        let expected: &[u64] = [&[5, 10, 15][..], &[3, 6, 9, 12, 15, 18], &[], &[], &[]][arm];
        assert_eq!(updates, expected, "steps of the updates of arm {arm}");
    }
    assert_eq!(play_to_the_end(&ensemble), unwatched(&experiment, None));
}
