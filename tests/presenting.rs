//! Presenting, as a lecturer does it: with few keys, without surprises.

mod windows;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use regrow::session::{Command, Speed};
use regrow::training::Moment;
use regrow::ui::{RegrowApp, Startup};
use windows::{click, experiment, press, says, settle, wait_for, window};

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
"#;

fn key(harness: &mut Harness<'_, RegrowApp>, key: Key) {
    press(harness, Modifiers::NONE, key);
}

fn position(harness: &Harness<'_, RegrowApp>) -> u64 {
    harness.state().session().shown_position()
}

#[test]
fn two_keys_lead_from_the_start_to_the_first_connections_that_disappear() {
    let mut harness = window(Startup::default());
    key(&mut harness, Key::F);
    key(&mut harness, Key::PageDown);
    let session = harness.state().session();
    // Update 1 of the launch experiment comes after 2 epochs of 25 steps.
    assert_eq!((position(&harness), session.history(0).updates().len()), (2 * 50 + 1, 1));
    for hidden in ["Density", "Overview", "Step one batch", "Bookmarks and memory of the past"] {
        assert!(!says(&harness, hidden), "{hidden}");
    }
    for shown in ["SET", "Epoch 2 of 120", "Update 1", "Leave the presentation", "timeline"] {
        assert!(says(&harness, shown), "{shown}");
    }
    key(&mut harness, Key::Escape);
    assert!(says(&harness, "Overview"));
}

#[test]
fn the_stage_has_its_own_size_and_the_desk_keeps_its_own() {
    let mut harness = window(Startup::default());
    press(&mut harness, Modifiers::COMMAND, Key::Minus);
    let at_desk = harness.ctx.zoom_factor();
    assert!(at_desk < 1.0);
    key(&mut harness, Key::F);
    assert!((harness.ctx.zoom_factor() - 1.0).abs() < 1e-6, "no text is smaller than 20 pixels");
    key(&mut harness, Key::Escape);
    assert!((harness.ctx.zoom_factor() - at_desk).abs() < 1e-6);
}

#[test]
fn scenes_are_stepped_in_the_order_of_their_moments_and_trained_up_to_where_they_are_not_reached() {
    let mut spec = regrow::session::EXAMPLES[0].experiment().spec().clone();
    spec.bookmarks.clear();
    for (name, at) in [("late", Moment::Epochs(7)), ("update", Moment::Updates(2)), ("early", Moment::Epochs(1))] {
        spec.bookmarks.push(regrow::training::BookmarkSpec { name: name.to_owned(), at, notes: String::new() });
    }
    let experiment = regrow::training::check(&spec).expect("valid");
    let mut harness = window(Startup { experiment: Some(experiment), ..Startup::default() });
    key(&mut harness, Key::F);
    let mut seen = Vec::new();
    for next in [Key::PageDown, Key::PageDown, Key::PageDown, Key::PageDown, Key::PageUp, Key::PageUp, Key::PageUp] {
        key(&mut harness, next);
        seen.push(position(&harness));
    }
    // Half steps: 50 an epoch; update 2 comes after 4 epochs. At the last scene nothing more happens.
    assert_eq!(seen, [50, 201, 350, 350, 201, 50, 50]);
    assert_eq!(harness.state().session().live_position(), 350, "what was trained stays");
    key(&mut harness, Key::ArrowRight);
    assert_eq!(position(&harness), 100, "→ stays what it is");
    key(&mut harness, Key::PageUp);
    assert_eq!(position(&harness), 50, "first back to the start of the scene");
}

#[test]
fn on_the_way_to_a_scene_another_key_goes_further_on() {
    let mut harness = window(Startup::default());
    harness.state_mut().execute(Command::SetSpeed(Speed::at(0.25)));
    key(&mut harness, Key::F);
    for _ in 0..2 {
        harness.key_press(Key::PageDown);
        harness.run_steps(2);
    }
    assert!(!harness.state().session().is_at_rest(), "it trains where everybody can see it");
    harness.state_mut().execute(Command::SetSpeed(Speed::FULL));
    settle(&mut harness);
    assert_eq!(position(&harness), 2 * 25 * 60, "the second scene after the start is epoch 60");
}

#[test]
fn a_blank_screen_shows_nothing_until_any_key_which_does_nothing_else() {
    let mut harness = window(Startup::default());
    key(&mut harness, Key::F);
    for blank in [Key::B, Key::Period] {
        key(&mut harness, blank);
        let nodes = harness.root().children_recursive();
        let names: Vec<String> = nodes.filter_map(|node| node.accesskit_node().label()).collect();
        assert!(names.iter().any(|name| name == "Show the window again"), "{names:?}");
        assert!(!names.iter().any(|name| name.contains("Epoch")), "{names:?}");
        key(&mut harness, if blank == Key::B { Key::PageDown } else { Key::Space });
        assert!(says(&harness, "Epoch 0 of 120"), "neither a step nor a scene");
        assert!(!harness.state().session().is_playing());
    }
}

#[test]
fn a_fault_waits_until_after_the_presentation() {
    let mut harness = window(experiment(DIVERGING));
    harness.state_mut().execute(Command::SetSpeed(Speed::FULL));
    key(&mut harness, Key::F);
    harness.key_press(Key::Space);
    wait_for(&mut harness, "the fault", |app| app.session().notice().is_some_and(|notice| notice.is_fault));
    settle(&mut harness);
    assert!(!says(&harness, "weights overflowed"));
    assert!(says(&harness, "stopped"), "though it is not hidden that the arm has stopped");
    key(&mut harness, Key::Space);
    key(&mut harness, Key::Escape);
    assert!(says(&harness, "weights overflowed"));
}

#[test]
fn hands_are_counted_by_keys_and_buttons_and_shown_beside_what_happened() {
    let mut harness = window(Startup::default());
    harness.state_mut().execute(Command::SetSpeed(Speed::FULL));
    key(&mut harness, Key::F);
    key(&mut harness, Key::G);
    for number in [Key::Num1, Key::Num2, Key::Num2, Key::Num2] {
        key(&mut harness, number);
    }
    press(&mut harness, Modifiers::SHIFT, Key::Num2);
    click(&mut harness, "one hand more for static");
    assert_eq!(harness.state().session().selected(), 0, "numbers are hands now");
    key(&mut harness, Key::Escape);
    assert!(!says(&harness, "will be ahead"));
    harness.key_press(Key::End);
    wait_for(&mut harness, "the end", |app| app.session().is_finished() && app.session().is_at_rest());
    key(&mut harness, Key::G);
    for text in ["Which arm is ahead?", "2 hands", "0 hands", "ahead"] {
        assert!(harness.query_all_by_label_contains(text).next().is_some(), "{text}");
    }
    assert_eq!(harness.query_all_by_label("1 hand").count(), 2);
    // Which is ahead, from the records.
    let session = harness.state().session();
    let last = |arm: usize| session.history(arm).epochs().last().expect("an epoch").test.accuracy();
    let best = (0..4).map(last).fold(0.0, f64::max);
    assert_eq!(
        harness.query_all_by_label_contains(" %, ahead").count(),
        (0..4).filter(|&arm| last(arm) == best).count()
    );
}

#[test]
fn targets_are_large_enough_for_fingers_and_nothing_is_outside_of_the_screen() {
    for size in [[1280.0, 800.0], [1024.0, 768.0], [1920.0, 1080.0], [800.0, 600.0]] {
        let mut harness = window(Startup::default());
        harness.set_size(size.into());
        key(&mut harness, Key::F);
        key(&mut harness, Key::G);
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        let mut targets = 0;
        for node in harness.root().children_recursive() {
            let own = node.accesskit_node();
            if matches!(own.role(), Role::Button | Role::SpinButton | Role::Slider) {
                let rect = node.rect();
                let name = own.label().unwrap_or_default();
                assert!(rect.width() >= 40.0 && rect.height() >= 40.0, "{name}: {rect:?}");
                assert!(screen.expand(0.5).contains_rect(rect), "{name}: {rect:?} at {size:?}");
                targets += 1;
            }
        }
        assert!(targets >= 17, "{targets}");
    }
}
