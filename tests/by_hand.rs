//! What a student does to a run by hand: exactly that, at exactly its moment, on the same bits however it is run.

mod reference;
mod runs;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use reference::{Reference, Values, samples};
use regrow::data::BatchOrder;
use regrow::random::{Stream, generator};
use regrow::sparse::{Place, Team};
use regrow::storage::{EpochResults, Results, parse_experiment};
use regrow::topology::Method;
use regrow::training::{
    Moment, Operation, OperationSpec, Outcome, Progress, Trainer, UpdateRecord, ValidExperiment, check, compare,
    compare_measuring,
};
use runs::{advance_to, network_bits, record_bits, trainer};

const SEED: u64 = 1;

fn experiment(method: &str, own: &str) -> ValidExperiment {
    let text = format!(
        "format = 1\nname = \"by hand\"\n[data]\nsource = \"circle\"\ntrain = 64\ntest = 50\nnoise_features = 4\n[network]\n\
         hidden = [12, 8]\nactivation = \"tanh\"\n[sparsity]\nmethod = \"{method}\"\ndensity = 0.3\n{own}\n[optimizer]\n\
         learning_rate = 0.05\nmomentum = 0.9\nweight_decay = 0.001\n[training]\nepochs = 8\nbatch = 12\nseeds = [1]\n"
    );
    parse_experiment(&text).unwrap_or_else(|faults| panic!("{method}: {faults:?}"))
}

fn with_operations(experiment: &ValidExperiment, operations: &[OperationSpec]) -> Result<ValidExperiment, String> {
    let mut spec = experiment.spec().clone();
    spec.operations = operations.to_vec();
    check(&spec).map_err(|faults| faults[0].to_string())
}

/// Lets a run do these, as many of which as it has done already are the same.
fn set_operations(trainer: &mut Trainer, operations: &[OperationSpec]) {
    let decided = operations.iter().map(|own| (own.after, own.operation().expect("counted from 1")));
    trainer.set_operations(decided.collect());
}

fn place(source: usize, target: usize) -> Place {
    let narrow = |neuron| u32::try_from(neuron).expect("small");
    Place { source: narrow(source), target: narrow(target) }
}

/// The places of a layer that are taken, and those that are not.
fn places(trainer: &Trainer, layer: usize) -> (Vec<Place>, Vec<Place>) {
    let weights = &trainer.network().layers()[layer].weights;
    let all = (0..weights.n_in()).flat_map(|source| (0..weights.n_out()).map(move |target| place(source, target)));
    all.partition(|place| weights.find(*place).is_some())
}

/// What the engine says of a connection: bits of weight and velocity, by layer, source and target.
type Connections = BTreeMap<(usize, u32, u32), (u32, u32)>;

fn connections(trainer: &Trainer) -> Connections {
    let mut all = BTreeMap::new();
    for (layer, own) in trainer.network().layers().iter().enumerate() {
        let velocities = trainer.velocities(layer);
        assert_eq!(velocities.len(), own.weights.connections());
        for target in 0..own.weights.n_out() {
            for (source, connection) in own.weights.incoming(target) {
                let value = (own.weights.values()[connection].to_bits(), velocities[connection].to_bits());
                let place = place(source, target);
                assert_eq!(own.weights.find(place), Some(connection), "both orders find the same");
                assert_eq!(all.insert((layer, place.source, place.target), value), None, "a place is taken once");
            }
        }
        assert_eq!(all.keys().filter(|key| key.0 == layer).count(), own.weights.connections(), "none is left out");
    }
    all
}

fn biases(trainer: &Trainer) -> Vec<Vec<u32>> {
    let layers = trainer.network().layers().iter();
    layers.map(|layer| layer.bias.iter().map(|bias| bias.to_bits()).collect()).collect()
}

/// What a sparse network in double precision, told the same, comes to.
struct Shadow {
    network: Reference,
    velocities: Vec<Values>,
    frozen: Vec<bool>,
    order: BatchOrder,
    data: Arc<regrow::data::Split>,
}

impl Shadow {
    /// `v ← μ v + g + λ w`, `w ← w − η v`, biases without decay, in layers that are not frozen.
    fn descend(&mut self) {
        let gradients = self.network.gradients(&samples(&self.data.train, self.order.next_batch()));
        for (index, layer) in self.network.layers.iter_mut().enumerate().filter(|(index, _)| !self.frozen[*index]) {
            let velocity = &mut self.velocities[index];
            for at in (0..layer.weights.len()).filter(|&at| layer.exists[at]) {
                velocity.weights[at] =
                    0.9 * velocity.weights[at] + gradients[index].weights[at] + 0.001 * layer.weights[at];
                layer.weights[at] -= 0.05 * velocity.weights[at];
            }
            for at in 0..layer.bias.len() {
                velocity.bias[at] = 0.9 * velocity.bias[at] + gradients[index].bias[at];
                layer.bias[at] -= 0.05 * velocity.bias[at];
            }
        }
    }

    fn put(&mut self, layer: usize, place: Place, weight: Option<f64>) {
        let own = &mut self.network.layers[layer];
        let at = own.place(place);
        assert_ne!(own.exists[at], weight.is_some(), "cut what is there, grow what is not");
        own.exists[at] = weight.is_some();
        own.weights[at] = weight.unwrap_or(0.0);
        self.velocities[layer].weights[at] = 0.0;
    }

    fn operate(&mut self, operation: &Operation) {
        let layer = operation.layer;
        operation.cut.iter().for_each(|&place| self.put(layer, place, None));
        operation.add.iter().for_each(|&(place, weight)| self.put(layer, place, Some(f64::from(weight))));
        for &(place, weight) in &operation.set {
            let at = self.network.layers[layer].place(place);
            self.network.layers[layer].weights[at] = f64::from(weight);
        }
        self.frozen[layer] = operation.freeze || self.frozen[layer] && !operation.thaw;
    }

    fn assert_equals(&self, trainer: &Trainer) {
        for (index, (ours, expected)) in
            Reference::copy_of(trainer.network()).layers.iter().zip(&self.network.layers).enumerate()
        {
            assert_eq!(ours.exists, expected.exists, "layer {index} at step {}", trainer.step());
            let pairs = ours.weights.iter().zip(&expected.weights).chain(ours.bias.iter().zip(&expected.bias));
            for (ours, expected) in pairs {
                assert!(
                    (ours - expected).abs() < 2e-5,
                    "{ours} for {expected}, layer {index}, step {}",
                    trainer.step()
                );
            }
            let velocities = trainer.velocities(index).iter().copied().map(f64::from);
            for (ours, expected) in velocities.zip(expected.existing(&self.velocities[index].weights)) {
                assert!((ours - expected).abs() < 2e-4, "velocity {ours} for {expected}, layer {index}");
            }
        }
    }
}

/// What is done at these steps, to whatever there is then.
fn at_step(trainer: &Trainer) -> Option<Operation> {
    let (taken, empty) = places(trainer, 1);
    let plain = Operation { layer: 1, ..Operation::default() };
    match trainer.step() {
        3 => Some(Operation { cut: vec![taken[2], taken[0], taken[taken.len() - 1]], ..plain }),
        6 => Some(Operation { add: vec![(empty[4], 0.3), (empty[0], -0.2)], set: vec![(taken[1], 0.7)], ..plain }),
        7 => Some(Operation { cut: vec![taken[3]], add: vec![(empty[9], 0.0)], freeze: true, ..plain }),
        18 => Some(Operation { thaw: true, set: vec![(taken[5], -0.5)], ..plain }),
        20 => Some(Operation { layer: 0, freeze: true, ..plain }),
        _ => None,
    }
}

#[test]
fn a_network_worked_on_by_hand_is_trained_as_in_double_precision() {
    for (method, updates) in [("static", 0), ("set", 7)] {
        let experiment = experiment(method, "");
        let mut trainer = trainer(&experiment, 0, SEED);
        let data = Arc::new(experiment.data().generate(SEED).expect("data"));
        let network = Reference::copy_of(trainer.network());
        let order = BatchOrder::new(data.train.samples(), 12, generator(SEED, Stream::BatchOrder));
        let velocities = network.zeros();
        let mut shadow = Shadow { network, velocities, frozen: vec![false; 3], order, data };
        let (mut list, mut seen, mut by_hand) = (Vec::new(), 0, BTreeSet::new());
        while !trainer.is_finished() {
            if let Some(operation) = at_step(&trainer).filter(|_| by_hand.insert(trainer.step())) {
                list.push(OperationSpec::new(Moment::Steps(trainer.step()), &operation));
                set_operations(&mut trainer, &list);
            }
            match trainer.advance().expect("possible") {
                Progress::Batch(_) => shadow.descend(),
                Progress::TopologyUpdate(record) if record.by_hand.is_some() => {
                    shadow.operate(&list[list.len() - 1].operation().expect("counted from 1"));
                }
                Progress::TopologyUpdate(record) => {
                    seen += 1;
                    assert_eq!(record.update, seen, "what is done by hand has numbers of its own");
                    for layer in 0..3 {
                        record.removed[layer].iter().for_each(|&(place, _)| shadow.put(layer, place, None));
                        record.added[layer].iter().for_each(|&place| shadow.put(layer, place, Some(0.0)));
                    }
                }
                Progress::Finished => unreachable!("it is not finished"),
            }
            shadow.assert_equals(&trainer);
        }
        assert_eq!((seen, list.len()), (updates, 5), "{method}");
    }
}

/// Something that somebody may want to do: after how many advances, what, in which layer, and which of all places.
type Wish = (usize, u8, usize, u16, f32);

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    prop::collection::vec((0_usize..9, 0_u8..7, 0_usize..3, any::<u16>(), -1.5_f32..1.5), 1..9)
}

fn operation(trainer: &Trainer, (_, kind, layer, pick, weight): Wish) -> Option<Operation> {
    let (taken, empty) = places(trainer, layer);
    let nth = |list: &[Place], nth: usize| (!list.is_empty()).then(|| list[(usize::from(pick) + 7 * nth) % list.len()]);
    let plain = Operation { layer, ..Operation::default() };
    let (first, second) = (nth(&taken, 0), nth(&taken, 1).filter(|&second| Some(second) != nth(&taken, 0)));
    Some(match kind {
        0 => Operation { cut: [second, Some(first?)].into_iter().flatten().collect(), ..plain },
        1 => Operation { add: vec![(nth(&empty, 0)?, weight)], ..plain },
        2 => {
            let same: Vec<Place> =
                empty.into_iter().filter(|place| Some(place.target) == first.map(|own| own.target)).collect();
            Operation { cut: vec![first?], add: vec![(nth(&same, 0)?, weight)], ..plain }
        }
        3 => Operation { set: vec![(first?, weight)], ..plain },
        4 => Operation { freeze: true, ..plain },
        5 => Operation { thaw: true, ..plain },
        _ => Operation { set: vec![(first?, weight)], cut: second.into_iter().collect(), thaw: true, ..plain },
    })
}

/// What a list of connections is after an operation. Where places have signs, the weight takes that of its place.
fn after(before: &Connections, operation: &Operation, now: &Connections, is_signed: bool) -> Connections {
    let key = |place: &Place| (operation.layer, place.source, place.target);
    let weight = |place: &Place, weight: f32| {
        let own = now.get(&key(place)).map_or(0.0, |own| f32::from_bits(own.0));
        (if is_signed { weight.abs().copysign(own) } else { weight }).to_bits()
    };
    let mut expected = before.clone();
    operation.cut.iter().for_each(|place| assert!(expected.remove(&key(place)).is_some()));
    for (place, own) in &operation.add {
        assert_eq!(expected.insert(key(place), (weight(place, *own), 0.0_f32.to_bits())), None);
    }
    for (place, own) in &operation.set {
        expected.get_mut(&key(place)).expect("it is there").0 = weight(place, *own);
    }
    expected
}

fn check_record(record: &UpdateRecord, operation: &Operation, number: usize, before: &Connections) {
    assert_eq!(record.by_hand, Some(u32::try_from(number).expect("small")));
    assert_eq!((record.removed_count, record.added_count), (operation.cut.len(), operation.add.len()));
    let sorted = |mut places: Vec<Place>| {
        places.sort_unstable();
        places
    };
    let removed: Vec<Place> = record.removed[operation.layer].iter().map(|(place, _)| *place).collect();
    assert_eq!(removed, sorted(operation.cut.clone()));
    assert_eq!(record.added[operation.layer], sorted(operation.add.iter().map(|(place, _)| *place).collect()));
    for (place, weight) in &record.removed[operation.layer] {
        assert_eq!(weight.to_bits(), before[&(operation.layer, place.source, place.target)].0);
    }
}

/// One advance, in which nothing may happen to frozen layers; the method's own record, if there was one.
fn advance(trainer: &mut Trainer, frozen: &[bool], keeps_count: bool) -> Option<UpdateRecord> {
    let (before, biases_before) = (connections(trainer), biases(trainer));
    let progress = trainer.advance().expect("possible");
    let now = connections(trainer);
    for layer in (0..frozen.len()).filter(|&layer| frozen[layer]) {
        let own =
            |all: &Connections| all.iter().filter(|(key, _)| key.0 == layer).map(|(k, v)| (*k, *v)).collect::<Vec<_>>();
        assert_eq!(own(&before), own(&now), "layer {layer} is frozen");
        assert_eq!(biases_before[layer], biases(trainer)[layer]);
    }
    let Progress::TopologyUpdate(record) = progress else {
        assert!(before.keys().eq(now.keys()), "a step changes no connection");
        return None;
    };
    assert_eq!(before.len() - record.removed_count + record.added_count, now.len());
    assert!(!keeps_count || record.removed_count == record.added_count, "{record:?}");
    Some(record)
}

/// Works on a run as the wishes say, where that is possible; what was done, as a file has it.
fn work(experiment: &ValidExperiment, wishes: &[Wish], trainer: &mut Trainer, method: Method) -> Vec<OperationSpec> {
    let key = method.key();
    let keeps_count = ["set", "rigl", "itop", "snfs", "dsr", "top-kast"].contains(&key);
    let (mut list, mut frozen, mut newest) = (Vec::new(), [false; 3], None);
    for &wish in wishes {
        for _ in 0..wish.0 {
            if trainer.is_finished() {
                break;
            }
            newest = advance(trainer, &frozen, keeps_count);
        }
        let Some(operation) = operation(trainer, wish).filter(|_| !trainer.is_finished()) else { continue };
        let moment =
            newest.as_ref().map_or(Moment::Steps(trainer.step()), |own: &UpdateRecord| Moment::Updates(own.update));
        let mut longer = list.clone();
        longer.push(OperationSpec::new(moment, &operation));
        if let Err(fault) = with_operations(experiment, &longer) {
            let expected = match operation.layer {
                layer if frozen[layer] && !operation.thaw => "is frozen",
                layer if !frozen[layer] && operation.thaw => "is not frozen",
                layer if trainer.network().layers()[layer].weights.connectivity().is_none() => "is dense",
                _ if key == "srigl" => "another number of inputs",
                _ if key == "imp" => "rewinds",
                _ => panic!("{key}: {fault}"),
            };
            assert!(fault.contains(expected), "{key}: {fault}");
            continue;
        }
        list = longer;
        set_operations(trainer, &list);
        let (before, biases_before, position) = (connections(trainer), biases(trainer), trainer.position());
        assert!(trainer.is_operation_due() && !trainer.is_update_due() && trainer.next_position() == position);
        let Progress::TopologyUpdate(record) = trainer.advance().expect("possible") else { panic!("it was due") };
        assert_eq!((trainer.position(), biases(trainer)), (position, biases_before));
        let now = connections(trainer);
        assert_eq!(now, after(&before, &operation, &now, key == "deep-r"), "{key}: {operation:?}");
        check_record(&record, &operation, list.len(), &before);
        frozen[operation.layer] = operation.freeze || frozen[operation.layer] && !operation.thaw;
        assert_eq!(trainer.snapshot().frozen, frozen);
    }
    while !trainer.is_finished() {
        advance(trainer, &frozen, keeps_count);
    }
    list
}

fn own_settings(key: &str) -> &'static str {
    match key {
        "imp" => "update_every = { steps = 5 }\ndensity_schedule = { rounds = { initial = 1.0, share = 0.4 } }",
        "importance-pruning" => "update_every = { steps = 3 }\nprune_neurons = { share = 0.2, from = 0.3, every = 1 }",
        "static" | "dense" | "small-dense" | "snip" | "grasp" | "synflow" => "",
        _ => "update_every = { steps = 3 }",
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_done_to_any_method_changes_that_alone_and_comes_to_the_same_from_a_file(wishes in wishes()) {
        for method in Method::all() {
            let experiment = experiment(method.key(), own_settings(method.key()));
            let mut live = trainer(&experiment, 0, SEED);
            let list = work(&experiment, &wishes, &mut live, method);
            let spec = with_operations(&experiment, &list).expect("valid").spec().clone();
            let written = toml::to_string(&spec).expect("text");
            let read = parse_experiment(&written).unwrap_or_else(|faults| panic!("{faults:?}\n{written}"));
            let expected = network_bits(live.network());
            for threads in [1, 2] {
                let again = Team::new(threads, "test").expect("threads").install(|| {
                    let mut again = trainer(&read, 0, SEED);
                    advance_to(&mut again, u64::MAX);
                    again
                });
                prop_assert_eq!(&network_bits(again.network()), &expected, "{}, {} threads", method.key(), threads);
                prop_assert_eq!(again.operations_done() as usize, list.len());
            }
        }
    }
}

/// Does one thing now, and trains until the method's next update is done.
fn operate_and_update(trainer: &mut Trainer, operation: &Operation) {
    let list = [OperationSpec::new(Moment::Steps(trainer.step()), operation)];
    set_operations(trainer, &list);
    loop {
        let progress = trainer.advance().expect("possible");
        if matches!(progress, Progress::TopologyUpdate(record) if record.by_hand.is_none()) {
            return;
        }
    }
}

#[test]
fn top_kast_forgets_what_was_cut_by_hand_and_keeps_what_was_added_large() {
    let experiment = experiment("top-kast", "update_every = { steps = 4 }\nreserve = 1.5");
    let mut run = trainer(&experiment, 0, SEED);
    advance_to(&mut run, 2 * 10);
    let (mut taken, empty) = places(&run, 0);
    let weights = &run.network().layers()[0].weights;
    let weight = |place: &Place| weights.values()[weights.find(*place).expect("taken")].abs();
    taken.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    // The largest would come back at once if anything remembered them; some of the empty places learn in reserve.
    let cut = taken[..3].to_vec();
    let add: Vec<(Place, f32)> = empty.iter().step_by(7).map(|&place| (place, 5.0)).collect();
    let active = taken.len() - cut.len() + add.len();
    operate_and_update(&mut run, &Operation { cut: cut.clone(), add: add.clone(), ..Operation::default() });
    let (now, _) = places(&run, 0);
    assert!(cut.iter().all(|place| !now.contains(place)));
    assert!(add.iter().all(|(place, _)| now.contains(place)));
    assert_eq!(now.len(), active);
}

#[test]
fn the_density_of_a_network_falls_as_planned_where_a_layer_is_frozen() {
    let experiment = experiment("gmp", "update_every = { steps = 3 }");
    let (mut plain, mut frozen) = (trainer(&experiment, 0, SEED), trainer(&experiment, 0, SEED));
    advance_to(&mut frozen, 2 * 5);
    let kept = frozen.network().layers()[2].weights.connections();
    let freeze = Operation { layer: 2, freeze: true, ..Operation::default() };
    set_operations(&mut frozen, &[OperationSpec::new(Moment::Steps(5), &freeze)]);
    advance_to(&mut plain, u64::MAX);
    advance_to(&mut frozen, u64::MAX);
    assert_eq!(frozen.network().layers()[2].weights.connections(), kept);
    assert_eq!(frozen.network().connections(), plain.network().connections());
}

#[test]
fn the_gradients_of_frozen_layers_do_not_shorten_the_step_of_the_others() {
    let text = "format = 1\nname = \"clip\"\ndata = { source = \"circle\", train = 64, test = 50, noise_features = 4 }\n\
                network = { hidden = [12, 8], activation = \"tanh\" }\nsparsity = { method = \"static\", density = 0.5 }\n\
                optimizer = { learning_rate = 0.5, momentum = 0.0, clip_norm = 0.01 }\n\
                training = { epochs = 1, batch = 12, seeds = [1] }\n\
                operation = [{ after = { epochs = 0 }, layer = 3, freeze = true }, { after = { steps = 0 }, layer = 2, freeze = true }]";
    let experiment = parse_experiment(text).unwrap_or_else(|faults| panic!("{faults:?}"));
    let mut run = trainer(&experiment, 0, SEED);
    let parameters = |run: &Trainer| -> Vec<f64> {
        let layers = run.network().layers().iter();
        layers.flat_map(|layer| layer.weights.values().iter().chain(&layer.bias)).copied().map(f64::from).collect()
    };
    let before = parameters(&run);
    advance_to(&mut run, 2);
    let moved = before.iter().zip(parameters(&run)).map(|(before, now)| (now - before).powi(2)).sum::<f64>().sqrt();
    // η times the largest norm: all of it is left to the one layer that steps.
    assert!((moved - 0.5 * 0.01).abs() < 1e-5, "{moved}");
}

const TWO_ARMS: &str = r#"
format = 1
name = "two arms"
data = { source = "circle", train = 64, test = 100, noise_features = 4 }
network = { hidden = [14, 9], activation = "tanh" }
sparsity = { method = "set", density = 0.3 }
training = { epochs = 6, batch = 12, seeds = [1] }
[[arm]]
name = "static"
sparsity.method = "static"
"#;

#[test]
fn an_epoch_is_recorded_before_what_is_done_at_its_end_and_no_arm_takes_from_another() {
    let plain = parse_experiment(TWO_ARMS).expect("valid");
    let (taken, empty) = places(&trainer(&plain, 0, SEED), 0);
    let (cut, add) = (taken[0], empty[0]);
    // At the untrained network, so that the places are known.
    let text = format!(
        "{TWO_ARMS}\n[[operation]]\nafter = {{ epochs = 0 }}\nlayer = 1\ncut = [[{}, {}]]\nadd = [[{}, {}, 0.25]]\n\
         [[operation]]\nafter = {{ epochs = 3 }}\nlayer = 2\nfreeze = true\n",
        cut.source + 1,
        cut.target + 1,
        add.source + 1,
        add.target + 1
    );
    let worked = parse_experiment(&text).unwrap_or_else(|faults| panic!("{faults:?}"));
    let epochs = |experiment: &ValidExperiment, arm: usize| {
        let mut trainer = trainer(experiment, arm, SEED);
        let mut records = vec![record_bits(&trainer.record_epoch(0.0, 0).expect("finite"))];
        while !trainer.is_finished() {
            trainer.advance().expect("possible");
            if trainer.is_at_epoch_end() {
                records.push(record_bits(&trainer.record_epoch(0.0, 0).expect("finite")));
            }
        }
        records
    };
    let (before, after) = (epochs(&plain, 0), epochs(&worked, 0));
    assert_eq!((before.len(), after.len()), (7, 7), "each epoch is recorded once");
    assert_eq!(before[0], after[0]);
    // Cut and grown: what SET did after the first epoch counts in the second, what was done by hand in the first.
    assert_eq!((before[1][2], before[1][3], after[1][2], after[1][3]), (0, 0, 1, 1));
    assert_ne!(before[1], after[1]);
    assert_eq!(epochs(&plain, 1), epochs(&worked, 1));
    assert!(worked.arms()[1].operations.is_empty() && worked.arms()[0].operations.len() == 2);
}

#[test]
fn results_count_what_was_done_by_hand_and_say_so() {
    let plain = parse_experiment(TWO_ARMS).expect("valid");
    let (taken, empty) = places(&trainer(&plain, 0, SEED), 0);
    let operation = Operation {
        cut: taken[..2].to_vec(),
        add: empty[..1].iter().map(|own| (*own, 0.1)).collect(),
        ..Operation::default()
    };
    let experiment = with_operations(&plain, &[OperationSpec::new(Moment::Steps(0), &operation)]).expect("valid");
    let runs = compare_measuring(&experiment, 1, &AtomicBool::new(false), true, &|_, _, _| {}).expect("threads");
    let results = Results::new(&experiment, 1, &runs);
    let (worked, json) = (&results.arms[0].runs[0], serde_json::to_value(&results).expect("JSON"));
    let updates = worked.updates.as_ref().expect("asked for");
    assert_eq!((updates[0].by_hand, updates[0].update, updates[0].removed, updates[0].added), (Some(1), 0, 2, 1));
    let numbers: Vec<u32> = updates[1..].iter().map(|own| own.update).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5], "the method's own are as many as ever");
    assert_eq!(updates[0].connections + 1, plain.arms()[0].connections[..2].iter().sum::<usize>());
    let sum = |of: fn(&EpochResults) -> usize| worked.epochs.iter().map(of).sum::<usize>();
    assert_eq!(sum(|epoch| epoch.removed), updates.iter().map(|own| own.removed).sum::<usize>());
    assert_eq!(sum(|epoch| epoch.added), updates.iter().map(|own| own.added).sum::<usize>());
    let run = &json["arms"][0]["runs"][0];
    assert_eq!(run["updates"][0]["by_hand"], 1);
    assert!(run["updates"][1].get("by_hand").is_none());
    let table = results.updates_to_csv().expect("asked for");
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].ends_with(",by_hand") && lines[1].ends_with(",1") && lines[2].ends_with(','), "{table}");
}

#[test]
fn what_is_not_there_at_its_moment_stops_its_arm_with_a_reason_and_no_other() {
    let plain = parse_experiment(TWO_ARMS).expect("valid");
    let (_, empty) = places(&trainer(&plain, 1, SEED), 0);
    let mut spec = plain.spec().clone();
    let operation = Operation { cut: vec![empty[0]], ..Operation::default() };
    spec.arms[0].operations = vec![OperationSpec::new(Moment::Epochs(2), &operation)];
    let experiment = check(&spec).expect("nobody knows before");
    let runs = compare(&experiment, 2, &AtomicBool::new(false), &|_, _, _| {}).expect("threads");
    assert_eq!(runs[0].outcome, Outcome::Finished);
    let Outcome::Failed(message) = &runs[1].outcome else { panic!("{:?}", runs[1].outcome) };
    let expected = format!(
        "operation 1, by hand in layer 1 after epoch 2, cannot be done: there is no connection from neuron {} to neuron {}. \
         Cut and set what is there at that moment",
        empty[0].source + 1,
        empty[0].target + 1
    );
    assert_eq!(*message, expected);
    assert_eq!((runs[0].epochs.len(), runs[1].epochs.len()), (6, 2));
}

#[test]
fn what_can_never_be_done_is_refused_with_its_line() {
    let lines = TWO_ARMS.lines().count();
    let fault = |text: &str| {
        let faults = parse_experiment(&format!("{TWO_ARMS}{text}\n")).expect_err(text);
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let operation = |what: &str| format!("[[arm.operation]]\nafter = {{ epochs = 2 }}\n{what}");
    for (what, wanted) in [
        ("layer = 4\nfreeze = true", "there is no layer 4: the network has 3 layers"),
        ("layer = 0\nfreeze = true", "there is no layer 0"),
        ("layer = 1\ncut = [[0, 1]]", "no neuron 0"),
        ("layer = 1", "nothing is cut"),
        ("layer = 2\ncut = [[15, 1]]", "from neuron 15 to neuron 1 lies outside the layer of 14 × 9"),
        ("layer = 2\nadd = [[1, 1, nan]]", "would be NaN"),
        ("layer = 2\nset = [[1, 1, -inf]]", "would be -inf"),
        ("layer = 2\nset = [[1, 1, 1e39]]", "would be inf"),
        ("layer = 2\ncut = [[1, 1]]\nset = [[1, 1, 0.1]]", "is named twice"),
        ("layer = 2\nthaw = true", "is not frozen"),
    ] {
        let text = fault(&operation(what)).to_lowercase();
        assert!(text.contains(&wanted.to_lowercase()), "{what}: {text}");
        assert!(text.contains(&format!("line {}", lines + 1)), "{what}: {text}");
    }
    let frozen = format!("{}\n{}", operation("layer = 1\nfreeze = true"), operation("layer = 1\ncut = [[1, 1]]"));
    assert!(fault(&frozen).to_lowercase().contains("the layer is frozen. thaw it first"), "{}", fault(&frozen));
    for what in ["layer = 1\nprune = [[1, 1]]", "layer = 1\ncut = [[1, 1, 1]]", "layer = -1\nfreeze = true"] {
        fault(&operation(what));
    }
    let never = format!("{TWO_ARMS}[[operation]]\nafter = {{ epochs = 6 }}\nlayer = 1\nfreeze = true\n");
    let notes = parse_experiment(&never).expect("valid").notes().to_vec();
    assert!(notes.iter().any(|note| note.key == "operation.0.after" && note.text.starts_with("Never")), "{notes:?}");
}
