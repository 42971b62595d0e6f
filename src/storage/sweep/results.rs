//! Results of a sweep as JSON and CSV.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::run_file::{StoredRun, json, values};
use crate::metrics::Summary;
use crate::training::{RunKey, ValidSweep};

/// Results of all arms and seeds at every point.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SweepResults {
    /// Name of the experiment.
    pub experiment: String,
    /// Epochs of a run of the experiment, unless they vary.
    pub epochs: u32,
    /// Seeds of every arm at every point.
    pub seeds: Vec<u64>,
    /// What varies.
    pub axes: Vec<SweepAxisResults>,
    /// One entry for each combination of values; those of the last axis change first.
    pub points: Vec<SweepPointResults>,
}

/// A key and its values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SweepAxisResults {
    /// The dotted key.
    pub key: String,
    /// Its values.
    pub values: Vec<Value>,
    /// Its values as people write them.
    #[serde(skip)]
    pub texts: Vec<String>,
}

/// Results of one combination of values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SweepPointResults {
    /// What is set, by key.
    pub values: Map<String, Value>,
    /// By axis, the value as people write it.
    #[serde(skip)]
    pub texts: Vec<String>,
    /// One entry an arm, in the order of the experiment.
    pub arms: Vec<SweepArmResults>,
}

/// Results of one arm at one point.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SweepArmResults {
    /// What it is called.
    pub name: String,
    /// Key of its method.
    pub method: &'static str,
    /// One entry a seed.
    pub runs: Vec<SweepRunResults>,
    /// Mean over seeds of the final test accuracy, from 0 to 1; null if no run finished.
    pub mean_test_accuracy: Option<f64>,
    /// Its sample standard deviation over seeds; null for fewer than two.
    pub sd_test_accuracy: Option<f64>,
}

/// Results of one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SweepRunResults {
    /// Its seed.
    pub seed: u64,
    /// `finished`, or what went wrong.
    pub outcome: String,
    /// Whether all epochs were trained.
    #[serde(skip)]
    pub has_finished: bool,
    /// Test accuracy after the last epoch that was trained, from 0 to 1.
    pub final_test_accuracy: Option<f64>,
    /// The best test accuracy of all epochs.
    pub best_test_accuracy: Option<f64>,
    /// Connections of its network in the end.
    pub connections: usize,
    /// Connections, biases, and what activations learn.
    pub parameters: usize,
    /// Seconds of training, topology updates in, evaluation out.
    pub seconds: f64,
}

impl SweepResults {
    /// Arranges the runs of a sweep by point and arm, if they are all there.
    pub(super) fn new(sweep: &ValidSweep, runs: &HashMap<RunKey, StoredRun>) -> Option<Self> {
        let arm = |point: usize, arm: usize| {
            let run = |&seed: &u64| runs.get(&sweep.source(RunKey { point, arm, seed })).map(|run| (seed, run));
            let runs: Option<Vec<(u64, &StoredRun)>> = sweep.seeds().iter().map(run).collect();
            Some(SweepArmResults::new(sweep, point, arm, &runs?))
        };
        let point = |point: usize| {
            let arms: Option<Vec<_>> = (0..sweep.arm_count()).map(|index| arm(point, index)).collect();
            let set = sweep.axes().iter().zip(&sweep.points()[point].values);
            let texts = set.map(|(axis, &value)| axis.value_text(value)).collect();
            Some(SweepPointResults { values: values(sweep, point), texts, arms: arms? })
        };
        let points: Option<Vec<_>> = (0..sweep.points().len()).map(point).collect();
        let axes = sweep.axes().iter().map(|axis| SweepAxisResults {
            key: axis.key.clone(),
            values: axis.values.iter().map(json).collect(),
            texts: (0..axis.values.len()).map(|value| axis.value_text(value)).collect(),
        });
        Some(Self {
            experiment: sweep.spec().name.clone(),
            epochs: sweep.spec().training.epochs,
            seeds: sweep.seeds().to_vec(),
            axes: axes.collect(),
            points: points?,
        })
    }

    /// The results as one JSON object.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("text and finite numbers can be written")
    }

    /// One line for each point, arm and seed, with a heading.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut table = csv::Writer::from_writer(Vec::new());
        let keys = self.axes.iter().map(|axis| axis.key.as_str());
        let columns = ["arm", "seed", "final_test_accuracy", "best_test_accuracy", "connections", "parameters"];
        let heading = keys.chain(columns).chain(["seconds", "outcome"]);
        table.write_record(heading).expect("memory can be written to");
        for point in &self.points {
            for arm in &point.arms {
                for run in &arm.runs {
                    let fields = point.texts.iter().cloned().chain([arm.name.clone()]).chain(run.fields());
                    table.write_record(fields).expect("memory can be written to");
                }
            }
        }
        let bytes = table.into_inner().expect("memory can be written to");
        String::from_utf8(bytes).expect("text was written")
    }
}

impl SweepArmResults {
    fn new(sweep: &ValidSweep, point: usize, index: usize, runs: &[(u64, &StoredRun)]) -> Self {
        let arm = &sweep.points()[point].experiment.arms()[index];
        let finished = runs.iter().filter(|(_, run)| run.has_finished());
        let finals: Vec<f64> = finished.filter_map(|(_, run)| run.final_test_accuracy()).collect();
        let summary = (!finals.is_empty()).then(|| Summary::of(&finals));
        Self {
            name: arm.name.clone(),
            method: arm.method.key(),
            runs: runs.iter().map(|&(seed, run)| SweepRunResults::new(seed, run)).collect(),
            mean_test_accuracy: summary.map(|summary| summary.mean),
            sd_test_accuracy: summary.filter(|summary| summary.count > 1).map(|summary| summary.deviation),
        }
    }
}

impl SweepRunResults {
    pub(super) fn new(seed: u64, run: &StoredRun) -> Self {
        Self {
            seed,
            outcome: run.outcome.clone(),
            has_finished: run.has_finished(),
            final_test_accuracy: run.final_test_accuracy(),
            best_test_accuracy: run.best_test_accuracy(),
            connections: run.connections,
            parameters: run.parameters,
            seconds: run.seconds(),
        }
    }

    /// Its fields in a table, from the seed on.
    fn fields(&self) -> [String; 7] {
        let accuracy = |accuracy: Option<f64>| accuracy.map(|accuracy| accuracy.to_string()).unwrap_or_default();
        [
            self.seed.to_string(),
            accuracy(self.final_test_accuracy),
            accuracy(self.best_test_accuracy),
            self.connections.to_string(),
            self.parameters.to_string(),
            self.seconds.to_string(),
            self.outcome.clone(),
        ]
    }
}
