use std::sync::Arc;

use super::*;
use crate::data::InputShape;
use crate::nn::{Layer, Loss, Weights};
use crate::sparse::{Connectivity, Place};

fn layer(sizes: (usize, usize), connections: &[(u32, u32, f32)], bias: &[f32], activation: Activation) -> Layer {
    let places: Vec<Place> = connections.iter().map(|&(source, target, _)| Place { source, target }).collect();
    let connectivity = Arc::new(Connectivity::try_new(sizes.0, sizes.1, &places).expect("valid"));
    let values = connections.iter().map(|&(.., weight)| weight).collect();
    let weights = Weights::Sparse { connectivity, values };
    Layer { bias: bias.to_vec(), ..Layer::new(weights, activation) }
}

const FIRST: [(u32, u32, f32); 5] = [(0, 0, 1.5), (0, 1, -0.75), (1, 1, 2.0), (2, 0, -0.5), (2, 2, 1.0)];
const SECOND: [(u32, u32, f32); 4] = [(0, 0, 0.5), (1, 0, -1.25), (1, 1, 3.0), (2, 1, -2.0)];
const BIASES: ([f32; 3], [f32; 2]) = ([0.25, -0.5, 1.0], [0.75, -1.5]);

fn network() -> Network {
    let first = layer((3, 3), &FIRST, &BIASES.0, Activation::Relu);
    Network::new(vec![first, layer((3, 2), &SECOND, &BIASES.1, Activation::Relu)], Loss::default())
}

/// 700 samples of eighths from −4 to 4: with them every sum above is exact in single precision, too.
fn data() -> Dataset {
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u16::try_from(state >> 26).expect("six bits")) / 8.0 - 4.0
    };
    let values = (0..3 * 700).map(|_| next()).collect();
    Dataset::try_new(3, values, (0..700).map(|sample| sample % 2).collect(), 2, InputShape::Table).expect("valid")
}

/// `relu(W x + b)` of one layer in double precision.
fn relu(x: &[f64], connections: &[(u32, u32, f32)], bias: &[f32]) -> Vec<f64> {
    let mut z: Vec<f64> = bias.iter().map(|&bias| f64::from(bias)).collect();
    for &(source, target, w) in connections {
        z[target as usize] += f64::from(w) * x[source as usize];
    }
    z.into_iter().map(|z| z.max(0.0)).collect()
}

#[test]
fn counts_of_the_histogram_are_those_of_a_forward_pass_in_double_precision() {
    let (network, data) = (network(), data());
    let samples = (0..data.samples()).map(|index| data.sample(index).iter().map(|&x| f64::from(x)).collect());
    let samples: Vec<Vec<f64>> = samples.collect();
    let hidden: Vec<Vec<f64>> = samples.iter().map(|x| relu(x, &FIRST, &BIASES.0)).collect();
    let outputs: Vec<Vec<f64>> = hidden.iter().map(|x| relu(x, &SECOND, &BIASES.1)).collect();
    for (column, all) in [&samples, &hidden, &outputs].into_iter().enumerate() {
        for neuron in 0..all[0].len() {
            let values: Vec<f64> = all.iter().map(|sample| sample[neuron]).collect();
            let (least, most) = values.iter().fold((f64::MAX, f64::MIN), |(a, b), &v| (a.min(v), b.max(v)));
            let edge = |bin: f64| least + (most - least) * bin / 16.0;
            let expected: Vec<usize> = (0..16_u8)
                .map(f64::from)
                .map(|bin| {
                    let is_in = |v: f64| edge(bin) <= v && (v < edge(bin + 1.0) || bin == 15.0);
                    values.iter().filter(|&&value| is_in(value)).count()
                })
                .collect();
            assert_eq!(expected.iter().sum::<usize>(), 700);
            let found = Activity::of(&network, &data, column, neuron);
            assert_eq!(found.histogram(16), expected, "column {column}, neuron {neuron}");
            let active = values.iter().filter(|&&value| value != 0.0).count();
            assert_eq!(found.liveliness(), Liveliness::Alive { active });
        }
    }
}

#[test]
fn the_drive_is_the_sum_of_the_inputs_without_the_bias() {
    let (network, data) = (network(), data());
    let sums = (0..data.samples()).map(|index| {
        let x = data.sample(index);
        f64::from(x[0]) * -0.75 + f64::from(x[1]) * 2.0
    });
    let (least, most) = sums.fold((f64::MAX, f64::MIN), |(a, b), sum| (a.min(sum), b.max(sum)));
    let [found, largest] = Activity::of(&network, &data, 1, 1).drive.expect("it has inputs");
    assert_eq!((f64::from(found), f64::from(largest)), (least, most));
    assert_eq!(Activity::of(&network, &data, 0, 1).drive, None);
}

#[test]
fn neurons_that_tell_nothing_apart_worked_by_hand() {
    let data = data();
    let liveliness = |connections: &[(u32, u32, f32)], bias: f32, activation: Activation| {
        let network = Network::new(vec![layer((3, 1), connections, &[bias], activation)], Loss::default());
        Activity::of(&network, &data, 1, 0).liveliness()
    };
    let one = [(0, 0, 1.0)];
    // Inputs reach 3.875 at most.
    assert_eq!(liveliness(&one, -3.875, Activation::Relu), Liveliness::Silent);
    assert!(matches!(liveliness(&one, -3.75, Activation::Relu), Liveliness::Alive { active: 1..100 }));
    assert_eq!(liveliness(&[], 0.5, Activation::Relu), Liveliness::Constant);
    assert_eq!(liveliness(&[], 0.0, Activation::Tanh), Liveliness::Silent);
    // tanh 3 = 0.99505 lies within a hundredth of 1, tanh 2 = 0.964 does not: inputs are −4 at least.
    assert_eq!(liveliness(&one, 7.0, Activation::Tanh), Liveliness::Saturated);
    assert!(matches!(liveliness(&one, 6.0, Activation::Tanh), Liveliness::Alive { .. }));
    assert_eq!(liveliness(&[(0, 0, f32::INFINITY)], 0.0, Activation::Linear), Liveliness::NotFinite);
}

#[test]
fn what_is_not_a_number_is_in_no_bin() {
    let activity = Activity { values: vec![f32::NAN, 1.0, 3.0, f32::INFINITY, 2.0], drive: None, ends: None };
    assert_eq!((activity.range(), activity.histogram(2)), (Some([1.0, 3.0]), vec![1, 2]));
    let nothing = Activity { values: vec![f32::NAN], drive: None, ends: None };
    assert_eq!((nothing.range(), nothing.histogram(3)), (None, vec![0; 3]));
    let same = Activity { values: vec![4.0; 5], drive: None, ends: None };
    assert_eq!(same.histogram(3), [5, 0, 0]);
}
