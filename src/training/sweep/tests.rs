//! What axes come to, at which points runs are shared, and what is refused.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::training::{Outcome, compare};

const EXPERIMENT: &str = r#"
format = 1
name = "small"
data = { source = "moons", train = 40, test = 30 }
network = { hidden = [8], activation = "tanh" }
sparsity = { method = "set", density = 0.5 }
optimizer = { learning_rate = 0.1 }
training = { epochs = 2, batch = 10, seeds = [1, 2] }
[[arm]]
name = "dense"
sparsity.method = "dense"
[[arm]]
name = "quarter"
sparsity = { method = "static", density = 0.25 }
"#;

fn spec(axes: &str) -> ExperimentSpec {
    toml::from_str(&[EXPERIMENT, axes].concat()).expect("an experiment")
}

fn sweep(axes: &str) -> ValidSweep {
    check_sweep(&spec(axes)).expect("a sweep")
}

fn range(range: &str) -> Vec<toml::Value> {
    let text = format!("key = \"optimizer.learning_rate\"\n{range}");
    toml::from_str::<AxisSpec>(&text).expect("an axis").check(0).expect("a range").values
}

fn values(list: &str) -> Vec<toml::Value> {
    let table: Table = format!("values = {list}").parse().expect("TOML");
    table["values"].as_array().expect("a list").clone()
}

#[test]
fn ranges_worked_by_hand() {
    assert_eq!(range("from = 0.1\nto = 0.4\nsteps = 4"), values("[0.1, 0.2, 0.3, 0.4]"));
    assert_eq!(range("from = 1\nto = 0\nsteps = 3\nscale = \"linear\""), values("[1, 0.5, 0]"));
    assert_eq!(range("from = 0.001\nto = 1\nsteps = 4\nscale = \"log\""), values("[0.001, 0.01, 0.1, 1]"));
    assert_eq!(range("from = 8\nto = 64\nsteps = 4\nscale = \"log\""), values("[8, 16, 32, 64]"));
    // √(0.01 · 0.5) = 0.0707107 to six digits.
    assert_eq!(range("from = 0.01\nto = 0.5\nsteps = 3\nscale = \"log\""), values("[0.01, 0.0707107, 0.5]"));
}

#[test]
fn every_point_is_the_experiment_that_a_file_with_its_values_would_be() {
    let axes = "[[sweep]]\nkey = \"sparsity.density\"\nvalues = [0.3, 1]\n\
                [[sweep]]\nkey = \"training.batch\"\nfrom = 10\nto = 20\nsteps = 2";
    let sweep = sweep(axes);
    let settings: Vec<String> = (0..4).map(|point| sweep.settings(point)).collect();
    let expected = |density, batch| format!("sparsity.density = {density}, training.batch = {batch}");
    assert_eq!(settings, [expected("0.3", 10), expected("0.3", 20), expected("1", 10), expected("1", 20)]);
    let text = EXPERIMENT.replace("method = \"set\", density = 0.5", "method = \"set\", density = 0.3");
    let written: ExperimentSpec = toml::from_str(&text.replace("batch = 10", "batch = 20")).expect("an experiment");
    assert_eq!(sweep.points()[1].experiment, check(&written).expect("valid"));
}

#[test]
fn runs_that_an_axis_does_not_change_are_shared_and_noted() {
    let sweep = sweep("[[sweep]]\nkey = \"sparsity.density\"\nvalues = [0.2, 0.3, 0.4]");
    let first = |point, arm| sweep.source(RunKey { point, arm, seed: 1 }).point;
    assert_eq!(
        (0..3).map(|point| [first(point, 0), first(point, 1), first(point, 2)]).collect::<Vec<_>>(),
        [[0, 0, 0], [1, 0, 0], [2, 0, 0]]
    );
    // Three of SET, one of each other arm, from two seeds.
    assert_eq!(sweep.runs().len(), 10);
    let notes: Vec<&str> = sweep.notes().iter().map(|note| note.text.as_str()).collect();
    let dense = "“dense” is the same at every sparsity.density, so one run serves for all values.";
    let own = "“quarter” names sparsity.density itself and keeps its own, so one run serves for all values.";
    assert_eq!(notes, [dense, own]);
}

#[test]
fn a_key_of_data_or_training_changes_every_arm() {
    for axis in ["key = \"data.noise_features\"\nvalues = [0, 3]", "key = \"training.epochs\"\nvalues = [2, 3]"] {
        let sweep = sweep(&format!("[[sweep]]\n{axis}"));
        assert_eq!(sweep.runs().len(), 2 * 3 * 2);
        assert_eq!(sweep.notes(), []);
    }
}

#[test]
fn a_note_says_at_which_points_it_holds() {
    // One epoch has no topology update between two steps.
    let notes = |values: &str| {
        let sweep = sweep(&format!("[[sweep]]\nkey = \"training.epochs\"\nvalues = {values}"));
        sweep.notes().iter().map(|note| note.text.clone()).collect::<Vec<_>>()
    };
    let note = "No topology update falls within the run: this is static sparse training.";
    assert_eq!(notes("[1]"), [note]);
    assert_eq!(notes("[1, 2]"), [format!("{note} (At training.epochs = 1.)")]);
}

/// Connections × training samples × epochs is what a run takes where no method needs more than its connections.
#[test]
fn of_each_seed_the_longest_runs_come_first_those_on_the_same_data_together() {
    for (axis, groups) in [("training.epochs\"\nvalues = [1, 4, 2]", 1), ("data.train\"\nvalues = [20, 80, 40]", 3)] {
        let sweep = sweep(&format!("[[sweep]]\nkey = \"{axis}"));
        let done = Mutex::new(Vec::new());
        let keep = |key: RunKey, _: &crate::training::RunRecord| done.lock().expect("no panic").push(key);
        run_sweep(&sweep, &sweep.runs(), 1, &AtomicBool::new(false), &|_, _| {}, &keep).expect("threads");
        let done = done.into_inner().expect("no panic");
        assert_eq!(done.iter().map(|run| run.seed).collect::<Vec<_>>(), [[1; 9], [2; 9]].concat());
        let takes = |run: &RunKey| {
            let own = &sweep.points()[run.point].experiment;
            let samples = own.spec().data.train.expect("given") * own.epochs() as usize;
            own.arms()[run.arm].connections.iter().sum::<usize>() * samples
        };
        for of_seed in done.chunks(9) {
            let groups: Vec<&[RunKey]> = of_seed.chunks(9 / groups).collect();
            assert!(groups.iter().all(|group| group.is_sorted_by(|one, other| takes(one) >= takes(other))));
            assert!(groups.is_sorted_by(|one, other| takes(&one[0]) >= takes(&other[0])), "{groups:?}");
        }
    }
}

#[test]
fn the_runs_of_a_sweep_are_those_of_each_point_alone() {
    let sweep = sweep("[[sweep]]\nkey = \"data.noise_features\"\nvalues = [0, 3]");
    let go_on = AtomicBool::new(false);
    for threads in [1, 3] {
        let done = Mutex::new(Vec::new());
        let keep = |key: RunKey, record: &crate::training::RunRecord| {
            done.lock().expect("no panic").push((key, record.clone()));
        };
        run_sweep(&sweep, &sweep.runs(), threads, &go_on, &|_, _| {}, &keep).expect("threads");
        let done = done.into_inner().expect("no panic");
        assert_eq!(done.len(), 12);
        for (index, point) in sweep.points().iter().enumerate() {
            for alone in compare(&point.experiment, 1, &go_on, &|_, _, _| {}).expect("threads") {
                let key = RunKey { point: index, arm: alone.arm, seed: alone.seed };
                let (_, record) = done.iter().find(|(other, _)| *other == key).expect("it was done");
                let losses = |run: &crate::training::RunRecord| {
                    run.epochs.iter().map(|epoch| epoch.test.loss().to_bits()).collect::<Vec<_>>()
                };
                assert_eq!(losses(record), losses(&alone), "{key:?}");
                assert_eq!((&record.outcome, record.epochs.len()), (&Outcome::Finished, 2));
            }
        }
    }
}

#[test]
fn what_cannot_vary_is_refused_with_its_place_and_reason() {
    let density = "[[sweep]]\nkey = \"sparsity.density\"\n";
    let rate = "[[sweep]]\nkey = \"optimizer.learning_rate\"\n";
    let cases: &[(&str, &str, &str)] = &[
        ("", "sweep", "nothing varies"),
        (density, "sweep.0.key", "neither values nor a whole range"),
        (&[density, "from = 0.1\nto = 0.2"].concat(), "sweep.0.key", "neither values nor a whole range"),
        (&[density, "values = [0.1]\nsteps = 3"].concat(), "sweep.0.values", "both values and a range"),
        (&[density, "values = []"].concat(), "sweep.0.values", "0 values"),
        (&[density, "values = [0.1, 1, 1.0]"].concat(), "sweep.0.values", "the value 1.0 twice"),
        (&[density, "from = 0.1\nto = 0.1\nsteps = 2"].concat(), "sweep.0.steps", "the value 0.1 twice"),
        (&[density, "from = 0.1\nto = 0.2\nsteps = 1"].concat(), "sweep.0.steps", "from 2 to 1000 values"),
        (&[density, "from = 0.1\nto = 0.2\nsteps = 5000"].concat(), "sweep.0.steps", "from 2 to 1000 values"),
        (&[density, "from = 0\nto = 0.2\nsteps = 3\nscale = \"log\""].concat(), "sweep.0.from", "lies above 0"),
        (&[density, "from = 0.1\nto = inf\nsteps = 3"].concat(), "sweep.0.to", "cannot end at inf"),
        (&[density, "values = [0.1, 1.5]"].concat(), "sweep.0.values.1", "sparsity.density = 1.5: 1.5 is not above 0"),
        (&[density, "values = [\"much\"]"].concat(), "sweep.0.values.0", "expected f64"),
        ("[[sweep]]\nkey = \"sparsity.densty\"\nvalues = [1]", "sweep.0.values.0", "unknown field `densty`"),
        ("[[sweep]]\nkey = \"sparsity.density.x\"\nvalues = [1]", "sweep.0.key", "without parts"),
        ("[[sweep]]\nkey = \"sparsity..x\"\nvalues = [1]", "sweep.0.key", "is no key"),
        ("[[sweep]]\nkey = \"\"\nvalues = [1]", "sweep.0.key", "is no key"),
        ("[[sweep]]\nkey = \"arm.name\"\nvalues = [1]", "sweep.0.key", "belongs to one arm"),
        ("[[sweep]]\nkey = \"name\"\nvalues = [\"a\"]", "sweep.0.key", "changes no run"),
        ("[[sweep]]\nkey = \"training.seeds\"\nvalues = [[1]]", "sweep.0.key", "the same seeds"),
        ("[[sweep]]\nkey = \"training.batch\"\nvalues = [10, 41]", "sweep.0.values.1", "cannot be drawn"),
        ("[[sweep]]\nkey = \"data.train\"\nvalues = [10, 9]", "sweep.0.values.1", "data.train = 9: training.batch: "),
        (&[density, "values = [1]\n", density, "values = [1]"].concat(), "sweep.1.key", "set the same"),
        (
            &[density, "values = [0.1]\n[[sweep]]\nkey = \"sparsity\"\nvalues = [{ density = 1 }]"].concat(),
            "sweep.1.key",
            "set the same",
        ),
        (
            &[density, "values = [0.1, 0.2]\n", rate, "values = [-1, 0.1]"].concat(),
            "sweep.1.values.0",
            "optimizer.learning_rate = -1: -1 is not above 0",
        ),
        (
            &[density, "values = [1]\n", rate, "values = [1]\n[[sweep]]\nkey = \"training.batch\"\nvalues = [1]"]
                .concat(),
            "sweep.2.key",
            "3 keys vary",
        ),
        (
            &[density, "from = 0.1\nto = 1\nsteps = 51\n", rate, "from = 0.1\nto = 1\nsteps = 51"].concat(),
            "sweep.1.key",
            "2601 combinations",
        ),
        ("[[sweep]]\nkey = \"sparsity.method\"\nvalues = [\"dense\", \"sett\"]", "sweep.0.values.1", "sett"),
    ];
    for (axes, key, problem) in cases {
        let faults = check_sweep(&spec(axes)).expect_err(axes);
        assert_eq!(faults.len(), 1, "{axes}: {faults:?}");
        assert!(faults[0].key == *key && faults[0].problem.contains(problem), "{axes}: {faults:?}");
    }
}

#[test]
fn the_experiment_itself_must_be_valid_and_its_own_faults_come_first() {
    let mut wrong = spec("[[sweep]]\nkey = \"sparsity.density\"\nvalues = [7]");
    wrong.training.epochs = 0;
    let faults = check_sweep(&wrong).expect_err("no epochs");
    assert_eq!(faults.iter().map(|fault| fault.key.as_str()).collect::<Vec<_>>(), ["training.epochs"]);
}

#[test]
fn a_run_without_sweep_says_what_a_sweep_would_vary() {
    let experiment = check(&spec("[[sweep]]\nkey = \"sparsity.density\"\nvalues = [0.1]")).expect("valid");
    assert_eq!(experiment.notes().len(), 1);
    assert!(experiment.notes()[0].text.contains("`regrow sweep` would vary sparsity.density"));
    assert_eq!(check(&spec("")).expect("valid").notes(), []);
}
