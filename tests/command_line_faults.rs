//! `regrow run` where something is wrong: one clear line, and an exit status that a script can rely on.

mod program;

use program::{EXPERIMENT, Folder, text};
use serde_json::Value;

/// The experiment with one line changed, and that line's number.
fn with(old: &str, new: &str) -> (String, usize) {
    let line = 1 + EXPERIMENT.lines().position(|line| line == old).unwrap_or_else(|| panic!("no line {old}"));
    (EXPERIMENT.replacen(old, new, 1), line)
}

#[test]
fn bad_input_is_one_line_with_file_and_line_and_exit_status_2() {
    for (old, new, wanted) in [
        ("density = 0.5", "density = 1.5", "sparsity.density"),
        ("density = 0.5", "densty = 0.5", "densty"),
        ("learning_rate = 0.1", "learning_rate = \"fast\"", "fast"),
        ("source = \"moons\"", "source = \"suns\"", "suns"),
        ("hidden = [12, 8]", "hidden = [12, 0]", "network.hidden"),
        ("batch = 10", "batch = 61", "training.batch"),
        ("train = 60", "train = 0", "data.train"),
        ("name = \"small\"", "name = \"small", ""),
        ("format = 1", "format = 2", "newer"),
    ] {
        let (experiment, line) = with(old, new);
        let folder = Folder::with(&experiment);
        let output = folder.run(&["--json"]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{new}: {stderr}");
        assert_eq!(text(&output.stdout), "", "{new}");
        assert_eq!(stderr.lines().count(), 1, "{new}: {stderr}");
        let place = format!("{}: line {line}: ", folder.file().display());
        assert!(
            stderr.starts_with("regrow: ") && stderr.contains(&place) && stderr.contains(wanted),
            "{new}: {stderr}"
        );
    }
}

#[test]
fn every_fault_of_a_file_has_its_line() {
    let (_, density) = with("density = 0.5", "");
    let (_, rate) = with("learning_rate = 0.1", "");
    let faulty = EXPERIMENT.replace("density = 0.5", "density = 2").replace("learning_rate = 0.1", "learning_rate = 0");
    let output = Folder::with(&faulty).run(&[]);
    let stderr = text(&output.stderr);
    assert_eq!((output.status.code(), stderr.lines().count()), (Some(2), 2), "{stderr}");
    for (fault, line) in stderr.lines().zip([density, rate]) {
        assert!(fault.contains(&format!("line {line}: ")), "{stderr}");
    }
}

#[test]
fn a_file_that_is_not_there_is_named_and_exit_status_2() {
    let folder = Folder::with(EXPERIMENT);
    std::fs::remove_file(folder.file()).expect("removed");
    let output = folder.run(&[]);
    let stderr = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""));
    assert!(stderr.lines().count() == 1 && stderr.contains(&folder.file().display().to_string()), "{stderr}");
}

#[test]
fn impossible_arguments_are_refused_with_exit_status_2() {
    let folder = Folder::with(EXPERIMENT);
    for arguments in [["--seeds", "0"], ["--epochs", "0"], ["--threads", "0"], ["--seeds", "many"], ["--speed", "9"]] {
        let output = folder.run(&arguments);
        assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""), "{arguments:?}");
        assert!(text(&output.stderr).contains(arguments[0]), "{arguments:?}: {}", text(&output.stderr));
    }
    let output = folder.run(&["--epochs", "2000000"]);
    assert_eq!(output.status.code(), Some(2), "more epochs than there may be");
    assert!(text(&output.stderr).contains("training.epochs"), "{}", text(&output.stderr));
}

/// Decay at λ = 1 and η = 1000 alone multiplies every weight by −999 a step: f32 holds 13 of the 18 steps, or fewer where
/// layers multiply one another.
const WILD_ARMS: &str = r#"
[[arm]]
name = "wild"
network.activation = "relu"
optimizer = { learning_rate = 1000, weight_decay = 1 }

[[arm]]
name = "wild from the third epoch"
network.hidden = []
optimizer = { learning_rate = 1000, weight_decay = 1 }
"#;

#[test]
fn a_run_that_diverges_is_explained_with_exit_status_1_and_results_still_printed() {
    let folder = Folder::with(&[EXPERIMENT, WILD_ARMS].concat());
    let output = folder.run(&["--json", "--seeds", "2"]);
    let stderr = text(&output.stderr);
    assert_eq!((output.status.code(), stderr.lines().count()), (Some(1), 4), "{stderr}");
    for (line, run) in stderr.lines().zip(["wild, seed 1: ", "wild, seed 2: ", "wild from the third epoch, seed 1: "]) {
        assert!(line.contains(run) && line.contains("learning rate 1000") && line.contains("lower"), "{stderr}");
    }
    let results: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    for (arm, outcome, epochs) in [(0, "finished", 3), (1, "finished", 3), (2, "diverged", 0), (3, "diverged", 2)] {
        let arm = &results["arms"][arm];
        for run in 0..2 {
            let run = &arm["runs"][run];
            assert!(run["outcome"].as_str().expect("text").starts_with(outcome), "{run}");
            assert_eq!(run["epochs"].as_array().map(Vec::len), Some(epochs), "{run}");
        }
        assert_eq!(arm["mean_test_accuracy"].is_null(), outcome == "diverged", "only what finished has a mean");
    }
    let output = folder.run(&["--seeds", "2"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("no run finished"), "people get their table too");
}

#[test]
fn results_that_cannot_be_written_are_a_failure_and_not_bad_input() {
    let folder = Folder::with(EXPERIMENT);
    // A file cannot be a folder.
    let output = folder.run(&["--json", "--out", &folder.file().to_string_lossy()]);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(1), ""));
    assert!(text(&output.stderr).contains("experiment.toml"), "{}", text(&output.stderr));
}

#[test]
fn a_table_for_people_names_the_arms_and_compares_them() {
    let output = Folder::with(EXPERIMENT).run(&[]);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    let table = text(&output.stdout);
    for wanted in ["small", "3 epochs", "3 seeds", "SET  ", "dense, \"all of it\"", " 64 ", " 128 ", "95 % interval"] {
        assert!(table.contains(wanted), "{wanted} is not in\n{table}");
    }
}
