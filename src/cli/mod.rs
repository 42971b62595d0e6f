//! The command line.

mod arguments;
mod error;
mod export;
mod lesson;
mod progress;
mod run;
mod settings;
mod summary;
mod sweep;
mod sweep_table;

pub use arguments::{
    Arguments, Axis, Command, ExportArguments, LessonArguments, LessonCheckArguments, LessonCommand,
    LessonNewArguments, Renderer, RunArguments, ScreenshotArguments, Size, SweepArguments, ThemeChoice,
};
pub use error::CommandError;
pub use export::export;
pub use lesson::lesson;
pub use run::run;
pub use sweep::sweep;
