//! A comparison seed by seed: the verdict on any arm, paired differences, and a table of all arms.

mod differences;
mod sorted_table;

use egui::{ComboBox, RichText, Ui};

use self::sorted_table::SortedTable;
use super::tables::Table;
use super::verdict;
use crate::session::{Command, Session, verdicts};
use crate::ui::controls::section;
use crate::ui::theme::Palette;

/// What the page shows.
#[derive(Default)]
pub(super) struct SeedsPage {
    /// The arm that the others are compared with.
    reference: usize,
    table: SortedTable,
}

impl SeedsPage {
    /// Shows the page.
    pub fn show(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        self.reference = self.reference.min(session.arms().len() - 1);
        let Some(job) = session.comparison() else { return verdict::on_arm(ui, session, 0, commands) };
        self.choose_reference(ui, session);
        verdict::on_arm(ui, session, self.reference, commands);
        // While runs are under way a verdict would change with every one that ends.
        if !job.is_running() {
            section(ui, "Paired differences");
            let verdicts = verdicts(job.experiment(), job.runs(), self.reference);
            differences::plot(ui, session, self.reference, &verdicts);
        }
        section(ui, "Over seeds, mean ± sd");
        self.table.show(ui, session, job);
        ui.add_space(8.0);
    }

    /// Draws the differences to be printed.
    pub fn print(&mut self, ui: &mut Ui, session: &Session) {
        if let Some(job) = session.comparison().filter(|_| has_differences(session)) {
            self.reference = self.reference.min(session.arms().len() - 1);
            let verdicts = verdicts(job.experiment(), job.runs(), self.reference);
            differences::plot(ui, session, self.reference, &verdicts);
        }
    }

    /// A figure of the page as a table.
    pub fn table(&mut self, session: &Session, table: Table) -> Option<String> {
        let job = session.comparison()?;
        match table {
            Table::Differences => Some(job.differences_csv(self.reference.min(session.arms().len() - 1))),
            Table::Seeds => Some(self.table.to_csv(session, job)),
            _ => None,
        }
    }

    fn choose_reference(&mut self, ui: &mut Ui, session: &Session) {
        let palette = Palette::of(ui);
        ui.horizontal(|ui| {
            ui.label(RichText::new("All arms beside").size(11.5).color(palette.weak));
            let name = |arm: usize| session.arms()[arm].name.clone();
            let chosen = name(self.reference);
            let list = ComboBox::from_id_salt("reference arm").selected_text(&chosen).width(120.0).truncate();
            let shown = list.show_ui(ui, |ui| {
                for arm in 0..session.arms().len() {
                    ui.selectable_value(&mut self.reference, arm, name(arm));
                }
            });
            let accessible = format!("reference arm: {chosen}");
            shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &accessible));
        });
    }
}

/// Whether there is a comparison whose differences are shown.
pub(super) fn has_differences(session: &Session) -> bool {
    session.comparison().is_some_and(|job| !job.is_running() && !verdicts(job.experiment(), job.runs(), 0).is_empty())
}
