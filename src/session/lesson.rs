//! Lessons in the window: which packs there are, which lesson is open and how far it has come. All of it without a face.

mod lab;
mod open;
mod search;
mod watch;
mod wish;

pub use lab::Lab;
pub use open::{Asked, OpenLesson};
pub use wish::LessonWish;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use self::search::{Search, packs};
use self::watch::Watch;
use super::state::Wake;
use crate::lesson::{Lesson, LessonProgress, Library, Pack, PackError, Progress};

/// The packs at hand, the progress in each, and the lesson that is open.
#[derive(Default)]
pub struct Lessons {
    library: Option<Library>,
    /// What the user opened besides, to be opened again when packs are looked for.
    opened: Vec<PathBuf>,
    progress: BTreeMap<String, Progress>,
    language: Option<String>,
    pub(super) open: Option<OpenLesson>,
    pub(super) lab: Lab,
    search: Option<Search>,
    watch: Option<Watch>,
    fault: Option<String>,
    news: u32,
    reloads: u32,
}

impl Lessons {
    /// The packs at hand, once they have been looked for.
    #[must_use]
    pub fn library(&self) -> Option<&Library> {
        self.library.as_ref()
    }

    /// The lesson that is open.
    #[must_use]
    pub fn open(&self) -> Option<&OpenLesson> {
        self.open.as_ref()
    }

    /// Who hands in lab reports, and what there is to hand in of the open lesson.
    #[must_use]
    pub fn lab(&self) -> &Lab {
        &self.lab
    }

    /// Why the files of the open pack, edited since, are not what is shown: each fault with file and line.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// Grows each time that the list of packs is to be shown.
    #[must_use]
    pub fn news(&self) -> u32 {
        self.news
    }

    /// Grows each time that the files of the open pack are taken in anew.
    #[must_use]
    pub fn reloads(&self) -> u32 {
        self.reloads
    }

    /// In which language lessons are read, where they have been translated; that of the pack if not said.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// How far somebody has come in a lesson, if it was ever opened.
    #[must_use]
    pub fn progress(&self, pack: &str, lesson: &str) -> Option<&LessonProgress> {
        self.progress.get(pack)?.lessons.get(lesson)
    }

    /// That of the lesson that is open.
    #[must_use]
    pub fn open_progress(&self) -> Option<&LessonProgress> {
        let open = self.open.as_ref()?;
        self.progress(open.pack(), &open.lesson().id)
    }

    /// The lessons of a pack in the language that was chosen.
    #[must_use]
    pub fn lessons<'a>(&self, pack: &'a Pack) -> &'a [Lesson] {
        let translated = self.language.as_ref().and_then(|language| pack.translations.get(language));
        translated.unwrap_or(&pack.lessons)
    }

    /// A lesson in the language that was chosen.
    pub(super) fn lesson(&self, pack: &str, id: &str) -> Option<&Lesson> {
        let pack = self.library.as_ref()?.pack(pack)?;
        self.lessons(pack).iter().find(|lesson| lesson.id == id)
    }

    pub(super) fn set_language(&mut self, language: Option<String>) {
        self.language = language;
        let Some(open) = &self.open else { return };
        if let Some(lesson) = self.lesson(open.pack(), &open.lesson().id).cloned()
            && let Some(open) = &mut self.open
        {
            open.replace(lesson);
        }
    }

    /// Looks for packs, and reads the progress in each. What could not be read of it, in words.
    pub(super) fn find(&mut self, user: Option<&Path>) -> Vec<String> {
        let library = packs(user, &self.opened);
        self.take_in(library, user)
    }

    /// Has packs looked for in the background, a folder or archive that the user opens among them, now and whenever they
    /// are looked for.
    pub(super) fn search(&mut self, user: Option<&Path>, asked: Option<PathBuf>, wake: &Wake) {
        if let Some(path) = &asked {
            self.remember(path);
        }
        let search = Search::start(user.map(Path::to_owned), self.opened.clone(), asked.clone(), wake);
        self.search = Some(search.unwrap_or_else(|_| Search::done(packs(user, &self.opened), asked)));
    }

    /// Whether packs are being looked for.
    #[must_use]
    pub fn is_searching(&self) -> bool {
        self.search.is_some()
    }

    /// Takes in what was found: the path that the user had asked to open, if any, and what could not be read, in words.
    pub(super) fn found(&mut self, user: Option<&Path>) -> Option<(Option<PathBuf>, Vec<String>)> {
        let library = self.search.as_ref()?.take()?;
        let asked = self.search.take().and_then(|search| search.asked);
        let problems = self.take_in(library, user);
        Some((asked, problems))
    }

    fn take_in(&mut self, library: Library, user: Option<&Path>) -> Vec<String> {
        self.lab.find(user);
        let ids: Vec<String> = library.packs.iter().map(|pack| pack.id.clone()).collect();
        self.library = Some(library);
        ids.iter().filter_map(|id| self.load(id, user)).collect()
    }

    /// Has the list of packs shown.
    pub(super) fn ask_for_list(&mut self) {
        self.news += 1;
    }

    /// Opens a pack from a folder or archive that the program has just written, now and whenever packs are looked for.
    pub(super) fn add_pack(&mut self, path: &Path, user: Option<&Path>) -> Vec<String> {
        self.remember(path);
        self.find(user)
    }

    fn remember(&mut self, path: &Path) {
        self.opened.retain(|other| other != path);
        self.opened.push(path.to_owned());
    }

    /// Why a path that the user opened is no pack, if it is none.
    pub(super) fn fault_of(&self, path: &Path) -> Option<&PackError> {
        self.library.as_ref()?.faults.iter().find(|fault| match fault {
            PackError::Unreadable { path: own, .. } => own == path,
            PackError::Faults { origin, .. } => Path::new(origin.trim_end_matches('/')) == path,
        })
    }

    fn load(&mut self, pack: &str, user: Option<&Path>) -> Option<String> {
        if self.progress.contains_key(pack) {
            return None;
        }
        let (progress, problem) = user.map_or((Progress::new(pack), None), |folder| Progress::load(folder, pack));
        self.progress.insert(pack.to_owned(), progress);
        problem
    }

    /// Changes the progress in the open lesson and writes it down.
    ///
    /// # Errors
    /// Where it cannot be written; it holds until the program ends.
    pub(super) fn note(
        &mut self,
        user: Option<&Path>,
        change: impl FnOnce(&mut LessonProgress),
    ) -> std::io::Result<()> {
        let Some(open) = &self.open else { return Ok(()) };
        let (pack, lesson) = (open.pack().to_owned(), open.lesson().id.clone());
        let progress = self.progress.entry(pack.clone()).or_insert_with(|| Progress::new(&pack));
        let before = progress.lessons.get(&lesson).cloned();
        change(progress.lesson(&lesson));
        if before.as_ref() == progress.lessons.get(&lesson) {
            return Ok(());
        }
        user.map_or(Ok(()), |folder| progress.save(folder))
    }

    /// Looks after the files of the open lesson's pack from now on, if they are in a folder.
    pub(super) fn watch(&mut self, wake: &Wake) {
        self.fault = None;
        let pack = self.open.as_ref().and_then(|open| self.library.as_ref()?.pack(open.pack()));
        // Without a thread there is no reloading, and all else works.
        self.watch = pack.and_then(|pack| Watch::start(pack.clone(), wake).ok().flatten());
    }

    /// Takes in what has become of edited files; the open lesson as it was before, if it has changed.
    pub(super) fn reload(&mut self) -> Option<Lesson> {
        let news = self.watch.as_ref()?.take()?;
        let pack = match news {
            Err(fault) => {
                self.fault = fault;
                return None;
            }
            Ok(pack) => *pack,
        };
        self.fault = None;
        let open = self.open.as_ref()?;
        let (id, lesson_id) = (open.pack().to_owned(), open.lesson().id.clone());
        if pack.id != id {
            self.fault = Some(format!("pack.toml: the id of the pack is “{}” now. Open it anew.", pack.id));
            return None;
        }
        let packs = &mut self.library.as_mut()?.packs;
        if let Some(own) = packs.iter_mut().find(|own| own.id == id) {
            *own = pack;
            self.reloads += 1;
        }
        let Some(lesson) = self.lesson(&id, &lesson_id).cloned() else {
            self.fault = Some(format!("There is no lesson “{lesson_id}” in the pack any more."));
            return None;
        };
        self.lab.follow(&lesson);
        self.open.as_mut().map(|open| open.replace(lesson))
    }

    pub(super) fn stop_watching(&mut self) {
        (self.watch, self.fault) = (None, None);
    }
}
