//! What goes out of the program and comes in: files of what is shown, and the experiment as text.

use std::path::Path;

use super::{Notice, Session};
use crate::storage::{ExperimentFileError, experiment_to_text, parse_experiment, write_whole};

/// No experiment is written in more bytes than this.
const LONGEST: usize = 1 << 20;
/// Faults that are told of one text, and letters of each.
const MOST_FAULTS: usize = 4;
const MOST_LETTERS: usize = 300;

impl Session {
    /// The experiment as it stands in the set-up, as its file would hold it; paths of data in full.
    ///
    /// # Errors
    /// Where a value has no place in a file.
    pub fn as_text(&self) -> Result<String, ExperimentFileError> {
        experiment_to_text(&self.draft)
    }

    pub(super) fn write_file(&mut self, path: &Path, contents: &[u8]) {
        match write_whole(path, contents) {
            Ok(()) => self.tell(&format!("Saved as {}.", path.display())),
            Err(error) => self.tell_fault(format!("Not saved: {}: {error}. Choose another folder.", path.display())),
        }
    }

    pub(super) fn say(&mut self, text: String, is_fault: bool) {
        self.notice = Some(Notice { text, mend: None, is_fault });
    }

    /// Opens the experiment that a text describes.
    pub(super) fn paste(&mut self, text: &str) {
        if text.len() > LONGEST {
            return self.tell_fault("What is on the clipboard is too long to be an experiment.".to_owned());
        }
        match parse_experiment(text) {
            Ok(experiment) => {
                self.replace(experiment, None);
                self.tell(&format!("“{}” was pasted. Ctrl+Z brings the one before back.", self.draft.name));
            }
            Err(faults) => {
                let mut told: Vec<String> =
                    faults.iter().take(MOST_FAULTS).map(|fault| shortened(&fault.to_string())).collect();
                if faults.len() > MOST_FAULTS {
                    told.push(format!("and {} more faults", faults.len() - MOST_FAULTS));
                }
                let told = told.join("\n");
                self.tell_fault(format!(
                    "The pasted text is no experiment:\n{told}\nThe open experiment stays as it is."
                ));
            }
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_owned(),
    }
}
