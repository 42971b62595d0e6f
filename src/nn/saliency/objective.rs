//! The loss of a dense network as a function of its weights, with exact derivatives in `f64`.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, Axis};

use crate::nn::activation::{Activation, INITIAL_SHAPE, SHAPE_PARAMETERS, Unit};
use crate::nn::layer::Layer;
use crate::nn::loss::Loss;
use crate::nn::network::Network;
use crate::sparse::{Activations, count_multiply_adds};

/// Whether to go on; asked again and again.
pub(super) type GoOn<'a> = &'a dyn Fn() -> bool;

/// Multiply-adds without a look at whether to go on.
const STRETCH: usize = 1 << 27;

/// A matrix and, if it has one, its derivative along the direction in which the weights move.
#[derive(Debug, Clone)]
pub(super) struct Dual {
    pub(super) value: Array2<f64>,
    /// None is 0.
    pub(super) tangent: Option<Array2<f64>>,
}

impl Dual {
    pub(super) fn constant(value: Array2<f64>) -> Self {
        Self { value, tangent: None }
    }

    fn transposed(&self) -> Self {
        Self { value: self.value.t().to_owned(), tangent: self.tangent.as_ref().map(|tangent| tangent.t().to_owned()) }
    }

    /// A bilinear product of both, by the product rule.
    fn product(&self, other: &Self, of: impl Fn(&Array2<f64>, &Array2<f64>) -> Option<Array2<f64>>) -> Option<Self> {
        let tangent = match (&self.tangent, &other.tangent) {
            (Some(left), Some(right)) => Some(of(left, &other.value)? + of(&self.value, right)?),
            (Some(left), None) => Some(of(left, &other.value)?),
            (None, Some(right)) => Some(of(&self.value, right)?),
            (None, None) => None,
        };
        Some(Self { value: of(&self.value, &other.value)?, tangent })
    }

    fn dot(&self, other: &Self, go_on: GoOn) -> Option<Self> {
        self.product(other, |a, b| dot(a, b, go_on))
    }

    /// Element by element.
    fn times(&self, other: &Self) -> Self {
        self.product(other, |a, b| Some(a * b)).expect("nothing stops it")
    }
}

/// A product of matrices, or nothing once `go_on` says no, which is asked every few hundredths of a second.
fn dot(a: &Array2<f64>, b: &Array2<f64>, go_on: GoOn) -> Option<Array2<f64>> {
    let rows = (STRETCH / b.len().max(1)).max(1);
    let mut product = Array2::zeros((a.nrows(), b.ncols()));
    for (a, mut product) in a.axis_chunks_iter(Axis(0), rows).zip(product.axis_chunks_iter_mut(Axis(0), rows)) {
        if !go_on() {
            return None;
        }
        count_multiply_adds(a.len(), b.ncols());
        general_mat_mul(1.0, &a, b, 0.0, &mut product);
    }
    Some(product)
}

pub(super) fn constant(weights: &[Array2<f64>]) -> Vec<Dual> {
    weights.iter().cloned().map(Dual::constant).collect()
}

/// The mean loss over one batch as a function of the weights; biases stay as they are.
pub(super) struct Objective<'a> {
    neurons: Vec<Neurons>,
    pub(super) loss: Loss,
    /// What the logits are divided by before the loss sees them.
    pub(super) temperature: f64,
    inputs: Array2<f64>,
    pub(super) labels: &'a [u32],
    go_on: GoOn<'a>,
}

/// What the neurons of a layer do with their sums.
pub(super) struct Neurons {
    /// `n_out x 1`.
    bias: Array2<f64>,
    /// One for each neuron.
    curves: Vec<Curve>,
}

/// What a layer leaves for the backward pass.
pub(super) struct Trace {
    /// Activations of the sources (`n_in x batch`).
    sources: Dual,
    /// Slopes of the targets' activation functions (`n_out x batch`).
    slopes: Dual,
}

impl<'a> Objective<'a> {
    pub(super) fn new(
        network: &Network,
        inputs: &Activations,
        labels: &'a [u32],
        temperature: f64,
        go_on: GoOn<'a>,
    ) -> Self {
        assert_eq!(labels.len(), inputs.batch(), "one label a sample");
        Self {
            neurons: network.layers().iter().map(Neurons::of).collect(),
            loss: network.loss(),
            temperature,
            inputs: inputs.matrix().mapv(f64::from),
            labels,
            go_on,
        }
    }

    /// `Hg`: the Hessian of the loss in the weights, times its gradient, by layer; like all that follows nothing once it
    /// has been stopped.
    pub(super) fn hessian_gradient(&self, weights: &[Array2<f64>]) -> Option<Vec<Array2<f64>>> {
        let gradients = self.gradients(&constant(weights))?;
        let moving = weights.iter().zip(gradients);
        let moving: Vec<_> = moving.map(|(w, g)| Dual { value: w.clone(), tangent: Some(g.value) }).collect();
        let products = self.gradients(&moving)?.into_iter();
        Some(products.map(|gradient| gradient.tangent.expect("moving weights move the gradient")).collect())
    }

    /// Gradients of the loss with respect to the weights, by layer (`n_out x n_in`).
    pub(super) fn gradients(&self, weights: &[Dual]) -> Option<Vec<Dual>> {
        let (traces, logits) = self.forward(weights)?;
        let mut error = self.error(&logits);
        let mut gradients = Vec::with_capacity(weights.len());
        for (depth, trace) in traces.iter().enumerate().rev() {
            let delta = error.times(&trace.slopes);
            gradients.push(delta.dot(&trace.sources.transposed(), self.go_on)?);
            if depth > 0 {
                error = weights[depth].transposed().dot(&delta, self.go_on)?;
            }
        }
        gradients.reverse();
        Some(gradients)
    }

    /// What each layer leaves, and the logits (`outputs x batch`).
    pub(super) fn forward(&self, weights: &[Dual]) -> Option<(Vec<Trace>, Dual)> {
        let mut sources = Dual::constant(self.inputs.clone());
        let mut traces = Vec::with_capacity(weights.len());
        for (neurons, weights) in self.neurons.iter().zip(weights) {
            let (targets, slopes) = neurons.activate(weights.dot(&sources, self.go_on)?);
            traces.push(Trace { sources, slopes });
            sources = targets;
        }
        Some((traces, sources))
    }

    /// Gradient of the loss with respect to the logits (`outputs x batch`).
    #[expect(clippy::cast_precision_loss, reason = "a number of samples")]
    fn error(&self, logits: &Dual) -> Dual {
        let mut error = logits.clone();
        let scale = 1.0 / (self.temperature * self.labels.len() as f64);
        for (sample, &label) in self.labels.iter().enumerate() {
            let output = Output::new(self.loss, &(&logits.value.column(sample) / self.temperature), label);
            error.value.column_mut(sample).assign(&(output.gradient() * scale));
            if let Some(tangent) = &mut error.tangent {
                let product = output.hessian_product(&(&tangent.column(sample) / self.temperature));
                tangent.column_mut(sample).assign(&(product * scale));
            }
        }
        error
    }
}

impl Neurons {
    pub(super) fn of(layer: &Layer) -> Self {
        let bias = layer.bias.iter().map(|bias| f64::from(*bias)).collect::<Array1<_>>().insert_axis(Axis(1));
        let mut shapes = layer.shape.as_chunks::<SHAPE_PARAMETERS>().0.iter();
        let unit = |shape| Unit { activation: layer.activation, depth: layer.depth, shape };
        let curves = (0..layer.neurons()).map(|_| Curve::of(unit(*shapes.next().unwrap_or(&INITIAL_SHAPE))));
        Self { bias, curves: curves.collect() }
    }

    /// Activations and slopes (`n_out x batch`) from the sums without the bias.
    pub(super) fn activate(&self, sums: Dual) -> (Dual, Dual) {
        let biased = sums.value + &self.bias;
        let jets = Array2::from_shape_fn(biased.dim(), |place| self.curves[place.0].jet(biased[place]));
        let [values, slopes, curvatures] = [0, 1, 2].map(|order| jets.mapv(|jet| jet[order]));
        let tangents = sums.tangent.map(|tangent| (&slopes * &tangent, curvatures * tangent));
        let (values_move, slopes_move) = tangents.unzip();
        (Dual { value: values, tangent: values_move }, Dual { value: slopes, tangent: slopes_move })
    }
}

/// An activation function with its derivatives.
#[derive(Debug, Clone, Copy)]
enum Curve {
    /// `z` above 0, `slope z` below: every relu, and `z` itself.
    Kinked {
        slope: f64,
    },
    Srelu {
        shape: [f64; SHAPE_PARAMETERS],
    },
    Tanh,
    Sigmoid,
    Gelu,
}

impl Curve {
    pub(super) fn of(unit: Unit) -> Self {
        match unit.activation {
            Activation::Linear | Activation::Relu | Activation::LeakyRelu | Activation::AllRelu => {
                // Read off the function, so that its slopes are written down once.
                let mut at_minus_one = [-1.0];
                unit.apply(&mut at_minus_one);
                Self::Kinked { slope: -f64::from(at_minus_one[0]) }
            }
            Activation::Srelu => Self::Srelu { shape: unit.shape.map(f64::from) },
            Activation::Tanh => Self::Tanh,
            Activation::Sigmoid => Self::Sigmoid,
            Activation::Gelu => Self::Gelu,
        }
    }

    /// Value, slope and second derivative. Where there is no slope, at a kink, it is the one that training takes.
    fn jet(self, z: f64) -> [f64; 3] {
        match self {
            Self::Kinked { slope } => [if z < 0.0 { slope * z } else { z }, if z > 0.0 { 1.0 } else { slope }, 0.0],
            Self::Srelu { shape: [_, _, right, slope] } if z >= right => [right + slope * (z - right), slope, 0.0],
            Self::Srelu { shape: [left, slope, ..] } if z <= left => [left + slope * (z - left), slope, 0.0],
            Self::Srelu { .. } => [z, 1.0, 0.0],
            Self::Tanh => tanh_jet(z),
            Self::Sigmoid => {
                let p = logistic(z);
                let slope = p * (1.0 - p);
                [p, slope, slope * (1.0 - 2.0 * p)]
            }
            Self::Gelu => gelu_jet(z),
        }
    }
}

fn tanh_jet(z: f64) -> [f64; 3] {
    let t = z.tanh();
    let slope = 1.0 - t * t;
    [t, slope, -2.0 * t * slope]
}

/// Of `z/2 · (1 + tanh u)`, `u = √(2/π) (z + 0.044715 z³)`.
fn gelu_jet(z: f64) -> [f64; 3] {
    let scale = (2.0 / std::f64::consts::PI).sqrt();
    let [t, t1, t2] = tanh_jet(scale * (z + 0.044_715 * z * z * z));
    let (u1, u2) = (scale * (1.0 + 0.134_145 * z * z), scale * 0.268_29 * z);
    // First and second derivative of tanh u by the chain rule, then of the product with z/2.
    let (first, second) = (t1 * u1, t2 * u1 * u1 + t1 * u2);
    [0.5 * z * (1.0 + t), 0.5 * (1.0 + t + z * first), first + 0.5 * z * second]
}

fn logistic(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

/// What the network answers to one sample, and what it should have.
struct Output {
    pub(super) loss: Loss,
    /// Softmax of the logits where the loss takes it, else the logistic function of each.
    answers: Array1<f64>,
    targets: Array1<f64>,
}

impl Output {
    fn new(loss: Loss, logits: &Array1<f64>, label: u32) -> Self {
        let single = logits.len() == 1;
        let answers = if loss == Loss::CrossEntropy && !single { softmax(logits) } else { logits.mapv(logistic) };
        let own = label as usize;
        assert!(own < logits.len().max(2), "class {label} of {} outputs", logits.len());
        let is_target = |output: usize| if single { own == 1 } else { own == output };
        let targets = (0..logits.len()).map(|output| f64::from(u8::from(is_target(output)))).collect();
        Self { loss, answers, targets }
    }

    /// Gradient of the loss in the logits: `p − t`, of squared error `2 (p − t) p (1 − p)`.
    fn gradient(&self) -> Array1<f64> {
        let difference = &self.answers - &self.targets;
        match self.loss {
            Loss::CrossEntropy => difference,
            Loss::SquaredError => 2.0 * difference * self.slopes(),
        }
    }

    /// The Hessian of the loss in the logits, times a vector: `(diag p − p pᵀ) v` with softmax; with the logistic
    /// function each output stands for itself.
    fn hessian_product(&self, vector: &Array1<f64>) -> Array1<f64> {
        let (p, slopes) = (&self.answers, self.slopes());
        match self.loss {
            Loss::CrossEntropy if p.len() > 1 => p * &(vector - p.dot(vector)),
            Loss::CrossEntropy => slopes * vector,
            Loss::SquaredError => {
                let bend = (p - &self.targets) * p.mapv(|p| 1.0 - 2.0 * p);
                2.0 * (&slopes + &bend) * slopes * vector
            }
        }
    }

    /// Slopes of the logistic function.
    fn slopes(&self) -> Array1<f64> {
        self.answers.mapv(|p| p * (1.0 - p))
    }
}

fn softmax(logits: &Array1<f64>) -> Array1<f64> {
    // Shifted by the largest, so that nothing overflows.
    let largest = logits.fold(f64::NEG_INFINITY, |largest, z| largest.max(*z));
    let powers = logits.mapv(|z| (z - largest).exp());
    let sum = powers.sum();
    powers / sum
}
