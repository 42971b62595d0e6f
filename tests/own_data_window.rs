//! Data of one's own in the window: looked at first, taken over by a click, painted by strokes.

mod windows;

use egui::{Key, Modifiers, PointerButton, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use regrow::data::{DataSource, DataSpec};
use regrow::session::Command;
use regrow::ui::{RegrowApp, Startup};
use windows::{click, experiment, press, settle, wait_for, window};

/// Types a path into the menu of files, and opens it.
fn open(harness: &mut Harness<'_, RegrowApp>, path: &str) {
    harness.get_by_label_contains("experiment: ").click();
    harness.run_steps(4);
    harness.get_by_label("path").click();
    harness.run_steps(4);
    harness.get_by_label("path").type_text(path);
    harness.run_steps(4);
    harness.get_by_label("Open this").click();
    harness.run_steps(4);
}

/// Opens the path that still stands in that menu.
fn open_again(harness: &mut Harness<'_, RegrowApp>) {
    harness.get_by_label_contains("experiment: ").click();
    harness.run_steps(4);
    harness.get_by_label("Open this").click();
    harness.run_steps(4);
}

/// Waits until the data are read and something is said about them.
fn wait_until_told(harness: &mut Harness<'_, RegrowApp>, text: &str) {
    for _ in 0..2_000 {
        harness.run_steps(1);
        if harness.query_by_label_contains(text).is_some() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("“{text}” was never said");
}

#[test]
fn a_table_is_looked_at_and_becomes_the_data_only_when_that_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("trees.csv");
    let rows: Vec<String> = (0..40).map(|row| format!("tree {row};{};{}", row % 7, ["oak", "ash"][row % 2])).collect();
    std::fs::write(&path, format!("who;height;kind\n{}\n", rows.join("\n"))).expect("written");
    let mut harness = window(Startup::default());
    let before = harness.state().session().draft().clone();

    open(&mut harness, &path.display().to_string());
    wait_until_told(&mut harness, "32 training samples · 8 test samples · 1 features · 2 classes");
    assert_eq!(*harness.state().session().draft(), before, "nothing has changed yet");
    click(&mut harness, "Cancel");
    assert_eq!(*harness.state().session().draft(), before);

    open_again(&mut harness);
    wait_until_told(&mut harness, "32 training samples");
    click(&mut harness, "Use these data");
    wait_for(&mut harness, "the data", |app| app.session().experiment().facts().train == 32);
    let facts = *harness.state().session().experiment().facts();
    assert_eq!((facts.features, facts.classes, facts.test), (1, 2, 8));
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(*harness.state().session().draft(), before, "one change to undo");
}

#[test]
fn a_table_with_a_fault_is_told_of_by_row_and_column_and_cannot_be_taken_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("trees.csv");
    // The fault lies beyond the rows that are looked at first.
    let rows: Vec<String> = (0..3_000).map(|row| format!("{},{}", row % 7, ["oak", "ash"][row % 2])).collect();
    std::fs::write(&path, format!("height,kind\n{}\nabc,oak\n", rows.join("\n"))).expect("written");
    let mut harness = window(Startup::default());
    let before = harness.state().session().draft().clone();
    open(&mut harness, &path.display().to_string());
    wait_until_told(&mut harness, "“abc” in row 3002, column 1 (“height”), which is no finite number");
    harness.get_by_label("Use these data").click();
    harness.run_steps(4);
    assert_eq!(*harness.state().session().draft(), before);
}

#[test]
fn a_table_of_5_gb_is_refused_from_its_first_rows_and_a_part_of_it_is_offered() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.csv");
    let rows = "1,2,3,oak\n4,5,6,ash\n".repeat(100_000);
    std::fs::write(&path, rows).expect("written");
    // The rest takes no room on disk.
    let file = std::fs::File::options().write(true).open(&path).expect("opened");
    file.set_len(5_000_000_000).expect("a file with a hole");
    let mut harness = window(Startup::default());
    let start = std::time::Instant::now();
    open(&mut harness, &path.display().to_string());
    assert!(harness.query_by_label_contains("5,000 MB · 4 columns · about 500,000,000 rows").is_some());
    // Three numbers of four bytes a row.
    assert!(harness.query_by_label_contains("about 6,000 MB of memory").is_some());
    wait_until_told(&mut harness, "and data may take 4,000; read a part of it");
    assert!(start.elapsed().as_secs() < 20, "it was not read whole");
    harness.get_by_label("Use these data").click();
    click(&mut harness, "Read a part of the rows");
    assert!(harness.query_by_label_contains("less than 1 MB of memory").is_some());
    assert!(harness.state().session().draft().data.file.is_none());
    click(&mut harness, "Cancel");
}

#[test]
fn a_folder_of_pictures_is_shown_with_its_classes_and_becomes_the_data() {
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..25_u8 {
        let class = folder.path().join(["cat", "dog"][usize::from(number % 5 == 0)]);
        std::fs::create_dir_all(&class).expect("made");
        let picture = image::GrayImage::from_fn(9, 6, |x, y| image::Luma([number * 10 + u8::from(x > y)]));
        picture.save(class.join(format!("{number}.png"))).expect("saved");
    }
    let mut harness = window(Startup::default());
    let before = harness.state().session().draft().clone();
    open(&mut harness, &folder.path().display().to_string());
    wait_until_told(&mut harness, "20 training samples · 5 test samples · 28 x 28 pixels · 2 classes");
    // With the pictures there is more to show, and buttons move.
    harness.run_steps(4);
    assert!(harness.query_by_label("cat: 20 · dog: 5").is_some());
    assert_eq!(*harness.state().session().draft(), before, "nothing has changed yet");
    click(&mut harness, "Use these data");
    wait_for(&mut harness, "the data", |app| app.session().experiment().facts().train == 20);
    assert_eq!(harness.state().session().experiment().facts().features, 784);

    std::fs::write(folder.path().join("dog/notes.txt"), "woof").expect("written");
    std::fs::rename(folder.path(), folder.path().with_extension("moved")).expect("moved");
    let moved = folder.path().with_extension("moved");
    let mut harness = window(Startup::default());
    open(&mut harness, &moved.display().to_string());
    wait_until_told(
        &mut harness,
        "The folder holds “dog/notes.txt”, which is no picture; PNG, JPEG, PGM and PPM are read",
    );
    harness.get_by_label("Use these data").click();
    harness.run_steps(4);
    assert_eq!(*harness.state().session().draft(), before);
    std::fs::remove_dir_all(moved).expect("removed");
}

#[test]
fn each_stroke_of_the_brush_is_one_change_and_points_of_two_classes_are_learnt() {
    let text =
        "format = 1\nname = \"x\"\ndata = { source = \"circle\", train = 40, test = 20 }\ntraining = { batch = 4 }\n";
    let mut harness = window(experiment(text));
    let mut spec = harness.state().session().draft().clone();
    spec.data = DataSpec::new(DataSource::Painted);
    harness.state_mut().execute(Command::Edit(Box::new(spec)));
    settle(&mut harness);
    assert!(harness.query_by_label_contains("Points of at least 2 classes are needed").is_some());
    click(&mut harness, "Change…");
    let mut counts = vec![0];
    for class in 0..3_u8 {
        click(&mut harness, &format!("class {class}"));
        let center = harness.get_by_label("plane to paint on").rect().center();
        let start = center + vec2(-60.0, 40.0 * f32::from(class) - 40.0);
        harness.drag_at(start);
        harness.run_steps(2);
        for step in 1..=10_u8 {
            harness.hover_at(start + vec2(12.0 * f32::from(step), 0.0));
            harness.run_steps(1);
        }
        harness.drop_at(start + vec2(120.0, 0.0));
        settle(&mut harness);
        counts.push(harness.state().session().draft().data.points.len());
    }
    assert!(counts.windows(2).all(|pair| pair[1] >= pair[0] + 8), "{counts:?}");
    let session = harness.state().session();
    assert!(session.faults().is_empty(), "{:?}", session.faults());
    assert_eq!(session.experiment().facts().classes, 3);
    let points = &session.draft().data.points;
    assert!(points[..counts[1]].iter().all(|point| point.class == 0 && point.y > 0.0), "painted above the middle");
    for &count in counts.iter().rev().skip(1) {
        harness.state_mut().execute(Command::Undo);
        settle(&mut harness);
        assert_eq!(harness.state().session().draft().data.points.len(), count);
    }
    harness.state_mut().execute(Command::Redo);
    settle(&mut harness);
    let center = harness.get_by_label("plane to paint on").rect().center();
    let at = center + vec2(-36.0, -40.0);
    harness.hover_at(at);
    harness.run_steps(2);
    let button = |pressed| egui::Event::PointerButton {
        pos: at,
        button: PointerButton::Secondary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    harness.event(button(true));
    harness.run_steps(2);
    harness.event(button(false));
    settle(&mut harness);
    assert!(harness.state().session().draft().data.points.len() < counts[1], "the right button erases");
}
