//! What there is to see of a run.

use std::sync::OnceLock;

use super::Trainer;
use super::reserve::Reserve;
use crate::training::foretelling::Foresight;
use crate::training::snapshot::Snapshot;

impl Trainer {
    /// All that there is to see of the run at this moment.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let timing = self.timing();
        Snapshot {
            step: self.step,
            position: self.position(),
            steps: self.steps,
            steps_per_epoch: self.steps_per_epoch(),
            updates: self.updates,
            operations: self.by_hand.done(),
            frozen: self.by_hand.frozen().to_vec(),
            last_update: self.updated_at,
            timing,
            next_update: timing.and_then(|timing| {
                if self.is_due(timing) { Some(self.step) } else { timing.next_after(self.step, self.steps) }
            }),
            tuning: self.tuning.clone(),
            network: self.network.clone(),
            gradients: self.last_gradients(),
            born: self.born.clone().unwrap_or_else(|| self.zeros()),
            foresight: self.foresight(),
        }
    }

    fn foresight(&self) -> Foresight {
        let (wanted, threshold, signs) = self.memory.foresight();
        let layers = self.network.layers().iter().enumerate();
        let of_layer = |reserve: &Reserve| layers.map(|(index, layer)| reserve.overtaken(index, layer)).collect();
        let overtaken = self.reserve.as_ref().map_or_else(Vec::new, of_layer);
        Foresight { wanted, threshold, signs, overtaken, told: OnceLock::new() }
    }

    /// By layer, each existing connection's gradient in the last batch.
    pub(super) fn last_gradients(&self) -> Vec<Vec<f32>> {
        let mut gradients: Vec<Vec<f32>> = self.zeros();
        for (index, gradients) in gradients.iter_mut().enumerate() {
            self.network.layers()[index].weight_gradients(self.pass.sources(index), self.pass.deltas(index), gradients);
        }
        gradients
    }

    /// By layer, nothing for each connection.
    pub(super) fn zeros<T: Clone + Default>(&self) -> Vec<Vec<T>> {
        self.network.layers().iter().map(|layer| vec![T::default(); layer.weights.connections()]).collect()
    }
}
