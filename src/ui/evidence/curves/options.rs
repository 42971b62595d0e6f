//! What the reader chooses of the curves.

use std::collections::BTreeSet;

use egui::{ComboBox, RichText, Ui};

use super::axes::Axes;
use crate::metrics::Summary;
use crate::session::Session;
use crate::ui::theme::Palette;

/// What the horizontal axis counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Abscissa {
    #[default]
    Epochs,
    Batches,
    Flops,
    Seconds,
}

/// What the band shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::ui::evidence) enum Spread {
    #[default]
    Deviation,
    StandardError,
    Interval,
    Nothing,
}

/// The choices of the page of curves.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub abscissa: Abscissa,
    pub spread: Spread,
    /// Epochs of the moving mean, less one.
    pub smoothed_over: usize,
    pub hide_single_runs: bool,
    /// The vertical one is that of losses.
    pub axes: Axes,
    /// The runs that are watched, though there is a comparison.
    pub watched: bool,
    /// Names of arms that are left out.
    pub hidden: BTreeSet<String>,
    /// The arm that is pointed at in the legend.
    pub lit: Option<usize>,
    /// Which point of the curves the keyboard is at.
    pub cursor: usize,
}

impl Abscissa {
    const ALL: [Self; 4] = [Self::Epochs, Self::Batches, Self::Flops, Self::Seconds];

    pub fn label(self) -> &'static str {
        match self {
            Self::Epochs => "epochs",
            Self::Batches => "batches",
            Self::Flops => "FLOPs",
            Self::Seconds => "seconds",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Epochs => "Passes over the training samples",
            Self::Batches => "Steps of the optimizer",
            Self::Flops => {
                "Operations that kernels computed so far to train, topology updates included and evaluation not; two a \
                 multiply-add"
            }
            Self::Seconds => "Seconds of training so far, topology updates included and evaluation not",
        }
    }

    /// What stands at the axis.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Epochs => "epoch",
            Self::Batches => "batch",
            Self::Flops => "FLOPs of training",
            Self::Seconds => "s of training",
        }
    }
}

impl Spread {
    pub const ALL: [Self; 4] = [Self::Deviation, Self::StandardError, Self::Interval, Self::Nothing];

    pub fn label(self) -> &'static str {
        match self {
            Self::Deviation => "± sd",
            Self::StandardError => "± se",
            Self::Interval => "95 % interval",
            Self::Nothing => "none",
        }
    }

    pub fn meaning(self) -> &'static str {
        match self {
            Self::Deviation => "Standard deviation over seeds: how much single runs differ",
            Self::StandardError => "Standard error, sd / √n: how well the mean is known",
            Self::Interval => "95 % confidence interval of the mean, by Student's t",
            Self::Nothing => "The mean alone",
        }
    }

    /// Half the width of the band, where there are enough runs for one.
    pub fn half_width(self, summary: &Summary) -> Option<f64> {
        match self {
            Self::Nothing => None,
            _ if summary.count < 2 => None,
            Self::Deviation => Some(summary.deviation),
            Self::StandardError => Some(summary.standard_error()),
            Self::Interval => summary.half_interval(),
        }
    }
}

/// So much room takes all choices of a row.
const WIDE: f32 = 290.0;

/// The moving means on offer, in epochs.
const WINDOWS: [usize; 3] = [1, 5, 20];

impl Options {
    /// Epochs of the moving mean; 1 is none.
    pub fn window(&self) -> usize {
        self.smoothed_over + 1
    }

    /// The rows of choices.
    pub fn show(&mut self, ui: &mut Ui, session: &Session) {
        ui.spacing_mut().item_spacing = egui::vec2(6.0, 3.0);
        if let Some(job) = session.comparison() {
            let seeds = job.experiment().seeds().len();
            ui.horizontal(|ui| {
                ui.selectable_value(&mut self.watched, false, small(&format!("{seeds} seeds")));
                let text = format!("seed {}, watched", session.seed());
                ui.selectable_value(&mut self.watched, true, small(&text));
            });
        }
        let of_seeds = session.comparison().is_some() && !self.watched;
        // A row as wide as its panel would push it wider.
        let is_wide = ui.available_width() >= WIDE || !of_seeds;
        ui.horizontal(|ui| {
            let text = |abscissa: Abscissa| (abscissa.label().to_owned(), abscissa.meaning());
            choice(ui, "over", "horizontal axis", &mut self.abscissa, &Abscissa::ALL, 66.0, text);
            if of_seeds {
                let text = |spread: Spread| (spread.label().to_owned(), spread.meaning());
                choice(ui, "band", "band", &mut self.spread, &Spread::ALL, 66.0, text);
            }
            if is_wide {
                self.smoothing(ui);
            }
        });
        if !is_wide {
            self.smoothing(ui);
        }
        ui.horizontal_wrapped(|ui| {
            if of_seeds {
                let mut shown = !self.hide_single_runs;
                ui.checkbox(&mut shown, small("single runs"));
                self.hide_single_runs = !shown;
            }
            ui.checkbox(&mut self.axes.log_x, small(&format!("log {}", self.abscissa.label())));
            ui.checkbox(&mut self.axes.log_y, small("log loss"));
        });
    }

    fn smoothing(&mut self, ui: &mut Ui) {
        let mut window = self.window();
        let text = |window: usize| if window == 1 { ("off".to_owned(), "") } else { (format!("{window} epochs"), "") };
        choice(ui, "smooth", "smoothing", &mut window, &WINDOWS, 40.0, text);
        self.smoothed_over = window - 1;
    }
}

fn small(text: &str) -> RichText {
    RichText::new(text).size(11.5)
}

/// A short list to choose from, with its name before it.
pub(in crate::ui::evidence) fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    label: &str,
    name: &str,
    value: &mut T,
    all: &[T],
    width: f32,
    text: impl Fn(T) -> (String, &'static str),
) {
    let weak = Palette::of(ui).weak;
    // Name and list stay together where the row breaks.
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0;
        ui.spacing_mut().button_padding.x = 4.0;
        ui.label(small(label).color(weak));
        let chosen = text(*value).0;
        let list = ComboBox::from_id_salt(("curves", name)).selected_text(small(&chosen)).width(width);
        let shown = list.show_ui(ui, |ui| {
            for &option in all {
                let (label, meaning) = text(option);
                let response = ui.selectable_value(value, option, label);
                if !meaning.is_empty() {
                    response.on_hover_text(meaning);
                }
            }
        });
        let accessible = format!("{name}: {chosen}");
        shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &accessible));
    });
}
