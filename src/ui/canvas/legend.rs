//! Text around the network: names of layers and inputs, and what the lines mean.

use egui::{Align2, Color32, FontId, Mesh, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::figures::Figures;
use super::ink::{layer_color, oldest};
use super::layout::{BOTTOM, Layout, NAME_HEIGHT, TOP};
use super::look::{ColorBy, Look, WidthBy, ramp};
use super::scene::Shows;
use super::{caption, column_name};
use crate::session::Session;
use crate::training::Snapshot;
use crate::ui::controls::grouped;
use crate::ui::theme::Palette;

/// Width of a canvas from which on the legend says all that it can.
const ROOMY: f32 = 680.0;
/// Width that the words about a selection of connections take.
const SELECTION_WIDTH: f32 = 240.0;
/// Layers that have a swatch each at most; of more only the first and the last.
const MOST_SWATCHES: usize = 6;

/// The name of each layer above its column.
pub(super) fn columns(ui: &Ui, rect: Rect, layout: &Layout) {
    let palette = Palette::of(ui);
    for (index, column) in layout.columns.iter().enumerate() {
        let at = rect.min + vec2(column.x, TOP - 12.0);
        if rect.contains(at) {
            let name = column_name(index, layout.columns.len());
            caption(ui, at, Align2::CENTER_CENTER, &name, palette.weak, false);
        }
    }
}

/// The name of each input beside it, where there is room.
pub(super) fn input_names(ui: &Ui, rect: Rect, layout: &Layout, session: &Session) {
    let Some(data) = session.data() else { return };
    let palette = Palette::of(ui);
    let column = &layout.columns[0];
    if column.pitch < NAME_HEIGHT {
        return;
    }
    let (top, bottom) = (rect.min.y + TOP, rect.max.y - BOTTOM);
    for input in 0..column.neurons.min(data.train.features()) {
        let informative = input < data.train.informative();
        let at = rect.min.to_vec2() + layout.neuron(0, input).left_center().to_vec2() - vec2(6.0, 0.0);
        if (top..bottom).contains(&at.y) && at.x > rect.min.x {
            let color = if informative { palette.text } else { palette.weak };
            caption(ui, at.to_pos2(), Align2::RIGHT_CENTER, &data.train.feature_name(input), color, informative);
        }
    }
}

/// What colours and strokes mean, under the network; `drawn` is what the picture shows.
pub(super) fn lines(ui: &Ui, rect: Rect, look: &Look, snapshot: &Snapshot, drawn: Option<(&Figures, &Shows)>) {
    let palette = Palette::of(ui);
    let start = pos2(rect.min.x + 14.0, rect.max.y - 13.0);
    let selection = drawn.and_then(|(_, shows)| selection(shows, look, snapshot));
    let is_bundled = drawn.is_some_and(|(_, shows)| shows.is_bundled);
    let mut at = match look.color {
        // Lines are only those of a neuron that is pointed at.
        _ if is_bundled && drawn.is_some_and(|(_, shows)| shows.lines.is_empty()) => start,
        ColorBy::Sign => {
            let at = stroke(ui, start, "positive", palette.positive, false);
            let at = stroke(ui, at, "negative", palette.negative, false);
            // Beside what is said of a selection there is room for few words.
            let is_short = selection.is_some() && rect.width() < ROOMY + SELECTION_WIDTH;
            let regrown = if is_short { "regrown" } else { "regrown (last 3 updates)" };
            stroke(ui, at, regrown, palette.regrown, false)
        }
        ColorBy::Age => scale(ui, start, "age 0", &counted(oldest(snapshot))),
        ColorBy::Gradient if snapshot.gradients.is_empty() => text(ui, start, "gradients of this moment are not kept"),
        ColorBy::Gradient => {
            let largest = drawn.and_then(|(figures, _)| figures.gradient).unwrap_or(0.0);
            scale(ui, start, "|gradient| 0", &format!("≥ {}", small(largest)))
        }
        ColorBy::Layer => layers(ui, start, snapshot.network.layers().len()),
    };
    if !look.is_filtered() && !is_bundled {
        at = stroke(ui, at, "pruned", palette.pruned, true);
    }
    if look.width == WidthBy::Gradient {
        let what = if snapshot.gradients.is_empty() { "width: |weight|" } else { "width: |gradient|" };
        at = text(ui, at, what);
    }
    if let Some([long, short]) = selection {
        let corner: Pos2 = rect.max - vec2(12.0, 13.0);
        let text = if corner.x - at.x < SELECTION_WIDTH { short } else { long };
        caption(ui, corner, Align2::RIGHT_CENTER, &text, palette.weak, false);
    }
}

/// Which of the connections are seen, in many words and in few; nothing where all are.
fn selection(shows: &Shows, look: &Look, snapshot: &Snapshot) -> Option<[String; 2]> {
    let total = snapshot.network.connections();
    let candidates = grouped(shows.candidates);
    if shows.is_bundled {
        return Some([
            format!("{candidates} connections in bundles: the wider, the denser"),
            format!("{candidates}, bundled"),
        ]);
    }
    let drawn = shows.lines.len();
    if drawn < shows.candidates {
        return Some([
            format!("{} of {candidates}: the strongest and newest", grouped(drawn)),
            format!("some of {candidates}"),
        ]);
    }
    let part = format!("{candidates} of {}", grouped(total));
    let why = if look.is_filtered() { "pass the filter" } else { "in view" };
    (shows.candidates < total).then(|| [format!("{part} {why}"), part])
}

/// A stroke and its meaning; where the next one begins.
fn stroke(ui: &Ui, at: Pos2, meaning: &str, color: Color32, dashed: bool) -> Pos2 {
    let end = at + vec2(20.0, 0.0);
    let stroke = Stroke::new(2.5, color);
    if dashed {
        ui.painter().extend(Shape::dashed_line(&[at, end], stroke, 4.0, 3.0));
    } else {
        ui.painter().line_segment([at, end], stroke);
    }
    text(ui, end + vec2(6.0, 0.0), meaning)
}

fn text(ui: &Ui, at: Pos2, text: &str) -> Pos2 {
    let font = FontId::proportional(11.5);
    let rect = ui.painter().text(at, Align2::LEFT_CENTER, text, font, Palette::of(ui).weak);
    pos2(rect.max.x + 16.0, at.y)
}

/// A scale of colours with a number at either end.
fn scale(ui: &Ui, at: Pos2, least: &str, most: &str) -> Pos2 {
    const WIDTH: f32 = 90.0;
    let palette = Palette::of(ui);
    let left = text(ui, at, least) - vec2(9.0, 0.0);
    let mut mesh = Mesh::default();
    for step in 0..30_u8 {
        let share = f32::from(step) / 29.0;
        let corner = left + vec2(WIDTH * f32::from(step) / 30.0, -4.0);
        mesh.add_colored_rect(Rect::from_min_size(corner, vec2(WIDTH / 30.0, 8.0)), ramp(palette, share));
    }
    ui.painter().add(mesh);
    text(ui, left + vec2(WIDTH + 7.0, 0.0), most)
}

fn layers(ui: &Ui, at: Pos2, layers: usize) -> Pos2 {
    let palette = Palette::of(ui);
    let mut at = text(ui, at, "layer") - vec2(8.0, 0.0);
    let step = if layers > MOST_SWATCHES { layers - 1 } else { 1 };
    for layer in (0..layers).step_by(step) {
        at = stroke(ui, at, &(layer + 1).to_string(), layer_color(palette, layer, layers), false);
    }
    at
}

fn counted(updates: u32) -> String {
    if updates == 1 { "1 update".to_owned() } else { format!("{updates} updates") }
}

/// A positive number with about two digits.
fn small(value: f32) -> String {
    match value {
        0.0 => "0".to_owned(),
        value if value >= 10.0 => format!("{value:.0}"),
        value if value >= 0.1 => format!("{value:.2}"),
        value if value >= 0.001 => format!("{value:.4}"),
        value => format!("{value:.1e}").replace('-', "−"),
    }
}
