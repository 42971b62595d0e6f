//! Whether the tail of a degree distribution is a power law (Clauset, Shalizi and Newman 2009, "Power-Law Distributions in
//! Empirical Data").

use super::tail::Tail;

/// Number of neurons in the tail under which there is no verdict: any curve fits so few (Clauset et al., section 3).
pub const FEWEST_TAIL_POINTS: usize = 50;

/// Standard deviations of difference from which a comparison is decided: one by chance in ten (Clauset et al., section 5).
const SIGNIFICANT: f64 = 1.645;

/// Log-likelihood from which a comparison is decided too. Where two distributions hardly differ over a tail (a steep one,
/// above all), the normalised ratio is no longer normally distributed, and a difference of next to nothing can be many of
/// its standard deviations.
const SUBSTANTIAL: f64 = 2.0;

/// What a comparison of the power law with other distributions came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerLawVerdict {
    /// The tail has fewer than [`FEWEST_TAIL_POINTS`] neurons: nothing can be said.
    TooFewPoints,
    /// The lognormal or the exponential fits better, see [`LikelihoodRatio::is_decided`].
    PowerLawNotFavoured,
    /// Neither of them does, and the power law does not fit better than both.
    Undecided,
    /// The power law fits better than both.
    PowerLawFavoured,
}

/// Power law against another distribution on the same tail (Vuong 1989; Clauset et al., section 5 and appendix C).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LikelihoodRatio {
    /// Log-likelihood of the power law less that of the other: above 0 where the power law fits better.
    pub ratio: f64,
    /// The ratio in standard deviations of what chance makes of it where both fit alike: beyond ±1.645 significant at 10 %.
    /// 0 where the ratio of every neuron is the same.
    pub normalised: f64,
}

/// A power law `p(k) ∝ k^(−α)` for `k ≥ k_min`, fitted to degrees.
///
/// *How to read it.* `verdict` first. A straight line in a log-log plot proves nothing, and a fit always has an exponent,
/// whatever the degrees: without [`PowerLawVerdict::PowerLawFavoured`] do not call a network scale-free, and with it look
/// at `tail` (is it more than a few of the neurons?) and at the spread of degrees (a law over less than a factor of ten is
/// hardly one). `Undecided` is the common answer, for a lognormal differs from a power law only in a long tail. The verdict
/// compares: it does not say that the power law fits well, nor does `distance`, which is small because `k_min` was chosen to
/// make it so (the paper's bootstrap is not done here). Degrees of a layer cannot exceed the number of neurons on its other
/// side, which bends any tail down near that number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerLaw {
    /// The exponent `α`, above 1, by discrete maximum likelihood; networks called scale-free have 2 to 3.
    pub exponent: f64,
    /// The degree that the tail begins at, where the fitted law is nearest to the degrees by Kolmogorov–Smirnov.
    pub k_min: usize,
    /// Number of neurons in the tail.
    pub tail: usize,
    /// Kolmogorov–Smirnov distance of the tail from the law, from 0 to 1. Well above `1/√tail` the law does not fit;
    /// below, it still need not.
    pub distance: f64,
    /// Against a lognormal rounded to integers, with a median of at least 1.
    pub lognormal: LikelihoodRatio,
    /// Against the discrete exponential.
    pub exponential: LikelihoodRatio,
    /// What the two comparisons come to.
    pub verdict: PowerLawVerdict,
}

impl PowerLaw {
    /// Fits a power law to the tail of these degrees. Those of 0 belong to no tail. None where there are no two different
    /// degrees above 0.
    ///
    /// Tails that are candidates hold at least [`FEWEST_TAIL_POINTS`] neurons (all neurons if they are fewer): the nearest
    /// fit would otherwise often be that of a handful.
    #[must_use]
    pub fn fit(degrees: &[usize]) -> Option<Self> {
        let counts = count(degrees);
        let fewest = FEWEST_TAIL_POINTS.min(Tail { counts: &counts }.points());
        let candidates = (0..counts.len().saturating_sub(1)).map(|start| Tail { counts: &counts[start..] });
        candidates
            .take_while(|tail| tail.points() >= fewest)
            .map(|tail| {
                let exponent = tail.exponent();
                (tail.distance(exponent), exponent, tail)
            })
            .min_by(|one, other| one.0.total_cmp(&other.0))
            .map(|(distance, exponent, tail)| Self::compare(&tail, exponent, distance))
    }

    fn compare(tail: &Tail, exponent: f64, distance: f64) -> Self {
        let law = tail.ln_power_law(exponent);
        let lognormal = LikelihoodRatio::of(tail, &law, &tail.ln_lognormal());
        let exponential = LikelihoodRatio::of(tail, &law, &tail.ln_exponential());
        let points = tail.points();
        let verdict = verdict(points, [lognormal, exponential]);
        Self { exponent, k_min: tail.k_min(), tail: points, distance, lognormal, exponential, verdict }
    }
}

impl LikelihoodRatio {
    /// Compares two distributions by the logarithms of their probabilities of the degrees that occur.
    #[expect(clippy::cast_precision_loss, reason = "numbers of neurons are far below 2^52")]
    fn of(tail: &Tail, first: &[f64], second: &[f64]) -> Self {
        let points = tail.points() as f64;
        let sum = |of_difference: &dyn Fn(f64) -> f64| -> f64 {
            let differences = first.iter().zip(second).map(|(first, second)| of_difference(first - second));
            differences.zip(tail.counts).map(|(value, &(_, count))| value * count as f64).sum()
        };
        let ratio = sum(&|difference| difference);
        let squares = sum(&|difference| (difference - ratio / points).powi(2));
        Self { ratio, normalised: if squares > 0.0 { ratio / squares.sqrt() } else { 0.0 } }
    }

    /// Whether one of the two fits better: significantly (10 %), and by a log-likelihood of 2 or more.
    #[must_use]
    pub fn is_decided(self) -> bool {
        self.normalised.abs() > SIGNIFICANT && self.ratio.abs() >= SUBSTANTIAL
    }
}

fn verdict(points: usize, comparisons: [LikelihoodRatio; 2]) -> PowerLawVerdict {
    if points < FEWEST_TAIL_POINTS {
        PowerLawVerdict::TooFewPoints
    } else if comparisons.iter().any(|comparison| comparison.is_decided() && comparison.ratio < 0.0) {
        PowerLawVerdict::PowerLawNotFavoured
    } else if comparisons.iter().all(|comparison| comparison.is_decided()) {
        PowerLawVerdict::PowerLawFavoured
    } else {
        PowerLawVerdict::Undecided
    }
}

/// Each degree above 0 that occurs, ascending, and how often.
fn count(degrees: &[usize]) -> Vec<(usize, usize)> {
    let mut ascending: Vec<usize> = degrees.iter().copied().filter(|&degree| degree > 0).collect();
    ascending.sort_unstable();
    ascending.chunk_by(|one, other| one == other).map(|equal| (equal[0], equal.len())).collect()
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
mod tests {
    use rand::RngExt;

    use super::super::tests::random_layer;
    use super::super::{Degrees, Side};
    use super::*;
    use crate::random::{Stream, generator};

    /// Draws degrees from `first` on in proportion to their weights, by the running sum of these.
    fn draw(first: usize, weight: impl Fn(f64) -> f64, count: usize, seed: u64) -> Vec<usize> {
        let mut sum = 0.0;
        let sums: Vec<f64> = (first..first + 100_000)
            .map(|degree| {
                sum += weight(degree as f64);
                sum
            })
            .collect();
        let mut rng = generator(seed, Stream::Data);
        let mut one = || {
            let drawn = rng.random::<f64>() * sum;
            first + sums.partition_point(|&below| below < drawn)
        };
        (0..count).map(|_| one()).collect()
    }

    #[test]
    fn a_power_law_is_found_with_its_exponent() {
        for (seed, (first, exponent)) in (1..).zip([(1, 2.5), (3, 2.2), (1, 3.0)]) {
            let law = PowerLaw::fit(&draw(first, |k| k.powf(-exponent), 5000, seed)).expect("a tail");
            // The error of the estimate is about (α − 1)/√tail; four of them allowed.
            let error = (exponent - 1.0) / (law.tail as f64).sqrt();
            assert!((law.exponent - exponent).abs() < 4.0 * error && law.k_min >= first, "{law:?}");
            assert!(law.exponential.normalised > 3.0 && law.distance < (law.tail as f64).sqrt().recip(), "{law:?}");
            assert_ne!(law.verdict, PowerLawVerdict::PowerLawNotFavoured, "{law:?}");
        }
    }

    #[test]
    fn a_long_power_law_is_favoured() {
        let law = PowerLaw::fit(&draw(1, |k| k.powf(-2.5), 20_000, 4)).expect("a tail");
        assert_eq!(law.verdict, PowerLawVerdict::PowerLawFavoured, "{law:?}");
    }

    #[test]
    fn a_power_law_begins_where_the_body_ends() {
        // Even up to 10, then falling as k^(−2.5): Clauset et al. test k_min so (section 3.4).
        let degrees = draw(1, |k| (k.max(10.0) / 10.0).powf(-2.5), 10_000, 5);
        let law = PowerLaw::fit(&degrees).expect("a tail");
        assert!((8..=16).contains(&law.k_min) && (law.exponent - 2.5).abs() < 0.15, "{law:?}");
    }

    #[test]
    fn what_is_no_power_law_is_not_called_one() {
        for seed in 0..5 {
            let binomial = Degrees::of(&random_layer(300, 1500, 30_000, seed), Side::Targets);
            let exponential = draw(1, |k| (-k / 8.0).exp(), 2000, seed);
            let lognormal = draw(1, |k| (-(k.ln() - 2.0).powi(2) / 0.5).exp() / k, 2000, seed);
            for degrees in [binomial.by_neuron(), &exponential, &lognormal] {
                let law = PowerLaw::fit(degrees).expect("a tail");
                assert_ne!(law.verdict, PowerLawVerdict::PowerLawFavoured, "{law:?}");
            }
        }
    }

    #[test]
    fn a_whole_distribution_that_is_none_is_refused() {
        // Binomial degrees above their mean, with k_min given.
        let counts = count(Degrees::of(&random_layer(300, 1500, 30_000, 1), Side::Targets).by_neuron());
        let start = counts.partition_point(|&(degree, _)| degree < 20);
        let tail = Tail { counts: &counts[start..] };
        let law = PowerLaw::compare(&tail, tail.exponent(), 0.0);
        assert_eq!(law.verdict, PowerLawVerdict::PowerLawNotFavoured, "{law:?}");
    }

    #[test]
    fn few_neurons_get_no_verdict_and_equal_degrees_no_law() {
        let law = PowerLaw::fit(&draw(1, |k| k.powf(-2.5), 49, 6)).expect("a tail");
        assert_eq!((law.verdict, law.tail), (PowerLawVerdict::TooFewPoints, 49));
        assert_eq!(PowerLaw::fit(&[3; 100]), None);
        assert_eq!(PowerLaw::fit(&[0; 100]), None);
    }

    #[test]
    fn the_normalised_ratio_worked_by_hand() {
        // Differences 1 (three neurons) and −1 (one): sum 2, mean ½, squares 3·¼ + 9/4 = 3; 2/√3.
        let ratio = LikelihoodRatio::of(&Tail { counts: &[(1, 3), (2, 1)] }, &[-1.0, -3.0], &[-2.0, -2.0]);
        assert!(ratio.ratio == 2.0 && (ratio.normalised - 2.0 / 3.0_f64.sqrt()).abs() < 1e-12);
    }
}
