//! The window. It reads the session, draws, and hands it commands; nothing here changes a run in any other way.

mod app;
mod arm_tabs;
mod canvas;
mod clipboard;
mod controls;
mod dialogs;
mod evidence;
mod files;
mod fork;
mod help;
mod notice;
mod past_bar;
mod pictures;
mod setup;
mod shortcuts;
mod start;
mod theme;
mod timeline;
mod top_bar;

pub use app::{RegrowApp, Startup};
pub use pictures::{PictureError, PicturePage, write_picture};
pub use start::{Renderer, StartError, open_window, take_screenshot};
