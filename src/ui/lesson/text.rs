//! The Markdown of lessons on screen.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, FontId, Frame, Grid, Label, RichText, Ui, vec2};

use super::TEXT;
use super::pictures::Pictures;
use crate::lesson::{Block, Pack, Span, blocks};
use crate::ui::theme::{Palette, semibold};

/// Size of text in tables and code.
const SMALL: f32 = 12.0;
/// Height of a line, by the size of its text.
const LEADING: f32 = 1.42;
/// Room between the columns of a table.
const GAP: f32 = 10.0;
/// No column becomes narrower than this for want of room.
const NARROWEST: f32 = 54.0;

/// Shows a text. The target of the link that was followed, if one was.
pub(super) fn show(ui: &mut Ui, markdown: &str, pack: Option<&Pack>, pictures: &mut Pictures) -> Option<String> {
    let mut followed = None;
    for block in blocks(markdown) {
        let own = match block {
            Block::Heading(level, spans) => {
                ui.add_space(2.0);
                paragraph(ui, &spans, if level <= 2 { 16.0 } else { 14.5 }, true)
            }
            Block::Paragraph(spans) => paragraph(ui, &spans, TEXT, false),
            Block::Item(depth, marker, spans) => item(ui, depth, &marker, &spans),
            Block::Code(text) => {
                code(ui, &text);
                None
            }
            Block::Table(rows) => {
                table(ui, &rows);
                None
            }
            Block::Quote(spans) => quote(ui, &spans),
            Block::Picture(name, words) => {
                pictures.show(ui, pack, &name, &words);
                None
            }
            Block::Rule => {
                ui.separator();
                None
            }
        };
        followed = followed.or(own);
    }
    followed
}

/// Running text. Without links it is one piece, which screen readers read as one.
fn paragraph(ui: &mut Ui, spans: &[Span], size: f32, is_strong: bool) -> Option<String> {
    if spans.iter().all(|span| span.link.is_none()) {
        ui.add(Label::new(job(ui, spans, size, is_strong)).wrap());
        return None;
    }
    let mut followed = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for piece in spans.chunk_by(|one, other| one.link == other.link) {
            match &piece[0].link {
                None => {
                    ui.label(job(ui, piece, size, is_strong));
                }
                Some(target) => {
                    let text: String = piece.iter().map(|span| span.text.as_str()).collect();
                    let is_command = target.starts_with("command:");
                    let shown = RichText::new(text).size(size).underline();
                    let response = ui.link(if is_command { shown.font(semibold(size)) } else { shown });
                    let help =
                        if is_command { None } else { target.strip_prefix("lesson:").is_none().then_some(target) };
                    let response = if let Some(help) = help { response.on_hover_text(help) } else { response };
                    if response.clicked() {
                        followed = Some(target.clone());
                    }
                }
            }
        }
    });
    followed
}

fn item(ui: &mut Ui, depth: usize, marker: &str, spans: &[Span]) -> Option<String> {
    ui.horizontal_top(|ui| {
        #[expect(clippy::cast_precision_loss, reason = "a depth of lists")]
        ui.add_space(12.0 * depth.min(8) as f32);
        let width = if marker.len() > 3 { 22.0 } else { 16.0 };
        ui.allocate_ui(vec2(width, 0.0), |ui| {
            ui.set_width(width);
            ui.label(RichText::new(marker).size(TEXT));
        });
        ui.vertical(|ui| paragraph(ui, spans, TEXT, false)).inner
    })
    .inner
}

fn quote(ui: &mut Ui, spans: &[Span]) -> Option<String> {
    let line = egui::Stroke::new(3.0, Palette::of(ui).border);
    let frame = Frame::new().inner_margin(egui::Margin { left: 12, ..Default::default() });
    let shown = frame.show(ui, |ui| paragraph(ui, spans, TEXT, false));
    let rect = shown.response.rect;
    ui.painter().vline(rect.left() + 2.0, rect.y_range(), line);
    shown.inner
}

fn code(ui: &mut Ui, text: &str) {
    let palette = Palette::of(ui);
    let frame = Frame::new().fill(palette.canvas).corner_radius(5).inner_margin(8);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.add(Label::new(RichText::new(text).size(SMALL).monospace()).wrap());
    });
}

/// Columns as wide as they need; where there is no room for that, the widest are broken.
fn table(ui: &mut Ui, rows: &[Vec<Vec<Span>>]) {
    let jobs: Vec<Vec<LayoutJob>> = rows
        .iter()
        .enumerate()
        .map(|(row, cells)| cells.iter().map(|cell| job(ui, cell, SMALL, row == 0)).collect())
        .collect();
    let columns = jobs[0].len();
    let mut widths = vec![0.0_f32; columns];
    for (column, width) in widths.iter_mut().enumerate() {
        for row in &jobs {
            *width = ui.painter().layout_job(row[column].clone()).size().x.ceil().max(*width);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a number of columns")]
    let room = ui.available_width() - GAP * columns as f32;
    fit(&mut widths, room);
    let id = ui.next_auto_id();
    Grid::new(id).striped(true).spacing([GAP, 3.0]).min_col_width(0.0).show(ui, |ui| {
        for row in jobs {
            for (job, &width) in row.into_iter().zip(&widths) {
                ui.vertical(|ui| {
                    ui.set_width(width);
                    ui.add(Label::new(job).wrap());
                });
            }
            ui.end_row();
        }
    });
}

/// Takes from the widest until all have room, or none can give any more.
fn fit(widths: &mut [f32], room: f32) {
    loop {
        let total: f32 = widths.iter().sum();
        let widest = widths.iter().copied().fold(0.0, f32::max);
        if total <= room || widest <= NARROWEST {
            return;
        }
        let next = widths.iter().copied().filter(|&width| width < widest).fold(NARROWEST, f32::max);
        #[expect(clippy::cast_precision_loss, reason = "a number of columns")]
        let count = widths.iter().filter(|&&width| width == widest).count() as f32;
        // Down to the next widest, or as far as is needed.
        let new = (widest - (total - room) / count).max(next.min(widest - 0.5));
        for width in widths.iter_mut().filter(|width| **width == widest) {
            *width = new;
        }
    }
}

/// Spans of one paragraph.
fn job(ui: &Ui, spans: &[Span], size: f32, is_strong: bool) -> LayoutJob {
    let palette = Palette::of(ui);
    let mut job = LayoutJob::default();
    for span in spans {
        let style = span.style;
        let is_small = style.lowered || style.raised;
        let size = if is_small { 0.74 * size } else { size };
        let format = TextFormat {
            font_id: if style.strong || is_strong { semibold(size) } else { FontId::proportional(size) },
            color: palette.text,
            italics: style.emphasis,
            background: if style.code { palette.border.gamma_multiply(0.5) } else { egui::Color32::TRANSPARENT },
            // In a line with some room above and below, indices and exponents find theirs.
            line_height: (!is_small).then_some(LEADING * size),
            valign: match (style.raised, style.lowered) {
                (true, _) => Align::TOP,
                (_, true) => Align::BOTTOM,
                _ => Align::Center,
            },
            ..Default::default()
        };
        job.append(&span.text, 0.0, format);
    }
    job
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_find_room_and_narrow_ones_stay_as_they_are() {
        for (widths, room) in
            [([30.0, 200.0, 120.0], 300.0), ([30.0, 200.0, 120.0], 160.0), ([30.0, 40.0, 50.0], 300.0)]
        {
            let mut fitted = widths;
            fit(&mut fitted, room);
            assert!(fitted.iter().sum::<f32>() <= room.max(30.0 + 2.0 * NARROWEST) + 1.0, "{fitted:?} in {room}");
            assert_eq!(fitted[0], 30.0, "what is narrow already gives nothing");
            assert!(fitted.iter().zip(widths).all(|(fitted, width)| *fitted <= width));
        }
        let mut wide = [400.0, 400.0];
        fit(&mut wide, 0.0);
        assert!(wide[0] <= NARROWEST + 1.0, "{wide:?}");
    }
}
