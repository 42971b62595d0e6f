//! What can be done with an open experiment.

use std::path::PathBuf;

use super::lesson::LessonWish;
use super::past::Direction;
use super::speed::Speed;
use crate::storage::Kept;
use crate::training::{ExperimentSpec, Moment, Operation, OptimizerSpec, SparsitySpec};

/// A thing that the user does. Commands are plain data, so that they can be listed, tested and put in a lesson.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Train until the end, or until paused.
    Play,
    /// Stop training.
    Pause,
    /// Train one batch.
    StepBatch,
    /// Train to the end of the epoch; in the past, look at the end of the next one.
    StepEpoch,
    /// Train until the next topology update has happened; in the past, look at the next one.
    StepUpdate,
    /// Look back at the end of the epoch before.
    BackEpoch,
    /// Look back at the topology update before.
    BackUpdate,
    /// Look back at the end of this epoch, or train up to it.
    GoToEpoch(u32),
    /// Look at this position of the past (half steps, see [`crate::training::Trainer::position`]).
    LookAt(u64),
    /// Look at the newest moment again.
    ReturnToLive,
    /// Play the recording from the moment that is shown, or stop it.
    Replay(Option<Direction>),
    /// Take all arms back to this position; what followed is forgotten.
    RewindTo(u64),
    /// Let the arm that is shown go on from the moment that is shown as another arm, with these settings.
    Fork(Box<Fork>),
    /// Do something by hand to the arm that is shown, at its newest moment; training rests for it.
    Operate(Operation),
    /// From the moment that is shown on, let another arm go on with the network of the one that is shown, with nobody but
    /// the user to change its connections.
    AddRival,
    /// Bookmark the moment that is shown.
    AddBookmark,
    /// Give a bookmark another name.
    RenameBookmark {
        /// Which one, from 0.
        index: usize,
        /// The name.
        name: String,
    },
    /// Write down what is to be said at a bookmark.
    NoteBookmark {
        /// Which one, from 0.
        index: usize,
        /// The notes.
        notes: String,
    },
    /// Remove a bookmark.
    RemoveBookmark(usize),
    /// Look at a bookmarked moment, or train up to it.
    GoToBookmark(usize),
    /// Look at a moment, or train up to it.
    GoToMoment(Moment),
    /// How many bytes the past may take.
    SetTimelineBudget(usize),
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
    /// Check the sweep of the set-up, count its runs and estimate their time, in the background.
    PlanSweep {
        /// The folder for its runs; one of its own if not said.
        folder: Option<PathBuf>,
    },
    /// Run the sweep that was planned, or what is left of it, in the background.
    StartSweep,
    /// Let its runs rest after the epoch they are in.
    PauseSweep,
    /// Let them go on, or begin those again that were stopped.
    ResumeSweep,
    /// End them; those that have ended stay, in the folder too.
    CancelSweep,
    /// Measure the topology of the arm that is shown, in the background: also against its own after an earlier update.
    MeasureTopology {
        /// Number of that update.
        earlier: Option<u32>,
    },
    /// Stop that.
    CancelMeasurement,
    /// Open an experiment file or a run file.
    Open(PathBuf),
    /// Save the experiment as a file.
    Save(PathBuf),
    /// Save the runs as a file, with what has come of them so far.
    SaveRun(PathBuf),
    /// Open an example by its position in [`super::EXAMPLES`].
    OpenExample(usize),
    /// Go back from the last change of the experiment.
    Undo,
    /// Make the change again that was undone last.
    Redo,
    /// Open what was kept of an experiment.
    Resume(Box<Kept>),
    /// Do something with lessons.
    Lesson(LessonWish),
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

/// What is new in an arm that goes its own way from a moment on. What is not said stays as it was.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fork {
    /// What the arm is called.
    pub name: String,
    /// What is new in its evolution.
    pub sparsity: SparsitySpec,
    /// What is new in its optimiser.
    pub optimizer: OptimizerSpec,
}
