//! Accuracy over two axes as a map: rows by the first, columns by the second.

use egui::{Align2, CornerRadius, FontId, Rect, RichText, Sense, Stroke, Ui, pos2, vec2};

use super::choices::{Choices, short_value};
use crate::session::{SweepCell, SweepJob};
use crate::ui::controls::elided;
use crate::ui::evidence::table::note;
use crate::ui::theme::{Palette, cividis, on_cividis};

/// Room for the values of the first axis.
const ROWS: f32 = 52.0;
const HEADING: f32 = 16.0;
const TALLEST: f32 = 30.0;
const LOWEST: f32 = 6.0;
/// The map is at most so high.
const HIGHEST: f32 = 420.0;
/// A figure needs so much room.
const FIGURE: [f32; 2] = [27.0, 13.0];

/// Where cells lie.
struct Layout {
    corner: egui::Pos2,
    cell: egui::Vec2,
    rows: usize,
    columns: usize,
}

impl Layout {
    #[expect(clippy::cast_precision_loss, reason = "numbers of values")]
    fn new(corner: egui::Pos2, width: f32, rows: usize, columns: usize) -> Self {
        let height = (HIGHEST / rows as f32).clamp(LOWEST, TALLEST);
        Self {
            corner: corner + vec2(ROWS, HEADING),
            cell: vec2((width - ROWS) / columns as f32, height),
            rows,
            columns,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers of values")]
    fn at(&self, row: usize, column: usize) -> Rect {
        let offset = vec2(column as f32 * self.cell.x, row as f32 * self.cell.y);
        let gap = if self.cell.min_elem() > 8.0 { 0.5 } else { 0.0 };
        Rect::from_min_size(self.corner + offset, self.cell).shrink(gap)
    }

    /// Row and column under a position.
    fn under(&self, position: egui::Pos2) -> Option<(usize, usize)> {
        let places = (0..self.rows).flat_map(|row| (0..self.columns).map(move |column| (row, column)));
        places.into_iter().find(|&(row, column)| self.at(row, column).contains(position))
    }
}

/// Shows the map of the chosen arm, with its scale.
pub(super) fn show(ui: &mut Ui, job: &SweepJob, choices: &Choices) {
    let (palette, sweep) = (Palette::of(ui), job.sweep());
    let [first, second] = sweep.axes() else { return };
    let arm = sweep.arm_name(choices.arm);
    let title = format!("Test accuracy, {}, %: {arm}", choices.measure.label());
    ui.label(RichText::new(&title).size(11.5).color(palette.weak));
    let (rows, columns) = (first.values.len(), second.values.len());
    let corner = ui.next_widget_position();
    let layout = Layout::new(corner, ui.available_width(), rows, columns);
    #[expect(clippy::cast_precision_loss, reason = "a number of values")]
    let size = vec2(ui.available_width(), HEADING + layout.cell.y * rows as f32 + 2.0);
    let (outer, response) = ui.allocate_exact_size(size, Sense::hover());
    let layout = Layout { corner: outer.min + vec2(ROWS, HEADING), ..layout };
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, format!("Map of the sweep: {title}")));
    let range = range(job, choices);
    let cell = |row: usize, column: usize| &job.cells()[(row * columns + column) * sweep.arm_count() + choices.arm];
    for row in 0..rows {
        for column in 0..columns {
            draw(ui, layout.at(row, column), cell(row, column), choices, range);
        }
    }
    values(ui, outer, &layout, [&|row| short_value(first, row), &|column| short_value(second, column)]);
    if let Some((low, high)) = range {
        scale(ui, low, high);
    }
    note(ui, &format!("Rows: {}. Columns: {}. The same colours for all arms.", first.key, second.key));
    if let Some((row, column)) = response.hover_pos().and_then(|position| layout.under(position)) {
        let cell = cell(row, column);
        let text = format!("{arm}\n{}\n{}", sweep.settings(cell.point), choices.in_words(job, cell));
        response.on_hover_text(text);
    }
}

/// Lowest and highest mean of all arms, so that maps of arms can be compared.
fn range(job: &SweepJob, choices: &Choices) -> Option<(f64, f64)> {
    let means = job.cells().iter().map(|cell| choices.measure.of(cell)).filter(|summary| summary.count > 0);
    means.map(|summary| (summary.mean, summary.mean)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

fn draw(ui: &Ui, rect: Rect, cell: &SweepCell, choices: &Choices, range: Option<(f64, f64)>) {
    let (palette, painter) = (Palette::of(ui), ui.painter());
    let summary = choices.measure.of(cell);
    let has_room = rect.width() >= FIGURE[0] && rect.height() >= FIGURE[1];
    let font = FontId::proportional(10.5);
    let Some((low, high)) = range.filter(|_| summary.count > 0) else {
        painter.rect_stroke(rect, CornerRadius::same(2), Stroke::new(1.0, palette.border), egui::StrokeKind::Inside);
        if cell.ended > 0 {
            // Every run ended early: there is no mean, and that is no low one.
            painter.text(rect.center(), Align2::CENTER_CENTER, "×", font, palette.warning);
        }
        return;
    };
    #[expect(clippy::cast_possible_truncation, reason = "a share")]
    let share = if high > low { ((summary.mean - low) / (high - low)) as f32 } else { 1.0 };
    painter.rect_filled(rect, CornerRadius::same(2), cividis(share));
    if has_room {
        painter.text(rect.center(), Align2::CENTER_CENTER, format!("{:.1}", summary.mean), font, on_cividis(share));
    }
}

/// The values of both axes, as far as there is room.
fn values(ui: &Ui, outer: Rect, layout: &Layout, texts: [&dyn Fn(usize) -> String; 2]) {
    let weak = Palette::of(ui).weak;
    let font = FontId::proportional(10.5);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few values")]
    let every = (12.0 / layout.cell.y).ceil().max(1.0) as usize;
    for row in (0..layout.rows).step_by(every) {
        let text = elided(ui, &texts[0](row), &font, ROWS - 6.0);
        let at = pos2(layout.corner.x - 5.0, layout.at(row, 0).center().y);
        ui.painter().text(at, Align2::RIGHT_CENTER, text, font.clone(), weak);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few values")]
    let every = (30.0 / layout.cell.x).ceil().max(1.0) as usize;
    for column in (0..layout.columns).step_by(every) {
        #[expect(clippy::cast_precision_loss, reason = "a few values")]
        let text = elided(ui, &texts[1](column), &font, layout.cell.x * every as f32 - 3.0);
        let at = pos2(layout.at(0, column).center().x, outer.min.y + 0.5 * HEADING);
        ui.painter().text(at, Align2::CENTER_CENTER, text, font.clone(), weak);
    }
}

/// What the colours mean.
fn scale(ui: &mut Ui, low: f64, high: f64) {
    const HEIGHT: f32 = 8.0;
    const PIECES: u8 = 48;
    let palette = Palette::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    let text = |at, align, text: String| ui.painter().text(at, align, text, FontId::proportional(10.5), palette.weak);
    let left = text(rect.left_center() + vec2(ROWS, 0.0), Align2::LEFT_CENTER, format!("{low:.1}")).max.x + 5.0;
    let right = text(rect.right_center(), Align2::RIGHT_CENTER, format!("{high:.1} %")).min.x - 5.0;
    let width = (right - left) / f32::from(PIECES);
    for piece in 0..PIECES {
        let corner = pos2(left + width * f32::from(piece), rect.center().y - 0.5 * HEIGHT);
        let share = f32::from(piece) / f32::from(PIECES - 1);
        ui.painter().rect_filled(Rect::from_min_size(corner, vec2(width + 0.5, HEIGHT)), 0, cividis(share));
    }
}
