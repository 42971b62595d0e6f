//! How many connections a run is to have, from start to end, and how far an update goes.

use super::arm::Arm;
use crate::topology::cut::Elastic;
use crate::topology::{Extent, Recipe};

/// Numbers of connections that a run is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// At the start, in all layers.
    pub first: usize,
    /// At last, in all layers.
    pub last: usize,
    /// At last, by layer.
    pub by_layer: Vec<usize>,
}

impl Wanted {
    pub(super) fn of(arm: &Arm) -> Self {
        let (first, last) = (arm.first_connections.iter().sum(), arm.total_connections());
        Self { first, last, by_layer: arm.connections.clone() }
    }

    /// How far the update of a number at a step goes, in a run of `steps` steps with updates `every` so many.
    pub(super) fn extent(&self, recipe: &Recipe, update: u32, step: u64, (steps, every): (u64, u64)) -> Extent {
        Extent {
            fraction: recipe.fraction(step, steps),
            connections: recipe.density.connections(self.first, self.last, step, steps, every),
            neurons: recipe.prune_neurons.map_or(0.0, |own| own.share_at(update, step, steps)),
        }
    }

    /// What an update does to a layer that has more connections between updates, where the recipe has it so: one of
    /// `places` with `connections` now.
    pub(super) fn elastic(
        &self,
        recipe: &Recipe,
        layer: usize,
        [places, connections]: [usize; 2],
        (progress, is_last): (f64, bool),
    ) -> Option<Elastic> {
        let wanted = self.by_layer[layer];
        let extra = recipe.density.overshoot(places, progress, is_last)?;
        Some(Elastic { cut: connections.saturating_sub(wanted), grown: extra.min(places.saturating_sub(wanted)) })
    }
}
