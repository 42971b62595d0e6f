//! How dense is each layer?

use serde::{Deserialize, Serialize};

/// How connections are shared out among the layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allocation {
    /// Every layer has the same density.
    Uniform,
    /// The last layer is dense, all others have one density, and the whole network has the wanted one.
    LastDense,
    /// Erdős–Rényi: `d_l = ε (n_in + n_out) / (n_in · n_out)` (Mocanu et al. 2018, equation 2). For fully connected
    /// layers ERK (Evci et al. 2020) is the same.
    #[default]
    #[serde(alias = "erk")]
    Er,
}

impl Allocation {
    /// All of them, for lists.
    pub const ALL: [Self; 3] = [Self::Er, Self::Uniform, Self::LastDense];

    /// The name on screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::LastDense => "last layer dense",
            Self::Er => "Erdős–Rényi",
        }
    }
}

/// Sizes of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Number of source neurons.
    pub n_in: usize,
    /// Number of target neurons.
    pub n_out: usize,
}

#[expect(clippy::cast_precision_loss, reason = "numbers of neurons and places")]
impl Shape {
    /// The layers between neighbouring sizes: `[16, 24, 1]` has two.
    #[must_use]
    pub fn between(sizes: &[usize]) -> Vec<Self> {
        sizes.windows(2).map(|pair| Self { n_in: pair[0], n_out: pair[1] }).collect()
    }

    /// Number of places, `n_in · n_out`.
    #[must_use]
    pub fn places(self) -> usize {
        self.n_in * self.n_out
    }

    fn area(self) -> f64 {
        self.places() as f64
    }

    fn border(self) -> f64 {
        (self.n_in + self.n_out) as f64
    }
}

/// Densities (0 to 1) of the layers so that the whole network has density `density`.
///
/// A layer that would need more than density 1 is made dense and what it cannot take goes to the others (the largest
/// first, as in the reference code of RigL).
#[must_use]
pub fn densities(allocation: Allocation, shapes: &[Shape], density: f64) -> Vec<f64> {
    let mut dense = vec![false; shapes.len()];
    if allocation == Allocation::LastDense && shapes.len() > 1 {
        dense[shapes.len() - 1] = true;
    }
    let share = |shape: Shape| match allocation {
        Allocation::Er => shape.border(),
        Allocation::Uniform | Allocation::LastDense => shape.area(),
    };
    let budget = density * shapes.iter().map(|shape| shape.area()).sum::<f64>();
    loop {
        let epsilon = scale(shapes, &dense, budget, share);
        let wanted: Vec<f64> = shapes
            .iter()
            .zip(&dense)
            .map(|(&shape, &dense)| if dense { 1.0 } else { epsilon * share(shape) / shape.area() })
            .collect();
        let largest = (0..shapes.len())
            .filter(|&layer| !dense[layer] && wanted[layer] > 1.0)
            .max_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
        match largest {
            Some(layer) => dense[layer] = true,
            None => return wanted,
        }
    }
}

/// What one unit of share is worth, in connections, once the dense layers have had theirs.
fn scale(shapes: &[Shape], dense: &[bool], budget: f64, share: impl Fn(Shape) -> f64) -> f64 {
    let layers = || shapes.iter().zip(dense);
    let taken: f64 = layers().filter(|(_, dense)| **dense).map(|(shape, _)| shape.area()).sum();
    let sum: f64 = layers().filter(|(_, dense)| !**dense).map(|(&shape, _)| share(shape)).sum();
    ((budget - taken) / sum.max(1.0)).max(0.0)
}

/// Erdős–Rényi densities for a given ε, each at most 1.
#[must_use]
pub fn erdos_renyi(shapes: &[Shape], epsilon: f64) -> Vec<f64> {
    shapes.iter().map(|shape| (epsilon * shape.border() / shape.area()).min(1.0)).collect()
}

/// Numbers of connections for these densities: rounded, and at least one a layer.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a density is from 0 to 1")]
pub fn counts(shapes: &[Shape], densities: &[f64]) -> Vec<usize> {
    shapes
        .iter()
        .zip(densities)
        .map(|(shape, density)| ((density * shape.area()).round() as usize).clamp(1, shape.places()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erdos_renyi_at_five_percent_gives_the_reference_densities() {
        let shapes = Shape::between(&[64, 256, 256, 10]);
        // ε = 4,224 / 1,098 = 3.847: 3.847 · 320 = 1,231, · 512 = 1,970, · 266 = 1,023.
        let ours = counts(&shapes, &densities(Allocation::Er, &shapes, 0.05));
        assert_eq!(ours, [1231, 1970, 1023]);
        for ((ours, shape), reference) in ours.iter().zip(&shapes).zip([0.0751, 0.0301, 0.3996]) {
            #[expect(clippy::cast_precision_loss)]
            let density = *ours as f64 / shape.area();
            assert!((density - reference).abs() < 5e-5, "{density} against {reference}");
        }
    }

    #[test]
    fn the_launch_network_has_147_connections() {
        // ε = (147.06 − 12)/76 = 1.777: 71.1 and 64.0 connections, and a dense last layer of 12.
        let shapes = Shape::between(&[16, 24, 12, 1]);
        let densities = densities(Allocation::Er, &shapes, 0.215);
        assert_eq!(counts(&shapes, &densities), [71, 64, 12]);
    }

    #[test]
    fn epsilon_gives_the_connections_of_the_set_paper() {
        // 20·(784 + 1000) = 35,680; 20·2000 = 40,000; 20·1010 = 20,200 is more than the 10,000 there are.
        let shapes = Shape::between(&[784, 1000, 1000, 10]);
        assert_eq!(counts(&shapes, &erdos_renyi(&shapes, 20.0)), [35_680, 40_000, 10_000]);
    }

    #[test]
    fn every_allocation_keeps_the_budget() {
        let shapes = Shape::between(&[64, 256, 256, 10]);
        for allocation in Allocation::ALL {
            let total: f64 = densities(allocation, &shapes, 0.1)
                .iter()
                .zip(&shapes)
                .map(|(density, shape)| density * shape.area())
                .sum();
            assert!((total - 0.1 * 84_480.0).abs() < 1e-6, "{allocation:?}");
        }
        assert_eq!(densities(Allocation::Er, &shapes, 1.0), [1.0; 3]);
    }
}
