//! What the comparison shows, in plain words, and how it goes on.

use egui::{Button, ProgressBar, RichText, Ui};

use crate::session::{Command, ComparisonJob, LessonWish, Session, Verdict, launch_claim, verdicts};
use crate::ui::controls::card;
use crate::ui::theme::{Palette, semibold};

/// Seeds of a comparison, where the experiment has only one.
const FIRST_SEEDS: usize = 5;

/// The verdict over seeds on the first arm, or how to get one.
pub(super) fn show(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    on_arm(ui, session, 0, commands);
}

/// The same on any arm.
pub(super) fn on_arm(ui: &mut Ui, session: &Session, reference: usize, commands: &mut Vec<Command>) {
    ui.add_space(4.0);
    card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        match session.comparison() {
            Some(job) if job.is_running() => running(ui, job, commands),
            Some(job) => ended(ui, job, reference, commands),
            None => claim_or_offer(ui, session, commands),
        }
    });
}

fn running(ui: &mut Ui, job: &ComparisonJob, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let title = if job.is_cancelled() {
        "Stopping after the epoch at hand"
    } else if job.is_paused() {
        "Paused: the comparison waits"
    } else {
        "Running all arms over all seeds"
    };
    ui.label(RichText::new(title).font(semibold(13.0)));
    let (done, all) = job.epochs_done();
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = done as f32 / all.max(1) as f32;
    ui.add(ProgressBar::new(share).desired_width(ui.available_width()).desired_height(8.0));
    let time = match job.seconds_left() {
        _ if job.is_cancelled() => String::new(),
        Some(seconds) => format!(" · {} left", duration(seconds)),
        None => String::new(),
    };
    let text = format!("{} of {} runs{time}", job.runs_ended(), job.runs().len());
    ui.label(weak(&text, palette));
    ui.horizontal(|ui| {
        let (label, help, command) = if job.is_paused() {
            ("Resume", "Goes on where the runs stopped", Command::ResumeComparison)
        } else {
            ("Pause", "Runs finish the epoch they are in, then leave the processors free", Command::PauseComparison)
        };
        for (label, help, command) in
            [(label, help, command), ("Stop", "Runs that have finished stay", Command::CancelComparison)]
        {
            let button = ui.add_enabled(!job.is_cancelled(), Button::new(label));
            let name = format!("{label} the comparison");
            button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, !job.is_cancelled(), &name));
            if button.on_hover_text(help).clicked() {
                commands.push(command);
            }
        }
    });
}

/// So long, as well as anyone can know.
pub(super) fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 5.0 => "a few seconds".to_owned(),
        s if s < 90.0 => format!("about {:.0} s", 5.0 * (s / 5.0).ceil()),
        s if s < 5400.0 => format!("about {:.0} min", (s / 60.0).ceil()),
        s => format!("about {:.1} h", s / 3600.0),
    }
}

fn ended(ui: &mut Ui, job: &ComparisonJob, reference: usize, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    if let Some(error) = job.error() {
        ui.label(format!("The comparison stopped: {error}"));
    }
    let finished = job.runs().iter().filter(|run| run.has_finished()).count();
    let verdicts = verdicts(job.experiment(), job.runs(), reference);
    if verdicts.is_empty() {
        ui.label(RichText::new("No verdict").font(semibold(12.5)));
        ui.label(weak("It takes two arms in which the same two seeds have finished.", palette));
    }
    for verdict in verdicts {
        sentence(ui, &verdict);
    }
    if finished < job.runs().len() {
        ui.horizontal_wrapped(|ui| {
            let why = if job.is_cancelled() { "stopped: " } else { "" };
            let text = format!("{why}{finished} of {} runs finished", job.runs().len());
            ui.label(RichText::new(text).size(11.5).color(palette.warning));
            if ui.button("Run again").on_hover_text("All arms, all seeds, from the start (C)").clicked() {
                commands.push(Command::Compare);
            }
        });
    }
}

fn sentence(ui: &mut Ui, verdict: &Verdict) {
    let palette = Palette::of(ui);
    ui.label(RichText::new(&verdict.sentence).font(semibold(12.5)));
    let evidence =
        if verdict.within_noise { format!("Within noise: {}", verdict.evidence) } else { verdict.evidence.clone() };
    ui.label(weak(&evidence, palette));
}

fn weak(text: &str, palette: &Palette) -> RichText {
    RichText::new(text).size(11.5).color(palette.weak)
}

fn claim_or_offer(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let claim = launch_claim(session.experiment().spec());
    if claim.is_some() && session.history(0).epochs().len() <= 1 {
        // First the question, then the answer.
        ui.label(RichText::new("Two of these sixteen inputs matter.").font(semibold(13.0)));
        ui.label(RichText::new("Which network notices?").font(semibold(13.0)));
        ui.label(weak("Press Space and watch which connections stay.", palette));
        if ui.link("New here? Begin with a lesson").clicked() {
            commands.push(Command::Lesson(LessonWish::Find));
        }
        return;
    }
    if let Some(claim) = claim {
        ui.label(weak("Measured before, at the last epoch:", palette));
        ui.label(RichText::new(claim.headline).font(semibold(13.0)));
        for line in claim.lines {
            ui.label(weak(line, palette));
        }
    } else {
        ui.label(RichText::new("One seed is no evidence").font(semibold(13.0)));
        let text = "The curves above are one run of each arm. Over several seeds the difference gets an interval.";
        ui.label(weak(text, palette));
    }
    let seeds = session.experiment().seeds().len();
    let wanted = if seeds == 1 { FIRST_SEEDS } else { seeds };
    // What is at fault now cannot have more seeds.
    let is_possible = seeds > 1 || session.faults().is_empty();
    let button = ui.add_enabled(is_possible, Button::new(format!("Run {wanted} seeds now")));
    if button.on_hover_text("All arms, all seeds, in the background (C)").clicked() {
        if seeds == 1 {
            let mut spec = session.draft().clone();
            let others = (1..).filter(|seed| !session.draft().training.seeds.contains(seed));
            spec.training.seeds.extend(others.take(FIRST_SEEDS - 1));
            commands.push(Command::Edit(Box::new(spec)));
        }
        commands.push(Command::Compare);
    }
}
