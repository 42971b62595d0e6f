//! The timeline: a tick for each topology update, the loss as a thin line, and where the run is.

mod bookmarks;
mod pointer;

use std::sync::Arc;

use egui::emath::GuiRounding as _;
use egui::{Align2, Color32, FontId, Mesh, Painter, Pos2, Rect, Sense, Shape, Stroke, Ui, pos2, vec2};

use super::controls::{grouped, nice_step};
use super::evidence::plots::sampled;
use super::spots;
use super::theme::{Palette, semibold};
use crate::lesson::Control;
use crate::session::{Command, History, Session};
use crate::training::UpdateRecord;

const LABELS: f32 = 92.0;
const AXIS: f32 = 18.0;
/// Room for the numbers of the axis while presenting.
const LARGE_AXIS: f32 = 30.0;
/// Text while presenting.
const LARGE_TEXT: f32 = 20.0;
/// Updates that have bars, if there are so many, however little room they take.
const LEAST_BARS: usize = 40;
/// Share of the height above the line of birth and death.
const ABOVE: f32 = 0.74;

/// Shows the selected arm's run over time; the head can be dragged through the past, and a click into the future trains up
/// to there.
pub(super) fn show(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Canvas, true, "timeline"));
    let strip = Timeline {
        plot: Rect::from_min_max(rect.min + vec2(LABELS, 2.0), rect.max - vec2(8.0, AXIS)),
        epochs: f64::from(session.experiment().epochs()),
        steps_per_epoch: session.steps_per_epoch(),
        is_large: false,
        palette: Palette::of(ui),
    };
    labels(ui, session, rect);
    strip.draw(ui, session);
    strip.point(ui, &response, session, commands);
    Timeline::walk(ui, &response, commands);
    spots::mark(ui, Control::Timeline, rect);
    bookmarks::menu(ui, session, rect, commands);
}

/// The same to be seen from afar: larger, and nothing pops up.
pub(super) fn present(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Canvas, true, "timeline"));
    let strip = Timeline {
        plot: Rect::from_min_max(rect.min + vec2(20.0, 2.0), rect.max - vec2(24.0, LARGE_AXIS)),
        epochs: f64::from(session.experiment().epochs()),
        steps_per_epoch: session.steps_per_epoch(),
        is_large: true,
        palette: Palette::of(ui),
    };
    strip.draw(ui, session);
    strip.go(&response, session, commands);
    Timeline::walk(ui, &response, commands);
}

fn labels(ui: &Ui, session: &Session, rect: Rect) {
    let palette = Palette::of(ui);
    let painter = ui.painter();
    let line = |row: f32| rect.min + vec2(0.0, 8.0 + 18.0 * row);
    painter.text(line(0.0), Align2::LEFT_CENTER, "TIMELINE", semibold(10.5), palette.weak);
    let (text, color) = match (session.is_playing(), session.is_finished()) {
        _ if session.past().is_some() => ("The past", palette.accent),
        _ if session.is_testing() => ("Testing", palette.good),
        (true, _) => ("Training", palette.good),
        (false, true) => ("Done", palette.text),
        (false, false) => ("Paused", palette.text),
    };
    painter.text(line(1.1), Align2::LEFT_CENTER, text, semibold(13.0), color);
    let arm = &session.arms()[session.selected()].name;
    let clip = Rect::from_min_size(rect.min, vec2(LABELS - 8.0, rect.height()));
    let painter = painter.with_clip_rect(clip);
    painter.text(line(2.1), Align2::LEFT_CENTER, arm, FontId::proportional(11.5), palette.arm(session.selected()));
    let last = session.history(session.selected()).shown_updates().last();
    if let Some(record) = last {
        for (row, text) in (3_u8..).zip(moved(record)) {
            painter.text(line(f32::from(row)), Align2::LEFT_CENTER, text, FontId::proportional(11.5), palette.weak);
        }
    }
}

struct Timeline {
    plot: Rect,
    epochs: f64,
    steps_per_epoch: u64,
    /// For presenting.
    is_large: bool,
    palette: &'static Palette,
}

impl Timeline {
    fn draw(&self, ui: &Ui, session: &Session) {
        let history = session.history(session.selected());
        let painter = ui.painter();
        self.axis(painter);
        self.future(painter, session);
        self.updates(painter, history);
        self.loss(painter, history);
        self.bookmarks(ui, session);
        self.head(painter, session);
    }

    fn font(&self, size: f32) -> FontId {
        FontId::proportional(if self.is_large { LARGE_TEXT } else { size })
    }

    fn stroke(&self, width: f32, color: Color32) -> Stroke {
        Stroke::new(if self.is_large { 2.0 * width } else { width }, color)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a position on screen")]
    fn x(&self, epoch: f64) -> f32 {
        self.plot.min.x + self.plot.width() * (epoch / self.epochs.max(1.0)) as f32
    }

    #[expect(clippy::cast_precision_loss, reason = "a number of steps")]
    fn x_of_step(&self, step: u64) -> f32 {
        self.x(step as f64 / self.steps_per_epoch as f64)
    }

    fn x_of_position(&self, position: u64) -> f32 {
        self.x_of_step(position / 2)
    }

    /// The line under which connections die and above which they are born.
    fn ground(&self) -> f32 {
        self.plot.min.y + ABOVE * self.plot.height()
    }

    fn axis(&self, painter: &Painter) {
        painter.hline(self.plot.x_range(), self.ground(), self.stroke(1.0, self.palette.border));
        let step = nice_step(self.epochs).max(1.0);
        let mut epoch = 0.0;
        while epoch <= self.epochs + 1e-9 {
            let below = if self.is_large { 0.5 * LARGE_AXIS } else { 9.0 };
            let at = pos2(self.x(epoch), self.plot.max.y + below);
            let text = format!("{epoch:.0}");
            painter.text(at, Align2::CENTER_CENTER, text, self.font(10.5), self.palette.weak);
            epoch += step;
        }
    }

    /// Updates to come as small dots, and where evolution stops.
    fn future(&self, painter: &Painter, session: &Session) {
        let Some(view) = session.history(session.selected()).view() else { return };
        let snapshot = &view.snapshot;
        let Some(recipe) = snapshot.tuning.recipe else {
            let at = pos2(self.plot.center().x, self.plot.min.y + 0.35 * self.plot.height());
            let text = "This arm does not evolve: its connections never change.";
            if snapshot.step == 0 {
                painter.text(at, Align2::CENTER_CENTER, text, self.font(11.5), self.palette.weak);
            }
            return;
        };
        let Some(timing) = snapshot.timing else { return };
        let mut next = snapshot.next_update;
        let mut last = f32::NEG_INFINITY;
        let mut dots = Vec::new();
        while let Some(step) = next {
            let x = self.x_of_step(step);
            if x - last >= 5.0 {
                let radius = if self.is_large { 2.0 } else { 1.3 };
                dots.push(Shape::circle_filled(pos2(x, self.ground()), radius, self.palette.weak));
                last = x;
            }
            // Far more updates than there are places to show them are skipped over.
            let stride = (snapshot.steps / 2000).max(1);
            next = timing.next_after(step + stride - 1, snapshot.steps);
        }
        painter.extend(dots);
        let end = recipe.end(snapshot.steps);
        if end < snapshot.steps {
            let end = self.x_of_step(end);
            let line = [pos2(end, self.plot.min.y), pos2(end, self.ground())];
            painter.extend(Shape::dashed_line(&line, self.stroke(1.0, self.palette.weak), 3.0, 3.0));
            let color = self.palette.weak;
            let text = painter.layout_no_wrap("evolution stops".to_owned(), self.font(10.5), color);
            // Near the end of the run it stands before the line.
            let has_room = end + 6.0 + text.size().x < self.plot.max.x;
            let left = if has_room { end + 6.0 } else { end - 6.0 - text.size().x };
            painter.galley(pos2(left, self.plot.min.y + 7.0 - 0.5 * text.size().y), text, color);
        }
    }

    /// A bar up for what grew and a bar down for what was cut, as high as their shares of what could have been cut.
    fn updates(&self, painter: &Painter, history: &History) {
        let largest = |record: &UpdateRecord| share(record, record.removed_count.max(record.added_count));
        let x = |record: &Arc<UpdateRecord>| self.x_of_step(record.step);
        let ends = history.updates().first().map(x).zip(history.updates().last().map(x));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels on screen")]
        let places = ends.map_or(0, |(first, last)| (last - first) as usize).max(LEAST_BARS);
        // Of more than there are places for, some stand for all: the same ones until there are twice as many.
        let stride = history.updates().len().div_ceil(places).max(1).next_power_of_two();
        let shown = || history.updates().iter().step_by(stride);
        let most = shown().map(|record| largest(record)).fold(0.05, f32::max);
        let width = (0.5 * self.plot.width() / count(history.updates().len().max(40)))
            .clamp(if self.is_large { 2.0 } else { 1.0 }, 4.0);
        let mut last = f32::NEG_INFINITY;
        // One by one they would be a good part of what a frame takes.
        let mut bars = Mesh::default();
        let pixels = painter.pixels_per_point();
        for record in shown() {
            let x = self.x_of_step(record.step);
            if x - last < 1.0 {
                continue;
            }
            last = x;
            let up = share(record, record.added_count) / most * 0.62 * (self.ground() - self.plot.min.y);
            let down = share(record, record.removed_count) / most * (self.plot.max.y - self.ground());
            let mut bar = |from: f32, to: f32, color: Color32| {
                let rect = Rect::from_min_max(pos2(x - 0.5 * width, from), pos2(x + 0.5 * width, to));
                bars.add_colored_rect(rect.round_to_pixels(pixels), color);
            };
            for (count, from, to, color) in [
                (record.added_count, self.ground() - up, self.ground() - 1.0, self.palette.regrown),
                (record.removed_count, self.ground() + 1.0, self.ground() + down, self.palette.pruned),
            ] {
                if count > 0 {
                    bar(from, to, color);
                }
            }
        }
        painter.add(bars);
    }

    fn loss(&self, painter: &Painter, history: &History) {
        let most = history.extremes().test_loss.max(1e-9);
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a position on screen")]
        let at = |epoch: usize| {
            let share = (history.points()[epoch].test_loss / most) as f32;
            pos2(self.x(epoch as f64), self.ground() - share * 0.92 * (self.ground() - self.plot.min.y))
        };
        let points: Vec<Pos2> = sampled(history.points().len(), 800).map(at).collect();
        if points.len() > 1 {
            painter.line(points, self.stroke(1.3, self.palette.weak));
        }
    }

    /// Where the run is; in the past, where one looks and where it is.
    fn head(&self, painter: &Painter, session: &Session) {
        if session.history(session.selected()).view().is_none() {
            return;
        }
        let x = self.x_of_position(session.shown_position());
        if session.past().is_some() {
            let live = self.x_of_position(session.live_position());
            painter.vline(live, self.plot.min.y..=self.plot.max.y, self.stroke(1.0, self.palette.weak));
            if live - x > 44.0 {
                let at = pos2(live - 4.0, self.plot.min.y + 7.0);
                painter.text(at, Align2::RIGHT_CENTER, "live", self.font(10.5), self.palette.weak);
            }
        }
        painter.vline(x, self.plot.min.y..=self.plot.max.y, self.stroke(1.5, self.palette.accent));
        let top = pos2(x, self.plot.min.y - 2.0);
        let marker = vec![
            top + vec2(-6.0, 0.0),
            top + vec2(6.0, 0.0),
            top + vec2(6.0, 8.0),
            top + vec2(0.0, 13.0),
            top + vec2(-6.0, 8.0),
        ];
        painter.add(Shape::convex_polygon(marker, self.palette.accent, Stroke::NONE));
    }
}

/// So many connections as a share of those that an update could have cut.
fn share(record: &UpdateRecord, connections: usize) -> f32 {
    count(connections) / count(record.evolving.max(1))
}

/// What an update did, in a few words each.
fn moved(record: &UpdateRecord) -> Vec<String> {
    // There is room for five digits and no more.
    let number = |count: usize| if count < 10_000 { grouped(count) } else { format!("{} k", (count + 500) / 1000) };
    let (removed, added) = (number(record.removed_count), number(record.added_count));
    if record.by_hand.is_some() && record.removed_count + record.added_count == 0 {
        vec!["set by hand".to_owned()]
    } else if record.removed_count == record.added_count {
        vec![format!("{added} replaced")]
    } else if record.added_count == 0 {
        vec![format!("{removed} cut")]
    } else {
        vec![format!("{removed} cut"), format!("{added} grown")]
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of connections")]
fn count(number: usize) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_that_only_prunes_is_not_called_an_exchange() {
        let record = |removed_count, added_count| UpdateRecord {
            update: 1,
            by_hand: None,
            step: 1,
            position: 3,
            fraction: 0.3,
            evolving: 4000,
            removed_count,
            added_count,
            removed: Vec::new(),
            added: Vec::new(),
        };
        assert_eq!(moved(&record(1200, 1200)), ["1,200 replaced"]);
        assert_eq!(moved(&record(800, 0)), ["800 cut"]);
        assert_eq!(moved(&record(800, 300)), ["800 cut", "300 grown"]);
        assert_eq!(moved(&record(0, 0)), ["0 replaced"]);
        assert_eq!(moved(&UpdateRecord { by_hand: Some(1), ..record(0, 0) }), ["set by hand"]);
        assert!((share(&record(800, 0), 800) - 0.2).abs() < 1e-6);
    }
}
