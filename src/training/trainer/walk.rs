//! Deep-R's random walk of weights whose signs are fixed.

use rand_distr::{Distribution, StandardNormal};

use super::Trainer;
use crate::nn::{Network, Weights};
use crate::topology::langevin::sign;
use crate::topology::{Langevin, Recipe};

/// Gives every weight of a sparse layer the sign of its place.
pub(super) fn fix_signs(network: &mut Network, key: u64) {
    for (depth, layer) in network.layers_mut().iter_mut().enumerate() {
        if let Weights::Sparse { connectivity, values } = &mut layer.weights {
            for (place, weight) in connectivity.iter().zip(values) {
                *weight = weight.abs() * sign(key, depth, place);
            }
        }
    }
}

impl Trainer {
    /// Pulls weights towards 0 and shakes them, where places have signs; after the optimiser's step, at the same rate
    /// (Bellec et al. 2018, algorithm 1). Where no update is left to cut them, weights stop at 0: a connection with θ
    /// below 0 is none.
    #[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
    pub(super) fn walk(&mut self) {
        let Some(recipe) = self.tuning.recipe.filter(Recipe::has_fixed_signs) else { return };
        let langevin = recipe.langevin.unwrap_or(Langevin { l1: 0.0, temperature: 0.0 });
        let rate = f64::from(self.optimizer_now().learning_rate);
        let pull = (rate * langevin.l1) as f32;
        let spread = (2.0 * rate * langevin.temperature).sqrt() as f32;
        let key = self.memory.signs();
        let is_over = self.timing().is_none_or(|timing| {
            let next = self.step + 1;
            !timing.due(next, self.steps) && timing.next_after(next, self.steps).is_none()
        });
        for (depth, layer) in self.network.layers_mut().iter_mut().enumerate() {
            if self.by_hand.is_frozen(depth) {
                continue;
            }
            let Weights::Sparse { connectivity, values } = &mut layer.weights else { continue };
            for (place, weight) in connectivity.iter().zip(values) {
                let noise: f32 = if spread > 0.0 { StandardNormal.sample(&mut self.evolution) } else { 0.0 };
                let sign = sign(key, depth, place);
                *weight += sign * (spread * noise - pull);
                if is_over && sign * *weight < 0.0 {
                    *weight = 0.0;
                }
            }
        }
    }
}
