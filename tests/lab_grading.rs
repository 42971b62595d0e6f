//! A class of submissions, judged by the program: forged files are found out, broken ones stop nobody, and a stop loses nothing.

mod labs;
mod lesson_rooms;
mod windows;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use labs::forgeries::cases;
use labs::{ClassFolder, forged, own, rows, submission, submission_of};
use lesson_rooms::{LESSON, Place};
use regrow::lesson::{RunEvidence, Student, Submission};
use serde_json::Value;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn whatever_is_forged_is_found_out_and_nothing_stops_the_class() {
    let (place, class) = (Place::new(), ClassFolder::new());
    let honest = own(&place, "Ada");
    class.put("honest.regrowlab", &honest.to_bytes());
    for (name, change, ..) in &cases() {
        class.put(&format!("forged/{name}.regrowlab"), &forged(&honest, change));
    }
    let run = class.grade(&place, &[]);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
    let rows = class.rows();
    assert_eq!(rows.len(), cases().len() + 1);
    let honest = &rows["honest.regrowlab"];
    assert_eq!((honest["state"].as_str(), honest["points_again"].as_str()), ("confirmed", "6"), "{honest:?}");
    for (name, _, state, told) in cases() {
        let row = &rows[&format!("forged/{name}.regrowlab")];
        assert_eq!(row["state"], state, "{name}: {row:?}");
        assert!(row["first_difference"].contains(told), "{name}: {row:?}");
        assert!(row["same_as"].matches("same runs as").count() <= 5, "{row:?}");
        let is_judged =
            ["confirmed", "close", "tampered", "differs"].contains(&state) && !row["points_again"].is_empty();
        assert!(!is_judged || row["points_again"].parse::<u32>().expect("a number") <= 6, "{name}: {row:?}");
    }
    assert!(text(&run.stderr).contains("forged/accuracy.regrowlab: tampered: arm SET, seed"), "{}", text(&run.stderr));
}

#[test]
fn a_careless_edit_is_found_by_the_checksum() {
    let (place, class) = (Place::new(), ClassFolder::new());
    let bytes = text(&own(&place, "Ada").to_bytes());
    for (name, from, to) in
        [("points", "\"a\":3", "\"a\":9"), ("name", "\"Ada\"", "\"Bob\""), ("answer", "84480.0", "84481.0")]
    {
        assert!(bytes.contains(from), "{bytes}");
        class.put(&format!("{name}.regrowlab"), bytes.replacen(from, to, 1).as_bytes());
    }
    class.put("cut.regrowlab", &bytes.as_bytes()[..bytes.len() / 2]);
    class.put("empty.regrowlab", b"");
    class.put("picture.regrowlab", b"\x89PNG\r\n\x1a\n\0\0");
    class.put("notes.txt", b"no submission");
    let run = class.grade(&place, &[]);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
    let rows = class.rows();
    assert_eq!(rows.len(), 6);
    assert!(rows.values().all(|row| row["state"] == "damaged" && row["points_again"].is_empty()), "{rows:?}");
    assert!(rows["points.regrowlab"]["first_difference"].contains("its checksum is that of another text"));
}

#[test]
fn who_hands_in_what_another_one_ran_is_told_and_own_seeds_are_the_names() {
    let (place, class) = (Place::new(), ClassFolder::new());
    let ada = own(&place, "Ada");
    class.put("a/ada.regrowlab", &ada.to_bytes());
    class.put("b/bob.regrowlab", &forged(&ada, |json| json["student"]["name"] = "Bob".into()));
    class.put("c/again.regrowlab", &ada.to_bytes());
    class.put("d/usual.regrowlab", &submission(&place, &Student::new("Cy", ""), &[1, 2, 3], |_| {}).to_bytes());
    class.put("e/lucky.regrowlab", &submission(&place, &Student::new("Di", ""), &[8, 9], |_| {}).to_bytes());
    let run = class.grade(&place, &[]);
    assert_eq!(run.status.code(), Some(0), "all came again: {}", text(&run.stderr));
    let rows = class.rows();
    let cells = |file: &str| {
        let row = &rows[file];
        (row["own_seeds"].clone(), row["seeds"].clone(), row["same_as"].clone())
    };
    let wanted = |own: &str, seeds: &str, same: &str| (own.to_owned(), seeds.to_owned(), same.to_owned());
    let of_ada = "same runs as b/bob.regrowlab; same file as c/again.regrowlab";
    assert_eq!(cells("a/ada.regrowlab"), wanted("yes", "own", of_ada));
    assert_eq!(
        cells("b/bob.regrowlab"),
        wanted("no", "other", "same runs as a/ada.regrowlab; same runs as c/again.regrowlab")
    );
    assert_eq!(cells("d/usual.regrowlab"), wanted("no", "lesson", ""));
    assert_eq!(cells("e/lucky.regrowlab"), wanted("no", "other", ""), "fewer seeds, and chosen ones");
    assert!(
        text(&run.stdout).starts_with("5 submissions: 5 confirmed\n3 not from the student's own seeds\n3 share"),
        "{}",
        text(&run.stdout)
    );
}

#[test]
fn runs_that_came_from_a_file_are_not_handed_in_and_are_run_all_the_same() {
    let (place, class) = (Place::new(), ClassFolder::new());
    let student = Student::new("Eve", "");
    let without = |run: &mut RunEvidence| run.epochs.iter_mut().for_each(|point| point.digest = None);
    let honest = submission_of(&place, &student, &student.seeds(3), |_| {}, without);
    assert!(honest.work.experiments[0].runs.is_empty() && honest.points() == 6);
    class.put("honest.regrowlab", &honest.to_bytes());
    // Somebody's run file said more than its runs come to.
    let better = |run: &mut RunEvidence| {
        without(run);
        run.epochs.iter_mut().for_each(|point| point.connections = 30);
    };
    let doctored = submission_of(&place, &student, &student.seeds(3), |spec| spec.sparsity.density = Some(0.5), better);
    assert_eq!(doctored.points(), 6, "the window believed it");
    class.put("doctored.regrowlab", &doctored.to_bytes());
    assert_eq!(class.grade(&place, &[]).status.code(), Some(1));
    let rows = class.rows();
    let row = &rows["honest.regrowlab"];
    assert_eq!((row["state"].as_str(), row["own_seeds"].as_str()), ("confirmed", "yes"), "{row:?}");
    let row = &rows["doctored.regrowlab"];
    assert_eq!((row["state"].as_str(), row["points_again"].as_str()), ("tampered", "4"), "{row:?}");
    assert_eq!(row["first_difference"], "exercise a: the file says 3 points, the re-run 1");
}

#[test]
fn names_are_no_formulas_in_the_table_and_stay_what_they_are_in_json() {
    let (place, class) = (Place::new(), ClassFolder::new());
    let names = ["=HYPERLINK(\"http://evil\",\"A\")", "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "Ø, \"quoted\""];
    let plain = own(&place, "x");
    for (index, name) in names.iter().enumerate() {
        class.put(
            &format!("{index}.regrowlab"),
            &forged(&plain, |json| {
                json["student"]["name"] = (*name).into();
                json["work"]["comment"] = "=1+1\nsecond line".into();
            }),
        );
    }
    let run = class.grade(&place, &["--json"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let rows = class.rows();
    for (index, name) in names.iter().enumerate() {
        let row = &rows[&format!("{index}.regrowlab")];
        assert!(row.values().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{row:?}");
        assert!(row["student"].ends_with(name) && row["comment"] == "'=1+1\nsecond line", "{row:?}");
    }
    let json: Vec<Value> = serde_json::from_slice(&run.stdout).expect("JSON");
    assert_eq!(json.iter().map(|grade| grade["student"].as_str().expect("a name")).collect::<Vec<_>>(), names);
}

#[test]
fn another_text_of_the_lesson_is_told_and_points_are_by_the_one_that_is_here() {
    let (place, class) = (Place::new(), ClassFolder::new());
    class.put("a.regrowlab", &own(&place, "Ada").to_bytes());
    place.write("01-tiny.md", &LESSON.replace("answer=84480", "answer=5").replace("Who wins?", "Who will win?"));
    let run = class.grade(&place, &[]);
    assert_eq!(run.status.code(), Some(1));
    let row = &class.rows()["a.regrowlab"];
    assert_eq!(
        (row["state"].as_str(), row["points_handed_in"].as_str(), row["points_again"].as_str()),
        ("other lesson version", "6", "4")
    );
}

#[test]
fn a_translation_is_the_same_lesson() {
    let (place, class) = (Place::new(), ClassFolder::new());
    let german = LESSON.replace("Who wins?", "Wer gewinnt?");
    place.write("01-tiny.de.md", &german);
    place.write("02-other.de.md", lesson_rooms::OTHER);
    place.write("pack.toml", &format!("{}translations = [\"de\"]\n", lesson_rooms::MANIFEST));
    let pack = regrow::lesson::Pack::open(place.pack.path()).expect("a pack");
    let lesson = pack.lesson("tiny", "de").expect("translated");
    let english = own(&place, "Ada");
    let digest = regrow::lesson::lesson_digest(&pack.files, lesson);
    assert_ne!(digest, english.lesson_digest);
    class.put("a.regrowlab", &forged(&english, |json| json["lesson_digest"] = digest.clone().into()));
    assert_eq!(class.grade(&place, &[]).status.code(), Some(0));
    assert_eq!(class.rows()["a.regrowlab"]["state"], "confirmed");
}

/// A class whose runs each take a moment.
fn many(place: &Place, students: usize) -> ClassFolder {
    place.write("experiments/tiny.toml", &lesson_rooms::EXPERIMENT.replace("epochs = 4", "epochs = 40"));
    place.write("01-tiny.md", &LESSON.replace("epochs == 4", "epochs == 40"));
    let class = ClassFolder::new();
    for student in 0..students {
        class.put(&format!("{student}/lab.regrowlab"), &own(place, &format!("Student {student}")).to_bytes());
    }
    class
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_run = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "json");
    entries.filter(is_run).filter_map(|path| Some((path.clone(), fs::read(path).ok()?))).collect()
}

#[test]
fn threads_change_nothing_but_seconds_and_a_second_time_nothing_is_run() {
    let place = Place::new();
    let class = many(&place, 16);
    let tables = [1, 4].map(|threads| {
        let out = class.path().join(format!("with-{threads}.csv"));
        let run = class.grade(&place, &["--threads", &threads.to_string(), "--out", &out.to_string_lossy()]);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
        rows(&out)
    });
    assert_eq!(tables[0], tables[1]);
    assert!(tables[0].values().all(|row| row["state"] == "confirmed" && row["own_seeds"] == "yes"));
    let before =
        (files(&class.path().join("with-1-runs")), fs::read(class.path().join("with-1.csv")).expect("a table"));
    assert_eq!(before.0.len(), 16 * 6);
    let out = class.path().join("with-1.csv");
    let run = class.grade(&place, &["--out", &out.to_string_lossy()]);
    assert!(text(&run.stderr).contains("96 of 96 runs are there already"), "{}", text(&run.stderr));
    let after = (files(&class.path().join("with-1-runs")), fs::read(class.path().join("with-1.csv")).expect("a table"));
    assert!(before == after, "seconds included");
}

#[test]
fn a_class_that_is_killed_at_any_moment_loses_and_repeats_no_run_and_a_changed_file_is_judged_anew() {
    let place = Place::new();
    let class = many(&place, 28);
    let runs = class.path().join("class-runs");
    let mut kept: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
    for moment in 0_u32..14 {
        let mut program = class.command(&place, &["--threads", "2"]);
        let mut program = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        if moment < 4 {
            std::thread::sleep(Duration::from_millis(5) * moment);
        } else {
            let (start, wanted) = (Instant::now(), kept.len() + 2);
            while files(&runs).len() < wanted && program.try_wait().expect("a program").is_none() {
                assert!(start.elapsed() < Duration::from_mins(1), "it goes on");
                std::thread::sleep(Duration::from_micros(200));
            }
            std::thread::sleep(Duration::from_micros(137) * moment);
        }
        program.kill().expect("killed");
        program.wait().expect("it ends");
        let now = files(&runs);
        for (path, bytes) in &kept {
            assert_eq!(now.get(path), Some(bytes), "{} was kept before", path.display());
        }
        kept = now;
    }
    assert!((10..28 * 6).contains(&kept.len()), "{} of 168 runs: the moments lie within", kept.len());
    assert!(!class.table().exists(), "there is no table of a part of the class");
    // Somebody hands in once more meanwhile, and one run was damaged.
    let student = Student::new("Student 0", "1");
    let better = submission(&place, &student, &student.seeds(3), |spec| spec.optimizer.learning_rate = Some(0.05));
    class.put("0/lab.regrowlab", &better.to_bytes());
    let (damaged, bytes) = kept.pop_first().expect("a run");
    fs::write(&damaged, &bytes[..bytes.len() / 2]).expect("written");
    let last = class.grade(&place, &[]);
    assert_eq!(last.status.code(), Some(0), "{}", text(&last.stderr));
    let all = files(&runs);
    assert!(kept.iter().all(|(path, bytes)| all[path] == *bytes), "no run is repeated");
    assert!(
        fs::read_dir(&runs)
            .expect("a folder")
            .flatten()
            .all(|entry| !entry.path().to_string_lossy().ends_with(".part"))
    );
    let whole = class.path().join("whole.csv");
    assert_eq!(class.grade(&place, &["--out", &whole.to_string_lossy()]).status.code(), Some(0));
    assert_eq!(class.rows(), rows(&whole));
}

#[test]
fn arguments_that_cannot_be_are_told_with_exit_status_2() {
    let (place, class) = (Place::new(), ClassFolder::new());
    let run = class.grade(&place, &[]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("there is no submission (.regrowlab) in this folder"), "{}", text(&run.stderr));
    fs::remove_dir_all(class.path()).expect("removed");
    let run = class.grade(&place, &[]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("this is no folder"), "{}", text(&run.stderr));
}

#[test]
fn a_report_is_written_from_the_command_line() {
    let (place, class) = (Place::new(), ClassFolder::new());
    let submission: Submission = own(&place, "Ada <script>");
    class.put("a.regrowlab", &submission.to_bytes());
    let command = |arguments: &[&str]| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_regrow"));
        program.args(["lesson", "report"]).arg(class.path().join("a.regrowlab")).args(arguments);
        program.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output().expect("the program starts")
    };
    let page = class.path().join("a.html").to_string_lossy().into_owned();
    let run = command(&["--out", &page]);
    assert_eq!(run.status.code(), Some(2), "its pack is not known");
    assert!(text(&run.stderr).contains("no lesson “tiny” in a pack “tiny-pack” here"), "{}", text(&run.stderr));
    let run = command(&["--pack", &place.pack.path().to_string_lossy(), "--out", &page]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let text = fs::read_to_string(&page).expect("written");
    assert!(text.contains("Ada &lt;script&gt;") && text.contains("<svg"));
}
