//! Run files that are damaged in every way one can think of: each is read, or refused with a reason.
//!
//! `REGROW_FUZZ=1000000` sets the number of cases, `REGROW_FUZZ_SEED=7` the first of them.

mod damage;
mod sessions;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use damage::{mutate, number};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use regrow::session::{Command, Fork};
use regrow::storage::{RunFileError, load_run};
use serde_json::{Value, json};
use sessions::{attempt, do_it, notice, session};
use tempfile::TempDir;
use zip::{ZipArchive, ZipWriter};

const CASES: u64 = 4000;
/// No file of some kilobytes may take longer, on a slow machine with other work.
const LONGEST: Duration = Duration::from_secs(10);
/// One in so many records that can be read is opened in a session, which trains it again.
const OPENED: u64 = 10;

const EXPERIMENT: &str = r#"
format = 1
name = "recorded"
data = { source = "moons", train = 20, test = 10 }
network = { hidden = [4, 3], activation = "tanh" }
sparsity = { method = "set", density = 0.5 }
training = { epochs = 5, batch = 10, seeds = [3, 4] }

[[operation]]
after = { epochs = 1 }
layer = 1
freeze = true

[[arm]]
name = "dense"
sparsity.method = "dense"
"#;

/// What an archive holds: the experiment and the records.
struct Entries {
    experiment: Vec<u8>,
    records: Vec<u8>,
}

/// A run with all that a file can hold: a fork, something done by hand, a comparison.
fn run(path: &Path) -> Entries {
    let mut session = session(EXPERIMENT);
    do_it(&mut session, Command::Compare);
    while session.comparison().is_some_and(regrow::session::ComparisonJob::is_running) {
        session.update();
        std::thread::sleep(Duration::from_millis(1));
    }
    do_it(&mut session, Command::GoToEpoch(3));
    do_it(&mut session, Command::GoToEpoch(2));
    do_it(&mut session, Command::Fork(Box::new(Fork { name: "fork".to_owned(), ..Fork::default() })));
    do_it(&mut session, Command::SaveRun(path.to_owned()));
    let mut zip = ZipArchive::new(File::open(path).expect("a file")).expect("an archive");
    let mut entry = |name| {
        let mut bytes = Vec::new();
        zip.by_name(name).expect("an entry").read_to_end(&mut bytes).expect("read");
        bytes
    };
    Entries { experiment: entry("experiment.toml"), records: entry("run.json") }
}

/// A sound archive, whatever is in it.
fn archive(experiment: &[u8], records: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::default());
    for (name, bytes) in [("experiment.toml", experiment), ("run.json", records)] {
        let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(name, stored).expect("begun");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("an archive").into_inner()
}

/// Bytes changed, cut out, doubled or cut off.
fn scratch(bytes: &mut Vec<u8>, random: &mut ChaCha8Rng) {
    for _ in 0..random.random_range(1..6) {
        if bytes.is_empty() {
            return;
        }
        let start = random.random_range(0..bytes.len());
        let end = (start + random.random_range(1..40)).min(bytes.len());
        match random.random_range(0..4) {
            0 => bytes[start] = random.random(),
            1 => drop(bytes.drain(start..end)),
            2 => {
                let piece = bytes[start..end].to_vec();
                bytes.splice(start..start, piece);
            }
            _ => bytes.truncate(start),
        }
    }
}

/// One value becomes another, goes, or is doubled: a value that a path of random turns leads to.
fn disturb(value: &mut Value, random: &mut ChaCha8Rng) {
    let deeper = random.random_range(0..24) > 0;
    match value {
        Value::Array(list) if deeper && !list.is_empty() => {
            let at = random.random_range(0..list.len());
            match random.random_range(0..48) {
                0 => drop(list.remove(at)),
                1 => list.insert(at, list[at].clone()),
                2 => list.reverse(),
                _ => disturb(&mut list[at], random),
            }
        }
        Value::Object(fields) if deeper && !fields.is_empty() => {
            let key = fields.keys().nth(random.random_range(0..fields.len())).cloned().unwrap_or_default();
            match random.random_range(0..48) {
                0 => drop(fields.remove(&key)),
                1 => drop(fields.insert("something".to_owned(), json!(1))),
                _ => disturb(&mut fields[&key], random),
            }
        }
        _ => *value = other(value, random),
    }
}

/// Another value, mostly of the same kind: of another one, all but nothing is refused at once.
fn other(value: &Value, random: &mut ChaCha8Rng) -> Value {
    let same_kind = random.random_range(0..6) > 0;
    let whole = [json!(0), json!(1), json!(3), json!(7), json!(u64::from(u32::MAX)), json!(1_u64 << 40)];
    let real = [json!(0.0), json!(0.5), json!(-1.0), json!(1e308), json!(5e-324), json!(-0.0)];
    let text = ["", "3", "4", "-3", "SET", "ffffffffffffffff", "18446744073709551616"].map(|text| json!(text));
    let odd = [json!(null), json!(true), json!([]), json!([5, 0.1]), json!({}), json!(u64::MAX), json!(i64::MIN)];
    let others: &[Value] = match value {
        Value::Number(number) if same_kind && number.is_f64() => &real,
        Value::Number(_) if same_kind => &whole,
        Value::String(_) if same_kind => &text,
        _ => &odd,
    };
    others.choose(random).expect("values").clone()
}

/// A damaged file, and whether its experiment is whole.
fn damaged(whole: &[u8], entries: &Entries, random: &mut ChaCha8Rng) -> (Vec<u8>, bool) {
    let text = || String::from_utf8_lossy(&entries.experiment).into_owned();
    match random.random_range(0..8) {
        0 => {
            let mut bytes = whole.to_vec();
            scratch(&mut bytes, random);
            (bytes, false)
        }
        1..3 => (archive(&mutate(&entries.experiment, &[text()], random), &entries.records), false),
        3 => {
            let mut records = entries.records.clone();
            scratch(&mut records, random);
            (archive(&entries.experiment, &records), true)
        }
        _ => {
            let mut records: Value = serde_json::from_slice(&entries.records).expect("JSON");
            for _ in 0..random.random_range(1..3) {
                // Most of a file are its two lists.
                let parts = ["arms", "arms", "comparison", ""];
                let part = parts.choose(random).expect("parts");
                match records.get_mut(part) {
                    Some(list) => disturb(list, random),
                    None => disturb(&mut records, random),
                }
            }
            (archive(&entries.experiment, records.to_string().as_bytes()), true)
        }
    }
}

#[test]
fn a_damaged_run_is_read_or_refused_with_a_reason() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("case.regrow");
    let entries = run(&file);
    let whole = fs::read(&file).expect("read");
    let mut window = session("format = 1\nname = \"other\"\ndata = { source = \"xor\" }");
    let (mut accepted, mut refused, mut opened) = (0_u64, 0_u64, 0_u64);
    let first = number("REGROW_FUZZ_SEED", 0);
    for case in first..first + number("REGROW_FUZZ", CASES) {
        let mut random = ChaCha8Rng::seed_from_u64(case);
        let (bytes, is_whole) = damaged(&whole, &entries, &mut random);
        fs::write(&file, &bytes).expect("written");
        let start = Instant::now();
        let told = catch_unwind(AssertUnwindSafe(|| load_run(&file).map_err(reason)));
        assert!(start.elapsed() < LONGEST, "case {case} took {:?}", start.elapsed());
        match told.unwrap_or_else(|_| panic!("case {case} panics")) {
            Ok(_) => {
                accepted += 1;
                if is_whole && accepted.is_multiple_of(OPENED) {
                    opened += 1;
                    attempt(&mut window, Command::Open(file.clone()));
                    assert!(!notice(&window).is_empty(), "case {case} is opened without a word");
                }
            }
            Err(reason) => {
                refused += 1;
                assert!(reason.len() > 20, "case {case} is refused with “{reason}”");
            }
        }
    }
    println!("{accepted} read, {opened} of them opened, {refused} refused");
    // Damage that is never noticed, or always fatal before the checks, would test little.
    assert!(accepted * 8 > refused && refused * 5 > accepted && opened > 0, "{accepted} read, {refused} refused");
}

/// What is said, without the file's name.
fn reason(error: RunFileError) -> String {
    match error {
        RunFileError::File { source, .. } => source.to_string(),
        RunFileError::Damaged { problem, .. } => problem,
        RunFileError::Faults { faults, .. } => faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}
