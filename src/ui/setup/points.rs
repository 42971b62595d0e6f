//! Points of the plane, each class with a colour and a shape of its own.

use egui::epaint::{CircleShape, RectShape};
use egui::{CornerRadius, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};

use crate::data::{Dataset, PLANE};
use crate::ui::theme::Palette;

/// Points drawn at most.
const MOST_POINTS: usize = 400;

/// The points of a 2-D set.
pub(in crate::ui) fn points(rect: Rect, data: &Dataset, palette: &Palette, radius: f32) -> impl Iterator<Item = Shape> {
    (0..data.samples().min(MOST_POINTS)).filter_map(move |sample| {
        let [x, y, ..] = data.sample(sample)[..] else { return None };
        Some(point(place(rect, x, y), data.labels()[sample] as usize, palette, radius))
    })
}

/// Where a point of the plane lies in a picture of it.
pub(super) fn place(rect: Rect, x: f32, y: f32) -> Pos2 {
    pos2(rect.center().x + 0.5 * rect.width() * x / PLANE, rect.center().y - 0.5 * rect.height() * y / PLANE)
}

/// One point: class 0 is a square, then come a disc, triangles up and down, a rhombus and a cross.
pub(super) fn point(at: Pos2, class: usize, palette: &Palette, radius: f32) -> Shape {
    // Large points lie on the decision boundary's colours, which are theirs too.
    let outline = if radius > 2.0 { Stroke::new(1.0, palette.zero) } else { Stroke::NONE };
    let color = palette.class(class);
    let polygon = |offsets: &[(f32, f32)]| {
        let corners = offsets.iter().map(|&(x, y)| at + 1.3 * radius * Vec2::new(x, y)).collect();
        Shape::convex_polygon(corners, color, outline)
    };
    match class {
        0 => {
            let square = Rect::from_center_size(at, vec2(1.8 * radius, 1.8 * radius));
            Shape::Rect(RectShape::new(square, CornerRadius::ZERO, color, outline, StrokeKind::Outside))
        }
        1 => Shape::Circle(CircleShape { center: at, radius, fill: color, stroke: outline }),
        2 => polygon(&[(0.0, -1.0), (0.9, 0.7), (-0.9, 0.7)]),
        3 => polygon(&[(-0.9, -0.7), (0.9, -0.7), (0.0, 1.0)]),
        4 => polygon(&[(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]),
        _ => {
            let arm = radius * vec2(0.9, 0.9);
            let line = |arm: Vec2| Shape::line_segment([at - arm, at + arm], Stroke::new(0.7 * radius, color));
            Shape::Vec(vec![line(arm), line(vec2(arm.x, -arm.y))])
        }
    }
}
