//! What can be wrong with a data file.

use std::io::{self, ErrorKind};

use super::error::thousands;
use super::{MAX_BYTES, MAX_CLASSES};

/// A fault in a data file. The text goes on where the name of the file ends; it says what is wrong and how to mend it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FileFault {
    /// There is no such file.
    #[error("does not exist; relative paths start at the folder of the experiment file.")]
    Missing,
    /// It is a folder or a device.
    #[error("is no file; choose a file.")]
    NotAFile,
    /// The system does not let it be read.
    #[error("cannot be read: {0}.")]
    Unreadable(String),
    /// It begins as gzip does, but cannot be unpacked.
    #[error("is broken or cut short: gzip says “{0}”. Fetch or pack it again.")]
    BrokenGzip(String),
    /// It does not begin as IDX does.
    #[error("is no IDX file: that begins with two zero bytes, a type and the number of dimensions, not with {}.", hexadecimal(.0))]
    NotIdx(Vec<u8>),
    /// IDX has no such type.
    #[error(
        "holds elements of the unknown type 0x{0:02X}; IDX knows 0x08 (u8), 0x09 (i8), 0x0B (i16), 0x0C (i32), \
         0x0D (f32) and 0x0E (f64)."
    )]
    ElementType(u8),
    /// Labels are whole numbers.
    #[error("holds labels of the type {0}; labels are whole numbers, best u8.")]
    LabelType(&'static str),
    /// Images have two to four dimensions, of which the first counts them.
    #[error(
        "has {}, but images have 2 to 4 dimensions, of which the first counts them.",
        if *.0 == 1 { "1 dimension, as labels have".to_owned() } else { format!("{} dimensions", .0) }
    )]
    ImageDimensions(usize),
    /// Labels have one dimension.
    #[error("has {0} dimensions, but labels have 1; is it the file of images?")]
    LabelDimensions(usize),
    /// There are no samples or no features.
    #[error("holds no samples: its sizes are {}.", product(.0))]
    Empty(Vec<u32>),
    /// No computer counts so far.
    #[error("claims to hold {} values, more than can be; it is damaged or no IDX file.", product(.0))]
    Overflow(Vec<u32>),
    /// It does not fit in memory.
    #[error(
        "would take {} MB of memory or more, and data may take {}; choose a part of it.",
        thousands(usize::try_from(*.bytes / 1_000_000).unwrap_or(usize::MAX)), thousands(MAX_BYTES / 1_000_000)
    )]
    TooLarge {
        /// What it would take.
        bytes: u64,
    },
    /// By its first rows, it does not fit in memory.
    #[error(
        "would take about {} MB of memory ({} rows by its first ones), and data may take {}; read a part of it by \
         subsample = 10000, or leave out columns.",
        thousands(usize::try_from(*.bytes / 1_000_000).unwrap_or(usize::MAX)),
        thousands(usize::try_from(*.rows).unwrap_or(usize::MAX)),
        thousands(MAX_BYTES / 1_000_000)
    )]
    WouldBeTooLarge {
        /// What it would take, about.
        bytes: u64,
        /// Rows that it has, about.
        rows: u64,
    },
    /// It ends before all that its header promises.
    #[error("ends too early: its header promises {wanted} bytes and there are {found}. Fetch it again.")]
    Truncated {
        /// Bytes that the header promises, itself included.
        wanted: u64,
        /// Bytes there are, or could be at most.
        found: u64,
    },
    /// It goes on after all that its header promises.
    #[error("goes on after the {wanted} bytes that its header promises; it is damaged or no IDX file.")]
    Overlong {
        /// Bytes that the header promises, itself included.
        wanted: u64,
    },
    /// A value is infinite, not a number, or so large that arithmetic would overflow.
    #[error("has {value} as feature {} of sample {}; every value must be a number below 10³⁷ in size.", .feature + 1, .sample + 1)]
    NotFinite {
        /// Index of the sample, from 0.
        sample: usize,
        /// Index of the feature, from 0.
        feature: usize,
        /// The value.
        value: f32,
    },
    /// A label is less than zero.
    #[error("has the label {label} for sample {}; labels count from 0.", .sample + 1)]
    NegativeLabel {
        /// Index of the sample, from 0.
        sample: usize,
        /// Its label.
        label: i32,
    },
    /// A label names one class too many.
    #[error(
        "has the label {label} for sample {}, and there may be {} classes at most; is it a file of labels?",
        .sample + 1, thousands(MAX_CLASSES)
    )]
    LargeLabel {
        /// Index of the sample, from 0.
        sample: usize,
        /// Its label.
        label: i32,
    },
    /// It is a file or a device.
    #[error("is no folder; choose the one that holds a folder for each class.")]
    NotAFolder,
    /// A folder without classes.
    #[error("holds no folders; put the pictures of each class into a folder of their own, called as the class.")]
    NoClassFolders,
    /// Nothing to tell apart.
    #[error("holds the folder “{0}” alone; there must be at least 2, one for each class.")]
    OneClassFolder(String),
    /// More folders than there may be classes.
    #[error("holds {} folders, and there may be {} classes at most.", thousands(*.0), thousands(MAX_CLASSES))]
    TooManyClassFolders(usize),
    /// A class without pictures.
    #[error("has no picture in “{0}”; put some there, or take that folder away.")]
    EmptyClassFolder(String),
    /// A class that only test pictures have.
    #[error("has the class “{0}”, which the training pictures have not.")]
    UnknownClassFolder(String),
    /// A picture beside the folders of classes.
    #[error("holds “{0}” beside the folders; put it into that of its class.")]
    StrayPicture(String),
    /// A class with a folder in it.
    #[error("holds the folder “{0}” in that of a class; put its pictures beside the others.")]
    FolderInClass(String),
    /// A file in the folder of a class that is no picture as it should be.
    #[error("holds “{file}”, which {problem}{}", match .others {
        0 => String::new(),
        1 => " Another file there is at fault too.".to_owned(),
        others => format!(" {} other files there are at fault too.", thousands(*others)),
    })]
    Picture {
        /// Its path from the folder.
        file: String,
        /// What is wrong with it, and how to mend it.
        problem: String,
        /// How many others cannot be read either.
        others: usize,
    },
    /// A table without a row of values.
    #[error("holds no rows of values.")]
    NoRows,
    /// A table of one column, or of none that could be a feature.
    #[error(
        "has a single column, but a table has at least one feature and the target; columns are set apart by commas, \
         semicolons or tabs."
    )]
    SingleColumn,
    /// A row of another length.
    #[error("has {found} cells in row {row}, but {expected} in its first row.")]
    Width {
        /// Row of the file, from 1.
        row: u64,
        /// Its cells.
        found: usize,
        /// The cells of the first row.
        expected: usize,
    },
    /// A cell is empty.
    #[error(
        "has an empty cell in row {row}, column {column}; fill it in, or say what to do by missing = \"drop\" or \"mean\"."
    )]
    EmptyCell {
        /// Row of the file, from 1.
        row: u64,
        /// Number and name of the column.
        column: String,
    },
    /// A cell holds something else than a finite number.
    #[error("has “{text}” in row {row}, column {column}, which is no {}.", if text.contains(',') { "number: decimals are set apart by a point" } else { "finite number" })]
    Cell {
        /// Row of the file, from 1.
        row: u64,
        /// Number and name of the column.
        column: String,
        /// What the cell holds.
        text: String,
    },
    /// A row is no text as it should be.
    #[error("is not in UTF-8 (row {row}); save it as UTF-8.")]
    NotText {
        /// Row of the file, from 1.
        row: u64,
    },
    /// A line has no end.
    #[error("has a line of more than 64 MB; is it a CSV file?")]
    EndlessLine,
    /// No column is called that.
    #[error("has no column “{wanted}”; its columns are {columns}.")]
    NoSuchColumn {
        /// The name that was given.
        wanted: String,
        /// The first names there are.
        columns: String,
    },
    /// No column has that number.
    #[error("has no column {wanted}; its columns are 1 to {columns}.")]
    NoColumnNumber {
        /// The number that was given, from 1.
        wanted: usize,
        /// The number of columns.
        columns: usize,
    },
    /// Several columns are called that.
    #[error("has more than one column “{0}”; give its number instead of its name.")]
    AmbiguousColumn(String),
    /// A column is named, but none has a name.
    #[error("has no header row to look up “{0}” in; give the column's number instead of its name.")]
    NoHeader(String),
    /// A table without end to its right.
    #[error("has {} columns, and a table may have {}; is it a CSV file?", thousands(*.columns), thousands(*.limit))]
    TooManyColumns {
        /// The number of columns.
        columns: usize,
        /// The most that there may be.
        limit: usize,
    },
    /// Every column is left out.
    #[error("is left without features; name at least one column besides the target.")]
    NoFeatures,
    /// What is to be predicted cannot be told beforehand.
    #[error("has the target in column {0}, which cannot be a feature too; leave it out of the list.")]
    TargetIsFeature(String),
    /// A fault of one of a list of columns.
    #[error("{fault}")]
    InList {
        /// The key of the list.
        key: &'static str,
        /// What is wrong.
        fault: Box<Self>,
    },
    /// A column of categories with a name of its own for nearly every row.
    #[error(
        "has more than {} different names in column {column}; leave it out of the features.",
        thousands(MAX_CLASSES)
    )]
    TooManyCategories {
        /// Number and name of the column.
        column: String,
    },
    /// A category that the training file does not have.
    #[error("has “{name}” in row {row}, column {column}, which the training file has not.")]
    UnknownCategory {
        /// Row of the file, from 1.
        row: u64,
        /// Number and name of the column.
        column: String,
        /// What the cell holds.
        name: String,
    },
    /// No row is complete.
    #[error("has a missing value in every row; take missing = \"mean\", or leave out the columns that lack most.")]
    AllMissing,
    /// A column of numbers to predict is no column of classes.
    #[error(
        "has more than {} different values in column {column}; choose as target a column that names classes.",
        thousands(MAX_CLASSES)
    )]
    TooManyClasses {
        /// Number and name of the column.
        column: String,
    },
    /// Nothing to tell apart.
    #[error("has only “{value}” in column {column}; choose as target a column that names at least 2 classes.")]
    OneClass {
        /// Number and name of the column.
        column: String,
        /// What every cell of it holds.
        value: String,
    },
}

impl FileFault {
    /// The key of the `[data]` table at fault, where that is not the one that names the file.
    pub(super) fn key(&self) -> Option<&'static str> {
        match self {
            Self::NoSuchColumn { .. }
            | Self::NoColumnNumber { .. }
            | Self::AmbiguousColumn(_)
            | Self::NoHeader(_)
            | Self::TooManyClasses { .. }
            | Self::OneClass { .. } => Some("target"),
            Self::InList { key, .. } => Some(key),
            Self::TooManyCategories { .. } => Some("categories"),
            Self::AllMissing => Some("missing"),
            _ => None,
        }
    }

    /// The fault as one of a list of columns.
    pub(super) fn in_list(self, key: &'static str) -> Self {
        if key == "target" { self } else { Self::InList { key, fault: Box::new(self) } }
    }

    /// Whether the file may be as it should be, but could not be got at.
    pub(super) fn is_of_system(&self) -> bool {
        matches!(self, Self::Missing | Self::NotAFile | Self::NotAFolder | Self::Unreadable(_))
    }
}

impl From<io::Error> for FileFault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::Missing,
            _ => match error.downcast::<Self>() {
                Ok(fault) => fault,
                Err(error) => Self::Unreadable(error.to_string()),
            },
        }
    }
}

/// 60000 x 28 x 28.
fn product(sizes: &[u32]) -> String {
    sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(" x ")
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    if digits.is_empty() { "nothing at all".to_owned() } else { digits.join(" ") }
}
