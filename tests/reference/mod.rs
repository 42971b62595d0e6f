//! A network in double precision that is meant to be obviously right: dense matrices of which a mask says what exists,
//! one sample after the other. Nothing of the engine's arithmetic is used.

#![allow(dead_code, reason = "each test uses its own part")]

use regrow::data::Dataset;
use regrow::nn::{Activation, Loss, Network, SHAPE_PARAMETERS};
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
    /// Four parameters for each neuron, or none.
    pub shape: Vec<f64>,
    /// Which layer it is, from 0.
    pub depth: usize,
    /// Whether the engine orders its connections by source, then target, as it does those of sparse layers.
    pub by_source: bool,
}

/// One value for every place of a layer, taken or empty, one for every bias, one for every parameter of a shape.
#[derive(Clone)]
pub struct Values {
    pub weights: Vec<f64>,
    pub bias: Vec<f64>,
    pub shape: Vec<f64>,
}

/// A stack of layers; the last is linear and gives logits, or the logit of the second of two classes.
#[derive(Clone)]
pub struct Reference {
    pub layers: Vec<Layer>,
    pub loss: Loss,
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

    /// The places of the connections, in the engine's order.
    pub fn connections(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.exists.len()).filter(|&place| self.exists[place]).collect();
        if self.by_source {
            places.sort_by_key(|place| (place % self.n_in, place / self.n_in));
        }
        places
    }

    /// Those of one value for each place that belong to a connection, in the engine's order of the connections.
    pub fn existing(&self, values: &[f64]) -> Vec<f64> {
        self.connections().into_iter().map(|place| values[place]).collect()
    }

    fn shape_of(&self, neuron: usize) -> Option<&[f64]> {
        self.shape.get(neuron * SHAPE_PARAMETERS..(neuron + 1) * SHAPE_PARAMETERS)
    }

    /// What sums below 0 are multiplied by.
    fn negative_slope(&self) -> f64 {
        match self.activation {
            Activation::AllRelu => f64::from(if self.depth.is_multiple_of(2) { -0.6_f32 } else { 0.6 }),
            _ => f64::from(0.01_f32),
        }
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
                shape: layer.shape.iter().copied().map(f64::from).collect(),
                depth: layer.depth,
                by_source: layer.weights.connectivity().is_some(),
            };
            for target in 0..n_out {
                for (source, connection) in layer.weights.incoming(target) {
                    let place = target * n_in + source;
                    copy.exists[place] = true;
                    copy.weights[place] = f64::from(layer.weights.values()[connection]);
                }
            }
            copy
        });
        Self { layers: layers.collect(), loss: network.loss() }
    }

    /// Zero for every place and bias.
    pub fn zeros(&self) -> Vec<Values> {
        let zeros = |layer: &Layer| Values {
            weights: vec![0.0; layer.weights.len()],
            bias: vec![0.0; layer.bias.len()],
            shape: vec![0.0; layer.shape.len()],
        };
        self.layers.iter().map(zeros).collect()
    }

    /// Mean loss.
    pub fn loss(&self, samples: &[Sample]) -> f64 {
        let loss = if self.loss == Loss::CrossEntropy { cross_entropy } else { squared_error };
        let losses = samples.iter().map(|sample| loss(&self.logits(&sample.input), sample.label));
        losses.sum::<f64>() / count(samples)
    }

    /// Gradient of the mean loss at every place, whether a connection exists there or not.
    pub fn gradients(&self, samples: &[Sample]) -> Vec<Values> {
        let mut total = self.zeros();
        for sample in samples {
            let traces = self.traces(&sample.input);
            let last = &traces[traces.len() - 1];
            let logit_gradient =
                if self.loss == Loss::CrossEntropy { cross_entropy_gradient } else { squared_error_gradient };
            let mut delta = logit_gradient(&last.sums, sample.label);
            for (index, (layer, trace)) in self.layers.iter().zip(&traces).enumerate().rev() {
                for (target, delta) in delta.iter().enumerate() {
                    total[index].bias[target] += delta / count(samples);
                    for (source, input) in trace.input.iter().enumerate() {
                        total[index].weights[target * layer.n_in + source] += delta * input / count(samples);
                    }
                }
                if index > 0 {
                    let below = &self.layers[index - 1];
                    let dy: Vec<f64> = (0..layer.n_in).map(|source| column(layer, &delta, source)).collect();
                    for (neuron, (&z, &dy)) in traces[index - 1].sums.iter().zip(&dy).enumerate() {
                        for (parameter, change) in shape_gradient(below, neuron, z).into_iter().enumerate() {
                            total[index - 1].shape[neuron * SHAPE_PARAMETERS + parameter] +=
                                change * dy / count(samples);
                        }
                    }
                    let sums = traces[index - 1].sums.iter().enumerate();
                    delta = sums.zip(dy).map(|((neuron, &z), dy)| slope(below, neuron, z) * dy).collect();
                }
            }
        }
        total
    }

    /// The least distance of a hidden neuron's sum to where its activation has a kink.
    pub fn nearest_to_kink(&self, samples: &[Sample]) -> f64 {
        let hidden = self.layers.len() - 1;
        let mut nearest = f64::INFINITY;
        for trace in samples.iter().map(|sample| self.traces(&sample.input)) {
            for (layer, trace) in self.layers.iter().zip(trace).take(hidden) {
                for (neuron, z) in trace.sums.iter().enumerate() {
                    let kinks = layer.shape_of(neuron).map_or(vec![0.0], |shape| vec![shape[0], shape[2]]);
                    nearest = kinks.into_iter().map(|kink| (z - kink).abs()).fold(nearest, f64::min);
                }
            }
        }
        nearest
    }

    fn logits(&self, input: &[f64]) -> Vec<f64> {
        self.traces(input).pop().map(|trace| trace.sums).unwrap_or_default()
    }

    fn traces(&self, input: &[f64]) -> Vec<Trace> {
        let mut input = input.to_vec();
        let trace = |layer: &Layer| {
            let sums = layer.sums(&input);
            let outputs = sums.iter().enumerate().map(|(neuron, &z)| activate(layer, neuron, z)).collect();
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

fn activate(layer: &Layer, neuron: usize, z: f64) -> f64 {
    match layer.activation {
        Activation::Linear => z,
        Activation::Relu => z.max(0.0),
        Activation::LeakyRelu | Activation::AllRelu => {
            if z < 0.0 {
                layer.negative_slope() * z
            } else {
                z
            }
        }
        Activation::Srelu => {
            let &[left, left_slope, right, right_slope] = layer.shape_of(neuron).expect("a shape") else {
                unreachable!()
            };
            z.clamp(left, right) + left_slope * (z - left).min(0.0) + right_slope * (z - right).max(0.0)
        }
        Activation::Tanh => z.tanh(),
        Activation::Sigmoid => 1.0 / (1.0 + (-z).exp()),
        Activation::Gelu => z / 2.0 * (1.0 + gelu_argument(z).tanh()),
    }
}

fn gelu_argument(z: f64) -> f64 {
    (2.0 / std::f64::consts::PI).sqrt() * (z + 0.044_715 * z.powi(3))
}

/// The slope; of GELU a difference of values, which needs no formula.
fn slope(layer: &Layer, neuron: usize, z: f64) -> f64 {
    match layer.activation {
        Activation::Linear => 1.0,
        Activation::Relu => f64::from(u8::from(z > 0.0)),
        Activation::LeakyRelu | Activation::AllRelu => {
            if z > 0.0 {
                1.0
            } else {
                layer.negative_slope()
            }
        }
        Activation::Tanh => 1.0 / z.cosh().powi(2),
        Activation::Sigmoid => 0.25 / (0.5 * z).cosh().powi(2),
        Activation::Srelu | Activation::Gelu => {
            (activate(layer, neuron, z + 1e-6) - activate(layer, neuron, z - 1e-6)) / 2e-6
        }
    }
}

/// How the activation changes with each parameter of its shape, by differences.
fn shape_gradient(layer: &Layer, neuron: usize, z: f64) -> Vec<f64> {
    let own = layer.shape.len().min(SHAPE_PARAMETERS);
    let difference = |parameter: usize| {
        let moved = |offset: f64| {
            let mut moved = layer.clone();
            moved.shape[neuron * SHAPE_PARAMETERS + parameter] += offset;
            activate(&moved, neuron, z)
        };
        (moved(1e-6) - moved(-1e-6)) / 2e-6
    };
    (0..own).map(difference).collect()
}

/// Σ (σ(z) − t)² over the classes.
fn squared_error(logits: &[f64], label: usize) -> f64 {
    let target = |class: usize| f64::from(u8::from(if logits.len() == 1 { label == 1 } else { class == label }));
    logits.iter().enumerate().map(|(class, z)| (1.0 / (1.0 + (-z).exp()) - target(class)).powi(2)).sum()
}

fn squared_error_gradient(logits: &[f64], label: usize) -> Vec<f64> {
    let difference = |class: usize| {
        let moved = |offset: f64| {
            let mut moved = logits.to_vec();
            moved[class] += offset;
            squared_error(&moved, label)
        };
        (moved(1e-6) - moved(-1e-6)) / 2e-6
    };
    (0..logits.len()).map(difference).collect()
}

/// Negative logarithm of the probability of the label: logistic for one output, softmax for more.
fn cross_entropy(logits: &[f64], label: usize) -> f64 {
    match (logits, label) {
        (&[z], 0) => (1.0 + z.exp()).ln(),
        (&[z], _) => (1.0 + (-z).exp()).ln(),
        _ => logits.iter().map(|z| (z - logits[label]).exp()).sum::<f64>().ln(),
    }
}

fn cross_entropy_gradient(logits: &[f64], label: usize) -> Vec<f64> {
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
