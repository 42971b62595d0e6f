//! A lesson: steps of parts to read, to answer and to do.

use super::check::Check;
use super::controls::{Control, Highlight};
use super::directive::Notes;
use super::question::{Prediction, Quiz};
use crate::training::ValidExperiment;

/// A lesson.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// Its file in the pack.
    pub file: String,
    /// Its name in the pack.
    pub id: String,
    /// In plain text.
    pub title: String,
    /// What a student can do afterwards.
    pub objective: String,
    /// How long it takes alone.
    pub minutes: u32,
    /// Ids of lessons that come before.
    pub needs: Vec<String>,
    /// Share of fresh seeds, from 0 to 1, from which a check may judge start or solution wrongly.
    pub flips: f64,
    /// The file of its experiment.
    pub experiment_file: String,
    /// What it starts from.
    pub experiment: ValidExperiment,
    /// What stands before the first step, in Markdown.
    pub intro: Vec<Text>,
    /// At least one.
    pub steps: Vec<Step>,
}

/// A step of a lesson. It never moves on by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The line where it begins.
    pub line: usize,
    /// In plain text.
    pub title: String,
    /// The controls that it shows; all where it names none.
    pub show: Vec<Control>,
    /// What it points at.
    pub highlight: Vec<Highlight>,
    /// What stands in it, in order.
    pub parts: Vec<Part>,
}

/// Markdown, and the line in which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The line of the lesson's file.
    pub line: usize,
    /// As it was written.
    pub markdown: String,
}

/// What stands in a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// To read.
    Text(Text),
    /// A question about what will happen.
    Predict(Prediction),
    /// A question with a right answer.
    Quiz(Quiz),
    /// An exercise.
    Check(Check),
    /// Help with the quiz or check before it; several are levels, the first the least.
    Hint(Text),
    /// What passes the checks of the step.
    Solution(Solution),
    /// To read once the questions of the step are answered and its checks decided.
    After(Text),
    /// For the lecturer's screen only.
    Notes(Notes),
}

/// What passes the checks of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// The line of the lesson's file in which its TOML begins.
    pub line: usize,
    /// The TOML that is laid over the lesson's experiment.
    pub toml: String,
    /// The experiment that this makes.
    pub experiment: Box<ValidExperiment>,
}

impl Step {
    /// Its checks.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.parts.iter().filter_map(|part| if let Part::Check(check) = part { Some(check) } else { None })
    }

    /// What passes them.
    #[must_use]
    pub fn solution(&self) -> Option<&Solution> {
        self.parts.iter().find_map(|part| if let Part::Solution(solution) = part { Some(solution) } else { None })
    }
}

impl Lesson {
    /// Points of all checks and quizzes.
    #[must_use]
    pub fn points(&self) -> u32 {
        let of = |part: &Part| match part {
            Part::Check(check) => check.points,
            Part::Quiz(quiz) => quiz.points,
            _ => 0,
        };
        self.steps.iter().flat_map(|step| &step.parts).map(of).sum()
    }

    /// Minutes that the notes plan for a lecture.
    #[must_use]
    pub fn lecture_minutes(&self) -> u32 {
        let of = |part: &Part| if let Part::Notes(notes) = part { notes.minutes } else { 0 };
        self.steps.iter().flat_map(|step| &step.parts).map(of).sum()
    }
}
