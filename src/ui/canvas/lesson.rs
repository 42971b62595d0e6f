//! What the canvas and a lesson tell each other: what the lesson points at, and which connection is pinned.

use egui::{Rect, Stroke, StrokeKind, Ui, Vec2, pos2};

use super::card::Pointed;
use super::layout::Layout;
use crate::lesson::Highlight;
use crate::training::Snapshot;
use crate::ui::theme::Palette;
use crate::ui::{pinned, spots};

/// Frames layers and neurons that the open lesson points at, where the network has them; `origin` is the corner of the canvas.
pub(super) fn mark(ui: &Ui, layout: &Layout, origin: Vec2, inside: Rect) {
    let painter = ui.painter().with_clip_rect(inside);
    let stroke = Stroke::new(2.0, Palette::of(ui).accent);
    for highlight in spots::highlights(ui.ctx()) {
        let Some(rect) = place(layout, highlight) else { continue };
        painter.rect_stroke(rect.translate(origin), 6.0, stroke, StrokeKind::Outside);
    }
}

/// Where something is, in points from the corner of the canvas.
fn place(layout: &Layout, highlight: Highlight) -> Option<Rect> {
    const ROOM: f32 = 4.0;
    let (column, neuron) = match highlight {
        Highlight::Control(_) => return None,
        Highlight::Layer(layer) => {
            let pair = layout.columns.windows(2).nth(layer.checked_sub(1)?)?;
            let [from, to] = pair else { return None };
            let (own, next) = (from.bounds(), to.bounds());
            let both = own.union(next);
            if layout.is_circle() {
                return Some(both.expand(ROOM));
            }
            let (left, right) = (own.max.x + ROOM, next.min.x - ROOM);
            return Some(Rect::from_min_max(pos2(left, both.min.y), pos2(right, both.max.y)));
        }
        Highlight::Input(input) => (0, input.checked_sub(1)?),
        Highlight::Output(output) => (layout.columns.len() - 1, output.checked_sub(1)?),
    };
    (neuron < layout.columns[column].neurons).then(|| layout.neuron(column, neuron).expand(ROOM))
}

/// Says which connection is pinned, as long as the network has it.
pub(super) fn tell_pinned(ui: &Ui, pointed: Option<Pointed>, snapshot: &Snapshot) {
    let connection = match pointed.filter(|pointed| pointed.exists(snapshot)) {
        Some(Pointed::Connection { layer, place }) => Some((layer, place)),
        _ => None,
    };
    pinned::set(ui.ctx(), connection);
}

#[cfg(test)]
mod tests {
    use egui::vec2;

    use super::super::format::Format;
    use super::*;

    #[test]
    fn layers_and_neurons_are_framed_where_they_stand() {
        let layout = Layout::new(&[4, 6, 2], vec2(600.0, 400.0), 40.0, Format::DESK);
        let layer = place(&layout, Highlight::Layer(2)).expect("there");
        for (column, neurons) in [(1, 6), (2, 2)] {
            for neuron in 0..neurons {
                let center = layout.neuron(column, neuron).center();
                assert!((layer.min.y..=layer.max.y).contains(&center.y));
                assert!(!layer.contains(center), "between the neurons");
            }
        }
        let input = place(&layout, Highlight::Input(3)).expect("there");
        assert!(input.contains_rect(layout.neuron(0, 2)) && !input.intersects(layout.neuron(0, 1)));
        assert!(place(&layout, Highlight::Output(2)).is_some());
        for none in [Highlight::Layer(3), Highlight::Layer(0), Highlight::Input(5), Highlight::Output(3)] {
            assert_eq!(place(&layout, none), None);
        }
    }
}
