//! A stack of layers, its forward and backward pass.

use super::layer::Layer;
use super::loss::{Evaluation, score};

/// A network of fully connected layers.
#[derive(Debug, Clone)]
pub struct Network {
    layers: Vec<Layer>,
}

/// What a pass over one batch leaves behind; made once and used again.
#[derive(Debug, Clone)]
pub struct Pass {
    batch: usize,
    /// Activations (`neurons x batch`) of the input, then of each layer.
    activations: Vec<Vec<f32>>,
    /// Gradients with respect to the sums (`neurons x batch`) of each layer.
    deltas: Vec<Vec<f32>>,
}

impl Pass {
    /// Room for forward and backward passes of `batch` samples through this network.
    #[must_use]
    pub fn new(network: &Network, batch: usize) -> Self {
        let outputs = network.layers.iter().map(|layer| layer.bias.len());
        Self {
            deltas: outputs.map(|neurons| vec![0.0; neurons * batch]).collect(),
            ..Self::forward_only(network, batch)
        }
    }

    /// Room for forward passes alone.
    #[must_use]
    pub fn forward_only(network: &Network, batch: usize) -> Self {
        let outputs = network.layers.iter().map(|layer| layer.bias.len());
        Self {
            batch,
            activations: std::iter::once(network.inputs())
                .chain(outputs)
                .map(|neurons| vec![0.0; neurons * batch])
                .collect(),
            deltas: Vec::new(),
        }
    }

    /// Samples in this pass.
    #[must_use]
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// The input (`features x batch`), to be filled before a forward pass.
    pub fn input_mut(&mut self) -> &mut [f32] {
        &mut self.activations[0]
    }

    /// Activations of the sources of a layer (`n_in x batch`); of layer 0 these are the inputs.
    #[must_use]
    pub fn sources(&self, layer: usize) -> &[f32] {
        &self.activations[layer]
    }

    /// Activations of the targets of a layer (`n_out x batch`).
    #[must_use]
    pub fn targets(&self, layer: usize) -> &[f32] {
        &self.activations[layer + 1]
    }

    /// Gradients with respect to the sums of a layer's targets (`n_out x batch`), after a backward pass.
    #[must_use]
    pub fn deltas(&self, layer: usize) -> &[f32] {
        &self.deltas[layer]
    }

    /// The logits (`outputs x batch`), after a forward pass.
    #[must_use]
    pub fn logits(&self) -> &[f32] {
        self.activations.last().map_or(&[], Vec::as_slice)
    }
}

/// Gradients of the mean loss with respect to every existing weight and bias, in the network's order.
#[derive(Debug, Clone)]
pub struct Gradients {
    /// By layer, one value a connection.
    pub weights: Vec<Vec<f32>>,
    /// By layer, one value a target neuron.
    pub biases: Vec<Vec<f32>>,
}

impl Gradients {
    /// Room for the gradients of this network.
    #[must_use]
    pub fn new(network: &Network) -> Self {
        let layers = network.layers.iter();
        Self {
            weights: layers.clone().map(|layer| vec![0.0; layer.weights.connections()]).collect(),
            biases: layers.map(|layer| vec![0.0; layer.bias.len()]).collect(),
        }
    }
}

impl Network {
    /// A network of these layers, the input's first.
    ///
    /// # Panics
    /// If there is no layer, or if sizes of neighbours do not fit.
    #[must_use]
    pub fn new(layers: Vec<Layer>) -> Self {
        assert!(!layers.is_empty(), "a network has at least one layer");
        for pair in layers.windows(2) {
            assert_eq!(pair[0].weights.n_out(), pair[1].weights.n_in());
        }
        Self { layers }
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

    /// Number of parameters: connections and biases.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.connections() + self.layers.iter().map(|layer| layer.bias.len()).sum::<usize>()
    }

    /// Computes all activations from the input in `pass`.
    pub fn forward(&self, pass: &mut Pass) {
        for (index, layer) in self.layers.iter().enumerate() {
            let (sources, targets) = pass.activations.split_at_mut(index + 1);
            layer.forward(&sources[index], pass.batch, &mut targets[0]);
        }
    }

    /// Forward pass, then gradients of the mean loss over the batch. `labels` has one class a sample.
    ///
    /// # Panics
    /// If `pass` has room for forward passes alone.
    pub fn backward(&self, pass: &mut Pass, labels: &[u32], gradients: &mut Gradients) -> Evaluation {
        self.forward(pass);
        let last = self.layers.len() - 1;
        let evaluation = score(&pass.activations[last + 1], labels, Some(&mut pass.deltas[last]));
        for index in (0..=last).rev() {
            let (below, own) = pass.deltas.split_at_mut(index);
            let mut dx = below.last_mut();
            self.layers[index].backward(
                &pass.activations[index],
                &own[0],
                pass.batch,
                dx.as_deref_mut().map(Vec::as_mut_slice),
                &mut gradients.weights[index],
                &mut gradients.biases[index],
            );
            if let Some(dx) = dx {
                let activation = self.layers[index - 1].activation;
                activation.multiply_derivative(&pass.activations[index], dx);
            }
        }
        evaluation
    }

    /// Whether every weight and bias is a finite number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.layers.iter().all(|layer| {
            let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
            finite(layer.weights.values()) && finite(&layer.bias)
        })
    }
}
