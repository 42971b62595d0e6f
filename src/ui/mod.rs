//! The window. It reads the session, draws, and hands it commands; nothing here changes a run in any other way.

mod announce;
mod app;
mod arm_tabs;
mod canvas;
mod clipboard;
mod clock;
mod comfort;
mod controls;
mod dialogs;
mod evidence;
mod files;
mod film;
mod fork;
mod help;
mod lesson;
mod memory;
mod notice;
mod past_bar;
mod pictures;
mod pinned;
mod presenter;
mod setup;
mod shortcuts;
mod spots;
mod start;
mod theme;
mod timeline;
mod top_bar;

pub use app::{RegrowApp, Startup};
pub use film::{FilmStyle, write_film};
pub use pictures::{OnProgress, PictureError, PicturePage, write_picture};
pub use start::{Renderer, StartError, open_window, take_screenshot};
