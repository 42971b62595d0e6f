//! The files of a pack that is being written: looked after by a thread, so that drawing never waits for a disk.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, SystemTime};

use super::super::state::Wake;
use crate::lesson::Pack;

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_millis(500);
/// Folders within folders at most, as packs have them.
const MOST_DEPTH: usize = 8;

/// A pack that was read anew; or what is wrong with its files, nothing once they are again what is shown.
type News = Result<Box<Pack>, Option<String>>;

/// Looks after the folder of a pack until it is let go.
pub(super) struct Watch {
    news: Receiver<News>,
    /// The thread ends when this is gone.
    _alive: Sender<()>,
}

impl Watch {
    /// Begins, where the pack came from a folder.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn start(pack: Pack, wake: &Wake) -> io::Result<Option<Self>> {
        if pack.files.folder.is_none() || pack.files.origin != pack.files.folder {
            return Ok(None);
        }
        let ((sender, news), (alive, is_alive)) = (channel(), channel::<()>());
        let wake = Wake::clone(wake);
        let watch = move || look(pack, &sender, &is_alive, &wake);
        thread::Builder::new().name("lesson files".to_owned()).spawn(watch)?;
        Ok(Some(Self { news, _alive: alive }))
    }

    /// The newest since the last call.
    pub fn take(&self) -> Option<News> {
        self.news.try_iter().last()
    }
}

fn look(mut pack: Pack, news: &Sender<News>, is_alive: &Receiver<()>, wake: &Wake) {
    let Some(folder) = pack.files.folder.clone() else { return };
    // Files may have changed between reading the pack and now.
    let mut seen = None;
    let mut told: Option<String> = None;
    while is_alive.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        let now = signature(&folder, 0);
        if seen.as_ref() == Some(&now) {
            continue;
        }
        seen = Some(now);
        let found = match pack.reloaded() {
            None if told.is_none() => continue,
            None => Err(None),
            Some(Err(error)) if told.as_ref() == Some(&error.to_string()) => continue,
            Some(Err(error)) => Err(Some(error.to_string())),
            Some(Ok(new)) => {
                pack = new.clone();
                Ok(Box::new(new))
            }
        };
        told = found.as_ref().err().cloned().flatten();
        if news.send(found).is_err() {
            return;
        }
        wake();
    }
}

/// Names, sizes and times of all files: what is the same has not changed.
fn signature(folder: &Path, depth: usize) -> Vec<(String, u64, Option<SystemTime>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && depth < MOST_DEPTH {
            files.extend(signature(&path, depth + 1));
        } else if let Ok(facts) = entry.metadata() {
            files.push((path.to_string_lossy().into_owned(), facts.len(), facts.modified().ok()));
        }
    }
    files.sort();
    files
}
