//! Scalable pictures: lines stay lines, text stays text, and only pictures of pixels are embedded as such.

use std::fmt::Write;

use egui::epaint::{
    CircleShape, ColorMode, CubicBezierShape, EllipseShape, PathShape, PathStroke, QuadraticBezierShape, RectShape,
};
use egui::{Color32, Mesh, Pos2, Rect, Shape, Stroke, StrokeKind, TextureId, pos2};

use super::print::{Print, resampled};
use super::{outline, png, svg_text};
use crate::storage::escaped;

/// Pixels a point of embedded pictures.
const PICTURE_SCALE: f32 = 3.0;
/// Embedded pictures have at most so many pixels a side.
const MOST_PIXELS: f32 = 2048.0;

/// A print as SVG 1.1, one point a user unit.
pub(super) fn write(print: &Print, title: &str, description: &str) -> String {
    let mut writer = Writer { print, text: String::new(), clips: Vec::new(), segments: None };
    let (width, height) = (number(print.size.x), number(print.size.y));
    let _ = writeln!(
        writer.text,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" \
         width=\"{width}px\" height=\"{height}px\" viewBox=\"0 0 {width} {height}\" font-family=\"{}\">\n\
         <title>{}</title>\n<desc>{}</desc>",
        svg_text::FAMILY,
        escaped(title),
        escaped(description)
    );
    let ground = paint("fill", print.ground());
    writer.line(&format!("<rect width=\"{width}\" height=\"{height}\"{ground}/>"));
    for clipped in &print.shapes {
        writer.clipped(&clipped.shape, clipped.clip_rect);
    }
    writer.end_segments();
    writer.end_clip();
    writer.text.push_str("</svg>\n");
    writer.text
}

/// A length or place, to a thousandth of a point.
pub(super) fn number(value: f32) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A colour as attributes for `fill` or `stroke`.
pub(super) fn paint(attribute: &str, color: Color32) -> String {
    let [red, green, blue, alpha] = color.to_srgba_unmultiplied();
    match alpha {
        0 => format!(" {attribute}=\"none\""),
        255 => format!(" {attribute}=\"#{red:02x}{green:02x}{blue:02x}\""),
        _ => {
            let opacity = number(f32::from(alpha) / 255.0);
            format!(" {attribute}=\"#{red:02x}{green:02x}{blue:02x}\" {attribute}-opacity=\"{opacity}\"")
        }
    }
}

struct Writer<'a> {
    print: &'a Print,
    text: String,
    /// Clips that were used so far; the last is open if the flag says so.
    clips: Vec<(Rect, bool)>,
    /// Straight pieces in one stroke that follow one another, such as dashes, which become one path.
    segments: Option<(Stroke, String)>,
}

impl Writer<'_> {
    fn line(&mut self, element: &str) {
        self.end_segments();
        self.text.push_str(element);
        self.text.push('\n');
    }

    /// A shape, cut off where its clip needs it.
    fn clipped(&mut self, shape: &Shape, clip: Rect) {
        if let Shape::Vec(shapes) = shape {
            return shapes.iter().for_each(|shape| self.clipped(shape, clip));
        }
        let bounds = shape.visual_bounding_rect();
        let shown = clip.intersect(self.print.rect());
        if matches!(shape, Shape::Noop) || !bounds.is_finite() || !shown.intersects(bounds) {
            return;
        }
        if shown.contains_rect(bounds) {
            self.end_clip();
        } else if self.clips.last() != Some(&(shown, true)) {
            self.end_clip();
            self.end_segments();
            let id = self.clips.len();
            self.clips.push((shown, true));
            let place = place_of(shown);
            let _ = write!(
                self.text,
                "<clipPath id=\"clip{id}\"><rect{place}/></clipPath>\n<g clip-path=\"url(#clip{id})\">\n"
            );
        }
        self.shape(shape);
    }

    fn end_clip(&mut self) {
        if let Some((_, open @ true)) = self.clips.last_mut() {
            *open = false;
            self.end_segments();
            self.text.push_str("</g>\n");
        }
    }

    fn end_segments(&mut self) {
        if let Some((stroke, path)) = self.segments.take() {
            let stroke = stroked(stroke.width, stroke.color);
            let _ = writeln!(self.text, "<path d=\"{path}\" fill=\"none\"{stroke}/>");
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            // There is nothing in a print that paints by itself, and no band: the window draws neither.
            Shape::Noop | Shape::Vec(_) | Shape::Callback(_) | Shape::Band(_) => {}
            Shape::LineSegment { points, stroke } => self.segment(*points, *stroke),
            Shape::Circle(circle) => self.circle(circle),
            Shape::Ellipse(ellipse) => self.ellipse(ellipse),
            Shape::Path(path) => self.path(path),
            Shape::Rect(rect) => self.rect(rect),
            Shape::Text(text) => {
                for element in svg_text::elements(text) {
                    self.line(&element);
                }
            }
            Shape::Mesh(mesh) => self.mesh(mesh),
            Shape::QuadraticBezier(QuadraticBezierShape { points: [a, b, c], closed, fill, stroke }) => {
                let path = format!("M{} Q{} {}", point(*a), point(*b), point(*c));
                self.bezier(path, *closed, *fill, stroke);
            }
            Shape::CubicBezier(CubicBezierShape { points: [a, b, c, d], closed, fill, stroke }) => {
                let path = format!("M{} C{} {} {}", point(*a), point(*b), point(*c), point(*d));
                self.bezier(path, *closed, *fill, stroke);
            }
        }
    }

    fn segment(&mut self, [from, to]: [Pos2; 2], stroke: Stroke) {
        if stroke.is_empty() {
            return;
        }
        if self.segments.as_ref().is_none_or(|(last, _)| *last != stroke) {
            self.end_segments();
            self.segments = Some((stroke, String::new()));
        }
        if let Some((_, path)) = &mut self.segments {
            let _ = write!(path, "M{} L{}", point(from), point(to));
        }
    }

    fn circle(&mut self, circle: &CircleShape) {
        let (x, y) = (number(circle.center.x), number(circle.center.y));
        // Its line lies around it.
        let radius = number(circle.radius + 0.5 * circle.stroke.width);
        let style = filled_and_stroked(circle.fill, circle.stroke);
        self.line(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"{style}/>"));
    }

    fn ellipse(&mut self, ellipse: &EllipseShape) {
        let (x, y) = (number(ellipse.center.x), number(ellipse.center.y));
        let radius = ellipse.radius + egui::Vec2::splat(0.5 * ellipse.stroke.width);
        let (across, down) = (number(radius.x), number(radius.y));
        let style = filled_and_stroked(ellipse.fill, ellipse.stroke);
        let turn = turned(ellipse.angle, ellipse.center);
        self.line(&format!("<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{across}\" ry=\"{down}\"{style}{turn}/>"));
    }

    fn path(&mut self, path: &PathShape) {
        let Some((first, others)) = path.points.split_first() else { return };
        let mut steps = format!("M{}", point(*first));
        for other in others {
            let _ = write!(steps, " L{}", point(*other));
        }
        self.bezier(steps, path.closed, path.fill, &path.stroke);
    }

    fn bezier(&mut self, mut path: String, closed: bool, fill: Color32, stroke: &PathStroke) {
        if closed {
            path.push('Z');
        }
        let color = match &stroke.color {
            ColorMode::Solid(color) => *color,
            // Lines that change their colour on the way: the middle stands for all.
            ColorMode::UV(color) => color(Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), pos2(0.5, 0.5)),
        };
        let style = filled_and_stroked(fill, Stroke::new(stroke.width, color));
        self.line(&format!("<path d=\"{path}\"{style}/>"));
    }

    fn rect(&mut self, shape: &RectShape) {
        if let Some(brush) = &shape.brush
            && brush.fill_texture_id != TextureId::default()
        {
            return self.image(brush.fill_texture_id, shape.rect, brush.uv);
        }
        let offset = match shape.stroke_kind {
            _ if shape.stroke.is_empty() => 0.0,
            StrokeKind::Inside => -0.5 * shape.stroke.width,
            StrokeKind::Middle => 0.0,
            StrokeKind::Outside => 0.5 * shape.stroke.width,
        };
        let rect = shape.rect.expand(offset);
        let radius = f32::from(shape.corner_radius.nw);
        let round =
            if radius > 0.0 { format!(" rx=\"{}\"", number((radius + offset).max(0.0))) } else { String::new() };
        let style = filled_and_stroked(shape.fill, shape.stroke);
        let turn = turned(shape.angle, rect.center());
        self.line(&format!("<rect{}{round}{style}{turn}/>", place_of(rect)));
    }

    /// Part of a texture, smoothed here: viewers disagree on how to enlarge few pixels.
    fn image(&mut self, id: TextureId, rect: Rect, part: Rect) {
        let Some(texture) = self.print.texture(id) else { return };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of pixels, clamped")]
        let pixels = |points: f32| (points * PICTURE_SCALE).ceil().clamp(1.0, MOST_PIXELS) as usize;
        let image = resampled(texture, part, [pixels(rect.width()), pixels(rect.height())]);
        // A picture within these limits can always be encoded.
        let Ok(file) = png::encode(&image) else { return };
        let data = base64(&file);
        let place = place_of(rect);
        self.line(&format!("<image{place} preserveAspectRatio=\"none\" xlink:href=\"data:image/png;base64,{data}\"/>"));
    }

    fn mesh(&mut self, mesh: &Mesh) {
        if mesh.texture_id != TextureId::default() {
            let (places, parts) = (mesh.vertices.iter(), mesh.vertices.iter());
            let rect = Rect::from_points(&places.map(|vertex| vertex.pos).collect::<Vec<_>>());
            let part = Rect::from_points(&parts.map(|vertex| vertex.uv).collect::<Vec<_>>());
            return self.image(mesh.texture_id, rect, part);
        }
        for (color, polygons) in outline::polygons(mesh) {
            let mut path = String::new();
            for polygon in &polygons {
                for (index, corner) in polygon.iter().enumerate() {
                    let _ = write!(path, "{}{} ", if index == 0 { 'M' } else { 'L' }, point(*corner));
                }
                path.push('Z');
            }
            let fill = paint("fill", color);
            self.line(&format!("<path d=\"{path}\"{fill}/>"));
        }
    }
}

fn point(at: Pos2) -> String {
    format!("{},{}", number(at.x), number(at.y))
}

fn place_of(rect: Rect) -> String {
    let [x, y, width, height] = [rect.min.x, rect.min.y, rect.width(), rect.height()].map(number);
    format!(" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"")
}

fn turned(angle: f32, about: Pos2) -> String {
    if angle == 0.0 {
        return String::new();
    }
    format!(" transform=\"rotate({} {} {})\"", number(angle.to_degrees()), number(about.x), number(about.y))
}

fn stroked(width: f32, color: Color32) -> String {
    format!("{} stroke-width=\"{}\"", paint("stroke", color), number(width))
}

fn filled_and_stroked(fill: Color32, stroke: Stroke) -> String {
    let stroke = if stroke.is_empty() { String::new() } else { stroked(stroke.width, stroke.color) };
    format!("{}{stroke}", paint("fill", fill))
}

/// Bytes as letters (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for letter in 0..4 {
            let sextet = bits >> (18 - 6 * letter) & 63;
            text.push(if letter > group.len() { '=' } else { char::from(LETTERS[sextet as usize]) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        // Its section 10.
        let vectors =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
        for (bytes, text) in vectors {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xFB, 0xFF]), "+/8=");
    }

    #[test]
    fn numbers_are_short_and_colours_not_premultiplied() {
        assert_eq!([1.0, -0.000_01, 12.345_67, -2.5].map(number), ["1", "0", "12.346", "-2.5"]);
        let half = Color32::from_rgba_unmultiplied(255, 0, 0, 128);
        assert_eq!(paint("fill", half), " fill=\"#ff0000\" fill-opacity=\"0.502\"");
    }
}
