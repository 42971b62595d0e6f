//! The past of a run: how it was at its moments, so that each can be shown again and continued.
//!
//! A moment is the end of an epoch, or just after a topology update. *Frames* hold what there is to see at a moment;
//! *checkpoints* hold the run itself. What has no frame any more is trained again from the checkpoint before it, on the
//! same bits.

mod frame;
mod packed;

use std::sync::Arc;
use std::time::Instant;

pub(super) use self::frame::Frame;
use super::measures::Turnover;
use super::moment::{Moment, Plan};
use super::operation::Operation;
use super::trainer::{Progress, Trainer};
use crate::sparse::{Place, multiply_adds};

/// Of a budget, checkpoints may take one part in so many; the rest is for frames.
const CHECKPOINT_SHARE: usize = 4;

/// Multiply-adds after which the run itself is kept again: to train so much anew takes a few milliseconds, and of a small
/// network copies would cost more than its training.
const WORTH_KEEPING: u64 = 1 << 22;

/// Bytes that the past of all runs that are watched together may take, if nothing else is asked for.
pub const TIMELINE_BUDGET: usize = 256 << 20;

/// What is kept of a run's past, within a budget.
#[derive(Debug, Clone)]
pub struct Timeline {
    budget: usize,
    /// Cheap to copy: what they hold is shared.
    frames: Vec<Frame>,
    frame_bytes: usize,
    /// How many of the oldest frames have no gradients any more.
    plain: usize,
    is_thinned: bool,
    checkpoints: Vec<Arc<Checkpoint>>,
    checkpoint_bytes: usize,
    /// Multiply-adds that were computed since the last.
    since_kept: u64,
    /// Changes of settings, by the position at which they were made.
    plans: Vec<(u64, Plan)>,
    /// All that is done by hand, as it stands now.
    operations: Operations,
}

/// Operations by hand, each with its moment.
type Operations = Arc<[(Moment, Operation)]>;

/// A run at the end of an epoch.
#[derive(Debug, Clone)]
pub(super) struct Checkpoint {
    pub trainer: Trainer,
    pub turnover: Turnover,
}

/// A run brought back to a position, and what it took since the end of the epoch before.
pub(super) struct Restored {
    pub trainer: Trainer,
    pub turnover: Turnover,
    pub seconds: f64,
    pub multiply_adds: u64,
}

/// From where a run can be brought back to a position.
#[derive(Debug, Clone)]
pub struct Origin {
    checkpoint: Arc<Checkpoint>,
    plans: Vec<(u64, Plan)>,
    operations: Operations,
    position: u64,
}

impl Timeline {
    pub(super) fn new(first: Checkpoint, budget: usize) -> Self {
        Self {
            budget,
            frames: Vec::new(),
            frame_bytes: 0,
            plain: 0,
            is_thinned: false,
            checkpoint_bytes: first.bytes(),
            since_kept: 0,
            operations: Arc::clone(first.trainer.operations()),
            checkpoints: vec![Arc::new(first)],
            plans: Vec::new(),
        }
    }

    /// The last frame.
    pub(super) fn last(&self) -> Option<&Frame> {
        self.frames.last()
    }

    /// Adds a moment; there must be none after it, and one at the same position is what there was before something was
    /// done by hand there. The oldest are thinned out where the budget is short.
    pub(super) fn record(&mut self, frame: Frame) {
        if self.frames.last().is_some_and(|last| last.position > frame.position) {
            return;
        }
        if let Some(last) = self.frames.pop_if(|last| last.position == frame.position) {
            self.frame_bytes -= last.bytes_after(self.frames.last());
            self.plain = self.plain.min(self.frames.len());
        }
        self.frame_bytes += frame.bytes_after(self.frames.last());
        self.frames.push(frame);
        self.keep_within_budget();
    }

    /// Keeps the run at the end of an epoch that took so many multiply-adds, if that is worth it and there is room.
    pub(super) fn keep(&mut self, trainer: &Trainer, turnover: &Turnover, multiply_adds: u64) {
        self.since_kept += multiply_adds;
        let is_kept = self.checkpoints.last().is_some_and(|last| last.trainer.position() >= trainer.position());
        if is_kept || self.since_kept < WORTH_KEEPING {
            return;
        }
        self.since_kept = 0;
        let bytes = trainer.bytes() + turnover.bytes();
        self.make_room_for_checkpoint(bytes);
        if self.checkpoint_bytes + bytes <= self.budget / CHECKPOINT_SHARE {
            self.checkpoints.push(Arc::new(Checkpoint { trainer: trainer.clone(), turnover: turnover.clone() }));
            self.checkpoint_bytes += bytes;
        }
    }

    /// Thins checkpoints out until they leave so many bytes of their share; the untrained network stays whatever it takes.
    fn make_room_for_checkpoint(&mut self, bytes: usize) {
        let most = self.budget / CHECKPOINT_SHARE;
        while self.checkpoints.len() > 1 && self.checkpoint_bytes + bytes > most {
            // Every second one goes.
            let mut index = 0;
            self.checkpoints.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.count_checkpoints();
        }
    }

    fn count_checkpoints(&mut self) {
        self.checkpoint_bytes = self.checkpoints.iter().map(|kept| kept.bytes()).sum();
    }

    /// Notes that from a position on other settings hold.
    pub(super) fn note_plan(&mut self, position: u64, plan: Plan) {
        self.plans.push((position, plan));
    }

    /// Changes what is done by hand: what was done up to the position that the run is at, or goes back to, is the same.
    pub(super) fn set_operations(&mut self, operations: Operations) {
        self.operations = operations;
    }

    /// Forgets what comes after a position.
    pub(super) fn take_back(&mut self, position: u64) {
        self.frames.retain(|frame| frame.position <= position);
        self.frame_bytes = bytes(&self.frames);
        self.plain = self.plain.min(self.frames.len());
        let kept = self.checkpoints.partition_point(|kept| kept.trainer.position() <= position);
        self.checkpoints.truncate(kept.max(1));
        self.count_checkpoints();
        self.plans.retain(|(at, _)| *at < position);
    }

    /// The past up to a position, for another run to go on from.
    pub(super) fn until(&self, position: u64) -> Self {
        let mut branch = self.clone();
        branch.take_back(position);
        branch
    }

    /// The frame of exactly this position.
    pub(super) fn frame(&self, position: u64) -> Option<Frame> {
        let index = self.frames.binary_search_by_key(&position, |frame| frame.position).ok()?;
        Some(self.frames[index].clone())
    }

    /// The weight at a place of a layer at each moment that is kept from a position on, in order; nothing at moments at
    /// which there was no connection. Each takes a look at a few sources' connections, not at all.
    pub fn weights(&self, layer: usize, place: Place, from: u64) -> impl Iterator<Item = (u64, Option<f32>)> + '_ {
        let first = self.frames.partition_point(|frame| frame.position < from);
        let mut before = None;
        self.frames[first..].iter().map(move |frame| {
            let found = frame.find(layer, place, before);
            before = Some((frame, found));
            (frame.position, found.map(|connection| frame.weight(layer, connection)))
        })
    }

    /// From where the run can be brought back to a position.
    pub(super) fn origin(&self, position: u64) -> Origin {
        let after = self.checkpoints.partition_point(|kept| kept.trainer.position() <= position).max(1);
        let checkpoint = Arc::clone(&self.checkpoints[after - 1]);
        let from = checkpoint.trainer.position();
        let plans = self.plans.iter().filter(|(at, _)| (from..position).contains(at)).cloned().collect();
        Origin { checkpoint, plans, operations: Arc::clone(&self.operations), position }
    }

    /// Changes how many bytes it may take.
    pub(super) fn set_budget(&mut self, budget: usize) {
        self.budget = budget;
        self.make_room_for_checkpoint(0);
        self.keep_within_budget();
    }

    /// Bytes that it takes: at most its budget, unless the untrained network alone takes more than its quarter of that.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.frame_bytes + self.checkpoint_bytes
    }

    /// Whether some moments are not kept any more and are trained again when they are asked for.
    #[must_use]
    pub fn is_thinned(&self) -> bool {
        self.is_thinned
    }

    fn keep_within_budget(&mut self) {
        let most = self.budget - self.budget / CHECKPOINT_SHARE;
        while self.frame_bytes > most && self.plain + 1 < self.frames.len() {
            self.frame_bytes -= self.frames[self.plain].forget_gradients();
            self.plain += 1;
        }
        while self.frame_bytes > most && !self.frames.is_empty() {
            self.thin_out();
        }
    }

    /// First what lies between updates goes, then every second moment.
    fn thin_out(&mut self) {
        self.is_thinned = true;
        let last = self.frames.len() - 1;
        let mut updates = None;
        let mut is_new = |frame: &Frame| updates.replace(frame.updates) != Some(frame.updates);
        let after_update: Vec<bool> = self.frames.iter().map(&mut is_new).collect();
        let between = after_update[..last].iter().any(|after| !after);
        let mut index = 0;
        self.frames.retain(|_| {
            index += 1;
            let own = index - 1;
            if between { after_update[own] || own == last } else { own % 2 == 0 && last > 0 }
        });
        self.frame_bytes = bytes(&self.frames);
        self.plain = self.frames.iter().take_while(|frame| !frame.has_gradients()).count();
    }
}

fn bytes(frames: &[Frame]) -> usize {
    let before = std::iter::once(None).chain(frames.iter().map(Some));
    frames.iter().zip(before).map(|(frame, before)| frame.bytes_after(before)).sum()
}

impl Checkpoint {
    fn bytes(&self) -> usize {
        self.trainer.bytes() + self.turnover.bytes()
    }
}

impl Origin {
    /// Brings the run back on exactly the bits that it had, or nothing once `go_on` says no.
    pub(super) fn restore(&self, go_on: impl Fn() -> bool) -> Option<Restored> {
        let Checkpoint { mut trainer, mut turnover } = Checkpoint::clone(&self.checkpoint);
        trainer.set_operations(Arc::clone(&self.operations));
        let mut changes = self.plans.iter().peekable();
        let (mut since, mut before) = (Instant::now(), multiply_adds());
        loop {
            while let Some((_, plan)) = changes.next_if(|(at, _)| *at <= trainer.position()) {
                trainer.follow(plan);
            }
            if trainer.is_finished() || trainer.next_position() > self.position {
                break;
            }
            if !go_on() {
                return None;
            }
            match trainer.advance() {
                Ok(Progress::TopologyUpdate(record)) => _ = turnover.follow(&record),
                Ok(_) => {}
                Err(_) => break,
            }
            if trainer.is_at_epoch_end() {
                (since, before) = (Instant::now(), multiply_adds());
            }
        }
        let (seconds, multiply_adds) = (since.elapsed().as_secs_f64(), multiply_adds() - before);
        Some(Restored { trainer, turnover, seconds, multiply_adds })
    }
}
