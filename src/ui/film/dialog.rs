//! What to record, and how far the recording is.

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Button, Context, DragValue, Id, Modal, ProgressBar, RichText, TextEdit, Ui};

use super::{Film, MOST_FRAMES};
use crate::session::{Command, Session};
use crate::ui::canvas::{Reel, Shown};
use crate::ui::controls::{number_row, row, weak};
use crate::ui::dialogs::Dialogs;
use crate::ui::pictures::file_name;
use crate::ui::theme::{Palette, semibold};

/// Chosen values, and what they lead to.
#[derive(Default)]
pub(in crate::ui) struct FilmDialog {
    asked: Option<Asked>,
    film: Option<Film>,
    dialogs: Dialogs<(PathBuf, Asked)>,
}

/// What has been chosen so far.
#[derive(Clone)]
struct Asked {
    from: u32,
    to: u32,
    frames_per_second: f32,
    /// In pixels.
    width: u16,
    is_series: bool,
    is_dark: bool,
    shown: Shown,
    typed: String,
}

impl FilmDialog {
    /// Asks about the recorded past of the arm that is shown, to be drawn as it is shown.
    pub fn open(&mut self, session: &Session, shown: Shown, is_dark: bool) {
        let epochs = session.history(session.selected()).epochs();
        let to = epochs.last().map_or(0, |record| record.epoch);
        let typed = String::new();
        let (frames_per_second, width, is_series) = (8.0, 960, false);
        self.asked = Some(Asked { from: 0, to, frames_per_second, width, is_series, is_dark, shown, typed });
    }

    /// Shows it while it is open, or how far the recording is.
    pub fn show(&mut self, context: &Context, session: &Session, commands: &mut Vec<Command>) {
        let chosen: Vec<(PathBuf, Asked)> = self.dialogs.take().collect();
        for (path, asked) in chosen {
            self.start(context, session, path, &asked, commands);
        }
        if let Some(outcome) = self.film.as_ref().and_then(Film::take) {
            self.film = None;
            commands.push(match outcome {
                Ok(path) => Command::Tell { text: format!("Recorded as {}.", path.display()), is_fault: false },
                Err(text) => Command::Tell { text, is_fault: true },
            });
        }
        if self.film.is_some() {
            return self.progress(context);
        }
        let Some(asked) = &mut self.asked else { return };
        let modal = Modal::new(Id::unique("recording")).show(context, |ui| {
            ui.set_width(350.0);
            ui.label(RichText::new("Record the network").font(semibold(15.0)));
            weak(ui, "The recorded past as an animation: every epoch and every topology update is a frame, with colours and layout as View says.");
            asked.settings(ui, session);
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                let label = RichText::new("Record").color(Palette::of(ui).on_accent);
                let record = ui.add(Button::new(label).fill(Palette::of(ui).accent)).clicked();
                (record, ui.button("Cancel").clicked())
            })
            .inner
        });
        let (record, cancel) = modal.inner;
        if (record || cancel || modal.should_close())
            && let Some(asked) = self.asked.take()
            && record
        {
            self.record(context, session, asked, commands);
        }
    }

    fn record(&mut self, context: &Context, session: &Session, asked: Asked, commands: &mut Vec<Command>) {
        let typed = PathBuf::from(asked.typed.trim());
        if !typed.as_os_str().is_empty() {
            return self.start(context, session, typed, &asked, commands);
        }
        let arm = &session.arms()[session.selected()].name;
        let ending = if asked.is_series { "frames" } else { "gif" };
        let name = file_name(&format!("network of {arm}"), ending);
        self.dialogs.ask(context, move || {
            let dialog = rfd::FileDialog::new().set_file_name(name);
            let dialog = if asked.is_series { dialog } else { dialog.add_filter("GIF", &["gif"]) };
            let mut path = dialog.save_file()?;
            if !asked.is_series {
                path.set_extension("gif");
            }
            Some((path, asked))
        });
    }

    fn start(
        &mut self,
        context: &Context,
        session: &Session,
        path: PathBuf,
        asked: &Asked,
        commands: &mut Vec<Command>,
    ) {
        let mut fail = |text: String| commands.push(Command::Tell { text, is_fault: true });
        let is_gif = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gif"));
        if is_gif == asked.is_series {
            let text = "a GIF ends in .gif, the folder of a series of pictures in anything else";
            return fail(format!("Not recorded: {}: {text}.", path.display()));
        }
        let reel =
            Reel::new(session, asked.shown.clone(), (asked.from, asked.to), MOST_FRAMES, asked.width, asked.is_dark);
        if reel.frames() == 0 {
            return fail("There is nothing to record there yet.".to_owned());
        }
        let context = context.clone();
        let wake = Arc::new(move || context.request_repaint());
        match Film::start(reel, path, asked.frames_per_second, wake) {
            Ok(film) => self.film = Some(film),
            Err(error) => fail(format!("The recording could not be started: {error}.")),
        }
    }

    fn progress(&mut self, context: &Context) {
        let Some(film) = &self.film else { return };
        let (drawn, frames) = film.progress();
        let modal = Modal::new(Id::unique("recording")).show(context, |ui| {
            ui.set_width(350.0);
            ui.label(RichText::new(format!("Recording: frame {drawn} of {frames}")).font(semibold(13.0)));
            #[expect(clippy::cast_precision_loss, reason = "a share")]
            ui.add(ProgressBar::new(drawn as f32 / frames.max(1) as f32));
            ui.button("Stop").clicked()
        });
        if modal.inner || modal.should_close() {
            self.film = None;
        }
    }
}

impl Asked {
    fn settings(&mut self, ui: &mut Ui, session: &Session) {
        let last = session.history(session.selected()).epochs().last().map_or(0, |record| record.epoch);
        let from = DragValue::new(&mut self.from).range(0..=self.to).prefix("epoch ");
        number_row(ui, "From", "", "The first moment", from);
        let to = DragValue::new(&mut self.to).range(self.from..=last).prefix("epoch ");
        number_row(ui, "To", "", "The last moment, at most the newest", to);
        let speed = DragValue::new(&mut self.frames_per_second).range(0.5..=50.0).speed(0.1).max_decimals(1);
        number_row(ui, "Frames a second", "", "How fast the animation plays", speed);
        let width = DragValue::new(&mut self.width).range(320..=3840).suffix(" pixels");
        number_row(ui, "Width", "", "Of each frame", width);
        row(ui, "As", "", "One file that plays by itself, or numbered pictures in a folder", |ui| {
            ui.selectable_value(&mut self.is_series, true, "PNG series");
            ui.selectable_value(&mut self.is_series, false, "animated GIF");
        });
        row(ui, "Ground", "", "White, or that of the dark theme", |ui| {
            ui.selectable_value(&mut self.is_dark, true, "dark");
            ui.selectable_value(&mut self.is_dark, false, "white");
        });
        weak(ui, "Without a dialog: type a path");
        let hint = if self.is_series { "frames" } else { "network.gif" };
        let field = ui.add(TextEdit::singleline(&mut self.typed).hint_text(hint).desired_width(f32::INFINITY));
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "path to record to"));
    }
}
