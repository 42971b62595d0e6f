//! The experiments of a pack, and what solutions change of them.

use std::path::PathBuf;

use super::fault::{Fault, Faults};
use super::files::{PackFiles, inside};
use crate::data::FileKey;
use crate::storage::{LineFault, overlay_experiment, parse_experiment_in};
use crate::training::{ExperimentSpec, ValidExperiment};

/// Reads an experiment of a pack; `faults` are of the lesson that names it in line `line`.
pub(super) fn experiment(
    name: &str,
    files: &PackFiles,
    (lesson, line): (&str, usize),
    faults: &mut Vec<Fault>,
) -> Option<ValidExperiment> {
    if !files.contains(name) {
        let text = format!("There is no file {name} in the pack. Write its path from the folder of pack.toml.");
        faults.push(Fault::new(lesson, line, text));
        return None;
    }
    let text = files.text(name).map_err(|(line, text)| faults.push(Fault::new(name, line, text))).ok()?;
    let before = faults.len();
    // A file that is no experiment is told of below, with its line.
    if let Ok(spec) = toml::from_str::<ExperimentSpec>(text) {
        check_data_files(&spec, name, text, files, faults);
    }
    if faults.len() > before {
        return None;
    }
    let folder = match (&files.folder, name.rsplit_once('/')) {
        (Some(folder), Some((inner, _))) => folder.join(inner),
        (Some(folder), None) => folder.clone(),
        (None, _) => PathBuf::new(),
    };
    let found = parse_experiment_in(&folder, text);
    found.map_err(|found| faults.extend(found.iter().map(|fault| located(name, 1, fault)))).ok()
}

fn located(file: &str, first: usize, fault: &LineFault) -> Fault {
    Fault::new(file, first + fault.line.unwrap_or(1) - 1, fault.text.clone())
}

/// Data of a pack are files of the pack.
fn check_data_files(spec: &ExperimentSpec, name: &str, text: &str, files: &PackFiles, faults: &mut Vec<Fault>) {
    let folder = name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    for key in FileKey::ALL {
        let Some(path) = spec.data.path(key).map(|path| path.to_string_lossy().into_owned()) else { continue };
        let line = 1 + text.lines().position(|line| line.trim_start().starts_with(key.name())).unwrap_or(0);
        // One step up from `experiments/` to `data/` is how packs are laid out.
        let target = match path.strip_prefix("../") {
            Some(rest) if !folder.is_empty() => inside(rest),
            None if path.starts_with('/') => None,
            _ => inside(&format!("{folder}{path}")),
        };
        let fault = match target {
            None => format!("data.{} = \"{path}\" leads out of the pack. Put the file into it.", key.name()),
            Some(target) if !files.contains(&target) => format!("There is no file {target} in the pack."),
            Some(_) if files.folder.is_none() => "Data can only be read from a pack that is a folder.".to_owned(),
            Some(_) => continue,
        };
        faults.push(Fault::new(name, line, fault));
    }
}

/// Lays a solution that begins in line `first` over the lesson's experiment.
pub(super) fn overlaid(
    base: &ValidExperiment,
    text: &str,
    first: usize,
    faults: &mut Faults,
) -> Option<ValidExperiment> {
    let found = overlay_experiment(base.spec(), text);
    let add = |found: Vec<LineFault>| {
        for fault in found {
            faults.add(first + fault.line.unwrap_or(1) - 1, fault.text);
        }
    };
    found.map_err(add).ok()
}
