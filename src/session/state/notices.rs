//! What the user is told.

use super::super::command::Command;
use super::Session;
use crate::training::{Diverged, Failure};

/// A learning rate that most networks bear.
const USUAL_RATE: f64 = 0.1;

/// Something that the user should know, and perhaps a way to mend it.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// What happened, why, and what can be done.
    pub text: String,
    /// A button that does it.
    pub mend: Option<Mend>,
    /// Whether something went wrong.
    pub is_fault: bool,
}

/// A repair that the user may choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Mend {
    /// What the button says.
    pub label: String,
    /// What it does.
    pub command: Command,
}

impl Session {
    pub(super) fn tell(&mut self, text: &str) {
        self.notice = Some(Notice { text: text.to_owned(), mend: None, is_fault: false });
    }

    pub(super) fn tell_fault(&mut self, text: String) {
        self.notice = Some(Notice { text, mend: None, is_fault: true });
    }

    /// Tells of a run that stopped, once.
    pub(super) fn tell_failures(&mut self) {
        let failed: Vec<usize> =
            (0..self.histories.len()).filter(|&arm| self.histories[arm].failure().is_some()).collect();
        // A failure that is about to be taken back is no new one.
        if failed.iter().all(|&arm| self.told[arm] == Some(self.histories[arm].rewinds())) {
            return;
        }
        for &arm in &failed {
            self.told[arm] = Some(self.histories[arm].rewinds());
        }
        let names: Vec<&str> = failed.iter().map(|&arm| self.valid.arms()[arm].name.as_str()).collect();
        let others = if failed.len() == self.histories.len() { "No arm can go on." } else { "The other arms go on." };
        let failures = || failed.iter().filter_map(|&arm| self.histories[arm].failure());
        let earliest = failures()
            .filter_map(|failure| match failure {
                Failure::Diverged(diverged) => Some(*diverged),
                Failure::Failed(_) => None,
            })
            .min_by_key(|diverged| diverged.epoch);
        let broken = failures().find_map(|failure| match failure {
            Failure::Failed(message) => Some(message.clone()),
            Failure::Diverged(_) => None,
        });
        let notice = match (broken, earliest) {
            (Some(message), _) => Notice {
                text: format!("{} stopped: {message}. {others}", names.join(", ")),
                mend: Some(Mend { label: "Reset".to_owned(), command: Command::Reset }),
                is_fault: true,
            },
            (None, Some(diverged)) => diverged_notice(&names.join(", "), diverged, others),
            (None, None) => return,
        };
        self.notice = Some(notice);
    }
}

/// Says why, and offers to go back to where all was well.
fn diverged_notice(names: &str, diverged: Diverged, others: &str) -> Notice {
    let epoch = diverged.epoch.saturating_sub(1);
    let learning_rate = significant((diverged.learning_rate / 10.0).min(USUAL_RATE));
    Notice {
        text: format!(
            "{names}: weights overflowed in epoch {} (learning rate {}). {others}",
            diverged.epoch, diverged.learning_rate
        ),
        mend: Some(Mend {
            label: format!("Rewind to epoch {epoch}, η = {learning_rate} for all arms"),
            command: Command::RewindAndSetRate { epoch, learning_rate },
        }),
        is_fault: true,
    }
}

/// Two significant digits.
fn significant(value: f64) -> f64 {
    format!("{value:.1e}").parse().unwrap_or(value)
}
