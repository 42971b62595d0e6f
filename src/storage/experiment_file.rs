//! Experiment files: TOML, with the line of every fault.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;
use toml::de::{DeTable, DeValue};

use super::write::write_whole;
use crate::training::{ExperimentSpec, FORMAT, Fault, ValidExperiment, check};

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
    parse_experiment(&text).map_err(|faults| ExperimentFileError::Faults { path: path.to_owned(), faults })
}

/// Writes an experiment as a file.
///
/// # Errors
/// Where the file cannot be written; an older one is then untouched.
pub fn write_experiment(path: &Path, spec: &ExperimentSpec) -> Result<(), ExperimentFileError> {
    let error = |source| ExperimentFileError::File { path: path.to_owned(), source };
    let text = toml::to_string(spec).map_err(|fault| error(std::io::Error::other(fault)))?;
    write_whole(path, text.as_bytes()).map_err(error)
}

/// Reads and checks an experiment from text.
///
/// # Errors
/// Every fault with its line. The text is refused as a whole if there is any.
pub fn parse_experiment(text: &str) -> Result<ValidExperiment, Vec<LineFault>> {
    let table = DeTable::parse(text).map_err(|error| vec![syntax_fault(text, &error)])?;
    refuse_newer_format(text, table.get_ref())?;
    let spec: ExperimentSpec = toml::from_str(text).map_err(|error| vec![syntax_fault(text, &error)])?;
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

fn syntax_fault(text: &str, error: &toml::de::Error) -> LineFault {
    LineFault {
        line: error.span().map(|span| line_of(text, span.start)),
        text: error.message().trim().replace('\n', ", "),
    }
}

fn located(text: &str, table: &DeTable, fault: &Fault) -> LineFault {
    let line = offset_of(table, &fault.key).map(|offset| line_of(text, offset));
    let text = match line {
        Some(_) => format!("{}: {}", key_in_file(&fault.key), fault.text()),
        None => format!("{} (not given): {}", key_in_file(&fault.key), fault.text()),
    };
    LineFault { line, text }
}

/// Where the value of a dotted key stands; arms are numbered. The nearest table that is there serves for a key that is not.
fn offset_of(table: &DeTable, key: &str) -> Option<usize> {
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

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"format = 1
name = "Two of sixteen inputs matter"

[data]
source = "circle"
train = 250
test = 1000
noise_features = 14

[network]
hidden = [24, 12]
activation = "tanh"

[sparsity]
method = "set"
density = 0.2
drop_fraction = 0.3
update_every = { epochs = 2 }
stop_at = 0.75

[optimizer]
name = "sgd"
learning_rate = 0.1
momentum = 0.9
weight_decay = 0.001

[training]
epochs = 120
batch = 10
seeds = [1, 2, 3, 4, 5]

[[arm]]
name = "dense"
sparsity.method = "dense"

[[arm]]
name = "small dense"
sparsity.method = "small-dense"
"#;

    fn faults(text: &str) -> Vec<String> {
        match parse_experiment(text) {
            Ok(_) => panic!("accepted:\n{text}"),
            Err(faults) => faults.iter().map(ToString::to_string).collect(),
        }
    }

    /// The good file with one line changed, and its number.
    fn with(old: &str, new: &str) -> (String, usize) {
        assert!(GOOD.contains(old), "{old}");
        let line = 1 + GOOD[..GOOD.find(old).expect("there")].matches('\n').count();
        (GOOD.replacen(old, new, 1), line)
    }

    #[test]
    fn the_file_of_the_documentation_is_read_and_survives_being_written() {
        let experiment = parse_experiment(GOOD).expect("valid");
        let names: Vec<&str> = experiment.arms().iter().map(|arm| arm.name.as_str()).collect();
        assert_eq!(names, ["SET", "dense", "small dense"]);
        assert_eq!(experiment.arms()[1].total_connections(), 684);
        let written = toml::to_string(experiment.spec()).expect("written");
        assert_eq!(parse_experiment(&written).expect("valid").spec(), experiment.spec());
    }

    #[test]
    fn each_wrong_value_is_named_with_its_line() {
        let cases = [
            ("density = 0.2", "density = 1.5", "sparsity.density"),
            ("density = 0.2", "density = 0.0", "sparsity.density"),
            ("density = 0.2", "density = 0.2\nepsilon = 3", "sparsity.epsilon"),
            ("drop_fraction = 0.3", "drop_fraction = -0.1", "sparsity.drop_fraction"),
            ("stop_at = 0.75", "stop_at = 75", "sparsity.stop_at"),
            ("update_every = { epochs = 2 }", "update_every = { epochs = 0 }", "sparsity.update_every"),
            ("learning_rate = 0.1", "learning_rate = nan", "optimizer.learning_rate"),
            ("momentum = 0.9", "momentum = 1.0", "optimizer.momentum"),
            ("weight_decay = 0.001", "weight_decay = -1.0", "optimizer.weight_decay"),
            ("hidden = [24, 12]", "hidden = [24, 0]", "network.hidden"),
            ("batch = 10", "batch = 251", "training.batch"),
            ("epochs = 120", "epochs = 0", "training.epochs"),
            ("seeds = [1, 2, 3, 4, 5]", "seeds = [1, 1]", "training.seeds"),
            ("seeds = [1, 2, 3, 4, 5]", "seeds = []", "training.seeds"),
            ("train = 250", "train = 0", "data.train"),
            ("name = \"small dense\"", "name = \"dense\"", "arm.name"),
        ];
        for (old, new, key) in cases {
            let (text, line) = with(old, new);
            let faults = faults(&text);
            let start = format!("line {}: {key}: ", line + new.matches('\n').count());
            assert!(faults[0].starts_with(&start), "{new}: {faults:?}");
            assert_eq!(faults.len(), 1, "{faults:?}");
        }
    }

    #[test]
    fn unknown_keys_wrong_types_and_broken_toml_are_refused_with_their_line() {
        for (old, new) in [
            ("density = 0.2", "densty = 0.2"),
            ("density = 0.2", "density = \"much\""),
            ("method = \"set\"", "method = \"sett\""),
            ("activation = \"tanh\"", "activation = tanh"),
            ("[optimizer]", "[optimiser]"),
            ("sparsity.method = \"dense\"", "sparsity.methd = \"dense\""),
            ("density = 0.2", "allocation = 7"),
        ] {
            let (text, line) = with(old, new);
            let faults = faults(&text);
            assert!(faults[0].starts_with(&format!("line {line}: ")), "{new}: {faults:?}");
        }
    }

    #[test]
    fn a_newer_format_is_refused_politely_even_with_keys_nobody_knows() {
        let (text, _) = with("format = 1", "format = 2\nshiny = true");
        assert!(faults(&text)[0].contains("newer"), "{:?}", faults(&text));
    }

    #[test]
    fn an_arm_is_blamed_for_what_it_says_itself() {
        let (text, line) = with("sparsity.method = \"dense\"", "sparsity.density = 3.0");
        assert!(faults(&text)[0].starts_with(&format!("line {line}: arm.sparsity.density: ")));
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let text = GOOD.replace("momentum = 0.9", "momentum = 2").replace("density = 0.2", "density = 2");
        assert_eq!(faults(&text).len(), 2, "{:?}", faults(&text));
    }
}
