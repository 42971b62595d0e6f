//! What a comparison shows, in plain words.

use crate::metrics::{Comparison, compare_paired};
use crate::training::{Outcome, RunRecord, ValidExperiment};

/// How the first arm compares with another, over paired seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The other arm, from 1.
    pub arm: usize,
    /// In one sentence.
    pub sentence: String,
    /// On what it stands.
    pub evidence: String,
    /// Whether the interval includes no difference.
    pub within_noise: bool,
}

/// One verdict for each arm but the first, where at least two seeds have finished in both.
#[must_use]
pub fn verdicts(experiment: &ValidExperiment, runs: &[RunRecord]) -> Vec<Verdict> {
    (1..experiment.arms().len())
        .filter_map(|arm| {
            let (first, other) = paired_accuracies(runs, arm);
            let comparison = compare_paired(&first, &other)?;
            let name = |arm: usize| experiment.arms()[arm].name.as_str();
            Some(verdict(arm, name(0), name(arm), comparison))
        })
        .collect()
}

fn paired_accuracies(runs: &[RunRecord], other: usize) -> (Vec<f64>, Vec<f64>) {
    let accuracy = |arm: usize, seed: u64| {
        let run = runs.iter().find(|run| run.arm == arm && run.seed == seed)?;
        run.final_test_accuracy().filter(|_| run.outcome == Outcome::Finished)
    };
    runs.iter()
        .filter(|run| run.arm == 0)
        .filter_map(|run| accuracy(0, run.seed).zip(accuracy(other, run.seed)))
        .unzip()
}

fn verdict(arm: usize, first: &str, other: &str, comparison: Comparison) -> Verdict {
    let points = 100.0 * comparison.difference;
    let (low, high) = (100.0 * comparison.interval.0, 100.0 * comparison.interval.1);
    let within_noise = comparison.within_noise();
    let sentence = if within_noise {
        format!("{first} and {other}: no clear difference")
    } else if points > 0.0 {
        format!("{first} leads {other} by {}", in_points(points))
    } else {
        format!("{other} leads {first} by {}", in_points(-points))
    };
    let evidence =
        format!("{} paired seeds, 95 % interval {} to {}", comparison.pairs, signed(low, points), signed(high, points));
    Verdict { arm, sentence, evidence, within_noise }
}

/// Ten points and more need no decimals.
fn in_points(points: f64) -> String {
    if points >= 9.95 { format!("{points:.0} points") } else { format!("{points:.1} points") }
}

fn signed(value: f64, points: f64) -> String {
    let text = if points.abs() >= 9.95 { format!("{value:.0}") } else { format!("{value:.1}") };
    text.replace('-', "−")
}
