//! Every arm at every point: a click on a heading sorts, a button copies.

use egui::{Align2, FontId, Rect, ScrollArea, Sense, Ui, pos2, vec2};

use super::choices::{last_part, short_value};
use crate::metrics::Summary;
use crate::session::{SweepCell, SweepJob};
use crate::training::ValidSweep;
use crate::ui::controls::{elided, grouped, section};
use crate::ui::evidence::table::note;
use crate::ui::theme::{Palette, semibold};

const ROW: f32 = 17.0;
/// Rows that are seen at once.
const SEEN: f32 = 12.0;

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    /// The value of an axis.
    Value(usize),
    Arm,
    Final,
    Best,
    Connections,
}

impl Column {
    fn label(self, sweep: &ValidSweep) -> String {
        match self {
            Self::Value(axis) => last_part(&sweep.axes()[axis].key).replace('_', " "),
            Self::Arm => "arm".to_owned(),
            Self::Final => "final, %".to_owned(),
            Self::Best => "best, %".to_owned(),
            Self::Connections => "connections".to_owned(),
        }
    }

    fn meaning(self, sweep: &ValidSweep) -> String {
        match self {
            Self::Value(axis) => sweep.axes()[axis].key.clone(),
            Self::Arm => "Where an arm is the same at several points, one run serves for all".to_owned(),
            Self::Final => "Test accuracy after the last epoch, mean ± sd over seeds".to_owned(),
            Self::Best => {
                "The best test accuracy of all epochs, mean ± sd over seeds: chosen on the test samples, so it flatters"
                    .to_owned()
            }
            Self::Connections => "Connections in the end, mean over seeds".to_owned(),
        }
    }

    /// The width that it needs.
    fn least(self) -> f32 {
        match self {
            Self::Value(_) => 46.0,
            Self::Arm => 52.0,
            Self::Final | Self::Best => 70.0,
            Self::Connections => 76.0,
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Final | Self::Best | Self::Connections)
    }

    fn cell(self, sweep: &ValidSweep, cell: &SweepCell) -> String {
        match self {
            Self::Value(axis) => short_value(&sweep.axes()[axis], sweep.points()[cell.point].values[axis]),
            Self::Arm => sweep.arm_name(cell.arm).to_owned(),
            Self::Final => percent(cell.final_accuracy),
            Self::Best => percent(cell.best_accuracy),
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of connections")]
            Self::Connections if cell.connections.count > 0 => grouped(cell.connections.mean.round() as usize),
            Self::Connections => "–".to_owned(),
        }
    }

    /// By what rows are sorted; what is not known has no number.
    fn value(self, sweep: &ValidSweep, cell: &SweepCell) -> f64 {
        let known = |summary: Summary| if summary.count > 0 { summary.mean } else { f64::NAN };
        #[expect(clippy::cast_precision_loss, reason = "which of a few it is")]
        match self {
            Self::Value(axis) => {
                let value = sweep.points()[cell.point].values[axis];
                sweep.axes()[axis].numbers().map_or(value as f64, |numbers| numbers[value])
            }
            Self::Arm => cell.arm as f64,
            Self::Final => known(cell.final_accuracy),
            Self::Best => known(cell.best_accuracy),
            Self::Connections => known(cell.connections),
        }
    }
}

/// Nothing of nothing; of a single run the value alone.
fn percent(summary: Summary) -> String {
    match summary {
        Summary { count: 0, .. } => "–".to_owned(),
        Summary { count: 1, mean, .. } => format!("{:.1}", 100.0 * mean),
        Summary { mean, deviation, .. } => format!("{:.1} ± {:.1}", 100.0 * mean, 100.0 * deviation),
    }
}

/// The table, and how it is sorted: as the points follow one another, if not said.
#[derive(Default)]
pub(super) struct SweepTable {
    by: Option<(Column, bool)>,
}

impl SweepTable {
    /// Shows the table.
    pub fn show(&mut self, ui: &mut Ui, job: &SweepJob) {
        let sweep = job.sweep();
        section(ui, "Every point, mean ± sd");
        let columns = columns(ui, sweep);
        if let Some((Column::Value(axis), _)) = self.by
            && axis >= sweep.axes().len()
        {
            self.by = None;
        }
        self.headings(ui, sweep, &columns);
        let cells = self.sorted(job);
        let widths = widths(ui.available_width(), &columns);
        ui.spacing_mut().item_spacing.y = 0.0;
        let area = ScrollArea::vertical().id_salt("points of the sweep").max_height(SEEN * ROW);
        area.show_rows(ui, ROW, cells.len(), |ui, rows| {
            for cell in &cells[rows] {
                row(ui, sweep, cell, &columns, &widths);
            }
        });
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            let button = ui.button("Copy table");
            button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Copy the table of the sweep"));
            if button.on_hover_text("As text with tabs, for a spreadsheet: all columns in full precision").clicked() {
                ui.ctx().copy_text(tab_separated(sweep, &cells));
            }
            note(ui, "Click a heading to sort.");
        });
    }

    fn sorted<'a>(&self, job: &'a SweepJob) -> Vec<&'a SweepCell> {
        let mut cells: Vec<&SweepCell> = job.cells().iter().collect();
        if let Some((column, descending)) = self.by {
            let values: Vec<f64> = job.cells().iter().map(|cell| column.value(job.sweep(), cell)).collect();
            let value = |cell: &SweepCell| values[cell.point * job.sweep().arm_count() + cell.arm];
            cells.sort_by(|a, b| {
                let (a, b) = (value(a), value(b));
                let order = if descending { b.total_cmp(&a) } else { a.total_cmp(&b) };
                // What is not known stands last.
                a.is_nan().cmp(&b.is_nan()).then(order)
            });
        }
        cells
    }

    fn headings(&mut self, ui: &mut Ui, sweep: &ValidSweep, columns: &[Column]) {
        let palette = Palette::of(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
        let mut left = rect.min.x;
        for (&column, width) in columns.iter().zip(widths(rect.width(), columns)) {
            let area = Rect::from_min_size(pos2(left, rect.min.y), vec2(width, rect.height()));
            left += width;
            let label = column.label(sweep);
            let response = ui.interact(area, ui.scope_id().with(("heading", &label)), Sense::click());
            let sorted = self.by.filter(|(by, _)| *by == column);
            let name = format!("sort the sweep by {label}");
            response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, sorted.is_some(), &name));
            let arrow = match sorted {
                Some((_, true)) => " ↓",
                Some((_, false)) => " ↑",
                None => "",
            };
            let lit = response.hovered() || response.has_focus() || sorted.is_some();
            let color = if lit { palette.accent } else { palette.weak };
            let font = if sorted.is_some() { semibold(11.0) } else { FontId::proportional(11.0) };
            let text = elided(ui, &format!("{label}{arrow}"), &font, width - 4.0);
            write(ui, area, column, &text, font, color);
            if response.on_hover_text(column.meaning(sweep)).clicked() {
                let first = column.is_number();
                self.by = match sorted {
                    None => Some((column, first)),
                    Some((_, down)) if down == first => Some((column, !down)),
                    Some(_) => None,
                };
            }
        }
    }
}

/// As many columns as there is room for.
fn columns(ui: &Ui, sweep: &ValidSweep) -> Vec<Column> {
    let least = |columns: &[Column]| columns.iter().map(|column| column.least()).sum::<f32>();
    let mut columns: Vec<Column> = (0..sweep.axes().len()).map(Column::Value).collect();
    for column in [Column::Arm, Column::Final, Column::Best, Column::Connections] {
        if column == Column::Arm || least(&columns) + column.least() <= ui.available_width() {
            columns.push(column);
        }
    }
    columns
}

fn widths(width: f32, columns: &[Column]) -> Vec<f32> {
    let all: f32 = columns.iter().map(|column| column.least()).sum();
    columns.iter().map(|column| width * column.least() / all).collect()
}

fn row(ui: &mut Ui, sweep: &ValidSweep, cell: &SweepCell, columns: &[Column], widths: &[f32]) {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let texts: Vec<String> = columns.iter().map(|column| column.cell(sweep, cell)).collect();
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Row, true, texts.join(", ")));
    let font = FontId::proportional(11.5);
    let mut left = rect.min.x;
    for ((&column, text), &width) in columns.iter().zip(&texts).zip(widths) {
        let area = Rect::from_min_size(pos2(left, rect.min.y), vec2(width, ROW));
        left += width;
        let color = if column == Column::Arm { palette.arm(cell.arm) } else { palette.text };
        write(ui, area, column, &elided(ui, text, &font, width - 4.0), font.clone(), color);
    }
    response.on_hover_text(format!("{}, {} seeds ended", sweep.settings(cell.point), cell.ended));
}

/// Figures end at the right, words begin at the left.
fn write(ui: &Ui, area: Rect, column: Column, text: &str, font: FontId, color: egui::Color32) {
    let (at, align) = if column.is_number() {
        (area.right_center(), Align2::RIGHT_CENTER)
    } else {
        (area.left_center(), Align2::LEFT_CENTER)
    };
    ui.painter().text(at, align, text, font, color);
}

/// A line for each arm at each point, as they are sorted. What is not known is left empty.
fn tab_separated(sweep: &ValidSweep, cells: &[&SweepCell]) -> String {
    let keys: Vec<&str> = sweep.axes().iter().map(|axis| axis.key.as_str()).collect();
    let mut text = keys.join("\t");
    text += "\tarm\truns\tfinished\tfinal test accuracy mean\tsd\tbest test accuracy mean\tsd\tconnections mean\tsd\t\
             seconds mean\tsd\n";
    for cell in cells {
        let axes = sweep.axes().iter().zip(&sweep.points()[cell.point].values);
        let mut fields: Vec<String> = axes.map(|(axis, &value)| axis.value_text(value)).collect();
        fields.extend([
            sweep.arm_name(cell.arm).to_owned(),
            cell.ended.to_string(),
            cell.final_accuracy.count.to_string(),
        ]);
        for summary in [cell.final_accuracy, cell.best_accuracy, cell.connections, cell.seconds] {
            let known =
                |least: usize, value: f64| if summary.count < least { String::new() } else { value.to_string() };
            fields.extend([known(1, summary.mean), known(2, summary.deviation)]);
        }
        let plain = |field: &String| field.replace(['\t', '\n', '\r'], " ");
        text += &fields.iter().map(plain).collect::<Vec<_>>().join("\t");
        text.push('\n');
    }
    text
}
