//! A drawing without a window: the shapes that drawing code leaves, ready to be written as SVG or PNG.

use std::collections::HashMap;

use egui::epaint::{ClippedPrimitive, ClippedShape, ImageData, ImageDelta};
use egui::{ColorImage, Context, Frame, Id, Pos2, RawInput, Rect, TextureId, Theme, Ui, Vec2, ViewportId, pos2, vec2};

use crate::ui::theme;

/// Pixels a point of pictures of pixels; a point is 1/96 inch, so this is 384 dots an inch.
pub(super) const PIXELS_PER_POINT: f32 = 4.0;
/// Room around what is drawn, in points.
const MARGIN: f32 = 12.0;
/// What does not fit in this height is cut off, in points.
const HIGHEST: f32 = 4000.0;
/// Drawing anew until sizes that depend on one another have settled.
const PASSES: u8 = 3;

/// What was drawn.
pub(super) struct Print {
    /// Width and height in points.
    pub size: Vec2,
    /// Of pictures of pixels.
    pub pixels_per_point: f32,
    /// Shapes from back to front, in points.
    pub shapes: Vec<ClippedShape>,
    textures: HashMap<TextureId, ColorImage>,
    context: Context,
}

impl Print {
    /// Draws on white, or on the ground of the dark theme, as wide as said; as high as it comes to.
    pub fn new(width: f32, dark: bool, draw: impl FnMut(&mut Ui)) -> Self {
        Self::at(PIXELS_PER_POINT, width, dark, draw)
    }

    /// The same for so many pixels a point.
    pub fn at(pixels_per_point: f32, width: f32, dark: bool, mut draw: impl FnMut(&mut Ui)) -> Self {
        let context = Context::default();
        theme::install(&context);
        context.set_theme(if dark { Theme::Dark } else { Theme::Light });
        context.data_mut(|data| data.insert_temp(printed(), true));
        let (size, textures) = (vec2(width, 0.0), HashMap::new());
        let mut print = Self { size, pixels_per_point, shapes: Vec::new(), textures, context };
        for pass in 0..PASSES {
            print.pass(f64::from(pass), &mut draw);
        }
        print
    }

    fn pass(&mut self, time: f64, draw: &mut impl FnMut(&mut Ui)) {
        let screen = Rect::from_min_size(Pos2::ZERO, vec2(self.size.x, HIGHEST));
        let mut input = RawInput { screen_rect: Some(screen), time: Some(time), ..RawInput::default() };
        input.viewports.entry(ViewportId::ROOT).or_default().native_pixels_per_point = Some(self.pixels_per_point);
        let width = self.size.x;
        let mut bottom = 0.0;
        let mut output = self.context.clone().run_ui(input, |ui| {
            let frame = Frame::new().inner_margin(MARGIN).show(ui, |ui| {
                ui.set_width(width - 2.0 * MARGIN);
                draw(ui);
            });
            bottom = frame.response.rect.max.y;
        });
        self.size.y = f32::ceil(bottom).clamp(1.0, HIGHEST);
        self.shapes = std::mem::take(&mut output.shapes);
        for (id, deltas) in std::mem::take(&mut output.textures_delta.set) {
            for delta in deltas {
                self.take_texture(id, &delta);
            }
        }
    }

    fn take_texture(&mut self, id: TextureId, delta: &ImageDelta) {
        let ImageData::Color(image) = &delta.image;
        match (delta.pos, self.textures.get_mut(&id)) {
            (Some([left, top]), Some(whole)) => {
                for (row, pixels) in image.pixels.chunks(image.width().max(1)).enumerate() {
                    let start = (top + row) * whole.width() + left;
                    if let Some(place) = whole.pixels.get_mut(start..start + pixels.len()) {
                        place.copy_from_slice(pixels);
                    }
                }
            }
            _ => {
                self.textures.insert(id, (**image).clone());
            }
        }
    }

    /// The pixels of a texture.
    pub fn texture(&self, id: TextureId) -> Option<&ColorImage> {
        self.textures.get(&id)
    }

    /// The same as triangles, in points.
    pub fn triangles(&self) -> Vec<ClippedPrimitive> {
        self.context.tessellate(self.shapes.clone(), self.pixels_per_point)
    }

    /// The ground on which everything is drawn.
    pub fn ground(&self) -> egui::Color32 {
        match self.context.theme() {
            Theme::Dark => theme::Palette::of_theme(true).canvas,
            Theme::Light => egui::Color32::WHITE,
        }
    }

    /// All of it, in points.
    pub fn rect(&self) -> Rect {
        Rect::from_min_size(Pos2::ZERO, self.size)
    }
}

/// Whether something is drawn to be printed, where nobody can point or click.
pub(in crate::ui) fn is_printed(ui: &Ui) -> bool {
    ui.ctx().data(|data| data.get_temp(printed())).unwrap_or(false)
}

fn printed() -> Id {
    Id::unique("printed")
}

/// The colour of a texture between the centres of its pixels; `at` goes from 0 to 1 in both directions.
#[expect(clippy::cast_precision_loss, reason = "sizes of textures")]
pub(super) fn sample(image: &ColorImage, at: Pos2) -> [f32; 4] {
    let axis = |share: f32, cells: usize| {
        let position = (share * cells as f32 - 0.5).clamp(0.0, cells.saturating_sub(1) as f32);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the texture")]
        let first = position as usize;
        (first, (first + 1).min(cells.saturating_sub(1)), position.fract())
    };
    let [width, height] = image.size;
    let ((left, right, a), (top, bottom, b)) = (axis(at.x, width), axis(at.y, height));
    let pixel = |column: usize, row: usize| {
        let color = image.pixels.get(row * width + column).copied().unwrap_or_default();
        color.to_array().map(f32::from)
    };
    let corners = [pixel(left, top), pixel(right, top), pixel(left, bottom), pixel(right, bottom)];
    let shares = [(1.0 - a) * (1.0 - b), a * (1.0 - b), (1.0 - a) * b, a * b];
    std::array::from_fn(|channel| corners.iter().zip(shares).map(|(corner, share)| corner[channel] * share).sum())
}

/// A part of a texture as an image of this many pixels.
#[expect(clippy::cast_precision_loss, reason = "numbers of pixels")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "colours, rounded")]
pub(super) fn resampled(image: &ColorImage, part: Rect, size: [usize; 2]) -> ColorImage {
    let [width, height] = size;
    let pixels = (0..width * height).map(|index| {
        let share =
            vec2((index % width) as f32 + 0.5, (index / width) as f32 + 0.5) / vec2(width as f32, height as f32);
        let at = pos2(part.min.x + share.x * part.width(), part.min.y + share.y * part.height());
        let [red, green, blue, alpha] = sample(image, at).map(|value| value.round() as u8);
        egui::Color32::from_rgba_premultiplied(red, green, blue, alpha)
    });
    ColorImage::new(size, pixels.collect())
}
