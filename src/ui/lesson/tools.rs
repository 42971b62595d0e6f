//! The controls that a step exposes: those of the set-up itself, and short ways to what it names elsewhere.

use egui::{Button, RichText, ScrollArea, Ui, WidgetInfo};

use super::{Desk, LessonPanel};
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

/// What of them is unfolded, and how high they are.
#[derive(Debug, Default)]
pub(super) struct Tools {
    /// Whether those of a step are folded away.
    is_folded: bool,
    /// Whether the whole set-up is unfolded.
    is_whole_open: bool,
    /// Height of the controls when they were drawn last.
    height: f32,
}

impl Tools {
    /// How high the panel is, at most `room`.
    pub fn size(&self, open: &OpenLesson, room: f32) -> f32 {
        const MARGINS: f32 = 14.0;
        const FOLDED: f32 = 36.0;
        if self.is_open(open) { (MARGINS + self.height.max(40.0)).min(room) } else { FOLDED }
    }

    fn is_open(&self, open: &OpenLesson) -> bool {
        if open.step().show.is_empty() { self.is_whole_open } else { !self.is_folded }
    }
}

impl LessonPanel {
    /// Shows them in a space of their own.
    pub(super) fn pinned_tools(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        open: &OpenLesson,
        desk: &mut Desk,
        commands: &mut Vec<Command>,
    ) {
        let scroll = ScrollArea::vertical().id_salt(("lesson controls", open.step_number()));
        let scroll = scroll.auto_shrink(false).min_scrolled_height(0.0);
        let shown = scroll.show(ui, |ui| {
            // Room for the scroll bar.
            ui.set_max_width(ui.available_width() - 10.0);
            self.tools(ui, session, open, desk, commands);
        });
        if self.tools.height != shown.content_size.y {
            self.tools.height = shown.content_size.y;
            ui.ctx().request_repaint();
        }
    }

    /// Shows them where they are unfolded.
    pub(super) fn tools(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        open: &OpenLesson,
        desk: &mut Desk,
        commands: &mut Vec<Command>,
    ) {
        let step = open.step();
        let is_all = step.show.is_empty();
        let is_open = self.tools.is_open(open);
        let title = if is_all { "The whole set-up" } else { "Controls of this step" };
        let sign = if is_open { "▾" } else { "▸" };
        let header = ui.add(Button::new(RichText::new(format!("{sign} {title}")).font(semibold(12.5))).frame(false));
        header.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_open, title));
        if header.clicked() {
            if is_all {
                self.tools.is_whole_open = !is_open;
            } else {
                self.tools.is_folded = is_open;
            }
        }
        if !is_open {
            return;
        }
        // Room for the frames of what is pointed at.
        let inner = egui::Frame::new().inner_margin(egui::Margin { left: 5, ..Default::default() });
        inner.show(ui, |ui| {
            if is_all {
                return desk.setup.controls(ui, session, Shown::All, commands);
            }
            shortcuts(ui, session, &step.show, desk.page, commands);
            desk.setup.controls(ui, session, Shown::Only(&step.show, &step.highlight), commands);
        });
    }
}

/// Running all seeds, and the pages of evidence that the step names.
fn shortcuts(ui: &mut Ui, session: &Session, show: &[Control], shown: &mut Page, commands: &mut Vec<Command>) {
    let pages: Vec<Page> = show.iter().filter_map(|&control| Page::of_control(control)).collect();
    if pages.is_empty() && !show.contains(&Control::Compare) {
        return;
    }
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
