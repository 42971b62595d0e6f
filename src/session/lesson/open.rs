//! The lesson that is open.

use std::collections::BTreeMap;

use super::super::undo::State;
use crate::lesson::{
    Answer, Check, Event, Evidence, Judgement, Lesson, LessonProgress, Part, Quiz, RunEvidence, Step, Verdict,
};
use crate::storage::Autosave;
use crate::training::{ExperimentSpec, ValidExperiment};

/// A lesson, where one is in it, and what was open before.
pub struct OpenLesson {
    pack: String,
    lesson: Lesson,
    step: usize,
    /// What was judged since it was opened, by the check's id.
    asked: BTreeMap<String, Asked>,
    /// What comes back when it is left.
    pub(in crate::session) before: State,
    /// Keeps the lesson's experiment as it is, for the next time.
    pub(in crate::session) autosave: Option<Autosave>,
    /// What it was handed last.
    pub(in crate::session) kept: Option<ExperimentSpec>,
}

/// What became of a check that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The experiment that it was judged on.
    pub experiment: ExperimentSpec,
    /// What it came to.
    pub judgement: Judgement,
    /// Runs that had ended then.
    pub(in crate::session) runs_ended: usize,
}

impl OpenLesson {
    pub(in crate::session) fn new(pack: &str, lesson: Lesson, step: usize, before: State) -> Self {
        let step = step.min(lesson.steps.len() - 1);
        let pack = pack.to_owned();
        Self { pack, lesson, step, asked: BTreeMap::new(), before, autosave: None, kept: None }
    }

    /// Id of its pack.
    #[must_use]
    pub fn pack(&self) -> &str {
        &self.pack
    }

    /// The lesson.
    #[must_use]
    pub fn lesson(&self) -> &Lesson {
        &self.lesson
    }

    /// Number of the step, from 0.
    #[must_use]
    pub fn step_number(&self) -> usize {
        self.step
    }

    /// The step.
    #[must_use]
    pub fn step(&self) -> &Step {
        &self.lesson.steps[self.step]
    }

    pub(in crate::session) fn go_to(&mut self, step: usize) {
        self.step = step.min(self.lesson.steps.len() - 1);
    }

    /// Puts another version of the lesson in its place; the one before.
    pub(super) fn replace(&mut self, lesson: Lesson) -> Lesson {
        let before = std::mem::replace(&mut self.lesson, lesson);
        self.go_to(self.step);
        self.asked.clear();
        before
    }

    /// What a check came to when it was last judged.
    #[must_use]
    pub fn asked(&self, check: &str) -> Option<&Asked> {
        self.asked.get(check)
    }

    /// The check with this id.
    #[must_use]
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.lesson.steps.iter().flat_map(Step::checks).find(|check| check.id == id)
    }

    /// The quiz with this id.
    #[must_use]
    pub fn quiz(&self, id: &str) -> Option<&Quiz> {
        let quizzes = self.lesson.steps.iter().flat_map(|step| &step.parts);
        quizzes
            .into_iter()
            .find_map(|part| if let Part::Quiz(quiz) = part { Some(quiz) } else { None }.filter(|quiz| quiz.id == id))
    }

    /// Hints on the quiz or check with this id.
    #[must_use]
    pub fn hints(&self, id: &str) -> usize {
        let mut count = 0;
        for step in &self.lesson.steps {
            let mut about = None;
            for part in &step.parts {
                match part {
                    Part::Quiz(quiz) => about = Some(&quiz.id),
                    Part::Check(check) => about = Some(&check.id),
                    Part::Hint(_) if about.is_some_and(|about| about == id) => count += 1,
                    _ => {}
                }
            }
        }
        count
    }

    /// Whether the experiment is the lesson's, however it has been changed since.
    #[must_use]
    pub fn is_own(&self, experiment: &ExperimentSpec) -> bool {
        let solutions = self.lesson.steps.iter().filter_map(Step::solution).map(|solution| &solution.experiment);
        let mut names = solutions.map(|own| &own.spec().name).chain([&self.lesson.experiment.spec().name]);
        names.any(|name| *name == experiment.name) && *experiment != self.before.draft
    }

    /// Whether checks look at what has to be measured.
    #[must_use]
    pub fn needs_measures(&self) -> bool {
        self.lesson.steps.iter().flat_map(Step::checks).any(Check::needs_measures)
    }

    /// Whether the quiz is answered, rightly or by looking.
    #[must_use]
    pub fn is_settled(quiz: &Quiz, progress: &LessonProgress) -> bool {
        let is_right = progress.answers.get(&quiz.id).is_some_and(|answer| quiz.judge(*answer) == Verdict::Pass);
        is_right || progress.given_up.contains(&quiz.id)
    }

    /// What was predicted since the after-words before these, to be compared with what happened.
    #[must_use]
    pub fn predicted<'a>(&'a self, progress: &LessonProgress) -> Vec<&'a str> {
        let has_after = |step: &Step| step.parts.iter().any(|part| matches!(part, Part::After(_)));
        let before = self.lesson.steps[..self.step].iter().rposition(has_after).map_or(0, |step| step + 1);
        let parts = self.lesson.steps[before..=self.step].iter().flat_map(|step| &step.parts);
        let predictions =
            parts.filter_map(|part| if let Part::Predict(prediction) = part { Some(prediction) } else { None });
        predictions
            .filter_map(|prediction| match progress.answers.get(&prediction.id)? {
                Answer::Choice(choice) => prediction.choices.get(*choice).map(String::as_str),
                _ => None,
            })
            .collect()
    }

    /// Whether the after-words of the step may be read: its predictions are made, its quizzes settled, and its checks passed or
    /// their solution looked at.
    #[must_use]
    pub fn shows_after(&self, progress: &LessonProgress) -> bool {
        self.step().parts.iter().all(|part| match part {
            Part::Predict(prediction) => progress.answers.contains_key(&prediction.id),
            Part::Quiz(quiz) => Self::is_settled(quiz, progress),
            Part::Check(check) => {
                progress.events.contains(&Event::Passed(check.id.clone())) || progress.solutions.contains(&self.step)
            }
            _ => true,
        })
    }

    /// Judges a check; nothing where there is none with this id.
    pub(in crate::session) fn judge(
        &mut self,
        id: &str,
        experiment: &ValidExperiment,
        (runs, ended): (&[RunEvidence], usize),
        events: &[Event],
    ) -> Option<Judgement> {
        let judgement = self.check(id)?.judge(&Evidence { experiment, runs, events });
        let asked = Asked { experiment: experiment.spec().clone(), judgement: judgement.clone(), runs_ended: ended };
        self.asked.insert(id.to_owned(), asked);
        Some(judgement)
    }

    /// Checks that wait for more runs than had ended when they were judged.
    pub(in crate::session) fn waiting(&self, experiment: &ExperimentSpec, runs_ended: usize) -> Vec<String> {
        let waits = |asked: &Asked| {
            asked.judgement.verdict != Verdict::Pass
                && asked.runs_ended != runs_ended
                && asked.experiment == *experiment
        };
        self.asked.iter().filter(|(_, asked)| waits(asked)).map(|(id, _)| id.clone()).collect()
    }
}
