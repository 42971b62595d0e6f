//! Experiment files that are damaged in every way one can think of: each is read, or refused with a reason.
//!
//! `REGROW_FUZZ=1000000` sets the number of cases, `REGROW_FUZZ_SEED=7` the first of them.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use regrow::metrics::peak_memory_bytes;
use regrow::session::EXAMPLES;
use regrow::storage::{experiment_to_text, parse_experiment};
use tempfile::TempDir;

const CASES: u64 = 4000;
/// Data sets and all.
const MOST_MEMORY: u64 = 1 << 30;
/// No text of a few kilobytes may take longer, on a slow machine with other work.
const LONGEST: Duration = Duration::from_secs(10);

/// Values that programs stumble over.
const VALUES: [&str; 40] = [
    "0",
    "-1",
    "1",
    "2",
    "1e308",
    "-1e308",
    "1e-320",
    "nan",
    "inf",
    "-inf",
    "-0.0",
    "0.5",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "4294967296",
    "4294967295",
    "65536",
    "1000000",
    "0x7fffffff",
    "true",
    "\"\"",
    "\"set\"",
    "\"dense\"",
    "\"small-dense\"",
    "\"cht\"",
    "\"imp\"",
    "\"digits\"",
    "\"circle\"",
    "\"\\u0000\"",
    "[]",
    "[0]",
    "[1, 1, 1]",
    "[1000000, 1000000]",
    "{}",
    "{ epochs = 0 }",
    "{ steps = 1 }",
    "1979-05-27",
    "{ formula = \"abs(w)\" }",
    "{ formula = \"((((((((((\" }",
];

/// Texts that stand for themselves anywhere.
const PIECES: [&str; 16] = [
    "[[arm]]\n",
    "[data]\n",
    "[[sweep]]\n",
    "\"",
    "'''",
    "=",
    ".",
    "#",
    "\u{feff}",
    "\r",
    "[",
    "]",
    "{",
    "}",
    ",",
    "sparsity.method = ",
];

/// Every experiment that comes with the program.
fn sources() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/experiments");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("experiments").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    let files = paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    let mut texts: Vec<String> = files.map(|path| fs::read_to_string(path).expect("text")).collect();
    texts.extend(EXAMPLES.iter().map(|example| experiment_to_text(example.experiment().spec()).expect("text")));
    // Values that none of these has.
    texts.push(
        "format = 1\nname = \"all\"\n[data]\nsource = \"csv\"\nfile = \"no/such.csv\"\ntrain = 10\ntest = 5\n[network]\n\
         [[network.layer]]\nsize = 8\nactivation = \"relu\"\ndropout = 0.1\n[sparsity]\nmethod = \"rigl\"\nepsilon = 4\n\
         drop = { formula = \"abs(w) + 0.1*abs(g)\" }\ngrow = \"random\"\nreserve = 1.0\nprune_neurons = { share = 0.2, from = 0.4, every = 10 }\n\
         [optimizer]\nlearning_rate = 0.1\nwarm_up = { epochs = 1 }\n[training]\nepochs = 3\nbatch = 4\nseeds = [1]\n"
            .to_owned(),
    );
    texts
}

fn line<'a>(lines: &'a [String], random: &mut ChaCha8Rng) -> &'a str {
    lines.choose(random).map_or("", String::as_str)
}

/// One change of the text, line by line or byte by byte.
fn mutate(text: &[u8], others: &[String], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut lines: Vec<String> = String::from_utf8_lossy(text).lines().map(str::to_owned).collect();
    if lines.is_empty() {
        lines.push(String::new());
    }
    let at = random.random_range(0..lines.len());
    let joined = |lines: Vec<String>| (lines.join("\n") + "\n").into_bytes();
    match random.random_range(0..13) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at].clone()),
        2 => {
            let other = random.random_range(0..lines.len());
            lines.swap(at, other);
        }
        // Another value, another key, the value of another key, the line of another file.
        3 | 4 => {
            let key = lines[at].split('=').next().unwrap_or("").trim().to_owned();
            lines[at] = format!("{key} = {}", VALUES.choose(random).expect("values"));
        }
        5 => {
            let (key, value) = (line(&lines, random).to_owned(), line(&lines, random).to_owned());
            let key = key.split('=').next().unwrap_or("").to_owned();
            lines[at] = format!("{key}={}", value.split_once('=').map_or("", |(_, value)| value));
        }
        6 => lines.insert(
            at,
            others
                .choose(random)
                .and_then(|text| {
                    let foreign: Vec<&str> = text.lines().collect();
                    foreign.choose(random).map(|line| (*line).to_owned())
                })
                .unwrap_or_default(),
        ),
        7 => {
            let piece = PIECES.choose(random).expect("pieces");
            let places: Vec<usize> =
                lines[at].char_indices().map(|(place, _)| place).chain([lines[at].len()]).collect();
            let place = *places.choose(random).expect("a place");
            lines[at].insert_str(place, piece);
        }
        // A number becomes another one, digit by digit.
        8 => {
            let digits = "0123456789.-e".as_bytes();
            let changed = |byte: u8, random: &mut ChaCha8Rng| {
                if byte.is_ascii_digit() { *digits.choose(random).expect("digits") } else { byte }
            };
            let bytes: Vec<u8> = lines[at].bytes().map(|byte| changed(byte, random)).collect();
            lines[at] = String::from_utf8_lossy(&bytes).into_owned();
        }
        9 => return text[..random.random_range(0..=text.len())].to_vec(),
        10 => {
            let mut bytes = text.to_vec();
            for _ in 0..random.random_range(1..4) {
                if let Some(place) = bytes.len().checked_sub(1).map(|last| random.random_range(0..=last)) {
                    bytes[place] = random.random();
                }
            }
            return bytes;
        }
        // Nests deeply, or is long.
        11 => {
            lines[at] = format!(
                "x = {}1",
                ["[", "{a=", "-", "("].choose(random).expect("one").repeat(1 + random.random_range(0..3000))
            );
        }
        _ => {
            let times = random.random_range(2..40);
            let own = lines[at].clone();
            lines.splice(at..at, std::iter::repeat_n(own, times));
        }
    }
    joined(lines)
}

/// How the program reads a file: the whole of it, as text.
fn read(bytes: &[u8], file: &Path, through_disk: bool) -> Result<String, String> {
    if through_disk {
        fs::write(file, bytes).expect("written");
        return match regrow::storage::load_experiment(file) {
            Ok(valid) => Ok(experiment_to_text(valid.spec()).expect("what was read can be written")),
            Err(error) => Err(error.to_string()),
        };
    }
    let Ok(text) = str::from_utf8(bytes) else { return Err("not UTF-8".to_owned()) };
    match parse_experiment(text) {
        Ok(valid) => Ok(experiment_to_text(valid.spec()).expect("what was read can be written")),
        Err(faults) => Err(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().expect("a whole number"))
}

#[test]
fn a_damaged_experiment_is_read_or_refused_with_a_reason() {
    let sources = sources();
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("case.toml");
    let (mut accepted, mut refused) = (0_u64, 0_u64);
    let first = number("REGROW_FUZZ_SEED", 0);
    for case in first..first + number("REGROW_FUZZ", CASES) {
        let mut random = ChaCha8Rng::seed_from_u64(case);
        let mut bytes = sources.choose(&mut random).expect("sources").clone().into_bytes();
        for _ in 0..random.random_range(1..=4) {
            bytes = mutate(&bytes, &sources, &mut random);
        }
        let through_disk = random.next_u32().is_multiple_of(16);
        let start = Instant::now();
        let told = catch_unwind(AssertUnwindSafe(|| read(&bytes, &file, through_disk)));
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        let took = start.elapsed();
        assert!(took < LONGEST, "case {case} took {took:?}:\n{}", text());
        match told.unwrap_or_else(|_| panic!("case {case} panics:\n{}", text())) {
            Ok(written) => {
                accepted += 1;
                // What can be read can be shared: its text says the same.
                let again = read(written.as_bytes(), &file, false);
                assert_eq!(again.as_deref(), Ok(written.as_str()), "case {case}:\n{}", text());
            }
            Err(reason) => {
                refused += 1;
                assert!(!reason.trim().is_empty(), "case {case} is refused without a reason:\n{}", text());
            }
        }
    }
    // Reading is no training: a file that asks for giants must not bring them forth.
    let peak = peak_memory_bytes();
    assert!(peak.is_none_or(|bytes| bytes < MOST_MEMORY), "{peak:?} bytes");
    // Damage that is never noticed, or always fatal before the checks, would test little.
    assert!(
        accepted * 50 > accepted + refused && refused * 10 > accepted + refused,
        "{accepted} read, {refused} refused"
    );
}
