//! Pictures of plots and networks as files, in print quality: SVG to be edited and scaled, PNG to be pasted anywhere.
//!
//! What the window draws is drawn once more, by the same code, without a window and without its controls. The shapes that
//! this leaves are written as SVG, or made pixels here; so both show the same, on every machine, with a GPU or without.

mod headless;
mod outline;
mod png;
mod print;
mod raster;
mod saver;
mod svg;
mod svg_text;

use std::path::Path;

use egui::{ColorImage, Ui};

use crate::session::Session;

pub use self::headless::{OnProgress, PictureError, PicturePage, write_picture};
pub(super) use self::headless::{arm_named, train};
pub(super) use self::png::encode;
use self::print::Print;
pub(super) use self::print::is_printed;
pub(super) use self::saver::{Saver, file_name};

/// Where the figures of a picture or table are from.
pub(super) fn provenance(session: &Session) -> String {
    let name = &session.experiment().spec().name;
    let epoch = session.history(session.selected()).epochs().last().map_or(0, |record| record.epoch);
    let watched = format!("“{name}”, seed {}, epoch {epoch} of {}", session.seed(), session.experiment().epochs());
    let runs = session.comparison().map_or_else(String::new, |job| {
        let finished = job.runs().iter().filter(|run| run.has_finished()).count();
        format!("; comparison over seeds: {finished} of {} runs finished", job.runs().len())
    });
    format!("{watched}{runs}. Regrow {}", env!("CARGO_PKG_VERSION"))
}

/// Draws as many pixels a point as said.
pub(super) fn pixels(width: f32, dark: bool, pixels_per_point: f32, content: impl FnMut(&mut Ui)) -> ColorImage {
    raster::draw(&Print::at(pixels_per_point, width, dark, content))
}

/// A picture, ready to be written as either kind of file.
pub(super) struct Picture {
    print: Print,
    title: String,
    /// Where it is from: kept in the file, not shown.
    description: String,
}

impl Picture {
    /// Draws a picture so many points wide, in the light theme on white or in the dark one.
    pub(super) fn new(
        width: f32,
        dark: bool,
        title: String,
        description: String,
        content: impl FnMut(&mut Ui),
    ) -> Self {
        Self { print: Print::new(width, dark, content), title, description }
    }

    /// The file of this name: SVG or PNG, as it ends.
    ///
    /// # Errors
    /// Where it ends in anything else, or cannot be encoded.
    pub(super) fn file(&self, path: &Path) -> Result<Vec<u8>, String> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("svg") => Ok(svg::write(&self.print, &self.title, &self.description).into_bytes()),
            Some("png") => png::encode_with(&raster::draw(&self.print), &self.title, &self.description)
                .map_err(|error| format!("Not saved: {}: {error}.", path.display())),
            _ => Err(format!("Not saved: {} must end in .svg or .png.", path.display())),
        }
    }
}
