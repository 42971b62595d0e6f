//! The panel at the left: data, network, sparsity and evolution, optimiser, arms.
//!
//! It edits a copy of the experiment's description and hands the whole over as one command.

mod arms;
mod data;
mod data_files;
mod import;
mod method_pages;
mod network;
mod optimizer;
mod painting;
mod points;
mod shown;
mod sparsity;
mod thumbnail;

pub(super) use points::points as data_points;
pub(super) use shown::Shown;

use std::path::PathBuf;

use egui::{ScrollArea, Ui};

use self::import::Import;
use self::painting::Painting;
use self::thumbnail::Thumbnail;
use super::dialogs::Dialogs;
use crate::data::FileKey;
use crate::session::{Command, Session};
use crate::topology::Method;

/// What of the panel is open.
#[derive(Debug, Default)]
pub(super) struct Setup {
    data_open: bool,
    thumbnail: Thumbnail,
    /// Data that are looked at before they are taken over.
    pub import: Import,
    dialogs: Dialogs<(FileKey, PathBuf)>,
    painting: Painting,
    /// The hidden layer that is being changed, from 0.
    layer: Option<usize>,
    /// The method whose page is shown.
    method_page: Option<Method>,
}

impl Setup {
    /// Shows the panel.
    pub(super) fn show(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            // The scroll bar must not lie over the values.
            ui.set_max_width(ui.available_width() - 8.0);
            self.controls(ui, session, Shown::All, commands);
        });
    }

    /// The controls themselves: all, or those that a step of a lesson shows.
    pub(super) fn controls(&mut self, ui: &mut Ui, session: &Session, shown: Shown, commands: &mut Vec<Command>) {
        let mut spec = session.draft().clone();
        for (key, path) in self.dialogs.take() {
            if spec.data.source.files().contains(&key) {
                *spec.data.path_mut(key) = Some(path);
            }
        }
        self.data(ui, session, &mut spec, shown);
        self.network(ui, session, &mut spec, shown);
        sparsity::show(ui, session, &mut spec, &mut self.method_page, shown);
        optimizer::show(ui, session, &mut spec, shown);
        if shown.is_all() {
            arms::show(ui, session, &mut spec);
            ui.add_space(12.0);
        }
        method_pages::show(ui.ctx(), &mut self.method_page, &mut spec);
        if spec != *session.draft() {
            commands.push(Command::Edit(Box::new(spec)));
        }
    }
}
