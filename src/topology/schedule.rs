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
    /// `α · (1 − t / T_end)³` (Evci et al. 2020, appendix on schedules, k = 3).
    InversePower,
}

impl DropSchedule {
    /// All of them, for lists.
    pub const ALL: [Self; 4] = [Self::Constant, Self::Cosine, Self::Linear, Self::InversePower];

    /// The name on screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Cosine => "cosine",
            Self::Linear => "linear",
            Self::InversePower => "inverse power",
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
            Self::InversePower => initial * (1.0 - time).powi(3),
        }
    }
}

/// How the number of connections changes over the run.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum DensitySchedule {
    /// As many as are cut grow.
    #[default]
    Constant,
    /// From the density `initial` down to the experiment's own at the share `end` of the run, along
    /// `s_f + (s_i − s_f)(1 − t)³` (Zhu & Gupta 2017, equation 1): the connections with the smallest |w| of the whole
    /// network go, and none come for them.
    Cubic {
        /// Density at the start, from the experiment's own to 1.
        initial: f64,
        /// Share of the run after which the density stays, from 0 to 1.
        end: f64,
    },
    /// The same along a sigmoid: slowly at first and at last, fastest half-way; `σ(10 (½ − t))`, stretched so that it begins
    /// and ends where it should.
    Sigmoid {
        /// Density at the start, from the experiment's own to 1.
        initial: f64,
        /// Share of the run after which the density stays, from 0 to 1.
        end: f64,
    },
    /// From the density `initial` down to the experiment's own in equal steps of a logarithm: every update removes the
    /// share `share` of what there is, the smallest |w| of the whole network, until enough have gone (Frankle & Carbin 2019).
    Rounds {
        /// Density at the start, from the experiment's own to 1.
        initial: f64,
        /// Share of the connections that a round removes, above 0 and below 1.
        share: f64,
    },
    /// More connections between updates than the experiment asks for: an update grows first, and what proves useless goes at
    /// the next. From 60 % of the evolution on half as many more, none after the last update (Yuan et al. 2021, EM&S).
    Overshoot {
        /// How many more, as a share of all places, from 0 to 1.
        extra: f64,
    },
}

/// Share of the evolution after which an overshoot is halved (Yuan et al. 2021; their code).
const HALVED_FROM: f64 = 0.6;

impl DensitySchedule {
    /// Density at the start, where it is not the experiment's own.
    #[must_use]
    pub fn initial(self) -> Option<f64> {
        match self {
            Self::Constant | Self::Overshoot { .. } => None,
            Self::Cubic { initial, .. } | Self::Sigmoid { initial, .. } | Self::Rounds { initial, .. } => Some(initial),
        }
    }

    /// How many connections more than asked for a layer of so many places has after an update, where the schedule has more:
    /// `progress` is the share of the evolution that is over, and `is_last` says that no update follows.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of the places"
    )]
    pub fn overshoot(self, places: usize, progress: f64, is_last: bool) -> Option<usize> {
        let Self::Overshoot { extra } = self else { return None };
        let share = match (is_last, progress > HALVED_FROM) {
            (true, _) => 0.0,
            (false, true) => 0.5 * extra,
            (false, false) => extra,
        };
        Some((share * places as f64).round() as usize)
    }

    /// Updates that it takes from `first` connections to `last`, where that is counted in updates.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "numbers of connections"
    )]
    pub fn rounds(self, first: usize, last: usize) -> Option<u64> {
        let Self::Rounds { share, .. } = self else { return None };
        let rounds = (last.max(1) as f64 / first.max(1) as f64).ln() / (-share).ln_1p();
        Some((rounds - 1e-9).ceil().max(0.0) as u64)
    }

    /// Connections wanted at `step`, if the schedule says how many: between those there are `first` and those there are to
    /// be at last. `steps` is the length of the run, `every` the time between updates: the last of them before the end
    /// brings the last number.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "numbers of steps and connections"
    )]
    pub fn connections(self, first: usize, last: usize, step: u64, steps: u64, every: u64) -> Option<usize> {
        let end = match self {
            Self::Constant | Self::Overshoot { .. } => return None,
            Self::Rounds { share, .. } => {
                let left = (1.0 - share).powf((step / every.max(1)) as f64);
                return Some(((first as f64 * left).round() as usize).clamp(last.min(first), first));
            }
            Self::Cubic { end, .. } | Self::Sigmoid { end, .. } => end,
        };
        // No update comes when the run is over.
        let end = ((end * steps as f64 + 1e-9).floor() as u64).min(steps.saturating_sub(1));
        let end = end / every.max(1) * every.max(1);
        if step >= end {
            return Some(last);
        }
        let left = 1.0 - step as f64 / end as f64;
        let share = if matches!(self, Self::Sigmoid { .. }) { sigmoid(left) } else { left.powi(3) };
        Some(last + (first.saturating_sub(last) as f64 * share).round() as usize)
    }
}

/// A sigmoid from 0 at 0 to 1 at 1.
fn sigmoid(at: f64) -> f64 {
    const STEEPNESS: f64 = 10.0;
    let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
    let (lowest, highest) = (logistic(-0.5 * STEEPNESS), logistic(0.5 * STEEPNESS));
    (logistic(STEEPNESS * (at - 0.5)) - lowest) / (highest - lowest)
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
    /// No more than so many updates.
    #[must_use]
    pub fn at_most(self, updates: u64) -> Self {
        Self { last: self.last.min(self.every.saturating_mul(updates)), ..self }
    }

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
        assert!((DropSchedule::InversePower.fraction(0.4, 50, 100) - 0.05).abs() < 1e-12);
        assert!(DropSchedule::Constant.fraction(0.3, 101, 100).abs() < 1e-12);
    }

    #[test]
    fn density_falls_along_a_cubic_and_is_reached_by_the_last_update_before_its_end() {
        let schedule = DensitySchedule::Cubic { initial: 1.0, end: 0.5 };
        let at = |step| schedule.connections(1000, 200, step, 100, 10);
        // 200 + 800 (1 − 0.2)³ = 609.6; (1 − 0.6)³ = 0.064.
        assert_eq!([at(0), at(10), at(30), at(50), at(90)], [1000, 610, 251, 200, 200].map(Some));
        // The last update before step 50 is that of step 45.
        assert_eq!(schedule.connections(1000, 200, 45, 100, 15), Some(200));
        // And the run's last update where it falls to the end, for none comes when the run is over.
        let whole = DensitySchedule::Cubic { initial: 1.0, end: 1.0 };
        assert_eq!(whole.connections(1000, 200, 90, 100, 10), Some(200));
        assert_eq!(DensitySchedule::Constant.connections(1000, 200, 0, 100, 10), None);
    }

    #[test]
    fn along_a_sigmoid_density_falls_fastest_half_way() {
        let schedule = DensitySchedule::Sigmoid { initial: 1.0, end: 0.8 };
        let at = |step| schedule.connections(1000, 200, step, 100, 10);
        // σ(2.5) = 0.92414, σ(±5) = 0.99331 and 0.00669: 200 + 800 · (0.92414 − 0.00669) / 0.98661 = 943.9.
        assert_eq!([at(0), at(20), at(40), at(60), at(80), at(90)], [1000, 944, 600, 256, 200, 200].map(Some));
    }

    #[test]
    fn an_overshoot_is_halved_late_and_gone_at_last() {
        let schedule = DensitySchedule::Overshoot { extra: 0.02 };
        let at = |progress, is_last| schedule.overshoot(1000, progress, is_last);
        assert_eq!([at(0.0, false), at(0.6, false), at(0.61, false), at(0.9, true)], [20, 20, 10, 0].map(Some));
        assert_eq!(DensitySchedule::Constant.overshoot(1000, 0.0, false), None);
    }

    #[test]
    fn rounds_leave_four_fifths_each_until_enough_have_gone() {
        let schedule = DensitySchedule::Rounds { initial: 1.0, share: 0.2 };
        let at = |step| schedule.connections(1000, 450, step, 100, 10);
        assert_eq!([at(10), at(20), at(30), at(40), at(90)], [800, 640, 512, 450, 450].map(Some));
        // 0.8⁴ = 0.41 is the first power below 0.45; 0.8³ = 0.512 is reached in three rounds.
        assert_eq!(schedule.rounds(1000, 450), Some(4));
        assert_eq!(schedule.rounds(1000, 512), Some(3));
        assert_eq!(schedule.rounds(1000, 1000), Some(0));
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
