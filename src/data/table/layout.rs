//! What the columns of a table are.

use csv::ByteRecord;

use super::cell::{is_missing, is_number};
use super::{Column, TableOptions};
use crate::data::{FileFault, Missing};

/// The most columns that a table may have.
const MAX_COLUMNS: usize = 1_000_000;

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Names the class.
    Target,
    /// A feature that is a number.
    Number,
    /// A feature that is one of several names.
    Category,
    /// Left out.
    None,
}

pub(super) struct Layout {
    pub roles: Vec<Role>,
    pub target: usize,
    /// What the header row calls the columns, if there is one.
    pub names: Option<Vec<String>>,
}

impl Layout {
    /// What the columns of a table with this first row are.
    pub(super) fn of(first: &ByteRecord, options: &TableOptions) -> Result<Self, FileFault> {
        let columns = first.len();
        if columns < 2 {
            return Err(FileFault::SingleColumn);
        }
        if columns > MAX_COLUMNS {
            return Err(FileFault::TooManyColumns { columns, limit: MAX_COLUMNS });
        }
        let names: Vec<String> =
            first.iter().map(|cell| String::from_utf8_lossy(cell.trim_ascii()).into_owned()).collect();
        let find = |column: &Column| place_of(column, &names, options.header);
        let target = options.target.as_ref().map_or(Ok(columns - 1), find)?;
        let mut roles = vec![if options.features.is_none() { Role::Number } else { Role::None }; columns];
        roles[target] = Role::Target;
        let lists = [
            ("features", Role::Number, options.features.as_deref()),
            ("categories", Role::Category, Some(&options.categories)),
        ];
        for (key, role, list) in lists {
            for column in list.unwrap_or_default() {
                let place = find(column).map_err(|fault| fault.in_list(key))?;
                if place == target {
                    return Err(FileFault::TargetIsFeature(titled(Some(&names), place)).in_list(key));
                }
                roles[place] = role;
            }
        }
        if !roles.iter().any(|role| matches!(role, Role::Number | Role::Category)) {
            return Err(FileFault::NoFeatures.in_list("features"));
        }
        let has_header = options.header.unwrap_or_else(|| looks_named(first, &roles, options));
        match options.named_columns().next() {
            Some((key, name)) if !has_header => Err(FileFault::NoHeader(name.to_owned()).in_list(key)),
            _ => Ok(Self { roles, target, names: has_header.then_some(names) }),
        }
    }

    /// A column as a person looks for it.
    pub(super) fn column(&self, column: usize) -> String {
        titled(self.names.as_deref(), column)
    }
}

impl TableOptions {
    /// The columns that are given by their names, with their keys.
    fn named_columns(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let target = self.target.iter().map(|column| ("target", column));
        let features = self.features.iter().flatten().map(|column| ("features", column));
        let categories = self.categories.iter().map(|column| ("categories", column));
        target.chain(features).chain(categories).filter_map(|(key, column)| match column {
            Column::Name(name) => Some((key, name.as_str())),
            Column::Number(_) => None,
        })
    }
}

/// Whether a first row names the columns: what should be a number is none, or there is nothing but names to go by.
fn looks_named(first: &ByteRecord, roles: &[Role], options: &TableOptions) -> bool {
    let is_text = |cell: &[u8]| {
        let may_be_missing = options.missing != Missing::Refuse && is_missing(cell.trim_ascii());
        !is_number(cell) && !may_be_missing
    };
    if roles.contains(&Role::Number) {
        return first.iter().zip(roles).any(|(cell, role)| *role == Role::Number && is_text(cell));
    }
    options.named_columns().next().is_some()
}

fn titled(names: Option<&[String]>, column: usize) -> String {
    match names.map(|names| names[column].as_str()) {
        Some(name) if !name.is_empty() => format!("{} (“{name}”)", column + 1),
        _ => (column + 1).to_string(),
    }
}

/// The place of a column, if the table has it.
fn place_of(column: &Column, names: &[String], header: Option<bool>) -> Result<usize, FileFault> {
    let columns = names.len();
    match column {
        Column::Number(number) => number
            .checked_sub(1)
            .filter(|&column| column < columns)
            .ok_or(FileFault::NoColumnNumber { wanted: *number, columns }),
        Column::Name(name) if header == Some(false) => Err(FileFault::NoHeader(name.clone())),
        Column::Name(name) => column_called(name, names, header),
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
