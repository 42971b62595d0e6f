//! The command line.

mod arguments;
mod run;
mod summary;

pub use arguments::{Arguments, Command, Renderer, RunArguments, ScreenshotArguments, Size, ThemeChoice};
pub use run::{RunError, run};
