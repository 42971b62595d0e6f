//! `regrow lesson grade` and `regrow lesson report`: what students hand in, judged and as a page.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::arguments::{LessonGradeArguments, LessonReportArguments};
use super::error::{CommandError, output_error, print};
use super::lesson::Opened;
use super::progress::progress_bar;
use super::settings::threads;
use crate::lesson::{Class, Grade, GradeState, Pack, Submission, bundled_pack, grades_to_csv};
use crate::report;
use crate::storage::write_whole;

/// Names that are told of one kind at most.
const MOST_TOLD: usize = 20;

/// Judges all submissions of a folder, with a progress bar on standard error, and writes a table.
///
/// # Errors
/// On bad input, where files cannot be written, and where a submission did not come again.
pub(super) fn grade(arguments: &LessonGradeArguments) -> Result<(), CommandError> {
    let folder = &arguments.folder;
    if !folder.is_dir() {
        return Err(CommandError::Argument(format!("{}: this is no folder", folder.display())));
    }
    let opened = open_packs(&arguments.pack)?;
    let out = arguments.out.clone().unwrap_or_else(|| folder.join("class.csv"));
    let class = Class::open(folder, &packs(&opened), &runs_folder(&out))?;
    if class.submissions() == 0 {
        return Err(CommandError::Argument(format!(
            "{}: there is no submission (.regrowlab) in this folder",
            folder.display()
        )));
    }
    let bar = progress_bar(class.epochs_left());
    let (there, all) = class.runs();
    if there > 0 {
        bar.suspend(|| eprintln!("note: {there} of {all} runs are there already"));
    }
    let grades = class.finish(threads(arguments.threads), &AtomicBool::new(false), &|arm, seed| {
        bar.set_message(format!("{arm}, seed {seed}"));
        bar.inc(1);
    })?;
    bar.finish_and_clear();
    let Some(grades) = grades else {
        return Err(CommandError::Unfinished("it was stopped; give the same command again to go on".to_owned()));
    };
    // With the mark by which spreadsheets know the encoding.
    let table = format!("\u{feff}{}", grades_to_csv(&grades));
    write_whole(&out, table.as_bytes()).map_err(|source| output_error(&out, source))?;
    let json = || {
        serde_json::to_string_pretty(&grades)
            .map_err(|error| output_error(Path::new("standard output"), std::io::Error::other(error)))
    };
    print(&if arguments.json { json()? } else { summary(&grades, &out) })?;
    let told: Vec<String> = grades.iter().filter(|grade| !grade.state.is_fine()).map(line).collect();
    match told.len() {
        0 => Ok(()),
        more if more > MOST_TOLD => {
            let told = told[..MOST_TOLD].join("\n");
            Err(CommandError::Lesson(format!("{told}\nand {} more: see {}", more - MOST_TOLD, out.display())))
        }
        _ => Err(CommandError::Lesson(told.join("\n"))),
    }
}

/// Writes a submission as a page.
///
/// # Errors
/// Where it is none, its lesson is not known, or the page cannot be written.
pub(super) fn report(arguments: &LessonReportArguments) -> Result<(), CommandError> {
    let opened = open_packs(&arguments.pack)?;
    let submission = Submission::load(&arguments.file)?;
    let page = report::page(&submission, &packs(&opened)).map_err(|problem| {
        CommandError::Argument(format!("{}: {problem}. Name its pack: --pack PACK", arguments.file.display()))
    })?;
    write_whole(&arguments.out, page.as_bytes()).map_err(|source| output_error(&arguments.out, source))?;
    print(&format!("Written to {}. It shows what the file says; nothing was run again.", arguments.out.display()))
}

fn open_packs(paths: &[PathBuf]) -> Result<Vec<Opened>, CommandError> {
    paths.iter().map(|path| Opened::new(path)).collect()
}

/// Those that were named, then the bundled course.
fn packs(opened: &[Opened]) -> Vec<&Pack> {
    opened.iter().map(|opened| &opened.pack).chain([bundled_pack()]).collect()
}

/// The folder of the runs, beside the table.
fn runs_folder(out: &Path) -> PathBuf {
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!("{stem}-runs"))
}

/// How many submissions came to what.
fn summary(grades: &[Grade], out: &Path) -> String {
    let mut counts: Vec<(GradeState, usize)> = Vec::new();
    for grade in grades {
        match counts.iter_mut().find(|(state, _)| *state == grade.state) {
            Some((_, count)) => *count += 1,
            None => counts.push((grade.state, 1)),
        }
    }
    let counts: Vec<String> = counts.iter().map(|(state, count)| format!("{count} {}", state.word())).collect();
    let foreign = grades.iter().filter(|grade| grade.own_seeds == Some(false)).count();
    let same = grades.iter().filter(|grade| !grade.same_as.is_empty()).count();
    let what = if grades.len() == 1 { "submission" } else { "submissions" };
    let mut lines = vec![format!("{} {what}: {}", grades.len(), counts.join(", "))];
    if foreign > 0 {
        lines.push(format!("{foreign} not from the student's own seeds"));
    }
    if same > 0 {
        lines.push(format!("{same} share contents, runs or a comment with another one"));
    }
    lines.push(out.display().to_string());
    lines.join("\n")
}

fn line(grade: &Grade) -> String {
    let why = grade.difference.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
    format!("{}: {}{why}", grade.file, grade.state.word())
}
