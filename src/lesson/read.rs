//! A lesson, from the text of its file.

use serde::Deserialize;

use super::check::Context;
use super::content::{Lesson, Solution, Text};
use super::directive::check_id;
use super::document::{Block, Directive, Outline, Section, outline};
use super::experiment::{experiment, overlaid};
use super::fault::{Fault, Faults};
use super::files::PackFiles;
use super::steps::Reader;
use crate::training::ValidExperiment;

/// The version of the format that this program reads.
pub const LESSON_FORMAT: u32 = 1;
/// How often a check may judge otherwise than it should, by seed, where a lesson does not say.
const DEFAULT_FLIPS: f64 = 0.05;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: u32,
    id: String,
    title: String,
    objective: String,
    minutes: u32,
    #[serde(default)]
    needs: Vec<String>,
    experiment: String,
    #[serde(default)]
    flips: Option<f64>,
}

/// Reads a lesson of a pack, and says whether it is whole: with faults in it, so that the rest can be looked at too. Nothing, and
/// at least one fault more, where head or experiment cannot be read.
pub(super) fn read_lesson(name: &str, files: &PackFiles, list: &mut Vec<Fault>) -> Option<(Lesson, bool)> {
    let before = list.len();
    let text = files.text(name).map_err(|(line, text)| list.push(Fault::new(name, line, text))).ok()?;
    let outline = outline(text, &mut Faults::of(name, list));
    let head = read_head(&outline, &mut Faults::of(name, list));
    let experiment = head.as_ref().and_then(|head| {
        let line = line_of_key(&outline.head, "experiment");
        experiment(&head.experiment, files, (name, line), list)
    });
    let mut faults = Faults::of(name, list);
    let solutions = solutions(&outline, experiment.as_ref(), &mut faults);
    let context = context(&outline, experiment.as_ref(), &solutions, &mut faults);
    let intro = intro(&outline, &mut faults);
    if outline.sections.is_empty() {
        faults.add(1, "The lesson has no step. Begin each with a heading: ## Predict.");
    }
    let mut solutions = solutions.into_iter();
    let mut reader = Reader::new(&context, experiment.as_ref(), faults);
    let steps = outline.sections.iter().map(|section| reader.step(section, &mut solutions)).collect();
    check_titles(&outline.sections, reader.faults());
    let (head, experiment) = (head?, experiment?);
    let lesson = Lesson {
        file: name.to_owned(),
        id: head.id,
        title: head.title,
        objective: head.objective,
        minutes: head.minutes,
        needs: head.needs,
        flips: head.flips.unwrap_or(DEFAULT_FLIPS),
        experiment_file: head.experiment,
        experiment,
        intro,
        steps,
    };
    Some((lesson, list.len() == before))
}

fn read_head(outline: &Outline, faults: &mut Faults) -> Option<Head> {
    if outline.head.is_empty() {
        return None;
    }
    let text = &outline.head;
    let head: Head = match toml::from_str(text) {
        Ok(head) => head,
        Err(error) => {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            faults.add(line.max(1), error.message().trim().replace('\n', ", "));
            return None;
        }
    };
    let line = |key: &str| line_of_key(text, key);
    match head.format {
        LESSON_FORMAT => {}
        0 => faults.add(line("format"), format!("There is no format 0. Write format = {LESSON_FORMAT}.")),
        newer => faults.add(
            line("format"),
            format!("Format {newer} is newer than this program, which reads up to {LESSON_FORMAT}. Update Regrow to open it."),
        ),
    }
    faults.take(line("id"), check_id(&head.id));
    for (key, text) in [("title", &head.title), ("objective", &head.objective)] {
        if text.trim().is_empty() {
            faults.add(line(key), format!("{key} is empty."));
        }
    }
    if !(1..=600).contains(&head.minutes) {
        faults.add(line("minutes"), "minutes is a whole number from 1 to 600.");
    }
    if head.flips.is_some_and(|flips| !(0.0..=0.5).contains(&flips)) {
        faults.add(line("flips"), "flips is a share from 0 to 0.5.");
    }
    Some(head)
}

/// The line of a key of the head; the first where it is not to be found.
pub(super) fn line_of_key(head: &str, key: &str) -> usize {
    let is_key =
        |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    1 + head.lines().position(is_key).unwrap_or(0)
}

pub(super) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}

fn directives(outline: &Outline) -> impl Iterator<Item = &Directive> {
    let blocks = outline.sections.iter().flat_map(|section| &section.blocks);
    blocks.filter_map(|block| if let Block::Directive(directive) = block { Some(directive) } else { None })
}

/// All solutions of the lesson, in order; none in the place of one with faults.
fn solutions(outline: &Outline, base: Option<&ValidExperiment>, faults: &mut Faults) -> Vec<Option<Solution>> {
    let solution = |directive: &Directive| {
        let toml = directive.body.trim_end().to_owned();
        let line = directive.line + 1;
        let experiment = overlaid(base?, &toml, line, faults)?;
        Some(Solution { line, toml, experiment: Box::new(experiment) })
    };
    directives(outline).filter(|directive| is_solution(directive)).map(solution).collect()
}

pub(super) fn is_solution(directive: &Directive) -> bool {
    directive.word == "solution" && !directive.body.trim().is_empty()
}

/// What checks can name, with the faults of names that are there twice.
fn context(
    outline: &Outline,
    experiment: Option<&ValidExperiment>,
    solutions: &[Option<Solution>],
    faults: &mut Faults,
) -> Context {
    let mut context = Context::default();
    for directive in directives(outline) {
        let (is_check, is_question) =
            (directive.word == "check", ["predict", "quiz"].contains(&directive.word.as_str()));
        let Some(id) = directive.attribute("id").filter(|_| is_check || is_question).map(str::to_owned) else {
            continue;
        };
        if context.answers.contains(&id) || context.checks.contains(&id) {
            faults.add(directive.line, format!("The id “{id}” is there twice. Give each question and check its own."));
        }
        if is_check { context.checks.push(id) } else { context.answers.push(id) }
    }
    let solved = solutions.iter().flatten().map(|solution| solution.experiment.as_ref());
    let arms = experiment.into_iter().chain(solved).flat_map(ValidExperiment::arms);
    context.layers = arms.clone().map(|arm| arm.connections.len()).max().unwrap_or(0);
    // Where one of them could not be read, an arm may be missing here that is there.
    let is_whole = experiment.is_some() && solutions.iter().all(Option::is_some);
    context.arms = is_whole.then(|| arms.map(|arm| arm.name.clone()).collect());
    context
}

fn intro(outline: &Outline, faults: &mut Faults) -> Vec<Text> {
    let mut texts = Vec::new();
    for block in &outline.intro {
        match block {
            Block::Text { line, text } => texts.push(Text { line: *line, markdown: text.clone() }),
            Block::Directive(directive) => faults.add(
                directive.line,
                format!("This {} stands before the first step. Move it below a heading with ##.", directive.word),
            ),
        }
    }
    texts
}

fn check_titles(sections: &[Section], faults: &mut Faults) {
    for (index, section) in sections.iter().enumerate() {
        if sections[..index].iter().any(|other| other.title == section.title && !section.title.is_empty()) {
            faults
                .add(section.line, format!("There is another step “{}”. Give each a title of its own.", section.title));
        }
    }
}
