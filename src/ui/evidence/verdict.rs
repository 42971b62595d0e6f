//! What the comparison shows, in plain words.

use egui::{ProgressBar, RichText, Ui};

use crate::session::{Command, Session, Verdict, launch_claim, verdicts};
use crate::ui::controls::card;
use crate::ui::theme::{Palette, semibold};

/// The verdict over seeds, or how to get one.
pub(super) fn show(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    ui.add_space(4.0);
    card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        match session.comparison() {
            Some(job) if job.is_running() => running(ui, job.progress(), commands),
            Some(job) => match (job.error(), job.runs()) {
                (Some(error), _) => {
                    ui.label(format!("The comparison stopped: {error}"));
                }
                (None, Some(runs)) => {
                    for verdict in verdicts(job.experiment(), runs) {
                        sentence(ui, &verdict);
                    }
                }
                (None, None) => {}
            },
            None => claim_or_offer(ui, session, commands),
        }
    });
}

fn running(ui: &mut Ui, progress: f32, commands: &mut Vec<Command>) {
    ui.label(RichText::new("Running all arms over all seeds").font(semibold(13.0)));
    ui.horizontal(|ui| {
        ui.add(ProgressBar::new(progress).desired_width(ui.available_width() - 70.0).show_percentage());
        if ui.button("Stop").clicked() {
            commands.push(Command::CancelComparison);
        }
    });
}

fn sentence(ui: &mut Ui, verdict: &Verdict) {
    let palette = Palette::of(ui);
    ui.label(RichText::new(&verdict.sentence).font(semibold(12.5)));
    let evidence =
        if verdict.within_noise { format!("Within noise: {}", verdict.evidence) } else { verdict.evidence.clone() };
    ui.label(RichText::new(evidence).size(11.5).color(palette.weak));
}

fn claim_or_offer(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let weak = |text: &str| RichText::new(text).size(11.5).color(palette.weak);
    let claim = launch_claim(session.experiment().spec());
    if claim.is_some() && session.history(0).epochs().len() <= 1 {
        // First the question, then the answer.
        ui.label(RichText::new("Two of these sixteen inputs matter.").font(semibold(13.0)));
        ui.label(RichText::new("Which network notices?").font(semibold(13.0)));
        ui.label(weak("Press Space and watch which connections stay."));
        return;
    }
    if let Some(claim) = claim {
        ui.label(RichText::new(claim.headline).font(semibold(13.0)));
        for line in claim.lines {
            ui.label(weak(line));
        }
    } else {
        ui.label(RichText::new("One seed is no evidence").font(semibold(13.0)));
        ui.label(weak("The curves above are one run of each arm. Over several seeds the difference gets an interval."));
    }
    let seeds = session.experiment().seeds().len();
    let text = if seeds == 1 {
        "Choose more seeds at the left to compare".to_owned()
    } else {
        format!("Run {seeds} seeds now")
    };
    if ui
        .add_enabled(seeds > 1, egui::Button::new(text))
        .on_hover_text("All arms, all seeds, in the background (C)")
        .clicked()
    {
        commands.push(Command::Compare);
    }
}
