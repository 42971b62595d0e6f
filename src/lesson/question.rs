//! Predictions and quizzes, and whether an answer is right.

use serde::{Deserialize, Serialize};

use super::check::Verdict;
use super::content::Text;

/// A question without a right answer: what will happen?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// Its name in the lesson.
    pub id: String,
    /// What is asked.
    pub question: Text,
    /// At least two.
    pub choices: Vec<String>,
}

/// A question with a right answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Quiz {
    /// Its name in the lesson.
    pub id: String,
    /// What it is worth.
    pub points: u32,
    /// What is asked.
    pub question: Text,
    /// What is right.
    pub expected: Expected,
}

/// What is right.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// One of several texts.
    Choice {
        /// At least two.
        choices: Vec<String>,
        /// The right one, from 0.
        right: usize,
    },
    /// A number, or one near it.
    Number {
        /// The number.
        value: f64,
        /// How far from it is right too.
        tolerance: f64,
    },
    /// A click on the canvas.
    Click(Target),
}

/// What is to be clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A connection that the next topology update will cut.
    NextCut,
}

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// A choice, from 0.
    Choice(usize),
    /// A number.
    Number(f64),
    /// A connection on the canvas.
    Connection {
        /// Whether the next topology update will cut it, if that is known: scores that draw lots cannot be foretold.
        is_next_cut: Option<bool>,
    },
}

impl Quiz {
    /// Whether the answer is right; not yet where it is of another kind, or nobody can know.
    #[must_use]
    pub fn judge(&self, answer: Answer) -> Verdict {
        let is_right = match (&self.expected, answer) {
            (Expected::Choice { right, .. }, Answer::Choice(given)) => given == *right,
            // What rounding adds is not the student's fault.
            (Expected::Number { value, tolerance }, Answer::Number(given)) => {
                (given - value).abs() <= tolerance * (1.0 + 1e-9)
            }
            (Expected::Click(Target::NextCut), Answer::Connection { is_next_cut: Some(is_cut) }) => is_cut,
            _ => return Verdict::NotYet,
        };
        if is_right { Verdict::Pass } else { Verdict::Fail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_judged_by_kind() {
        let quiz =
            |expected| Quiz { id: "q".into(), points: 1, question: Text { line: 1, markdown: "?".into() }, expected };
        let number = quiz(Expected::Number { value: 0.3, tolerance: 0.1 });
        assert_eq!([0.4, 0.2, 0.41, f64::NAN].map(|given| number.judge(Answer::Number(given))), {
            use Verdict::{Fail, Pass};
            [Pass, Pass, Fail, Fail]
        });
        assert_eq!(number.judge(Answer::Choice(0)), Verdict::NotYet);
        let choice = quiz(Expected::Choice { choices: vec!["a".into(), "b".into()], right: 1 });
        assert_eq!([0, 1, 7].map(|given| choice.judge(Answer::Choice(given)) == Verdict::Pass), [false, true, false]);
        let click = quiz(Expected::Click(Target::NextCut));
        let clicked = |is_next_cut| click.judge(Answer::Connection { is_next_cut });
        assert_eq!([clicked(Some(true)), clicked(Some(false)), clicked(None)], {
            [Verdict::Pass, Verdict::Fail, Verdict::NotYet]
        });
    }
}
