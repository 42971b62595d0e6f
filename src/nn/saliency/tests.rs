//! Scores against hand calculation, finite differences of the loss, paths counted one by one, and the engine itself.

use std::cell::Cell;

use ndarray::array;
use proptest::prelude::*;
use rand::RngExt;

use super::objective::{Dual, Neurons};
use super::*;
use crate::nn::activation::Activation;
use crate::nn::loss::Loss;
use crate::nn::{LayerGradients, Pass, WeightInit};
use crate::random::{Stream, generator};
use crate::sparse::multiply_adds;

/// A dense network of these sizes, with biases, whose last layer is linear.
fn network(sizes: &[usize], activation: Activation, loss: Loss, seed: u64) -> Network {
    initialised(sizes, activation, loss, WeightInit::Glorot, seed)
}

fn initialised(sizes: &[usize], activation: Activation, loss: Loss, init: WeightInit, seed: u64) -> Network {
    let mut rng = generator(seed, Stream::InitialWeights);
    let last = sizes.len() - 2;
    let layers = sizes.windows(2).enumerate().map(|(depth, size)| {
        let activation = if depth == last { Activation::Linear } else { activation };
        let mut layer = Layer::dense(size[0], size[1], activation, init, &mut rng);
        layer.bias.fill_with(|| rng.random_range(-0.5..0.5));
        layer
    });
    Network::new(layers.collect(), loss)
}

/// Samples of random features and of all classes in turn.
fn batch(network: &Network, samples: usize, seed: u64) -> (Activations, Vec<u32>) {
    let mut rng = generator(seed, Stream::Data);
    let values: Vec<f32> = (0..network.inputs() * samples).map(|_| rng.random_range(-2.0..2.0)).collect();
    let classes = u32::try_from(network.outputs().max(2)).unwrap();
    let labels = (0..u32::try_from(samples).unwrap()).map(|sample| sample % classes).collect();
    (Activations::from_rows(&values, samples), labels)
}

/// The layers with these weights, one after the other.
fn layer_of(values: &[f32], n_in: usize, activation: Activation) -> Layer {
    Layer::new(Weights::Dense { n_in, n_out: values.len() / n_in, values: values.to_vec() }, activation)
}

fn kept(saliency: Saliency, network: &Network, inputs: &Activations, labels: &[u32], keep: usize) -> Vec<Vec<bool>> {
    saliency.kept(network, inputs, labels, keep, &|| true).expect("nobody stops it")
}

fn scores(saliency: Saliency, network: &Network, inputs: &Activations, labels: &[u32]) -> Vec<Vec<f64>> {
    saliency.scores(network, inputs, labels, &|| true).expect("nobody stops it")
}

fn gradients(objective: &Objective, weights: &[Dual]) -> Vec<Dual> {
    objective.gradients(weights).expect("nobody stops it")
}

/// The mean loss, from the definitions of the losses.
#[expect(clippy::cast_precision_loss)]
fn mean_loss(objective: &Objective<'_>, weights: &[Array2<f64>]) -> f64 {
    let logits = objective.forward(&constant(weights)).expect("nobody stops it").1.value / objective.temperature;
    let losses = logits.columns().into_iter().zip(objective.labels).map(|(z, &label)| {
        let label = label as usize;
        let single = z.len() == 1;
        let probability = |z: f64| 1.0 / (1.0 + (-z).exp());
        match objective.loss {
            Loss::CrossEntropy if single => -(if label == 1 { probability(z[0]) } else { probability(-z[0]) }).ln(),
            Loss::CrossEntropy => -(z[label].exp() / z.mapv(f64::exp).sum()).ln(),
            Loss::SquaredError => {
                let target = |class: usize| f64::from(u8::from(if single { label == 1 } else { class == label }));
                z.iter().enumerate().map(|(class, z)| (probability(*z) - target(class)).powi(2)).sum()
            }
        }
    });
    losses.sum::<f64>() / objective.labels.len() as f64
}

/// All weights, each moved in turn by what `moves` says of `(layer, target, source)`.
fn moved(weights: &[Array2<f64>], moves: &[((usize, usize, usize), f64)]) -> Vec<Array2<f64>> {
    let mut weights = weights.to_vec();
    for ((layer, target, source), by) in moves {
        weights[*layer][[*target, *source]] += by;
    }
    weights
}

fn places(weights: &[Array2<f64>]) -> Vec<(usize, usize, usize)> {
    let of_layer = |(layer, weights): (usize, &Array2<f64>)| {
        weights.indexed_iter().map(|((target, source), _)| (layer, target, source)).collect::<Vec<_>>()
    };
    weights.iter().enumerate().flat_map(of_layer).collect()
}

fn flat(layers: impl IntoIterator<Item = Array2<f64>>) -> Vec<f64> {
    layers.into_iter().flatten().collect()
}

/// Every activation with every loss, with one output and with three.
fn cases() -> impl Iterator<Item = (Activation, Loss, usize)> {
    let losses = || Loss::ALL.into_iter().flat_map(|loss| [(loss, 1), (loss, 3)]);
    Activation::HIDDEN
        .into_iter()
        .flat_map(move |activation| losses().map(move |(loss, outputs)| (activation, loss, outputs)))
}

/// Largest difference, relative to the largest value.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let largest = b.iter().fold(0.0_f64, |largest, b| largest.max(b.abs()));
    a.iter().zip(b).fold(0.0_f64, |distance, (a, b)| distance.max((a - b).abs())) / largest
}

#[test]
fn loss_and_gradients_are_those_of_the_engine() {
    for (activation, loss, outputs) in cases() {
        let network = network(&[6, 9, 8, outputs], activation, loss, 1);
        let (inputs, labels) = batch(&network, 12, 1);
        let objective = Objective::new(&network, &inputs, &labels, 1.0, &|| true);
        let weights = weights(&network);

        let mut pass = Pass::new(&network, 12);
        pass.input_mut().clone_from(&inputs);
        let engine = network.forward_with_loss(&mut pass, &labels).loss();
        let own = mean_loss(&objective, &weights);
        assert!((own - engine).abs() < 1e-5 * engine, "{activation:?} {loss:?} {outputs}: {own}, {engine}");

        let mut of_engine: Vec<LayerGradients> = Vec::new();
        network.backward(&mut pass, &labels, &mut of_engine);
        let engine: Vec<f64> =
            of_engine.iter().flat_map(|layer| layer.weights.iter().copied().map(f64::from)).collect();
        let own = flat(gradients(&objective, &constant(&weights)).into_iter().map(|gradient| gradient.value));
        assert!(distance(&own, &engine) < 1e-5, "{activation:?} {loss:?} {outputs}");
    }
}

#[test]
fn gradients_are_differences_of_the_loss() {
    const STEP: f64 = 1e-5;
    for (activation, loss, outputs) in cases() {
        let network = network(&[4, 5, 4, outputs], activation, loss, 2);
        let (inputs, labels) = batch(&network, 7, 2);
        // None of these sums is within a step of a kink, or the difference would say so.
        let objective = Objective::new(&network, &inputs, &labels, 1.0, &|| true);
        let weights = weights(&network);
        let loss_with = |moves: &[_]| mean_loss(&objective, &moved(&weights, moves));
        let slope = |place| (loss_with(&[(place, STEP)]) - loss_with(&[(place, -STEP)])) / (2.0 * STEP);
        let differences: Vec<f64> = places(&weights).into_iter().map(slope).collect();
        let gradients = flat(gradients(&objective, &constant(&weights)).into_iter().map(|gradient| gradient.value));
        assert!(distance(&gradients, &differences) < 1e-8, "{activation:?} {loss:?} {outputs}");
    }
}

#[test]
fn the_product_with_the_hessian_is_that_of_the_matrix_of_second_differences() {
    const STEP: f64 = 3e-4;
    let smooth = |(activation, ..): &(Activation, Loss, usize)| {
        matches!(activation, Activation::Tanh | Activation::Sigmoid | Activation::Gelu)
    };
    for (activation, loss, outputs) in cases().filter(smooth) {
        for temperature in [1.0, 5.0] {
            let network = network(&[2, 3, 2, outputs], activation, loss, 3);
            let (inputs, labels) = batch(&network, 6, 3);
            let objective = Objective::new(&network, &inputs, &labels, temperature, &|| true);
            let weights = weights(&network);
            let loss_with = |a, da, b, db| mean_loss(&objective, &moved(&weights, &[(a, da), (b, db)]));
            let gradient = flat(gradients(&objective, &constant(&weights)).into_iter().map(|gradient| gradient.value));
            let product: Vec<f64> = places(&weights)
                .into_iter()
                .map(|a| {
                    let row = places(&weights).into_iter().map(|b| {
                        let rising = loss_with(a, STEP, b, STEP) - loss_with(a, STEP, b, -STEP);
                        let falling = loss_with(a, -STEP, b, STEP) - loss_with(a, -STEP, b, -STEP);
                        (rising - falling) / (4.0 * STEP * STEP)
                    });
                    row.zip(&gradient).map(|(second, gradient)| second * gradient).sum()
                })
                .collect();
            let own = flat(objective.hessian_gradient(&weights).expect("nobody stops it"));
            let distance = distance(&own, &product);
            assert!(distance < 1e-5, "{activation:?} {loss:?} {outputs} {temperature}: {distance}");
        }
    }
}

#[test]
fn grasp_keeps_what_the_norm_of_the_gradient_rests_on() {
    const STEP: f64 = 1e-6;
    for (activation, loss, outputs) in cases() {
        let network = network(&[3, 4, 4, outputs], activation, loss, 4);
        let (inputs, labels) = batch(&network, 8, 4);
        let objective = Objective::new(&network, &inputs, &labels, 200.0, &|| true);
        let weights = weights(&network);
        let half_square = |moves: &[_]| {
            let gradients = gradients(&objective, &constant(&moved(&weights, moves))).into_iter();
            0.5 * flat(gradients.map(|gradient| gradient.value)).iter().map(|gradient| gradient * gradient).sum::<f64>()
        };
        // What a relative change of a weight does to |g|²/2: what it falls most without is kept first.
        let flow = places(&weights).into_iter().map(|place| {
            let (layer, target, source) = place;
            weights[layer][[target, source]] * (half_square(&[(place, STEP)]) - half_square(&[(place, -STEP)]))
                / (2.0 * STEP)
        });
        let scores = scores(Saliency::Grasp, &network, &inputs, &labels).concat();
        let distance = distance(&scores, &flow.collect::<Vec<_>>());
        assert!(distance < 1e-6, "{activation:?} {loss:?} {outputs}: {distance}");
    }
}

#[test]
#[expect(clippy::cast_possible_truncation)]
fn grasp_worked_by_hand() {
    // One weight, w = 200 ln 3, input 1: the logit over 200 is ln 3, p = 3/4. With the second class right,
    // g = (p − 1)/200 and H = p (1 − p)/200².
    let weight = 200.0 * 3.0_f64.ln();
    let network = Network::new(vec![layer_of(&[weight as f32], 1, Activation::Linear)], Loss::CrossEntropy);
    let scores = scores(Saliency::Grasp, &network, &Activations::from_rows(&[1.0], 1), &[1]);
    let expected = weight * (0.75 * 0.25) * -0.25 / 200.0_f64.powi(3);
    assert!((scores[0][0] / expected - 1.0).abs() < 1e-6, "{scores:?}, {expected}");
}

#[test]
#[expect(clippy::cast_possible_truncation)]
fn snip_worked_by_hand() {
    // Input (1, 2): the hidden sums are 2 and −1/2, the activations 2 and 0, the logit ln 3, p = 3/4.
    let ln3 = 3.0_f64.ln();
    let first = layer_of(&[1.0, 0.5, -1.0, 0.25], 2, Activation::Relu);
    let second = layer_of(&[(ln3 / 2.0) as f32, 4.0], 2, Activation::Linear);
    let network = Network::new(vec![first, second], Loss::CrossEntropy);
    // The second class right: δ = −1/4, ∂L/∂w = δ (2, 0) above and δ ln 3 / 2 (1, 2) below, for the first neuron alone.
    let expected = [vec![ln3 / 8.0, ln3 / 8.0, 0.0, 0.0], vec![ln3 / 4.0, 0.0]];
    let of_one = scores(Saliency::Snip, &network, &Activations::from_rows(&[1.0, 2.0], 1), &[1]);
    // The same sample with both labels: the mean of −1/4 and 3/4 is 1/4, while magnitudes would give 1/2.
    let of_two = scores(Saliency::Snip, &network, &Activations::from_rows(&[1.0, 1.0, 2.0, 2.0], 2), &[1, 0]);
    for scores in [of_one, of_two] {
        for (scores, expected) in scores.concat().iter().zip(expected.concat()) {
            assert!((scores - expected).abs() < 1e-7, "{scores}, {expected}");
        }
    }
    // Of the equal scores below, the earlier place is kept.
    let inputs = Activations::from_rows(&[1.0, 2.0], 1);
    assert_eq!(kept(Saliency::Snip, &network, &inputs, &[1], 1), [vec![false; 4], vec![true, false]]);
    // ln 3 / 2 · 1 · 1 and ln 3 / 2 · 2 · 0.5 are the same number in binary, too.
    assert_eq!(kept(Saliency::Snip, &network, &inputs, &[1], 2), [vec![true, false, false, false], vec![true, false]]);
}

/// The score of a connection is the sum over all paths through it, whatever the biases, activations and data.
#[test]
fn synaptic_flow_counts_paths() {
    let network = network(&[3, 4, 2], Activation::Tanh, Loss::CrossEntropy, 5);
    let (inputs, labels) = batch(&network, 2, 5);
    let weights = weights(&network);
    let mut expected = [Array2::<f64>::zeros((4, 3)), Array2::zeros((2, 4))];
    for (source, hidden, output) in (0..3).flat_map(|s| (0..4).flat_map(move |h| (0..2).map(move |o| (s, h, o)))) {
        let path = (weights[0][[hidden, source]] * weights[1][[output, hidden]]).abs();
        expected[0][[hidden, source]] += path;
        expected[1][[output, hidden]] += path;
    }
    let scores = scores(Saliency::SynFlow, &network, &inputs, &labels).concat();
    assert!(distance(&scores, &flat(expected)) < 1e-14);
}

/// The layer-wise conservation law (Tanaka et al. 2020, section 4): what flows through one layer flows through each.
#[test]
#[expect(clippy::cast_precision_loss)]
fn synaptic_flow_is_conserved_from_layer_to_layer() {
    let network = network(&[10, 50, 50, 50, 10], Activation::Relu, Loss::CrossEntropy, 6);
    let (inputs, labels) = batch(&network, 2, 6);
    let flows = scores(Saliency::SynFlow, &network, &inputs, &labels).into_iter();
    let flows: Vec<f64> = flows.map(|layer| layer.iter().sum()).collect();
    for flow in &flows {
        assert!((flow / flows[0] - 1.0).abs() < 1e-12, "{flows:?}");
    }
    // With all weights 1 there is one path for each choice of a neuron in each layer: 3 · 4 · 5 · 2.
    let ones = [Array2::ones((4, 3)), Array2::ones((5, 4)), Array2::ones((2, 5))];
    for layer in synaptic_flow(&ones) {
        assert!(layer.iter().all(|score| *score == 120.0 / layer.len() as f64));
    }
}

fn connections_by_layer(kept: &[Vec<bool>]) -> Vec<usize> {
    kept.iter().map(|layer| layer.iter().filter(|kept| **kept).count()).collect()
}

/// The largest compression that leaves a way through is one connection a layer, and synaptic flow reaches it (Tanaka
/// et al. 2020, theorem 3). One shot by magnitude takes the weights of the widest spread, which are those of the first
/// layer (0.45 against 0.2 and 0.14), and leaves none in the last.
#[test]
fn synaptic_flow_empties_no_layer_where_magnitude_does() {
    for seed in 0..5 {
        let network = initialised(&[10, 50, 50, 10], Activation::Relu, Loss::CrossEntropy, WeightInit::He, seed);
        let (inputs, labels) = batch(&network, 20, seed);
        let by_flow = |keep| connections_by_layer(&kept(Saliency::SynFlow, &network, &inputs, &labels, keep));
        assert_eq!(by_flow(3), [1, 1, 1]);
        assert!(by_flow(35).iter().all(|count| *count > 0));

        let largest = connections_by_layer(&kept(Saliency::Magnitude, &network, &inputs, &labels, 35));
        assert_eq!(largest[2], 0, "{largest:?}");
    }
}

#[test]
fn three_connections_of_synaptic_flow_are_one_path() {
    let network = network(&[10, 50, 50, 10], Activation::Relu, Loss::CrossEntropy, 7);
    let (inputs, labels) = batch(&network, 2, 7);
    let kept = kept(Saliency::SynFlow, &network, &inputs, &labels, 3);
    let place = |layer: usize| kept[layer].iter().position(|kept| *kept).unwrap();
    assert_eq!(place(0) / 10, place(1) % 50);
    assert_eq!(place(1) / 50, place(2) % 50);
}

#[test]
fn density_falls_by_the_same_factor_each_round() {
    // Of 10,000 connections 1 % is left in the end: 10,000 · 0.1^(r / 50).
    assert_eq!(
        [1, 25, 50, 75, 99, 100].map(|round| left_after(round, 10_000, 100)),
        [9_550, 3_163, 1_000, 317, 105, 100]
    );
    assert_eq!(left_after(37, 12, 12), 12);
}

#[test]
fn nan_comes_last_and_equals_in_order() {
    let scores = [f64::NAN, f64::NEG_INFINITY, 1.0, f64::NAN, 1.0, -0.0, 0.0];
    let order = [2, 4, 5, 6, 1, 0, 3];
    for keep in 1..=scores.len() {
        let mut kept = by_score(&scores, (0..scores.len()).collect(), keep).0;
        let mut expected = order[..keep].to_vec();
        kept.sort_unstable();
        expected.sort_unstable();
        assert_eq!(kept, expected);
    }
}

#[test]
fn an_activation_learnt_by_each_neuron_is_its_own() {
    let mut network = network(&[1, 2, 1], Activation::Srelu, Loss::CrossEntropy, 8);
    network.layers_mut()[0].bias.fill(0.0);
    network.layers_mut()[0].shape = vec![-0.4, 0.3, 0.5, 1.7, 0.0, 0.2, 1.0, 1.0];
    let neurons = Neurons::of(&network.layers()[0]);
    let (values, slopes) = neurons.activate(Dual::constant(array![[-1.4, 0.1, 1.5], [-1.0, 0.1, 1.5]]));
    // −0.4 + 0.3 · (−1), 0.1, 0.5 + 1.7 · 1; and the leaky relu that each starts as.
    let expected = (array![[-0.7, 0.1, 2.2], [-0.2, 0.1, 1.5]], array![[0.3, 1.0, 1.7], [0.2, 1.0, 1.0]]);
    assert!((values.value - expected.0).iter().chain(&(slopes.value - expected.1)).all(|error| error.abs() < 1e-6));
}

proptest! {
    /// Exact counts, with equal weights and with NaN among them, too; and no score removed is above one kept.
    #[test]
    fn exactly_as_many_are_kept_as_asked_for(
        sizes in prop::collection::vec(1_usize..7, 2..5), share in 0.0_f64..1.0, seed in 0_u64..1000,
        choice in 0_usize..3, spoilt in 0_usize..3,
    ) {
        let saliency = [Saliency::Snip, Saliency::Grasp, Saliency::SynFlow][choice];
        let mut network = network(&sizes, Activation::Relu, Loss::CrossEntropy, seed);
        match spoilt {
            0 => {}
            1 => network.layers_mut().iter_mut().for_each(|layer| layer.weights.values_mut().fill(0.0)),
            _ => network.layers_mut()[0].weights.values_mut()[0] = f32::NAN,
        }
        let (inputs, labels) = batch(&network, 3, seed);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let keep = 1 + (share * network.connections() as f64) as usize;
        let kept = kept(saliency, &network, &inputs, &labels, keep);
        prop_assert_eq!(connections_by_layer(&kept).iter().sum::<usize>(), keep);
        let sizes: Vec<usize> = network.layers().iter().map(|layer| layer.weights.connections()).collect();
        prop_assert_eq!(kept.iter().map(Vec::len).collect::<Vec<_>>(), sizes);
        if saliency != Saliency::SynFlow {
            let scores = scores(saliency, &network, &inputs, &labels).concat();
            let (above, below): (Vec<_>, Vec<_>) = scores.into_iter().zip(kept.concat()).partition(|(_, kept)| *kept);
            prop_assert!(above.iter().all(|(a, _)| below.iter().all(|(b, _)| b.is_nan() || a >= b)));
        }
    }
}

/// Whenever it is told to stop, it gives nothing and computes no further.
#[test]
fn choosing_stops_whenever_it_is_told_to() {
    let network = network(&[6, 9, 8, 3], Activation::Tanh, Loss::CrossEntropy, 5);
    let (inputs, labels) = batch(&network, 12, 5);
    for saliency in [Saliency::Magnitude, Saliency::Snip, Saliency::Grasp, Saliency::SynFlow] {
        let asked = Cell::new(0);
        let until = |last: u32| {
            asked.set(0);
            let go_on = || {
                asked.set(asked.get() + 1);
                asked.get() <= last
            };
            let before = multiply_adds();
            (saliency.kept(&network, &inputs, &labels, 20, &go_on), multiply_adds() - before)
        };
        let (all, whole) = until(u32::MAX);
        assert!(all.is_some());
        let looks = asked.get();
        let mut computed = 0;
        for last in 0..looks {
            let (chosen, by_then) = until(last);
            assert_eq!((chosen, asked.get()), (None, last + 1), "{saliency:?}");
            assert!(computed <= by_then && by_then <= whole, "{saliency:?}");
            computed = by_then;
        }
        // SynFlow looks before each of its rounds, the others before each product of two matrices.
        let expected = match saliency {
            Saliency::Magnitude => 1,
            // Three layers forward, three gradients and two layers back.
            Saliency::Snip => 8 + 1,
            // Once as SNIP; then with derivatives, two products for one, three where both factors move.
            Saliency::Grasp => 8 + (2 + 3 + 3) + (2 + 3 + 3) + (3 + 3) + 1,
            Saliency::SynFlow => ROUNDS,
        };
        assert_eq!(looks, expected, "{saliency:?}");
    }
}

/// Products large enough to be done in several stretches are those of one.
#[test]
fn a_product_in_stretches_is_the_product() {
    let sizes = [64, 1100, 1000];
    let network = network(&sizes, Activation::Relu, Loss::CrossEntropy, 6);
    let (inputs, labels) = batch(&network, 256, 6);
    let objective = Objective::new(&network, &inputs, &labels, 1.0, &|| true);
    let weights = weights(&network);
    let logits = objective.forward(&constant(&weights)).expect("nobody stops it").1.value;
    let inputs = inputs.matrix().mapv(f64::from);
    let of_layer = |layer: usize, x: &Array2<f64>| {
        Neurons::of(&network.layers()[layer]).activate(Dual::constant(weights[layer].dot(x))).0.value
    };
    assert_eq!(logits, of_layer(1, &of_layer(0, &inputs)));
}
