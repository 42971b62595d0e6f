//! Experiment files: TOML, with the line of every fault.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;
use toml::de::{DeTable, DeValue};

use super::write::write_whole;
use crate::data::FileKey;
use crate::training::{ExperimentSpec, FORMAT, Fault, ValidExperiment, ValidSweep, check, check_sweep};

/// A fault and the line in which it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// The line, from 1; `None` where the fault is that something is missing.
    pub line: Option<usize>,
    /// What is wrong and how to mend it.
    pub text: String,
}

impl fmt::Display for LineFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "line {line}: {}", self.text),
            None => formatter.write_str(&self.text),
        }
    }
}

/// Why a file is no experiment.
#[derive(Debug, Error)]
pub enum ExperimentFileError {
    /// It could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It holds faults.
    #[error("{}", faults.iter().map(|fault| format!("{}: {fault}", path.display())).collect::<Vec<_>>().join("\n"))]
    Faults {
        /// The file.
        path: PathBuf,
        /// Each fault there is.
        faults: Vec<LineFault>,
    },
}

/// Reads and checks an experiment file.
///
/// # Errors
/// Where the file cannot be read, is no TOML, holds unknown keys or wrong types, or describes what cannot run.
pub fn load_experiment(path: &Path) -> Result<ValidExperiment, ExperimentFileError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| ExperimentFileError::File { path: path.to_owned(), source })?;
    parse_beside(path, &text).map_err(|faults| ExperimentFileError::Faults { path: path.to_owned(), faults })
}

/// Writes an experiment as a file. Paths of data inside the file's folder are written relative to it, so that the folder
/// can be moved as a whole; others are written in full.
///
/// # Errors
/// Where the file cannot be written; an older one is then untouched.
pub fn write_experiment(path: &Path, spec: &ExperimentSpec) -> Result<(), ExperimentFileError> {
    let error = |source| ExperimentFileError::File { path: path.to_owned(), source };
    let text = text_beside(path, spec).map_err(error)?;
    write_whole(path, text.as_bytes()).map_err(error)
}

/// An experiment as text that is to stand in or beside a file, for its paths of data.
pub(super) fn text_beside(path: &Path, spec: &ExperimentSpec) -> std::io::Result<String> {
    let mut spec = spec.clone();
    if let Some(folder) = folder_of(path) {
        change_data_paths(&mut spec, &mut |data| *data = relative_to(&folder, data));
    }
    text_of(&spec)
}

/// Reads and checks an experiment from text that stood in or beside a file.
pub(super) fn parse_beside(path: &Path, text: &str) -> Result<ValidExperiment, Vec<LineFault>> {
    parse_relative_to(folder_of(path).as_deref(), text)
}

/// An experiment as the text of its file, to be shared.
///
/// # Errors
/// Where a value has no place in TOML, such as a whole number beyond its range.
pub fn experiment_to_text(spec: &ExperimentSpec) -> Result<String, ExperimentFileError> {
    text_of(spec).map_err(|source| ExperimentFileError::File { path: PathBuf::from("text"), source })
}

fn text_of(spec: &ExperimentSpec) -> std::io::Result<String> {
    let text = toml::to_string(spec).map_err(std::io::Error::other)?;
    let folded = folded(&text);
    // A description may look like points.
    let is_same = toml::from_str::<ExperimentSpec>(&folded).is_ok_and(|read| read == *spec);
    Ok(if is_same { folded } else { text })
}

/// Reads and checks an experiment file, has it changed, and checks it as a sweep.
///
/// # Errors
/// As [`load_experiment`], or where the changed experiment or a point of the sweep cannot run. What the change brought in has
/// no line.
pub fn load_sweep(path: &Path, change: impl FnOnce(&mut ExperimentSpec)) -> Result<ValidSweep, ExperimentFileError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| ExperimentFileError::File { path: path.to_owned(), source })?;
    let faulty = |faults| ExperimentFileError::Faults { path: path.to_owned(), faults };
    let written = parse_relative_to(folder_of(path).as_deref(), &text).map_err(faulty)?.spec().clone();
    let mut spec = written.clone();
    change(&mut spec);
    let table = DeTable::parse(&text).map_err(|error| faulty(vec![syntax_fault(&text, &error)]))?;
    check_sweep(&spec).map_err(|faults| {
        let fault = |fault: &Fault| match fault.key.starts_with("sweep") {
            true if spec.sweep == written.sweep => located(&text, table.get_ref(), fault),
            true => LineFault { line: None, text: fault.text() },
            false => LineFault { line: None, text: fault.to_string() },
        };
        faulty(faults.iter().map(fault).collect())
    })
}

/// Changes every path of data that an experiment names, unless it is empty.
pub fn change_data_paths(spec: &mut ExperimentSpec, change: &mut dyn FnMut(&mut PathBuf)) {
    for key in FileKey::ALL {
        if let Some(path) = spec.data.path_mut(key).as_mut().filter(|path| !path.as_os_str().is_empty()) {
            change(path);
        }
        let swept = spec.sweep.iter_mut().filter(|axis| axis.key.strip_prefix("data.") == Some(key.name()));
        for value in swept.flat_map(|axis| axis.values.iter_mut().flatten()) {
            if let toml::Value::String(text) = value
                && !text.is_empty()
            {
                let mut path = PathBuf::from(&*text);
                change(&mut path);
                *text = path.to_string_lossy().into_owned();
            }
        }
    }
}

/// The text with some painted points on each line instead of all on one.
fn folded(text: &str) -> String {
    const ON_A_LINE: usize = 6;
    let Some(start) = text.find("\npoints = [[") else { return text.to_owned() };
    let (before, points) = text.split_at(start + 1);
    let (points, after) = points.split_at(points.find('\n').unwrap_or(points.len()));
    let points: Vec<&str> = points.split_inclusive("], ").collect();
    let lines: Vec<String> = points.chunks(ON_A_LINE).map(|line| line.concat().trim_end().to_owned()).collect();
    format!("{before}{}{after}", lines.join("\n  "))
}

/// The folder of a file, in full.
fn folder_of(path: &Path) -> Option<PathBuf> {
    std::path::absolute(path).ok()?.parent().map(Path::to_owned)
}

/// A path as a file in this folder says it, with the separator that every system understands.
fn relative_to(folder: &Path, path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match path.strip_prefix(folder) {
        Ok(inside) => inside.iter().map(OsStr::to_string_lossy).collect::<Vec<_>>().join("/").into(),
        Err(_) => path,
    }
}

/// Reads and checks an experiment from text. Relative paths of data start at the current folder.
///
/// # Errors
/// Every fault with its line. The text is refused as a whole if there is any.
pub fn parse_experiment(text: &str) -> Result<ValidExperiment, Vec<LineFault>> {
    parse_relative_to(None, text)
}

/// Reads and checks an experiment from the text of a file in this folder, where relative paths of data start; in an empty
/// path they start at the current folder.
///
/// # Errors
/// As [`parse_experiment`].
pub fn parse_experiment_in(folder: &Path, text: &str) -> Result<ValidExperiment, Vec<LineFault>> {
    parse_relative_to(Some(folder), text)
}

fn parse_relative_to(folder: Option<&Path>, text: &str) -> Result<ValidExperiment, Vec<LineFault>> {
    let table = DeTable::parse(text).map_err(|error| vec![syntax_fault(text, &error)])?;
    refuse_newer_format(text, table.get_ref())?;
    let mut spec: ExperimentSpec = toml::from_str(text).map_err(|error| vec![syntax_fault(text, &error)])?;
    if let Some(folder) = folder {
        // A full path takes the folder's place.
        change_data_paths(&mut spec, &mut |path| *path = folder.join(&*path));
    }
    check(&spec).map_err(|faults| faults.iter().map(|fault| located(text, table.get_ref(), fault)).collect())
}

/// Before anything else, so that a newer file is not blamed for keys that this version does not know.
fn refuse_newer_format(text: &str, table: &DeTable) -> Result<(), Vec<LineFault>> {
    let Some(value) = table.get("format") else { return Ok(()) };
    let DeValue::Integer(integer) = value.get_ref() else { return Ok(()) };
    match integer.as_str().parse::<u64>() {
        Ok(format) if format > u64::from(FORMAT) => Err(vec![LineFault {
            line: Some(line_of(text, value.span().start)),
            text: format!(
                "format {format} is newer than this program, which reads up to {FORMAT}. Update Regrow to open it."
            ),
        }]),
        _ => Ok(()),
    }
}

pub(super) fn syntax_fault(text: &str, error: &toml::de::Error) -> LineFault {
    LineFault {
        line: error.span().map(|span| line_of(text, span.start)),
        text: error.message().trim().replace('\n', ", "),
    }
}

pub(super) fn located(text: &str, table: &DeTable, fault: &Fault) -> LineFault {
    let line = offset_of(table, &fault.key).map(|offset| line_of(text, offset));
    let text = match line {
        Some(_) => format!("{}: {}", key_in_file(&fault.key), fault.text()),
        None => format!("{} (not given): {}", key_in_file(&fault.key), fault.text()),
    };
    LineFault { line, text }
}

/// Where the value of a dotted key stands; arms are numbered. The nearest table that is there serves for a key that is not.
pub(super) fn offset_of(table: &DeTable, key: &str) -> Option<usize> {
    let mut parts = key.split('.');
    let mut value = table.get(parts.next()?)?;
    for part in parts {
        let inner = match value.get_ref() {
            DeValue::Table(table) => table.get(part),
            DeValue::Array(array) => part.parse::<usize>().ok().and_then(|index| array.get(index)),
            _ => None,
        };
        match inner {
            Some(inner) => value = inner,
            None => break,
        }
    }
    Some(value.span().start)
}

/// The key without the number of the arm, as it is written in the file.
fn key_in_file(key: &str) -> String {
    key.split('.').filter(|part| part.parse::<usize>().is_err()).collect::<Vec<_>>().join(".")
}

pub(super) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests;
