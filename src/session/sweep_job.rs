//! A sweep in the background: its runs, kept in a folder as soon as they have ended.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use super::background::{Background, Desk};
use super::state::Wake;
use super::sweep_cells::{SweepCell, sweep_cells};
use super::time_left::{ArmPace, seconds_left};
use crate::storage::{SweepFolder, SweepRunResults};
use crate::training::{EpochRecord, RunKey, RunRecord, ValidSweep};

/// A sweep under way, paused or ended, with what it came to so far.
///
/// Whoever lets it go stops it. Runs that have ended are in its folder, and are not done again.
pub struct SweepJob {
    sweep: Arc<ValidSweep>,
    folder: PathBuf,
    background: Background<News>,
    threads: usize,
    runs: Vec<RunKey>,
    results: HashMap<RunKey, SweepRunResults>,
    cells: Vec<SweepCell>,
    /// Epochs of the runs that are under way.
    epochs: BTreeMap<RunKey, u32>,
    /// By point and arm.
    paces: Vec<ArmPace>,
    /// Seconds that all of it takes, as far as that was estimated.
    estimate: Option<f64>,
    done_here: usize,
    damaged: usize,
}

enum News {
    /// Runs that were in the folder, and how many files could not be trusted.
    Stored(Vec<(RunKey, SweepRunResults)>, usize),
    Epoch {
        run: RunKey,
        epoch: u32,
        seconds: f64,
    },
    Ended(RunKey, SweepRunResults),
}

impl SweepJob {
    /// Starts or goes on, on as many threads as there are processors.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub(super) fn start(
        sweep: Arc<ValidSweep>,
        folder: PathBuf,
        estimate: Option<f64>,
        wake: Wake,
    ) -> std::io::Result<Self> {
        let runs = sweep.runs();
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let (own, path) = (Arc::clone(&sweep), folder.clone());
        let work = move |desk: &Desk<News>| run_all(&own, &path, threads, desk);
        let background = Background::start("sweep", runs.len(), wake, work)?;
        let results = HashMap::new();
        let paces = vec![ArmPace::default(); sweep.points().len() * sweep.arm_count()];
        let cells = sweep_cells(&sweep, &results);
        let epochs = BTreeMap::new();
        let (done_here, damaged) = (0, 0);
        Ok(Self {
            sweep,
            folder,
            background,
            threads,
            runs,
            results,
            cells,
            epochs,
            paces,
            estimate,
            done_here,
            damaged,
        })
    }

    /// Starts the same again, to do what is left.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub(super) fn again(&self, wake: Wake) -> std::io::Result<Self> {
        Self::start(Arc::clone(&self.sweep), self.folder.clone(), self.estimate, wake)
    }

    /// Takes in what has come since. Never waits for a run.
    pub(super) fn update(&mut self) {
        let mut has_ended = false;
        for news in self.background.take() {
            match news {
                News::Stored(stored, damaged) => {
                    has_ended = true;
                    self.results.extend(stored);
                    self.damaged = damaged;
                }
                News::Epoch { run, epoch, seconds } => {
                    self.epochs.insert(run, epoch);
                    let pace = &mut self.paces[run.point * self.sweep.arm_count() + run.arm];
                    *pace = ArmPace { epochs: pace.epochs + 1, seconds: pace.seconds + seconds };
                }
                News::Ended(run, result) => {
                    has_ended = true;
                    self.done_here += 1;
                    self.epochs.remove(&run);
                    self.results.insert(run, result);
                }
            }
        }
        if !self.background.is_running() {
            // What was stopped is under way no more.
            self.epochs.clear();
        }
        if has_ended {
            self.cells = sweep_cells(&self.sweep, &self.results);
        }
    }

    /// Lets runs finish the epoch they are in, and then rest.
    pub(super) fn pause(&mut self) {
        self.background.set_paused(true);
    }

    /// Lets runs go on.
    pub(super) fn resume(&mut self) {
        self.background.set_paused(false);
    }

    /// Ends the runs after the epoch they are in; those that have ended stay, the others are done again when it goes on.
    pub(super) fn cancel(&mut self) {
        self.background.cancel();
    }

    /// What is run.
    #[must_use]
    pub fn sweep(&self) -> &ValidSweep {
        &self.sweep
    }

    /// Where its runs are kept.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// One cell for each point and arm, arm by arm within a point.
    #[must_use]
    pub fn cells(&self) -> &[SweepCell] {
        &self.cells
    }

    /// Runs that have ended, in the folder or here, and all of them.
    #[must_use]
    pub fn runs_ended(&self) -> (usize, usize) {
        (self.results.len(), self.runs.len())
    }

    /// Runs that ended since this was started, those that were in the folder left out.
    #[must_use]
    pub fn done_here(&self) -> usize {
        self.done_here
    }

    /// Files of runs that could not be trusted, so that these were done again.
    #[must_use]
    pub fn damaged(&self) -> usize {
        self.damaged
    }

    /// How much is done, from 0 to 1, by epochs.
    #[must_use]
    pub fn share_done(&self) -> f64 {
        let epochs = |run: &RunKey| f64::from(self.epochs_of(*run));
        let so_far = |run: &RunKey| f64::from(self.epochs.get(run).copied().unwrap_or(0));
        let done = |run: &RunKey| if self.results.contains_key(run) { epochs(run) } else { so_far(run) };
        self.runs.iter().map(done).sum::<f64>() / self.runs.iter().map(epochs).sum::<f64>().max(1.0)
    }

    /// About how many seconds are left.
    #[must_use]
    pub fn seconds_left(&self) -> Option<f64> {
        let left = self.runs.iter().filter(|run| !self.results.contains_key(run)).map(|run| {
            let done = self.epochs.get(run).copied().unwrap_or(0);
            (run.point * self.sweep.arm_count() + run.arm, self.epochs_of(*run).saturating_sub(done) as usize)
        });
        seconds_left(left, &self.paces, self.threads).or(self.estimate)
    }

    fn epochs_of(&self, run: RunKey) -> u32 {
        self.sweep.points()[run.point].experiment.epochs()
    }

    /// Every run that ended without having finished, with what went wrong, each once.
    #[must_use]
    pub fn unfinished(&self) -> Vec<(RunKey, &str)> {
        let unfinished = self.results.iter().filter(|(_, result)| !result.has_finished);
        let mut runs: Vec<_> = unfinished.map(|(&run, result)| (run, result.outcome.as_str())).collect();
        runs.sort_unstable();
        runs
    }

    /// Whether it has not ended, be it paused.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.background.is_running()
    }

    /// Whether it waits to be resumed.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.background.is_paused()
    }

    /// Whether it was told to end.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.background.is_cancelled()
    }

    /// What went wrong, if something did.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.background.error()
    }
}

fn run_all(sweep: &ValidSweep, path: &Path, threads: usize, desk: &Desk<News>) -> Result<(), String> {
    let folder = SweepFolder::open(path, sweep).map_err(|error| error.to_string())?;
    let stored = folder.stored().map_err(|error| error.to_string())?;
    desk.set_runs_left(sweep.runs().len() - stored.len());
    desk.tell(News::Stored(stored.results().collect(), stored.damaged().len()));
    let on_epoch = |run: RunKey, record: &EpochRecord| {
        let goes_on = record.epoch < sweep.points()[run.point].experiment.epochs();
        desk.epoch_done(run, record.seconds, goes_on, |seconds| News::Epoch { run, epoch: record.epoch, seconds });
    };
    let on_run = |run: RunKey, _: &RunRecord, result: &SweepRunResults| {
        desk.run_ended(run, News::Ended(run, result.clone()));
    };
    folder.finish(stored, threads, desk.cancel(), &on_epoch, &on_run).map(drop).map_err(|error| error.to_string())
}
