//! Going through the network by keyboard: the arrows lead from neuron to neuron, with Shift from connection to connection.

use egui::{EventFilter, Key, Modifiers, Response, Ui};

use super::card::Pointed;
use super::column::{Column, Way};
use super::column_name;
use super::layout::Layout;
use super::pointing::number;
use crate::sparse::Place;
use crate::training::Snapshot;

/// A step on the canvas.
#[derive(Clone, Copy)]
enum Step {
    /// To a neighbouring neuron, in this layer or the next.
    Neuron(Way),
    /// To a neighbouring connection of the same target.
    Connection(isize),
}

/// Where the arrow keys lead from what is pointed at, while the canvas has the focus.
pub(super) fn by_keyboard(
    ui: &Ui,
    response: &Response,
    (snapshot, layout): (&Snapshot, &Layout),
    from: Option<Pointed>,
) -> Option<Pointed> {
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
        (Modifiers::NONE, Key::ArrowUp, Step::Neuron(Way::Up)),
        (Modifiers::NONE, Key::ArrowDown, Step::Neuron(Way::Down)),
        (Modifiers::NONE, Key::ArrowLeft, Step::Neuron(Way::Left)),
        (Modifiers::NONE, Key::ArrowRight, Step::Neuron(Way::Right)),
    ];
    let (.., step) = keys.into_iter().find(|&(modifiers, key, _)| pressed(modifiers, key))?;
    Some(match from.filter(|from| from.has_place(snapshot)) {
        None => Pointed::Neuron { column: 0, neuron: 0 },
        Some(from) => walked(snapshot, layout, from, step),
    })
}

fn walked(snapshot: &Snapshot, layout: &Layout, from: Pointed, step: Step) -> Pointed {
    let (column, neuron) = match from {
        Pointed::Neuron { column, neuron } => (column, neuron),
        Pointed::Connection { layer, place } => (layer + 1, place.target as usize),
    };
    match step {
        Step::Neuron(way) => {
            let (column, neuron) = beside(&layout.columns, (column, neuron), way);
            Pointed::Neuron { column, neuron }
        }
        Step::Connection(by) => connection(snapshot, from, column, neuron, by).unwrap_or(from),
    }
}

/// The neuron beside another as they stand on screen; itself, where there is none in that way.
fn beside(columns: &[Column], (column, neuron): (usize, usize), way: Way) -> (usize, usize) {
    if let Some(beside) = columns[column].beside(neuron, way) {
        return (column, beside);
    }
    let next = match way {
        Way::Left => column.checked_sub(1),
        Way::Right => Some(column + 1).filter(|&next| next < columns.len()),
        Way::Up | Way::Down => None,
    };
    let height = columns[column].center(neuron).y;
    next.map_or((column, neuron), |next| (next, columns[next].entered(neuron, height)))
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
            let weight = weights.find(place).map(|connection| weights.values()[connection]);
            let weight = weight.map_or_else(|| "not there now".to_owned(), |weight| format!("weight {weight:.3}"));
            let (source, target) = (column_name(layer, columns), column_name(layer + 1, columns));
            let (from, to) = (place.source + 1, place.target + 1);
            format!("connection from {source} {from} to {target} {to}, {weight}")
        }
    }
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::Way::{Down, Left, Right, Up};
    use super::*;

    #[test]
    fn arrows_lead_as_neurons_stand() {
        // An image of 3 x 2 pixels, then two neurons and one.
        let image = Column::rows(pos2(0.0, 50.0), 6, 3, 10.0);
        let columns = [image, Column::down(80.0, 2, (0.0, 100.0), 20.0), Column::down(160.0, 1, (0.0, 100.0), 20.0)];
        let walk = |from: (usize, usize), ways: &[Way]| ways.iter().fold(from, |at, &way| beside(&columns, at, way));
        assert_eq!(walk((0, 0), &[Down]), (0, 3));
        assert_eq!(walk((0, 4), &[Up]), (0, 1));
        assert_eq!(walk((0, 1), &[Up]), (0, 1), "above there is none");
        assert_eq!(walk((0, 3), &[Left]), (0, 3), "not to the end of the row above");
        assert_eq!(walk((0, 3), &[Right, Right]), (0, 5));
        assert_eq!(walk((0, 5), &[Right]), (1, 1), "from the edge to the next layer");
        // Back into the row at the same height: the upper neuron stands at the upper row.
        assert_eq!(walk((1, 0), &[Left]), (0, 2));
        assert_eq!(walk((1, 1), &[Left]), (0, 5));
        assert_eq!(walk((1, 0), &[Down, Right, Right]), (2, 0));
    }
}
