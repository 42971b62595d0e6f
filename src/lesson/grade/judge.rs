//! One submission against what came again.

use std::collections::BTreeMap;

use super::difference::{RunDifference, first_difference};
use super::{Entry, FoundLesson, Grade, GradeState, NotPlanned, Planned, RunKey, StoredRun, TOLERANCE};
use crate::lesson::check::{Check, Judgement, Verdict};
use crate::lesson::content::Step;
use crate::lesson::evidence::{Event, Evidence, RunEvidence};
use crate::lesson::submission::{
    JudgedCheck, JudgedRule, Machine, SeedsOf, Submission, WorkedExperiment, quiz_points, quizzes,
};
use crate::metrics::Summary;

/// Runs that were done again, and why others were not.
pub(super) struct Judge<'a> {
    pub stored: &'a BTreeMap<RunKey, StoredRun>,
    pub failed: &'a BTreeMap<RunKey, String>,
}

/// What is not as a submission says, in the order in which it is told.
#[derive(Default)]
struct Differences {
    /// Of records.
    records: Option<RunDifference>,
    /// Of what follows from answers, by the lesson's text alone.
    answers: Option<String>,
    /// Of verdicts.
    verdicts: Option<String>,
    /// Whether verdicts have the same points.
    has_other_points: bool,
    /// Whether a mean is further from the file's than [`TOLERANCE`].
    is_far: bool,
}

impl Judge<'_> {
    /// What becomes of a submission; `found` is its lesson, if it is here.
    pub fn grade(&self, entry: &Entry, found: Option<&FoundLesson>, planned: &[Result<Planned, NotPlanned>]) -> Grade {
        let mut grade = empty(&entry.file);
        let submission = match &entry.submission {
            Ok(submission) => submission,
            Err(problem) => return Grade { difference: Some(problem.clone()), ..grade },
        };
        describe(&mut grade, submission);
        let Some(found) = found else {
            let (pack, lesson) = (&submission.pack, &submission.lesson);
            grade.difference = Some(format!("there is no lesson {lesson} in a pack {pack} here"));
            return Grade { state: GradeState::UnknownLesson, ..grade };
        };
        let seeds = submission.seeds(found.lesson);
        grade.own_seeds = seeds.map(|seeds| seeds == SeedsOf::Student);
        grade.seeds = seeds.map(SeedsOf::word);
        grade.points_at_most = Some(found.lesson.points());
        let planned: Vec<&Planned> = match planned.iter().map(Result::as_ref).collect() {
            Ok(planned) => planned,
            Err(NotPlanned::NotHere(text)) => {
                return Grade { state: GradeState::NotRun, difference: Some(text.clone()), ..grade };
            }
            Err(NotPlanned::Contradiction(text)) => {
                return Grade { state: GradeState::Tampered, difference: Some(text.clone()), ..grade };
            }
        };
        if let Some(problem) = self.failure(&planned) {
            return Grade { state: GradeState::NotRun, difference: Some(problem), ..grade };
        }
        let mut differences = Differences::default();
        for (planned, worked) in planned.iter().zip(&submission.work.experiments) {
            self.compare(planned, worked, &mut differences);
            grade.seconds +=
                planned.runs.iter().filter_map(|(key, _)| self.stored.get(key)).map(StoredRun::seconds).sum::<f64>();
        }
        let again = self.points(found, submission, &planned, &mut differences);
        grade.points_again = Some(again);
        (grade.state, grade.difference) = state(found, submission, differences);
        grade
    }

    /// Why a run could not be made again, if one could not.
    fn failure(&self, planned: &[&Planned]) -> Option<String> {
        let runs = planned.iter().flat_map(|own| &own.runs);
        runs.into_iter().find_map(|(key, run)| {
            let name = &run.experiment.arms()[run.arm].name;
            let why = self.failed.get(key)?;
            Some(format!("arm {name}, seed {}: could not be run again: {why}", run.seed))
        })
    }

    /// Compares the records of an experiment with those that came again.
    fn compare(&self, planned: &Planned, worked: &WorkedExperiment, differences: &mut Differences) {
        for (arm, name) in planned.experiment.arms().iter().map(|arm| &arm.name).enumerate() {
            let (mut there, mut here) = (Vec::new(), Vec::new());
            for (key, run) in planned.runs.iter().filter(|(_, run)| run.arm == arm) {
                let seed = run.seed.to_string();
                let own = worked.runs.iter().find(|own| own.arm == *name && own.seed == seed);
                let (Some(own), Some(again)) = (own, self.stored.get(key)) else { continue };
                if let Some(found) = first_difference(own, &again.run) {
                    // What no machine can come to says more than what another one may.
                    let says_more =
                        differences.records.as_ref().is_none_or(|known| found.is_impossible && !known.is_impossible);
                    if says_more {
                        differences.records = Some(found);
                    }
                }
                there.extend(own.epochs.last().map(|epoch| epoch.results.test_accuracy));
                here.extend(again.run.epochs.last().map(|epoch| epoch.results.test_accuracy));
            }
            let apart = (Summary::of(&there).mean - Summary::of(&here).mean).abs();
            differences.is_far |= !there.is_empty() && (apart > TOLERANCE || apart.is_nan());
        }
    }

    /// Points by the lesson that is here, of what came again.
    fn points(
        &self,
        found: &FoundLesson,
        submission: &Submission,
        planned: &[&Planned],
        differences: &mut Differences,
    ) -> u32 {
        let claimed = |id: &str| submission.progress.points.get(id).copied().unwrap_or(0);
        let mut points = 0;
        for quiz in quizzes(found.lesson) {
            let own = quiz_points(quiz, &submission.progress);
            points += own;
            if own != claimed(&quiz.id) {
                let (id, there) = (&quiz.id, claimed(&quiz.id));
                differences
                    .answers
                    .get_or_insert(format!("question {id}: the file says {there} points, its answer {own}"));
            }
        }
        let mut events = submission.progress.events.clone();
        for check in found.lesson.steps.iter().flat_map(Step::checks) {
            let judged = submission.work.checks.get(&check.id);
            let again = judged.map(|judged| self.judge(check, planned[judged.experiment], &events));
            let own = again.as_ref().map_or(0, |again| again.points);
            points += own;
            if again.as_ref().is_some_and(|again| again.verdict != Verdict::Pass) {
                events.retain(|event| *event != Event::Passed(check.id.clone()));
            }
            let there = claimed(&check.id);
            if there != own || judged.is_some_and(|judged| judged.points != own) {
                differences.has_other_points = true;
                let there = if there == own { judged.map_or(0, |judged| judged.points) } else { there };
                let text = format!("exercise {}: the file says {there} points, the re-run {own}", check.id);
                differences.verdicts.get_or_insert(text);
            } else if let (Some(judged), Some(again)) = (judged, &again)
                && let Some(text) = other_rule(judged, again)
            {
                differences.verdicts.get_or_insert(format!("exercise {}: {text}", check.id));
            }
        }
        let known: Vec<&str> = (quizzes(found.lesson).map(|quiz| quiz.id.as_str()))
            .chain(found.lesson.steps.iter().flat_map(Step::checks).map(|check| check.id.as_str()))
            .collect();
        let stranger = submission.progress.points.keys().find(|id| !known.contains(&id.as_str()));
        if let Some(id) = stranger {
            differences.answers.get_or_insert(format!("the file has points for {id}, which the lesson does not ask"));
        }
        points
    }

    fn judge(&self, check: &Check, planned: &Planned, events: &[Event]) -> Judgement {
        let runs = planned.runs.iter().filter_map(|(key, run)| Some(self.stored.get(key)?.evidence(run.arm)));
        let runs: Vec<RunEvidence> = runs.collect();
        check.judge(&Evidence { experiment: &planned.experiment, runs: &runs, events })
    }
}

/// The first rule that was not judged as it is now.
fn other_rule(judged: &JudgedCheck, again: &Judgement) -> Option<String> {
    let again: Vec<JudgedRule> = again.rules.iter().map(JudgedRule::new).collect();
    if judged.rules.len() != again.len() {
        return Some(format!("the file has {} rules, the lesson {}", judged.rules.len(), again.len()));
    }
    let (own, again) = judged.rules.iter().zip(&again).find(|(own, again)| own != again)?;
    let text = |rule: &JudgedRule| {
        let holds = match rule.holds {
            Some(true) => "holds",
            Some(false) => "does not hold",
            None => "is not decided",
        };
        rule.value
            .as_ref()
            .map_or_else(|| format!("“{}” {holds}", rule.rule), |value| format!("“{}” {holds} ({value})", rule.rule))
    };
    Some(format!("the file says {}, the re-run {}", text(own), text(again)))
}

/// What all of it comes to.
fn state(found: &FoundLesson, submission: &Submission, differences: Differences) -> (GradeState, Option<String>) {
    let Differences { records, answers, verdicts, has_other_points, is_far } = differences;
    let is_alike = submission.machine.computes_like(Machine::here());
    let is_impossible = records.as_ref().is_some_and(|found| found.is_impossible);
    let has_other_bits = records.is_some();
    let first = records.map(|found| found.text);
    if !found.is_same {
        let text = first.or(verdicts).or(answers);
        return (GradeState::OtherLessonVersion, text);
    }
    // Answers are judged without arithmetic that could differ.
    let is_false = answers.is_some() || is_impossible;
    let other = first.or(answers).or(verdicts);
    let state = match &other {
        None => GradeState::Confirmed,
        Some(_) if is_false || is_alike => GradeState::Tampered,
        Some(_) if has_other_points || is_far => GradeState::Differs,
        Some(_) if has_other_bits => GradeState::Close,
        // The same records, and other words for them.
        Some(_) => GradeState::Differs,
    };
    (state, other)
}

fn empty(file: &str) -> Grade {
    Grade {
        file: file.to_owned(),
        student: String::new(),
        number: String::new(),
        pack: String::new(),
        lesson: String::new(),
        state: GradeState::Damaged,
        points: None,
        points_again: None,
        points_at_most: None,
        difference: None,
        hints: None,
        solutions: None,
        own_seeds: None,
        seeds: None,
        same_as: Vec::new(),
        comment: String::new(),
        program: String::new(),
        platform: String::new(),
        seconds: 0.0,
    }
}

/// What a submission says of itself.
fn describe(grade: &mut Grade, submission: &Submission) {
    let Submission { student, pack, lesson, machine, progress, work, .. } = submission;
    (grade.student, grade.number) = (student.name.clone(), student.number.clone());
    (grade.pack, grade.lesson) = (pack.clone(), lesson.clone());
    (grade.program, grade.platform) = (machine.program.clone(), machine.platform.clone());
    grade.comment.clone_from(&work.comment);
    grade.points = Some(submission.points());
    grade.hints = Some(submission.hints());
    grade.solutions = Some(progress.solutions.len() + progress.given_up.len());
}
