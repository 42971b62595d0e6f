//! Pointing at the timeline: dragging looks back, a click into the future trains up to there.

use egui::{EventFilter, Key, Modifiers, Response, RichText, Stroke, Ui};

use super::{Timeline, moved};
use crate::session::{Command, Session};
use crate::training::UpdateRecord;
use crate::ui::controls::{focus_frame, grouped};
use crate::ui::theme::semibold;

/// How near a pointer must be to an update to be told about it.
const REACH: f32 = 8.0;

impl Timeline {
    /// Says what happened under the pointer, and does what is asked for there.
    pub(super) fn point(&self, ui: &Ui, response: &Response, session: &Session, commands: &mut Vec<Command>) {
        self.go(response, session, commands);
        let Some(at) = response.hover_pos().filter(|at| self.plot.expand(6.0).contains(*at)) else { return };
        if let Some(index) = self.bookmark_at(session, at) {
            let bookmark = &session.draft().bookmarks[index];
            response.clone().on_hover_text_at_pointer(format!("{} ({})", bookmark.name, bookmark.at));
        } else if self.position_at(at.x) <= session.live_position() {
            self.tell_of_past(ui, response, session, self.moment_at(session, at.x));
        } else {
            self.tell_of_future(ui, response, at.x);
        }
    }

    /// Goes back and on by keyboard while the timeline has the focus.
    pub(super) fn walk(ui: &Ui, response: &Response, commands: &mut Vec<Command>) {
        if !response.has_focus() {
            return;
        }
        focus_frame(ui, response.rect);
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        // The longer ones first: the shorter are part of them.
        for (modifiers, key, command) in [
            (Modifiers::SHIFT, Key::ArrowLeft, Command::BackUpdate),
            (Modifiers::SHIFT, Key::ArrowRight, Command::StepUpdate),
            (Modifiers::NONE, Key::ArrowLeft, Command::BackEpoch),
            (Modifiers::NONE, Key::ArrowRight, Command::StepEpoch),
        ] {
            if ui.input_mut(|input| input.consume_key(modifiers, key)) {
                commands.push(command);
            }
        }
    }

    /// Goes where is pointed at.
    pub(super) fn go(&self, response: &Response, session: &Session, commands: &mut Vec<Command>) {
        let dragged = response.dragged().then(|| response.interact_pointer_pos()).flatten();
        if let Some(at) = dragged {
            commands.push(Command::LookAt(self.moment_at(session, at.x)));
        }
        let clicked = response.clicked().then(|| response.interact_pointer_pos()).flatten();
        if let Some(at) = clicked.filter(|at| self.plot.expand(6.0).contains(*at)) {
            commands.push(match self.bookmark_at(session, at) {
                Some(index) => Command::GoToBookmark(index),
                None if self.position_at(at.x) <= session.live_position() => {
                    Command::LookAt(self.moment_at(session, at.x))
                }
                None => Command::GoToEpoch(self.epoch_at(at.x)),
            });
        }
    }

    /// The position under the pointer.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a position of the run"
    )]
    fn position_at(&self, x: f32) -> u64 {
        let share = f64::from(((x - self.plot.min.x) / self.plot.width()).clamp(0.0, 1.0));
        (2.0 * share * self.epochs * self.steps_per_epoch as f64).round() as u64
    }

    /// The recorded moment that is nearest to the pointer; any later one if that lies after the newest.
    fn moment_at(&self, session: &Session, x: f32) -> u64 {
        let at = self.position_at(x);
        if at > session.live_position() {
            return u64::MAX;
        }
        let moments = session.history(session.selected()).moments(self.steps_per_epoch);
        moments.into_iter().min_by_key(|moment| moment.abs_diff(at)).unwrap_or(0)
    }

    fn tell_of_past(&self, ui: &Ui, response: &Response, session: &Session, moment: u64) {
        let history = session.history(session.selected());
        let x = self.x_of_position(moment);
        ui.painter().vline(x, self.plot.y_range(), Stroke::new(1.0, self.palette.weak));
        let epoch = moment / (2 * self.steps_per_epoch);
        response.clone().on_hover_ui_at_pointer(|ui| {
            ui.set_min_width(230.0);
            ui.label(RichText::new(format!("Epoch {epoch}")).font(semibold(12.5)));
            if let Some(record) = history.epochs().iter().find(|record| u64::from(record.epoch) == epoch) {
                let (accuracy, loss) = (100.0 * record.test.accuracy(), record.test.loss());
                ui.label(format!("test accuracy {accuracy:.1} %, loss {loss:.3}"));
            }
            let distance = |record: &UpdateRecord| (self.x_of_step(record.step) - x).abs();
            let updates = history.updates().iter();
            let nearest = updates.min_by(|a, b| distance(a).total_cmp(&distance(b)));
            if let Some(record) = nearest.filter(|record| distance(record) < REACH) {
                let (what, all) = (moved(record).join(", "), grouped(record.evolving));
                ui.label(format!("{}: {what}, of {all} connections", record.label()));
            }
            ui.label(RichText::new("Click or drag to look back.").size(11.0).color(self.palette.weak));
        });
    }

    /// The first epoch that ends at or after a place.
    fn epoch_at(&self, x: f32) -> u32 {
        u32::try_from(self.position_at(x).div_ceil(2 * self.steps_per_epoch)).unwrap_or(u32::MAX)
    }

    fn tell_of_future(&self, ui: &Ui, response: &Response, x: f32) {
        let epoch = self.epoch_at(x);
        ui.painter().vline(self.x(f64::from(epoch)), self.plot.y_range(), Stroke::new(1.0, self.palette.weak));
        response.clone().on_hover_ui_at_pointer(|ui| {
            ui.label(RichText::new(format!("Epoch {epoch}")).font(semibold(12.5)));
            ui.label(RichText::new("Click to train up to here.").size(11.0).color(self.palette.weak));
        });
    }
}
