//! Runs that must be the same down to the last bit, watched and unwatched.

#![allow(dead_code, reason = "each test uses its own part")]

use std::sync::Arc;
use std::thread::{current, sleep, spawn};
use std::time::{Duration, Instant};

use regrow::nn::{Evaluation, Network};
use regrow::session::Session;
use regrow::storage::parse_experiment;
use regrow::training::{Ensemble, EpochRecord, Goal, Trainer, ValidExperiment, View};

/// Points in the plane with four features of noise, 6 epochs of 5 steps, and an arm for each of the five methods.
pub const FIVE_ARMS: &str = r#"
format = 1
name = "five arms"
data = { source = "circle", train = 64, test = 100, noise_features = 4 }
network = { hidden = [14, 9], activation = "tanh" }
sparsity = { method = "set", density = 0.3, drop_fraction = 0.4 }
optimizer = { learning_rate = 0.1, momentum = 0.9, weight_decay = 0.001, schedule = "cosine" }
training = { epochs = 6, batch = 12, seeds = [1, 2, 3] }

[[arm]]
name = "RigL"
sparsity = { method = "rigl", update_every = { steps = 3 } }

[[arm]]
name = "static"
sparsity.method = "static"

[[arm]]
name = "dense"
sparsity.method = "dense"

[[arm]]
name = "small dense"
sparsity.method = "small-dense"
"#;

pub fn experiment(text: &str) -> Arc<ValidExperiment> {
    Arc::new(parse_experiment(text).unwrap_or_else(|faults| panic!("{faults:?}")))
}

/// An untrained run of one arm that nobody watches.
pub fn trainer(experiment: &ValidExperiment, arm: usize, seed: u64) -> Trainer {
    let split = Arc::new(experiment.data().generate(seed).expect("data"));
    Trainer::new(experiment, &experiment.arms()[arm], seed, split).expect("a network").with_history()
}

/// Trains up to a position, see [`Trainer::position`].
pub fn advance_to(trainer: &mut Trainer, position: u64) {
    while !trainer.is_finished() && trainer.next_position() <= position {
        trainer.advance().expect("finite");
    }
}

/// Every connection, weight and bias.
pub fn network_bits(network: &Network) -> Vec<u32> {
    let mut bits = Vec::new();
    for layer in network.layers() {
        for target in 0..layer.weights.n_out() {
            for (source, connection) in layer.weights.incoming(target) {
                bits.push(u32::try_from(target).expect("small"));
                bits.push(u32::try_from(source).expect("small"));
                bits.push(layer.weights.values()[connection].to_bits());
            }
        }
        bits.extend(layer.bias.iter().chain(&layer.shape).map(|parameter| parameter.to_bits()));
    }
    bits
}

/// The bits that a run of an arm ends on when nobody watches it.
pub fn unwatched(experiment: &ValidExperiment, arm: usize, seed: u64) -> Vec<u32> {
    let mut trainer = trainer(experiment, arm, seed);
    advance_to(&mut trainer, u64::MAX);
    network_bits(trainer.network())
}

/// The bits of the network that an open experiment shows.
pub fn bits(session: &Session, arm: usize) -> Vec<u32> {
    network_bits(&session.history(arm).view().expect("a view").snapshot.network)
}

/// All that a record says but for the time that it took.
pub fn record_bits(record: &EpochRecord) -> Vec<u64> {
    let evaluation = |of: Evaluation| [of.loss_sum.to_bits(), of.correct as u64, of.samples as u64];
    let counts = [u64::from(record.epoch), record.connections as u64, record.removed as u64, record.added as u64];
    let classes = record.confusion.classes();
    let confusion = (0..classes).flat_map(|truth| (0..classes).map(move |predicted| (truth, predicted)));
    let confusion = confusion.map(|(truth, predicted)| u64::from(record.confusion.count(truth, predicted)));
    counts.into_iter().chain(evaluation(record.train)).chain(evaluation(record.test)).chain(confusion).collect()
}

/// Waits for something that comes soon, or fails.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !condition() {
        assert!(Instant::now() < deadline, "waited a minute for {what}");
        sleep(Duration::from_millis(1));
    }
}

/// Runs that somebody watches. If they block one another, that ends the test too.
pub fn start(experiment: &Arc<ValidExperiment>, seed: u64) -> Ensemble {
    let test = current().name().unwrap_or("a test").to_owned();
    spawn(move || {
        sleep(Duration::from_mins(5));
        eprintln!("{test} is not over after five minutes");
        std::process::abort();
    });
    let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(|| {});
    Ensemble::start(Arc::clone(experiment), seed, &wake).expect("threads")
}

pub fn arms(ensemble: &Ensemble) -> std::ops::Range<usize> {
    0..ensemble.experiment().arms().len()
}

pub fn rest(ensemble: &Ensemble, what: &str) {
    wait_until(what, || ensemble.is_at_rest());
}

pub fn newest(ensemble: &Ensemble, arm: usize) -> Option<Arc<View>> {
    ensemble.mailbox(arm).open().latest.clone()
}

/// Where an arm stands when all have done what they may.
pub fn resting(ensemble: &Ensemble, arm: usize) -> Arc<View> {
    rest(ensemble, "rest");
    newest(ensemble, arm).expect("the untrained network at least")
}

/// The bits of an arm when all have done what they may, which is to be after so many steps.
pub fn bits_at(ensemble: &Ensemble, arm: usize, step: u64) -> Vec<u32> {
    let view = resting(ensemble, arm);
    assert_eq!(view.snapshot.step, step, "arm {arm}");
    network_bits(&view.snapshot.network)
}

/// Plays to the end and returns the bits of all arms.
pub fn play_to_the_end(ensemble: &Ensemble) -> Vec<Vec<u32>> {
    ensemble.set_goal(Goal::Play);
    let steps = ensemble.experiment().steps();
    arms(ensemble).map(|arm| bits_at(ensemble, arm, steps)).collect()
}
