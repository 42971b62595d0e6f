//! Results of a comparison as JSON and CSV.

use serde::{Deserialize, Serialize};

use crate::metrics::{Summary, peak_memory_bytes};
use crate::training::{EpochRecord, Outcome, RunCost, RunRecord, TopologyMeasures, UpdateMeasures, ValidExperiment};

/// The outcome of a run that trained all epochs.
pub(super) const FINISHED: &str = "finished";

/// Results of all arms and seeds of an experiment.
#[derive(Debug, Clone, Serialize)]
pub struct Results {
    /// Name of the experiment.
    pub experiment: String,
    /// Threads that computed: as many runs at a time, or several threads a run where there are fewer runs.
    pub threads: usize,
    /// One entry an arm, in the order of the experiment.
    pub arms: Vec<ArmResults>,
    /// The most memory that the process held at once; null where the system does not tell.
    pub peak_memory_bytes: Option<u64>,
}

/// Results of one arm.
#[derive(Debug, Clone, Serialize)]
pub struct ArmResults {
    /// What it is called.
    pub name: String,
    /// Key of its method.
    pub method: &'static str,
    /// Connections of its network.
    pub connections: usize,
    /// Connections and biases.
    pub parameters: usize,
    /// One entry a seed.
    pub runs: Vec<RunResults>,
    /// Mean over seeds of the final test accuracy, from 0 to 1; null if no run finished.
    pub mean_test_accuracy: Option<f64>,
    /// Its sample standard deviation over seeds; null for fewer than two.
    pub sd_test_accuracy: Option<f64>,
}

/// Results of one run.
#[derive(Debug, Clone, Serialize)]
pub struct RunResults {
    /// Its seed.
    pub seed: u64,
    /// `finished`, `cancelled`, or what went wrong.
    pub outcome: String,
    /// Test accuracy after the last epoch, from 0 to 1.
    pub final_test_accuracy: Option<f64>,
    /// The best test accuracy of all epochs.
    pub best_test_accuracy: Option<f64>,
    /// One entry an epoch.
    pub epochs: Vec<EpochResults>,
    /// What training samples say that the run has held out, where it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_out: Option<HeldOutResults>,
    /// What the topology came to, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measures: Option<TopologyMeasures>,
    /// One entry a topology update, and one for each thing done by hand, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updates: Option<Vec<UpdateMeasures>>,
    /// What it cost, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<RunCost>,
}

/// What a run makes of samples that it has held out from training.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeldOutResults {
    /// How many there are.
    pub samples: usize,
    /// Accuracy on them after each epoch, from 0 to 1.
    pub accuracy: Vec<f64>,
    /// The epoch at whose end growth had stalled: from there on connections grow at random. Null if it never did.
    pub random_after_epoch: Option<u32>,
}

impl HeldOutResults {
    #[expect(clippy::cast_precision_loss, reason = "numbers of samples")]
    fn of(epochs: &[EpochRecord]) -> Option<Self> {
        let told = || epochs.iter().filter_map(|epoch| Some((epoch.epoch, epoch.held_out?)));
        let (_, first) = told().next()?;
        Some(Self {
            samples: first.samples,
            accuracy: told().map(|(_, own)| own.hits as f64 / own.samples as f64).collect(),
            random_after_epoch: told().find(|(_, own)| own.has_stalled).map(|(epoch, _)| epoch),
        })
    }
}

/// Results of one epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochResults {
    /// Its number, from 1; 0 is the untrained network.
    pub epoch: u32,
    /// Mean loss of the training samples.
    pub train_loss: f64,
    /// Mean loss of the test samples.
    pub test_loss: f64,
    /// From 0 to 1.
    pub train_accuracy: f64,
    /// From 0 to 1.
    pub test_accuracy: f64,
    /// Connections that exist at its end.
    pub connections: usize,
    /// Connections cut by its topology updates, and by hand.
    pub removed: usize,
    /// Connections grown by them, and added by hand.
    pub added: usize,
    /// Of training, evaluation out.
    pub seconds: f64,
    /// Operations that kernels computed in this time, two a multiply-add, where measures were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flops: Option<u64>,
}

impl Results {
    /// Arranges the runs of a comparison by arm.
    #[must_use]
    pub fn new(experiment: &ValidExperiment, threads: usize, runs: &[RunRecord]) -> Self {
        let arms = experiment.arms().iter().enumerate().map(|(index, arm)| {
            let own: Vec<&RunRecord> = runs.iter().filter(|run| run.arm == index).collect();
            let finals: Vec<f64> = own
                .iter()
                .filter(|run| run.outcome == Outcome::Finished)
                .filter_map(|run| run.final_test_accuracy())
                .collect();
            let summary = (!finals.is_empty()).then(|| Summary::of(&finals));
            let stored = own.iter().flat_map(|run| &run.epochs).map(|epoch| epoch.connections).next_back();
            ArmResults {
                name: arm.name.clone(),
                method: arm.method.key(),
                connections: stored.unwrap_or_else(|| arm.total_connections()),
                parameters: own.iter().map(|run| run.parameters).max().unwrap_or(0),
                runs: own.into_iter().map(RunResults::new).collect(),
                mean_test_accuracy: summary.map(|summary| summary.mean),
                sd_test_accuracy: summary.filter(|summary| summary.count > 1).map(|summary| summary.deviation),
            }
        });
        Self {
            experiment: experiment.spec().name.clone(),
            threads,
            arms: arms.collect(),
            peak_memory_bytes: peak_memory_bytes(),
        }
    }

    /// One line an epoch of every run, with a heading.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let runs = self.arms.iter().flat_map(|arm| arm.runs.iter().map(|run| (arm.name.as_str(), run)));
        epochs_to_csv(runs.flat_map(|(arm, run)| run.epochs.iter().map(move |epoch| (arm, run.seed, epoch.clone()))))
    }
}

/// One line an epoch, by arm and seed, with a heading.
#[must_use]
pub fn epochs_to_csv<'a>(epochs: impl IntoIterator<Item = (&'a str, u64, EpochResults)>) -> String {
    let mut text = String::from(
        "arm,seed,epoch,train_loss,test_loss,train_accuracy,test_accuracy,connections,removed,added,seconds\n",
    );
    for (arm, seed, epoch) in epochs {
        text.push_str(&epoch.to_csv(&quoted(arm), seed));
    }
    text
}

/// A name as a cell of a table.
#[must_use]
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl RunResults {
    /// Whether all epochs were trained.
    #[must_use]
    pub fn has_finished(&self) -> bool {
        self.outcome == FINISHED
    }

    fn new(run: &RunRecord) -> Self {
        Self {
            seed: run.seed,
            outcome: outcome_text(&run.outcome),
            final_test_accuracy: run.final_test_accuracy(),
            best_test_accuracy: run.best_test_accuracy(),
            epochs: run
                .epochs
                .iter()
                .map(|record| EpochResults::new(record).measured(run.cost.is_some(), record))
                .collect(),
            held_out: HeldOutResults::of(&run.epochs),
            measures: run.measures.clone(),
            updates: run.updates.clone(),
            cost: run.cost,
        }
    }
}

/// How a run ended, as results say it.
pub(super) fn outcome_text(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Finished => FINISHED.to_owned(),
        Outcome::Cancelled => "cancelled".to_owned(),
        Outcome::Diverged(diverged) => format!("diverged: {diverged}"),
        Outcome::Failed(message) => format!("failed: {message}"),
    }
}

impl EpochResults {
    /// With what was counted, where that is wanted.
    fn measured(self, wanted: bool, record: &EpochRecord) -> Self {
        Self { flops: wanted.then_some(record.flops), ..self }
    }

    /// What is told of a record, with its operations.
    pub(super) fn counted(record: &EpochRecord) -> Self {
        Self::new(record).measured(true, record)
    }

    /// Takes from a record what is told of it.
    #[must_use]
    pub fn new(record: &EpochRecord) -> Self {
        Self {
            epoch: record.epoch,
            train_loss: record.train.loss(),
            test_loss: record.test.loss(),
            train_accuracy: record.train.accuracy(),
            test_accuracy: record.test.accuracy(),
            connections: record.connections,
            removed: record.removed,
            added: record.added,
            seconds: record.seconds,
            flops: None,
        }
    }

    fn to_csv(&self, arm: &str, seed: u64) -> String {
        let Self { epoch, train_loss, test_loss, train_accuracy, test_accuracy, .. } = self;
        let Self { connections, removed, added, seconds, .. } = self;
        format!(
            "{arm},{seed},{epoch},{train_loss},{test_loss},{train_accuracy},{test_accuracy},\
             {connections},{removed},{added},{seconds}\n"
        )
    }
}
