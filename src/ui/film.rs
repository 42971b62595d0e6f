//! The network over the recorded past, as an animated GIF or as numbered pictures, for slides.

mod dialog;
mod gif;
mod headless;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use egui::ColorImage;

pub(super) use self::dialog::FilmDialog;
use self::gif::Gif;
pub use self::headless::{FilmStyle, write_film};
use super::canvas::Reel;
use crate::session::Wake;
use crate::storage::write_whole;

/// Frames at most; where there are more moments, they are taken at even distances.
pub(super) const MOST_FRAMES: usize = 600;
/// The palette of a GIF is made for so many of its frames.
const SAMPLES: usize = 6;
/// The last frame of a GIF stays so many times as long as the others.
const LAST: u16 = 12;

/// A film that is being made on a thread of its own. Dropped, it stops and leaves nothing behind.
pub(super) struct Film {
    shared: Arc<Shared>,
    frames: usize,
}

#[derive(Default)]
struct Shared {
    drawn: AtomicUsize,
    cancelled: AtomicBool,
    outcome: Mutex<Option<Result<PathBuf, String>>>,
}

impl Film {
    /// Begins; by its ending the path is that of a GIF or that of a folder for pictures.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn start(reel: Reel, path: PathBuf, frames_per_second: f32, wake: Wake) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let (own, frames) = (Arc::clone(&shared), reel.frames());
        thread::Builder::new().name("film".to_owned()).spawn(move || {
            let outcome = own.make(reel, &path, frames_per_second, &wake);
            *own.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome.map(|()| path));
            wake();
        })?;
        Ok(Self { shared, frames })
    }

    /// Frames that have been drawn, and how many there will be; a GIF looks at some twice.
    pub fn progress(&self) -> (usize, usize) {
        (self.shared.drawn.load(Ordering::Relaxed).min(self.frames), self.frames)
    }

    /// What came of it, once it has ended.
    pub fn take(&self) -> Option<Result<PathBuf, String>> {
        self.shared.outcome.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Film {
    fn drop(&mut self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }
}

impl Shared {
    fn make(&self, mut reel: Reel, path: &Path, frames_per_second: f32, wake: &Wake) -> Result<(), String> {
        let failed = |error: io::Error| format!("Not recorded: {}: {error}.", path.display());
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gif")) {
            let file = self.gif(&mut reel, frames_per_second, wake)?;
            return write_whole(path, &file).map_err(failed);
        }
        // All pictures are there, or none is.
        let mut part = path.file_name().ok_or("Not recorded: the path names no folder.")?.to_os_string();
        part.push(format!(".{}.part", std::process::id()));
        let part = path.with_file_name(part);
        if path.exists() {
            return Err(format!("Not recorded: {} is there already. Choose another name.", path.display()));
        }
        let written = fs::create_dir(&part).map_err(failed).and_then(|()| self.series(&mut reel, &part, wake));
        let written = written.and_then(|()| fs::rename(&part, path).map_err(failed));
        if written.is_err() {
            // The original error says more than a failure to clean up would.
            drop(fs::remove_dir_all(&part));
        }
        written
    }

    fn gif(&self, reel: &mut Reel, frames_per_second: f32, wake: &Wake) -> Result<Vec<u8>, String> {
        let frames = reel.frames();
        let mut samples: Vec<Arc<ColorImage>> = Vec::new();
        let count = SAMPLES.min(frames);
        for sample in 0..count {
            samples.push(self.draw(reel, sample * (frames - 1) / (count - 1).max(1))?);
        }
        let mut gif = Gif::new(&samples, frames_per_second);
        for frame in 0..frames {
            gif.add(&*self.draw(reel, frame)?, if frame + 1 == frames { LAST } else { 1 })?;
            self.drawn.store(frame + 1, Ordering::Relaxed);
            wake();
        }
        Ok(gif.finish())
    }

    fn series(&self, reel: &mut Reel, folder: &Path, wake: &Wake) -> Result<(), String> {
        for frame in 0..reel.frames() {
            let image = self.draw(reel, frame)?;
            let file = super::pictures::encode(&image).map_err(|error| format!("Not recorded: {error}."))?;
            let path = folder.join(format!("{:04}.png", frame + 1));
            fs::write(&path, file).map_err(|error| format!("Not recorded: {}: {error}.", path.display()))?;
            self.drawn.store(frame + 1, Ordering::Relaxed);
            wake();
        }
        Ok(())
    }

    fn draw(&self, reel: &mut Reel, frame: usize) -> Result<Arc<ColorImage>, String> {
        let go_on = || !self.cancelled.load(Ordering::Relaxed);
        let image = reel.draw(frame, &go_on).filter(|_| go_on());
        image.map(Arc::new).ok_or_else(|| "The recording was stopped; nothing was written.".to_owned())
    }
}
