//! Tables of figures: names at the left, columns that end at the right.

use egui::{Align2, Color32, FontId, Response, RichText, Sense, Ui, pos2, vec2};

use crate::session::Session;
use crate::ui::controls::elided;
use crate::ui::pictures::is_printed;
use crate::ui::theme::{Palette, semibold};

const ROW: f32 = 18.0;

/// A row of a table.
pub(super) struct Row<'a> {
    pub name: &'a str,
    pub color: Color32,
    pub font: FontId,
    pub cells: Vec<String>,
    pub cell_color: Color32,
}

/// A table with a row for each arm.
pub(super) fn arms_table<const COLUMNS: usize>(
    ui: &mut Ui,
    session: &Session,
    headings: &[&str; COLUMNS],
    cells: impl Fn(usize) -> [String; COLUMNS],
) {
    const NAMES: f32 = 78.0;
    heading(ui, NAMES, headings);
    let palette = Palette::of(ui);
    for (arm, own) in session.arms().iter().enumerate() {
        let font = if arm == session.selected() { semibold(12.0) } else { FontId::proportional(12.0) };
        let (name, color) = (own.name.as_str(), palette.arm(arm));
        row(ui, NAMES, &Row { name, color, font, cells: cells(arm).to_vec(), cell_color: palette.text });
    }
}

/// What stands in the columns.
pub(super) fn heading(ui: &mut Ui, names: f32, headings: &[&str]) {
    let weak = Palette::of(ui).weak;
    let cells = headings.iter().map(|&text| text.to_owned()).collect();
    row(ui, names, &Row { name: "", color: weak, font: FontId::proportional(11.0), cells, cell_color: weak });
}

/// One row; `names` is the width of the names.
pub(super) fn row(ui: &mut Ui, names: f32, row: &Row<'_>) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let Row { name, font, .. } = row;
    response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Row, true, format!("{name}: {}", row.cells.join(", "))));
    let middle = rect.center().y;
    let shown = elided(ui, name, font, names + 10.0);
    ui.painter().text(pos2(rect.min.x, middle), Align2::LEFT_CENTER, shown, font.clone(), row.color);
    #[expect(clippy::cast_precision_loss, reason = "a number of columns")]
    let column = (rect.width() - names) / row.cells.len() as f32;
    let mut right = rect.min.x + names;
    for cell in &row.cells {
        right += column;
        ui.painter().text(pos2(right, middle), Align2::RIGHT_CENTER, cell, font.clone(), row.cell_color);
    }
    response
}

/// The heading of a figure, with what it means and where it is from on hover.
pub(super) fn title(ui: &mut Ui, text: &str, meaning: &str) {
    ui.add_space(4.0);
    ui.horizontal(|ui| title_beside(ui, text, meaning));
}

/// The same, where more stands in the row.
pub(super) fn title_beside(ui: &mut Ui, text: &str, meaning: &str) {
    let palette = Palette::of(ui);
    ui.label(RichText::new(text).size(11.5).color(palette.weak)).on_hover_text(meaning);
    if is_printed(ui) {
        return;
    }
    ui.label(RichText::new("?").font(semibold(10.5)).color(palette.accent)).on_hover_text(meaning);
}

/// Small weak text under a table.
pub(super) fn note(ui: &mut Ui, text: &str) {
    let palette = Palette::of(ui);
    ui.add_space(3.0);
    ui.label(RichText::new(text).size(10.5).color(palette.weak));
}
