//! Dialogs of the desktop, which may stay open for as long as they like.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use egui::Context;

/// Dialogs that are open, and what was chosen in them.
#[derive(Debug)]
pub(super) struct Dialogs<T> {
    sender: Sender<T>,
    answers: Receiver<T>,
}

impl<T> Default for Dialogs<T> {
    fn default() -> Self {
        let (sender, answers) = channel();
        Self { sender, answers }
    }
}

impl<T: Send + 'static> Dialogs<T> {
    /// What was chosen since.
    pub(super) fn take(&self) -> impl Iterator<Item = T> {
        self.answers.try_iter()
    }

    /// Shows a dialog without keeping the window from drawing, where the system allows that.
    pub(super) fn ask(&self, context: &Context, dialog: impl FnOnce() -> Option<T> + Send + 'static) {
        let (sender, context) = (self.sender.clone(), context.clone());
        let ask = move || {
            // The window may be gone by now, and nobody to answer to.
            if let Some(answer) = dialog()
                && sender.send(answer).is_ok()
            {
                context.request_repaint();
            }
        };
        if cfg!(target_os = "macos") {
            // There, dialogs belong to the main thread.
            ask();
        } else {
            // Without a thread there is no dialog, but a path can still be typed.
            drop(thread::Builder::new().name("file dialog".to_owned()).spawn(ask));
        }
    }
}
