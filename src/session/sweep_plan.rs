//! What a sweep of the experiment as it stands would be: checked, counted and timed in the background.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use super::state::Wake;
use crate::storage::SweepFolder;
use crate::training::{ExperimentSpec, Fault, ValidSweep, check_sweep, estimate_seconds, panic_message};

/// Nothing is timed while someone goes on typing.
const CALM: Duration = Duration::from_millis(400);

/// A plan that is being made, or made. Dropped, it is given up.
pub struct SweepPlan {
    spec: ExperimentSpec,
    place: Place,
    shared: Arc<Shared>,
}

/// Where the runs of a sweep are to be kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    /// In this folder.
    Chosen(PathBuf),
    /// In a folder of its own within this one.
    Within(PathBuf),
    /// That is not known yet.
    Unknown,
}

/// A sweep that can run.
#[derive(Debug)]
pub struct PlannedSweep {
    /// What is to be run.
    pub sweep: Arc<ValidSweep>,
    /// Where its runs are kept; nothing where no folder was chosen and none is known.
    pub folder: Option<PathBuf>,
    /// How many of its runs are there already; or why the folder cannot serve.
    pub stored: Result<usize, String>,
}

#[derive(Default)]
struct Shared {
    cancel: AtomicBool,
    checked: OnceLock<Result<PlannedSweep, Vec<Fault>>>,
    seconds: OnceLock<Option<f64>>,
}

impl SweepPlan {
    /// Starts on a thread of its own.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub(super) fn start(spec: ExperimentSpec, place: Place, wake: Wake) -> std::io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let plan = Self { spec: spec.clone(), place: place.clone(), shared: Arc::clone(&shared) };
        thread::Builder::new().name("sweep plan".to_owned()).spawn(move || {
            let checked = catch_unwind(AssertUnwindSafe(|| planned(&spec, place))).unwrap_or_else(|panic| {
                let problem = panic_message(panic.as_ref());
                Err(vec![Fault { key: "sweep".to_owned(), problem, remedy: String::new() }])
            });
            let checked = shared.checked.get_or_init(|| checked);
            wake();
            thread::sleep(CALM);
            let seconds = checked.as_ref().ok().and_then(|planned| {
                catch_unwind(AssertUnwindSafe(|| estimate(planned, &shared.cancel))).ok().flatten()
            });
            shared.seconds.get_or_init(|| seconds);
            wake();
        })?;
        Ok(plan)
    }

    /// Whether it is of this experiment and these folders.
    pub(super) fn is_of(&self, spec: &ExperimentSpec, place: &Place) -> bool {
        self.spec == *spec && self.place == *place
    }

    /// Whether the experiment has been checked.
    pub(super) fn is_checked(&self) -> bool {
        self.shared.checked.get().is_some()
    }

    /// The sweep, once it is checked.
    ///
    /// # Errors
    /// Every fault of it.
    #[must_use]
    pub fn checked(&self) -> Option<Result<&PlannedSweep, &[Fault]>> {
        Some(self.shared.checked.get()?.as_ref().map_err(Vec::as_slice))
    }

    /// About how many seconds the runs take that are not there yet, once some have been timed.
    #[must_use]
    pub fn seconds(&self) -> Option<f64> {
        self.shared.seconds.get().copied().flatten()
    }

    /// Whether it is still being made.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.shared.seconds.get().is_none()
    }
}

impl Drop for SweepPlan {
    fn drop(&mut self) {
        self.shared.cancel.store(true, Ordering::Relaxed);
    }
}

fn planned(spec: &ExperimentSpec, place: Place) -> Result<PlannedSweep, Vec<Fault>> {
    let sweep = Arc::new(check_sweep(spec)?);
    let folder = match place {
        Place::Chosen(folder) => Ok(Some(folder)),
        Place::Within(folder) => SweepFolder::name_for(&sweep).map(|name| Some(folder.join(name))),
        Place::Unknown => Ok(None),
    };
    let (folder, stored) = match folder {
        Ok(Some(folder)) => {
            let stored = stored(&folder, &sweep);
            (Some(folder), stored)
        }
        Ok(None) => (None, Ok(0)),
        Err(error) => (None, Err(error.to_string())),
    };
    Ok(PlannedSweep { sweep, folder, stored })
}

fn stored(folder: &Path, sweep: &ValidSweep) -> Result<usize, String> {
    SweepFolder::peek(folder, sweep).map(|stored| stored.len()).map_err(|error| error.to_string())
}

fn estimate(planned: &PlannedSweep, cancel: &AtomicBool) -> Option<f64> {
    let runs = planned.sweep.runs();
    let left = runs.len() - planned.stored.as_ref().copied().unwrap_or(0);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let all = if left > 0 { estimate_seconds(&planned.sweep, &runs, threads, cancel)? } else { 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "numbers of runs")]
    let share = left as f64 / runs.len().max(1) as f64;
    Some(all * share)
}
