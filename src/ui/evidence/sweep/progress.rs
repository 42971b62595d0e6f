//! How a sweep goes on, or how it ended.

use egui::{Button, ProgressBar, RichText, Ui, WidgetInfo};

use crate::session::{Command, SweepJob};
use crate::ui::controls::{card, grouped};
use crate::ui::evidence::verdict::duration;
use crate::ui::theme::{Palette, semibold};

/// Runs without an end that are named at most.
const MOST_NAMED: usize = 3;

/// Shows the state of the runs, with buttons to pause and to stop them, or to go on.
pub(super) fn show(ui: &mut Ui, job: &SweepJob, commands: &mut Vec<Command>) {
    ui.add_space(4.0);
    card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        if job.is_running() {
            running(ui, job, commands);
        } else {
            ended(ui, job, commands);
        }
        unfinished(ui, job);
        let folder = job.folder().to_string_lossy();
        let text = RichText::new(format!("in {folder}")).size(10.5).color(Palette::of(ui).weak);
        ui.add(egui::Label::new(text).truncate()).on_hover_text(format!(
            "{folder}\nruns: each run with its curves · sweep.csv, sweep.json: results, once all are there · \
             experiment.toml: to be opened again"
        ));
    });
}

fn running(ui: &mut Ui, job: &SweepJob, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let title = if job.is_cancelled() {
        "Stopping after the epoch at hand"
    } else if job.is_paused() {
        "Paused: the sweep waits"
    } else {
        "Sweeping"
    };
    ui.label(RichText::new(title).font(semibold(13.0)));
    #[expect(clippy::cast_possible_truncation, reason = "a share")]
    let share = job.share_done() as f32;
    ui.add(ProgressBar::new(share).desired_width(ui.available_width()).desired_height(8.0));
    let (ended, all) = job.runs_ended();
    let time = match job.seconds_left() {
        Some(seconds) if !job.is_cancelled() => format!(" · {} left", duration(seconds)),
        _ => String::new(),
    };
    let text = format!("{} of {} runs{time}", grouped(ended), grouped(all));
    ui.label(RichText::new(text).size(11.5).color(palette.weak));
    ui.horizontal(|ui| {
        let (label, help, command) = if job.is_paused() {
            ("Resume", "Goes on where the runs stopped", Command::ResumeSweep)
        } else {
            ("Pause", "Runs finish the epoch they are in, then leave the processors free", Command::PauseSweep)
        };
        let stop = ("Stop", "Runs that have ended stay; it can go on later", Command::CancelSweep);
        for (label, help, command) in [(label, help, command), stop] {
            let button = ui.add_enabled(!job.is_cancelled(), Button::new(label));
            let name = format!("{label} the sweep");
            button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, !job.is_cancelled(), &name));
            if button.on_hover_text(help).clicked() {
                commands.push(command);
            }
        }
    });
}

fn ended(ui: &mut Ui, job: &SweepJob, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let (ended, all) = job.runs_ended();
    let (text, color) = match job.error() {
        Some(error) => (format!("The sweep stopped: {error}."), palette.warning),
        None if ended < all => {
            (format!("Stopped: {} of {} runs are done", grouped(ended), grouped(all)), palette.warning)
        }
        None => (format!("All {} runs are done", grouped(all)), palette.text),
    };
    ui.label(RichText::new(text).font(semibold(12.5)).color(color));
    let before = ended - job.done_here();
    if before > 0 {
        let text = format!("{} of them were in the folder and were not done again.", grouped(before));
        ui.label(RichText::new(text).size(11.5).color(palette.weak));
    }
    if ended < all {
        let button = ui.button("Go on");
        button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, "Go on with the sweep"));
        if button.on_hover_text("Runs that are in the folder are not done again").clicked() {
            commands.push(Command::ResumeSweep);
        }
    }
}

fn unfinished(ui: &mut Ui, job: &SweepJob) {
    let palette = Palette::of(ui);
    if job.damaged() > 0 {
        let text = format!("{} damaged files: these runs are done again.", grouped(job.damaged()));
        ui.label(RichText::new(text).size(11.5).color(palette.warning));
    }
    let unfinished = job.unfinished();
    for (run, outcome) in unfinished.iter().take(MOST_NAMED) {
        let arm = job.sweep().arm_name(run.arm);
        let text = format!("{}, {arm}, seed {}: {outcome}", job.sweep().settings(run.point), run.seed);
        ui.label(RichText::new(text).size(11.5).color(palette.warning));
    }
    if unfinished.len() > MOST_NAMED {
        let text = format!("and {} more without an end; none of them is in a mean.", unfinished.len() - MOST_NAMED);
        ui.label(RichText::new(text).size(11.5).color(palette.warning));
    }
}
