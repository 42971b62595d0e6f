//! Progress and notes on standard error.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use crate::training::Note;

/// A bar over so many epochs, where somebody can see it.
pub(super) fn progress_bar(epochs: u64) -> ProgressBar {
    let target = if stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(epochs), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent} % · {eta} left · {msg}") {
        bar.set_style(style);
    }
    bar
}

/// A bar over one stage after the other, as a function that is told the stage, how much of it is done, and how much there is.
pub fn stages_bar() -> impl Fn(&str, usize, usize) + Send + Sync + 'static {
    let bar = progress_bar(0).with_finish(ProgressFinish::AndClear);
    move |stage, done, all| {
        if bar.message() != stage {
            bar.set_message(stage.to_owned());
            bar.reset_eta();
        }
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    }
}

/// What may not run as meant.
pub(super) fn print_notes(bar: &ProgressBar, notes: &[Note]) {
    for note in notes {
        bar.suspend(|| eprintln!("note: {}: {}", note.key, note.text));
    }
}
