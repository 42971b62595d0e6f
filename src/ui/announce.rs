//! The state of training in words, for those who hear the window: a live region, which screen readers speak by themselves.

use egui::{Rect, Sense, Ui, vec2};

use crate::session::Session;

/// While training goes on, it is told again after so many seconds.
const EVERY: f64 = 5.0;

/// What was said last, and when.
#[derive(Default)]
pub(super) struct Announcer {
    text: String,
    since: f64,
    was_training: bool,
}

impl Announcer {
    /// Says how things stand: while training goes on from time to time, else whenever that changes.
    pub(super) fn show(&mut self, ui: &Ui, session: &Session) {
        let now = ui.input(|input| input.time);
        let is_training = !session.is_at_rest();
        let is_due = is_training != self.was_training || !is_training || now - self.since >= EVERY;
        if is_due || self.text.is_empty() {
            let text = state(session);
            if text != self.text {
                (self.text, self.since) = (text, now);
            }
        }
        self.was_training = is_training;
        let corner = Rect::from_min_size(ui.max_rect().min, vec2(1.0, 1.0));
        let response = ui.interact(corner, ui.scope_id().with("state of training"), Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, &self.text));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(egui::accesskit::Live::Polite));
    }
}

/// Such as "SET: epoch 12 of 120, test accuracy 93 %, 41 connections replaced in update 6. Paused."
fn state(session: &Session) -> String {
    let arm = session.selected();
    let history = session.history(arm);
    let name = &session.arms()[arm].name;
    let Some(view) = history.view() else { return format!("{name}: drawing the data.") };
    let mut parts = vec![format!("epoch {} of {}", view.snapshot.epoch(), session.experiment().epochs())];
    if let Some(accuracy) = history.shown_accuracy() {
        parts.push(format!("test accuracy {:.0} %", 100.0 * accuracy));
    }
    if let Some(record) = history.shown_updates().last() {
        let update = record.label();
        parts.push(if record.removed_count == record.added_count {
            format!("{} connections replaced in {update}", record.added_count)
        } else {
            format!("{} connections cut and {} grown in {update}", record.removed_count, record.added_count)
        });
    }
    let state = match (history.failure().is_some(), session.past(), session.is_at_rest(), session.is_finished()) {
        (true, ..) => "Stopped",
        (_, Some(_), ..) => "In the past",
        (_, _, false, _) => "Training",
        (_, _, true, true) => "Done",
        _ => "Paused",
    };
    format!("{name}: {}. {state}.", parts.join(", "))
}
