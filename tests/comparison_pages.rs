//! The pages of a comparison, operated through their accessible names.

mod windows;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use regrow::session::{Command, ComparisonJob};
use regrow::ui::RegrowApp;
use windows::{click, experiment, press, says, wait_for, window};

/// Nine arms, more than there are colours, of which one diverges from every seed.
const ARMS: &str = r#"
format = 1
name = "nine arms"
data = { source = "circle", train = 100, test = 50, noise_features = 2 }
network = { hidden = [16, 12], activation = "relu" }
sparsity = { method = "set", density = 0.4 }
optimizer = { learning_rate = 0.05 }
training = { epochs = 6, batch = 10, seeds = [4, 2, 9] }
[[arm]]
name = "dense"
sparsity.method = "dense"
[[arm]]
name = "wild"
optimizer = { learning_rate = 1000.0, weight_decay = 1.0 }
[[arm]]
name = "d"
sparsity.density = 0.3
[[arm]]
name = "e"
sparsity.density = 0.2
[[arm]]
name = "f"
sparsity.density = 0.5
[[arm]]
name = "g"
sparsity.density = 0.6
[[arm]]
name = "h"
sparsity.density = 0.7
[[arm]]
name = "i"
sparsity.method = "static"
"#;

fn compared(text: &str) -> Harness<'static, RegrowApp> {
    let mut harness = window(experiment(text));
    harness.set_size(egui::vec2(1280.0, 2000.0));
    press(&mut harness, Modifiers::NONE, Key::C);
    wait_for(&mut harness, "the comparison", |app| app.session().comparison().is_some_and(|job| !job.is_running()));
    harness
}

fn copied(harness: &mut Harness<'_, RegrowApp>) -> Vec<Vec<String>> {
    harness.get_by_label("Copy table").click();
    // The click comes with the first of these pictures, the text with its output.
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
fn a_comparison_is_paused_resumed_and_stopped_with_buttons() {
    let mut harness = window(experiment(&ARMS.replace("epochs = 6", "epochs = 20000")));
    press(&mut harness, Modifiers::NONE, Key::C);
    wait_for(&mut harness, "an epoch", |app| app.session().comparison().is_some_and(|job| job.epochs_done().0 > 1));
    assert!(says(&harness, " left"), "how long it takes");
    click(&mut harness, "Pause the comparison");
    assert!(harness.state().session().comparison().is_some_and(ComparisonJob::is_paused));
    click(&mut harness, "Resume the comparison");
    assert!(harness.state().session().comparison().is_some_and(|job| job.is_running() && !job.is_paused()));
    click(&mut harness, "Stop the comparison");
    wait_for(&mut harness, "the end", |app| app.session().comparison().is_some_and(|job| !job.is_running()));
}

#[test]
fn curves_can_be_had_over_all_axes_with_every_band() {
    let mut harness = compared(ARMS);
    press(&mut harness, Modifiers::NONE, Key::Num2);
    assert!(says(&harness, "wild: 3 of 3 runs diverged and are not in the mean."));
    for (list, option) in [
        ("horizontal axis: epochs", "batches"),
        ("horizontal axis: batches", "FLOPs"),
        ("horizontal axis: FLOPs", "seconds"),
        ("band: ± sd", "± se"),
        ("band: ± se", "95 % interval"),
        ("band: 95 % interval", "none"),
        ("smoothing: off", "5 epochs"),
    ] {
        harness.get_by_label(list).click();
        harness.run_steps(3);
        click(&mut harness, option);
        for box_name in ["log loss", "log FLOPs", "log seconds", "single runs"] {
            if harness.query_by_label(box_name).is_some() {
                click(&mut harness, box_name);
            }
        }
    }
    click(&mut harness, "curve of dense");
    let hidden = harness.get_by_label("curve of dense");
    assert_eq!(hidden.accesskit_node().role(), Role::CheckBox);
    click(&mut harness, "seed 4, watched");
    click(&mut harness, "Step one epoch");
    assert!(harness.query_by_label("band: none").is_none(), "a single run has no band");
}

#[test]
fn exact_values_are_read_by_keyboard() {
    let mut harness = compared(ARMS);
    press(&mut harness, Modifiers::NONE, Key::Num2);
    harness.get_by_label("Curves of test accuracy, %").focus();
    harness.run_steps(3);
    harness.key_press(Key::ArrowRight);
    harness.run_steps(3);
    let session = harness.state().session();
    let runs = session.comparison().expect("a comparison").runs();
    let second: Vec<f64> = runs[..3].iter().map(|run| 100.0 * run.epochs[1].test_accuracy).collect();
    let mean = second.iter().sum::<f64>() / 3.0;
    let squares: f64 = second.iter().map(|value| (value - mean).powi(2)).sum();
    let expected = format!("SET, epoch 2: {mean:.2} % ± sd {:.2}, n = 3", (squares / 2.0).sqrt());
    assert!(says(&harness, &expected), "{expected}");
    assert!(!says(&harness, "wild, epoch"));
    harness.key_press(Key::End);
    harness.run_steps(3);
    assert!(says(&harness, "SET, epoch 6: "));
    assert_eq!(harness.state().session().history(0).epochs().len(), 1, "the arrow belonged to the plot");
}

#[test]
fn over_flops_exact_values_stand_at_what_was_counted() {
    let mut harness = compared(ARMS);
    press(&mut harness, Modifiers::NONE, Key::Num2);
    harness.get_by_label("horizontal axis: epochs").click();
    harness.run_steps(3);
    click(&mut harness, "FLOPs");
    harness.get_by_label("Curves of test accuracy, %").focus();
    harness.run_steps(3);
    harness.key_press(Key::ArrowRight);
    harness.run_steps(3);
    // The dense arm: 4·16, 16·12 and 12·1 places, three passes but for the gradient of the inputs, two epochs of 100 samples.
    let flops = 2 * 2 * 100 * (3 * (64 + 192 + 12) - 64);
    assert_eq!(flops, 296_000);
    assert!(says(&harness, "dense, 296k FLOPs: "));
    click(&mut harness, "seed 4, watched");
    for _ in 0..2 {
        click(&mut harness, "Step one epoch");
    }
    harness.get_by_label("Curves of test accuracy, %").focus();
    harness.run_steps(3);
    harness.key_press(Key::End);
    harness.run_steps(3);
    assert!(says(&harness, "dense, 296k FLOPs: "), "watched or not");
}

#[test]
fn pointing_at_a_curve_tells_exact_values() {
    let mut harness = compared(ARMS);
    press(&mut harness, Modifiers::NONE, Key::Num2);
    let plot = harness.get_by_label("Curves of test accuracy, %").rect();
    let mut told = false;
    for step in 0..50_u8 {
        let share = f32::from(step) / 50.0;
        harness.hover_at(egui::pos2(plot.min.x + 0.35 * plot.width(), plot.min.y + share * plot.height()));
        harness.run_steps(2);
        told |= says(&harness, " % ± sd ") && says(&harness, ", n = 3") && says(&harness, "\nepoch ");
    }
    assert!(told);
}

#[test]
fn differences_are_paired_by_seed_to_any_arm() {
    let mut harness = compared(ARMS);
    press(&mut harness, Modifiers::NONE, Key::Num6);
    let difference = |harness: &Harness<'_, RegrowApp>, [arm, other]: [usize; 2], seed: usize| {
        let runs = harness.state().session().comparison().expect("a comparison").runs();
        let last = |arm: usize| 100.0 * runs[3 * arm + seed].epochs[5].test_accuracy;
        format!("{:.2}", (last(arm) - last(other)).abs())
    };
    for (seed, number) in [(0, 4), (1, 2), (2, 9)] {
        let row =
            harness.query_all_by_label_contains("dense less SET: mean").next().expect("a row").accesskit_node().label();
        let row = row.expect("a name");
        let (_, seeds) = row.split_once("By seed: ").expect("seeds");
        let own = seeds.split(", ").find_map(|text| text.strip_prefix(&format!("{number}: "))).expect("the seed");
        assert_eq!(own.trim_start_matches(['+', '−']), difference(&harness, [1, 0], seed), "{row}");
    }
    assert!(!says(&harness, "wild less SET"), "what has diverged has no final accuracy");
    harness.get_by_label("reference arm: SET").click();
    harness.run_steps(3);
    harness.get_by(|node| node.role() == Role::Button && node.label().as_deref() == Some("dense")).click();
    harness.run_steps(4);
    assert!(says(&harness, "SET less dense: mean") && !says(&harness, "dense less SET"));
}

#[test]
fn the_table_sorts_and_is_copied_as_it_is_sorted() {
    let mut harness = compared(ARMS);
    press(&mut harness, Modifiers::NONE, Key::Num6);
    let table = copied(&mut harness);
    assert_eq!(table.len(), 10);
    assert!(table.iter().all(|line| line.len() == 14));
    assert_eq!(table[1][..3], ["SET", "3", "3"]);
    assert_eq!(table[3][..5], ["wild", "3", "0", "", ""], "nothing is known of what never finished");
    let runs = harness.state().session().comparison().expect("a comparison").runs();
    let last: Vec<f64> = runs[..3].iter().map(|run| run.epochs[5].test_accuracy).collect();
    let mean: f64 = table[1][3].parse().expect("a number");
    assert!((mean - last.iter().sum::<f64>() / 3.0).abs() < 1e-12);
    // 4·16, 16·12 and 12·1 places, all taken.
    assert_eq!(table[2][9], "268");
    // A multiply-add each, and four bytes each from the smallest memory: 4.6 and 5 pJ.
    let energy: f64 = table[2][13].parse().expect("a number");
    assert!((energy - 268.0 * 9.6).abs() < 1e-9, "{energy}");
    harness.get_by_label("sort by connections").click();
    harness.run_steps(4);
    let names = |table: &[Vec<String>]| table[1..].iter().map(|line| line[0].clone()).collect::<Vec<_>>();
    let sorted = names(&copied(&mut harness));
    assert_eq!(sorted[..3], ["e", "d", "SET"]);
    assert_eq!(sorted[7..], ["dense", "wild"], "what is not known stands last");
    harness.get_by_label("sort by connections").click();
    harness.run_steps(4);
    let turned = names(&copied(&mut harness));
    assert_eq!((turned[0].as_str(), turned[8].as_str()), ("dense", "wild"));
    harness.get_by_label("sort by connections").click();
    harness.run_steps(4);
    assert_eq!(names(&copied(&mut harness)), names(&table), "the third click brings the order of the experiment back");
}

#[test]
fn before_and_during_a_comparison_the_pages_have_something_to_say() {
    let mut harness = window(experiment(&ARMS.replace("epochs = 6", "epochs = 20000")));
    press(&mut harness, Modifiers::NONE, Key::Num6);
    assert!(says(&harness, "One seed is no evidence"));
    harness.state_mut().execute(Command::Compare);
    wait_for(&mut harness, "an epoch", |app| app.session().comparison().is_some_and(|job| job.epochs_done().0 > 1));
    for key in [Key::Num1, Key::Num2, Key::Num6] {
        press(&mut harness, Modifiers::NONE, key);
    }
    harness.state_mut().execute(Command::CancelComparison);
    wait_for(&mut harness, "the end", |app| app.session().comparison().is_some_and(|job| !job.is_running()));
    harness.run_steps(2);
    assert!(says(&harness, "No verdict") && says(&harness, "stopped: 0 of 27 runs finished"));
    click(&mut harness, "Run again");
    assert!(harness.state().session().comparison().is_some_and(ComparisonJob::is_running));
}
