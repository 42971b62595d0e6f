//! The submissions of a class, wherever they lie in a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::lesson::submission::SUBMISSION_ENDING;

/// Folders within folders at most.
const MOST_DEPTH: usize = 8;
/// Submissions at most.
const MOST_FILES: usize = 20_000;

/// Every file below a folder whose name ends as those of submissions do, by path from there, in the order of their names.
///
/// # Errors
/// Where the folder cannot be read, or holds more than any class hands in.
pub(super) fn find_submissions(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    visit(folder, Path::new(""), 0, &mut found)?;
    found.sort();
    Ok(found)
}

fn visit(folder: &Path, inside: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder.join(inside))? {
        let entry = entry?;
        let path = inside.join(entry.file_name());
        // Links may lead anywhere, and in circles.
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < MOST_DEPTH {
            // A folder that nobody may read holds nothing for us.
            drop(visit(folder, &path, depth + 1, found));
        } else if kind.is_file() && is_submission(&path) {
            if found.len() >= MOST_FILES {
                return Err(io::Error::other(format!("more than {MOST_FILES} submissions")));
            }
            found.push(path);
        }
    }
    Ok(())
}

fn is_submission(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(SUBMISSION_ENDING))
}
