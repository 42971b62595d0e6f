//! What a sweep of the set-up would come to: how many runs, how long, where they are kept; and the button that starts it.

use std::path::PathBuf;

use egui::{Button, RichText, TextEdit, Ui, WidgetInfo};

use crate::session::{Command, PlannedSweep, Session, SweepJob, SweepPlan};
use crate::ui::controls::grouped;
use crate::ui::dialogs::Dialogs;
use crate::ui::evidence::verdict::duration;
use crate::ui::theme::Palette;

/// Shows the plan, and asks for a new one where the set-up has changed.
pub(super) fn show(
    ui: &mut Ui,
    session: &Session,
    folder: &mut String,
    dialogs: &Dialogs<PathBuf>,
    commands: &mut Vec<Command>,
) {
    folder_row(ui, folder, dialogs);
    let is_running = session.sweep().is_some_and(SweepJob::is_running);
    let chosen = Some(folder.trim()).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let is_current = session.is_sweep_planned(chosen.as_ref());
    if !is_current && !is_running {
        commands.push(Command::PlanSweep { folder: chosen });
    }
    let planned = session.sweep_plan().filter(|_| is_current && !is_running);
    let sweep = match planned.and_then(|plan| Some((plan, plan.checked()?))) {
        Some((plan, Ok(sweep))) => {
            in_numbers(ui, plan, sweep);
            Some(sweep)
        }
        Some((_, Err(_))) => None,
        None => {
            let text = if is_running { "Another sweep can start when this one has ended." } else { "…" };
            ui.label(RichText::new(text).size(11.5).color(Palette::of(ui).weak));
            None
        }
    };
    let ready = sweep.filter(|sweep| sweep.folder.is_some() && sweep.stored.is_ok());
    let (label, help) = match ready {
        Some(sweep) => start_label(sweep),
        None => ("Run the sweep".to_owned(), "It needs settings without faults, and a folder"),
    };
    if ui.add_enabled(ready.is_some(), Button::new(label)).on_hover_text(help).clicked() {
        commands.push(Command::StartSweep);
    }
}

fn start_label(planned: &PlannedSweep) -> (String, &'static str) {
    let runs = planned.sweep.runs().len();
    match planned.stored.as_ref().copied().unwrap_or(0) {
        0 => {
            (format!("Run all {}", grouped(runs)), "In the background, on all processors; it can be paused and stopped")
        }
        stored if stored < runs => {
            (format!("Go on: {} left", grouped(runs - stored)), "Runs that are in the folder are not done again")
        }
        _ => ("Show the results".to_owned(), "All runs are in the folder"),
    }
}

fn in_numbers(ui: &mut Ui, plan: &SweepPlan, planned: &PlannedSweep) {
    let palette = Palette::of(ui);
    let sweep = &planned.sweep;
    let runs = sweep.runs().len();
    let counted = |count: usize, one: &str, more: &str| {
        if count == 1 { format!("1 {one}") } else { format!("{} {more}", grouped(count)) }
    };
    let (points, arms, seeds) = (sweep.points().len(), sweep.arm_count(), sweep.seeds().len());
    let mut sentences = vec![format!(
        "{} × {} × {}: {}",
        counted(points, "point", "points"),
        counted(arms, "arm", "arms"),
        counted(seeds, "seed", "seeds"),
        counted(runs, "run", "runs")
    )];
    if runs < points * arms * seeds {
        sentences[0] += ", for some serve several points";
    }
    match &planned.stored {
        Ok(stored) if *stored == runs => sentences.push("All are there already".to_owned()),
        Ok(stored) if *stored > 0 => sentences.push(format!("{} are there already", grouped(*stored))),
        _ => {}
    }
    match plan.seconds() {
        Some(seconds) if seconds > 0.0 => sentences.push(format!("It takes {}", duration(seconds))),
        _ if plan.is_under_way() => sentences.push("Timing a few …".to_owned()),
        _ => {}
    }
    let text = sentences.join(". ");
    ui.label(RichText::new(text).size(11.5)).on_hover_text("Estimated from single epochs of a few of the runs");
    if let Err(problem) = &planned.stored {
        ui.label(RichText::new(problem).size(12.0).color(palette.warning));
    } else if planned.folder.is_none() {
        ui.label(RichText::new("Choose a folder for the runs.").size(12.0).color(palette.warning));
    }
    for note in sweep.notes().iter().filter(|note| note.key != "sweep").take(4) {
        ui.label(RichText::new(&note.text).size(10.5).color(palette.weak));
    }
}

fn folder_row(ui: &mut Ui, folder: &mut String, dialogs: &Dialogs<PathBuf>) {
    let help = "Each run is kept there as soon as it has ended, as by `regrow sweep --out`. If nothing is typed, each sweep \
                has a folder of its own, and is found again by its settings";
    ui.horizontal(|ui| {
        ui.label(RichText::new("kept in").size(11.5).color(Palette::of(ui).weak)).on_hover_text(help);
        let width = ui.available_width() - 34.0;
        let field = ui.add(TextEdit::singleline(folder).desired_width(width).hint_text("a folder of its own"));
        field.widget_info(|| WidgetInfo::labeled(egui::Role::TextInput, true, "folder of the sweep"));
        field.on_hover_text(help);
        let button = ui.small_button("…");
        button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, "choose the folder of the sweep"));
        if button.on_hover_text("Choose a folder").clicked() {
            dialogs.ask(ui.ctx(), || rfd::FileDialog::new().pick_folder());
        }
    });
}
