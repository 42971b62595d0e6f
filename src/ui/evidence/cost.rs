//! What each arm costs, beside the dense network.

use egui::{RichText, Ui};

use super::table::{arms_table, note, title};
use crate::metrics::{InferenceCost, dense_training_bytes};
use crate::nn::{Network, Rule};
use crate::session::Session;
use crate::topology::Method;
use crate::training::{sparse_training_bytes, training_flops};
use crate::ui::controls::{grouped, short};
use crate::ui::pictures::is_printed;

/// Connections, operations and time of all arms.
pub(super) fn short_table(ui: &mut Ui, session: &Session) {
    arms_table(ui, session, &["connections", "FLOPs", "ms/epoch"], |arm| {
        let connections = session.connections(arm);
        [grouped(connections), short(formula(session, arm)), milliseconds(session, arm)]
    });
    note(
        ui,
        "FLOPs: to train on one sample, by formula. ms/epoch: measured, median of the last 20 epochs while all arms train at once.",
    );
}

/// All that is known of the cost, and how it compares with the dense network.
pub(super) fn full_table(ui: &mut Ui, session: &Session) {
    let dense = dense_arm(session);
    arms_table(ui, session, &["connections", "density", "params"], |arm| {
        let own = &session.arms()[arm];
        let biases: usize = own.sizes[1..].iter().sum();
        let connections = session.connections(arm);
        [grouped(connections), percent(connections, own.total_places()), grouped(connections + biases)]
    });
    title(
        ui,
        "FLOPs to train on one sample",
        "Computed: two for each multiply-add that kernels really did, forward, backward, for growth and to choose the first \
         network, the mean over all epochs so far; the first layer needs no gradient of its inputs. Formula: three forward passes \
         of 2 a connection; a dense gradient is shared out over ΔT (RigL, Evci et al. 2020) or comes each step (SNFS), with the \
         connections that there are now.",
    );
    arms_table(ui, session, &["computed", "formula", "vs dense"], |arm| {
        let own = computed_flops(session, arm);
        let against = dense.and_then(|dense| Some(ratio(own?, computed_flops(session, dense)?)));
        [or_none(own.map(short)), short(formula(session, arm)), or_none(against)]
    });
    title(
        ui,
        "Memory to train",
        "Weights with their moments, the gradients of the largest layer and the indices of sparse layers, beside the dense arm, \
         or a dense network of the same shape. An index takes 12 bytes a connection here, so from about half of the places on dense is smaller.",
    );
    arms_table(ui, session, &["own", "dense", "vs dense"], |arm| {
        of_network(session, arm, |network, dense, rule| {
            let own = sparse_training_bytes(&session.arms()[arm], network);
            let dense = dense_training_bytes(dense, rule);
            [bytes(own), bytes(dense), ratio_of(own, dense)]
        })
    });
    title(
        ui,
        "To use it once: stored, and energy by a model",
        "A model, not a measurement: a 45 nm chip (Horowitz 2014) that spends 4.6 pJ a multiply-add and fetches each weight and \
         index once from the smallest memory that holds them all, for 64 bits 10 pJ up to 8 kB, 20 up to 32 kB, 100 up to 1 MB, \
         1,950 from DRAM. Activations, biases and control are left out. Sparse layers are stored by rows (CSR), 8 bytes a \
         connection.",
    );
    arms_table(ui, session, &["stored", "model", "vs dense"], |arm| {
        of_network(session, arm, |network, dense, _| {
            let (own, dense) = (InferenceCost::of(network), InferenceCost::of_dense(dense));
            let against = ratio(own.model_picojoules, dense.model_picojoules);
            [bytes(own.bytes), energy(own.model_picojoules), against]
        })
    });
    title(
        ui,
        "Time, and what it buys",
        "Training time of an epoch, measured while all arms train at once: the median of the last 20 epochs. On small networks a \
         dense product can be faster than its FLOPs say.",
    );
    arms_table(ui, session, &["ms/epoch", "vs dense", "accuracy"], |arm| {
        let own = typical_seconds(session, arm);
        let against = dense.and_then(|dense| Some(ratio(own?, typical_seconds(session, dense)?)));
        let accuracy =
            session.history(arm).shown_record().map(|record| format!("{:.1} %", 100.0 * record.test.accuracy()));
        [milliseconds(session, arm), or_none(against), accuracy.unwrap_or_default()]
    });
    ui.add_space(4.0);
    for arm in 0..session.arms().len() {
        if let Some(text) = where_dense_is_cheaper(session, arm) {
            ui.label(RichText::new(text).size(12.0));
        }
    }
    note(ui, "Dense is the dense arm; memory and model without one: a dense network of the same shape.");
    if !is_printed(ui) {
        note(ui, "Point at a heading for what is counted.");
    }
    ui.add_space(8.0);
}

/// Says so where a dense network of the same shape takes less than a sparse one.
fn where_dense_is_cheaper(session: &Session, arm: usize) -> Option<String> {
    let network = &session.history(arm).view()?.snapshot.network;
    let own = &session.arms()[arm];
    if network.layers().iter().all(|layer| layer.weights.connectivity().is_none()) {
        return None;
    }
    let (used, dense_used) = (InferenceCost::of(network), InferenceCost::of_dense(network));
    let dense = dense_arm(session).filter(|dense| session.arms()[*dense].sizes == own.sizes);
    let seconds = dense.and_then(|dense| typical_seconds(session, dense)).zip(typical_seconds(session, arm));
    let flops = dense.and_then(|dense| computed_flops(session, dense)).zip(computed_flops(session, arm));
    let reasons = [
        ("in memory to train", sparse_training_bytes(own, network) > dense_training_bytes(network, own.rule)),
        ("in memory to store", used.bytes > dense_used.bytes),
        ("in energy by the model", used.model_picojoules > dense_used.model_picojoules),
        ("in FLOPs", flops.is_some_and(|(dense, own)| own > dense)),
        ("in time", seconds.is_some_and(|(dense, own)| own > dense)),
    ];
    let reasons: Vec<&str> = reasons.into_iter().filter(|(_, is_so)| *is_so).map(|(reason, _)| reason).collect();
    (!reasons.is_empty()).then(|| format!("{}: dense is cheaper {}.", own.name, reasons.join(", ")))
}

/// Operations to train on one sample by formula.
pub(super) fn formula(session: &Session, arm: usize) -> f64 {
    let (steps, per_epoch) = (session.experiment().steps(), session.steps_per_epoch());
    training_flops(&session.arms()[arm], session.connections(arm), steps, per_epoch)
}

/// Operations that kernels have computed for each sample that was trained on; none before the first epoch is done.
#[expect(clippy::cast_precision_loss, reason = "numbers of samples and operations")]
pub(super) fn computed_flops(session: &Session, arm: usize) -> Option<f64> {
    let history = session.history(arm);
    let epochs = history.epochs().len().checked_sub(1).filter(|epochs| *epochs > 0)?;
    let samples = epochs as f64 * session.steps_per_epoch() as f64 * session.experiment().batch() as f64;
    Some(history.flops() as f64 / samples)
}

/// Bytes that training keeps, with the connections that there are now.
pub(super) fn memory(session: &Session, arm: usize) -> Option<usize> {
    let view = session.history(arm).view()?;
    Some(sparse_training_bytes(&session.arms()[arm], &view.snapshot.network))
}

/// Energy to use the network once as it is now, in pJ, by the model of [`InferenceCost`].
pub(super) fn model_energy(session: &Session, arm: usize) -> Option<f64> {
    let view = session.history(arm).view()?;
    Some(InferenceCost::of(&view.snapshot.network).model_picojoules)
}

/// What there is to say of the network as it is, beside that of the dense arm, or without one itself, to be taken as dense.
fn of_network(session: &Session, arm: usize, say: impl Fn(&Network, &Network, Rule) -> [String; 3]) -> [String; 3] {
    let network = |arm: usize| Some(&session.history(arm).view()?.snapshot.network);
    let rule = session.arms()[arm].rule;
    network(arm).map_or_else(
        || [(); 3].map(|()| "–".to_owned()),
        |own| say(own, dense_arm(session).and_then(network).unwrap_or(own), rule),
    )
}

fn or_none(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}

pub(super) fn dense_arm(session: &Session) -> Option<usize> {
    session.arms().iter().position(|arm| arm.method == Method::DENSE)
}

/// Median training time of the last 20 epochs: other threads may have had the processor during some of them.
pub(super) fn typical_seconds(session: &Session, arm: usize) -> Option<f64> {
    let epochs = session.history(arm).epochs();
    let mut last: Vec<f64> = epochs.get(1..)?.iter().rev().take(20).map(|record| record.seconds).collect();
    last.sort_by(f64::total_cmp);
    last.get(last.len() / 2).copied()
}

fn milliseconds(session: &Session, arm: usize) -> String {
    match typical_seconds(session, arm).map(|seconds| 1000.0 * seconds) {
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
    match value / reference {
        _ if reference <= 0.0 => "–".to_owned(),
        small if small < 0.1 => format!("× {small:.4}"),
        ratio => format!("× {ratio:.2}"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of bytes")]
fn ratio_of(value: usize, reference: usize) -> String {
    ratio(value as f64, reference as f64)
}

/// An energy given in pJ.
pub(super) fn energy(picojoules: f64) -> String {
    match picojoules {
        e if e < 1e3 => format!("{e:.0} pJ"),
        e if e < 1e6 => format!("{:.1} nJ", e / 1e3),
        e if e < 1e9 => format!("{:.1} µJ", e / 1e6),
        e => format!("{:.1} mJ", e / 1e9),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of bytes")]
pub(super) fn bytes(count: usize) -> String {
    let count = count as f64;
    match count {
        n if n < 1e6 => format!("{:.1} kB", n / 1e3),
        n if n < 1e9 => format!("{:.1} MB", n / 1e6),
        n => format!("{:.1} GB", n / 1e9),
    }
}
