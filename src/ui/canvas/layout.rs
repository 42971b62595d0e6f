//! Where neurons stand.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::look::Look;

/// Where the neurons of a layered network stand, in points from the canvas's upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub columns: Vec<Column>,
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
}

impl Layout {
    /// Places neurons in columns; `names` is the room for the names of the inputs.
    pub(super) fn new(sizes: &[usize], canvas: Vec2, names: f32, look: &Look) -> Self {
        let last = sizes.len() - 1;
        let largest_output = look.times * if sizes[last] == 1 { 52.0 } else { 26.0 };
        let left = names + 12.0;
        let right = canvas.x - 0.5 * largest_output - 34.0;
        let height = canvas.y - look.top - look.bottom;
        let columns = sizes.iter().enumerate().map(|(index, &neurons)| {
            let share = count(index) / count(last.max(1));
            let largest = match index {
                0 => 16.0 * look.times,
                _ if index == last => largest_output,
                _ => 24.0 * look.times,
            };
            Column::new(left + share * (right - left), neurons, look.top, height, largest)
        });
        Self { columns: columns.collect() }
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
            let neuron = (nearest as usize).min(column.neurons - 1);
            let near = (column.center(neuron).y - point.y).abs() <= 0.5 * column.side.max(column.pitch.min(8.0));
            near.then_some((index, neuron))
        })
    }
}

impl Column {
    fn new(x: f32, neurons: usize, above: f32, height: f32, largest: f32) -> Self {
        let pitch = (height / count(neurons)).min(largest + 22.0);
        let side = (0.8 * pitch).min(largest).max(0.6);
        let top = above + 0.5 * (height - pitch * (count(neurons) - 1.0));
        Self { x, side, pitch, top, neurons }
    }

    pub(super) fn center(&self, neuron: usize) -> Pos2 {
        pos2(self.x, self.top + self.pitch * count(neuron))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of neurons")]
fn count(number: usize) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_neuron_is_found_where_it_stands_and_inside_the_canvas() {
        for sizes in [&[16, 24, 12, 1][..], &[64, 256, 256, 10], &[2, 1], &[1000, 3, 3]] {
            for look in [Look::DESK, Look::STAGE] {
                let canvas = vec2(680.0, 600.0);
                let layout = Layout::new(sizes, canvas, 60.0, &look);
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
