//! The command line.

mod arguments;
mod error;
mod export;
mod progress;
mod run;
mod settings;
mod summary;
mod sweep;
mod sweep_table;
mod verify;

pub use arguments::{
    Arguments, Axis, Command, ExportArguments, PageChoice, PictureArguments, RecordArguments, Renderer, RunArguments,
    ScreenshotArguments, Size, SweepArguments, ThemeChoice, VerifyArguments,
};
pub use error::CommandError;
pub use export::export;
pub use run::run;
pub use sweep::sweep;
pub use verify::verify;
