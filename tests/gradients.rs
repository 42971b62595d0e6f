//! The gradients by which networks learn are right: those of the engine, in f32 over sparse and dense layers, against
//! an independent network in f64, and against plain differences of its loss.

mod reference;

use std::sync::Arc;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use reference::{Reference, Sample};
use regrow::nn::{Activation, Layer, LayerGradients, Loss, Network, Pass, Weights};
use regrow::sparse::{Connectivity, Place};

/// How the places of a layer are taken.
#[derive(Debug, Clone, Copy)]
enum Wiring {
    /// A dense layer.
    Dense,
    /// A sparse layer; each place is taken with this probability.
    Share(f64),
    /// A sparse layer with one connection, in its last place.
    Single,
}

use Wiring::{Dense, Share, Single};

/// Networks and batches at the edges: batches of one sample, of whole tiles of 32 and one more; single outputs; layers
/// with empty rows and columns, with one connection, with none; dense and sparse layers in every order.
const CASES: &[(&[usize], &[Wiring], usize)] = &[
    (&[5, 7, 1], &[Share(0.4), Dense], 1),
    (&[5, 7, 3], &[Dense, Share(0.5)], 1),
    (&[6, 9, 8, 4], &[Share(0.3), Share(0.5), Share(0.6)], 33),
    (&[6, 9, 8, 1], &[Share(0.5), Share(0.5), Share(0.6)], 33),
    (&[12, 20, 3], &[Share(0.1), Dense], 32),
    (&[8, 10, 10, 6, 5], &[Dense, Share(0.3), Dense, Share(0.7)], 65),
    (&[4, 1, 2], &[Single, Dense], 8),
    (&[4, 6, 1], &[Dense, Single], 9),
    (&[4, 5, 5, 2], &[Share(0.6), Share(0.0), Dense], 7),
    (&[9, 1], &[Share(0.5)], 33),
    (&[9, 5], &[Dense], 31),
    (&[40, 30, 10], &[Share(1.0), Share(0.2)], 16),
];

/// A case in the engine's form and in the reference's.
struct Setup {
    name: String,
    network: Network,
    reference: Reference,
    samples: Vec<Sample>,
    gradients: Vec<LayerGradients>,
    loss: f64,
}

#[test]
fn gradients_equal_differences_of_the_loss() {
    // A central difference errs by h²/6 of the third derivative and by the rounding of the loss over h: 1e-12 and 1e-10.
    const STEP: f64 = 1e-6;
    for setup in setups() {
        let Setup { name, reference, samples, .. } = &setup;
        assert!(reference.nearest_to_kink(samples) > 10.0 * STEP, "{name}: a difference would straddle relu's kink");
        for layer in 0..reference.layers.len() {
            let difference = |parameter: fn(&mut reference::Layer) -> &mut Vec<f64>, index: usize| {
                let loss = |offset: f64| {
                    let mut moved = reference.clone();
                    parameter(&mut moved.layers[layer])[index] += offset;
                    moved.loss(samples)
                };
                (loss(STEP) - loss(-STEP)) / (2.0 * STEP)
            };
            let places = reference.layers[layer].connections().into_iter();
            let weights: Vec<f64> = places.map(|place| difference(|layer| &mut layer.weights, place)).collect();
            let bias = 0..reference.layers[layer].bias.len();
            let bias: Vec<f64> = bias.map(|target| difference(|layer| &mut layer.bias, target)).collect();
            let shape = 0..reference.layers[layer].shape.len();
            let shape: Vec<f64> = shape.map(|index| difference(|layer| &mut layer.shape, index)).collect();
            agree(&setup, layer, &[&weights, &bias, &shape], 1e-4);
        }
    }
}

#[test]
fn gradients_equal_back_propagation_through_masked_matrices() {
    for setup in setups() {
        for (layer, gradient) in setup.reference.gradients(&setup.samples).iter().enumerate() {
            let existing = setup.reference.layers[layer].existing(&gradient.weights);
            agree(&setup, layer, &[&existing, &gradient.bias, &gradient.shape], 1e-5);
        }
    }
}

/// Dense layers that are too large for the sparse kernels and so go through the library's product: between sparse ones,
/// and with batches that do not fill a line.
#[test]
fn large_dense_layers_agree_with_masked_matrices_too() {
    let cases: [(&[usize], &[Wiring], usize); 3] = [
        (&[40, 60, 30, 3], &[Dense, Dense, Share(0.5)], 33),
        (&[50, 60, 70, 4], &[Share(0.3), Dense, Share(0.4)], 100),
        (&[70, 40, 20], &[Dense, Dense], 24),
    ];
    for ((sizes, wirings, batch), seed) in cases.into_iter().zip(100..) {
        for activation in [Activation::Tanh, Activation::Gelu, Activation::Srelu] {
            let setup = setup(sizes, wirings, activation, Loss::CrossEntropy, batch, seed);
            for (layer, gradient) in setup.reference.gradients(&setup.samples).iter().enumerate() {
                let existing = setup.reference.layers[layer].existing(&gradient.weights);
                agree(&setup, layer, &[&existing, &gradient.bias, &gradient.shape], 1e-5);
            }
        }
    }
}

#[test]
fn the_loss_is_the_mean_over_the_samples() {
    for setup in setups() {
        let expected = setup.reference.loss(&setup.samples);
        assert!((setup.loss - expected).abs() < 1e-6 * expected, "{}: {} for {expected}", setup.name, setup.loss);
    }
}

#[test]
fn the_cases_have_neurons_without_inputs_and_neurons_without_outputs() {
    let (mut without_inputs, mut without_outputs) = (0, 0);
    for setup in setups() {
        for connectivity in setup.network.layers().iter().filter_map(|layer| layer.weights.connectivity()) {
            without_inputs += (0..connectivity.targets()).filter(|&n| connectivity.in_degree(n) == 0).count();
            without_outputs += (0..connectivity.sources()).filter(|&n| connectivity.out_degree(n) == 0).count();
        }
    }
    assert!(without_inputs > 10 && without_outputs > 10, "{without_inputs} and {without_outputs}");
}

/// Every gradient of a layer agrees to `tolerance`, of its own size or of a tenth of the layer's largest.
///
/// The second is for gradients that are what is left of terms that cancel, where f32 has no more digits to give.
fn agree(setup: &Setup, layer: usize, expected: &[&[f64]; 3], tolerance: f64) {
    let ours = &setup.gradients[layer];
    let [weights, biases, shapes] = *expected;
    let pairs = [
        ("weight", &ours.weights, weights),
        ("bias", &ours.biases, biases),
        ("parameter of shapes", &ours.shapes, shapes),
    ];
    let largest = expected.concat().iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    for (what, ours, expected) in pairs {
        assert_eq!(ours.len(), expected.len());
        for (index, (&ours, &expected)) in ours.iter().zip(expected).enumerate() {
            let error = (f64::from(ours) - expected).abs();
            let size = expected.abs().max(0.1 * largest);
            let name = &setup.name;
            assert!(error <= tolerance * size, "{name}: {what} {index} of layer {layer}: {ours} for {expected}");
        }
    }
}

fn setups() -> impl Iterator<Item = Setup> {
    CASES.iter().zip(1..).flat_map(|(&(sizes, wirings, batch), seed)| {
        let all = Activation::HIDDEN.into_iter().flat_map(|activation| Loss::ALL.map(|loss| (activation, loss)));
        all.map(move |(activation, loss)| setup(sizes, wirings, activation, loss, batch, seed))
    })
}

fn setup(sizes: &[usize], wirings: &[Wiring], activation: Activation, loss: Loss, batch: usize, seed: u64) -> Setup {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let layers = wirings.iter().enumerate().map(|(index, &wiring)| {
        let activation = if index + 1 == wirings.len() { Activation::Linear } else { activation };
        layer(sizes[index], sizes[index + 1], wiring, activation, &mut rng)
    });
    let network = Network::new(layers.collect(), loss);
    let classes = network.outputs().max(2);
    let samples: Vec<Sample> = (0..batch)
        .map(|_| Sample {
            input: (0..sizes[0]).map(|_| f64::from(rng.random_range(-1.0_f32..1.0))).collect(),
            label: rng.random_range(0..classes),
        })
        .collect();
    let (gradients, mean_loss) = engine_backward(&network, &samples);
    let name = format!("{sizes:?} {wirings:?} {activation:?} {loss:?} batch {batch}");
    Setup { reference: Reference::copy_of(&network), name, network, samples, gradients, loss: mean_loss }
}

fn layer(n_in: usize, n_out: usize, wiring: Wiring, activation: Activation, rng: &mut ChaCha8Rng) -> Layer {
    let mut taken: Vec<Place> = (0..n_out)
        .flat_map(|target| (0..n_in).map(move |source| (target, source)))
        .filter(|&(target, source)| match wiring {
            Dense => true,
            Share(share) => rng.random::<f64>() < share,
            Single => target + 1 == n_out && source + 1 == n_in,
        })
        .map(|(target, source)| Place { target: narrow(target), source: narrow(source) })
        .collect();
    if !matches!(wiring, Dense) {
        taken.sort_unstable();
    }
    let values = taken.iter().map(|_| rng.random_range(-1.0..1.0)).collect();
    let weights = if matches!(wiring, Dense) {
        Weights::Dense { n_in, n_out, values }
    } else {
        let connectivity = Connectivity::try_new(n_in, n_out, &taken).expect("valid places");
        Weights::Sparse { connectivity: Arc::new(connectivity), values }
    };
    let mut layer = Layer::new(weights, activation);
    layer.bias.iter_mut().for_each(|bias| *bias = rng.random_range(-0.5..0.5));
    layer.shape.iter_mut().for_each(|parameter| *parameter += rng.random_range(-0.1..0.1));
    layer
}

/// The engine's gradients, and its mean loss.
#[expect(clippy::cast_possible_truncation, reason = "inputs were f32")]
fn engine_backward(network: &Network, samples: &[Sample]) -> (Vec<LayerGradients>, f64) {
    let mut pass = Pass::new(network, samples.len());
    for (position, sample) in samples.iter().enumerate() {
        for (feature, &value) in sample.input.iter().enumerate() {
            pass.input_mut().row_mut(feature)[position] = value as f32;
        }
    }
    let labels: Vec<u32> = samples.iter().map(|sample| narrow(sample.label)).collect();
    // Nonsense of another size: what was there before must not matter.
    let nonsense =
        || LayerGradients { weights: vec![f32::NAN; 99], biases: vec![f32::NAN; 99], shapes: vec![f32::NAN; 9] };
    let mut gradients: Vec<LayerGradients> = network.layers().iter().map(|_| nonsense()).collect();
    let loss = network.backward(&mut pass, &labels, &mut gradients).loss();
    (gradients, loss)
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("a small number")
}
