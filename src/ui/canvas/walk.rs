//! Going through the network by keyboard: the arrows lead from neuron to neuron, with Shift from connection to connection.

use egui::{EventFilter, Key, Modifiers, Response, Ui};

use super::card::Pointed;
use super::pointing::number;
use super::{column_name, sizes};
use crate::sparse::Place;
use crate::training::Snapshot;

/// A step on the canvas.
#[derive(Clone, Copy)]
enum Step {
    /// To a neighbouring layer.
    Column(isize),
    /// To a neighbouring neuron.
    Neuron(isize),
    /// To a neighbouring connection of the same target.
    Connection(isize),
}

/// Where the arrow keys lead from what is pointed at, while the canvas has the focus.
pub(super) fn by_keyboard(ui: &Ui, response: &Response, snapshot: &Snapshot, from: Option<Pointed>) -> Option<Pointed> {
    if !response.has_focus() {
        return None;
    }
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    let keys = [
        // The longer ones first: the shorter are part of them.
        (Modifiers::SHIFT, Key::ArrowUp, Step::Connection(-1)),
        (Modifiers::SHIFT, Key::ArrowDown, Step::Connection(1)),
        (Modifiers::NONE, Key::ArrowUp, Step::Neuron(-1)),
        (Modifiers::NONE, Key::ArrowDown, Step::Neuron(1)),
        (Modifiers::NONE, Key::ArrowLeft, Step::Column(-1)),
        (Modifiers::NONE, Key::ArrowRight, Step::Column(1)),
    ];
    let (.., step) = keys.into_iter().find(|&(modifiers, key, _)| pressed(modifiers, key))?;
    Some(match from.filter(|from| from.exists(snapshot)) {
        None => Pointed::Neuron { column: 0, neuron: 0 },
        Some(from) => walked(snapshot, from, step),
    })
}

fn walked(snapshot: &Snapshot, from: Pointed, step: Step) -> Pointed {
    let (column, neuron) = match from {
        Pointed::Neuron { column, neuron } => (column, neuron),
        Pointed::Connection { layer, place } => (layer + 1, place.target as usize),
    };
    let sizes = sizes(snapshot);
    match step {
        Step::Column(by) => {
            let column = column.saturating_add_signed(by).min(sizes.len() - 1);
            Pointed::Neuron { column, neuron: neuron.min(sizes[column] - 1) }
        }
        Step::Neuron(by) => Pointed::Neuron { column, neuron: neuron.saturating_add_signed(by).min(sizes[column] - 1) },
        Step::Connection(by) => connection(snapshot, from, column, neuron, by).unwrap_or(from),
    }
}

/// The next of the connections that arrive at a neuron; the first, or the last, if none is pointed at yet.
fn connection(snapshot: &Snapshot, from: Pointed, column: usize, neuron: usize, by: isize) -> Option<Pointed> {
    let layer = column.checked_sub(1)?;
    let incoming = snapshot.network.layers()[layer].weights.incoming(neuron);
    let sources: Vec<usize> = incoming.map(|(source, _)| source).collect();
    let last = sources.len().checked_sub(1)?;
    let own = match from {
        Pointed::Connection { place, .. } => sources.iter().position(|&source| source == place.source as usize),
        Pointed::Neuron { .. } => None,
    };
    let next = match own {
        Some(own) => own.saturating_add_signed(by).min(last),
        None => {
            if by > 0 {
                0
            } else {
                last
            }
        }
    };
    let place = Place { source: number(sources[next]), target: number(neuron) };
    Some(Pointed::Connection { layer, place })
}

/// What is pointed at, in words.
pub(super) fn name(snapshot: &Snapshot, pointed: &Pointed) -> String {
    let columns = snapshot.network.layers().len() + 1;
    match *pointed {
        Pointed::Neuron { column, neuron } => format!("{}, neuron {}", column_name(column, columns), neuron + 1),
        Pointed::Connection { layer, place } => {
            let weights = &snapshot.network.layers()[layer].weights;
            let weight = weights.find(place).map_or(0.0, |connection| weights.values()[connection]);
            let (source, target) = (column_name(layer, columns), column_name(layer + 1, columns));
            format!(
                "connection from {source} {} to {target} {}, weight {weight:.3}",
                place.source + 1,
                place.target + 1
            )
        }
    }
}
