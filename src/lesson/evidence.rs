//! On what a check is judged: an experiment, the records of its runs, and what the student did in which order.

use serde::{Deserialize, Serialize};

use crate::storage::{EpochPoint, SeedRun};
use crate::training::{Outcome, RunCost, RunRecord, TopologyMeasures, ValidExperiment};

/// Something that a student did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// Answered the prediction or quiz with this id.
    Answered(String),
    /// Saw all runs of all arms that the lesson's checks look at come to their end.
    Ran,
    /// Passed the check with this id.
    Passed(String),
}

/// What is known of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunEvidence {
    /// Which arm, from 0.
    pub arm: usize,
    /// Its seed.
    pub seed: u64,
    /// How it ended, if it has.
    pub outcome: Option<Outcome>,
    /// One entry an epoch, from epoch 1.
    pub epochs: Vec<EpochPoint>,
    /// What its topology came to, where that was measured.
    pub measures: Option<TopologyMeasures>,
    /// What it cost, where that was measured.
    pub cost: Option<RunCost>,
}

impl From<&RunRecord> for RunEvidence {
    fn from(record: &RunRecord) -> Self {
        let (measures, cost) = (record.measures.clone(), record.cost);
        Self { measures, cost, ..Self::from(&SeedRun::from(record)) }
    }
}

impl From<&SeedRun> for RunEvidence {
    fn from(run: &SeedRun) -> Self {
        Self {
            arm: run.arm,
            seed: run.seed,
            outcome: run.outcome.clone(),
            epochs: run.epochs.clone(),
            measures: None,
            cost: None,
        }
    }
}

/// On what checks are judged.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The experiment as it stands.
    pub experiment: &'a ValidExperiment,
    /// Its runs, under way or ended.
    pub runs: &'a [RunEvidence],
    /// What was done, in its order.
    pub events: &'a [Event],
}
