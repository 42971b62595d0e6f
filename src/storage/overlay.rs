//! TOML laid over an experiment: what it says takes the place of what was there, everything else stays.

use toml::de::DeTable;
use toml::{Table, Value};

use super::experiment_file::{LineFault, line_of, located, offset_of, syntax_fault};
use crate::training::{ExperimentSpec, ValidExperiment, check};

/// Keys that say the same in different words: naming one unsays the others.
const EITHER: [(&str, [&str; 2]); 2] = [("sparsity", ["density", "epsilon"]), ("network", ["hidden", "layer"])];

/// Lays some keys over an experiment, with tables merged key by key and arms by their names, and checks what comes of it. A
/// new arm is added at the end.
///
/// Seeds, format, name and files of data stay: the result has to be comparable with the experiment.
///
/// # Errors
/// Every fault with its line in the text.
pub fn overlay_experiment(base: &ExperimentSpec, text: &str) -> Result<ValidExperiment, Vec<LineFault>> {
    let lines = DeTable::parse(text).map_err(|error| vec![syntax_fault(text, &error)])?;
    let changes: Table = toml::from_str(text).map_err(|error| vec![syntax_fault(text, &error)])?;
    let fault = |key: &str, text_of_fault: String| {
        let line = offset_of(lines.get_ref(), key).map(|offset| line_of(text, offset));
        vec![LineFault { line, text: text_of_fault }]
    };
    let mut tree = Table::try_from(base).map_err(|error| fault("", error.to_string()))?;
    let mut leaves = Vec::new();
    collect("", &Value::Table(changes), &mut leaves);
    if leaves.is_empty() {
        return Err(fault("", "It changes nothing.".to_owned()));
    }
    let mut faults = Vec::new();
    for (key, value) in &leaves {
        if let Some(text) = refusal(key) {
            faults.extend(fault(key, text));
            continue;
        }
        let before = tree.clone();
        let laid = lay(&mut tree, key, value, &leaves);
        // One by one, so that each fault has its line.
        let read = laid.and_then(|()| {
            let spec: Result<ExperimentSpec, _> = tree.clone().try_into();
            spec.map(|_| ()).map_err(|error: toml::de::Error| error.message().trim().replace('\n', ", "))
        });
        if let Err(text) = read {
            faults.extend(fault(key, format!("{key}: {text}")));
            tree = before;
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let spec: ExperimentSpec = tree.try_into().map_err(|error: toml::de::Error| fault("", error.to_string()))?;
    check(&spec).map_err(|faults| faults.iter().map(|fault| located(text, lines.get_ref(), fault)).collect())
}

/// A key that an overlay names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverlayKey {
    /// The name of the arm, if it is the key of one.
    pub arm: Option<String>,
    /// With dots: `sparsity.density`, in an arm as well.
    pub key: String,
    /// Where it stands in the overlay, from 1.
    pub line: usize,
}

/// The keys that an overlay names; none where it is no TOML.
#[must_use]
pub fn overlay_keys(text: &str) -> Vec<OverlayKey> {
    let (Ok(lines), Ok(changes)) = (DeTable::parse(text), toml::from_str::<Table>(text)) else { return Vec::new() };
    let mut leaves = Vec::new();
    collect("", &Value::Table(changes), &mut leaves);
    let named = |(key, _): &(String, Value)| {
        let line = offset_of(lines.get_ref(), key).map_or(1, |offset| line_of(text, offset));
        let of_arm = key.strip_prefix("arm.").and_then(|rest| rest.split_once('.'));
        let Some((number, inner)) = of_arm else { return OverlayKey { arm: None, key: key.clone(), line } };
        let name = leaves.iter().find(|(other, _)| *other == format!("arm.{number}.name"));
        let arm = name.and_then(|(_, name)| name.as_str()).unwrap_or_default().to_owned();
        OverlayKey { arm: Some(arm), key: inner.to_owned(), line }
    };
    leaves.iter().map(named).collect()
}

/// Why a key cannot be laid over an experiment, if so.
fn refusal(key: &str) -> Option<String> {
    let files = ["images", "labels", "test_images", "test_labels", "file", "test_file"];
    let stays = match key {
        "format" | "name" | "description" | "training.seeds" => true,
        _ if key.starts_with("sweep") => true,
        _ => key.strip_prefix("data.").is_some_and(|key| files.contains(&key)),
    };
    stays.then(|| format!("{key} cannot be changed here: the result has to be comparable with the experiment."))
}

/// All values with their dotted keys; arms by number, each with its name first.
fn collect(key: &str, value: &Value, leaves: &mut Vec<(String, Value)>) {
    let below = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
    match value {
        Value::Table(table) if key.is_empty() || !key.contains('.') || key.starts_with("arm.") && depth(key) < 4 => {
            let (names, others): (Vec<_>, Vec<_>) = table.iter().partition(|(name, _)| *name == "name");
            for (name, value) in names.into_iter().chain(others) {
                collect(&below(name), value, leaves);
            }
        }
        Value::Array(arms) if key == "arm" => {
            for (number, arm) in arms.iter().enumerate() {
                collect(&below(&number.to_string()), arm, leaves);
            }
        }
        value => leaves.push((key.to_owned(), value.clone())),
    }
}

fn depth(key: &str) -> usize {
    key.split('.').count()
}

/// Puts one value into the tree.
fn lay(tree: &mut Table, key: &str, value: &Value, leaves: &[(String, Value)]) -> Result<(), String> {
    let mut parts = key.split('.');
    let (table, inner) = match (parts.next(), key.strip_prefix("arm.")) {
        (Some("arm"), Some(rest)) => {
            let (number, inner) = rest.split_once('.').ok_or_else(|| "an arm is a table".to_owned())?;
            (arm(tree, number, leaves)?, inner)
        }
        _ => (tree, key),
    };
    let Some((name, inner)) = inner.split_once('.') else {
        table.insert(inner.to_owned(), value.clone());
        return Ok(());
    };
    let entry = table.entry(name).or_insert_with(|| Table::new().into());
    let Value::Table(section) = entry else { return Err(format!("{name} is no table")) };
    for (of, keys) in EITHER {
        if of == name && keys.contains(&inner) {
            for other in keys {
                section.remove(other);
            }
        }
    }
    section.insert(inner.to_owned(), value.clone());
    Ok(())
}

/// The arm that the overlay's arm of this number means, by its name.
fn arm<'a>(tree: &'a mut Table, number: &str, leaves: &[(String, Value)]) -> Result<&'a mut Table, String> {
    let key = format!("arm.{number}.name");
    let name = leaves.iter().find(|(other, _)| *other == key).map(|(_, name)| name.clone());
    let name = name.ok_or_else(|| "an arm needs the name of the one that it changes, or a new one".to_owned())?;
    let arms = tree.entry("arm").or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(arms) = arms else { return Err("arm is no list".to_owned()) };
    let position = arms.iter().position(|arm| arm.get("name") == Some(&name));
    let position = position.unwrap_or_else(|| {
        arms.push(Table::from_iter([("name".to_owned(), name)]).into());
        arms.len() - 1
    });
    match &mut arms[position] {
        Value::Table(arm) => Ok(arm),
        _ => Err("an arm is a table".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::parse_experiment;

    const BASE: &str = "format = 1\nname = \"x\"\n[data]\nsource = \"circle\"\n[sparsity]\nepsilon = 4\n[training]\nseeds = [3]\n\
                        [[arm]]\nname = \"b\"\nsparsity.drop_fraction = 0.1\noptimizer.momentum = 0.5\n";

    fn laid(text: &str) -> Result<ExperimentSpec, Vec<LineFault>> {
        let base = parse_experiment(BASE).expect("valid").spec().clone();
        overlay_experiment(&base, text).map(|experiment| experiment.spec().clone())
    }

    #[test]
    fn what_is_named_takes_the_place_of_what_was_there() {
        let written = "sparsity.density = 0.5\ntraining.epochs = 7\n[[arm]]\nname = \"b\"\nsparsity.drop_fraction = 0.2\n\
                       [[arm]]\nname = \"c\"\nsparsity = { method = \"rigl\", update_every = { epochs = 2 } }\n";
        let by_hand = "format = 1\nname = \"x\"\n[data]\nsource = \"circle\"\n[sparsity]\ndensity = 0.5\n[training]\nseeds = [3]\n\
                       epochs = 7\n[[arm]]\nname = \"b\"\nsparsity.drop_fraction = 0.2\noptimizer.momentum = 0.5\n\
                       [[arm]]\nname = \"c\"\nsparsity = { method = \"rigl\", update_every = { epochs = 2 } }\n";
        assert_eq!(laid(written).expect("valid"), *parse_experiment(by_hand).expect("valid").spec());
    }

    #[test]
    fn keys_have_their_lines_however_they_are_written() {
        let text = "sparsity.density = 0.5\n\n[optimizer]\nmomentum = 0.1\n[[arm]]\nname = \"b\"\nsparsity.stop_at = 0.5\n\
                    [[operation]]\nlayer = 1\n";
        let named = overlay_keys(text);
        let named: Vec<_> = named.iter().map(|own| (own.arm.as_deref(), own.key.as_str(), own.line)).collect();
        let wanted = [
            (Some("b"), "name", 6),
            (Some("b"), "sparsity.stop_at", 7),
            (None, "operation", 8),
            (None, "optimizer.momentum", 4),
            (None, "sparsity.density", 1),
        ];
        assert_eq!(named, wanted);
        assert!(overlay_keys("= 1").is_empty());
    }

    #[test]
    fn faults_have_their_lines() {
        for (text, line, wanted) in [
            ("\nsparsity.densty = 0.5", 2, "densty"),
            ("sparsity.density = 0.5\nsparsity.stop_at = \"late\"", 2, "stop_at"),
            ("sparsity.density = 0.5\noptimizer.momentum = 2", 2, "momentum"),
            ("sparsity.density = = 1", 1, ""),
            ("training.epochs = 3\ntraining.seeds = [1]", 2, "comparable"),
            ("[[arm]]\nsparsity.density = 1", 2, "name"),
            ("data.file = \"/etc/passwd\"", 1, "comparable"),
        ] {
            let faults = laid(text).expect_err(text);
            assert_eq!(faults[0].line, Some(line), "{text}: {faults:?}");
            assert!(faults[0].text.contains(wanted), "{text}: {faults:?}");
        }
        let both = laid("sparsity.densty = 1\nsparsity.stop = 1").expect_err("two faults");
        assert_eq!(both.iter().map(|fault| fault.line).collect::<Vec<_>>(), [Some(1), Some(2)]);
        assert!(laid("").is_err() && laid("# nothing").is_err());
    }
}
