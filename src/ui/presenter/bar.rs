//! The buttons under the network, for those without a clicker at hand.

use egui::{Button, RichText, Slider, Ui, vec2};

use super::keys::Wish;
use super::{Presenter, TARGET, TEXT};
use crate::session::{Command, Session, Speed};
use crate::ui::theme::Palette;

/// A window narrower than this has letters on its buttons.
const NARROW: f32 = 880.0;

impl Presenter {
    /// Shows them; what was asked for of the presenter.
    pub(super) fn bar(&self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) -> Vec<Wish> {
        let mut wishes = Vec::new();
        let is_narrow = ui.available_width() < NARROW;
        // Their keys stand for what has no room.
        let text = |word, key| if is_narrow { key } else { word };
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let mut wish = |ui: &mut Ui, text: &str, name: &str, is_on: bool, wish: Wish| {
                if button(ui, text, name, is_on) {
                    wishes.push(wish);
                }
            };
            wish(ui, "◂", "Scene before", false, Wish::SceneBefore);
            let playing = session.is_playing();
            let (icon, name) = if playing { ("⏸", "Pause") } else { ("▶", "Play") };
            if button(ui, icon, name, true) {
                commands.push(if playing { Command::Pause } else { Command::Play });
            }
            if button(ui, "update ▸", "Step to the next topology update", false) {
                commands.push(Command::StepUpdate);
            }
            wish(ui, "scene ▸", "Next scene", false, Wish::NextScene);
            speed(ui, session, is_narrow, commands);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                wish(ui, text("Leave", "✕"), "Leave the presentation", false, Wish::Leave);
                wish(ui, text("Blank", "B"), "Blank the screen", false, Wish::Blank);
                if !ui.ctx().embed_viewports() {
                    wish(ui, text("Notes", "N"), "Notes in a second window", self.has_notes, Wish::Notes);
                }
                wish(ui, text("Guess", "G"), "Ask the audience", self.guess.is_open, Wish::Guess);
                wish(ui, text("Spot", "S"), "Spot that follows the pointer", self.has_spot, Wish::Spot);
            });
        });
        wishes
    }
}

/// Whether it is clicked.
pub(super) fn button(ui: &mut Ui, text: &str, name: &str, is_on: bool) -> bool {
    let palette = Palette::of(ui);
    let text = RichText::new(text).size(TEXT);
    let button =
        if is_on { Button::new(text.color(palette.on_accent)).fill(palette.accent) } else { Button::new(text) };
    let response = ui.add(button.min_size(vec2(TARGET, TARGET)));
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, is_on, name));
    response.clicked()
}

fn speed(ui: &mut Ui, session: &Session, is_narrow: bool, commands: &mut Vec<Command>) {
    let mut position = session.speed().position();
    ui.spacing_mut().slider_width = (ui.available_width() - if is_narrow { 300.0 } else { 500.0 }).clamp(60.0, 220.0);
    let response = ui.add(Slider::new(&mut position, 0.0..=1.0).show_value(false));
    let text = session.speed().describe(session.steps_per_epoch());
    response.widget_info(|| egui::WidgetInfo::slider(true, f64::from(position), format!("speed: {text}")));
    if response.changed() {
        commands.push(Command::SetSpeed(Speed::at(position)));
    }
}
