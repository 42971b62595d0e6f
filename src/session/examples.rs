//! The experiments that come with the program.

use std::sync::OnceLock;

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
        title: "Digits with one connection in fifty",
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
    static LAUNCH: OnceLock<ExperimentSpec> = OnceLock::new();
    (spec == LAUNCH.get_or_init(|| EXAMPLES[0].experiment().spec().clone())).then_some(Claim {
        headline: "SET leads small dense by 31 points",
        lines: &[
            "It leads dense by 28. Over 20 seeds: SET 98\u{a0}%, dense 70\u{a0}%, small dense 67\u{a0}%.",
            "Static, never rewired, reaches 96\u{a0}%: no clear difference to SET.",
            "With 1,000 training points dense reaches 97\u{a0}%.",
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Summary;
    use crate::session::verdicts;
    use crate::storage::SeedRun;
    use crate::training::{check, compare};
    use std::sync::atomic::AtomicBool;

    #[test]
    fn every_example_opens() {
        for example in EXAMPLES {
            assert!(!example.experiment().arms().is_empty());
        }
        assert!(launch_claim(EXAMPLES[0].experiment().spec()).is_some());
        assert!(launch_claim(EXAMPLES[1].experiment().spec()).is_none());
    }

    fn run(experiment: &ValidExperiment) -> Vec<SeedRun> {
        let runs = compare(experiment, 2, &AtomicBool::new(false), &|_, _, _| {}).expect("threads");
        runs.iter().map(SeedRun::from).collect()
    }

    /// Mean final test accuracy of an arm over seeds, as it is written on screen.
    fn percent(runs: &[SeedRun], arm: usize) -> String {
        let own = runs.iter().filter(|run| run.arm == arm);
        let accuracies: Vec<f64> = own.filter_map(SeedRun::final_test_accuracy).collect();
        format!("{:.0}\u{a0}%", 100.0 * Summary::of(&accuracies).mean)
    }

    #[test]
    fn the_launch_claim_is_what_its_seeds_give() {
        let experiment = EXAMPLES[0].experiment();
        let claim = launch_claim(experiment.spec()).expect("the launch experiment");
        let runs = run(&experiment);
        let verdicts = verdicts(&experiment, &runs, 0);
        let [over_dense, over_small, over_static] = verdicts.as_slice() else { panic!("{verdicts:?}") };
        assert!(!over_dense.within_noise && !over_small.within_noise);
        assert!(over_static.within_noise, "only then may it be said that there is no clear difference");
        // The figures themselves hang on the last bits of the system's mathematics.
        if !cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")) {
            return;
        }
        let points = over_dense.sentence.trim_end_matches(" points").rsplit(' ').next().expect("a number");
        assert_eq!(claim.headline, over_small.sentence);
        let [set, dense, small, fixed] = [0, 1, 2, 3].map(|arm| percent(&runs, arm));
        let expected =
            format!("It leads dense by {points}. Over 20 seeds: SET {set}, dense {dense}, small dense {small}.");
        assert_eq!(claim.lines[0], expected);
        assert!(claim.lines[1].starts_with(&format!("Static, never rewired, reaches {fixed}:")), "{fixed}");
        let mut more = experiment.spec().clone();
        more.data.train = Some(1000);
        let runs = run(&check(&more).expect("valid"));
        assert_eq!(claim.lines[2], format!("With 1,000 training points dense reaches {}.", percent(&runs, 1)));
    }
}
