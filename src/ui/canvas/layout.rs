//! Where neurons stand.

use std::f32::consts::{PI, TAU};
use std::sync::Arc;

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::column::{Column, count};
use super::curve::Curve;
use super::format::Format;
use super::order::Permutation;
use super::sizes;
use super::zoom::Zoom;
use crate::data::InputShape;
use crate::training::Snapshot;

/// How layers are placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Placement {
    /// One column beside the other.
    #[default]
    Layered,
    /// The same, but inputs stand where their pixels are in the image.
    Image,
    /// All neurons on a circle, layer after layer.
    Circle,
}

impl Placement {
    /// Whether inputs of this shape can be placed so.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn suits(self, shape: InputShape) -> Result<(), &'static str> {
        match (self, shape) {
            (Self::Image, InputShape::Image { .. }) | (Self::Layered | Self::Circle, _) => Ok(()),
            (Self::Image, _) => Err("the inputs are no pixels of an image"),
        }
    }
}

/// Where the neurons of a layered network stand, in points from the canvas's upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub columns: Vec<Column>,
    pub format: Format,
    /// The middle of the circle, where neurons stand on one.
    middle: Option<Pos2>,
    /// Room for the names of the inputs; none where they are not to be read.
    pub names: f32,
    /// Width of the canvas.
    width: f32,
}

/// Neurons can be enlarged until they are so far from one another.
const FARTHEST: f32 = 40.0;
/// The largest pixel of an image, and the largest share of the canvas's width that an image takes.
const LARGEST_PIXEL: f32 = 24.0;
const IMAGE_SHARE: f32 = 0.36;
/// Room around a circle for the names of layers, at the sides and above.
const AROUND: Vec2 = vec2(62.0, 26.0);
/// Between two layers on a circle, in radians.
const GAP: f32 = 0.16;
/// How far a chord is drawn to the middle of the circle.
const BEND: f32 = 0.6;

impl Layout {
    /// Of the neurons of a network in an area of this size, with room for the names of its inputs, if they are known, where
    /// they can be read. What cannot be placed as asked for is placed in columns.
    pub(super) fn of(
        snapshot: &Snapshot,
        area: Vec2,
        (placement, shape): (Placement, InputShape),
        names_known: bool,
        format: Format,
    ) -> Self {
        let sizes = sizes(snapshot);
        let height = area.y - format.top - format.bottom;
        let placement = placement.suits(shape).map_or(Placement::Layered, |()| placement);
        // On an arc names stand farther apart than in a column of the same height.
        let room = if placement == Placement::Circle { 1.3 * height } else { height };
        let has_names = names_known && room / count(sizes[0]) >= format.name_height;
        let names = if has_names { format.name_width } else { 0.0 };
        match (placement, shape) {
            (Placement::Image, InputShape::Image { width, .. }) => Self::image(&sizes, area, width, format),
            (Placement::Circle, _) => Self::circle(&sizes, area, names, format),
            _ => Self::new(&sizes, area, names, format),
        }
    }

    /// Places neurons in columns; `names` is the room for the names of the inputs.
    pub(super) fn new(sizes: &[usize], canvas: Vec2, names: f32, format: Format) -> Self {
        let left = names.max(18.0) + 12.0;
        let columns = (0..sizes.len()).map(|index| column(sizes, index, canvas, left, format)).collect();
        Self { columns, format, middle: None, names, width: canvas.x }
    }

    /// Inputs as the pixels of an image so many pixels wide, all others in columns.
    fn image(sizes: &[usize], canvas: Vec2, width: usize, format: Format) -> Self {
        let height = canvas.y - format.top - format.bottom;
        let rows = sizes[0].div_ceil(width);
        let pixel = (height / count(rows)).min(IMAGE_SHARE * canvas.x / count(width)).min(LARGEST_PIXEL * format.times);
        let image = Column::rows(pos2(18.0, format.top + 0.5 * height), sizes[0], width, pixel);
        let left = image.bounds().max.x;
        let others = (1..sizes.len()).map(|index| column(sizes, index, canvas, left, format));
        let columns = std::iter::once(image).chain(others).collect();
        Self { columns, format, middle: None, names: 0.0, width: canvas.x }
    }

    /// All neurons on a circle: the inputs at the left, the others after them clockwise. A layer has a share of the circle that
    /// grows with the root of its size, so that small ones are seen beside large ones.
    fn circle(sizes: &[usize], canvas: Vec2, names: f32, format: Format) -> Self {
        let height = canvas.y - format.top - format.bottom;
        let room = vec2(0.5 * (canvas.x - names), 0.5 * height) - AROUND * format.times;
        let radius = room.x.min(room.y).max(20.0);
        let middle = pos2(0.5 * (canvas.x + names), format.top + 0.5 * height);
        let gap = GAP.min(PI / count(sizes.len()));
        let roots: f32 = sizes.iter().map(|&neurons| count(neurons).sqrt()).sum();
        let length = |neurons: usize| (TAU - gap * count(sizes.len())) * count(neurons).sqrt() / roots;
        let mut start = PI - 0.5 * length(sizes[0]);
        let columns = sizes.iter().enumerate().map(|(index, &neurons)| {
            let length = length(neurons);
            let about = start + 0.5 * length;
            start += length + gap;
            Column::arc((middle, radius), neurons, (about, length), largest(sizes, index, format))
        });
        Self { columns: columns.collect(), format, middle: Some(middle), names, width: canvas.x }
    }

    /// Sorts the neurons of each column.
    pub(super) fn sorted(mut self, orders: &[Option<Arc<Permutation>>]) -> Self {
        for (column, order) in self.columns.iter_mut().zip(orders) {
            column.sort(order.as_ref());
        }
        self
    }

    /// Puts everything where it is under a zoom.
    pub(super) fn zoom(&mut self, zoom: Zoom) {
        self.columns.iter_mut().for_each(|column| column.zoom(zoom));
        self.middle = self.middle.map(|middle| zoom.apply(middle));
    }

    /// How far it makes sense to zoom in.
    pub(super) fn largest_zoom(&self) -> f32 {
        self.columns.iter().map(|column| FARTHEST / column.pitch).fold(6.0, f32::max)
    }

    /// By which power columns move apart under a zoom: images and circles keep their shape.
    pub(super) fn apart(&self) -> f32 {
        if self.is_circle() || self.is_image() { 1.0 } else { Zoom::APART }
    }

    /// Whether neurons stand on a circle.
    pub(super) fn is_circle(&self) -> bool {
        self.middle.is_some()
    }

    /// Whether inputs stand as the pixels of an image.
    pub(super) fn is_image(&self) -> bool {
        self.columns[0].is_image()
    }

    /// The square of a neuron.
    pub(super) fn neuron(&self, column: usize, neuron: usize) -> Rect {
        let column = &self.columns[column];
        Rect::from_center_size(column.center(neuron), Vec2::splat(column.side))
    }

    /// The line of a connection, from a neuron of a layer's sources to one of its targets.
    pub(super) fn curve(&self, layer: usize, source: usize, target: usize) -> Curve {
        let (from, to) = (&self.columns[layer], &self.columns[layer + 1]);
        let (leave, arrive) = (from.center(source), to.center(target));
        let curve = self.line(leave, arrive);
        match curve.bend {
            None if from.is_image() => Curve { to: arrive - vec2(0.5 * to.side, 0.0), ..curve },
            None => Curve::level(leave + vec2(0.5 * from.side, 0.0), arrive - vec2(0.5 * to.side, 0.0)),
            Some(bend) => {
                let towards = |from: Pos2, side: f32| from + 0.5 * side * (bend - from).normalized();
                Curve { from: towards(leave, from.side), to: towards(arrive, to.side), bend: curve.bend }
            }
        }
    }

    /// The line between two points.
    pub(super) fn line(&self, from: Pos2, to: Pos2) -> Curve {
        Curve { from, to, bend: self.middle.map(|middle| from.lerp(to, 0.5).lerp(middle, BEND)) }
    }

    /// Whether lines of a layer may come near a point.
    pub(super) fn may_pass(&self, layer: usize, point: Pos2) -> bool {
        let (from, to) = (&self.columns[layer], &self.columns[layer + 1]);
        self.is_circle() || (from.bounds().min.x..=to.bounds().max.x).contains(&point.x)
    }

    /// Where something that is said of a layer's connections stands: its middle and its width.
    pub(super) fn below(&self, layer: usize) -> (f32, f32) {
        if self.is_circle() {
            let width = self.width / count(self.columns.len() - 1);
            return ((count(layer) + 0.5) * width, width);
        }
        let (from, to) = (self.columns[layer].bounds(), self.columns[layer + 1].bounds());
        let left = if self.columns[layer].is_image() { from.max.x } else { from.center().x };
        (0.5 * (left + to.center().x), to.center().x - left)
    }

    /// The neuron at a point, as column and number.
    pub(super) fn neuron_at(&self, point: Pos2) -> Option<(usize, usize)> {
        self.columns.iter().enumerate().find_map(|(index, column)| Some((index, column.neuron_at(point)?)))
    }
}

/// A column of neurons, where the first of all columns is at `left`.
fn column(sizes: &[usize], index: usize, canvas: Vec2, left: f32, format: Format) -> Column {
    let last = sizes.len() - 1;
    let right = canvas.x - 0.5 * largest(sizes, last, format) - 34.0;
    let height = canvas.y - format.top - format.bottom;
    let share = count(index) / count(last.max(1));
    Column::down(left + share * (right - left), sizes[index], (format.top, height), largest(sizes, index, format))
}

/// The largest side of a neuron of a column.
fn largest(sizes: &[usize], index: usize, format: Format) -> f32 {
    let side = match index {
        0 => 16.0,
        _ if index + 1 < sizes.len() => 24.0,
        _ if sizes[index] == 1 => 52.0,
        _ => 26.0,
    };
    format.times * side
}

#[cfg(test)]
mod tests {
    use super::super::order::{Order, sorted};
    use super::super::samples::network;
    use super::*;

    const CANVAS: Vec2 = vec2(680.0, 600.0);

    /// All placements of layers of these sizes; the image is 4 pixels wide.
    fn all(sizes: &[usize], format: Format) -> [Layout; 3] {
        let columns = Layout::new(sizes, CANVAS, 60.0, format);
        [columns, Layout::image(sizes, CANVAS, 4, format), Layout::circle(sizes, CANVAS, 60.0, format)]
    }

    #[test]
    fn sorted_and_enlarged_neurons_are_found_where_they_stand() {
        let orders = sorted(&network(), Order::Degree);
        for (index, layout) in all(&[3, 2, 1], Format::DESK).into_iter().enumerate() {
            let whole = Zoom::whole(layout.apart());
            for zoom in [whole, whole.about(pos2(300.0, 200.0), 5.0, 90.0, CANVAS)] {
                let mut layout = layout.clone().sorted(&orders);
                layout.zoom(zoom);
                for (column, neurons) in [3, 2, 1].into_iter().enumerate() {
                    for neuron in 0..neurons {
                        let center = layout.neuron(column, neuron).center();
                        assert_eq!(layout.neuron_at(center), Some((column, neuron)), "{index} {zoom:?}");
                    }
                }
                // Input 1 has most connections; pixels keep their places.
                let heights = [0, 1].map(|input| layout.neuron(0, input).center().y);
                assert_eq!(heights[1] < heights[0], index != 1, "{index} {heights:?}");
            }
        }
    }

    #[test]
    fn every_neuron_is_found_where_it_stands_and_inside_the_canvas() {
        for sizes in [&[16, 24, 12, 1][..], &[64, 256, 256, 10], &[2, 1], &[1000, 3, 3]] {
            for format in [Format::DESK, Format::STAGE] {
                for (index, layout) in all(sizes, format).into_iter().enumerate() {
                    for (column, &neurons) in sizes.iter().enumerate() {
                        for neuron in 0..neurons {
                            let rect = layout.neuron(column, neuron);
                            assert!(Rect::from_min_size(Pos2::ZERO, CANVAS).contains_rect(rect), "{sizes:?} {column}");
                            assert!(layout.columns[column].bounds().expand(2.0).contains(rect.center()), "{index}");
                            let found = layout.neuron_at(rect.center());
                            assert_eq!(found, Some((column, neuron)), "{index} {sizes:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn lines_begin_and_end_at_their_neurons() {
        for (index, layout) in all(&[16, 24, 12, 1], Format::DESK).into_iter().enumerate() {
            for (layer, source, target) in [(0, 0, 23), (0, 15, 0), (1, 7, 11), (2, 3, 0)] {
                let curve = layout.curve(layer, source, target);
                let ends = [(curve.from, layer, source), (curve.to, layer + 1, target)];
                for (end, column, neuron) in ends {
                    let square = layout.neuron(column, neuron).expand(0.1);
                    assert!(square.contains(end), "{index}: {end:?} {square:?}");
                }
                assert!(layout.may_pass(layer, curve.middle()));
                assert!(index == 2 || curve.from.x < curve.to.x, "from left to right");
            }
        }
    }

    #[test]
    fn pixels_stand_as_in_the_image_and_square() {
        let layout = Layout::image(&[12, 3, 1], CANVAS, 4, Format::DESK);
        let at = |pixel: usize| layout.neuron(0, pixel).center();
        let pitch = layout.columns[0].pitch;
        // Rows of four: pixel 6 is the third of the second row.
        assert!((at(6) - at(0) - pitch * vec2(2.0, 1.0)).length() < 1e-3);
        assert!((at(11) - at(0) - pitch * vec2(3.0, 2.0)).length() < 1e-3);
        assert!(layout.columns[0].bounds().max.x < layout.columns[1].bounds().min.x);
    }

    #[test]
    fn on_a_circle_all_are_as_far_from_the_middle_and_layers_apart() {
        let layout = Layout::circle(&[16, 24, 12, 1], CANVAS, 60.0, Format::DESK);
        let middle = layout.middle.expect("a circle");
        let centers = (0..4).flat_map(|column| {
            let layout = &layout;
            (0..layout.columns[column].neurons).map(move |neuron| layout.neuron(column, neuron).center())
        });
        let centers: Vec<Pos2> = centers.collect();
        let radius = (centers[0] - middle).length();
        assert!(centers.iter().all(|center| ((*center - middle).length() - radius).abs() < 1e-2));
        let apart = |a: usize, b: usize| (centers[a] - centers[b]).length();
        assert!((0..53).all(|a| (0..a).all(|b| apart(a, b) > 4.0)), "no two share a place");
        // The first input is above the last, at the left of the middle.
        assert!(centers[0].y < centers[15].y && centers[..16].iter().all(|center| center.x < middle.x));
    }
}
