//! The buttons over the network.

use egui::{Align, Pos2, Rect, RichText, Ui, UiBuilder, vec2};

use super::look_menu::{self, Beside};
use super::pane::Pane;
use super::{Canvas, Shown, print};
use crate::session::{Command, Session};
use crate::ui::pictures::file_name;
use crate::ui::theme::Palette;

impl Canvas {
    /// In the upper right corner: how the network is shown, and the button that saves a picture of it.
    pub(super) fn controls(&mut self, ui: &mut Ui, session: &Session, corner: Pos2, commands: &mut Vec<Command>) {
        self.saver.take(commands);
        let corner = Rect::from_min_max(corner + vec2(-200.0, 2.0), corner + vec2(-3.0, 22.0));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(corner).layout(egui::Layout::right_to_left(Align::Min)));
        let entries = ["Network as a picture (SVG, PNG) …", "Record the past (GIF, PNG series) …"].map(str::to_owned);
        match self.saver.menu(&mut ui, RichText::new("↓").underline(), "Save a picture of the network", &entries) {
            Some(0) => {
                let picture = print::picture_as(session, &self.look, self.panes[0].columns(), false);
                let name = file_name(&format!("network of {}", session.arms()[session.selected()].name), "svg");
                self.saver.save(ui.ctx(), name, &["svg", "png"], move |path| picture.file(path), commands);
            }
            Some(_) => {
                let shown = Shown { look: self.look, columns: self.panes[0].columns().clone() };
                self.film.open(session, shown, Palette::of(&ui).dark);
            }
            None => {}
        }
        self.film.show(ui.ctx(), session, commands);
        let hand = ui.selectable_label(self.surgeon.is_on, RichText::new("By hand").size(11.5));
        if hand.on_hover_text("Cut, add and change connections by hand (H)").clicked() {
            self.surgeon.is_on = !self.surgeon.is_on;
        }
        let beside = self.beside(session);
        let choice = look_menu::show(&mut ui, &mut self.look, session, beside);
        if choice.sorts {
            self.panes.iter_mut().for_each(Pane::sort_again);
        }
        if let Some(beside) = choice.beside {
            self.beside = match beside {
                Beside::Nothing => None,
                Beside::Arm(arm) => Some(session.arms()[arm].name.clone()),
            };
        }
        if let Some(steps) = choice.zoom {
            self.navigation.step(steps);
        }
    }
}
