//! Runs that have been done again, each in a file of its own, so that grading can be stopped at any moment and goes on from there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::lesson::evidence::RunEvidence;
use crate::lesson::submission::{Machine, WorkedEpoch, WorkedRun, fnv1a};
use crate::storage::{EpochResults, FolderLock, sealed, unsealed, write_whole};
use crate::training::{Outcome, RunCost, RunRecord, TopologyMeasures, ValidExperiment};

/// What a file holds.
const NAME: &str = "run";

/// The folder of the runs, held against other programs.
pub(super) struct RunFolder {
    path: PathBuf,
    _lock: FolderLock,
}

/// A run that was done again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredRun {
    /// All that it depends on, hashed twice.
    key: (String, String),
    /// What it came to.
    pub run: WorkedRun,
    measures: Option<TopologyMeasures>,
    cost: Option<RunCost>,
}

/// What names a run: the same key, the same bits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RunKey(String, String);

impl RunKey {
    /// Of an arm of an experiment from a seed, on files of data with this checksum.
    pub fn new(experiment: &ValidExperiment, data: u32, arm: usize, seed: u64, measures: bool) -> Self {
        let mut spec = experiment.spec().clone();
        spec.training.seeds = vec![0];
        let toml = toml::to_string(&spec).unwrap_or_default();
        let Machine { program, arithmetic, .. } = Machine::here();
        let text = format!("{toml}\n{data:08x} {arm} {seed} {measures} {program} {arithmetic}");
        let crc = crc32fast::hash(text.as_bytes());
        Self(format!("{:016x}", fnv1a(text.as_bytes())), format!("{crc:08x}"))
    }
}

impl StoredRun {
    /// What is kept of a run; nothing of one that failed, which is tried again the next time.
    pub fn new(key: &RunKey, name: &str, record: &RunRecord) -> Option<Self> {
        let diverged = match &record.outcome {
            Outcome::Finished => None,
            Outcome::Diverged(diverged) => Some((diverged.epoch, diverged.learning_rate)),
            Outcome::Cancelled | Outcome::Failed(_) => return None,
        };
        let epochs = record
            .epochs
            .iter()
            .map(|epoch| WorkedEpoch { results: EpochResults::new(epoch), digest: format!("{:016x}", epoch.digest) });
        let run = WorkedRun { arm: name.to_owned(), seed: record.seed.to_string(), diverged, epochs: epochs.collect() };
        Some(Self { key: (key.0.clone(), key.1.clone()), run, measures: record.measures.clone(), cost: record.cost })
    }

    /// The run as checks look at it, of the arm of this number.
    pub fn evidence(&self, arm: usize) -> RunEvidence {
        let run = self.run.to_seed_run(arm);
        RunEvidence { measures: self.measures.clone(), cost: self.cost, ..RunEvidence::from(&run) }
    }

    /// Seconds of training.
    pub fn seconds(&self) -> f64 {
        self.run.epochs.iter().map(|epoch| epoch.results.seconds).sum()
    }
}

impl RunFolder {
    /// Makes the folder, or opens it.
    ///
    /// # Errors
    /// Where the system refuses, or another program is at work there.
    pub fn open(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        let lock = FolderLock::hold(path).map_err(io::Error::other)?;
        // What a program that was killed had begun to write is in nobody's way.
        let files = fs::read_dir(path)?.flatten().map(|entry| entry.path());
        files.filter(|path| path.to_string_lossy().ends_with(".part")).for_each(|path| drop(fs::remove_file(path)));
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// A run, if it is there, whole, and the one that is meant.
    pub fn read(&self, key: &RunKey) -> Option<StoredRun> {
        let bytes = fs::read(self.file(key)).ok()?;
        let run: StoredRun = serde_json::from_str(unsealed(NAME, &bytes).ok()?).ok()?;
        (run.key == (key.0.clone(), key.1.clone())).then_some(run)
    }

    /// Keeps a run.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn write(&self, key: &RunKey, run: &StoredRun) -> io::Result<()> {
        write_whole(&self.file(key), &sealed(NAME, &serde_json::to_string(run)?))
    }

    fn file(&self, key: &RunKey) -> PathBuf {
        self.path.join(format!("{}.json", key.0))
    }
}
