//! The page of sweeps, operated through its accessible names.

mod windows;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use regrow::session::SweepJob;
use regrow::ui::{RegrowApp, Startup};
use tempfile::TempDir;
use windows::{click, experiment, press, says, wait_for, window};

const EXPERIMENT: &str = r#"
format = 1
name = "small"
data = { source = "circle", train = 60, test = 50, noise_features = 2 }
network = { hidden = [8], activation = "tanh" }
sparsity = { method = "set", density = 0.5 }
optimizer = { learning_rate = 0.1 }
training = { epochs = 4, batch = 10, seeds = [4, 2] }
[[arm]]
name = "dense"
sparsity.method = "dense"
"#;
const DENSITIES: &str = "[[sweep]]\nkey = \"sparsity.density\"\nvalues = [0.5, 0.1, 0.25]\n";
const RATES: &str = "[[sweep]]\nkey = \"optimizer.learning_rate\"\nvalues = [0.01, 0.1]\n";

/// The page of sweeps, with a folder for what the program keeps.
fn page(text: &str) -> (Harness<'static, RegrowApp>, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let startup = Startup { keep_in: Some(folder.path().to_owned()), ..experiment(text) };
    let mut harness = window(startup);
    harness.set_size(egui::vec2(1280.0, 1600.0));
    press(&mut harness, Modifiers::NONE, Key::Num7);
    (harness, folder)
}

fn swept(axes: &str) -> (Harness<'static, RegrowApp>, TempDir) {
    let (mut harness, folder) = page(&format!("{EXPERIMENT}{axes}"));
    plan(&mut harness);
    harness.get_by(|node| node.label().is_some_and(|label| label.starts_with("Run all "))).click();
    wait_for(&mut harness, "the sweep", |app| app.session().sweep().is_some_and(|job| !job.is_running()));
    (harness, folder)
}

fn plan(harness: &mut Harness<'_, RegrowApp>) {
    harness.run_steps(3);
    wait_for(harness, "the plan", |app| app.session().sweep_plan().is_some_and(|plan| plan.checked().is_some()));
}

fn rows(harness: &Harness<'_, RegrowApp>) -> usize {
    let is_row = |label: String| label.matches(", ").count() >= 3;
    harness.query_all_by(|node| node.role() == Role::Row && node.label().is_some_and(is_row)).count()
}

fn copied(harness: &mut Harness<'_, RegrowApp>) -> Vec<Vec<String>> {
    harness.get_by_label("Copy the table of the sweep").click();
    for _ in 0..4 {
        harness.step();
        for command in &harness.output().platform_output.commands {
            if let egui::OutputCommand::CopyText(text) = command {
                return text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect();
            }
        }
    }
    panic!("nothing was copied");
}

#[test]
fn a_sweep_is_set_up_by_choosing_and_typing() {
    let (mut harness, _folder) = page(&EXPERIMENT.replace("hidden = [8]", "hidden = [60]"));
    click(&mut harness, "Choose what varies");
    plan(&mut harness);
    assert!(says(&harness, "first key: sparsity.density"));
    // Five densities of SET, one dense run for all, two seeds.
    assert!(says(&harness, "5 points × 2 arms × 2 seeds: 12 runs, for some serve several points"));
    harness.get_by_label("first values").focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_steps(1);
    harness.get_by_label("first values").type_text("0.1, 0.3, 7");
    plan_of(&mut harness, "0.1, 0.3, 7");
    assert!(says(&harness, "sparsity.density = 7"), "the fault stands under the values");
    assert!(harness.get_by_label("Run the sweep").accesskit_node().is_disabled());
    harness.key_press(Key::Backspace);
    harness.run_steps(1);
    harness.get_by_label("first values").type_text("0.4");
    plan_of(&mut harness, "0.1, 0.3, 0.4");
    assert!(says(&harness, "3 points × 2 arms × 2 seeds: 8 runs"));
    click(&mut harness, "range");
    plan(&mut harness);
    click(&mut harness, "log");
    plan(&mut harness);
    let axis = harness.state().session().draft().sweep[0].clone();
    assert_eq!((axis.from, axis.to, axis.steps), (Some(0.1), Some(0.4), Some(3)));
    // The middle of 0.1 and 0.4 by ratio is 0.2.
    assert!(says(&harness, "0.1, 0.2, 0.4"));
    click(&mut harness, "Vary a second setting too");
    plan(&mut harness);
    assert_eq!(harness.state().session().draft().sweep[1].key, "sparsity.method");
    click(&mut harness, "no first key");
    plan(&mut harness);
    assert_eq!(harness.state().session().draft().sweep.len(), 1);
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(harness.state().session().draft().sweep.len(), 2, "undone like any edit");
}

fn plan_of(harness: &mut Harness<'_, RegrowApp>, values: &str) {
    let typed = regrow::training::AxisSpec::parsed("sparsity.density", values);
    wait_for(harness, "what is typed", |app| app.session().draft().sweep == [typed.clone()]);
    wait_for(harness, "its plan", |app| {
        app.session().is_sweep_planned(None) && app.session().sweep_plan().is_some_and(|plan| plan.checked().is_some())
    });
}

#[test]
fn one_axis_comes_to_curves_and_a_table_that_sorts_and_copies() {
    let (mut harness, folder) = swept(DENSITIES);
    assert!(says(&harness, "All 8 runs are done"));
    assert!(says(&harness, "Curves of the sweep: Test accuracy, final, %: by arm"));
    let table = copied(&mut harness);
    assert_eq!(table[0][..5], ["sparsity.density", "arm", "runs", "finished", "final test accuracy mean"]);
    let places: Vec<[&str; 2]> = table[1..].iter().map(|line| [line[0].as_str(), line[1].as_str()]).collect();
    assert_eq!(
        places,
        [["0.5", "SET"], ["0.5", "dense"], ["0.1", "SET"], ["0.1", "dense"], ["0.25", "SET"], ["0.25", "dense"]]
    );
    // 4·8 + 8·1 places; the dense arm is the same everywhere.
    assert_eq!(table[2][8], "40");
    assert_eq!(table[2][2..], table[4][2..]);
    // The file of the folder has the same runs.
    let kept = folder.path().join("sweeps").read_dir().expect("a folder").next().expect("one").expect("a sweep").path();
    let csv = std::fs::read_to_string(kept.join("sweep.csv")).expect("results");
    let last: Vec<f64> = csv
        .lines()
        .filter(|line| line.starts_with("0.1,SET,"))
        .map(|line| line.split(',').nth(3).and_then(|cell| cell.parse().ok()).expect("an accuracy"))
        .collect();
    assert_eq!(last.len(), 2);
    let mean: f64 = table[3][4].parse().expect("a number");
    assert!((mean - 0.5 * (last[0] + last[1])).abs() < 1e-12);

    click(&mut harness, "sort the sweep by density");
    let densities = |table: &[Vec<String>]| table[1..].iter().map(|line| line[0].clone()).collect::<Vec<_>>();
    assert_eq!(densities(&copied(&mut harness)), ["0.1", "0.1", "0.25", "0.25", "0.5", "0.5"]);
    click(&mut harness, "sort the sweep by final, %");
    let sorted = copied(&mut harness);
    let means: Vec<f64> = sorted[1..].iter().map(|line| line[4].parse().expect("a number")).collect();
    assert!(means.windows(2).all(|pair| pair[0] >= pair[1]), "{means:?}");
    assert_eq!(rows(&harness), 6);

    click(&mut harness, "log density");
    harness.get_by_label("accuracy: final").click();
    harness.run_steps(3);
    click(&mut harness, "best");
    assert!(says(&harness, "Curves of the sweep: Test accuracy, best, %: by arm"));
}

#[test]
fn pointing_at_a_curve_tells_setting_and_exact_value() {
    let (mut harness, _folder) = swept(DENSITIES);
    let plot = harness.get_by_label("Curves of the sweep: Test accuracy, final, %: by arm").rect();
    let mut told = false;
    for step in 0..240_u8 {
        let (column, row) = (f32::from(step % 4), f32::from(step / 4) / 60.0);
        harness.hover_at(egui::pos2(plot.min.x + 30.0 + 6.0 * column, plot.min.y + row * plot.height()));
        harness.run_steps(2);
        told |= says(&harness, "sparsity.density = 0.1\n") && says(&harness, ", n = 2");
    }
    assert!(told);
}

#[test]
fn two_axes_come_to_a_map_that_is_read_by_pointing() {
    let (mut harness, _folder) = swept(&format!("{DENSITIES}{RATES}"));
    let map = harness.get_by_label("Map of the sweep: Test accuracy, final, %: SET").rect();
    // Second row, first column: the values of the first axis go down.
    harness.hover_at(map.min + egui::vec2(52.0 + 0.25 * (map.width() - 52.0), 16.0 + 45.0));
    harness.run_steps(20);
    assert!(says(&harness, "SET\nsparsity.density = 0.1, optimizer.learning_rate = 0.01\n"));
    let cell = harness.state().session().sweep().expect("a sweep").cells()[4];
    assert!(says(
        &harness,
        &format!(
            "\n{:.2} % ± sd {:.2}, n = 2",
            100.0 * cell.final_accuracy.mean,
            100.0 * cell.final_accuracy.deviation
        )
    ));
    harness.get_by_label("arm of the sweep: SET").click();
    harness.run_steps(3);
    harness.get_by(|node| node.role() == Role::Button && node.label().as_deref() == Some("dense")).click();
    harness.run_steps(4);
    assert!(says(&harness, "Map of the sweep: Test accuracy, final, %: dense"));
    click(&mut harness, "curves");
    assert!(says(&harness, "Curves of the sweep: Test accuracy, final, %: dense, by learning_rate"));
    assert!(harness.query_by_label("map").is_some());
}

#[test]
fn density_by_method_comes_to_curves() {
    let methods = "[[sweep]]\nkey = \"sparsity.method\"\nvalues = [\"set\", \"rigl\"]\n";
    let (mut harness, _folder) = swept(&format!("{DENSITIES}{methods}"));
    let curves = "Curves of the sweep: Test accuracy, final, %: the experiment, by method";
    for (width, panel) in [(1280.0, 330.0), (1024.0, 290.0)] {
        harness.set_size(egui::vec2(width, 768.0));
        harness.run_steps(12);
        assert!(harness.get_by_label(curves).rect().width() < panel, "nothing pushes the panel wider");
    }
    let (harness, _folder) = swept(methods);
    assert!(says(&harness, "Curves of the sweep: Test accuracy, final, %: by arm"), "an axis of words");
}

#[test]
fn a_sweep_is_paused_resumed_and_stopped_with_buttons_and_goes_on() {
    let text = EXPERIMENT.replace("epochs = 4", "epochs = 30000");
    let (mut harness, _folder) = page(&format!("{text}{DENSITIES}"));
    plan(&mut harness);
    harness.get_by_label("Run all 8").click();
    wait_for(&mut harness, "an epoch", |app| app.session().sweep().is_some_and(|job| job.share_done() > 0.0));
    assert!(says(&harness, " left"), "how long it takes");
    click(&mut harness, "Pause the sweep");
    assert!(harness.state().session().sweep().is_some_and(SweepJob::is_paused));
    click(&mut harness, "Resume the sweep");
    assert!(harness.state().session().sweep().is_some_and(|job| job.is_running() && !job.is_paused()));
    click(&mut harness, "Stop the sweep");
    wait_for(&mut harness, "the end", |app| app.session().sweep().is_some_and(|job| !job.is_running()));
    assert!(says(&harness, "Stopped: 0 of 8 runs are done"));
    click(&mut harness, "Go on with the sweep");
    assert!(harness.state().session().sweep().is_some_and(SweepJob::is_running));
    click(&mut harness, "Stop the sweep");
    wait_for(&mut harness, "the end", |app| app.session().sweep().is_some_and(|job| !job.is_running()));
}

#[test]
fn runs_that_diverge_are_told_and_are_in_no_mean() {
    let rates = "[[sweep]]\nkey = \"optimizer.learning_rate\"\nvalues = [0.01, 1000.0]\n";
    let text = EXPERIMENT.replace("tanh", "relu").replace("learning_rate = 0.1 ", "weight_decay = 1.0 ");
    let (mut harness, _folder) = page(&format!("{text}{rates}"));
    plan(&mut harness);
    harness.get_by_label("Run all 8").click();
    wait_for(&mut harness, "the sweep", |app| app.session().sweep().is_some_and(|job| !job.is_running()));
    assert!(says(&harness, "optimizer.learning_rate = 1000.0, SET, seed "), "which run");
    assert!(says(&harness, "and 1 more without an end; none of them is in a mean."));
    let table = copied(&mut harness);
    assert_eq!(table[3][1..5], ["SET", "2", "0", ""]);
}
