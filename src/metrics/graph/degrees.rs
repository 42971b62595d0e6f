//! How many connections neurons have, against what chance would give them.

use super::power_law::PowerLaw;
use super::side::Side;
use super::special::ln_binomial_probabilities;
use crate::sparse::Connectivity;

/// The degrees of the neurons of one side of a layer.
///
/// The *binomial null* is a random layer of the same density `d`: every neuron of this side takes each of the `n`
/// neurons of the other with probability `d`, so that its degree has mean `n·d` (which is the mean here too) and variance
/// `n·d·(1 − d)`. A layer drawn with an exact number of connections varies slightly less: by `1/N` of it for `N` neurons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Degrees {
    /// The degree of each neuron.
    degrees: Vec<usize>,
    /// Number of neurons of the other side: the largest degree there can be.
    others: usize,
}

#[expect(clippy::cast_precision_loss, reason = "numbers of neurons and connections are far below 2^52")]
impl Degrees {
    /// In-degrees of targets or out-degrees of sources.
    #[must_use]
    pub fn of(layer: &Connectivity, side: Side) -> Self {
        let degrees = (0..side.neurons(layer)).map(|neuron| side.degree(layer, neuron)).collect();
        Self { degrees, others: side.other().neurons(layer) }
    }

    /// The degree of each neuron, in the order of the neurons.
    #[must_use]
    pub fn by_neuron(&self) -> &[usize] {
        &self.degrees
    }

    /// Number of neurons of each degree, from 0 to the number of neurons on the other side.
    #[must_use]
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.others + 1];
        for &degree in &self.degrees {
            counts[degree] += 1;
        }
        counts
    }

    /// Number of neurons of each degree that the binomial null expects; as long as [`Self::counts`], with the same sum.
    #[must_use]
    pub fn expected_counts(&self) -> Vec<f64> {
        let neurons = self.degrees.len() as f64;
        ln_binomial_probabilities(self.others, self.density()).map(|ln| neurons * ln.exp()).collect()
    }

    /// Share of the layer's places that are taken, from 0 to 1.
    #[must_use]
    pub fn density(&self) -> f64 {
        self.mean() / self.others as f64
    }

    /// Mean degree, from 0 to the number of neurons on the other side.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.connections() as f64 / self.degrees.len() as f64
    }

    /// Variance of the degrees over all neurons of this side (`N` in the denominator, for they are not a sample).
    #[must_use]
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        self.degrees.iter().map(|&degree| (degree as f64 - mean).powi(2)).sum::<f64>() / self.degrees.len() as f64
    }

    /// Coefficient of variation: standard deviation by mean, 0 where all degrees are equal. None without connections.
    #[must_use]
    pub fn coefficient_of_variation(&self) -> Option<f64> {
        (self.connections() > 0).then(|| self.variance().sqrt() / self.mean())
    }

    /// Coefficient of variation by that of the binomial null, `√((1 − d)/(n·d))`: near 1 where connections lie at random,
    /// above where there are hubs, below where degrees are evened out. None where the null does not vary: without
    /// connections, and where all places are taken.
    #[must_use]
    pub fn variation_ratio(&self) -> Option<f64> {
        let (connections, places) = (self.connections(), self.degrees.len() * self.others);
        let null = ((1.0 - self.density()) / self.mean()).sqrt();
        (connections > 0 && connections < places).then(|| self.variance().sqrt() / self.mean() / null)
    }

    /// Largest degree by mean degree, at least 1. None without connections.
    #[must_use]
    pub fn max_by_mean(&self) -> Option<f64> {
        let largest = *self.degrees.iter().max()?;
        (largest > 0).then(|| largest as f64 / self.mean())
    }

    /// Gini coefficient (1912): half the mean absolute difference of two neurons' degrees, by the mean degree. 0 where all
    /// are equal, `1 − 1/N` where one of `N` neurons has all connections. None without connections.
    #[must_use]
    pub fn gini(&self) -> Option<f64> {
        let mut ascending = self.degrees.clone();
        ascending.sort_unstable();
        let (neurons, connections) = (ascending.len() as f64, self.connections() as f64);
        // With ranks i from 1, the sum over all pairs of |a − b| is twice the sum of (2i − N − 1)·degree.
        let weighted: f64 =
            (1..).zip(ascending).map(|(rank, degree)| (2.0 * f64::from(rank) - neurons - 1.0) * degree as f64).sum();
        (connections > 0.0).then(|| weighted / (neurons * connections))
    }

    /// A power law fitted to the tail of the degrees and weighed against others; see [`PowerLaw`] for how to read it.
    #[must_use]
    pub fn power_law(&self) -> Option<PowerLaw> {
        PowerLaw::fit(&self.degrees)
    }

    fn connections(&self) -> usize {
        self.degrees.iter().sum()
    }
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::layer;
    use super::*;

    /// Targets 0 to 3 with in-degrees 3, 1, 0 and 2; sources 0 to 2 with out-degrees 2, 3 and 1.
    fn example() -> Connectivity {
        layer(3, 4, &[(0, 0), (0, 3), (1, 0), (1, 1), (1, 3), (2, 0)])
    }

    #[test]
    fn the_degrees_of_a_small_layer_worked_by_hand() {
        let degrees = Degrees::of(&example(), Side::Targets);
        assert_eq!(degrees.by_neuron(), [3, 1, 0, 2]);
        assert_eq!(degrees.counts(), [1, 1, 1, 1]);
        // Mean 6/4; variance ((1.5)² + (0.5)² + (1.5)² + (0.5)²)/4 = 5/4; density 6/12.
        assert_eq!((degrees.mean(), degrees.variance(), degrees.density()), (1.5, 1.25, 0.5));
        let near = |found: Option<f64>, expected: f64| (found.expect("defined") - expected).abs() < 1e-12;
        assert!(near(degrees.coefficient_of_variation(), 1.25_f64.sqrt() / 1.5));
        // Variance of the null 3·½·½ = 3/4, so the ratio of the deviations is √(5/3).
        assert!(near(degrees.variation_ratio(), (5.0_f64 / 3.0).sqrt()));
        assert!(near(degrees.max_by_mean(), 2.0));
        // Differences of the six pairs 2 + 3 + 1 + 1 + 1 + 2 = 10; both orders 20; by 2·N²·mean = 48.
        assert!(near(degrees.gini(), 20.0 / 48.0));
        // Four neurons with Binomial(3, ½) degrees: 4·(1, 3, 3, 1)/8.
        let expected = degrees.expected_counts();
        assert!(expected.iter().zip([0.5, 1.5, 1.5, 0.5]).all(|(a, b)| (a - b).abs() < 1e-12), "{expected:?}");
        assert_eq!(Degrees::of(&example(), Side::Sources).by_neuron(), [2, 3, 1]);
    }

    #[test]
    fn empty_and_full_layers_have_no_null_to_compare_with() {
        let empty = Degrees::of(&layer(2, 3, &[]), Side::Targets);
        assert_eq!((empty.mean(), empty.variance(), empty.gini()), (0.0, 0.0, None));
        assert_eq!((empty.variation_ratio(), empty.max_by_mean(), empty.power_law()), (None, None, None));
        assert_eq!(empty.expected_counts(), [3.0, 0.0, 0.0]);
        let full = Degrees::of(&layer(2, 1, &[(0, 0), (1, 0)]), Side::Targets);
        assert_eq!((full.coefficient_of_variation(), full.variation_ratio()), (Some(0.0), None));
        assert_eq!(full.expected_counts(), [0.0, 0.0, 1.0]);
    }

    proptest! {
        #[test]
        fn gini_is_its_definition(degrees in prop::collection::vec(0_usize..20, 1..12)) {
            let pairs = degrees.iter().flat_map(|a| degrees.iter().map(move |b| a.abs_diff(*b)));
            let (differences, connections): (usize, usize) = (pairs.sum(), degrees.iter().sum());
            prop_assume!(connections > 0);
            // By 2·N²·mean, which is 2·N·connections.
            let expected = differences as f64 / (2 * degrees.len() * connections) as f64;
            let found = Degrees { degrees, others: 20 }.gini().expect("connections");
            prop_assert!((found - expected).abs() < 1e-12);
        }

        #[test]
        fn the_null_expects_as_many_neurons_and_connections(degrees in prop::collection::vec(0_usize..=30, 1..12)) {
            let degrees = Degrees { degrees, others: 30 };
            let expected = degrees.expected_counts();
            let neurons: f64 = expected.iter().sum();
            let connections: f64 = (0..).zip(&expected).map(|(degree, count)| f64::from(degree) * count).sum();
            prop_assert!((neurons - degrees.by_neuron().len() as f64).abs() < 1e-9);
            prop_assert!((connections - degrees.connections() as f64).abs() < 1e-9);
        }
    }
}
