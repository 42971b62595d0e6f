//! Falling back to growth at random: what CTRE does when its score no longer helps (Atashgahi et al., Machine Learning 2022).

use serde::{Deserialize, Serialize};

/// When growth by a score gives way to growth at random, for the rest of the run.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fallback {
    /// Never.
    #[default]
    Never,
    /// When samples that are held out see no progress (`CTRE_seq`; section 3.3 and the authors' code).
    Stalled(Stalled),
}

/// What it takes to be without progress.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stalled {
    /// The share of the training samples, above 0 and below 1, on which accuracy is judged after every epoch. The run never
    /// trains on them, nor does anything else look at them.
    pub held_out: f64,
    /// After so many epochs, one after the other, none of which was better than the best before.
    pub epochs: u32,
}

impl Stalled {
    /// A tenth, and 40 epochs (the authors' code).
    pub const OF_PAPER: Self = Self { held_out: 0.1, epochs: 40 };

    /// How many of the training samples are held out: at least one.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of a number of samples"
    )]
    pub fn samples(self, train: usize) -> usize {
        ((self.held_out * train as f64).round() as usize).clamp(1, train.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_samples_is_held_out_and_one_at_least() {
        let samples = |held_out, train| Stalled { held_out, epochs: 1 }.samples(train);
        assert_eq!([samples(0.1, 1200), samples(0.1, 64), samples(0.001, 100), samples(0.25, 10)], [120, 6, 1, 3]);
    }
}
