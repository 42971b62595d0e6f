//! CTRE against cosines computed in f64 over all training samples, and its fall-back against a set of samples of which each
//! has an input of its own.

mod runs;

use std::collections::BTreeSet;
use std::sync::Arc;

use regrow::data::{Dataset, InputShape, Split};
use regrow::nn::Network;
use regrow::sparse::Place;
use regrow::storage::parse_experiment;
use regrow::training::{HeldOut, Progress, Trainer, ValidExperiment};

#[test]
fn connections_grow_between_the_neurons_that_are_most_alike_over_all_training_samples() {
    let experiment = parse_experiment(
        "format = 1\nname = \"c\"\n[data]\nsource = \"digits\"\ntrain = 160\n[network]\nhidden = [30]\nactivation = \"tanh\"\n\
         [sparsity]\nmethod = \"ctre\"\nfallback = \"never\"\ndensity = 0.2\nallocation = \"uniform\"\n[training]\nepochs = 3\nbatch = 32\nseeds = [3]\n",
    );
    let experiment = experiment.expect("valid");
    let data = Arc::new(experiment.generate(3).expect("digits"));
    let arm = &experiment.arms()[0];
    let mut trainer = Trainer::new(&experiment, arm, 3, Arc::clone(&data)).expect("possible").with_history();
    while !trainer.is_update_due() {
        trainer.advance().expect("it does not diverge");
    }
    let before = trainer.network().clone();
    let Ok(Progress::TopologyUpdate(update)) = trainer.advance() else { panic!("an update was due") };
    let layer = &before.layers()[0];
    let (connectivity, weights) = (layer.weights.connectivity().expect("sparse"), layer.weights.values());
    let inputs = |sample: usize| data.train.sample(sample).iter().map(|&value| f64::from(value)).collect::<Vec<f64>>();
    let samples: Vec<Vec<f64>> = (0..data.train.samples()).map(inputs).collect();
    let activation = |target: usize, sample: &[f64]| {
        let sum = connectivity
            .incoming(target)
            .map(|(source, index)| f64::from(weights[index]) * sample[source])
            .sum::<f64>();
        (sum + f64::from(layer.bias[target])).tanh()
    };
    let cosine = |place: Place| {
        let pair = |sample: &Vec<f64>| (sample[place.source as usize], activation(place.target as usize, sample));
        let pairs: Vec<(f64, f64)> = samples.iter().map(pair).collect();
        let sum = |value: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(value).sum::<f64>();
        let lengths = (sum(&|(x, _)| x * x) * sum(&|(_, y)| y * y)).sqrt();
        if lengths == 0.0 { 0.0 } else { (sum(&|(x, y)| x * y) / lengths).abs() }
    };
    let added = &update.added[0];
    assert!(added.len() > 20, "{added:?}");
    let worst = added.iter().map(|&place| cosine(place)).fold(f64::INFINITY, f64::min);
    let after = trainer.network().layers()[0].weights.connectivity().expect("sparse");
    let empty = (0..64).flat_map(|source| (0..30).map(move |target| Place { source, target }));
    let best_left = empty.filter(|&place| after.find(place).is_none()).map(cosine).fold(0.0, f64::max);
    assert!(best_left <= worst + 1e-5, "{best_left} was left, {worst} was taken");
}

/// Samples of the run below, as many as it has inputs.
const SAMPLES: usize = 60;

/// A run on [`SAMPLES`] inputs that holds a fifth out and gives up after two epochs; and an arm beside it that does not.
fn with_fallback() -> Arc<ValidExperiment> {
    runs::experiment(
        "format = 1\nname = \"f\"\n[data]\nsource = \"circle\"\ntrain = 60\ntest = 40\nnoise_features = 58\n\
         [network]\nhidden = [30]\nactivation = \"tanh\"\n[sparsity]\nmethod = \"ctre\"\nallocation = [0.3, 1.0]\n\
         fallback = { stalled = { held_out = 0.2, epochs = 2 } }\n\
         [optimizer]\nlearning_rate = 0.2\nmomentum = 0.0\nweight_decay = 0.0\n\
         [training]\nepochs = 12\nbatch = 8\nseeds = [5]\n[[arm]]\nname = \"SET\"\nsparsity.method = \"set\"\n",
    )
}

/// Of each sample one input of its own is 1 and all others 0; so a weight from an input moves only if its sample trains.
fn each_with_its_own_input() -> Arc<Split> {
    let values = (0..SAMPLES * SAMPLES).map(|index| f32::from(u8::from(index % (SAMPLES + 1) == 0))).collect();
    let labels = (0..SAMPLES).map(|sample| u32::from(sample % 3 == 0)).collect();
    let all = Dataset::try_new(SAMPLES, values, labels, 2, InputShape::Table).expect("a data set");
    Arc::new(Split { train: all.clone(), test: all })
}

fn start(experiment: &ValidExperiment) -> Trainer {
    Trainer::new(experiment, &experiment.arms()[0], 5, each_with_its_own_input()).expect("possible").with_history()
}

/// Of the samples those that the network gets right, computed in f64 one by one.
fn hits(network: &Network, samples: &BTreeSet<usize>) -> usize {
    let split = each_with_its_own_input();
    let logit = |sample: usize| {
        let mut values: Vec<f64> = split.train.sample(sample).iter().map(|&value| f64::from(value)).collect();
        for (depth, layer) in network.layers().iter().enumerate() {
            let sum = |target: usize| {
                let inputs = layer.weights.incoming(target);
                let terms = inputs.map(|(source, index)| f64::from(layer.weights.values()[index]) * values[source]);
                f64::from(layer.bias[target]) + terms.sum::<f64>()
            };
            let sums: Vec<f64> = (0..layer.neurons()).map(sum).collect();
            values = if depth == 0 { sums.into_iter().map(f64::tanh).collect() } else { sums };
        }
        values[0]
    };
    samples.iter().filter(|&&sample| (logit(sample) > 0.0) == (split.train.labels()[sample] == 1)).count()
}

/// Inputs from which no connection of the first layer, among those that were never cut, has changed its weight.
fn untouched(first: &Network, last: &Network, cut: &BTreeSet<Place>) -> BTreeSet<usize> {
    let [first, last] = [first, last].map(|network| &network.layers()[0].weights);
    let places = first.connectivity().expect("sparse").iter();
    let mut seen: BTreeSet<usize> = (0..SAMPLES).collect();
    for (index, place) in places.enumerate() {
        let Some(now) = last.find(place).filter(|_| !cut.contains(&place)) else { continue };
        if last.values()[now].to_bits() != first.values()[index].to_bits() {
            seen.remove(&(place.source as usize));
        }
    }
    seen
}

#[test]
fn held_out_samples_never_train_and_decide_by_themselves_when_growth_turns_to_chance() {
    let experiment = with_fallback();
    let mut trainer = start(&experiment);
    assert_eq!(trainer.steps_per_epoch(), experiment.steps_per_epoch(), "all arms keep in step");
    let first = trainer.network().clone();
    let (mut records, mut networks, mut grown): (Vec<HeldOut>, Vec<Network>, Vec<BTreeSet<usize>>) = Default::default();
    let mut cut = BTreeSet::new();
    while !trainer.is_finished() {
        match trainer.advance().expect("it does not diverge") {
            Progress::TopologyUpdate(update) => {
                cut.extend(update.removed[0].iter().map(|own| own.0));
                grown.push(update.added[0].iter().map(|place| place.source as usize).collect());
            }
            _ if trainer.is_at_epoch_end() => {
                records.push(trainer.record_epoch(0.0, 0).expect("finite").held_out.expect("some are held out"));
                networks.push(trainer.network().clone());
            }
            _ => {}
        }
    }
    let held_out = untouched(&first, &networks[11], &cut);
    assert_eq!(held_out.len(), 12, "a fifth of 60: {held_out:?}");
    let (mut best, mut without, mut stalled) = (0, 0, false);
    for (epoch, (record, network)) in records.iter().zip(&networks).enumerate() {
        assert_eq!((record.hits, record.samples), (hits(network, &held_out), 12), "epoch {}", epoch + 1);
        (best, without) = if record.hits > best { (record.hits, 0) } else { (best, without + 1) };
        stalled |= without >= 2;
        assert_eq!(record.has_stalled, stalled, "epoch {}", epoch + 1);
        // No sample that trains has these inputs, so by cosine they are like no neuron at all; chance does not mind.
        if let Some(grown) = grown.get(epoch) {
            assert_eq!(grown.is_disjoint(&held_out), !stalled, "epoch {}: {grown:?}", epoch + 1);
        }
    }
    let until = records.iter().position(|record| record.has_stalled).expect("it stalls");
    assert!((2..9).contains(&until), "something happens before and after: {until}");
}

#[test]
fn a_run_that_has_fallen_back_goes_on_on_the_same_bits_from_any_epoch() {
    let experiment = with_fallback();
    let finish = |mut trainer: Trainer| {
        while !trainer.is_finished() {
            trainer.advance().expect("it does not diverge");
        }
        let record = trainer.record_epoch(0.0, 0).expect("finite");
        (runs::network_bits(trainer.network()), record.held_out, record.digest)
    };
    let whole = finish(start(&experiment));
    let mut trainer = start(&experiment);
    for epoch in 1..12 {
        runs::advance_to(&mut trainer, 2 * experiment.steps_per_epoch() * epoch);
        assert_eq!(finish(trainer.clone()), whole, "from epoch {epoch}");
    }
}

#[test]
fn what_is_held_out_is_said_and_has_to_leave_a_batch() {
    let text = |held_out: &str, epochs: u32| {
        format!(
            "format = 1\nname = \"f\"\n[data]\nsource = \"circle\"\ntrain = 60\n[network]\nhidden = [9]\n[sparsity]\nmethod = \"ctre\"\n\
             fallback = {{ stalled = {{ held_out = {held_out}, epochs = 5 }} }}\n[training]\nepochs = {epochs}\nbatch = 20\n"
        )
    };
    let notes = |epochs| {
        let experiment = parse_experiment(&text("0.25", epochs)).expect("valid");
        experiment.notes().iter().map(|note| note.text.clone()).collect::<Vec<_>>().join(" ")
    };
    assert!(notes(20).contains("15 training samples are held out to judge when growth has stalled: 45 train."));
    assert!(!notes(20).contains("cannot stall") && notes(5).contains("cannot stall for 5 epochs"));
    for (held_out, why) in [("0.7", "fewer than a batch of 20"), ("1.0", "held_out"), ("0.0", "held_out")] {
        let faults = format!("{:?}", parse_experiment(&text(held_out, 20)).expect_err(held_out));
        assert!(faults.contains(why), "{held_out}: {faults}");
    }
}
