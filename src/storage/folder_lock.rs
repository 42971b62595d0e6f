//! A folder that one program at a time works in.

use std::fs::{File, TryLockError};
use std::path::Path;

/// The file that is held, in the folder.
const LOCK: &str = ".lock";

/// A folder that is held against other programs until this is dropped; where the file system knows no locks, in name alone.
#[derive(Debug)]
pub struct FolderLock {
    _file: Option<File>,
}

impl FolderLock {
    /// Holds a folder.
    ///
    /// # Errors
    /// Where another program holds it: what to do.
    pub fn hold(folder: &Path) -> Result<Self, &'static str> {
        let Ok(file) = File::create(folder.join(LOCK)) else { return Ok(Self { _file: None }) };
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => {
                Err("another regrow is at work there. Wait for its end, or choose another folder")
            }
            Err(TryLockError::Error(_)) => Ok(Self { _file: None }),
        }
    }
}
