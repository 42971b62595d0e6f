//! Lab reports as pages, read by a parser of XML: whatever a student writes, they are well-formed, run nothing, fetch nothing, and
//! say what the file says.

mod labs;
mod lesson_rooms;
mod windows;

use labs::{own, submission};
use lesson_rooms::Place;
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use regrow::lesson::{Pack, Student, Submission};
use regrow::report;

/// Elements of a page, by name with their attributes, and its text.
#[derive(Default)]
struct Page {
    elements: Vec<(String, Vec<(String, String)>)>,
    text: String,
}

/// Reads a page; every element must be closed, and every reference known.
fn read(page: &str) -> Page {
    let body = page.strip_prefix("<!DOCTYPE html>\n").expect("HTML");
    let mut reader = Reader::from_str(body);
    reader.config_mut().check_end_names = true;
    let (mut found, mut depth) = (Page::default(), 0_usize);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error}:\n{page}"));
        match &event {
            Event::Eof => break,
            Event::Start(start) | Event::Empty(start) => {
                depth += usize::from(matches!(event, Event::Start(_)));
                let attribute = |attribute: Result<quick_xml::events::attributes::Attribute, _>| {
                    let attribute = attribute.expect("an attribute");
                    (text(attribute.key.as_ref()), text(&attribute.value))
                };
                found.elements.push((text(start.name().as_ref()), start.attributes().map(attribute).collect()));
            }
            Event::End(_) => depth -= 1,
            Event::Text(own) => found.text.push_str(&own.decode().expect("text")),
            Event::GeneralRef(reference) => {
                let name = text(reference);
                let known = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("#39", '\'')];
                found.text.push(known.iter().find(|(own, _)| *own == name).expect(&name).1);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(depth, 0, "all is closed");
    found
}

fn page(place: &Place, submission: &Submission) -> String {
    let pack = Pack::open(place.pack.path()).expect("a pack");
    report::page(submission, &[&pack]).expect("its lesson is there")
}

/// Nothing runs, nothing is fetched.
fn assert_harmless(page: &Page) {
    const KNOWN: [&str; 36] = [
        "html", "head", "meta", "title", "style", "body", "header", "footer", "section", "h1", "h2", "h3", "p", "bdi",
        "span", "table", "tr", "th", "td", "ul", "li", "pre", "code", "svg", "rect", "path", "line", "text", "tspan",
        "g", "circle", "strong", "em", "br", "hr", "div",
    ];
    for (name, attributes) in &page.elements {
        assert!(KNOWN.contains(&name.as_str()), "<{name}>");
        for (key, value) in attributes {
            assert!(!key.starts_with("on") && key != "src" && key != "href", "{name} {key}={value}");
            assert!(key == "xmlns" || !value.contains("://"), "{name} {key}={value}");
        }
    }
    assert!(!page.text.contains("@import") && !page.text.contains("url("));
}

#[test]
fn a_page_says_what_the_file_says() {
    let place = Place::new();
    let student = Student::new("Zoë <b>Öz</b> & \"Co\"", "'=1'");
    let mut submission = submission(&place, &student, &student.seeds(3), |spec| {
        spec.arms[0].optimizer.momentum = Some(0.5);
    });
    submission.work.comment = "</p><script>alert(1)</script>\n<!-- ]]> \u{202e}gnp.exe\u{0}".to_owned();
    let text = page(&place, &submission);
    assert!(!text.contains("<script"), "{text}");
    let page = read(&text);
    assert_harmless(&page);
    for wanted in [
        "Lab report: A tiny lesson",
        "Zoë <b>Öz</b> & \"Co\"",
        "'=1'",
        "You can press buttons.",
        "6 of 7 points, as handed in",
        "Who wins?",
        "predicted: SET",
        "84480",
        "1 hint",
        "mean(experiment.connections) >= 22",
        "“dense” optimizer.momentum",
        "sparsity.density",
        "All runs are from the student's own seeds.",
        "</p><script>alert(1)</script>",
        "density = 0.7",
        "Regrow 0.1.0",
    ] {
        assert!(page.text.contains(wanted), "{wanted}: {}", page.text);
    }
    for seed in student.seeds(3) {
        assert!(page.text.contains(&seed.to_string()));
    }
}

#[test]
fn figures_of_the_table_are_those_of_the_runs() {
    let place = Place::new();
    let submission = own(&place, "Ada");
    let text = page(&place, &submission);
    for arm in ["SET", "dense"] {
        let runs = submission.work.experiments[0].runs.iter().filter(|run| run.arm == arm);
        let last: Vec<f64> = runs.map(|run| 100.0 * run.epochs.last().expect("epochs").results.test_accuracy).collect();
        let mean = last.iter().sum::<f64>() / 3.0;
        let sd = (last.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 2.0).sqrt();
        let row = format!(
            "<tr><td>{arm}</td><td class=\"number\">3</td><td class=\"number\">{mean:.1}</td><td class=\"number\">{sd:.1}</td>"
        );
        assert!(text.contains(&row), "{row}\n{text}");
        assert!(text.contains(&format!("{arm} ({mean:.1} % in the end)")), "{text}");
    }
    // 70 % of 2·12 + 12·1 places, in whole connections by layer: 17 + 8 of the Erdős–Rényi share; dense has all 36.
    assert!(text.contains("<td class=\"number\">36</td>"), "{text}");
}

#[test]
fn curves_are_where_the_figures_are() {
    let place = Place::new();
    let submission = own(&place, "Ada");
    let text = page(&place, &submission);
    let page = read(&text);
    // The ticks say which height is how many percent.
    let attribute = |attributes: &[(String, String)], key: &str| -> Option<String> {
        attributes.iter().find(|(own, _)| own == key).map(|(_, value)| value.clone())
    };
    let ticks: Vec<(f64, f64)> = text
        .lines()
        .filter(|line| line.starts_with("<text") && line.contains("text-anchor=\"end\"") && !line.contains("epoch"))
        .map(|line| {
            let y = line.split("y=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("y");
            let value = line.split('>').nth(1).and_then(|rest| rest.split('<').next()).expect("a number");
            (y.parse::<f64>().expect("a number") - 4.0, value.parse().expect("a number"))
        })
        .collect();
    assert!(ticks.len() >= 2, "{text}");
    let (first, last) = (ticks[0], ticks[ticks.len() - 1]);
    let percent = |y: f64| first.1 + (y - first.0) / (last.0 - first.0) * (last.1 - first.1);
    let curves: Vec<String> = page
        .elements
        .iter()
        .filter(|(name, attributes)| name == "path" && attribute(attributes, "fill").as_deref() == Some("none"))
        .filter_map(|(_, attributes)| attribute(attributes, "d"))
        .collect();
    assert_eq!(curves.len(), 2);
    for (arm, curve) in ["SET", "dense"].into_iter().zip(curves) {
        let heights: Vec<f64> = curve
            .trim_start_matches('M')
            .split(" L")
            .map(|point| percent(point.split_once(',').expect("x,y").1.parse().expect("a number")))
            .collect();
        assert_eq!(heights.len(), 4);
        for (epoch, height) in heights.iter().enumerate() {
            let runs = submission.work.experiments[0].runs.iter().filter(|run| run.arm == arm);
            let mean = runs.map(|run| 100.0 * run.epochs[epoch].results.test_accuracy).sum::<f64>() / 3.0;
            assert!((mean - height).abs() < 0.3, "{arm}, epoch {}: {mean} at {height}", epoch + 1);
        }
    }
}

#[test]
fn a_page_of_nothing_or_of_something_broken_is_a_page() {
    let place = Place::new();
    let mut submission = own(&place, "Ada");
    submission.work.experiments[0].toml = "]]><x>&".to_owned();
    assert_harmless(&read(&page(&place, &submission)));
    let mut submission = own(&place, "Ada");
    submission.work.experiments[0].runs[0].epochs.clear();
    submission.work.experiments[0].runs[1].arm = "<i>".to_owned();
    submission.work.experiments[0].runs[2].diverged = Some((2, 0.1));
    assert_harmless(&read(&page(&place, &submission)));
    submission.work = regrow::lesson::LessonWork::default();
    submission.progress = regrow::lesson::LessonProgress::default();
    let page = read(&page(&place, &submission));
    assert!(page.text.contains("0 of 7 points") && page.text.contains("There are no runs."), "{}", page.text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Any letters at all, those of mark-up more often.
    #[test]
    fn whatever_is_typed_is_text(name in "([<>&\"'\\]\\-!/=]|\\PC|[\u{0}-\u{1f}\u{80}-\u{9f}\u{202e}\u{fffe}]){0,60}", comment in "([<>&\"'/]|\\PC|\n|\u{0}){0,80}") {
        static PLACE: std::sync::OnceLock<(Place, Submission)> = std::sync::OnceLock::new();
        let (place, plain) = PLACE.get_or_init(|| {
            let place = Place::new();
            let submission = own(&place, "Ada");
            (place, submission)
        });
        let mut submission = plain.clone();
        submission.student.name.clone_from(&name);
        submission.student.number.clone_from(&name);
        submission.work.comment = comment;
        submission.machine.platform.clone_from(&name);
        submission.work.experiments[0].runs[0].arm = name;
        assert_harmless(&read(&page(place, &submission)));
    }
}
