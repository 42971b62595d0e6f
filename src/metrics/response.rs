//! What neurons respond to: over the input plane for 2-D data, over the pixels for images.

use crate::nn::{Network, Pass, predicted_class, probability_of_second};
use crate::sparse::Activations;

/// Activations of every neuron over a square grid on the input plane.
#[derive(Debug, Clone)]
pub struct PlaneResponse {
    /// Points along each side of the grid.
    pub side: usize,
    /// The plane reaches from `-extent` to `extent` on both axes.
    pub extent: f32,
    /// By layer and neuron `side x side` activations, the row of the largest second coordinate first.
    pub layers: Vec<Vec<f32>>,
    /// Probability of the second class, `side x side` in the same order.
    pub probability: Vec<f32>,
    /// Where there are more than two classes, the one that is predicted, `side x side` in the same order.
    pub predicted: Option<Vec<usize>>,
}

impl PlaneResponse {
    /// Activations of one neuron of a layer, `side x side`.
    #[must_use]
    pub fn neuron(&self, layer: usize, neuron: usize) -> &[f32] {
        let points = self.side * self.side;
        &self.layers[layer][neuron * points..(neuron + 1) * points]
    }
}

/// Runs a grid on the plane of the first two inputs through the network; all further inputs (noise) are at 0.
#[must_use]
pub fn plane_response(network: &Network, side: usize, extent: f32) -> PlaneResponse {
    let points = side * side;
    let mut pass = Pass::forward_only(network, points);
    fill_grid(pass.input_mut(), side, extent);
    network.forward(&mut pass);
    let probability = (0..points).map(|point| probability_of_second(pass.logits(), point)).collect();
    let logits = pass.logits();
    let predicted = || (0..points).map(|point| predicted_class(logits, point)).collect();
    PlaneResponse {
        predicted: (logits.neurons() > 2).then(predicted),
        side,
        extent,
        layers: (0..network.layers().len()).map(|layer| rows(pass.targets(layer))).collect(),
        probability,
    }
}

/// All rows, without their padding.
fn rows(activations: &Activations) -> Vec<f32> {
    (0..activations.neurons()).map(|neuron| activations.row(neuron)).collect::<Vec<_>>().concat()
}

#[expect(clippy::cast_precision_loss, reason = "a coarse grid")]
fn fill_grid(input: &mut Activations, side: usize, extent: f32) {
    let coordinate = |step: usize| extent * (2.0 * (step as f32 + 0.5) / side as f32 - 1.0);
    for row in 0..side {
        for column in 0..side {
            let point = row * side + column;
            input.row_mut(0)[point] = coordinate(column);
            if input.neurons() > 1 {
                input.row_mut(1)[point] = -coordinate(row);
            }
        }
    }
}

/// How strongly each input acts on a neuron: products of weights summed over all paths.
///
/// One value an input. For the first layer these are the neuron's own weights; further up the nonlinearities between
/// are taken as the identity, so it is a linear picture of a nonlinear neuron. Costs one pass over the connections
/// below the neuron.
#[must_use]
pub fn receptive_field(network: &Network, layer: usize, neuron: usize) -> Vec<f32> {
    let layers = network.layers();
    let mut influence = vec![0.0; layers[layer].weights.n_out()];
    influence[neuron] = 1.0;
    for layer in layers[..=layer].iter().rev() {
        let mut below = vec![0.0; layer.weights.n_in()];
        for (target, factor) in influence.iter().enumerate().filter(|(_, factor)| **factor != 0.0) {
            for (source, connection) in layer.weights.incoming(target) {
                below[source] += factor * layer.weights.values()[connection];
            }
        }
        influence = below;
    }
    influence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Activation, Layer, Loss, Weights};

    fn dense(n_in: usize, n_out: usize, values: &[f32]) -> Layer {
        Layer::new(Weights::Dense { n_in, n_out, values: values.to_vec() }, Activation::Linear)
    }

    #[test]
    fn the_field_of_a_linear_network_is_the_product_of_its_matrices() {
        let network =
            Network::new(vec![dense(2, 2, &[1.0, 2.0, 3.0, 4.0]), dense(2, 1, &[10.0, 1.0])], Loss::default());
        assert_eq!(receptive_field(&network, 0, 1), [3.0, 4.0]);
        assert_eq!(receptive_field(&network, 1, 0), [13.0, 24.0]);
    }

    #[test]
    fn the_grid_has_the_second_coordinate_upwards() {
        let network = Network::new(vec![dense(2, 1, &[0.0, 1.0])], Loss::default());
        let response = plane_response(&network, 2, 1.0);
        assert_eq!(response.neuron(0, 0), [0.5, 0.5, -0.5, -0.5]);
        assert!(response.probability[0] > 0.5 && response.probability[2] < 0.5);
    }
}
