//! Where a run leaves what its watchers take: the newest view, and all records.

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::measures::{Topology, UpdateMeasures};
use super::records::{Diverged, EpochRecord, Stop, UpdateRecord};
use super::snapshot::Snapshot;
use super::timeline::{Frame, Origin, Timeline};

/// A run at one moment.
#[derive(Debug, Clone)]
pub struct View {
    /// The run.
    pub snapshot: Snapshot,
    /// Test accuracy, from 0 to 1, after what was done by hand at this very moment: the epoch's record is older.
    pub after_hand: Option<f64>,
}

/// Why a run stopped before its end.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// Numbers overflowed.
    Diverged(Diverged),
    /// Something could not be done by hand, or something that should not happen did; the message says what.
    Failed(String),
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Diverged(diverged) => Self::Diverged(diverged),
            Stop::Impossible(impossible) => Self::Failed(impossible.to_string()),
        }
    }
}

/// What a run has left so far. The run adds, watchers read; neither waits for the other longer than a copy takes.
#[derive(Debug, Default)]
pub struct Mailbox {
    contents: Mutex<Contents>,
    /// Nothing before the run has begun.
    timeline: Mutex<Option<Timeline>>,
}

/// Contents of a mailbox.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    /// The newest view.
    pub latest: Option<Arc<View>>,
    /// The one before: other runs may not have come farther yet.
    pub before: Option<Arc<View>>,
    /// One record an epoch; the first is of the untrained network.
    pub epochs: Vec<Arc<EpochRecord>>,
    /// One record a topology update.
    pub updates: Vec<Arc<UpdateRecord>>,
    /// The connectivities at the start.
    pub first: Topology,
    /// How things stood before the first topology update, then after each.
    pub turnover: Vec<UpdateMeasures>,
    /// How many of the oldest records have forgotten their places, to keep within the budget.
    pub forgotten: usize,
    /// Bytes that the places of the others take.
    place_bytes: usize,
    /// Since when the network is being evaluated, at the end of an epoch; nothing is added until that is done.
    pub evaluating: Option<Instant>,
    /// Why the run stopped, if it did.
    pub failure: Option<Failure>,
    /// How often records were taken back by a rewind.
    pub rewinds: u32,
}

/// Bytes that the places of all topology updates of a run may take.
const PLACE_BUDGET: usize = 64 << 20;

impl Contents {
    /// Adds a view.
    pub(super) fn add_view(&mut self, view: View) {
        self.before = self.latest.replace(Arc::new(view));
    }

    /// The newest view after so many steps, if there is one.
    #[must_use]
    pub fn view_at(&self, step: u64) -> Option<&Arc<View>> {
        let views = self.latest.iter().chain(&self.before);
        views.into_iter().find(|view| view.snapshot.step == step)
    }

    /// Adds a record; if places take too much memory, the oldest records keep their numbers alone.
    pub(super) fn add_update(&mut self, record: UpdateRecord, measures: UpdateMeasures) {
        self.turnover.push(measures);
        self.place_bytes += record.place_bytes();
        self.updates.push(Arc::new(record));
        while self.place_bytes > PLACE_BUDGET && self.forgotten + 1 < self.updates.len() {
            let oldest = &mut self.updates[self.forgotten];
            self.place_bytes -= oldest.place_bytes();
            *oldest = Arc::new(oldest.without_places());
            self.forgotten += 1;
        }
    }

    /// Takes back what has happened after a position, and all but so many of the operations.
    pub(super) fn take_back(&mut self, position: u64, steps_per_epoch: u64, operations: u32) {
        self.epochs.retain(|record| 2 * steps_per_epoch * u64::from(record.epoch) <= position);
        let is_done = |record: &UpdateRecord| record.by_hand.is_none_or(|number| number <= operations);
        self.updates.retain(|record| record.position <= position && is_done(record));
        self.turnover.truncate(self.updates.len() + 1);
        self.forgotten = self.forgotten.min(self.updates.len());
        self.place_bytes = self.updates.iter().map(|record| record.place_bytes()).sum();
        self.failure = None;
        self.before = None;
        self.rewinds += 1;
    }
}

impl Mailbox {
    /// What the mailbox holds.
    pub fn open(&self) -> MutexGuard<'_, Contents> {
        // A panic while the lock was held cannot have left the contents half changed: they are only pushed to.
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The past of the run; nothing before it has begun.
    pub fn timeline(&self) -> MutexGuard<'_, Option<Timeline>> {
        // As above: what a panic can leave half changed is a cache of what can be computed again.
        self.timeline.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How to see the run at a position again.
    pub fn at(&self, position: u64) -> Option<Past> {
        let timeline = self.timeline();
        let timeline = timeline.as_ref()?;
        Some(Past { frame: timeline.frame(position), origin: timeline.origin(position) })
    }
}

/// A moment of the past.
#[derive(Debug)]
pub struct Past {
    frame: Option<Frame>,
    origin: Origin,
}

impl Past {
    /// Whether it is kept; else the run is trained again up to there from where it was kept last.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.frame.is_some()
    }

    /// The run as it was then; nothing once `go_on` says no.
    #[must_use]
    pub fn view(&self, go_on: impl Fn() -> bool) -> Option<View> {
        let snapshot = match &self.frame {
            Some(frame) => frame.snapshot(),
            None => self.origin.restore(go_on)?.trainer.snapshot(),
        };
        Some(View { snapshot, after_hand: None })
    }
}

/// The message of a panic.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_else(|| "an internal error without a message".to_owned())
}
