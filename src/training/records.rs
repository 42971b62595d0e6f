//! What a run leaves behind: a record for every epoch and for every topology update.

use std::fmt;

use super::operation::ImpossibleOperation;
use crate::metrics::Confusion;
use crate::nn::Evaluation;
use crate::sparse::Place;

/// How things stood at the end of an epoch.
#[derive(Debug, Clone)]
pub struct EpochRecord {
    /// Epochs done; 0 is the untrained network.
    pub epoch: u32,
    /// Training samples, evaluated after the epoch: the first 10,000 if there are more.
    pub train: Evaluation,
    /// All test samples, evaluated after the epoch.
    pub test: Evaluation,
    /// Connections that exist.
    pub connections: usize,
    /// Connections cut by the topology updates of this epoch, and by hand.
    pub removed: usize,
    /// Connections grown by them, and added by hand.
    pub added: usize,
    /// Seconds that training took, topology updates in, evaluation out.
    pub seconds: f64,
    /// Operations that kernels computed in this time, two a multiply-add. The first record of a run counts those too that
    /// it took to choose its first network.
    pub flops: u64,
    /// Test samples by true and predicted class.
    pub confusion: Confusion,
    /// Digest of the network, see [`crate::nn::Network::digest`].
    pub digest: u64,
    /// What training samples that are held out say of the epoch, where some are.
    pub held_out: Option<HeldOut>,
}

/// What training samples say that the run does not train on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldOut {
    /// How many of them are classified rightly.
    pub hits: usize,
    /// How many there are.
    pub samples: usize,
    /// Whether there has been no progress for so long that connections grow at random.
    pub has_stalled: bool,
}

/// One topology update: the method's, or something done by hand.
#[derive(Debug, Clone)]
pub struct UpdateRecord {
    /// Number of the method's update, from 1; of something done by hand that of the method's last one before it, or 0.
    pub update: u32,
    /// Of something done by hand its own number, from 1. It is no update of the method, and shifts neither the numbers nor
    /// the times of those.
    pub by_hand: Option<u32>,
    /// Steps done when it happened.
    pub step: u64,
    /// Half steps done right after it, see [`super::Trainer::position`].
    pub position: u64,
    /// The drop fraction that held; 0 by hand.
    pub fraction: f64,
    /// Connections of the layers that could have been cut; by hand those of the layer.
    pub evolving: usize,
    /// Connections cut in all layers.
    pub removed_count: usize,
    /// Connections grown in all layers.
    pub added_count: usize,
    /// By layer, the places cut, with the weights that they had; empty where they have been forgotten.
    pub removed: Vec<Vec<(Place, f32)>>,
    /// By layer, the places where connections grew; empty where they have been forgotten.
    pub added: Vec<Vec<Place>>,
}

impl UpdateRecord {
    /// What it is called: `update 3`, or `operation 2 by hand`.
    #[must_use]
    pub fn label(&self) -> String {
        self.by_hand.map_or_else(|| format!("update {}", self.update), |number| format!("operation {number} by hand"))
    }

    /// Bytes that the places take.
    #[must_use]
    pub fn place_bytes(&self) -> usize {
        let removed: usize = self.removed.iter().map(|places| size_of_val(places.as_slice())).sum();
        removed + self.added.iter().map(|places| size_of_val(places.as_slice())).sum::<usize>()
    }

    /// Whether the record knows how many places changed, but no longer which.
    #[must_use]
    pub fn has_forgotten(&self) -> bool {
        let known = |layers: &mut dyn Iterator<Item = usize>| layers.sum::<usize>();
        known(&mut self.added.iter().map(Vec::len)) < self.added_count
            || known(&mut self.removed.iter().map(Vec::len)) < self.removed_count
    }

    /// The record with nothing but numbers.
    #[must_use]
    pub fn without_places(&self) -> Self {
        let nothing = vec![Vec::new(); self.added.len()];
        Self { removed: vec![Vec::new(); self.removed.len()], added: nothing, ..*self }
    }
}

/// A run whose loss or weights are no longer finite numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Diverged {
    /// The epoch in which it happened, from 1.
    pub epoch: u32,
    /// The learning rate that was set.
    pub learning_rate: f64,
}

impl fmt::Display for Diverged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epoch, learning_rate } = self;
        write!(
            formatter,
            "weights overflowed in epoch {epoch} (learning rate {learning_rate}): lower the learning rate"
        )
    }
}

/// Why a run cannot go on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stop {
    /// Numbers overflowed.
    Diverged(Diverged),
    /// Something that was to be done by hand cannot be.
    Impossible(ImpossibleOperation),
}

impl fmt::Display for Stop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Diverged(diverged) => diverged.fmt(formatter),
            Self::Impossible(impossible) => impossible.fmt(formatter),
        }
    }
}

impl From<Diverged> for Stop {
    fn from(diverged: Diverged) -> Self {
        Self::Diverged(diverged)
    }
}

impl From<ImpossibleOperation> for Stop {
    fn from(impossible: ImpossibleOperation) -> Self {
        Self::Impossible(impossible)
    }
}

impl From<Stop> for Outcome {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Diverged(diverged) => Self::Diverged(diverged),
            Stop::Impossible(impossible) => Self::Failed(impossible.to_string()),
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// All epochs were trained.
    Finished,
    /// Numbers overflowed.
    Diverged(Diverged),
    /// The run was stopped before its end.
    Cancelled,
    /// Something could not be done by hand, or something that should not happen did; the message says what.
    Failed(String),
}
