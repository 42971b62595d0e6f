//! What a step of a lesson points at: frames around controls of the window.

use egui::{Context, CornerRadius, Id, Rect, Stroke, StrokeKind, Ui};

use super::theme::Palette;
use crate::lesson::{Control, Highlight};

/// Says what is pointed at from now on.
pub(super) fn point_at(context: &Context, highlights: &[Highlight]) {
    let id = id();
    if highlights.is_empty() {
        context.data_mut(|data| data.remove::<Vec<Highlight>>(id));
    } else {
        context.data_mut(|data| data.insert_temp(id, highlights.to_vec()));
    }
}

/// What is pointed at.
pub(super) fn highlights(context: &Context) -> Vec<Highlight> {
    context.data(|data| data.get_temp(id())).unwrap_or_default()
}

/// Frames a control that was drawn, if it is pointed at.
pub(super) fn mark(ui: &Ui, control: Control, rect: Rect) {
    if highlights(ui.ctx()).contains(&Highlight::Control(control)) {
        frame(ui, rect.expand(2.0));
    }
}

/// A frame that says: look here.
pub(super) fn frame(ui: &Ui, rect: Rect) {
    let stroke = Stroke::new(2.0, Palette::of(ui).accent);
    ui.painter().rect_stroke(rect, CornerRadius::same(5), stroke, StrokeKind::Inside);
}

fn id() -> Id {
    Id::unique("what a lesson points at")
}
