//! Packs are looked for by a thread, so that drawing never waits for a disk.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use super::super::state::Wake;
use crate::lesson::Library;

/// A search under way. Whoever lets it go does not want to know any more.
pub(super) struct Search {
    found: Receiver<Library>,
    /// The path that the user has just asked to open, if it was for one.
    pub asked: Option<PathBuf>,
}

impl Search {
    /// Begins to look for packs in their places and at the paths that the user opened.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn start(user: Option<PathBuf>, opened: Vec<PathBuf>, asked: Option<PathBuf>, wake: &Wake) -> io::Result<Self> {
        let (sender, found) = channel();
        let wake = Wake::clone(wake);
        thread::Builder::new().name("lesson packs".to_owned()).spawn(move || {
            // Where nobody waits any more, there is nobody to tell.
            drop(sender.send(packs(user.as_deref(), &opened)));
            drop(sender);
            wake();
        })?;
        Ok(Self { found, asked })
    }

    /// Of packs that are known already.
    pub fn done(library: Library, asked: Option<PathBuf>) -> Self {
        let (sender, found) = channel();
        // The other end is in the next line.
        drop(sender.send(library));
        Self { found, asked }
    }

    /// What there is, once it is known.
    pub fn take(&self) -> Option<Library> {
        match self.found.try_recv() {
            Ok(library) => Some(library),
            Err(TryRecvError::Empty) => None,
            // It broke down: what needs no disk is there all the same.
            Err(TryRecvError::Disconnected) => Some(Library::find(None, None)),
        }
    }
}

/// The packs in their places, and those that the user opened.
pub(super) fn packs(user: Option<&Path>, opened: &[PathBuf]) -> Library {
    let program = std::env::current_exe().ok().and_then(|path| path.parent().map(Path::to_owned));
    let mut library = Library::find(user, program.as_deref());
    for path in opened {
        if let Err(error) = library.open(path, user) {
            library.faults.push(error);
        }
    }
    library
}
