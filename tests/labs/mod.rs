//! Submissions of the small pack, and what grading says of them.

#![allow(dead_code, reason = "each test uses its own part")]

pub mod forgeries;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::AtomicBool;

use regrow::lesson::{
    Answer, Event, Evidence, LessonProgress, LessonWork, Pack, RunEvidence, Step, Student, Submission, checks_digest,
};
use regrow::training::{ExperimentSpec, check, compare_measuring};
use serde_json::Value;

use crate::lesson_rooms::Place;

/// What somebody hands in who has passed both exercises of the small lesson, answered one question and changed something else.
pub fn submission(place: &Place, student: &Student, seeds: &[u64], change: impl Fn(&mut ExperimentSpec)) -> Submission {
    submission_of(place, student, seeds, change, |_| {})
}

/// The same, with something done to its runs.
pub fn submission_of(
    place: &Place,
    student: &Student,
    seeds: &[u64],
    change: impl Fn(&mut ExperimentSpec),
    touch: impl Fn(&mut RunEvidence),
) -> Submission {
    let pack = Pack::open(place.pack.path()).expect("a pack");
    let lesson = &pack.lessons[0];
    let mut spec = lesson.experiment.spec().clone();
    spec.sparsity.density = Some(0.7);
    spec.training.seeds = seeds.to_vec();
    change(&mut spec);
    let experiment = check(&spec).expect("valid");
    let records = compare_measuring(&experiment, 2, &AtomicBool::new(false), true, &|_, _, _| {}).expect("threads");
    let mut runs: Vec<RunEvidence> = records.iter().map(RunEvidence::from).collect();
    runs.iter_mut().for_each(touch);
    let mut progress = LessonProgress::default();
    progress.predict("p1", Answer::Choice(1));
    progress.answer("q1", Answer::Number(84_480.0), 2);
    progress.hints.insert("q1".to_owned(), 1);
    progress.happened(Event::Ran);
    let mut work = LessonWork::default();
    work.follow(&checks_digest(lesson));
    for check in lesson.steps.iter().flat_map(Step::checks) {
        let judgement = check.judge(&Evidence { experiment: &experiment, runs: &runs, events: &progress.events });
        progress.judged(&check.id, &judgement);
        assert!(work.keep(check, &judgement, &experiment, &runs, Some(seeds)));
    }
    Submission::new(student.clone(), &pack, lesson, &progress, &work)
}

/// The same on the student's own seeds.
pub fn own(place: &Place, name: &str) -> Submission {
    let student = Student::new(name, "1");
    submission(place, &student, &student.seeds(3), |_| {})
}

/// The file with its contents changed, and the checksum of the new ones: as a student does who has read the sources.
pub fn forged(submission: &Submission, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut json = serde_json::to_value(submission).expect("JSON");
    change(&mut json);
    let json = json.to_string();
    format!("{{\"crc32\":\"{:08x}\",\"submission\":{json}}}\n", crc32fast::hash(json.as_bytes())).into_bytes()
}

/// The folder of a class.
pub struct ClassFolder(tempfile::TempDir);

impl ClassFolder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn table(&self) -> PathBuf {
        self.path().join("class.csv")
    }

    pub fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }

    pub fn command(&self, place: &Place, arguments: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_regrow"));
        program.args(["lesson", "grade"]).arg(self.path()).arg("--pack").arg(place.pack.path()).args(arguments);
        program.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        program
    }

    pub fn grade(&self, place: &Place, arguments: &[&str]) -> Output {
        self.command(place, arguments).output().expect("the program starts")
    }

    /// The rows of the table by file, seconds apart.
    pub fn rows(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        rows(&self.table())
    }
}

/// The rows of a table by file, seconds apart.
pub fn rows(table: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let text = fs::read_to_string(table).expect("a table");
    let text = text.strip_prefix('\u{feff}').expect("the mark of the encoding");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heading = reader.headers().expect("a heading").clone();
    let rows = reader.records().map(|record| {
        let record = record.expect("a row");
        let cells = heading.iter().zip(record.iter()).map(|(name, cell)| (name.to_owned(), cell.to_owned()));
        let mut row: BTreeMap<String, String> = cells.collect();
        let seconds = row.remove("seconds").expect("a column");
        assert!(seconds.parse::<f64>().is_ok(), "{seconds}");
        (row["file"].clone(), row)
    });
    rows.collect()
}
