//! The experiments that come with the program.

use crate::storage::parse_experiment;
use crate::training::{ExperimentSpec, ValidExperiment};

/// A bundled experiment.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// What it is called in the menu.
    pub title: &'static str,
    text: &'static str,
}

/// All bundled experiments; the program starts on the first.
pub const EXAMPLES: [Example; 4] = [
    Example { title: "Two of sixteen inputs matter", text: include_str!("../../assets/experiments/launch.toml") },
    Example { title: "Checkerboard at 5 % density", text: include_str!("../../assets/experiments/checkerboard.toml") },
    Example {
        title: "Handwritten digits at 2 % density",
        text: include_str!("../../assets/experiments/digits-98.toml"),
    },
    Example { title: "Noisy digits at 2 % density", text: include_str!("../../assets/experiments/noisy-digits.toml") },
];

impl Example {
    /// The experiment.
    ///
    /// # Panics
    /// Never: a test opens each of them.
    #[must_use]
    pub fn experiment(&self) -> ValidExperiment {
        parse_experiment(self.text).unwrap_or_else(|faults| panic!("{}: {faults:?}", self.title))
    }
}

/// What was measured before and is claimed on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The main point.
    pub headline: &'static str,
    /// On what it stands, and what speaks against it.
    pub lines: &'static [&'static str],
}

/// The claim of the launch experiment, if this is the launch experiment unchanged.
///
/// The figures are what `regrow run` gives for its 20 seeds; a test runs them again.
#[must_use]
pub fn launch_claim(spec: &ExperimentSpec) -> Option<Claim> {
    (*spec == *EXAMPLES[0].experiment().spec()).then_some(Claim {
        headline: "SET leads small dense by 31 points",
        lines: &[
            "and dense by 27. Over 20 seeds: SET 97\u{a0}%, dense 71\u{a0}%, small dense 66\u{a0}%.",
            "Static, never rewired, reaches 99\u{a0}%: here sparsity helps, evolution does not.",
            "With 1,000 training points dense reaches 98\u{a0}%.",
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_opens() {
        for example in EXAMPLES {
            assert!(!example.experiment().arms().is_empty());
        }
        assert!(launch_claim(EXAMPLES[0].experiment().spec()).is_some());
        assert!(launch_claim(EXAMPLES[1].experiment().spec()).is_none());
    }
}
