//! Learning rates over time.

use serde::{Deserialize, Serialize};

/// How the learning rate changes over a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RateSchedule {
    /// The same all along.
    #[default]
    Constant,
    /// A tenth from the middle of the run on, and a tenth of that for the last quarter.
    Step,
    /// `η/2 · (1 + cos(π t / T))`: from η to 0 (Loshchilov & Hutter 2017, without restarts).
    Cosine,
    /// The same, with the rate of an epoch's first step for all of the epoch: what most training scripts do. The last epoch
    /// then still learns.
    CosineByEpoch,
}

impl RateSchedule {
    /// All of them, for lists.
    pub const ALL: [Self; 4] = [Self::Constant, Self::Step, Self::Cosine, Self::CosineByEpoch];

    /// The name on screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Step => "step",
            Self::Cosine => "cosine",
            Self::CosineByEpoch => "cosine, by epoch",
        }
    }

    /// The learning rate of step `step` (from 0) of `steps`, `epoch` of them in an epoch, where `rate` is the initial one.
    ///
    /// Over the first `warm_up` steps the rate grows in equal parts from `rate / warm_up` to `rate` (Goyal et al. 2017);
    /// the schedule then has the rest of the run.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of steps")]
    pub fn rate(self, rate: f64, step: u64, (steps, epoch): (u64, u64), warm_up: u64) -> f64 {
        if step < warm_up {
            return rate * (step + 1) as f64 / warm_up as f64;
        }
        let step = if self == Self::CosineByEpoch { (step - step % epoch.max(1)).max(warm_up) } else { step };
        let time = (step - warm_up) as f64 / steps.saturating_sub(warm_up).max(1) as f64;
        match self {
            Self::Constant => rate,
            Self::Step if time < 0.5 => rate,
            Self::Step if time < 0.75 => 0.1 * rate,
            Self::Step => 0.01 * rate,
            Self::Cosine | Self::CosineByEpoch => 0.5 * rate * (1.0 + (std::f64::consts::PI * time).cos()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosine_starts_at_the_rate_halves_it_midway_and_ends_at_nothing() {
        let rate = |step| RateSchedule::Cosine.rate(0.2, step, (100, 5), 0);
        assert!((rate(0) - 0.2).abs() < 1e-12);
        assert!((rate(50) - 0.1).abs() < 1e-12);
        assert!(rate(100).abs() < 1e-12);
    }

    #[test]
    fn steps_come_at_the_middle_and_at_three_quarters() {
        let rates = [0, 49, 50, 74, 75, 99].map(|step| RateSchedule::Step.rate(1.0, step, (100, 5), 0));
        assert_eq!(rates, [1.0, 1.0, 0.1, 0.1, 0.01, 0.01]);
    }

    #[test]
    fn warm_up_climbs_to_the_rate_and_the_schedule_has_the_rest() {
        let rate = |step| RateSchedule::Cosine.rate(0.2, step, (110, 5), 10);
        assert!((rate(0) - 0.02).abs() < 1e-12);
        assert!((rate(9) - 0.2).abs() < 1e-12);
        assert!((rate(10) - 0.2).abs() < 1e-12);
        assert!((rate(60) - 0.1).abs() < 1e-12);
    }

    #[test]
    fn by_epoch_all_steps_of_an_epoch_have_the_rate_of_its_first_worked_by_hand() {
        // Four epochs of 5 steps: (1 + cos(π e / 4)) / 2 for e = 0 to 3.
        let expected = [1.0, 0.853_553_390_6, 0.5, 0.146_446_609_4];
        for (first, expected) in [0, 5, 10, 15].into_iter().zip(expected) {
            for step in first..first + 5 {
                let rate = RateSchedule::CosineByEpoch.rate(1.0, step, (20, 5), 0);
                assert!((rate - expected).abs() < 1e-9, "{step}: {rate}");
            }
        }
        // After a warm-up into the midst of an epoch the rate is the whole one to the end of that epoch.
        let rates = [6, 7, 9].map(|step| RateSchedule::CosineByEpoch.rate(1.0, step, (20, 5), 7));
        assert_eq!(rates, [1.0, 1.0, 1.0]);
    }
}
