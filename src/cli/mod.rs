//! The command line.

mod arguments;
mod error;
mod export;
mod lesson;
mod lesson_grade;
mod progress;
mod run;
mod settings;
mod summary;
mod sweep;
mod sweep_table;
mod verify;

pub use arguments::{
    Arguments, Axis, Command, ExportArguments, LessonArguments, LessonCheckArguments, LessonCommand,
    LessonGradeArguments, LessonNewArguments, LessonReportArguments, PageChoice, PictureArguments, RecordArguments,
    Renderer, RunArguments, ScreenshotArguments, Size, SweepArguments, ThemeChoice, VerifyArguments,
};
pub use error::CommandError;
pub use export::export;
pub use lesson::lesson;
pub use progress::stages_bar;
pub use run::run;
pub use sweep::sweep;
pub use verify::verify;
