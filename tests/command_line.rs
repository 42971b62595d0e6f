//! `regrow run` as scripts meet it: what the program itself prints and writes, without a display.

mod program;

use std::collections::BTreeSet;

use program::{EXPERIMENT, Folder};
use regrow::storage::load_experiment;
use serde_json::{Value, json};

fn keys(object: &Value) -> BTreeSet<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn list<'a>(object: &'a Value, key: &str) -> &'a [Value] {
    object[key].as_array().expect("a list")
}

fn number(object: &Value, key: &str) -> f64 {
    object[key].as_f64().unwrap_or_else(|| panic!("{key} of {object} is no number"))
}

/// All epochs of all runs of all arms.
fn epochs(results: &Value) -> Vec<&Value> {
    let runs = list(results, "arms").iter().flat_map(|arm| list(arm, "runs"));
    runs.flat_map(|run| list(run, "epochs")).collect()
}

/// The results without what may differ from run to run.
fn lasting(mut results: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(object) => {
                object.retain(|key, _| !["seconds", "threads", "peak_memory_bytes"].contains(&key.as_str()));
                object.values_mut().for_each(strip);
            }
            Value::Array(list) => list.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut results);
    results
}

#[test]
fn the_object_has_the_documented_keys_and_no_others() {
    let results = Folder::with(EXPERIMENT).json(&["--threads", "2"]);
    assert_eq!(keys(&results), BTreeSet::from(["experiment", "threads", "arms", "peak_memory_bytes"]));
    assert_eq!((&results["experiment"], &results["threads"]), (&Value::from("small"), &Value::from(2)));
    for arm in list(&results, "arms") {
        let expected =
            ["name", "method", "connections", "parameters", "runs", "mean_test_accuracy", "sd_test_accuracy"];
        assert_eq!(keys(arm), BTreeSet::from(expected));
        for run in list(arm, "runs") {
            let expected = ["seed", "outcome", "final_test_accuracy", "best_test_accuracy", "epochs"];
            assert_eq!(keys(run), BTreeSet::from(expected));
            for epoch in list(run, "epochs") {
                let expected = ["epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "connections"];
                let expected = expected.into_iter().chain(["removed", "added", "seconds"]);
                assert_eq!(keys(epoch), expected.collect());
            }
        }
    }
}

#[test]
fn the_figures_are_those_of_the_experiment_and_agree_with_one_another() {
    let results = Folder::with(EXPERIMENT).json(&[]);
    let arms = list(&results, "arms");
    // 2·12 + 12·8 + 8 places, and as many biases as neurons.
    let expected = [("SET", "set", 64, 64 + 21), ("dense, \"all of it\"", "dense", 128, 128 + 21)];
    assert_eq!(arms.len(), expected.len());
    for (arm, (name, method, connections, parameters)) in arms.iter().zip(expected) {
        assert_eq!((arm["name"].as_str(), arm["method"].as_str()), (Some(name), Some(method)));
        assert_eq!((arm["connections"].as_u64(), arm["parameters"].as_u64()), (Some(connections), Some(parameters)));
        let mut finals = Vec::new();
        for (run, seed) in list(arm, "runs").iter().zip(1..) {
            assert_eq!((run["seed"].as_u64(), run["outcome"].as_str()), (Some(seed), Some("finished")));
            let accuracies: Vec<f64> = list(run, "epochs").iter().map(|epoch| number(epoch, "test_accuracy")).collect();
            assert_eq!(accuracies.len(), 3);
            assert_eq!(number(run, "final_test_accuracy").to_bits(), accuracies[2].to_bits());
            let best = accuracies.iter().copied().fold(0.0, f64::max);
            assert_eq!(number(run, "best_test_accuracy").to_bits(), best.to_bits());
            finals.push(accuracies[2]);
        }
        let mean = finals.iter().sum::<f64>() / 3.0;
        let variance = finals.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 2.0;
        assert!((number(arm, "mean_test_accuracy") - mean).abs() < 1e-12);
        assert!((number(arm, "sd_test_accuracy") - variance.sqrt()).abs() < 1e-12);
    }
    for epoch in epochs(&results) {
        for key in ["train_accuracy", "test_accuracy"] {
            assert!((0.0..=1.0).contains(&number(epoch, key)), "{epoch}");
        }
        assert!(number(epoch, "train_loss") > 0.0 && number(epoch, "seconds") > 0.0);
        assert_eq!(epoch["removed"], epoch["added"]);
    }
    // SET updates after each epoch but the last, which counts to the epoch that follows.
    let moved: Vec<bool> = epochs(&results)[..3].iter().map(|epoch| number(epoch, "added") > 0.0).collect();
    assert_eq!(moved, [false, true, true]);
    assert!(epochs(&results)[9..].iter().all(|epoch| number(epoch, "added") == 0.0), "dense layers do not evolve");
    if cfg!(target_os = "linux") {
        assert!((1e6..1e9).contains(&number(&results, "peak_memory_bytes")));
    }
}

#[test]
fn threads_change_nothing_but_the_time() {
    let folder = Folder::with(EXPERIMENT);
    let [one, two] = ["1", "2"].map(|threads| folder.json(&["--threads", threads]));
    assert_eq!((&one["threads"], &two["threads"]), (&Value::from(1), &Value::from(2)));
    assert_eq!(lasting(one), lasting(two));
}

#[test]
fn seeds_and_epochs_can_be_overridden() {
    let folder = Folder::with(EXPERIMENT);
    let all = folder.json(&[]);
    for (seeds, expected) in [("2", json!([1, 2])), ("5", json!([1, 2, 3, 4, 5]))] {
        let results = folder.json(&["--seeds", seeds]);
        for (arm, full) in list(&results, "arms").iter().zip(list(&all, "arms")) {
            let runs = list(arm, "runs");
            assert_eq!(runs.iter().map(|run| run["seed"].clone()).collect::<Value>(), expected);
            assert_eq!(lasting(runs[1].clone()), lasting(list(full, "runs")[1].clone()), "a seed is a seed");
        }
    }
    let results = folder.json(&["--epochs", "2"]);
    let numbers: Vec<f64> = epochs(&results).iter().map(|epoch| number(epoch, "epoch")).collect();
    assert_eq!(numbers, [1.0, 2.0].repeat(6));
}

#[test]
fn out_writes_results_a_table_of_epochs_and_the_experiment_as_it_was_run() {
    let folder = Folder::with(EXPERIMENT);
    let out = folder.path().join("new/results");
    let printed = folder.json(&["--epochs", "2", "--seeds", "4", "--out", &out.to_string_lossy()]);
    let read = |name: &str| std::fs::read_to_string(out.join(name)).expect("it was written");
    assert_eq!(serde_json::from_str::<Value>(&read("results.json")).expect("JSON"), printed);
    let (written, expected) = (table(&read("epochs.csv")), table_of(&printed));
    assert_eq!(written.len(), expected.len());
    for ((arm, figures), (expected_arm, expected)) in written.iter().zip(&expected) {
        assert_eq!((arm, figures.len()), (expected_arm, expected.len()));
        // The last binary digit may be lost where this test reads JSON.
        let close = |(figure, expected): (&f64, &f64)| (figure - expected).abs() <= 1e-15 * expected.abs();
        assert!(figures.iter().zip(expected).all(close), "{figures:?} for {expected:?}");
    }

    let ran = load_experiment(&out.join("experiment.toml")).expect("valid");
    let mut expected = load_experiment(&folder.file()).expect("valid").spec().clone();
    expected.training.epochs = 2;
    expected.training.seeds = vec![1, 2, 3, 4];
    assert_eq!(*ran.spec(), expected);
    let again = Folder::with(&read("experiment.toml")).json(&[]);
    assert_eq!(lasting(again), lasting(printed));
    let files = out.read_dir().expect("a folder").map(|entry| entry.expect("a file").file_name());
    let expected = ["epochs.csv", "experiment.toml", "results.json"].map(std::ffi::OsString::from);
    assert_eq!(files.collect::<BTreeSet<_>>(), BTreeSet::from(expected));
}

const COLUMNS: [&str; 9] = [
    "epoch",
    "train_loss",
    "test_loss",
    "train_accuracy",
    "test_accuracy",
    "connections",
    "removed",
    "added",
    "seconds",
];

/// The rows of the table: arm, seed, and the figures.
fn table(csv: &str) -> Vec<(String, Vec<f64>)> {
    let (heading, rows) = csv.split_once('\n').expect("a heading");
    assert_eq!(heading, ["arm,seed,", &COLUMNS.join(",")].concat());
    let row = |row: &str| {
        // Names are quoted, and quotes in them doubled.
        let (name, figures) = row.strip_prefix('"').and_then(|row| row.rsplit_once("\",")).expect("a quoted name");
        (name.replace("\"\"", "\""), figures.split(',').map(|figure| figure.parse().expect("a number")).collect())
    };
    rows.lines().map(row).collect()
}

fn table_of(results: &Value) -> Vec<(String, Vec<f64>)> {
    let mut rows = Vec::new();
    for arm in list(results, "arms") {
        for run in list(arm, "runs") {
            for epoch in list(run, "epochs") {
                let figures = COLUMNS.iter().map(|key| number(epoch, key));
                let figures = std::iter::once(number(run, "seed")).chain(figures).collect();
                rows.push((arm["name"].as_str().expect("a name").to_owned(), figures));
            }
        }
    }
    assert_eq!(rows.len(), 2 * 4 * 2);
    rows
}
