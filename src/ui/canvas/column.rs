//! Where the neurons of one layer stand.

use std::f32::consts::PI;
use std::sync::Arc;

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::order::Permutation;
use super::zoom::Zoom;

/// One layer of neurons, the inputs' first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    /// Side of a neuron's square.
    pub side: f32,
    /// Distance from one neuron to the next.
    pub pitch: f32,
    pub neurons: usize,
    line: Line,
    /// How the neurons are sorted, if not by number.
    order: Option<Arc<Permutation>>,
}

/// How neurons follow one another.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Line {
    /// Downwards, from the first.
    Down { first: Pos2 },
    /// Row by row, as the pixels of an image, from the first; so many a row.
    Rows { first: Pos2, width: usize },
    /// Along a circle, from the first at an angle; so far (in radians) from one to the next.
    Arc { center: Pos2, radius: f32, first: f32, step: f32 },
}

/// A step of the keyboard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Way {
    Up,
    Down,
    Left,
    Right,
}

/// The largest side of an enlarged neuron.
const LARGEST: f32 = 150.0;
/// Share of the way to the next neuron that a neuron takes.
const FILLED: f32 = 0.8;
/// Room between large neurons at most.
const APART: f32 = 22.0;

impl Column {
    /// One below the other between heights, as large as `largest` at most.
    pub(super) fn down(x: f32, neurons: usize, (above, height): (f32, f32), largest: f32) -> Self {
        let pitch = (height / count(neurons)).min(largest + APART);
        let first = pos2(x, above + 0.5 * (height - pitch * (count(neurons) - 1.0)));
        Self::new(neurons, pitch, largest, Line::Down { first })
    }

    /// As the pixels of an image; the middle of its left edge is at `left`. What is no pixel follows in rows below.
    pub(super) fn rows(left: Pos2, neurons: usize, width: usize, pitch: f32) -> Self {
        let rows = neurons.div_ceil(width);
        let first = left + vec2(0.5 * pitch, -0.5 * pitch * (count(rows) - 1.0));
        Self::new(neurons, pitch, f32::INFINITY, Line::Rows { first, width })
    }

    /// On an arc about an angle, so many radians long; from above where it has an upper end, else from the left.
    pub(super) fn arc(circle: (Pos2, f32), neurons: usize, (middle, length): (f32, f32), largest: f32) -> Self {
        let (center, radius) = circle;
        let step = (length / count(neurons)).min((largest + APART) / radius);
        // Angles grow clockwise: to the right of the middle downwards, and above it to the right.
        let (sin, cos) = middle.sin_cos();
        let is_clockwise = if cos.abs() > 0.7 { cos > 0.0 } else { sin < 0.0 };
        let step = if is_clockwise { step } else { -step };
        let first = middle - 0.5 * step * (count(neurons) - 1.0);
        Self::new(neurons, radius * step.abs(), largest, Line::Arc { center, radius, first, step })
    }

    fn new(neurons: usize, pitch: f32, largest: f32, line: Line) -> Self {
        let side = (FILLED * pitch).min(largest).max(0.6);
        Self { side, pitch, neurons, line, order: None }
    }

    /// Sorts the neurons; pixels stay where they are.
    pub(super) fn sort(&mut self, order: Option<&Arc<Permutation>>) {
        if !self.is_image() {
            self.order = order.cloned();
        }
    }

    /// Puts everything where it is under a zoom.
    pub(super) fn zoom(&mut self, zoom: Zoom) {
        let times = zoom.scale().y;
        match &mut self.line {
            Line::Down { first } | Line::Rows { first, .. } => *first = zoom.apply(*first),
            Line::Arc { center, radius, .. } => {
                *center = zoom.apply(*center);
                *radius *= times;
            }
        }
        self.pitch *= times;
        self.side = (self.side * times).min(LARGEST.max(self.side));
    }

    /// Whether the neurons are pixels, side by side.
    pub(super) fn is_image(&self) -> bool {
        matches!(self.line, Line::Rows { .. })
    }

    /// The middle of a neuron.
    pub(super) fn center(&self, neuron: usize) -> Pos2 {
        let place = self.place(neuron);
        match self.line {
            Line::Down { first } => pos2(first.x, first.y + self.pitch * count(place)),
            Line::Rows { first, width } => first + self.pitch * vec2(count(place % width), count(place / width)),
            Line::Arc { center, radius, first, step } => on_circle(center, radius, first + step * count(place)),
        }
    }

    /// A point between the beginning of the column (0) and its end (1), where lines to the right leave or arrive.
    pub(super) fn at_share(&self, share: f32) -> Pos2 {
        match self.line {
            Line::Down { first } => pos2(first.x, first.y + self.pitch * (share * count(self.neurons) - 0.5)),
            Line::Rows { .. } => {
                let bounds = self.bounds();
                pos2(bounds.max.x, bounds.min.y + share * bounds.height())
            }
            Line::Arc { center, radius, first, step } => {
                on_circle(center, radius, first + step * (share * count(self.neurons) - 0.5))
            }
        }
    }

    /// Where the name of the layer stands: for an arc outside it, by the direction from the centre; else its middle.
    pub(super) fn outward(&self) -> Option<Vec2> {
        let Line::Arc { center, .. } = self.line else { return None };
        Some((self.at_share(0.5) - center).normalized())
    }

    /// What holds all neurons.
    pub(super) fn bounds(&self) -> Rect {
        let whole = |neurons: &mut dyn Iterator<Item = usize>| {
            neurons.fold(Rect::NOTHING, |bounds, place| {
                bounds.union(Rect::from_center_size(self.center(self.at_place(place)), Vec2::splat(self.side)))
            })
        };
        match self.line {
            Line::Rows { width, .. } => {
                let end = (width - 1).min(self.neurons - 1);
                whole(&mut [0, end, self.neurons - 1].into_iter()).expand(0.5 * (self.pitch - self.side))
            }
            Line::Down { .. } => whole(&mut [0, self.neurons - 1].into_iter()),
            // An arc bulges between its ends; a few places are enough to hold it.
            Line::Arc { .. } => {
                whole(&mut (0..self.neurons).step_by(self.neurons.div_ceil(64)).chain([self.neurons - 1]))
            }
        }
    }

    /// The neuron at a point.
    pub(super) fn neuron_at(&self, point: Pos2) -> Option<usize> {
        let reach = 0.5 * self.side.max(8.0);
        // Along the line, in neurons from the first.
        let position = match self.line {
            Line::Down { first } => {
                if (point.x - first.x).abs() > reach {
                    return None;
                }
                (point.y - first.y) / self.pitch
            }
            Line::Rows { first, width } => {
                let cell = (point - first) / self.pitch;
                let (column, row) = (nearest(cell.x), nearest(cell.y));
                // A canvas may have no room at all, so that a point is endlessly far away.
                let pixel = row.saturating_mul(width).saturating_add(column);
                let is_inside = cell.x > -0.5 && cell.y > -0.5 && column < width && pixel < self.neurons;
                return is_inside.then_some(pixel);
            }
            Line::Arc { center, radius, first, step } => {
                let out = point - center;
                if (out.length() - radius).abs() > reach {
                    return None;
                }
                // The angle from the middle of the arc, the shorter way round.
                let middle = 0.5 * (count(self.neurons) - 1.0);
                let turn = (out.angle() - first - step * middle + PI).rem_euclid(2.0 * PI) - PI;
                turn / step + middle
            }
        };
        let place = nearest(position).min(self.neurons - 1);
        let is_near = (position - count(place)).abs() * self.pitch <= 0.5 * self.side.max(self.pitch.min(8.0));
        is_near.then(|| self.at_place(place))
    }

    /// The neuron beside another; nothing where there is none in that way, and to the left and right of a single column.
    pub(super) fn beside(&self, neuron: usize, way: Way) -> Option<usize> {
        let place = self.place(neuron);
        let beside = match (self.line, way) {
            (Line::Rows { width, .. }, Way::Up) => place.checked_sub(width),
            (Line::Rows { width, .. }, Way::Down) => Some(place + width),
            (Line::Rows { width, .. }, Way::Left) => place.checked_sub(1).filter(|_| !place.is_multiple_of(width)),
            (Line::Rows { width, .. }, Way::Right) => Some(place + 1).filter(|place| !place.is_multiple_of(width)),
            (_, Way::Up) => place.checked_sub(1),
            (_, Way::Down) => Some(place + 1),
            (_, Way::Left | Way::Right) => None,
        };
        beside.filter(|&place| place < self.neurons).map(|place| self.at_place(place))
    }

    /// The neuron by which one enters the column from another one: the one of the same number, or of an image the last of
    /// the row at the same height.
    pub(super) fn entered(&self, neuron: usize, height: f32) -> usize {
        match self.line {
            Line::Rows { first, width } => {
                let rows = self.neurons.div_ceil(width);
                let row = nearest((height - first.y) / self.pitch).min(rows - 1);
                ((row + 1) * width).min(self.neurons) - 1
            }
            _ => neuron.min(self.neurons - 1),
        }
    }

    /// The neuron's place from the beginning.
    pub(super) fn place(&self, neuron: usize) -> usize {
        self.order.as_ref().map_or(neuron, |order| order.place(neuron))
    }

    fn at_place(&self, place: usize) -> usize {
        self.order.as_ref().map_or(place, |order| order.neuron(place))
    }
}

fn on_circle(center: Pos2, radius: f32, angle: f32) -> Pos2 {
    center + radius * Vec2::angled(angle)
}

/// The nearest whole number from 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a neuron on screen")]
fn nearest(position: f32) -> usize {
    position.round().max(0.0) as usize
}

#[expect(clippy::cast_precision_loss, reason = "a number of neurons")]
pub(super) fn count(number: usize) -> f32 {
    number as f32
}
