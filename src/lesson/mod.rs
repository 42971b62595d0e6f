//! Lessons: packs of Markdown with questions, exercises that the program judges, and progress.
//!
//! [`Pack::open`] reads a folder or archive and names every fault with its file and line; [`bundled_pack`] is part of the
//! program; [`Library`] finds all that are at hand. A [`Lesson`] is steps of [`Part`]s to show. A [`Check`] is judged on
//! [`Evidence`], an experiment with records of its runs, and gives the same verdict in the window and without one;
//! [`verify`] runs every start and solution and says which lessons hold. A [`Submission`] is what a student hands in,
//! and a [`Class`] of them is judged by running all of it again. `lessons/README.md` is the author's guide.

mod bundled;
mod check;
mod content;
mod controls;
mod directive;
mod document;
mod evidence;
mod experiment;
mod fault;
mod files;
mod grade;
mod library;
mod link;
mod markdown;
mod pack;
mod progress;
mod question;
mod reach;
mod read;
mod steps;
mod submission;
mod suggest;
mod template;
#[cfg(test)]
mod tests;
mod translation;
mod verify;

pub use bundled::bundled_pack;
pub use check::{
    Check, Function, Index, Judgement, Quantity, RuleJudgement, Setting, SettingKind, Source, Unit, Verdict, written,
};
pub use content::{Lesson, Part, Solution, Step, Text};
pub use controls::{Control, Highlight, LessonCommand};
pub use directive::{Bookmark, Notes};
pub use evidence::{Event, Evidence, RunEvidence};
pub use fault::{Fault, PackError};
pub use files::{MANIFEST, PackFiles};
pub use grade::{Class, FoundLesson, Grade, GradeError, GradeState, TOLERANCE, find_lesson, grades_to_csv};
pub use library::Library;
pub use link::Link;
pub use markdown::{Block, Span, Style, blocks};
pub use pack::Pack;
pub use progress::{LessonProgress, Progress};
pub use question::{Answer, Expected, Prediction, Quiz, Target};
pub use reach::out_of_reach;
pub use read::LESSON_FORMAT;
pub use submission::{
    Enrolment, JudgedCheck, JudgedRule, LONGEST_COMMENT, LONGEST_NAME, LONGEST_NUMBER, LessonWork, Machine,
    SUBMISSION_ENDING, SeedsOf, Student, Submission, SubmissionError, WorkedEpoch, WorkedExperiment, WorkedRun,
    checks_digest, fnv1a, lesson_digest,
};
pub use template::{new_pack, write_lesson_start};
pub use verify::{CheckReport, FreshJudgements, Plan, stages, verify};
