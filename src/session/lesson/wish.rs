//! What can be done with lessons.

use std::path::PathBuf;

use crate::lesson::{Answer, Student};

/// A thing that the user does with lessons.
#[derive(Debug, Clone, PartialEq)]
pub enum LessonWish {
    /// Look which packs there are, and show the list of them.
    Find,
    /// Open a pack from a folder or a zip archive.
    OpenPack(PathBuf),
    /// Read lessons in this language where they have been translated, or in that of their pack.
    SetLanguage(Option<String>),
    /// Open a lesson, at the step where it was left. The experiment that is open comes back afterwards.
    Open {
        /// Id of the pack.
        pack: String,
        /// Id of the lesson.
        lesson: String,
    },
    /// Leave the lesson.
    Leave,
    /// Go to a step, from 0.
    GoTo(usize),
    /// Open the lesson's experiment as it was at the start.
    Start,
    /// Fix a prediction: the first one stays.
    Predict {
        /// Its id.
        id: String,
        /// Which choice, from 0.
        choice: usize,
    },
    /// Answer a quiz.
    Answer {
        /// Its id.
        id: String,
        /// The answer.
        answer: Answer,
    },
    /// Look at the answer of a quiz without having found it.
    GiveUp(String),
    /// Look at the next hint of the quiz or check with this id.
    Hint(String),
    /// Have the check with this id judged, and run what it looks at.
    Check(String),
    /// Open the solution of the step as the experiment.
    Solve,
    /// Say who hands in lab reports.
    Enrol(Student),
    /// Run lessons from the student's own seeds, or from theirs.
    UseOwnSeeds(bool),
    /// Say something in the lab report of the open lesson.
    Comment(String),
    /// Write the lab report of the open lesson as a file to hand in.
    HandIn(PathBuf),
    /// Write the experiment, and a lesson to go on from, into a folder: a new pack, or one that is there.
    SaveStart(PathBuf),
}
