//! A stack of layers, its forward and backward pass.

use pulp::NullaryFnOnce;

use super::layer::{Layer, Neurons};
use super::loss::{Evaluation, Loss};
use crate::sparse::{Activations, AsItIs, LANES, for_each_share_of_rows, simd};

/// A network of fully connected layers.
#[derive(Debug, Clone)]
pub struct Network {
    layers: Vec<Layer>,
    loss: Loss,
}

/// What a pass over one batch leaves behind; made once and used again.
#[derive(Debug, Clone)]
pub struct Pass {
    /// Of the input, then of each layer.
    activations: Vec<Activations>,
    /// By layer, the neurons' sums where the backward pass needs them.
    sums: Vec<Option<Activations>>,
    /// Gradients with respect to the sums of each layer; none for forward passes alone.
    deltas: Vec<Activations>,
    /// By layer, gradients of the shapes of activations that have one.
    shapes: Vec<Vec<f32>>,
    /// The key of the batch's dropout, in training.
    dropout: Option<u64>,
}

impl Pass {
    /// Room for forward and backward passes of `batch` samples through this network.
    #[must_use]
    pub fn new(network: &Network, batch: usize) -> Self {
        let layers = network.layers.iter();
        Self {
            deltas: layers.clone().map(|layer| Activations::zeros(layer.neurons(), batch)).collect(),
            shapes: layers.map(|layer| vec![0.0; layer.shape.len()]).collect(),
            ..Self::forward_only(network, batch)
        }
    }

    /// Room for forward passes alone.
    #[must_use]
    pub fn forward_only(network: &Network, batch: usize) -> Self {
        let layers = network.layers.iter();
        let sizes = std::iter::once(network.inputs()).chain(layers.clone().map(Layer::neurons));
        Self {
            activations: sizes.map(|neurons| Activations::zeros(neurons, batch)).collect(),
            sums: layers.map(|layer| layer.keeps_sums().then(|| Activations::zeros(layer.neurons(), batch))).collect(),
            deltas: Vec::new(),
            shapes: Vec::new(),
            dropout: None,
        }
    }

    /// Samples in this pass.
    #[must_use]
    pub fn batch(&self) -> usize {
        self.activations[0].batch()
    }

    /// The input (`features x batch`), to be filled before a forward pass.
    pub fn input_mut(&mut self) -> &mut Activations {
        &mut self.activations[0]
    }

    /// Activations of the sources of a layer (`n_in x batch`); of layer 0 these are the inputs.
    #[must_use]
    pub fn sources(&self, layer: usize) -> &Activations {
        &self.activations[layer]
    }

    /// Activations of the targets of a layer (`n_out x batch`).
    #[must_use]
    pub fn targets(&self, layer: usize) -> &Activations {
        &self.activations[layer + 1]
    }

    /// Gradients with respect to the sums of a layer's targets (`n_out x batch`), after a backward pass.
    #[must_use]
    pub fn deltas(&self, layer: usize) -> &Activations {
        &self.deltas[layer]
    }

    /// The logits (`outputs x batch`), after a forward pass.
    #[must_use]
    pub fn logits(&self) -> &Activations {
        &self.activations[self.activations.len() - 1]
    }

    /// From now on, some activations of layers with dropout are silenced: which, follows from this key.
    pub fn set_dropout(&mut self, key: u64) {
        self.dropout = Some(key);
    }

    /// Bytes that it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let all = self.activations.iter().chain(&self.deltas).chain(self.sums.iter().flatten());
        all.map(Activations::bytes).sum()
    }
}

/// Gradients of the mean loss with respect to the existing weights, the biases and the shapes of one layer.
#[derive(Debug, Clone, Default)]
pub struct LayerGradients {
    /// One value a connection.
    pub weights: Vec<f32>,
    /// One value a target neuron.
    pub biases: Vec<f32>,
    /// One value a parameter of the activations' shapes.
    pub shapes: Vec<f32>,
}

impl LayerGradients {
    /// Room for the gradients of this layer, in memory that may have served another.
    pub fn fit(&mut self, layer: &Layer) {
        for (values, length) in [
            (&mut self.weights, layer.weights.connections()),
            (&mut self.biases, layer.neurons()),
            (&mut self.shapes, layer.shape.len()),
        ] {
            values.reserve_exact(length.saturating_sub(values.len()));
            values.resize(length, 0.0);
        }
    }
}

impl Network {
    /// A network of these layers, the input's first, that is trained and judged by this loss.
    ///
    /// # Panics
    /// If there is no layer, or if sizes of neighbours do not fit.
    #[must_use]
    pub fn new(mut layers: Vec<Layer>, loss: Loss) -> Self {
        assert!(!layers.is_empty(), "a network has at least one layer");
        for pair in layers.windows(2) {
            assert_eq!(pair[0].weights.n_out(), pair[1].weights.n_in());
        }
        for (depth, layer) in layers.iter_mut().enumerate() {
            layer.depth = depth;
        }
        Self { layers, loss }
    }

    /// The layers alone, the input's first.
    #[must_use]
    pub fn into_layers(self) -> Vec<Layer> {
        self.layers
    }

    /// The layers, the input's first.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The layers, to be changed.
    pub fn layers_mut(&mut self) -> &mut [Layer] {
        &mut self.layers
    }

    /// What it is trained and judged by.
    #[must_use]
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// Number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.layers[0].weights.n_in()
    }

    /// Number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.layers[self.layers.len() - 1].weights.n_out()
    }

    /// Number of connections in all layers.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.layers.iter().map(|layer| layer.weights.connections()).sum()
    }

    /// Number of parameters: connections, biases, and what activations learn.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.connections() + self.layers.iter().map(|layer| layer.bias.len() + layer.shape.len()).sum::<usize>()
    }

    /// Computes all activations from the input in `pass`.
    pub fn forward(&self, pass: &mut Pass) {
        for (index, layer) in self.layers.iter().enumerate() {
            let (sources, targets) = pass.activations.split_at_mut(index + 1);
            layer.forward(&sources[index], pass.sums[index].as_mut(), &mut targets[0], pass.dropout);
        }
    }

    /// Forward pass and loss; leaves the gradients with respect to the outputs in `pass`. `labels` has one class a sample.
    ///
    /// # Panics
    /// If `pass` has room for forward passes alone.
    pub fn forward_with_loss(&self, pass: &mut Pass, labels: &[u32]) -> Evaluation {
        self.forward(pass);
        let last = self.layers.len() - 1;
        self.loss.score(&pass.activations[last + 1], labels, Some(&mut pass.deltas[last]))
    }

    /// Gradients of one layer, after [`Self::forward_with_loss`] and the backward passes of all layers above it; leaves
    /// what the layer below needs in `pass`.
    pub fn backward_layer(&self, index: usize, pass: &mut Pass, gradients: &mut LayerGradients) {
        let layer = &self.layers[index];
        gradients.fit(layer);
        if !layer.shape.is_empty() {
            gradients.shapes.copy_from_slice(&pass.shapes[index]);
        }
        let (below, own) = pass.deltas.split_at_mut(index);
        let (x, dz) = (&pass.activations[index], &own[0]);
        sum_rows(dz, &mut gradients.biases);
        let Some(dx) = below.last_mut() else {
            return layer.weights.backward(x, dz, &mut gradients.weights, None, &AsItIs);
        };
        let lower = &self.layers[index - 1];
        let sums = pass.sums[index - 1].as_ref();
        let neurons = Neurons { layer: lower, activate: sums.is_none() };
        layer.weights.backward(x, dz, &mut gradients.weights, Some(&mut *dx), &neurons);
        if let Some(sums) = sums {
            lower.multiply_slopes(sums, dx, pass.dropout, &mut pass.shapes[index - 1]);
        }
    }

    /// Forward pass, then the gradients of the mean loss over the batch, by layer. `labels` has one class a sample.
    ///
    /// # Panics
    /// If `pass` has room for forward passes alone.
    pub fn backward(&self, pass: &mut Pass, labels: &[u32], gradients: &mut Vec<LayerGradients>) -> Evaluation {
        let evaluation = self.forward_with_loss(pass, labels);
        gradients.resize_with(self.layers.len(), LayerGradients::default);
        for index in (0..self.layers.len()).rev() {
            self.backward_layer(index, pass, &mut gradients[index]);
        }
        evaluation
    }

    /// A number that follows from every connection, weight, bias and shape, and from their places: networks with other bits
    /// have another one, but for a chance of 2⁻⁶⁴ (FNV-1a over 32-bit words).
    #[must_use]
    pub fn digest(&self) -> u64 {
        const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0100_0000_01b3;
        let mut digest = BASIS;
        let mut add = |word: u32| digest = (digest ^ u64::from(word)).wrapping_mul(PRIME);
        for layer in &self.layers {
            if let Some(connectivity) = layer.weights.connectivity() {
                connectivity.iter().for_each(|place| {
                    add(place.source);
                    add(place.target);
                });
            }
            let values = layer.weights.values().iter().chain(&layer.bias).chain(&layer.shape);
            values.for_each(|value| add(value.to_bits()));
        }
        digest
    }

    /// Whether every parameter is a finite number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
        self.layers.iter().all(|layer| finite(layer.weights.values()) && finite(&layer.bias) && finite(&layer.shape))
    }
}

/// Sums each row, in 16 lanes.
fn sum_rows(rows: &Activations, sums: &mut [f32]) {
    let (stride, work) = (rows.stride(), 4 * rows.padded().len());
    for_each_share_of_rows(sums, 1, work, &|neurons, sums| {
        let rows = &rows.padded()[neurons.start * stride..neurons.end * stride];
        simd().dispatch(SumRows { rows, stride, sums });
    });
}

struct SumRows<'a> {
    rows: &'a [f32],
    stride: usize,
    sums: &'a mut [f32],
}

impl NullaryFnOnce for SumRows<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (row, sum) in self.rows.chunks_exact(self.stride).zip(self.sums) {
            let mut lanes = [0.0_f32; LANES];
            for line in row.as_chunks::<LANES>().0 {
                for lane in 0..LANES {
                    lanes[lane] += line[lane];
                }
            }
            *sum = lanes.iter().sum();
        }
    }
}
