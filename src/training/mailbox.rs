//! Where a run leaves what its watchers take: the newest view, and all records.

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::records::{Diverged, EpochRecord, UpdateRecord};
use super::snapshot::Snapshot;
use crate::metrics::PlaneResponse;

/// A run at one moment, with what its neurons respond to.
#[derive(Debug, Clone)]
pub struct View {
    /// The run.
    pub snapshot: Snapshot,
    /// Responses of all neurons over the input plane, for 2-D data.
    pub response: Option<PlaneResponse>,
}

/// Why a run stopped before its end.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// Numbers overflowed.
    Diverged(Diverged),
    /// Something that should not happen did; the message says what.
    Failed(String),
}

/// What a run has left so far. The run adds, watchers read; neither waits for the other longer than a copy takes.
#[derive(Debug, Default)]
pub struct Mailbox {
    contents: Mutex<Contents>,
}

/// Contents of a mailbox.
#[derive(Debug, Default)]
pub struct Contents {
    /// The newest view.
    pub latest: Option<Arc<View>>,
    /// One record an epoch; the first is of the untrained network.
    pub epochs: Vec<Arc<EpochRecord>>,
    /// One record a topology update.
    pub updates: Vec<Arc<UpdateRecord>>,
    /// Why the run stopped, if it did.
    pub failure: Option<Failure>,
    /// How often records were taken back by a rewind.
    pub rewinds: u32,
}

impl Mailbox {
    /// What the mailbox holds.
    pub fn open(&self) -> MutexGuard<'_, Contents> {
        // A panic while the lock was held cannot have left the contents half changed: they are only pushed to.
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The message of a panic.
pub(super) fn panic_message(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_else(|| "an internal error without a message".to_owned())
}
