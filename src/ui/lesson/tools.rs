//! The controls that a step exposes: those of the set-up itself, and short ways to what it names elsewhere.

use egui::{Button, CollapsingHeader, RichText, ScrollArea, Ui};

use super::Desk;
use crate::lesson::Control;
use crate::session::{Command, ComparisonJob, OpenLesson, Session};
use crate::ui::controls::weak;
use crate::ui::evidence::Page;
use crate::ui::setup::Shown;
use crate::ui::theme::semibold;

/// Controls that are always on screen; all others but pages are in the set-up.
const ELSEWHERE: [Control; 8] = [
    Control::Play,
    Control::Step,
    Control::Speed,
    Control::Seed,
    Control::Timeline,
    Control::Arms,
    Control::Canvas,
    Control::Compare,
];

/// Whether the step has anything to show here; a step that names nothing has the whole set-up.
pub(super) fn has_any(open: &OpenLesson) -> bool {
    let show = &open.step().show;
    show.is_empty() || show.iter().any(|&control| !ELSEWHERE.contains(&control) || control == Control::Compare)
}

/// Shows them, at most so high.
pub(super) fn show(
    ui: &mut Ui,
    session: &Session,
    open: &OpenLesson,
    most: f32,
    desk: &mut Desk,
    commands: &mut Vec<Command>,
) {
    let step = open.step();
    let is_all = step.show.is_empty();
    let title = if is_all { "The whole set-up" } else { "Controls of this step" };
    let header = CollapsingHeader::new(RichText::new(title).font(semibold(12.5)));
    let header = header.id_salt(("lesson controls", open.step_number())).default_open(!is_all);
    header.show(ui, |ui| {
        let scroll = ScrollArea::vertical().id_salt("lesson controls").auto_shrink([false, true]).max_height(most);
        scroll.show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 10.0);
            if is_all {
                return desk.setup.controls(ui, session, Shown::All, commands);
            }
            shortcuts(ui, session, &step.show, desk.page, commands);
            desk.setup.controls(ui, session, Shown::Only(&step.show, &step.highlight), commands);
            ui.add_space(4.0);
        });
    });
}

/// Running all seeds, and the pages of evidence that the step names.
fn shortcuts(ui: &mut Ui, session: &Session, show: &[Control], shown: &mut Page, commands: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        if show.contains(&Control::Compare) {
            let is_running = session.comparison().is_some_and(ComparisonJob::is_running);
            let seeds = session.experiment().seeds().len();
            let text = if is_running { "Running …".to_owned() } else { format!("Run {seeds} seeds") };
            let button = ui.add_enabled(!is_running, Button::new(text));
            if button.on_hover_text("Runs all arms over all seeds in the background (C)").clicked() {
                commands.push(Command::Compare);
            }
        }
        let pages: Vec<Page> = show.iter().filter_map(|&control| Page::of_control(control)).collect();
        if !pages.is_empty() {
            weak(ui, "Look at");
        }
        let shape = session.experiment().facts().shape;
        for page in pages {
            if ui.selectable_label(*shown == page, page.label(shape)).clicked() {
                *shown = page;
            }
        }
    });
}
