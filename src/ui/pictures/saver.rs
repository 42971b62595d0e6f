//! The button that saves what is shown: as pictures, as tables.

use std::path::{Path, PathBuf};

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Context, PopupCloseBehavior, RichText, TextEdit, Ui, vec2};

use crate::session::Command;
use crate::ui::dialogs::Dialogs;
use crate::ui::theme::Palette;

/// Dialogs that are open, and a path that is being typed.
#[derive(Default)]
pub(in crate::ui) struct Saver {
    typed: String,
    dialogs: Dialogs<Command>,
}

impl Saver {
    /// What was chosen since in dialogs.
    pub(in crate::ui) fn take(&self, commands: &mut Vec<Command>) {
        commands.extend(self.dialogs.take());
    }

    /// A small button with a menu of what can be saved; the position of what was chosen. `name` says what the button does.
    pub(in crate::ui) fn menu(
        &mut self,
        ui: &mut Ui,
        label: RichText,
        name: &str,
        entries: &[String],
    ) -> Option<usize> {
        let mut chosen = None;
        ui.spacing_mut().button_padding = vec2(6.0, 1.0);
        // A click into the menu's text field must not close it.
        let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        let button = MenuButton::new(label.size(11.5)).config(config);
        let (response, _) = button.ui(ui, |ui| {
            ui.set_min_width(220.0);
            for (index, entry) in entries.iter().enumerate() {
                if ui.button(entry).clicked() {
                    chosen = Some(index);
                    ui.close();
                }
            }
            ui.separator();
            let weak = Palette::of(ui).weak;
            ui.label(RichText::new("Without a dialog: type a path first").size(11.0).color(weak));
            let field = ui.add(TextEdit::singleline(&mut self.typed).hint_text("figure.svg").desired_width(220.0));
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "path to save to"));
        });
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
        response.on_hover_text(name);
        chosen
    }

    /// Saves a file: at the path that was typed, else where a dialog says.
    pub(in crate::ui) fn save(
        &self,
        context: &Context,
        name: String,
        endings: &'static [&'static str],
        contents: impl FnOnce(&Path) -> Result<Vec<u8>, String> + Send + 'static,
        commands: &mut Vec<Command>,
    ) {
        let typed = PathBuf::from(self.typed.trim());
        if !typed.as_os_str().is_empty() {
            return commands.push(write_command(typed, contents));
        }
        self.dialogs.ask(context, move || {
            let mut dialog = rfd::FileDialog::new().set_file_name(name);
            for ending in endings {
                dialog = dialog.add_filter(ending.to_uppercase(), &[ending]);
            }
            let mut path = dialog.save_file()?;
            if path.extension().is_none() {
                path.set_extension(endings[0]);
            }
            // Made here, where nobody waits for it.
            Some(write_command(path, contents))
        });
    }
}

fn write_command(path: PathBuf, contents: impl FnOnce(&Path) -> Result<Vec<u8>, String>) -> Command {
    match contents(&path) {
        Ok(contents) => Command::WriteFile { path, contents },
        Err(text) => Command::Tell { text, is_fault: true },
    }
}

/// A name for a file, made of words: small letters and digits, the rest as hyphens.
pub(in crate::ui) fn file_name(words: &str, ending: &str) -> String {
    let mut name = String::new();
    for letter in words.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name: String = name.trim_end_matches('-').chars().take(60).collect();
    format!("{}.{ending}", if name.is_empty() { "regrow" } else { &name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_hold_nothing_that_a_system_forbids() {
        assert_eq!(file_name("Test accuracy, %", "svg"), "test-accuracy.svg");
        assert_eq!(file_name("../\\:*?", "png"), "regrow.png");
    }
}
