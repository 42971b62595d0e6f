//! All arms over all seeds in the background.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use super::state::Wake;
use crate::metrics::Summary;
use crate::training::{Outcome, RunRecord, ValidExperiment, compare};

/// A comparison under way or done.
pub struct ComparisonJob {
    experiment: Arc<ValidExperiment>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    cancel: AtomicBool,
    epochs_done: AtomicUsize,
    result: OnceLock<Result<Vec<RunRecord>, String>>,
}

/// Test accuracy of one arm by epoch, over seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedCurves {
    /// One summary an epoch, from epoch 1.
    pub epochs: Vec<Summary>,
}

impl ComparisonJob {
    /// Starts on as many threads as there are processors.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub(super) fn start(experiment: Arc<ValidExperiment>, wake: Wake) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let job = Self { experiment: Arc::clone(&experiment), shared: Arc::clone(&shared) };
        thread::Builder::new().name("comparison".to_owned()).spawn(move || {
            let threads = thread::available_parallelism().map_or(1, usize::from);
            let runs = compare(&experiment, threads, &shared.cancel, &|_, _, _| {
                shared.epochs_done.fetch_add(1, Ordering::Relaxed);
            });
            // It is set here and nowhere else.
            drop(shared.result.set(runs.map_err(|error| error.to_string())));
            wake();
        })?;
        Ok(job)
    }

    /// The experiment that is compared.
    #[must_use]
    pub fn experiment(&self) -> &ValidExperiment {
        &self.experiment
    }

    /// Share of the epochs that are done, from 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub fn progress(&self) -> f32 {
        let runs = self.experiment.arms().len() * self.experiment.seeds().len();
        let all = runs * self.experiment.epochs() as usize;
        self.shared.epochs_done.load(Ordering::Relaxed) as f32 / all.max(1) as f32
    }

    /// Whether it is still going on.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.shared.result.get().is_none()
    }

    /// The runs, once all are done.
    #[must_use]
    pub fn runs(&self) -> Option<&[RunRecord]> {
        self.shared.result.get()?.as_deref().ok()
    }

    /// What went wrong, if something did.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.shared.result.get()?.as_ref().err().map(String::as_str)
    }

    /// Curves of one arm over the seeds, once all are done.
    #[must_use]
    pub fn curves(&self, arm: usize) -> Option<SeedCurves> {
        let finished = |run: &&RunRecord| run.arm == arm && run.outcome == Outcome::Finished;
        let runs: Vec<&RunRecord> = self.runs()?.iter().filter(finished).collect();
        let epochs = runs.iter().map(|run| run.epochs.len()).min()?;
        let summary = |epoch: usize| {
            let values: Vec<f64> = runs.iter().map(|run| run.epochs[epoch].test.accuracy()).collect();
            Summary::of(&values)
        };
        Some(SeedCurves { epochs: (0..epochs).map(summary).collect() })
    }
}

impl Drop for ComparisonJob {
    fn drop(&mut self) {
        self.shared.cancel.store(true, Ordering::Relaxed);
    }
}
