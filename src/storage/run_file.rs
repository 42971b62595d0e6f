//! A run as one file: what was run and what came of it, so that it can be opened and run again elsewhere, and checked bit by
//! bit. A ZIP archive of `experiment.toml`, `run.json` and `README.txt`.

use std::fs::File;
use std::io::{self, Cursor, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use zip::write::SimpleFileOptions;
use zip::{DateTime, System, ZipArchive, ZipWriter};

use super::experiment_file::{LineFault, parse_beside, text_beside};
use super::results::EpochResults;
use super::write::write_whole;
use crate::training::{EpochRecord, ExperimentSpec, UpdateRecord, ValidExperiment};

/// The version of the format that this program writes.
const FORMAT: u32 = 1;
/// Bytes of an experiment at most.
const LONGEST_EXPERIMENT: u64 = 16 << 20;
/// Bytes of all records at most.
const LONGEST_RECORDS: u64 = 512 << 20;
/// How a ZIP archive begins.
const MAGIC: &[u8] = b"PK\x03\x04";

const README: &str = "A run of Regrow: experiment.toml is what ran, run.json what came of it.\n\
                      Open the file in Regrow to run it again, or check it with: regrow verify FILE\n";

/// Why a file is no run.
#[derive(Debug, Error)]
pub enum RunFileError {
    /// It could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is damaged, or was made by something else.
    #[error("{}: {problem}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong, and how to mend it.
        problem: String,
    },
    /// Its experiment cannot run here.
    #[error("{}", faults.iter().map(|fault| format!("{}, experiment.toml: {fault}", path.display())).collect::<Vec<_>>().join("\n"))]
    Faults {
        /// The file.
        path: PathBuf,
        /// Each fault there is.
        faults: Vec<LineFault>,
    },
}

/// Runs of all arms from one seed, up to a moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRecords {
    format: u32,
    /// Version of the program that ran it.
    pub program: String,
    /// Processor and system on which it ran.
    pub platform: String,
    /// As text: JSON's numbers are too short for it.
    seed: String,
    /// Half steps done, see [`crate::training::Trainer::position`].
    pub position: u64,
    /// By arm.
    pub arms: Vec<ArmRecords>,
    /// Runs of a comparison over seeds, if there was one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comparison: Vec<ComparedRun>,
}

/// A run of a comparison that has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparedRun {
    /// Which arm, from 0.
    pub arm: usize,
    /// Its seed, as text.
    pub seed: String,
    /// The epoch and the learning rate at which its numbers overflowed, if they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diverged: Option<(u32, f64)>,
    /// One entry an epoch, from epoch 1.
    pub epochs: Vec<EpochResults>,
}

/// What came of one arm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmRecords {
    /// What it is called.
    pub name: String,
    /// One entry an epoch, the untrained network's first.
    pub epochs: Vec<RecordedEpoch>,
    /// One entry a topology update.
    pub updates: Vec<RecordedUpdate>,
}

/// How an arm stood at the end of an epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedEpoch {
    /// What results tell of it.
    #[serde(flatten)]
    pub results: EpochResults,
    /// Digest of every connection, weight and bias, see [`crate::nn::Network::digest`], in hexadecimal.
    digest: String,
}

/// A topology update of an arm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedUpdate {
    /// Its number, from 1.
    pub update: u32,
    /// Of something done by hand its own number; `update` is then the method's last one before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<u32>,
    /// Half steps done right after it.
    pub position: u64,
    /// Connections cut.
    pub removed: usize,
    /// Connections grown.
    pub added: usize,
}

impl RunRecords {
    /// Records of runs from a seed up to a position.
    #[must_use]
    pub fn new(seed: u64, position: u64, arms: Vec<ArmRecords>) -> Self {
        let platform = format!("{} {}", std::env::consts::ARCH, std::env::consts::OS);
        let program = env!("CARGO_PKG_VERSION").to_owned();
        Self { format: FORMAT, program, platform, seed: seed.to_string(), position, arms, comparison: Vec::new() }
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed.parse().unwrap_or_default()
    }

    fn check(&self, experiment: &ValidExperiment) -> Result<(), String> {
        let names = experiment.arms().iter().map(|arm| &arm.name);
        if !names.eq(self.arms.iter().map(|arm| &arm.name)) {
            return Err("its records are not those of its experiment. Ask for the file again".to_owned());
        }
        let fits = |run: &ComparedRun| {
            run.arm < self.arms.len()
                && run.seed.parse().is_ok_and(|seed: u64| experiment.seeds().contains(&seed))
                && run.epochs.len() <= experiment.epochs() as usize
        };
        if !self.comparison.iter().all(fits) {
            return Err("its comparison is not that of its experiment. Ask for the file again".to_owned());
        }
        if self.seed.parse::<u64>().is_err() {
            return Err(format!("“{}” is no seed. Ask for the file again", self.seed));
        }
        if self.position > 2 * experiment.steps() {
            return Err("it ends after the end of its experiment. Ask for the file again".to_owned());
        }
        Ok(())
    }
}

impl ArmRecords {
    /// Records of an arm of this name.
    #[must_use]
    pub fn new<'a>(
        name: &str,
        epochs: impl Iterator<Item = &'a EpochRecord>,
        updates: impl Iterator<Item = &'a UpdateRecord>,
    ) -> Self {
        let update = |record: &UpdateRecord| RecordedUpdate {
            update: record.update,
            by_hand: record.by_hand,
            position: record.position,
            removed: record.removed_count,
            added: record.added_count,
        };
        Self {
            name: name.to_owned(),
            epochs: epochs.map(RecordedEpoch::new).collect(),
            updates: updates.map(update).collect(),
        }
    }

    /// The first epoch at which a run does not have the bits that were recorded; epochs that are not recorded agree.
    #[must_use]
    pub fn first_difference<'a>(&self, epochs: impl Iterator<Item = &'a EpochRecord>) -> Option<u32> {
        let differs = |(recorded, epoch): &(&RecordedEpoch, &EpochRecord)| !recorded.is_same(epoch);
        self.epochs.iter().zip(epochs).find(differs).map(|(recorded, _)| recorded.results.epoch)
    }
}

impl RecordedEpoch {
    fn new(record: &EpochRecord) -> Self {
        let results = EpochResults { flops: Some(record.flops), ..EpochResults::new(record) };
        Self { results, digest: format!("{:016x}", record.digest) }
    }

    /// Whether an epoch came to the same. All that it says but its cost is compared, so that a record that was touched shows.
    fn is_same(&self, epoch: &EpochRecord) -> bool {
        let EpochResults { seconds, flops, .. } = self.results;
        let own = Self::new(epoch);
        Self { results: EpochResults { seconds, flops, ..own.results }, ..own } == *self
    }
}

/// Whether a file is a ZIP archive, as run files are.
#[must_use]
pub fn is_run_file(path: &Path) -> bool {
    let mut start = [0; MAGIC.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == MAGIC
}

/// Writes what was run and what came of it.
///
/// # Errors
/// Where the file cannot be written; an older one is then untouched.
pub fn write_run(path: &Path, spec: &ExperimentSpec, records: &RunRecords) -> Result<(), RunFileError> {
    let error = |source| RunFileError::File { path: path.to_owned(), source };
    let text = text_beside(path, spec).map_err(error)?;
    let json = serde_json::to_vec(records).map_err(|fault| error(fault.into()))?;
    let bytes =
        archive(&[("README.txt", README.as_bytes()), ("experiment.toml", text.as_bytes()), ("run.json", &json)]);
    write_whole(path, &bytes.map_err(error)?).map_err(error)
}

fn archive(entries: &[(&str, &[u8])]) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::default());
    for (name, bytes) in entries {
        // Nothing of the moment or the machine.
        let options = SimpleFileOptions::default().last_modified_time(DateTime::DEFAULT).system(System::Unix);
        zip.start_file(*name, options.unix_permissions(0o644))?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Reads what was run, and what came of it.
///
/// # Errors
/// Where the file cannot be read, is damaged, comes from a newer version, or describes what cannot run here.
pub fn load_run(path: &Path) -> Result<(ValidExperiment, RunRecords), RunFileError> {
    let file = File::open(path).map_err(|source| RunFileError::File { path: path.to_owned(), source })?;
    let damaged = |problem: String| RunFileError::Damaged { path: path.to_owned(), problem };
    let (text, json) = entries(file).map_err(damaged)?;
    let records = records(&json).map_err(damaged)?;
    let experiment =
        parse_beside(path, &text).map_err(|faults| RunFileError::Faults { path: path.to_owned(), faults })?;
    records.check(&experiment).map_err(damaged)?;
    Ok((experiment, records))
}

/// The two entries that matter, whatever else there is.
fn entries(file: File) -> Result<(String, Vec<u8>), String> {
    let what =
        |error: zip::result::ZipError| format!("it is no run of Regrow, or is damaged ({error}). Ask for it again");
    let mut zip = ZipArchive::new(file).map_err(what)?;
    let mut entry = |name: &str, most: u64| -> Result<Vec<u8>, String> {
        let entry = zip.by_name(name).map_err(what)?;
        let mut bytes = Vec::new();
        // What an archive says of its sizes need not be true.
        let read = entry.take(most + 1).read_to_end(&mut bytes);
        read.map_err(|error| format!("{name} is damaged ({error}). Ask for the file again"))?;
        if bytes.len() as u64 > most {
            return Err(format!("{name} is longer than {} MB, which no run of Regrow is", most >> 20));
        }
        Ok(bytes)
    };
    let text = entry("experiment.toml", LONGEST_EXPERIMENT)?;
    let text = String::from_utf8(text).map_err(|_| "experiment.toml is no text. Ask for the file again".to_owned())?;
    Ok((text, entry("run.json", LONGEST_RECORDS)?))
}

fn records(json: &[u8]) -> Result<RunRecords, String> {
    /// What every version has.
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let damaged = |error: serde_json::Error| format!("run.json is damaged ({error}). Ask for the file again");
    let Version { format } = serde_json::from_slice(json).map_err(damaged)?;
    if format > FORMAT {
        return Err(format!("format {format} is newer than this program, which reads up to {FORMAT}. Update Regrow"));
    }
    serde_json::from_slice(json).map_err(damaged)
}
