//! Where neurons stand.

use std::sync::Arc;

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::format::Format;
use super::order::Permutation;
use super::sizes;
use super::zoom::Zoom;
use crate::training::Snapshot;

/// Where the neurons of a layered network stand, in points from the canvas's upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub columns: Vec<Column>,
    pub format: Format,
}

/// One layer of neurons, the inputs' first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub x: f32,
    /// Side of a neuron's square.
    pub side: f32,
    /// Distance from one neuron to the next.
    pub pitch: f32,
    top: f32,
    pub neurons: usize,
    /// How the neurons are sorted, if not by number.
    order: Option<Arc<Permutation>>,
}

/// The largest side of an enlarged neuron.
const LARGEST: f32 = 150.0;
/// Neurons can be enlarged until they are so far from one another.
const FARTHEST: f32 = 40.0;

impl Layout {
    /// Of the neurons of a network in an area of this size, with room for the names of its inputs, if they are known, where
    /// they can be read.
    pub(super) fn of(snapshot: &Snapshot, area: Vec2, names_known: bool, format: Format) -> Self {
        let sizes = sizes(snapshot);
        let height = area.y - format.top - format.bottom;
        let has_names = names_known && height / count(sizes[0]) >= format.name_height;
        Self::new(&sizes, area, if has_names { format.name_width } else { 18.0 }, format)
    }

    /// Places neurons in columns; `names` is the room for the names of the inputs.
    pub(super) fn new(sizes: &[usize], canvas: Vec2, names: f32, format: Format) -> Self {
        let last = sizes.len() - 1;
        let largest_output = format.times * if sizes[last] == 1 { 52.0 } else { 26.0 };
        let left = names + 12.0;
        let right = canvas.x - 0.5 * largest_output - 34.0;
        let height = canvas.y - format.top - format.bottom;
        let columns = sizes.iter().enumerate().map(|(index, &neurons)| {
            let share = count(index) / count(last.max(1));
            let largest = match index {
                0 => 16.0 * format.times,
                _ if index == last => largest_output,
                _ => 24.0 * format.times,
            };
            Column::new(left + share * (right - left), neurons, (format.top, height), largest)
        });
        Self { columns: columns.collect(), format }
    }

    /// Sorts the neurons of each column.
    pub(super) fn sorted(mut self, orders: &[Option<Arc<Permutation>>]) -> Self {
        for (column, order) in self.columns.iter_mut().zip(orders) {
            column.order.clone_from(order);
        }
        self
    }

    /// Puts everything where it is under a zoom.
    pub(super) fn zoom(&mut self, zoom: Zoom) {
        for column in &mut self.columns {
            let first = zoom.apply(pos2(column.x, column.top));
            (column.x, column.top) = (first.x, first.y);
            column.pitch *= zoom.scale().y;
            column.side = (column.side * zoom.scale().y).min(LARGEST.max(column.side));
        }
    }

    /// How far it makes sense to zoom in.
    pub(super) fn largest_zoom(&self) -> f32 {
        self.columns.iter().map(|column| FARTHEST / column.pitch).fold(6.0, f32::max)
    }

    /// The square of a neuron.
    pub(super) fn neuron(&self, column: usize, neuron: usize) -> Rect {
        let column = &self.columns[column];
        Rect::from_center_size(column.center(neuron), Vec2::splat(column.side))
    }

    /// Where connections from a layer of sources to the next leave and arrive.
    pub(super) fn ends(&self, layer: usize, source: usize, target: usize) -> (Pos2, Pos2) {
        let (from, to) = (&self.columns[layer], &self.columns[layer + 1]);
        let leave = from.center(source) + vec2(0.5 * from.side, 0.0);
        (leave, to.center(target) - vec2(0.5 * to.side, 0.0))
    }

    /// The neuron at a point, as column and number.
    pub(super) fn neuron_at(&self, point: Pos2) -> Option<(usize, usize)> {
        self.columns.iter().enumerate().find_map(|(index, column)| {
            let reach = 0.5 * column.side.max(8.0);
            if (point.x - column.x).abs() > reach {
                return None;
            }
            let nearest = ((point.y - column.top) / column.pitch).round().max(0.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a neuron on screen")]
            let place = (nearest as usize).min(column.neurons - 1);
            let neuron = column.order.as_ref().map_or(place, |order| order.neuron(place));
            let near = (column.center(neuron).y - point.y).abs() <= 0.5 * column.side.max(column.pitch.min(8.0));
            near.then_some((index, neuron))
        })
    }
}

impl Column {
    fn new(x: f32, neurons: usize, (above, height): (f32, f32), largest: f32) -> Self {
        let pitch = (height / count(neurons)).min(largest + 22.0);
        let side = (0.8 * pitch).min(largest).max(0.6);
        let top = above + 0.5 * (height - pitch * (count(neurons) - 1.0));
        Self { x, side, pitch, top, neurons, order: None }
    }

    pub(super) fn center(&self, neuron: usize) -> Pos2 {
        pos2(self.x, self.top + self.pitch * count(self.place(neuron)))
    }

    /// A point between the upper end of the column (0) and the lower (1).
    pub(super) fn at_share(&self, share: f32) -> Pos2 {
        pos2(self.x, self.top + self.pitch * (share * count(self.neurons) - 0.5))
    }

    /// The neuron's place from above.
    pub(super) fn place(&self, neuron: usize) -> usize {
        self.order.as_ref().map_or(neuron, |order| order.place(neuron))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of neurons")]
fn count(number: usize) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::super::order::{Order, sorted};
    use super::super::samples::network;
    use super::*;

    #[test]
    fn sorted_and_enlarged_neurons_are_found_where_they_stand() {
        let canvas = vec2(680.0, 600.0);
        let orders = sorted(&network(), Order::Degree);
        for zoom in [Zoom::WHOLE, Zoom::WHOLE.about(pos2(300.0, 200.0), 5.0, 90.0, canvas)] {
            let mut layout = Layout::new(&[3, 2, 1], canvas, 60.0, Format::DESK).sorted(&orders);
            layout.zoom(zoom);
            for (column, neurons) in [3, 2, 1].into_iter().enumerate() {
                for neuron in 0..neurons {
                    let center = layout.neuron(column, neuron).center();
                    assert_eq!(layout.neuron_at(center), Some((column, neuron)), "{zoom:?}");
                }
            }
            // Input 1 has most connections.
            assert!(layout.neuron(0, 1).center().y < layout.neuron(0, 0).center().y);
        }
    }

    #[test]
    fn every_neuron_is_found_where_it_stands_and_inside_the_canvas() {
        for sizes in [&[16, 24, 12, 1][..], &[64, 256, 256, 10], &[2, 1], &[1000, 3, 3]] {
            for format in [Format::DESK, Format::STAGE] {
                let canvas = vec2(680.0, 600.0);
                let layout = Layout::new(sizes, canvas, 60.0, format);
                for (column, &neurons) in sizes.iter().enumerate() {
                    for neuron in 0..neurons {
                        let rect = layout.neuron(column, neuron);
                        assert!(Rect::from_min_size(Pos2::ZERO, canvas).contains_rect(rect), "{sizes:?} {column}");
                        assert_eq!(layout.neuron_at(rect.center()), Some((column, neuron)), "{sizes:?}");
                    }
                }
            }
        }
    }
}
