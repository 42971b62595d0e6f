//! Lessons: a list to choose from, and the open lesson in the place of the set-up.

mod browser;
mod exercise;
mod followed;
mod lab;
mod pictures;
mod questions;
mod text;
mod tools;

pub(super) use browser::{Browser, ask_for_start};

use std::collections::BTreeMap;

use egui::{Button, Context, Key, Modifiers, Panel, RichText, ScrollArea, Ui, WidgetInfo};

use self::followed::Followed;
use self::lab::LabDialog;
use self::pictures::Pictures;
use self::tools::Tools;
use super::controls::{card, weak};
use super::evidence::Page;
use super::setup::Setup;
use super::spots;
use super::theme::{Palette, semibold};
use crate::lesson::{LessonProgress, Part, Text};
use crate::session::{Command, LessonWish, OpenLesson, Session};

/// Size of running text.
const TEXT: f32 = 13.5;

/// Where there is less height than this for text and controls, they scroll together.
const LOW: f32 = 300.0;

/// The panel of the open lesson: what is chosen and typed in it, and not yet an answer.
#[derive(Default)]
pub(super) struct LessonPanel {
    /// Choices by the question's id.
    chosen: BTreeMap<String, usize>,
    /// Numbers by the question's id.
    typed: BTreeMap<String, String>,
    pictures: Pictures,
    tools: Tools,
    lab: LabDialog,
    /// Whose they are: pack and lesson.
    of: (String, String),
}

/// What the panel works with besides the session.
pub(super) struct Desk<'a> {
    pub setup: &'a mut Setup,
    pub page: &'a mut Page,
}

impl LessonPanel {
    /// Whether a dialog of the lesson is open, to which keys belong.
    pub(super) fn has_dialog(&self) -> bool {
        self.lab.is_open()
    }

    /// `PgUp` and `PgDn`, as clickers send them, step through the open lesson.
    pub(super) fn read_keys(context: &Context, session: &Session, commands: &mut Vec<Command>) {
        let Some(open) = session.lessons().open() else { return };
        let pressed = |key| context.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let step = open.step_number();
        if pressed(Key::PageDown) && step + 1 < open.lesson().steps.len() {
            commands.push(Command::Lesson(LessonWish::GoTo(step + 1)));
        } else if pressed(Key::PageUp) && step > 0 {
            commands.push(Command::Lesson(LessonWish::GoTo(step - 1)));
        }
    }

    /// Shows the open lesson.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        open: &OpenLesson,
        desk: &mut Desk,
        commands: &mut Vec<Command>,
    ) {
        let of = (open.pack().to_owned(), open.lesson().id.clone());
        if self.of != of {
            *self = Self { of, ..Self::default() };
        }
        self.pictures.follow(session.lessons().reloads());
        let frame = egui::Frame::new().inner_margin(egui::Margin::symmetric(0, 4));
        Panel::top("lesson head").frame(frame).show(ui, |ui| head(ui, session, open, commands));
        let frame = egui::Frame::new().inner_margin(egui::Margin::symmetric(0, 6));
        let reports = Panel::bottom("lesson steps").frame(frame).show(ui, |ui| steps(ui, open, commands)).inner;
        if reports {
            self.lab.open(session);
        }
        let (has_tools, is_low) = (tools::has_any(open), ui.available_height() < LOW);
        if has_tools && !is_low {
            let room = 0.46 * ui.available_height();
            let height = self.tools.size(open, room);
            let panel = Panel::bottom("lesson controls").exact_size(height).frame(frame);
            panel.show(ui, |ui| self.pinned_tools(ui, session, open, desk, commands));
        }
        let id = ("lesson text", &self.of, open.step_number());
        let scroll = ScrollArea::vertical().id_salt(id).auto_shrink(false);
        scroll.show(ui, |ui| {
            // The scroll bar must not lie over the text.
            ui.set_max_width(ui.available_width() - 10.0);
            self.step(ui, session, open, commands);
            if open.step_number() + 1 == open.lesson().steps.len() {
                self.hand_in(ui, session);
            }
            if has_tools && is_low {
                self.tools(ui, session, open, desk, commands);
            }
            ui.add_space(8.0);
        });
        self.lab.show(ui.ctx(), session, open, commands);
    }

    /// At the end of a lesson, what it can become.
    fn hand_in(&mut self, ui: &mut Ui, session: &Session) {
        ui.separator();
        ui.horizontal_wrapped(|ui| {
            if ui.button("Lab report …").clicked() {
                self.lab.open(session);
            }
            weak(ui, "what you did here as a file to hand in, or as a page");
        });
    }

    fn step(&mut self, ui: &mut Ui, session: &Session, open: &OpenLesson, commands: &mut Vec<Command>) {
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.add_space(2.0);
        if open.step_number() == 0 {
            card(ui, |ui| {
                weak(ui, format!("{} minutes. Afterwards:", open.lesson().minutes));
                ui.label(RichText::new(&open.lesson().objective).size(TEXT));
            });
            for text in &open.lesson().intro {
                self.text(ui, session, text, commands);
            }
        }
        ui.label(RichText::new(&open.step().title).font(semibold(17.0)));
        let mut about = "";
        let mut hint = 0;
        for part in &open.step().parts {
            match part {
                Part::Text(text) => self.text(ui, session, text, commands),
                Part::Predict(prediction) => self.prediction(ui, session, prediction, commands),
                Part::Quiz(quiz) => {
                    (about, hint) = (&quiz.id, 0);
                    self.quiz(ui, session, quiz, commands);
                }
                Part::Check(check) => {
                    (about, hint) = (&check.id, 0);
                    exercise::show(ui, session, open, check, commands);
                }
                Part::Hint(text) => {
                    self.hint(ui, session, (about, hint, open.hints(about)), text, commands);
                    hint += 1;
                }
                Part::Solution(solution) => exercise::solution(ui, session, open, solution, commands),
                Part::After(text) => self.after(ui, session, open, text, commands),
                Part::Notes(_) => {}
            }
        }
    }

    /// Markdown, with links that do something.
    fn text(&mut self, ui: &mut Ui, session: &Session, text: &Text, commands: &mut Vec<Command>) {
        let pack = session.lessons().library().and_then(|library| library.pack(&self.of.0));
        let followed = text::show(ui, &text.markdown, pack, &mut self.pictures);
        if let Some(target) = followed {
            Followed::read(&target).act(ui, &self.of.0, commands);
        }
    }

    /// One level of help: hidden, on offer, or to read.
    fn hint(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        (about, number, all): (&str, usize, usize),
        text: &Text,
        commands: &mut Vec<Command>,
    ) {
        let seen = session.lessons().open_progress().and_then(|progress| progress.hints.get(about)).copied();
        match number.cmp(&seen.unwrap_or(0)) {
            std::cmp::Ordering::Less => {
                card(ui, |ui| {
                    weak(ui, if all > 1 { format!("Hint {} of {all}", number + 1) } else { "Hint".to_owned() });
                    self.text(ui, session, text, commands);
                });
            }
            std::cmp::Ordering::Equal => {
                let name = if all > 1 { format!("Hint {} of {all}", number + 1) } else { "Hint".to_owned() };
                if ui.button(name).on_hover_text("Takes no points").clicked() {
                    commands.push(Command::Lesson(LessonWish::Hint(about.to_owned())));
                }
            }
            std::cmp::Ordering::Greater => {}
        }
    }

    /// What happened and why, once the step's questions are answered.
    fn after(&mut self, ui: &mut Ui, session: &Session, open: &OpenLesson, text: &Text, commands: &mut Vec<Command>) {
        let progress = session.lessons().open_progress();
        let Some(progress) = progress.filter(|progress| open.shows_after(progress)) else {
            weak(ui, "What it means is told here once you have answered.");
            return;
        };
        ui.separator();
        ui.label(RichText::new("Afterwards").font(semibold(14.0)));
        for choice in open.predicted(progress) {
            weak(ui, format!("Your prediction was: {choice}."));
        }
        self.text(ui, session, text, commands);
    }
}

/// What is open, what went wrong with it, and the ways out.
fn head(ui: &mut Ui, session: &Session, open: &OpenLesson, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        let response = ui.button("☰ All lessons");
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, "All lessons"));
        if response.clicked() {
            commands.push(Command::Lesson(LessonWish::Find));
        }
        let earned = session.lessons().open_progress().map_or(0, LessonProgress::earned);
        weak(ui, format!("{earned} of {} points", open.lesson().points()));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let response = ui.button("Leave ✕").on_hover_text("Your own experiment comes back");
            response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, "Leave the lesson"));
            if response.clicked() {
                commands.push(Command::Lesson(LessonWish::Leave));
            }
        });
    });
    ui.label(RichText::new(&open.lesson().title).font(semibold(15.0)));
    if let Some(fault) = session.lessons().fault() {
        card(ui, |ui| {
            ui.label(
                RichText::new("The edited files have a fault. Shown is the last good version.").font(semibold(12.5)),
            );
            ScrollArea::vertical().id_salt("lesson fault").max_height(120.0).show(ui, |ui| {
                ui.add(egui::Label::new(RichText::new(fault).size(12.0).color(palette.warning)).wrap());
            });
        });
    }
    if !session.is_in_lesson() {
        card(ui, |ui| {
            ui.label("Another experiment is open.");
            if ui.button("Open the lesson's experiment").clicked() {
                commands.push(Command::Lesson(LessonWish::Start));
            }
        });
    }
}

/// Back, where one is, and on. Nothing moves by itself, and nothing is locked. Whether the lab report was asked for.
fn steps(ui: &mut Ui, open: &OpenLesson, commands: &mut Vec<Command>) -> bool {
    let (step, all) = (open.step_number(), open.lesson().steps.len());
    let mut go_to = None;
    let mut reports = false;
    ui.horizontal(|ui| {
        let back = ui.add_enabled(step > 0, Button::new("‹ Back")).on_hover_text("The step before (PgUp)");
        back.widget_info(|| WidgetInfo::labeled(egui::Role::Button, step > 0, "Step back"));
        if back.clicked() {
            go_to = Some(step - 1);
        }
        let (menu, _) = egui::containers::menu::MenuButton::new(format!("Step {} of {all} ▾", step + 1)).ui(ui, |ui| {
            for (number, other) in open.lesson().steps.iter().enumerate() {
                let text = format!("{} · {}", number + 1, other.title);
                if ui.selectable_label(number == step, text).clicked() {
                    go_to = Some(number);
                }
            }
            ui.separator();
            reports = ui.button("Lab report …").clicked();
        });
        menu.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("Step {} of {all}", step + 1)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let is_last = step + 1 >= all;
            let palette = Palette::of(ui);
            let text = RichText::new("Next ›");
            let button = if is_last {
                Button::new(text)
            } else {
                Button::new(text.color(palette.on_accent)).fill(palette.accent)
            };
            let next = ui.add_enabled(!is_last, button).on_hover_text("The next step (PgDn)");
            next.widget_info(|| WidgetInfo::labeled(egui::Role::Button, !is_last, "Next step"));
            if next.clicked() {
                go_to = Some(step + 1);
            }
        });
    });
    commands.extend(go_to.map(|step| Command::Lesson(LessonWish::GoTo(step))));
    reports
}

/// Says what the open step points at, to be framed wherever it is drawn.
pub(super) fn point_at(context: &Context, session: &Session) {
    let step = session.lessons().open().filter(|_| session.is_in_lesson()).map(OpenLesson::step);
    spots::point_at(context, step.map_or(&[], |step| &step.highlight));
}
