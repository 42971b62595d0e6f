//! What can be done with an open experiment.

use std::path::PathBuf;

use super::speed::Speed;
use crate::storage::Kept;
use crate::training::ExperimentSpec;

/// A thing that the user does. Commands are plain data, so that they can be listed, tested and put in a lesson.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Train until the end, or until paused.
    Play,
    /// Stop training.
    Pause,
    /// Train one batch.
    StepBatch,
    /// Train to the end of the epoch.
    StepEpoch,
    /// Train until the next topology update has happened.
    StepUpdate,
    /// Back to the end of the epoch before.
    BackEpoch,
    /// To the end of this epoch, back or on.
    GoToEpoch(u32),
    /// How fast to train.
    SetSpeed(Speed),
    /// Start anew from the same seed.
    Reset,
    /// Start anew from another seed.
    SetSeed(u64),
    /// Which arm is shown in the centre.
    SelectArm(usize),
    /// The set-up was changed.
    Edit(Box<ExperimentSpec>),
    /// Back to the end of an epoch, then on with this learning rate.
    RewindAndSetRate {
        /// The epoch to go back to.
        epoch: u32,
        /// The learning rate from then on.
        learning_rate: f64,
    },
    /// Run all arms over all seeds in the background.
    Compare,
    /// Let these runs rest after the epoch they are in.
    PauseComparison,
    /// Let them go on.
    ResumeComparison,
    /// End them; those that have finished stay.
    CancelComparison,
    /// Measure the topology of the arm that is shown, in the background: also against its own after an earlier update.
    MeasureTopology {
        /// Number of that update.
        earlier: Option<u32>,
    },
    /// Stop that.
    CancelMeasurement,
    /// Open an experiment file.
    Open(PathBuf),
    /// Save the experiment as a file.
    Save(PathBuf),
    /// Open an example by its position in [`super::EXAMPLES`].
    OpenExample(usize),
    /// Go back from the last change of the experiment.
    Undo,
    /// Make the change again that was undone last.
    Redo,
    /// Open what was kept of an experiment.
    Resume(Box<Kept>),
    /// Write a file that was made of what is shown: whole or not at all.
    WriteFile {
        /// Where.
        path: PathBuf,
        /// What is in it.
        contents: Vec<u8>,
    },
    /// Open the experiment that a text describes.
    Paste(String),
    /// Tell the user something.
    Tell {
        /// What.
        text: String,
        /// Whether something went wrong.
        is_fault: bool,
    },
    /// Put the notice away.
    Dismiss,
}
