//! The network as it is printed: with the arm's name above it, and every line as a line.

use std::sync::Arc;

use egui::{RichText, Sense, TextureHandle, Ui, vec2};

use super::layout::Layout;
use super::look::Look;
use super::surface::Shapes;
use super::{description, legend, name_width, scene, sizes};
use crate::session::Session;
use crate::ui::pictures::{self, Picture};
use crate::ui::theme::{Palette, semibold};

/// Width of the picture in points.
const WIDTH: f32 = 720.0;
/// Height of the network by its width.
const PROPORTION: f32 = 0.75;

/// The selected arm's network as a picture.
pub(in crate::ui) fn picture(session: &Session, dark: bool) -> Picture {
    let mut textures = Vec::new();
    let title = format!("Network of {}", session.arms()[session.selected()].name);
    let from = format!("{}. {}", description(session), pictures::provenance(session));
    Picture::new(WIDTH, dark, title, from, |ui| print(ui, session, &mut textures))
}

/// Draws the network over the width there is. What its pictures are made of is added to `textures`.
fn print(ui: &mut Ui, session: &Session, textures: &mut Vec<TextureHandle>) {
    let arm = session.selected();
    let Some(view) = session.history(arm).view() else { return };
    let palette = Palette::of(ui);
    ui.label(RichText::new(&session.arms()[arm].name).font(semibold(13.0)).color(palette.arm(arm)));
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, PROPORTION * width), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, description(session)));
    let sizes = sizes(&view.snapshot);
    let look = Look::DESK;
    let layout =
        Layout::new(&sizes, rect.size(), name_width(session.data().is_some(), sizes[0], rect.height(), &look), &look);
    let scene = scene(session, &Arc::clone(view), &layout, look, palette, [0, 0], 1.0);
    scene.draw_on(&mut Shapes::new(ui.painter().clone(), rect.min.to_vec2(), textures));
    legend::columns(ui, rect, &layout, &look);
    legend::input_names(ui, rect, &layout, session.data().as_deref().map(|data| &data.train), &look);
    legend::lines(ui, rect, view.snapshot.network.connections(), &look);
}
