//! The files of a data set: where they are, and how they are to be read.

use std::path::PathBuf;

use egui::{Button, ComboBox, DragValue, FontSelection, Id, Rect, Response, TextEdit, Ui, WidgetInfo, pos2, vec2};

use crate::data::{ClassName, Column, DataSource, DataSpec, FileKey, LARGEST_SIDE, PictureColour, Scale, USUAL_SIDE};
use crate::ui::controls::{number_row, row, text_width};
use crate::ui::dialogs::Dialogs;
use crate::ui::theme::Palette;

/// Width of a path's field.
const FIELD: f32 = 104.0;
const TARGET_HELP: &str = "The column of classes: its name, or its number from 1. All other columns are features.";
const CLASSES_HELP: &str = "The classes to keep, with commas between them, such as 3, 8. All if nothing is typed.";
const SCALE_HELP: &str = "What is done to the values before a network sees them. Mean and standard deviation are \
                          those of the training samples.";

/// A row for each file of the source and for how it is read; nothing for sources without files.
pub(super) fn show(ui: &mut Ui, dialogs: &Dialogs<(FileKey, PathBuf)>, data: &mut DataSpec) {
    for &key in data.source.files() {
        path_row(ui, dialogs, key, data.path_mut(key));
    }
    if data.source == DataSource::Csv {
        target_row(ui, &mut data.target);
    }
    if data.source == DataSource::Folder {
        picture_rows(ui, data);
    }
    if !data.source.files().is_empty() {
        scale_row(ui, data);
        subsample_row(ui, &mut data.subsample);
    }
}

/// How pictures are read.
pub(super) fn picture_rows(ui: &mut Ui, data: &mut DataSpec) {
    const SIDE_HELP: &str = "Every picture is scaled to a square of so many pixels a side, whatever its shape: each pixel is the \
                             mean of the area that it covers.";
    let mut side = data.side.unwrap_or(USUAL_SIDE);
    let value = DragValue::new(&mut side).speed(0.2).range(1..=LARGEST_SIDE).suffix(" pixels");
    if number_row(ui, "Side", "", SIDE_HELP, value).changed() {
        data.side = (side != USUAL_SIDE).then_some(side);
    }
    let help = "Grey: one input a pixel. Colours: three, all of red first, then of green, then of blue.";
    row(ui, "Colours", "", help, |ui| {
        let shown = ComboBox::from_id_salt("colour").selected_text(data.colour.label()).width(134.0);
        shown.truncate().show_ui(ui, |ui| {
            for choice in PictureColour::ALL {
                ui.selectable_value(&mut data.colour, choice, choice.label());
            }
        });
    });
}

fn subsample_row(ui: &mut Ui, subsample: &mut Option<usize>) {
    const USUAL: usize = 10_000;
    let help = "Keeps at most so many samples of each file in memory, drawn at random, the same ones for every seed.";
    row(ui, "Read a part", "", help, |ui| {
        if let Some(most) = subsample {
            ui.add(DragValue::new(most).speed(20).range(1..=usize::MAX));
        }
        let mut chosen = subsample.is_some();
        if ui.checkbox(&mut chosen, "").changed() {
            *subsample = chosen.then_some(USUAL);
        }
    });
}

/// Which classes are kept, by their names with commas between.
pub(super) fn classes_row(ui: &mut Ui, data: &mut DataSpec) {
    let names = data.classes.iter().flatten().map(ToString::to_string);
    let whole = names.collect::<Vec<_>>().join(", ");
    let id = Id::unique("classes");
    // What is typed stands until the field is left: a comma at the end names nothing yet.
    let typed = ui.data(|typed| typed.get_temp::<String>(id));
    let mut text = typed.unwrap_or_else(|| whole.clone());
    let field = TextEdit::singleline(&mut text).id(id).hint_text("all").desired_width(FIELD + 30.0);
    let response = row(ui, "Only classes", "", CLASSES_HELP, |ui| ui.add(field));
    if response.lost_focus() {
        data.classes = chosen_classes(&text);
        ui.data_mut(|typed| typed.remove::<String>(id));
    } else if response.changed() {
        ui.data_mut(|typed| typed.insert_temp(id, text));
    }
}

fn chosen_classes(text: &str) -> Option<Vec<ClassName>> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let class = |name: &str| name.parse().map_or_else(|_| ClassName::Text(name.to_owned()), ClassName::Number);
    let chosen: Vec<ClassName> = names.map(class).collect();
    (!chosen.is_empty()).then_some(chosen)
}

fn path_row(ui: &mut Ui, dialogs: &Dialogs<(FileKey, PathBuf)>, key: FileKey, path: &mut Option<PathBuf>) {
    let (name, help) = words(key);
    row(ui, name, "", help, |ui| {
        if folder_button(ui, name).clicked() {
            let folder = path.as_ref().and_then(|path| path.parent()).map(PathBuf::from);
            dialogs.ask(ui.ctx(), move || {
                let dialog = rfd::FileDialog::new();
                let dialog = match folder.filter(|folder| folder.is_dir()) {
                    Some(folder) => dialog.set_directory(folder),
                    None => dialog,
                };
                let chosen = if key.is_folder() { dialog.pick_folder() } else { dialog.pick_file() };
                chosen.map(|path| (key, path))
            });
        }
        path_field(ui, key, path)
    });
}

/// What to call a file, and what it is for.
fn words(key: FileKey) -> (&'static str, &'static str) {
    match key {
        FileKey::Images => ("Images", "IDX file, plain or .gz: training images, or all images."),
        FileKey::Labels => ("Labels", "IDX file, plain or .gz: the class of each image."),
        FileKey::TestImages => ("Test images", "IDX file. Without it, the images are split at random."),
        FileKey::TestLabels => ("Test labels", "IDX file: the class of each test image."),
        FileKey::File => ("File", "CSV file, plain or .gz: training samples, or all samples, one a row."),
        FileKey::TestFile => ("Test file", "CSV file. Without it, the samples are split at random."),
        FileKey::Folder => {
            ("Folder", "Training pictures, or all pictures: in it a folder for each class, called as the class.")
        }
        FileKey::TestFolder => {
            ("Test folder", "Test pictures, in folders likewise. Without it, the pictures are split at random.")
        }
    }
}

/// Shows the end of a path, and all of it while it is edited.
fn path_field(ui: &mut Ui, key: FileKey, path: &mut Option<PathBuf>) -> Response {
    let id = Id::unique(("data file", key));
    let whole = path.as_ref().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
    let is_edited = ui.memory(|memory| memory.has_focus(id));
    let mut text = if is_edited { whole.clone() } else { end_of(ui, &whole, FIELD - 10.0) };
    let response = ui.add(TextEdit::singleline(&mut text).id(id).hint_text("path").desired_width(FIELD));
    if is_edited && text != whole {
        *path = Some(PathBuf::from(text.trim())).filter(|path| !path.as_os_str().is_empty());
    }
    if whole.is_empty() { response } else { response.on_hover_text(whole) }
}

/// As much of the end of a text as a width has room for.
fn end_of(ui: &Ui, text: &str, width: f32) -> String {
    let font = FontSelection::Default.resolve(ui.style());
    let fits = |text: &str| text_width(ui, text, &font) <= width;
    if fits(text) {
        return text.to_owned();
    }
    let ends = text.char_indices().skip(1).map(|(start, _)| format!("…{}", &text[start..]));
    ends.into_iter().find(|end| fits(end)).unwrap_or_default()
}

fn folder_button(ui: &mut Ui, name: &str) -> Response {
    let response = ui.add(Button::new("").min_size(vec2(24.0, 18.0)));
    let label = format!("Choose {}…", name.to_lowercase());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &label));
    let (center, color) = (response.rect.center(), Palette::of(ui).text);
    let body = Rect::from_center_size(center + vec2(0.0, 1.0), vec2(12.0, 7.0));
    ui.painter().rect_filled(body, 1.0, color);
    let tab = Rect::from_min_max(pos2(body.left(), body.top() - 2.0), pos2(body.left() + 5.0, body.top()));
    ui.painter().rect_filled(tab, 1.0, color);
    response.on_hover_text(label)
}

fn target_row(ui: &mut Ui, target: &mut Option<Column>) {
    let mut text = match target {
        None => String::new(),
        Some(Column::Number(number)) => number.to_string(),
        Some(Column::Name(name)) => name.clone(),
    };
    let field = TextEdit::singleline(&mut text).hint_text("last column").desired_width(FIELD + 30.0);
    if row(ui, "Target", "", TARGET_HELP, |ui| ui.add(field)).changed() {
        *target = match (text.as_str(), text.parse()) {
            ("", _) => None,
            (_, Ok(number)) => Some(Column::Number(number)),
            (name, _) => Some(Column::Name(name.to_owned())),
        };
    }
}

fn scale_row(ui: &mut Ui, data: &mut DataSpec) {
    let choices: &[Scale] = match data.source {
        DataSource::Csv => &[Scale::Standard, Scale::None],
        _ => &Scale::ALL,
    };
    row(ui, "Scale", "", SCALE_HELP, |ui| {
        let current = data.scale.map_or("by type of number", Scale::label);
        let current =
            if data.source == DataSource::Csv { data.scale.unwrap_or(Scale::Standard).label() } else { current };
        ComboBox::from_id_salt("scale").selected_text(current).width(134.0).truncate().show_ui(ui, |ui| {
            for &choice in choices {
                if ui.selectable_label(data.scale == Some(choice), choice.label()).clicked() {
                    data.scale = Some(choice);
                }
            }
        });
    });
}
