//! What a folder of a sweep says of itself.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::{SweepFolderError, file_error};
use crate::data::picture_files;
use crate::storage::experiment_file::change_data_paths;
use crate::training::{ExperimentSpec, ValidSweep};

/// Its file.
pub(super) const MANIFEST: &str = "manifest.toml";
/// The version of the files that this program writes.
const FORMAT: u32 = 1;

/// All that the runs of a sweep depend on. Two sweeps of equal manifests have the same runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// Version of the files.
    format: u32,
    /// Version of the program: another one may compute other bits.
    regrow: String,
    /// CRC-32 of the rest, which every run carries.
    pub hash: String,
    /// Files of data, by content.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    data_file: Vec<DataFile>,
    /// The experiment. Paths of data are names alone, for folders may move.
    experiment: ExperimentSpec,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct DataFile {
    name: String,
    bytes: u64,
    crc32: String,
}

impl Manifest {
    /// The manifest of a sweep.
    ///
    /// # Errors
    /// Where a file of data cannot be read.
    pub fn of(sweep: &ValidSweep) -> Result<Self, SweepFolderError> {
        let (mut experiment, mut paths) = (sweep.spec().clone(), Vec::new());
        change_data_paths(&mut experiment, &mut |path| {
            paths.push(path.clone());
            *path = path.file_name().map_or_else(|| path.clone(), Into::into);
        });
        let data_file: Result<_, _> =
            paths.iter().map(|path| DataFile::of(path).map_err(|source| file_error(path, source))).collect();
        let regrow = env!("CARGO_PKG_VERSION").to_owned();
        let mut manifest = Self { format: FORMAT, regrow, hash: String::new(), data_file: data_file?, experiment };
        manifest.hash = format!("{:08x}", crc32fast::hash(manifest.to_toml().as_bytes()));
        Ok(manifest)
    }

    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("an experiment that was checked point by point can be written")
    }

    /// Whether a folder with this manifest is one of this sweep.
    ///
    /// # Errors
    /// What it is instead, and what to do.
    pub fn recognise(&self, text: &str) -> Result<(), String> {
        const CHOOSE: &str = "Nothing was changed. Choose another folder";
        let Ok(table) = text.parse::<Table>() else { return Err(format!("{MANIFEST} is damaged. {CHOOSE}")) };
        if table.get("format").and_then(Value::as_integer).is_some_and(|format| format > i64::from(FORMAT)) {
            return Err(format!("it was written by a newer version of Regrow. {CHOOSE}, or update Regrow"));
        }
        let own = Table::try_from(self).unwrap_or_default();
        if table == own {
            return Ok(());
        }
        let experiment = |table: &Table| table.get("experiment").and_then(Value::as_table).cloned().unwrap_or_default();
        let (there, here) = (experiment(&table), experiment(&own));
        let mut keys = Vec::new();
        differing_keys("", &there, &here, &mut keys);
        let name = there.get("name").and_then(Value::as_str).unwrap_or("without a name");
        let difference = match keys.as_slice() {
            [] if table.get("regrow") != own.get("regrow") => {
                format!("it was begun by another version of Regrow, {}", table["regrow"])
            }
            [] if table.get("data_file") != own.get("data_file") => "the files of data have changed since".to_owned(),
            [] => format!("{MANIFEST} is damaged"),
            keys => format!("it holds another sweep, “{name}”, which differs in {}", keys.join(", ")),
        };
        Err(format!("{difference}. {CHOOSE}"))
    }
}

impl DataFile {
    /// A file, or of a folder of pictures all their names and contents.
    fn of(path: &Path) -> std::io::Result<Self> {
        let (mut hasher, mut bytes) = (crc32fast::Hasher::new(), 0);
        if path.is_dir() {
            for file in picture_files(path).map_err(std::io::Error::other)? {
                hasher.update(file.to_string_lossy().replace('\\', "/").as_bytes());
                bytes += hash(&path.join(file), &mut hasher)?;
            }
        } else {
            bytes = hash(path, &mut hasher)?;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, bytes, crc32: format!("{:08x}", hasher.finalize()) })
    }
}

/// Takes in what a file holds; how many bytes that are.
fn hash(path: &Path, hasher: &mut crc32fast::Hasher) -> std::io::Result<u64> {
    let (mut file, mut bytes) = (File::open(path)?, 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(bytes),
            count => {
                hasher.update(&buffer[..count]);
                bytes += count as u64;
            }
        }
    }
}

/// The dotted keys at which two tables differ.
fn differing_keys(prefix: &str, one: &Table, other: &Table, keys: &mut Vec<String>) {
    let all: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    for key in all {
        let path = format!("{prefix}{key}");
        match (one.get(key), other.get(key)) {
            (Some(Value::Table(one)), Some(Value::Table(other))) => {
                differing_keys(&format!("{path}."), one, other, keys);
            }
            (one, other) if one != other => keys.push(path),
            _ => {}
        }
    }
}
