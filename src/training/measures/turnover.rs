//! Which places a run has used so far, and what it kept from the start: counted update by update.

use std::sync::Arc;

use serde::Serialize;

use super::super::records::UpdateRecord;
use crate::nn::{Network, Weights};
use crate::sparse::{Connectivity, Place};

/// How things stood after a topology update. Of sparse layers alone: a dense one has nothing to choose.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct UpdateMeasures {
    /// Number of the method's update, from 1; 0 is the untrained network.
    pub update: u32,
    /// Of something done by hand its own number, from 1; `update` is then the method's last one before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<u32>,
    /// Steps done when it happened.
    pub step: u64,
    /// Connections after it.
    pub connections: usize,
    /// Connections cut.
    pub removed: usize,
    /// Connections grown.
    pub added: usize,
    /// `R_s`: share of all places that ever had a connection, from 0 to 1 (Liu et al. 2021, ITOP, section 3); none where
    /// there are too many places to follow.
    pub exploration: Option<f64>,
    /// Share of the connections that have been there without a break from the start.
    pub from_the_start: f64,
}

impl UpdateMeasures {
    /// Share of the connections that the update replaced: those that grew, by those that there are.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
    pub fn churn(&self) -> f64 {
        self.added as f64 / self.connections.max(1) as f64
    }
}

/// The connectivity of each layer; none for a dense one.
pub type Topology = Vec<Option<Arc<Connectivity>>>;

/// The connectivities of a network, shared with it.
#[must_use]
pub fn topology(network: &Network) -> Topology {
    let of_layer = |weights: &Weights| match weights {
        Weights::Sparse { connectivity, .. } => Some(Arc::clone(connectivity)),
        Weights::Dense { .. } => None,
    };
    network.layers().iter().map(|layer| of_layer(&layer.weights)).collect()
}

/// Follows a run from its first network on. Takes a bit for each place and does a little for each place that changes.
#[derive(Debug, Clone)]
pub(in crate::training) struct Turnover {
    first: Topology,
    /// By layer, a bit for each place that ever had a connection; nothing where there are too many places.
    ever: Vec<Vec<u64>>,
    /// By layer, places that ever had one.
    explored: Vec<usize>,
    is_followed: bool,
    /// By layer, a bit for each of the first connections that was ever cut.
    broken: Vec<Vec<u64>>,
    from_the_start: usize,
    places: usize,
    now: UpdateMeasures,
}

impl Turnover {
    /// Of a run that has not begun. With more than `most` places in all, exploration is not followed.
    pub(in crate::training) fn new(network: &Network, most: usize) -> Self {
        let first = topology(network);
        let sizes = |size: fn(&Connectivity) -> usize| first.iter().map(move |layer| layer.as_deref().map_or(0, size));
        let places = sizes(Connectivity::places).sum();
        let connections = sizes(Connectivity::connections).sum();
        let is_followed = places <= most;
        let bits = |count: usize| vec![0; count.div_ceil(64)];
        let mut turnover = Self {
            ever: sizes(Connectivity::places).map(|count| bits(if is_followed { count } else { 0 })).collect(),
            explored: vec![0; first.len()],
            is_followed,
            broken: sizes(Connectivity::connections).map(bits).collect(),
            from_the_start: connections,
            places,
            now: UpdateMeasures {
                update: 0,
                by_hand: None,
                step: 0,
                connections,
                removed: 0,
                added: 0,
                exploration: None,
                from_the_start: 1.0,
            },
            first: first.clone(),
        };
        for (layer, first) in first.iter().enumerate() {
            for place in first.iter().flat_map(|layer| layer.iter()) {
                turnover.mark(layer, place);
            }
        }
        turnover.now.exploration = turnover.exploration();
        turnover
    }

    /// The connectivities at the start.
    pub(in crate::training) fn first(&self) -> &Topology {
        &self.first
    }

    /// How things stand.
    pub(in crate::training) fn now(&self) -> UpdateMeasures {
        self.now
    }

    /// Takes in an update, which must be the next one and know its places.
    #[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
    pub(in crate::training) fn follow(&mut self, update: &UpdateRecord) -> UpdateMeasures {
        for (layer, added) in update.added.iter().enumerate() {
            for &place in added {
                self.mark(layer, place);
            }
        }
        for (layer, removed) in update.removed.iter().enumerate() {
            for &(place, _) in removed {
                self.break_off(layer, place);
            }
        }
        let connections = self.now.connections + update.added_count - update.removed_count;
        self.now = UpdateMeasures {
            update: update.update,
            by_hand: update.by_hand,
            step: update.step,
            connections,
            removed: update.removed_count,
            added: update.added_count,
            exploration: self.exploration(),
            from_the_start: self.from_the_start as f64 / connections.max(1) as f64,
        };
        self.now
    }

    /// Share of the places of a layer that ever had a connection; none of a dense one, and where there are too many.
    #[expect(clippy::cast_precision_loss, reason = "numbers of places")]
    pub(in crate::training) fn exploration_of(&self, layer: usize) -> Option<f64> {
        let places = self.first[layer].as_ref()?.places();
        self.is_followed.then(|| self.explored[layer] as f64 / places.max(1) as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers of places")]
    fn exploration(&self) -> Option<f64> {
        let explored: usize = self.explored.iter().sum();
        (self.is_followed && self.places > 0).then(|| explored as f64 / self.places as f64)
    }

    /// Bytes that it takes, beside the first connectivities.
    pub(in crate::training) fn bytes(&self) -> usize {
        self.ever.iter().chain(&self.broken).map(|bits| size_of_val(bits.as_slice())).sum()
    }

    fn mark(&mut self, layer: usize, place: Place) {
        let Some(first) = self.first[layer].as_ref().filter(|_| self.is_followed) else { return };
        let position = place.source as usize * first.targets() + place.target as usize;
        self.explored[layer] += usize::from(set(&mut self.ever[layer], position));
    }

    /// A connection that was there from the start and grows again has still been cut.
    fn break_off(&mut self, layer: usize, place: Place) {
        if let Some(connection) = self.first[layer].as_ref().and_then(|first| first.find(place)) {
            self.from_the_start -= usize::from(set(&mut self.broken[layer], connection));
        }
    }
}

/// Sets a bit; true if it was not set before.
fn set(bits: &mut [u64], position: usize) -> bool {
    let (word, bit) = (&mut bits[position / 64], 1 << (position % 64));
    let is_new = *word & bit == 0;
    *word |= bit;
    is_new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Activation, Layer, Loss};

    fn place(source: u32, target: u32) -> Place {
        Place { source, target }
    }

    fn update(number: u32, removed: &[Place], added: &[Place]) -> UpdateRecord {
        UpdateRecord {
            update: number,
            by_hand: None,
            step: 10 * u64::from(number),
            position: 2 * 10 * u64::from(number) + 1,
            fraction: 0.5,
            evolving: 3,
            removed_count: removed.len(),
            added_count: added.len(),
            removed: vec![removed.iter().map(|&place| (place, 0.0)).collect(), Vec::new()],
            added: vec![added.to_vec(), Vec::new()],
        }
    }

    /// 3 connections on 2·4 places, then a dense layer, which does not count.
    fn network() -> Network {
        let connectivity = Connectivity::try_new(2, 4, &[place(0, 0), place(0, 1), place(1, 3)]).expect("valid");
        let sparse = Weights::Sparse { connectivity: Arc::new(connectivity), values: vec![1.0; 3] };
        let dense = Weights::Dense { n_in: 4, n_out: 1, values: vec![1.0; 4] };
        Network::new(vec![Layer::new(sparse, Activation::Relu), Layer::new(dense, Activation::Linear)], Loss::default())
    }

    #[test]
    fn two_updates_worked_by_hand() {
        let mut turnover = Turnover::new(&network(), 100);
        assert_eq!((turnover.now().exploration, turnover.now().from_the_start), (Some(3.0 / 8.0), 1.0));
        let first = turnover.follow(&update(1, &[place(0, 0)], &[place(1, 0)]));
        assert_eq!((first.exploration, first.from_the_start, first.connections), (Some(4.0 / 8.0), 2.0 / 3.0, 3));
        assert_eq!((first.churn(), first.step), (1.0 / 3.0, 10));
        // What was there at the start comes back: a place that is known, and no longer from the start.
        let second = turnover.follow(&update(2, &[place(1, 0), place(1, 3)], &[place(0, 0)]));
        assert_eq!((second.exploration, second.from_the_start, second.connections), (Some(0.5), 0.5, 2));
        // Cut a second time, it is not counted a second time.
        let third = turnover.follow(&update(3, &[place(0, 0)], &[]));
        assert_eq!((third.from_the_start, third.connections), (1.0, 1));
        assert_eq!((turnover.exploration_of(0), turnover.exploration_of(1)), (Some(0.5), None));
    }

    #[test]
    fn too_many_places_leave_exploration_out_and_nothing_else() {
        let mut turnover = Turnover::new(&network(), 7);
        let first = turnover.follow(&update(1, &[place(0, 0)], &[place(1, 0)]));
        assert_eq!((first.exploration, first.from_the_start), (None, 2.0 / 3.0));
    }
}
