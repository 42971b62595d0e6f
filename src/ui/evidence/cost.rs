//! What each arm costs, beside the dense network.

use egui::{Align, Grid, Layout, RichText, Ui};

use crate::metrics::{forward_flops, network_bytes};
use crate::session::Session;
use crate::topology::Method;
use crate::ui::controls::{grouped, short};
use crate::ui::theme::{Palette, semibold};

/// A training step costs three forward passes.
const TRAINING_FACTOR: f64 = 3.0;

/// Connections, operations and time of all arms.
pub(super) fn short_table(ui: &mut Ui, session: &Session) {
    let headings = ["connections", "FLOPs", "ms/epoch"];
    table(ui, session, &headings, |arm| {
        let connections = connections(session, arm);
        vec![grouped(connections), short(training_flops(session, arm)), milliseconds(session, arm)]
    });
    note(
        ui,
        "FLOPs: to train on one sample, by formula. ms/epoch: measured, mean of the last ten epochs while all arms train at once.",
    );
}

/// All that is known of the cost, and how it compares with the dense network.
pub(super) fn full_table(ui: &mut Ui, session: &Session) {
    let dense = dense_arm(session);
    table(ui, session, &["connections", "density", "parameters"], |arm| {
        let own = &session.arms()[arm];
        let biases: usize = own.sizes[1..].iter().sum();
        let connections = connections(session, arm);
        vec![grouped(connections), percent(connections, own.total_places()), grouped(connections + biases)]
    });
    ui.add_space(8.0);
    table(ui, session, &["FLOPs", "against dense", "memory"], |arm| {
        let flops = training_flops(session, arm);
        let against = dense.map_or_else(|| "–".to_owned(), |dense| ratio(flops, training_flops(session, dense)));
        let memory = session
            .history(arm)
            .view()
            .map_or_else(|| "–".to_owned(), |view| bytes(network_bytes(&view.snapshot.network)));
        vec![short(flops), against, memory]
    });
    ui.add_space(8.0);
    table(ui, session, &["ms/epoch", "against dense", "accuracy"], |arm| {
        let own = mean_seconds(session, arm);
        let against = dense.and_then(|dense| Some(ratio(own?, mean_seconds(session, dense)?)));
        let accuracy =
            session.history(arm).epochs().last().map(|record| format!("{:.1} %", 100.0 * record.test.accuracy()));
        vec![milliseconds(session, arm), against.unwrap_or_else(|| "–".to_owned()), accuracy.unwrap_or_default()]
    });
    note(
        ui,
        "FLOPs: to train on one sample, three forward passes of 2 a connection; RigL's dense gradient is shared out over ΔT. \
         Memory: weights, gradients, velocities and indices. Time is measured while all arms train at once. On small \
         networks a dense product can be faster than its FLOPs say.",
    );
}

fn table(ui: &mut Ui, session: &Session, headings: &[&str], cells: impl Fn(usize) -> Vec<String>) {
    let palette = Palette::of(ui);
    let column = (ui.available_width() - 96.0) / 3.0 - 4.0;
    let right = |ui: &mut Ui, text: RichText| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.set_min_width(column);
            ui.label(text)
        });
    };
    ui.spacing_mut().interact_size.y = 15.0;
    Grid::new(headings).num_columns(4).spacing([4.0, 3.0]).min_col_width(column).show(ui, |ui| {
        ui.label("");
        for heading in headings {
            right(ui, RichText::new(*heading).size(11.0).color(palette.weak));
        }
        ui.end_row();
        for (arm, own) in session.arms().iter().enumerate() {
            let font = if arm == session.selected() { semibold(12.0) } else { egui::FontId::proportional(12.0) };
            ui.add(egui::Label::new(RichText::new(&own.name).font(font).color(palette.arm(arm))).truncate());
            for cell in cells(arm) {
                right(ui, RichText::new(cell).size(12.0));
            }
            ui.end_row();
        }
    });
}

fn note(ui: &mut Ui, text: &str) {
    let palette = Palette::of(ui);
    ui.add_space(3.0);
    ui.label(RichText::new(text).size(10.5).color(palette.weak));
}

/// Connections that are stored now.
fn connections(session: &Session, arm: usize) -> usize {
    let stored = session.history(arm).view().map(|view| view.snapshot.network.connections());
    stored.unwrap_or_else(|| session.arms()[arm].total_connections())
}

/// Operations to train on one sample. RigL computes every ΔT steps, in place of a step, the gradient of all places:
/// `(3f_S ΔT + 2f_S + f_D)/(ΔT + 1)` (Evci et al. 2020, appendix H).
fn training_flops(session: &Session, index: usize) -> f64 {
    let arm = &session.arms()[index];
    let sparse = forward_flops(connections(session, index));
    match arm.tuning.recipe.filter(|recipe| recipe.replaces_step) {
        Some(recipe) => {
            let steps = session.experiment().steps();
            let every = recipe.timing(steps, session.steps_per_epoch()).every;
            #[expect(clippy::cast_precision_loss, reason = "a number of steps")]
            let every = every as f64;
            let dense = forward_flops(arm.total_places());
            (TRAINING_FACTOR * sparse * every + 2.0 * sparse + dense) / (every + 1.0)
        }
        None => TRAINING_FACTOR * sparse,
    }
}

fn dense_arm(session: &Session) -> Option<usize> {
    session.arms().iter().position(|arm| arm.method == Method::Dense)
}

/// Mean training time of the last ten epochs.
fn mean_seconds(session: &Session, arm: usize) -> Option<f64> {
    let epochs = session.history(arm).epochs();
    let last = epochs.get(1..)?.iter().rev().take(10);
    let (count, sum) = last.fold((0_u32, 0.0), |(count, sum), record| (count + 1, sum + record.seconds));
    (count > 0).then(|| sum / f64::from(count))
}

fn milliseconds(session: &Session, arm: usize) -> String {
    match mean_seconds(session, arm).map(|seconds| 1000.0 * seconds) {
        None => "–".to_owned(),
        Some(time) if time < 10.0 => format!("{time:.2}"),
        Some(time) if time < 100.0 => format!("{time:.1}"),
        Some(time) => format!("{time:.0}"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
fn percent(connections: usize, places: usize) -> String {
    format!("{:.1} %", 100.0 * connections as f64 / places.max(1) as f64)
}

fn ratio(value: f64, reference: f64) -> String {
    if reference > 0.0 { format!("× {:.2}", value / reference) } else { "–".to_owned() }
}

#[expect(clippy::cast_precision_loss, reason = "a number of bytes")]
fn bytes(count: usize) -> String {
    let count = count as f64;
    match count {
        n if n < 1e6 => format!("{:.1} kB", n / 1e3),
        n if n < 1e9 => format!("{:.1} MB", n / 1e6),
        n => format!("{:.1} GB", n / 1e9),
    }
}
