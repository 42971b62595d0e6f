//! What the reader chooses of a sweep's results, and what is shown by these choices.

use egui::{ComboBox, RichText, Ui};

use crate::metrics::Summary;
use crate::session::{SweepCell, SweepJob};
use crate::training::{Axis, ValidSweep};
use crate::ui::evidence::curves::axes::mark_text;
use crate::ui::evidence::curves::options::{Spread, choice};
use crate::ui::theme::Palette;

/// Curves of a map that can be told apart.
const MOST_CURVES: usize = 12;

/// Which accuracy of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Measure {
    #[default]
    Final,
    Best,
}

impl Measure {
    const ALL: [Self; 2] = [Self::Final, Self::Best];

    pub fn label(self) -> &'static str {
        match self {
            Self::Final => "final",
            Self::Best => "best",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Final => "Test accuracy after the last epoch",
            Self::Best => "The best test accuracy of all epochs: chosen on the test samples, so it flatters",
        }
    }

    /// In %.
    pub fn of(self, cell: &SweepCell) -> Summary {
        let Summary { count, mean, deviation } = match self {
            Self::Final => cell.final_accuracy,
            Self::Best => cell.best_accuracy,
        };
        Summary { count, mean: 100.0 * mean, deviation: 100.0 * deviation }
    }
}

/// How two axes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Curves,
    Map,
}

/// The choices of the page.
#[derive(Debug, Default)]
pub(super) struct Choices {
    pub measure: Measure,
    pub spread: Spread,
    /// Which arm of two axes.
    pub arm: usize,
    /// By the values, if not said.
    view: Option<View>,
    /// By the values, if not said; and for which key that was said.
    log: Option<(String, bool)>,
}

impl Choices {
    /// The rows of choices.
    pub fn show(&mut self, ui: &mut Ui, sweep: &ValidSweep) {
        self.arm = self.arm.min(sweep.arm_count() - 1);
        let two = sweep.axes().len() == 2;
        ui.horizontal_wrapped(|ui| {
            let text = |measure: Measure| (measure.label().to_owned(), measure.meaning());
            choice(ui, "show", "accuracy", &mut self.measure, &Measure::ALL, 44.0, text);
            if two {
                self.arms(ui, sweep);
            }
            if !self.shows_map(sweep) {
                let text = |spread: Spread| (spread.label().to_owned(), spread.meaning());
                choice(ui, "band", "band of the sweep", &mut self.spread, &Spread::ALL, 66.0, text);
            }
            let small = |text: &str| RichText::new(text).size(11.5);
            if two && can_be_curves(sweep) {
                let mut view = if self.shows_map(sweep) { View::Map } else { View::Curves };
                // Both stay together where the row breaks.
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = 2.0;
                    ui.selectable_value(&mut view, View::Curves, small("curves"));
                    ui.selectable_value(&mut view, View::Map, small("map"));
                });
                if (view == View::Map) != self.shows_map(sweep) {
                    self.view = Some(view);
                }
            }
            let axis = &sweep.axes()[0];
            let can_be_log = axis.numbers().is_some_and(|numbers| numbers.iter().all(|number| *number > 0.0));
            if can_be_log && !self.shows_map(sweep) {
                let mut log = self.is_log(sweep);
                if ui.checkbox(&mut log, small(&format!("log {}", last_part(&axis.key)))).changed() {
                    self.log = Some((axis.key.clone(), log));
                }
            }
        });
    }

    fn arms(&mut self, ui: &mut Ui, sweep: &ValidSweep) {
        let weak = Palette::of(ui).weak;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 3.0;
            ui.spacing_mut().button_padding.x = 4.0;
            let small = |text: &str| RichText::new(text).size(11.5);
            ui.label(small("of").color(weak));
            let chosen = sweep.arm_name(self.arm);
            let list = ComboBox::from_id_salt("arm of the sweep").selected_text(small(chosen)).width(84.0).truncate();
            let shown = list.show_ui(ui, |ui| {
                for arm in 0..sweep.arm_count() {
                    ui.selectable_value(&mut self.arm, arm, sweep.arm_name(arm));
                }
            });
            let name = format!("arm of the sweep: {chosen}");
            shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &name));
        });
    }

    /// Whether two axes are shown as a map: where the second is one of numbers, if not said.
    pub fn shows_map(&self, sweep: &ValidSweep) -> bool {
        let [_, second] = sweep.axes() else { return false };
        let by_values = if second.numbers().is_some() { View::Map } else { View::Curves };
        !can_be_curves(sweep) || self.view.unwrap_or(by_values) == View::Map
    }

    /// Whether the horizontal axis is logarithmic: where the values are spaced so, if not said.
    pub fn is_log(&self, sweep: &ValidSweep) -> bool {
        let axis = &sweep.axes()[0];
        let said = self.log.as_ref().filter(|(key, _)| *key == axis.key).map(|&(_, log)| log);
        let can_be = axis.numbers().is_some_and(|numbers| numbers.iter().all(|number| *number > 0.0));
        can_be && said.unwrap_or_else(|| axis.is_spaced_by_ratio())
    }

    /// Mean, spread, and over how many of the seeds.
    pub fn in_words(&self, job: &SweepJob, cell: &SweepCell) -> String {
        let summary = self.measure.of(cell);
        let seeds = job.sweep().seeds().len();
        let mean = match (summary.count, cell.ended) {
            (0, ended) if ended == seeds => return "no run finished".to_owned(),
            (0, _) => return "not run yet".to_owned(),
            (1, _) => format!("{:.2} %", summary.mean),
            _ => format!("{:.2} % ± sd {:.2}", summary.mean, summary.deviation),
        };
        let lost = cell.ended - summary.count;
        let missing = if lost > 0 { format!(", {lost} without an end") } else { String::new() };
        let of = if cell.ended < seeds { format!(" of {seeds}") } else { String::new() };
        format!("{mean}, n = {}{of}{missing}", summary.count)
    }
}

fn can_be_curves(sweep: &ValidSweep) -> bool {
    sweep.axes().get(1).is_none_or(|axis| axis.values.len() <= MOST_CURVES)
}

/// A value of an axis to be read at a glance: numbers to about three digits.
pub(super) fn short_value(axis: &Axis, value: usize) -> String {
    match axis.values[value].as_float() {
        Some(number) => mark_text(number),
        None => axis.value_text(value),
    }
}

/// `density` of `sparsity.density`.
pub(super) fn last_part(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}
