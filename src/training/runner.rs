//! One run on a thread of its own, for a window to watch.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::arm::Arm;
use super::check::ValidExperiment;
use super::mailbox::{Contents, Failure, Mailbox, View, panic_message};
use super::measures::Turnover;
use super::moment::{Moment, Plan};
use super::operation::Operation;
use super::pace::{Order, Pacer, Station};
use super::records::Stop;
use super::timeline::{Checkpoint, Frame, Timeline};
use super::trainer::{Progress, Trainer};
use crate::data::Split;
use crate::sparse::multiply_adds;

/// Without looking up for orders a run goes on for so long at most, or one step.
const STRETCH: Duration = Duration::from_millis(30);
/// Places of a network up to which exploration is followed: 32 MB of bits.
const MOST_PLACES: usize = 1 << 28;

/// What a single run may be told.
#[derive(Debug)]
pub(super) enum Special {
    /// Settings that hold from the next step.
    Follow(Box<Plan>),
    /// What is done by hand.
    Operate(Arc<[(Moment, Operation)]>),
    /// Back to how it was at this position.
    Rewind(u64),
}

/// The past of another run that a run goes on from.
pub(super) struct Branch {
    pub timeline: Timeline,
    pub contents: Contents,
    /// Where it begins to go its own way.
    pub position: u64,
}

/// What a run needs to know of the world.
pub(super) struct Runner {
    pub experiment: Arc<ValidExperiment>,
    /// Which arm of the experiment.
    pub index: usize,
    /// Which place among the runs that keep in step.
    pub run: usize,
    pub seed: u64,
    pub data: Arc<OnceLock<Result<Arc<Split>, String>>>,
    pub pacer: Arc<Pacer<Special>>,
    pub mailbox: Arc<Mailbox>,
    pub wake: Arc<dyn Fn() + Send + Sync>,
    /// Bytes that its past may take.
    pub budget: Arc<AtomicUsize>,
}

impl Runner {
    /// Runs until closed. A panic ends this run with its message and leaves everything else alive.
    pub(super) fn run(self, branch: Option<Branch>) {
        let outcome = catch_unwind(AssertUnwindSafe(|| self.run_to_the_end(branch)));
        let failure = match outcome {
            Ok(Ok(())) => return,
            Ok(Err(message)) => message,
            Err(panic) => panic_message(panic.as_ref()),
        };
        self.mailbox.open().failure = Some(Failure::Failed(failure));
        (self.wake)();
        self.stand_aside();
    }

    fn run_to_the_end(&self, branch: Option<Branch>) -> Result<(), String> {
        let split = self.data.get_or_init(|| {
            let data = self.experiment.generate(self.seed);
            data.map(Arc::new).map_err(|error| error.to_string())
        });
        let split = Arc::clone(split.as_ref().map_err(Clone::clone)?);
        let mut course = match branch {
            Some(branch) => self.go_on_from(branch),
            None => match self.begin(split)? {
                Some(course) => course,
                // Told to end before there was a network.
                None => return Ok(()),
            },
        };
        course.publish();
        while course.follow_next_order() {}
        Ok(())
    }

    fn arm(&self) -> &Arm {
        &self.experiment.arms()[self.index]
    }

    fn begin(&self, split: Arc<Split>) -> Result<Option<Course<'_>>, String> {
        let before = multiply_adds();
        let go_on = || !self.pacer.is_to_end(self.run);
        let trainer = Trainer::begin(&self.experiment, self.arm(), self.seed, split, &go_on);
        let Some(trainer) = trainer.map_err(|error| error.to_string())? else { return Ok(None) };
        let trainer = trainer.with_history();
        let turnover = Turnover::new(trainer.network(), MOST_PLACES);
        let first = Checkpoint { trainer: trainer.clone(), turnover: turnover.clone() };
        *self.mailbox.timeline() = Some(Timeline::new(first, self.budget.load(Relaxed)));
        let mut course = Course::new(self, trainer, turnover);
        course.multiply_adds = multiply_adds() - before;
        course.record_start();
        course.record_epoch();
        Ok(Some(course))
    }

    /// Goes on from where another run was, on its own settings.
    fn go_on_from(&self, branch: Branch) -> Course<'_> {
        let Branch { mut timeline, mut contents, position } = branch;
        timeline.set_operations(self.arm().operations.as_slice().into());
        let restored = timeline.origin(position).restore(|| true).expect("nobody stops it");
        timeline.set_budget(self.budget.load(Relaxed));
        contents.take_back(position, restored.trainer.steps_per_epoch(), restored.trainer.operations_done());
        contents.rewinds = 0;
        *self.mailbox.open() = contents;
        let mut course = Course::new(self, restored.trainer, restored.turnover);
        (course.seconds, course.multiply_adds) = (Duration::from_secs_f64(restored.seconds), restored.multiply_adds);
        *self.mailbox.timeline() = Some(timeline);
        course.follow(self.arm().plan());
        course
    }

    /// Lets the other runs go on: this one moves no more.
    fn stand_aside(&self) {
        let station = Station { position: 0, next: None, before_update: false, published: true };
        while !matches!(self.pacer.wait(self.run, station, None), Order::Close) {}
    }
}

/// A run under way.
struct Course<'a> {
    runner: &'a Runner,
    trainer: Trainer,
    turnover: Turnover,
    /// The settings of the run.
    plan: Plan,
    failed: bool,
    /// Training time since the last epoch's end.
    seconds: Duration,
    /// Computed since then.
    multiply_adds: u64,
    published: Instant,
    publishing: Duration,
    dirty: bool,
}

impl<'a> Course<'a> {
    fn new(runner: &'a Runner, trainer: Trainer, turnover: Turnover) -> Self {
        Self {
            runner,
            plan: runner.arm().plan(),
            trainer,
            turnover,
            failed: false,
            seconds: Duration::ZERO,
            multiply_adds: 0,
            published: Instant::now(),
            publishing: Duration::ZERO,
            dirty: true,
        }
    }

    /// False once the run is closed.
    fn follow_next_order(&mut self) -> bool {
        let patience = self.dirty.then(|| self.runner.pacer.patience().saturating_sub(self.published.elapsed()));
        match self.runner.pacer.wait(self.runner.run, self.station(), patience) {
            Order::Close => return false,
            Order::Idle => self.publish(),
            Order::Advance { target, publish } => {
                self.advance_to(target);
                let long = self.published.elapsed() >= self.runner.pacer.patience();
                // Never so often that publishing would slow the training.
                if (publish || long) && self.published.elapsed() >= self.runner.pacer.rest_after(self.publishing) {
                    self.publish();
                }
            }
            Order::Special(Special::Follow(plan)) => {
                self.follow(*plan);
                self.publish();
            }
            Order::Special(Special::Operate(operations)) => {
                self.trainer.set_operations(Arc::clone(&operations));
                if let Some(timeline) = self.runner.mailbox.timeline().as_mut() {
                    timeline.set_operations(operations);
                }
                // What there is to do now is done before anybody looks.
                self.dirty = true;
            }
            Order::Special(Special::Rewind(position)) => {
                self.rewind(position);
                self.publish();
            }
        }
        true
    }

    fn station(&self) -> Station {
        let ended = self.failed || self.trainer.is_finished();
        let (position, next) = (self.trainer.position(), self.trainer.next_position());
        Station {
            position,
            next: (!ended).then_some(next),
            before_update: !ended && self.trainer.is_update_due(),
            published: !self.dirty,
        }
    }

    fn advance_to(&mut self, target: u64) {
        let start = Instant::now();
        let mut since_epoch = start;
        self.dirty = true;
        let may_go_on = |course: &Self| {
            let ended = course.failed || course.trainer.is_finished();
            !ended && course.trainer.next_position() <= target && start.elapsed() < STRETCH
        };
        while may_go_on(self) {
            let before = multiply_adds();
            let progress = self.trainer.advance();
            self.multiply_adds += multiply_adds() - before;
            match progress {
                Ok(Progress::TopologyUpdate(record)) => {
                    let measures = self.turnover.follow(&record);
                    self.runner.mailbox.open().add_update(record, measures);
                    self.seconds += since_epoch.elapsed();
                    self.record_moment();
                    since_epoch = Instant::now();
                }
                Ok(_) => {}
                Err(stop) => self.fail(stop),
            }
            if !self.failed && self.trainer.is_at_epoch_end() {
                self.seconds += since_epoch.elapsed();
                self.record_epoch();
                since_epoch = Instant::now();
            }
        }
        self.seconds += since_epoch.elapsed();
    }

    /// What there is before the first step.
    fn record_start(&self) {
        let mut contents = self.runner.mailbox.open();
        contents.first.clone_from(self.turnover.first());
        contents.turnover = vec![self.turnover.now()];
    }

    fn record_epoch(&mut self) {
        self.runner.mailbox.open().evaluating = Some(Instant::now());
        let record = self.trainer.record_epoch(self.seconds.as_secs_f64(), 2 * self.multiply_adds);
        self.runner.mailbox.open().evaluating = None;
        match record {
            Ok(record) => {
                self.runner.mailbox.open().epochs.push(Arc::new(record));
                self.record_moment();
                if let Some(timeline) = self.runner.mailbox.timeline().as_mut() {
                    timeline.keep(&self.trainer, &self.turnover, self.multiply_adds);
                }
            }
            Err(diverged) => self.fail(diverged.into()),
        }
        (self.seconds, self.multiply_adds) = (Duration::ZERO, 0);
    }

    /// Keeps what there is to see now, so that it can be shown again.
    fn record_moment(&self) {
        let before = self.runner.mailbox.timeline().as_ref().and_then(|timeline| timeline.last().cloned());
        let frame = Frame::new(self.trainer.snapshot(), before.as_ref());
        if let Some(timeline) = self.runner.mailbox.timeline().as_mut() {
            timeline.record(frame);
        }
    }

    fn follow(&mut self, plan: Plan) {
        self.trainer.follow(&plan);
        self.plan = plan.clone();
        if let Some(timeline) = self.runner.mailbox.timeline().as_mut() {
            timeline.note_plan(self.trainer.position(), plan);
        }
    }

    fn fail(&mut self, stop: Stop) {
        self.failed = true;
        self.runner.mailbox.open().failure = Some(stop.into());
    }

    fn rewind(&mut self, position: u64) {
        // A run that has not come so far yet trains on to where the others are.
        if !self.failed && self.trainer.position() < position {
            return;
        }
        let mailbox = &self.runner.mailbox;
        let Some(origin) = mailbox.timeline().as_ref().map(|timeline| timeline.origin(position)) else { return };
        let restored = origin.restore(|| true).expect("nobody stops it");
        (self.trainer, self.turnover) = (restored.trainer, restored.turnover);
        (self.seconds, self.multiply_adds) = (Duration::from_secs_f64(restored.seconds), restored.multiply_adds);
        self.failed = false;
        let position = self.trainer.position();
        mailbox.open().take_back(position, self.trainer.steps_per_epoch(), self.trainer.operations_done());
        let mut has_frame = false;
        if let Some(timeline) = mailbox.timeline().as_mut() {
            timeline.take_back(position);
            has_frame = timeline.frame(position).is_some();
        }
        self.follow(self.plan.clone());
        if has_frame {
            // What was done by hand there may be done no longer.
            self.record_moment();
        }
    }

    fn publish(&mut self) {
        let start = Instant::now();
        let view = View { snapshot: self.trainer.snapshot(), after_hand: self.trainer.accuracy_after_hand() };
        self.runner.mailbox.open().add_view(view);
        self.published = Instant::now();
        self.publishing = self.published - start;
        self.dirty = false;
        (self.runner.wake)();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{DataSource, DataSpec};
    use crate::training::pace::Goal;
    use crate::training::{ExperimentSpec, check};

    /// A run whose data have another width than its network: its first batch panics.
    #[test]
    fn a_panic_ends_its_run_with_a_message_and_lets_the_others_go_on() {
        let spec = ExperimentSpec {
            format: 1,
            name: "panic".to_owned(),
            description: String::new(),
            data: DataSpec { train: Some(40), test: Some(10), ..DataSpec::new(DataSource::Circle) },
            network: crate::training::NetworkSpec { hidden: Some(vec![4]), ..Default::default() },
            sparsity: crate::training::SparsitySpec::default(),
            optimizer: crate::training::OptimizerSpec::default(),
            training: crate::training::TrainingSpec { epochs: 2, batch: 10, seeds: vec![1], ..Default::default() },
            arms: Vec::new(),
            sweep: Vec::new(),
            later: Vec::new(),
            operations: Vec::new(),
            bookmarks: Vec::new(),
        };
        let experiment = Arc::new(check(&spec).expect("valid"));
        let good = Arc::new(spec.data.generate(1).expect("data"));
        let wrong = DataSpec { noise_features: 3, ..spec.data }.generate(1).expect("data");
        let pacer = Arc::new(Pacer::new(2));
        let mailboxes = [Arc::<Mailbox>::default(), Arc::default()];
        let threads: Vec<_> = [Arc::new(wrong), good]
            .into_iter()
            .enumerate()
            .map(|(run, split)| {
                let runner = Runner {
                    experiment: Arc::clone(&experiment),
                    index: 0,
                    run,
                    seed: 1,
                    data: Arc::new(OnceLock::from(Ok(split))),
                    pacer: Arc::clone(&pacer),
                    mailbox: Arc::clone(&mailboxes[run]),
                    wake: Arc::new(|| {}),
                    budget: Arc::new(AtomicUsize::new(1 << 20)),
                };
                std::thread::spawn(move || runner.run(None))
            })
            .collect();
        pacer.set_goal(Goal::Play);
        let start = Instant::now();
        while mailboxes[1].open().epochs.len() < 3 || mailboxes[0].open().failure.is_none() {
            assert!(start.elapsed() < Duration::from_secs(20), "the other run must reach its end");
            std::thread::sleep(Duration::from_millis(2));
        }
        assert!(matches!(mailboxes[0].open().failure, Some(Failure::Failed(_))));
        pacer.close();
        for thread in threads {
            thread.join().expect("threads end without a panic");
        }
    }
}
