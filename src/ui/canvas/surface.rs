//! What a network is drawn on: pixels for the window, shapes for print.

use egui::epaint::CubicBezierShape;
use egui::{Color32, ColorImage, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, TextureHandle};
use egui::{TextureOptions, Vec2, pos2, vec2};

use super::curve::Curve;
use super::raster::Pen;

/// Something to draw on.
pub(super) trait Surface {
    /// Draws a curve.
    fn curve(&mut self, curve: &Curve, pen: Pen);

    /// Fills a rectangle.
    fn fill(&mut self, rect: Rect, color: Color32, opacity: f32);

    /// A frame `width` wide inside a rectangle.
    fn frame(&mut self, rect: Rect, width: f32, color: Color32);

    /// A disc.
    fn disc(&mut self, at: Pos2, radius: f32, color: Color32, opacity: f32);

    /// A straight line between two points, for small marks.
    fn segment(&mut self, from: Pos2, to: Pos2, width: f32, color: Color32, opacity: f32);

    /// Fills a rectangle with a picture of `columns` cells a row; `smooth` blends between cells.
    fn picture(&mut self, rect: Rect, columns: usize, rows: usize, smooth: bool, color: impl Fn(usize) -> Color32);
}

/// Shapes, which keep their edges at any size.
pub(super) struct Shapes<'a> {
    painter: Painter,
    /// From the corner of the canvas.
    offset: Vec2,
    /// Pictures, which are needed until the shapes are written.
    textures: &'a mut Vec<TextureHandle>,
}

impl<'a> Shapes<'a> {
    pub(super) fn new(painter: Painter, offset: Vec2, textures: &'a mut Vec<TextureHandle>) -> Self {
        Self { painter, offset, textures }
    }
}

impl Surface for Shapes<'_> {
    fn curve(&mut self, curve: &Curve, pen: Pen) {
        let stroke = Stroke::new(pen.width, pen.color.gamma_multiply(pen.opacity));
        if stroke.is_empty() {
            return;
        }
        if let Some((dash, gap)) = pen.dash {
            self.painter.extend(Shape::dashed_line(&curve.points(self.offset), stroke, dash, gap));
            return;
        }
        let Curve { from, to, bend } = curve.moved(self.offset);
        // A level curve is a cubic whose control points divide its width in three; those of a quadratic lie at two thirds of
        // the ways to its own.
        let third = (to.x - from.x) / 3.0;
        let points = match bend {
            None => [from, pos2(from.x + third, from.y), pos2(to.x - third, to.y), to],
            Some(bend) => [from, from.lerp(bend, 2.0 / 3.0), to.lerp(bend, 2.0 / 3.0), to],
        };
        self.painter.add(CubicBezierShape::from_points_stroke(points, false, Color32::TRANSPARENT, stroke));
    }

    fn fill(&mut self, rect: Rect, color: Color32, opacity: f32) {
        let color = color.gamma_multiply(opacity);
        self.painter.rect_filled(rect.translate(self.offset), CornerRadius::ZERO, color);
    }

    fn frame(&mut self, rect: Rect, width: f32, color: Color32) {
        let stroke = Stroke::new(width, color);
        self.painter.rect_stroke(rect.translate(self.offset), CornerRadius::ZERO, stroke, StrokeKind::Inside);
    }

    fn disc(&mut self, at: Pos2, radius: f32, color: Color32, opacity: f32) {
        self.painter.circle_filled(at + self.offset, radius, color.gamma_multiply(opacity));
    }

    fn segment(&mut self, from: Pos2, to: Pos2, width: f32, color: Color32, opacity: f32) {
        let stroke = Stroke::new(width, color.gamma_multiply(opacity));
        self.painter.line_segment([from + self.offset, to + self.offset], stroke);
    }

    fn picture(&mut self, rect: Rect, columns: usize, rows: usize, smooth: bool, color: impl Fn(usize) -> Color32) {
        // Cells that do not blend are made of so many pixels that none of them reaches into its neighbour.
        let times = if smooth { 1 } else { 8 };
        let (width, height) = (columns * times, rows * times);
        let cell = |pixel: usize| pixel / width / times * columns + pixel % width / times;
        let image = ColorImage::new([width, height], (0..width * height).map(|pixel| color(cell(pixel))).collect());
        let texture = self.painter.ctx().load_texture("neuron", image, TextureOptions::LINEAR);
        let whole = Rect::from_min_size(Pos2::ZERO, vec2(1.0, 1.0));
        self.painter.image(texture.id(), rect.translate(self.offset), whole, Color32::WHITE);
        self.textures.push(texture);
    }
}
