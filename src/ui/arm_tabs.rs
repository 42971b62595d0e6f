//! The arms above the network: a click shows one.

use egui::{
    Align2, Color32, CornerRadius, FontId, Painter, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, pos2, vec2,
};

use super::controls::{elided_in_the_middle, grouped, text_width};
use super::spots;
use super::theme::{Palette, semibold};
use crate::lesson::Control;
use crate::session::{Command, Session};

const HEIGHT: f32 = 34.0;
/// Cards narrower than this have two lines.
const NARROW: f32 = 150.0;
const TWO_LINES: f32 = 42.0;
const WIDEST: f32 = 186.0;
/// Narrower ones would say nothing: where there are more than fit, they scroll.
const NARROWEST: f32 = 72.0;
/// Between cards.
const GAP: f32 = 8.0;
/// What a card has beside its name: a dot before it, and room at the end.
const BESIDE_NAME: f32 = 22.0 + 7.0;

/// One card an arm: name, connections, test accuracy. In one row, or in two where a row has no room for the names.
pub(super) fn show(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let arms = session.arms().len();
    ui.add_space(10.0);
    let room = ui.available_width() - 24.0;
    // As wide as the name of the arm that is shown, whichever that is: nothing moves when another one is.
    let name = |name: &str| text_width(ui, name, &semibold(12.0));
    let longest = session.arms().iter().map(|arm| name(&arm.name)).fold(0.0, f32::max);
    let columns = if width_of(arms, room) < longest + BESIDE_NAME { arms.div_ceil(2) } else { arms };
    let width = width_of(columns, room).clamp(NARROWEST, WIDEST);
    let scroll = ScrollArea::horizontal().id_salt("arms").auto_shrink([false, true]);
    scroll.show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(GAP, 5.0);
        for first in (0..arms).step_by(columns.max(1)) {
            ui.horizontal(|ui| {
                ui.add_space(10.0);
                for arm in first..arms.min(first + columns) {
                    if card(ui, session, arm, width) {
                        commands.push(Command::SelectArm(arm));
                    }
                }
            });
        }
    });
}

/// Width of a card where so many share a row.
#[expect(clippy::cast_precision_loss, reason = "a number of arms")]
fn width_of(columns: usize, room: f32) -> f32 {
    (room - GAP * (columns as f32 - 1.0)) / columns as f32
}

/// True when clicked.
fn card(ui: &mut Ui, session: &Session, arm: usize, width: f32) -> bool {
    let palette = Palette::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(width, if width < NARROW { TWO_LINES } else { HEIGHT }), Sense::click());
    let selected = session.selected() == arm;
    let own = &session.arms()[arm];
    let history = session.history(arm);
    let accuracy = match history.failure() {
        Some(_) => "stopped".to_owned(),
        None => history.shown_accuracy().map_or_else(String::new, |accuracy| format!("{:.1} %", 100.0 * accuracy)),
    };
    let connections = session.connections(arm);
    spots::mark(ui, Control::Arms, rect);
    response.widget_info(|| {
        let text = format!("{}: {connections} connections, test accuracy {accuracy}", own.name);
        egui::WidgetInfo::selected(egui::Role::Tab, true, selected, text)
    });
    let highlighted = response.hovered() || response.has_focus();
    let line = if selected || highlighted { palette.accent } else { palette.border };
    let stroke = Stroke::new(if selected { 1.5 } else { 1.0 }, line);
    ui.painter().rect(rect, CornerRadius::same(7), palette.card, stroke, StrokeKind::Inside);
    let color = if history.failure().is_some() { palette.warning } else { palette.text };
    let count = grouped(connections);
    let text = Text { name: &own.name, count: &count, accuracy: &accuracy, color, selected };
    let painter = ui.painter().with_clip_rect(rect);
    painter.circle_filled(pos2(rect.min.x + 13.0, rect.center().y), 4.5, palette.arm(arm));
    if width < NARROW {
        text.in_two_lines(ui, &painter, rect);
    } else {
        text.in_one_line(ui, &painter, rect);
    }
    let idea = own.method.page().idea;
    response.on_hover_text(format!("{} ({count} connections)\n{idea}", own.name)).clicked()
}

/// What a card says.
struct Text<'a> {
    name: &'a str,
    count: &'a str,
    accuracy: &'a str,
    color: Color32,
    selected: bool,
}

impl Text<'_> {
    fn font(&self) -> FontId {
        if self.selected { semibold(12.0) } else { FontId::proportional(12.0) }
    }

    /// Name, connections, accuracy; connections only where there is room for them.
    fn in_one_line(&self, ui: &Ui, painter: &Painter, rect: Rect) {
        let palette = Palette::of(ui);
        let (left, middle) = (rect.min.x + 22.0, rect.center().y);
        let right = pos2(rect.max.x - 8.0, middle);
        let value = painter.text(right, Align2::RIGHT_CENTER, self.accuracy, semibold(12.0), self.color);
        let room = value.min.x - 4.0;
        let name = elided_in_the_middle(ui, self.name, &self.font(), room - left);
        let written = painter.text(pos2(left, middle), Align2::LEFT_CENTER, name, self.font(), palette.text);
        let count = painter.layout_no_wrap(self.count.to_owned(), FontId::proportional(11.0), palette.weak);
        if written.max.x + 4.0 + count.size().x <= room {
            painter.galley(pos2(room - count.size().x, middle - 0.5 * count.size().y), count, palette.weak);
        }
    }

    /// The name above, connections and accuracy below.
    fn in_two_lines(&self, ui: &Ui, painter: &Painter, rect: Rect) {
        let palette = Palette::of(ui);
        let (left, right) = (rect.min.x + 22.0, rect.max.x - 7.0);
        let (above, below) = (rect.center().y - 8.0, rect.center().y + 8.0);
        let name = elided_in_the_middle(ui, self.name, &self.font(), right - left);
        painter.text(pos2(left, above), Align2::LEFT_CENTER, name, self.font(), palette.text);
        let value = painter.text(pos2(right, below), Align2::RIGHT_CENTER, self.accuracy, semibold(11.0), self.color);
        let count = painter.layout_no_wrap(self.count.to_owned(), FontId::proportional(10.5), palette.weak);
        if left + count.size().x + 4.0 <= value.min.x {
            painter.galley(pos2(left, below - 0.5 * count.size().y), count, palette.weak);
        }
    }
}
