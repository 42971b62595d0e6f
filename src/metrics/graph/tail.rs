//! The tail of a degree distribution, and distributions fitted to it by maximum likelihood.
//!
//! All distributions are over the integers from `k_min` on, unbounded.

use super::special::{ln_normal_between, ln_normal_survival, ln_zeta};

/// The degrees from `k_min` on, which is the smallest of them.
#[derive(Debug, Clone)]
pub(super) struct Tail<'a> {
    /// Each degree that occurs, ascending, and how many neurons have it.
    pub(super) counts: &'a [(usize, usize)],
}

/// A ratio of the golden section: of an interval, the larger part.
const GOLDEN: f64 = 0.618_033_988_749_894_8;

/// Where a function with a single maximum between two arguments has it: golden section search (Kiefer 1953).
fn maximise(mut low: f64, mut high: f64, steps: usize, value: impl Fn(f64) -> f64) -> f64 {
    let (mut left, mut right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut at_left, mut at_right) = (value(left), value(right));
    for _ in 0..steps {
        if at_left < at_right {
            (low, left, at_left) = (left, right, at_right);
            right = low + GOLDEN * (high - low);
            at_right = value(right);
        } else {
            (high, right, at_right) = (right, left, at_left);
            left = high - GOLDEN * (high - low);
            at_left = value(left);
        }
    }
    f64::midpoint(low, high)
}

#[expect(clippy::cast_precision_loss, reason = "numbers of neurons and degrees are far below 2^52")]
impl Tail<'_> {
    pub(super) fn k_min(&self) -> usize {
        self.counts[0].0
    }

    /// Number of neurons.
    pub(super) fn points(&self) -> usize {
        self.counts.iter().map(|&(_, count)| count).sum()
    }

    /// Sum over the neurons of a function of their degree.
    pub(super) fn sum(&self, of_degree: impl Fn(f64) -> f64) -> f64 {
        self.counts.iter().map(|&(degree, count)| count as f64 * of_degree(degree as f64)).sum()
    }

    /// Maximum likelihood exponent of a discrete power law (Clauset et al. 2009, equation 3.5). Needs two different degrees.
    pub(super) fn exponent(&self) -> f64 {
        let (points, k_min) = (self.points() as f64, self.k_min() as f64);
        let logarithms = self.sum(f64::ln);
        let likelihood = |exponent: f64| -points * ln_zeta(exponent, k_min) - exponent * logarithms;
        let mut high = 4.0;
        while likelihood(high) > likelihood(high / 2.0) {
            high *= 2.0;
        }
        maximise(1.0, high, 50, likelihood)
    }

    /// Kolmogorov–Smirnov distance of the tail from a power law (Clauset et al. 2009, equation 3.9): the largest difference
    /// of the shares of neurons up to any one degree.
    pub(super) fn distance(&self, exponent: f64) -> f64 {
        let (points, ln_all) = (self.points() as f64, ln_zeta(exponent, self.k_min() as f64));
        let law_below = |degree: f64| 1.0 - (ln_zeta(exponent, degree) - ln_all).exp();
        let (mut before, mut distance) = (0, 0.0_f64);
        for &(degree, count) in self.counts {
            // Between two degrees that occur the law rises on, so its largest lead is just before the next.
            distance = distance.max((law_below(degree as f64) - before as f64 / points).abs());
            before += count;
            distance = distance.max((law_below((degree + 1) as f64) - before as f64 / points).abs());
        }
        distance
    }

    /// For each degree that occurs the logarithm of its probability under the power law.
    pub(super) fn ln_power_law(&self, exponent: f64) -> Vec<f64> {
        let ln_all = ln_zeta(exponent, self.k_min() as f64);
        self.ln_probabilities(|degree| -exponent * degree.ln() - ln_all)
    }

    /// The same under the discrete exponential (geometric) distribution that fits best, `p(k) ∝ e^(−λk)`, with
    /// `λ = ln(1 + 1/(mean − k_min))`.
    pub(super) fn ln_exponential(&self) -> Vec<f64> {
        let k_min = self.k_min() as f64;
        let excess = self.sum(|degree| degree - k_min) / self.points() as f64;
        let rate = excess.recip().ln_1p();
        self.ln_probabilities(|degree| (-(-rate).exp_m1()).ln() - rate * (degree - k_min))
    }

    /// The same under the lognormal distribution that fits best, rounded to integers and cut off below `k_min`.
    ///
    /// Its median is kept at 1 or above: with the median falling towards 0 and the variance growing, a lognormal tail
    /// becomes a power law, so that without a bound it would fit any power law at least as well as that law itself.
    pub(super) fn ln_lognormal(&self) -> Vec<f64> {
        // On a ray of constant mean the likelihood of an exponential family has one maximum, and so have the rays'.
        let best_deviation = |mean: f64| {
            maximise(-7.0, 5.0, 30, |ln_deviation| self.lognormal_likelihood(mean, ln_deviation.exp())).exp()
        };
        let highest = (self.counts[self.counts.len() - 1].0 as f64).ln() + 1.0;
        let mean = maximise(0.0, highest, 30, |mean| self.lognormal_likelihood(mean, best_deviation(mean)));
        let deviation = best_deviation(mean);
        self.ln_probabilities(|degree| self.ln_lognormal_probability(degree, mean, deviation))
    }

    fn lognormal_likelihood(&self, mean: f64, deviation: f64) -> f64 {
        let scaled = |edge: f64| (edge.ln() - mean) / deviation;
        let inside = self.sum(|degree| ln_normal_between(scaled(degree - 0.5), scaled(degree + 0.5)));
        inside - self.points() as f64 * ln_normal_survival(scaled(self.k_min() as f64 - 0.5))
    }

    fn ln_lognormal_probability(&self, degree: f64, mean: f64, deviation: f64) -> f64 {
        let scaled = |edge: f64| (edge.ln() - mean) / deviation;
        ln_normal_between(scaled(degree - 0.5), scaled(degree + 0.5))
            - ln_normal_survival(scaled(self.k_min() as f64 - 0.5))
    }

    fn ln_probabilities(&self, of_degree: impl Fn(f64) -> f64) -> Vec<f64> {
        self.counts.iter().map(|&(degree, _)| of_degree(degree as f64)).collect()
    }
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
mod tests {
    use super::*;

    /// Every degree from 3 to 40,002 once, to add up what the fitted distributions say of them.
    fn long_tail() -> Vec<(usize, usize)> {
        (3..40_003).map(|degree| (degree, 1)).collect()
    }

    #[test]
    fn probabilities_sum_to_one() {
        let counts = long_tail();
        let tail = Tail { counts: &counts };
        let total = |ln: &[f64]| ln.iter().map(|ln| ln.exp()).sum::<f64>();
        assert!((total(&tail.ln_power_law(3.0)) - 1.0).abs() < 1e-8);
        // The exponential that fits has mean 20,000: the share e^(−2) of it lies beyond these degrees.
        assert!((total(&tail.ln_exponential()) - (1.0 - (-2.0_f64).exp())).abs() < 1e-3);
        let lognormal: Vec<f64> =
            counts.iter().map(|&(degree, _)| tail.ln_lognormal_probability(degree as f64, 1.0, 1.0)).collect();
        assert!((total(&lognormal) - 1.0).abs() < 1e-8);
    }

    #[test]
    fn at_the_likeliest_exponent_mean_logarithms_agree() {
        // For p(k) ∝ k^(−α) the likelihood is greatest where the expected ln k is the sample's mean.
        let counts = [(2, 60), (3, 25), (4, 8), (7, 4), (20, 1)];
        let tail = Tail { counts: &counts };
        let exponent = tail.exponent();
        let weight = |k: u32| f64::from(k).powf(-exponent);
        let all: f64 = (2..200_000).map(weight).sum();
        let expected = (2..200_000).map(|k| weight(k) * f64::from(k).ln()).sum::<f64>() / all;
        assert!((expected - tail.sum(f64::ln) / 98.0).abs() < 1e-5, "{exponent}");
    }

    #[test]
    fn the_distance_is_the_largest_difference_of_shares() {
        // p(k) ∝ k^(−2) from 1: shares up to 1, 2, 3 are 6/π² · (1, 5/4, 49/36) = 0.60793, 0.75991, 0.82740.
        // The sample's are 1/2, 1/2, 1: differences 0.10793, 0.25991, 0.17260.
        let distance = Tail { counts: &[(1, 2), (3, 2)] }.distance(2.0);
        assert!((distance - (7.5 / std::f64::consts::PI.powi(2) - 0.5)).abs() < 1e-9, "{distance}");
    }

    #[test]
    fn no_other_lognormal_fits_better() {
        let counts = [(4, 30), (5, 42), (6, 40), (8, 25), (11, 12), (20, 3)];
        let tail = Tail { counts: &counts };
        let found: f64 = tail.ln_lognormal().iter().zip(counts).map(|(ln, (_, count))| ln * count as f64).sum();
        for mean in (0..40).map(|step| f64::from(step) * 0.1) {
            for deviation in (1..40).map(|step| f64::from(step) * 0.05) {
                assert!(tail.lognormal_likelihood(mean, deviation) < found + 1e-9, "{mean} {deviation}");
            }
        }
    }
}
