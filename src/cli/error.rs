//! Why a command did not do what it was asked, and printing what it did.

use std::io::{Write, stdout};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::lesson::{GradeError, PackError, SubmissionError};
use crate::storage::{ExperimentFileError, RunFileError, SweepFolderError};

/// Why a command did not come to its end.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The experiment cannot run: bad input.
    #[error(transparent)]
    Experiment(#[from] ExperimentFileError),
    /// The file is no run: bad input.
    #[error(transparent)]
    RunFile(#[from] RunFileError),
    /// An argument cannot be: bad input.
    #[error("{0}")]
    Argument(String),
    /// The folder of a sweep cannot serve it.
    #[error(transparent)]
    SweepFolder(#[from] SweepFolderError),
    /// A lesson pack cannot be read, or has faults.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The file is no submission: bad input.
    #[error(transparent)]
    Submission(#[from] SubmissionError),
    /// A class cannot be judged.
    #[error(transparent)]
    Grade(#[from] GradeError),
    /// A lesson does not hold, or submissions did not come again.
    #[error("{0}")]
    Lesson(String),
    /// Results cannot be written.
    #[error("{}: {source}", path.display())]
    Output {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Threads cannot be started.
    #[error("threads could not be started: {0}")]
    Threads(#[from] std::io::Error),
    /// Some runs did not finish; the others' results are complete.
    #[error("{0}")]
    Unfinished(String),
}

impl CommandError {
    /// The exit status that says so: 2 for bad input, 1 for everything else.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Experiment(_)
            | Self::RunFile(_)
            | Self::Argument(_)
            | Self::Pack(_)
            | Self::Submission(_)
            | Self::SweepFolder(SweepFolderError::Occupied { .. }) => 2,
            Self::SweepFolder(_)
            | Self::Lesson(_)
            | Self::Grade(_)
            | Self::Output { .. }
            | Self::Threads(_)
            | Self::Unfinished(_) => 1,
        }
    }
}

pub(super) fn output_error(path: &Path, source: std::io::Error) -> CommandError {
    CommandError::Output { path: path.to_owned(), source }
}

/// Prints a text and an end of line on standard output.
pub(super) fn print(text: &str) -> Result<(), CommandError> {
    writeln!(stdout(), "{text}").map_err(|source| output_error(Path::new("standard output"), source))
}
