//! The program: a window, or a command.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use regrow::cli::{
    self, Arguments, Command, PageChoice, PictureArguments, RecordArguments, ScreenshotArguments, ThemeChoice,
};
use regrow::storage::{is_run_file, load_experiment};
use regrow::ui::{self, FilmStyle, OnProgress, PictureError, PicturePage, Startup};

/// Bad input.
const BAD_INPUT: u8 = 2;
/// Something else went wrong.
const FAILED: u8 = 1;

fn main() -> ExitCode {
    return_freed_memory();
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Some(Command::Run(run)) => with_status(cli::run(&run)),
        Some(Command::Sweep(sweep)) => with_status(cli::sweep(&sweep)),
        Some(Command::Export(export)) => with_status(cli::export(&export)),
        Some(Command::Verify(verify)) => with_status(cli::verify(&verify)),
        Some(Command::Picture(picture)) => write_picture(&picture),
        Some(Command::Lesson(lesson)) => with_status(cli::lesson(&lesson)),
        Some(Command::Record(record)) => write_film(&record),
        Some(Command::Screenshot(screenshot)) => take_screenshot(&screenshot),
        None => open_window(arguments.file.as_deref(), arguments.renderer),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err((status, message)) => {
            eprintln!("regrow: {message}");
            ExitCode::from(status)
        }
    }
}

fn with_status(result: Result<(), cli::CommandError>) -> Result<(), (u8, String)> {
    result.map_err(|error| (error.exit_status(), error.to_string()))
}

/// Has what large layers free go back to the system at once. By itself glibc keeps up to 64 MB, a good part of what a
/// network of some million connections takes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "a call into the C library")]
fn return_freed_memory() {
    const MAPPED_FROM: libc::c_int = 1 << 20;
    // SAFETY: it sets a parameter of the allocator, before there are other threads.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn return_freed_memory() {}

fn open_window(file: Option<&Path>, renderer: Option<cli::Renderer>) -> Result<(), (u8, String)> {
    let run = file.filter(|file| is_run_file(file));
    let startup = match run {
        Some(run) => Startup { run: Some(run.to_owned()), ..Startup::default() },
        None => Startup { path: file.map(Path::to_owned), ..startup(file)? },
    };
    ui::open_window(startup, renderer.map(chosen)).map_err(|error| (FAILED, error.to_string()))
}

fn take_screenshot(arguments: &ScreenshotArguments) -> Result<(), (u8, String)> {
    let theme = match arguments.theme {
        ThemeChoice::Light => egui::Theme::Light,
        ThemeChoice::Dark => egui::Theme::Dark,
    };
    let startup = Startup { theme: Some(theme), ..startup(arguments.experiment.as_deref())? };
    let size = [f32::from(arguments.size.width), f32::from(arguments.size.height)];
    ui::take_screenshot(&arguments.out, startup, arguments.epochs, size, arguments.renderer.map(chosen))
        .map_err(|error| (FAILED, error.to_string()))
}

fn write_picture(arguments: &PictureArguments) -> Result<(), (u8, String)> {
    let page = match arguments.page {
        PageChoice::Curves => PicturePage::Curves,
        PageChoice::Answers => PicturePage::Answers,
        PageChoice::Topology => PicturePage::Topology,
        PageChoice::Cost => PicturePage::Cost,
        PageChoice::Network => PicturePage::Network,
    };
    let experiment = load_experiment(&arguments.file).map_err(|error| (BAD_INPUT, error.to_string()))?;
    let dark = arguments.theme == ThemeChoice::Dark;
    let arm = arguments.arm.as_deref();
    ui::write_picture(&arguments.out, experiment, page, arm, arguments.epochs, dark, &progress())
        .map_err(|error| picture_failure(&error))
}

fn write_film(arguments: &RecordArguments) -> Result<(), (u8, String)> {
    let experiment = load_experiment(&arguments.file).map_err(|error| (BAD_INPUT, error.to_string()))?;
    let style = FilmStyle {
        frames_per_second: arguments.frames_per_second.into(),
        width: arguments.width,
        is_dark: arguments.theme == ThemeChoice::Dark,
    };
    ui::write_film(&arguments.out, experiment, arguments.arm.as_deref(), arguments.epochs, style, &progress())
        .map_err(|error| picture_failure(&error))
}

/// Of training and drawing, on the terminal.
fn progress() -> OnProgress {
    Arc::new(cli::stages_bar())
}

fn picture_failure(error: &PictureError) -> (u8, String) {
    let status = match error {
        PictureError::Stopped(_) => FAILED,
        _ => BAD_INPUT,
    };
    (status, error.to_string())
}

fn startup(file: Option<&Path>) -> Result<Startup, (u8, String)> {
    let experiment = file.map(load_experiment).transpose().map_err(|error| (BAD_INPUT, error.to_string()))?;
    Ok(Startup { experiment, ..Startup::default() })
}

fn chosen(renderer: cli::Renderer) -> ui::Renderer {
    match renderer {
        cli::Renderer::Glow => ui::Renderer::Glow,
        cli::Renderer::Wgpu => ui::Renderer::Wgpu,
    }
}
