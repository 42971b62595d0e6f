//! Pointing at the timeline: dragging looks back, a click into the future trains up to there.

use egui::{Response, RichText, Stroke, Ui};

use super::{Timeline, moved};
use crate::session::{Command, Session};
use crate::training::UpdateRecord;
use crate::ui::controls::grouped;
use crate::ui::theme::semibold;

/// How near a pointer must be to an update to be told about it.
const REACH: f32 = 8.0;

impl Timeline {
    /// Says what happened under the pointer, and does what is asked for there.
    pub(super) fn point(&self, ui: &Ui, response: &Response, session: &Session, commands: &mut Vec<Command>) {
        let dragged = response.dragged().then(|| response.interact_pointer_pos()).flatten();
        if let Some(at) = dragged {
            commands.push(Command::LookAt(self.moment_at(session, at.x)));
        }
        let Some(at) = response.hover_pos().filter(|at| self.plot.expand(6.0).contains(*at)) else { return };
        if let Some(index) = self.bookmark_at(session, at) {
            let bookmark = &session.draft().bookmarks[index];
            if response.clicked() {
                commands.push(Command::GoToBookmark(index));
            }
            response.clone().on_hover_text_at_pointer(format!("{} ({})", bookmark.name, bookmark.at));
            return;
        }
        if self.position_at(at.x) <= session.live_position() {
            let moment = self.moment_at(session, at.x);
            if response.clicked() {
                commands.push(Command::LookAt(moment));
            }
            self.tell_of_past(ui, response, session, moment);
        } else {
            self.offer_future(ui, response, at.x, commands);
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
                ui.label(format!("update {}: {what}, of {all} connections", record.update));
            }
            ui.label(RichText::new("Click or drag to look back.").size(11.0).color(self.palette.weak));
        });
    }

    fn offer_future(&self, ui: &Ui, response: &Response, x: f32, commands: &mut Vec<Command>) {
        let epoch = self.position_at(x).div_ceil(2 * self.steps_per_epoch);
        let epoch = u32::try_from(epoch).unwrap_or(u32::MAX);
        ui.painter().vline(self.x(f64::from(epoch)), self.plot.y_range(), Stroke::new(1.0, self.palette.weak));
        if response.clicked() {
            commands.push(Command::GoToEpoch(epoch));
        }
        response.clone().on_hover_ui_at_pointer(|ui| {
            ui.label(RichText::new(format!("Epoch {epoch}")).font(semibold(12.5)));
            ui.label(RichText::new("Click to train up to here.").size(11.0).color(self.palette.weak));
        });
    }
}
