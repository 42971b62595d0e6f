//! A look at data before they become those of the experiment: what was recognised, and what is to be used.
//!
//! Until "Use these data" is pressed, nothing of the experiment changes.

mod check;
mod look;
mod part;
mod table;

use std::path::{Path, PathBuf};

use egui::{Button, Checkbox, ComboBox, Context, Id, Modal, RichText, Ui};

use self::check::Check;
use super::data_files;
use crate::data::{
    DataError, DataFacts, DataSource, DataSpec, Delimiter, FileFault, FileKey, InputShape, Missing, Preview, preview,
};
use crate::session::{Command, Session};
use crate::ui::controls::grouped;
use crate::ui::theme::{Palette, semibold};

/// Widest that the window gets.
const WIDTH: f32 = 780.0;
const HEADER_HELP: &str = "Whether the first row names the columns.";
const MISSING_HELP: &str = "What to do about cells that are empty or hold ?, NA or NaN. Means and most frequent \
                            categories are those of the training samples alone.";

/// Data that are looked at, if there are any.
#[derive(Debug, Default)]
pub(in crate::ui) struct Import {
    candidate: Option<Candidate>,
    check: Check,
}

/// What is looked at.
#[derive(Debug)]
enum Candidate {
    Table(Box<Preview>),
    /// Files that need no choice.
    Files(Box<DataSpec>),
    /// A file that cannot be read.
    Fault(PathBuf, FileFault),
}

impl Candidate {
    fn of(paths: &[PathBuf]) -> Option<Self> {
        let first = paths.first()?;
        if first.is_dir() {
            return Some(Self::Files(Box::new(DataSpec::of_folder(first))));
        }
        if let Some(spec) = DataSpec::of_idx_files(paths) {
            return Some(Self::Files(Box::new(spec)));
        }
        Some(Self::of_table(first, None, None))
    }

    fn of_table(path: &Path, delimiter: Option<Delimiter>, header: Option<bool>) -> Self {
        match preview(path, delimiter, header) {
            Ok(preview) => Self::Table(Box::new(preview)),
            Err(fault) => Self::Fault(path.to_owned(), fault),
        }
    }

    fn spec(&self) -> Option<DataSpec> {
        match self {
            Self::Table(preview) => Some(preview.spec()),
            Self::Files(spec) => Some((**spec).clone()),
            Self::Fault(..) => None,
        }
    }
}

impl Import {
    /// Looks at these files, if there are any.
    pub(in crate::ui) fn open(&mut self, paths: &[PathBuf]) {
        if let Some(candidate) = Candidate::of(paths) {
            self.candidate = Some(candidate);
        }
    }

    /// Shows what is looked at.
    pub(in crate::ui) fn show(&mut self, context: &Context, session: &Session, commands: &mut Vec<Command>) {
        let Some(candidate) = &mut self.candidate else { return };
        let check = &mut self.check;
        let width = WIDTH.min(context.content_rect().width() - 60.0);
        let modal = Modal::new(Id::unique("own data")).show(context, |ui| {
            ui.set_width(width);
            content(ui, candidate, check, session, commands)
        });
        if modal.inner || modal.should_close() {
            self.candidate = None;
        }
    }
}

/// Whether that is done with.
fn content(
    ui: &mut Ui,
    candidate: &mut Candidate,
    check: &mut Check,
    session: &Session,
    commands: &mut Vec<Command>,
) -> bool {
    match candidate {
        Candidate::Table(preview) => {
            title(ui, &preview.path, &facts_of_table(preview));
            ui.add_space(4.0);
            if let Some((delimiter, header)) = recognised(ui, preview) {
                *candidate = Candidate::of_table(&preview.path.clone(), Some(delimiter), Some(header));
                return false;
            }
            ui.add_space(4.0);
            table::show(ui, preview);
            ui.add_space(4.0);
            missing(ui, preview);
            part::show(ui, preview);
        }
        Candidate::Files(spec) => {
            let paths: Vec<_> = spec.source.files().iter().filter_map(|&key| Some((key, spec.path(key)?))).collect();
            title(ui, paths.first().map_or(Path::new(""), |(_, path)| path), spec.source.label());
            for (key, path) in paths {
                ui.label(RichText::new(format!("{}: {}", key.name(), path.display())).size(12.0));
            }
            if spec.source == DataSource::Folder {
                ui.add_space(4.0);
                data_files::picture_rows(ui, spec);
            }
        }
        Candidate::Fault(path, fault) => {
            title(ui, path, "");
            ui.label(RichText::new(format!("It {fault}")).color(Palette::of(ui).warning));
        }
    }
    ui.add_space(6.0);
    let spec = candidate.spec();
    let facts = spec.as_ref().and_then(|spec| status(ui, check, spec));
    ui.add_space(6.0);
    buttons(ui, session, spec.zip(facts), commands)
}

fn title(ui: &mut Ui, path: &Path, facts: &str) {
    let palette = Palette::of(ui);
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    ui.label(RichText::new(name).font(semibold(15.0))).on_hover_text(path.display().to_string());
    if !facts.is_empty() {
        ui.label(RichText::new(facts).size(12.0).color(palette.weak));
    }
}

fn facts_of_table(preview: &Preview) -> String {
    let rows = grouped(preview.looked_at);
    let rows = match preview.rows_in_all {
        _ if preview.is_whole => format!("{rows} rows"),
        Some(all) => format!("about {} rows, the first {rows} looked at", part::about(all)),
        None => format!("its first {rows} rows looked at"),
    };
    let kilobytes = preview.bytes.div_ceil(1_000);
    let size = if kilobytes < 10_000 {
        format!("{} kB", grouped(usize::try_from(kilobytes).unwrap_or(usize::MAX)))
    } else {
        format!("{} MB", grouped(usize::try_from(kilobytes / 1_000).unwrap_or(usize::MAX)))
    };
    format!("{size} · {} columns · {rows}", grouped(preview.columns.len()))
}

/// What was recognised, and what it is changed to.
fn recognised(ui: &mut Ui, preview: &Preview) -> Option<(Delimiter, bool)> {
    let (mut delimiter, mut header) = (preview.delimiter, preview.header);
    ui.horizontal(|ui| {
        let label = ui.label("Columns are set apart by");
        let shown =
            ComboBox::from_id_salt("delimiter").selected_text(delimiter.label()).width(96.0).show_ui(ui, |ui| {
                for choice in Delimiter::ALL {
                    ui.selectable_value(&mut delimiter, choice, choice.label());
                }
            });
        shown.response.labelled_by(label.id);
        ui.add_space(12.0);
        ui.add(Checkbox::new(&mut header, "First row is a header")).on_hover_text(HEADER_HELP);
    });
    ((delimiter, header) != (preview.delimiter, preview.header)).then_some((delimiter, header))
}

fn missing(ui: &mut Ui, preview: &mut Preview) {
    let count: usize = preview.columns.iter().map(|column| column.missing).sum();
    ui.horizontal(|ui| {
        let label = ui.label("Missing values").on_hover_text(MISSING_HELP);
        let current = preview.missing.label();
        let shown = ComboBox::from_id_salt("missing").selected_text(current).width(160.0).show_ui(ui, |ui| {
            for choice in Missing::ALL {
                ui.selectable_value(&mut preview.missing, choice, choice.label());
            }
        });
        shown.response.labelled_by(label.id).on_hover_text(MISSING_HELP);
        let looked_at = if preview.is_whole { "the table" } else { "these rows" };
        let text = match count {
            0 => format!("none in {looked_at}"),
            1 => format!("1 in {looked_at}"),
            _ => format!("{} in {looked_at}", grouped(count)),
        };
        ui.label(RichText::new(text).size(12.0).color(Palette::of(ui).weak));
    });
}

/// What the data come to, or what is wrong with them.
fn status(ui: &mut Ui, check: &mut Check, spec: &DataSpec) -> Option<DataFacts> {
    let palette = Palette::of(ui);
    match check.result(ui.ctx(), spec) {
        None => {
            ui.label(RichText::new("Reading the whole…").color(palette.weak));
            None
        }
        Some(Ok(look)) => {
            look.show(ui);
            let facts = &look.facts;
            let features = match facts.shape {
                InputShape::Image { width, height } => format!("{width} x {height} pixels"),
                InputShape::Plane | InputShape::Table => format!("{} features", grouped(facts.features)),
            };
            let (train, test) = (grouped(facts.train), grouped(facts.test));
            ui.label(format!(
                "{train} training samples · {test} test samples · {features} · {} classes",
                facts.classes
            ));
            Some(*facts)
        }
        Some(Err(fault)) => {
            let text = match fault {
                DataError::File { key, fault, .. } => {
                    let what = if FileKey::ALL.iter().any(|own| own.is_folder() && own.name() == *key) {
                        "folder"
                    } else {
                        "file"
                    };
                    format!("The {what} {fault}")
                }
                other => other.to_string(),
            };
            ui.label(RichText::new(text).color(palette.warning));
            None
        }
    }
}

/// Whether one was pressed.
fn buttons(ui: &mut Ui, session: &Session, data: Option<(DataSpec, DataFacts)>, commands: &mut Vec<Command>) -> bool {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        let text = RichText::new("Use these data").color(palette.on_accent);
        let used = ui.add_enabled(data.is_some(), Button::new(text).fill(palette.accent)).clicked();
        if let (true, Some((data, facts))) = (used, data) {
            let mut spec = session.draft().clone();
            spec.training.batch = spec.training.batch.min(facts.train);
            spec.data = data;
            commands.push(Command::Edit(Box::new(spec)));
        }
        let cancelled = ui.button("Cancel").clicked();
        let note = "All arms begin anew with them; Ctrl+Z brings back those before.";
        ui.label(RichText::new(note).size(11.5).color(palette.weak));
        used || cancelled
    })
    .inner
}
