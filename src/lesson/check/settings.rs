//! What a setting of an arm is, with every default filled in.

use serde::Serialize;
use toml::Value;

use super::vocabulary::Setting;
use crate::topology::allocation::Shape;
use crate::training::{Arm, ValidExperiment};

/// A setting that is a number; nothing where the arm has none, such as ΔT of a static one.
#[expect(clippy::cast_precision_loss, reason = "numbers of samples, neurons, steps")]
pub(super) fn number(experiment: &ValidExperiment, arm: &Arm, setting: Setting) -> Option<f64> {
    let facts = experiment.facts();
    let recipe = arm.tuning.recipe.as_ref();
    let count = |count: usize| Some(count as f64);
    match setting {
        Setting::Train => count(facts.train),
        Setting::Test => count(facts.test),
        Setting::NoiseFeatures => count(experiment.data().noise_features),
        Setting::NoiseStd => Some(f64::from(facts.noise_std)),
        Setting::HiddenLayers => count(arm.hidden.len()),
        Setting::HiddenNeurons => count(arm.sizes[1..arm.sizes.len() - 1].iter().sum()),
        Setting::Density => Some(arm.total_connections() as f64 / arm.total_places().max(1) as f64),
        Setting::DensestLayer => layer_densities(arm).reduce(f64::max),
        Setting::SparsestLayer => layer_densities(arm).reduce(f64::min),
        Setting::DropFraction => Some(recipe.map_or(0.0, |recipe| recipe.drop_fraction)),
        Setting::UpdateEverySteps => Some(recipe?.update_every.in_steps(experiment.steps_per_epoch()) as f64),
        Setting::StopAt => Some(recipe.map_or(0.0, |recipe| recipe.stop_at)),
        Setting::LearningRate => Some(arm.tuning.learning_rate),
        Setting::Momentum => Some(arm.tuning.momentum),
        Setting::WeightDecay => Some(arm.tuning.weight_decay),
        Setting::Epochs => Some(f64::from(experiment.epochs())),
        Setting::Batch => count(experiment.batch()),
        _ => None,
    }
}

/// Whether an arm has a density as nearly as whole connections can: each layer's number is rounded by itself.
#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
pub(super) fn is_of_density(arm: &Arm, density: f64) -> bool {
    let asked = density * arm.total_places() as f64;
    (arm.total_connections() as f64 - asked).abs() <= 0.5 * arm.connections.len() as f64
}

#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
fn layer_densities(arm: &Arm) -> impl Iterator<Item = f64> {
    let places = arm.shapes().into_iter().map(Shape::places);
    arm.connections.iter().zip(places).map(|(&connections, places)| connections as f64 / places.max(1) as f64)
}

/// A setting that is a text, as an experiment file has it; nothing where the arm has none.
pub(super) fn text(experiment: &ValidExperiment, arm: &Arm, setting: Setting) -> Option<String> {
    let recipe = arm.tuning.recipe.as_ref();
    match setting {
        Setting::Source => name(&experiment.data().source),
        Setting::Activation => name(&arm.hidden.first()?.activation),
        Setting::Method => Some(arm.method.key().to_owned()),
        Setting::DropSchedule => name(&recipe?.drop_schedule),
        Setting::Drop => name(&recipe?.drop),
        Setting::Grow => name(&recipe?.grow),
        Setting::NewWeights => name(&recipe?.new_weights),
        Setting::Ticket => name(&recipe?.ticket),
        Setting::WeightInit => name(&arm.weight_init),
        Setting::Optimizer => name(&arm.rule),
        Setting::RateSchedule => name(&arm.tuning.schedule),
        _ => None,
    }
}

/// The name of a choice in a file; of one with details, such as `{ normal = 0.1 }`, that before them.
fn name(choice: &impl Serialize) -> Option<String> {
    match Value::try_from(choice).ok()? {
        Value::String(name) => Some(name),
        Value::Table(table) => table.keys().next().cloned(),
        _ => None,
    }
}
