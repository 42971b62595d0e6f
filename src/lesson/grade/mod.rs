//! Judging a class: every submission of a folder is run again and compared with what it says.
//!
//! What a file claims is believed in nothing that can be computed: answers are judged by the lesson as it is here, experiments are
//! run again from their text, and checks judged on what comes of that. Taken on trust are answers themselves, the order of what
//! was done, and connections that were clicked.

mod difference;
mod find;
mod judge;
mod plan;
mod stored;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use thiserror::Error;

use self::find::find_submissions;
use self::judge::Judge;
pub use self::plan::{FoundLesson, find_lesson};
use self::plan::{NotPlanned, Planned, plan};
use self::stored::{RunFolder, RunKey, StoredRun};
pub use self::table::grades_to_csv;
use super::pack::Pack;
use super::submission::{Submission, fnv1a, read_file};
use crate::training::{BatchRun, EpochRecord, run_batch};

/// Mean test accuracies of an arm that are no further apart than this, from 0 to 1, are close.
pub const TOLERANCE: f64 = 0.05;

/// Why a class cannot be judged.
#[derive(Debug, Error)]
#[error("{}: {source}", path.display())]
pub struct GradeError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// What became of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GradeState {
    /// All that it says came again, bit by bit.
    Confirmed,
    /// Its machine rounds otherwise: other bits, the same points, and means no further apart than [`TOLERANCE`].
    Close,
    /// Its machine rounds otherwise, and what came again is not close.
    Differs,
    /// It says what no machine like this one can come to.
    Tampered,
    /// It cannot be read, or is not as it was written.
    Damaged,
    /// Its lesson is not here.
    UnknownLesson,
    /// Its lesson has another text here; points are by the one that is here.
    OtherLessonVersion,
    /// Its experiment cannot run here.
    NotRun,
}

impl GradeState {
    /// The word in tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Close => "close",
            Self::Differs => "differs",
            Self::Tampered => "tampered",
            Self::Damaged => "damaged",
            Self::UnknownLesson => "unknown lesson",
            Self::OtherLessonVersion => "other lesson version",
            Self::NotRun => "not run",
        }
    }

    /// Whether nobody has to look at it.
    #[must_use]
    pub fn is_fine(self) -> bool {
        matches!(self, Self::Confirmed | Self::Close)
    }
}

/// What became of a submission, and what its student had come to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Grade {
    /// The file, from the folder of the class.
    pub file: String,
    /// As the student wrote it.
    pub student: String,
    /// As the student wrote it.
    pub number: String,
    /// Id of the pack.
    pub pack: String,
    /// Id of the lesson.
    pub lesson: String,
    /// What became of it.
    pub state: GradeState,
    /// Points as the student's window said them.
    pub points: Option<u32>,
    /// Points of what came again.
    pub points_again: Option<u32>,
    /// Points of the lesson.
    pub points_at_most: Option<u32>,
    /// What is not as the file says, or why there is nothing to say.
    pub difference: Option<String>,
    /// Hints that were looked at.
    pub hints: Option<usize>,
    /// Steps whose solution was looked at, and quizzes whose answer was.
    pub solutions: Option<usize>,
    /// Whether all runs have the student's own seeds; none where there are no runs.
    pub own_seeds: Option<bool>,
    /// Whose seeds they have: `own`, `lesson`, `other`.
    pub seeds: Option<&'static str>,
    /// Other files of the lesson with the same contents, runs or comment.
    pub same_as: Vec<String>,
    /// What the student had to say.
    pub comment: String,
    /// Version of the program that the student had.
    pub program: String,
    /// Processor and system of the student.
    pub platform: String,
    /// Seconds of training that it took to run it again.
    pub seconds: f64,
}

/// A file of a class.
struct Entry {
    file: String,
    contents: u64,
    submission: Result<Submission, String>,
}

/// A class that can be judged: what is to be run is known, and what has been run is there.
pub struct Class<'a> {
    packs: Vec<&'a Pack>,
    entries: Vec<Entry>,
    folder: RunFolder,
    folder_path: PathBuf,
    /// By entry and experiment.
    planned: Vec<Vec<Result<Planned, NotPlanned>>>,
    stored: BTreeMap<RunKey, StoredRun>,
    todo: Vec<(RunKey, BatchRun)>,
}

impl<'a> Class<'a> {
    /// Reads all submissions below a folder. Of several packs with one id the first counts. Runs are kept in the folder `runs`,
    /// which is made; those that are there are not made again.
    ///
    /// # Errors
    /// Where a folder cannot be read or written. A file that is no submission is no error.
    pub fn open(folder: &Path, packs: &[&'a Pack], runs: &Path) -> Result<Self, GradeError> {
        let error = |path: &Path| {
            let path = path.to_owned();
            move |source| GradeError { path, source }
        };
        let files = find_submissions(folder).map_err(error(folder))?;
        let entries: Vec<Entry> = files.iter().map(|file| Entry::read(folder, file)).collect();
        let run_folder = RunFolder::open(runs).map_err(error(runs))?;
        let mut class = Self {
            packs: packs.to_vec(),
            entries,
            folder: run_folder,
            folder_path: runs.to_owned(),
            planned: Vec::new(),
            stored: BTreeMap::new(),
            todo: Vec::new(),
        };
        class.plan();
        Ok(class)
    }

    fn plan(&mut self) {
        let mut asked = BTreeSet::new();
        for entry in &self.entries {
            let mut planned = Vec::new();
            if let Ok(submission) = &entry.submission
                && let Some(found) = find_lesson(&self.packs, submission)
            {
                planned = (0..submission.work.experiments.len()).map(|own| plan(&found, own, submission)).collect();
            }
            // What is not judged is not run: all experiments of a submission can run, or none does.
            let runs = planned.iter().flat_map(|own| own.as_ref().map_or(&[][..], |own| &own.runs));
            for (key, run) in runs.filter(|_| planned.iter().all(Result::is_ok)) {
                if !asked.insert(key.clone()) {
                    continue;
                }
                match self.folder.read(key) {
                    Some(stored) => drop(self.stored.insert(key.clone(), stored)),
                    None => self.todo.push((key.clone(), run.clone())),
                }
            }
            self.planned.push(planned);
        }
    }

    /// How many submissions there are.
    #[must_use]
    pub fn submissions(&self) -> usize {
        self.entries.len()
    }

    /// Runs that are there, and all.
    #[must_use]
    pub fn runs(&self) -> (usize, usize) {
        (self.stored.len(), self.stored.len() + self.todo.len())
    }

    /// Epochs that are still to be trained.
    #[must_use]
    pub fn epochs_left(&self) -> u64 {
        self.todo.iter().map(|(_, run)| u64::from(run.experiment.epochs())).sum()
    }

    /// Does the runs that are not there yet on `threads` threads, each kept as soon as it has ended, and judges every submission;
    /// nothing where `cancel` was set before all were done. `on_epoch` is called after every epoch with the name of its arm and
    /// its seed.
    ///
    /// # Errors
    /// Where a run cannot be kept, or threads cannot be started.
    pub fn finish(
        self,
        threads: usize,
        cancel: &AtomicBool,
        on_epoch: &(dyn Fn(&str, u64) + Sync),
    ) -> Result<Option<Vec<Grade>>, GradeError> {
        let Self { packs, entries, folder, folder_path, planned, stored, todo } = self;
        let runs: Vec<BatchRun> = todo.iter().map(|(_, run)| run.clone()).collect();
        let name = |index: usize| &runs[index].experiment.arms()[runs[index].arm].name;
        let (stored, failed) = (Mutex::new(stored), Mutex::new(BTreeMap::new()));
        let failure = Mutex::new(None);
        run_batch(
            &runs,
            threads,
            cancel,
            &|index, _: &EpochRecord| on_epoch(name(index), runs[index].seed),
            &|index, record| {
                let key = &todo[index].0;
                let Some(run) = StoredRun::new(key, name(index), &record) else {
                    let text = format!("{:?}", record.outcome);
                    failed.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), text);
                    return;
                };
                if let Err(error) = folder.write(key, &run) {
                    // A full disk stays full: what is under way ends.
                    cancel.store(true, Ordering::Relaxed);
                    failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                }
                stored.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), run);
            },
        )
        .map_err(|source| GradeError { path: folder_path.clone(), source })?;
        if let Some(source) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(GradeError { path: folder_path, source });
        }
        if cancel.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let stored = stored.into_inner().unwrap_or_else(PoisonError::into_inner);
        let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut grades = Vec::new();
        for (entry, planned) in entries.iter().zip(&planned) {
            let found = entry.submission.as_ref().ok().and_then(|own| find_lesson(&packs, own));
            grades.push(Judge { stored: &stored, failed: &failed }.grade(entry, found.as_ref(), planned));
        }
        note_the_same(&entries, &mut grades);
        Ok(Some(grades))
    }
}

impl Entry {
    fn read(folder: &Path, file: &Path) -> Self {
        let parts: Vec<String> = file.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let (contents, submission) = match read_file(&folder.join(file)) {
            Ok(bytes) => (fnv1a(&bytes), Submission::read(&bytes)),
            Err(error) => (0, Err(error.to_string())),
        };
        Self { file: parts.join("/"), contents, submission }
    }
}

/// Notes which submissions of a lesson share contents, runs or a comment.
fn note_the_same(entries: &[Entry], grades: &mut [Grade]) {
    /// Letters from which on a comment is nobody else's.
    const LONG: usize = 40;
    /// Files that are named at most.
    const MOST: usize = 5;
    let digest = |entry: &Entry| entry.submission.as_ref().ok().and_then(Submission::runs_digest);
    let runs: Vec<Option<u64>> = entries.iter().map(digest).collect();
    for (index, entry) in entries.iter().enumerate() {
        let Ok(own) = &entry.submission else { continue };
        let is_long = own.work.comment.chars().count() >= LONG;
        let mut count = 0;
        for (other_index, other_entry) in entries.iter().enumerate().filter(|(other, _)| *other != index) {
            let Ok(other) = &other_entry.submission else { continue };
            if (&own.pack, &own.lesson) != (&other.pack, &other.lesson) {
                continue;
            }
            let what = if entry.contents == other_entry.contents {
                "same file as"
            } else if runs[index].is_some() && runs[index] == runs[other_index] {
                "same runs as"
            } else if is_long && own.work.comment == other.work.comment {
                "same comment as"
            } else {
                continue;
            };
            count += 1;
            if count <= MOST {
                grades[index].same_as.push(format!("{what} {}", other_entry.file));
            }
        }
        if count > MOST {
            grades[index].same_as.push(format!("and {} more", count - MOST));
        }
    }
}
