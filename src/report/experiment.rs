//! One experiment of a submission: what was set, what came of it, and what the checks said.

use std::fmt::Write;

use super::plot::accuracy_plot;
use super::text::{escaped, percent, points};
use crate::data::FileKey;
use crate::lesson::{FoundLesson, Step, Submission, WorkedExperiment};
use crate::metrics::Summary;
use crate::session::{ArmSummary, arm_summaries, verdicts};
use crate::storage::{Change, SeedRun, changes};
use crate::training::ExperimentSpec;

/// The experiment of this number, from 0.
pub(super) fn experiment(page: &mut String, submission: &Submission, found: &FoundLesson, number: usize) {
    let worked = &submission.work.experiments[number];
    let _ = writeln!(page, "<section>\n<h2>Experiment {}</h2>", number + 1);
    let spec = worked.spec();
    if let Some(spec) = &spec {
        settings(page, found.lesson.experiment.spec(), spec);
    }
    checks(page, submission, found, number);
    let experiment = found.experiment(worked);
    let names = match &experiment {
        Ok(experiment) => experiment.arms().iter().map(|arm| arm.name.clone()).collect(),
        Err(_) => arm_names(worked),
    };
    let runs = seed_runs(worked, &names);
    if !runs.is_empty() {
        results(page, &names, &runs);
    }
    match &experiment {
        Ok(experiment) => verdict_in_words(page, &verdicts(experiment, &runs, 0)),
        Err(problem) => drop(writeln!(page, "<p class=\"no\">{}.</p>", escaped(problem))),
    }
    let _ = writeln!(page, "<h3>As it ran</h3>\n<pre>{}</pre>\n</section>", escaped(worked.toml.trim_end()));
}

/// The arms of the runs by their names, in their order.
fn arm_names(worked: &WorkedExperiment) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for run in &worked.runs {
        if !names.contains(&run.arm) {
            names.push(run.arm.clone());
        }
    }
    names
}

/// The runs of these arms; others belong to no arm of the experiment.
fn seed_runs(worked: &WorkedExperiment, names: &[String]) -> Vec<SeedRun> {
    let number = |arm: &str| names.iter().position(|name| name == arm);
    worked.runs.iter().filter_map(|run| Some(run.to_seed_run(number(&run.arm)?))).collect()
}

/// What is not as the lesson has it at its start.
fn settings(page: &mut String, start: &ExperimentSpec, own: &ExperimentSpec) {
    let seeds: Vec<String> = own.training.seeds.iter().map(u64::to_string).collect();
    let is_told = |change: &Change| {
        let is_file = FileKey::ALL.iter().any(|key| change.key == format!("data.{}", key.name()));
        change.key != "training.seeds" && !is_file
    };
    let changed: Vec<Change> = changes(start, own).into_iter().filter(is_told).collect();
    if changed.is_empty() {
        page.push_str("<p>Settings are those of the lesson's start.</p>\n");
    } else {
        page.push_str("<h3>Settings that differ from the lesson's start</h3>\n<table>\n");
        page.push_str("<tr><th>setting</th><th>at the start</th><th>here</th></tr>\n");
        for Change { key, before, after } in &changed {
            let value = |value: &Option<String>| value.as_deref().map_or("not said".to_owned(), escaped);
            let _ = writeln!(
                page,
                "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                escaped(&named_key(key, own)),
                value(before),
                value(after)
            );
        }
        page.push_str("</table>\n");
    }
    let _ = writeln!(page, "<p class=\"weak\">Seeds: {}</p>", escaped(&seeds.join(", ")));
}

/// A key with the arm's name in the place of its number.
fn named_key(key: &str, spec: &ExperimentSpec) -> String {
    let arm = key.strip_prefix("arm.").and_then(|rest| {
        let (number, rest) = rest.split_once('.').unwrap_or((rest, ""));
        let arm = spec.arms.get(number.parse::<usize>().ok()?)?;
        Some(format!("“{}” {rest}", arm.name).trim_end().to_owned())
    });
    arm.unwrap_or_else(|| key.to_owned())
}

/// The checks that stand on the experiment, rule by rule.
fn checks(page: &mut String, submission: &Submission, found: &FoundLesson, number: usize) {
    for check in found.lesson.steps.iter().flat_map(Step::checks) {
        let Some(judged) = submission.work.checks.get(&check.id).filter(|judged| judged.experiment == number) else {
            continue;
        };
        let _ = write!(
            page,
            "<h3>Exercise {}: {} of {}</h3>\n<table>\n<tr><th>rule</th><th>found</th><th>holds</th></tr>\n",
            escaped(&check.id),
            judged.points,
            points(check.points)
        );
        for rule in &judged.rules {
            let (class, word) = match rule.holds {
                Some(true) => ("yes", "yes"),
                Some(false) => ("no", "no"),
                None => ("weak", "not decided"),
            };
            let _ = writeln!(
                page,
                "<tr><td><code>{}</code></td><td>{}</td><td class=\"{class}\">{word}</td></tr>",
                escaped(&rule.rule),
                escaped(rule.value.as_deref().unwrap_or_default())
            );
        }
        page.push_str("</table>\n");
    }
}

/// Curves, and a table by arm.
fn results(page: &mut String, names: &[String], runs: &[SeedRun]) {
    page.push_str("<h3>Test accuracy</h3>\n");
    page.push_str(&accuracy_plot(names, runs));
    page.push_str("<table>\n<tr><th>arm</th><th class=\"number\">runs</th><th class=\"number\">test accuracy, %</th>");
    page.push_str("<th class=\"number\">sd</th><th class=\"number\">best epoch, %</th><th class=\"number\">connections</th></tr>\n");
    for summary in arm_summaries(names.len(), runs) {
        let ArmSummary { arm, runs, final_accuracy, best_accuracy, connections, .. } = summary;
        let cell = |of: Summary, text: String| if of.count == 0 { "–".to_owned() } else { text };
        let finished = final_accuracy.count;
        let of = if finished == runs { runs.to_string() } else { format!("{finished} of {runs}") };
        let sd = if finished > 1 { percent(final_accuracy.deviation) } else { "–".to_owned() };
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td class=\"number\">{of}</td><td class=\"number\">{}</td><td class=\"number\">{sd}</td>\
             <td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
            escaped(&names[arm]),
            cell(final_accuracy, percent(final_accuracy.mean)),
            cell(best_accuracy, percent(best_accuracy.mean)),
            cell(connections, format!("{:.0}", connections.mean))
        );
    }
    page.push_str("</table>\n<p class=\"weak\">Means over runs that finished, after the last epoch; sd over seeds. The best epoch is chosen on the test samples, so it flatters.</p>\n");
}

fn verdict_in_words(page: &mut String, verdicts: &[crate::session::Verdict]) {
    if verdicts.is_empty() {
        return;
    }
    page.push_str("<ul>\n");
    for verdict in verdicts {
        let _ = writeln!(
            page,
            "<li>{} <span class=\"weak\">({})</span></li>",
            escaped(&verdict.sentence),
            escaped(&verdict.evidence)
        );
    }
    page.push_str("</ul>\n");
}
