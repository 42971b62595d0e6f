//! One run of a sweep as a file: JSON, with a checksum of what it says.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::storage::results::{EpochResults, FINISHED, outcome_text};
use crate::storage::sealed::{sealed, unsealed};
use crate::training::{RunKey, RunRecord, ValidSweep};

/// What the file holds.
const NAME: &str = "run";

/// What a sweep keeps of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredRun {
    /// Hash of the sweep.
    sweep: String,
    /// What is set at its point.
    values: Map<String, Value>,
    arm: String,
    seed: u64,
    /// `finished`, or what went wrong.
    pub outcome: String,
    /// Connections of its network in the end.
    pub connections: usize,
    /// Connections, biases, and what activations learn.
    pub parameters: usize,
    epochs: Vec<EpochResults>,
}

impl StoredRun {
    pub fn new(hash: &str, sweep: &ValidSweep, key: RunKey, record: &RunRecord) -> Self {
        let arm = &sweep.points()[key.point].experiment.arms()[key.arm];
        Self {
            sweep: hash.to_owned(),
            values: values(sweep, key.point),
            arm: arm.name.clone(),
            seed: key.seed,
            outcome: outcome_text(&record.outcome),
            connections: record.epochs.last().map_or(arm.total_connections(), |epoch| epoch.connections),
            parameters: record.parameters,
            epochs: record.epochs.iter().map(EpochResults::new).collect(),
        }
    }

    /// Whether it is this run of the sweep with this hash.
    pub fn is_of(&self, hash: &str, sweep: &ValidSweep, key: RunKey) -> bool {
        let arm = &sweep.points()[key.point].experiment.arms()[key.arm].name;
        (self.sweep.as_str(), &self.values, &self.arm, self.seed) == (hash, &values(sweep, key.point), arm, key.seed)
    }

    pub fn has_finished(&self) -> bool {
        self.outcome == FINISHED
    }

    /// Test accuracy after the last epoch that was trained, from 0 to 1.
    pub fn final_test_accuracy(&self) -> Option<f64> {
        self.epochs.last().map(|epoch| epoch.test_accuracy)
    }

    /// The best test accuracy of all epochs.
    pub fn best_test_accuracy(&self) -> Option<f64> {
        self.epochs.iter().map(|epoch| epoch.test_accuracy).reduce(f64::max)
    }

    /// Seconds of training.
    pub fn seconds(&self) -> f64 {
        self.epochs.iter().map(|epoch| epoch.seconds).sum()
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let run = serde_json::to_string(self).expect("text and finite numbers can be written");
        sealed(NAME, &run)
    }

    /// The run that a file holds, if it is whole and as it was written.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        unsealed(NAME, bytes).ok().and_then(|run| serde_json::from_str(run).ok())
    }
}

/// What is set at a point, by key.
pub(super) fn values(sweep: &ValidSweep, point: usize) -> Map<String, Value> {
    let set = sweep.axes().iter().zip(&sweep.points()[point].values);
    set.map(|(axis, &value)| (axis.key.clone(), json(&axis.values[value]))).collect()
}

/// The same value in JSON.
pub(super) fn json(value: &toml::Value) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}
