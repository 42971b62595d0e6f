//! The page as a whole.

use std::fmt::Write;

use super::answers::answers;
use super::experiment::experiment;
use super::text::{escaped, foreign, points};
use crate::lesson::{FoundLesson, Pack, SeedsOf, Submission, find_lesson, fnv1a};

/// How it looks on screen and on paper.
const STYLE: &str = "\
@page { size: A4; margin: 16mm 15mm; }
* { box-sizing: border-box; }
body { font: 15px/1.45 Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif; color: #1c222b; background: #fff;
  max-width: 800px; margin: 32px auto; padding: 0 20px; overflow-wrap: anywhere; }
h1 { font-size: 25px; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 30px 0 8px; padding-top: 10px; border-top: 1px solid #d5dae1; }
h3 { font-size: 15px; margin: 18px 0 6px; }
p { margin: 6px 0; }
.weak { color: #5a6472; font-size: 13px; }
.sum { font-size: 17px; font-weight: 600; }
table { border-collapse: collapse; width: 100%; margin: 8px 0; font-size: 13.5px; }
th, td { text-align: left; vertical-align: top; padding: 4px 10px 4px 0; border-bottom: 1px solid #e3e7ec; }
th { font-weight: 600; color: #5a6472; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.yes { color: #1b7f3b; } .no { color: #b3261e; }
pre, code { font: 12px/1.4 ui-monospace, 'DejaVu Sans Mono', Consolas, monospace; }
pre { background: #f4f6f8; padding: 10px 12px; border-radius: 6px; white-space: pre-wrap; }
.said { white-space: pre-wrap; border-left: 3px solid #d5dae1; padding-left: 12px; }
svg { width: 100%; height: auto; }
footer { margin-top: 34px; border-top: 1px solid #d5dae1; padding-top: 8px; }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 10.5pt; }
  h2, h3 { break-after: avoid; } tr, svg, .said { break-inside: avoid; }
  pre { background: none; border: 1px solid #d5dae1; }
}";

/// A submission as a page of HTML, with the texts of its lesson, which must be in one of these packs.
///
/// # Errors
/// Where it is not, in words.
pub fn page(submission: &Submission, packs: &[&Pack]) -> Result<String, String> {
    let found = find_lesson(packs, submission).ok_or_else(|| {
        let (pack, lesson) = (&submission.pack, &submission.lesson);
        format!("there is no lesson “{lesson}” in a pack “{pack}” here")
    })?;
    let title = format!("Lab report: {}", found.lesson.title);
    let mut page = String::new();
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n\
         <title>{} – {}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n",
        escaped(&title),
        escaped(&submission.student.name)
    );
    head(&mut page, submission, &found, &title);
    answers(&mut page, submission, found.lesson);
    for number in 0..submission.work.experiments.len() {
        experiment(&mut page, submission, &found, number);
    }
    if !submission.work.comment.trim().is_empty() {
        let _ = write!(
            page,
            "<section>\n<h2>What the student says</h2>\n<p class=\"said\" dir=\"auto\">{}</p>\n</section>\n",
            escaped(submission.work.comment.trim())
        );
    }
    foot(&mut page, submission);
    page.push_str("</body>\n</html>\n");
    Ok(page)
}

fn head(page: &mut String, submission: &Submission, found: &FoundLesson, title: &str) {
    let FoundLesson { pack, lesson, is_same } = found;
    let number = match submission.student.number.as_str() {
        "" => String::new(),
        number => format!(", {}", foreign(number)),
    };
    let _ = write!(
        page,
        "<header>\n<h1>{}</h1>\n<p>{}{number}</p>\n<p class=\"sum\">{} of {}, as handed in</p>\n",
        escaped(title),
        foreign(&submission.student.name),
        submission.points(),
        points(lesson.points())
    );
    let _ = writeln!(page, "<p class=\"weak\">{}: {}</p>", escaped(&pack.title), escaped(&lesson.id));
    let _ = writeln!(page, "<p>{}</p>", escaped(&lesson.objective));
    if !is_same {
        page.push_str("<p class=\"no\">The lesson has another text here than the student had; questions are shown as they are here.</p>\n");
    }
    let seeds = match submission.seeds(lesson) {
        Some(SeedsOf::Student) => "<p class=\"weak\">All runs are from the student's own seeds.</p>\n",
        Some(SeedsOf::Lesson) => {
            "<p class=\"no\">Runs are from the lesson's seeds, not all from the student's own.</p>\n"
        }
        Some(SeedsOf::Nobody) => {
            "<p class=\"no\">Runs are from other seeds than the lesson's and the student's own.</p>\n"
        }
        None => "<p class=\"weak\">There are no runs.</p>\n",
    };
    page.push_str(seeds);
    page.push_str("</header>\n");
}

fn foot(page: &mut String, submission: &Submission) {
    let machine = &submission.machine;
    let _ = write!(
        page,
        "<footer class=\"weak\">\n<p>Digest of the submission {:016x}; of the lesson {}. Computed by Regrow {} on {}, \
         arithmetic {}.</p>\n<p>This page shows what the submission says. Whether it came about so is known once \
         <code>regrow lesson grade</code> has run it again.</p>\n</footer>\n",
        fnv1a(&submission.to_bytes()),
        escaped(&submission.lesson_digest),
        escaped(&machine.program),
        escaped(&machine.platform),
        escaped(&machine.arithmetic)
    );
}
