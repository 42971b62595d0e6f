//! The window for those who do not see it or have no pointer: everything has a name and is reached by Tab.

mod windows;

use std::collections::BTreeSet;

use egui::accesskit::{Live, Role};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use regrow::session::{Command, Speed};
use regrow::ui::{RegrowApp, Startup};
use windows::{press, settle, wait_for, window};

type Window = Harness<'static, RegrowApp>;

/// What one does something with.
fn is_control(role: Role) -> bool {
    let controls = [
        Role::Button,
        Role::CheckBox,
        Role::ComboBox,
        Role::Link,
        Role::RadioButton,
        Role::Slider,
        Role::SpinButton,
        Role::Tab,
        Role::TextInput,
        Role::MultilineTextInput,
    ];
    controls.contains(&role)
}

/// Name and role of each control that can be used, and whether it has the focus.
fn controls(harness: &Window) -> Vec<(String, Role, bool)> {
    let nodes = harness.root().children_recursive();
    let own = nodes.filter(|node| is_control(node.accesskit_node().role()) && !node.accesskit_node().is_disabled());
    own.map(|node| {
        let node = node.accesskit_node();
        (node.label().unwrap_or_default(), node.role(), node.is_focused())
    })
    .collect()
}

fn focused(harness: &Window) -> Option<String> {
    let node = harness.root().children_recursive().find(|node| node.accesskit_node().is_focused())?;
    node.accesskit_node().label()
}

fn tab(harness: &mut Window) {
    harness.key_press(Key::Tab);
    harness.run_steps(1);
}

/// Goes on by Tab until what has the focus has a name that begins so.
fn tab_to(harness: &mut Window, name: &str) {
    for _ in 0..400 {
        tab(harness);
        if focused(harness).is_some_and(|own| own.starts_with(name)) {
            return;
        }
    }
    panic!("Tab never leads to {name}");
}

fn use_control(harness: &mut Window, name: &str) {
    tab_to(harness, name);
    press(harness, Modifiers::NONE, Key::Enter);
}

fn leave(harness: &mut Window) {
    press(harness, Modifiers::NONE, Key::Escape);
    assert_eq!(focused(harness), None);
}

#[test]
fn every_control_of_every_page_has_a_name_and_is_reached_by_tab() {
    let mut harness = window(Startup::default());
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    let pages = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7];
    let mut count = 0;
    for page in pages {
        press(&mut harness, Modifiers::NONE, page);
        let all = controls(&harness);
        let nameless: Vec<_> = all.iter().filter(|own| own.0.trim().is_empty()).collect();
        assert!(nameless.is_empty(), "{page:?}: {nameless:?}");
        let mut reached = BTreeSet::new();
        for _ in 0..all.len() + 40 {
            tab(&mut harness);
            reached.extend(focused(&harness));
        }
        let missed: Vec<_> = all.iter().filter(|own| !reached.contains(&own.0)).collect();
        assert!(missed.is_empty(), "{page:?}: {missed:?}");
        count += all.len();
        leave(&mut harness);
    }
    assert!(count > 300, "{count} controls in all");
}

#[test]
fn the_launch_experiment_is_run_explored_and_forked_by_keyboard_alone() {
    let mut harness = window(Startup::default());
    // Run.
    tab_to(&mut harness, "Play");
    harness.key_press(Key::Enter);
    wait_for(&mut harness, "three updates", |app| app.session().history(0).updates().len() >= 3);
    let name = focused(&harness);
    assert_eq!(name.as_deref(), Some("Pause"), "the same button, which says now what it does");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert!(!harness.state().session().is_playing());
    // Explore: another arm, another page, a neuron, a connection, the past.
    use_control(&mut harness, "dense: 684 connections");
    assert_eq!(harness.state().session().selected(), 1);
    use_control(&mut harness, "SET: 147 connections");
    use_control(&mut harness, "Topology");
    tab_to(&mut harness, "Network of SET");
    for key in [Key::ArrowRight, Key::ArrowRight, Key::ArrowDown] {
        press(&mut harness, Modifiers::NONE, key);
    }
    assert!(focused(&harness).is_some_and(|name| name.ends_with(". hidden 1, neuron 2")), "{:?}", focused(&harness));
    press(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
    let said = focused(&harness).expect("the canvas");
    let snapshot = harness.state().session().history(0).view().expect("a view").snapshot.clone();
    let weights = &snapshot.network.layers()[0].weights;
    let first = weights.incoming(1).next().map(|(source, connection)| (source + 1, weights.values()[connection]));
    if let Some((source, weight)) = first {
        let expected = format!("connection from inputs {source} to hidden 1 2, weight {weight:.3}");
        assert!(said.ends_with(&expected), "{said}");
    }
    tab_to(&mut harness, "timeline");
    press(&mut harness, Modifiers::SHIFT, Key::ArrowLeft);
    press(&mut harness, Modifiers::SHIFT, Key::ArrowLeft);
    let shown = harness.state().session().history(0).shown_updates().len();
    let all = harness.state().session().history(0).updates().len();
    assert!(harness.state().session().past().is_some() && shown < all, "{shown} of {all}");
    // Fork, with another drop fraction.
    use_control(&mut harness, "Fork here");
    tab_to(&mut harness, "Drop fraction");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.event(egui::Event::Text("0.1".to_owned()));
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    tab_to(&mut harness, "Fork");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    let session = harness.state().session();
    assert_eq!(session.arms().len(), 5);
    assert!(session.notice().is_none_or(|notice| !notice.is_fault));
    let fork = &session.draft().arms.last().expect("the fork");
    assert!(fork.name.starts_with("SET from update"), "{}", fork.name);
}

#[test]
fn the_state_of_training_is_told_by_a_live_region() {
    let mut harness = window(Startup::default());
    harness.state_mut().execute(Command::SetSpeed(Speed::FULL));
    harness.state_mut().execute(Command::GoToEpoch(12));
    settle(&mut harness);
    let status = harness.get_by(|node| node.role() == Role::Status);
    let node = status.accesskit_node();
    assert_eq!(node.live(), Live::Polite);
    let session = harness.state().session();
    let accuracy = 100.0 * session.history(0).epochs()[12].test.accuracy();
    // Updates come every two epochs; that of epoch 12 is still to come.
    let replaced = session.history(0).updates()[4].added_count;
    let expected = format!(
        "SET: epoch 12 of 120, test accuracy {accuracy:.0} %, {replaced} connections replaced in update 5. Paused."
    );
    assert_eq!(node.label(), Some(expected));
}

#[test]
fn at_every_size_of_the_interface_the_main_controls_are_on_the_screen() {
    for keys in [&[Key::Minus, Key::Minus][..], &[], &[Key::Plus; 3], &[Key::Plus; 9]] {
        let mut harness = window(Startup::default());
        for key in keys {
            press(&mut harness, Modifiers::COMMAND, *key);
        }
        harness.run_steps(4);
        let zoom = harness.ctx.zoom_factor();
        assert!((0.8..=2.0).contains(&zoom), "{zoom}");
        let screen = harness.ctx.content_rect().expand(0.5);
        for name in
            ["Set-up", "Play", "Step to the next topology update", "Help", "Present", "Reset", "seed", "timeline"]
        {
            let rect = harness.get_by_label(name).rect();
            assert!(screen.contains_rect(rect), "{name}: {rect:?} on {screen:?} at {zoom}");
        }
        press(&mut harness, Modifiers::COMMAND, Key::Num0);
        assert!((harness.ctx.zoom_factor() - 1.0).abs() < 1e-6);
    }
}

#[test]
fn with_reduced_motion_nothing_pulses() {
    let mut harness = window(Startup::default());
    let wait = |harness: &Window| harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert!(wait(&harness).as_millis() <= 50, "at first, Play pulses");
    press(&mut harness, Modifiers::NONE, Key::Questionmark);
    // The help takes its size first.
    harness.run_steps(6);
    harness.get_by_label_contains("Reduced motion").click();
    harness.run_steps(4);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.remove_cursor();
    harness.run_steps(20);
    let causes = harness.ctx.repaint_causes();
    assert!(wait(&harness).as_secs() > 60, "a window that rests asks for no further picture: {causes:?}");
}
