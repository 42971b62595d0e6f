//! The arms above the network: a click shows one.

use egui::{Align2, CornerRadius, FontId, Rect, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

use super::controls::grouped;
use super::theme::{Palette, semibold};
use crate::session::{Command, Session};

const HEIGHT: f32 = 34.0;
const WIDEST: f32 = 186.0;

/// One card an arm: name, connections, test accuracy.
pub(super) fn show(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let arms = session.arms().len();
    ui.add_space(10.0);
    #[expect(clippy::cast_precision_loss, reason = "a number of arms")]
    let width = ((ui.available_width() - 24.0 - 8.0 * (arms as f32 - 1.0)) / arms as f32).min(WIDEST);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        ui.add_space(10.0);
        for arm in 0..arms {
            if card(ui, session, arm, width) {
                commands.push(Command::SelectArm(arm));
            }
        }
    });
}

/// True when clicked.
fn card(ui: &mut Ui, session: &Session, arm: usize, width: f32) -> bool {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::click());
    let selected = session.selected() == arm;
    let own = &session.arms()[arm];
    let history = session.history(arm);
    let accuracy = match history.failure() {
        Some(_) => "stopped".to_owned(),
        None => {
            history.epochs().last().map_or_else(String::new, |epoch| format!("{:.1} %", 100.0 * epoch.test.accuracy()))
        }
    };
    response.widget_info(|| {
        let text = format!("{}: {} connections, test accuracy {accuracy}", own.name, own.total_connections());
        egui::WidgetInfo::selected(egui::Role::Tab, true, selected, text)
    });
    let highlighted = response.hovered() || response.has_focus();
    let line = if selected || highlighted { palette.accent } else { palette.border };
    let stroke = Stroke::new(if selected { 1.5 } else { 1.0 }, line);
    ui.painter().rect(rect, CornerRadius::same(7), palette.card, stroke, StrokeKind::Inside);
    let middle = rect.center().y;
    let painter = ui.painter().with_clip_rect(rect);
    painter.circle_filled(pos2(rect.min.x + 13.0, middle), 4.5, palette.arm(arm));
    let right = pos2(rect.max.x - 8.0, middle);
    let color = if history.failure().is_some() { palette.warning } else { palette.text };
    let size = if width < 150.0 { 11.0 } else { 12.5 };
    let value = painter.text(right, Align2::RIGHT_CENTER, accuracy, semibold(size), color);
    let room = value.min.x - 4.0;
    let font = if selected { semibold(size) } else { FontId::proportional(size) };
    let name = painter.with_clip_rect(Rect::from_min_max(rect.min, pos2(room, rect.max.y)));
    let at = pos2(rect.min.x + 22.0, middle);
    let written = name.text(at, Align2::LEFT_CENTER, &own.name, font, palette.text);
    // The number of connections where there is room beside the name.
    let count = painter.layout_no_wrap(grouped(own.total_connections()), FontId::proportional(11.5), palette.weak);
    if written.max.x + 6.0 + count.size().x <= room {
        painter.galley(pos2(room - count.size().x, middle - 0.5 * count.size().y), count, palette.weak);
    }
    let idea = own.method.page().idea;
    response.on_hover_text(format!("{} ({} connections)\n{idea}", own.name, grouped(own.total_connections()))).clicked()
}
