//! What lies under the pointer.

use egui::{CornerRadius, Pos2, Rect, Ui, Vec2};

use super::card::Pointed;
use super::layout::Layout;
use super::lines::Line;
use crate::sparse::Place;
use crate::training::Snapshot;
use crate::ui::theme::Palette;

/// How near the pointer must come to a connection, in points.
const REACH: f32 = 6.0;

/// What lies at a point of the canvas: a neuron, else the nearest of the lines within reach.
pub(super) fn find(layout: &Layout, lines: &[Line], at: Pos2) -> Option<Pointed> {
    if let Some((column, neuron)) = layout.neuron_at(at) {
        return Some(Pointed::Neuron { column, neuron });
    }
    let passing: Vec<bool> = (1..layout.columns.len()).map(|column| layout.may_pass(column - 1, at)).collect();
    let mut nearest = (REACH, None);
    // Lines may be those of another network, until it is drawn.
    let exists = |line: &&Line| {
        let neurons = |column: usize| layout.columns.get(column).map_or(0, |column| column.neurons);
        passing.get(line.layer) == Some(&true)
            && line.source < neurons(line.layer)
            && line.target < neurons(line.layer + 1)
    };
    for line in lines.iter().filter(exists) {
        if let Some(distance) = layout.curve(line.layer, line.source, line.target).distance(at, nearest.0) {
            let place = Place { source: number(line.source), target: number(line.target) };
            nearest = (distance, Some(Pointed::Connection { layer: line.layer, place }));
        }
    }
    nearest.1
}

/// Outlines what is pointed at, as far as it lies inside a rectangle, and says where it is; `origin` is the corner of the
/// canvas.
pub(super) fn highlight(
    ui: &Ui,
    pointed: &Pointed,
    layout: &Layout,
    snapshot: &Snapshot,
    origin: Vec2,
    inside: Rect,
) -> Pos2 {
    let palette = Palette::of(ui);
    let painter = ui.painter().with_clip_rect(inside);
    match *pointed {
        Pointed::Neuron { column, neuron } => {
            let square = layout.neuron(column, neuron).translate(origin);
            let stroke = egui::Stroke::new(2.0, palette.text);
            painter.rect_stroke(square.expand(1.0), CornerRadius::same(2), stroke, egui::StrokeKind::Outside);
            square.right_center()
        }
        Pointed::Connection { layer, place } => {
            let curve = layout.curve(layer, place.source as usize, place.target as usize);
            let weight = snapshot.network.layers()[layer].weights.find(place);
            let points = curve.points(origin);
            if let Some(connection) = weight {
                let color = palette.sign(snapshot.network.layers()[layer].weights.values()[connection]);
                painter.line(points.clone(), egui::Stroke::new(5.0, palette.text));
                painter.line(points, egui::Stroke::new(2.5, color));
            } else {
                painter.extend(egui::Shape::dashed_line(&points, egui::Stroke::new(2.0, palette.pruned), 6.0, 4.0));
            }
            curve.middle() + origin
        }
    }
}

/// A neuron's number as places store it.
pub(super) fn number(neuron: usize) -> u32 {
    u32::try_from(neuron).unwrap_or(u32::MAX)
}
