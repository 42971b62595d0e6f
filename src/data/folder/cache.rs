//! Folders that were read lately.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::{Listing, PictureOptions, Pictures};
use crate::data::FileFault;

/// Folders that are kept: those of two experiments, with their test pictures.
const KEPT: usize = 4;
/// A folder is not gone through again before so long.
const REST: Duration = Duration::from_secs(2);
/// Going through folders takes at most one part in so many of the time.
const LISTING_SHARE: u32 = 200;

type Content = Arc<OnceLock<Result<Arc<Pictures>, FileFault>>>;

/// The most recent folders. Whether one has changed is looked for now and then only: it may hold very many files, and a window
/// asks for it in every frame.
pub(in crate::data) struct FolderCache {
    /// The most recent last.
    entries: Mutex<Vec<Entry>>,
}

struct Entry {
    path: PathBuf,
    options: PictureOptions,
    stamp: Option<u64>,
    /// Until when it counts as unchanged.
    rests_until: Instant,
    content: Content,
}

impl FolderCache {
    pub(in crate::data) const fn new() -> Self {
        Self { entries: Mutex::new(Vec::new()) }
    }

    /// What a folder holds, read if it is not at hand or has changed.
    ///
    /// # Errors
    /// Where it cannot be read, and everything that can be wrong with it.
    pub(in crate::data) fn get(&self, path: &Path, options: PictureOptions) -> Result<Arc<Pictures>, FileFault> {
        let path = path.canonicalize()?;
        if let Some(content) = self.resting(&path, options)
            && let Some(result) = content.get()
        {
            return result.clone();
        }
        let start = Instant::now();
        let listing = match Listing::of(&path) {
            Err(fault) if fault.is_of_system() => return Err(fault),
            listing => listing,
        };
        let rests_until = Instant::now() + REST.max(start.elapsed() * LISTING_SHARE);
        let content = self.entry(path, options, listing.as_ref().ok().map(|listing| listing.stamp), rests_until);
        // Outside the lock: others need not wait for this folder, unless they want the same.
        content.get_or_init(|| listing.and_then(|listing| Pictures::read(&listing, options)).map(Arc::new)).clone()
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was found a short while ago.
    fn resting(&self, path: &Path, options: PictureOptions) -> Option<Content> {
        let now = Instant::now();
        let entries = self.entries();
        let mut fresh = entries.iter().filter(|entry| entry.rests_until > now);
        fresh.find(|entry| entry.path == path && entry.options == options).map(|entry| Arc::clone(&entry.content))
    }

    fn entry(&self, path: PathBuf, options: PictureOptions, stamp: Option<u64>, rests_until: Instant) -> Content {
        let mut entries = self.entries();
        let known = entries.iter().position(|entry| entry.path == path && entry.options == options);
        let known = known.map(|place| entries.remove(place)).filter(|entry| stamp.is_some() && entry.stamp == stamp);
        let content = known.map_or_else(Content::default, |entry| entry.content);
        entries.push(Entry { path, options, stamp, rests_until, content: Arc::clone(&content) });
        let surplus = entries.len().saturating_sub(KEPT);
        entries.drain(..surplus);
        content
    }
}
