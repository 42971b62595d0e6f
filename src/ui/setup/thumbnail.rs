//! A small picture of a data set.

use std::sync::{Arc, Weak};

use egui::emath::GuiRounding as _;
use egui::{Color32, Mesh, Painter, Rect, Shape, vec2};

use super::points::points;
use crate::data::{Dataset, InputShape, Split};
use crate::ui::theme::Palette;

/// The picture, drawn anew where there are other data or other colours, or where it has moved.
#[derive(Debug, Default)]
pub(super) struct Thumbnail {
    shown: Option<Shown>,
    shapes: Vec<Shape>,
}

#[derive(Debug)]
struct Shown {
    data: Weak<Split>,
    is_dark: bool,
    rect: Rect,
    /// A point.
    pixels: f32,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        self.data.ptr_eq(&other.data)
            && (self.is_dark, self.rect, self.pixels) == (other.is_dark, other.rect, other.pixels)
    }
}

impl Thumbnail {
    /// Shows points, or some images.
    pub(super) fn show(&mut self, painter: &Painter, rect: Rect, data: &Arc<Split>, palette: &Palette) {
        let pixels = painter.pixels_per_point();
        let shown = Some(Shown { data: Arc::downgrade(data), is_dark: palette.dark, rect, pixels });
        if self.shown != shown {
            self.shown = shown;
            self.shapes = match data.train.shape() {
                InputShape::Plane => squares_together(points(rect, &data.train, palette, 1.6), pixels),
                InputShape::Image { width, height } => vec![images(rect, &data.train, (width, height), palette)],
                InputShape::Table => Vec::new(),
            };
        }
        painter.extend(self.shapes.iter().cloned());
    }
}

/// The same with all squares as one shape: one by one they would be a good part of what a frame takes.
fn squares_together(marks: impl Iterator<Item = Shape>, pixels: f32) -> Vec<Shape> {
    let mut squares = Mesh::default();
    let mut shapes = Vec::new();
    for mark in marks {
        match mark {
            Shape::Rect(square) => squares.add_colored_rect(square.rect.round_to_pixels(pixels), square.fill),
            other => shapes.push(other),
        }
    }
    shapes.push(squares.into());
    shapes
}

/// The first images: sixteen small ones, or four.
fn images(rect: Rect, data: &Dataset, (width, height): (usize, usize), palette: &Palette) -> Shape {
    // More points of an image than these have no room.
    const MOST: usize = 32;
    let (wide, high) = (width.min(MOST), height.min(MOST));
    let across = if wide.max(high) > 16 { 2 } else { 4 };
    let mut mesh = Mesh::default();
    #[expect(clippy::cast_precision_loss, reason = "a small number of cells")]
    let cell = vec2(rect.width() / (across * (wide + 1)) as f32, rect.height() / (across * (high + 1)) as f32);
    for image in 0..(across * across).min(data.samples()) {
        let (left, top) = (image % across * (wide + 1), image / across * (high + 1));
        let pixels = data.sample(image);
        for (x, y) in (0..high).flat_map(|y| (0..wide).map(move |x| (x, y))) {
            #[expect(clippy::cast_precision_loss, reason = "a small number of cells")]
            let at = rect.min + vec2((left + x) as f32 * cell.x, (top + y) as f32 * cell.y);
            let value = pixels[y * height / high * width + x * width / wide];
            let color: Color32 = palette.canvas.lerp_to_gamma(palette.text, value.clamp(0.0, 1.0));
            mesh.add_colored_rect(Rect::from_min_size(at, cell), color);
        }
    }
    mesh.into()
}
