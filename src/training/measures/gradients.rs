//! Gradients at all places of a network, taken and empty, over a batch of training samples.

use serde::{Deserialize, Serialize};

use crate::data::Dataset;
use crate::nn::{Layer, LayerGradients, Network, Pass};
use crate::sparse::{Activations, Connectivity};
use crate::topology::grow::add_products;

/// Training samples that gradients are taken over at most.
pub const GRADIENT_SAMPLES: usize = 256;
/// Bytes that the activations of these samples may take, unless even a few samples take more.
const ACTIVATION_BYTES: usize = 128 << 20;
/// Samples at least, if there are so many.
const FEWEST_SAMPLES: usize = 16;
/// Sources whose gradients are computed at once, unless their targets are too many.
const TILE: usize = 64;
/// Gradients that are kept at once.
const TILE_PLACES: usize = 1 << 20;

/// Gradients of the mean loss at the places of one layer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct LayerGradientMeasures {
    /// Mean |g| at places without a connection; none where all are taken.
    pub absent: Option<f64>,
    /// Mean |g| at places with one; none where there is none.
    pub present: Option<f64>,
    /// Euclidean norm over the connections: how much gradient reaches the layer (Evci et al. 2022, "Gradient flow in sparse
    /// neural networks and how lottery tickets win").
    pub norm: f64,
    /// Euclidean norm over all places.
    pub norm_of_all: f64,
    /// Neurons of the layer that put out 0 for every one of the samples.
    pub silent: usize,
}

/// What gradients came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GradientMeasures {
    /// Training samples that they were taken over, evenly spread over the training set.
    pub samples: usize,
    /// By layer.
    pub layers: Vec<LayerGradientMeasures>,
    /// Of all layers together.
    pub network: LayerGradientMeasures,
}

/// Sums over places.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    places: f64,
    magnitudes: f64,
    squares: f64,
}

impl Sums {
    fn add(&mut self, gradient: f32) {
        let gradient = f64::from(gradient);
        self.places += 1.0;
        self.magnitudes += gradient.abs();
        self.squares += gradient * gradient;
    }

    fn plus(self, other: Self) -> Self {
        Self {
            places: self.places + other.places,
            magnitudes: self.magnitudes + other.magnitudes,
            squares: self.squares + other.squares,
        }
    }

    fn mean(self) -> Option<f64> {
        (self.places > 0.0).then(|| self.magnitudes / self.places)
    }
}

/// Multiply-adds that [`gradient_measures`] takes at most.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub fn gradient_work(network: &Network) -> f64 {
    let places = |layer: &Layer| layer.weights.n_in() as f64 * layer.weights.n_out() as f64;
    network.layers().iter().map(places).sum::<f64>() * GRADIENT_SAMPLES as f64
}

/// Gradients at all places over up to [`GRADIENT_SAMPLES`] training samples, without dropout. None once `go_on` says no.
///
/// As growth by gradient does, it computes `X Δᵀ` of some sources at a time and keeps sums alone: nothing has
/// `n_in · n_out` elements.
#[must_use]
pub fn gradient_measures(network: &Network, data: &Dataset, go_on: &dyn Fn() -> bool) -> Option<GradientMeasures> {
    let samples = samples(network, data);
    let chosen: Vec<usize> = (0..samples).map(|sample| sample * data.samples() / samples).collect();
    let labels: Vec<u32> = chosen.iter().map(|&sample| data.labels()[sample]).collect();
    let mut pass = Pass::new(network, samples);
    let input = pass.input_mut();
    let stride = input.stride();
    data.gather_features(0..data.features(), &chosen, input.padded_mut(), stride);
    network.forward_with_loss(&mut pass, &labels);
    let mut gradients = LayerGradients::default();
    let mut layers = Vec::with_capacity(network.layers().len());
    for index in (0..network.layers().len()).rev() {
        network.backward_layer(index, &mut pass, &mut gradients);
        let mut present = Sums::default();
        gradients.weights.iter().for_each(|&gradient| present.add(gradient));
        let (x, delta) = (pass.sources(index), pass.deltas(index));
        let absent = match network.layers()[index].weights.connectivity() {
            Some(connectivity) => absent(connectivity, x, delta, go_on)?,
            None => Sums::default(),
        };
        let y = pass.targets(index);
        let silent = (0..y.neurons()).filter(|&neuron| y.row(neuron).iter().all(|&value| value == 0.0)).count();
        layers.push((present, absent, silent));
    }
    layers.reverse();
    let zero = (Sums::default(), Sums::default(), 0);
    let add = |a: (Sums, Sums, usize), b: &(Sums, Sums, usize)| (a.0.plus(b.0), a.1.plus(b.1), a.2 + b.2);
    let network = measures(&layers.iter().fold(zero, add));
    Some(GradientMeasures { samples, layers: layers.iter().map(measures).collect(), network })
}

fn measures(&(present, absent, silent): &(Sums, Sums, usize)) -> LayerGradientMeasures {
    LayerGradientMeasures {
        absent: absent.mean(),
        present: present.mean(),
        norm: present.squares.sqrt(),
        norm_of_all: (present.squares + absent.squares).sqrt(),
        silent,
    }
}

fn samples(network: &Network, data: &Dataset) -> usize {
    let neurons = network.inputs() + network.layers().iter().map(Layer::neurons).sum::<usize>();
    // Activations, sums and gradients.
    let affordable = ACTIVATION_BYTES / (3 * size_of::<f32>() * neurons);
    GRADIENT_SAMPLES.min(affordable.max(FEWEST_SAMPLES)).min(data.samples())
}

/// Sums over the empty places of a layer.
fn absent(taken: &Connectivity, x: &Activations, delta: &Activations, go_on: &dyn Fn() -> bool) -> Option<Sums> {
    let targets = taken.targets();
    let height = (TILE_PLACES / targets).clamp(1, TILE);
    let mut tile = vec![0.0; height.min(taken.sources()) * targets];
    let mut sums = Sums::default();
    for first in (0..taken.sources()).step_by(height) {
        if !go_on() {
            return None;
        }
        let last = (first + height).min(taken.sources());
        let tile = &mut tile[..(last - first) * targets];
        add_products(x, delta, first..last, 1.0, 0.0, tile);
        for (source, row) in (first..last).zip(tile.chunks_exact(targets)) {
            let mut occupied = taken.targets_of(source).iter().map(|&target| target as usize).peekable();
            for (target, &gradient) in row.iter().enumerate() {
                if occupied.next_if_eq(&target).is_none() {
                    sums.add(gradient);
                }
            }
        }
    }
    Some(sums)
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::{DataSource, DataSpec};
    use crate::nn::{Activation, Loss, Weights};
    use crate::random::{Stream, generator};
    use crate::topology::connectivity::random_connectivity;

    /// A layer with weights that are easy to write down: `±(1 + index mod 5) / 10`.
    fn layer(connectivity: Connectivity) -> Layer {
        let weight = |index: usize| (1.0 + (index % 5) as f32) / if index.is_multiple_of(2) { 10.0 } else { -10.0 };
        let values = (0..connectivity.connections()).map(weight).collect();
        Layer::new(Weights::Sparse { connectivity: Arc::new(connectivity), values }, Activation::Tanh)
    }

    /// The network with one more connection, of weight `epsilon`, if the place is empty; else with that weight moved.
    fn nudged(network: &Network, layer: usize, source: u32, target: u32, epsilon: f32) -> Network {
        let mut network = network.clone();
        let Weights::Sparse { connectivity, values } = &mut network.layers_mut()[layer].weights else {
            panic!("sparse")
        };
        let place = crate::sparse::Place { source, target };
        if let Some(index) = connectivity.find(place) {
            values[index] += epsilon;
        } else {
            let edit = crate::sparse::Edit::try_new(connectivity, Vec::new(), vec![place]).expect("empty");
            Arc::make_mut(connectivity).apply(&edit);
            edit.carry(values, epsilon);
        }
        network
    }

    fn loss(network: &Network, data: &Dataset) -> f64 {
        let mut pass = Pass::forward_only(network, data.samples());
        let input = pass.input_mut();
        let stride = input.stride();
        data.gather_range(0..data.samples(), input.padded_mut(), stride);
        network.forward(&mut pass);
        network.loss().score(pass.logits(), data.labels(), None).loss()
    }

    #[test]
    fn means_and_norms_are_those_of_finite_differences_at_every_place() {
        let mut rng = generator(1, Stream::InitialTopology);
        let mut random = |n_in, n_out, count| random_connectivity(n_in, n_out, count, &mut rng).expect("valid");
        let network =
            Network::new(vec![layer(random(2, 7, 6)), layer(random(7, 3, 9)), layer(random(3, 1, 2))], Loss::default());
        let spec = DataSpec { train: Some(60), test: Some(10), ..DataSpec::new(DataSource::Circle) };
        let data = spec.generate(1).expect("data").train;
        let found = gradient_measures(&network, &data, &|| true).expect("done");
        assert_eq!(found.samples, 60);
        for (index, layer) in network.layers().iter().enumerate() {
            let connectivity = layer.weights.connectivity().expect("sparse");
            let (mut present, mut absent) = (Vec::new(), Vec::new());
            for source in 0..u32::try_from(connectivity.sources()).expect("small") {
                for target in 0..u32::try_from(connectivity.targets()).expect("small") {
                    let at = |epsilon| loss(&nudged(&network, index, source, target, epsilon), &data);
                    let slope = (at(0.01) - at(-0.01)) / 0.02;
                    let taken = connectivity.find(crate::sparse::Place { source, target }).is_some();
                    if taken { present.push(slope) } else { absent.push(slope) }
                }
            }
            let mean = |all: &[f64]| all.iter().map(|slope| slope.abs()).sum::<f64>() / all.len() as f64;
            let norm = |all: &[f64]| all.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
            let own = &found.layers[index];
            let near = |found: f64, expected: f64| (found - expected).abs() < 0.01 * expected + 1e-4;
            assert!(near(own.present.expect("some"), mean(&present)), "{own:?} {present:?}");
            assert!(near(own.absent.expect("some"), mean(&absent)), "{own:?} {absent:?}");
            assert!(near(own.norm, norm(&present)), "{own:?} {present:?}");
            assert!(near(own.norm_of_all, norm(&[present, absent].concat())), "{own:?}");
        }
    }

    #[test]
    fn neurons_without_inputs_and_bias_are_silent_and_full_layers_have_nothing_absent() {
        let full: Vec<_> = (0..2).map(|source| crate::sparse::Place { source, target: 0 }).collect();
        let first = layer(Connectivity::try_new(2, 3, &full).expect("valid"));
        let dense = Layer::new(Weights::Dense { n_in: 3, n_out: 1, values: vec![0.5; 3] }, Activation::Linear);
        let network = Network::new(vec![first, dense], Loss::default());
        let spec = DataSpec { train: Some(30), test: Some(10), ..DataSpec::new(DataSource::Circle) };
        let data = spec.generate(1).expect("data").train;
        let found = gradient_measures(&network, &data, &|| true).expect("done");
        assert_eq!(found.layers[0].silent, 2);
        assert_eq!((found.layers[1].absent, found.layers[1].present.is_some()), (None, true));
        assert_eq!(gradient_measures(&network, &data, &|| false), None);
    }
}
