//! What a cell of a table holds.

use crate::data::{FileFault, MAX_VALUE};

/// How tables say that a value is missing, in lower case.
const MISSING: [&[u8]; 6] = [b"", b"?", b"na", b"n/a", b"nan", b"null"];

/// Whether a cell, without the spaces around it, says that its value is missing.
pub(in crate::data) fn is_missing(cell: &[u8]) -> bool {
    cell.len() <= 4 && MISSING.iter().any(|mark| mark.eq_ignore_ascii_case(cell))
}

/// Whether a cell holds a number, finite or not.
pub(in crate::data) fn is_number(cell: &[u8]) -> bool {
    parse(cell.trim_ascii()).is_some()
}

/// The number in a cell, if it is one that a feature may be.
pub(super) fn feature(cell: &[u8]) -> Option<f32> {
    parse(cell).filter(|value| value.abs() <= MAX_VALUE)
}

/// A number, finite or not.
fn parse(cell: &[u8]) -> Option<f32> {
    // Most cells of images in tables are such.
    if (1..=3).contains(&cell.len()) && cell.iter().all(u8::is_ascii_digit) {
        return Some(f32::from(cell.iter().fold(0_u16, |number, digit| 10 * number + u16::from(digit - b'0'))));
    }
    str::from_utf8(cell).ok()?.parse().ok()
}

/// The fault of a cell that is no number, or no name.
pub(super) fn cell_fault(row: u64, column: String, cell: &[u8]) -> FileFault {
    const MOST_SHOWN: usize = 40;
    match str::from_utf8(cell) {
        Err(_) => FileFault::NotText { row },
        Ok("") => FileFault::EmptyCell { row, column },
        Ok(text) => FileFault::Cell { row, column, text: text.chars().take(MOST_SHOWN).collect() },
    }
}
