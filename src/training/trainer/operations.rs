//! What is done to the network by hand, and layers that are frozen.

use std::sync::Arc;

use super::Trainer;
use crate::nn::Network;
use crate::sparse::Place;
use crate::topology::Recipe;
use crate::topology::allocation::Shape;
use crate::topology::langevin::sign;
use crate::training::moment::Moment;
use crate::training::operation::{ImpossibleOperation, LayerRules, Operation, OperationFault};
use crate::training::records::UpdateRecord;

/// What there is to do by hand, and what has come of it.
#[derive(Debug, Clone)]
pub(super) struct ByHand {
    /// All operations of the run, in their order, and how many of them are done.
    operations: Arc<[(Moment, Operation)]>,
    done: u32,
    /// The step at which the last one was done.
    at: Option<u64>,
    /// By layer.
    frozen: Vec<bool>,
}

impl ByHand {
    pub(super) fn new(operations: &[(Moment, Operation)], network: &Network) -> Self {
        Self { operations: operations.into(), done: 0, at: None, frozen: vec![false; network.layers().len()] }
    }

    /// Whether a layer stays as it is.
    pub(super) fn is_frozen(&self, layer: usize) -> bool {
        self.frozen[layer]
    }

    /// By layer, whether it stays as it is.
    pub(super) fn frozen(&self) -> &[bool] {
        &self.frozen
    }

    /// How many operations are done.
    pub(super) fn done(&self) -> u32 {
        self.done
    }

    /// Whether one was done at this step.
    pub(super) fn has_acted_at(&self, step: u64) -> bool {
        self.at == Some(step)
    }
}

impl Trainer {
    /// All that is done to the run by hand.
    #[must_use]
    pub fn operations(&self) -> &Arc<[(Moment, Operation)]> {
        &self.by_hand.operations
    }

    /// Changes what is still to be done by hand: as many of these operations as are done already have to be those that
    /// were. What is done cannot be undone here: go back to a moment before it.
    pub fn set_operations(&mut self, operations: Arc<[(Moment, Operation)]>) {
        self.by_hand.operations = operations;
    }

    /// How many of them are done.
    #[must_use]
    pub fn operations_done(&self) -> u32 {
        self.by_hand.done
    }

    /// Whether the next [`Self::advance`] does something by hand. It takes no step: the position stays.
    #[must_use]
    pub fn is_operation_due(&self) -> bool {
        let next = self.by_hand.operations.get(self.by_hand.done as usize);
        next.is_some_and(|(after, _)| self.has_reached(*after))
    }

    /// Does the next operation, or nothing at all where it cannot be done.
    pub(super) fn operate(&mut self) -> Result<UpdateRecord, ImpossibleOperation> {
        let operations = Arc::clone(&self.by_hand.operations);
        let (after, operation) = &operations[self.by_hand.done as usize];
        let (layer, number) = (operation.layer, self.by_hand.done + 1);
        self.check_operation(operation).map_err(|fault| ImpossibleOperation { number, after: *after, layer, fault })?;
        self.by_hand.done = number;
        self.by_hand.at = Some(self.step);
        let mut record = UpdateRecord { by_hand: Some(number), ..self.empty_record(0.0) };
        let weights = &self.network.layers()[layer].weights;
        match operation.edit(weights) {
            Some(edit) => {
                self.apply(layer, &edit, &mut record);
                if let Some(reserve) = &mut self.reserve {
                    reserve.let_go(layer, &operation.cut, edit.added());
                }
            }
            None => record.evolving = weights.connections(),
        }
        for &(place, weight) in operation.add.iter().chain(&operation.set) {
            self.set_weight(layer, place, weight);
        }
        self.by_hand.frozen[layer] = operation.freeze || self.by_hand.frozen[layer] && !operation.thaw;
        self.count_changes(&record);
        Ok(record)
    }

    fn check_operation(&self, operation: &Operation) -> Result<(), OperationFault> {
        let (layer, layers) = (operation.layer, self.network.layers().len());
        let own = self.network.layers().get(layer).ok_or(OperationFault::NoLayer { layer, layers })?;
        let rules = LayerRules {
            shape: Shape { n_in: own.weights.n_in(), n_out: own.weights.n_out() },
            is_dense: own.weights.connectivity().is_none(),
            // What belongs to the whole run has been checked with it.
            has_constant_fan_in: false,
            rewinds: false,
        };
        operation.check(rules, self.by_hand.is_frozen(layer))?;
        operation.fits(&own.weights)
    }

    /// Where places have signs, a weight takes that of its own: another one would be cut at once (Deep-R).
    fn set_weight(&mut self, layer: usize, place: Place, weight: f32) {
        let signed = self.tuning.recipe.is_some_and(|recipe: Recipe| recipe.has_fixed_signs());
        let key = self.memory.signs();
        let weights = &mut self.network.layers_mut()[layer].weights;
        if let Some(connection) = weights.find(place) {
            let is_sparse = weights.connectivity().is_some();
            let own = if signed && is_sparse { weight.abs() * sign(key, layer, place) } else { weight };
            weights.values_mut()[connection] = own;
        }
    }

    /// Connections of the frozen layers.
    pub(super) fn frozen_connections(&self) -> usize {
        let layers = self.network.layers().iter().zip(&self.by_hand.frozen);
        layers.filter(|(_, frozen)| **frozen).map(|(layer, _)| layer.weights.connections()).sum()
    }
}
