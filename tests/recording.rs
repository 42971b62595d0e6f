//! Recordings of the network: every recorded moment is a frame, and a file is there whole or not at all.

mod windows;

use std::path::Path;
use std::process::Command as Program;
use std::sync::{Arc, Mutex};

use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use regrow::session::{Command, Speed};
use regrow::storage::load_experiment;
use regrow::ui::{FilmStyle, OnProgress, RegrowApp, Startup, write_film};
use windows::{click, press, settle, wait_for, window};

/// Epochs that are recorded.
const EPOCHS: u32 = 6;
/// Moments: the start, the ends of the epochs, and after the updates that follow epochs 2 and 4.
const MOMENTS: usize = 1 + 6 + 2;

fn trained() -> Harness<'static, RegrowApp> {
    let mut harness = window(Startup::default());
    harness.state_mut().execute(Command::SetSpeed(Speed::FULL));
    harness.state_mut().execute(Command::GoToEpoch(EPOCHS));
    settle(&mut harness);
    harness
}

fn ask(harness: &mut Harness<'_, RegrowApp>, path: &Path) {
    click(harness, "Save a picture of the network");
    harness.get_by_label_contains("Record the past").click();
    harness.run_steps(3);
    harness.get_by_label("path to record to").click();
    harness.run_steps(3);
    harness.get_by_label("path to record to").type_text(&path.display().to_string());
    harness.run_steps(3);
}

/// Size and number of frames of a GIF, by its blocks (version 89a).
fn read(file: &[u8]) -> ([u16; 2], usize) {
    assert_eq!(&file[..6], b"GIF89a");
    let number = |at: usize| u16::from_le_bytes([file[at], file[at + 1]]);
    let (mut at, mut frames) = (13 + 768, 0);
    while file[at] != 0x3B {
        frames += usize::from(file[at] == 0x2C);
        at += if file[at] == 0x2C { 11 } else { 2 };
        while file[at] > 0 {
            at += 1 + usize::from(file[at]);
        }
        at += 1;
    }
    assert_eq!(at + 1, file.len());
    ([number(6), number(8)], frames)
}

#[test]
fn a_gif_has_every_recorded_moment() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("network.gif");
    let mut harness = trained();
    ask(&mut harness, &path);
    harness.get_by_label("Record").click();
    wait_for(&mut harness, "the recording", |app| app.session().notice().is_some());
    let notice = harness.state().session().notice().expect("told").clone();
    assert!(!notice.is_fault && notice.text.starts_with("Recorded as"), "{}", notice.text);
    let ([width, height], frames) = read(&std::fs::read(&path).expect("written"));
    assert_eq!((width, frames), (960, MOMENTS));
    assert!((500..800).contains(&height), "{height}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 1, "nothing else is left");
}

#[test]
fn a_series_is_a_folder_of_numbered_pictures_that_differ() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("frames");
    let mut harness = trained();
    ask(&mut harness, &path);
    harness.get_by_label("PNG series").click();
    harness.run_steps(2);
    harness.get_by_label("Record").click();
    wait_for(&mut harness, "the recording", |app| app.session().notice().is_some());
    let pictures: Vec<_> = (1..=MOMENTS)
        .map(|number| image::open(path.join(format!("{number:04}.png"))).expect("a picture").to_rgb8())
        .collect();
    assert_eq!(std::fs::read_dir(&path).expect("listed").count(), MOMENTS);
    assert!(pictures.iter().all(|picture| picture.width() == 960));
    assert!(pictures.windows(2).all(|pair| pair[0] != pair[1]), "from moment to moment something has changed");
}

#[test]
fn a_recording_that_is_stopped_or_cannot_be_written_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut harness = trained();
    ask(&mut harness, &folder.path().join("stopped"));
    harness.get_by_label("PNG series").click();
    harness.run_steps(2);
    harness.get_by_label("Record").click();
    harness.run_steps(2);
    press(&mut harness, egui::Modifiers::NONE, Key::Escape);
    let start = std::time::Instant::now();
    while std::fs::read_dir(folder.path()).expect("listed").count() > 0 {
        assert!(start.elapsed().as_secs() < 30, "the unfinished folder stays");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    ask(&mut harness, &folder.path().join("no/such/folder.gif"));
    harness.get_by_label("Record").click();
    wait_for(&mut harness, "the fault", |app| app.session().notice().is_some_and(|notice| notice.is_fault));
    assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 0);
}

#[test]
fn the_command_line_records_the_same_moments() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("network.gif");
    let experiment = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/experiments/launch.toml");
    let run = |out: &Path, more: &[&str]| {
        let mut program = Program::new(env!("CARGO_BIN_EXE_regrow"));
        program.arg("record").arg(&experiment).arg(out).args(["--epochs", "6", "--width", "480"]).args(more);
        program.output().expect("it runs").status.code()
    };
    assert_eq!(run(&path, &["--arm", "SET"]), Some(0));
    let ([width, _], frames) = read(&std::fs::read(&path).expect("written"));
    assert_eq!((width, frames), (480, MOMENTS));
    assert_eq!(run(&folder.path().join("network.mp4"), &[]), Some(2));
    assert_eq!(run(&path, &["--arm", "no such arm"]), Some(2));
}

#[test]
fn a_recording_says_how_far_it_is_with_training_and_then_with_drawing() {
    let folder = tempfile::tempdir().expect("a folder");
    let experiment = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/experiments/launch.toml");
    let experiment = load_experiment(&experiment).expect("an experiment");
    let epochs = experiment.arms().len() * EPOCHS as usize;
    let told = Arc::new(Mutex::new(Vec::new()));
    let own = Arc::clone(&told);
    let on_progress: OnProgress = Arc::new(move |stage, done, all| {
        own.lock().expect("no panic").push((stage == "drawing", done, all));
    });
    let style = FilmStyle { frames_per_second: 8.0, width: 320, is_dark: true };
    let out = folder.path().join("network.gif");
    write_film(&out, experiment, Some("SET"), Some(EPOCHS), style, &on_progress).expect("a film");
    let told = told.lock().expect("no panic");
    assert!(told.is_sorted(), "first the one, then the other, and never back");
    let last = |drawing| told.iter().rev().find(|(stage, ..)| *stage == drawing).map(|&(_, done, all)| (done, all));
    assert_eq!((last(false), last(true)), (Some((epochs, epochs)), Some((MOMENTS, MOMENTS))));
}
