//! Starting the window, and taking a picture of it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use egui::{ColorImage, ViewportBuilder, ViewportCommand};
use thiserror::Error;

use super::app::{RegrowApp, Startup};
use crate::session::{Command, Speed};

/// The name under which settings are kept.
const APP_ID: &str = "regrow";
/// A picture that is not there after so long will not come.
const PATIENCE: Duration = Duration::from_mins(2);

/// How the window is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renderer {
    /// OpenGL.
    Glow,
    /// Vulkan, Metal or Direct3D.
    Wgpu,
}

/// Why there is no window, or no picture of it.
#[derive(Debug, Error)]
pub enum StartError {
    /// There is no screen to open a window on.
    #[error(
        "there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set).\n\
         To run an experiment without a window: regrow run FILE.toml"
    )]
    NoDisplay,
    /// No way of drawing could be started.
    #[error("the window could not be opened: {0}\nTo run an experiment without a window: regrow run FILE.toml")]
    Window(String),
    /// The picture could not be written.
    #[error("{}: {source}", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: image::ImageError,
    },
    /// No picture came.
    #[error("the window was closed before its picture was taken")]
    NoPicture,
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// Where there is no display, or neither OpenGL nor wgpu can be started.
pub fn open_window(startup: Startup, renderer: Option<Renderer>) -> Result<(), StartError> {
    let viewport = viewport([1280.0, 800.0]).with_min_inner_size([480.0, 400.0]);
    let startup = Arc::new(Mutex::new(Some(startup)));
    start(&viewport, true, renderer, move || {
        let startup = Arc::clone(&startup);
        Box::new(move |creation| {
            let startup = startup.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
            let startup = Startup { keep_in: eframe::storage_dir(APP_ID), ..startup };
            Ok(Box::new(RegrowApp::new(&creation.egui_ctx, creation.storage, startup)))
        })
    })
}

/// Opens the window at this size in points, trains so many epochs, and writes a picture of it as a PNG file.
///
/// # Errors
/// Where there is no display, no way of drawing, or the file cannot be written.
pub fn take_screenshot(
    out: &Path,
    startup: Startup,
    epochs: u32,
    size: [f32; 2],
    renderer: Option<Renderer>,
) -> Result<(), StartError> {
    let picture: Picture = Arc::default();
    let startup = Arc::new(Mutex::new(Some(startup)));
    let taken = Arc::clone(&picture);
    start(&viewport(size), false, renderer, move || {
        let (startup, picture) = (Arc::clone(&startup), Arc::clone(&taken));
        Box::new(move |creation| {
            let startup = startup.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
            let app = RegrowApp::new(&creation.egui_ctx, None, startup);
            Ok(Box::new(Photographer { app, epochs, stage: Stage::Loading, picture, started: Instant::now() }))
        })
    })?;
    let image = picture.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or(StartError::NoPicture)?;
    save(out, &image).map_err(|source| StartError::Picture { path: out.to_owned(), source })
}

fn viewport(size: [f32; 2]) -> ViewportBuilder {
    let mut viewport = ViewportBuilder::default().with_title("Regrow").with_app_id(APP_ID).with_inner_size(size);
    // A window without an icon is better than none.
    if let Ok(icon) = eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon.png")) {
        viewport = viewport.with_icon(icon);
    }
    viewport
}

/// Tries OpenGL first, for it runs everywhere and is fastest without a GPU; then wgpu.
fn start(
    viewport: &ViewportBuilder,
    keep_settings: bool,
    renderer: Option<Renderer>,
    create: impl Fn() -> eframe::AppCreator<'static>,
) -> Result<(), StartError> {
    if !has_display() {
        return Err(StartError::NoDisplay);
    }
    let renderers = match renderer {
        Some(renderer) => vec![renderer],
        None => vec![Renderer::Glow, Renderer::Wgpu],
    };
    let mut reasons = Vec::new();
    for renderer in renderers {
        let options = eframe::NativeOptions {
            viewport: viewport.clone(),
            renderer: match renderer {
                Renderer::Glow => eframe::Renderer::Glow,
                Renderer::Wgpu => eframe::Renderer::Wgpu,
            },
            persist_window: keep_settings,
            // All that is drawn is of plain colours: without a GPU noise for each pixel would cost frames.
            dithering: false,
            ..Default::default()
        };
        match eframe::run_native(APP_ID, options, create()) {
            Ok(()) => return Ok(()),
            Err(error) => reasons.push(format!("{renderer:?}: {error}")),
        }
    }
    Err(StartError::Window(reasons.join("; ")))
}

fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || set("DISPLAY") || set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET")
}

type Picture = Arc<Mutex<Option<Arc<ColorImage>>>>;

/// How far the picture is.
enum Stage {
    /// The runs are being set up.
    Loading,
    /// They train.
    Training,
    /// Everything is computed; the window is drawn a few times so that it comes to rest.
    Settling(u32),
    /// The picture was asked for.
    Waiting,
}

/// Shows the window until there is a picture of it.
struct Photographer {
    app: RegrowApp,
    epochs: u32,
    stage: Stage,
    picture: Picture,
    started: Instant,
}

impl eframe::App for Photographer {
    /// Wherever the pointer happens to be, it is not in the picture.
    fn raw_input_hook(&mut self, _context: &egui::Context, input: &mut egui::RawInput) {
        input.events.retain(|event| !matches!(event, egui::Event::PointerMoved(_) | egui::Event::MouseMoved(_)));
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.app.show(ui);
        let context = ui.ctx().clone();
        let settled = self.app.is_settled();
        self.stage = match self.stage {
            Stage::Loading if settled => {
                self.app.execute(Command::SetSpeed(Speed::FULL));
                self.app.execute(Command::GoToEpoch(self.epochs));
                self.app.execute(Command::SetSpeed(Speed::default()));
                Stage::Training
            }
            Stage::Training if settled && self.app.session().history(0).epochs().len() > self.epochs as usize => {
                Stage::Settling(0)
            }
            Stage::Settling(frames) if settled && frames >= 8 => {
                let (picture, again) = (Arc::clone(&self.picture), context.clone());
                context.request_screenshot(move |image| {
                    *picture.lock().unwrap_or_else(PoisonError::into_inner) = Some(image);
                    again.request_repaint();
                });
                Stage::Waiting
            }
            Stage::Settling(frames) => Stage::Settling(frames + 1),
            Stage::Loading => Stage::Loading,
            Stage::Training => Stage::Training,
            Stage::Waiting => Stage::Waiting,
        };
        let taken = self.picture.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if taken || self.started.elapsed() > PATIENCE {
            context.send_viewport_cmd(ViewportCommand::Close);
        }
        context.request_repaint_after(Duration::from_millis(15));
    }
}

fn save(path: &Path, image: &ColorImage) -> Result<(), image::ImageError> {
    let pixels: Vec<u8> = image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect();
    let dimension = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
    image::save_buffer_with_format(
        path,
        &pixels,
        dimension(image.size[0]),
        dimension(image.size[1]),
        image::ExtendedColorType::Rgb8,
        image::ImageFormat::Png,
    )
}
