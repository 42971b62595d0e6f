//! Lessons in the window, operated through accessible names, and what the program without a window says of the same.

mod windows;

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, Rect, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use regrow::lesson::{Event, Evidence, Judgement, Pack, RunEvidence, Verdict, bundled_pack, new_pack};
use regrow::session::{Command, LessonWish, OpenLesson};
use regrow::training::{ValidExperiment, compare_measuring};
use regrow::ui::{RegrowApp, Startup};
use tempfile::TempDir;
use windows::{click, press, settle, wait_for, window};

type Window = Harness<'static, RegrowApp>;

const EXPERIMENT: &str = r#"
format = 1
name = "tiny"
data = { source = "circle", train = 60, test = 40 }
network = { hidden = [12], activation = "tanh" }
sparsity = { method = "set", density = 0.5, drop_fraction = 0.3 }
training = { epochs = 4, batch = 10, seeds = [1, 2, 3] }
optimizer = { learning_rate = 0.1 }
[[arm]]
name = "dense"
sparsity.method = "dense"
"#;

const LESSON: &str = r#"+++
format = 1
id = "tiny"
title = "A tiny lesson"
objective = "You can press buttons."
minutes = 5
experiment = "experiments/tiny.toml"
+++
An introduction with $\epsilon \cdot n_{in}$ and a table.

| a | b |
| --- | --- |
| 1 | **2** |

## Predict {show="arms"}
```predict id="p1" choices="dense | SET"
Who wins?
```
```after
Nobody knows.
```
```notes minutes=3 bookmark="epoch 2"
The secret of the lecturer.
```

## Ask {show="density"}
```quiz id="q1" points=2 answer=84480 tolerance=0
How many places?
```
```hint
Multiply.
```
```hint
Then add.
```
```after
It was 84,480.
```

## Cut {show="canvas"}
```quiz id="q2" points=1 click="next-cut"
Click one.
```

## Do {show="density compare seeds" highlight="density, layer 1"}
Press [one epoch](command:step-epoch), or go [to the other](lesson:other).

```check id="a" points=3
settings.training.epochs == 4
fail: Leave the epochs at four.
1 point: settings.sparsity.density <= 80 %
fail: {value} of the places are too many.
2 points: mean(experiment.connections) >= 22
fail: There are {value} connections.
```
```check id="b" points=1
mean(experiment.flops_by_formula / arms.dense.flops_by_formula) <= 0.9
```
```solution
sparsity.density = 0.7
```
```after
That is all.
```
"#;

const OTHER: &str = "+++\nformat = 1\nid = \"other\"\ntitle = \"The other\"\nobjective = \"More.\"\nminutes = 5\nneeds = [\"tiny\"]\nexperiment = \"experiments/tiny.toml\"\n+++\n## Only\nText.\n";
const MANIFEST: &str = "format = 1\nid = \"tiny-pack\"\ntitle = \"Tiny pack\"\nauthors = [\"A\"]\nlanguage = \"en\"\norder = [\"01-tiny\", \"02-other\"]\n";

/// A pack in a folder, and a folder for what the program keeps.
struct Place {
    pack: TempDir,
    data: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { pack: TempDir::new().expect("a folder"), data: TempDir::new().expect("a folder") };
        fs::create_dir(place.path("experiments")).expect("made");
        for (name, text) in [
            ("pack.toml", MANIFEST),
            ("01-tiny.md", LESSON),
            ("02-other.md", OTHER),
            ("experiments/tiny.toml", EXPERIMENT),
        ] {
            place.write(name, text);
        }
        place
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.pack.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
    }

    fn window(&self) -> Window {
        window(Startup { keep_in: Some(self.data.path().to_owned()), ..Startup::default() })
    }

    /// With the list of lessons open and the pack in it.
    fn with_pack(&self) -> Window {
        let mut harness = self.window();
        wish(&mut harness, LessonWish::OpenPack(self.pack.path().to_owned()));
        // The list takes its place.
        harness.run_steps(4);
        harness
    }

    fn in_lesson(&self) -> Window {
        let mut harness = self.with_pack();
        click(&mut harness, "Open: A tiny lesson");
        harness
    }
}

fn wish(harness: &mut Window, wish: LessonWish) {
    harness.state_mut().execute(Command::Lesson(wish));
    settle(harness);
}

fn shows(harness: &Window, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

fn name(harness: &Window) -> &str {
    &harness.state().session().draft().name
}

fn next(harness: &mut Window, steps: usize) {
    for _ in 0..steps {
        click(harness, "Next step");
    }
}

fn wait_for_judgement(harness: &mut Window, check: &str, wanted: Verdict) {
    wait_for(harness, "the judgement", |app| {
        let asked = app.session().lessons().open().and_then(|open| open.asked(check));
        asked.is_some_and(|asked| asked.judgement.verdict == wanted)
    });
}

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
    assert!(shows(&harness, "You predicted: SET") && shows(&harness, "Nobody knows."));

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

#[test]
fn edited_files_are_shown_at_once_and_faulty_ones_told_with_file_and_line() {
    let place = Place::new();
    let mut harness = place.in_lesson();
    place.write("01-tiny.md", &LESSON.replace("An introduction", "A better introduction"));
    wait_for(&mut harness, "the new text", |app| app.session().lessons().reloads() == 1);
    assert!(shows(&harness, "A better introduction"));
    place.write("01-tiny.md", &LESSON.replace("```predict", "```predcit"));
    wait_for(&mut harness, "the fault", |app| app.session().lessons().fault().is_some());
    let line = 1 + LESSON.lines().position(|line| line.starts_with("```predict")).expect("a line");
    assert!(shows(&harness, &format!("01-tiny.md:{line}: “predcit” is no directive.")));
    assert!(shows(&harness, "A better introduction"), "the last good version stays");
    let quick = EXPERIMENT.replace("epochs = 4", "epochs = 3");
    place.write("experiments/tiny.toml", &quick);
    place.write("01-tiny.md", &LESSON.replace("epochs == 4", "epochs == 3").replace("epoch 2", "epoch 1"));
    wait_for(&mut harness, "all to be well", |app| {
        app.session().lessons().fault().is_none() && app.session().experiment().epochs() == 3
    });
    assert!(!shows(&harness, "predcit"));
}

#[test]
fn a_broken_pack_says_why_with_file_and_line_and_is_opened_once_it_is_mended() {
    let place = Place::new();
    place.write("01-tiny.md", &LESSON.replace("```hint\nMultiply.", "```hnt\nMultiply."));
    let mut harness = place.with_pack();
    let line = 1 + LESSON.lines().position(|line| line == "Multiply.").expect("a line") - 1;
    assert!(shows(&harness, &format!("01-tiny.md:{line}: “hnt” is no directive. Did you mean “hint”?")));
    assert!(!shows(&harness, "Open: A tiny lesson") && shows(&harness, "Open: SET live"));
    place.write("01-tiny.md", LESSON);
    click(&mut harness, "Look again");
    assert!(shows(&harness, "Open: A tiny lesson"));
    wish(&mut harness, LessonWish::OpenPack(place.path("nothing.zip")));
    assert!(shows(&harness, "nothing.zip"));
}

#[test]
fn the_open_experiment_becomes_the_start_of_a_lesson() {
    let place = Place::new();
    let mut harness = place.window();
    let experiment = harness.state().session().draft().clone();
    let folder = place.data.path().join("my course");
    wish(&mut harness, LessonWish::SaveStart(folder.clone()));
    let session = harness.state().session();
    let open = session.lessons().open().expect("the lesson is open");
    assert_eq!((&open.lesson().title, open.lesson().experiment.spec()), (&experiment.name, &experiment));
    assert!(Pack::open(&folder).is_ok());
    let file = folder.join(&open.lesson().file);
    let text = fs::read_to_string(&file).expect("there");
    fs::write(&file, text.replace("What is this about?", "About sparsity.")).expect("written");
    wait_for(&mut harness, "the preview", |app| app.session().lessons().reloads() > 0);
    assert!(shows(&harness, "About sparsity."));
    wish(&mut harness, LessonWish::SaveStart(place.path("experiments")));
    assert!(shows(&harness, "Not written"), "not among other files");
}

#[derive(Debug)]
struct Dropped(std::path::PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("a folder has none".to_owned())
    }
}

#[test]
fn a_folder_that_is_dropped_opens_as_a_pack() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = folder.path().join("mine");
    new_pack(&pack).expect("written");
    let mut harness = window(Startup::default());
    harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(pack)));
    harness.run_steps(3);
    settle(&mut harness);
    assert!(shows(&harness, "Open: How dense is dense enough?"));
}

/// Nothing that can be pressed lies outside, and no text is wider than its panel.
fn assert_inside(harness: &Window, what: &str, size: [f32; 2]) {
    let screen = Rect::from_min_size(Pos2::ZERO, size.into()).expand(1.0);
    for node in harness.root().children_recursive() {
        let own = node.accesskit_node();
        if own.bounding_box().is_none() {
            continue;
        }
        let rect = node.rect();
        let is_control =
            matches!(own.role(), Role::Button | Role::RadioButton | Role::Link | Role::Slider | Role::TextInput);
        let is_text = own.role() == Role::Label;
        if (is_control || is_text) && screen.intersects(rect) {
            let inside = screen.min.x <= rect.min.x && rect.max.x <= screen.max.x;
            assert!(inside, "{what}: {:?} {rect:?} at {size:?}", own.label());
        }
    }
}

#[test]
fn every_step_of_the_bundled_course_fits_at_every_size() {
    for (size, zoom) in [([1280.0, 800.0], 1.0), ([1024.0, 768.0], 1.0), ([1920.0, 1080.0], 0.8)] {
        let mut harness = window(Startup::default());
        harness.set_size(size.into());
        harness.ctx.set_zoom_factor(zoom);
        let scaled = size.map(|side| side / zoom);
        click(&mut harness, "Lessons");
        assert_inside(&harness, "the list", scaled);
        for lesson in &bundled_pack().lessons {
            let open = LessonWish::Open { pack: "sparse-training".to_owned(), lesson: lesson.id.clone() };
            wish(&mut harness, open);
            for (number, step) in lesson.steps.iter().enumerate() {
                harness.state_mut().execute(Command::Lesson(LessonWish::GoTo(number)));
                harness.run_steps(3);
                assert!(harness.query_all_by_label(&step.title).next().is_some(), "{}: {}", lesson.id, step.title);
                assert_inside(&harness, &format!("{}, step {}", lesson.id, number + 1), scaled);
                let next = harness.get_by_label("Next step").rect();
                assert!(Rect::from_min_size(Pos2::ZERO, vec2(scaled[0], scaled[1])).contains_rect(next), "{next:?}");
            }
        }
    }
}

#[test]
fn every_sign_of_the_bundled_course_can_be_drawn() {
    let harness = window(Startup::default());
    let font = egui::FontId::proportional(13.0);
    for lesson in &bundled_pack().lessons {
        let text = bundled_pack().files.text(&lesson.file).expect("a text");
        for sign in text.chars().filter(|sign| !sign.is_control()) {
            let can = harness.ctx.fonts_mut(|fonts| fonts.has_glyph(&font, sign));
            assert!(can, "{}: {sign} U+{:04X}", lesson.file, u32::from(sign));
        }
    }
}
