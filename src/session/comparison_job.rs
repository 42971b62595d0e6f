//! All arms over all seeds in the background.

use std::sync::Arc;
use std::thread;

use super::background::{Background, Desk};
use super::state::Wake;
use super::time_left::{ArmPace, seconds_left};
use crate::lesson::RunEvidence;
use crate::storage::SeedRun;
use crate::training::{
    EpochRecord, Outcome, RunCost, RunKey, RunRecord, TopologyMeasures, ValidExperiment, compare_each,
};

/// A comparison under way, paused or ended.
///
/// Whoever lets it go stops it: runs end after the epoch they are in, and nobody waits for them.
pub struct ComparisonJob {
    experiment: Arc<ValidExperiment>,
    background: Background<News>,
    threads: usize,
    runs: Vec<SeedRun>,
    /// What came of each run that was measured.
    facts: Vec<Measured>,
    paces: Vec<ArmPace>,
}

/// Topology and cost of a run, where they were asked for.
type Measured = (Option<TopologyMeasures>, Option<RunCost>);

enum News {
    Epoch { run: usize, record: Box<EpochRecord>, seconds: f64 },
    Ended { run: usize, outcome: Outcome, facts: Box<Measured> },
}

impl ComparisonJob {
    /// Starts on as many threads as there are processors; where `is_measured`, topology and cost of each run are measured too.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub(super) fn start(experiment: Arc<ValidExperiment>, is_measured: bool, wake: Wake) -> std::io::Result<Self> {
        let arms = experiment.arms().len();
        let of_arm = |arm| experiment.seeds().iter().map(move |&seed| SeedRun::new(arm, seed));
        let runs: Vec<SeedRun> = (0..arms).flat_map(of_arm).collect();
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let own = Arc::clone(&experiment);
        let background =
            Background::start("comparison", runs.len(), wake, move |desk| run_all(&own, threads, is_measured, desk))?;
        let paces = vec![ArmPace::default(); arms];
        let facts = vec![Measured::default(); runs.len()];
        Ok(Self { experiment, background, threads, runs, facts, paces })
    }

    /// A comparison that was run before; runs that had not ended count as stopped.
    pub(super) fn recorded(experiment: Arc<ValidExperiment>, mut ended: Vec<SeedRun>) -> Self {
        let arms = experiment.arms().len();
        let of_arm = |arm| experiment.seeds().iter().map(move |&seed| SeedRun::new(arm, seed));
        let mut own = |run: SeedRun| {
            let known = ended.iter().position(|other| (other.arm, other.seed) == (run.arm, run.seed));
            known.map_or(SeedRun { outcome: Some(Outcome::Cancelled), ..run }, |known| ended.swap_remove(known))
        };
        let runs: Vec<SeedRun> = (0..arms).flat_map(of_arm).map(&mut own).collect();
        let paces = vec![ArmPace::default(); arms];
        let facts = vec![Measured::default(); runs.len()];
        Self { background: Background::ended(), experiment, threads: 1, runs, facts, paces }
    }

    /// Takes in what has come since. Never waits for a run.
    pub(super) fn update(&mut self) {
        for news in self.background.take() {
            match news {
                News::Epoch { run, record, seconds } => {
                    self.runs[run].push(&record);
                    let pace = &mut self.paces[self.runs[run].arm];
                    *pace = ArmPace { epochs: pace.epochs + 1, seconds: pace.seconds + seconds };
                }
                News::Ended { run, outcome, facts } => {
                    self.runs[run].outcome = Some(outcome);
                    self.facts[run] = *facts;
                }
            }
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

    /// Ends the runs after the epoch they are in; what has finished stays.
    pub(super) fn cancel(&mut self) {
        self.background.cancel();
    }

    /// The experiment that is compared.
    #[must_use]
    pub fn experiment(&self) -> &ValidExperiment {
        &self.experiment
    }

    /// All runs by arm, then seed, as far as they have come.
    #[must_use]
    pub fn runs(&self) -> &[SeedRun] {
        &self.runs
    }

    /// The runs as checks of lessons look at them.
    #[must_use]
    pub fn evidence(&self) -> Vec<RunEvidence> {
        let both = self.runs.iter().zip(&self.facts);
        both.map(|(run, (measures, cost))| RunEvidence { measures: measures.clone(), cost: *cost, ..run.into() })
            .collect()
    }

    /// Epochs that were trained, and those of all runs that have not ended early.
    #[must_use]
    pub fn epochs_done(&self) -> (usize, usize) {
        let all = |run: &SeedRun| {
            if run.outcome.is_none() { self.experiment.epochs() as usize } else { run.epochs.len() }
        };
        (self.runs.iter().map(|run| run.epochs.len()).sum(), self.runs.iter().map(all).sum())
    }

    /// Runs that have ended, however they did.
    #[must_use]
    pub fn runs_ended(&self) -> usize {
        self.runs.iter().filter(|run| run.outcome.is_some()).count()
    }

    /// About how many seconds are left, once an epoch is done.
    #[must_use]
    pub fn seconds_left(&self) -> Option<f64> {
        let epochs = self.experiment.epochs() as usize;
        let under_way = self.runs.iter().filter(|run| run.outcome.is_none());
        let left = under_way.map(|run| (run.arm, epochs.saturating_sub(run.epochs.len())));
        seconds_left(left, &self.paces, self.threads)
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

    /// Whether it was told to end before all runs had.
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

fn run_all(experiment: &ValidExperiment, threads: usize, is_measured: bool, desk: &Desk<News>) -> Result<(), String> {
    let key = |arm: usize, seed: u64| RunKey { point: 0, arm, seed };
    // They are kept by arm, then seed.
    let seeds = experiment.seeds();
    let number = |key: RunKey| key.arm * seeds.len() + seeds.iter().position(|&seed| seed == key.seed).unwrap_or(0);
    let on_epoch = |arm: usize, seed: u64, record: &EpochRecord| {
        let (key, goes_on) = (key(arm, seed), record.epoch < experiment.epochs());
        desk.epoch_done(key, record.seconds, goes_on, |seconds| News::Epoch {
            run: number(key),
            record: Box::new(record.clone()),
            seconds,
        });
    };
    let on_run = |record: RunRecord| {
        let key = key(record.arm, record.seed);
        let facts = Box::new((record.measures, record.cost));
        desk.run_ended(key, News::Ended { run: number(key), outcome: record.outcome, facts });
    };
    compare_each(experiment, threads, desk.cancel(), is_measured, &on_epoch, &on_run).map_err(|error| error.to_string())
}
