//! Gives back to the system what training has freed.
//!
//! Between what the past keeps lie thousands of short-lived views and pictures. The system's allocator keeps their pages: a
//! run of some hundred connections holds 70 MB after a hundred epochs, of which it uses 15.

use std::thread;
use std::time::{Duration, Instant};

/// How often, while something trains.
const INTERVAL: Duration = Duration::from_millis(200);

/// Knows when there is something to give back.
#[derive(Default)]
pub(super) struct Memory {
    /// When it is to be done next; nothing while nobody trains.
    due: Option<Instant>,
}

impl Memory {
    /// To be called once a frame: gives back in the midst of training from time to time, and once after it.
    pub(super) fn tend(&mut self, is_training: bool) {
        let now = Instant::now();
        let is_due = self.due.is_some_and(|due| !is_training || due <= now);
        if is_due {
            // Without a thread it is not done, and nothing is lost by that.
            drop(thread::Builder::new().name("memory".to_owned()).spawn(give_back));
        }
        if is_due || self.due.is_none() {
            self.due = is_training.then(|| now + INTERVAL);
        }
    }
}

/// Gives the pages that nothing uses back. It takes some milliseconds.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "a call into the C library")]
fn give_back() {
    // SAFETY: it changes nothing that anybody uses, and takes the allocator's locks.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Other allocators do it by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_back() {}
