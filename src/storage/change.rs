//! In what two experiments differ, in the words of their files.

use toml::Value;

use crate::training::ExperimentSpec;

/// A value that is not the same in two experiments.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Where it stands, such as `sparsity.density` or `arm.0.name`; arms count from 0.
    pub key: String,
    /// What it was, as a file has it.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// The first value that differs, if there is one.
#[must_use]
pub fn change(before: &ExperimentSpec, after: &ExperimentSpec) -> Option<Change> {
    let value = |spec| Value::try_from(spec).ok();
    let (before, after) = (value(before)?, value(after)?);
    first(String::new(), Some(&before), Some(&after))
}

fn first(key: String, before: Option<&Value>, after: Option<&Value>) -> Option<Change> {
    if before == after {
        return None;
    }
    let inside = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
    match (before, after) {
        (Some(Value::Table(before)), Some(Value::Table(after))) => {
            before.keys().chain(after.keys()).find_map(|name| first(inside(name), before.get(name), after.get(name)))
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) if is_tables(before) && is_tables(after) => {
            let longest = before.len().max(after.len());
            (0..longest).find_map(|index| first(inside(&index.to_string()), before.get(index), after.get(index)))
        }
        _ => Some(Change { key, before: before.map(Value::to_string), after: after.map(Value::to_string) }),
    }
}

/// Every value that differs, one by one: of a table that only one of them has, each of its own.
#[must_use]
pub fn changes(before: &ExperimentSpec, after: &ExperimentSpec) -> Vec<Change> {
    let value = |spec| Value::try_from(spec).ok();
    let mut found = Vec::new();
    if let (Some(before), Some(after)) = (value(before), value(after)) {
        collect(String::new(), Some(&before), Some(&after), &mut found);
    }
    found
}

fn collect(key: String, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Change>) {
    if before == after {
        return;
    }
    let names = |value: Option<&Value>| match value {
        Some(Value::Table(table)) => Some(table.keys().cloned().collect()),
        Some(Value::Array(values)) if !values.is_empty() && is_tables(values) => {
            Some((0..values.len()).map(|index| index.to_string()).collect())
        }
        Some(_) => None,
        None => Some(Vec::new()),
    };
    let (Some(mut all), Some(new)) = (names(before), names(after)) else {
        return found.push(Change { key, before: before.map(Value::to_string), after: after.map(Value::to_string) });
    };
    for name in new {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    for name in all {
        let inside = |value: Option<&'_ Value>| match value? {
            Value::Table(table) => table.get(&name).cloned(),
            Value::Array(values) => name.parse::<usize>().ok().and_then(|index| values.get(index)).cloned(),
            _ => None,
        };
        let own = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
        collect(own, inside(before).as_ref(), inside(after).as_ref(), found);
    }
}

fn is_tables(values: &[Value]) -> bool {
    values.iter().all(Value::is_table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::parse_experiment;

    #[test]
    fn the_first_difference_is_named_with_both_values() {
        let parse = |text: &str| {
            let text = format!("format = 1\nname = \"x\"\n[data]\nsource = \"circle\"\n{text}");
            parse_experiment(&text).expect("valid").spec().clone()
        };
        let plain = parse("");
        assert_eq!(change(&plain, &plain), None);
        let dense = parse("[sparsity]\ndensity = 0.5\n[[arm]]\nname = \"b\"");
        let density = Change { key: "sparsity.density".to_owned(), before: None, after: Some("0.5".to_owned()) };
        assert_eq!(change(&parse("[[arm]]\nname = \"b\""), &dense), Some(density));
        let renamed = change(&dense, &parse("[sparsity]\ndensity = 0.5\n[[arm]]\nname = \"c\"")).expect("a change");
        assert_eq!((renamed.key.as_str(), renamed.before.as_deref()), ("arm.0.name", Some("\"b\"")));
    }

    #[test]
    fn every_difference_is_named_once() {
        let parse = |text: &str| {
            let text = format!("format = 1\nname = \"x\"\n[data]\nsource = \"circle\"\n{text}");
            parse_experiment(&text).expect("valid").spec().clone()
        };
        let before = parse("[sparsity]\ndensity = 0.5\n[training]\nseeds = [1]\n[[arm]]\nname = \"b\"");
        let after = parse("[sparsity]\nepsilon = 4\n[training]\nseeds = [1, 2]\n[[arm]]\nname = \"c\"");
        // An arm that is new, and a table in it.
        let new = parse("[[arm]]\nname = \"b\"\noptimizer.momentum = 0.5");
        let told = changes(&parse(""), &new).into_iter().map(|own| format!("{} {:?}", own.key, own.after));
        let told: Vec<String> = told.collect();
        assert_eq!(told, ["arm.0.name Some(\"\\\"b\\\"\")", "arm.0.optimizer.momentum Some(\"0.5\")"]);
        let mut keys: Vec<String> = changes(&before, &after).into_iter().map(|change| change.key).collect();
        keys.sort();
        assert_eq!(keys, ["arm.0.name", "sparsity.density", "sparsity.epsilon", "training.seeds"]);
        assert!(changes(&before, &before).is_empty());
    }
}
