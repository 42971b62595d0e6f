//! What a comparison shows, in plain words and seed by seed.

use crate::metrics::{Comparison, compare_paired};
use crate::storage::SeedRun;
use crate::training::ValidExperiment;

/// How one arm compares with another, over paired seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The other arm, from 0.
    pub arm: usize,
    /// In one sentence.
    pub sentence: String,
    /// On what it stands.
    pub evidence: String,
    /// Whether the interval includes no difference.
    pub within_noise: bool,
    /// Final test accuracy of the other arm minus that of the one it is compared with, in points, by seed.
    pub by_seed: Vec<(u64, f64)>,
    /// Mean of these differences with its interval, in points.
    pub difference: Comparison,
}

/// One verdict on `reference` and each other arm, where at least two seeds have finished in both.
#[must_use]
pub fn verdicts(experiment: &ValidExperiment, runs: &[SeedRun], reference: usize) -> Vec<Verdict> {
    let verdict = |arm: usize| {
        let name = |arm: usize| experiment.arms()[arm].name.as_str();
        let by_seed = paired_differences(runs, reference, arm);
        let (own, none): (Vec<f64>, Vec<f64>) = by_seed.iter().map(|&(_, points)| (points, 0.0)).unzip();
        let difference = compare_paired(&own, &none)?;
        let (sentence, evidence) = in_words(name(reference), name(arm), difference);
        Some(Verdict { arm, sentence, evidence, within_noise: difference.within_noise(), by_seed, difference })
    };
    (0..experiment.arms().len()).filter(|&arm| arm != reference).filter_map(verdict).collect()
}

/// Final test accuracy of `other` minus that of `reference`, in points, for each seed that has finished in both.
fn paired_differences(runs: &[SeedRun], reference: usize, other: usize) -> Vec<(u64, f64)> {
    let of_reference = |seed: u64| {
        runs.iter().find(|run| run.arm == reference && run.seed == seed).and_then(SeedRun::final_test_accuracy)
    };
    let difference = |run: &SeedRun| Some(100.0 * (run.final_test_accuracy()? - of_reference(run.seed)?));
    runs.iter().filter(|run| run.arm == other).filter_map(|run| Some((run.seed, difference(run)?))).collect()
}

/// Who leads by how much, and the interval of that lead.
fn in_words(reference: &str, other: &str, difference: Comparison) -> (String, String) {
    let Comparison { difference: points, interval: (low, high), pairs } = difference;
    let sentence = if difference.within_noise() {
        format!("{reference} and {other}: no clear difference")
    } else if points < 0.0 {
        format!("{reference} leads {other} by {}", in_points(-points))
    } else {
        format!("{other} leads {reference} by {}", in_points(points))
    };
    // Of a lead, the interval is that of the one who leads.
    let other_leads = !difference.within_noise() && points > 0.0;
    let (low, high) = if other_leads { (low, high) } else { (-high, -low) };
    // A line does not break within the interval.
    let interval = format!("95 % interval {} to {}", signed(low, points), signed(high, points)).replace(' ', "\u{a0}");
    (sentence, format!("{pairs} paired seeds, {interval}"))
}

/// Ten points and more need no decimals.
fn in_points(points: f64) -> String {
    if points >= 9.95 { format!("{points:.0} points") } else { format!("{points:.1} points") }
}

fn signed(value: f64, points: f64) -> String {
    let text = if points.abs() >= 9.95 { format!("{value:.0}") } else { format!("{value:.1}") };
    text.replace('-', "−")
}
