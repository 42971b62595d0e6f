//! Exercises: judged when asked for, rule by rule, and their solutions.

use egui::{Button, Label, RichText, Ui, WidgetInfo};

use super::questions::points;
use crate::lesson::{Check, RuleJudgement, Solution, Verdict};
use crate::session::{Asked, Command, ComparisonJob, LessonWish, OpenLesson, Session};
use crate::ui::controls::{card, weak};
use crate::ui::theme::{Palette, semibold};

/// An exercise: what it is worth, a button that has it judged, and what became of it.
pub(super) fn show(ui: &mut Ui, session: &Session, open: &OpenLesson, check: &Check, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let earned = session.lessons().open_progress().and_then(|progress| progress.points.get(&check.id)).copied();
    card(ui, |ui| {
        ui.label(
            RichText::new(format!("Exercise · {}", points(check.points))).font(semibold(12.0)).color(palette.accent),
        );
        let asked = open.asked(&check.id);
        match asked {
            Some(asked) => result(ui, session, asked, check),
            None if earned.is_some_and(|earned| earned > 0) => {
                let text = format!("You have earned {} of {} here.", earned.unwrap_or(0), points(check.points));
                ui.label(RichText::new(text).color(palette.good));
            }
            None => {}
        }
        let is_running = session.comparison().is_some_and(ComparisonJob::is_running);
        let is_waiting = is_running && asked.is_some_and(|asked| asked.judgement.verdict == Verdict::NotYet);
        if is_waiting {
            let job = session.comparison();
            let (ended, all) = job.map_or((0, 0), |job| (job.runs_ended(), job.runs().len()));
            weak(ui, format!("{ended} of {all} runs have come in. It is judged when the last one is there."));
            return;
        }
        let number = open.step().checks().position(|other| other.id == check.id).unwrap_or(0);
        let name = if open.step().checks().count() > 1 {
            format!("Check exercise {}", number + 1)
        } else {
            "Check the exercise".to_owned()
        };
        let can = session.is_in_lesson() && session.faults().is_empty();
        let button = ui.add_enabled(can, Button::new("Check"));
        button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, can, &name));
        let seeds = session.experiment().seeds().len();
        let runs = format!("Runs what is missing of all arms over {seeds} seeds, and judges it");
        let help = if check.needs_runs() { runs } else { "Judges the settings: no run is needed".to_owned() };
        if button.on_hover_text(help).clicked() {
            commands.push(Command::Lesson(LessonWish::Check(check.id.clone())));
        }
    });
}

fn result(ui: &mut Ui, session: &Session, asked: &Asked, check: &Check) {
    let palette = Palette::of(ui);
    let judgement = &asked.judgement;
    let is_stale = asked.experiment != *session.draft();
    let (text, color) = match judgement.verdict {
        Verdict::Pass => (format!("✓ Passed: {} of {}", judgement.points, points(check.points)), palette.good),
        Verdict::Fail if judgement.points > 0 => {
            (format!("Partly: {} of {}", judgement.points, points(check.points)), palette.warning)
        }
        Verdict::Fail => ("✗ Not passed yet".to_owned(), palette.warning),
        Verdict::NotYet => ("Not decided yet".to_owned(), palette.weak),
    };
    ui.label(RichText::new(text).font(semibold(13.0)).color(if is_stale { palette.weak } else { color }));
    if is_stale {
        weak(ui, "You have changed the experiment since. Check it again.");
    }
    // First what is to be mended.
    for verdict in [Verdict::Fail, Verdict::NotYet, Verdict::Pass] {
        for rule in judgement.rules.iter().filter(|rule| rule.verdict == verdict) {
            rule_row(ui, rule, is_stale);
        }
    }
}

fn rule_row(ui: &mut Ui, rule: &RuleJudgement, is_stale: bool) {
    let palette = Palette::of(ui);
    let (sign, color) = match rule.verdict {
        Verdict::Pass => ("✓", palette.good),
        Verdict::Fail => ("✗", palette.warning),
        Verdict::NotYet => ("…", palette.weak),
    };
    let color = if is_stale { palette.weak } else { color };
    ui.horizontal_top(|ui| {
        ui.label(RichText::new(sign).size(12.5).color(color));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let found = match (&rule.message, &rule.value) {
                (Some(message), _) => Some(message.clone()),
                (None, Some(value)) => Some(format!("found {value}")),
                (None, None) => None,
            };
            if let Some(message) = rule.message.as_ref().filter(|_| rule.verdict == Verdict::Fail) {
                ui.add(Label::new(RichText::new(message).size(13.0)).wrap());
            }
            let found =
                found.filter(|_| rule.verdict != Verdict::Fail).map_or_else(String::new, |found| format!(": {found}"));
            ui.add(Label::new(RichText::new(format!("{}{found}", rule.rule)).size(11.0).color(palette.weak)).wrap());
        });
    });
}

/// What passes the checks of the step: opened as the experiment, and then to read.
pub(super) fn solution(
    ui: &mut Ui,
    session: &Session,
    open: &OpenLesson,
    solution: &Solution,
    commands: &mut Vec<Command>,
) {
    let step = open.step_number();
    let is_seen = session.lessons().open_progress().is_some_and(|progress| progress.solutions.contains(&step));
    if is_seen {
        card(ui, |ui| {
            weak(ui, "A solution");
            ui.add(Label::new(RichText::new(solution.toml.trim()).size(12.0).monospace()).wrap());
        });
    }
    let is_open = *session.draft() == session.lessons().lab().for_student(solution.experiment.spec());
    let button = ui.add_enabled(!is_open, Button::new("Open the solution"));
    let help = "Sets the experiment up so that it passes, and shows what that takes. Ctrl+Z goes back to yours.";
    if button.on_hover_text(help).clicked() {
        commands.push(Command::Lesson(LessonWish::Solve));
    }
}
