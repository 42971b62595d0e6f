//! Predictions and quizzes.

use egui::{Button, Key, RichText, Stroke, TextEdit, Ui, WidgetInfo};

use super::LessonPanel;
use crate::lesson::{Answer, Expected, Prediction, Quiz, Verdict};
use crate::session::{Command, LessonWish, OpenLesson, Session};
use crate::topology::Fate;
use crate::ui::controls::{card, weak};
use crate::ui::pinned;
use crate::ui::theme::{Palette, semibold};

impl LessonPanel {
    /// A question about what will happen. The first answer stays, and nothing says before whether it is right.
    pub(super) fn prediction(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        prediction: &Prediction,
        commands: &mut Vec<Command>,
    ) {
        let answer =
            session.lessons().open_progress().and_then(|progress| progress.answers.get(&prediction.id)).copied();
        card(ui, |ui| {
            caption(ui, "Predict");
            self.text(ui, session, &prediction.question, commands);
            if let Some(Answer::Choice(choice)) = answer {
                let text = prediction.choices.get(choice).map_or("", String::as_str);
                // Not whether that is right: what happens will tell.
                ui.label(RichText::new(format!("You predicted: {text}")).font(semibold(12.5)));
                return;
            }
            self.choices(ui, &prediction.id, &prediction.choices);
            let chosen = self.chosen.get(&prediction.id).copied();
            let button = ui.add_enabled(chosen.is_some(), Button::new("That is my prediction"));
            if let Some(choice) = chosen.filter(|_| button.clicked()) {
                commands.push(Command::Lesson(LessonWish::Predict { id: prediction.id.clone(), choice }));
            }
        });
    }

    /// A question with a right answer, as often as one likes.
    pub(super) fn quiz(&mut self, ui: &mut Ui, session: &Session, quiz: &Quiz, commands: &mut Vec<Command>) {
        let progress = session.lessons().open_progress();
        let last = progress.and_then(|progress| progress.answers.get(&quiz.id)).copied();
        let is_settled = progress.is_some_and(|progress| OpenLesson::is_settled(quiz, progress));
        let is_right = last.is_some_and(|answer| quiz.judge(answer) == Verdict::Pass);
        card(ui, |ui| {
            caption(ui, &format!("Question · {}", points(quiz.points)));
            self.text(ui, session, &quiz.question, commands);
            if is_settled {
                let given = last.map_or_else(String::new, |answer| in_words(quiz, answer));
                let text = if is_right { format!("Right: {given}") } else { format!("It is {}.", right(quiz)) };
                return settled(ui, &text);
            }
            let answer = match &quiz.expected {
                Expected::Choice { choices, .. } => {
                    self.choices(ui, &quiz.id, choices);
                    self.chosen.get(&quiz.id).copied().map(Answer::Choice)
                }
                Expected::Number { .. } => self.number(ui, &quiz.id),
                Expected::Click(_) => pointed(ui, session),
            };
            let is_typed = matches!(quiz.expected, Expected::Number { .. });
            let is_entered =
                is_typed && ui.input(|input| input.key_pressed(Key::Enter)) && self.was_typing(ui, &quiz.id);
            let button = ui.add_enabled(answer.is_some(), Button::new("Answer"));
            if let Some(answer) = answer.filter(|_| button.clicked() || is_entered) {
                commands.push(Command::Lesson(LessonWish::Answer { id: quiz.id.clone(), answer }));
            }
            if let Some(last) = last {
                said_of(ui, quiz, last);
                if ui.link("Show the answer").on_hover_text("It earns no points then").clicked() {
                    commands.push(Command::Lesson(LessonWish::GiveUp(quiz.id.clone())));
                }
            }
        });
    }

    fn choices(&mut self, ui: &mut Ui, id: &str, choices: &[String]) {
        let palette = Palette::of(ui);
        ui.scope(|ui| {
            // Rings rather than discs.
            let circle = &mut ui.visuals_mut().widgets.inactive;
            (circle.bg_fill, circle.bg_stroke) = (palette.canvas, Stroke::new(1.5, palette.weak));
            for (number, choice) in choices.iter().enumerate() {
                let is_chosen = self.chosen.get(id) == Some(&number);
                if ui.radio(is_chosen, choice).clicked() {
                    self.chosen.insert(id.to_owned(), number);
                }
            }
        });
    }

    fn number(&mut self, ui: &mut Ui, id: &str) -> Option<Answer> {
        let text = self.typed.entry(id.to_owned()).or_default();
        let field = TextEdit::singleline(text).id(field(id)).desired_width(120.0).hint_text("a number").char_limit(40);
        let response = ui.add(field);
        response.widget_info(|| WidgetInfo::labeled(egui::Role::TextInput, true, "Your answer"));
        let number = read_number(text);
        if number.is_none() && !text.trim().is_empty() {
            weak(ui, "That is no number.");
        }
        number.map(Answer::Number)
    }

    /// Enter leaves the field, so it has just lost the focus.
    fn was_typing(&self, ui: &Ui, id: &str) -> bool {
        let is_typed = self.typed.get(id).is_some_and(|text| !text.is_empty());
        is_typed && ui.ctx().read_response(field(id)).is_some_and(|response| response.lost_focus())
    }
}

fn field(id: &str) -> egui::Id {
    egui::Id::unique(("answer to", id))
}

fn caption(ui: &mut Ui, text: &str) {
    let color = Palette::of(ui).accent;
    ui.label(RichText::new(text).font(semibold(12.0)).color(color));
}

fn settled(ui: &mut Ui, text: &str) {
    let palette = Palette::of(ui);
    ui.label(RichText::new(format!("✓ {text}")).font(semibold(12.5)).color(palette.good));
}

fn said_of(ui: &mut Ui, quiz: &Quiz, last: Answer) {
    let palette = Palette::of(ui);
    let text = match (quiz.judge(last), &quiz.expected) {
        (Verdict::NotYet, _) => {
            "Nobody can know that of this one: chance decides, or it is not up to be cut.".to_owned()
        }
        (_, Expected::Click(_)) => "Not that one: it is safe. Look for a thinner one.".to_owned(),
        _ => format!("Not {}. Think again, or take a hint.", in_words(quiz, last)),
    };
    ui.label(RichText::new(text).color(palette.warning));
}

/// An answer, as it was given.
fn in_words(quiz: &Quiz, answer: Answer) -> String {
    match (&quiz.expected, answer) {
        (Expected::Choice { choices, .. }, Answer::Choice(choice)) => {
            choices.get(choice).map_or_else(String::new, |text| format!("“{text}”"))
        }
        (_, Answer::Number(number)) => number.to_string().replace('-', "−"),
        _ => "it will be cut next".to_owned(),
    }
}

/// What is right.
fn right(quiz: &Quiz) -> String {
    match &quiz.expected {
        Expected::Choice { choices, right } => format!("“{}”", choices[*right]),
        Expected::Number { value, tolerance } if *tolerance > 0.0 => format!("{value}, or near it (± {tolerance})"),
        Expected::Number { value, .. } => value.to_string(),
        Expected::Click(_) => "any whose card says “will be pruned next”: the weights nearest zero".to_owned(),
    }
}

/// What is pinned on the network, as an answer.
fn pointed(ui: &mut Ui, session: &Session) -> Option<Answer> {
    let Some((layer, place)) = pinned::get(ui.ctx()) else {
        weak(
            ui,
            "Click a connection in the network. By keyboard: Tab to the network, then the arrows, with Shift from connection to connection.",
        );
        return None;
    };
    let view = session.history(session.selected()).view()?;
    let weights = &view.snapshot.network.layers().get(layer)?.weights;
    let index = weights.find(place)?;
    let from = (place.source + 1, place.target + 1);
    ui.label(format!("You point at the connection from {} to {}, layer {}.", from.0, from.1, layer + 1));
    let is_next_cut = view.snapshot.fate(layer, index).map(Fate::is_pruned);
    Some(Answer::Connection { is_next_cut })
}

/// A number as people type it: 84480, 84,480, 15.6, 15,6, −3, 12 %.
fn read_number(text: &str) -> Option<f64> {
    let kept: String = text.trim().trim_end_matches('%').chars().filter(|letter| !letter.is_whitespace()).collect();
    let kept = kept.replace('−', "-");
    let mut groups = kept.split(',');
    let first = groups.next().unwrap_or_default().trim_start_matches('-');
    let rest: Vec<&str> = groups.collect();
    let are_thousands = (1..=3).contains(&first.len())
        && !rest.is_empty()
        && rest.iter().enumerate().all(|(index, group)| {
            let whole = group.split('.').next().unwrap_or_default();
            whole.len() == 3 && (index + 1 == rest.len() || !group.contains('.'))
        });
    let plain = if are_thousands { kept.replace(',', "") } else { kept.replacen(',', ".", 1) };
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

pub(super) fn points(count: u32) -> String {
    if count == 1 { "1 point".to_owned() } else { format!("{count} points") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, wanted) in [
            ("84480", Some(84_480.0)),
            ("84,480", Some(84_480.0)),
            ("1,234,567.5", Some(1_234_567.5)),
            (" 15.6 % ", Some(15.6)),
            ("15,6", Some(15.6)),
            ("−3", Some(-3.0)),
            ("84 480", Some(84_480.0)),
            ("1e3", Some(1000.0)),
            ("", None),
            ("inf", None),
            ("many", None),
            ("1,2,3", None),
        ] {
            assert_eq!(read_number(text), wanted, "{text}");
        }
    }
}
