//! The window without a screen, for tests that operate it.

#![allow(dead_code, reason = "not every test operates it in every way")]

use std::thread::sleep;
use std::time::{Duration, Instant};

use egui::epaint::ClippedShape;
use egui::{Key, Modifiers, Pos2, Shape};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use regrow::storage::parse_experiment;
use regrow::ui::{RegrowApp, Startup};

const PATIENCE: Duration = Duration::from_secs(30);

pub fn window(startup: Startup) -> Harness<'static, RegrowApp> {
    let mut harness = Harness::builder()
        .with_size([1280.0, 800.0])
        .build_eframe(|creation| RegrowApp::new(&creation.egui_ctx, None, startup));
    wait_for(&mut harness, "the first picture", RegrowApp::is_settled);
    harness
}

pub fn experiment(text: &str) -> Startup {
    let experiment = parse_experiment(text).expect("a valid experiment");
    Startup { experiment: Some(experiment), ..Startup::default() }
}

pub fn wait_for(harness: &mut Harness<'_, RegrowApp>, what: &str, condition: impl Fn(&RegrowApp) -> bool) {
    let start = Instant::now();
    loop {
        harness.run_steps(1);
        if condition(harness.state()) {
            return harness.run_steps(2);
        }
        assert!(start.elapsed() < PATIENCE, "waited too long for {what}");
        sleep(Duration::from_millis(5));
    }
}

pub fn settle(harness: &mut Harness<'_, RegrowApp>) {
    wait_for(harness, "rest", RegrowApp::is_settled);
}

pub fn press(harness: &mut Harness<'_, RegrowApp>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    settle(harness);
}

pub fn click(harness: &mut Harness<'_, RegrowApp>, name: &str) {
    harness.get_by_label(name).click();
    settle(harness);
}

/// Whether something that can be operated or read out says so.
pub fn says(harness: &Harness<'_, RegrowApp>, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

/// Texts on screen with their places, those that nobody can operate included.
pub fn painted(harness: &Harness<'_, RegrowApp>) -> Vec<(String, Pos2)> {
    fn add(shape: &Shape, texts: &mut Vec<(String, Pos2)>) {
        match shape {
            Shape::Text(text) => texts.push((text.galley.text().to_owned(), text.pos)),
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| add(shape, texts)),
            _ => (),
        }
    }
    let mut texts = Vec::new();
    harness.output().shapes.iter().for_each(|ClippedShape { shape, .. }| add(shape, &mut texts));
    texts
}

pub fn is_painted(harness: &Harness<'_, RegrowApp>, text: &str) -> bool {
    painted(harness).iter().any(|(painted, _)| painted.contains(text))
}
