//! A network in double precision that is meant to be obviously right: dense matrices of which a mask says what exists,
//! one sample after the other. Nothing of the engine's arithmetic is used.

#![allow(dead_code, reason = "each test uses its own part")]

use regrow::data::Dataset;
use regrow::nn::{Activation, Network};
use regrow::sparse::Place;

/// An input and its class.
pub struct Sample {
    pub input: Vec<f64>,
    pub label: usize,
}

/// One layer. Matrices are `n_out x n_in`, row by row; what does not exist has weight 0.
#[derive(Clone)]
pub struct Layer {
    pub n_in: usize,
    pub activation: Activation,
    pub exists: Vec<bool>,
    pub weights: Vec<f64>,
    pub bias: Vec<f64>,
}

/// One value for every place of a layer, taken or empty, and one for every bias.
#[derive(Clone)]
pub struct Values {
    pub weights: Vec<f64>,
    pub bias: Vec<f64>,
}

/// A stack of layers; the last is linear and gives logits, or the logit of the second of two classes.
#[derive(Clone)]
pub struct Reference {
    pub layers: Vec<Layer>,
}

/// What one sample does in one layer.
struct Trace {
    input: Vec<f64>,
    sums: Vec<f64>,
}

impl Layer {
    pub fn place(&self, place: Place) -> usize {
        place.target as usize * self.n_in + place.source as usize
    }

    /// Those of one value for each place that belong to a connection, in the order of the connections.
    pub fn existing(&self, values: &[f64]) -> Vec<f64> {
        values.iter().zip(&self.exists).filter(|(_, exists)| **exists).map(|(value, _)| *value).collect()
    }

    fn sums(&self, input: &[f64]) -> Vec<f64> {
        let row = |weights: &[f64]| weights.iter().zip(input).map(|(weight, input)| weight * input).sum::<f64>();
        self.weights.chunks(self.n_in).zip(&self.bias).map(|(weights, bias)| row(weights) + bias).collect()
    }
}

impl Reference {
    /// The engine's network, widened to f64.
    pub fn copy_of(network: &Network) -> Self {
        let layers = network.layers().iter().map(|layer| {
            let (n_in, n_out) = (layer.weights.n_in(), layer.weights.n_out());
            let mut copy = Layer {
                n_in,
                activation: layer.activation,
                exists: vec![false; n_in * n_out],
                weights: vec![0.0; n_in * n_out],
                bias: layer.bias.iter().copied().map(f64::from).collect(),
            };
            for target in 0..n_out {
                for (nth, connection) in layer.weights.row(target).enumerate() {
                    let place = target * n_in + layer.weights.source(target, nth);
                    copy.exists[place] = true;
                    copy.weights[place] = f64::from(layer.weights.values()[connection]);
                }
            }
            copy
        });
        Self { layers: layers.collect() }
    }

    /// Zero for every place and bias.
    pub fn zeros(&self) -> Vec<Values> {
        let zeros =
            |layer: &Layer| Values { weights: vec![0.0; layer.weights.len()], bias: vec![0.0; layer.bias.len()] };
        self.layers.iter().map(zeros).collect()
    }

    /// Mean cross-entropy.
    pub fn loss(&self, samples: &[Sample]) -> f64 {
        let losses = samples.iter().map(|sample| cross_entropy(&self.logits(&sample.input), sample.label));
        losses.sum::<f64>() / count(samples)
    }

    /// Gradient of the mean cross-entropy at every place, whether a connection exists there or not.
    pub fn gradients(&self, samples: &[Sample]) -> Vec<Values> {
        let mut total = self.zeros();
        for sample in samples {
            let traces = self.traces(&sample.input);
            let last = &traces[traces.len() - 1];
            let mut delta = logit_gradient(&last.sums, sample.label);
            for (index, (layer, trace)) in self.layers.iter().zip(&traces).enumerate().rev() {
                for (target, delta) in delta.iter().enumerate() {
                    total[index].bias[target] += delta / count(samples);
                    for (source, input) in trace.input.iter().enumerate() {
                        total[index].weights[target * layer.n_in + source] += delta * input / count(samples);
                    }
                }
                if index > 0 {
                    let slopes = traces[index - 1].sums.iter().map(|&z| slope(self.layers[index - 1].activation, z));
                    delta = slopes.enumerate().map(|(source, slope)| slope * column(layer, &delta, source)).collect();
                }
            }
        }
        total
    }

    /// The sum of inputs of a hidden neuron that comes nearest to 0, where relu has its kink.
    pub fn nearest_to_kink(&self, samples: &[Sample]) -> f64 {
        let hidden = self.layers.len() - 1;
        let traces = samples.iter().flat_map(|sample| self.traces(&sample.input).into_iter().take(hidden));
        traces.flat_map(|trace| trace.sums).map(f64::abs).fold(f64::INFINITY, f64::min)
    }

    fn logits(&self, input: &[f64]) -> Vec<f64> {
        self.traces(input).pop().map(|trace| trace.sums).unwrap_or_default()
    }

    fn traces(&self, input: &[f64]) -> Vec<Trace> {
        let mut input = input.to_vec();
        let trace = |layer: &Layer| {
            let sums = layer.sums(&input);
            let outputs = sums.iter().map(|&z| activate(layer.activation, z)).collect();
            Trace { input: std::mem::replace(&mut input, outputs), sums }
        };
        self.layers.iter().map(trace).collect()
    }
}

/// The samples of a data set with these indices.
pub fn samples(dataset: &Dataset, indices: &[usize]) -> Vec<Sample> {
    let sample = |&index: &usize| Sample {
        input: dataset.sample(index).iter().copied().map(f64::from).collect(),
        label: dataset.labels()[index] as usize,
    };
    indices.iter().map(sample).collect()
}

/// `Σ_target delta · w`: how the loss depends on the activation of a source.
fn column(layer: &Layer, delta: &[f64], source: usize) -> f64 {
    delta.iter().enumerate().map(|(target, delta)| delta * layer.weights[target * layer.n_in + source]).sum()
}

fn activate(activation: Activation, z: f64) -> f64 {
    match activation {
        Activation::Linear => z,
        Activation::Relu => z.max(0.0),
        Activation::Tanh => z.tanh(),
        Activation::Sigmoid => 1.0 / (1.0 + (-z).exp()),
    }
}

fn slope(activation: Activation, z: f64) -> f64 {
    match activation {
        Activation::Linear => 1.0,
        Activation::Relu => f64::from(u8::from(z > 0.0)),
        Activation::Tanh => 1.0 / z.cosh().powi(2),
        Activation::Sigmoid => 0.25 / (0.5 * z).cosh().powi(2),
    }
}

/// Negative logarithm of the probability of the label: logistic for one output, softmax for more.
fn cross_entropy(logits: &[f64], label: usize) -> f64 {
    match (logits, label) {
        (&[z], 0) => (1.0 + z.exp()).ln(),
        (&[z], _) => (1.0 + (-z).exp()).ln(),
        _ => logits.iter().map(|z| (z - logits[label]).exp()).sum::<f64>().ln(),
    }
}

fn logit_gradient(logits: &[f64], label: usize) -> Vec<f64> {
    let wanted = |class: usize| f64::from(u8::from(class == label));
    if let &[z] = logits {
        return vec![1.0 / (1.0 + (-z).exp()) - wanted(1)];
    }
    let sum: f64 = logits.iter().map(|z| z.exp()).sum();
    logits.iter().enumerate().map(|(class, z)| z.exp() / sum - wanted(class)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of samples")]
fn count(samples: &[Sample]) -> f64 {
    samples.len() as f64
}
