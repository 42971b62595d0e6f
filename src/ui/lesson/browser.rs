//! The list of lessons.

use egui::{Button, ComboBox, Context, Id, Label, Modal, RichText, ScrollArea, Ui, WidgetInfo, vec2};

use crate::lesson::{Lesson, Pack, PackError};
use crate::session::{Command, LessonWish, Session};
use crate::ui::controls::{card, weak};
use crate::ui::dialogs::Dialogs;
use crate::ui::theme::{Palette, semibold};

/// The list, while it is open.
#[derive(Default)]
pub(in crate::ui) struct Browser {
    is_open: bool,
    /// Which time it was asked for last.
    news: u32,
    dialogs: Dialogs<LessonWish>,
}

/// Asks for a folder in which the open experiment becomes the start of a lesson.
pub(in crate::ui) fn ask_for_start() -> Option<LessonWish> {
    let dialog = rfd::FileDialog::new().set_title("An empty folder for a new pack, or the folder of a pack");
    dialog.pick_folder().map(LessonWish::SaveStart)
}

impl Browser {
    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Shows the list while it is open, and when it is asked for.
    pub fn show(&mut self, context: &Context, session: &Session, commands: &mut Vec<Command>) {
        commands.extend(self.dialogs.take().map(Command::Lesson));
        let news = session.lessons().news();
        if news != self.news {
            self.news = news;
            self.is_open = true;
        }
        if !self.is_open {
            return;
        }
        let screen = context.content_rect().size();
        let size = vec2((screen.x - 60.0).min(720.0), (screen.y - 170.0).min(620.0));
        let modal = Modal::new(Id::unique("lessons")).show(context, |ui| {
            ui.set_width(size.x);
            ui.label(RichText::new("Lessons").font(semibold(17.0)));
            weak(ui, "Predict, run, explain. Your own experiment comes back when you leave a lesson.");
            ui.add_space(4.0);
            let is_done = ScrollArea::vertical()
                .auto_shrink(false)
                .min_scrolled_height(size.y)
                .max_height(size.y)
                .show(ui, |ui| {
                    ui.set_max_width(ui.available_width() - 10.0);
                    contents(ui, session, commands)
                })
                .inner;
            ui.add_space(6.0);
            is_done | self.buttons(ui, session)
        });
        if modal.inner || modal.should_close() {
            self.is_open = false;
        }
    }

    /// Other packs, and a way out. Whether it was taken.
    fn buttons(&self, ui: &mut Ui, session: &Session) -> bool {
        let context = ui.ctx().clone();
        ui.horizontal_wrapped(|ui| {
            if ui
                .button("Open a folder …")
                .on_hover_text("A pack: a folder with a pack.toml. Or drop it on the window.")
                .clicked()
            {
                self.dialogs.ask(&context, || rfd::FileDialog::new().pick_folder().map(LessonWish::OpenPack));
            }
            if ui.button("Open a zip …").on_hover_text("A zip archive of such a folder").clicked() {
                let ask = || rfd::FileDialog::new().add_filter("Lessons", &["zip"]).pick_file();
                self.dialogs.ask(&context, move || ask().map(LessonWish::OpenPack));
            }
            let help = "Writes the experiment that is open, and a lesson to go on from, into a folder";
            if ui.button("Save as lesson start …").on_hover_text(help).clicked() {
                self.dialogs.ask(&context, ask_for_start);
            }
            let closes = ui.button("Close").clicked();
            // The list that there is stays in its place meanwhile.
            if session.lessons().is_searching() && session.lessons().library().is_some() {
                weak(ui, "Looking for lessons …");
            }
            closes
        })
        .inner
    }
}

/// All packs. Whether a lesson was opened.
fn contents(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) -> bool {
    let Some(library) = session.lessons().library() else {
        weak(ui, "Looking for lessons …");
        return false;
    };
    for fault in &library.faults {
        broken(ui, fault, commands);
    }
    let mut is_opened = false;
    for pack in &library.packs {
        head(ui, session, pack, commands);
        for lesson in session.lessons().lessons(pack) {
            is_opened |= row(ui, session, pack, lesson, commands);
        }
        ui.add_space(8.0);
    }
    is_opened
}

/// A pack that cannot be opened: each fault with file and line.
fn broken(ui: &mut Ui, fault: &PackError, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    card(ui, |ui| {
        ui.label(RichText::new("This pack cannot be opened").font(semibold(13.0)));
        ui.add(Label::new(RichText::new(fault.to_string()).size(12.0).color(palette.warning)).wrap());
        if ui.button("Look again").clicked() {
            commands.push(Command::Lesson(LessonWish::Find));
        }
    });
}

fn head(ui: &mut Ui, session: &Session, pack: &Pack, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(&pack.title).font(semibold(15.0)));
        weak(ui, pack.authors.join(", "));
        if pack.translations.is_empty() {
            return;
        }
        let chosen = session.lessons().language().filter(|language| pack.translations.contains_key(*language));
        let shown =
            ComboBox::from_id_salt(("language", &pack.id)).width(60.0).selected_text(chosen.unwrap_or(&pack.language));
        let shown = shown.show_ui(ui, |ui| {
            let own = std::iter::once((pack.language.as_str(), None));
            let others = pack.translations.keys().map(|language| (language.as_str(), Some(language.clone())));
            for (name, language) in own.chain(others) {
                if ui.selectable_label(chosen == language.as_deref(), name).clicked() {
                    commands.push(Command::Lesson(LessonWish::SetLanguage(language)));
                }
            }
        });
        shown.response.widget_info(|| WidgetInfo::labeled(egui::Role::ComboBox, true, "language"));
    });
}

/// A lesson, and how far one has come in it. Whether it was opened.
fn row(ui: &mut Ui, session: &Session, pack: &Pack, lesson: &Lesson, commands: &mut Vec<Command>) -> bool {
    let palette = Palette::of(ui);
    let progress = session.lessons().progress(&pack.id, &lesson.id);
    let mut is_opened = false;
    card(ui, |ui| {
        ui.horizontal(|ui| {
            let room = (ui.available_width() - 96.0).max(120.0);
            ui.vertical(|ui| {
                ui.set_width(room);
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.label(RichText::new(&lesson.title).font(semibold(13.5)));
                ui.add(Label::new(RichText::new(&lesson.objective).size(12.0)).wrap());
                let color = if progress.is_some() { palette.good } else { palette.weak };
                ui.horizontal_wrapped(|ui| {
                    ui.label(RichText::new(facts(pack, lesson)).size(11.5).color(palette.weak));
                    if let Some(progress) = progress {
                        let (step, all) = (progress.step + 1, lesson.steps.len());
                        let (earned, points) = (progress.earned(), lesson.points());
                        let text = format!("step {step} of {all} · {earned} of {points} points");
                        ui.label(RichText::new(text).size(11.5).color(color));
                    }
                });
            });
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let text = if progress.is_some() { "Go on" } else { "Open" };
                let response = ui.add(Button::new(text).min_size(vec2(64.0, 26.0)));
                let name = format!("{text}: {}", lesson.title);
                response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &name));
                if response.clicked() {
                    is_opened = true;
                    let (pack, lesson) = (pack.id.clone(), lesson.id.clone());
                    commands.push(Command::Lesson(LessonWish::Open { pack, lesson }));
                }
            });
        });
    });
    is_opened
}

/// How long it takes, and what comes before.
fn facts(pack: &Pack, lesson: &Lesson) -> String {
    let title =
        |id: &String| pack.lessons.iter().find(|other| other.id == *id).map(|other| format!("“{}”", other.title));
    let needs: Vec<String> = lesson.needs.iter().filter_map(title).collect();
    let minutes = format!("{} minutes", lesson.minutes);
    if needs.is_empty() { minutes } else { format!("{minutes} · best after {}", needs.join(", ")) }
}
