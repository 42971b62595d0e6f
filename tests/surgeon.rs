//! Connections cut, added and changed by hand in the window, through accessible names, without a screen.

mod windows;

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use regrow::nn::Network;
use regrow::session::Command;
use regrow::sparse::Place;
use regrow::training::Operation;
use regrow::ui::{RegrowApp, Startup};
use windows::{click, experiment, press, settle, window};

fn network<'a>(harness: &'a Harness<'_, RegrowApp>, arm: usize) -> &'a Network {
    &harness.state().session().history(arm).live().expect("a view").snapshot.network
}

fn weight(harness: &Harness<'_, RegrowApp>, layer: usize, place: Place) -> Option<f32> {
    let weights = &network(harness, 0).layers()[layer].weights;
    weights.find(place).map(|connection| weights.values()[connection])
}

/// Walks by keyboard to the first connection into the first neuron of the first hidden layer.
fn first_connection(harness: &mut Harness<'_, RegrowApp>) -> Place {
    harness.get_by_label_contains("Network of SET").focus();
    for (modifiers, key) in
        [(Modifiers::NONE, Key::ArrowDown), (Modifiers::NONE, Key::ArrowRight), (Modifiers::SHIFT, Key::ArrowDown)]
    {
        press(harness, modifiers, key);
    }
    let (source, _) = network(harness, 0).layers()[0].weights.incoming(0).next().expect("a connection");
    Place { source: u32::try_from(source).expect("small"), target: 0 }
}

#[test]
fn a_connection_is_cut_and_another_made_by_keyboard_and_both_undone() {
    let mut harness = window(Startup::default());
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    press(&mut harness, Modifiers::NONE, Key::H);
    harness.get_by_label_contains("147 of 147 connections");
    let place = first_connection(&mut harness);
    let before = weight(&harness, 0, place).expect("a weight");
    press(&mut harness, Modifiers::NONE, Key::Delete);
    assert_eq!(weight(&harness, 0, place), None);
    harness.get_by_label_contains("146 of 147 connections");
    let records = harness.state().session().history(0).updates();
    assert_eq!((records.len(), records[0].by_hand, records[0].removed_count), (1, Some(1), 1));

    // What is pinned is gone: pin its source, and connect that to the same target again.
    harness.get_by_label_contains("Network of SET").focus();
    for _ in 0..2 {
        press(&mut harness, Modifiers::NONE, Key::ArrowLeft);
    }
    for _ in 0..place.source {
        press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    }
    click(&mut harness, "Connect");
    assert_eq!(weight(&harness, 0, place), Some(0.0));
    harness.get_by_label_contains("147 of 147 connections");

    for _ in 0..2 {
        press(&mut harness, Modifiers::COMMAND, Key::Z);
    }
    assert_eq!(weight(&harness, 0, place).map(f32::to_bits), Some(before.to_bits()));
    assert!(harness.state().session().history(0).updates().is_empty());
}

#[test]
fn a_layer_is_frozen_and_the_method_raced_from_the_same_connections() {
    let mut harness = window(Startup::default());
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    click(&mut harness, "By hand");
    first_connection(&mut harness);
    click(&mut harness, "Race it");
    let session = harness.state().session();
    let rival = session.arms().iter().position(|arm| arm.name == "by hand").expect("a rival");
    let places = |arm: usize| network(&harness, arm).layers().iter().map(|own| own.weights.connections()).collect();
    let (own, other): (Vec<usize>, Vec<usize>) = (places(0), places(rival));
    assert_eq!(own, other);
    harness.state_mut().execute(Command::SelectArm(rival));
    settle(&mut harness);
    click(&mut harness, "layer 1 frozen");
    assert!(harness.state().session().is_frozen(0));
    let before = network(&harness, rival).clone();
    harness.state_mut().execute(Command::StepUpdate);
    settle(&mut harness);
    let after = network(&harness, rival);
    assert_eq!(before.layers()[0].weights.values(), after.layers()[0].weights.values());
    assert_ne!(before.layers()[1].weights.values(), after.layers()[1].weights.values());
}

#[test]
fn keys_belong_to_a_dialog_that_is_open() {
    let mut harness = window(Startup::default());
    press(&mut harness, Modifiers::NONE, Key::Questionmark);
    for key in [Key::H, Key::D] {
        press(&mut harness, Modifiers::NONE, key);
    }
    assert!(harness.query_by_label_contains("147 of 147 connections").is_none());
    assert!(harness.query_by_label_contains("Network of dense").is_none());
    press(&mut harness, Modifiers::NONE, Key::Escape);
    press(&mut harness, Modifiers::NONE, Key::H);
    harness.get_by_label_contains("147 of 147 connections");
}

#[test]
fn in_the_past_it_says_why_nothing_can_be_done() {
    let mut harness = window(Startup::default());
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    harness.state_mut().execute(Command::GoToEpoch(0));
    settle(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::H);
    harness.get_by_label_contains("This is the past");
    assert!(harness.query_by_label("Cut").is_none());
}

#[test]
fn the_accuracy_is_that_of_the_network_after_what_was_done_by_hand() {
    // All weights are set to zero before the first step: it says the same of every point, and there are as many of
    // either class.
    let text = include_str!("../lessons/sparse-training/experiments/first-connections.toml");
    let mut harness = window(experiment(text));
    harness.get_by_label_contains("Static: 6 connections, test accuracy 50.0 %");
    // A path by hand from the first input to the output tells the clouds apart.
    for (layer, place) in [(0, Place { source: 0, target: 0 }), (1, Place { source: 0, target: 0 })] {
        let operation = Operation { layer, set: vec![(place, 1.0)], ..Operation::default() };
        harness.state_mut().execute(Command::Operate(operation));
        settle(&mut harness);
    }
    let session = harness.state().session();
    let accuracy = session.history(0).shown_accuracy().expect("an accuracy");
    let (data, network) = (session.data().expect("data"), network(&harness, 0));
    let bias = network.layers()[1].bias[0];
    assert!(bias.abs() < 1e-6, "{bias}");
    let right = (0..data.test.samples()).filter(|&sample| {
        let first = data.test.sample(sample)[0];
        (first > 0.0) == (data.test.labels()[sample] == 1)
    });
    #[expect(clippy::cast_precision_loss, reason = "a number of samples")]
    let expected = right.count() as f64 / data.test.samples() as f64;
    assert!((accuracy - expected).abs() < 1e-9 && accuracy > 0.9, "{accuracy} {expected}");
}
