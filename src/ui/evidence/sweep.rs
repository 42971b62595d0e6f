//! Sweeps: what varies, the runs as they go on, and accuracy over what varied as curves, as a map, and as a table.

mod axis_editor;
mod choices;
mod curves;
mod heat_map;
mod keys;
mod plan;
mod progress;
mod table;

use std::path::PathBuf;

use egui::{CollapsingHeader, RichText, Ui};

use self::axis_editor::AxisEditor;
use self::choices::Choices;
use self::table::SweepTable;
use super::table::note;
use crate::session::{Command, Session, SweepJob};
use crate::training::ExperimentSpec;
use crate::ui::controls::section;
use crate::ui::dialogs::Dialogs;
use crate::ui::theme::{Palette, semibold};

/// What the page shows.
#[derive(Default)]
pub(super) struct SweepPage {
    editors: [AxisEditor; 2],
    /// The folder for the runs, as it is typed; their own if empty.
    folder: String,
    dialogs: Dialogs<PathBuf>,
    choices: Choices,
    table: SweepTable,
}

impl SweepPage {
    /// Shows the page.
    pub fn show(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        match session.sweep() {
            Some(job) => {
                let title = if job.is_running() { "Set up the next sweep" } else { "Set up" };
                CollapsingHeader::new(RichText::new(title).size(12.0))
                    .id_salt("set up the sweep")
                    .default_open(false)
                    .show(ui, |ui| self.set_up(ui, session, commands));
                self.results(ui, session, job, commands);
            }
            None => self.set_up(ui, session, commands),
        }
        ui.add_space(8.0);
    }

    fn set_up(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let palette = Palette::of(ui);
        if session.draft().sweep.is_empty() {
            ui.label(RichText::new("What if it were denser, slower, wider?").font(semibold(13.0)));
            let text = "A sweep runs all arms from all seeds at many values of one or two settings.";
            ui.label(RichText::new(text).size(11.5).color(palette.weak));
        }
        let mut spec = session.draft().clone();
        axis_editor::show_all(ui, session, &mut self.editors, &mut spec);
        if spec != *session.draft() {
            commands.push(Command::Edit(Box::new(spec)));
        }
        if !session.draft().sweep.is_empty() {
            for folder in self.dialogs.take() {
                self.folder = folder.to_string_lossy().into_owned();
            }
            plan::show(ui, session, &mut self.folder, &self.dialogs, commands);
        }
    }

    fn results(&mut self, ui: &mut Ui, session: &Session, job: &SweepJob, commands: &mut Vec<Command>) {
        progress::show(ui, job, commands);
        let sweep = job.sweep();
        let keys: Vec<&str> = sweep.axes().iter().map(|axis| axis.key.as_str()).collect();
        section(ui, &keys.join(" × "));
        let seeds = sweep.seeds().len();
        let count = if seeds == 1 { "one seed, which is no evidence".to_owned() } else { format!("{seeds} seeds") };
        let since = if is_of_set_up(session, job) { "" } else { " · the set-up has changed since" };
        note(ui, &format!("“{}” · {count}{since}", sweep.spec().name));
        self.choices.show(ui, sweep);
        self.figure(ui, job);
        self.table.show(ui, job);
    }

    /// The figure alone, as a picture.
    pub fn print(&self, ui: &mut Ui, session: &Session) {
        if let Some(job) = session.sweep() {
            self.figure(ui, job);
        }
    }

    fn figure(&self, ui: &mut Ui, job: &SweepJob) {
        if self.choices.shows_map(job.sweep()) {
            heat_map::show(ui, job, &self.choices);
        } else {
            curves::show(ui, job, &self.choices);
        }
    }
}

/// Whether the experiment still stands in the set-up as it was when the sweep began, but for what varies.
fn is_of_set_up(session: &Session, job: &SweepJob) -> bool {
    let swept = job.sweep().spec();
    *session.draft() == ExperimentSpec { sweep: session.draft().sweep.clone(), ..swept.clone() }
}
