//! Recordings without a window: an experiment is trained, then drawn moment by moment.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{MOST_FRAMES, Shared};
use crate::session::{Command, Session, Wake};
use crate::training::ValidExperiment;
use crate::ui::canvas::{Reel, Shown};
use crate::ui::pictures::{OnProgress, PictureError, arm_named, train};

/// How an animation looks and plays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FilmStyle {
    /// Frames a second.
    pub frames_per_second: f32,
    /// Width of each frame in pixels.
    pub width: u16,
    /// Dark, or on white.
    pub is_dark: bool,
}

/// Trains all arms from the first seed so many epochs, and writes an animated GIF of one arm's network: every epoch and every
/// topology update is a frame. `on_progress` is told of the epochs of all arms, then of the frames.
///
/// # Errors
/// Where there is no such arm, or the file cannot be written; it is then as it was.
pub fn write_film(
    out: &Path,
    experiment: ValidExperiment,
    arm: Option<&str>,
    epochs: Option<u32>,
    style: FilmStyle,
    on_progress: &OnProgress,
) -> Result<(), PictureError> {
    if !out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gif")) {
        return Err(PictureError::Kind(format!("{} must end in .gif", out.display())));
    }
    let arm = arm.map(|name| arm_named(&experiment, name)).transpose()?.unwrap_or(0);
    let epochs = epochs.unwrap_or(experiment.epochs()).min(experiment.epochs());
    let mut session = Session::new(experiment, Arc::new(|| ()));
    session.execute(Command::SelectArm(arm));
    train(&mut session, epochs, on_progress)?;
    let reel = Reel::new(&session, Shown::default(), (0, epochs), MOST_FRAMES, style.width, style.is_dark);
    let (shared, frames) = (Arc::new(Shared::default()), reel.frames());
    let (drawn, on_progress) = (Arc::clone(&shared), Arc::clone(on_progress));
    let wake: Wake = Arc::new(move || on_progress("drawing", drawn.drawn.load(Ordering::Relaxed), frames));
    shared.make(reel, out, style.frames_per_second, &wake).map_err(PictureError::Kind)
}
