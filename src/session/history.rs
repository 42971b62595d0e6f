//! What is known of one arm's run so far.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

use crate::sparse::Place;
use crate::storage::EpochPoint;
use crate::training::{
    Contents, EpochRecord, Failure, Mailbox, Snapshot, Topology, UpdateMeasures, UpdateRecord, View,
};

/// Life-cycle colours fade over so many topology updates.
pub const FADE: u32 = 3;

/// What is shown stays so often at most where the runs have not been seen after the same step: some frames.
const LONGEST_WAIT: u8 = 10;

/// The records of a run, and the newest view of it.
#[derive(Debug, Default)]
pub struct History {
    epochs: Vec<Arc<EpochRecord>>,
    /// The numbers of these records side by side: curves are drawn from them at every frame, and records lie all over the
    /// memory.
    points: Vec<EpochPoint>,
    updates: Vec<Arc<UpdateRecord>>,
    first: Topology,
    turnover: Vec<UpdateMeasures>,
    /// The newest.
    live: Option<Arc<View>>,
    /// How often it has stayed, waiting for other runs to come as far.
    waited: u8,
    /// The moment of the past that is shown in its place.
    past: Option<Arc<View>>,
    evaluating: Option<Instant>,
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

impl Cut {
    /// Connections that these updates cut, where none has grown since.
    #[must_use]
    pub fn by_updates(updates: &[Arc<UpdateRecord>], snapshot: &Snapshot) -> Vec<Self> {
        let layers = snapshot.network.layers();
        updates
            .iter()
            .flat_map(|record| {
                let age = snapshot.updates_since(record.update);
                record.removed.iter().enumerate().flat_map(move |(layer, removed)| {
                    removed.iter().map(move |&(place, weight)| Self { layer, place, weight, age })
                })
            })
            .filter(|cut| layers[cut.layer].weights.find(cut.place).is_none())
            .collect()
    }
}

/// Something that happened at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifeEvent {
    /// A connection grew at this update.
    Grown(u32),
    /// The connection was cut at this update.
    Cut(u32),
    /// A connection was added by hand, by the operation of this number.
    Added(u32),
    /// The connection was cut by hand, by the operation of this number.
    CutByHand(u32),
}

impl History {
    /// Takes in what the runs have left since. Where all that go on have been seen after the same step, that is what is
    /// shown, so that they stand side by side in lock step; until then, for a few times, what has been shown before. Once
    /// all rest, it is the newest of each.
    pub(super) fn take_all<'a>(
        histories: &mut [Self],
        mailboxes: impl Iterator<Item = &'a Mailbox>,
        are_at_rest: bool,
    ) {
        let contents: Vec<_> = mailboxes.map(Mailbox::open).collect();
        let step = if are_at_rest { None } else { common_step(&contents) };
        let may_wait = !are_at_rest && step.is_none();
        let waits = may_wait && histories.iter().zip(&contents).all(|(history, contents)| history.can_wait(contents));
        for (history, contents) in histories.iter_mut().zip(&contents) {
            history.take(contents);
            history.waited = if waits { history.waited + 1 } else { 0 };
            if !waits {
                let common = step.and_then(|step| contents.view_at(step));
                history.live = common.or(contents.latest.as_ref()).cloned();
            }
        }
    }

    /// Whether what is shown may stay for the moment, though there is something newer.
    fn can_wait(&self, contents: &Contents) -> bool {
        self.live.is_some() && self.rewinds == contents.rewinds && self.waited < LONGEST_WAIT
    }

    fn take(&mut self, contents: &Contents) {
        if contents.rewinds != self.rewinds {
            self.rewinds = contents.rewinds;
            self.epochs.clear();
            self.points.clear();
            self.updates.clear();
            self.turnover.clear();
            self.extremes = Extremes::default();
        }
        if contents.forgotten != self.forgotten {
            // The oldest have been replaced; to hold on to them would keep their memory.
            let place = |forgotten: usize| forgotten.min(self.updates.len());
            let replaced = place(self.forgotten.min(contents.forgotten))..place(contents.forgotten);
            self.updates[replaced.clone()].clone_from_slice(&contents.updates[replaced]);
            self.forgotten = contents.forgotten;
        }
        let new = &contents.epochs[self.epochs.len()..];
        self.extremes = new.iter().fold(self.extremes, |extremes, record| extremes.with(record));
        for record in new {
            self.points.push(EpochPoint::after(self.points.last(), record));
        }
        self.epochs.extend_from_slice(new);
        self.updates.extend_from_slice(&contents.updates[self.updates.len()..]);
        self.turnover.extend_from_slice(&contents.turnover[self.turnover.len()..]);
        if self.first.is_empty() {
            self.first.clone_from(&contents.first);
        }
        self.evaluating = contents.evaluating;
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
        self.points.last().map_or(0, |point| point.flops)
    }

    /// What curves show of these records.
    #[must_use]
    pub fn points(&self) -> &[EpochPoint] {
        &self.points
    }

    /// The outermost values of these records.
    #[must_use]
    pub fn extremes(&self) -> Extremes {
        self.extremes
    }

    /// One record a topology update, and one for each thing done by hand.
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

    /// The earliest update whose topology can still be told from the view: later ones have not forgotten their
    /// places. 0 is the start.
    #[must_use]
    pub fn earliest_known_update(&self) -> u32 {
        self.updates[..self.first_known()].last().map_or(0, |record| record.update)
    }

    /// The first record that has not forgotten its places: so many have.
    pub(super) fn first_known(&self) -> usize {
        self.forgotten.min(self.updates.len())
    }

    /// The updates that the view has seen, from the one after `update` on.
    #[must_use]
    pub fn updates_after(&self, update: u32) -> &[Arc<UpdateRecord>] {
        let seen = self.shown_updates();
        &seen[seen.partition_point(|record| record.update <= update)..]
    }

    /// What is shown: the newest view, or the moment of the past that is looked at.
    #[must_use]
    pub fn view(&self) -> Option<&Arc<View>> {
        self.past.as_ref().or(self.live.as_ref())
    }

    /// The newest view.
    #[must_use]
    pub fn live(&self) -> Option<&Arc<View>> {
        self.live.as_ref()
    }

    /// The record of the last epoch that the view has seen.
    #[must_use]
    pub fn shown_record(&self) -> Option<&Arc<EpochRecord>> {
        let epoch = self.past.as_ref().map_or(u64::MAX, |view| view.snapshot.epoch());
        let after = self.epochs.partition_point(|record| u64::from(record.epoch) <= epoch);
        self.epochs[..after].last()
    }

    /// Test accuracy of the network that is shown, from 0 to 1: that of the last epoch that it has seen, or that after what
    /// was done by hand since.
    #[must_use]
    pub fn shown_accuracy(&self) -> Option<f64> {
        let after_hand = self.view().and_then(|view| view.after_hand);
        after_hand.or_else(|| self.shown_record().map(|record| record.test.accuracy()))
    }

    /// The topology updates that the view has seen, and what was done by hand among them.
    #[must_use]
    pub fn shown_updates(&self) -> &[Arc<UpdateRecord>] {
        let Some(view) = self.view() else { return &[] };
        &self.updates[..self.updates.partition_point(|record| view.snapshot.has_seen(record))]
    }

    /// Shows a moment of the past, or with nothing the newest view again.
    pub(super) fn show(&mut self, past: Option<Arc<View>>) {
        self.past = past;
    }

    /// The last of [`Self::moments`] up to a position.
    pub(super) fn moment_until(&self, position: u64, steps_per_epoch: u64) -> u64 {
        let epochs = self.epochs.len().saturating_sub(1) as u64;
        let epoch = (position / (2 * steps_per_epoch)).min(epochs) * 2 * steps_per_epoch;
        let after = self.updates.partition_point(|record| record.position <= position);
        self.updates[..after].last().map_or(epoch, |record| record.position.max(epoch))
    }

    /// The positions at which the run was recorded: the ends of its epochs, of so many steps each, and just after topology
    /// updates. They ascend.
    #[must_use]
    pub fn moments(&self, steps_per_epoch: u64) -> Vec<u64> {
        let epochs = self.epochs.iter().map(|record| 2 * steps_per_epoch * u64::from(record.epoch));
        let mut moments: Vec<u64> = epochs.chain(self.updates.iter().map(|record| record.position)).collect();
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    /// How often the run was taken back.
    pub(super) fn rewinds(&self) -> u32 {
        self.rewinds
    }

    /// Since when the network is being evaluated; nothing otherwise.
    pub(super) fn evaluating(&self) -> Option<Instant> {
        self.evaluating.filter(|_| self.failure.is_none())
    }

    /// Why the run stopped, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// The updates that the view has seen and whose cuts are still shown, the newest first.
    #[must_use]
    pub fn recent_updates(&self) -> Vec<Arc<UpdateRecord>> {
        self.view().map_or_else(Vec::new, |view| recent_updates(self.shown_updates(), &view.snapshot))
    }
}

/// What these updates did at a place, each with its position, in order.
pub(super) fn life_events(
    updates: &[Arc<UpdateRecord>],
    layer: usize,
    place: Place,
) -> impl Iterator<Item = (u64, LifeEvent)> + '_ {
    updates.iter().flat_map(move |record| {
        let removed = record.removed.get(layer).map_or(&[][..], Vec::as_slice);
        let added = record.added.get(layer).map_or(&[][..], Vec::as_slice);
        let is_cut = removed.binary_search_by_key(&place, |entry| entry.0).is_ok();
        let is_grown = added.binary_search(&place).is_ok();
        let cut = record.by_hand.map_or(LifeEvent::Cut(record.update), LifeEvent::CutByHand);
        let grown = record.by_hand.map_or(LifeEvent::Grown(record.update), LifeEvent::Added);
        let events = [is_cut.then_some(cut), is_grown.then_some(grown)];
        events.into_iter().flatten().map(|event| (record.position, event))
    })
}

/// The newest step after which there is a view of every run that has not failed.
fn common_step(contents: &[impl Deref<Target = Contents>]) -> Option<u64> {
    let newest = contents.iter().filter(|own| own.failure.is_none()).map(|own| own.latest.as_ref());
    let step = newest.collect::<Option<Vec<_>>>()?.into_iter().map(|view| view.snapshot.step).min()?;
    let is_common = contents.iter().all(|own| own.failure.is_some() || own.view_at(step).is_some());
    is_common.then_some(step)
}

/// Of these updates, those whose cuts a picture of the snapshot shows, the newest first.
pub fn recent_updates(updates: &[Arc<UpdateRecord>], snapshot: &Snapshot) -> Vec<Arc<UpdateRecord>> {
    let seen = updates.iter().rev().skip_while(|record| !snapshot.has_seen(record));
    seen.take_while(|record| snapshot.updates_since(record.update) < FADE).cloned().collect()
}
