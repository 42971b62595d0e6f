//! How weights are trained, and how long.

use egui::{CollapsingHeader, ComboBox, DragValue, Ui};

use super::Shown;
use crate::lesson::Control;
use crate::nn::{Loss, RateSchedule, Rule};
use crate::session::Session;
use crate::topology::recipe::Stretch;
use crate::training::{ExperimentSpec, OptimizerSpec, TrainingSpec, Tuning};
use crate::ui::controls::{faults, number_row, row, section};

const RULE_HELP: &str = "How a gradient becomes a step. Momentum: Polyak 1964; Nesterov's: Sutskever et al. 2013; Adam: Kingma & Ba 2015; \
    AdamW, whose decay stays out of the moments: Loshchilov & Hutter 2019.";
const RATE_HELP: &str = "Learning rate: how far a weight moves against its gradient.";
const SCHEDULE_HELP: &str = "How the learning rate changes: not at all; to a tenth at half of the run and to a hundredth at three \
    quarters; or along a cosine to 0 (Loshchilov & Hutter 2017).";
const MOMENTUM_HELP: &str = "How much of the last step is kept; of Adam β₁. A regrown connection starts without any.";
const DECAY_HELP: &str = "Pulls weights towards 0 by λ·w, scaled by the learning rate; biases are left alone.";
const L1_HELP: &str = "Pulls weights towards 0 by the same amount whatever their size; biases are left alone.";
const WARM_UP_HELP: &str = "Epochs over which the learning rate climbs to its start (Goyal et al. 2017).";
const CLIP_HELP: &str =
    "The largest length of the whole gradient; a longer one is shortened to it (Pascanu et al. 2013). 0: any.";
const LOSS_HELP: &str = "What training makes small: −ln p of the right class, or the squared error of logistic outputs as in SET's \
    first code.";

pub(super) fn show(ui: &mut Ui, session: &Session, spec: &mut ExperimentSpec, shown: Shown) {
    const OWN: [Control; 6] = [
        Control::Optimizer,
        Control::LearningRate,
        Control::Momentum,
        Control::WeightDecay,
        Control::Batch,
        Control::Epochs,
    ];
    if !shown.has_any(&OWN) {
        return;
    }
    section(ui, "Optimiser");
    let tuning = &session.arms()[0].tuning;
    let optimizer = &mut spec.optimizer;
    shown.draw(ui, Control::Optimizer, |ui| rule(ui, optimizer));
    shown.draw(ui, Control::LearningRate, |ui| rate(ui, session, tuning, optimizer));
    shown.draw(ui, Control::Momentum, |ui| momentum_row(ui, session, tuning, optimizer));
    shown.draw(ui, Control::WeightDecay, |ui| decay_row(ui, session, tuning, optimizer));
    if shown.is_all() {
        details(ui, session, spec);
    }
    shown.draw(ui, Control::Batch, |ui| batch_row(ui, session, &mut spec.training));
    shown.draw(ui, Control::Epochs, |ui| epochs_row(ui, session, &mut spec.training));
}

/// What is seldom changed.
fn details(ui: &mut Ui, session: &Session, spec: &mut ExperimentSpec) {
    let tuning = &session.arms()[0].tuning;
    CollapsingHeader::new("More").id_salt("more of the optimiser").show(ui, |ui| {
        more(ui, session, tuning, &mut spec.optimizer);
        let chosen = spec.training.loss;
        row(ui, "Loss", "", LOSS_HELP, |ui| {
            choice(ui, "loss", chosen, &Loss::ALL, Loss::label, |loss| spec.training.loss = loss);
        });
    });
}

fn batch_row(ui: &mut Ui, session: &Session, training: &mut TrainingSpec) {
    let help = "Samples a step. What does not fill a batch is left out of that epoch.";
    number_row(ui, "Batch", "", help, DragValue::new(&mut training.batch).speed(0.2));
    faults(ui, session.faults(), "training.batch");
}

fn epochs_row(ui: &mut Ui, session: &Session, training: &mut TrainingSpec) {
    let help = "How often all training samples are seen.";
    number_row(ui, "Epochs", "", help, DragValue::new(&mut training.epochs).speed(0.5));
    faults(ui, session.faults(), "training.epochs");
}

fn rule(ui: &mut Ui, optimizer: &mut OptimizerSpec) {
    let chosen = optimizer.name.unwrap_or_default();
    row(ui, "Rule", "", RULE_HELP, |ui| {
        choice(ui, "rule", chosen, &Rule::ALL, Rule::label, |rule| {
            if rule.is_adaptive() != chosen.is_adaptive() {
                // What is usual for one is far off for the other.
                optimizer.learning_rate = None;
            }
            optimizer.name = Some(rule);
        });
    });
}

fn rate(ui: &mut Ui, session: &Session, tuning: &Tuning, optimizer: &mut OptimizerSpec) {
    let mut rate = optimizer.learning_rate.unwrap_or(tuning.learning_rate);
    // Nothing is clamped in silence: what cannot run is explained below its field.
    let speed = 0.01 * rate.abs().clamp(1e-4, 100.0);
    let drag = DragValue::new(&mut rate).speed(speed).max_decimals(6);
    if number_row(ui, "Learning rate", "η", RATE_HELP, drag).changed() {
        optimizer.learning_rate = Some(rate);
    }
    faults(ui, session.faults(), "optimizer.learning_rate");
    let chosen = optimizer.schedule.unwrap_or_default();
    row(ui, "Rate over time", "", SCHEDULE_HELP, |ui| {
        choice(ui, "rate schedule", chosen, &RateSchedule::ALL, RateSchedule::label, |schedule| {
            optimizer.schedule = Some(schedule);
        });
    });
}

fn momentum_row(ui: &mut Ui, session: &Session, tuning: &Tuning, optimizer: &mut OptimizerSpec) {
    let mut momentum = optimizer.momentum.unwrap_or(tuning.momentum);
    let drag = DragValue::new(&mut momentum).speed(0.005).max_decimals(3);
    if number_row(ui, "Momentum", "μ", MOMENTUM_HELP, drag).changed() {
        optimizer.momentum = Some(momentum);
    }
    faults(ui, session.faults(), "optimizer.momentum");
}

fn decay_row(ui: &mut Ui, session: &Session, tuning: &Tuning, optimizer: &mut OptimizerSpec) {
    let mut decay = optimizer.weight_decay.unwrap_or(tuning.weight_decay);
    let drag = DragValue::new(&mut decay).speed(0.000_05).max_decimals(5);
    if number_row(ui, "Weight decay", "λ", DECAY_HELP, drag).changed() {
        optimizer.weight_decay = Some(decay);
    }
    faults(ui, session.faults(), "optimizer.weight_decay");
}

fn more(ui: &mut Ui, session: &Session, tuning: &Tuning, optimizer: &mut OptimizerSpec) {
    let mut l1 = optimizer.l1.unwrap_or(tuning.l1);
    let drag = DragValue::new(&mut l1).speed(0.000_05).max_decimals(5);
    if number_row(ui, "L1 penalty", "λ₁", L1_HELP, drag).changed() {
        optimizer.l1 = Some(l1).filter(|&l1| l1 != 0.0);
    }
    faults(ui, session.faults(), "optimizer.l1");
    let (Stretch::Epochs(mut length) | Stretch::Steps(mut length)) = optimizer.warm_up.unwrap_or(Stretch::Epochs(0));
    let in_steps = matches!(optimizer.warm_up, Some(Stretch::Steps(_)));
    let suffix = if in_steps { " steps" } else { " epochs" };
    let drag = DragValue::new(&mut length).speed(0.05).suffix(suffix);
    if number_row(ui, "Warm-up", "", WARM_UP_HELP, drag).changed() {
        let stretch = if in_steps { Stretch::Steps(length) } else { Stretch::Epochs(length) };
        optimizer.warm_up = Some(stretch).filter(|_| length > 0);
    }
    let mut norm = optimizer.clip_norm.unwrap_or(0.0);
    let drag = DragValue::new(&mut norm).speed(0.02).max_decimals(3);
    if number_row(ui, "Longest gradient", "", CLIP_HELP, drag).changed() {
        optimizer.clip_norm = Some(norm).filter(|&norm| norm != 0.0);
    }
    faults(ui, session.faults(), "optimizer.clip_norm");
}

/// A list to choose from. `choose` is called with another choice than the present one.
fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    id: &str,
    chosen: T,
    all: &[T],
    label: impl Fn(T) -> &'static str,
    mut choose: impl FnMut(T),
) {
    ComboBox::from_id_salt(id).selected_text(label(chosen)).width(90.0).show_ui(ui, |ui| {
        for &choice in all {
            if ui.selectable_label(chosen == choice, label(choice)).clicked() && choice != chosen {
                choose(choice);
            }
        }
    });
}
