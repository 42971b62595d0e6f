use std::sync::Arc;

use super::*;
use crate::sparse::Connectivity;

const RULES: LayerRules =
    LayerRules { shape: Shape { n_in: 3, n_out: 2 }, is_dense: false, has_constant_fan_in: false, rewinds: false };

fn place(source: u32, target: u32) -> Place {
    Place { source, target }
}

fn cut(places: &[Place]) -> Operation {
    Operation { cut: places.to_vec(), ..Operation::default() }
}

fn add(place: Place, weight: f32) -> Operation {
    Operation { add: vec![(place, weight)], ..Operation::default() }
}

#[test]
fn every_impossible_thing_is_refused_by_its_name() {
    let fault = |operation: &Operation, rules: LayerRules, frozen: bool| operation.check(rules, frozen).unwrap_err();
    assert_eq!(fault(&Operation::default(), RULES, false), OperationFault::Nothing);
    let outside = OperationFault::Outside { place: place(3, 0), n_in: 3, n_out: 2 };
    assert_eq!(fault(&cut(&[place(3, 0)]), RULES, false), outside);
    assert_eq!(outside.to_string(), "the place from neuron 4 to neuron 1 lies outside the layer of 3 × 2 neurons");
    assert_eq!(fault(&cut(&[place(2, 1), place(0, 0), place(2, 1)]), RULES, false), OperationFault::Twice(place(2, 1)));
    let both = Operation { cut: vec![place(1, 1)], ..add(place(1, 1), 0.5) };
    assert_eq!(fault(&both, RULES, false), OperationFault::Twice(place(1, 1)));
    for weight in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        assert!(matches!(fault(&add(place(0, 0), weight), RULES, false), OperationFault::NotFinite { .. }));
    }
    let dense = LayerRules { is_dense: true, ..RULES };
    assert_eq!(fault(&cut(&[place(0, 0)]), dense, false), OperationFault::Dense);
    let set = Operation { set: vec![(place(0, 0), 1.0)], ..Operation::default() };
    assert_eq!(set.check(dense, false), Ok(()));
    let rewinds = LayerRules { rewinds: true, ..RULES };
    assert_eq!(fault(&add(place(0, 0), 0.1), rewinds, false), OperationFault::Rewinds);
    assert_eq!(cut(&[place(0, 0)]).check(rewinds, false), Ok(()));
}

#[test]
fn a_frozen_layer_is_left_alone_until_it_is_thawed() {
    let thaw = Operation { thaw: true, ..cut(&[place(0, 0)]) };
    assert_eq!(cut(&[place(0, 0)]).check(RULES, true), Err(OperationFault::Frozen));
    assert_eq!(thaw.check(RULES, true), Ok(()));
    assert_eq!(thaw.check(RULES, false), Err(OperationFault::NotFrozen));
    let freeze = Operation { freeze: true, ..Operation::default() };
    assert_eq!(freeze.check(RULES, false), Ok(()));
    assert_eq!(freeze.check(RULES, true), Err(OperationFault::Frozen));
}

#[test]
fn where_all_neurons_have_as_many_inputs_they_can_only_be_exchanged() {
    let rules = LayerRules { has_constant_fan_in: true, ..RULES };
    let moved = |from: Place, to: Place| Operation { cut: vec![from], ..add(to, 0.5) };
    assert_eq!(moved(place(0, 1), place(2, 1)).check(rules, false), Ok(()));
    let fan_in = |target| Err(OperationFault::FanIn { target });
    assert_eq!(moved(place(0, 1), place(0, 0)).check(rules, false), fan_in(0));
    assert_eq!(cut(&[place(0, 1)]).check(rules, false), fan_in(1));
    assert_eq!(add(place(0, 1), 0.5).check(rules, false), fan_in(1));
}

#[test]
fn only_what_is_there_can_be_cut_or_set_and_only_what_is_not_can_be_added() {
    let connectivity = Connectivity::try_new(3, 2, &[place(0, 0), place(2, 1)]).expect("valid");
    let weights = Weights::Sparse { connectivity: Arc::new(connectivity), values: vec![1.0, 2.0] };
    assert_eq!(cut(&[place(2, 1), place(0, 0)]).fits(&weights), Ok(()));
    assert_eq!(cut(&[place(0, 0), place(0, 1)]).fits(&weights), Err(OperationFault::Missing(place(0, 1))));
    let set = Operation { set: vec![(place(1, 1), 1.0)], ..Operation::default() };
    assert_eq!(set.fits(&weights), Err(OperationFault::Missing(place(1, 1))));
    assert_eq!(add(place(2, 1), 1.0).fits(&weights), Err(OperationFault::Taken(place(2, 1))));
    assert_eq!(add(place(1, 1), 1.0).fits(&weights), Ok(()));
}

#[test]
fn files_count_from_one_and_keep_every_bit() {
    let text =
        "after = { epochs = 3 }\nlayer = 2\ncut = [[1, 2]]\nadd = [[3, 1, 0.1]]\nset = [[2, 2, -1]]\nthaw = true\n";
    let spec: OperationSpec = toml::from_str(text).expect("an operation");
    let operation = Operation {
        layer: 1,
        cut: vec![place(0, 1)],
        add: vec![(place(2, 0), 0.1)],
        set: vec![(place(1, 1), -1.0)],
        freeze: false,
        thaw: true,
    };
    assert_eq!(spec.operation(), Some(operation.clone()));
    assert_eq!(OperationSpec::new(Moment::Epochs(3), &operation), spec);
    for weight in [0.1, f32::MIN_POSITIVE, 1e-45, f32::MAX, -0.0, 1.0 / 3.0] {
        let spec = OperationSpec::new(Moment::Steps(u64::from(u32::MAX)), &add(place(0, 0), weight));
        let again: OperationSpec = toml::from_str(&toml::to_string(&spec).expect("text")).expect("an operation");
        assert_eq!(again.add[0].2.to_bits(), weight.to_bits());
    }
    for text in ["cut = [[1, 2, 3]]", "cut = [[1]]", "add = [[1, 2]]", "add = [[1.5, 2, 0.1]]", "set = [[-1, 2, 0.1]]"]
    {
        let text = format!("after = {{ steps = 1 }}\nlayer = 1\n{text}");
        assert!(toml::from_str::<OperationSpec>(&text).is_err(), "{text}");
    }
    let zero: OperationSpec = toml::from_str("after = { steps = 1 }\nlayer = 1\ncut = [[0, 1]]").expect("an operation");
    assert_eq!(zero.operation(), None);
}
