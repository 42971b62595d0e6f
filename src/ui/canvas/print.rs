//! The network as it is printed: with the arm's name above it, and every line as a line.

use std::sync::Arc;

use egui::{RichText, Sense, TextureHandle, Ui, vec2};

use super::band::Band;
use super::format::Format;
use super::layout::Layout;
use super::look::Look;
use super::order::Columns;
use super::scene::Scene;
use super::surface::Shapes;
use super::{band_text, description, legend};
use crate::session::{InputDegrees, Session};
use crate::ui::pictures::{self, Picture};
use crate::ui::theme::{Palette, semibold};

/// Width of the picture in points.
const WIDTH: f32 = 720.0;
/// Height of the network by its width.
const PROPORTION: f32 = 0.75;

/// The selected arm's network as a picture, as the window shows it at first.
pub(in crate::ui) fn picture(session: &Session, dark: bool) -> Picture {
    picture_as(session, &Look::default(), &Vec::new(), dark)
}

/// The selected arm's network as a picture, all of it, with these colours, widths, filters and this order.
pub(super) fn picture_as(session: &Session, look: &Look, columns: &Columns, dark: bool) -> Picture {
    let mut textures = Vec::new();
    let arm = session.selected();
    let title = format!("Network of {}", session.arms()[arm].name);
    let from = format!("{}. {}", description(session, arm), pictures::provenance(session));
    Picture::new(WIDTH, dark, title, from, |ui| print(ui, session, look, columns, &mut textures))
}

/// Draws the network over the width there is. What its pictures are made of is added to `textures`.
fn print(ui: &mut Ui, session: &Session, look: &Look, columns: &Columns, textures: &mut Vec<TextureHandle>) {
    let arm = session.selected();
    let Some(view) = session.history(arm).view() else { return };
    let palette = Palette::of(ui);
    ui.label(RichText::new(&session.arms()[arm].name).font(semibold(13.0)).color(palette.arm(arm)));
    let width = ui.available_width();
    let network = &view.snapshot.network;
    let shape = session.experiment().facts().shape;
    let proportion =
        if Band::new(network, shape, vec2(width, width), &Format::DESK).is_some() { 1.0 } else { PROPORTION };
    let (rect, response) = ui.allocate_exact_size(vec2(width, proportion * width), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, description(session, arm)));
    let band = Band::new(network, shape, rect.size(), &Format::DESK);
    let area = vec2(rect.width(), band.as_ref().map_or(rect.height(), |band| band.top));
    let layout = Layout::of(&view.snapshot, area, (look.placement, shape), session.data().is_some(), Format::DESK);
    let layout = layout.sorted(columns);
    let has_map = band.as_ref().is_some_and(Band::has_input_map);
    let inputs = if has_map { InputDegrees::mean_of(session, arm) } else { None };
    let scene =
        Scene { band, inputs, look: *look, ..Scene::new(session, arm, Arc::clone(view), layout, area, palette) };
    let figures = scene.figures();
    let offset = rect.min.to_vec2();
    let shows = scene.draw_on(&mut Shapes::new(ui.painter().clone(), offset, textures), &figures);
    let rect = egui::Rect::from_min_size(rect.min, area);
    legend::columns(ui, rect, &scene.layout);
    legend::input_names(ui, rect, &scene.layout, session.data().as_deref().map(|data| &data.train));
    legend::lines(ui, rect, &scene.layout, look, &view.snapshot, Some((&figures, &shows)), true);
    if let Some(band) = &scene.band {
        band_text::show(ui, offset, band, (&figures, &shows), look, network);
    }
}
