//! Tables in CSV: one row a sample, one column the target, all other columns features.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::sync::Arc;

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde::{Deserialize, Serialize};

use super::file::{DataFile, Text};
use super::{FileFault, MAX_BYTES, MAX_CLASSES, MAX_VALUE};

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

/// How a table is to be understood.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct TableOptions {
    /// The column of classes; the last one if not said.
    pub target: Option<Column>,
    /// Whether the first row names the columns; if not said, it does where a feature of it is no number.
    pub header: Option<bool>,
}

/// A table whose cells have been read.
#[derive(Debug)]
pub(super) struct Table {
    pub features: usize,
    /// Rows of features.
    pub values: Arc<Vec<f32>>,
    /// The class of each row, a place in `classes`.
    pub labels: Arc<Vec<u32>>,
    pub classes: Classes,
    /// Number and name of the column of classes.
    pub target: String,
    /// The columns from left to right, if they have names.
    pub names: Option<Vec<String>>,
    /// The row of the file in which each class first appears, from 1.
    pub first_rows: Vec<u64>,
}

/// The values of a target column, sorted: by size if all are numbers, else as text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Classes {
    pub names: Vec<String>,
    /// Their sizes, if all are numbers.
    numbers: Option<Vec<f64>>,
}

impl Classes {
    /// The distinct ones of these names. Numbers of equal size are one class, however they are written.
    fn of(names: &[String]) -> Self {
        let numbers: Option<Vec<f64>> = names.iter().map(|name| number(name)).collect();
        let mut order: Vec<usize> = (0..names.len()).collect();
        match &numbers {
            Some(numbers) => {
                order.sort_by(|&one, &other| numbers[one].total_cmp(&numbers[other]));
                order.dedup_by(|one, other| numbers[*one] == numbers[*other]);
            }
            None => order.sort_by_key(|&index| &names[index]),
        }
        Self {
            names: order.iter().map(|&index| names[index].clone()).collect(),
            numbers: numbers.map(|numbers| order.iter().map(|&index| numbers[index]).collect()),
        }
    }

    /// The class that is called so.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        let place = match &self.numbers {
            Some(numbers) => {
                let wanted = number(name)?;
                numbers.iter().position(|&number| number == wanted)
            }
            None => self.names.iter().position(|other| other == name),
        };
        place.and_then(|place| u32::try_from(place).ok())
    }
}

/// The size of a label, if it is a number; both zeros are one.
fn number(name: &str) -> Option<f64> {
    name.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number + 0.0)
}

/// Reads a table. Columns are set apart by commas, semicolons or tabs, whichever the first line has most of.
pub(super) fn read_table(file: DataFile, options: &TableOptions) -> Result<Table, FileFault> {
    let mut text = Text::new(file);
    let mut start = Vec::new();
    text.by_ref().take(FIRST_LOOK).read_to_end(&mut start)?;
    let first_line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let delimiter = delimiter(first_line);
    let text = Cursor::new(start).chain(text);
    let mut rows = Rows {
        reader: ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text),
        record: ByteRecord::new(),
        row: 0,
    };
    if !rows.advance()? {
        return Err(FileFault::NoRows);
    }
    let layout = Layout::of(&rows.record, options)?;
    let mut builder = Builder::new(layout);
    if builder.layout.names.is_none() {
        builder.add(&rows.record, rows.row)?;
    }
    while rows.advance()? {
        builder.add(&rows.record, rows.row)?;
    }
    builder.finish()
}

/// Commas count last: they may belong to numbers.
fn delimiter(line: &[u8]) -> u8 {
    let mut counts = [(b'\t', 0), (b';', 0), (b',', 0)];
    let mut quoted = false;
    for byte in line {
        quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| !quoted && delimiter == byte) {
            *count += 1;
        }
    }
    let [tab, semicolon, comma] = counts;
    let most = [semicolon, comma].into_iter().fold(tab, |best, other| if other.1 > best.1 { other } else { best });
    if most.1 == 0 { b',' } else { most.0 }
}

struct Rows<R> {
    reader: Reader<R>,
    record: ByteRecord,
    /// Where the record begins: the line of the file, from 1.
    row: u64,
}

impl<R: Read> Rows<R> {
    /// Takes the next row; false at the end.
    fn advance(&mut self) -> Result<bool, FileFault> {
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

/// What the columns of a table are.
struct Layout {
    columns: usize,
    target: usize,
    names: Option<Vec<String>>,
}

impl Layout {
    fn of(first: &ByteRecord, options: &TableOptions) -> Result<Self, FileFault> {
        let columns = first.len();
        if columns < 2 {
            return Err(FileFault::SingleColumn);
        }
        let named = || -> Vec<String> {
            first.iter().map(|cell| String::from_utf8_lossy(cell.trim_ascii()).into_owned()).collect()
        };
        let target = match &options.target {
            None => columns - 1,
            Some(Column::Number(number)) => match number.checked_sub(1).filter(|&column| column < columns) {
                Some(column) => column,
                None => return Err(FileFault::NoColumnNumber { wanted: *number, columns }),
            },
            Some(Column::Name(name)) if options.header == Some(false) => {
                return Err(FileFault::NoHeader(name.clone()));
            }
            Some(Column::Name(name)) => column_called(name, &named(), options.header)?,
        };
        let is_text = |(column, cell): (usize, &[u8])| column != target && !is_number(cell);
        let has_header = options.header.unwrap_or_else(|| first.iter().enumerate().any(is_text));
        if let (false, Some(Column::Name(name))) = (has_header, &options.target) {
            return Err(FileFault::NoHeader(name.clone()));
        }
        Ok(Self { columns, target, names: has_header.then(named) })
    }

    /// A column as a person looks for it.
    fn column(&self, column: usize) -> String {
        match self.names.as_ref().map(|names| names[column].as_str()) {
            Some(name) if !name.is_empty() => format!("{} (“{name}”)", column + 1),
            _ => (column + 1).to_string(),
        }
    }
}

fn column_called(wanted: &str, names: &[String], header: Option<bool>) -> Result<usize, FileFault> {
    const MOST_NAMED: usize = 8;
    let mut called = (0..names.len()).filter(|&column| names[column] == wanted.trim());
    match (called.next(), called.next()) {
        (Some(column), None) => Ok(column),
        (Some(_), Some(_)) => Err(FileFault::AmbiguousColumn(wanted.to_owned())),
        (None, _) if header.is_none() && names.iter().all(|name| is_number(name.as_bytes())) => {
            Err(FileFault::NoHeader(wanted.to_owned()))
        }
        (None, _) => {
            let mut columns = names[..names.len().min(MOST_NAMED)].join(", ");
            if names.len() > MOST_NAMED {
                columns.push_str(", …");
            }
            Err(FileFault::NoSuchColumn { wanted: wanted.to_owned(), columns })
        }
    }
}

fn is_number(cell: &[u8]) -> bool {
    parse(cell.trim_ascii()).is_some()
}

/// A number, finite or not.
fn parse(cell: &[u8]) -> Option<f32> {
    // Most cells of images in tables are such.
    if (1..=3).contains(&cell.len()) && cell.iter().all(u8::is_ascii_digit) {
        return Some(f32::from(cell.iter().fold(0_u16, |number, digit| 10 * number + u16::from(digit - b'0'))));
    }
    str::from_utf8(cell).ok()?.parse().ok()
}

/// Takes in row after row.
struct Builder {
    layout: Layout,
    values: Vec<f32>,
    labels: Vec<u32>,
    /// Distinct labels as they came, with the row of the first.
    names: Vec<String>,
    first_rows: Vec<u64>,
    numbers: HashMap<Vec<u8>, u32>,
}

impl Builder {
    fn new(layout: Layout) -> Self {
        Self {
            layout,
            values: Vec::new(),
            labels: Vec::new(),
            names: Vec::new(),
            first_rows: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    fn add(&mut self, record: &ByteRecord, row: u64) -> Result<(), FileFault> {
        let Layout { columns, target, .. } = self.layout;
        if record.len() != columns {
            return Err(FileFault::Width { row, found: record.len(), expected: columns });
        }
        for (column, cell) in record.iter().enumerate() {
            let cell = cell.trim_ascii();
            if column == target {
                self.add_label(row, cell)?;
            } else {
                let value = parse(cell).filter(|value| value.abs() <= MAX_VALUE);
                self.values.push(value.ok_or_else(|| self.cell_fault(row, column, cell))?);
            }
        }
        let bytes = size_of_val(self.values.as_slice());
        if bytes > MAX_BYTES { Err(FileFault::TooLarge { bytes: bytes as u64 }) } else { Ok(()) }
    }

    fn add_label(&mut self, row: u64, cell: &[u8]) -> Result<(), FileFault> {
        if let Some(&label) = self.numbers.get(cell) {
            self.labels.push(label);
            return Ok(());
        }
        let target = self.layout.target;
        if cell.is_empty() {
            return Err(self.cell_fault(row, target, cell));
        }
        let Ok(name) = str::from_utf8(cell) else { return Err(FileFault::NotText { row }) };
        if self.names.len() == MAX_CLASSES {
            return Err(FileFault::TooManyClasses { column: self.layout.column(target) });
        }
        let label = u32::try_from(self.names.len()).expect("there are few classes");
        self.names.push(name.to_owned());
        self.first_rows.push(row);
        self.numbers.insert(cell.to_owned(), label);
        self.labels.push(label);
        Ok(())
    }

    fn cell_fault(&self, row: u64, column: usize, cell: &[u8]) -> FileFault {
        const MOST_SHOWN: usize = 40;
        let column = self.layout.column(column);
        match str::from_utf8(cell) {
            Err(_) => FileFault::NotText { row },
            Ok("") => FileFault::EmptyCell { row, column },
            Ok(text) => FileFault::Cell { row, column, text: text.chars().take(MOST_SHOWN).collect() },
        }
    }

    /// Numbers the classes in sorted order.
    fn finish(mut self) -> Result<Table, FileFault> {
        if self.labels.is_empty() {
            return Err(FileFault::NoRows);
        }
        let classes = Classes::of(&self.names);
        let places: Vec<u32> =
            self.names.iter().map(|name| classes.find(name).expect("every name has its class")).collect();
        for label in &mut self.labels {
            *label = places[*label as usize];
        }
        let mut first_rows = vec![u64::MAX; classes.names.len()];
        for (&place, &row) in places.iter().zip(&self.first_rows) {
            first_rows[place as usize] = row.min(first_rows[place as usize]);
        }
        self.values.shrink_to_fit();
        Ok(Table {
            features: self.layout.columns - 1,
            values: Arc::new(self.values),
            labels: Arc::new(self.labels),
            classes,
            target: self.layout.column(self.layout.target),
            names: self.layout.names,
            first_rows,
        })
    }
}

#[cfg(test)]
mod tests;
