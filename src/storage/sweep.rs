//! A sweep in a folder: what it is, each of its runs as soon as it has ended, and at the end its results.
//!
//! ```text
//! manifest.toml                    the experiment with its axes, and the hash that its runs carry
//! runs/point-1-arm-2-seed-3.json   one run, with its curves; points and arms count from 1
//! sweep.csv  sweep.json            results, once all runs are there
//! experiment.toml                  the experiment, to be opened again
//! ```
//!
//! Every file is written whole or not at all, so a sweep can be stopped at any moment, by whatever means, and goes on from the
//! runs that are there.

mod manifest;
mod results;
mod run_file;

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

use self::manifest::{MANIFEST, Manifest};
pub use self::results::{SweepArmResults, SweepAxisResults, SweepPointResults, SweepResults, SweepRunResults};
use self::run_file::StoredRun;
use super::experiment_file::{ExperimentFileError, write_experiment};
use super::folder_lock::FolderLock;
use super::write::write_whole;
use crate::training::{EpochRecord, Outcome, RunKey, RunRecord, ValidSweep, run_sweep};

/// The folder of the runs.
const RUNS: &str = "runs";
const CSV: &str = "sweep.csv";
const JSON: &str = "sweep.json";
const EXPERIMENT: &str = "experiment.toml";

/// Why a folder cannot serve a sweep.
#[derive(Debug, Error)]
pub enum SweepFolderError {
    /// It holds something else, which is not touched.
    #[error("{}: {problem}", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
        /// What it holds, and what to do.
        problem: String,
    },
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The experiment cannot be written.
    #[error(transparent)]
    Experiment(#[from] ExperimentFileError),
    /// Threads cannot be started.
    #[error("threads could not be started: {0}")]
    Threads(io::Error),
}

/// The folder of one sweep, held against other programs until it is dropped.
pub struct SweepFolder<'a> {
    path: PathBuf,
    sweep: &'a ValidSweep,
    hash: String,
    _lock: Option<FolderLock>,
}

/// The runs that a folder holds.
#[derive(Debug, Default)]
pub struct StoredRuns {
    runs: HashMap<RunKey, StoredRun>,
    damaged: Vec<PathBuf>,
}

impl StoredRuns {
    /// Whether this run is among them.
    #[must_use]
    pub fn contains(&self, run: RunKey) -> bool {
        self.runs.contains_key(&run)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// What they came to.
    pub fn results(&self) -> impl Iterator<Item = (RunKey, SweepRunResults)> {
        self.runs.iter().map(|(&key, run)| (key, SweepRunResults::new(key.seed, run)))
    }

    /// Files of runs that cannot be trusted; these runs are done again.
    #[must_use]
    pub fn damaged(&self) -> &[PathBuf] {
        &self.damaged
    }
}

impl<'a> SweepFolder<'a> {
    /// Makes the folder, or opens one that holds this same sweep, on the same data, by the same version of the program.
    ///
    /// # Errors
    /// Where it holds anything else that the sweep would write over, where another program is at work in it, or where the
    /// system refuses. Nothing is changed then.
    pub fn open(path: &Path, sweep: &'a ValidSweep) -> Result<Self, SweepFolderError> {
        let manifest = Manifest::of(sweep)?;
        let manifest_path = path.join(MANIFEST);
        let is_new = !holds_sweep(path)?;
        let runs = path.join(RUNS);
        if is_new {
            fs::create_dir_all(path).map_err(|source| file_error(path, source))?;
        }
        let lock = FolderLock::hold(path).map_err(|problem| occupied(path, problem.to_owned()))?;
        if is_new {
            write_whole(&manifest_path, manifest.to_toml().as_bytes())
                .map_err(|source| file_error(&manifest_path, source))?;
        } else {
            recognise(path, &manifest)?;
        }
        fs::create_dir_all(&runs).map_err(|source| file_error(&runs, source))?;
        let folder = Self { path: path.to_owned(), sweep, hash: manifest.hash, _lock: Some(lock) };
        folder.remove_leftovers();
        Ok(folder)
    }

    /// A name for the folder of a sweep: two sweeps with different runs have different ones.
    ///
    /// # Errors
    /// Where a file of data cannot be read.
    pub fn name_for(sweep: &ValidSweep) -> Result<String, SweepFolderError> {
        let words = sweep.spec().name.split(|letter: char| !letter.is_ascii_alphanumeric());
        let words: Vec<String> = words.filter(|word| !word.is_empty()).take(4).map(str::to_ascii_lowercase).collect();
        let start: String = words.join("-").chars().take(40).collect();
        Ok(format!("{start}-{}", Manifest::of(sweep)?.hash).trim_start_matches('-').to_owned())
    }

    /// The runs of a sweep that a folder holds, none if it is not there yet. Nothing is changed, and others may be at work in it.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn peek(path: &Path, sweep: &'a ValidSweep) -> Result<StoredRuns, SweepFolderError> {
        let manifest = Manifest::of(sweep)?;
        if !holds_sweep(path)? {
            return Ok(StoredRuns::default());
        }
        recognise(path, &manifest)?;
        Self { path: path.to_owned(), sweep, hash: manifest.hash, _lock: None }.stored()
    }

    /// Reads the runs that are there.
    ///
    /// # Errors
    /// Where a file is there but cannot be read.
    pub fn stored(&self) -> Result<StoredRuns, SweepFolderError> {
        let mut stored = StoredRuns::default();
        for key in self.sweep.runs() {
            let path = self.run_path(key);
            match fs::read(&path) {
                Ok(bytes) => match StoredRun::read(&bytes).filter(|run| run.is_of(&self.hash, self.sweep, key)) {
                    Some(run) => drop(stored.runs.insert(key, run)),
                    None => stored.damaged.push(path),
                },
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(file_error(&path, source)),
            }
        }
        Ok(stored)
    }

    /// Does the runs that are not there yet, on `threads` threads, each stored as soon as it has ended, and writes the
    /// results; `None` where `cancel` was set before all were done.
    ///
    /// A run that failed is not stored, so that it is tried again the next time. `on_epoch` is called after every epoch,
    /// `on_run` when a run has ended, with its record and what of it stands in the results.
    ///
    /// # Errors
    /// Where a file cannot be written or a thread not be started. No further run is begun then, and those that have ended
    /// are kept.
    pub fn finish(
        &self,
        stored: StoredRuns,
        threads: usize,
        cancel: &AtomicBool,
        on_epoch: &(dyn Fn(RunKey, &EpochRecord) + Sync),
        on_run: &(dyn Fn(RunKey, &RunRecord, &SweepRunResults) + Sync),
    ) -> Result<Option<SweepResults>, SweepFolderError> {
        let todo: Vec<RunKey> = self.sweep.runs().into_iter().filter(|key| !stored.runs.contains_key(key)).collect();
        let (runs, failure) = (Mutex::new(stored.runs), Mutex::new(None));
        run_sweep(self.sweep, &todo, threads, cancel, on_epoch, &|key, record| {
            if record.outcome == Outcome::Cancelled {
                return;
            }
            let run = StoredRun::new(&self.hash, self.sweep, key, record);
            let is_lasting = !matches!(record.outcome, Outcome::Failed(_));
            let path = self.run_path(key);
            if let Err(source) = if is_lasting { write_whole(&path, &run.to_bytes()) } else { Ok(()) } {
                // A full disk stays full: what is under way ends.
                cancel.store(true, Ordering::Relaxed);
                failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(file_error(&path, source));
            }
            let result = SweepRunResults::new(key.seed, &run);
            runs.lock().unwrap_or_else(PoisonError::into_inner).insert(key, run);
            on_run(key, record, &result);
        })
        .map_err(SweepFolderError::Threads)?;
        if let Some(error) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        let runs = runs.into_inner().unwrap_or_else(PoisonError::into_inner);
        let Some(results) = SweepResults::new(self.sweep, &runs) else { return Ok(None) };
        self.write_results(&results)?;
        Ok(Some(results))
    }

    fn write_results(&self, results: &SweepResults) -> Result<(), SweepFolderError> {
        for (name, contents) in [(CSV, results.to_csv()), (JSON, results.to_json() + "\n")] {
            let path = self.path.join(name);
            write_whole(&path, contents.as_bytes()).map_err(|source| file_error(&path, source))?;
        }
        Ok(write_experiment(&self.path.join(EXPERIMENT), self.sweep.spec())?)
    }

    fn run_path(&self, key: RunKey) -> PathBuf {
        let RunKey { point, arm, seed } = key;
        self.path.join(RUNS).join(format!("point-{}-arm-{}-seed-{seed}.json", point + 1, arm + 1))
    }

    /// What a program that was killed had begun to write.
    fn remove_leftovers(&self) {
        for folder in [&self.path, &self.path.join(RUNS)] {
            let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
            for path in files.filter(|path| is_leftover(path)) {
                // It is in nobody's way.
                drop(fs::remove_file(path));
            }
        }
    }
}

/// Whether a folder is that of a sweep.
///
/// # Errors
/// Where it holds files of other origin that a sweep would write over.
fn holds_sweep(path: &Path) -> Result<bool, SweepFolderError> {
    if path.join(MANIFEST).exists() {
        return Ok(true);
    }
    match [RUNS, CSV, JSON, EXPERIMENT].into_iter().find(|name| path.join(name).exists()) {
        Some(name) => Err(occupied(
            path,
            format!("{name} is there, but not from a sweep. Nothing was changed. Choose another folder"),
        )),
        None => Ok(false),
    }
}

/// Whether the sweep of a folder is the one with this manifest; if not, the error says what differs.
fn recognise(path: &Path, manifest: &Manifest) -> Result<(), SweepFolderError> {
    let file = path.join(MANIFEST);
    let text = fs::read_to_string(&file).map_err(|source| file_error(&file, source))?;
    manifest.recognise(&text).map_err(|problem| occupied(path, problem))
}

fn occupied(path: &Path, problem: String) -> SweepFolderError {
    SweepFolderError::Occupied { path: path.to_owned(), problem }
}

/// Whether this is a file of ours that was never finished.
fn is_leftover(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ours = [MANIFEST, CSV, JSON, EXPERIMENT].iter().any(|own| name.starts_with(own)) || name.starts_with("point-");
    ours && name.ends_with(".part")
}

fn file_error(path: &Path, source: io::Error) -> SweepFolderError {
    SweepFolderError::File { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests;
