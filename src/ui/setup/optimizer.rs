//! How weights are trained, and how long.

use egui::{ComboBox, DragValue, Ui};

use crate::nn::RateSchedule;
use crate::session::Session;
use crate::training::ExperimentSpec;
use crate::ui::controls::{faults, number_row, row, section};

const RATE_HELP: &str = "Learning rate of stochastic gradient descent: how far a weight moves against its gradient.";
const SCHEDULE_HELP: &str =
    "How the learning rate changes: not at all, or along a cosine to 0 (Loshchilov & Hutter 2017).";
const MOMENTUM_HELP: &str = "How much of the last step is kept (Polyak 1964). A regrown connection starts without any.";
const DECAY_HELP: &str = "Pulls weights towards 0 by λ·w, scaled by the learning rate; biases are left alone.";

pub(super) fn show(ui: &mut Ui, session: &Session, spec: &mut ExperimentSpec) {
    section(ui, "Optimiser");
    let tuning = &session.arms()[0].tuning;
    let optimizer = &mut spec.optimizer;
    let mut rate = optimizer.learning_rate.unwrap_or(tuning.learning_rate);
    // Nothing is clamped in silence: what cannot run is explained below its field.
    let speed = 0.01 * rate.abs().clamp(1e-4, 100.0);
    let drag = DragValue::new(&mut rate).speed(speed).max_decimals(6);
    if number_row(ui, "SGD, rate", "η", RATE_HELP, drag).changed() {
        optimizer.learning_rate = Some(rate);
    }
    faults(ui, session.faults(), "optimizer.learning_rate");
    let schedule = optimizer.schedule.unwrap_or_default();
    row(ui, "Rate over time", "", SCHEDULE_HELP, |ui| {
        ComboBox::from_id_salt("rate schedule").selected_text(schedule.label()).width(90.0).show_ui(ui, |ui| {
            for choice in RateSchedule::ALL {
                if ui.selectable_label(schedule == choice, choice.label()).clicked() {
                    optimizer.schedule = Some(choice);
                }
            }
        });
    });
    let mut momentum = optimizer.momentum.unwrap_or(tuning.momentum);
    let drag = DragValue::new(&mut momentum).speed(0.005).max_decimals(3);
    if number_row(ui, "Momentum", "μ", MOMENTUM_HELP, drag).changed() {
        optimizer.momentum = Some(momentum);
    }
    faults(ui, session.faults(), "optimizer.momentum");
    let mut decay = optimizer.weight_decay.unwrap_or(tuning.weight_decay);
    let drag = DragValue::new(&mut decay).speed(0.000_05).max_decimals(5);
    if number_row(ui, "Weight decay", "λ", DECAY_HELP, drag).changed() {
        optimizer.weight_decay = Some(decay);
    }
    faults(ui, session.faults(), "optimizer.weight_decay");
    let training = &mut spec.training;
    let help = "Samples a step. What does not fill a batch is left out of that epoch.";
    number_row(ui, "Batch", "", help, DragValue::new(&mut training.batch).speed(0.2));
    faults(ui, session.faults(), "training.batch");
    let help = "How often all training samples are seen.";
    number_row(ui, "Epochs", "", help, DragValue::new(&mut training.epochs).speed(0.5));
    faults(ui, session.faults(), "training.epochs");
}
