//! Results as a table for people.

use std::fmt::Write;

use crate::metrics::compare_paired;
use crate::storage::{ArmResults, Results};
use crate::training::ValidExperiment;

/// A table of the arms, and how the first compares with the others.
pub(super) fn summary(experiment: &ValidExperiment, results: &Results) -> String {
    let width = results.arms.iter().map(|arm| arm.name.chars().count()).max().unwrap_or(0).max(3);
    let mut text = format!(
        "{}\n{} epochs, {} seeds\n\n{:width$}  connections  parameters  test accuracy (mean ± sd)\n",
        results.experiment,
        experiment.epochs(),
        experiment.seeds().len(),
        "arm",
    );
    for arm in &results.arms {
        let accuracy = match (arm.mean_test_accuracy, arm.sd_test_accuracy) {
            (Some(mean), Some(deviation)) => format!("{:.1} ± {:.1} %", 100.0 * mean, 100.0 * deviation),
            (Some(mean), None) => format!("{:.1} %", 100.0 * mean),
            (None, _) => "no run finished".to_owned(),
        };
        let finished = arm.runs.iter().filter(|run| run.has_finished()).count();
        let missing = if finished == arm.runs.len() {
            String::new()
        } else {
            format!(" ({finished} of {} seeds)", arm.runs.len())
        };
        let (name, connections, parameters) = (&arm.name, arm.connections, arm.parameters);
        writeln!(text, "{name:width$}  {connections:11}  {parameters:10}  {accuracy}{missing}").unwrap_or_default();
    }
    if let [first, others @ ..] = results.arms.as_slice() {
        for other in others {
            writeln!(text, "{}", verdict(first, other)).unwrap_or_default();
        }
    }
    text.trim_end().to_owned()
}

fn verdict(first: &ArmResults, other: &ArmResults) -> String {
    let pairs: Vec<(f64, f64)> = first
        .runs
        .iter()
        .zip(&other.runs)
        .filter(|(first, other)| first.has_finished() && other.has_finished())
        .filter_map(|(first, other)| first.final_test_accuracy.zip(other.final_test_accuracy))
        .collect();
    let (ours, theirs): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    let Some(comparison) = compare_paired(&ours, &theirs) else {
        let reason = if first.runs.len() > 1 {
            "fewer than two seeds finished in both"
        } else {
            "one seed is no evidence; run with --seeds 5"
        };
        return format!("{} against {}: {reason}", first.name, other.name);
    };
    let (low, high) = comparison.interval;
    let judgement = if comparison.within_noise() { ": within noise" } else { "" };
    format!(
        "{} minus {}: {:+.1} points ({} paired seeds, 95 % interval {:.1} to {:.1}){judgement}",
        first.name,
        other.name,
        100.0 * comparison.difference,
        comparison.pairs,
        100.0 * low,
        100.0 * high,
    )
}
