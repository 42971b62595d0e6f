//! How far somebody has come in a pack: a plain file in the user's data folder.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::check::Judgement;
use super::evidence::Event;
use super::question::Answer;
use crate::storage::write_whole;

/// The version of the file.
const FORMAT: u32 = 1;
/// Files put aside at most.
const MOST_ASIDE: usize = 1_000;

/// How far somebody has come in a pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    format: u32,
    /// Id of the pack.
    pub pack: String,
    /// By id of the lesson.
    #[serde(default)]
    pub lessons: BTreeMap<String, LessonProgress>,
}

/// How far somebody has come in a lesson.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LessonProgress {
    /// The step that is open, from 0.
    pub step: usize,
    /// Points by id of check or quiz.
    pub points: BTreeMap<String, u32>,
    /// Hints that have been looked at, by id of check or quiz.
    pub hints: BTreeMap<String, usize>,
    /// Steps whose solution has been looked at, from 0.
    pub solutions: Vec<usize>,
    /// Quizzes whose answer has been looked at: they earn nothing any more.
    pub given_up: Vec<String>,
    /// By id of the question: the last answer, of a prediction the first.
    pub answers: BTreeMap<String, Answer>,
    /// What was done, each once, in its order.
    pub events: Vec<Event>,
}

impl Progress {
    /// None yet.
    #[must_use]
    pub fn new(pack: &str) -> Self {
        Self { format: FORMAT, pack: pack.to_owned(), lessons: BTreeMap::new() }
    }

    /// Reads the progress in a pack. What cannot be read is put aside, never written over, and the second value says where.
    #[must_use]
    pub fn load(folder: &Path, pack: &str) -> (Self, Option<String>) {
        let path = path(folder, pack);
        let problem = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return (Self::new(pack), None),
            Err(error) => error.to_string(),
            Ok(text) => match toml::from_str::<Self>(&text) {
                Ok(progress) if progress.format <= FORMAT && progress.pack == pack => return (progress, None),
                Ok(progress) if progress.pack != pack => format!("it belongs to the pack {}", progress.pack),
                Ok(progress) => format!("format {} is newer than this program", progress.format),
                Err(error) => error.message().trim().replace('\n', ", "),
            },
        };
        let aside = (1..=MOST_ASIDE)
            .map(|number| path.with_extension(format!("aside-{number}.toml")))
            .find(|aside| !aside.exists());
        let place = aside.filter(|aside| fs::rename(&path, aside).is_ok()).unwrap_or(path);
        let text = format!("the progress in “{pack}” could not be read, and stays in {}: {problem}", place.display());
        (Self::new(pack), Some(text))
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn save(&self, folder: &Path) -> io::Result<()> {
        let path = path(folder, &self.pack);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        let text = toml::to_string(self).map_err(io::Error::other)?;
        write_whole(&path, text.as_bytes())
    }

    /// That of a lesson, begun if it was not.
    pub fn lesson(&mut self, id: &str) -> &mut LessonProgress {
        self.lessons.entry(id.to_owned()).or_default()
    }
}

fn path(folder: &Path, pack: &str) -> PathBuf {
    folder.join("progress").join(format!("{pack}.toml"))
}

impl LessonProgress {
    /// Keeps the first answer to a prediction: what was thought before is not to be mended after.
    pub fn predict(&mut self, id: &str, answer: Answer) {
        self.answers.entry(id.to_owned()).or_insert(answer);
        self.happened(Event::Answered(id.to_owned()));
    }

    /// Keeps the last answer to a quiz, and the points that it earned, which never fall.
    pub fn answer(&mut self, id: &str, answer: Answer, points: u32) {
        self.answers.insert(id.to_owned(), answer);
        self.earn(id, if self.given_up.iter().any(|other| other == id) { 0 } else { points });
        self.happened(Event::Answered(id.to_owned()));
    }

    /// Notes that the answer to a quiz was looked at.
    pub fn give_up(&mut self, id: &str) {
        if !self.given_up.iter().any(|other| other == id) {
            self.given_up.push(id.to_owned());
        }
    }

    /// Points of all its checks and quizzes.
    #[must_use]
    pub fn earned(&self) -> u32 {
        self.points.values().sum()
    }

    /// Keeps what became of a check; points never fall.
    pub fn judged(&mut self, id: &str, judgement: &Judgement) {
        self.earn(id, judgement.points);
        if judgement.verdict == super::check::Verdict::Pass {
            self.happened(Event::Passed(id.to_owned()));
        }
    }

    /// Notes that something was done, the first time that it is.
    pub fn happened(&mut self, event: Event) {
        if !self.events.contains(&event) {
            self.events.push(event);
        }
    }

    fn earn(&mut self, id: &str, points: u32) {
        let earned = self.points.entry(id.to_owned()).or_default();
        *earned = points.max(*earned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_outlasts_the_program() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut progress, problem) = Progress::load(folder.path(), "pack");
        assert_eq!((progress.clone(), problem), (Progress::new("pack"), None));
        let lesson = progress.lesson("set-live");
        lesson.predict("p1", Answer::Choice(1));
        lesson.predict("p1", Answer::Choice(0));
        lesson.happened(Event::Ran);
        lesson.answer("q1", Answer::Number(0.25), 2);
        lesson.answer("q1", Answer::Connection { is_next_cut: None }, 0);
        lesson.hints.insert("a".into(), 2);
        lesson.give_up("q2");
        lesson.answer("q2", Answer::Number(1.0), 3);
        progress.save(folder.path()).expect("saved");
        let (read, problem) = Progress::load(folder.path(), "pack");
        assert_eq!((&read, problem), (&progress, None));
        let lesson = &read.lessons["set-live"];
        assert_eq!(lesson.answers["p1"], Answer::Choice(1), "the first prediction stays");
        assert_eq!(lesson.points["q1"], 2, "points never fall");
        assert_eq!((lesson.points["q2"], lesson.earned()), (0, 2), "what was given up earns nothing");
        let answered = |id: &str| Event::Answered(id.to_owned());
        assert_eq!(lesson.events, [answered("p1"), Event::Ran, answered("q1"), answered("q2")]);
    }

    #[test]
    fn what_cannot_be_read_is_put_aside() {
        let folder = tempfile::tempdir().expect("a folder");
        for (number, text) in
            ["half a", "format = 2\npack = \"pack\"\n", "format = 1\npack = \"other\"\n"].iter().enumerate()
        {
            let path = path(folder.path(), "pack");
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(&path, text).expect("written");
            let (progress, problem) = Progress::load(folder.path(), "pack");
            assert_eq!(progress, Progress::new("pack"));
            let aside = path.with_extension(format!("aside-{}.toml", number + 1));
            assert_eq!(fs::read_to_string(&aside).expect("put aside"), *text);
            assert!(problem.expect("said").contains("aside"));
        }
    }
}
