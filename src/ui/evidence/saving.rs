//! The row under every page that saves what it shows, as pictures and as tables.

use std::path::Path;

use egui::{Align, Context, Layout, RichText, Ui};

use super::Evidence;
use super::print::Subject;
use super::tables::Table;
use crate::session::{Command, Session};
use crate::ui::pictures::file_name;

/// Something that can be saved.
enum Choice {
    Picture(String, Vec<Subject>),
    Table(Table),
}

impl Choice {
    fn text(&self) -> String {
        match self {
            Self::Picture(name, _) => format!("{name} as a picture (SVG, PNG) …"),
            Self::Table(table) => format!("{} as a table (CSV) …", table.label()),
        }
    }
}

impl Evidence {
    pub(super) fn save_row(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        self.saver.take(commands);
        let subjects = Subject::of_page(self.page, session);
        let picture = |subject: &Subject| Choice::Picture(subject.label(session), vec![*subject]);
        let mut choices: Vec<Choice> = subjects.iter().map(picture).collect();
        if subjects.len() > 1 {
            choices.push(Choice::Picture("All of this page".to_owned(), subjects));
        }
        choices.extend(Table::of_page(self.page, session).into_iter().map(Choice::Table));
        if choices.is_empty() {
            return;
        }
        let entries: Vec<String> = choices.iter().map(Choice::text).collect();
        ui.with_layout(Layout::right_to_left(Align::Max), |ui| {
            if let Some(chosen) = self.saver.menu(ui, RichText::new("Save ▾"), "Save what this page shows", &entries)
            {
                self.save(ui.ctx(), session, &choices[chosen], commands);
            }
        });
    }

    fn save(&mut self, context: &Context, session: &Session, choice: &Choice, commands: &mut Vec<Command>) {
        match choice {
            Choice::Picture(name, subjects) => {
                let picture = self.picture(session, subjects, false);
                let contents = move |path: &Path| picture.file(path);
                self.saver.save(context, file_name(name, "svg"), &["svg", "png"], contents, commands);
            }
            Choice::Table(table) => {
                let Some(text) = self.table(context, session, *table) else {
                    let text = "There is nothing to save yet: try again in a moment.".to_owned();
                    return commands.push(Command::Tell { text, is_fault: true });
                };
                let contents = move |_: &Path| Ok(text.into_bytes());
                self.saver.save(context, file_name(table.label(), "csv"), &["csv"], contents, commands);
            }
        }
    }
}
