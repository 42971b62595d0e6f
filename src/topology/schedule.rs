//! When the topology is updated, and how much of it.

use serde::{Deserialize, Serialize};

/// How the drop fraction changes over the evolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DropSchedule {
    /// ζ all along (Mocanu et al. 2018).
    #[default]
    Constant,
    /// `α/2 · (1 + cos(π t / T_end))` (Dettmers & Zettlemoyer 2019; Evci et al. 2020).
    Cosine,
    /// `α · (1 − t / T_end)`.
    Linear,
}

impl DropSchedule {
    /// All of them, for lists.
    pub const ALL: [Self; 3] = [Self::Constant, Self::Cosine, Self::Linear];

    /// The name on screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Cosine => "cosine",
            Self::Linear => "linear",
        }
    }

    /// The drop fraction at `step`, where evolution ends at step `end`; nothing after it.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of steps")]
    pub fn fraction(self, initial: f64, step: u64, end: u64) -> f64 {
        if step > end {
            return 0.0;
        }
        let time = step as f64 / end.max(1) as f64;
        match self {
            Self::Constant => initial,
            Self::Cosine => 0.5 * initial * (1.0 + (std::f64::consts::PI * time).cos()),
            Self::Linear => initial * (1.0 - time),
        }
    }
}

/// When topology updates happen, in steps (batches).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpdateTiming {
    /// ΔT: an update every so many steps.
    pub every: u64,
    /// The last step at which one may happen.
    pub last: u64,
}

impl UpdateTiming {
    /// Whether an update is due when `step` of `steps` steps are done.
    ///
    /// None is due at the end of the run: new connections are always trained.
    #[must_use]
    pub fn due(self, step: u64, steps: u64) -> bool {
        step > 0 && step < steps && step <= self.last && step.is_multiple_of(self.every.max(1))
    }

    /// The first step after `step` at which an update is due, if there is one.
    #[must_use]
    pub fn next_after(self, step: u64, steps: u64) -> Option<u64> {
        let every = self.every.max(1);
        let next = (step / every + 1) * every;
        self.due(next, steps).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosine_falls_from_the_initial_fraction_to_nothing_at_the_end() {
        let fraction = |step| DropSchedule::Cosine.fraction(0.3, step, 100);
        assert!((fraction(0) - 0.3).abs() < 1e-12);
        assert!((fraction(50) - 0.15).abs() < 1e-12);
        assert!(fraction(100).abs() < 1e-12);
        assert!((DropSchedule::Linear.fraction(0.3, 75, 100) - 0.075).abs() < 1e-12);
        assert!(DropSchedule::Constant.fraction(0.3, 101, 100).abs() < 1e-12);
    }

    #[test]
    fn updates_come_every_so_often_until_their_end_and_never_last() {
        let timing = UpdateTiming { every: 10, last: 30 };
        let due: Vec<u64> = (0..=60).filter(|&step| timing.due(step, 60)).collect();
        assert_eq!(due, [10, 20, 30]);
        let to_the_end = UpdateTiming { every: 10, last: 60 };
        assert!(!to_the_end.due(60, 60));
        assert_eq!(to_the_end.next_after(45, 60), Some(50));
        assert_eq!(to_the_end.next_after(50, 60), None);
    }
}
