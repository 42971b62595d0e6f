//! Every optimiser, schedule, activation, loss and regulariser that an experiment file can ask for trains a network, and
//! gives the same bits for any number of threads.

mod runs;

use regrow::sparse::Team;
use regrow::storage::parse_experiment;
use regrow::training::{Trainer, ValidExperiment};
use runs::network_bits;

/// Digits through sparse layers that are large enough to be divided among threads: 6 steps an epoch.
fn experiment(network: &str, optimizer: &str, training: &str) -> ValidExperiment {
    experiment_by("set", network, optimizer, training)
}

fn experiment_by(method: &str, network: &str, optimizer: &str, training: &str) -> ValidExperiment {
    let text = format!(
        "format = 1
        name = \"options\"
        [data]
        source = \"digits\"
        train = 600
        [sparsity]
        method = \"{method}\"
        density = 0.15
        [training]
        epochs = 6
        batch = 100
        {training}
        [optimizer]
        {optimizer}
        [network]
        {network}"
    );
    parse_experiment(&text).unwrap_or_else(|faults| panic!("{text}\n{faults:?}"))
}

const PLAIN: &str = "hidden = [256, 256]";

fn start(experiment: &ValidExperiment) -> Trainer {
    runs::trainer(experiment, 0, 3)
}

/// Mean training loss before and after, and every bit of the trained network.
fn train(experiment: &ValidExperiment) -> (f64, f64, Vec<u32>) {
    let mut trainer = start(experiment);
    let before = trainer.record_epoch(0.0, 0).expect("finite").train.loss();
    while !trainer.is_finished() {
        trainer.advance().expect("finite");
    }
    let after = trainer.record_epoch(0.0, 0).expect("finite").train.loss();
    (before, after, network_bits(trainer.network()))
}

#[test]
fn every_option_trains_and_threads_change_no_bit() {
    let mut experiments = Vec::new();
    for rule in ["sgd", "nesterov", "adam", "adamw"] {
        experiments.push(experiment(PLAIN, &format!("name = \"{rule}\""), ""));
    }
    for schedule in ["constant", "step", "cosine"] {
        let optimizer = format!("schedule = \"{schedule}\"\nwarm_up = {{ epochs = 1 }}\nlearning_rate = 0.05");
        experiments.push(experiment(PLAIN, &optimizer, ""));
    }
    for activation in ["relu", "leaky-relu", "all-relu", "srelu", "tanh", "sigmoid", "gelu", "linear"] {
        let network = format!("{PLAIN}\nactivation = \"{activation}\"");
        // Sigmoid learns slowly at first: its slope is a quarter at most.
        let optimizer =
            if activation == "sigmoid" { "name = \"adam\"\nlearning_rate = 0.01" } else { "learning_rate = 0.05" };
        experiments.push(experiment(&network, optimizer, ""));
    }
    experiments.push(experiment(PLAIN, "l1 = 1e-4\nclip_norm = 1.0\nweight_decay = 1e-4", ""));
    experiments.push(experiment(PLAIN, "learning_rate = 0.5", "loss = \"squared-error\""));
    let layers = "dropout = 0.1\n[[network.layer]]\nsize = 300\nactivation = \"gelu\"\n[[network.layer]]\nsize = 200\ndropout = 0.4";
    experiments.push(experiment(layers, "learning_rate = 0.05", ""));
    for method in ["rigl", "dense"] {
        experiments.push(experiment_by(method, PLAIN, "learning_rate = 0.05", ""));
    }
    for experiment in &experiments {
        let spec = experiment.spec();
        let what = format!("{:?} {:?} {:?}", spec.network, spec.optimizer, spec.training.loss);
        let (before, after, bits) = train(experiment);
        assert!(after < 0.95 * before, "{what}: {before} to {after}");
        for threads in [2, 4] {
            let team = Team::new(threads, "test").expect("threads");
            assert!(team.install(|| train(experiment)).2 == bits, "{what}: {threads} threads");
        }
    }
}

#[test]
fn layers_one_by_one_are_what_they_say() {
    let layers = "activation = \"tanh\"\ndropout = 0.1\n[[network.layer]]\nsize = 20\nactivation = \"gelu\"\n[[network.layer]]\nsize = 10\ndropout = 0.4";
    let experiment = experiment(layers, "", "");
    let arm = &experiment.arms()[0];
    assert_eq!(arm.sizes, [64, 20, 10, 10]);
    let said: Vec<(&str, f32)> = arm.hidden.iter().map(|layer| (layer.activation.label(), layer.dropout)).collect();
    assert_eq!(said, [("GELU", 0.1), ("tanh", 0.4)]);
    let written = toml::to_string(experiment.spec()).expect("written");
    assert_eq!(parse_experiment(&written).expect("valid").spec(), experiment.spec());
}

#[test]
fn dropout_changes_training_and_leaves_evaluation_alone() {
    let with = |rate: &str| experiment(&format!("{PLAIN}\ndropout = {rate}"), "learning_rate = 0.05", "");
    assert!(train(&with("0.0")).2 == train(&experiment(PLAIN, "learning_rate = 0.05", "")).2);
    assert!(train(&with("0.3")).2 != train(&with("0.0")).2);
    let mut trainer = start(&with("0.3"));
    trainer.advance().expect("finite");
    let evaluate = || trainer.record_epoch(0.0, 0).expect("finite").test.loss_sum.to_bits();
    assert_eq!(evaluate(), evaluate());
}

#[test]
fn a_gradient_that_may_have_any_length_is_not_shortened() {
    let bits = |norm: &str| train(&experiment(PLAIN, &format!("learning_rate = 0.05\n{norm}"), "")).2;
    assert!(bits("clip_norm = 1e6") == bits(""), "keeping all gradients changes nothing by itself");
    assert!(bits("clip_norm = 0.01") != bits(""));
}

#[test]
fn a_warm_up_beyond_the_end_is_pointed_out() {
    let notes = |epochs: u32| experiment(PLAIN, &format!("warm_up = {{ epochs = {epochs} }}"), "").notes().len();
    assert_eq!((notes(6), notes(7)), (0, 1));
}

#[test]
fn impossible_options_are_refused_at_their_keys() {
    for (network, optimizer, key) in [
        ("dropout = 1.0", "", "network.dropout"),
        ("hidden = [3]\n[[network.layer]]\nsize = 4", "", "network.layer"),
        ("[[network.layer]]\nsize = 0", "", "network.layer"),
        ("[[network.layer]]\nsize = 4\ndropout = -0.5", "", "network.layer.dropout"),
        ("", "l1 = -1.0", "optimizer.l1"),
        ("", "clip_norm = 0.0", "optimizer.clip_norm"),
    ] {
        let text = format!(
            "format = 1\nname = \"bad\"\n[data]\nsource = \"digits\"\n[optimizer]\n{optimizer}\n[network]\n{network}\n"
        );
        let faults = parse_experiment(&text).expect_err("impossible");
        assert!(faults.iter().any(|fault| fault.to_string().contains(key)), "{key}: {faults:?}");
    }
}
