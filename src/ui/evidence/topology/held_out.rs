//! What training samples say that are held out: whether growth by a score still helps.

use egui::Ui;

use super::super::table::note;
use crate::session::{History, Session};
use crate::training::HeldOut;

/// A line for the arm on the canvas, where it holds samples out.
pub(super) fn line(ui: &mut Ui, session: &Session) {
    let history = session.history(session.selected());
    if let Some(held_out) = history.shown_record().and_then(|record| record.held_out) {
        let name = &session.arms()[session.selected()].name;
        note(ui, &format!("{name}: {}", text(held_out, stalled_at(history))));
    }
}

/// The epoch at whose end growth had stalled, if it ever did.
fn stalled_at(history: &History) -> Option<u32> {
    let mut epochs = history.epochs().iter();
    epochs.find(|record| record.held_out.is_some_and(|own| own.has_stalled)).map(|record| record.epoch)
}

fn text(held_out: HeldOut, stalled_at: Option<u32>) -> String {
    let HeldOut { hits, samples, has_stalled } = held_out;
    let judged = format!("of {samples} training samples that are held out to judge growth, {hits} are right");
    match stalled_at.filter(|_| has_stalled) {
        Some(epoch) => format!("{judged}. It had stalled by epoch {epoch}: since then connections grow at random."),
        None => format!("{judged}. Connections grow by the score."),
    }
}
