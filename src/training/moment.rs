//! Moments of a run, and what begins at them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::arm::Tuning;

/// A moment of a run, such as `{ epochs = 34 }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// The end of the epoch of this number, before a topology update that is due then; 0 is the untrained network.
    Epochs(u32),
    /// Just after the method's topology update of this number; what is done by hand has no part in it.
    Updates(u32),
    /// After so many steps, before a topology update that is due then.
    Steps(u64),
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Epochs(epoch) => write!(formatter, "epoch {epoch}"),
            Self::Updates(update) => write!(formatter, "update {update}"),
            Self::Steps(step) => write!(formatter, "step {step}"),
        }
    }
}

/// Settings of a whole run: those that hold at first, and those that hold later.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What holds from the start.
    pub tuning: Tuning,
    /// What takes its place, each at a moment, one after the other.
    pub later: Vec<(Moment, Tuning)>,
}

impl From<Tuning> for Plan {
    /// These settings from start to end.
    fn from(tuning: Tuning) -> Self {
        Self { tuning, later: Vec::new() }
    }
}
