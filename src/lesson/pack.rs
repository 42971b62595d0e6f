//! A pack: lessons in their order, with translations beside them.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::content::{Lesson, Part};
use super::directive::check_id;
use super::fault::{Fault, Faults, PackError};
use super::files::{MANIFEST, PackFiles};
use super::link::{Link, links};
use super::read::{LESSON_FORMAT, line_of, line_of_key, read_lesson};
use super::suggest::suggestion;
use super::translation::compare_translation;

/// Most lessons of a pack.
const MOST_LESSONS: usize = 200;

/// Lessons that belong together.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Its name among packs.
    pub id: String,
    /// In plain text.
    pub title: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// The language that it was written in, such as `en`.
    pub language: String,
    /// In their order.
    pub lessons: Vec<Lesson>,
    /// By language, all lessons in their order.
    pub translations: BTreeMap<String, Vec<Lesson>>,
    /// All files, pictures and data among them.
    pub files: PackFiles,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    format: u32,
    id: String,
    title: String,
    authors: Vec<String>,
    language: String,
    order: Vec<String>,
    #[serde(default)]
    translations: Vec<String>,
}

impl Pack {
    /// Opens a folder, or a zip archive without data files.
    ///
    /// # Errors
    /// Where it cannot be read; or all its faults, each with file and line.
    pub fn open(path: &Path) -> Result<Self, PackError> {
        Self::read(PackFiles::open(path)?)
    }

    /// Reads a pack from its files.
    ///
    /// # Errors
    /// All its faults, each with file and line.
    pub fn read(files: PackFiles) -> Result<Self, PackError> {
        let mut faults = Vec::new();
        let pack = read(&files, &mut faults);
        faults.sort();
        faults.dedup();
        match pack.filter(|_| faults.is_empty()) {
            Some(pack) => Ok(Self { files, ..pack }),
            None => Err(PackError::Faults { origin: files.prefix(), faults }),
        }
    }

    /// The pack anew, or why there is none any more, where files of its folder have changed since it was read.
    #[must_use]
    pub fn reloaded(&self) -> Option<Result<Self, PackError>> {
        let folder = self.files.folder.as_ref()?;
        match PackFiles::open(folder) {
            Ok(files) if files.checksum() == self.files.checksum() => None,
            Ok(files) => Some(Self::read(files)),
            Err(error) => Some(Err(error)),
        }
    }

    /// A lesson by its id, in this language where it has been translated.
    #[must_use]
    pub fn lesson(&self, id: &str, language: &str) -> Option<&Lesson> {
        let translated = self.translations.get(language).unwrap_or(&self.lessons);
        translated.iter().find(|lesson| lesson.id == id)
    }
}

fn read(files: &PackFiles, faults: &mut Vec<Fault>) -> Option<Pack> {
    let (manifest, text) = manifest(files, faults)?;
    let order_line = line_of_key(text, "order");
    check_files(&manifest, files, (order_line, line_of_key(text, "translations")), faults);
    let mut lessons = |suffix: &str| -> Vec<(Lesson, bool)> {
        let names = manifest.order.iter().map(|stem| format!("{stem}{suffix}.md"));
        let there: Vec<String> = names.filter(|name| files.contains(name)).collect();
        there.iter().filter_map(|name| read_lesson(name, files, faults)).collect()
    };
    let originals = lessons("");
    let translate = |language: &String| (language.clone(), lessons(&format!(".{language}")));
    let translations: BTreeMap<String, Vec<(Lesson, bool)>> = manifest.translations.iter().map(translate).collect();
    let is_whole = manifest.order.len() == originals.len();
    let known: Vec<&str> = originals.iter().map(|(lesson, _)| lesson.id.as_str()).collect();
    check_ids(&originals, files, faults);
    for (lesson, _) in originals.iter().chain(translations.values().flatten()) {
        check_links(lesson, is_whole.then_some(&known), files, faults);
    }
    for (language, translated) in &translations {
        for (lesson, _) in translated.iter().filter(|(_, is_whole)| *is_whole) {
            let stem = lesson.file.strip_suffix(&format!(".{language}.md")).unwrap_or(&lesson.file);
            let is_of = |original: &Lesson| original.file.strip_suffix(".md") == Some(stem);
            if let Some((original, _)) = originals.iter().find(|(original, is_whole)| *is_whole && is_of(original)) {
                compare_translation(original, lesson, &mut Faults::of(&lesson.file, faults));
            }
        }
    }
    let all = |lessons: Vec<(Lesson, bool)>| lessons.into_iter().map(|(lesson, _)| lesson).collect();
    let Manifest { id, title, authors, language, .. } = manifest;
    let translations = translations.into_iter().map(|(language, lessons)| (language, all(lessons))).collect();
    Some(Pack { id, title, authors, language, lessons: all(originals), translations, files: PackFiles::bundled(&[]) })
}

/// Reads `pack.toml`.
fn manifest<'a>(files: &'a PackFiles, faults: &mut Vec<Fault>) -> Option<(Manifest, &'a str)> {
    let text = files.text(MANIFEST).map_err(|(line, text)| faults.push(Fault::new(MANIFEST, line, text))).ok()?;
    let mut faults = Faults::of(MANIFEST, faults);
    let manifest: Manifest = match toml::from_str(text) {
        Ok(manifest) => manifest,
        Err(error) => {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            faults.add(line, error.message().trim().replace('\n', ", "));
            return None;
        }
    };
    let line = |key| line_of_key(text, key);
    if manifest.format == 0 {
        faults.add(line("format"), format!("There is no format 0. Write format = {LESSON_FORMAT}."));
    } else if manifest.format > LESSON_FORMAT {
        let newer = manifest.format;
        faults.add(
            line("format"),
            format!("Format {newer} is newer than this program, which reads up to {LESSON_FORMAT}. Update Regrow to open it."),
        );
    }
    faults.take(line("id"), check_id(&manifest.id));
    if manifest.title.trim().is_empty() {
        faults.add(line("title"), "title is empty.");
    }
    if manifest.authors.is_empty() || manifest.authors.iter().any(|author| author.trim().is_empty()) {
        faults.add(line("authors"), "authors names nobody. Write authors = [\"Your name\"].");
    }
    for (key, language) in std::iter::once(("language", &manifest.language))
        .chain(manifest.translations.iter().map(|language| ("translations", language)))
    {
        let is_code = (2..=3).contains(&language.len()) && language.chars().all(|letter| letter.is_ascii_lowercase());
        if !is_code {
            faults.add(line(key), format!("“{language}” is no language. Write two small letters, such as en or de."));
        }
    }
    if manifest.order.is_empty() || manifest.order.len() > MOST_LESSONS {
        let count = manifest.order.len();
        faults.add(line("order"), format!("order names {count} lessons. Name from 1 to {MOST_LESSONS}, without .md."));
    }
    Some((manifest, text))
}

fn is_markdown(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "md")
}

/// Every lesson that is named is there, once, and every one that is there is named.
fn check_files(manifest: &Manifest, files: &PackFiles, (order, translations): (usize, usize), faults: &mut Vec<Fault>) {
    let lessons: Vec<&str> = files.names().filter(|name| !name.contains('/') && is_markdown(name)).collect();
    let stems = || lessons.iter().filter_map(|name| name.strip_suffix(".md"));
    for (index, stem) in manifest.order.iter().enumerate() {
        if manifest.order[..index].contains(stem) {
            faults.push(Fault::new(MANIFEST, order, format!("order names {stem} twice.")));
        } else if !lessons.contains(&format!("{stem}.md").as_str()) {
            let text = format!("order names {stem}, and there is no {stem}.md. {}", suggestion(stem, stems()));
            faults.push(Fault::new(MANIFEST, order, text));
        }
        for language in &manifest.translations {
            let name = format!("{stem}.{language}.md");
            if !lessons.contains(&name.as_str()) {
                let text = format!("The translation {name} is missing.");
                faults.push(Fault::new(MANIFEST, translations, text));
            }
        }
    }
    for name in lessons.iter().filter(|name| **name != "README.md") {
        let stem = name.strip_suffix(".md").unwrap_or(name);
        let (original, language) = stem.rsplit_once('.').unwrap_or((stem, ""));
        let is_named = |stem: &str| manifest.order.iter().any(|other| other == stem);
        let is_known =
            is_named(stem) || is_named(original) && manifest.translations.iter().any(|other| other == language);
        if !is_known {
            let wanted = if is_named(original) {
                format!("Name its language in {MANIFEST}: translations = [\"{language}\"].")
            } else {
                format!("Name it in the order of {MANIFEST}, or take it out.")
            };
            faults.push(Fault::new(name, 1, format!("{MANIFEST} does not know this lesson. {wanted}")));
        }
    }
}

/// Ids are there once, and every lesson that another one needs comes before it.
fn check_ids(lessons: &[(Lesson, bool)], files: &PackFiles, faults: &mut Vec<Fault>) {
    for (index, (lesson, _)) in lessons.iter().enumerate() {
        let line = |key: &str| files.text(&lesson.file).map_or(1, |text| line_of_key(text, key));
        let mut own = Faults::of(&lesson.file, faults);
        if lessons[..index].iter().any(|(other, _)| other.id == lesson.id) {
            own.add(line("id"), format!("There is another lesson with the id “{}”. Give each its own.", lesson.id));
        }
        for need in &lesson.needs {
            if !lessons[..index].iter().any(|(other, _)| other.id == *need) {
                let before = suggestion(need, lessons[..index].iter().map(|(other, _)| other.id.as_str()));
                own.add(line("needs"), format!("No lesson with the id “{need}” comes before this one. {before}"));
            }
        }
    }
}

/// No link is dead, and every command is known. Other lessons are looked for where all ids are known.
fn check_links(lesson: &Lesson, known: Option<&Vec<&str>>, files: &PackFiles, faults: &mut Vec<Fault>) {
    let mut faults = Faults::of(&lesson.file, faults);
    for (line, text) in texts(lesson) {
        for (line, target) in links(text, line) {
            let link = faults.take(line, target).and_then(|target| faults.take(line, Link::parse(&target)));
            match (link, known) {
                (Some(Link::Lesson(id)), Some(known)) if !known.contains(&id.as_str()) => {
                    let wanted = suggestion(&id, known.iter().copied());
                    faults
                        .add(line, format!("This link leads to no lesson: there is none with the id “{id}”. {wanted}"));
                }
                (Some(Link::File(name)), _) if !files.contains(&name) => {
                    faults.add(line, format!("This link is dead: there is no file {name} in the pack."));
                }
                _ => {}
            }
        }
    }
}

/// All Markdown of a lesson with its lines.
fn texts(lesson: &Lesson) -> impl Iterator<Item = (usize, &str)> {
    let parts = lesson.steps.iter().flat_map(|step| &step.parts).filter_map(|part| match part {
        Part::Text(text) | Part::Hint(text) | Part::After(text) => Some(text),
        Part::Predict(prediction) => Some(&prediction.question),
        Part::Quiz(quiz) => Some(&quiz.question),
        Part::Notes(notes) => Some(&notes.text),
        Part::Check(_) | Part::Solution(_) => None,
    });
    lesson.intro.iter().chain(parts).map(|text| (text.line, text.markdown.as_str()))
}
