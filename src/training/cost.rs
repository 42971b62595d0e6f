//! What a run costs: computed, and by the formulas of the literature.

use serde::{Deserialize, Serialize};

use super::arm::Arm;
use super::check::ValidExperiment;
use super::records::EpochRecord;
use crate::metrics::{InferenceCost, dense_training_bytes, forward_flops, training_bytes};
use crate::nn::Network;
use crate::sparse::Connectivity;
use crate::topology::GrowScore;

/// Bytes that the index of a connection takes.
const BYTES_OF_INDEX: usize = 12;
/// A training step costs three forward passes.
const TRAINING_FACTOR: f64 = 3.0;

/// Operations to train on one sample by formula, with this many connections, in a run of `steps` steps.
///
/// Where growth needs the gradient of all places every ΔT steps, in place of a step, `(3f_S ΔT + 2f_S + f_D)/(ΔT + 1)`
/// (Evci et al. 2020, appendix H); where it needs it in every step, `2f_S + f_D` (SNFS); where it compares activations
/// of all training samples between two steps, `3f_S + (f_S + f_D) E/ΔT` with E steps an epoch (CTRE). Parameters that
/// learn in reserve take part in gradients of weights alone: `2f_S + f_B`, `f_B` being `f_S` and theirs (Top-KAST).
#[must_use]
pub fn training_flops(arm: &Arm, connections: usize, steps: u64, steps_per_epoch: u64) -> f64 {
    let sparse = forward_flops(connections);
    let Some(recipe) = arm.tuning.recipe else { return TRAINING_FACTOR * sparse };
    let dense = forward_flops(arm.total_places());
    #[expect(clippy::cast_precision_loss, reason = "numbers of steps")]
    let (every, per_epoch) = (recipe.timing(steps, steps_per_epoch).every.max(1) as f64, steps_per_epoch as f64);
    if let Some(reserve) = recipe.reserve {
        // Gradients of the weights alone for what learns in reserve, no more of it than there are places.
        let backward = (sparse * (1.0 + reserve)).min(dense);
        2.0 * sparse + backward
    } else if recipe.needs_momentum() {
        2.0 * sparse + dense
    } else if recipe.replaces_step {
        (TRAINING_FACTOR * sparse * every + 2.0 * sparse + dense) / (every + 1.0)
    } else if recipe.grow == GrowScore::Cosine {
        TRAINING_FACTOR * sparse + (sparse + dense) * per_epoch / every
    } else {
        TRAINING_FACTOR * sparse
    }
}

/// Operations of a whole run of an arm by formula, with the connections that it begins with: which of two runs takes longer.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub(super) fn run_flops(experiment: &ValidExperiment, arm: usize) -> f64 {
    let (steps, per_epoch) = (experiment.steps(), experiment.steps_per_epoch());
    let arm = &experiment.arms()[arm];
    let samples = steps as f64 * experiment.batch() as f64;
    samples * training_flops(arm, arm.total_connections(), steps, per_epoch)
}

/// Bytes that training keeps for this network, with what its method keeps of places without a connection: a mean gradient
/// (SNFS), or all parameters, and index and moments of those that learn (Top-KAST).
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a figure to show"
)]
pub fn sparse_training_bytes(arm: &Arm, network: &Network) -> usize {
    let sparse = || network.layers().iter().filter_map(|layer| layer.weights.connectivity());
    let places: usize = sparse().map(Connectivity::places).sum();
    let own = training_bytes(network, arm.rule);
    let Some(recipe) = arm.tuning.recipe else { return own };
    let momentum = if recipe.needs_momentum() { size_of::<f32>() * places } else { 0 };
    let reserve = recipe.reserve.map_or(0, |share| {
        let room = |layer: &Connectivity| layer.places() - layer.connections();
        let learning: usize =
            sparse().map(|layer| ((layer.connections() as f64 * share).round() as usize).min(room(layer))).sum();
        let each = BYTES_OF_INDEX + size_of::<f32>() * if arm.rule.is_adaptive() { 4 } else { 3 };
        size_of::<f32>() * places + each * learning
    });
    own + momentum + reserve
}

/// What a run cost, from its first network to its last epoch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RunCost {
    /// Samples trained on, each as often as it was.
    pub samples: u64,
    /// Operations that kernels computed, two a multiply-add: forward, backward, growth, and the choice of the first network.
    pub flops: u64,
    /// Those of them that chose the first connections, before training.
    pub flops_before_training: u64,
    /// Operations of training by formula, see [`training_flops`], with the connections that there were in each epoch.
    pub flops_by_formula: f64,
    /// Operations of training a dense network of the same shape by formula.
    pub flops_of_dense: f64,
    /// Bytes that training keeps at the end: weights, moments, gradients of a layer, indices.
    pub training_bytes: usize,
    /// The same of a dense network of the same shape.
    pub training_bytes_of_dense: usize,
    /// What it costs to use the network, by a model.
    pub inference: InferenceCost,
    /// The same of a dense network of the same shape.
    pub inference_of_dense: InferenceCost,
}

impl RunCost {
    /// The cost of a run with these epochs, from 1, in which so many steps of `batch` samples were made.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of samples and connections")]
    pub fn new(
        arm: &Arm,
        network: &Network,
        epochs: &[EpochRecord],
        [steps, steps_per_epoch, batch]: [u64; 3],
        [flops_before_training, flops]: [u64; 2],
    ) -> Self {
        let samples_per_epoch = (steps_per_epoch * batch) as f64;
        let formula = |epoch: &EpochRecord| training_flops(arm, epoch.connections, steps, steps_per_epoch);
        let samples = epochs.len() as u64 * steps_per_epoch * batch;
        Self {
            samples,
            flops,
            flops_before_training,
            flops_by_formula: epochs.iter().map(formula).sum::<f64>() * samples_per_epoch,
            flops_of_dense: TRAINING_FACTOR * forward_flops(arm.total_places()) * samples as f64,
            training_bytes: sparse_training_bytes(arm, network),
            training_bytes_of_dense: dense_training_bytes(network, arm.rule),
            inference: InferenceCost::of(network),
            inference_of_dense: InferenceCost::of_dense(network),
        }
    }
}
