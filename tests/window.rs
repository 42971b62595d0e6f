//! The window, operated through its accessible names, without a screen.

mod windows;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use regrow::data::{DataSource, DataSpec};
use regrow::session::{Command, Speed};
use regrow::topology::Method;
use regrow::ui::{RegrowApp, Startup};
use windows::{click, experiment, press, settle, wait_for, window};

fn steps(app: &RegrowApp) -> Vec<u64> {
    let session = app.session();
    (0..session.arms().len()).map(|arm| session.history(arm).view().expect("a view").snapshot.step).collect()
}

#[test]
fn it_starts_paused_on_the_launch_experiment_with_all_arms_side_by_side() {
    let harness = window(Startup::default());
    let session = harness.state().session();
    let names: Vec<&str> = session.arms().iter().map(|arm| arm.name.as_str()).collect();
    assert_eq!(names, ["SET", "dense", "small dense", "static"]);
    assert_eq!(session.arms()[0].total_connections(), 147);
    assert_eq!(session.arms()[1].total_connections(), 684);
    assert!(!session.is_playing());
    assert_eq!(steps(harness.state()), [0; 4]);
    assert!(harness.query_by_label("Play").is_some());
    assert!(harness.query_by_label("Which network notices?").is_some(), "first the question");
    let mut harness = harness;
    click(&mut harness, "Step one epoch");
    assert!(harness.query_by_label_contains("SET leads small dense").is_some(), "then what was measured");
}

#[test]
fn steps_by_batch_epoch_and_update_go_exactly_so_far_in_every_arm() {
    let mut harness = window(Startup::default());
    click(&mut harness, "Step one batch");
    assert_eq!(steps(harness.state()), [1; 4]);
    click(&mut harness, "Step one epoch");
    assert_eq!(steps(harness.state()), [25; 4]);
    click(&mut harness, "Step to the next topology update");
    assert_eq!(steps(harness.state()), [50; 4]);
    let session = harness.state().session();
    let update = &session.history(0).updates()[0];
    // At most ζ = 0.3 of the 71 + 64 connections of the sparse layers; less what was regrown in its own place.
    assert!((25..=40).contains(&update.removed_count), "{}", update.removed_count);
    assert_eq!(update.removed_count, update.added_count);
    click(&mut harness, "Epoch back");
    assert_eq!(steps(harness.state()), [50; 4]);
    let history = harness.state().session().history(0);
    assert!(history.shown_updates().is_empty() && history.updates().len() == 1, "the update is not shown first");
    click(&mut harness, "Epoch back");
    assert_eq!(steps(harness.state()), [25; 4]);
    click(&mut harness, "To the start");
    assert_eq!(steps(harness.state()), [0; 4]);
    click(&mut harness, "Step to the next topology update");
    assert_eq!(steps(harness.state()), [50; 4], "in the past, steps are through what was recorded");
    assert_eq!(harness.state().session().past(), None, "which was the newest moment");
    click(&mut harness, "Step to the next topology update");
    assert_eq!(harness.state().session().history(0).updates().len(), 2);
}

#[test]
fn the_keyboard_alone_plays_pauses_steps_and_resets() {
    let mut harness = window(Startup::default());
    harness.key_press(Key::Space);
    wait_for(&mut harness, "training", |app| steps(app).iter().all(|&step| step > 0));
    assert!(harness.state().session().is_playing());
    press(&mut harness, Modifiers::NONE, Key::Space);
    let paused = steps(harness.state());
    assert!(!harness.state().session().is_playing());
    assert!(paused.iter().all(|&step| step == paused[0]), "{paused:?}");
    press(&mut harness, Modifiers::NONE, Key::Period);
    assert_eq!(steps(harness.state())[0], paused[0] + 1);
    press(&mut harness, Modifiers::NONE, Key::R);
    assert_eq!(steps(harness.state()), [0; 4]);
    assert_eq!(harness.state().session().seed(), 1);
    press(&mut harness, Modifiers::SHIFT, Key::R);
    assert_eq!(harness.state().session().seed(), 2);
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    assert_eq!(steps(harness.state()), [25; 4]);
    press(&mut harness, Modifiers::SHIFT, Key::ArrowRight);
    assert_eq!(harness.state().session().history(0).updates().len(), 1);
}

#[test]
fn a_run_to_the_end_ends_and_can_be_gone_back_in() {
    let mut harness = window(Startup::default());
    harness.state_mut().execute(Command::SetSpeed(Speed::FULL));
    click(&mut harness, "Play");
    wait_for(&mut harness, "the end", |app| app.session().is_finished() && !app.session().is_playing());
    let session = harness.state().session();
    assert_eq!(session.history(0).epochs().len(), 121);
    assert_eq!(session.history(0).updates().len(), 45);
    let accuracy = session.history(0).epochs()[60].test;
    harness.state_mut().execute(Command::GoToEpoch(60));
    settle(&mut harness);
    let session = harness.state().session();
    assert_eq!(session.history(0).shown_record().map(|record| record.epoch), Some(60));
    assert_eq!(session.history(0).epochs().len(), 121, "what follows is still there");
    click(&mut harness, "Rewind to here");
    let session = harness.state().session();
    assert_eq!(session.history(0).epochs().len(), 61);
    assert_eq!(session.history(0).epochs()[60].test, accuracy);
}

#[test]
fn layers_and_neurons_are_added_and_removed_with_buttons() {
    let mut harness = window(Startup::default());
    click(&mut harness, "+ layer");
    assert_eq!(harness.state().session().arms()[0].sizes, [16, 24, 12, 8, 1]);
    click(&mut harness, "+");
    assert_eq!(harness.state().session().arms()[0].sizes, [16, 24, 12, 9, 1]);
    click(&mut harness, "−");
    click(&mut harness, "Remove");
    assert_eq!(harness.state().session().arms()[0].sizes, [16, 24, 12, 1]);
}

#[test]
fn what_may_change_during_a_run_changes_it_and_everything_else_starts_anew() {
    let mut harness = window(Startup::default());
    click(&mut harness, "Step one epoch");
    let mut spec = harness.state().session().draft().clone();
    spec.sparsity.drop_fraction = Some(0.1);
    spec.optimizer.learning_rate = Some(0.05);
    harness.state_mut().execute(Command::Edit(Box::new(spec.clone())));
    settle(&mut harness);
    assert_eq!(steps(harness.state()), [25; 4], "not reset");
    let tuning = &harness.state().session().history(1).view().expect("a view").snapshot.tuning;
    assert!((tuning.learning_rate - 0.05).abs() < 1e-12);
    spec.sparsity.density = Some(0.4);
    harness.state_mut().execute(Command::Edit(Box::new(spec)));
    settle(&mut harness);
    assert_eq!(steps(harness.state()), [0; 4], "another network starts anew");
    assert_eq!(harness.state().session().arms()[0].total_connections(), 274);
}

#[test]
fn a_fault_in_the_set_up_is_told_at_its_control_and_the_runs_stay() {
    let mut harness = window(Startup::default());
    click(&mut harness, "Step one epoch");
    let mut spec = harness.state().session().draft().clone();
    spec.training.batch = 500;
    harness.state_mut().execute(Command::Edit(Box::new(spec)));
    settle(&mut harness);
    assert!(harness.query_by_label_contains("cannot be drawn from 250 training samples").is_some());
    assert_eq!(steps(harness.state()), [25; 4]);
}

const DIVERGING: &str = r#"
format = 1
name = "too fast"
data = { source = "circle", train = 100, test = 50 }
network = { hidden = [16, 16], activation = "relu" }
sparsity = { method = "set", density = 0.5 }
training = { epochs = 20, batch = 10, seeds = [1] }
[optimizer]
learning_rate = 1000.0
weight_decay = 1.0
[[arm]]
name = "slow"
optimizer = { learning_rate = 0.01, weight_decay = 0.0 }
"#;

#[test]
fn a_diverging_run_stops_with_an_explanation_and_a_way_out_while_the_others_go_on() {
    let mut harness = window(experiment(DIVERGING));
    harness.state_mut().execute(Command::SetSpeed(Speed::FULL));
    click(&mut harness, "Play");
    wait_for(&mut harness, "the end of the other arm", |app| {
        app.session().history(1).epochs().len() == 21 && app.session().notice().is_some()
    });
    assert!(harness.query_by_label_contains("weights overflowed in epoch").is_some());
    assert!(harness.query_by_label_contains("(learning rate 1000)").is_some());
    let trained = harness.state().session().history(0).epochs().len() - 1;
    harness.get_by_label_contains("Rewind to epoch").click();
    settle(&mut harness);
    assert!(harness.state().session().history(0).failure().is_none());
    let rate = harness.state().session().draft().optimizer.learning_rate.expect("set");
    assert!((rate - 0.1).abs() < 1e-9);
    assert_eq!(harness.state().session().history(0).epochs().len(), trained + 1);
    let position = 10 * trained as u64;
    assert_eq!(steps(harness.state()), [position; 2]);
}

#[test]
fn a_broken_file_is_explained_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("broken.toml");
    std::fs::write(&path, "format = 1\nname = \"x\"\n[data]\nsource = \"sircle\"\n").expect("written");
    let mut harness = window(Startup::default());
    click(&mut harness, "Step one epoch");
    harness.state_mut().execute(Command::Open(path.clone()));
    settle(&mut harness);
    assert!(harness.query_by_label_contains("line 4").is_some());
    assert_eq!(steps(harness.state()), [25; 4]);
    click(&mut harness, "Dismiss");
    assert!(harness.state().session().notice().is_none());
    harness.state_mut().execute(Command::Open(folder.path().join("missing.toml")));
    settle(&mut harness);
    assert!(harness.state().session().notice().is_some_and(|notice| notice.is_fault));
}

#[test]
fn what_is_saved_opens_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("saved.toml");
    let mut harness = window(experiment(DIVERGING));
    harness.state_mut().execute(Command::Save(path.clone()));
    let saved = harness.state().session().draft().clone();
    harness.state_mut().execute(Command::OpenExample(0));
    harness.state_mut().execute(Command::Open(path));
    settle(&mut harness);
    assert_eq!(*harness.state().session().draft(), saved);
}

#[test]
fn every_page_and_every_example_can_be_looked_at() {
    let mut harness = window(Startup::default());
    for example in 0..regrow::session::EXAMPLES.len() {
        harness.state_mut().execute(Command::OpenExample(example));
        settle(&mut harness);
        click(&mut harness, "Step one epoch");
        for key in [Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num1] {
            press(&mut harness, Modifiers::NONE, key);
        }
        for arm in 0..harness.state().session().arms().len() {
            harness.state_mut().execute(Command::SelectArm(arm));
            settle(&mut harness);
        }
    }
}

#[test]
fn pointing_at_the_canvas_tells_of_neurons_and_connections() {
    let mut harness = window(Startup::default());
    click(&mut harness, "Step to the next topology update");
    let canvas = harness.get_by_label_contains("Network of SET").rect();
    let mut seen = String::new();
    for step in 0..60_u8 {
        let share = f32::from(step) / 60.0;
        harness.hover_at(egui::pos2(canvas.min.x + canvas.width() * 0.41, canvas.min.y + canvas.height() * share));
        harness.run_steps(2);
        for text in ["weight ", "will be pruned next", "safe next time", "bias ", "connections: "] {
            if harness.query_all_by_label_contains(text).next().is_some() {
                seen.push_str(text);
            }
        }
    }
    for text in ["weight ", "safe next time"] {
        assert!(seen.contains(text), "{text} was never shown");
    }
}

#[test]
fn a_comparison_over_seeds_gives_a_verdict_with_its_interval() {
    let mut harness = window(experiment(
        &DIVERGING.replace("1000.0", "0.05").replace("weight_decay = 1.0", "").replace("[1]", "[1, 2, 3]"),
    ));
    press(&mut harness, Modifiers::NONE, Key::C);
    wait_for(&mut harness, "the comparison", |app| app.session().comparison().is_some_and(|job| !job.is_running()));
    assert!(harness.query_by_label_contains("3 paired seeds, 95\u{a0}%\u{a0}interval").is_some());
}

#[test]
fn a_path_can_be_typed_where_the_desktop_has_no_dialogs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("typed.toml");
    let mut harness = window(experiment(DIVERGING));
    let saved = harness.state().session().draft().clone();
    harness.get_by_label_contains("too fast").click();
    harness.run_steps(4);
    harness.get_by_label("path").click();
    harness.run_steps(4);
    harness.get_by_label("path").type_text(&path.display().to_string());
    harness.run_steps(4);
    click(&mut harness, "Save as this");
    assert!(path.exists(), "the menu stayed open while the path was typed");
    harness.state_mut().execute(Command::OpenExample(0));
    harness.state_mut().execute(Command::Open(path));
    settle(&mut harness);
    assert_eq!(*harness.state().session().draft(), saved);
}

#[test]
fn an_impossible_number_is_explained_at_its_field_and_mended_by_another() {
    let mut harness = window(Startup::default());
    click(&mut harness, "Step one epoch");
    for (typed, explained) in [("-5", true), ("1e9", true), ("0.05", false)] {
        harness.get_by_label_contains("Learning rate").hover();
        let field =
            harness.get_by(|node| node.role() == Role::SpinButton && node.label().as_deref() == Some("Learning rate"));
        field.click();
        harness.run_steps(3);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.event(egui::Event::Text(typed.to_owned()));
        harness.run_steps(2);
        harness.key_press(Key::Enter);
        settle(&mut harness);
        let told = harness.query_by_label_contains("Choose a number above 0 and at most 1000").is_some();
        assert_eq!(told, explained, "{typed}");
        assert_eq!(steps(harness.state()), [25; 4], "the runs stay as they are");
    }
    let rate = harness.state().session().draft().optimizer.learning_rate.expect("set");
    assert!((rate - 0.05).abs() < 1e-12);
}

#[test]
fn a_source_of_files_says_what_to_choose_and_leaves_the_runs_alone() {
    let mut harness = window(Startup::default());
    for (source, explained) in [(DataSource::Idx, "images = "), (DataSource::Csv, "file = ")] {
        let mut spec = harness.state().session().draft().clone();
        spec.data = DataSpec::new(source);
        harness.state_mut().execute(Command::Edit(Box::new(spec)));
        settle(&mut harness);
        assert!(harness.query_by_label_contains(&format!("{explained}\"…\" is needed: choose the file")).is_some());
        assert_eq!(harness.state().session().arms().len(), 4, "the runs stay as they are");
    }
}

#[test]
fn every_method_has_a_page_in_letters_that_the_fonts_have() {
    let mut harness = window(Startup::default());
    click(&mut harness, "about SET and the others");
    for method in Method::all() {
        let name = method.page().name;
        harness.get_all_by_label(name).last().expect("a name").click_accesskit();
        // A letter that no font has ends the test.
        settle(&mut harness);
        assert!(harness.query_by_label(method.page().long_name).is_some(), "{name}");
    }
}
