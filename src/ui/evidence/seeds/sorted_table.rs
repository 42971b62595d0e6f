//! All arms over their seeds: a click on a heading sorts, a button copies.

use egui::{Align2, FontId, Rect, Sense, Ui, pos2, vec2};

use crate::metrics::Summary;
use crate::session::{ArmSummary, ComparisonJob, Session, arm_summaries};
use crate::storage::quoted;
use crate::ui::controls::{grouped, short};
use crate::ui::evidence::cost;
use crate::ui::evidence::table::{Row, note, row};
use crate::ui::theme::{Palette, semibold};

const NAMES: f32 = 78.0;
const HEADING: f32 = 20.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Final,
    Best,
    Seconds,
    Connections,
    Flops,
    Memory,
    Energy,
}

const COLUMNS: [Column; 7] =
    [Column::Final, Column::Best, Column::Seconds, Column::Connections, Column::Flops, Column::Memory, Column::Energy];
/// A column is at least so wide.
const NARROWEST: f32 = 68.0;

impl Column {
    fn label(self) -> &'static str {
        match self {
            Self::Final => "final, %",
            Self::Best => "best, %",
            Self::Seconds => "seconds",
            Self::Connections => "connections",
            Self::Flops => "FLOPs",
            Self::Memory => "memory",
            Self::Energy => "energy",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Final => "Test accuracy after the last epoch",
            Self::Best => "The best test accuracy of all epochs: chosen on the test samples, so it flatters",
            Self::Seconds => "Training time of a whole run, while as many runs as there are processors go on at once",
            Self::Connections => "Connections in the end",
            Self::Flops => "To train on one sample, by formula: of the run that is watched, as on the page of cost",
            Self::Memory => "Bytes that training keeps: of the run that is watched, as on the page of cost",
            Self::Energy => {
                "To use the network once, by a model and not measured: of the run that is watched, as on the page of cost"
            }
        }
    }

    /// Whether a higher value is what one looks for first.
    fn is_best_high(self) -> bool {
        matches!(self, Self::Final | Self::Best)
    }
}

/// What stands in a row.
struct Figures {
    summary: ArmSummary,
    flops: f64,
    bytes: Option<usize>,
    /// In pJ, by a model.
    energy: Option<f64>,
}

impl Figures {
    #[expect(clippy::cast_precision_loss, reason = "a number of bytes")]
    fn value(&self, column: Column) -> f64 {
        match column {
            Column::Final => self.summary.final_accuracy.mean,
            Column::Best => self.summary.best_accuracy.mean,
            Column::Seconds => self.summary.seconds.mean,
            Column::Connections => self.summary.connections.mean,
            Column::Flops => self.flops,
            Column::Memory => self.bytes.map_or(f64::NAN, |bytes| bytes as f64),
            Column::Energy => self.energy.unwrap_or(f64::NAN),
        }
    }

    fn cell(&self, column: Column) -> String {
        let connections = self.summary.connections;
        let percent = |summary: Summary| mean_and_deviation(summary, |value| format!("{:.1}", 100.0 * value));
        match column {
            Column::Final => percent(self.summary.final_accuracy),
            Column::Best => percent(self.summary.best_accuracy),
            Column::Seconds => {
                let decimals = match self.summary.seconds.mean {
                    mean if mean < 0.1 => 4,
                    mean if mean < 10.0 => 2,
                    _ => 1,
                };
                mean_and_deviation(self.summary.seconds, |value| format!("{value:.decimals$}"))
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of connections")]
            Column::Connections if connections.count > 0 && connections.deviation == 0.0 => {
                grouped(connections.mean as usize)
            }
            Column::Connections => mean_and_deviation(connections, short),
            Column::Flops => short(self.flops),
            Column::Memory => self.bytes.map_or_else(|| "–".to_owned(), cost::bytes),
            Column::Energy => self.energy.map_or_else(|| "–".to_owned(), cost::energy),
        }
    }
}

/// Nothing of nothing; of a single run the value alone.
fn mean_and_deviation(summary: Summary, text: impl Fn(f64) -> String) -> String {
    match summary {
        Summary { count: 0, .. } => "–".to_owned(),
        Summary { count: 1, .. } => text(summary.mean),
        _ => format!("{} ± {}", text(summary.mean), text(summary.deviation)),
    }
}

/// The table, and how it is sorted: as the experiment has its arms, if not said.
#[derive(Default)]
pub(super) struct SortedTable {
    by: Option<(Column, bool)>,
}

impl SortedTable {
    /// Shows the table.
    pub fn show(&mut self, ui: &mut Ui, session: &Session, job: &ComparisonJob) {
        let palette = Palette::of(ui);
        let rows = self.rows(session, job);
        // As many columns beside each other as there is room for.
        let room = ui.available_width() - NAMES;
        let beside = if room >= 7.0 * NARROWEST {
            7
        } else if room >= 4.0 * NARROWEST {
            4
        } else if room >= 3.0 * NARROWEST {
            3
        } else {
            2
        };
        for block in COLUMNS.chunks(beside) {
            self.headings(ui, block, beside);
            for figures in &rows {
                let name = session.arms()[figures.summary.arm].name.as_str();
                // Columns are as wide in a last line that is not full.
                let mut cells: Vec<String> = block.iter().map(|&column| figures.cell(column)).collect();
                cells.resize(beside, String::new());
                let (color, font) = (palette.arm(figures.summary.arm), FontId::proportional(11.5));
                row(ui, NAMES, &Row { name, color, font, cells, cell_color: palette.text });
            }
            ui.add_space(4.0);
        }
        ui.horizontal(|ui| {
            let button = ui.button("Copy table");
            if button.on_hover_text("As text with tabs, for a spreadsheet: all columns in full precision").clicked() {
                ui.ctx().copy_text(separated(session, &rows, '\t'));
            }
            let finished = job.runs().iter().filter(|run| run.has_finished()).count();
            note(ui, &format!("{finished} of {} runs finished", job.runs().len()));
        });
        note(ui, "Click a heading to sort. FLOPs, memory and energy (a model) are of the run that is watched.");
    }

    /// As it is sorted, with all digits.
    pub fn to_csv(&self, session: &Session, job: &ComparisonJob) -> String {
        separated(session, &self.rows(session, job), ',')
    }

    fn rows(&self, session: &Session, job: &ComparisonJob) -> Vec<Figures> {
        let figures = |summary: ArmSummary| Figures {
            summary,
            flops: cost::formula(session, summary.arm),
            bytes: cost::memory(session, summary.arm),
            energy: cost::model_energy(session, summary.arm),
        };
        let mut rows: Vec<Figures> = arm_summaries(session.arms().len(), job.runs()).into_iter().map(figures).collect();
        self.sort(&mut rows);
        rows
    }

    fn sort(&self, rows: &mut [Figures]) {
        let Some((column, descending)) = self.by else { return };
        rows.sort_by(|a, b| {
            let (a, b) = (a.value(column), b.value(column));
            let order = if descending { b.total_cmp(&a) } else { a.total_cmp(&b) };
            // What is not known stands last.
            a.is_nan().cmp(&b.is_nan()).then(order)
        });
    }

    fn headings(&mut self, ui: &mut Ui, block: &[Column], beside: usize) {
        let palette = Palette::of(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEADING), Sense::hover());
        #[expect(clippy::cast_precision_loss, reason = "a number of columns")]
        let width = (rect.width() - NAMES) / beside as f32;
        let mut left = rect.min.x + NAMES;
        for &column in block {
            let cell = Rect::from_min_size(pos2(left, rect.min.y), vec2(width, HEADING));
            left += width;
            let response = ui.interact(cell, ui.scope_id().with(("heading", column.label())), Sense::click());
            let sorted = self.by.filter(|(by, _)| *by == column);
            let name = format!("sort by {}", column.label());
            response
                .widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, sorted.is_some(), name.as_str()));
            let arrow = match sorted {
                Some((_, true)) => " ↓",
                Some((_, false)) => " ↑",
                None => "",
            };
            let lit = response.hovered() || response.has_focus();
            let color = if lit || sorted.is_some() { palette.accent } else { palette.weak };
            let font = if sorted.is_some() { semibold(11.0) } else { FontId::proportional(11.0) };
            let text = format!("{}{arrow}", column.label());
            ui.painter().text(cell.right_center(), Align2::RIGHT_CENTER, text, font, color);
            if response.on_hover_text(column.meaning()).clicked() {
                self.by = match sorted {
                    None => Some((column, column.is_best_high())),
                    Some((_, down)) if down == column.is_best_high() => Some((column, !down)),
                    Some(_) => None,
                };
            }
        }
    }
}

/// What stands in the columns of a table that is copied or saved.
const HEADINGS: [&str; 14] = [
    "arm",
    "runs",
    "finished",
    "final test accuracy mean",
    "sd",
    "best test accuracy mean",
    "sd",
    "seconds mean",
    "sd",
    "connections mean",
    "sd",
    "FLOPs a sample",
    "bytes to train",
    "pJ to use it once (model)",
];

/// A line for each arm, as it is sorted. What is not known is left empty.
fn separated(session: &Session, rows: &[Figures], separator: char) -> String {
    let between = separator.to_string();
    let mut text = HEADINGS.join(&between) + "\n";
    for figures in rows {
        let ArmSummary { arm, runs, final_accuracy, best_accuracy, connections, seconds } = figures.summary;
        let name = &session.arms()[arm].name;
        let name = if separator == ',' { quoted(name) } else { name.replace(['\t', '\n', '\r'], " ") };
        let mut cells = vec![name, runs.to_string(), final_accuracy.count.to_string()];
        for summary in [final_accuracy, best_accuracy, seconds, connections] {
            let known =
                |least: usize, value: f64| if summary.count < least { String::new() } else { value.to_string() };
            cells.extend([known(1, summary.mean), known(2, summary.deviation)]);
        }
        cells.push(figures.flops.to_string());
        cells.push(figures.bytes.map_or_else(String::new, |bytes| bytes.to_string()));
        cells.push(figures.energy.map_or_else(String::new, |energy| energy.to_string()));
        text += &cells.join(&between);
        text.push('\n');
    }
    text
}
