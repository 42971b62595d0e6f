//! What is wrong with an experiment, in the user's terms.

use std::fmt;

/// A value that cannot be run: where it stands, what is wrong, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The key in the experiment file, such as `sparsity.density` or `arm.0.optimizer.momentum` (arms from 0).
    pub key: String,
    /// What is wrong, as a sentence without its full stop.
    pub problem: String,
    /// What would be right, as a sentence without its full stop; empty where the problem says it already.
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.key, self.text())
    }
}

impl Fault {
    /// Problem and remedy as sentences, without the key.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = capitalised(&self.problem);
        text.push('.');
        if !self.remedy.is_empty() {
            text.push(' ');
            text.push_str(&self.remedy);
            text.push('.');
        }
        text
    }
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    // A key at the beginning keeps its spelling.
    match letters.next() {
        Some(first) if !sentence.contains(" = ") => first.to_uppercase().chain(letters).collect(),
        _ => sentence.to_owned(),
    }
}

/// Something that will run, but perhaps not as meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The key in the experiment file.
    pub key: String,
    /// What will happen.
    pub text: String,
}
