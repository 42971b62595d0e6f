//! Tables in CSV: one row a sample, one column the target, other columns features.

mod builder;
mod cell;
mod classes;
mod estimate;
mod layout;

use std::io::{Cursor, Read};
use std::ops::Range;
use std::sync::Arc;

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde::{Deserialize, Serialize};

use self::builder::Builder;
pub(super) use self::cell::{is_missing, is_number};
pub(super) use self::classes::Classes;
use self::estimate::Estimate;
use self::layout::Layout;
use super::file::{DataFile, Gauge, Text};
use super::{FileFault, Missing};

/// How much is looked at to tell what separates columns, in bytes.
const FIRST_LOOK: u64 = 1 << 16;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected the name of a column, or its number from 1")]
pub enum Column {
    /// Its number, from 1.
    Number(usize),
    /// What the header row calls it.
    Name(String),
}

/// What sets the columns of a table apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Delimiter {
    /// `,`
    #[serde(rename = ",")]
    Comma,
    /// `;`
    #[serde(rename = ";")]
    Semicolon,
    /// A tab.
    #[serde(rename = "tab", alias = "\t")]
    Tab,
}

impl Delimiter {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    /// What to call it in front of a person.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
        }
    }

    fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    /// Whichever a line has most of. Commas count last: they may belong to numbers.
    fn of_line(line: &[u8]) -> Self {
        let mut counts = [(Self::Tab, 0), (Self::Semicolon, 0), (Self::Comma, 0)];
        let mut quoted = false;
        for byte in line {
            quoted ^= *byte == b'"';
            if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| !quoted && delimiter.byte() == *byte) {
                *count += 1;
            }
        }
        let [tab, semicolon, comma] = counts;
        let most = [semicolon, comma].into_iter().fold(tab, |best, other| if other.1 > best.1 { other } else { best });
        if most.1 == 0 { Self::Comma } else { most.0 }
    }
}

/// How a table is to be understood.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct TableOptions {
    /// The column of classes; the last one if not said.
    pub target: Option<Column>,
    /// The columns of features, in any order; all others but the target if not said.
    pub features: Option<Vec<Column>>,
    /// Those of them that hold names instead of numbers.
    pub categories: Vec<Column>,
    /// Whether the first row names the columns; if not said, it does where a feature of it is no number.
    pub header: Option<bool>,
    /// What sets columns apart; if not said, whichever the first line has most of.
    pub delimiter: Option<Delimiter>,
    pub missing: Missing,
    /// At most so many rows are kept, drawn at random.
    pub subsample: Option<usize>,
    /// The names that each column of categories may hold, where another table decides that.
    pub known: Option<Arc<Vec<Classes>>>,
}

/// A table whose cells have been read.
#[derive(Debug)]
pub(super) struct Table {
    pub features: usize,
    /// Rows of features; what is missing is NaN.
    pub values: Arc<Vec<f32>>,
    /// The class of each row, a place in `classes`.
    pub labels: Arc<Vec<u32>>,
    pub classes: Classes,
    /// Number and name of the column of classes.
    pub target: String,
    /// The columns from left to right, if they have names.
    pub names: Option<Vec<String>>,
    /// What to call each feature, if columns have names.
    pub feature_names: Option<Arc<[String]>>,
    /// The row of the file in which each class first appears, from 1.
    pub first_rows: Vec<u64>,
    /// The names in each column of categories.
    pub categories: Arc<Vec<Classes>>,
    /// The features that each of these columns became, one for each name.
    pub groups: Arc<[Range<usize>]>,
    /// Whether a feature of some row is missing.
    pub has_missing: bool,
}

/// Reads a table.
pub(super) fn read_table(file: DataFile, options: &TableOptions) -> Result<Table, FileFault> {
    let (mut rows, _) = Rows::new(file, options.delimiter)?;
    if !rows.advance()? {
        return Err(FileFault::NoRows);
    }
    let layout = Layout::of(&rows.record, options)?;
    let mut builder = Builder::new(layout, options);
    let mut estimate = Estimate::default();
    if builder.layout.names.is_none() {
        builder.add(&rows.record, rows.row)?;
    }
    while rows.advance()? {
        builder.add(&rows.record, rows.row)?;
        if let Some(share) = estimate.share_read(&rows) {
            builder.make_room(share)?;
        }
    }
    builder.finish()
}

/// The rows of a file, one after the other.
pub(super) struct Rows {
    reader: Reader<Box<dyn Read>>,
    pub record: ByteRecord,
    /// Where the record begins: the line of the file, from 1.
    pub row: u64,
    gauge: Gauge,
    /// Whether the file is packed by gzip.
    pub is_packed: bool,
}

impl Rows {
    /// The rows of a file, and what sets its columns apart.
    pub(super) fn new(file: DataFile, delimiter: Option<Delimiter>) -> Result<(Self, Delimiter), FileFault> {
        let (gauge, is_packed) = (file.gauge(), file.is_packed());
        let mut text = Text::new(file);
        let mut start = Vec::new();
        text.by_ref().take(FIRST_LOOK).read_to_end(&mut start)?;
        let first_line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let delimiter = delimiter.unwrap_or_else(|| Delimiter::of_line(first_line));
        let text: Box<dyn Read> = Box::new(Cursor::new(start).chain(text));
        let mut builder = ReaderBuilder::new();
        let reader = builder.has_headers(false).flexible(true).delimiter(delimiter.byte()).from_reader(text);
        Ok((Self { reader, record: ByteRecord::new(), row: 0, gauge, is_packed }, delimiter))
    }

    /// Bytes of text up to the end of the row.
    pub(super) fn position(&self) -> u64 {
        self.reader.position().byte()
    }

    /// Takes the next row; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, FileFault> {
        let is_row = self.reader.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => FileFault::from(error),
            other => FileFault::Unreadable(format!("{other:?}")),
        })?;
        // Counted from the end: a record's own position is before the empty lines that were skipped.
        let lines = self.record.as_slice().split(|&byte| byte == b'\n').count() as u64;
        self.row = self.reader.position().line().saturating_sub(lines);
        Ok(is_row)
    }
}

#[cfg(test)]
mod tests;
