//! What a student hands in: one file with answers, experiments, seeds, records of runs and verdicts, to be judged again elsewhere.
//!
//! The file is plain text, `{"crc32":"…","submission":{…}}`. The checksum finds accidents and careless edits. It cannot be a
//! secret, for the program is open: a file that was forged with care is found out by a [`super::Class`], which runs again
//! all that the file says has run.

mod digest;
mod machine;
mod student;
mod work;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::digest::fnv1a;
pub use self::machine::Machine;
pub use self::student::{Enrolment, LONGEST_NAME, LONGEST_NUMBER, Student};
pub use self::work::{JudgedCheck, JudgedRule, LONGEST_COMMENT, LessonWork, WorkedEpoch, WorkedExperiment, WorkedRun};

use super::check::Verdict;
use super::content::{Lesson, Part, Step};
use super::files::PackFiles;
use super::pack::Pack;
use super::progress::LessonProgress;
use super::question::Quiz;
use crate::storage::{Unsealed, sealed, unsealed_after_travel, write_whole};

/// How the name of a submission ends.
pub const SUBMISSION_ENDING: &str = "regrowlab";
/// The version of the format that this program writes.
const FORMAT: u32 = 1;
/// What the file holds.
const NAME: &str = "submission";
/// Bytes of a file at most.
const MOST_BYTES: u64 = 256 << 20;

/// Why a file is no submission.
#[derive(Debug, Error)]
pub enum SubmissionError {
    /// It could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is damaged, was changed, or was made by something else.
    #[error("{}: {problem}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: String,
    },
}

/// What a student hands in of a lesson.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    format: u32,
    /// Who hands in.
    pub student: Student,
    /// Id of the pack.
    pub pack: String,
    /// Id of the lesson.
    pub lesson: String,
    /// Digest of the lesson's text and experiment as the student had them, see [`lesson_digest`].
    pub lesson_digest: String,
    /// On what it was computed.
    pub machine: Machine,
    /// Answers, hints, solutions that were looked at, points as the student's window said them, what was done in which order.
    pub progress: LessonProgress,
    /// What checks were judged on.
    pub work: LessonWork,
}

impl Submission {
    /// What a student has done in a lesson of a pack. Points are those of the last answers and of the work: what was earned before
    /// runs were kept cannot be judged again.
    #[must_use]
    pub fn new(student: Student, pack: &Pack, lesson: &Lesson, progress: &LessonProgress, work: &LessonWork) -> Self {
        let of_quizzes = quizzes(lesson).map(|quiz| (quiz.id.clone(), quiz_points(quiz, progress)));
        let of_checks = lesson.steps.iter().flat_map(Step::checks);
        let of_checks = of_checks.filter_map(|check| Some((check.id.clone(), work.checks.get(&check.id)?.points)));
        let progress = LessonProgress { points: of_quizzes.chain(of_checks).collect(), ..progress.clone() };
        Self {
            format: FORMAT,
            student,
            pack: pack.id.clone(),
            lesson: lesson.id.clone(),
            lesson_digest: lesson_digest(&pack.files, lesson),
            machine: Machine::here().clone(),
            progress,
            work: work.clone(),
        }
    }

    /// Its file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let json = serde_json::to_string(self).expect("text and finite numbers can be written");
        sealed(NAME, &json)
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn write(&self, path: &Path) -> Result<(), SubmissionError> {
        write_whole(path, &self.to_bytes()).map_err(|source| SubmissionError::File { path: path.to_owned(), source })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Where it cannot be read, is not as it was written, or comes from a newer version.
    pub fn load(path: &Path) -> Result<Self, SubmissionError> {
        let error = |source| SubmissionError::File { path: path.to_owned(), source };
        let bytes = read_file(path).map_err(error)?;
        Self::read(&bytes).map_err(|problem| SubmissionError::Damaged { path: path.to_owned(), problem })
    }

    /// Reads what a file holds.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        /// What every version has.
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        const AGAIN: &str = "Ask for the file again";
        let json = unsealed_after_travel(NAME, bytes).map_err(|fault| match fault {
            Unsealed::Foreign => format!("it is no submission of Regrow, or not whole. {AGAIN}"),
            Unsealed::Changed => format!("{fault}. It was edited or damaged. {AGAIN}"),
        })?;
        let damaged = |error: serde_json::Error| format!("it is damaged ({error}). {AGAIN}");
        let Version { format } = serde_json::from_str(json).map_err(damaged)?;
        if format > FORMAT {
            return Err(format!(
                "format {format} is newer than this program, which reads up to {FORMAT}. Update Regrow"
            ));
        }
        let submission: Self = serde_json::from_str(json).map_err(damaged)?;
        submission.check().map_err(|problem| format!("{problem}. {AGAIN}"))?;
        Ok(submission)
    }

    fn check(&self) -> Result<(), &'static str> {
        let student = &self.student;
        if Student::new(&student.name, &student.number) != *student || !student.is_named() {
            return Err("its student has no name that a student can have");
        }
        if self.work.comment.chars().count() > LONGEST_COMMENT {
            return Err("its comment is longer than one can be");
        }
        if !self.work.is_sound() {
            return Err("a check in it stands on an experiment that is not there");
        }
        let runs = || self.work.experiments.iter().flat_map(|experiment| &experiment.runs);
        if !runs().all(|run| run.seed.parse::<u64>().is_ok()) {
            return Err("a run in it has no seed");
        }
        Ok(())
    }

    /// Points as the student's window said them.
    #[must_use]
    pub fn points(&self) -> u32 {
        self.progress.points.values().fold(0, |sum: u32, &points| sum.saturating_add(points))
    }

    /// Hints that were looked at.
    #[must_use]
    pub fn hints(&self) -> usize {
        self.progress.hints.values().fold(0, |sum: usize, &hints| sum.saturating_add(hints))
    }

    /// Whose seeds its runs have, where any were to be made; `lesson` is the lesson as it is here.
    #[must_use]
    pub fn seeds(&self, lesson: &Lesson) -> Option<SeedsOf> {
        let usual = lesson.experiment.seeds();
        let own = self.student.seeds(usual.len());
        let of = |experiment: &WorkedExperiment| match experiment.seeds() {
            Some(seeds) if seeds == own => SeedsOf::Student,
            Some(seeds) if seeds == usual => SeedsOf::Lesson,
            _ => SeedsOf::Nobody,
        };
        let checks = || lesson.steps.iter().flat_map(Step::checks).filter(|check| check.needs_runs());
        let looks_at = |number: usize| {
            checks().any(|check| self.work.checks.get(&check.id).is_some_and(|judged| judged.experiment == number))
        };
        let experiments = self.work.experiments.iter().enumerate();
        let ran = experiments.filter(|(number, own)| !own.runs.is_empty() || looks_at(*number));
        ran.map(|(_, own)| of(own)).max()
    }

    /// A number that other runs would hardly have; none where it has no runs.
    #[must_use]
    pub fn runs_digest(&self) -> Option<u64> {
        let runs = self.work.experiments.iter().flat_map(|experiment| &experiment.runs);
        let mut ends: Vec<(&str, &str)> =
            runs.filter_map(|run| Some((run.seed.as_str(), run.epochs.last()?.digest.as_str()))).collect();
        ends.sort_unstable();
        ends.dedup();
        (!ends.is_empty()).then(|| fnv1a(format!("{ends:?}").as_bytes()))
    }
}

/// Whose seeds runs have, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeedsOf {
    /// Those that follow from the student's name and number.
    Student,
    /// Those of the lesson's experiment.
    Lesson,
    /// Others.
    Nobody,
}

impl SeedsOf {
    /// The word in tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Student => "own",
            Self::Lesson => "lesson",
            Self::Nobody => "other",
        }
    }
}

/// A digest of a lesson's text and of the file of its experiment, however lines end in them.
#[must_use]
pub fn lesson_digest(files: &PackFiles, lesson: &Lesson) -> String {
    let text = |name: &str| files.text(name).unwrap_or_default().replace("\r\n", "\n");
    let both = format!("{}\0{}", text(&lesson.file), text(&lesson.experiment_file));
    format!("{:016x}", fnv1a(both.as_bytes()))
}

/// A digest of what the checks of a lesson ask: texts and translations may change, and judgements still hold.
#[must_use]
pub fn checks_digest(lesson: &Lesson) -> String {
    let checks = lesson.steps.iter().flat_map(Step::checks);
    let checks: Vec<_> = checks.map(|check| (&check.id, check.points, check.rules().collect::<Vec<_>>())).collect();
    format!("{:016x}", fnv1a(format!("{checks:?}").as_bytes()))
}

/// The bytes of a file, unless it is larger than a submission can be.
pub(super) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.len() > MOST_BYTES {
        return Err(io::Error::other(format!(
            "larger than {} MB, the most that a submission may be",
            MOST_BYTES >> 20
        )));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What an answer to a quiz earns: nothing where it was looked up.
pub(super) fn quiz_points(quiz: &Quiz, progress: &LessonProgress) -> u32 {
    let is_right = progress.answers.get(&quiz.id).is_some_and(|answer| quiz.judge(*answer) == Verdict::Pass);
    if is_right && !progress.given_up.contains(&quiz.id) { quiz.points } else { 0 }
}

/// The quizzes of a lesson.
pub(super) fn quizzes(lesson: &Lesson) -> impl Iterator<Item = &Quiz> {
    let parts = lesson.steps.iter().flat_map(|step| &step.parts);
    parts.filter_map(|part| if let Part::Quiz(quiz) = part { Some(quiz) } else { None })
}
