//! Experiment files that are damaged in every way one can think of: each is read, or refused with a reason.
//!
//! `REGROW_FUZZ=1000000` sets the number of cases, `REGROW_FUZZ_SEED=7` the first of them.

mod damage;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use damage::{mutate, number};
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

/// What is done on the way: settings that begin later, connections cut and grown by hand, bookmarks, a sweep.
const BY_HAND: &str = r#"
format = 1
name = "by hand"
data = { source = "moons", train = 10, test = 4 }
network.hidden = [5, 4]
sparsity = { method = "set", density = 0.5, update_every = { steps = 2 } }
training = { epochs = 4, batch = 5, seeds = [1, 2] }

[[later]]
after = { epochs = 2 }
sparsity.drop_fraction = 0.1
optimizer.learning_rate = 0.02

[[operation]]
after = { steps = 3 }
layer = 1
cut = [[1, 1], [2, 4]]
add = [[1, 2, 0.25]]
freeze = true

[[arm]]
name = "by hand"
[[arm.later]]
after = { updates = 1 }
sparsity.update_every = { steps = 3 }
[[arm.operation]]
after = { epochs = 1 }
layer = 2
freeze = true

[[bookmark]]
name = "here"
at = { updates = 1 }
notes = "Look."

[[sweep]]
key = "sparsity.density"
values = [0.02, 0.05]
"#;

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
    texts.push(BY_HAND.to_owned());
    texts
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
