//! The topology of a run as it was after an earlier update.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::records::UpdateRecord;
use crate::sparse::{Connectivity, Place};

/// The connectivity of a layer before the updates `since`, ascending, none missing, which have led from it to `now`.
///
/// None where one of them has forgotten its places (see [`UpdateRecord::without_places`]).
#[must_use]
pub fn earlier_connectivity(now: &Connectivity, layer: usize, since: &[Arc<UpdateRecord>]) -> Option<Connectivity> {
    if since.iter().any(|update| update.has_forgotten()) {
        return None;
    }
    // What the first update did to a place tells whether it was taken before.
    let mut was_taken: HashMap<Place, bool> = HashMap::new();
    for update in since {
        for &(place, _) in &update.removed[layer] {
            was_taken.entry(place).or_insert(true);
        }
        for &place in &update.added[layer] {
            was_taken.entry(place).or_insert(false);
        }
    }
    let mut places: Vec<Place> = now.iter().filter(|place| !was_taken.contains_key(place)).collect();
    places.extend(was_taken.iter().filter(|(_, taken)| **taken).map(|(place, _)| *place));
    places.sort_unstable();
    Connectivity::try_new(now.sources(), now.targets(), &places).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(source: u32, target: u32) -> Place {
        Place { source, target }
    }

    fn update(removed: &[Place], added: &[Place]) -> Arc<UpdateRecord> {
        Arc::new(UpdateRecord {
            update: 1,
            by_hand: None,
            step: 1,
            position: 3,
            fraction: 0.5,
            evolving: 3,
            removed_count: removed.len(),
            added_count: added.len(),
            removed: vec![removed.iter().map(|&place| (place, 0.0)).collect()],
            added: vec![added.to_vec()],
        })
    }

    #[test]
    fn places_that_come_and_go_are_where_they_were() {
        // {00, 01} → {01, 10} → {00, 10} → {00, 11}
        let updates = [
            update(&[place(0, 0)], &[place(1, 0)]),
            update(&[place(0, 1)], &[place(0, 0)]),
            update(&[place(1, 0)], &[place(1, 1)]),
        ];
        let now = Connectivity::try_new(2, 2, &[place(0, 0), place(1, 1)]).expect("valid");
        let places = |from: usize| -> Vec<Place> {
            earlier_connectivity(&now, 0, &updates[from..]).expect("known").iter().collect()
        };
        assert_eq!(places(0), [place(0, 0), place(0, 1)]);
        assert_eq!(places(1), [place(0, 1), place(1, 0)]);
        assert_eq!(places(2), [place(0, 0), place(1, 0)]);
        assert_eq!(places(3), [place(0, 0), place(1, 1)]);
    }

    #[test]
    fn a_forgotten_update_is_not_made_up() {
        let now = Connectivity::try_new(2, 2, &[place(0, 0)]).expect("valid");
        let update = update(&[place(0, 1)], &[place(0, 0)]);
        let forgotten = Arc::new(update.without_places());
        assert_eq!(earlier_connectivity(&now, 0, &[forgotten, update]), None);
    }
}
