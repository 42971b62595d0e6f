//! What can be done at a moment of the past, over the network.

use egui::{Align2, Area, Button, Frame, Id, Order, RichText, Ui, vec2};

use super::fork::ForkDialog;
use super::theme::{Palette, semibold};
use crate::session::{Command, Direction, Session};

/// Shows the bar while the past is looked at. It lies over the network, so that nothing else moves.
pub(super) fn show(ui: &Ui, session: &Session, fork: &mut ForkDialog, commands: &mut Vec<Command>) {
    let Some(position) = session.past() else { return };
    let palette = Palette::of(ui);
    let rect = ui.max_rect();
    let area = Area::new(Id::unique("past")).order(Order::Middle).pivot(Align2::CENTER_BOTTOM);
    area.fixed_pos(rect.center_bottom() - vec2(0.0, 3.0)).show(ui.ctx(), |ui| {
        let frame = Frame::popup(ui.style()).stroke(egui::Stroke::new(1.5, palette.accent));
        frame.inner_margin(egui::Margin::symmetric(6, 2)).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                replay(ui, session, commands);
                ui.allocate_ui_with_layout(vec2(186.0, 22.0), egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    ui.set_min_width(186.0);
                    let text =
                        if session.is_past_training() { "training it again …".to_owned() } else { moment(session) };
                    let label = ui.label(RichText::new(text).font(semibold(12.0)));
                    label.on_hover_text("A moment of the past. It can be looked at, not changed.");
                });
                let button = |ui: &mut Ui, text: &str, help: &str| ui.button(text).on_hover_text(help).clicked();
                let help = "Goes on from this moment as another arm, with other settings, beside this one";
                if button(ui, "Fork here …", help) {
                    fork.open(session);
                }
                if button(ui, "Rewind to here", "Takes all arms back to this moment; what followed is forgotten") {
                    commands.push(Command::RewindTo(position));
                }
                let label = RichText::new("Return to live").color(palette.on_accent);
                let live = ui.add(Button::new(label).fill(palette.accent));
                if live.on_hover_text("Shows the newest moment again (End)").clicked() {
                    commands.push(Command::ReturnToLive);
                }
            });
        });
    });
}

fn replay(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let now = session.replaying();
    for (direction, icon, name, help) in [
        (Direction::Back, "◂◂", "Play backwards", "Plays the recording backwards (Shift+Space)"),
        (Direction::On, "▸▸", "Play the recording", "Plays the recording up to the newest moment (Space)"),
    ] {
        let is_on = now == Some(direction);
        let text = RichText::new(if is_on { "⏸" } else { icon }).size(12.0);
        let response = ui.add(Button::new(text).min_size(vec2(28.0, 22.0)));
        response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, is_on, name));
        if response.on_hover_text(help).clicked() {
            commands.push(Command::Replay((!is_on).then_some(direction)));
        }
    }
}

/// The moment in words.
fn moment(session: &Session) -> String {
    let view = session.history(session.selected()).view();
    let (epoch, updates) = view.map_or((0, 0), |view| (view.snapshot.epoch(), view.snapshot.updates));
    let of = session.experiment().epochs();
    let updates = if updates > 0 { format!(", update {updates}") } else { String::new() };
    format!("Epoch {epoch} of {of}{updates}")
}
