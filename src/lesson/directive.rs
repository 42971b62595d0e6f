//! Directives: what stands between fences, with its attributes read and its types checked.

use super::content::Text;
use super::document::{Attribute, Directive};
use super::fault::Faults;
use super::question::{Expected, Prediction, Quiz, Target};
use super::suggest::suggestion;

/// The directives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Predict,
    Check,
    Hint,
    Quiz,
    Solution,
    After,
    Notes,
}

impl Word {
    const ALL: [(&'static str, Self, &'static [&'static str]); 7] = [
        ("predict", Self::Predict, &["id", "choices"]),
        ("check", Self::Check, &["id", "points"]),
        ("hint", Self::Hint, &[]),
        ("quiz", Self::Quiz, &["id", "points", "choices", "answer", "tolerance", "click"]),
        ("solution", Self::Solution, &[]),
        ("after", Self::After, &[]),
        ("notes", Self::Notes, &["minutes", "bookmark"]),
    ];

    /// The directive of a word, where its attributes are known ones and its body says something.
    pub fn of(directive: &Directive, faults: &mut Faults) -> Option<Self> {
        let line = directive.line;
        let Some((name, word, known)) = Self::ALL.into_iter().find(|(name, ..)| *name == directive.word) else {
            let names = Self::ALL.iter().map(|(name, ..)| *name);
            let wanted = suggestion(&directive.word, names);
            faults.add(line, format!("“{}” is no directive. {wanted} (Plain code: ```text.)", directive.word));
            return None;
        };
        let mut is_whole = true;
        for Attribute { key, .. } in &directive.attributes {
            if !known.contains(&key.as_str()) {
                let wanted = suggestion(key, known.iter().copied());
                faults.add(line, format!("{name} has no attribute “{key}”. {wanted}"));
                is_whole = false;
            }
        }
        if directive.body.trim().is_empty() {
            faults.add(line, format!("This {name} is empty. Write between its fences what it says, or take it out."));
            is_whole = false;
        }
        is_whole.then_some(word)
    }
}

/// What stands in notes for the lecturer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notes {
    /// How long this step takes in a lecture.
    pub minutes: u32,
    /// Where the run should stand.
    pub bookmark: Option<Bookmark>,
    /// What they say.
    pub text: Text,
}

/// A moment of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bookmark {
    /// The end of an epoch; 0 is the start.
    Epoch(u32),
    /// A topology update.
    Update(u32),
}

impl Directive {
    pub fn attribute(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|attribute| attribute.key == key).map(|attribute| attribute.value.as_str())
    }

    /// The body as Markdown.
    pub fn text(&self) -> Text {
        Text { line: self.line + 1, markdown: self.body.trim_end().to_owned() }
    }

    fn required(&self, key: &str, example: &str) -> Result<&str, String> {
        self.attribute(key).ok_or_else(|| format!("{} lacks its {key}. Write {key}={example}.", self.word))
    }

    /// The name of a directive that has one.
    pub fn id(&self) -> Result<String, String> {
        let id = self.required("id", "\"a\"")?;
        check_id(id).map(|()| id.to_owned())
    }

    /// What it is worth: one point if not said.
    pub fn points(&self) -> Result<u32, String> {
        self.attribute("points").map_or(Ok(1), |text| whole("points", text, super::check::MOST_POINTS))
    }

    pub fn prediction(&self) -> Result<Prediction, String> {
        let choices = choices(self.required("choices", "\"dense | SET\"")?)?;
        Ok(Prediction { id: self.id()?, question: self.text(), choices })
    }

    pub fn quiz(&self) -> Result<Quiz, String> {
        let attribute = |key| self.attribute(key);
        let expected = match (attribute("choices"), attribute("answer"), attribute("tolerance"), attribute("click")) {
            (Some(given), Some(answer), None, None) => {
                let choices = choices(given)?;
                let right = choices.iter().position(|choice| choice == answer);
                let none = || format!("The answer “{answer}” is none of the choices.");
                Expected::Choice { right: right.ok_or_else(none)?, choices }
            }
            (None, Some(answer), Some(tolerance), None) => {
                let (value, tolerance) = (number("answer", answer)?, number("tolerance", tolerance)?);
                if tolerance < 0.0 {
                    return Err("A tolerance below 0 lets nothing pass.".to_owned());
                }
                Expected::Number { value, tolerance }
            }
            (None, None, None, Some("next-cut")) => Expected::Click(Target::NextCut),
            (None, None, None, Some(other)) => {
                return Err(format!("“{other}” is nothing to click. {}", suggestion(other, ["next-cut"])));
            }
            _ => {
                return Err("A quiz has choices=\"a | b\" and answer=\"a\", or answer=5 and tolerance=1, or \
                            click=\"next-cut\"."
                    .to_owned());
            }
        };
        Ok(Quiz { id: self.id()?, points: self.points()?, question: self.text(), expected })
    }

    pub fn notes(&self, epochs: Option<u32>) -> Result<Notes, String> {
        let minutes = whole("minutes", self.required("minutes", "3")?, 600)?;
        let bookmark = self.attribute("bookmark").map(|text| bookmark(text, epochs)).transpose()?;
        Ok(Notes { minutes, bookmark, text: self.text() })
    }
}

/// A name: small letters, digits and hyphens.
pub(super) fn check_id(id: &str) -> Result<(), String> {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if !id.is_empty() && id.len() <= 64 && id.chars().all(fits) {
        return Ok(());
    }
    Err(format!("“{id}” is no id. Use up to 64 small letters, digits and hyphens."))
}

fn whole(key: &str, text: &str, most: u32) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| format!("{key} is a whole number from 1 to {most}, not “{text}”."))
}

fn number(key: &str, text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| format!("{key} is a number, not “{text}”."))
}

fn choices(text: &str) -> Result<Vec<String>, String> {
    let choices: Vec<String> = text.split('|').map(|choice| choice.trim().to_owned()).collect();
    if choices.len() < 2 || choices.iter().any(String::is_empty) {
        return Err("choices are two or more texts between bars: choices=\"dense | SET\".".to_owned());
    }
    match choices.iter().enumerate().find(|(index, choice)| choices[..*index].contains(choice)) {
        Some((_, twice)) => Err(format!("The choice “{twice}” is there twice.")),
        None => Ok(choices),
    }
}

fn bookmark(text: &str, epochs: Option<u32>) -> Result<Bookmark, String> {
    let moment: Option<(&str, u32)> =
        text.split_once(' ').and_then(|(word, number)| Some((word, number.trim().parse().ok()?)));
    match moment {
        Some(("epoch", epoch)) if epochs.is_some_and(|epochs| epoch > epochs) => {
            Err(format!("There is no epoch {epoch}: the experiment has {}.", epochs.unwrap_or(0)))
        }
        Some(("epoch", epoch)) => Ok(Bookmark::Epoch(epoch)),
        Some(("update", update)) => Ok(Bookmark::Update(update)),
        _ => Err(format!("“{text}” is no moment of a run. Write bookmark=\"epoch 10\" or bookmark=\"update 3\".")),
    }
}
