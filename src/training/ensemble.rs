//! All arms from one seed, trained in step, each on a thread of its own, for a window to watch.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, OnceLock};
use std::thread;

use super::check::ValidExperiment;
use super::give_way::give_way;
use super::mailbox::Mailbox;
use super::moment::{Moment, Plan};
use super::operation::Operation;
use super::pace::{Goal, Pace, Pacer};
use super::runner::{Branch, Runner, Special};
use super::timeline::TIMELINE_BUDGET;
use crate::data::Split;
use crate::sparse::Team;

/// Called, from any thread, when there is something new to see.
type Wake = Arc<dyn Fn() + Send + Sync>;

/// Runs that are watched together. They start paused, train in step, and end when this is dropped.
pub struct Ensemble {
    experiment: Arc<ValidExperiment>,
    seed: u64,
    data: Arc<OnceLock<Result<Arc<Split>, String>>>,
    pacer: Arc<Pacer<Special>>,
    /// By arm.
    runs: Vec<Watched>,
    /// Bytes that the past of each run may take.
    budget: Arc<AtomicUsize>,
    wake: Wake,
}

/// A run under way.
struct Watched {
    /// Its place among those that keep in step.
    run: usize,
    mailbox: Arc<Mailbox>,
}

impl Ensemble {
    /// Starts one thread for each arm, and helpers for those of large networks where there are processors enough. `wake` is
    /// called from them whenever there is something new to see.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn start(experiment: Arc<ValidExperiment>, seed: u64, wake: &Wake) -> std::io::Result<Self> {
        let arms = experiment.arms().len();
        let mut ensemble = Self {
            seed,
            data: Arc::new(OnceLock::new()),
            pacer: Arc::new(Pacer::new(0)),
            runs: Vec::new(),
            budget: Arc::new(AtomicUsize::new(TIMELINE_BUDGET / arms)),
            wake: Arc::clone(wake),
            experiment,
        };
        for arm in 0..arms {
            let watched = ensemble.watch(arm, None)?;
            ensemble.runs.push(watched);
        }
        Ok(ensemble)
    }

    /// Starts a run of an arm, from its beginning or from where another one was.
    fn watch(&self, arm: usize, branch: Option<Branch>) -> std::io::Result<Watched> {
        let arms = self.experiment.arms().len();
        // One processor is the window's.
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let threads = (processors.saturating_sub(1) / arms).max(1);
        let run = self.pacer.add();
        let mailbox = Arc::<Mailbox>::default();
        let runner = Runner {
            experiment: Arc::clone(&self.experiment),
            index: arm,
            run,
            seed: self.seed,
            data: Arc::clone(&self.data),
            pacer: Arc::clone(&self.pacer),
            mailbox: Arc::clone(&mailbox),
            wake: Arc::clone(&self.wake),
            budget: Arc::clone(&self.budget),
        };
        let start = || {
            let team = Team::new(threads, &format!("run {run}"))?;
            let work = move || {
                give_way();
                team.install(|| runner.run(branch));
            };
            thread::Builder::new().name(format!("run {run}")).spawn(work)
        };
        match start() {
            Ok(_) => Ok(Watched { run, mailbox }),
            Err(error) => {
                self.pacer.remove(run);
                Err(error)
            }
        }
    }

    /// Takes over an experiment with other arms: `kept` says for each of them which run goes on as it, if one does. Runs that
    /// are no arm any more end; new ones train on to where the others are. With `branch` the last arm goes on from where the run
    /// of an arm was at a position.
    ///
    /// # Errors
    /// If the system has no thread to give; everything is then as it was.
    pub fn adopt(
        &mut self,
        experiment: Arc<ValidExperiment>,
        kept: &[Option<usize>],
        branch: Option<(usize, u64)>,
    ) -> std::io::Result<()> {
        let before = std::mem::replace(&mut self.experiment, experiment);
        let budget = self.budget.load(Relaxed) * self.runs.len();
        let mut started = Vec::new();
        for (arm, own) in kept.iter().enumerate() {
            let branch = branch.filter(|_| arm + 1 == kept.len()).and_then(|(from, at)| self.branch(from, at));
            match own.map_or_else(|| self.watch(arm, branch).map(Some), |_| Ok(None)) {
                Ok(watched) => started.push(watched),
                Err(error) => {
                    started.into_iter().flatten().for_each(|watched: Watched| self.pacer.remove(watched.run));
                    self.experiment = before;
                    return Err(error);
                }
            }
        }
        let mut old: Vec<Option<Watched>> = std::mem::take(&mut self.runs).into_iter().map(Some).collect();
        let own = |(new, kept): (Option<Watched>, &Option<usize>)| new.or_else(|| old[(*kept)?].take());
        self.runs = started.into_iter().zip(kept).filter_map(own).collect();
        old.into_iter().flatten().for_each(|watched| self.pacer.remove(watched.run));
        self.set_budget(budget);
        Ok(())
    }

    fn branch(&self, arm: usize, position: u64) -> Option<Branch> {
        let mailbox = &self.runs.get(arm)?.mailbox;
        let timeline = mailbox.timeline().as_ref()?.until(position);
        let contents = mailbox.open().clone();
        Some(Branch { timeline, contents, position })
    }

    /// The experiment that is run.
    #[must_use]
    pub fn experiment(&self) -> &Arc<ValidExperiment> {
        &self.experiment
    }

    /// The seed it is run from.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The data, once they have been drawn.
    #[must_use]
    pub fn data(&self) -> Option<Arc<Split>> {
        self.data.get()?.as_ref().ok().map(Arc::clone)
    }

    /// What an arm's run has left so far.
    #[must_use]
    pub fn mailbox(&self, arm: usize) -> &Arc<Mailbox> {
        &self.runs[arm].mailbox
    }

    /// How far to train.
    pub fn set_goal(&self, goal: Goal) {
        self.pacer.set_goal(goal);
    }

    /// How fast to train.
    pub fn set_pace(&self, pace: Pace) {
        self.pacer.set_pace(pace);
    }

    /// How many bytes the past of all runs may take; what has been dropped does not come back.
    pub fn set_budget(&self, bytes: usize) {
        let share = bytes / self.runs.len().max(1);
        self.budget.store(share, Relaxed);
        for watched in &self.runs {
            if let Some(timeline) = watched.mailbox.timeline().as_mut() {
                timeline.set_budget(share);
            }
        }
    }

    /// Changes settings of an arm; they hold from its next step.
    pub fn follow(&self, arm: usize, plan: Plan) {
        self.pacer.order(self.runs[arm].run, Special::Follow(Box::new(plan)));
    }

    /// Changes what is done to an arm by hand. What is done already has to stay, or the arms have to be set back, by
    /// [`Self::rewind_to`], to where it was not done yet.
    pub fn operate(&self, arm: usize, operations: &[(Moment, Operation)]) {
        self.pacer.order(self.runs[arm].run, Special::Operate(operations.into()));
    }

    /// Sets all arms back to the end of an epoch and pauses. Continued, they train on exactly the bits that they had.
    pub fn rewind(&self, epoch: u32) {
        self.rewind_to(2 * self.experiment.steps_per_epoch() * u64::from(epoch));
    }

    /// Sets all arms back to a position (see [`super::Trainer::position`]) and pauses.
    pub fn rewind_to(&self, position: u64) {
        self.pacer.set_back(position, || Special::Rewind(position));
    }

    /// The position that all arms are at, or on their way to.
    #[must_use]
    pub fn headed_for(&self) -> u64 {
        self.pacer.headed_for()
    }

    /// Whether all arms have done what they may do for now, and have left a view of it.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.pacer.is_at_rest()
    }
}

impl Drop for Ensemble {
    fn drop(&mut self) {
        self.pacer.close();
    }
}
