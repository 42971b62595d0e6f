//! What neurons respond to: over the input plane for 2-D data, over the pixels for images.

use std::ops::Range;

use crate::data::PLANE;
use crate::nn::{Network, Pass, predicted_class, probability_of_second};
use crate::sparse::Activations;

/// A square grid on the plane of the first two inputs. All further inputs (noise) are at 0 on it.
///
/// Points are numbered row by row, the row of the largest second coordinate first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaneGrid {
    /// Points along each side.
    pub side: usize,
    /// The plane reaches from `-extent` to `extent` on both axes.
    pub extent: f32,
}

impl PlaneGrid {
    /// What pictures are made of: fine enough for a boundary, coarse enough to be computed again and again.
    pub const SHOWN: Self = Self { side: 32, extent: PLANE };

    /// Number of points.
    #[must_use]
    pub fn points(self) -> usize {
        self.side * self.side
    }

    /// First and second coordinate of a point, in the middle of its cell.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a coarse grid")]
    pub fn coordinates(self, point: usize) -> [f32; 2] {
        let coordinate = |step: usize| self.extent * (2.0 * (step as f32 + 0.5) / self.side as f32 - 1.0);
        [coordinate(point % self.side), -coordinate(point / self.side)]
    }

    /// Sets the first two inputs of a batch to points of the grid.
    fn fill(self, input: &mut Activations, points: Range<usize>) {
        for (sample, point) in points.enumerate() {
            for (axis, coordinate) in self.coordinates(point).into_iter().enumerate().take(input.neurons()) {
                input.row_mut(axis)[sample] = coordinate;
            }
        }
    }
}

/// Activations of every neuron over a grid on the input plane.
#[derive(Debug)]
pub struct PlaneResponse(Pass);

impl PlaneResponse {
    /// Runs the points of a grid through the network. Takes room for them in every layer.
    #[must_use]
    pub fn of(network: &Network, grid: PlaneGrid) -> Self {
        let mut pass = Pass::forward_only(network, grid.points());
        grid.fill(pass.input_mut(), 0..grid.points());
        network.forward(&mut pass);
        Self(pass)
    }

    /// Activations of one neuron of a layer, by point; of an output its logit.
    #[must_use]
    pub fn neuron(&self, layer: usize, neuron: usize) -> &[f32] {
        self.0.targets(layer).row(neuron)
    }

    /// Probability of the second class, by point.
    pub fn probability(&self) -> impl Iterator<Item = f32> + '_ {
        (0..self.0.batch()).map(|point| probability_of_second(self.0.logits(), point))
    }
}

/// What a network says of the points of a grid on the input plane.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// Probability of the second class, by point.
    pub probability: Vec<f32>,
    /// Where there are more than two classes, the one that is predicted, by point.
    pub predicted: Option<Vec<usize>>,
}

impl Boundary {
    /// Runs the points of a grid through the network, a few at a time: of hidden neurons nothing is kept.
    #[must_use]
    pub fn of(network: &Network, grid: PlaneGrid) -> Self {
        /// So few that even a million neurons take little room.
        const PIECE: usize = 32;
        let mut boundary = Self { probability: Vec::new(), predicted: (network.outputs() > 2).then(Vec::new) };
        let mut pass = Pass::forward_only(network, PIECE);
        for first in (0..grid.points()).step_by(PIECE) {
            let points = first..(first + PIECE).min(grid.points());
            grid.fill(pass.input_mut(), points.clone());
            network.forward(&mut pass);
            let samples = 0..points.len();
            boundary.probability.extend(samples.clone().map(|sample| probability_of_second(pass.logits(), sample)));
            if let Some(predicted) = &mut boundary.predicted {
                predicted.extend(samples.map(|sample| predicted_class(pass.logits(), sample)));
            }
        }
        boundary
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
        let grid = PlaneGrid { side: 2, extent: 1.0 };
        let response = PlaneResponse::of(&network, grid);
        assert_eq!(response.neuron(0, 0), [0.5, 0.5, -0.5, -0.5]);
        let boundary = Boundary::of(&network, grid);
        assert_eq!(response.probability().collect::<Vec<_>>(), boundary.probability);
        // 1 / (1 + e^-0.5)
        let expected = [0.622_459_3, 0.622_459_3, 0.377_540_7, 0.377_540_7];
        let near = |(found, expected): (&f32, f32)| (found - expected).abs() < 1e-6;
        assert!(boundary.probability.iter().zip(expected).all(near), "{boundary:?}");
    }

    #[test]
    fn a_boundary_of_three_classes_in_pieces_of_a_grid_that_they_do_not_divide() {
        // Logits x, 0.9 y and 0.
        let network = Network::new(vec![dense(2, 3, &[1.0, 0.0, 0.0, 0.9, 0.0, 0.0])], Loss::default());
        let grid = PlaneGrid { side: 7, extent: 1.4 };
        let boundary = Boundary::of(&network, grid);
        let predicted = boundary.predicted.expect("three classes");
        assert_eq!((predicted.len(), boundary.probability.len()), (49, 49));
        // Coordinates are -1.2, -0.8, … 1.2; of equals, as in the midst of the last row, the first wins.
        let row = |row: usize| &predicted[7 * row..7 * row + 7];
        assert_eq!(row(0), [1, 1, 1, 1, 1, 1, 0]);
        assert_eq!(row(6), [2, 2, 2, 0, 0, 0, 0]);
    }
}
