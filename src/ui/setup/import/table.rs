//! The first rows of a table, with what each column is used for.

use egui::{Align, Align2, ComboBox, FontId, Layout, Rect, ScrollArea, Ui, UiBuilder, Vec2, pos2, vec2};

use crate::data::{ColumnUse, Preview, PreviewColumn};
use crate::ui::controls::{elided, grouped};
use crate::ui::theme::{Palette, semibold};

/// Size of a column.
const WIDTH: f32 = 112.0;
const ROW: f32 = 17.0;
/// Height of its name, its type and its use.
const HEAD: f32 = 64.0;

/// Only columns in sight are drawn: a table of images has hundreds.
pub(super) fn show(ui: &mut Ui, preview: &mut Preview) {
    let palette = Palette::of(ui);
    let rows = preview.rows.len();
    #[expect(clippy::cast_precision_loss, reason = "a number of columns and rows")]
    let size = vec2(preview.columns.len() as f32 * WIDTH, HEAD + rows as f32 * ROW + 4.0);
    let frame = egui::Frame::new().fill(palette.canvas).corner_radius(5).inner_margin(6);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ScrollArea::horizontal().id_salt("table").auto_shrink([false, true]).show_viewport(ui, |ui, viewport| {
            let (whole, _) = ui.allocate_exact_size(size, egui::Sense::hover());
            let place = |index: usize| {
                #[expect(clippy::cast_precision_loss, reason = "a number of columns")]
                let left = whole.left() + index as f32 * WIDTH;
                Rect::from_min_size(pos2(left, whole.top()), vec2(WIDTH - 8.0, size.y))
            };
            let seen = viewport.translate(whole.min.to_vec2());
            let visible: Vec<usize> =
                (0..preview.columns.len()).filter(|&index| place(index).intersects(seen)).collect();
            for index in visible {
                column(ui, preview, index, place(index), palette);
            }
        });
    });
}

fn column(ui: &mut Ui, preview: &mut Preview, index: usize, rect: Rect, palette: &Palette) {
    let column = &preview.columns[index];
    let used = column.used;
    let color = match used {
        ColumnUse::Target => palette.accent,
        ColumnUse::Unused => palette.weak,
        ColumnUse::Number | ColumnUse::Category => palette.text,
    };
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let name = if column.name.is_empty() { format!("column {}", index + 1) } else { column.name.clone() };
    let title = elided(ui, &name, &semibold(12.5), rect.width());
    painter.text(rect.min, Align2::LEFT_TOP, title, semibold(12.5), color);
    let small = FontId::proportional(11.0);
    painter.text(rect.min + vec2(0.0, 17.0), Align2::LEFT_TOP, kind(column), small, palette.weak);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), 32.0));
    let hovered = ui.interact(head, ui.scope_id().with(("column", index)), egui::Sense::hover());
    hovered.on_hover_text(format!(
        "{name}: {} different values and {} missing in the rows looked at",
        grouped(column.distinct),
        grouped(column.missing)
    ));
    for (row, cells) in (0_u16..).zip(&preview.rows) {
        let Some(cell) = cells.get(index) else { continue };
        let at = rect.min + vec2(0.0, HEAD + f32::from(row) * ROW);
        let shown: String = cell.chars().take(40).collect();
        let text = elided(ui, if cell.is_empty() { "–" } else { &shown }, &FontId::proportional(12.0), rect.width());
        painter.text(at, Align2::LEFT_TOP, text, FontId::proportional(12.0), color);
    }
    let choice = Rect::from_min_size(rect.min + vec2(0.0, 34.0), vec2(rect.width(), 24.0));
    let mut chosen = used;
    let inside = UiBuilder::new().max_rect(choice).layout(Layout::left_to_right(Align::Center)).id_salt(index);
    ui.scope_builder(inside, |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let shown = ComboBox::from_id_salt(index).selected_text(used.label()).width(rect.width() - 6.0);
        let shown = shown.show_ui(ui, |ui| {
            for &choice in column.uses() {
                ui.selectable_value(&mut chosen, choice, choice.label());
            }
        });
        let label = format!("use of {name}");
        shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &label));
    });
    if chosen != used {
        preview.set_use(index, chosen);
    }
}

fn kind(column: &PreviewColumn) -> String {
    let missing = match column.missing {
        0 => String::new(),
        count => format!(" · {} missing", grouped(count)),
    };
    format!("{}{missing}", column.kind.label())
}
