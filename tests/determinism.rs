//! A run is a function of experiment, arm and seed: threads, neighbours and watchers change no bit of it. And the arms of
//! a comparison differ only where they mean to. That each arm's batches are those of the documented stream, whatever its
//! topology updates draw, `tests/training.rs` shows.

mod runs;

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use regrow::nn::Network;
use regrow::training::{Outcome, RunRecord, ValidExperiment, compare};
use runs::{FIVE_ARMS, experiment, network_bits, record_bits, trainer};

type Run = (usize, u64, Outcome, usize, Vec<Vec<u64>>);

fn all_runs(experiment: &ValidExperiment, threads: usize) -> Vec<Run> {
    let bits = |run: RunRecord| {
        let epochs = run.epochs.iter().map(record_bits).collect();
        (run.arm, run.seed, run.outcome, run.parameters, epochs)
    };
    let runs = compare(experiment, threads, &AtomicBool::new(false), &|_, _, _| {}).expect("threads");
    runs.into_iter().map(bits).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let experiment = experiment(FIVE_ARMS);
    let expected = all_runs(&experiment, 1);
    let order: Vec<(usize, u64)> = expected.iter().map(|run| (run.0, run.1)).collect();
    let by_arm_then_seed: Vec<(usize, u64)> = (0..5).flat_map(|arm| [1, 2, 3].map(|seed| (arm, seed))).collect();
    assert_eq!(order, by_arm_then_seed);
    assert!(expected.iter().all(|run| run.2 == Outcome::Finished && run.4.len() == 6));
    for threads in [2, 3] {
        assert_eq!(all_runs(&experiment, threads), expected, "{threads} threads");
    }
}

#[test]
fn a_run_does_not_depend_on_the_runs_beside_it() {
    let all = experiment(FIVE_ARMS);
    let expected = all_runs(&all, 2);
    let mut spec = all.spec().clone();
    spec.training.seeds = vec![3];
    spec.arms.drain(..2);
    let alone = all_runs(&regrow::training::check(&spec).expect("valid"), 1);
    let arms = [0, 3, 4];
    for (run, arm) in alone.iter().zip(arms) {
        let expected = expected.iter().find(|expected| (expected.0, expected.1) == (arm, 3)).expect("it was run");
        assert_eq!(run.4, expected.4, "{}", all.arms()[arm].name);
    }
    assert_eq!(alone.len(), arms.len());
}

#[test]
fn a_comparison_reports_what_a_trainer_reports() {
    let experiment = experiment(FIVE_ARMS);
    let reported = Mutex::new(Vec::new());
    let report = |arm, seed, record: &_| reported.lock().expect("no panic").push((arm, seed, record_bits(record)));
    compare(&experiment, 2, &AtomicBool::new(false), &report).expect("threads");
    let reported = reported.into_inner().expect("no panic");
    assert_eq!(reported.len(), 5 * 3 * 6);
    for arm in 0..5 {
        for seed in 1..=3 {
            let mut trainer = trainer(&experiment, arm, seed);
            let own = reported.iter().filter(|report| (report.0, report.1) == (arm, seed));
            for (_, _, record) in own {
                while trainer.advance().is_ok() && !trainer.is_at_epoch_end() {}
                assert_eq!(*record, record_bits(&trainer.record_epoch(0.0, 0).expect("finite")));
            }
            assert!(trainer.is_finished());
        }
    }
}

#[test]
fn looking_at_a_run_and_copying_it_changes_nothing() {
    let experiment = experiment(FIVE_ARMS);
    for arm in 0..5 {
        let (mut alone, mut watched) = (trainer(&experiment, arm, 1), trainer(&experiment, arm, 1));
        while !alone.is_finished() {
            alone.advance().expect("finite");
            watched.record_epoch(0.0, 0).expect("finite");
            let snapshot = watched.snapshot();
            let mut copy = watched.clone();
            copy.advance().expect("finite");
            assert_eq!(network_bits(&snapshot.network), network_bits(watched.network()));
            watched = if watched.step() % 2 == 0 { copy } else { watched.advance().map(|_| watched).expect("finite") };
            assert_eq!(network_bits(watched.network()), network_bits(alone.network()));
        }
        assert!(watched.is_finished());
    }
}

#[test]
fn seeds_differ() {
    let runs = all_runs(&experiment(FIVE_ARMS), 2);
    for pair in runs.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        assert_ne!(pair[0].4, pair[1].4, "arm {}, seeds {} and {}", pair[0].0, pair[0].1, pair[1].1);
    }
}

#[test]
fn arms_of_the_same_connectivity_start_from_the_same_weights() {
    let experiment = experiment(FIVE_ARMS);
    for seed in 1..=3 {
        let initial = |arm| network_bits(trainer(&experiment, arm, seed).network());
        assert_eq!(initial(0), initial(1), "SET and RigL");
        assert_eq!(initial(0), initial(2), "SET and static");
    }
    let mut spec = experiment.spec().clone();
    spec.arms[2].optimizer.learning_rate = Some(0.5);
    spec.arms[3] = spec.arms[2].clone();
    spec.arms[3].name = "dense at another rate".to_owned();
    spec.arms[3].optimizer.learning_rate = Some(0.01);
    let experiment = regrow::training::check(&spec).expect("valid");
    let dense: Vec<Network> = [3, 4].map(|arm| trainer(&experiment, arm, 1).network().clone()).to_vec();
    assert_eq!(network_bits(&dense[0]), network_bits(&dense[1]));
}

/// Networks that never change have the same gradients if and only if they see the same batch.
#[test]
fn arms_see_the_same_batches_even_where_an_update_takes_the_place_of_a_step() {
    // A rate that single precision rounds to zero.
    let experiment = experiment(
        r#"
        format = 1
        name = "frozen"
        data = { source = "circle", train = 64, test = 10, noise_features = 4 }
        network = { hidden = [14], activation = "tanh" }
        sparsity = { method = "static", density = 0.5 }
        optimizer = { learning_rate = 1e-60, momentum = 0.0 }
        training = { epochs = 4, batch = 12 }
        [[arm]]
        name = "SET that cuts nothing"
        sparsity = { method = "set", update_every = { steps = 2 }, drop_fraction = 0.0 }
        [[arm]]
        name = "RigL that cuts nothing"
        sparsity = { method = "rigl", update_every = { steps = 3 }, drop_fraction = 0.0 }
        "#,
    );
    let mut arms = [0, 1, 2].map(|arm| trainer(&experiment, arm, 1));
    let mut seen = Vec::new();
    for step in 1..=20 {
        let [first, others @ ..] = arms.each_mut().map(|trainer| {
            while trainer.step() < step {
                trainer.advance().expect("finite");
            }
            trainer.snapshot().gradients
        });
        assert!(others.iter().all(|gradients| *gradients == first), "step {step}");
        assert!(!seen.contains(&first), "each batch is another");
        seen.push(first);
    }
}
