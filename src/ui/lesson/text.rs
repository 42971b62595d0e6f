//! The Markdown of lessons on screen.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Color32, FontId, Frame, Label, RichText, Ui, vec2};

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

/// Columns as wide as they need; where there is no room for that, the widest are broken, and numbers only where it must be.
fn table(ui: &mut Ui, rows: &[Vec<Vec<Span>>]) {
    let mut jobs: Vec<Vec<LayoutJob>> = rows
        .iter()
        .enumerate()
        .map(|(row, cells)| cells.iter().map(|cell| job(ui, cell, SMALL, row == 0)).collect())
        .collect();
    let columns = jobs[0].len();
    let widest = |width: &dyn Fn(&LayoutJob) -> f32| -> Vec<f32> {
        (0..columns).map(|column| jobs.iter().map(|row| width(&row[column])).fold(0.0, f32::max)).collect()
    };
    let mut widths = widest(&|job| ui.painter().layout_job(job.clone()).size().x.ceil());
    let mut floors = widest(&|job| longest_word(ui, job));
    #[expect(clippy::cast_precision_loss, reason = "a number of columns")]
    let room = ui.available_width() - GAP * (columns - 1) as f32;
    if floors.iter().sum::<f32>() > room {
        floors.fill(NARROWEST);
        for job in jobs.iter_mut().flatten() {
            *job = breakable(job);
        }
    }
    fit(&mut widths, &floors, room);
    // Nothing is kept from frame to frame, so that no table is ever as wide as another one was.
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing = vec2(GAP, 0.0);
        for (number, row) in jobs.into_iter().enumerate() {
            let stripe = if number % 2 == 1 { ui.visuals().faint_bg_color } else { Color32::TRANSPARENT };
            let frame = Frame::new().fill(stripe).inner_margin(egui::Margin::symmetric(0, 1));
            frame.show(ui, |ui| {
                ui.horizontal_top(|ui| {
                    for (job, &width) in row.into_iter().zip(&widths) {
                        ui.vertical(|ui| {
                            ui.set_width(width);
                            ui.add(Label::new(job).wrap());
                        });
                    }
                });
            });
        }
    });
}

/// Width of the longest piece that no space divides.
fn longest_word(ui: &Ui, job: &LayoutJob) -> f32 {
    let Some(section) = job.sections.first() else { return 0.0 };
    let format = &section.format;
    let width =
        |word: &str| ui.painter().layout_no_wrap(word.to_owned(), format.font_id.clone(), format.color).size().x.ceil();
    job.text.split(' ').map(width).fold(0.0, f32::max)
}

/// The same with all spaces such that a line may be broken there.
fn breakable(job: &LayoutJob) -> LayoutJob {
    let mut whole = LayoutJob { wrap: job.wrap.clone(), ..Default::default() };
    for section in &job.sections {
        let text = job.text[section.byte_range.start.0..section.byte_range.end.0].replace('\u{a0}', " ");
        whole.append(&text, section.leading_space, section.format.clone());
    }
    whole
}

/// Takes from the widest until all have room, or none is wider than its floor.
fn fit(widths: &mut [f32], floors: &[f32], room: f32) {
    loop {
        let total: f32 = widths.iter().sum();
        let givers = || widths.iter().zip(floors).filter(|(width, floor)| width > floor);
        let widest = givers().map(|(width, _)| *width).fold(0.0, f32::max);
        if total <= room || widest == 0.0 {
            return;
        }
        // Down to the next widest, or to the highest floor among the widest, or as far as is needed.
        let next = givers().map(|(&width, &floor)| if width < widest { width } else { floor }).fold(0.0, f32::max);
        #[expect(clippy::cast_precision_loss, reason = "a number of columns")]
        let count = givers().filter(|(width, _)| **width == widest).count() as f32;
        let new = (widest - (total - room) / count).max(next);
        for (width, &floor) in widths.iter_mut().zip(floors) {
            if *width == widest && *width > floor {
                *width = new;
            }
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
            background: if style.code { palette.border.gamma_multiply(0.5) } else { Color32::TRANSPARENT },
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
    fn columns_find_room_and_none_becomes_narrower_than_its_floor() {
        for (widths, floors, room, wanted) in [
            // There is room.
            ([30.0, 40.0, 50.0], [10.0; 3], 300.0, [30.0, 40.0, 50.0]),
            // The widest gives alone, then with the next.
            ([30.0, 200.0, 120.0], [54.0; 3], 300.0, [30.0, 150.0, 120.0]),
            ([30.0, 200.0, 120.0], [54.0; 3], 160.0, [30.0, 65.0, 65.0]),
            // A number that cannot be broken keeps its room, and the others give more.
            ([30.0, 200.0, 120.0], [30.0, 54.0, 100.0], 190.0, [30.0, 60.0, 100.0]),
            // None can give any more.
            ([400.0, 400.0, 10.0], [54.0; 3], 0.0, [54.0, 54.0, 10.0]),
        ] {
            let mut fitted = widths;
            fit(&mut fitted, &floors, room);
            assert!(fitted.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 0.01), "{widths:?} in {room}: {fitted:?}");
        }
    }
}
