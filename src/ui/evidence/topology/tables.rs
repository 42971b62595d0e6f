//! Figures of one arm's topology as tables (CSV).

use std::fmt::Write;

use super::survival;
use crate::session::Session;
use crate::storage::quoted;
use crate::training::TopologyState;

/// Connections that grew at each update, from the start (0) on, and those that are left of them.
pub(super) fn survival(session: &Session, state: &TopologyState) -> String {
    let mut text = "arm,seed,update,born,left\n".to_owned();
    for (update, (born, left)) in survival::cohorts(session, state).into_iter().enumerate() {
        let _ = writeln!(text, "{},{update},{born},{left}", run(session));
    }
    text
}

/// Connections and places of every layer, by its number from 1, and the dead among its targets, where they are hidden.
pub(super) fn densities(session: &Session, state: &TopologyState) -> String {
    let mut text = "arm,seed,layer,connections,first_connections,places,dead_neurons,neurons\n".to_owned();
    for (index, layer) in state.layers.iter().enumerate() {
        let dead = state.dead.get(index).map_or_else(|| ",".to_owned(), |(dead, all)| format!("{dead},{all}"));
        let (now, first, places) = (layer.connections, layer.first_connections, layer.places);
        let _ = writeln!(text, "{},{},{now},{first},{places},{dead}", run(session), index + 1);
    }
    text
}

/// Neurons by degree of the layer that is shown, and how many chance would give.
pub(super) fn degrees(session: &Session, state: &TopologyState) -> Option<String> {
    let (layer, histograms) = state.degrees.as_ref()?;
    let mut text = "arm,seed,layer,degree,from,to,neurons,by_chance\n".to_owned();
    for (kind, bars) in ["in", "out"].iter().zip(histograms) {
        for (bar, (count, expected)) in bars.counts.iter().zip(&bars.expected).enumerate() {
            let from = bars.first + bar * bars.width;
            let to = from + bars.width - 1;
            let _ = writeln!(text, "{},{},{kind},{from},{to},{count},{expected}", run(session), layer + 1);
        }
    }
    Some(text)
}

/// The arm and the seed.
fn run(session: &Session) -> String {
    format!("{},{}", quoted(&session.arms()[session.selected()].name), session.seed())
}
