//! Topology updates of a run: which connections go and come, and everything that follows them.

use std::sync::Arc;

use super::Trainer;
use crate::nn::Weights;
use crate::sparse::{Connectivity, Edit, Place};
use crate::topology::{GradientSource, Recipe, update_layer};
use crate::training::records::UpdateRecord;

impl Trainer {
    /// Cuts and grows in every sparse layer. A dense layer does not evolve: it has no empty place.
    pub(super) fn update_topology(&mut self, recipe: &Recipe) -> UpdateRecord {
        let fraction = recipe.fraction(self.step, self.steps);
        self.updates += 1;
        // What the update needs for a while can have this memory.
        self.gradients.clear();
        let layers = self.network.layers().len();
        let mut record = UpdateRecord {
            update: self.updates,
            step: self.step,
            fraction,
            evolving: 0,
            removed_count: 0,
            added_count: 0,
            removed: vec![Vec::new(); layers],
            added: vec![Vec::new(); layers],
        };
        for layer in 0..layers {
            let Weights::Sparse { connectivity, values } = &self.network.layers()[layer].weights else {
                continue;
            };
            record.evolving += values.len();
            let batch = recipe
                .replaces_step
                .then(|| GradientSource { x: self.pass.sources(layer), delta: self.pass.deltas(layer) });
            let edit = update_layer(connectivity, values, recipe, fraction, batch, &mut self.evolution)
                .expect("growth only ever chooses empty places");
            record.removed_count += edit.removed().len();
            record.added_count += edit.added().len();
            if self.born.is_some() {
                record.removed[layer] = removed_places(connectivity, values, &edit);
                record.added[layer] = edit.added().to_vec();
            }
            self.apply(layer, &edit, recipe);
        }
        self.removed_this_epoch += record.removed_count;
        self.added_this_epoch += record.added_count;
        record
    }

    /// Brings connectivity, weights, moments and birthdays to what they are after the edit.
    fn apply(&mut self, layer: usize, edit: &Edit, recipe: &Recipe) {
        let activation = self.network.layers()[layer].activation;
        let Weights::Sparse { connectivity, values } = &mut self.network.layers_mut()[layer].weights else { return };
        // A copy is made only if a snapshot still shows the old one.
        let connectivity = Arc::make_mut(connectivity);
        connectivity.apply(edit);
        edit.carry(values, 0.0);
        let (n_in, n_out) = (connectivity.sources(), connectivity.targets());
        for (connection, place) in edit.new_connections().zip(edit.added()) {
            let fan_in = connectivity.in_degree(place.target as usize);
            values[connection] = recipe.new_weights.draw(activation, fan_in, n_in, n_out, &mut self.evolution);
        }
        self.optimizer.follow(layer, edit);
        if let Some(born) = &mut self.born {
            edit.carry(&mut born[layer], self.updates);
        }
    }
}

/// The places that an edit frees, with the weights that they had.
fn removed_places(connectivity: &Connectivity, weights: &[f32], edit: &Edit) -> Vec<(Place, f32)> {
    let mut removed = edit.removed().iter().peekable();
    let all = (0..).zip(connectivity.iter().zip(weights));
    all.filter(|(connection, _)| removed.next_if_eq(&connection).is_some())
        .map(|(_, (place, &weight))| (place, weight))
        .collect()
}
