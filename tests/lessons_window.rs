//! Lessons in the window, operated through accessible names, and what the program without a window says of the same.

mod lesson_rooms;
mod windows;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use lesson_rooms::{Place, Window, name, next, shows, wait_for_judgement, wish};
use regrow::lesson::{Event, Evidence, Judgement, Pack, RunEvidence, Verdict};
use regrow::session::{Command, LessonWish, OpenLesson};
use regrow::training::{ValidExperiment, compare_measuring};
use windows::{click, press, settle, wait_for};

/// What the program without a window says.
fn headless(pack: &Path, experiment: &ValidExperiment, check: &str, events: &[Event]) -> Judgement {
    let pack = Pack::open(pack).expect("a pack");
    let records = compare_measuring(experiment, 1, &AtomicBool::new(false), true, &|_, _, _| {}).expect("threads");
    let runs: Vec<RunEvidence> = records.iter().map(RunEvidence::from).collect();
    let mut checks = pack.lessons[0].steps.iter().flat_map(regrow::lesson::Step::checks);
    let check = checks.find(|other| other.id == check).expect("a check");
    check.judge(&Evidence { experiment, runs: &runs, events })
}

#[test]
fn a_lesson_is_opened_predicted_answered_run_checked_and_passed_by_names_alone() {
    let place = Place::new();
    let mut harness = place.window();
    click(&mut harness, "Lessons");
    assert!(shows(&harness, "Open: What is a sparse network?"), "the bundled pack is there");
    click(&mut harness, "Close");
    wish(&mut harness, LessonWish::OpenPack(place.pack.path().to_owned()));
    assert!(shows(&harness, "best after “A tiny lesson”"));
    click(&mut harness, "Open: A tiny lesson");
    assert_eq!(name(&harness), "tiny");
    assert!(shows(&harness, "An introduction with ε"), "formulas are text");

    assert!(!shows(&harness, "Nobody knows."), "nothing is told before");
    harness.get_by_role_and_label(Role::RadioButton, "SET").click();
    harness.run_steps(2);
    click(&mut harness, "That is my prediction");
    assert!(shows(&harness, "Your prediction was: SET.") && shows(&harness, "Nobody knows."));

    click(&mut harness, "Next step");
    harness.get_by_label("Your answer").click();
    harness.run_steps(2);
    harness.get_by_label("Your answer").type_text("12");
    harness.run_steps(3);
    click(&mut harness, "Answer");
    assert!(shows(&harness, "Not 12.") && !shows(&harness, "It was 84,480."));
    click(&mut harness, "Hint 1 of 2");
    assert!(shows(&harness, "Multiply.") && !shows(&harness, "Then add."));
    click(&mut harness, "Hint 2 of 2");
    assert!(shows(&harness, "Then add."));
    harness.get_by_label("Your answer").click();
    harness.run_steps(2);
    press(&mut harness, Modifiers::COMMAND, Key::A);
    harness.get_by_label("Your answer").type_text("84,480");
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert!(shows(&harness, "Right: 84480") && shows(&harness, "It was 84,480."));

    next(&mut harness, 2);
    assert!(!shows(&harness, "That is all."));
    click(&mut harness, "Check exercise 1");
    wait_for_judgement(&mut harness, "a", Verdict::Fail);
    settle(&mut harness);
    assert!(shows(&harness, "Partly: 1 of 3 points"), "a rule that holds earns its part");
    harness.get_by_role_and_label(Role::Slider, "Density").set_value_accesskit(70.0);
    settle(&mut harness);
    assert!(shows(&harness, "You have changed the experiment since."));
    click(&mut harness, "Check exercise 1");
    wait_for_judgement(&mut harness, "a", Verdict::Pass);
    click(&mut harness, "Check exercise 2");
    wait_for_judgement(&mut harness, "b", Verdict::Pass);
    settle(&mut harness);
    assert!(shows(&harness, "Passed: 3 of 3 points") && shows(&harness, "That is all."));
    assert!(shows(&harness, "6 of 7 points"), "all but the click");
}

#[test]
fn the_window_judges_as_the_program_does_without_one() {
    let place = Place::new();
    let mut harness = place.in_lesson();
    next(&mut harness, 3);
    for check in ["a", "b"] {
        wish(&mut harness, LessonWish::Check(check.to_owned()));
        wait_for(&mut harness, "all runs", |app| app.session().comparison().is_some_and(|job| !job.is_running()));
        settle(&mut harness);
        let session = harness.state().session();
        let events = &session.lessons().open_progress().expect("progress").events;
        let asked = session.lessons().open().and_then(|open| open.asked(check)).expect("judged");
        assert_ne!(asked.judgement.verdict, Verdict::NotYet, "{:?}", asked.judgement);
        assert_eq!(asked.judgement, headless(place.pack.path(), session.experiment(), check, events));
    }
    let progress = harness.state().session().lessons().open_progress().expect("progress").clone();
    assert!(progress.events.contains(&Event::Ran) && progress.events.contains(&Event::Passed("b".to_owned())));
    assert_eq!(progress.points["a"], 1);
}

#[test]
fn runs_that_are_watched_count_as_those_of_a_comparison_unless_they_were_changed_on_their_way() {
    let place = Place::new();
    let mut harness = place.in_lesson();
    harness.state_mut().execute(Command::GoToEpoch(4));
    wait_for(&mut harness, "the end", |app| app.session().is_finished() && app.session().is_at_rest());
    let watched = harness.state().session().evidence();
    let experiment = harness.state().session().experiment().clone();
    let records = compare_measuring(&experiment, 1, &AtomicBool::new(false), false, &|_, _, _| {}).expect("threads");
    for run in &watched {
        let record = records.iter().find(|other| (other.arm, other.seed) == (run.arm, run.seed)).expect("the same run");
        let other = RunEvidence::from(record);
        let key = |run: &RunEvidence| -> Vec<(u64, u64, usize)> {
            run.epochs.iter().map(|p| (p.test_accuracy.to_bits(), p.train_loss.to_bits(), p.connections)).collect()
        };
        assert_eq!((key(run), &run.outcome), (key(&other), &other.outcome));
    }
    assert_eq!(watched.len(), 2);
    click(&mut harness, "Reset");
    click(&mut harness, "Step one epoch");
    let mut spec = harness.state().session().draft().clone();
    spec.optimizer.learning_rate = Some(0.05);
    harness.state_mut().execute(Command::Edit(Box::new(spec)));
    settle(&mut harness);
    assert!(harness.state().session().evidence().is_empty(), "a run of two rates is no run of one");
}

#[test]
fn a_connection_is_clicked_by_keyboard_and_only_one_that_will_be_cut_is_right() {
    let place = Place::new();
    let mut harness = place.in_lesson();
    next(&mut harness, 2);
    assert!(shows(&harness, "Click a connection in the network."));
    // Of the first layer and the sign that most of its weights have: the farthest from zero is safe, the nearest to it goes.
    let view = harness.state().session().history(0).view().expect("a view").clone();
    let weights = &view.snapshot.network.layers()[0].weights;
    let mut all: Vec<(f32, usize, usize)> = Vec::new();
    for target in 0..weights.n_out() {
        for (index, (source, connection)) in weights.incoming(target).enumerate() {
            assert!(source < 2);
            all.push((weights.values()[connection], target, index));
        }
    }
    let positive = 2 * all.iter().filter(|own| own.0 > 0.0).count() > all.len();
    all.retain(|own| (own.0 > 0.0) == positive);
    all.sort_by(|one, other| one.0.abs().total_cmp(&other.0.abs()));
    assert!(all.len() >= 4, "of so many at least one goes: 0.3 · 4 > 1");
    for (nth, wanted) in [(all.len() - 1, false), (0, true)] {
        let (_, target, index) = all[nth];
        harness.get_by_label_contains("Network of SET").focus();
        harness.run_steps(2);
        for _ in 0..4 {
            press(&mut harness, Modifiers::NONE, Key::ArrowLeft);
        }
        press(&mut harness, Modifiers::NONE, Key::ArrowRight);
        for _ in 0..12 {
            press(&mut harness, Modifiers::NONE, Key::ArrowUp);
        }
        for _ in 0..target {
            press(&mut harness, Modifiers::NONE, Key::ArrowDown);
        }
        for _ in 0..=index {
            press(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
        }
        assert!(shows(&harness, &format!("to {}, layer 1", target + 1)));
        click(&mut harness, "Answer");
        assert_eq!(shows(&harness, "Not that one: it is safe."), !wanted);
        assert_eq!(shows(&harness, "Right: it will be cut next"), wanted);
    }
}

#[test]
fn a_step_shows_only_the_controls_that_it_exposes() {
    let place = Place::new();
    let mut harness = place.in_lesson();
    assert!(!shows(&harness, "Density") && !shows(&harness, "Learning rate"));
    next(&mut harness, 1);
    assert!(shows(&harness, "Density") && !shows(&harness, "Drop fraction") && !shows(&harness, "Learning rate"));
    assert!(!shows(&harness, "The secret of the lecturer."), "notes are the lecturer's");
    click(&mut harness, "Controls of this step");
    assert!(harness.query_by_role_and_label(Role::Slider, "Density").is_none());
    next(&mut harness, 2);
    click(&mut harness, "Controls of this step");
    click(&mut harness, "Run 3 seeds");
    assert!(harness.state().session().comparison().is_some());
}

#[test]
fn links_set_up_and_run_and_lead_to_other_lessons() {
    let place = Place::new();
    let mut harness = place.in_lesson();
    next(&mut harness, 3);
    click(&mut harness, "one epoch");
    assert_eq!(harness.state().session().history(0).epochs().len(), 2);
    click(&mut harness, "to the other");
    assert_eq!(harness.state().session().lessons().open().map(|open| open.lesson().id.as_str()), Some("other"));
    assert!(shows(&harness, "The whole set-up") && !shows(&harness, "Learning rate"), "there, but folded away");
    click(&mut harness, "The whole set-up");
    assert!(shows(&harness, "Learning rate"));
    click(&mut harness, "Leave the lesson");
    assert_eq!(name(&harness), "Two of these sixteen inputs matter", "from lesson to lesson and home again");
}

#[test]
fn back_and_skip_are_free_and_a_step_never_moves_by_itself() {
    let place = Place::new();
    let mut harness = place.in_lesson();
    let step = |harness: &Window| harness.state().session().lessons().open().map(OpenLesson::step_number);
    press(&mut harness, Modifiers::NONE, Key::PageUp);
    assert_eq!(step(&harness), Some(0));
    for _ in 0..9 {
        press(&mut harness, Modifiers::NONE, Key::PageDown);
    }
    assert_eq!(step(&harness), Some(3), "to the last and no further, with nothing answered");
    click(&mut harness, "Step back");
    harness.state_mut().execute(Command::GoToEpoch(4));
    settle(&mut harness);
    assert_eq!(step(&harness), Some(2));
    press(&mut harness, Modifiers::NONE, Key::F);
    press(&mut harness, Modifiers::NONE, Key::PageUp);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(step(&harness), Some(2), "on stage these keys are for scenes");
}

#[test]
fn progress_and_the_experiment_of_the_lesson_outlast_the_program_and_ones_own_comes_back() {
    let place = Place::new();
    let mut harness = place.window();
    let mut own = harness.state().session().draft().clone();
    own.optimizer.learning_rate = Some(0.123);
    harness.state_mut().execute(Command::Edit(Box::new(own.clone())));
    wish(&mut harness, LessonWish::OpenPack(place.pack.path().to_owned()));
    harness.run_steps(4);
    click(&mut harness, "Open: A tiny lesson");
    harness.get_by_role_and_label(Role::RadioButton, "dense").click();
    harness.run_steps(2);
    click(&mut harness, "That is my prediction");
    next(&mut harness, 1);
    harness.get_by_role_and_label(Role::Slider, "Density").set_value_accesskit(60.0);
    settle(&mut harness);
    drop(harness);

    let mut harness = place.with_pack();
    assert_eq!(*harness.state().session().draft(), own, "the program ended in the lesson, and one's own is there");
    assert!(shows(&harness, "step 2 of 4 · 0 of 7 points"));
    click(&mut harness, "Go on: A tiny lesson");
    assert_eq!(harness.state().session().draft().sparsity.density, Some(0.6), "as it was left");
    assert!(shows(&harness, "How many places?"), "at the step where it was left");
    click(&mut harness, "Step back");
    assert!(shows(&harness, "You predicted: dense"));
    click(&mut harness, "Leave the lesson");
    assert_eq!(*harness.state().session().draft(), own);
    assert!(shows(&harness, "is open again, as it was before the lesson."));
    harness.run_steps(4);
    click(&mut harness, "Keep the lesson's");
    assert_eq!(name(&harness), "tiny");
    press(&mut harness, Modifiers::COMMAND, Key::Y);
    assert_eq!(*harness.state().session().draft(), own);
}

#[test]
fn opening_a_lesson_and_its_solution_can_be_undone() {
    let place = Place::new();
    let mut harness = place.in_lesson();
    next(&mut harness, 3);
    click(&mut harness, "Open the solution");
    assert_eq!(harness.state().session().draft().sparsity.density, Some(0.7));
    assert!(shows(&harness, "sparsity.density = 0.7"));
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(harness.state().session().draft().sparsity.density, Some(0.5));
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(name(&harness), "Two of these sixteen inputs matter");
    assert!(shows(&harness, "Another experiment is open."));
    click(&mut harness, "Open the lesson's experiment");
    assert_eq!(name(&harness), "tiny");
}
