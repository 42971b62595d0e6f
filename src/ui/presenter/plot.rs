//! Test accuracy of all arms over the run, to be read from the last row.

use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Sense, Shape, Stroke, Ui, pos2, vec2};
use egui_plot::LineStyle;

use super::TEXT;
use crate::session::Session;
use crate::ui::controls::elided;
use crate::ui::evidence::plots::{line_style, sampled};
use crate::ui::theme::{Palette, semibold};

/// Without so much height there is no plot.
const LOWEST: f32 = 120.0;
const LEFT: f32 = 42.0;
const NAMES: f32 = 126.0;
const MOST_POINTS: usize = 400;

/// Fills the space there is.
pub(super) fn show(ui: &mut Ui, session: &Session) {
    let room = ui.available_size();
    if room.y < LOWEST {
        return;
    }
    let (rect, response) = ui.allocate_exact_size(room, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, description(session)));
    let palette = Palette::of(ui);
    let painter = ui.painter();
    painter.text(rect.min, Align2::LEFT_TOP, "Test accuracy, %", FontId::proportional(TEXT), palette.weak);
    let frame = Rect::from_min_max(rect.min + vec2(LEFT, 34.0), rect.max - vec2(NAMES, 26.0));
    let lowest = session.arms().iter().enumerate();
    let lowest = lowest.map(|(arm, _)| 100.0 * session.history(arm).extremes().test_accuracy).fold(60.0, f64::min);
    let axes = Axes { frame, bottom: 10.0 * (lowest / 10.0).floor(), epochs: f64::from(session.experiment().epochs()) };
    axes.draw(painter, palette);
    let mut ends = Vec::new();
    for arm in 0..session.arms().len() {
        let points = axes.points(session, arm);
        ends.extend(points.last().map(|&end| (arm, end)));
        let is_shown = arm == session.selected();
        draw_line(painter, &points, arm, palette.arm(arm), if is_shown { 4.5 } else { 2.5 });
        if let Some(record) = session.history(arm).shown_record().filter(|_| session.past().is_some()) {
            let at = axes.at(f64::from(record.epoch), 100.0 * record.test.accuracy());
            painter.circle_filled(at, 6.0, palette.arm(arm));
        }
    }
    name_ends(ui, session, ends, frame);
}

/// All of it in words.
fn description(session: &Session) -> String {
    let arms = session.arms().iter().enumerate().filter_map(|(arm, own)| {
        let record = session.history(arm).shown_record()?;
        Some(format!("{} {:.0} %", own.name, 100.0 * record.test.accuracy()))
    });
    format!("Test accuracy: {}", arms.collect::<Vec<_>>().join(", "))
}

struct Axes {
    frame: Rect,
    bottom: f64,
    epochs: f64,
}

impl Axes {
    #[expect(clippy::cast_possible_truncation, reason = "positions on screen")]
    fn at(&self, epoch: f64, accuracy: f64) -> Pos2 {
        let across = (epoch / self.epochs.max(1.0)) as f32;
        let up = ((accuracy - self.bottom) / (100.0 - self.bottom)) as f32;
        pos2(self.frame.min.x + across * self.frame.width(), self.frame.max.y - up * self.frame.height())
    }

    fn draw(&self, painter: &Painter, palette: &Palette) {
        let line = Stroke::new(2.0, palette.border);
        for accuracy in [self.bottom, 100.0] {
            let at = self.at(0.0, accuracy);
            painter.hline(self.frame.x_range(), at.y, line);
            let text = format!("{accuracy:.0}");
            painter.text(at - vec2(6.0, 0.0), Align2::RIGHT_CENTER, text, FontId::proportional(TEXT), palette.weak);
        }
        let ends = [
            (self.epochs, Align2::RIGHT_TOP, format!("epoch {:.0}", self.epochs)),
            (0.0, Align2::LEFT_TOP, "0".to_owned()),
        ];
        // The last one alone where they would touch.
        let count = if self.frame.width() < 150.0 { 1 } else { 2 };
        for (epoch, align, text) in ends.into_iter().take(count) {
            let at = self.at(epoch, self.bottom) + vec2(0.0, 3.0);
            painter.text(at, align, text, FontId::proportional(TEXT), palette.weak);
        }
    }

    fn points(&self, session: &Session, arm: usize) -> Vec<Pos2> {
        let points = session.history(arm).points();
        let kept = sampled(points.len(), MOST_POINTS);
        #[expect(clippy::cast_precision_loss, reason = "a number of epochs")]
        kept.map(|epoch| self.at(epoch as f64, 100.0 * points[epoch].test_accuracy)).collect()
    }
}

fn draw_line(painter: &Painter, points: &[Pos2], arm: usize, color: Color32, width: f32) {
    let stroke = Stroke::new(width, color);
    match line_style(arm) {
        LineStyle::Solid => _ = painter.line(points.to_vec(), stroke),
        LineStyle::Dashed { length } => painter.extend(Shape::dashed_line(points, stroke, 2.0 * length, 1.3 * length)),
        LineStyle::Dotted { spacing } => painter.extend(Shape::dotted_line(points, color, 2.0 * spacing, 0.8 * width)),
    }
    if let [only] = points {
        painter.circle_filled(*only, 4.0, color);
    }
}

/// Names at the right, in the order of the ends, apart from one another.
fn name_ends(ui: &Ui, session: &Session, mut ends: Vec<(usize, Pos2)>, frame: Rect) {
    const LINE: f32 = 23.0;
    let palette = Palette::of(ui);
    ends.sort_by(|one, other| one.1.y.total_cmp(&other.1.y));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lines of text")]
    let most = (frame.height() / LINE) as usize + 1;
    let mut lowest = frame.max.y;
    let mut places: Vec<(usize, f32)> = Vec::new();
    for (arm, end) in ends.into_iter().take(most) {
        let above = places.last().map_or(frame.min.y, |place| place.1 + LINE);
        places.push((arm, end.y.max(above)));
    }
    for place in places.iter_mut().rev() {
        place.1 = place.1.min(lowest);
        lowest = place.1 - LINE;
    }
    for (arm, y) in places {
        let font = if arm == session.selected() { semibold(TEXT) } else { FontId::proportional(TEXT) };
        let name = elided(ui, &session.arms()[arm].name, &font, NAMES - 8.0);
        ui.painter().text(pos2(frame.max.x + 8.0, y), Align2::LEFT_CENTER, name, font, palette.arm(arm));
    }
}
