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
    /// The rows of choices, none of them wider than the narrowest panel: it would push it wider.
    pub fn show(&mut self, ui: &mut Ui, sweep: &ValidSweep) {
        self.arm = self.arm.min(sweep.arm_count() - 1);
        let two = sweep.axes().len() == 2;
        ui.horizontal(|ui| {
            let text = |measure: Measure| (measure.label().to_owned(), measure.meaning());
            choice(ui, "show", "accuracy", &mut self.measure, &Measure::ALL, 44.0, text);
            if two {
                self.arms(ui, sweep);
            } else {
                self.band(ui);
            }
        });
        if two {
            ui.horizontal(|ui| {
                self.view(ui, sweep);
                if !self.shows_map(sweep) {
                    self.band(ui);
                }
            });
        }
        let axis = &sweep.axes()[0];
        if can_be_log(axis) && !self.shows_map(sweep) {
            let mut log = self.is_log(sweep);
            let label = RichText::new(format!("log {}", last_part(&axis.key))).size(11.5);
            if ui.checkbox(&mut log, label).changed() {
                self.log = Some((axis.key.clone(), log));
            }
        }
    }

    fn band(&mut self, ui: &mut Ui) {
        let text = |spread: Spread| (spread.label().to_owned(), spread.meaning());
        choice(ui, "band", "band of the sweep", &mut self.spread, &Spread::ALL, 66.0, text);
    }

    fn view(&mut self, ui: &mut Ui, sweep: &ValidSweep) {
        if !can_be_curves(sweep) {
            return;
        }
        let is_map = self.shows_map(sweep);
        let mut view = if is_map { View::Map } else { View::Curves };
        for (label, value) in [("curves", View::Curves), ("map", View::Map)] {
            ui.selectable_value(&mut view, value, RichText::new(label).size(11.5));
        }
        if (view == View::Map) != is_map {
            self.view = Some(view);
        }
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
        can_be_log(axis) && said.unwrap_or_else(|| axis.is_spaced_by_ratio())
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

fn can_be_log(axis: &Axis) -> bool {
    axis.numbers().is_some_and(|numbers| numbers.iter().all(|number| *number > 0.0))
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
