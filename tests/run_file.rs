//! Runs as files: saved, opened and verified, and found out where they were touched.

mod runs;
mod sessions;

use std::io::{Read, Write};
use std::path::Path;
use std::process::Output;
use std::thread::sleep;
use std::time::Duration;

use regrow::session::{Command, Fork, Session};
use regrow::storage::load_run;
use runs::network_bits;
use sessions::{attempt, do_it, notice, session};
use zip::{ZipArchive, ZipWriter};

const EXPERIMENT: &str = r#"
format = 1
name = "recorded"
data = { source = "moons", train = 60, test = 40 }
network = { hidden = [9, 6], activation = "tanh" }
sparsity = { method = "set", density = 0.4 }
optimizer = { learning_rate = 0.1 }
training = { epochs = 7, batch = 10, seeds = [3] }

[[arm]]
name = "RigL"
sparsity = { method = "rigl", update_every = { steps = 4 } }

[[arm]]
name = "dense"
sparsity.method = "dense"
optimizer.learning_rate = 0.05
"#;

fn verify(path: &Path) -> Output {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_regrow"));
    program.arg("verify").arg(path).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    program.output().expect("the program starts")
}

/// A run whose rate was changed by hand, with a fork and an arm that came after that, saved after five of seven epochs.
fn saved(path: &Path) -> Session {
    let mut session = session(EXPERIMENT);
    do_it(&mut session, Command::SetSeed(u64::MAX));
    do_it(&mut session, Command::GoToEpoch(2));
    let mut spec = session.draft().clone();
    spec.optimizer.learning_rate = Some(0.2);
    do_it(&mut session, Command::Edit(Box::new(spec)));
    do_it(&mut session, Command::GoToEpoch(5));
    do_it(&mut session, Command::GoToEpoch(3));
    do_it(&mut session, Command::Fork(Box::new(Fork { name: "fork".to_owned(), ..Fork::default() })));
    let mut spec = session.draft().clone();
    spec.arms.push(toml::from_str("name = \"static\"\nsparsity.method = \"static\"").expect("an arm"));
    do_it(&mut session, Command::Edit(Box::new(spec)));
    do_it(&mut session, Command::SaveRun(path.to_owned()));
    assert!(notice(&session).starts_with("The run is saved"), "{}", notice(&session));
    session
}

#[test]
fn a_run_that_is_saved_opens_elsewhere_comes_to_the_same_bits_and_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.regrow");
    let mut before = saved(&path);
    let mut after = session("format = 1\nname = \"other\"\ndata.source = \"xor\"");
    do_it(&mut after, Command::Open(path.clone()));
    assert!(notice(&after).starts_with("Verified: every epoch"), "{}", notice(&after));
    assert_eq!((after.seed(), after.live_position()), (u64::MAX, before.live_position()));
    for session in [&mut before, &mut after] {
        do_it(session, Command::Play);
    }
    for arm in 0..5 {
        let bits = |session: &Session| network_bits(&session.history(arm).view().expect("a view").snapshot.network);
        assert_eq!(bits(&before), bits(&after), "arm {arm}");
        assert_eq!(before.history(arm).epochs().len(), 8);
    }
    let run = verify(&path);
    let text = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success() && text.starts_with("Verified: 30 epochs and 15 topology updates of 5 arms"),
        "{text}"
    );
}

#[test]
fn a_comparison_is_kept_with_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.regrow");
    let mut before = session(&EXPERIMENT.replace("seeds = [3]", "seeds = [3, 18446744073709551615]"));
    do_it(&mut before, Command::Compare);
    while before.comparison().is_some_and(regrow::session::ComparisonJob::is_running) {
        before.update();
        sleep(Duration::from_millis(1));
    }
    do_it(&mut before, Command::SaveRun(path.clone()));
    let mut after = session("format = 1\nname = \"other\"\ndata.source = \"xor\"");
    do_it(&mut after, Command::Open(path));
    let runs = |session: &Session| session.comparison().expect("a comparison").runs().to_vec();
    assert_eq!(runs(&before).len(), 6);
    for (before, after) in runs(&before).into_iter().zip(runs(&after)) {
        assert_eq!((before.arm, before.seed, &before.outcome), (after.arm, after.seed, &after.outcome));
        let numbers = |run: &regrow::storage::SeedRun| {
            run.epochs.iter().map(|point| (point.test_loss, point.flops, point.added)).collect::<Vec<_>>()
        };
        assert_eq!(numbers(&before), numbers(&after));
    }
}

/// The archive with one entry changed.
fn touched(path: &Path, entry: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut old = ZipArchive::new(std::fs::File::open(path).expect("a file")).expect("an archive");
    let mut new = ZipWriter::new(std::io::Cursor::default());
    for name in ["README.txt", "experiment.toml", "run.json"] {
        let mut text = String::new();
        old.by_name(name).expect("an entry").read_to_string(&mut text).expect("text");
        new.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        let text = if name == entry { change(&text) } else { text };
        new.write_all(text.as_bytes()).expect("written");
    }
    new.finish().expect("an archive").into_inner()
}

#[test]
fn a_file_that_was_touched_is_found_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.regrow");
    drop(saved(&path));
    let other = folder.path().join("b.regrow");
    let records = load_run(&path).expect("a run").1;
    let accuracy = records.arms[1].epochs[4].results.test_accuracy;
    let flattering = |text: &str| text.replacen(&format!("\"test_accuracy\":{accuracy}"), "\"test_accuracy\":0.999", 1);
    std::fs::write(&other, touched(&path, "run.json", flattering)).expect("written");
    let mut session = session(EXPERIMENT);
    attempt(&mut session, Command::Open(other.clone()));
    assert!(notice(&session).contains("does not come to what the file says from epoch"), "{}", notice(&session));
    let run = verify(&other);
    assert_eq!(run.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&run.stderr).contains("differs from epoch"));

    let faster = |text: &str| text.replace("learning_rate = 0.2", "learning_rate = 0.3");
    std::fs::write(&other, touched(&path, "experiment.toml", faster)).expect("written");
    attempt(&mut session, Command::Open(other.clone()));
    // The rate holds for two arms, and the window tells of whichever comes to it first.
    assert!(notice(&session).contains("does not come to what the file says from epoch"), "{}", notice(&session));
    let told = verify(&other).stderr;
    let told = String::from_utf8_lossy(&told);
    assert!(
        told.contains("“SET” differs from epoch 3 on; ") && told.contains("“static” differs from epoch 1 on"),
        "{told}"
    );

    for (entry, from, to, reason) in [
        ("run.json", "\"format\":2", "\"format\":3", "newer than this program"),
        ("run.json", "\"position\":", "\"position\":1", "ends after the end"),
        ("run.json", "\"name\":\"RigL\"", "\"name\":\"other\"", "not those of its experiment"),
        ("run.json", "{", "[", "run.json is damaged"),
        ("experiment.toml", "epochs = 7", "epochs = -7", "experiment.toml: line"),
    ] {
        std::fs::write(&other, touched(&path, entry, |text| text.replacen(from, to, 1))).expect("written");
        attempt(&mut session, Command::Open(other.clone()));
        assert!(notice(&session).contains(reason), "{from}: {}", notice(&session));
        let run = verify(&other);
        assert_eq!(run.status.code(), Some(2), "{from}");
    }
}

/// The file with its records changed.
fn altered(path: &Path, change: impl Fn(&mut serde_json::Value)) -> Vec<u8> {
    touched(path, "run.json", |text| {
        let mut records = serde_json::from_str(text).expect("JSON");
        change(&mut records);
        records.to_string()
    })
}

/// What the window and the command line say of a file.
fn judged(path: &Path, bytes: &[u8]) -> (String, bool, String) {
    let other = path.with_extension("touched");
    std::fs::write(&other, bytes).expect("written");
    let mut session = session("format = 1\nname = \"other\"\ndata.source = \"xor\"");
    attempt(&mut session, Command::Open(other.clone()));
    let run = verify(&other);
    let text = if run.status.success() { run.stdout } else { run.stderr };
    (notice(&session).to_owned(), run.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn whatever_number_of_an_update_or_an_epoch_is_touched_it_is_found_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.regrow");
    drop(saved(&path));
    let more = |value: &mut serde_json::Value| *value = (value.as_u64().expect("a number") + 1).into();
    for key in ["update", "position", "removed", "added"] {
        let bytes = altered(&path, |records| more(&mut records["arms"][1]["updates"][2][key]));
        let (window, is_same, text) = judged(&path, &bytes);
        assert!(window.starts_with("“RigL” does not come to what the file says from topology update 3 on"), "{window}");
        assert!(!is_same && text.contains("“RigL” differs from topology update 3 on"), "{text}");
    }
    let shorter =
        |list: &str| altered(&path, |records| _ = records["arms"][0][list].as_array_mut().expect("a list").pop());
    for (bytes, place) in [
        (shorter("epochs"), "from epoch 5 on"),
        (shorter("updates"), "from topology update 4 on"),
        (altered(&path, |records| more(&mut records["arms"][2]["epochs"][2]["flops"])), "from epoch 2 on"),
        (altered(&path, |records| more(&mut records["arms"][0]["epochs"][4]["removed"])), "from epoch 4 on"),
    ] {
        let (window, is_same, text) = judged(&path, &bytes);
        assert!(window.contains(place), "{place}: {window}");
        assert!(!is_same && text.contains(place), "{place}: {text}");
    }
    let slower = altered(&path, |records| records["arms"][0]["epochs"][4]["seconds"] = 1e9.into());
    let (window, is_same, _) = judged(&path, &slower);
    assert!(window.starts_with("Verified") && is_same, "seconds are no bits: {window}");
}

#[test]
fn a_run_that_overflows_where_the_file_says_nothing_of_it_is_no_verified_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.regrow");
    let mut session = session(&EXPERIMENT.replace("batch = 10", "batch = 4"));
    do_it(&mut session, Command::GoToEpoch(5));
    do_save(&mut session, &path);
    // The untrained network is the same; then decay multiplies every weight by 1 − ηλ, which is −999, in each of 15 steps.
    let wild = "learning_rate = 1000.0\nweight_decay = 1.0";
    let faster = touched(&path, "experiment.toml", |text| text.replace("learning_rate = 0.05", wild));
    let (window, is_same, text) = judged(&path, &faster);
    let claim = "“dense” does not come to what the file says in epoch 1, where its weights overflow";
    assert!(window.starts_with(claim), "{window}");
    assert!(!is_same && text.contains("“dense” differs in epoch 1, where its weights overflow"), "{text}");
}

#[test]
fn a_run_that_overflowed_is_verified_as_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.regrow");
    let wild = "optimizer = { learning_rate = 1000.0, weight_decay = 1.0 }";
    let later = format!("[[arm.later]]\nafter = {{ epochs = 3 }}\n{wild}\n");
    let mut session = session(&format!("{}\n{later}", EXPERIMENT.replace("batch = 10", "batch = 4")));
    attempt(&mut session, Command::GoToEpoch(5));
    do_save(&mut session, &path);
    let records = load_run(&path).expect("a run").1;
    let epochs: Vec<usize> = records.arms.iter().map(|arm| arm.epochs.len()).collect();
    assert_eq!(epochs, [6, 6, 4], "the dense arm ends in its fourth epoch");
    let (window, is_same, text) = judged(&path, &std::fs::read(&path).expect("read"));
    assert!(window.starts_with("Verified") && is_same, "{window} {text}");

    let silent = |records: &mut serde_json::Value| {
        _ = records["arms"][2].as_object_mut().expect("an arm").remove("diverged").expect("it diverged");
    };
    let (window, is_same, text) = judged(&path, &altered(&path, silent));
    assert!(window.contains("“dense” does not come to what the file says in epoch 4") && !is_same, "{window} {text}");
    let invented = |records: &mut serde_json::Value| records["arms"][1]["diverged"] = serde_json::json!([5, 0.1]);
    let (window, is_same, text) = judged(&path, &altered(&path, invented));
    assert!(window.contains("in epoch 5, where its weights should overflow and do not") && !is_same, "{window} {text}");
    // The first version of the format did not say it.
    let old = altered(&path, |records| {
        silent(records);
        records["format"] = 1.into();
    });
    let (window, is_same, text) = judged(&path, &old);
    assert!(window.starts_with("Verified") && is_same, "{window} {text}");
}

fn do_save(session: &mut Session, path: &Path) {
    attempt(session, Command::SaveRun(path.to_owned()));
    assert!(notice(session).starts_with("The run is saved"), "{}", notice(session));
}

#[test]
fn what_is_saved_while_it_plays_ends_where_all_is_known_and_is_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.regrow");
    let mut session = session(&EXPERIMENT.replace("epochs = 7", "epochs = 3000"));
    for epoch in [40, 90, 150] {
        session.execute(Command::Play);
        while session.history(1).epochs().len() < epoch {
            session.update();
            sleep(Duration::from_millis(1));
        }
        session.execute(Command::SaveRun(path.clone()));
        let records = load_run(&path).expect("a run").1;
        assert!(records.arms.iter().all(|arm| arm.epochs.len() >= epoch.min(records.arms[1].epochs.len())));
        assert!(verify(&path).status.success(), "from epoch {epoch}");
    }
}

#[test]
fn a_comparison_in_a_file_is_run_again_and_what_was_touched_in_it_is_found_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.regrow");
    let mut session = session(&EXPERIMENT.replace("seeds = [3]", "seeds = [3, 18446744073709551615]"));
    do_it(&mut session, Command::Compare);
    while session.comparison().is_some_and(regrow::session::ComparisonJob::is_running) {
        session.update();
        sleep(Duration::from_millis(1));
    }
    do_save(&mut session, &path);
    let (window, is_same, text) = judged(&path, &std::fs::read(&path).expect("read"));
    assert!(window.starts_with("Verified") && window.contains("comparison over seeds is shown as the file has it"));
    assert!(is_same && text.contains("and 42 epochs of the 6 runs of its comparison over seeds"), "{text}");

    let (best, gone, cheap) = (serde_json::json!(1.0), serde_json::Value::Null, serde_json::json!(7));
    for (claim, run, place, value) in [
        (
            "“RigL”, seed 18446744073709551615 of the comparison, differs from epoch 6",
            3,
            "/epochs/5/test_accuracy",
            best,
        ),
        ("“SET”, seed 3 of the comparison, differs from epoch 7", 0, "/epochs/6", gone),
        ("“dense”, seed 3 of the comparison, differs from epoch 1", 4, "/epochs/0/flops", cheap),
        ("in epoch 7, where its weights should overflow", 1, "/diverged", serde_json::json!([7, 0.1])),
    ] {
        let bytes = altered(&path, |records| {
            let run = &mut records["comparison"][run];
            run["diverged"] = serde_json::Value::Null;
            *run.pointer_mut(place).expect("a place") = value.clone();
            run["epochs"].as_array_mut().expect("a list").retain(|epoch| !epoch.is_null());
        });
        let (_, is_same, text) = judged(&path, &bytes);
        assert!(!is_same && text.contains(claim), "{claim}: {text}");
    }
    let slower = altered(&path, |records| records["comparison"][0]["epochs"][0]["seconds"] = 9.0.into());
    assert!(judged(&path, &slower).1);
}
