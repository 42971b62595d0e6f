//! A first look at a table, before anything of it is taken over.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::file::DataFile;
use super::table::{Column, Delimiter, Rows, is_missing, is_number};
use super::{DataSource, DataSpec, FileFault, Missing};

/// The most rows that are looked at.
const MOST_ROWS: usize = 2_000;
/// The most cells.
const MOST_CELLS: usize = 2_000_000;
/// How many rows can be shown.
const SHOWN: usize = 10;
/// What a column of classes is often called, in lower case.
const TARGETS: [&str; 6] = ["class", "label", "target", "species", "y", "category"];
/// A column of more different names than these says who a sample is rather than what.
const MOST_CATEGORIES: usize = 24;

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Numbers.
    Number,
    /// A few different names.
    Category,
    /// Many different names.
    Text,
}

impl ColumnKind {
    /// What to call it in front of a person.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Text => "text",
        }
    }
}

/// What a column is to be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnUse {
    /// As the class of each sample.
    Target,
    /// As a feature that is a number.
    Number,
    /// As a feature for each of its names.
    Category,
    /// For nothing.
    Unused,
}

impl ColumnUse {
    /// What to call it in front of a person.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Number => "number",
            Self::Category => "categories",
            Self::Unused => "left out",
        }
    }
}

/// A column of a table that is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewColumn {
    /// What the header calls it; empty if it has no name.
    pub name: String,
    /// What the rows that were looked at hold.
    pub kind: ColumnKind,
    /// How many different values there are in them.
    pub distinct: usize,
    /// How many of their cells are missing.
    pub missing: usize,
    /// What it is used for; at first, what seems sensible.
    pub used: ColumnUse,
}

/// The first rows of a table, and how it seems to be meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The file.
    pub path: PathBuf,
    /// Bytes of the file as it is.
    pub bytes: u64,
    /// What sets columns apart.
    pub delimiter: Delimiter,
    /// Whether the first row names the columns.
    pub header: bool,
    /// The columns from left to right.
    pub columns: Vec<PreviewColumn>,
    /// The first rows, as they are.
    pub rows: Vec<Vec<String>>,
    /// How many rows were looked at.
    pub looked_at: usize,
    /// Whether these are all.
    pub is_whole: bool,
    /// How many rows there are, about; nothing where the file is packed and nobody knows.
    pub rows_in_all: Option<u64>,
    /// At most so many rows are to be read, drawn at random.
    pub subsample: Option<usize>,
    /// What is to be done about missing values.
    pub missing: Missing,
}

/// Looks at the first rows of a table. What sets columns apart and whether there is a header is recognised unless it is given.
///
/// The first row is a header where a column of numbers begins with a text, or, if no column is one of numbers, where no cell of
/// it comes again further down.
///
/// # Errors
/// Where the file cannot be read, is no text, or has no table of two columns or more.
pub fn preview(path: &Path, delimiter: Option<Delimiter>, header: Option<bool>) -> Result<Preview, FileFault> {
    let bytes = std::fs::metadata(path)?.len();
    let (mut rows, delimiter) = Rows::new(DataFile::open(path)?, delimiter)?;
    let mut cells: Vec<Vec<String>> = Vec::new();
    let mut is_whole = false;
    while cells.len() < MOST_ROWS && cells.len() * cells.first().map_or(0, Vec::len) < MOST_CELLS {
        if !rows.advance()? {
            is_whole = true;
            break;
        }
        cells.push(texts(&rows)?);
    }
    let estimated = rows_in_all(&rows, cells.len(), bytes);
    let columns = cells.first().map_or(0, Vec::len);
    if columns < 2 {
        return Err(if cells.is_empty() { FileFault::NoRows } else { FileFault::SingleColumn });
    }
    let has_header = header.unwrap_or_else(|| looks_like_header(&cells));
    let names = if has_header { cells.remove(0) } else { vec![String::new(); columns] };
    if cells.is_empty() {
        return Err(FileFault::NoRows);
    }
    let mut columns: Vec<_> =
        names.into_iter().enumerate().map(|(column, name)| described(name, column, &cells)).collect();
    let target = target(&columns);
    columns[target].used = ColumnUse::Target;
    let is_lacking = columns.iter().any(|column| column.missing > 0 && column.used != ColumnUse::Unused);
    Ok(Preview {
        path: path.to_owned(),
        bytes,
        delimiter,
        header: has_header,
        columns,
        looked_at: cells.len(),
        rows_in_all: if is_whole { Some(cells.len() as u64) } else { estimated },
        rows: cells.into_iter().take(SHOWN).collect(),
        is_whole,
        subsample: None,
        missing: if is_lacking { Missing::Mean } else { Missing::Refuse },
    })
}

/// As many as fill the file if all are as long as these.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate")]
fn rows_in_all(rows: &Rows, looked_at: usize, bytes: u64) -> Option<u64> {
    let read = rows.position();
    (!rows.is_packed && read > 0).then(|| (looked_at as f64 * bytes as f64 / read as f64).round() as u64)
}

fn texts(rows: &Rows) -> Result<Vec<String>, FileFault> {
    let text = |cell: &[u8]| str::from_utf8(cell.trim_ascii()).map(str::to_owned);
    rows.record.iter().map(text).collect::<Result<_, _>>().map_err(|_| FileFault::NotText { row: rows.row })
}

/// Whether what a cell holds could be a number.
fn is_numeric(cell: &str) -> bool {
    is_number(cell.as_bytes()) || is_missing(cell.as_bytes())
}

fn looks_like_header(cells: &[Vec<String>]) -> bool {
    let [first, rest @ ..] = cells else { return false };
    let below = |column: usize| rest.iter().filter_map(move |row| row.get(column)).map(String::as_str);
    let is_numbers = |column: usize| below(column).next().is_some() && below(column).all(is_numeric);
    let numbers: Vec<usize> = (0..first.len()).filter(|&column| is_numbers(column)).collect();
    if !numbers.is_empty() {
        return numbers.into_iter().any(|column| !is_numeric(&first[column]));
    }
    !rest.is_empty() && (0..first.len()).all(|column| below(column).all(|cell| cell != first[column]))
}

fn described(name: String, column: usize, rows: &[Vec<String>]) -> PreviewColumn {
    let cells = rows.iter().filter_map(|row| row.get(column));
    let present: Vec<&str> = cells.clone().map(String::as_str).filter(|cell| !is_missing(cell.as_bytes())).collect();
    let distinct = present.iter().collect::<HashSet<_>>().len();
    let kind = if present.iter().all(|cell| is_number(cell.as_bytes())) {
        ColumnKind::Number
    } else if distinct <= MOST_CATEGORIES && 2 * distinct <= present.len().max(4) {
        ColumnKind::Category
    } else {
        ColumnKind::Text
    };
    let missing = cells.count() - present.len();
    let column = PreviewColumn { name, kind, distinct, missing, used: ColumnUse::Unused };
    PreviewColumn { used: column.usual_use(), ..column }
}

/// The target is the column that is called so, else the last.
fn target(columns: &[PreviewColumn]) -> usize {
    let called = |name: &str| columns.iter().position(|column| column.name.eq_ignore_ascii_case(name));
    TARGETS.iter().find_map(|name| called(name)).unwrap_or(columns.len() - 1)
}

impl PreviewColumn {
    /// What it is good for, unless it is the target: texts and columns without a value are left out.
    fn usual_use(&self) -> ColumnUse {
        match self.kind {
            _ if self.distinct == 0 => ColumnUse::Unused,
            ColumnKind::Number => ColumnUse::Number,
            ColumnKind::Category => ColumnUse::Category,
            ColumnKind::Text => ColumnUse::Unused,
        }
    }

    /// What it can be used for.
    #[must_use]
    pub fn uses(&self) -> &'static [ColumnUse] {
        match self.kind {
            ColumnKind::Number => &[ColumnUse::Target, ColumnUse::Number, ColumnUse::Category, ColumnUse::Unused],
            ColumnKind::Category | ColumnKind::Text => &[ColumnUse::Target, ColumnUse::Category, ColumnUse::Unused],
        }
    }
}

impl Preview {
    /// Uses a column so. There is one target: the one before becomes a feature.
    pub fn set_use(&mut self, index: usize, used: ColumnUse) {
        if used == ColumnUse::Target {
            for column in self.columns.iter_mut().filter(|column| column.used == ColumnUse::Target) {
                column.used = column.usual_use();
            }
        }
        self.columns[index].used = used;
    }

    /// How a description of data names a column: by its name if that is its own, else by its number.
    fn column(&self, index: usize) -> Column {
        let name = &self.columns[index].name;
        let is_own = !name.is_empty() && self.columns.iter().filter(|column| column.name == *name).count() == 1;
        if is_own { Column::Name(name.clone()) } else { Column::Number(index + 1) }
    }

    /// The columns that are used so.
    fn used_as(&self, used: &[ColumnUse]) -> Vec<Column> {
        let columns = (0..self.columns.len()).filter(|&index| used.contains(&self.columns[index].used));
        columns.map(|index| self.column(index)).collect()
    }

    /// Bytes of memory that the chosen columns take, about; nothing where nobody knows.
    #[must_use]
    pub fn bytes_in_memory(&self) -> Option<u64> {
        let features = self.columns.iter().map(|column| match column.used {
            ColumnUse::Number => 1,
            ColumnUse::Category => column.distinct as u64,
            ColumnUse::Target | ColumnUse::Unused => 0,
        });
        let kept = self.rows_in_all?.min(self.subsample.map_or(u64::MAX, |most| most as u64));
        Some(kept.saturating_mul(features.sum()).saturating_mul(size_of::<f32>() as u64))
    }

    /// The description of these data.
    #[must_use]
    pub fn spec(&self) -> DataSpec {
        let is_all = self.columns.iter().all(|column| column.used != ColumnUse::Unused);
        DataSpec {
            file: Some(self.path.clone()),
            target: self.used_as(&[ColumnUse::Target]).pop(),
            features: (!is_all).then(|| self.used_as(&[ColumnUse::Number, ColumnUse::Category])),
            categories: self.used_as(&[ColumnUse::Category]),
            header: Some(self.header),
            delimiter: Some(self.delimiter),
            missing: self.missing,
            subsample: self.subsample,
            ..DataSpec::new(DataSource::Csv)
        }
    }
}

#[cfg(test)]
mod tests;
