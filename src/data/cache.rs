//! Files that were read lately, so that neither a window that checks its experiment at every keystroke nor one seed
//! after another reads them again.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use super::FileFault;
use super::file::DataFile;

/// Files of one kind that are kept: those of two experiments, with their test samples.
const KEPT: usize = 4;

type Content<T> = Arc<OnceLock<Result<Arc<T>, FileFault>>>;

/// The most recent files of one kind, with what was made of them by options `O`.
pub(super) struct Cache<O, T> {
    /// The most recent last.
    entries: Mutex<Vec<Entry<O, T>>>,
}

struct Entry<O, T> {
    path: PathBuf,
    /// Whether the file is still the same shows in its size and in when it was written.
    stamp: (u64, Option<SystemTime>),
    options: O,
    content: Content<T>,
}

impl<O: Clone + PartialEq, T> Cache<O, T> {
    pub(super) const fn new() -> Self {
        Self { entries: Mutex::new(Vec::new()) }
    }

    /// What a file holds, read by `read` if it is not at hand. A file with a fault is not read again either, until it
    /// changes or the options do.
    ///
    /// # Errors
    /// Where the file cannot be read, and what `read` finds.
    pub(super) fn get(
        &self,
        path: &Path,
        options: &O,
        read: impl FnOnce(DataFile) -> Result<T, FileFault>,
    ) -> Result<Arc<T>, FileFault> {
        let path = path.canonicalize()?;
        let found = path.metadata()?;
        if !found.is_file() {
            return Err(FileFault::NotAFile);
        }
        let content = self.entry(&path, (found.len(), found.modified().ok()), options);
        // Outside the lock: others need not wait for this file, unless they want the same.
        let result = content.get_or_init(|| DataFile::open(&path).and_then(read).map(Arc::new)).clone();
        if result.as_ref().is_err_and(FileFault::is_of_system) {
            self.forget(&content);
        }
        result
    }

    fn entry(&self, path: &Path, stamp: (u64, Option<SystemTime>), options: &O) -> Content<T> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let known = entries.iter().position(|entry| entry.path == path).map(|place| entries.remove(place));
        let entry = match known {
            Some(entry) if entry.stamp == stamp && entry.options == *options => entry,
            _ => Entry { path: path.to_owned(), stamp, options: options.clone(), content: Content::default() },
        };
        let content = Arc::clone(&entry.content);
        entries.push(entry);
        let surplus = entries.len().saturating_sub(KEPT);
        entries.drain(..surplus);
        content
    }

    fn forget(&self, content: &Content<T>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| !Arc::ptr_eq(&entry.content, content));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    /// The text of a file, and how often it has been read.
    fn text(cache: &Cache<u8, String>, path: &Path, options: u8, reads: &mut u32) -> Result<Arc<String>, FileFault> {
        cache.get(path, &options, |mut file| {
            *reads += 1;
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            Ok(text)
        })
    }

    #[test]
    fn a_file_is_read_again_only_when_it_or_the_options_change() {
        let (folder, cache, mut reads) = (tempfile::tempdir().unwrap(), Cache::new(), 0);
        let path = folder.path().join("file");
        std::fs::write(&path, "one").unwrap();
        let first = text(&cache, &path, 0, &mut reads).unwrap();
        let second = text(&cache, &folder.path().join("./file"), 0, &mut reads).unwrap();
        assert!(Arc::ptr_eq(&first, &second) && reads == 1);
        text(&cache, &path, 1, &mut reads).unwrap();
        assert_eq!(reads, 2, "other options");
        std::fs::write(&path, "three").unwrap();
        assert_eq!(*text(&cache, &path, 1, &mut reads).unwrap(), "three");
        assert_eq!(reads, 3, "another file");
    }

    #[test]
    fn a_fault_is_kept_too_but_not_that_a_file_is_missing() {
        let (folder, cache, mut reads) = (tempfile::tempdir().unwrap(), Cache::<u8, String>::new(), 0);
        let path = folder.path().join("file");
        assert_eq!(text(&cache, &path, 0, &mut reads).unwrap_err(), FileFault::Missing);
        assert_eq!(text(&cache, folder.path(), 0, &mut reads).unwrap_err(), FileFault::NotAFile);
        std::fs::write(&path, "x").unwrap();
        let broken = || cache.get(&path, &0, |_| Err(FileFault::NoRows)).unwrap_err();
        assert_eq!(broken(), FileFault::NoRows);
        assert_eq!(text(&cache, &path, 0, &mut reads).unwrap_err(), FileFault::NoRows);
        assert_eq!(reads, 0);
    }

    #[test]
    fn only_the_last_few_files_are_kept() {
        let (folder, cache, mut reads) = (tempfile::tempdir().unwrap(), Cache::new(), 0);
        let path = |number: usize| folder.path().join(number.to_string());
        for number in 0..=KEPT {
            std::fs::write(path(number), "x").unwrap();
            text(&cache, &path(number), 0, &mut reads).unwrap();
        }
        let before = reads;
        text(&cache, &path(KEPT), 0, &mut reads).unwrap();
        assert_eq!(reads, before, "the last is at hand");
        text(&cache, &path(0), 0, &mut reads).unwrap();
        assert_eq!(reads, before + 1, "the first is gone");
    }
}
