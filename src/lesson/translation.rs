//! Whether a translation is of the same lesson: only what people read may differ.

use super::check::difference;
use super::content::{Lesson, Part, Step};
use super::fault::Faults;
use super::question::Expected;

/// Notes everything in which a translation is another lesson.
pub(super) fn compare_translation(original: &Lesson, translated: &Lesson, faults: &mut Faults) {
    let same = [
        ("id", original.id == translated.id),
        ("minutes", original.minutes == translated.minutes),
        ("needs", original.needs == translated.needs),
        ("experiment", original.experiment_file == translated.experiment_file),
        ("flips", original.flips == translated.flips),
    ];
    for (key, _) in same.iter().filter(|(_, is_same)| !is_same) {
        faults.add(1, format!("{key} is not that of the original, {}.", original.file));
    }
    if original.steps.len() != translated.steps.len() {
        let (wanted, found) = (original.steps.len(), translated.steps.len());
        return faults.add(1, format!("The translation has {found} steps, and the original {wanted}."));
    }
    for (original, translated) in original.steps.iter().zip(&translated.steps) {
        compare_steps(original, translated, faults);
    }
}

fn compare_steps(original: &Step, translated: &Step, faults: &mut Faults) {
    if original.show != translated.show || original.highlight != translated.highlight {
        faults.add(translated.line, "show and highlight have to be those of the original.");
    }
    let fenced = |step: &Step| -> Vec<Part> {
        step.parts.iter().filter(|part| !matches!(part, Part::Text(_))).cloned().collect()
    };
    let (wanted, found) = (fenced(original), fenced(translated));
    if wanted.len() != found.len() {
        let wanted: Vec<String> = wanted.iter().map(name).collect();
        let text = format!("This step has to have the directives of the original: {}.", wanted.join(", "));
        return faults.add(translated.line, text);
    }
    for (original, translated_part) in wanted.iter().zip(&found) {
        if let Some((line, text)) = part_difference(original, translated_part) {
            faults.add(line.unwrap_or(translated.line), text);
        }
    }
}

/// What a directive is called, with its id if it has one.
fn name(part: &Part) -> String {
    match part {
        Part::Text(_) => "text".to_owned(),
        Part::Predict(prediction) => format!("predict “{}”", prediction.id),
        Part::Quiz(quiz) => format!("quiz “{}”", quiz.id),
        Part::Check(check) => format!("check “{}”", check.id),
        Part::Hint(_) => "hint".to_owned(),
        Part::Solution(_) => "solution".to_owned(),
        Part::After(_) => "after".to_owned(),
        Part::Notes(_) => "notes".to_owned(),
    }
}

fn part_difference(original: &Part, translated: &Part) -> Option<(Option<usize>, String)> {
    let (wanted, found) = (name(original), name(translated));
    if wanted != found {
        return Some((None, format!("Here stands {found}, and in the original {wanted}.")));
    }
    match (original, translated) {
        (Part::Predict(original), Part::Predict(own)) => (original.choices.len() != own.choices.len())
            .then(|| (Some(own.question.line), format!("{wanted} has not as many choices as the original."))),
        (Part::Quiz(original), Part::Quiz(own)) => {
            let is_same = original.points == own.points && same_answer(&original.expected, &own.expected);
            (!is_same).then(|| (Some(own.question.line), format!("{wanted} has another answer than in the original.")))
        }
        (Part::Check(original), Part::Check(own)) if original.points != own.points => {
            Some((Some(own.line), format!("{wanted} has other points than in the original.")))
        }
        (Part::Check(original), Part::Check(own)) => difference(original, own).map(|(line, text)| (Some(line), text)),
        (Part::Solution(original), Part::Solution(own)) => (original.experiment != own.experiment)
            .then(|| (None, "The solution is not that of the original.".to_owned())),
        (Part::Notes(original), Part::Notes(own)) => {
            ((original.minutes, original.bookmark) != (own.minutes, own.bookmark)).then(|| {
                (Some(own.text.line), "Minutes and bookmark of the notes have to be those of the original.".to_owned())
            })
        }
        _ => None,
    }
}

fn same_answer(original: &Expected, translated: &Expected) -> bool {
    match (original, translated) {
        (Expected::Choice { choices, right }, Expected::Choice { choices: own, right: own_right }) => {
            (choices.len(), right) == (own.len(), own_right)
        }
        (original, translated) => original == translated,
    }
}
