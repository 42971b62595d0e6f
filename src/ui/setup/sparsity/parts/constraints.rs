//! What a method asks of weights, places and neurons beside scores: parts that most methods do without.

use egui::{ComboBox, DragValue, Ui};

use super::choice;
use crate::session::Session;
use crate::topology::{Fallback, FanIn, Langevin, NeuronPruning, Recipe, Stalled};
use crate::training::SparsitySpec;
use crate::ui::controls::{faults, number_row, row, weak};

const FAN_IN_HELP: &str = "Whether every neuron of a layer has the same number of inputs (SRigL, Lasby et al. 2024).";
const SALIENT_HELP: &str =
    "A hidden neuron that would keep fewer inputs worth having than this share of them is ablated.";
const NEURONS_HELP: &str = "Whether the weakest neurons lose all their inputs, later in the run, with none in their place (importance pruning, Curci et al. 2021).";
const LANGEVIN_HELP: &str = "A pull towards zero and a little noise in every step; with the cut “past 0” these are the dynamics of Deep-R \
                             (Bellec et al. 2018).";
const RESERVE_HELP: &str = "Parameters that learn without taking part, as a multiple of the connections; all others are kept as they \
                            are, and an update exchanges the smallest active ones for larger ones (Top-KAST, Jayakumar et al. 2020).";

const FALLBACK_HELP: &str = "Whether connections grow at random, to the end, once the accuracy on training samples that are held out has \
                             not been better than its best for so many epochs (CTRE, Atashgahi et al. 2022).";
const HELD_OUT_HELP: &str = "Share of the training samples that judge and do not train.";

/// Rows for all of them.
pub(super) fn show(ui: &mut Ui, session: &Session, own: &Recipe, sparsity: &mut SparsitySpec) {
    fan_in(ui, own, sparsity);
    faults(ui, session.faults(), "sparsity.fan_in");
    neurons(ui, own, sparsity);
    faults(ui, session.faults(), "sparsity.prune_neurons");
    langevin(ui, own, sparsity);
    faults(ui, session.faults(), "sparsity.langevin");
    reserve(ui, own, sparsity);
    faults(ui, session.faults(), "sparsity.reserve");
    fallback(ui, own, sparsity);
    faults(ui, session.faults(), "sparsity.fallback");
}

fn fan_in(ui: &mut Ui, own: &Recipe, sparsity: &mut SparsitySpec) {
    let constant = match sparsity.fan_in.unwrap_or(own.fan_in) {
        FanIn::Free => FanIn::Constant { salient: 0.3 },
        constant @ FanIn::Constant { .. } => constant,
    };
    let label = |fan_in| if fan_in == FanIn::Free { "as it comes" } else { "equally many" };
    choice(ui, "Inputs", FAN_IN_HELP, &[FanIn::Free, constant], own.fan_in, &mut sparsity.fan_in, label);
    if let FanIn::Constant { mut salient } = sparsity.fan_in.unwrap_or(own.fan_in) {
        let drag = DragValue::new(&mut salient).speed(0.01).max_decimals(2);
        if number_row(ui, "  salient", "γ", SALIENT_HELP, drag).changed() {
            sparsity.fan_in = Some(FanIn::Constant { salient });
        }
    }
}

fn neurons(ui: &mut Ui, own: &Recipe, sparsity: &mut SparsitySpec) {
    let first = NeuronPruning { share: 0.2, from: 0.4, every: 10 };
    let names = ["kept", "pruned"];
    let value = &mut sparsity.prune_neurons;
    let Some(mut pruning) = optional(ui, "Weak neurons", NEURONS_HELP, names, own.prune_neurons, first, value) else {
        return;
    };
    let (mut share, mut from) = (100.0 * pruning.share, 100.0 * pruning.from);
    let percent = |value| DragValue::new(value).speed(0.5).suffix(" %").max_decimals(0);
    let share_help = "Share of each hidden layer's neurons, those with the smallest sums of |w|.";
    let mut changed = number_row(ui, "  share", "", share_help, percent(&mut share)).changed();
    changed |= number_row(ui, "  from", "", "From this share of the run on.", percent(&mut from)).changed();
    let every = DragValue::new(&mut pruning.every).speed(0.1).suffix(" updates");
    changed |= number_row(ui, "  every", "", "At every so many topology updates.", every).changed();
    if changed {
        *value = Some(NeuronPruning { share: share / 100.0, from: from / 100.0, ..pruning });
    }
}

fn langevin(ui: &mut Ui, own: &Recipe, sparsity: &mut SparsitySpec) {
    let first = Langevin { l1: 1e-5, temperature: 1e-10 };
    let value = &mut sparsity.langevin;
    let Some(mut langevin) = optional(ui, "Noise", LANGEVIN_HELP, ["none", "Langevin"], own.langevin, first, value)
    else {
        return;
    };
    let pull = "The pull towards zero, by which every step shortens weights (times η).";
    let mut changed = number_row(ui, "  pull", "α", pull, scientific(&mut langevin.l1)).changed();
    let noise = "The temperature: every step adds normal noise of √(2ηT).";
    changed |= number_row(ui, "  temperature", "T", noise, scientific(&mut langevin.temperature)).changed();
    if changed {
        *value = Some(langevin);
    }
}

fn reserve(ui: &mut Ui, own: &Recipe, sparsity: &mut SparsitySpec) {
    let value = &mut sparsity.reserve;
    let Some(mut reserve) = optional(ui, "Reserve", RESERVE_HELP, ["none", "learns"], own.reserve, 1.0, value) else {
        return;
    };
    let drag = DragValue::new(&mut reserve).speed(0.05).suffix(" × as many").max_decimals(2);
    if number_row(ui, "  parameters", "M", RESERVE_HELP, drag).changed() {
        *value = Some(reserve);
    }
}

fn fallback(ui: &mut Ui, own: &Recipe, sparsity: &mut SparsitySpec) {
    let stalled = match sparsity.fallback.unwrap_or(own.fallback) {
        Fallback::Never => Stalled::OF_PAPER,
        Fallback::Stalled(stalled) => stalled,
    };
    let choices = [Fallback::Never, Fallback::Stalled(stalled)];
    let label = |fallback| if fallback == Fallback::Never { "never" } else { "if stalled" };
    choice(ui, "Fall back", FALLBACK_HELP, &choices, own.fallback, &mut sparsity.fallback, label);
    let Fallback::Stalled(mut stalled) = sparsity.fallback.unwrap_or(own.fallback) else { return };
    let mut share = 100.0 * stalled.held_out;
    let drag = DragValue::new(&mut share).speed(0.5).suffix(" %").max_decimals(0);
    let mut changed = number_row(ui, "  held out", "", HELD_OUT_HELP, drag).changed();
    let drag = DragValue::new(&mut stalled.epochs).speed(0.2).suffix(" epochs");
    changed |= number_row(ui, "  after", "e", "Epochs without progress, one after the other.", drag).changed();
    if changed {
        sparsity.fallback = Some(Fallback::Stalled(Stalled { held_out: share / 100.0, ..stalled }));
    }
}

/// A part that is there or not; what it is now. Where the method itself has it, it cannot be left out.
fn optional<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    help: &str,
    [without, with]: [&str; 2],
    own: Option<T>,
    first: T,
    value: &mut Option<T>,
) -> Option<T> {
    row(ui, name, "", help, |ui| {
        if own.is_some() {
            weak(ui, with);
            return;
        }
        let text = if value.is_some() { with } else { without };
        ComboBox::from_id_salt(name).selected_text(text).width(104.0).truncate().show_ui(ui, |ui| {
            if ui.selectable_label(value.is_none(), without).clicked() {
                *value = None;
            }
            if ui.selectable_label(value.is_some(), with).clicked() && value.is_none() {
                *value = Some(first);
            }
        });
    });
    value.or(own)
}

/// A small number, written as a power of ten.
fn scientific(value: &mut f64) -> DragValue<'_> {
    let speed = (0.02 * *value).max(1e-12);
    DragValue::new(value)
        .speed(speed)
        .custom_formatter(|value, _| format!("{value:.1e}"))
        .custom_parser(|text| text.parse().ok())
}
