//! Arms in the window: where their curves of accuracy begin, and their names at the curves and above the network.

mod windows;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, Node};
use regrow::data::Dataset;
use regrow::nn::Network;
use regrow::ui::{RegrowApp, Startup};
use windows::{experiment, is_painted, painted, press, says, wait_for, window};

/// What an untrained network of tanh neurons with one output gets right, worked out in double precision: class 1 where the
/// output is above 0.
fn share_right(network: &Network, data: &Dataset) -> f64 {
    let layers = network.layers();
    let is_right = |sample: usize| {
        let mut values: Vec<f64> = data.sample(sample).iter().map(|&value| f64::from(value)).collect();
        for (number, layer) in layers.iter().enumerate() {
            let sum = |target: usize| {
                let products = layer
                    .weights
                    .incoming(target)
                    .map(|(source, connection)| f64::from(layer.weights.values()[connection]) * values[source]);
                f64::from(layer.bias[target]) + products.sum::<f64>()
            };
            let sums = (0..layer.weights.n_out()).map(sum);
            values = if number + 1 == layers.len() { sums.collect() } else { sums.map(f64::tanh).collect() };
        }
        usize::from(values[0] > 0.0) == usize::try_from(data.labels()[sample]).expect("a class")
    };
    let right = (0..data.samples()).filter(|&sample| is_right(sample)).count();
    #[expect(clippy::cast_precision_loss, reason = "a number of samples")]
    let share = right as f64 / data.samples() as f64;
    share
}

#[test]
fn curves_begin_before_training_with_what_chance_gives_and_every_arm_has_its_name() {
    let mut harness = window(Startup::default());
    let session = harness.state().session();
    let data = session.data().expect("data").clone();
    let names: Vec<String> = session.arms().iter().map(|arm| arm.name.clone()).collect();
    assert_eq!(names, ["SET", "dense", "small dense", "static"], "the launch experiment");
    let untrained: Vec<f64> = (0..names.len())
        .map(|arm| share_right(&session.history(arm).live().expect("a view").snapshot.network, &data.test))
        .collect();
    for _ in 0..3 {
        press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    }
    press(&mut harness, Modifiers::NONE, Key::Num2);
    for name in &names {
        harness.get_by_label(&format!("curve of {name}"));
        assert!(is_painted(&harness, name), "{name} stands in the legend");
    }
    harness.get_by_label("Curves of test accuracy, %").focus();
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::Home);
    for (name, share) in names.iter().zip(&untrained) {
        let text = format!("{name}, epoch 0: {:.2} %", 100.0 * share);
        assert!(says(&harness, &text), "{text}");
        assert!((0.2..0.8).contains(share), "{name} has learnt nothing yet: {share}");
    }
    for _ in 0..3 {
        press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    }
    assert!(says(&harness, "SET, epoch 3: ") && !says(&harness, "SET, epoch 0: "));
}

/// The card of an arm above the network.
fn card<'a>(harness: &'a Harness<'_, RegrowApp>, name: &str) -> Node<'a> {
    let is_its =
        |node: &Node| node.accesskit_node().label().is_some_and(|label| label.starts_with(&format!("{name}: ")));
    harness.query_all_by_role(Role::Tab).find(is_its).expect("a card")
}

#[test]
fn names_of_arms_are_there_in_full_where_the_window_is_narrow() {
    let text = include_str!("../lessons/sparse-training/experiments/lottery-tickets.toml");
    // As wide as what a lesson leaves of a window of 1024 points.
    let mut harness = Harness::builder()
        .with_size([700.0, 768.0])
        .build_eframe(|creation| RegrowApp::new(&creation.egui_ctx, None, experiment(text)));
    wait_for(&mut harness, "the first picture", RegrowApp::is_settled);
    let names: Vec<String> = harness.state().session().arms().iter().map(|arm| arm.name.clone()).collect();
    assert_eq!(names, ["IMP", "drawn anew", "to scale", "shuffled", "small dense"]);
    let cards = |harness: &Harness<'_, RegrowApp>| -> Vec<egui::Rect> {
        names.iter().map(|name| card(harness, name).rect()).collect()
    };
    let before = cards(&harness);
    let mut rows: Vec<f32> = before.iter().map(|rect| rect.min.y).collect();
    rows.dedup();
    assert_eq!(rows.len(), 2, "{before:?}");
    for (name, card) in names.iter().zip(&before) {
        let is_whole = painted(&harness).iter().any(|(text, at)| text == name && card.contains(*at));
        assert!(is_whole && card.max.x <= 700.0, "{name} in {card:?}");
    }
    for name in ["small dense", "drawn anew"] {
        card(&harness, name).click();
        wait_for(&mut harness, "the other arm", RegrowApp::is_settled);
        assert_eq!(cards(&harness), before, "nothing moves when {name} is shown");
    }
}
