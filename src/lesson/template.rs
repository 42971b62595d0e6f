//! What authors begin with: `regrow lesson new`, a pack that holds as it stands, and a lesson about the experiment that is open.

use std::fs;
use std::io;
use std::path::Path;

use super::files::{MANIFEST, PackFiles};
use super::read::line_of_key;
use crate::storage::{write_experiment, write_whole};
use crate::training::ExperimentSpec;

/// The files of a new pack.
pub(super) const FILES: &[(&str, &str)] = &[
    ("pack.toml", include_str!("template/pack.toml")),
    ("01-first.md", include_str!("template/01-first.md")),
    ("experiments/first.toml", include_str!("template/first.toml")),
];

/// Writes a new pack into a folder that is not there yet, or empty.
///
/// # Errors
/// Where there is something in the folder, or it cannot be written.
pub fn new_pack(folder: &Path) -> io::Result<()> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none()) {
        fs::remove_dir(folder)?;
    }
    PackFiles::bundled(FILES).unpack(folder).map(|_| ())
}

/// A lesson about an experiment, to go on from.
const START: &str = include_str!("template/start.md");
/// Lessons of one name at most.
const MOST: usize = 1000;

/// Writes an experiment and a lesson that begins with it: into a new pack, where the folder is empty or not there yet, or as the
/// last lesson of the pack in it. The id of the lesson.
///
/// # Errors
/// Where the folder holds something else, or cannot be written.
pub fn write_lesson_start(folder: &Path, experiment: &ExperimentSpec) -> io::Result<String> {
    let manifest = folder.join(MANIFEST);
    let is_new = !manifest.is_file();
    if is_new && fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        let text = format!("this folder is no lesson pack ({MANIFEST} is missing), and not empty either");
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
    }
    fs::create_dir_all(folder.join("experiments"))?;
    let number = 1 + files_ending(folder, ".md");
    let name = slug(&experiment.name);
    let path = |id: &str| folder.join("experiments").join(format!("{id}.toml"));
    let ids = (1..MOST).map(|copy| if copy == 1 { name.clone() } else { format!("{name}-{copy}") });
    let id = ids.into_iter().find(|id| !path(id).exists());
    let id = id.ok_or_else(|| io::Error::new(io::ErrorKind::AlreadyExists, "too many lessons of this name"))?;
    let stem = format!("{number:02}-{id}");
    let text = if is_new {
        let title = toml::Value::String(experiment.name.clone());
        format!(
            "format = 1\nid = \"{id}\"\ntitle = {title}\nauthors = [\"Your name\"]\nlanguage = \"en\"\norder = [\"{stem}\"]\n"
        )
    } else {
        with_lesson(&fs::read_to_string(&manifest)?, &stem)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("{MANIFEST} has no order = […]")))?
    };
    write_experiment(&path(&id), experiment).map_err(io::Error::other)?;
    let title = toml::Value::String(experiment.name.clone()).to_string();
    let lesson = START.replace("{id}", &id).replace("{title}", &title);
    write_whole(&folder.join(format!("{stem}.md")), lesson.as_bytes())?;
    write_whole(&manifest, text.as_bytes())?;
    Ok(id)
}

fn files_ending(folder: &Path, end: &str) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().ends_with(end)).count()
}

/// A name as an id: small letters, digits and hyphens.
fn slug(name: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let letters: String = name.chars().map(letter).collect();
    let words: Vec<&str> = letters.split('-').filter(|word| !word.is_empty()).collect();
    let text: String = words.join("-").chars().take(40).collect();
    if text.is_empty() { "lesson".to_owned() } else { text.trim_end_matches('-').to_owned() }
}

/// A manifest with one more lesson at the end of its order.
fn with_lesson(manifest: &str, stem: &str) -> Option<String> {
    let line = line_of_key(manifest, "order");
    let start: usize = manifest.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let order = &manifest[start..];
    let end = order.find(']').filter(|_| order.trim_start().starts_with("order"))?;
    let before = order[..end].trim_end();
    let comma = if before.ends_with([',', '[']) { "" } else { "," };
    let space = if before.ends_with('[') { "" } else { " " };
    let (head, rest) = (&manifest[..start], &order[end..]);
    Some(format!("{head}{before}{comma}{space}\"{stem}\"{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{Pack, Plan, verify};

    #[test]
    fn a_new_pack_holds_and_nothing_is_written_over() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("mine");
        new_pack(&folder).expect("written");
        let pack = Pack::open(&folder).unwrap_or_else(|error| panic!("{error}"));
        let reports = verify(&pack, Plan { fresh: 0, first_seed: 1001, threads: 2 }, &|_| {}).expect("threads");
        assert!(!reports.is_empty());
        for report in reports {
            assert_eq!(report.faults(), Vec::<String>::new(), "{}", report.check);
        }
        assert!(new_pack(&folder).is_err(), "it is there already");
        assert!(pack.reloaded().is_none(), "nothing has changed");
        let file = folder.join("01-first.md");
        let text = fs::read_to_string(&file).expect("there");
        fs::write(&file, text.replace("How dense is dense enough?", "Another title")).expect("written");
        let title = |pack: Option<Result<Pack, _>>| Some(pack?.ok()?.lessons[0].title.clone());
        assert_eq!(title(pack.reloaded()).as_deref(), Some("Another title"));
        fs::write(&file, "no lesson").expect("written");
        assert!(pack.reloaded().is_some_and(|pack| pack.is_err()), "its author sees why");
        let empty = parent.path().join("empty");
        fs::create_dir(&empty).expect("made");
        new_pack(&empty).expect("an empty folder is as good as none");
    }

    #[test]
    fn a_lesson_about_the_open_experiment_is_read_again_without_a_fault() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("course");
        let experiment = crate::lesson::bundled_pack().lessons[0].experiment.clone();
        let ids = [1, 2, 3].map(|_| write_lesson_start(&folder, experiment.spec()).expect("written"));
        let pack = Pack::open(&folder).unwrap_or_else(|error| panic!("{error}"));
        let read: Vec<&str> = pack.lessons.iter().map(|lesson| lesson.id.as_str()).collect();
        assert_eq!(read, ids);
        assert_eq!(ids[1], format!("{}-2", ids[0]));
        for lesson in &pack.lessons {
            assert_eq!((lesson.experiment.spec(), &lesson.title), (experiment.spec(), &experiment.spec().name));
        }
        let full = parent.path().join("full");
        fs::create_dir(&full).expect("made");
        fs::write(full.join("mine.txt"), "mine").expect("written");
        assert!(write_lesson_start(&full, experiment.spec()).is_err(), "not among other things");
        assert_eq!(fs::read_dir(&full).expect("there").count(), 1);
    }

    #[test]
    fn names_become_ids() {
        assert_eq!(slug("How sparse is ε = 20?"), "how-sparse-is-20");
        assert_eq!(slug("ζζζ"), "lesson");
    }
}
