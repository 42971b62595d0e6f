//! The lab report of the open lesson: who hands in, what there is, and the files that it becomes.

use std::path::{Path, PathBuf};

use egui::{Button, Context, Id, Label, Modal, RichText, ScrollArea, TextEdit, Ui, WidgetInfo, vec2};

use super::questions::points;
use crate::lesson::{Check, Lesson, Part, Prediction, Quiz, SUBMISSION_ENDING, Step, Student, Verdict};
use crate::report;
use crate::session::{Command, LessonWish, OpenLesson, Session};
use crate::ui::controls::{card, section, weak};
use crate::ui::dialogs::Dialogs;
use crate::ui::pictures::file_name;
use crate::ui::theme::{Palette, semibold};

/// How wide it is at most.
const WIDTH: f32 = 560.0;

/// The dialog, while it is open.
#[derive(Default)]
pub(super) struct LabDialog {
    typed: Option<Typed>,
    /// What is to be made as soon as the session knows what was typed.
    wanted: Option<Wanted>,
    dialogs: Dialogs<Command>,
}

/// What has been typed so far.
struct Typed {
    name: String,
    number: String,
    comment: String,
    path: String,
}

/// A file that a report becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Submission,
    Page,
}

impl LabDialog {
    pub(super) fn is_open(&self) -> bool {
        self.typed.is_some()
    }

    pub(super) fn open(&mut self, session: &Session) {
        let lab = session.lessons().lab();
        let (student, comment) = (lab.student().clone(), lab.work().comment.clone());
        self.typed = Some(Typed { name: student.name, number: student.number, comment, path: String::new() });
    }

    /// Shows it while it is open, and hands over what was chosen in dialogs of the desktop.
    pub(super) fn show(
        &mut self,
        context: &Context,
        session: &Session,
        open: &OpenLesson,
        commands: &mut Vec<Command>,
    ) {
        for command in self.dialogs.take() {
            commands.push(command);
            // What comes of it is told in the window.
            self.typed = None;
        }
        if let Some(wanted) = self.wanted.take() {
            self.make(context, session, open, wanted, commands);
        }
        let Some(typed) = &mut self.typed else { return };
        let screen = context.content_rect().size();
        let size = vec2((screen.x - 60.0).min(WIDTH), (screen.y - 190.0).min(520.0));
        let modal = Modal::new(Id::unique("lab report")).show(context, |ui| {
            ui.set_width(size.x);
            ui.label(RichText::new("Lab report").font(semibold(17.0)));
            weak(ui, format!("“{}”. One file with your answers, runs and verdicts, to hand in.", open.lesson().title));
            ui.add_space(4.0);
            ScrollArea::vertical().max_height(size.y).show(ui, |ui| {
                ui.set_max_width(ui.available_width() - 10.0);
                typed.student(ui, session, open, commands);
                section(ui, "What there is to hand in");
                contents(ui, session, open);
                typed.comment(ui);
            });
            ui.add_space(6.0);
            typed.buttons(ui, session)
        });
        let (wanted, is_closed) = modal.inner;
        if wanted.is_some() || is_closed || modal.should_close() {
            typed.tell(session, commands);
        }
        self.wanted = wanted;
        if is_closed || modal.should_close() {
            self.typed = None;
        }
    }

    /// Makes a file: at the path that was typed, else where a dialog says.
    fn make(
        &mut self,
        context: &Context,
        session: &Session,
        open: &OpenLesson,
        wanted: Wanted,
        commands: &mut Vec<Command>,
    ) {
        let student = session.lessons().lab().student();
        let words = format!("{} {} {}", open.lesson().id, student.name, student.number);
        let ending = match wanted {
            Wanted::Submission => SUBMISSION_ENDING,
            Wanted::Page => "html",
        };
        let write: Box<dyn FnOnce(PathBuf) -> Command + Send> = match wanted {
            Wanted::Submission => Box::new(|path| Command::Lesson(LessonWish::HandIn(path))),
            Wanted::Page => match page(session, open) {
                Ok(page) => Box::new(|path| Command::WriteFile { path, contents: page.into_bytes() }),
                Err(text) => return commands.push(Command::Tell { text, is_fault: true }),
            },
        };
        let typed = self.typed.as_ref().map(|typed| typed.path.trim()).unwrap_or_default();
        if !typed.is_empty() {
            commands.push(write(with_ending(Path::new(typed), ending)));
            self.typed = None;
            return;
        }
        let name = file_name(&words, ending);
        self.dialogs.ask(context, move || {
            let kind = if ending == SUBMISSION_ENDING { "Lab report to hand in" } else { "Page" };
            let dialog = rfd::FileDialog::new().add_filter(kind, &[ending]).set_file_name(name);
            dialog.save_file().map(|path| write(with_ending(&path, ending)))
        });
    }
}

/// A submission is found by its ending, whatever a dialog makes of it.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let has = path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
    if has { path.to_owned() } else { PathBuf::from(format!("{}.{ending}", path.display())) }
}

fn page(session: &Session, open: &OpenLesson) -> Result<String, String> {
    let pack = session.lessons().library().and_then(|library| library.pack(open.pack()));
    let (Some(submission), Some(pack)) = (session.submission(), pack) else {
        return Err("Say who you are first: name and number.".to_owned());
    };
    report::page(&submission, &[pack])
}

impl Typed {
    fn read(&self) -> Student {
        Student::new(&self.name, &self.number)
    }

    /// Who hands in, and with whose seeds lessons run.
    fn student(&mut self, ui: &mut Ui, session: &Session, open: &OpenLesson, commands: &mut Vec<Command>) {
        let lab = session.lessons().lab();
        let room = 0.5 * (ui.available_width() - ui.spacing().item_spacing.x);
        let is_left = ui
            .horizontal(|ui| {
                let name = field(ui, &mut self.name, "Your name", room);
                name | field(ui, &mut self.number, "Student number", room)
            })
            .inner;
        if is_left {
            self.tell(session, commands);
        }
        let student = self.read();
        let mut own = lab.uses_own_seeds();
        let help = "They follow from your name and number: nobody else hands in the same runs, and your lecturer can work them out";
        let checkbox =
            ui.add_enabled(student.is_named(), egui::Checkbox::new(&mut own, "Run lessons from my own seeds"));
        if checkbox.on_hover_text(help).changed() {
            self.tell(session, commands);
            commands.push(Command::Lesson(LessonWish::UseOwnSeeds(own)));
        }
        let seeds: Vec<String> =
            student.seeds(open.lesson().experiment.seeds().len().min(8)).iter().map(u64::to_string).collect();
        let text = if student.is_named() {
            format!("Yours here: {}", seeds.join(", "))
        } else {
            "They follow from name and number.".to_owned()
        };
        ui.add(Label::new(RichText::new(text).size(11.5).color(Palette::of(ui).weak)).wrap());
    }

    fn comment(&mut self, ui: &mut Ui) {
        section(ui, "What you want to say");
        let edit = TextEdit::multiline(&mut self.comment).desired_rows(3).desired_width(ui.available_width());
        let edit = ui.add(edit.hint_text("What you saw, what surprised you, what you would try next"));
        edit.widget_info(|| WidgetInfo::labeled(egui::Role::TextInput, true, "Comment"));
    }

    /// What is to be made, and whether the dialog is to close.
    fn buttons(&mut self, ui: &mut Ui, session: &Session) -> (Option<Wanted>, bool) {
        let palette = Palette::of(ui);
        let can = self.read().is_named();
        let is_running = session.comparison().is_some_and(crate::session::ComparisonJob::is_running);
        if !can {
            weak(ui, "Say who you are first.");
        } else if is_running {
            weak(ui, "Runs are still under way. What they come to is handed in only once an exercise is judged.");
        }
        let clicked = ui
            .horizontal_wrapped(|ui| {
                let text = RichText::new("Hand in …").color(palette.on_accent);
                let hand_in = ui.add_enabled(can, Button::new(text).fill(palette.accent));
                let hand_in = hand_in.on_hover_text("Writes one file (.regrowlab) for your lecturer. Nothing is sent.");
                let page = ui.add_enabled(can, Button::new("Save as a page …"));
                let page = page.on_hover_text("Writes the same to read and print (HTML)");
                (hand_in.clicked(), page.clicked(), ui.button("Close").clicked())
            })
            .inner;
        ui.horizontal(|ui| {
            weak(ui, "Without a dialog: type a path first");
            let room = ui.available_width();
            let path = ui.add(TextEdit::singleline(&mut self.path).hint_text("report.regrowlab").desired_width(room));
            path.widget_info(|| WidgetInfo::labeled(egui::Role::TextInput, true, "path to save to"));
        });
        let wanted = match clicked {
            (true, ..) => Some(Wanted::Submission),
            (_, true, _) => Some(Wanted::Page),
            _ => None,
        };
        (wanted, clicked.2)
    }

    /// Lets the session know what was typed.
    fn tell(&self, session: &Session, commands: &mut Vec<Command>) {
        let (lab, student) = (session.lessons().lab(), self.read());
        if student != *lab.student() {
            commands.push(Command::Lesson(LessonWish::Enrol(student)));
        }
        if self.comment != lab.work().comment {
            commands.push(Command::Lesson(LessonWish::Comment(self.comment.clone())));
        }
    }
}

/// A text with its name above it. Whether it was left.
fn field(ui: &mut Ui, text: &mut String, name: &str, width: f32) -> bool {
    ui.vertical(|ui| {
        ui.set_width(width);
        weak(ui, name);
        let edit = ui.add(TextEdit::singleline(text).desired_width(width).char_limit(120));
        edit.widget_info(|| WidgetInfo::labeled(egui::Role::TextInput, true, name));
        edit.lost_focus()
    })
    .inner
}

/// Every question and exercise, and what is still missing.
fn contents(ui: &mut Ui, session: &Session, open: &OpenLesson) {
    let lesson = open.lesson();
    let progress = session.lessons().open_progress().cloned().unwrap_or_default();
    let (mut predictions, mut predicted) = (0, 0);
    let (mut quizzes, mut right) = (0, 0);
    for part in lesson.steps.iter().flat_map(|step| &step.parts) {
        match part {
            Part::Predict(Prediction { id, .. }) => {
                predictions += 1;
                predicted += usize::from(progress.answers.contains_key(id));
            }
            Part::Quiz(quiz) => {
                quizzes += 1;
                right += usize::from(is_right(quiz, &progress));
            }
            _ => {}
        }
    }
    card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        if predictions > 0 {
            line(ui, predicted == predictions, &format!("{predicted} of {predictions} predictions made"), "");
        }
        if quizzes > 0 {
            line(ui, right == quizzes, &format!("{right} of {quizzes} questions answered rightly"), "");
        }
        for step in &lesson.steps {
            for check in step.checks() {
                exercise(ui, session, lesson, step, check);
            }
        }
    });
}

fn is_right(quiz: &Quiz, progress: &crate::lesson::LessonProgress) -> bool {
    let is_right = progress.answers.get(&quiz.id).is_some_and(|answer| quiz.judge(*answer) == Verdict::Pass);
    is_right && !progress.given_up.contains(&quiz.id)
}

/// An exercise: what is kept of it, and what would make it better.
fn exercise(ui: &mut Ui, session: &Session, lesson: &Lesson, step: &Step, check: &Check) {
    let lab = session.lessons().lab();
    let earned = session.lessons().open_progress().and_then(|own| own.points.get(&check.id)).copied().unwrap_or(0);
    let name =
        if step.checks().count() > 1 { format!("{}, exercise {}", step.title, check.id) } else { step.title.clone() };
    let Some(judged) = lab.work().checks.get(&check.id) else {
        let why = if earned > 0 { "Its runs were not kept: check it again to hand it in." } else { "Not checked yet." };
        return line(ui, false, &format!("{name}: 0 of {}", points(check.points)), why);
    };
    let seeds = match lab.has_own_seeds(lesson, &check.id) {
        Some(true) => "On your own seeds.",
        _ if !check.needs_runs() => "",
        _ if lab.student().is_named() => "Not on your own seeds: tick the box above and check it again.",
        _ => "On the lesson's seeds.",
    };
    line(ui, judged.passed, &format!("{name}: {} of {}", judged.points, points(check.points)), seeds);
}

fn line(ui: &mut Ui, is_done: bool, text: &str, remark: &str) {
    let palette = Palette::of(ui);
    let (sign, color) = if is_done { ("✓", palette.good) } else { ("–", palette.weak) };
    ui.horizontal_top(|ui| {
        ui.label(RichText::new(sign).size(12.5).color(color));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.add(Label::new(RichText::new(text).size(13.0)).wrap());
            if !remark.is_empty() {
                ui.add(Label::new(RichText::new(remark).size(11.5).color(palette.weak)).wrap());
            }
        });
    });
}
