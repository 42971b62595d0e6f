//! What a topology update does during training: what it cuts, where it grows, what it leaves alone, and when it comes.

mod reference;

use std::collections::BTreeSet;
use std::sync::Arc;

use reference::{Reference, Values, samples};
use regrow::data::{BatchOrder, Split};
use regrow::nn::Weights;
use regrow::random::{Stream, generator};
use regrow::sparse::Place;
use regrow::storage::parse_experiment;
use regrow::training::{Progress, Trainer, UpdateRecord, ValidExperiment};

const SEED: u64 = 5;

/// Digits through three sparse layers of 1,229, 614 and 32 connections: 12 epochs of 5 steps.
fn experiment(sparsity: &str) -> ValidExperiment {
    let text = format!(
        "format = 1
        name = \"updates\"
        [data]
        source = \"digits\"
        train = 100
        [network]
        hidden = [192, 32]
        activation = \"tanh\"
        [sparsity]
        {sparsity}
        density = 0.1
        allocation = \"uniform\"
        [optimizer]
        learning_rate = 0.1
        momentum = 0.9
        weight_decay = 0.001
        [training]
        epochs = 12
        batch = 20"
    );
    parse_experiment(&text).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn start(experiment: &ValidExperiment) -> (Trainer, Arc<Split>) {
    let split = Arc::new(experiment.data().generate(SEED).expect("data"));
    let trainer =
        Trainer::new(experiment, &experiment.arms()[0], SEED, Arc::clone(&split)).expect("a network").with_history();
    (trainer, split)
}

/// The run just before and just after an update.
struct Update {
    before: Trainer,
    after: Trainer,
    record: UpdateRecord,
}

/// All updates of a run.
fn updates(experiment: &ValidExperiment) -> Vec<Update> {
    let (mut trainer, _) = start(experiment);
    let mut updates = Vec::new();
    while !trainer.is_finished() {
        let before = trainer.clone();
        if let Progress::TopologyUpdate(record) = trainer.advance().expect("finite") {
            updates.push(Update { before, after: trainer.clone(), record });
        }
    }
    updates
}

/// Places, weights and velocities of a layer's connections.
fn connections(trainer: &Trainer, layer: usize) -> Vec<(Place, f32, f32)> {
    let Weights::Sparse { connectivity, values } = &trainer.network().layers()[layer].weights else {
        panic!("layer {layer} is dense");
    };
    let state = values.iter().zip(trainer.velocities(layer));
    connectivity.iter().zip(state).map(|(place, (&weight, &velocity))| (place, weight, velocity)).collect()
}

fn places(trainer: &Trainer, layer: usize) -> BTreeSet<Place> {
    connections(trainer, layer).into_iter().map(|(place, ..)| place).collect()
}

fn set() -> ValidExperiment {
    experiment("method = \"set\"\nupdate_every = { epochs = 2 }\nnew_weights = \"zero\"")
}

fn rigl() -> ValidExperiment {
    experiment("method = \"rigl\"\nupdate_every = { steps = 7 }\nnew_weights = \"zero\"")
}

#[test]
fn survivors_keep_every_bit_and_new_connections_start_from_nothing() {
    for (method, experiment) in [("SET", set()), ("RigL", rigl())] {
        let (mut survivors, mut newcomers) = (0, 0);
        for Update { before, after, record } in updates(&experiment) {
            for layer in 0..3 {
                let old = connections(&before, layer);
                for (place, weight, velocity) in connections(&after, layer) {
                    if let Ok(index) = old.binary_search_by_key(&place, |connection| connection.0) {
                        let (_, old_weight, old_velocity) = old[index];
                        assert_eq!(weight.to_bits(), old_weight.to_bits(), "{method}, {place:?}");
                        assert_eq!(velocity.to_bits(), old_velocity.to_bits(), "{method}, {place:?}");
                        survivors += 1;
                    } else {
                        assert_eq!((weight.to_bits(), velocity.to_bits()), (0, 0), "{method}, {place:?}");
                        assert!(record.added[layer].contains(&place));
                        newcomers += 1;
                    }
                }
                assert_eq!(before.network().layers()[layer].bias, after.network().layers()[layer].bias);
            }
        }
        assert!(survivors > 2000 && newcomers > 500, "{method}: {survivors} survivors, {newcomers} newcomers");
    }
}

#[test]
fn the_number_of_connections_is_exact_after_every_update_and_the_record_is_true() {
    for experiment in [set(), rigl()] {
        for Update { before, after, record } in updates(&experiment) {
            for (layer, expected) in [1229, 614, 32].into_iter().enumerate() {
                let (old, new) = (places(&before, layer), places(&after, layer));
                assert_eq!(new.len(), expected, "a tenth of 64·192, of 192·32 and of 32·10 places");
                let removed: BTreeSet<Place> = record.removed[layer].iter().map(|entry| entry.0).collect();
                let added: BTreeSet<Place> = record.added[layer].iter().copied().collect();
                assert_eq!(&old - &new, removed);
                assert_eq!(&new - &old, added);
                assert_eq!(removed.len(), added.len());
            }
        }
    }
}

/// The places of the `count` connections whose weights are nearest to zero, the earlier of equals.
fn nearest_to_zero(mut connections: Vec<(Place, f32, f32)>, count: usize) -> BTreeSet<Place> {
    connections.sort_by(|a, b| a.1.abs().total_cmp(&b.1.abs()).then(a.0.cmp(&b.0)));
    connections.into_iter().take(count).map(|(place, ..)| place).collect()
}

/// Three tenths, rounded down, of the negative weights and three tenths of the positive ones. Those at zero count to the
/// one side and the other in turn.
fn pruned_by_set(connections: Vec<(Place, f32, f32)>) -> BTreeSet<Place> {
    let mut sides = [Vec::new(), Vec::new()];
    let mut zeros = 0;
    for connection in connections {
        zeros += usize::from(connection.1 == 0.0);
        let is_negative = connection.1 < 0.0 || (connection.1 == 0.0 && zeros % 2 == 0);
        sides[usize::from(is_negative)].push(connection);
    }
    let [positive, negative] = sides.map(|side| {
        let three_tenths = side.len() * 3 / 10;
        nearest_to_zero(side, three_tenths)
    });
    &positive | &negative
}

#[test]
fn set_cuts_three_tenths_nearest_to_zero_of_the_positive_and_of_the_negative_weights() {
    let mut regrown_at_once = 0;
    for Update { before, after, record } in updates(&set()) {
        for layer in 0..3 {
            let expected = pruned_by_set(connections(&before, layer));
            let removed: BTreeSet<Place> = record.removed[layer].iter().map(|entry| entry.0).collect();
            assert!(removed.is_subset(&expected), "layer {layer}: cut {:?}", &removed - &expected);
            // A place that was cut may be drawn again: then its connection stays as it was and is not reported.
            let stayed = &expected - &removed;
            assert!(stayed.is_subset(&places(&after, layer)));
            regrown_at_once += stayed.len();
        }
    }
    // By chance about k²/(empty + k) of k places: 12, 6 and 0.2 of the three layers at each of the five updates.
    assert!((40..160).contains(&regrown_at_once), "{regrown_at_once} places");
}

#[test]
fn rigl_cuts_the_smallest_weights_and_grows_where_the_gradient_of_all_places_is_largest() {
    let experiment = rigl();
    let (_, split) = start(&experiment);
    let mut order = BatchOrder::new(split.train.samples(), 20, generator(SEED, Stream::BatchOrder));
    let batches: Vec<Vec<usize>> = (0..60).map(|_| order.next_batch().to_vec()).collect();
    let updates = updates(&experiment);
    for Update { before, after, record } in &updates {
        let step = usize::try_from(before.step()).expect("small");
        let network = Reference::copy_of(before.network());
        let gradients = network.gradients(&samples(&split.train, &batches[step]));
        for (layer, count) in expected_counts(step).into_iter().enumerate() {
            let pruned = nearest_to_zero(connections(before, layer), count);
            let kept = &places(before, layer) - &pruned;
            let grown = largest(&network, &gradients, layer, &kept, count);
            assert_eq!(places(after, layer), &kept | &grown, "layer {layer}, step {step}");
            let removed: BTreeSet<Place> = record.removed[layer].iter().map(|entry| entry.0).collect();
            assert_eq!(removed, &pruned - &grown, "what is cut and grown in one update stays");
        }
    }
    assert_eq!(updates.len(), 6);
}

/// `α/2 · (1 + cos(π t / T_end))` of 1,229, 614 and 32 connections, rounded down, with α = 0.3 and `T_end` = 45.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
fn expected_counts(step: usize) -> [usize; 3] {
    let fraction = 0.15 * (1.0 + (std::f64::consts::PI * step as f64 / 45.0).cos());
    [1229.0, 614.0, 32.0].map(|connections| (fraction * connections) as usize)
}

/// The `count` places that are not taken with the largest |gradient|; the next one is so far behind that single precision
/// cannot mistake it.
fn largest(
    network: &Reference,
    gradients: &[Values],
    layer: usize,
    taken: &BTreeSet<Place>,
    count: usize,
) -> BTreeSet<Place> {
    let n_in = network.layers[layer].n_in;
    let place = |rank: usize| Place {
        target: u32::try_from(rank / n_in).expect("small"),
        source: u32::try_from(rank % n_in).expect("small"),
    };
    let sizes = gradients[layer].weights.iter().enumerate().map(|(rank, gradient)| (gradient.abs(), place(rank)));
    let mut free: Vec<(f64, Place)> = sizes.filter(|(_, place)| !taken.contains(place)).collect();
    free.sort_by(|a, b| b.0.total_cmp(&a.0));
    assert!(count == 0 || free[count - 1].0 > free[count].0 * (1.0 + 1e-5), "a tie at {:?}", free[count]);
    free.into_iter().take(count).map(|(_, place)| place).collect()
}

/// Steps done at each update, and the number of batches trained on.
fn schedule(sparsity: &str) -> (Vec<u64>, usize) {
    let (mut trainer, _) = start(&experiment(sparsity));
    let (mut updates, mut batches) = (Vec::new(), 0);
    loop {
        let (step, due) = (trainer.step(), trainer.is_update_due());
        match trainer.advance().expect("finite") {
            Progress::Batch(_) => batches += 1,
            Progress::TopologyUpdate(record) => {
                assert!(due);
                assert_eq!(record.step, step);
                updates.push(step);
            }
            Progress::Finished => return (updates, batches),
        }
    }
}

#[test]
fn sets_updates_come_between_the_steps_and_rigls_in_their_place() {
    let (updates, batches) = schedule("method = \"set\"\nupdate_every = { epochs = 2 }");
    assert_eq!(updates, [10, 20, 30, 40, 50], "not at 60, when there is no step left to train what is new");
    assert_eq!(batches, 60);
    let (updates, batches) = schedule("method = \"rigl\"\nupdate_every = { steps = 7 }");
    assert_eq!(updates, [7, 14, 21, 28, 35, 42], "75 % of 60 steps are 45");
    assert_eq!(batches, 54);
}

#[test]
fn updates_end_where_they_are_told_to() {
    let (updates, _) = schedule("method = \"set\"\nupdate_every = { epochs = 2 }\nstop_at = 0.5");
    assert_eq!(updates, [10, 20, 30], "30 is the last step at which one may happen");
    let (updates, _) = schedule("method = \"set\"\nupdate_every = { steps = 9 }\nstop_at = 0.44");
    assert_eq!(updates, [9, 18], "26 is the last step at which one may happen");
    let (updates, batches) = schedule("method = \"set\"\nstop_at = 0.0");
    assert_eq!((updates, batches), (vec![], 60));
}

#[test]
fn by_any_score_that_can_be_told_what_goes_was_foretold() {
    for sparsity in [
        "method = \"mest\"",
        "method = \"set\"\ndrop = { formula = \"abs(w) * (1 + 0.2 * fan_in) + 0.1 * abs(g)\" }",
        "method = \"rigl\"\nupdate_every = { steps = 7 }",
        "method = \"set\"\ndrop = { formula = \"abs(w) * (1 + 0.3 * age)\" }",
        "method = \"set\"\ndrop_scope = \"network\"",
        "method = \"top-kast\"\nupdate_every = { steps = 3 }\nreserve = 3.0",
        "method = \"granet\"\nupdate_every = { steps = 7 }",
        "method = \"gmp\"",
        "method = \"imp\"\nupdate_every = { epochs = 1 }\ndensity_schedule = { rounds = { initial = 1.0, share = 0.2 } }",
        "method = \"mest\"\nupdate_every = { epochs = 1 }\ndensity_schedule = { overshoot = { extra = 0.1 } }",
        "method = \"snfs\"",
        "method = \"dsr\"",
        "method = \"deep-r\"\nlangevin = { l1 = 1e-3, temperature = 1e-4 }",
        "method = \"cht\"\ndrop_fraction = 0.6",
        "method = \"importance-pruning\"\nprune_neurons = { share = 0.2, from = 0.3, every = 2 }",
    ] {
        let mut cut = 0;
        for Update { before, record, after } in updates(&experiment(sparsity)) {
            let snapshot = before.snapshot();
            for (layer, removed) in record.removed.iter().enumerate() {
                let fates = snapshot.fates(layer).expect("an update is to come");
                let own = connections(&before, layer).into_iter().zip(fates);
                let foretold: BTreeSet<Place> =
                    own.filter(|(_, fate)| fate.is_pruned()).map(|((place, ..), _)| place).collect();
                let gone: BTreeSet<Place> = removed.iter().map(|own| own.0).collect();
                assert!(gone.is_subset(&foretold), "{sparsity}, layer {layer}");
                // What was to go and is there has grown again at once.
                let there: BTreeSet<Place> = connections(&after, layer).into_iter().map(|own| own.0).collect();
                assert!(foretold.difference(&gone).all(|place| there.contains(place)), "{sparsity}, layer {layer}");
                cut += gone.len();
            }
        }
        assert!(cut > 150, "{sparsity}: {cut}");
    }
}

/// What is cut by rank was foretold; of what else goes, that its neuron might be ablated.
#[test]
fn of_a_constant_fan_in_it_is_foretold_what_goes_and_what_may_go() {
    let sparsity = "method = \"srigl\"\nupdate_every = { steps = 3 }\ndrop_fraction = 0.7\nfan_in = { constant = { salient = 0.5 } }";
    let (mut ranked, mut ablated, mut spared) = (0, 0, 0);
    for Update { before, record, after } in updates(&experiment(sparsity)) {
        let snapshot = before.snapshot();
        for (layer, removed) in record.removed.iter().enumerate() {
            let gone: BTreeSet<Place> = removed.iter().map(|own| own.0).collect();
            let there: BTreeSet<Place> = connections(&after, layer).into_iter().map(|own| own.0).collect();
            for (connection, (place, ..)) in connections(&before, layer).into_iter().enumerate() {
                let fate = snapshot.fate(layer, connection).expect("an update is to come");
                let may_go = snapshot.may_be_ablated(layer, connection);
                match (fate.is_pruned(), gone.contains(&place)) {
                    (true, true) => ranked += 1,
                    (true, false) => assert!(there.contains(&place), "grown again at once"),
                    (false, true) => {
                        assert!(may_go, "{place:?}");
                        ablated += 1;
                    }
                    (false, false) => spared += usize::from(may_go),
                }
            }
        }
    }
    assert!(ranked > 200 && ablated > 0 && spared > 0, "{ranked}, {ablated}, {spared}");
}

#[test]
fn where_chance_decides_it_is_foretold_how_many_go_and_how_likely_each_is_to() {
    for sparsity in [
        "method = \"set\"\ndrop = \"random\"",
        "method = \"chts\"\nupdate_every = { epochs = 1 }\nremove_chains = false",
    ] {
        let (mut likely, mut unlikely) = ((0, 0.0), (0, 0.0));
        for Update { before, record, after } in updates(&experiment(sparsity)) {
            let snapshot = before.snapshot();
            let next = snapshot.next_cut().expect("chances are known");
            assert!(next.is_by_chance && (0.0..=0.5).contains(&next.share), "{sparsity}: {next:?}");
            for layer in 0..record.removed.len() {
                assert!(snapshot.fates(layer).is_none(), "{sparsity}: chance is not fate");
                let own = connections(&before, layer);
                let chances = snapshot.chances(layer).expect("chances are known");
                let there: BTreeSet<Place> = connections(&after, layer).into_iter().map(|own| own.0).collect();
                let all: f64 = chances.iter().map(|&chance| f64::from(chance)).sum();
                assert!((all - all.round()).abs() < 0.01, "{sparsity}: as many go as the fraction says, {all}");
                for ((place, ..), &chance) in own.iter().zip(chances) {
                    let kind = if chance > 0.5 { &mut likely } else { &mut unlikely };
                    kind.0 += usize::from(!there.contains(place));
                    kind.1 += f64::from(chance);
                }
            }
        }
        // Of those that go some grow again at once.
        for (gone, said) in [likely, unlikely] {
            #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
            let gone = gone as f64;
            assert!(gone <= said + 5.0 * said.sqrt() + 1.0 && gone > 0.3 * said - 5.0, "{sparsity}: {gone} of {said}");
        }
    }
}

#[test]
fn where_it_cannot_be_told_what_goes_it_is_said_why() {
    for (sparsity, why) in [
        ("method = \"static\"", "connections never change here"),
        ("method = \"set\"\nstop_at = 0.0", "no topology update is to come"),
        ("method = \"set\"\ndrop = { formula = \"abs(w) + 0.1 * momentum\" }", "momentum"),
        ("method = \"set\"\ndrop = { formula = \"abs(w) + 0.1 * random\" }", "chance"),
        ("method = \"set\"\ndrop = \"random\"\ndrop_scope = \"network\"", "chance"),
    ] {
        let (trainer, _) = start(&experiment(sparsity));
        let snapshot = trainer.snapshot();
        let told = snapshot.next_cut().expect_err(sparsity);
        assert!(told.contains(why), "{sparsity}: {told}");
        assert!((0..snapshot.network.layers().len()).all(|layer| snapshot.fates(layer).is_none()), "{sparsity}");
    }
}

#[test]
fn a_snapshot_foretells_the_next_update_and_what_it_will_cut() {
    for (experiment, replaces_step) in [(set(), false), (rigl(), true)] {
        for Update { before, record, .. } in updates(&experiment) {
            let snapshot = before.snapshot();
            assert_eq!(snapshot.next_update, Some(record.step));
            let counts = expected_counts(usize::try_from(record.step).expect("small"));
            for (layer, count) in counts.into_iter().enumerate() {
                let own = connections(&before, layer);
                let fates = own.iter().enumerate().map(|(connection, (place, ..))| {
                    (*place, snapshot.fate(layer, connection).expect("an update is to come").is_pruned())
                });
                let foretold: BTreeSet<Place> = fates.filter(|fate| fate.1).map(|fate| fate.0).collect();
                let expected = if replaces_step { nearest_to_zero(own, count) } else { pruned_by_set(own) };
                assert_eq!(foretold, expected, "layer {layer}, step {}", record.step);
            }
        }
    }
}
