//! What the arm that is shown has come to, in large text and in fixed places.

use egui::{Color32, FontId, Label, RichText, Ui};

use super::TEXT;
use crate::session::Session;
use crate::ui::controls::grouped;
use crate::ui::theme::{Palette, semibold};

/// With less height, only what matters most is said.
const SHORT: f32 = 300.0;

/// Name, test accuracy, epoch, update.
pub(super) fn show(ui: &mut Ui, session: &Session) {
    let palette = Palette::of(ui);
    let arm = session.selected();
    let history = session.history(arm);
    ui.spacing_mut().item_spacing.y = 2.0;
    let is_short = ui.available_height() < SHORT;
    line(ui, &session.arms()[arm].name, semibold(28.0), palette.arm(arm));
    let connections = format!("{} connections", grouped(session.connections(arm)));
    if !is_short {
        line(ui, &connections, FontId::proportional(TEXT), palette.weak);
    }
    let accuracy = match (history.failure(), history.shown_accuracy()) {
        (Some(_), _) => "stopped".to_owned(),
        (None, Some(accuracy)) => format!("{:.1} %", 100.0 * accuracy),
        (None, None) => "–".to_owned(),
    };
    line(ui, &accuracy, semibold(50.0), palette.text);
    line(ui, "test accuracy", FontId::proportional(TEXT), palette.weak);
    ui.add_space(6.0);
    let (epoch, updates) = history.view().map_or((0, 0), |view| (view.snapshot.epoch(), view.snapshot.updates));
    let epochs = session.experiment().epochs();
    line(ui, &format!("Epoch {epoch} of {epochs}"), semibold(24.0), palette.text);
    let evolves = history.view().is_some_and(|view| view.snapshot.tuning.recipe.is_some());
    let (update, moved) = match history.shown_updates().last() {
        _ if !evolves => ("No topology updates".to_owned(), "its connections stay".to_owned()),
        None => (format!("Update {updates}"), "nothing replaced yet".to_owned()),
        Some(record) if record.removed_count == record.added_count => {
            (format!("Update {updates}"), format!("{} replaced", grouped(record.added_count)))
        }
        Some(record) => {
            let text = format!("{} cut, {} grown", grouped(record.removed_count), grouped(record.added_count));
            (format!("Update {updates}"), text)
        }
    };
    line(ui, &update, semibold(24.0), palette.text);
    if is_short {
        return;
    }
    line(ui, &moved, FontId::proportional(TEXT), palette.weak);
    let state = match (session.past(), session.is_at_rest(), session.is_finished()) {
        (Some(_), _, _) => ("The past", palette.accent),
        _ if session.is_testing() => ("Testing", palette.good),
        (None, false, _) => ("Training", palette.good),
        (None, true, true) => ("Done", palette.text),
        (None, true, false) => ("Paused", palette.text),
    };
    line(ui, state.0, FontId::proportional(TEXT), state.1);
    ui.add_space(8.0);
}

fn line(ui: &mut Ui, text: &str, font: FontId, color: Color32) {
    ui.add(Label::new(RichText::new(text).font(font).color(color)).truncate().selectable(false));
}
