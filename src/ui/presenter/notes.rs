//! The speaker's own window: notes, the time, this scene and the next.

use egui::{Button, CentralPanel, Frame, Label, Panel, RichText, ScrollArea, Ui, ViewportBuilder, ViewportId};

use super::Presenter;
use crate::lesson::{Block, Bookmark, Part, blocks};
use crate::session::{Command, LessonWish, OpenLesson, Session};
use crate::training::Moment;
use crate::ui::clock;
use crate::ui::theme::{Palette, semibold};

/// How often the clocks are looked at.
const TICK: std::time::Duration = std::time::Duration::from_millis(500);

impl Presenter {
    /// Shows the window if it was asked for. Where the platform has but one window, there is none.
    pub(super) fn notes_window(&mut self, ui: &Ui, session: &Session, commands: &mut Vec<Command>) {
        let context = ui.ctx().clone();
        if !self.has_notes || context.embed_viewports() {
            return;
        }
        let builder = ViewportBuilder::default().with_title("Regrow: notes").with_inner_size([620.0, 460.0]);
        let now = ui.input(|input| input.time);
        let mut wishes = Vec::new();
        let mut closed = false;
        context.show_viewport_immediate(ViewportId::from_hash_of("notes"), builder, |ui, _| {
            closed = ui.input(|input| input.viewport().close_requested());
            wishes = self.read_keys(ui.ctx(), session, commands);
            lesson_steps(ui, session, commands);
            self.notes(ui, session, now);
            ui.ctx().request_repaint_after(TICK);
        });
        self.has_notes &= !closed;
        self.do_all(ui, session, wishes, commands);
    }

    /// What the window shows.
    fn notes(&self, ui: &mut Ui, session: &Session, now: f64) {
        let palette = Palette::of(ui);
        CentralPanel::default().frame(Frame::new().fill(palette.panel).inner_margin(18)).show(ui, |ui| {
            ui.horizontal(|ui| {
                let elapsed = clock::minutes(now - self.since.unwrap_or(now));
                ui.label(RichText::new(elapsed).font(semibold(34.0)));
                ui.label(RichText::new("since the start").size(15.0).color(palette.weak));
                if let Some(time) = clock::local() {
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        ui.label(RichText::new(time).font(semibold(34.0)));
                    });
                }
            });
            ui.separator();
            // A lesson's experiment need not have scenes.
            if session.draft().bookmarks.is_empty() && session.lessons().open().is_some() {
                return;
            }
            let (current, next) = (self.scenes.current(session), self.scenes.next(session));
            let name = current.map_or("Before the first scene", |scene| &scene.name);
            ui.label(RichText::new(name).font(semibold(22.0)));
            let notes = current.map_or("", |scene| &scene.notes);
            let height = ui.available_height() - 44.0;
            ScrollArea::vertical().max_height(height).auto_shrink(false).show(ui, |ui| {
                ui.add(Label::new(RichText::new(notes).size(19.0)).wrap());
            });
            ui.separator();
            let next = next.map_or_else(|| "No scene follows".to_owned(), |scene| format!("Next: {}", scene.name));
            ui.label(RichText::new(next).size(19.0).color(palette.weak));
        });
    }
}

/// Of the open lesson: its step with the lecturer's notes, how long it takes, where the run should stand; and the steps beside it.
fn lesson_steps(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let Some(open) = session.lessons().open() else { return };
    let palette = Palette::of(ui);
    let (step, all) = (open.step_number(), open.lesson().steps.len());
    Panel::bottom("lesson notes").frame(Frame::new().fill(palette.panel).inner_margin(18)).show(ui, |ui| {
        ui.label(RichText::new(format!("{} · {}", open.lesson().title, open.step().title)).font(semibold(22.0)));
        step_notes(ui, open, commands);
        ui.horizontal(|ui| {
            let go_to = |step: usize| Command::Lesson(LessonWish::GoTo(step));
            if ui.add_enabled(step > 0, Button::new(RichText::new("‹ Step back").size(17.0))).clicked() {
                commands.push(go_to(step - 1));
            }
            ui.label(RichText::new(format!("Step {} of {all}", step + 1)).size(17.0).color(palette.weak));
            if ui.add_enabled(step + 1 < all, Button::new(RichText::new("Next step ›").size(17.0))).clicked() {
                commands.push(go_to(step + 1));
            }
        });
    });
}

fn step_notes(ui: &mut Ui, open: &OpenLesson, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let notes =
        open.step().parts.iter().find_map(|part| if let Part::Notes(notes) = part { Some(notes) } else { None });
    let Some(notes) = notes else {
        ui.label(RichText::new("No notes on this step").size(17.0).color(palette.weak));
        return;
    };
    ui.horizontal(|ui| {
        ui.label(RichText::new(format!("{} minutes", notes.minutes)).size(17.0).color(palette.weak));
        let Some(bookmark) = notes.bookmark else { return };
        let moment = match bookmark {
            Bookmark::Epoch(epoch) => Moment::Epochs(epoch),
            Bookmark::Update(update) => Moment::Updates(update),
        };
        if ui.button(RichText::new(format!("Go to {moment}")).size(17.0)).clicked() {
            commands.push(Command::GoToMoment(moment));
        }
    });
    ScrollArea::vertical().id_salt("lesson notes").max_height(180.0).show(ui, |ui| {
        for text in blocks(&notes.text.markdown).into_iter().filter_map(Block::plain) {
            ui.add(Label::new(RichText::new(text).size(19.0)).wrap());
        }
    });
}
