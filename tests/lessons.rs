//! `regrow lesson`: does a pack hold, in a table, as JSON, and in exit statuses that a script can rely on.

mod program;

use std::path::Path;
use std::process::{Command, Output};

use program::text;
use serde_json::Value;

fn lesson(arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_regrow"));
    program.arg("lesson").args(arguments).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    program.output().expect("the program starts")
}

/// A new pack in a folder of its own, with some text of its lesson changed.
fn pack(old: &str, new: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine");
    let output = lesson(&["new", &path.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let file = path.join("01-first.md");
    let written = std::fs::read_to_string(&file).expect("a lesson");
    assert!(written.contains(old), "{old}");
    std::fs::write(file, written.replacen(old, new, 1)).expect("written");
    (folder, path.to_string_lossy().into_owned())
}

#[test]
fn the_bundled_course_holds_in_its_fast_form() {
    let output = lesson(&["check", "--fast", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&report["pack"], &report["holds"]), (&"sparse-training".into(), &true.into()));
    let checks = report["checks"].as_array().expect("a list");
    assert!(checks.len() >= 3, "{report}");
    for check in checks {
        assert_ne!(check["start"]["verdict"], "passes", "{check}");
        assert_eq!(check["solution"]["verdict"], "passes", "{check}");
        assert_eq!(check["solution"]["points"], check["points"], "{check}");
        assert!(check["fresh"].is_null());
    }
}

#[test]
fn a_new_pack_holds_from_fresh_seeds_for_any_number_of_threads() {
    let (_folder, path) = pack("", "");
    let outputs = ["1", "2"].map(|threads| lesson(&["check", &path, "--seeds", "6", "--threads", threads]));
    assert_eq!(outputs[0].status.code(), Some(0), "{}", text(&outputs[0].stderr));
    let table = text(&outputs[0].stdout);
    for wanted in ["My lessons: 1 lessons", "first", "6 of 6", "yes"] {
        assert!(table.contains(wanted), "{wanted} is not in\n{table}");
    }
    assert_eq!(table, text(&outputs[1].stdout));
    assert_eq!(lesson(&["new", &path]).status.code(), Some(1), "nothing is written over");
}

#[test]
fn a_lesson_that_does_not_hold_is_told_with_file_and_line_and_exit_status_1() {
    for (old, new, wanted) in [
        (">= 95 %", ">= 5 %", "the start passes already"),
        (">= 95 %", ">= 100.5 %", "the solution does not pass: Your mean over the seeds is 100"),
        ("density = 0.5", "density = 0.06", "the solution does not pass"),
    ] {
        let (_folder, path) = pack(old, new);
        let output = lesson(&["check", &path, "--fast"]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{new}: {stderr}");
        let place = format!("regrow: {}:20: check “a”: ", Path::new(&path).join("01-first.md").display());
        assert!(stderr.starts_with(&place) && stderr.contains(wanted), "{new}: {stderr}");
        assert!(text(&output.stdout).contains("no"), "the table is there too");
    }
}

#[test]
fn a_pack_with_faults_is_refused_with_all_of_them_and_exit_status_2() {
    let (_folder, path) = pack("```hint\nTwice", "```hnt\nTwice");
    let lesson_file = Path::new(&path).join("01-first.md");
    let written = std::fs::read_to_string(&lesson_file).expect("a lesson");
    std::fs::write(&lesson_file, written.replace("command:play", "command:plya")).expect("written");
    let output = lesson(&["check", &path, "--fast"]);
    let stderr = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""), "{stderr}");
    let hint = format!("{}:26: “hnt” is no directive. Did you mean “hint”?", lesson_file.display());
    let link = format!("{}:17: “plya” is no command. Did you mean “play”?", lesson_file.display());
    for fault in [hint, link] {
        assert!(stderr.lines().any(|line| line.contains(&fault)), "{stderr}");
    }
    let empty = tempfile::tempdir().expect("a folder");
    for path in [empty.path().to_path_buf(), empty.path().join("none.zip")] {
        let output = lesson(&["check", &path.to_string_lossy()]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(&path.display().to_string()), "{}", text(&output.stderr));
    }
}

#[test]
fn a_solution_that_no_student_can_reach_in_the_window_is_told_before_anything_runs() {
    let (_folder, path) = pack("show=\"play density compare\"", "show=\"play compare\"");
    let file = Path::new(&path).join("01-first.md");
    let written = std::fs::read_to_string(&file).expect("a lesson");
    let line_of = |wanted: &str| 1 + written.lines().position(|line| line.starts_with(wanted)).expect("a line");
    let (line, heading) = (line_of("sparsity.density = 0.5"), line_of("## Try"));
    let output = lesson(&["check", &path]);
    let told = format!(
        "regrow: {}:{line}: The solution sets sparsity.density, which no control of this step shows. Write show=\"play compare \
         density\" in the heading in line {heading}, or do without it.",
        file.display()
    );
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""));
    assert_eq!(text(&output.stderr).trim_end(), told);
}

/// A pack with its own table, as somebody would send it.
#[test]
fn an_archive_with_data_is_checked_and_leaves_nothing_behind() {
    let (folder, path) = pack("settings.sparsity.density <= 60 %", "settings.sparsity.density <= 60 %");
    let path = Path::new(&path);
    // Two clouds: the class is whether a + b is large.
    let rows: Vec<String> = (0..400)
        .map(|row| (row * 7 % 20, row * 3 % 19))
        .map(|(a, b)| format!("{a},{b},{}", u8::from(a + b > 19)))
        .collect();
    let experiment = std::fs::read_to_string(path.join("experiments/first.toml")).expect("there");
    let experiment = experiment
        .replace("source = \"circle\"\ntrain = 250", "source = \"csv\"\nfile = \"../data/x.csv\"\ntrain = 250");
    let read = |name: &str| std::fs::read_to_string(path.join(name)).expect("there");
    let lesson_text = read("01-first.md").replace(">= 95 %", ">= 90 %");
    let archive = folder.path().join("pack.zip");
    let mut writer = zip::ZipWriter::new(std::fs::File::create(&archive).expect("made"));
    let table = format!("a,b,class\n{}\n", rows.join("\n"));
    for (name, text) in [
        ("pack.toml", &read("pack.toml")),
        ("01-first.md", &lesson_text),
        ("experiments/first.toml", &experiment),
        ("data/x.csv", &table),
    ] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("started");
        std::io::Write::write_all(&mut writer, text.as_bytes()).expect("written");
    }
    writer.finish().expect("finished");
    let temporary = folder.path().join("temporary");
    std::fs::create_dir(&temporary).expect("made");
    let mut program = Command::new(env!("CARGO_BIN_EXE_regrow"));
    program
        .args(["lesson", "check", "--fast"])
        .arg(&archive)
        .env("TMPDIR", &temporary)
        .env("TEMP", &temporary)
        .env("TMP", &temporary);
    let output = program.output().expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stderr), text(&output.stdout));
    assert_eq!(std::fs::read_dir(&temporary).expect("listed").count(), 0, "what was unpacked is gone");
}
