//! Every method of the registry in a whole run: same bits for any number of threads, watched or not, and the numbers of
//! connections that its schedule says.

use std::sync::Arc;

use regrow::nn::Network;
use regrow::sparse::Team;
use regrow::storage::parse_experiment;
use regrow::topology::Method;
use regrow::training::{Progress, Trainer, ValidExperiment};

/// A network with that many connections, large enough for threads to share its layers at a density of 0.3, and updates
/// more often than most methods have them.
fn experiment(method: Method, density: f64) -> ValidExperiment {
    let evolves = method.recipe().is_some();
    let every = if evolves { "update_every = { steps = 3 }" } else { "" };
    let text = format!(
        "format = 1\nname = \"m\"\n[data]\nsource = \"digits\"\ntrain = 160\n[network]\nhidden = [256, 200]\n\
         [sparsity]\nmethod = \"{}\"\ndensity = {density}\n{every}\n[training]\nepochs = 2\nbatch = 32\nseeds = [3]\n",
        method.key()
    );
    parse_experiment(&text).unwrap_or_else(|error| panic!("{method:?}: {error:?}"))
}

fn trainer(experiment: &ValidExperiment) -> Trainer {
    let data = Arc::new(experiment.generate(3).expect("digits"));
    Trainer::new(experiment, &experiment.arms()[0], 3, data).expect("a possible network")
}

fn run(mut trainer: Trainer) -> Network {
    while !matches!(trainer.advance().expect("it does not diverge"), Progress::Finished) {}
    trainer.network().clone()
}

fn bits(network: &Network) -> Vec<u32> {
    let layers = network.layers().iter();
    layers
        .flat_map(|layer| {
            let places =
                layer.weights.connectivity().map(|own| own.iter().map(|place| place.target).collect::<Vec<_>>());
            let weights = layer.weights.values().iter().chain(&layer.bias).map(|value| value.to_bits());
            places.unwrap_or_default().into_iter().chain(weights)
        })
        .collect()
}

#[test]
fn threads_watching_and_checkpoints_change_no_bit_of_any_method() {
    for method in Method::all() {
        let experiment = experiment(method, 0.3);
        let expected = bits(&run(trainer(&experiment)));
        let team = Team::new(3, "test").expect("threads");
        assert_eq!(team.install(|| bits(&run(trainer(&experiment)))), expected, "{method:?} with three threads");
        let mut watched = trainer(&experiment).with_history();
        for _ in 0..7 {
            watched.advance().expect("it does not diverge");
            let _ = watched.snapshot();
        }
        assert_eq!(bits(&run(watched.clone())), expected, "{method:?} watched, and from a checkpoint");
        assert_eq!(bits(&run(watched)), expected, "{method:?} watched");
    }
}

#[test]
fn every_method_ends_with_the_connections_that_the_experiment_asks_for() {
    for method in Method::all() {
        let experiment = experiment(method, 0.02);
        let arm = &experiment.arms()[0];
        let mut trainer = trainer(&experiment);
        assert_eq!(trainer.network().connections(), arm.first_connections.iter().sum::<usize>(), "{method:?}");
        let mut last = trainer.network().connections();
        while !matches!(trainer.advance().expect("it does not diverge"), Progress::Finished) {
            let now = trainer.network().connections();
            assert!(now <= last, "{method:?} has grown from {last} to {now} connections");
            last = now;
        }
        assert_eq!(last, arm.total_connections(), "{method:?}");
    }
}
