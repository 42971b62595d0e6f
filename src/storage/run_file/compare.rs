//! Does a run that is done again come to what a file says?

use std::borrow::Borrow;
use std::fmt;

use super::{ArmRecords, ComparedRun, RecordedEpoch, RecordedUpdate, RunRecords};
use crate::storage::results::EpochResults;
use crate::training::{Diverged, EpochRecord, Failure, Outcome, RunRecord, UpdateRecord};

/// Where a run that is done again first comes to something else than a file says.
#[derive(Debug, Clone, PartialEq)]
pub enum Difference {
    /// At the end of this epoch; 0 is the untrained network.
    Epoch(u32),
    /// At the topology update of this number.
    Update(u32),
    /// Its numbers overflow, and the file does not say so.
    Overflows(Diverged),
    /// In this epoch its numbers should overflow, and do not.
    GoesOn(u32),
    /// It stops with this message.
    Stops(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Epoch(epoch) => write!(formatter, "from epoch {epoch} on"),
            Self::Update(update) => write!(formatter, "from topology update {update} on"),
            Self::Overflows(diverged) => {
                write!(formatter, "in epoch {}, where its weights overflow", diverged.epoch)
            }
            Self::GoesOn(epoch) => write!(formatter, "in epoch {epoch}, where its weights should overflow and do not"),
            Self::Stops(message) => write!(formatter, "to its end, for it stops: {message}"),
        }
    }
}

/// How much of an arm has been done again and agrees.
#[derive(Debug, Clone, Copy, Default)]
pub struct Compared {
    /// Epochs, the untrained network among them.
    pub epochs: usize,
    updates: usize,
}

/// An arm that is done again, as far as it has come.
#[derive(Debug, Clone, Copy)]
pub struct DoneAgain<'a, E, U> {
    /// One record an epoch, the untrained network's first.
    pub epochs: &'a [E],
    /// One record a topology update.
    pub updates: &'a [U],
    /// Steps an epoch.
    pub steps_per_epoch: u64,
    /// Why it goes no further, if it does not.
    pub failure: Option<&'a Failure>,
    /// Whether it has come to the position at which the records end.
    pub is_there: bool,
}

impl RunRecords {
    /// Compares what an arm has come to since it was compared last. Whether there is nothing left to compare.
    ///
    /// # Errors
    /// Where it does not come to what was recorded.
    ///
    /// # Panics
    /// If there is no such arm.
    pub fn compare<E: Borrow<EpochRecord>, U: Borrow<UpdateRecord>>(
        &self,
        arm: usize,
        compared: &mut Compared,
        run: &DoneAgain<'_, E, U>,
    ) -> Result<bool, Difference> {
        let records = &self.arms[arm];
        let position = |epoch: u32| 2 * run.steps_per_epoch * u64::from(epoch);
        let epochs = run.epochs.iter().map(Borrow::borrow);
        let epochs = epochs.skip(compared.epochs).take_while(|epoch| position(epoch.epoch) <= self.position);
        let updates = run.updates.iter().map(Borrow::borrow);
        let updates = updates.skip(compared.updates).take_while(|update| update.position <= self.position);
        let other = records.other_epoch(&mut compared.epochs, epochs);
        let other_update = records.other_update(&mut compared.updates, updates);
        match (other, other_update) {
            (Some(epoch), Some(update)) if position(epoch) <= update.position => Err(Difference::Epoch(epoch)),
            (_, Some(update)) => Err(Difference::Update(update.update)),
            (Some(epoch), None) => Err(Difference::Epoch(epoch)),
            (None, None) if run.is_there || run.failure.is_some() => {
                records.check_end(self.knows_overflows(), *compared, run.failure).map(|()| true)
            }
            (None, None) => Ok(false),
        }
    }
}

impl ArmRecords {
    /// The first of these epochs that is not as it was recorded.
    fn other_epoch<'a>(&self, compared: &mut usize, epochs: impl Iterator<Item = &'a EpochRecord>) -> Option<u32> {
        for epoch in epochs {
            if !self.epochs.get(*compared).is_some_and(|recorded| recorded.is_same(epoch)) {
                return Some(epoch.epoch);
            }
            *compared += 1;
        }
        None
    }

    /// The first of these topology updates that is not as it was recorded.
    fn other_update<'a>(
        &self,
        compared: &mut usize,
        updates: impl Iterator<Item = &'a UpdateRecord>,
    ) -> Option<RecordedUpdate> {
        for update in updates.map(RecordedUpdate::new) {
            if self.updates.get(*compared) != Some(&update) {
                return Some(update);
            }
            *compared += 1;
        }
        None
    }

    /// What is left to say of a run that goes no further.
    fn check_end(
        &self,
        knows_overflows: bool,
        compared: Compared,
        failure: Option<&Failure>,
    ) -> Result<(), Difference> {
        match (failure, self.diverged) {
            (Some(Failure::Failed(message)), _) => return Err(Difference::Stops(message.clone())),
            (Some(&Failure::Diverged(own)), recorded) if recorded != Some((own.epoch, own.learning_rate)) => {
                let left = compared.epochs < self.epochs.len() || compared.updates < self.updates.len();
                if left || knows_overflows {
                    return Err(Difference::Overflows(own));
                }
            }
            (None, Some((epoch, _))) => return Err(Difference::GoesOn(epoch)),
            _ => {}
        }
        if let Some(missing) = self.epochs.get(compared.epochs) {
            return Err(Difference::Epoch(missing.results.epoch));
        }
        match self.updates.get(compared.updates) {
            Some(missing) => Err(Difference::Update(missing.update)),
            None => Ok(()),
        }
    }
}

impl RecordedEpoch {
    /// Whether an epoch came to the same. All that it says but its seconds is compared, so that a record that was touched
    /// shows.
    fn is_same(&self, epoch: &EpochRecord) -> bool {
        let own = Self::new(epoch);
        self.digest == own.digest && same_results(&self.results, &own.results)
    }
}

impl ComparedRun {
    /// Whether this is what is recorded of the same run, done again.
    ///
    /// # Errors
    /// Where it does not come to what was recorded.
    pub fn compare(&self, run: &RunRecord) -> Result<(), Difference> {
        let own = run.epochs.iter().map(EpochResults::counted);
        if let Some((other, _)) = own.zip(&self.epochs).find(|(own, recorded)| !same_results(own, recorded)) {
            return Err(Difference::Epoch(other.epoch));
        }
        match (&run.outcome, self.diverged) {
            (&Outcome::Diverged(own), recorded) if recorded != Some((own.epoch, own.learning_rate)) => {
                Err(Difference::Overflows(own))
            }
            (Outcome::Failed(message), _) => Err(Difference::Stops(message.clone())),
            (Outcome::Cancelled, _) => Err(Difference::Stops("cancelled".to_owned())),
            (Outcome::Finished, Some((epoch, _))) => Err(Difference::GoesOn(epoch)),
            _ if run.epochs.len() != self.epochs.len() => {
                let first = run.epochs.len().min(self.epochs.len()) + 1;
                Err(Difference::Epoch(u32::try_from(first).unwrap_or(u32::MAX)))
            }
            _ => Ok(()),
        }
    }
}

/// Whether two epochs came to the same, however long they took.
fn same_results(one: &EpochResults, other: &EpochResults) -> bool {
    EpochResults { seconds: other.seconds, ..one.clone() } == *other
}
