//! What goes out of the window and comes in: pictures, tables, the experiment as text.

mod windows;

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use egui::{Event, Key, Modifiers, OutputCommand};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use quick_xml::Reader;
use quick_xml::events::Event as Xml;
use regrow::session::EXAMPLES;
use regrow::storage::parse_experiment;
use regrow::ui::{OnProgress, PictureError, PicturePage, RegrowApp, Startup, write_picture};
use windows::{click, experiment, press, settle, wait_for, window};

const PLANE: &str = r#"
format = 1
name = "a & <b>"
data = { source = "circle", train = 60, test = 40, noise_features = 2 }
network = { hidden = [8, 6], activation = "tanh" }
sparsity = { method = "set", density = 0.5 }
training = { epochs = 6, batch = 10, seeds = [4, 2, 9] }
[[arm]]
name = "dense, \"wide\""
sparsity.method = "dense"
"#;

const DIGITS: &str = r#"
format = 1
name = "digits"
data = { source = "digits", train = 1200 }
network = { hidden = [20], activation = "relu" }
sparsity = { method = "set", density = 0.2 }
training = { epochs = 2, batch = 32, seeds = [1] }
"#;

/// An element with its attributes and the text in it.
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// All elements of a picture, read by a parser that refuses what is not well formed.
fn elements(svg: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(svg);
    reader.config_mut().check_end_names = true;
    let mut elements: Vec<Element> = Vec::new();
    let mut depth = 0_usize;
    loop {
        match reader.read_event().expect("well-formed XML") {
            Xml::Start(start) => {
                depth += 1;
                elements.push(element(&start));
            }
            Xml::Empty(start) => elements.push(element(&start)),
            Xml::Text(text) if depth > 0 => {
                elements.last_mut().expect("an element").text += text.decode().expect("UTF-8").trim_matches('\n');
            }
            Xml::GeneralRef(name) => {
                let letter = match name.decode().expect("UTF-8").as_ref() {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    other => panic!("{other:?}"),
                };
                elements.last_mut().expect("an element").text.push(letter);
            }
            Xml::End(_) => depth -= 1,
            Xml::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    elements
}

fn element(start: &quick_xml::events::BytesStart<'_>) -> Element {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.expect("a well-formed attribute");
        (text(attribute.key.as_ref()), text(&attribute.value))
    });
    Element { name: text(start.name().as_ref()), attributes: attributes.collect(), text: String::new() }
}

fn picture(text: &str, page: PicturePage, arm: Option<&str>, epochs: u32, ending: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(format!("picture.{ending}"));
    let valid = parse_experiment(text).expect("valid");
    let all = valid.arms().len() * epochs as usize;
    let told = Arc::new(Mutex::new(Vec::new()));
    let own = Arc::clone(&told);
    let on_progress: OnProgress = Arc::new(move |stage, done, of| {
        assert_eq!((stage, of), ("training", all));
        own.lock().expect("no panic").push(done);
    });
    write_picture(&path, valid, page, arm, Some(epochs), false, &on_progress).expect("a picture");
    let told = told.lock().expect("no panic");
    assert!(told.is_sorted() && told.last() == Some(&all), "{told:?} of {all}");
    assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1, "nothing else is left");
    fs::read(path).expect("read")
}

fn svg(text: &str, page: PicturePage, arm: Option<&str>, epochs: u32) -> Vec<Element> {
    elements(&String::from_utf8(picture(text, page, arm, epochs, "svg")).expect("UTF-8"))
}

fn count(elements: &[Element], name: &str) -> usize {
    elements.iter().filter(|element| element.name == name).count()
}

fn has_text(elements: &[Element], text: &str) -> bool {
    elements.iter().any(|element| element.name == "text" && element.text == text)
}

#[test]
fn every_connection_is_a_curve_of_the_picture_and_every_name_is_text() {
    // 4 inputs, of which two are noise; 4·8 + 8·6 + 6·1 = 86 places, all taken in the dense arm.
    let dense = svg(PLANE, PicturePage::Network, Some("dense, \"wide\""), 0);
    let curves = |elements: &[Element]| {
        elements.iter().filter(|e| e.name == "path" && e.attribute("d").is_some_and(|d| d.contains(" C"))).count()
    };
    assert_eq!(curves(&dense), 86);
    let sparse = svg(PLANE, PicturePage::Network, None, 0);
    let connections = parse_experiment(PLANE).expect("valid").arms()[0].total_connections();
    assert_eq!(curves(&sparse), connections);
    for name in ["inputs", "hidden 1", "hidden 2", "output", "x₁", "x₂", "noise 1", "noise 2", "positive", "pruned"]
    {
        assert!(has_text(&sparse, name), "{name}");
    }
    assert!(has_text(&dense, "dense, \"wide\""));
    // What neurons do is a picture each: 8 + 6 + 1.
    assert_eq!(count(&dense, "image"), 15);
    let description = dense.iter().find(|element| element.name == "desc").expect("where it is from");
    assert!(description.text.contains("“a & <b>”, seed 4, epoch 0 of 6"), "{}", description.text);
}

#[test]
fn plots_are_lines_and_text_and_only_heat_maps_are_pixels() {
    let curves = svg(PLANE, PicturePage::Curves, None, 6);
    assert_eq!(count(&curves, "image"), 0);
    for text in ["Test accuracy, %", "Training accuracy, %", "Test loss, nats", "Training loss, nats", "100", "epoch"] {
        assert!(has_text(&curves, text), "{text}");
    }
    // A curve of seven epochs has seven corners; SET's is solid and stands in each of the four figures.
    let corners = |element: &Element| element.attribute("d").map_or(0, |d| d.matches(['M', 'L']).count());
    let of_set = |element: &&Element| element.attribute("stroke") == Some("#6d3bd1") && corners(element) == 7;
    assert_eq!(curves.iter().filter(of_set).count(), 4);
    // Large, and small of each arm.
    let boundary = svg(PLANE, PicturePage::Answers, None, 2);
    assert_eq!(count(&boundary, "image"), 3);
    assert!(count(&boundary, "circle") > 10, "samples lie on it");
    let topology = svg(PLANE, PicturePage::Topology, None, 6);
    assert!(["in-degree", "out-degree", "spread"].iter().all(|text| has_text(&topology, text)));
    assert!(!has_text(&topology, "?"), "nobody can point at paper");
    assert!(svg(PLANE, PicturePage::Cost, None, 2).iter().any(|element| element.text == "86"));
}

#[test]
fn the_cells_of_a_confusion_matrix_add_up_to_all_test_samples() {
    let matrix = svg(DIGITS, PicturePage::Answers, None, 2);
    let cells = matrix.iter().filter(|element| element.name == "text" && element.attribute("font-size") == Some("11"));
    let total: usize = cells.filter_map(|element| element.text.parse::<usize>().ok()).sum();
    // 1797 digits, of which 1200 train.
    assert_eq!(total, 597);
}

#[test]
fn text_says_its_width_and_has_fonts_to_fall_back_on() {
    let curves = svg(PLANE, PicturePage::Curves, None, 1);
    let root = &curves[0];
    assert!(root.attribute("font-family").is_some_and(|family| family.ends_with("sans-serif")));
    for text in curves.iter().filter(|element| element.name == "text") {
        let width: f32 = text.attribute("textLength").expect("a width").parse().expect("a number");
        let size: f32 = text.attribute("font-size").expect("a size").parse().expect("a number");
        let letters = f32::from(u8::try_from(text.text.chars().count()).expect("short"));
        assert!((0.2..1.1).contains(&(width / size / letters)), "{}: {width}", text.text);
    }
}

#[test]
fn pixels_are_four_a_point_and_agree_with_the_lines() {
    let file = picture(PLANE, PicturePage::Network, Some("dense, \"wide\""), 6, "png");
    let image = image::load_from_memory(&file).expect("a PNG").to_rgb8();
    let svg = svg(PLANE, PicturePage::Network, Some("dense, \"wide\""), 6);
    let side =
        |name: &str| svg[0].attribute(name).and_then(|side| side.strip_suffix("px")).expect("a side").parse::<u32>();
    assert_eq!(image.dimensions(), (4 * side("width").expect("points"), 4 * side("height").expect("points")));
    // 4 pixels a point, 96 points an inch of 0.0254 m: 15118.1 a metre, in both directions.
    let place = file.windows(4).position(|bytes| bytes == b"pHYs").expect("its size on paper");
    assert_eq!(file[place + 4..place + 13], [0, 0, 0x3B, 0x0E, 0, 0, 0x3B, 0x0E, 1]);
    let title = "Network of dense, \"wide\"".as_bytes();
    assert!(file.windows(title.len()).any(|bytes| bytes == title), "it says what it is");
    assert_eq!(image.get_pixel(3, 3).0, [255; 3], "white ground");
    // The frame of each named input, in the colour of the interface, where the lines have it.
    let frame = svg.iter().find(|e| e.name == "rect" && e.attribute("stroke") == Some("#0b63ce")).expect("an input");
    let number = |name: &str| frame.attribute(name).expect("a place").parse::<f32>().expect("a number");
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a pixel of the picture")]
    let at = |points: f32| (4.0 * points) as u32;
    let middle = image.get_pixel(at(number("x")), at(number("y") + 0.5 * number("height"))).0;
    assert_eq!(middle, [0x0B, 0x63, 0xCE]);
}

#[test]
fn what_cannot_be_drawn_is_refused_before_anything_is_trained_or_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let nobody: OnProgress = Arc::new(|_, _, _| {});
    let write = |name: &str, page: PicturePage, arm: Option<&str>, text: &str| {
        write_picture(
            &folder.path().join(name),
            parse_experiment(text).expect("valid"),
            page,
            arm,
            Some(0),
            false,
            &nobody,
        )
    };
    assert!(matches!(write("a.pdf", PicturePage::Curves, None, PLANE), Err(PictureError::Kind(_))));
    let fault = write("a.svg", PicturePage::Curves, Some("nobody"), PLANE).expect_err("there is no such arm");
    assert_eq!(fault.to_string(), "there is no arm “nobody”; there are SET, dense, \"wide\"");
    let dense = PLANE.replace("\"set\", density = 0.5", "\"dense\"");
    assert!(matches!(write("a.svg", PicturePage::Topology, None, &dense), Err(PictureError::Nothing)));
    assert!(matches!(write("no/such/a.svg", PicturePage::Cost, None, PLANE), Err(PictureError::File { .. })));
    assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 0);
}

#[test]
fn a_picture_comes_from_the_command_line_without_a_display() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, out) = (folder.path().join("a.toml"), folder.path().join("a.svg"));
    fs::write(&file, PLANE).expect("written");
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_regrow"));
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        let output = command.arg("picture").arg(&file).arg(&out).args(arguments).output().expect("started");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(run(&["--page", "boundary", "--epochs", "2"]), (Some(0), String::new()));
    let first = fs::read(&out).expect("written");
    assert_eq!(run(&["--page", "answers", "--epochs", "2"]), (Some(0), String::new()));
    assert_eq!(fs::read(&out).expect("written"), first, "the same picture again");
    let (status, told) = run(&["--arm", "nobody"]);
    assert_eq!(status, Some(2));
    assert!(told.contains("no arm “nobody”"), "{told}");
    assert_eq!(fs::read(&out).expect("written"), first, "what was there stays");
}

/// Saves by the menu of the panel or the canvas.
fn save(harness: &mut Harness<'_, RegrowApp>, menu: &str, entry: &str, path: &Path) {
    click(harness, menu);
    let field = harness.get_by_label("path to save to");
    field.focus();
    harness.run_steps(2);
    press(harness, Modifiers::COMMAND, Key::A);
    harness.get_by_label("path to save to").type_text(&path.display().to_string());
    harness.run_steps(2);
    click(harness, entry);
}

fn notice(harness: &Harness<'_, RegrowApp>) -> String {
    harness.state().session().notice().map(|notice| notice.text.clone()).unwrap_or_default()
}

/// The cells of a table by column.
fn table(path: &Path) -> Vec<Vec<(String, String)>> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    let headings = reader.headers().expect("a heading").clone();
    let rows = reader.records().map(|record| {
        let record = record.expect("as many cells as headings");
        headings.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
    });
    rows.collect()
}

fn cell<'a>(row: &'a [(String, String)], name: &str) -> &'a str {
    &row.iter().find(|(heading, _)| heading == name).unwrap_or_else(|| panic!("{name}")).1
}

const MENU: &str = "Save what this page shows";

#[test]
fn every_page_can_be_saved_from_the_window() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut harness = window(experiment(PLANE));
    harness.set_size(egui::vec2(1280.0, 1400.0));
    press(&mut harness, Modifiers::NONE, Key::C);
    wait_for(&mut harness, "the comparison", |app| app.session().comparison().is_some_and(|job| !job.is_running()));
    press(&mut harness, Modifiers::NONE, Key::End);
    let pages = [
        (Key::Num1, "Test accuracy"),
        (Key::Num2, "All of this page"),
        (Key::Num3, "Decision boundary"),
        (Key::Num4, "All of this page"),
        (Key::Num5, "Cost"),
        (Key::Num6, "Paired differences"),
    ];
    for (key, name) in pages {
        press(&mut harness, Modifiers::NONE, key);
        for ending in ["svg", "png"] {
            let path = folder.path().join(format!("{key:?}.{ending}"));
            save(&mut harness, MENU, &format!("{name} as a picture (SVG, PNG) …"), &path);
            assert_eq!(notice(&harness), format!("Saved as {}.", path.display()));
        }
        let svg = elements(&fs::read_to_string(folder.path().join(format!("{key:?}.svg"))).expect("written"));
        assert!(count(&svg, "text") > 1, "{key:?}");
    }
    // The bands of two arms over seeds, one polygon each in each of four figures, without seams.
    let curves = elements(&fs::read_to_string(folder.path().join("Num2.svg")).expect("written"));
    let bands = curves.iter().filter(|e| e.name == "path" && e.attribute("fill-opacity").is_some()).count();
    assert_eq!(bands, 8);
    assert!(has_text(&curves, "Lines: means over 3 seeds; bands: ± sd; thin lines: single runs."));
    let network = folder.path().join("network.svg");
    save(&mut harness, "Save a picture of the network", "Network as a picture (SVG, PNG) …", &network);
    assert!(count(&elements(&fs::read_to_string(network).expect("written")), "path") > 20);
    save(&mut harness, MENU, "Paired differences as a picture (SVG, PNG) …", &folder.path().join("a.gif"));
    assert!(notice(&harness).contains("must end in .svg or .png"));
    save(&mut harness, MENU, "Paired differences as a picture (SVG, PNG) …", &folder.path().join("no/such/a.svg"));
    assert!(notice(&harness).starts_with("Not saved: "));
}

#[test]
fn tables_hold_every_digit_of_every_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let mut harness = window(experiment(PLANE));
    harness.set_size(egui::vec2(1280.0, 1400.0));
    press(&mut harness, Modifiers::NONE, Key::End);
    press(&mut harness, Modifiers::NONE, Key::Num2);
    save(&mut harness, MENU, "All epochs of all runs as a table (CSV) …", &path("watched.csv"));
    press(&mut harness, Modifiers::NONE, Key::C);
    wait_for(&mut harness, "the comparison", |app| app.session().comparison().is_some_and(|job| !job.is_running()));
    save(&mut harness, MENU, "All epochs of all runs as a table (CSV) …", &path("seeds.csv"));
    let (watched, seeds) = (table(&path("watched.csv")), table(&path("seeds.csv")));
    // Two arms, epochs 0 to 6; and 1 to 6 from three seeds.
    assert_eq!((watched.len(), seeds.len()), (14, 36));
    let session = harness.state().session();
    for run in session.comparison().expect("a comparison").runs() {
        let name = &session.arms()[run.arm].name;
        for (epoch, point) in (1..).zip(&run.epochs) {
            let own = |row: &&Vec<(String, String)>| {
                (cell(row, "arm"), cell(row, "seed"), cell(row, "epoch"))
                    == (name.as_str(), run.seed.to_string().as_str(), i32::to_string(&epoch).as_str())
            };
            let row = seeds.iter().find(own).expect("its row");
            let number = |name: &str| cell(row, name).parse::<f64>().expect("a number");
            assert_eq!(number("test_loss").to_bits(), point.test_loss.to_bits());
            assert_eq!(number("train_accuracy").to_bits(), point.train_accuracy.to_bits());
            assert_eq!(cell(row, "connections"), point.connections.to_string());
        }
    }
    // The run that is watched is that of seed 4 of the comparison: the same numbers, time apart.
    for row in watched.iter().filter(|row| cell(row, "epoch") != "0") {
        let same = |other: &&Vec<(String, String)>| other[..3] == row[..3];
        let other = seeds.iter().find(same).expect("its row");
        assert_eq!(row[..10], other[..10]);
    }
    press(&mut harness, Modifiers::NONE, Key::Num4);
    for (name, file) in [("Topology updates", "u"), ("Survival", "s"), ("Density by layer", "l"), ("Degrees", "d")] {
        save(&mut harness, MENU, &format!("{name} as a table (CSV) …"), &path(file));
        assert_eq!(notice(&harness), format!("Saved as {}.", path(file).display()));
    }
    let sum = |file: &str, column: &str| -> usize {
        table(&path(file)).iter().map(|row| cell(row, column).parse::<usize>().expect("a whole number")).sum()
    };
    let arm = &harness.state().session().arms()[0];
    let connections = harness.state().session().connections(0);
    assert_eq!((sum("l", "connections"), sum("l", "places")), (connections, arm.total_places()));
    // Degrees of layer 1, of its 8 targets and its 4 sources.
    assert_eq!(sum("d", "neurons"), 12);
    assert!(table(&path("u")).iter().any(|row| cell(row, "update") == "1" && cell(row, "removed") != "0"));
    assert!(sum("s", "left") <= connections && sum("s", "born") > sum("s", "left"));
    press(&mut harness, Modifiers::NONE, Key::Num6);
    save(&mut harness, MENU, "Paired differences as a table (CSV) …", &path("p"));
    let differences = table(&path("p"));
    let points: Vec<f64> = differences.iter().map(|row| cell(row, "points").parse().expect("a number")).collect();
    assert_eq!(points.len(), 3);
    let mean = points.iter().sum::<f64>() / 3.0;
    assert!((cell(&differences[0], "mean").parse::<f64>().expect("a number") - mean).abs() < 1e-9);
    save(&mut harness, MENU, "Means over seeds as a table (CSV) …", &path("m"));
    assert_eq!(table(&path("m")).len(), 2);
}

#[test]
fn the_answers_of_networks_are_tables_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.csv");
    let mut harness = window(experiment(DIGITS));
    press(&mut harness, Modifiers::NONE, Key::Num3);
    save(&mut harness, MENU, "Answers as a table (CSV) …", &path);
    let rows = table(&path);
    let total: usize = rows.iter().map(|row| cell(row, "samples").parse::<usize>().expect("a count")).sum();
    assert_eq!((rows.len(), total), (100, 597));
    press(&mut harness, Modifiers::NONE, Key::Num5);
    save(&mut harness, MENU, "Cost as a table (CSV) …", &path);
    // 64·20 + 20·10 places.
    assert_eq!(cell(&table(&path)[0], "places"), "1480");
}

fn copied(harness: &mut Harness<'_, RegrowApp>) -> Option<String> {
    harness.event(Event::Copy);
    for _ in 0..3 {
        harness.step();
        for command in &harness.output().platform_output.commands {
            if let OutputCommand::CopyText(text) = command {
                return Some(text.clone());
            }
        }
    }
    None
}

fn paste(harness: &mut Harness<'_, RegrowApp>, text: &str) {
    harness.event(Event::Paste(text.to_owned()));
    settle(harness);
}

#[test]
fn an_experiment_travels_as_text() {
    let mut first = window(experiment(PLANE));
    let text = copied(&mut first).expect("the experiment");
    assert_eq!(parse_experiment(&text).expect("valid").spec(), first.state().session().draft());
    let mut second = window(Startup::default());
    let before = second.state().session().draft().clone();
    paste(&mut second, &text);
    assert_eq!(second.state().session().draft(), first.state().session().draft());
    assert_eq!(second.state().session().path(), None);
    press(&mut second, Modifiers::COMMAND, Key::Z);
    assert_eq!(*second.state().session().draft(), before);
    press(&mut second, Modifiers::COMMAND, Key::Y);
    assert_eq!(second.state().session().draft(), first.state().session().draft());
    for example in &EXAMPLES {
        let spec = example.experiment().spec().clone();
        let mut harness = window(Startup { experiment: Some(example.experiment()), ..Startup::default() });
        let text = copied(&mut harness).expect("the experiment");
        assert_eq!(*parse_experiment(&text).expect("valid").spec(), spec);
    }
}

#[test]
fn text_that_is_no_experiment_is_refused_with_its_line() {
    let mut harness = window(experiment(PLANE));
    let before = harness.state().session().draft().clone();
    for (text, reason) in [
        ("format = 1\nname = \"a\"\nnonsense = 3\n", "line 3"),
        ("Dear colleague,\nsee you tomorrow", "line 1"),
        (&*PLANE.replace("batch = 10", "batch = 0"), "line 7"),
        (&*"x".repeat(2 << 20), "too long"),
    ] {
        paste(&mut harness, text);
        assert!(notice(&harness).contains(reason), "{}", notice(&harness));
        assert_eq!(*harness.state().session().draft(), before);
    }
    assert!(!harness.state().session().can_undo());
}

#[test]
fn fields_keep_their_own_copy_and_paste() {
    let mut harness = window(experiment(PLANE));
    let before = harness.state().session().draft().clone();
    click(&mut harness, MENU);
    harness.get_by_label("path to save to").focus();
    harness.run_steps(2);
    paste(&mut harness, PLANE.replace('\n', " ").as_str());
    assert_eq!(*harness.state().session().draft(), before);
    press(&mut harness, Modifiers::COMMAND, Key::A);
    let text = copied(&mut harness).expect("what is in the field");
    assert!(text.contains("a & <b>") && !text.contains('\n'), "{text}");
}
