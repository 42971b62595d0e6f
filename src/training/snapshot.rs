//! A run at one moment, for whoever watches.

use super::arm::Tuning;
use super::foretelling::Foresight;
use super::records::UpdateRecord;
use crate::nn::Network;
use crate::sparse::Place;
use crate::topology::UpdateTiming;

/// All that there is to see of a run at one moment. Taking one changes nothing in the run.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Steps done.
    pub step: u64,
    /// Half steps done, see [`super::Trainer::position`].
    pub position: u64,
    /// Steps of the whole run.
    pub steps: u64,
    /// Steps an epoch.
    pub steps_per_epoch: u64,
    /// Topology updates of the method done.
    pub updates: u32,
    /// Operations by hand done.
    pub operations: u32,
    /// By layer, whether it is frozen by hand.
    pub frozen: Vec<bool>,
    /// Step of the last topology update, if there was one.
    pub last_update: Option<u64>,
    /// When updates come, where the topology evolves.
    pub timing: Option<UpdateTiming>,
    /// Step of the next topology update, if there will be one.
    pub next_update: Option<u64>,
    /// The settings that hold.
    pub tuning: Tuning,
    /// Connections, weights and biases.
    pub network: Network,
    /// By layer, each connection's gradient in the last batch, also of one that has grown since; 0 before the first. No
    /// layers where they have been forgotten.
    pub gradients: Vec<Vec<f32>>,
    /// By layer, the number of the update at which each connection grew; 0 for those there from the start.
    pub born: Vec<Vec<u32>>,
    /// What else the next topology update goes by.
    pub foresight: Foresight,
}

impl Snapshot {
    /// Whole epochs done.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.step / self.steps_per_epoch
    }

    /// Batches done of the epoch under way.
    #[must_use]
    pub fn batch(&self) -> u64 {
        self.step % self.steps_per_epoch
    }

    /// Share of the run that is done, from 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of steps")]
    pub fn progress(&self) -> f64 {
        self.step as f64 / self.steps.max(1) as f64
    }

    /// The topology update in which the connection at a place of a layer grew, 0 for the start; none where there is no
    /// connection now.
    #[must_use]
    pub fn born_at(&self, layer: usize, place: Place) -> Option<u32> {
        let connection = self.network.layers()[layer].weights.find(place)?;
        self.born[layer].get(connection).copied()
    }

    /// Whether something was before this moment.
    #[must_use]
    pub fn has_seen(&self, record: &UpdateRecord) -> bool {
        record.update <= self.updates && record.by_hand.is_none_or(|number| number <= self.operations)
    }

    /// Topology updates since the one with this number, counting those that would have come had evolution not ended.
    #[must_use]
    pub fn updates_since(&self, update: u32) -> u32 {
        let every = self.timing.map_or(1, |timing| timing.every);
        let quiet = self.last_update.map_or(0, |last| self.step.saturating_sub(last + 1) / every.max(1));
        let quiet = u32::try_from(quiet).unwrap_or(u32::MAX);
        self.updates.saturating_sub(update).saturating_add(quiet)
    }

    /// The position just after the next topology update, if there will be one.
    #[must_use]
    pub fn position_after_next_update(&self) -> Option<u64> {
        let replaces_step = self.tuning.recipe?.replaces_step;
        self.next_update.map(|step| 2 * step + if replaces_step { 2 } else { 1 })
    }

    /// The position just after the topology update of this number, if it is still to come and can be foretold.
    #[must_use]
    pub fn position_after_update(&self, update: u32) -> Option<u64> {
        let ahead = update.checked_sub(self.updates + 1)?;
        let (first, after_first) = (self.next_update?, self.position_after_next_update()?);
        let timing = self.timing?;
        let wait = u64::from(ahead) * timing.every.max(1);
        timing.due(first + wait, self.steps).then_some(after_first + 2 * wait)
    }

    /// Whether a topology update is what comes next.
    #[must_use]
    pub fn is_update_due(&self) -> bool {
        self.next_update == Some(self.step)
    }

    /// Whether all epochs are done.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.step >= self.steps
    }
}
