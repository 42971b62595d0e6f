//! What has come and gone in the cells of a layer's adjacency matrix.

use std::cmp::Ordering;
use std::iter::Peekable;

use egui::Color32;

use super::column::Column;
use super::look::Tiles;
use super::scene::Scene;
use crate::sparse::{Connectivity, Place};
use crate::training::UpdateRecord;
use crate::ui::theme::Palette;

/// Pixels along a cell: in smaller ones there is hardly ever more than one change.
const CELL: usize = 4;
/// Cells along a side at least, as far as there are neurons.
const LEAST_CELLS: usize = 16;

/// Neighbouring neurons of a layer's sources and targets as the cells of its adjacency matrix.
#[derive(Debug)]
pub(super) struct Grid {
    /// Groups of sources and of targets.
    pub groups: [usize; 2],
    /// Where sources and targets stand.
    columns: [Column; 2],
}

impl Grid {
    /// Of a matrix with so many pixels along a side.
    pub(super) fn of(layer: &Connectivity, columns: [&Column; 2], pixels: usize) -> Self {
        let most = (pixels / CELL).max(LEAST_CELLS);
        let groups = [layer.sources(), layer.targets()].map(|neurons| neurons.min(most).max(1));
        Self { groups, columns: columns.map(Column::clone) }
    }

    /// By target group, then source group.
    pub(super) fn cell(&self, place: Place) -> usize {
        let group = |side: usize, neuron: u32| {
            let column = &self.columns[side];
            column.place(neuron as usize) * self.groups[side] / column.neurons
        };
        group(1, place.target) * self.groups[0] + group(0, place.source)
    }
}

/// Connections grown less connections cut, in cells of neighbouring neurons.
#[derive(Debug, PartialEq)]
pub(super) struct Changes {
    pub layer: usize,
    /// Groups of sources and of targets.
    pub groups: [usize; 2],
    /// By target group, then source group, how many more there are.
    pub net: Vec<i32>,
    /// In the whole layer.
    pub grown: usize,
    pub cut: usize,
}

impl Changes {
    /// Of a layer, as tiles of so many pixels show it; nothing where density is shown, where it is not known any more what
    /// happened, and for dense layers.
    pub(super) fn of(scene: &Scene, layer: usize, pixels: usize) -> Option<Self> {
        let now = scene.snapshot().network.layers()[layer].weights.connectivity()?;
        let columns = [layer, layer + 1].map(|column| &scene.layout.columns[column]);
        let grid = Grid::of(now, columns, pixels);
        let groups = grid.groups;
        let mut changes = Self { layer, groups, net: vec![0; groups[0] * groups[1]], grown: 0, cut: 0 };
        let add = |place: Place, by: i32| {
            changes.net[grid.cell(place)] += by;
            *(if by > 0 { &mut changes.grown } else { &mut changes.cut }) += 1;
        };
        match scene.look.tiles {
            Tiles::Density => return None,
            Tiles::Recent => recent(&scene.updates, layer, add)?,
            Tiles::SinceStart => since(scene.first.get(layer)?.as_deref()?, now, add),
        }
        Some(changes)
    }

    /// The largest net change of a cell, at least 1: it has the full colour.
    pub(super) fn largest(&self) -> i32 {
        self.net.iter().map(|net| net.abs()).max().unwrap_or(0).max(1)
    }

    /// The colour of a cell: that of regrown connections where there are more, that of pruned ones where there are fewer.
    #[expect(clippy::cast_precision_loss, reason = "a small number of connections")]
    pub(super) fn color(&self, cell: usize, palette: &Palette) -> Color32 {
        let net = self.net[cell];
        let end = if net < 0 { palette.pruned } else { palette.regrown };
        // A single connection is still to be seen.
        let share = (net.abs() as f32 / self.largest() as f32).sqrt();
        palette.canvas.lerp_to_gamma(end, share)
    }
}

/// Tells what these updates grew (1) and cut (−1) in a layer; nothing if they have forgotten it.
fn recent(updates: &[std::sync::Arc<UpdateRecord>], layer: usize, mut tell: impl FnMut(Place, i32)) -> Option<()> {
    if updates.iter().any(|record| record.has_forgotten()) {
        return None;
    }
    for record in updates {
        record.added.get(layer)?.iter().for_each(|&place| tell(place, 1));
        record.removed.get(layer)?.iter().for_each(|&(place, _)| tell(place, -1));
    }
    Some(())
}

/// Tells which connections there are now and were not before (1), and the other way round (−1).
fn since(before: &Connectivity, now: &Connectivity, mut tell: impl FnMut(Place, i32)) {
    let (mut before, mut now) = (before.iter().peekable(), now.iter().peekable());
    while let Some((place, by)) = next(&mut before, &mut now) {
        if by != 0 {
            tell(place, by);
        }
    }
}

/// The next place of either, in order: 1 if it is in the second alone, −1 if in the first alone, 0 if in both.
fn next<I: Iterator<Item = Place>, J: Iterator<Item = Place>>(
    before: &mut Peekable<I>,
    now: &mut Peekable<J>,
) -> Option<(Place, i32)> {
    let order = match (before.peek(), now.peek()) {
        (Some(a), Some(b)) => a.cmp(b),
        (Some(_), None) => Ordering::Less,
        (None, _) => Ordering::Greater,
    };
    match order {
        Ordering::Less => before.next().map(|place| (place, -1)),
        Ordering::Greater => now.next().map(|place| (place, 1)),
        Ordering::Equal => {
            now.next();
            before.next().map(|place| (place, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_and_went_since_the_start_worked_by_hand() {
        let of = |places: &[(u32, u32)]| {
            let places: Vec<Place> = places.iter().map(|&(source, target)| Place { source, target }).collect();
            Connectivity::try_new(4, 4, &places).expect("ascending")
        };
        let (before, now) = (of(&[(0, 1), (1, 0), (3, 3)]), of(&[(0, 0), (0, 1), (2, 2), (3, 1)]));
        let mut told = Vec::new();
        since(&before, &now, |place, by| told.push((place.source, place.target, by)));
        assert_eq!(told, [(0, 0, 1), (1, 0, -1), (2, 2, 1), (3, 1, 1), (3, 3, -1)]);
    }

    #[test]
    fn what_has_been_forgotten_is_not_told_as_nothing() {
        let place = Place { source: 1, target: 2 };
        let record = UpdateRecord {
            update: 3,
            by_hand: None,
            step: 0,
            position: 0,
            fraction: 0.3,
            evolving: 9,
            removed_count: 1,
            added_count: 1,
            removed: vec![vec![(place, 0.5)]],
            added: vec![vec![Place { source: 0, target: 0 }]],
        };
        let mut told = Vec::new();
        assert_eq!(recent(&[record.clone().into()], 0, |place, by| told.push((place.target, by))), Some(()));
        assert_eq!(told, [(0, 1), (2, -1)]);
        assert_eq!(recent(&[record.without_places().into()], 0, |_, _| ()), None);
    }
}
