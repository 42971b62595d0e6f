//! Packs of lessons in the window: edited, broken, dropped, begun; and the bundled one on every screen.

mod lesson_rooms;
mod windows;

use std::fs;
use std::path::Path;

use egui::accesskit::Role;
use egui::{Pos2, Rect, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use lesson_rooms::{EXPERIMENT, LESSON, Place, Window, shows, wish};
use regrow::lesson::{Pack, bundled_pack, new_pack};
use regrow::session::{Command, LessonWish};
use regrow::ui::Startup;
use windows::{click, settle, wait_for, window};

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
fn lessons_are_read_in_the_language_that_was_chosen() {
    let place = Place::new();
    let manifest = fs::read_to_string(place.path("pack.toml")).expect("there");
    place.write("pack.toml", &format!("{manifest}translations = [\"de\"]\n"));
    place.write(
        "01-tiny.de.md",
        &LESSON.replace("A tiny lesson", "Eine kleine Stunde").replace("Nobody knows", "Niemand"),
    );
    let other = fs::read_to_string(place.path("02-other.md")).expect("there");
    place.write("02-other.de.md", &other.replace("The other", "Die andere"));
    let mut harness = place.with_pack();
    assert!(shows(&harness, "Open: A tiny lesson"));
    click(&mut harness, "language");
    harness.run_steps(4);
    click(&mut harness, "de");
    harness.run_steps(4);
    click(&mut harness, "Open: Eine kleine Stunde");
    let lessons = harness.state().session().lessons();
    assert_eq!(lessons.open().map(|open| open.lesson().title.as_str()), Some("Eine kleine Stunde"));
    wish(&mut harness, LessonWish::SetLanguage(None));
    assert!(shows(&harness, "A tiny lesson"), "even while it is open");
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

/// A pipe into which nobody writes, in the place of a disk that does not answer.
#[cfg(unix)]
#[test]
fn the_window_does_not_wait_for_a_slow_disk() {
    let place = Place::new();
    let mut harness = place.window();
    let pipe = place.data.path().join("slow.zip");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    harness.state_mut().execute(Command::Lesson(LessonWish::OpenPack(pipe.clone())));
    harness.run_steps(3);
    assert!(harness.state().session().lessons().is_searching() && shows(&harness, "Looking for lessons …"));
    click_at_once(&mut harness, "Close");
    click_at_once(&mut harness, "Step one epoch");
    wait_for(&mut harness, "an epoch", |app| app.session().history(0).epochs().len() == 2);
    assert!(harness.state().session().lessons().is_searching());
    drop(fs::OpenOptions::new().write(true).open(&pipe).expect("somebody reads"));
    settle(&mut harness);
    assert!(shows(&harness, "slow.zip could not be opened as a pack of lessons."));
}

/// Without waiting for rest.
#[cfg(unix)]
fn click_at_once(harness: &mut Window, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
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
    for (size, zoom) in
        [([1280.0, 800.0], 1.0), ([1024.0, 768.0], 1.0), ([1920.0, 1080.0], 0.8), ([1280.0, 800.0], 2.0)]
    {
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
