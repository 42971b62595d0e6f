//! Special functions of the distributions that degrees are compared with. All are logarithms, for tails underflow.

use std::f64::consts::TAU;

/// Logarithms of the probabilities of 0 to `n` successes in `n` independent trials that each succeed with `p`.
#[expect(clippy::cast_precision_loss, reason = "numbers of neurons are far below 2^52")]
pub(super) fn ln_binomial_probabilities(n: usize, p: f64) -> impl Iterator<Item = f64> {
    let (ln_success, ln_failure) = (p.ln(), (-p).ln_1p());
    // What never happens does not happen "0 times infinity" often, but not at all.
    let times = |count: usize, ln: f64| if count == 0 { 0.0 } else { count as f64 * ln };
    let mut ln_choices = 0.0;
    (0..=n).map(move |successes| {
        let ln_probability = ln_choices + times(successes, ln_success) + times(n - successes, ln_failure);
        ln_choices += ((n - successes) as f64 / (successes + 1) as f64).ln();
        ln_probability
    })
}

/// `ln Σ_{i ≥ 0} (q + i)^(−s)`, the Hurwitz zeta function, for `s > 1` and `q ≥ 1`.
///
/// Direct terms, then the Euler–Maclaurin formula for those beyond; relative to `q^(−s)`, which can underflow by itself.
pub(super) fn ln_zeta(s: f64, q: f64) -> f64 {
    const NEGLIGIBLE: f64 = 1e-20;
    let mut sum = 0.0_f64;
    let mut a = q;
    // From here on each term of the formula is a hundredth of the one before, or less.
    while a < 2.0 * s + 10.0 {
        let term = (a / q).powf(-s);
        if term < NEGLIGIBLE {
            return sum.ln() - s * q.ln();
        }
        sum += term;
        a += 1.0;
    }
    sum += (a / q).powf(-s) * (a / (s - 1.0) + 0.5 + euler_maclaurin_terms(s, a));
    sum.ln() - s * q.ln()
}

/// `Σ_j B_2j/(2j)! · s (s + 1) … (s + 2j − 2) / a^(2j − 1)` for `j` up to 4.
fn euler_maclaurin_terms(s: f64, a: f64) -> f64 {
    let first = s / a;
    let second = first * (s + 1.0) * (s + 2.0) / (a * a);
    let third = second * (s + 3.0) * (s + 4.0) / (a * a);
    let fourth = third * (s + 5.0) * (s + 6.0) / (a * a);
    first / 12.0 - second / 720.0 + third / 30_240.0 - fourth / 1_209_600.0
}

/// Logarithm of the probability that a standard normal variable exceeds `z`.
pub(super) fn ln_normal_survival(z: f64) -> f64 {
    // Where the series still converges fast and the fraction already does.
    const FAR: f64 = 2.5;
    let ln_density = -0.5 * (z * z + TAU.ln());
    if z >= FAR {
        ln_density - mills_denominator(z).ln()
    } else if z <= -FAR {
        (-ln_normal_survival(-z).exp()).ln_1p()
    } else {
        (0.5 - ln_density.exp() * central_series(z)).ln()
    }
}

/// Laplace's continued fraction: density by survival is `z + 1/(z + 2/(z + 3/(z + …)))`.
fn mills_denominator(z: f64) -> f64 {
    (1..=40).rev().fold(z, |below, step| z + f64::from(step) / below)
}

/// `z + z³/3 + z⁵/(3·5) + …`: the probability between 0 and `z`, by the density at `z`.
fn central_series(z: f64) -> f64 {
    let (mut term, mut sum, mut odd) = (z, z, 1.0);
    while term.abs() > 1e-17 {
        odd += 2.0;
        term *= z * z / odd;
        sum += term;
    }
    sum
}

/// `ln(Φ(high) − Φ(low))`: logarithm of the probability that a standard normal variable is between the two.
pub(super) fn ln_normal_between(low: f64, high: f64) -> f64 {
    // In the tail where both probabilities are small, they differ most.
    let (near, far) = if low + high < 0.0 { (-high, -low) } else { (low, high) };
    let (larger, smaller) = (ln_normal_survival(near), ln_normal_survival(far));
    larger + (-(smaller - larger).exp_m1()).ln()
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use proptest::prelude::*;

    use super::*;

    fn near(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 1e-10 * expected.abs().max(1.0)
    }

    #[test]
    fn zeta_at_arguments_with_closed_forms() {
        assert!(near(ln_zeta(2.0, 1.0), (PI.powi(2) / 6.0).ln()));
        assert!(near(ln_zeta(4.0, 1.0), (PI.powi(4) / 90.0).ln()));
        // All but the first term.
        assert!(near(ln_zeta(2.0, 2.0), (PI.powi(2) / 6.0 - 1.0).ln()));
        // With q = s = 400 the terms are (1 + i/400)^(−400), which fall about as e^(−i): they are summed here directly.
        let direct: f64 = (0..2000).map(|i| (1.0 + f64::from(i) / 400.0).powf(-400.0)).sum();
        assert!(near(ln_zeta(400.0, 400.0), direct.ln() - 400.0 * 400.0_f64.ln()));
    }

    #[test]
    fn the_normal_distribution_at_tabulated_points() {
        // Abramowitz and Stegun, table 26.1 and 26.2 (−log10 of the tail).
        for (z, survival) in [(0.0, 0.5), (1.0, 0.158_655_253_931_457), (2.0, 0.022_750_131_948_179)] {
            assert!(near(ln_normal_survival(z), f64::ln(survival)), "{z}");
            assert!(near(ln_normal_survival(-z), f64::ln(1.0 - survival)), "{z}");
        }
        let log10 = |z| ln_normal_survival(z) / -std::f64::consts::LN_10;
        assert!((log10(5.0) - 6.542_65).abs() < 1e-5 && (log10(10.0) - 23.118_05).abs() < 1e-5);
        assert!((log10(100.0) - 2_173.871_54).abs() < 1e-5);
    }

    #[test]
    fn the_two_expansions_of_the_normal_tail_meet() {
        assert!((ln_normal_survival(2.5) - ln_normal_survival(2.5 - 1e-12)).abs() < 1e-10);
        assert!((ln_normal_survival(-2.5) - ln_normal_survival(-2.5 + 1e-12)).abs() < 1e-10);
    }

    proptest! {
        #[test]
        fn zeta_loses_its_first_term(s in 1.01_f64..60.0, q in 1.0_f64..200.0) {
            let rest = (ln_zeta(s, q + 1.0) - ln_zeta(s, q)).exp() + (-s * q.ln() - ln_zeta(s, q)).exp();
            prop_assert!((rest - 1.0).abs() < 1e-9, "{rest}");
        }

        #[test]
        fn probabilities_between_add_up(low in -8.0_f64..8.0, first in 0.01_f64..2.0, second in 0.01_f64..2.0) {
            let (middle, high) = (low + first, low + first + second);
            let parts = ln_normal_between(low, middle).exp() + ln_normal_between(middle, high).exp();
            prop_assert!((parts / ln_normal_between(low, high).exp() - 1.0).abs() < 1e-9);
        }
    }
}
