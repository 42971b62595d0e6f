//! Text of scalable pictures: real text, which can be searched, edited and read aloud.

use egui::epaint::TextShape;
use egui::epaint::text::{Galley, Glyph, LayoutSection};
use egui::{Color32, FontFamily};

use super::svg::{number, paint};
use crate::storage::escaped;

/// Inter where it is installed, else what looks most like it.
pub(super) const FAMILY: &str =
    "Inter, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

/// One element a row and style of a text. Each says how wide it is, so that it fits where another font has to serve.
pub(super) fn elements(shape: &TextShape) -> Vec<String> {
    let mut elements = Vec::new();
    let mut letters = shape.galley.job.text.char_indices();
    for placed in &shape.galley.rows {
        let mut piece = Piece::default();
        for glyph in &placed.row.glyphs {
            let section = letters.next().and_then(|(byte, _)| section_at(&shape.galley, byte));
            if section != piece.section {
                elements.extend(piece.element(shape));
                piece = Piece { section, ..Piece::default() };
            }
            piece.push(glyph, shape.pos + placed.pos.to_vec2());
        }
        elements.extend(piece.element(shape));
        if placed.ends_with_newline {
            letters.next();
        }
    }
    elements
}

fn section_at(galley: &Galley, byte: usize) -> Option<usize> {
    let contains = |section: &LayoutSection| section.byte_range.start.0 <= byte && byte < section.byte_range.end.0;
    galley.job.sections.iter().position(contains)
}

/// Letters in one style beside each other.
#[derive(Default)]
struct Piece {
    section: Option<usize>,
    text: String,
    left: f32,
    right: f32,
    baseline: f32,
}

impl Piece {
    fn push(&mut self, glyph: &Glyph, origin: egui::Pos2) {
        // Space before and after is seen in where the text stands.
        if self.text.is_empty() {
            if glyph.chr.is_whitespace() {
                return;
            }
            self.left = origin.x + glyph.pos.x;
            self.baseline = origin.y + glyph.pos.y;
        }
        self.text.push(glyph.chr);
        if !glyph.chr.is_whitespace() {
            self.right = origin.x + glyph.pos.x + glyph.advance_width;
        }
    }

    fn element(&self, shape: &TextShape) -> Option<String> {
        let text = self.text.trim_end();
        let format = &shape.galley.job.sections.get(self.section?)?.format;
        let color = match shape.override_text_color {
            Some(color) => color,
            None if format.color == Color32::PLACEHOLDER => shape.fallback_color,
            None => format.color,
        };
        let color = color.gamma_multiply(shape.opacity_factor);
        if text.is_empty() || color.a() == 0 {
            return None;
        }
        let weight = if is_bold(&format.font_id.family) { " font-weight=\"600\"" } else { "" };
        let turn = if shape.angle == 0.0 {
            String::new()
        } else {
            let (x, y) = (number(shape.pos.x), number(shape.pos.y));
            format!(" transform=\"rotate({} {x} {y})\"", number(shape.angle.to_degrees()))
        };
        Some(format!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{weight} textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"{}{turn}>{}</text>",
            number(self.left),
            number(self.baseline),
            number(format.font_id.size),
            number(self.right - self.left),
            paint("fill", color),
            escaped(text)
        ))
    }
}

fn is_bold(family: &FontFamily) -> bool {
    matches!(family, FontFamily::Name(name) if &**name == "semibold")
}
