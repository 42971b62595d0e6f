//! What a folder of a sweep survives, and what it refuses.

use std::collections::BTreeMap;

use super::*;
use crate::storage::load_sweep;
use crate::training::ExperimentSpec;

const SWEEP: &str = r#"
format = 1
name = "small"
data = { source = "csv", file = "points.csv", train = 40 }
network = { hidden = [6], activation = "tanh" }
sparsity = { method = "set", density = 0.5 }
training = { epochs = 2, batch = 10, seeds = [1, 2] }
[[arm]]
name = "dense, of \"all\""
sparsity.method = "dense"
[[sweep]]
key = "sparsity.density"
values = [0.3, 0.4, 0.5]
"#;

/// A folder with an experiment file and its data.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("sweep.toml"), SWEEP).unwrap();
    let points = (0..60).map(|row| format!("{},{},{}\n", row % 7, row % 11, if row % 3 == 0 { "a" } else { "b" }));
    fs::write(home.path().join("points.csv"), points.collect::<String>()).unwrap();
    home
}

fn load(home: &Path, change: impl FnOnce(&mut ExperimentSpec)) -> ValidSweep {
    load_sweep(&home.join("sweep.toml"), change).unwrap()
}

/// Does what is left of a sweep, and returns the results and how many runs that took.
fn finish(sweep: &ValidSweep, out: &Path, threads: usize) -> (SweepResults, usize) {
    let folder = SweepFolder::open(out, sweep).unwrap();
    let done = Mutex::new(0);
    let count = |_, _: &RunRecord, _: &SweepRunResults| *done.lock().unwrap() += 1;
    let stored = folder.stored().unwrap();
    let results = folder.finish(stored, threads, &AtomicBool::new(false), &|_, _| {}, &count).unwrap();
    (results.expect("all runs"), done.into_inner().unwrap())
}

/// The table without seconds, cell by cell.
fn lasting(out: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(out.join(CSV)).unwrap();
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
    let mut rows: Vec<Vec<String>> = rows.collect();
    let seconds = rows[0].iter().position(|name| name == "seconds").unwrap();
    for row in &mut rows {
        row.remove(seconds);
    }
    rows
}

/// Every file of a folder with what it holds.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn refusal(out: &Path, sweep: &ValidSweep) -> String {
    let before = (files(out), files(&out.join(RUNS)));
    let error = SweepFolder::open(out, sweep).err().expect("refused");
    assert!(matches!(error, SweepFolderError::Occupied { .. }), "{error}");
    assert_eq!((files(out), files(&out.join(RUNS))), before, "nothing is changed");
    error.to_string()
}

#[test]
fn deleted_and_damaged_runs_are_done_again_and_no_others() {
    let home = home();
    let (sweep, whole, out) = (load(home.path(), |_| {}), home.path().join("whole"), home.path().join("out"));
    // Three densities of SET and one dense, from two seeds.
    assert_eq!(finish(&sweep, &whole, 1).1, 8);
    assert_eq!(finish(&sweep, &out, 2).1, 8);
    assert_eq!(lasting(&whole).len(), 1 + 3 * 2 * 2);
    assert_eq!(lasting(&out), lasting(&whole));
    assert_eq!(finish(&sweep, &out, 2).1, 0, "nothing is left to do");

    let runs = files(&out.join(RUNS));
    assert_eq!(runs.len(), 8);
    let paths: Vec<&PathBuf> = runs.keys().collect();
    for path in &paths[..4] {
        fs::remove_file(path).unwrap();
    }
    let swapped = runs[paths[5]].iter().map(|&byte| if byte == b'7' { b'8' } else { byte }).collect::<Vec<u8>>();
    fs::write(paths[4], &runs[paths[5]]).unwrap();
    fs::write(paths[5], swapped).unwrap();
    fs::write(paths[6], &runs[paths[6]][..runs[paths[6]].len() / 2]).unwrap();
    let folder = SweepFolder::open(&out, &sweep).unwrap();
    let mut damaged = folder.stored().unwrap().damaged().to_vec();
    damaged.sort();
    assert_eq!(damaged.iter().collect::<Vec<_>>(), paths[4..7]);
    drop(folder);
    assert_eq!(finish(&sweep, &out, 2).1, 7);
    assert_eq!(lasting(&out), lasting(&whole));
    assert_eq!(files(&out.join(RUNS))[paths[7]], runs[paths[7]], "what was there is not done again");
}

#[test]
fn every_single_damaged_byte_of_a_run_is_noticed() {
    let home = home();
    let (sweep, out) = (load(home.path(), |spec| spec.training.epochs = 1), home.path().join("out"));
    finish(&sweep, &out, 1);
    let (_, whole) = files(&out.join(RUNS)).pop_first().unwrap();
    assert!(StoredRun::read(&whole).is_some());
    for at in 0..whole.len() {
        for damaged in [[&whole[..at], &[whole[at] ^ 1], &whole[at + 1..]].concat(), whole[..at].to_vec()] {
            assert_eq!(StoredRun::read(&damaged), None, "at {at}: {}", String::from_utf8_lossy(&damaged));
        }
    }
}

#[test]
fn a_sweep_that_is_cancelled_goes_on_later() {
    let home = home();
    let (sweep, whole, out) = (load(home.path(), |_| {}), home.path().join("whole"), home.path().join("out"));
    finish(&sweep, &whole, 2);
    let folder = SweepFolder::open(&out, &sweep).unwrap();
    let cancel = AtomicBool::new(false);
    let stop = |_, _: &RunRecord, _: &SweepRunResults| cancel.store(true, Ordering::Relaxed);
    let stored = folder.stored().unwrap();
    assert_eq!(folder.finish(stored, 1, &cancel, &|_, _| {}, &stop).unwrap(), None);
    assert!(!out.join(CSV).exists() && files(&out.join(RUNS)).len() == 1);
    drop(folder);
    assert_eq!(finish(&sweep, &out, 1).1, 7);
    assert_eq!(lasting(&out), lasting(&whole));
}

#[test]
fn a_folder_of_anything_else_is_refused_and_left_alone() {
    let home = home();
    let (sweep, out) = (load(home.path(), |_| {}), home.path().join("out"));
    finish(&sweep, &out, 2);
    let other = load(home.path(), |spec| {
        spec.training.epochs = 3;
        spec.sparsity.drop_fraction = Some(0.1);
    });
    let message = refusal(&out, &other);
    assert!(message.contains("“small”, which differs in sparsity.drop_fraction, training.epochs"), "{message}");
    let message = refusal(&out, &load(home.path(), |spec| spec.training.seeds.push(9)));
    assert!(message.contains("training.seeds"), "{message}");

    let manifest = fs::read_to_string(out.join(MANIFEST)).unwrap();
    for (old, new, wanted) in [
        ("regrow = \"", "regrow = \"0.0.", "another version"),
        ("format = 1\nregrow", "format = 2\nregrow", "newer version"),
        ("name = \"small\"", "name = \"small", "damaged"),
        ("hash = \"", "hash = \"0", "damaged"),
    ] {
        assert!(manifest.contains(old), "{old}");
        fs::write(out.join(MANIFEST), manifest.replacen(old, new, 1)).unwrap();
        let message = refusal(&out, &sweep);
        assert!(message.contains(wanted), "{message}");
    }

    for name in [CSV, JSON, EXPERIMENT] {
        let occupied = tempfile::tempdir().unwrap();
        fs::write(occupied.path().join(name), "mine").unwrap();
        fs::create_dir(occupied.path().join("other")).unwrap();
        let error = SweepFolder::open(occupied.path(), &sweep).err().expect("refused").to_string();
        assert!(error.contains(name), "{error}");
        assert_eq!(files(occupied.path()).len(), 1, "nothing is added");
    }
}

#[test]
fn data_that_have_changed_are_noticed_and_a_folder_that_has_moved_is_not() {
    let home = home();
    finish(&load(home.path(), |_| {}), &home.path().join("out"), 2);
    let moved = tempfile::tempdir().unwrap();
    for name in ["sweep.toml", "points.csv", "out"] {
        fs::rename(home.path().join(name), moved.path().join(name)).unwrap();
    }
    let out = moved.path().join("out");
    assert_eq!(finish(&load(moved.path(), |_| {}), &out, 2).1, 0);

    let points = fs::read_to_string(moved.path().join("points.csv")).unwrap();
    fs::write(moved.path().join("points.csv"), points + "1,1,a\n").unwrap();
    let message = refusal(&out, &load(moved.path(), |_| {}));
    assert!(message.contains("files of data have changed"), "{message}");
}

#[test]
fn two_programs_do_not_work_in_one_folder_and_leftovers_are_cleared() {
    let home = home();
    let (sweep, out) = (load(home.path(), |_| {}), home.path().join("out"));
    let first = SweepFolder::open(&out, &sweep).unwrap();
    assert!(refusal(&out, &sweep).contains("another regrow is at work"));
    drop(first);
    let leftover = out.join(RUNS).join("point-1-arm-1-seed-1.json.1234.part");
    fs::write(&leftover, "{\"crc").unwrap();
    fs::write(out.join("notes.part"), "mine").unwrap();
    finish(&sweep, &out, 1);
    assert!(!leftover.exists() && out.join("notes.part").exists());
}

#[test]
fn the_experiment_is_there_to_be_opened_and_swept_again() {
    let home = home();
    let (sweep, out) = (load(home.path(), |_| {}), home.path().join("out"));
    finish(&sweep, &out, 1);
    assert_eq!(load_sweep(&out.join(EXPERIMENT), |_| {}).unwrap().points(), sweep.points());
}
