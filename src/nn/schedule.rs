//! Learning rates over time.

use serde::{Deserialize, Serialize};

/// How the learning rate changes over a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RateSchedule {
    /// The same all along.
    #[default]
    Constant,
    /// `η/2 · (1 + cos(π t / T))`: from η to 0 (Loshchilov & Hutter 2017, without restarts).
    Cosine,
}

impl RateSchedule {
    /// All of them, for lists.
    pub const ALL: [Self; 2] = [Self::Constant, Self::Cosine];

    /// The learning rate of step `step` (from 0) of `steps`, where `rate` is the initial one.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of steps")]
    pub fn rate(self, rate: f64, step: u64, steps: u64) -> f64 {
        match self {
            Self::Constant => rate,
            Self::Cosine => {
                let time = step as f64 / steps.max(1) as f64;
                0.5 * rate * (1.0 + (std::f64::consts::PI * time).cos())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosine_starts_at_the_rate_halves_it_midway_and_ends_at_nothing() {
        let rate = |step| RateSchedule::Cosine.rate(0.2, step, 100);
        assert!((rate(0) - 0.2).abs() < 1e-12);
        assert!((rate(50) - 0.1).abs() < 1e-12);
        assert!(rate(100).abs() < 1e-12);
    }
}
