//! What the user should know, above the timeline, with a repair as a button.

use egui::{Align2, Area, Button, Frame, Id, Order, RichText, Ui, vec2};

use super::theme::Palette;
use crate::session::{Command, Session};

/// Shows the notice, if there is one. It lies over the network, so that nothing else moves.
pub(super) fn show(ui: &Ui, session: &Session, commands: &mut Vec<Command>) {
    let Some(notice) = session.notice() else { return };
    let palette = Palette::of(ui);
    // In the past a bar with buttons lies there.
    let above = if session.past().is_some() { 158.0 } else { 126.0 };
    let area =
        Area::new(Id::unique("notice")).order(Order::Foreground).anchor(Align2::CENTER_BOTTOM, vec2(0.0, -above));
    area.show(ui.ctx(), |ui| {
        let line = if notice.is_fault { palette.warning } else { palette.accent };
        let frame = Frame::popup(ui.style()).stroke(egui::Stroke::new(1.5, line)).inner_margin(10);
        frame.show(ui, |ui| {
            ui.set_max_width(620.0);
            ui.horizontal(|ui| {
                let text = egui::Label::new(RichText::new(&notice.text)).wrap();
                ui.allocate_ui(vec2(if notice.mend.is_some() { 330.0 } else { 540.0 }, 0.0), |ui| ui.add(text));
                if let Some(mend) = &notice.mend {
                    let label = RichText::new(&mend.label).color(palette.on_accent);
                    if ui.add(Button::new(label).fill(palette.accent)).clicked() {
                        commands.push(mend.command.clone());
                    }
                }
                let close = ui.add(Button::new("✕").frame(false));
                close.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Dismiss"));
                if close.clicked() {
                    commands.push(Command::Dismiss);
                }
            });
        });
    });
}
