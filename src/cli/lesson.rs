//! `regrow lesson`: does a pack of lessons hold, and a pack to begin with.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::arguments::{LessonArguments, LessonCheckArguments, LessonCommand};
use super::error::{CommandError, output_error, print};
use super::lesson_grade::{grade, report};
use super::progress::progress_bar;
use super::settings::threads;
use crate::lesson::{
    CheckReport, Judgement, Pack, PackError, PackFiles, Plan, Verdict, bundled_pack, new_pack, out_of_reach, stages,
    verify,
};

/// Checks a pack or begins one.
///
/// # Errors
/// Where a pack has faults or does not hold, or a new one cannot be written.
pub fn lesson(arguments: &LessonArguments) -> Result<(), CommandError> {
    match &arguments.command {
        LessonCommand::Check(arguments) => check(arguments),
        LessonCommand::Grade(arguments) => grade(arguments),
        LessonCommand::Report(arguments) => report(arguments),
        LessonCommand::New(arguments) => {
            let folder = &arguments.folder;
            new_pack(folder).map_err(|source| output_error(folder, source))?;
            let folder = folder.display();
            print(&format!("{folder} holds a pack with one lesson. Does it hold? regrow lesson check {folder}"))
        }
    }
}

fn check(arguments: &LessonCheckArguments) -> Result<(), CommandError> {
    let opened = arguments.path.as_deref().map(Opened::new).transpose()?;
    let pack = match &opened {
        Some(opened) => &opened.pack,
        None => bundled_pack(),
    };
    let faults = out_of_reach(pack);
    if !faults.is_empty() {
        return Err(PackError::Faults { origin: pack.files.prefix(), faults }.into());
    }
    let fresh = if arguments.fast { 0 } else { usize::from(arguments.seeds) };
    let plan = Plan { fresh, first_seed: arguments.first_seed, threads: threads(arguments.threads) };
    let bar = progress_bar(stages(pack, plan) as u64);
    let reports = verify(pack, plan, &|stage| {
        bar.set_message(stage.to_owned());
        bar.inc(1);
    })?;
    bar.finish_and_clear();
    let report = Report::new(pack, &reports);
    let json = || {
        serde_json::to_string_pretty(&report)
            .map_err(|error| output_error(Path::new("standard output"), std::io::Error::other(error)))
    };
    print(&if arguments.json { json()? } else { table(pack, &reports) })?;
    let told = |report: &CheckReport| {
        let place = format!("{}{}:{}: check “{}”", pack.files.prefix(), report.file, report.line, report.check);
        report.faults().into_iter().map(move |fault| format!("{place}: {fault}")).collect::<Vec<_>>()
    };
    let faults: Vec<String> = reports.iter().flat_map(told).collect();
    if faults.is_empty() { Ok(()) } else { Err(CommandError::Lesson(faults.join("\n"))) }
}

/// A pack that is open, and the folder into which its archive was unpacked, which goes with it.
pub(super) struct Opened {
    pub pack: Pack,
    unpacked: Option<PathBuf>,
}

impl Opened {
    pub fn new(path: &Path) -> Result<Self, CommandError> {
        let files = PackFiles::open(path)?;
        if files.folder.is_some() || !files.has_data() {
            return Ok(Self { pack: Pack::read(files)?, unpacked: None });
        }
        let folder =
            std::env::temp_dir().join(format!("regrow-lesson-{}-{:08x}", std::process::id(), files.checksum()));
        let files = files.unpack(&folder).map_err(|source| output_error(&folder, source))?;
        let pack = Pack::read(files).inspect_err(|_| remove(&folder))?;
        Ok(Self { pack, unpacked: Some(folder) })
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        if let Some(folder) = &self.unpacked {
            remove(folder);
        }
    }
}

fn remove(folder: &Path) {
    // What stays in the folder of temporary files does no harm.
    drop(fs::remove_dir_all(folder));
}

/// What came of a pack, for programs.
#[derive(Serialize)]
struct Report<'a> {
    pack: &'a str,
    lessons: usize,
    holds: bool,
    checks: Vec<CheckRow<'a>>,
}

#[derive(Serialize)]
struct CheckRow<'a> {
    lesson: &'a str,
    file: &'a str,
    line: usize,
    check: &'a str,
    points: u32,
    holds: bool,
    faults: Vec<String>,
    start: JudgementRow<'a>,
    solution: JudgementRow<'a>,
    fresh: Option<FreshRow>,
}

#[derive(Serialize)]
struct JudgementRow<'a> {
    verdict: &'static str,
    points: u32,
    values: Vec<Option<&'a str>>,
}

#[derive(Serialize)]
struct FreshRow {
    judgements: usize,
    start_failed: usize,
    solution_passed: usize,
}

impl<'a> Report<'a> {
    fn new(pack: &'a Pack, reports: &'a [CheckReport]) -> Self {
        let row = |report: &'a CheckReport| {
            let faults = report.faults();
            CheckRow {
                lesson: &report.lesson,
                file: &report.file,
                line: report.line,
                check: &report.check,
                points: report.points,
                holds: faults.is_empty(),
                faults,
                start: judgement_row(&report.start),
                solution: judgement_row(&report.solution),
                fresh: report.fresh.map(|fresh| FreshRow {
                    judgements: fresh.count,
                    start_failed: fresh.start_failed,
                    solution_passed: fresh.solution_passed,
                }),
            }
        };
        let checks: Vec<CheckRow> = reports.iter().map(row).collect();
        Self { pack: &pack.id, lessons: pack.lessons.len(), holds: checks.iter().all(|check| check.holds), checks }
    }
}

fn judgement_row(judgement: &Judgement) -> JudgementRow<'_> {
    let values = judgement.rules.iter().map(|rule| rule.value.as_deref()).collect();
    JudgementRow { verdict: word(judgement.verdict), points: judgement.points, values }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "passes",
        Verdict::Fail => "fails",
        Verdict::NotYet => "not yet",
    }
}

/// What came of a pack, for people.
fn table(pack: &Pack, reports: &[CheckReport]) -> String {
    let mut rows = vec![["lesson", "check", "points", "start", "solution", "holds"].map(str::to_owned).to_vec()];
    for report in reports {
        let cell = |judgement: &Judgement, fresh: Option<(usize, usize)>| {
            // What fails says why it does; of what holds, the last value is the one that a check is about.
            let failing = judgement.rules.iter().find(|rule| rule.verdict == Verdict::Fail);
            let rules = failing.into_iter().chain(judgement.rules.iter().rev());
            let value = rules.into_iter().find_map(|rule| rule.value.as_deref());
            let value = value.map(|value| format!(" ({value})")).unwrap_or_default();
            let fresh = fresh.map(|(right, all)| format!(", {right} of {all}")).unwrap_or_default();
            format!("{}{value}{fresh}", word(judgement.verdict))
        };
        let fresh = |right: fn(&crate::lesson::FreshJudgements) -> usize| {
            report.fresh.as_ref().map(|fresh| (right(fresh), fresh.count))
        };
        rows.push(vec![
            report.lesson.clone(),
            report.check.clone(),
            report.points.to_string(),
            cell(&report.start, fresh(|fresh| fresh.start_failed)),
            cell(&report.solution, fresh(|fresh| fresh.solution_passed)),
            if report.faults().is_empty() { "yes" } else { "no" }.to_owned(),
        ]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let mut text = format!("{}: {} lessons\n\n", pack.title, pack.lessons.len());
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}")).collect();
        writeln!(text, "{}", cells.join("  ").trim_end()).unwrap_or_default();
    }
    text.trim_end().to_owned()
}
