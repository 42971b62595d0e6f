//! Whole runs, step by step, against an independent run in f64: momentum, weight decay, the rate along a cosine, the
//! order of the batches, and the state of connections through topology updates.

mod reference;

use std::f64::consts::PI;
use std::sync::Arc;

use reference::{Reference, Sample, Values, samples};
use regrow::data::{BatchOrder, Split};
use regrow::random::{Stream, generator};
use regrow::sparse::Place;
use regrow::storage::parse_experiment;
use regrow::training::{Progress, Trainer, UpdateRecord, ValidExperiment};

const SEED: u64 = 3;
const RATE: f64 = 0.1;
const MOMENTUM: f64 = 0.9;
const DECAY: f64 = 0.01;
/// 45 samples make 5 batches of 8, and 5 samples are left out of each epoch.
const STEPS: u32 = 60;

/// Single precision differs from double by 6e-8 a rounding, and 60 steps do not make 200 times as much of it, while decay of
/// the biases, the least of the mistakes that are looked for, moves them by more than 1e-2.
const TOLERANCE: f64 = 1e-5;

/// An experiment of two classes and one output, or of ten digits, whose every layer is sparse.
fn experiment(data: &str, activation: &str, sparsity: &str) -> ValidExperiment {
    let text = format!(
        "format = 1
        name = \"short\"
        [data]
        {data}
        train = 45
        test = 20
        noise_features = 6
        [network]
        hidden = [16, 12]
        activation = \"{activation}\"
        [sparsity]
        {sparsity}
        density = 0.3
        allocation = \"uniform\"
        [optimizer]
        learning_rate = {RATE}
        schedule = \"cosine\"
        momentum = {MOMENTUM}
        weight_decay = {DECAY}
        [training]
        epochs = 12
        batch = 8"
    );
    parse_experiment(&text).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// The same run in f64. It knows from the engine its initial weights and which connections its updates cut and grew.
struct Shadow {
    network: Reference,
    velocities: Vec<Values>,
    split: Arc<Split>,
    order: BatchOrder,
}

impl Shadow {
    fn next_batch(&mut self) -> Vec<Sample> {
        samples(&self.split.train, self.order.next_batch())
    }

    /// `v ← μv + g + λw`, `w ← w − ηv`, biases without λ; where no connection exists nothing happens.
    fn descend(&mut self, rate: f64) {
        let batch = self.next_batch();
        let gradients = self.network.gradients(&batch);
        for ((layer, gradient), velocity) in self.network.layers.iter_mut().zip(&gradients).zip(&mut self.velocities) {
            for place in (0..layer.weights.len()).filter(|&place| layer.exists[place]) {
                let pull = gradient.weights[place] + DECAY * layer.weights[place];
                velocity.weights[place] = MOMENTUM * velocity.weights[place] + pull;
                layer.weights[place] -= rate * velocity.weights[place];
            }
            for target in 0..layer.bias.len() {
                velocity.bias[target] = MOMENTUM * velocity.bias[target] + gradient.bias[target];
                layer.bias[target] -= rate * velocity.bias[target];
            }
        }
    }

    /// What was cut is gone with its velocity; what grew starts with neither weight nor velocity.
    fn rewire(&mut self, record: &UpdateRecord) {
        for (index, layer) in self.network.layers.iter_mut().enumerate() {
            let mut set = |place: Place, exists: bool| {
                let place = layer.place(place);
                assert_eq!(layer.exists[place], !exists, "cut where something was, grown where nothing was");
                layer.exists[place] = exists;
                layer.weights[place] = 0.0;
                self.velocities[index].weights[place] = 0.0;
            };
            record.removed[index].iter().for_each(|&(place, _)| set(place, false));
            record.added[index].iter().for_each(|&place| set(place, true));
        }
    }

    fn assert_equals(&self, trainer: &Trainer, what: &str) {
        let engine = Reference::copy_of(trainer.network());
        for (index, (ours, expected)) in engine.layers.iter().zip(&self.network.layers).enumerate() {
            assert_eq!(ours.exists, expected.exists, "{what}: connections of layer {index} at step {}", trainer.step());
            let parts = [("weight", &ours.weights, &expected.weights), ("bias", &ours.bias, &expected.bias)];
            for (part, ours, expected) in parts {
                for (place, (ours, expected)) in ours.iter().zip(expected).enumerate() {
                    let step = trainer.step();
                    assert!(
                        (ours - expected).abs() < TOLERANCE,
                        "{what}, step {step}: {part} {place} of layer {index} is {ours} for {expected}"
                    );
                }
            }
            let velocities = trainer.velocities(index).iter().copied().map(f64::from);
            for (ours, expected) in velocities.zip(expected.existing(&self.velocities[index].weights)) {
                assert!((ours - expected).abs() < 10.0 * TOLERANCE, "{what}: velocity {ours} for {expected}");
            }
        }
    }
}

/// Trains both side by side and returns how many topology updates there were.
fn follow(experiment: &ValidExperiment, what: &str) -> usize {
    let split = Arc::new(experiment.data().generate(SEED).expect("data"));
    let mut trainer =
        Trainer::new(experiment, &experiment.arms()[0], SEED, Arc::clone(&split)).expect("a network").with_history();
    let network = Reference::copy_of(trainer.network());
    let mut shadow = Shadow {
        velocities: network.zeros(),
        network,
        order: BatchOrder::new(split.train.samples(), experiment.batch(), generator(SEED, Stream::BatchOrder)),
        split,
    };
    let mut updates = 0;
    for step in 0..STEPS {
        let rate = 0.5 * RATE * (1.0 + (PI * f64::from(step) / f64::from(STEPS)).cos());
        while trainer.step() == u64::from(step) {
            match trainer.advance().expect("finite") {
                Progress::Batch(_) => shadow.descend(rate),
                Progress::TopologyUpdate(record) => {
                    // An update in place of a step has used up the step's batch.
                    if trainer.step() > u64::from(step) {
                        shadow.next_batch();
                    }
                    shadow.rewire(&record);
                    updates += 1;
                }
                Progress::Finished => panic!("{what}: finished at step {step}"),
            }
            shadow.assert_equals(&trainer, what);
        }
    }
    assert!(trainer.is_finished());
    updates
}

#[test]
fn a_static_sparse_network_is_trained_as_in_double_precision() {
    for (data, activation) in
        [("source = \"spirals\"", "tanh"), ("source = \"digits\"", "relu"), ("source = \"digits\"", "sigmoid")]
    {
        let updates = follow(&experiment(data, activation, "method = \"static\""), activation);
        assert_eq!(updates, 0);
    }
}

#[test]
fn networks_that_evolve_are_trained_as_in_double_precision() {
    let set = experiment("source = \"digits\"", "tanh", "method = \"set\"");
    assert_eq!(follow(&set, "SET"), 11, "one after each epoch but the last");
    let rigl = experiment("source = \"spirals\"", "tanh", "method = \"rigl\"\nupdate_every = { steps = 7 }");
    assert_eq!(follow(&rigl, "RigL"), 6, "7, 14 … 42 of the first 45 steps");
}

#[test]
fn the_loss_reported_is_that_of_the_batch_before_the_step() {
    let experiment = experiment("source = \"digits\"", "tanh", "method = \"static\"");
    let split = Arc::new(experiment.data().generate(SEED).expect("data"));
    let mut trainer =
        Trainer::new(&experiment, &experiment.arms()[0], SEED, Arc::clone(&split)).expect("a network").with_history();
    let mut order = BatchOrder::new(45, 8, generator(SEED, Stream::BatchOrder));
    for _ in 0..STEPS {
        let expected = Reference::copy_of(trainer.network()).loss(&samples(&split.train, order.next_batch()));
        match trainer.advance().expect("finite") {
            Progress::Batch(evaluation) => assert!((evaluation.loss() - expected).abs() < 1e-5, "{expected}"),
            other => panic!("{other:?}"),
        }
    }
}
