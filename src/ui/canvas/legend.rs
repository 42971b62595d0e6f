//! Text around the network: names of layers and inputs, and what the lines mean.

use egui::{Align2, FontId, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::layout::Layout;
use super::look::Look;
use super::{caption, column_name};
use crate::data::Dataset;
use crate::ui::controls::grouped;
use crate::ui::theme::Palette;

/// Width of a canvas from which on the legend says all that it can.
const ROOMY: f32 = 680.0;
/// Below this width there is no room for more than a word each.
const NARROW: f32 = 480.0;
/// Width that the words about a selection of connections take.
const SELECTION_WIDTH: f32 = 200.0;

/// The name of each layer above its column.
pub(super) fn columns(ui: &Ui, rect: Rect, layout: &Layout, look: &Look) {
    let palette = Palette::of(ui);
    for (index, column) in layout.columns.iter().enumerate() {
        let name = column_name(index, layout.columns.len());
        let at = rect.min + vec2(column.x, 0.5 * look.top - 1.0);
        caption(ui, at, Align2::CENTER_CENTER, &name, palette.weak, (look.text, false));
    }
}

/// The name of each input beside it, where there is room.
pub(super) fn input_names(ui: &Ui, rect: Rect, layout: &Layout, data: Option<&Dataset>, look: &Look) {
    let Some(data) = data else { return };
    let palette = Palette::of(ui);
    let column = &layout.columns[0];
    if column.pitch < look.name_height {
        return;
    }
    for input in 0..column.neurons.min(data.features()) {
        let informative = input < data.informative();
        let at = rect.min.to_vec2() + layout.neuron(0, input).left_center().to_vec2() - vec2(6.0, 0.0);
        let color = if informative { palette.text } else { palette.weak };
        caption(ui, at.to_pos2(), Align2::RIGHT_CENTER, &data.feature_name(input), color, (look.text, informative));
    }
}

/// What colours and strokes mean, under the network.
pub(super) fn lines(ui: &Ui, rect: Rect, connections: usize, look: &Look) {
    let palette = Palette::of(ui);
    let mut at = pos2(rect.min.x + 14.0, rect.max.y - 0.4 * look.bottom);
    let size = look.text + 0.5;
    let selection =
        (connections > look.most_curves).then(|| format!("of {}: the strongest and newest", grouped(connections)));
    // Beside what is said of a selection there is room for few words.
    let is_roomy = rect.width() >= ROOMY / 11.5 * size;
    let is_tight = selection.is_some() || look.times > 1.0 || rect.width() < NARROW;
    let regrown = if !is_roomy && is_tight { "regrown" } else { "regrown (last 3 updates)" };
    let entries = [
        ("positive", palette.positive, false),
        ("negative", palette.negative, false),
        (regrown, palette.regrown, false),
        ("pruned", palette.pruned, true),
    ];
    for (text, color, dashed) in entries {
        let end = at + vec2(20.0, 0.0);
        let stroke = Stroke::new(2.5 * look.times, color);
        if dashed {
            ui.painter().extend(Shape::dashed_line(&[at, end], stroke, 4.0, 3.0));
        } else {
            ui.painter().line_segment([at, end], stroke);
        }
        let font = FontId::proportional(size);
        let text = ui.painter().text(end + vec2(6.0, 0.0), Align2::LEFT_CENTER, text, font, palette.weak);
        at = pos2(text.max.x + 18.0, at.y);
    }
    if let Some(mut text) = selection {
        let corner: Pos2 = rect.max - vec2(12.0, 13.0);
        if corner.x - at.x < SELECTION_WIDTH / 11.5 * size {
            text = format!("some of {}", grouped(connections));
        }
        caption(ui, corner, Align2::RIGHT_CENTER, &text, palette.weak, (look.text, false));
    }
}
