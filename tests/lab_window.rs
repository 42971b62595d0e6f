//! Lab reports in the window, operated through accessible names, and what grading says of the file that comes of it.

mod lesson_rooms;
mod windows;

use std::path::Path;
use std::process::Command;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use lesson_rooms::{Place, Window, next, shows, wait_for_judgement};
use regrow::lesson::{Student, Submission, Verdict};
use serde_json::Value;
use windows::{click, press, settle};

fn type_into(harness: &mut Window, field: &str, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, field).click();
    harness.run_steps(2);
    press(harness, Modifiers::COMMAND, Key::A);
    harness.get_by_role_and_label(Role::TextInput, field).type_text(text);
    harness.run_steps(3);
}

/// The button is at the end of the last step, perhaps below what is seen.
fn open_report(harness: &mut Window) {
    harness.get_by_label("Lab report …").scroll_to_me();
    settle(harness);
    click(harness, "Lab report …");
    assert!(shows(harness, "WHAT THERE IS TO HAND IN"));
}

/// What grading says of all submissions of a folder.
fn graded(folder: &Path, pack: &Path) -> (Option<i32>, Vec<Value>) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_regrow"));
    program.args(["lesson", "grade", "--json", "--pack"]).arg(pack).arg(folder);
    let output = program.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output().expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code(), serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

/// Goes through the lesson up to its exercises.
fn up_to_the_exercises(harness: &mut Window) {
    harness.get_by_role_and_label(Role::RadioButton, "SET").click();
    harness.run_steps(2);
    click(harness, "That is my prediction");
    click(harness, "Next step");
    type_into(harness, "Your answer", "84480");
    click(harness, "Answer");
    next(harness, 2);
}

fn pass_both(harness: &mut Window) {
    harness.get_by_role_and_label(Role::Slider, "Density").set_value_accesskit(70.0);
    settle(harness);
    for (number, check) in [(1, "a"), (2, "b")] {
        click(harness, &format!("Check exercise {number}"));
        wait_for_judgement(harness, check, Verdict::Pass);
    }
    settle(harness);
}

#[test]
fn a_lesson_is_done_on_own_seeds_handed_in_and_confirmed() {
    let place = Place::new();
    let class = tempfile::tempdir().expect("a folder");
    let mut harness = place.in_lesson();
    up_to_the_exercises(&mut harness);
    open_report(&mut harness);
    assert!(shows(&harness, "1 of 1 predictions made") && shows(&harness, "1 of 2 questions answered rightly"));
    assert!(shows(&harness, "Do, exercise a: 0 of 3 points") && shows(&harness, "Not checked yet."));
    assert!(shows(&harness, "Say who you are first."));
    type_into(&mut harness, "Your name", "Zoë <b>Öz</b> & Co");
    type_into(&mut harness, "Student number", "=4711");
    click(&mut harness, "Run lessons from my own seeds");
    let own = Student::new("Zoë <b>Öz</b> & Co", "=4711").seeds(3);
    assert_eq!(harness.state().session().draft().training.seeds, own);
    assert!(own.contains(&harness.state().session().seed()), "what is watched is one of them");
    type_into(&mut harness, "Comment", "It </pre><script>alert(1)</script> learns.");
    click(&mut harness, "Close");

    pass_both(&mut harness);
    open_report(&mut harness);
    assert!(shows(&harness, "Do, exercise a: 3 of 3 points") && shows(&harness, "On your own seeds."));
    let path = class.path().join("zoe");
    type_into(&mut harness, "path to save to", &path.to_string_lossy());
    click(&mut harness, "Hand in …");
    settle(&mut harness);
    let path = path.with_extension("regrowlab");
    let notice = harness.state().session().notice().expect("told").text.clone();
    assert!(notice.starts_with("Written with 6 of 7 points") && notice.contains("Nothing was sent"), "{notice}");
    assert!(!shows(&harness, "WHAT THERE IS TO HAND IN"), "the notice is seen");

    let submission = Submission::load(&path).expect("a submission");
    assert_eq!((submission.points(), submission.student.number.as_str()), (6, "=4711"));
    assert_eq!(submission.work.experiments.len(), 1, "both exercises stand on the same runs");
    assert_eq!(submission.work.experiments[0].runs.len(), 6);
    let (status, grades) = graded(class.path(), place.pack.path());
    assert_eq!((status, grades.len()), (Some(0), 1), "{grades:?}");
    let grade = &grades[0];
    assert_eq!((&grade["state"], &grade["difference"]), (&Value::from("confirmed"), &Value::Null), "{grade}");
    assert_eq!((grade["points"].as_u64(), grade["points_again"].as_u64()), (Some(6), Some(6)), "{grade}");
    assert_eq!((grade["points_at_most"].as_u64(), grade["own_seeds"].as_bool()), (Some(7), Some(true)), "{grade}");

    // Dropped on the window, it says where it belongs.
    harness.state_mut().execute(regrow::session::Command::Open(path));
    settle(&mut harness);
    let notice = harness.state().session().notice().expect("told").text.clone();
    assert!(notice.contains("This is a lab report") && lesson_rooms::name(&harness) == "tiny", "{notice}");

    let page = class.path().join("page.html");
    open_report(&mut harness);
    type_into(&mut harness, "path to save to", &page.to_string_lossy());
    click(&mut harness, "Save as a page …");
    settle(&mut harness);
    let text = std::fs::read_to_string(&page).expect("written");
    assert!(text.contains("Zoë &lt;b&gt;Öz&lt;/b&gt; &amp; Co") && !text.contains("<script"), "{text}");
}

#[test]
fn what_was_passed_on_the_lessons_seeds_counts_and_is_told_and_own_seeds_take_its_place() {
    let place = Place::new();
    let class = tempfile::tempdir().expect("a folder");
    let mut harness = place.in_lesson();
    up_to_the_exercises(&mut harness);
    pass_both(&mut harness);
    open_report(&mut harness);
    type_into(&mut harness, "Your name", "Ada");
    press(&mut harness, Modifiers::NONE, Key::Tab);
    assert!(shows(&harness, "Not on your own seeds: tick the box above and check it again."));
    let path = class.path().join("ada.regrowlab");
    type_into(&mut harness, "path to save to", &path.to_string_lossy());
    click(&mut harness, "Hand in …");
    settle(&mut harness);
    let (status, grades) = graded(class.path(), place.pack.path());
    let seeds = |grade: &Value| (grade["own_seeds"].as_bool(), grade["seeds"].as_str().map(str::to_owned));
    assert_eq!((status, seeds(&grades[0])), (Some(0), (Some(false), Some("lesson".to_owned()))), "{grades:?}");

    // The next day, in a new window: who it is and what was done are there.
    drop(harness);
    let mut harness = place.with_pack();
    click(&mut harness, "Go on: A tiny lesson");
    open_report(&mut harness);
    assert!(shows(&harness, "Do, exercise a: 3 of 3 points"));
    click(&mut harness, "Run lessons from my own seeds");
    click(&mut harness, "Close");
    for (number, check) in [(1, "a"), (2, "b")] {
        click(&mut harness, &format!("Check exercise {number}"));
        wait_for_judgement(&mut harness, check, Verdict::Pass);
    }
    settle(&mut harness);
    open_report(&mut harness);
    type_into(&mut harness, "path to save to", &path.to_string_lossy());
    click(&mut harness, "Hand in …");
    settle(&mut harness);
    let (status, grades) = graded(class.path(), place.pack.path());
    assert_eq!((status, seeds(&grades[0])), (Some(0), (Some(true), Some("own".to_owned()))), "{grades:?}");
    // An own seed that is worse does not take its place, and the other lesson starts on own seeds too.
    click(&mut harness, "Reset");
    assert_eq!(harness.state().session().lessons().lab().work().checks["a"].points, 3);
}
