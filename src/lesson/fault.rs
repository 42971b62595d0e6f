//! What is wrong with a lesson pack: file, line, what it is and what would be right.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

/// Something in a pack that cannot be, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file inside the pack, with `/`.
    pub file: String,
    /// The line, from 1; of a file that is missing or no text, 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub text: String,
}

impl Fault {
    /// A fault in this line of this file.
    pub fn new(file: &str, line: usize, text: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, text: text.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.text)
    }
}

/// Why there is no pack.
#[derive(Debug, Error)]
pub enum PackError {
    /// Folder or archive cannot be read, or must not be.
    #[error("{}: {problem}", path.display())]
    Unreadable {
        /// What was to be opened.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// It was read, and holds faults.
    #[error("{}", faults.iter().map(|fault| format!("{origin}{fault}")).collect::<Vec<_>>().join("\n"))]
    Faults {
        /// What stands before the names of files: the folder or archive.
        origin: String,
        /// Each fault there is, by file and line.
        faults: Vec<Fault>,
    },
}

/// Collects the faults of one file.
#[derive(Debug)]
pub(super) struct Faults<'a> {
    file: &'a str,
    list: &'a mut Vec<Fault>,
}

impl<'a> Faults<'a> {
    /// Of this file, added to this list.
    pub fn of(file: &'a str, list: &'a mut Vec<Fault>) -> Self {
        Self { file, list }
    }

    /// Notes a fault in a line.
    pub fn add(&mut self, line: usize, text: impl Into<String>) {
        self.list.push(Fault::new(self.file, line, text));
    }

    /// Notes a fault where there is one.
    pub fn take<T>(&mut self, line: usize, result: Result<T, String>) -> Option<T> {
        result.map_err(|text| self.add(line, text)).ok()
    }
}
