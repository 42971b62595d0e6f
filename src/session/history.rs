//! What is known of one arm's run so far.

use std::sync::Arc;

use crate::sparse::Place;
use crate::training::{EpochRecord, Failure, Mailbox, Topology, UpdateMeasures, UpdateRecord, View};

/// Life-cycle colours fade over so many topology updates.
pub const FADE: u32 = 3;

/// The records of a run, and the newest view of it.
#[derive(Debug, Default)]
pub struct History {
    epochs: Vec<Arc<EpochRecord>>,
    /// Operations of training until the end of each epoch.
    flops: Vec<u64>,
    /// Seconds of training until the end of each epoch.
    seconds: Vec<f64>,
    updates: Vec<Arc<UpdateRecord>>,
    first: Topology,
    turnover: Vec<UpdateMeasures>,
    view: Option<Arc<View>>,
    failure: Option<Failure>,
    rewinds: u32,
    forgotten: usize,
    extremes: Extremes,
}

/// The outermost values of a run so far, for the axes of plots. Kept up to date record by record: a long run at full
/// speed has too many of them to look through for every picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extremes {
    /// Lowest training accuracy, from 0 to 1.
    pub train_accuracy: f64,
    /// Lowest test accuracy, from 0 to 1.
    pub test_accuracy: f64,
    /// Highest test loss.
    pub test_loss: f64,
}

impl Default for Extremes {
    fn default() -> Self {
        Self { train_accuracy: 1.0, test_accuracy: 1.0, test_loss: 0.0 }
    }
}

impl Extremes {
    fn with(self, record: &EpochRecord) -> Self {
        Self {
            train_accuracy: self.train_accuracy.min(record.train.accuracy()),
            test_accuracy: self.test_accuracy.min(record.test.accuracy()),
            test_loss: self.test_loss.max(record.test.loss()),
        }
    }
}

/// A connection that was cut a short while ago.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// The layer that it was in.
    pub layer: usize,
    /// Where it was.
    pub place: Place,
    /// The weight that it had.
    pub weight: f32,
    /// Topology updates since, 0 for the last one.
    pub age: u32,
}

/// Something that happened at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifeEvent {
    /// A connection grew at this update.
    Grown(u32),
    /// The connection was cut at this update.
    Cut(u32),
}

impl History {
    /// Takes in what the run has left since.
    pub(super) fn take(&mut self, mailbox: &Mailbox) {
        let contents = mailbox.open();
        if contents.rewinds != self.rewinds {
            self.rewinds = contents.rewinds;
            self.epochs.clear();
            self.flops.clear();
            self.seconds.clear();
            self.updates.clear();
            self.turnover.clear();
            self.extremes = Extremes::default();
        }
        if contents.forgotten != self.forgotten {
            // The oldest have been replaced; to hold on to them would keep their memory.
            self.forgotten = contents.forgotten;
            self.updates.clear();
        }
        let new = &contents.epochs[self.epochs.len()..];
        self.extremes = new.iter().fold(self.extremes, |extremes, record| extremes.with(record));
        for record in new {
            self.flops.push(self.flops() + record.flops);
            let before = self.seconds.last().copied().unwrap_or(0.0);
            self.seconds.push(before + record.seconds);
        }
        self.epochs.extend_from_slice(new);
        self.updates.extend_from_slice(&contents.updates[self.updates.len()..]);
        self.turnover.extend_from_slice(&contents.turnover[self.turnover.len()..]);
        if self.first.is_empty() {
            self.first.clone_from(&contents.first);
        }
        self.view.clone_from(&contents.latest);
        self.failure.clone_from(&contents.failure);
    }

    /// One record an epoch, the untrained network's first.
    #[must_use]
    pub fn epochs(&self) -> &[Arc<EpochRecord>] {
        &self.epochs
    }

    /// Operations that kernels computed for these epochs and for the choice of the first network, two a multiply-add.
    #[must_use]
    pub fn flops(&self) -> u64 {
        self.flops.last().copied().unwrap_or(0)
    }

    /// For each of these records, the operations from the start to there.
    #[must_use]
    pub fn flops_by_epoch(&self) -> &[u64] {
        &self.flops
    }

    /// For each of these records, the seconds of training from the start to there.
    #[must_use]
    pub fn seconds(&self) -> &[f64] {
        &self.seconds
    }

    /// The outermost values of these records.
    #[must_use]
    pub fn extremes(&self) -> Extremes {
        self.extremes
    }

    /// One record a topology update.
    #[must_use]
    pub fn updates(&self) -> &[Arc<UpdateRecord>] {
        &self.updates
    }

    /// The connectivities at the start; nothing before the first view.
    #[must_use]
    pub fn first(&self) -> &Topology {
        &self.first
    }

    /// How the sparse layers stood before the first topology update, then after each.
    #[must_use]
    pub fn turnover(&self) -> &[UpdateMeasures] {
        &self.turnover
    }

    /// The earliest update whose topology can still be told from the newest view: later ones have not forgotten their
    /// places. 0 is the start.
    #[must_use]
    pub fn earliest_known_update(&self) -> u32 {
        self.updates[..self.forgotten.min(self.updates.len())].last().map_or(0, |record| record.update)
    }

    /// The updates that the newest view has seen, from the one after `update` on.
    #[must_use]
    pub fn updates_after(&self, update: u32) -> &[Arc<UpdateRecord>] {
        let seen = self.view.as_ref().map_or(0, |view| view.snapshot.updates);
        let position = |update: u32| self.updates.partition_point(|record| record.update <= update);
        &self.updates[position(update.min(seen))..position(seen)]
    }

    /// The newest view.
    #[must_use]
    pub fn view(&self) -> Option<&Arc<View>> {
        self.view.as_ref()
    }

    /// Why the run stopped, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Connections cut by the last updates that the view has seen, where none has grown since; the newest first.
    #[must_use]
    pub fn recent_cuts(&self) -> Vec<Cut> {
        let Some(view) = &self.view else { return Vec::new() };
        let snapshot = &view.snapshot;
        let layers = snapshot.network.layers();
        let seen = &self.updates[..self.updates.len().min(snapshot.updates as usize)];
        seen.iter()
            .rev()
            .take_while(|record| snapshot.updates_since(record.update) < FADE)
            .flat_map(|record| {
                let age = snapshot.updates_since(record.update);
                record.removed.iter().enumerate().flat_map(move |(layer, removed)| {
                    removed.iter().map(move |&(place, weight)| Cut { layer, place, weight, age })
                })
            })
            .filter(|cut| layers[cut.layer].weights.find(cut.place).is_none())
            .collect()
    }

    /// What happened at a place, the oldest first.
    #[must_use]
    pub fn biography(&self, layer: usize, place: Place) -> Vec<LifeEvent> {
        let mut events = Vec::new();
        for record in &self.updates {
            if record.removed[layer].binary_search_by_key(&place, |entry| entry.0).is_ok() {
                events.push(LifeEvent::Cut(record.update));
            }
            if record.added[layer].binary_search(&place).is_ok() {
                events.push(LifeEvent::Grown(record.update));
            }
        }
        events
    }
}
