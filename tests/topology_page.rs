//! The page of topology measures in every state that a run can be in.

mod windows;

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use regrow::session::{Command, Speed};
use regrow::ui::{RegrowApp, Startup};
use windows::{click, experiment, press, says, settle, wait_for, window};

const DENSE: &str = "Every place has a connection: nothing to choose, so nothing to measure.";

/// Four epochs of a sparse network that evolves after each, beside one of each other kind.
const KINDS: &str = r#"
format = 1
name = "kinds"
data = { source = "circle", train = 100, test = 50, noise_features = 4 }
network = { hidden = [20, 16], activation = "relu" }
sparsity = { method = "set", density = 0.3, update_every = { epochs = 1 }, allocation = "er" }
optimizer = { learning_rate = 0.1 }
training = { epochs = 5, batch = 10, seeds = [1] }
[[arm]]
name = "static"
sparsity.method = "static"
[[arm]]
name = "RigL"
sparsity.method = "rigl"
[[arm]]
name = "dense"
sparsity.method = "dense"
[[arm]]
name = "falling"
sparsity.method = "gmp"
"#;

fn open_page(text: &str) -> Harness<'static, RegrowApp> {
    let mut harness = window(experiment(text));
    // High enough to click on what stands at the bottom.
    harness.set_size(egui::vec2(1280.0, 2000.0));
    press(&mut harness, Modifiers::NONE, Key::Num4);
    harness
}

fn to_the_end(harness: &mut Harness<'_, RegrowApp>) {
    harness.state_mut().execute(Command::SetSpeed(Speed::FULL));
    harness.state_mut().execute(Command::Play);
    wait_for(harness, "the end", |app| app.session().is_finished() && app.is_settled());
}

fn measure(harness: &mut Harness<'_, RegrowApp>) {
    harness.get_by_label("Measure now").click();
    harness.run_steps(2);
    wait_for(harness, "the measurement", |app| {
        app.session().measurement().is_some_and(|measurement| !measurement.is_running())
    });
    settle(harness);
}

#[test]
fn untrained_running_finished_and_rewound_every_arm_can_be_looked_at() {
    let mut harness = open_page(KINDS);
    assert!(says(&harness, "No topology update yet"));
    for _ in 0..3 {
        for arm in 0..5 {
            harness.state_mut().execute(Command::SelectArm(arm));
            settle(&mut harness);
            assert_eq!(says(&harness, DENSE), arm == 3, "arm {arm}");
            assert_eq!(says(&harness, "Nothing is ever cut in this arm"), arm == 1, "arm {arm}");
        }
        harness.state_mut().execute(Command::SelectArm(0));
        click(&mut harness, "Step one epoch");
        click(&mut harness, "Step to the next topology update");
    }
    assert!(says(&harness, "From the start"));
    harness.state_mut().execute(Command::BackEpoch);
    settle(&mut harness);
    to_the_end(&mut harness);
    assert_eq!(harness.state().session().history(0).turnover().len(), 5, "the start and four updates");
    harness.state_mut().execute(Command::Reset);
    settle(&mut harness);
    assert!(says(&harness, "No topology update yet"));
}

#[test]
fn an_arm_without_a_sparse_one_beside_it_gets_a_sentence() {
    let mut harness = open_page(
        "format = 1\nname = \"dense alone\"\ndata = { source = \"circle\", train = 40, test = 10 }\n\
         sparsity = { method = \"dense\" }\ntraining = { epochs = 2, batch = 10, seeds = [1] }\n",
    );
    assert!(says(&harness, DENSE) && !says(&harness, "Exploration"));
    click(&mut harness, "Step one epoch");
    assert!(says(&harness, DENSE) && !says(&harness, "Measure now"));
}

#[test]
fn exploration_in_the_window_is_that_of_all_places_ever_taken_also_after_a_rewind() {
    let mut harness = open_page(KINDS);
    to_the_end(&mut harness);
    let all: Vec<_> = harness.state().session().history(0).turnover().to_vec();
    let steps = harness.state().session().steps_per_epoch();
    harness.state_mut().execute(Command::RewindTo(2 * 2 * steps));
    settle(&mut harness);
    assert_eq!(harness.state().session().history(0).turnover().len(), 2, "the update after epoch 1");
    to_the_end(&mut harness);
    let history = harness.state().session().history(0);
    assert_eq!(history.turnover(), all, "the same as without the rewind");
    // By hand: the places at the start, and those of every record.
    let first = history.first().iter().enumerate();
    let mut ever: std::collections::BTreeSet<_> = first
        .flat_map(|(layer, own)| own.iter().flat_map(move |own| own.iter().map(move |place| (layer, place))))
        .collect();
    for record in history.updates() {
        for (layer, added) in record.added.iter().enumerate() {
            ever.extend(added.iter().map(|&place| (layer, place)));
        }
    }
    let places: usize = history.first().iter().flatten().map(|own| own.places()).sum();
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let expected = ever.len() as f64 / places as f64;
    assert_eq!(all.last().and_then(|last| last.exploration), Some(expected));
}

#[test]
fn measures_on_demand_say_for_when_they_hold_and_when_they_no_longer_do() {
    let mut harness = open_page(KINDS);
    to_the_end(&mut harness);
    assert!(says(&harness, "Compare also with update"));
    measure(&mut harness);
    assert!(says(&harness, "Holds for epoch 5, batch 0, 4 topology updates."));
    for row in ["the start", "update 2", "static", "RigL", "falling", "all layers"] {
        assert!(says(&harness, &format!("{row}: ")), "{row}");
    }
    assert!(says(&harness, "mean of 5 degree-preserving rewirings"));
    assert!(says(&harness, "over 100 training samples"));
    harness.state_mut().execute(Command::GoToEpoch(3));
    settle(&mut harness);
    assert!(says(&harness, "Out of date"));
    harness.state_mut().execute(Command::SelectArm(1));
    settle(&mut harness);
    assert!(!says(&harness, "Holds for"), "it was of another arm");
    harness.state_mut().execute(Command::Reset);
    settle(&mut harness);
    assert!(harness.state().session().measurement().is_none());
}

#[test]
fn many_layers_and_wide_ones_can_be_measured() {
    let mut harness = open_page(
        "format = 1\nname = \"deep\"\ndata = { source = \"circle\", train = 40, test = 10 }\n\
         network = { hidden = [600, 8, 7, 6, 5, 6, 7, 8], activation = \"tanh\" }\n\
         sparsity = { method = \"set\", density = 0.3, update_every = { steps = 1 } }\n\
         training = { epochs = 20, batch = 10, seeds = [1] }\n",
    );
    to_the_end(&mut harness);
    measure(&mut harness);
    assert!(says(&harness, "not matched: layer 1 has 600 neurons"));
    for step in 0..40_u8 {
        let page = harness.get_by_label("Topology").rect();
        harness.hover_at(egui::pos2(page.min.x, 120.0 + 14.0 * f32::from(step)));
        harness.run_steps(1);
    }
}

#[test]
fn the_page_can_be_looked_at_while_it_trains() {
    let mut harness = window(Startup::default());
    harness.key_press(Key::Num4);
    harness.state_mut().execute(Command::Play);
    for _ in 0..60 {
        harness.run_steps(1);
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    harness.state_mut().execute(Command::MeasureTopology { earlier: Some(1) });
    harness.state_mut().execute(Command::CancelMeasurement);
    harness.state_mut().execute(Command::MeasureTopology { earlier: None });
    harness.state_mut().execute(Command::OpenExample(1));
    settle(&mut harness);
    assert!(harness.state().session().measurement().is_none(), "it was of another experiment");
}

#[test]
fn what_old_updates_have_forgotten_is_said_and_not_made_up() {
    // Each update moves 0.9 of 76,000 connections, 20 bytes each: the 64 MB of a run hold fewer than 50 of them.
    let mut harness = open_page(
        "format = 1\nname = \"restless\"\ndata = { source = \"circle\", train = 60, test = 10 }\n\
         network = { hidden = [1500, 1000], activation = \"tanh\" }\n\
         sparsity = { method = \"set\", density = 0.05, drop_fraction = 0.9, update_every = { steps = 1 } }\n\
         training = { epochs = 10, batch = 10, seeds = [1] }\n",
    );
    to_the_end(&mut harness);
    let history = harness.state().session().history(0);
    let earliest = history.earliest_known_update();
    assert!((1..59).contains(&earliest), "{earliest}");
    assert!(history.updates_after(earliest).iter().all(|record| !record.has_forgotten()));
    assert!(history.turnover().len() == 60 && says(&harness, "From the start"), "numbers are kept");
    for (update, forgotten) in [(earliest - 1, true), (earliest, false)] {
        harness.state_mut().execute(Command::MeasureTopology { earlier: Some(update) });
        wait_for(&mut harness, "the measurement", |app| {
            app.session().measurement().is_some_and(|measurement| !measurement.is_running())
        });
        settle(&mut harness);
        let text = format!("update {update}: its places have been forgotten to save memory");
        assert_eq!(says(&harness, &text), forgotten, "update {update} of {earliest}");
    }
}

#[test]
fn an_arm_that_holds_samples_out_says_what_they_say_and_when_growth_turned_to_chance() {
    let ctre = KINDS
        .replace("method = \"set\", ", "method = \"ctre\", fallback = { stalled = { held_out = 0.2, epochs = 1 } }, ");
    let mut harness = open_page(&ctre.replace("epochs = 5, batch", "epochs = 25, batch"));
    assert!(!says(&harness, "held out to judge growth"), "nothing is judged before the first epoch");
    click(&mut harness, "Step one epoch");
    assert!(says(&harness, "of 20 training samples that are held out to judge growth"));
    assert!(says(&harness, "Connections grow by the score."), "any epoch is better than none");
    to_the_end(&mut harness);
    // With 20 samples to be right about, 25 epochs cannot each be better than the best before.
    let epochs = harness.state().session().history(0).epochs().to_vec();
    let told: Vec<_> = epochs.iter().filter_map(|record| Some((record.epoch, record.held_out?.hits))).collect();
    let stalled = told.windows(2).find(|pair| pair[1].1 <= pair[0].1).expect("it stalls")[1].0;
    assert!(says(&harness, &format!("It had stalled by epoch {stalled}: since then connections grow at random.")));
    harness.state_mut().execute(Command::SelectArm(1));
    settle(&mut harness);
    assert!(!says(&harness, "held out to judge growth"), "a static arm grows nothing, and holds nothing out");
}
