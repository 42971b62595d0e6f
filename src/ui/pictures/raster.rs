//! Triangles to pixels, without a GPU: what egui would have the GPU do.

use egui::epaint::{Primitive, Vertex, WHITE_UV};
use egui::{Color32, ColorImage, Mesh, Pos2, Rect, TextureId};

use super::print::{Print, sample};

/// Draws a print as pixels. Triangles come with soft edges, so nothing else is needed to have no stairs.
pub(super) fn draw(print: &Print) -> ColorImage {
    let size = print.size * print.pixels_per_point;
    let mut canvas = Canvas::new([index(size.x.ceil()).max(1), index(size.y.ceil()).max(1)], print.ground());
    for clipped in print.triangles() {
        // Nothing that is printed paints by itself.
        let Primitive::Mesh(mesh) = clipped.primitive else { continue };
        let texture = print.texture(mesh.texture_id);
        canvas.mesh(&mesh, print.pixels_per_point, clipped.clip_rect * print.pixels_per_point, texture);
    }
    canvas.into_image()
}

/// An opaque picture under construction, each channel from 0 to 255.
struct Canvas {
    size: [usize; 2],
    pixels: Vec<[f32; 3]>,
}

/// A vertex in pixels, with the coordinates in its texture and its colour.
#[derive(Clone, Copy)]
struct Corner {
    at: Pos2,
    uv: Pos2,
    color: [f32; 4],
}

impl Corner {
    fn new(vertex: &Vertex, scale: f32) -> Self {
        let at = (vertex.pos.to_vec2() * scale).to_pos2();
        Self { at, uv: vertex.uv, color: vertex.color.to_array().map(f32::from) }
    }
}

impl Canvas {
    fn new(size: [usize; 2], ground: Color32) -> Self {
        let [red, green, blue, _] = ground.to_array().map(f32::from);
        Self { size, pixels: vec![[red, green, blue]; size[0] * size[1]] }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "channels, rounded")]
    fn into_image(self) -> ColorImage {
        let color = |pixel: &[f32; 3]| {
            let [red, green, blue] = pixel.map(|value| value.round() as u8);
            Color32::from_rgb(red, green, blue)
        };
        ColorImage::new(self.size, self.pixels.iter().map(color).collect())
    }

    fn mesh(&mut self, mesh: &Mesh, scale: f32, clip: Rect, texture: Option<&ColorImage>) {
        let is_font = mesh.texture_id == TextureId::default();
        for triangle in mesh.indices.as_chunks::<3>().0 {
            let corners =
                triangle.map(|index| mesh.vertices.get(index as usize).map(|vertex| Corner::new(vertex, scale)));
            let [Some(a), Some(b), Some(c)] = corners else { continue };
            // Most triangles have a plain colour; the font's texture is white where they point.
            let is_plain = is_font && [a, b, c].iter().all(|corner| corner.uv == WHITE_UV);
            self.triangle([a, b, c], clip, texture.filter(|_| !is_plain));
        }
    }

    /// Covers the pixels whose centres lie inside. A centre on an edge belongs to the triangle at its right or under it,
    /// so that neighbours neither overlap nor leave gaps.
    fn triangle(&mut self, corners: [Corner; 3], clip: Rect, texture: Option<&ColorImage>) {
        let [a, b, c] = corners.map(|corner| corner.at);
        let area = (b - a).x * (c - a).y - (b - a).y * (c - a).x;
        if area == 0.0 || !area.is_finite() {
            return;
        }
        let top = a.y.min(b.y).min(c.y).max(clip.min.y);
        let bottom = a.y.max(b.y).max(c.y).min(clip.max.y);
        for row in first_center(top)..first_center(bottom).min(self.size[1]) {
            let y = center(row);
            let crossings = [(a, b), (b, c), (c, a)].into_iter().filter_map(|(from, to)| crossing(from, to, y));
            let (left, right) = crossings.fold((f32::MAX, f32::MIN), |(low, high), x| (low.min(x), high.max(x)));
            for column in first_center(left.max(clip.min.x))..first_center(right.min(clip.max.x)).min(self.size[0]) {
                let point = Pos2::new(center(column), y);
                let share =
                    |from: Pos2, to: Pos2| ((to - from).x * (point - from).y - (to - from).y * (point - from).x) / area;
                let shares = [share(b, c), share(c, a), share(a, b)].map(|share| share.clamp(0.0, 1.0));
                self.blend(column, row, color(&corners, shares, texture));
            }
        }
    }

    fn blend(&mut self, column: usize, row: usize, [red, green, blue, alpha]: [f32; 4]) {
        let pixel = &mut self.pixels[row * self.size[0] + column];
        let through = 1.0 - alpha / 255.0;
        for (old, new) in pixel.iter_mut().zip([red, green, blue]) {
            *old = (new + *old * through).clamp(0.0, 255.0);
        }
    }
}

/// The colour at a point of a triangle, by the shares of its corners; multiplied by its opacity.
fn color(corners: &[Corner; 3], shares: [f32; 3], texture: Option<&ColorImage>) -> [f32; 4] {
    let mixed: [f32; 4] =
        std::array::from_fn(|channel| corners.iter().zip(shares).map(|(corner, s)| corner.color[channel] * s).sum());
    let Some(texture) = texture else { return mixed };
    let uv = corners.iter().zip(shares).fold(Pos2::ZERO, |sum, (corner, s)| sum + corner.uv.to_vec2() * s);
    let own = sample(texture, uv);
    std::array::from_fn(|channel| mixed[channel] * own[channel] / 255.0)
}

/// Where an edge meets a row, for the same edge the same number from both sides.
fn crossing(from: Pos2, to: Pos2, y: f32) -> Option<f32> {
    let (upper, lower) = if (from.y, from.x) <= (to.y, to.x) { (from, to) } else { (to, from) };
    (upper.y <= y && y < lower.y).then(|| upper.x + (lower.x - upper.x) * ((y - upper.y) / (lower.y - upper.y)))
}

/// The first row or column whose centre is not before a position.
fn first_center(position: f32) -> usize {
    index((position - 0.5).ceil())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of pixels; negative ones are 0")]
fn index(position: f32) -> usize {
    position.max(0.0) as usize
}

#[expect(clippy::cast_precision_loss, reason = "a number of pixels")]
fn center(index: usize) -> f32 {
    index as f32 + 0.5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corner(x: f32, y: f32) -> Corner {
        Corner { at: Pos2::new(x, y), uv: WHITE_UV, color: [0.0, 0.0, 0.0, 128.0] }
    }

    #[test]
    fn triangles_that_share_an_edge_cover_every_pixel_once() {
        // A fan around a point that is no corner of a pixel: its triangles make the square from 2 to 18.
        let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(20.0, 20.0));
        let mut canvas = Canvas::new([20, 20], Color32::WHITE);
        let rim = [(2.0, 2.0), (11.3, 2.0), (18.0, 2.0), (18.0, 9.5), (18.0, 18.0), (6.1, 18.0), (2.0, 18.0)];
        for index in 0..rim.len() {
            let (from, to) = (rim[index], rim[(index + 1) % rim.len()]);
            canvas.triangle([corner(9.7, 8.2), corner(from.0, from.1), corner(to.0, to.1)], whole, None);
        }
        let image = canvas.into_image();
        for (place, pixel) in image.pixels.iter().enumerate() {
            let inside = (2..18).contains(&(place % 20)) && (2..18).contains(&(place / 20));
            // Half black over white, once: 255 (1 − 128/255).
            assert_eq!(pixel.r(), if inside { 127 } else { 255 }, "{place}");
        }
    }

    #[test]
    fn nothing_is_drawn_outside_the_clip_or_the_picture() {
        let mut canvas = Canvas::new([10, 10], Color32::WHITE);
        let clip = Rect::from_min_max(Pos2::new(3.0, 3.0), Pos2::new(5.0, 90.0));
        canvas.triangle([corner(-50.0, -50.0), corner(90.0, -50.0), corner(0.0, 300.0)], clip, None);
        canvas.triangle([corner(f32::NAN, 0.0), corner(9.0, 0.0), corner(0.0, 9.0)], clip, None);
        let dark = canvas.into_image().pixels.iter().filter(|pixel| pixel.r() < 255).count();
        assert_eq!(dark, 2 * 7);
    }
}
