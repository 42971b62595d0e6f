//! Predictions, answers and exercises of the whole lesson.

use std::fmt::Write;

use super::text::{escaped, plain};
use crate::lesson::{Answer, Check, Expected, Lesson, LessonProgress, Part, Prediction, Quiz, Submission, Verdict};

/// A table of what was asked, what was answered and what it earned.
pub(super) fn answers(page: &mut String, submission: &Submission, lesson: &Lesson) {
    page.push_str("<section>\n<h2>Predictions, answers, exercises</h2>\n<table>\n");
    page.push_str(
        "<tr><th>step</th><th>asked</th><th>answered</th><th class=\"number\">points</th><th>help</th></tr>\n",
    );
    let progress = &submission.progress;
    for (number, step) in lesson.steps.iter().enumerate() {
        for part in &step.parts {
            let cells = match part {
                Part::Predict(prediction) => predicted(prediction, progress),
                Part::Quiz(quiz) => answered(quiz, progress),
                Part::Check(check) => checked(check, submission, progress.solutions.contains(&number)),
                _ => continue,
            };
            let [asked, answer, earned, help] = cells;
            let _ = writeln!(
                page,
                "<tr><td>{}</td><td>{asked}</td><td>{answer}</td><td class=\"number\">{earned}</td><td>{help}</td></tr>",
                escaped(&step.title)
            );
        }
    }
    page.push_str("</table>\n</section>\n");
}

type Cells = [String; 4];

fn predicted(prediction: &Prediction, progress: &LessonProgress) -> Cells {
    let answer = match progress.answers.get(&prediction.id) {
        Some(Answer::Choice(choice)) => {
            let text = prediction.choices.get(*choice).map_or("a choice that is not there", String::as_str);
            format!("predicted: {}", escaped(text))
        }
        _ => missing(),
    };
    [escaped(&plain(&prediction.question.markdown)), answer, String::new(), String::new()]
}

fn answered(quiz: &Quiz, progress: &LessonProgress) -> Cells {
    let answer = progress.answers.get(&quiz.id).map_or_else(missing, |answer| {
        let (class, word) = match quiz.judge(*answer) {
            Verdict::Pass => ("yes", "right"),
            Verdict::Fail => ("no", "wrong"),
            Verdict::NotYet => ("no", "nobody can know"),
        };
        format!("{} <span class=\"{class}\">({word})</span>", escaped(&given(quiz, *answer)))
    });
    let looked = if progress.given_up.contains(&quiz.id) { "looked at the answer" } else { "" };
    let help = joined(&hints(progress, &quiz.id), looked);
    [escaped(&plain(&quiz.question.markdown)), answer, earned(progress, &quiz.id, quiz.points), help]
}

fn checked(check: &Check, submission: &Submission, is_solution_seen: bool) -> Cells {
    let progress = &submission.progress;
    let answer = submission.work.checks.get(&check.id).map_or_else(missing, |judged| {
        let (class, word) = if judged.passed { ("yes", "passed") } else { ("no", "not passed") };
        format!("<span class=\"{class}\">{word}</span>, experiment {}", judged.experiment + 1)
    });
    let help = joined(&hints(progress, &check.id), if is_solution_seen { "looked at the solution" } else { "" });
    [format!("Exercise {}", escaped(&check.id)), answer, earned(progress, &check.id, check.points), help]
}

fn missing() -> String {
    "<span class=\"weak\">nothing</span>".to_owned()
}

fn earned(progress: &LessonProgress, id: &str, at_most: u32) -> String {
    format!("{} of {at_most}", progress.points.get(id).copied().unwrap_or(0))
}

fn hints(progress: &LessonProgress, id: &str) -> String {
    match progress.hints.get(id).copied().unwrap_or(0) {
        0 => String::new(),
        1 => "1 hint".to_owned(),
        more => format!("{more} hints"),
    }
}

fn joined(one: &str, other: &str) -> String {
    [one, other].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

/// An answer, as it was given.
fn given(quiz: &Quiz, answer: Answer) -> String {
    match (&quiz.expected, answer) {
        (Expected::Choice { choices, .. }, Answer::Choice(choice)) => {
            choices.get(choice).cloned().unwrap_or_else(|| "a choice that is not there".to_owned())
        }
        (_, Answer::Choice(choice)) => format!("choice {}", choice.saturating_add(1)),
        (_, Answer::Number(number)) => number.to_string().replace('-', "−"),
        (_, Answer::Connection { is_next_cut }) => match is_next_cut {
            Some(true) => "a connection that the next update cuts".to_owned(),
            Some(false) => "a connection that stays".to_owned(),
            None => "a connection that chance decides on".to_owned(),
        },
    }
}
