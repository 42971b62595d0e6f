//! Lottery tickets: what a round begins from, and what the last one does where the control experiments say so.

use std::collections::BTreeMap;
use std::sync::Arc;

use regrow::sparse::Place;
use regrow::storage::parse_experiment;
use regrow::training::{Progress, Trainer, UpdateRecord, ValidExperiment};

/// Four rounds of two epochs from 100 to 50, 25 and 20 % of the connections; epochs of five steps.
fn experiment(sparsity: &str) -> ValidExperiment {
    let text = format!(
        "format = 1\nname = \"t\"\n[data]\nsource = \"digits\"\ntrain = 160\n[network]\nhidden = [30, 20]\n\
         [sparsity]\nmethod = \"imp\"\ndensity = 0.2\nupdate_every = {{ epochs = 2 }}\n\
         density_schedule = {{ rounds = {{ initial = 1.0, share = 0.5 }} }}\n{sparsity}\n\
         [optimizer]\nlearning_rate = 0.1\nschedule = \"cosine\"\n[training]\nepochs = 8\nbatch = 32\nseeds = [1]\n"
    );
    parse_experiment(&text).unwrap_or_else(|error| panic!("{error:?}"))
}

fn trainer(experiment: &ValidExperiment) -> Trainer {
    let data = Arc::new(experiment.generate(1).expect("digits"));
    Trainer::new(experiment, &experiment.arms()[0], 1, data).expect("possible").with_history()
}

type Weights = Vec<BTreeMap<Place, f32>>;

fn weights(trainer: &Trainer) -> Weights {
    let layers = trainer.network().layers().iter();
    let places = layers.map(|layer| {
        let own = layer.weights.connectivity().expect("sparse");
        own.iter().zip(layer.weights.values().iter().copied()).collect()
    });
    places.collect()
}

fn biases(trainer: &Trainer) -> Vec<f32> {
    trainer.network().layers().iter().flat_map(|layer| layer.bias.clone()).collect()
}

/// Trains to just after the next update.
fn next_update(trainer: &mut Trainer) -> UpdateRecord {
    loop {
        match trainer.advance().expect("it does not diverge") {
            Progress::TopologyUpdate(record) => return record,
            Progress::Finished => panic!("no update is left"),
            Progress::Batch(_) => {}
        }
    }
}

#[test]
fn each_round_removes_its_share_and_begins_from_the_early_weights() {
    let mut trainer = trainer(&experiment("rewind = { to = { steps = 3 } }"));
    while trainer.step() < 3 {
        trainer.advance().expect("it does not diverge");
    }
    let (early, early_biases) = (weights(&trainer), biases(&trainer));
    let all = 64 * 30 + 30 * 20 + 20 * 10;
    for (step, left) in [(10, all / 2), (20, all / 4), (30, all / 5)] {
        while trainer.step() < step {
            trainer.advance().expect("it does not diverge");
        }
        let before_cut = weights(&trainer);
        let update = next_update(&mut trainer);
        assert_eq!((update.step, trainer.network().connections()), (step, left));
        // The smallest of the whole network have gone.
        let now = weights(&trainer);
        let sizes = |kept: bool| {
            let of_layer = before_cut.iter().zip(&now).flat_map(move |(before, now)| {
                before.iter().filter(move |(place, _)| now.contains_key(place) == kept).map(|(_, w)| w.abs())
            });
            of_layer.collect::<Vec<f32>>()
        };
        let (smallest_left, gone) = (sizes(true).into_iter().fold(f32::MAX, f32::min), sizes(false));
        assert!(gone.into_iter().all(|size| size <= smallest_left));
        for (now, early) in now.iter().zip(&early) {
            assert!(now.iter().all(|(place, weight)| early[place].to_bits() == weight.to_bits()));
        }
        assert_eq!(biases(&trainer), early_biases);
        assert!((0..3).all(|layer| trainer.velocities(layer).iter().all(|&velocity| velocity == 0.0)));
    }
    while !matches!(trainer.advance().expect("it does not diverge"), Progress::Finished) {
        assert!(!trainer.is_update_due(), "the ticket has been found");
    }
    assert_eq!(trainer.network().connections(), all / 5);
}

/// What there is just after the last round has begun, and what there was at first.
fn last_round(sparsity: &str) -> (Weights, Weights, UpdateRecord) {
    let mut trainer = trainer(&experiment(sparsity));
    let early = weights(&trainer);
    next_update(&mut trainer);
    next_update(&mut trainer);
    let last = next_update(&mut trainer);
    (early, weights(&trainer), last)
}

#[test]
fn controls_change_the_weights_or_the_places_of_the_last_round_alone() {
    let (early, rewound, _) = last_round("");
    let (_, fresh, _) = last_round("ticket = \"reinitialised\"");
    let (_, rescaled, _) = last_round("ticket = \"rescaled\"");
    let (_, shuffled, record) = last_round("ticket = \"shuffled\"");
    for layer in 0..3 {
        assert!(rewound[layer].keys().eq(fresh[layer].keys()), "the same places");
        assert!(rewound[layer].iter().all(|(place, weight)| *weight != fresh[layer][place]), "other weights");
        assert_eq!(rewound[layer].len(), shuffled[layer].len(), "as many in each layer");
        let moved = shuffled[layer].keys().filter(|place| !rewound[layer].contains_key(place)).count();
        assert!(5 * moved > 2 * rewound[layer].len(), "{moved} are in other places");
        assert!(shuffled[layer].iter().all(|(place, weight)| early[layer][place] == *weight), "their own weights");
    }
    // Drawn from the distribution of a dense layer's first weights: gain²/n_in = 2/64, over 384 or so of them.
    #[expect(clippy::cast_precision_loss)]
    let variance =
        |layer: &BTreeMap<Place, f32>| layer.values().map(|w| f64::from(*w).powi(2)).sum::<f64>() / layer.len() as f64;
    assert!((variance(&fresh[0]) / (2.0 / 64.0) - 1.0).abs() < 0.25, "{}", variance(&fresh[0]));
    // Drawn for the inputs that are left: n weights of a neuron with the variance 2/n, so their squares times n/2 have the mean 1.
    // With about 12 n for each of 30 neurons and a fourth moment of 3, five standard errors are 5 · √(2/370) = 0.37.
    let mut inputs = BTreeMap::<u32, f64>::new();
    rescaled[0].keys().for_each(|place| *inputs.entry(place.target).or_default() += 1.0);
    let squares = rescaled[0].iter().map(|(place, w)| f64::from(*w).powi(2) * inputs[&place.target] / 2.0);
    #[expect(clippy::cast_precision_loss)]
    let mean = squares.sum::<f64>() / rescaled[0].len() as f64;
    assert!((mean - 1.0).abs() < 0.37, "{mean}");
    assert!(rescaled[0].keys().eq(rewound[0].keys()), "the same places");
    // What the record says is what happened.
    assert!(
        record
            .removed
            .iter()
            .zip(&record.added)
            .all(|(removed, added)| { removed.iter().all(|(place, _)| !added.contains(place)) })
    );
    assert!(record.added_count > 0 && record.removed_count > record.added_count);
}

/// How far biases move in the first step after the first round.
fn first_step(schedule: &str) -> Vec<f32> {
    let experiment = experiment("");
    let mut spec = experiment.spec().clone();
    spec.optimizer.schedule = toml::from_str::<BTreeMap<String, _>>(&format!("s = \"{schedule}\"")).expect("one")["s"];
    let experiment = regrow::training::check(&spec).expect("valid");
    let mut trainer = trainer(&experiment);
    next_update(&mut trainer);
    let before = biases(&trainer);
    trainer.advance().expect("it does not diverge");
    biases(&trainer).iter().zip(before).map(|(after, before)| after - before).collect()
}

#[test]
fn the_schedule_of_the_learning_rate_begins_again_with_each_round() {
    // A cosine of the whole run would have come to 0.1 (1 + cos(π/4)) / 2 by then. Weights are back where both runs began,
    // but which have gone depends on the schedule of the first round: sizes alone can be compared.
    let size = |moved: Vec<f32>| moved.iter().map(|change| f64::from(change.abs())).sum::<f64>();
    let ratio = size(first_step("cosine")) / size(first_step("constant"));
    assert!((0.93..1.07).contains(&ratio), "{ratio}");
}

#[test]
fn rounds_without_room_and_rewinding_of_what_grows_are_refused() {
    let text = |sparsity: &str, epochs: u32| {
        format!(
            "format = 1\nname = \"t\"\n[data]\nsource = \"digits\"\ntrain = 160\n[sparsity]\nmethod = \"imp\"\n\
             density = 0.02\n{sparsity}\n[training]\nepochs = {epochs}\nbatch = 32\nseeds = [1]\n"
        )
    };
    let refused = |sparsity: &str, epochs: u32| format!("{:?}", parse_experiment(&text(sparsity, epochs)).unwrap_err());
    // ln 0.02 / ln 0.8 = 17.5: 18 rounds of 40 epochs, and 40 for the ticket.
    let message = refused("", 100);
    assert!(message.contains("18 rounds") && message.contains("Train 760 epochs"), "{message}");
    assert!(parse_experiment(&text("", 760)).is_ok());
    assert!(refused("grow = \"random\"", 760).contains("no early weights"));
    assert!(refused("rewind = { to = { epochs = 40 } }", 760).contains("after the first round"));
}
