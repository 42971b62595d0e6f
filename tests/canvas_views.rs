//! Cards, colours and layouts of the network, against the network itself, without a screen.

mod windows;

use std::collections::BTreeSet;
use std::fs;

use egui::{Event, Key, Modifiers, PointerButton, Pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use regrow::session::{Command, Speed};
use regrow::sparse::Place;
use regrow::training::Snapshot;
use regrow::ui::{RegrowApp, Startup};
use windows::{click, experiment, is_painted, painted, press, settle, window};

type Window = Harness<'static, RegrowApp>;

const VIEW: &str = "View of the network";

/// So few connections that some neurons have none.
const THIN: &str = r#"
format = 1
name = "thin"
data = { source = "circle", train = 120, test = 50, noise_features = 6 }
network = { hidden = [12, 6], activation = "relu" }
sparsity = { method = "static", density = 0.08 }
training = { epochs = 2, batch = 10, seeds = [1] }
"#;

const DIGITS: &str = r#"
format = 1
name = "digits"
data = { source = "digits", train = 400 }
network = { hidden = [20], activation = "relu" }
sparsity = { method = "set", density = 0.1, update_every = { epochs = 1 } }
training = { epochs = 4, batch = 20, seeds = [1] }
"#;

/// Layers of 64 x 300 and 300 x 300, 16,380 connections: with adjacency matrices.
const LARGE: &str = r#"
format = 1
name = "large"
data = { source = "digits", train = 400 }
network = { hidden = [300, 300], activation = "relu" }
sparsity = { method = "set", density = 0.15, update_every = { epochs = 1 } }
training = { epochs = 6, batch = 50, seeds = [1] }
"#;

#[track_caller]
fn assert_painted(harness: &Window, text: &str) {
    let all: Vec<String> = painted(harness).into_iter().map(|own| own.0).collect();
    assert!(is_painted(harness, text), "no “{text}” among {all:?}");
}

fn snapshot(harness: &Window, arm: usize) -> Snapshot {
    harness.state().session().history(arm).view().expect("a view").snapshot.clone()
}

fn go_to_epoch(harness: &mut Window, epoch: u32) {
    harness.state_mut().execute(Command::SetSpeed(Speed::FULL));
    harness.state_mut().execute(Command::GoToEpoch(epoch));
    settle(harness);
}

/// Pins a neuron by the keyboard alone, while nothing is pinned; column 0 are the inputs.
fn walk_to(harness: &mut Window, column: usize, neuron: usize) {
    harness.get_by_label_contains("Network of").focus();
    press(harness, Modifiers::NONE, Key::ArrowRight);
    let keys = std::iter::repeat_n(Key::ArrowRight, column).chain(std::iter::repeat_n(Key::ArrowDown, neuron));
    keys.for_each(|key| press(harness, Modifiers::NONE, key));
}

/// What the canvas says is pinned.
fn pinned(harness: &Window) -> String {
    let node = harness.get_by_label_contains("Network of");
    let label = node.accesskit_node().label().unwrap_or_default();
    label.rsplit_once(". ").map(|own| own.1.to_owned()).unwrap_or_default()
}

fn choose(harness: &mut Window, name: &str) {
    click(harness, VIEW);
    click(harness, name);
    press(harness, Modifiers::NONE, Key::Escape);
}

#[test]
fn the_card_of_a_neuron_has_its_activations_degrees_and_strength() {
    let mut harness = window(Startup::default());
    go_to_epoch(&mut harness, 4);
    walk_to(&mut harness, 1, 4);
    assert_eq!(pinned(&harness), "hidden 1, neuron 5");
    assert!(harness.query_by_label_contains("Histogram: activation on 250 samples").is_some());
    assert_painted(&harness, "alive: never 0 on all 250 samples");
    let layers = snapshot(&harness, 0).network.layers().to_vec();
    let sum = |layer: usize, is_own: &dyn Fn(Place) -> bool| {
        let own = layers[layer].weights.connectivity().expect("sparse");
        let weights = own.iter().zip(layers[layer].weights.values()).filter(|(place, _)| is_own(*place));
        weights.fold((0, 0.0), |(count, sum), (_, weight)| (count + 1, sum + f64::from(weight.abs())))
    };
    for (way, (count, strength)) in
        [("in", sum(0, &|place: Place| place.target == 4)), ("out", sum(1, &|place: Place| place.source == 4))]
    {
        assert!(count > 1);
        assert_painted(&harness, &format!("{way}: {count} connections, Σ|w| {strength:.2}"));
    }
    // An input has values, and nothing leads to it.
    press(&mut harness, Modifiers::NONE, Key::ArrowLeft);
    assert_eq!(pinned(&harness), "inputs, neuron 5");
    assert!(harness.query_by_label_contains("Histogram: value on 250 samples").is_some());
    assert!(!is_painted(&harness, "in: "));
}

#[test]
fn a_dead_neuron_says_why() {
    let mut harness = window(experiment(THIN));
    let layers = snapshot(&harness, 0).network.layers().to_vec();
    let neuron = (0..12).find(|&neuron| layers[0].weights.in_degree(neuron) == 0).expect("one without inputs");
    walk_to(&mut harness, 1, neuron);
    assert_painted(&harness, "dead: 0 on all 120 samples, for it has no incoming connections");
    assert_painted(&harness, "in: 0 connections, Σ|w| 0");
}

#[test]
fn a_pinned_connection_is_followed_through_its_cut_and_its_return() {
    let mut harness = window(Startup::default());
    click(&mut harness, "Step to the next topology update");
    // One that the next update cuts; connections are walked in the order of their sources.
    let own = snapshot(&harness, 0);
    let weights = &own.network.layers()[0].weights;
    let doomed = (0..24).find_map(|target| {
        let mut incoming = weights.incoming(target).map(|own| own.1).enumerate();
        let (order, _) = incoming.find(|&(_, connection)| own.fate(0, connection).expect("told").is_pruned())?;
        Some((target, order))
    });
    let (target, order) = doomed.expect("30 % are");
    walk_to(&mut harness, 1, target);
    for _ in 0..=order {
        press(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
    }
    assert!(pinned(&harness).starts_with("connection from inputs"), "{}", pinned(&harness));
    assert_painted(&harness, "will be pruned next");
    let moments = |harness: &Window| {
        let session = harness.state().session();
        session.history(0).moments(session.steps_per_epoch()).len()
    };
    let count = moments(&harness);
    assert!(harness.query_by_label_contains(&format!("weight at {count} recorded moments")).is_some());
    click(&mut harness, "Step to the next topology update");
    assert!(pinned(&harness).ends_with("not there now"), "{}", pinned(&harness));
    assert_painted(&harness, "cut at 2");
    assert!(moments(&harness) > count);
    let trace = format!("weight at {} recorded moments", moments(&harness));
    assert!(harness.query_by_label_contains(&trace).is_some());
    // Before that it was there.
    harness.state_mut().execute(Command::BackUpdate);
    settle(&mut harness);
    assert!(pinned(&harness).contains("weight") && !is_painted(&harness, "cut at 2"), "{}", pinned(&harness));
}

#[test]
fn ranks_are_shown_where_they_can_be_told_and_else_it_is_said_why_not() {
    let mut harness = window(Startup::default());
    choose(&mut harness, "Colour by score");
    // By its schedule SET cuts 30 % of each layer; the last one is dense.
    assert_painted(&harness, "goes last · score: nearest 0, by sign · 30 % go next");
    assert_painted(&harness, "always stays");
    let arms = harness.state().session().arms();
    let other = arms.iter().position(|arm| arm.name == "static").expect("the launch experiment has it");
    harness.state_mut().execute(Command::SelectArm(other));
    settle(&mut harness);
    assert_painted(&harness, "no ranks: connections never change here");
    click(&mut harness, VIEW);
    let name = "Colour by score: connections never change here";
    assert!(harness.get_by_label(name).accesskit_node().is_disabled());
}

#[test]
fn where_chance_decides_the_card_says_how_likely_it_is_and_the_legend_that_it_does() {
    let chts = DIGITS.replace("method = \"set\"", "method = \"chts\"");
    let mut harness = window(experiment(&chts));
    go_to_epoch(&mut harness, 1);
    choose(&mut harness, "Colour by score");
    let own = snapshot(&harness, 0);
    let share = 100.0 * own.next_cut().expect("chances are known").share;
    assert_painted(&harness, &format!("chance decides: least important, soft · {share:.0} % go next"));
    let chances = own.chances(0).expect("chances are known");
    let uncertain = (0..20).find_map(|target| {
        let incoming = own.network.layers()[0].weights.incoming(target).enumerate();
        let mut found = incoming.map(|(order, (_, index))| (target, order, chances[index]));
        found.find(|found| (0.05..0.95).contains(&found.2))
    });
    let (target, order, chance) = uncertain.expect("some are likely to go");
    walk_to(&mut harness, 1, target);
    for _ in 0..=order {
        press(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
    }
    assert!(pinned(&harness).starts_with("connection from inputs"), "{}", pinned(&harness));
    let percent = 100.0 * chance;
    assert_painted(&harness, &format!("chance decides: about {percent:.0} % to be pruned next"));
    assert_painted(&harness, "or with its neuron, if that loses all inputs or outputs");
}

/// What is pinned by a click at a place.
fn pinned_by_click(harness: &mut Window, at: Pos2) -> String {
    harness.event(Event::PointerMoved(at));
    harness.run_steps(2);
    for pressed in [true, false] {
        harness.event(Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        harness.run_steps(2);
    }
    settle(harness);
    pinned(harness)
}

#[test]
fn on_a_circle_all_can_be_pointed_at_walked_and_told() {
    let mut harness = window(Startup::default());
    let place = |harness: &Window, text: &str| {
        painted(harness).into_iter().find(|own| own.0 == text).unwrap_or_else(|| panic!("no {text}")).1
    };
    let before = place(&harness, "hidden 2");
    choose(&mut harness, "Layout circle");
    let after = place(&harness, "hidden 2");
    assert!(after.y > before.y + 100.0, "after hidden 1, clockwise: {before:?} {after:?}");
    let own = snapshot(&harness, 0);
    let neuron =
        (1..12).find(|&neuron| own.network.layers()[1].weights.in_degree(neuron) > 0).expect("one with inputs");
    walk_to(&mut harness, 2, neuron);
    assert_eq!(pinned(&harness), format!("hidden 2, neuron {}", neuron + 1));
    press(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
    assert!(pinned(&harness).starts_with("connection from hidden 1"));
    // The first input stands to the right of its name.
    let name = place(&harness, "x₁");
    let mut found =
        (0..30_u8).map(|step| pinned_by_click(&mut harness, name + egui::vec2(12.0 + f32::from(step), 6.0)));
    assert!(found.any(|name| name == "inputs, neuron 1"));
    // A topology update is told here, too.
    harness.state_mut().execute(Command::StepUpdate);
    let told = (0..400).any(|_| {
        harness.run_steps(1);
        std::thread::sleep(std::time::Duration::from_millis(1));
        is_painted(&harness, "3 · grow")
    });
    assert!(told);
    settle(&mut harness);
    click(&mut harness, VIEW);
    let image = harness.get_by_label("Layout image plane: the inputs are no pixels of an image");
    assert!(image.accesskit_node().is_disabled());
}

#[test]
fn in_the_image_plane_arrows_walk_from_pixel_to_pixel() {
    let mut harness = window(experiment(DIGITS));
    choose(&mut harness, "Layout image plane");
    walk_to(&mut harness, 0, 0);
    for (key, name) in [
        (Key::ArrowDown, "inputs, neuron 9"),
        (Key::ArrowRight, "inputs, neuron 10"),
        (Key::ArrowDown, "inputs, neuron 18"),
        (Key::ArrowUp, "inputs, neuron 10"),
        (Key::ArrowLeft, "inputs, neuron 9"),
    ] {
        press(&mut harness, Modifiers::NONE, key);
        assert_eq!(pinned(&harness), name);
    }
    for _ in 0..8 {
        press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    }
    assert!(pinned(&harness).starts_with("hidden 1"), "beyond the edge of the image: {}", pinned(&harness));
    assert_painted(&harness, "fuller pixel: more connections leave it");
}

#[test]
fn adjacency_tells_what_has_come_and_gone() {
    let mut harness = window(experiment(LARGE));
    go_to_epoch(&mut harness, 6);
    choose(&mut harness, "Adjacency shows last changes");
    let session = harness.state().session();
    let (updates, first) = (session.history(0).updates().to_vec(), session.history(0).first().clone());
    assert!(updates.len() >= 5, "{}", updates.len());
    let last = &updates[updates.len() - 3..];
    for layer in [0, 1] {
        let grown: usize = last.iter().map(|record| record.added[layer].len()).sum();
        let cut: usize = last.iter().map(|record| record.removed[layer].len()).sum();
        let counts = format!("{} grown, {} cut", grouped(grown), grouped(cut));
        let name = format!("Net change of layer {} in the last 3 topology updates: {counts}", layer + 1);
        assert!(harness.query_by_label(&name).is_some(), "{name}");
    }
    choose(&mut harness, "Adjacency shows change since start");
    for layer in [0, 1] {
        let places = |own: &regrow::sparse::Connectivity| own.iter().collect::<BTreeSet<Place>>();
        let now = snapshot(&harness, 0);
        let now = places(now.network.layers()[layer].weights.connectivity().expect("sparse"));
        let before = places(first[layer].as_ref().expect("sparse"));
        let (grown, cut) = (now.difference(&before).count(), before.difference(&now).count());
        assert!(grown > 100);
        let counts = format!("{} grown, {} cut", grouped(grown), grouped(cut));
        let name = format!("Net change of layer {} since the start: {counts}", layer + 1);
        assert!(harness.query_by_label(&name).is_some(), "{name}");
    }
    let small = &mut window(Startup::default());
    click(small, VIEW);
    let name = "Adjacency shows density: each connection of this network is drawn by itself";
    assert!(small.get_by_label(name).accesskit_node().is_disabled());
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    if digits.len() > 3 { format!("{},{}", &digits[..digits.len() - 3], &digits[digits.len() - 3..]) } else { digits }
}

#[test]
fn recordings_and_pictures_look_as_the_view_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut harness = window(Startup::default());
    click(&mut harness, "Step to the next topology update");
    let record = |harness: &mut Window, name: &str| {
        let path = folder.path().join(name);
        click(harness, "Save a picture of the network");
        harness.get_by_label_contains("Record the past").click();
        harness.run_steps(3);
        harness.get_by_label("PNG series").click();
        harness.run_steps(3);
        harness.get_by_label("path to record to").click();
        harness.run_steps(3);
        harness.get_by_label("path to record to").type_text(&path.display().to_string());
        harness.run_steps(3);
        harness.get_by_label("Record").click();
        windows::wait_for(harness, "the recording", |app| path.exists() && app.is_settled());
        let last = fs::read_dir(&path).expect("recorded").count();
        fs::read(path.join(format!("{last:04}.png"))).expect("a frame")
    };
    let usual = record(&mut harness, "usual");
    assert_eq!(record(&mut harness, "again"), usual);
    let mut seen = vec![usual];
    let names = ["Colour by age", "Layout circle", "the strongest", "Neurons by degree"];
    for (index, name) in names.into_iter().enumerate() {
        choose(&mut harness, name);
        let frame = record(&mut harness, &index.to_string());
        assert!(!seen.contains(&frame), "{name} changes nothing");
        seen.push(frame);
    }
    let path = folder.path().join("network.svg");
    click(&mut harness, "Save a picture of the network");
    harness.get_by_label("path to save to").focus();
    harness.run_steps(2);
    harness.get_by_label("path to save to").type_text(&path.display().to_string());
    harness.run_steps(2);
    click(&mut harness, "Network as a picture (SVG, PNG) …");
    assert!(fs::read_to_string(&path).expect("written").contains("age 0"));
}

#[test]
fn the_card_of_what_is_pinned_lies_below_dialogs() {
    let mut harness = window(Startup::default());
    walk_to(&mut harness, 1, 4);
    click(&mut harness, "Lessons");
    let texts: Vec<String> = painted(&harness).into_iter().map(|(text, _)| text).collect();
    let place = |wanted: &str| texts.iter().rposition(|text| text.contains(wanted)).expect("painted");
    assert!(place("click elsewhere to let go") < place("Predict, run, explain"), "what is painted later lies above");
}
