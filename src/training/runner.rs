//! One run on a thread of its own, for a window to watch.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::arm::Tuning;
use super::check::ValidExperiment;
use super::mailbox::{Failure, Mailbox, View, panic_message};
use super::measures::Turnover;
use super::pace::{Order, Pacer, Station};
use super::records::Diverged;
use super::trainer::{Progress, Trainer};
use crate::data::{InputShape, PLANE, Split};
use crate::metrics::plane_response;
use crate::sparse::multiply_adds;

/// Of the time, publishing may take one part in so many.
const PUBLISH_SHARE: u32 = 25;
/// Without looking up for orders a run goes on for so long at most, or one step.
const STRETCH: Duration = Duration::from_millis(30);
/// Bytes that the checkpoints of one run may take.
const CHECKPOINT_BUDGET: usize = 64 << 20;
/// Points along each side of the grid on which neurons are shown.
const GRID: usize = 32;
/// Neurons whose responses are computed at most: with more there is no room on screen to show them.
const MOST_RESPONSES: usize = 4096;
/// Places of a network up to which exploration is followed: 32 MB of bits.
const MOST_PLACES: usize = 1 << 28;
/// Half the side of the piece of the input plane that is shown.
pub const EXTENT: f32 = PLANE;

/// What a single run may be told.
#[derive(Debug)]
pub(super) enum Special {
    /// Settings that hold from the next step.
    Tune(Box<Tuning>),
    /// Back to how it was at the end of this epoch.
    Rewind(u32),
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
}

impl Runner {
    /// Runs until closed. A panic ends this run with its message and leaves everything else alive.
    pub(super) fn run(self) {
        let outcome = catch_unwind(AssertUnwindSafe(|| self.run_to_the_end()));
        let failure = match outcome {
            Ok(Ok(())) => return,
            Ok(Err(message)) => message,
            Err(panic) => panic_message(panic.as_ref()),
        };
        self.mailbox.open().failure = Some(Failure::Failed(failure));
        (self.wake)();
        self.stand_aside();
    }

    fn run_to_the_end(&self) -> Result<(), String> {
        let split = self.data.get_or_init(|| {
            let data = self.experiment.generate(self.seed);
            data.map(Arc::new).map_err(|error| error.to_string())
        });
        let split = Arc::clone(split.as_ref().map_err(Clone::clone)?);
        let arm = &self.experiment.arms()[self.index];
        let before = multiply_adds();
        let trainer = Trainer::new(&self.experiment, arm, self.seed, split).map_err(|error| error.to_string())?;
        let mut course = Course::new(self, trainer.with_history());
        course.multiply_adds = multiply_adds() - before;
        course.record_start();
        course.record_epoch();
        course.publish();
        while course.follow_next_order() {}
        Ok(())
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
    failed: bool,
    /// Training time since the last epoch's end.
    seconds: Duration,
    /// Computed since then.
    multiply_adds: u64,
    checkpoints: Checkpoints,
    published: Instant,
    publishing: Duration,
    dirty: bool,
}

impl<'a> Course<'a> {
    fn new(runner: &'a Runner, trainer: Trainer) -> Self {
        let turnover = Turnover::new(trainer.network(), MOST_PLACES);
        Self {
            checkpoints: Checkpoints { kept: vec![(trainer.clone(), turnover.clone())], tunings: Vec::new() },
            runner,
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
                if (publish || long) && self.published.elapsed() >= self.publishing * PUBLISH_SHARE {
                    self.publish();
                }
            }
            Order::Special(Special::Tune(tuning)) => {
                self.checkpoints.tunings.push((self.trainer.position(), (*tuning).clone()));
                self.trainer.tune(*tuning);
                self.publish();
            }
            Order::Special(Special::Rewind(epoch)) => {
                self.rewind(epoch);
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
                }
                Ok(_) => {}
                Err(diverged) => self.fail(diverged),
            }
            if !self.failed && self.trainer.is_at_epoch_end() {
                self.seconds += since_epoch.elapsed();
                self.record_epoch();
                if !self.failed {
                    self.checkpoints.keep(&self.trainer, &self.turnover);
                }
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
        match self.trainer.record_epoch(self.seconds.as_secs_f64()) {
            Ok(record) => {
                let mut contents = self.runner.mailbox.open();
                contents.epochs.push(Arc::new(record));
                contents.flops.push(2 * self.multiply_adds);
            }
            Err(diverged) => self.fail(diverged),
        }
        (self.seconds, self.multiply_adds) = (Duration::ZERO, 0);
    }

    fn fail(&mut self, diverged: Diverged) {
        self.failed = true;
        self.runner.mailbox.open().failure = Some(Failure::Diverged(diverged));
    }

    fn rewind(&mut self, epoch: u32) {
        // A run that has not come so far yet trains on to where the others are.
        if !self.failed && self.trainer.epochs_done() < epoch {
            return;
        }
        let tuning = self.trainer.tuning().clone();
        (self.trainer, self.turnover) = self.checkpoints.restore(epoch);
        self.trainer.tune(tuning.clone());
        self.checkpoints.tunings.push((self.trainer.position(), tuning));
        self.failed = false;
        (self.seconds, self.multiply_adds) = (Duration::ZERO, 0);
        let step = self.trainer.step();
        self.runner.mailbox.open().take_back(epoch, step);
    }

    fn publish(&mut self) {
        let start = Instant::now();
        let snapshot = self.trainer.snapshot();
        let neurons: usize = snapshot.network.layers().iter().map(|layer| layer.bias.len()).sum();
        let plane = self.runner.experiment.facts().shape == InputShape::Plane;
        let response = (plane && neurons <= MOST_RESPONSES).then(|| plane_response(&snapshot.network, GRID, EXTENT));
        self.runner.mailbox.open().latest = Some(Arc::new(View { snapshot, response }));
        self.published = Instant::now();
        self.publishing = self.published - start;
        self.dirty = false;
        (self.runner.wake)();
    }
}

/// The run at the ends of its epochs, as many as the budget allows; what lies between is computed again.
struct Checkpoints {
    kept: Vec<(Trainer, Turnover)>,
    /// Changes of settings, by the position at which they were made.
    tunings: Vec<(u64, Tuning)>,
}

impl Checkpoints {
    fn keep(&mut self, trainer: &Trainer, turnover: &Turnover) {
        let bytes = trainer.bytes() + turnover.bytes();
        while self.kept.len() > 1 && (self.kept.len() + 1) * bytes > CHECKPOINT_BUDGET {
            // Every second one goes; the untrained network stays.
            let mut index = 0;
            self.kept.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
        if (self.kept.len() + 1) * bytes <= CHECKPOINT_BUDGET {
            self.kept.push((trainer.clone(), turnover.clone()));
        }
    }

    /// The run at the end of this epoch, on exactly the bits that it had.
    fn restore(&mut self, epoch: u32) -> (Trainer, Turnover) {
        let after = self.kept.partition_point(|(kept, _)| kept.epochs_done() <= epoch).max(1);
        self.kept.truncate(after);
        let (mut trainer, mut turnover) = self.kept[after - 1].clone();
        let from = trainer.position();
        let mut changes = self.tunings.iter().filter(|(position, _)| *position >= from).peekable();
        while trainer.epochs_done() < epoch && !trainer.is_finished() {
            while let Some((_, tuning)) = changes.next_if(|(position, _)| *position <= trainer.position()) {
                trainer.tune(tuning.clone());
            }
            match trainer.advance() {
                Ok(Progress::TopologyUpdate(record)) => _ = turnover.follow(&record),
                Ok(_) => {}
                Err(_) => break,
            }
        }
        let position = trainer.position();
        self.tunings.retain(|(at, _)| *at < position);
        (trainer, turnover)
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
                };
                std::thread::spawn(move || runner.run())
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
