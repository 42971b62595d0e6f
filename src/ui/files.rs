//! Opening and saving experiments: by the desktop's dialogs, by a typed path, by dropping a file on the window.

use std::path::{Path, PathBuf};

use egui::{Button, Context, RichText, TextEdit, Ui};

use super::clipboard;
use super::dialogs::Dialogs;
use super::lesson::ask_for_start;
use super::theme::Palette;
use crate::lesson::MANIFEST;
use crate::session::{Command, EXAMPLES, LessonWish, Session};

/// The name of a file where the experiment has none yet.
const DEFAULT_NAME: &str = "experiment.toml";

/// Dialogs that are open, and a path that is being typed.
#[derive(Default)]
pub(super) struct Files {
    typed: String,
    dialogs: Dialogs<Command>,
    data_dialogs: Dialogs<Vec<PathBuf>>,
    /// Data that were chosen or dropped and that nobody has looked at yet.
    data: Vec<PathBuf>,
}

impl Files {
    /// What was chosen since in dialogs, and what was dropped on the window.
    pub(super) fn take(&mut self, context: &Context, commands: &mut Vec<Command>) {
        commands.extend(self.dialogs.take());
        self.data.extend(self.data_dialogs.take().flatten());
        let dropped = context.input(|input| input.raw.dropped_files.clone());
        for file in &dropped {
            self.open(file.path().to_owned(), commands);
        }
    }

    /// Data files and folders that were chosen, typed or dropped since.
    pub(super) fn take_data(&mut self) -> Vec<PathBuf> {
        std::mem::take(&mut self.data)
    }

    /// Opens an experiment, or notes a file of data.
    fn open(&mut self, path: PathBuf, commands: &mut Vec<Command>) {
        if is_pack(&path) {
            commands.push(Command::Lesson(LessonWish::OpenPack(path)));
        } else if is_data(&path) {
            self.data.push(path);
        } else {
            commands.push(Command::Open(path));
        }
    }

    /// Asks the desktop for files of data.
    fn ask_for_data(&self, context: &Context) {
        self.data_dialogs.ask(context, || {
            let data = ["csv", "tsv", "txt", "gz", "idx3-ubyte", "idx1-ubyte"];
            rfd::FileDialog::new()
                .add_filter("Tables and IDX files", &data)
                .add_filter("All files", &["*"])
                .pick_files()
        });
    }

    /// Asks the desktop for a folder of pictures.
    fn ask_for_pictures(&self, context: &Context) {
        self.data_dialogs.ask(context, || rfd::FileDialog::new().pick_folder().map(|folder| vec![folder]));
    }

    /// Asks the desktop for a file to open.
    pub(super) fn ask_to_open(&self, context: &Context) {
        self.dialogs.ask(context, || dialog().pick_file().map(Command::Open));
    }

    /// Asks the desktop where to save.
    pub(super) fn ask_to_save(&self, context: &Context, session: &Session) {
        let name = session.path().and_then(|path| path.file_name());
        let name = name.map_or_else(|| DEFAULT_NAME.to_owned(), |name| name.to_string_lossy().into_owned());
        self.dialogs.ask(context, move || dialog().set_file_name(name).save_file().map(save));
    }

    /// Asks the desktop where to save the run.
    fn ask_to_save_run(&self, context: &Context) {
        self.dialogs.ask(context, || {
            let dialog = rfd::FileDialog::new().add_filter("Run", &["regrow"]).set_file_name("run.regrow");
            dialog.save_file().map(save)
        });
    }

    /// The menu of experiments.
    pub(super) fn menu(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let heading = |ui: &mut Ui, text: &str| {
            let color = Palette::of(ui).weak;
            ui.label(RichText::new(text).size(11.0).color(color));
        };
        ui.set_min_width(260.0);
        heading(ui, "Examples");
        for (index, example) in EXAMPLES.iter().enumerate() {
            if ui.button(example.title).clicked() {
                commands.push(Command::OpenExample(index));
                ui.close();
            }
        }
        if ui.add(Button::new("Lessons …").shortcut_text("L")).clicked() {
            commands.push(Command::Lesson(LessonWish::Find));
            ui.close();
        }
        ui.separator();
        if ui.add(Button::new("Open …").shortcut_text("Ctrl+O")).clicked() {
            self.ask_to_open(ui.ctx());
            ui.close();
        }
        ui.horizontal(|ui| {
            let help = "A CSV table, or IDX files; or drop them on the window.";
            if ui.button("Own data …").on_hover_text(help).clicked() {
                self.ask_for_data(ui.ctx());
                ui.close();
            }
            let help = "Pictures (PNG, JPEG, PGM) in a folder for each class; or drop the folder on the window.";
            if ui.button("Own pictures …").on_hover_text(help).clicked() {
                self.ask_for_pictures(ui.ctx());
                ui.close();
            }
        });
        if ui.add(Button::new("Save as …").shortcut_text("Ctrl+S")).clicked() {
            self.ask_to_save(ui.ctx(), session);
            ui.close();
        }
        let help =
            "The experiment with its seed and everything that came of it so far, to be opened and verified anywhere";
        if ui.button("Save the run as …").on_hover_text(help).clicked() {
            self.ask_to_save_run(ui.ctx());
            ui.close();
        }
        let help = "Writes this experiment, and a lesson to go on from, into a folder";
        if ui.button("Save as lesson start …").on_hover_text(help).clicked() {
            self.dialogs.ask(ui.ctx(), || ask_for_start().map(Command::Lesson));
            ui.close();
        }
        if ui.add(Button::new("Copy as text").shortcut_text("Ctrl+C")).clicked() {
            clipboard::copy(ui.ctx(), session, commands);
            ui.close();
        }
        if ui.add(Button::new("Paste text").shortcut_text("Ctrl+V")).clicked() {
            clipboard::paste(ui.ctx());
            ui.close();
        }
        ui.separator();
        let undo = Button::new("Undo").shortcut_text("Ctrl+Z");
        if ui.add_enabled(session.can_undo(), undo).clicked() {
            commands.push(Command::Undo);
        }
        let redo = Button::new("Do again").shortcut_text("Ctrl+Y");
        if ui.add_enabled(session.can_redo(), redo).clicked() {
            commands.push(Command::Redo);
        }
        ui.separator();
        heading(ui, "Or type a path");
        self.path_field(ui, commands);
    }

    /// For desktops without dialogs.
    fn path_field(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let field = TextEdit::singleline(&mut self.typed).hint_text(DEFAULT_NAME).desired_width(240.0);
        let response = ui.add(field);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "path"));
        let path = PathBuf::from(self.typed.trim());
        let is_typed = !path.as_os_str().is_empty();
        ui.horizontal(|ui| {
            if ui.add_enabled(is_typed, Button::new("Open this")).clicked() {
                self.open(path.clone(), commands);
                ui.close();
            }
            if ui.add_enabled(is_typed, Button::new("Save as this")).clicked() {
                commands.push(save(path));
                ui.close();
            }
        });
    }
}

/// What a file becomes follows from its ending.
fn save(path: PathBuf) -> Command {
    let is_run = path.extension().is_some_and(|ending| ending == "regrow");
    if is_run { Command::SaveRun(path) } else { Command::Save(path) }
}

/// Whether a path names a pack of lessons: a folder with its manifest, or an archive.
fn is_pack(path: &Path) -> bool {
    path.join(MANIFEST).is_file() || path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
}

/// Whether a path names data rather than an experiment.
fn is_data(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let ends = [".csv", ".tsv", ".txt", ".gz", "ubyte", ".idx"];
    path.is_dir() || ends.iter().any(|end| name.ends_with(end))
}

fn dialog() -> rfd::FileDialog {
    rfd::FileDialog::new().add_filter("Experiment", &["toml"]).add_filter("Run", &["regrow"])
}
