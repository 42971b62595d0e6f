//! The network's colours, filters, order and zoom, operated through their accessible names, without a screen.

mod windows;

use std::fs;

use egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, TouchPhase, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use regrow::session::Command;
use regrow::storage::parse_experiment;
use regrow::ui::{RegrowApp, Startup};
use windows::{click, experiment, is_painted, painted, press, settle, window};

/// Layers of 64 x 400, 400 x 400 and 400 x 10: 0.157 of 189,600 places, and the small last layer full.
const LARGE: &str = r#"
format = 1
name = "large"
data = { source = "digits", train = 1200 }
network = { hidden = [400, 400], activation = "relu" }
sparsity = { method = "set", density = 0.157, update_every = { epochs = 1 } }
training = { epochs = 2, batch = 50, seeds = [1] }
"#;

const VIEW: &str = "View of the network";

fn place(harness: &Harness<'_, RegrowApp>, text: &str) -> Pos2 {
    painted(harness).iter().find(|(painted, _)| painted == text).unwrap_or_else(|| panic!("no {text}")).1
}

fn middle(harness: &Harness<'_, RegrowApp>) -> Pos2 {
    harness.get_by_label_contains("Network of").rect().center()
}

#[test]
fn the_legend_says_what_colours_and_widths_mean_and_the_choice_stays_for_other_arms_and_the_past() {
    let mut harness = window(Startup::default());
    assert!(is_painted(&harness, "negative") && !is_painted(&harness, "age 0"));
    click(&mut harness, "Step to the next topology update");
    click(&mut harness, "Step to the next topology update");
    click(&mut harness, VIEW);
    click(&mut harness, "Colour by age");
    assert!(is_painted(&harness, "age 0") && is_painted(&harness, "2 updates") && !is_painted(&harness, "negative"));
    harness.state_mut().execute(Command::BackUpdate);
    settle(&mut harness);
    assert!(is_painted(&harness, "1 update"), "as old as it was then");
    harness.state_mut().execute(Command::SelectArm(2));
    settle(&mut harness);
    assert!(is_painted(&harness, "age 0"));
    harness.state_mut().execute(Command::ReturnToLive);
    settle(&mut harness);
    click(&mut harness, "Colour by gradient");
    click(&mut harness, "Width by |gradient|");
    assert!(
        is_painted(&harness, "|gradient| 0") && is_painted(&harness, "≥ ") && is_painted(&harness, "width: |gradient|")
    );
    click(&mut harness, "Colour by layer");
    assert!(is_painted(&harness, "layer"));
    click(&mut harness, "Reset view");
    assert!(is_painted(&harness, "negative") && !is_painted(&harness, "width: |gradient|"));
}

#[test]
fn filters_leave_as_many_connections_as_they_say() {
    let mut harness = window(Startup::default());
    click(&mut harness, VIEW);
    click(&mut harness, "the strongest");
    // A tenth of 71, 64 and 12 connections, rounded up.
    assert!(is_painted(&harness, "17 of 147"), "{:?}", painted(&harness));
    click(&mut harness, "the strongest");
    assert!(!is_painted(&harness, "of 147"));
    click(&mut harness, "age at most");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    // Nothing is older than three updates before the fourth.
    assert!(!is_painted(&harness, "of 147"));
    for _ in 0..4 {
        click(&mut harness, "Step to the next topology update");
    }
    let snapshot = &harness.state().session().history(0).view().expect("a view").snapshot;
    let young = snapshot.born.iter().flatten().filter(|&&born| born >= 1).count();
    assert!(young > 25 && is_painted(&harness, &format!("{young} of 147")), "{young}");
}

#[test]
fn the_menu_is_reached_and_used_by_the_keyboard_alone() {
    let mut harness = window(Startup::default());
    harness.get_by_label(VIEW).focus();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    harness.get_by_label("Colour by age").focus();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert!(is_painted(&harness, "age 0"));
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label("Colour by age").is_none(), "closed");
}

#[test]
fn wheel_drag_and_keys_zoom_and_move_and_names_follow() {
    let mut harness = window(Startup::default());
    let start = place(&harness, "hidden 1");
    harness.hover_at(middle(&harness));
    harness.run_steps(1);
    let wheel = Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, 240.0),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    };
    harness.event(wheel);
    harness.run_steps(60);
    settle(&mut harness);
    assert!(is_painted(&harness, "shows the whole"));
    let zoomed = place(&harness, "hidden 1");
    // Left of the middle, so farther left; at the same height.
    assert!(zoomed.x < start.x - 5.0 && zoomed.y == start.y, "{start:?} {zoomed:?}");
    let from = middle(&harness);
    harness.drag_at(from);
    harness.run_steps(2);
    harness.hover_at(from + vec2(30.0, 0.0));
    harness.run_steps(2);
    harness.drop_at(from + vec2(30.0, 0.0));
    settle(&mut harness);
    let moved = place(&harness, "hidden 1");
    assert!(moved.x > zoomed.x + 10.0, "{zoomed:?} {moved:?}");
    press(&mut harness, Modifiers::NONE, Key::Num0);
    assert!(!is_painted(&harness, "shows the whole"));
    assert_eq!(place(&harness, "hidden 1"), start);
    press(&mut harness, Modifiers::NONE, Key::Plus);
    press(&mut harness, Modifiers::NONE, Key::Plus);
    // 1.5² = 2.25.
    assert!(is_painted(&harness, "× 2.2"), "{:?}", painted(&harness));
    for _ in 0..3 {
        press(&mut harness, Modifiers::NONE, Key::Minus);
    }
    assert_eq!(place(&harness, "hidden 1"), start, "never smaller than the whole");
}

#[test]
fn neurons_are_sorted_on_request_and_stay_so() {
    let mut harness = window(Startup::default());
    let inputs = |harness: &Harness<'_, RegrowApp>| {
        let mut names: Vec<(String, Pos2)> = painted(harness)
            .into_iter()
            .filter(|(name, _)| name.starts_with("noise ") || name.starts_with('x'))
            .collect();
        let canvas = harness.get_by_label_contains("Network of").rect();
        names.retain(|(_, at)| at.x > canvas.min.x && at.x < canvas.min.x + 0.2 * canvas.width());
        names.sort_by(|a, b| a.1.y.total_cmp(&b.1.y));
        names.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    let by_number = inputs(&harness);
    assert_eq!(by_number.len(), 16, "{by_number:?}");
    click(&mut harness, VIEW);
    click(&mut harness, "Neurons by degree");
    let sorted = inputs(&harness);
    let layer = harness.state().session().history(0).view().expect("a view").snapshot.network.layers()[0].clone();
    let connectivity = layer.weights.connectivity().expect("sparse");
    let degrees: Vec<usize> = sorted
        .iter()
        .map(|name| connectivity.out_degree(by_number.iter().position(|other| other == name).expect("an input")))
        .collect();
    assert!(degrees.is_sorted_by(|a, b| a >= b), "{sorted:?} {degrees:?}");
    assert_ne!(sorted, by_number);
    click(&mut harness, "Step to the next topology update");
    assert_eq!(inputs(&harness), sorted, "nothing jumps while the network learns");
    click(&mut harness, VIEW);
    click(&mut harness, "Neurons by number");
    assert_eq!(inputs(&harness), by_number);
}

#[test]
fn a_large_network_has_rasters_and_a_map_of_its_inputs_and_a_small_one_has_not() {
    let mut harness = window(experiment(LARGE));
    for name in ["Input connectivity", "Adjacency of layer 1", "Adjacency of layer 2"] {
        assert!(harness.query_by_label(name).is_some(), "{name}");
    }
    assert!(harness.query_by_label("Adjacency of layer 3").is_none(), "it is full");
    assert!(is_painted(&harness, "spread of z") && is_painted(&harness, "the strongest and newest"));
    harness.get_by_label("Input connectivity").hover();
    harness.run_steps(20);
    assert!(harness.query_by_label_contains("One moment. One seed.").is_some());
    click(&mut harness, "Step one epoch");
    assert!(is_painted(&harness, "z over 1.0 epochs"), "{:?}", painted(&harness));
    harness.get_by_label("Input connectivity").hover();
    harness.run_steps(20);
    assert!(harness.query_by_label_contains("Averaged over all steps since the start").is_some());
    // Closer, there are fewer connections in view, in the end so few that each is drawn.
    for _ in 0..9 {
        press(&mut harness, Modifiers::NONE, Key::Plus);
    }
    assert!(is_painted(&harness, "in view"), "{:?}", painted(&harness));
    let small = window(Startup::default());
    assert!(small.query_by_label("Input connectivity").is_none());
}

#[test]
fn a_saved_picture_has_the_colours_on_screen() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("network.svg");
    let mut harness = window(Startup::default());
    click(&mut harness, "Step to the next topology update");
    click(&mut harness, VIEW);
    click(&mut harness, "Colour by age");
    click(&mut harness, "the strongest");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    click(&mut harness, "Save a picture of the network");
    harness.get_by_label("path to save to").focus();
    harness.run_steps(2);
    harness.get_by_label("path to save to").type_text(&path.display().to_string());
    harness.run_steps(2);
    click(&mut harness, "Network as a picture (SVG, PNG) …");
    let svg = fs::read_to_string(&path).expect("written");
    assert!(svg.contains("age 0") && svg.contains("1 update") && !svg.contains("negative"));
    assert!(svg.contains("17 of 147"));
}

/// Steps that the network of an arm on screen has been trained for.
fn steps(harness: &Harness<'_, RegrowApp>, arm: usize) -> u64 {
    harness.state().session().history(arm).view().expect("a view").snapshot.step
}

#[test]
fn two_networks_stand_side_by_side_and_train_in_lock_step() {
    let mut harness = window(Startup::default());
    assert!(harness.query_by_label_contains("Network of dense").is_none());
    press(&mut harness, Modifiers::NONE, Key::D);
    let left = harness.get_by_label_contains("Network of SET").rect();
    let right = harness.get_by_label_contains("Network of dense").rect();
    assert!(left.right() < right.left() && (left.width() - right.width()).abs() < 1.0);
    // What is pinned in one is shown in both.
    let at = place(&harness, "x₂");
    harness.event(Event::PointerMoved(at + vec2(32.0, 6.0)));
    harness.run_steps(2);
    let titles = |harness: &Harness<'_, RegrowApp>| painted(harness).iter().filter(|(text, _)| text == "x₂").count();
    let (names, with_card) = (2, titles(&harness));
    assert_eq!(with_card, names + 1, "the name in both, and the card of the one pointed at");
    for pressed in [true, false] {
        let (button, modifiers) = (egui::PointerButton::Primary, Modifiers::NONE);
        harness.event(Event::PointerButton { pos: at + vec2(32.0, 6.0), button, pressed, modifiers });
        harness.run_steps(2);
    }
    harness.event(Event::PointerMoved(left.left_top() + vec2(2.0, 2.0)));
    harness.run_steps(2);
    assert_eq!(titles(&harness), names + 2);

    harness.state_mut().execute(Command::Play);
    for _ in 0..40 {
        harness.run_steps(1);
        assert_eq!(steps(&harness, 0), steps(&harness, 1));
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    harness.state_mut().execute(Command::Pause);
    settle(&mut harness);
    assert!(steps(&harness, 0) > 0);
    // Another of them is chosen in the menu; the arm that is selected is never shown twice.
    click(&mut harness, VIEW);
    click(&mut harness, "Beside it: static");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label_contains("Network of static").is_some());
    harness.state_mut().execute(Command::SelectArm(3));
    settle(&mut harness);
    assert_eq!(harness.get_all_by_label_contains("Network of").count(), 1);
    harness.state_mut().execute(Command::SelectArm(0));
    settle(&mut harness);
    assert_eq!(harness.get_all_by_label_contains("Network of").count(), 2);
    press(&mut harness, Modifiers::NONE, Key::D);
    assert_eq!(harness.get_all_by_label_contains("Network of").count(), 1);
}

/// Does the next topology update, and says what is told of it, act by act.
fn step(harness: &mut Harness<'_, RegrowApp>) -> Vec<String> {
    harness.state_mut().execute(Command::StepUpdate);
    let mut told: Vec<String> = Vec::new();
    for _ in 0..400 {
        harness.run_steps(1);
        let act = painted(harness)
            .into_iter()
            .map(|(text, _)| text)
            .find(|text| ["1 · rank", "2 · cut", "3 · grow"].iter().any(|act| text.starts_with(act)));
        match act {
            Some(act) if told.last() != Some(&act) => told.push(act),
            None if !told.is_empty() => break,
            _ => std::thread::sleep(std::time::Duration::from_millis(1)),
        }
    }
    told
}

#[test]
fn a_topology_update_is_told_in_three_acts_with_the_numbers_that_decided() {
    let mut harness = window(Startup::default());
    let told = step(&mut harness);
    let record = harness.state().session().history(0).updates()[0].clone();
    let (cut, grown) = (record.removed_count, record.added_count);
    assert_eq!(told, [format!("1 · rank: {cut} will go"), format!("2 · cut {cut}"), format!("3 · grow {grown}")]);
    // Of each layer, how many of how many went, and what those that went had in common.
    for (layer, removed) in record.removed.iter().enumerate().filter(|(_, removed)| !removed.is_empty()) {
        let weights = removed.iter().map(|(_, weight)| *weight);
        let least = weights.clone().fold(f32::INFINITY, f32::min);
        let most = weights.fold(f32::NEG_INFINITY, f32::max);
        let before = [71, 64, 12][layer];
        let sized = format!("|w| ≤ {:.3}", most.max(-least));
        let from_to = format!("{least:.3} ≤ w ≤ {most:.3}").replace('-', "−");
        assert!(is_painted(&harness, &sized) || is_painted(&harness, &from_to), "{from_to}: {:?}", painted(&harness));
        assert!(is_painted(&harness, &format!("{} of {before} cut", removed.len())));
    }
    settle(&mut harness);
    // At the usual speed there is only a flash, and nothing is told of what is not the next update.
    harness.state_mut().execute(Command::GoToEpoch(9));
    settle(&mut harness);
    assert!(!is_painted(&harness, "cut "));
    // Looking on from update to update in the past is told as well.
    harness.state_mut().execute(Command::GoToEpoch(1));
    settle(&mut harness);
    assert_eq!(step(&mut harness).len(), 3);
}

#[test]
fn an_update_of_a_large_network_is_told_in_three_acts_with_a_part_of_its_lines() {
    let text = "format = 1\nname = \"large\"\n[data]\nsource = \"circle\"\ntrain = 100\ntest = 10\nnoise_features = 782\n\
                [network]\nhidden = [1000, 1000]\n[sparsity]\ndensity = 0.06\nupdate_every = { steps = 1 }\n\
                [training]\nepochs = 9\nbatch = 10\nseeds = [1]";
    let experiment = Some(parse_experiment(text).expect("valid"));
    let mut harness = window(Startup { experiment, ..Startup::default() });
    assert!(harness.state().session().connections(0) > 100_000);
    let told = step(&mut harness);
    let record = harness.state().session().history(0).updates()[0].clone();
    let cut = record.removed_count;
    assert!((30_000..32_000).contains(&cut), "a drop fraction of 0.3, less what came back: {cut}");
    let every = cut.div_ceil(240);
    let with_comma = |count: usize| format!("{},{:03}", count / 1000, count % 1000);
    let count = with_comma(cut);
    let tail = format!(" · 1 in {every} as a line");
    let expected = [
        format!("1 · rank: {count} will go{tail}"),
        format!("2 · cut {count}{tail}"),
        format!("3 · grow {count}{tail}"),
    ];
    assert_eq!(told, expected);
    let layer = with_comma(record.removed[0].len());
    assert!(painted(&harness).iter().any(|(text, _)| text.starts_with(&format!("{layer} of "))), "its numbers");
}

#[test]
fn what_is_pointed_at_in_one_network_another_need_not_have() {
    let text = "format = 1\nname = \"two\"\ndata = { source = \"circle\", train = 60, test = 10 }\n\
                network = { hidden = [40, 30], activation = \"tanh\" }\nsparsity = { method = \"set\", density = 0.1 }\n\
                training = { epochs = 3, batch = 10, seeds = [1] }\n[[arm]]\nname = \"small dense\"\n\
                sparsity.method = \"small-dense\"\n";
    let mut harness = window(experiment(text));
    press(&mut harness, Modifiers::NONE, Key::D);
    let networks: Vec<_> = harness.get_all_by_label_contains("Network of").map(|node| node.rect()).collect();
    assert_eq!(networks.len(), 2);
    let columns: Vec<f32> = painted(&harness).iter().filter(|text| text.0 == "hidden 1").map(|text| text.1.x).collect();
    let mut met = 0;
    for step in 0..40_u8 {
        let share = f32::from(step) / 40.0;
        let column = columns[0] + 20.0;
        harness.hover_at(Pos2::new(column, networks[0].min.y + share * networks[0].height()));
        harness.run_steps(2);
        met += usize::from(harness.query_by_label_contains("hidden 1, neuron 3").is_some());
        // Were a picture never finished, this would wait for good.
        settle(&mut harness);
    }
    assert!(met > 0, "neurons that the small network has not");
}

#[test]
fn a_window_too_low_for_any_network_keeps_what_is_pinned() {
    let mut harness = window(Startup::default());
    harness.get_by_label_contains("Network of").focus();
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    for height in [300.0, 200.0, 800.0] {
        harness.set_size(vec2(1280.0, height));
        settle(&mut harness);
    }
    assert!(is_painted(&harness, "pinned") || harness.query_by_label_contains("pinned").is_some());
}
