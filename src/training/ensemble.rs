//! All arms from one seed, trained in step, each on a thread of its own, for a window to watch.

use std::sync::{Arc, OnceLock};
use std::thread;

use super::arm::Tuning;
use super::check::ValidExperiment;
use super::mailbox::Mailbox;
use super::pace::{Goal, Pace, Pacer};
pub use super::runner::EXTENT;
use super::runner::{Runner, Special};
use crate::data::Split;
use crate::sparse::Team;

/// Runs that are watched together. They start paused, train in step, and end when this is dropped.
pub struct Ensemble {
    experiment: Arc<ValidExperiment>,
    seed: u64,
    data: Arc<OnceLock<Result<Arc<Split>, String>>>,
    pacer: Arc<Pacer<Special>>,
    mailboxes: Vec<Arc<Mailbox>>,
}

impl Ensemble {
    /// Starts one thread for each arm, and helpers for those of large networks where there are processors enough. `wake` is called from them whenever there is something new to see.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn start(
        experiment: Arc<ValidExperiment>,
        seed: u64,
        wake: &Arc<dyn Fn() + Send + Sync>,
    ) -> std::io::Result<Self> {
        let arms = experiment.arms().len();
        let ensemble = Self {
            seed,
            data: Arc::new(OnceLock::new()),
            pacer: Arc::new(Pacer::new(arms)),
            mailboxes: (0..arms).map(|_| Arc::default()).collect(),
            experiment,
        };
        // One processor is the window's.
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let threads = (processors.saturating_sub(1) / arms).max(1);
        for index in 0..arms {
            let team = Team::new(threads, &format!("run {index}"))?;
            let runner = Runner {
                experiment: Arc::clone(&ensemble.experiment),
                index,
                run: index,
                seed,
                data: Arc::clone(&ensemble.data),
                pacer: Arc::clone(&ensemble.pacer),
                mailbox: Arc::clone(&ensemble.mailboxes[index]),
                wake: Arc::clone(wake),
            };
            thread::Builder::new().name(format!("run {index}")).spawn(move || team.install(|| runner.run()))?;
        }
        Ok(ensemble)
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
    pub fn mailbox(&self, arm: usize) -> &Mailbox {
        &self.mailboxes[arm]
    }

    /// How far to train.
    pub fn set_goal(&self, goal: Goal) {
        self.pacer.set_goal(goal);
    }

    /// How fast to train.
    pub fn set_pace(&self, pace: Pace) {
        self.pacer.set_pace(pace);
    }

    /// Changes settings of an arm; they hold from its next step.
    pub fn tune(&self, arm: usize, tuning: Tuning) {
        self.pacer.order(arm, Special::Tune(Box::new(tuning)));
    }

    /// Sets all arms back to the end of an epoch and pauses. Continued, they train on exactly the bits that they had.
    pub fn rewind(&self, epoch: u32) {
        let position = 2 * self.experiment.steps_per_epoch() * u64::from(epoch);
        self.pacer.set_back(position, || Special::Rewind(epoch));
    }

    /// The position (see [`super::Trainer::position`]) that all arms are at, or on their way to.
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
