//! Drawing into a picture in memory.
//!
//! Hundreds of long anti-aliased curves are cheap here on any machine, while as geometry they are dear without a GPU.

use egui::{Color32, ColorImage, Pos2, Rect, Vec2};

use super::curve::Curve;
use super::surface::Surface;

/// A picture under construction, opaque everywhere.
pub(super) struct Raster {
    width: usize,
    height: usize,
    pixels: Vec<Color32>,
}

/// How a curve is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    pub color: Color32,
    /// In pixels.
    pub width: f32,
    /// From 0 (nothing) to 1 (all of it).
    pub opacity: f32,
    /// Lengths of dash and gap in pixels.
    pub dash: Option<(f32, f32)>,
}

impl Raster {
    pub(super) fn new(size: [usize; 2], ground: Color32) -> Self {
        Self { width: size[0], height: size[1], pixels: vec![ground; size[0] * size[1]] }
    }

    pub(super) fn into_image(self) -> ColorImage {
        ColorImage::new([self.width, self.height], self.pixels)
    }

    /// What a line at height `y` covers of a column: its pixels by their distance from the line across it. In whole numbers,
    /// parts of 65,536: thousands of lines are drawn many times a second.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few pixels")]
    fn span(&mut self, column: usize, y: f32, steepness: f32, (half, opacity): (f32, f32), color: Color32) {
        let reach = (half + 0.5) * steepness;
        let rows = to_index(y - reach, self.height)..to_index(y + reach + 1.0, self.height);
        let whole = 65_536.0 * opacity;
        let (most, edge, step) = (whole as i32, ((half + 0.5) * whole) as i32, (whole / steepness) as i32);
        let mut distance = ((center(rows.start) - y) / steepness * whole) as i32;
        let first = (rows.start * self.width + column).min(self.pixels.len());
        for pixel in self.pixels[first..].iter_mut().step_by(self.width).take(rows.len()) {
            let cover = (edge - distance.abs()).clamp(0, most);
            *pixel = mix(*pixel, color, cover as u32 >> 8);
            distance += step;
        }
    }

    /// A line through points, piece by piece: column by column where it is flat, row by row where it is steep, so that each
    /// pixel is covered once a piece.
    fn chord(&mut self, points: &[Pos2], pen: Pen, half: f32, opacity: f32) {
        let mut length = 0.0;
        for pair in points.windows(2) {
            let along = pair[1] - pair[0];
            let is_flat = along.x.abs() >= along.y.abs();
            // Of a point the place along the piece's direction, and that across.
            let axes = |point: Pos2| if is_flat { (point.x, point.y) } else { (point.y, point.x) };
            let ((from, across), (to, end)) = (axes(pair[0]), axes(pair[1]));
            if from == to {
                continue;
            }
            let slope = (end - across) / (to - from);
            let steepness = (1.0 + slope * slope).sqrt();
            let limits = if is_flat { (self.width, self.height) } else { (self.height, self.width) };
            let (first, last) = (to_index(from.min(to).round(), limits.0), to_index(from.max(to).round(), limits.0));
            for step in first..last {
                // From the piece's own beginning, whichever way it goes.
                let place = if to > from { step } else { first + last - 1 - step };
                length += steepness;
                if pen.dash.is_some_and(|(dash, gap)| length % (dash + gap) > dash) {
                    continue;
                }
                let middle = across + slope * (center(place) - from);
                let reach = (half + 0.5) * steepness;
                for other in to_index(middle - reach, limits.1)..to_index(middle + reach + 1.0, limits.1) {
                    let distance = (center(other) - middle).abs() / steepness;
                    let cover = (half + 0.5 - distance).clamp(0.0, 1.0);
                    let (column, row) = if is_flat { (place, other) } else { (other, place) };
                    self.blend(column, row, pen.color, cover * opacity);
                }
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 256")]
    fn blend(&mut self, column: usize, row: usize, color: Color32, cover: f32) {
        let share = (cover * 256.0) as u32;
        if share > 0 {
            let pixel = &mut self.pixels[row * self.width + column];
            *pixel = mix(*pixel, color, share);
        }
    }
}

/// Two opaque colours with `share` of 256 of the new one. Two channels at a time: most of what is drawn goes through here.
fn mix(old: Color32, new: Color32, share: u32) -> Color32 {
    const TWO: u32 = 0x00ff_00ff;
    let (old, new): (u32, u32) = (bytemuck::cast(old), bytemuck::cast(new));
    let pair = |shift: u32| (((old >> shift) & TWO) * (256 - share) + ((new >> shift) & TWO) * share) >> 8 & TWO;
    bytemuck::cast(pair(0) | pair(8) << 8)
}

impl Surface for Raster {
    /// Column by column, each pixel covered by how near its centre is.
    fn curve(&mut self, curve: &Curve, pen: Pen) {
        // A line thinner than a pixel is a pixel wide and paler.
        let half = 0.5 * pen.width.max(1.0);
        let opacity = pen.opacity * pen.width.min(1.0);
        if opacity <= 0.0 {
            return;
        }
        if curve.bend.is_some() {
            return self.chord(&curve.points(Vec2::ZERO), pen, half, opacity);
        }
        let (first, last) = (to_index(curve.from.x, self.width), to_index(curve.to.x, self.width));
        let mut length = 0.0;
        for column in first..last {
            let (y, slope) = curve.level_at(center(column));
            let steepness = (1.0 + slope * slope).sqrt();
            if let Some((dash, gap)) = pen.dash {
                length += steepness;
                if length >= dash + gap {
                    length %= dash + gap;
                }
                if length > dash {
                    continue;
                }
            }
            self.span(column, y, steepness, (half, opacity), pen.color);
        }
    }

    /// With soft edges.
    fn fill(&mut self, rect: Rect, color: Color32, opacity: f32) {
        for row in to_index(rect.min.y, self.height)..to_index(rect.max.y + 1.0, self.height) {
            let vertical = overlap(row, rect.min.y, rect.max.y);
            for column in to_index(rect.min.x, self.width)..to_index(rect.max.x + 1.0, self.width) {
                let cover = vertical * overlap(column, rect.min.x, rect.max.x);
                self.blend(column, row, color, cover * opacity);
            }
        }
    }

    fn frame(&mut self, rect: Rect, width: f32, color: Color32) {
        let (min, max) = (rect.min, rect.max);
        let inner = rect.shrink(width);
        self.fill(Rect::from_min_max(min, Pos2::new(max.x, inner.min.y)), color, 1.0);
        self.fill(Rect::from_min_max(Pos2::new(min.x, inner.max.y), max), color, 1.0);
        self.fill(Rect::from_min_max(Pos2::new(min.x, inner.min.y), Pos2::new(inner.min.x, inner.max.y)), color, 1.0);
        self.fill(Rect::from_min_max(Pos2::new(inner.max.x, inner.min.y), Pos2::new(max.x, inner.max.y)), color, 1.0);
    }

    /// With a soft edge.
    fn disc(&mut self, at: Pos2, radius: f32, color: Color32, opacity: f32) {
        let reach = radius + 1.0;
        for row in to_index(at.y - reach, self.height)..to_index(at.y + reach, self.height) {
            for column in to_index(at.x - reach, self.width)..to_index(at.x + reach, self.width) {
                let distance = (Pos2::new(center(column), center(row)) - at).length();
                self.blend(column, row, color, (radius + 0.5 - distance).clamp(0.0, 1.0) * opacity);
            }
        }
    }

    fn segment(&mut self, from: Pos2, to: Pos2, width: f32, color: Color32, opacity: f32) {
        let reach = 0.5 * width + 1.0;
        let bounds = Rect::from_two_pos(from, to).expand(reach);
        let along = to - from;
        for row in to_index(bounds.min.y, self.height)..to_index(bounds.max.y, self.height) {
            for column in to_index(bounds.min.x, self.width)..to_index(bounds.max.x, self.width) {
                let point = Pos2::new(center(column), center(row));
                let share = ((point - from).dot(along) / along.length_sq()).clamp(0.0, 1.0);
                let distance = (point - (from + along * share)).length();
                self.blend(column, row, color, (0.5 * width + 0.5 - distance).clamp(0.0, 1.0) * opacity);
            }
        }
    }

    fn picture(&mut self, rect: Rect, columns: usize, rows: usize, smooth: bool, color: impl Fn(usize) -> Color32) {
        for row in to_index(rect.min.y, self.height)..to_index(rect.max.y, self.height) {
            for column in to_index(rect.min.x, self.width)..to_index(rect.max.x, self.width) {
                let u = (center(column) - rect.min.x) / rect.width();
                let v = (center(row) - rect.min.y) / rect.height();
                let pixel = if smooth {
                    let (left, right, a) = neighbours(u, columns);
                    let (top, bottom, b) = neighbours(v, rows);
                    let upper = color(top * columns + left).lerp_to_gamma(color(top * columns + right), a);
                    let lower = color(bottom * columns + left).lerp_to_gamma(color(bottom * columns + right), a);
                    upper.lerp_to_gamma(lower, b)
                } else {
                    color(cell(v, rows) * columns + cell(u, columns))
                };
                self.pixels[row * self.width + column] = pixel;
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of pixels")]
fn center(index: usize) -> f32 {
    index as f32 + 0.5
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the picture")]
fn to_index(position: f32, limit: usize) -> usize {
    (position.max(0.0) as usize).min(limit)
}

/// How much of a pixel lies between two positions.
fn overlap(index: usize, from: f32, to: f32) -> f32 {
    let start = center(index) - 0.5;
    ((start + 1.0).min(to) - start.max(from)).clamp(0.0, 1.0)
}

#[expect(clippy::cast_precision_loss, reason = "a small number of cells")]
fn cell(share: f32, cells: usize) -> usize {
    to_index(share * cells as f32, cells - 1)
}

/// The two cells between whose centres a position lies, and how far it is on the way.
#[expect(clippy::cast_precision_loss, reason = "a small number of cells")]
fn neighbours(share: f32, cells: usize) -> (usize, usize, f32) {
    let position = (share * cells as f32 - 0.5).max(0.0);
    let first = to_index(position, cells - 1);
    (first, (first + 1).min(cells - 1), position.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn darkness(raster: &Raster) -> f32 {
        raster.pixels.iter().map(|pixel| 255.0 - f32::from(pixel.r())).sum::<f32>() / 255.0
    }

    #[test]
    fn a_line_covers_its_length_times_its_width() {
        for (rise, width) in [(0.0, 3.0), (40.0, 3.0), (0.0, 0.5), (80.0, 2.0)] {
            let mut raster = Raster::new([120, 120], Color32::WHITE);
            let curve = Curve::level(Pos2::new(10.0, 20.0), Pos2::new(110.0, 20.0 + rise));
            raster.curve(&curve, Pen { color: Color32::BLACK, width, opacity: 1.0, dash: None });
            let length: f32 = (10..110_u16).map(|x| (1.0 + curve.level_at(f32::from(x) + 0.5).1.powi(2)).sqrt()).sum();
            let expected = length * width;
            assert!((darkness(&raster) - expected).abs() < 0.05 * expected, "{rise} {width}");
        }
    }

    #[test]
    fn colours_mix_channel_by_channel() {
        let (old, new) = (Color32::from_rgb(10, 200, 255), Color32::from_rgb(250, 0, 255));
        // 10 + 240/4, 200 − 200/4, and what is the same stays.
        assert_eq!(mix(old, new, 64), Color32::from_rgb(70, 150, 255));
        assert_eq!((mix(old, new, 0), mix(old, new, 256)), (old, new));
    }

    #[test]
    fn a_chord_covers_its_length_times_its_width_whichever_way_it_goes() {
        let (from, to) = (Pos2::new(15.0, 20.0), Pos2::new(105.0, 30.0));
        for bend in [Pos2::new(60.0, 25.0), Pos2::new(60.0, 110.0), Pos2::new(110.0, 100.0)] {
            for curve in [Curve { from, to, bend: Some(bend) }, Curve { from: to, to: from, bend: Some(bend) }] {
                for width in [0.5, 2.0, 4.0] {
                    let mut raster = Raster::new([120, 120], Color32::WHITE);
                    raster.curve(&curve, Pen { color: Color32::BLACK, width, opacity: 1.0, dash: None });
                    // The quadratic in a thousand straight steps.
                    let at = |u: f64| {
                        let mix = |a: f32, b: f32, c: f32| {
                            let (a, b, c) = (f64::from(a), f64::from(b), f64::from(c));
                            (1.0 - u) * (1.0 - u) * a + 2.0 * u * (1.0 - u) * b + u * u * c
                        };
                        (mix(curve.from.x, bend.x, curve.to.x), mix(curve.from.y, bend.y, curve.to.y))
                    };
                    let steps = (0..1000_u16).map(|step| {
                        let (a, b) = (at(f64::from(step) / 1000.0), at(f64::from(step + 1) / 1000.0));
                        (b.0 - a.0).hypot(b.1 - a.1)
                    });
                    #[expect(clippy::cast_possible_truncation, reason = "a length on screen")]
                    let expected = steps.sum::<f64>() as f32 * width;
                    let found = darkness(&raster);
                    assert!((found - expected).abs() < 0.06 * expected, "{bend:?} {width}: {found} {expected}");
                }
            }
        }
    }

    #[test]
    fn drawing_beyond_the_edges_is_harmless() {
        let mut raster = Raster::new([10, 10], Color32::WHITE);
        let curve = Curve::level(Pos2::new(-50.0, -50.0), Pos2::new(60.0, 70.0));
        let chord = Curve { bend: Some(Pos2::new(90.0, -90.0)), ..curve };
        raster.curve(&chord, Pen { color: Color32::BLACK, width: 9.0, opacity: 1.0, dash: Some((4.0, 3.0)) });
        raster.curve(&curve, Pen { color: Color32::BLACK, width: 9.0, opacity: 1.0, dash: Some((4.0, 3.0)) });
        raster.fill(Rect::from_min_max(Pos2::new(-5.0, 5.0), Pos2::new(50.0, 50.0)), Color32::RED, 1.0);
        raster.disc(Pos2::new(10.0, 10.0), 5.0, Color32::RED, 1.0);
        raster.segment(Pos2::new(-3.0, 0.0), Pos2::new(30.0, 3.0), 2.0, Color32::RED, 1.0);
        raster.picture(Rect::from_min_max(Pos2::ZERO, Pos2::new(90.0, 9.0)), 2, 2, true, |_| Color32::BLUE);
        assert_eq!(raster.into_image().size, [10, 10]);
    }
}
