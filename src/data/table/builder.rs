//! Takes in the rows of a table, one after the other.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use csv::ByteRecord;
use rand::RngExt;

use super::cell::{cell_fault, feature, is_missing};
use super::layout::{Layout, Role};
use super::{Classes, Table, TableOptions};
use crate::data::{FileFault, MAX_BYTES, MAX_CLASSES, Missing};
use crate::random::{Generator, Stream, generator};

/// Distinct names as they come.
#[derive(Default)]
struct Names {
    distinct: Vec<String>,
    /// The row in which each came first.
    first_rows: Vec<u64>,
    numbers: HashMap<Vec<u8>, u32>,
}

impl Names {
    /// The number of a name; nothing if there are too many.
    fn number(&mut self, cell: &[u8], row: u64) -> Result<Option<u32>, FileFault> {
        if let Some(&number) = self.numbers.get(cell) {
            return Ok(Some(number));
        }
        let Ok(name) = str::from_utf8(cell) else { return Err(FileFault::NotText { row }) };
        if self.distinct.len() == MAX_CLASSES {
            return Ok(None);
        }
        let number = u32::try_from(self.distinct.len()).expect("there are few names");
        self.distinct.push(name.to_owned());
        self.first_rows.push(row);
        self.numbers.insert(cell.to_owned(), number);
        Ok(Some(number))
    }

    /// Which of these classes each name is; the row of a name that is none of them.
    fn places(&self, classes: &Classes) -> Result<Vec<u32>, (u64, &str)> {
        let place = |(name, &row): (&'_ String, &u64)| classes.find(name).ok_or(row);
        let rows = self.distinct.iter().zip(&self.first_rows);
        rows.map(|pair| place(pair).map_err(|row| (row, pair.0.as_str()))).collect()
    }
}

pub(super) struct Builder<'a> {
    pub layout: Layout,
    options: &'a TableOptions,
    /// Rows of features as they stand in the file; of a category its number, of what is missing NaN.
    values: Vec<f32>,
    labels: Vec<u32>,
    row: Vec<f32>,
    classes: Names,
    /// By column of categories.
    categories: Vec<Names>,
    /// How many rows were good.
    seen: usize,
    /// Whether a row lacked what it must have.
    left_out: bool,
    generator: Generator,
}

impl<'a> Builder<'a> {
    pub(super) fn new(layout: Layout, options: &'a TableOptions) -> Self {
        let count = layout.roles.iter().filter(|&&role| role == Role::Category).count();
        Self {
            layout,
            options,
            values: Vec::new(),
            labels: Vec::new(),
            row: Vec::new(),
            classes: Names::default(),
            categories: (0..count).map(|_| Names::default()).collect(),
            seen: 0,
            left_out: false,
            generator: generator(0, Stream::Subsample),
        }
    }

    pub(super) fn add(&mut self, record: &ByteRecord, row: u64) -> Result<(), FileFault> {
        let columns = self.layout.roles.len();
        if record.len() != columns {
            return Err(FileFault::Width { row, found: record.len(), expected: columns });
        }
        if self.is_left_out(record) {
            self.left_out = true;
            return Ok(());
        }
        self.row.clear();
        let (mut label, mut category) = (0, 0);
        for (column, cell) in record.iter().enumerate() {
            let cell = cell.trim_ascii();
            match self.layout.roles[column] {
                Role::None => {}
                Role::Target => label = self.label(row, cell)?,
                Role::Number => {
                    let value = if self.is_missing(cell) { Some(f32::NAN) } else { feature(cell) };
                    self.row.push(value.ok_or_else(|| cell_fault(row, self.layout.column(column), cell))?);
                }
                Role::Category => {
                    let number =
                        if self.is_missing(cell) { f32::NAN } else { self.category(category, row, column, cell)? };
                    self.row.push(number);
                    category += 1;
                }
            }
        }
        self.keep(label)
    }

    fn is_missing(&self, cell: &[u8]) -> bool {
        self.options.missing != Missing::Refuse && is_missing(cell)
    }

    /// A sample without its class cannot be learnt from; others are left out where it is said.
    fn is_left_out(&self, record: &ByteRecord) -> bool {
        self.options.missing != Missing::Refuse
            && record.iter().zip(&self.layout.roles).any(|(cell, role)| {
                let matters = *role == Role::Target || (self.options.missing == Missing::Drop && *role != Role::None);
                matters && is_missing(cell.trim_ascii())
            })
    }

    /// Foretells from the rows so far, which are this share of the file, what all of them take in memory, and makes room for
    /// them at once: to grow bit by bit would take twice as much for a moment.
    ///
    /// # Errors
    /// Where that is clearly more than data may take.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate"
    )]
    pub(super) fn make_room(&mut self, share: f64) -> Result<(), FileFault> {
        let all = |so_far: usize| (so_far as f64 / share.max(f64::MIN_POSITIVE)) as usize;
        let rows = self.options.subsample.unwrap_or(usize::MAX).min(all(self.labels.len()));
        let own = self.row.len();
        // Each name that a column of categories has shown so far becomes a feature.
        let names: usize = self.categories.iter().map(|names| names.distinct.len()).sum();
        let features = own + names - self.categories.len();
        let bytes = rows.saturating_mul(features.max(own)).saturating_mul(size_of::<f32>());
        if bytes / 5 * 4 > MAX_BYTES {
            return Err(FileFault::WouldBeTooLarge { bytes: bytes as u64, rows: all(self.seen) as u64 });
        }
        let values = rows.saturating_mul(own).min(MAX_BYTES / size_of::<f32>());
        self.values.reserve_exact(values.saturating_sub(self.values.len()));
        Ok(())
    }

    /// Keeps the row, or has chance decide which of all so far are kept (algorithm R, Vitter 1985).
    fn keep(&mut self, label: u32) -> Result<(), FileFault> {
        let features = self.row.len();
        self.seen += 1;
        if self.options.subsample.is_none_or(|most| self.labels.len() < most) {
            self.values.extend_from_slice(&self.row);
            self.labels.push(label);
            return within_memory(self.values.len());
        }
        let place = self.generator.random_range(0..self.seen);
        if place < self.labels.len() {
            self.values[place * features..][..features].copy_from_slice(&self.row);
            self.labels[place] = label;
        }
        Ok(())
    }

    fn label(&mut self, row: u64, cell: &[u8]) -> Result<u32, FileFault> {
        if cell.is_empty() {
            return Err(cell_fault(row, self.layout.column(self.layout.target), cell));
        }
        let number = self.classes.number(cell, row)?;
        number.ok_or_else(|| FileFault::TooManyClasses { column: self.layout.column(self.layout.target) })
    }

    #[expect(clippy::cast_precision_loss, reason = "there are few names")]
    fn category(&mut self, category: usize, row: u64, column: usize, cell: &[u8]) -> Result<f32, FileFault> {
        if cell.is_empty() {
            return Err(cell_fault(row, self.layout.column(column), cell));
        }
        let number = self.categories[category].number(cell, row)?;
        let number = number.ok_or_else(|| FileFault::TooManyCategories { column: self.layout.column(column) })?;
        Ok(number as f32)
    }

    /// Numbers classes and categories in sorted order, and gives each category a feature of its own.
    pub(super) fn finish(mut self) -> Result<Table, FileFault> {
        if self.labels.is_empty() {
            return Err(if self.left_out { FileFault::AllMissing } else { FileFault::NoRows });
        }
        let classes = Classes::of(&self.classes.distinct);
        let places = self.classes.places(&classes).expect("every name has its class");
        for label in &mut self.labels {
            *label = places[*label as usize];
        }
        let mut first_rows = vec![u64::MAX; classes.names.len()];
        for (&place, &row) in places.iter().zip(&self.classes.first_rows) {
            first_rows[place as usize] = row.min(first_rows[place as usize]);
        }
        let has_missing = self.values.iter().any(|value| value.is_nan());
        let categories = self.all_categories();
        let (groups, called) = self.features(&categories);
        let features = called.len();
        if features == 0 {
            return Err(FileFault::AllMissing);
        }
        let feature_names = (self.layout.names.is_some() || !groups.is_empty()).then(|| called.into());
        self.expand(&categories, features)?;
        self.values.shrink_to_fit();
        Ok(Table {
            features,
            values: Arc::new(self.values),
            labels: Arc::new(self.labels),
            classes,
            target: self.layout.column(self.layout.target),
            names: self.layout.names,
            feature_names,
            first_rows,
            categories,
            groups: groups.into(),
            has_missing,
        })
    }

    /// The names in each column of categories: those of the other table, if there is one.
    fn all_categories(&self) -> Arc<Vec<Classes>> {
        let own = || Arc::new(self.categories.iter().map(|names| Classes::of(&names.distinct)).collect());
        self.options.known.as_ref().filter(|known| known.len() == self.categories.len()).map_or_else(own, Arc::clone)
    }

    /// The features that categories become, and what to call each feature.
    fn features(&self, categories: &[Classes]) -> (Vec<Range<usize>>, Vec<String>) {
        let (mut groups, mut called) = (Vec::new(), Vec::new());
        let mut categories = categories.iter();
        let own_name = |column: usize| self.layout.names.as_ref().map_or("", |names| &names[column]);
        for (column, role) in self.layout.roles.iter().enumerate() {
            let name = match own_name(column) {
                "" => format!("column {}", column + 1),
                name => name.to_owned(),
            };
            match role {
                Role::Number => called.push(name),
                Role::Category => {
                    let names = &categories.next().expect("one for each column").names;
                    groups.push(called.len()..called.len() + names.len());
                    called.extend(names.iter().map(|category| format!("{name} = {category}")));
                }
                Role::Target | Role::None => {}
            }
        }
        (groups, called)
    }

    /// Gives each category a feature that is 1 where a row has it and else 0.
    fn expand(&mut self, categories: &[Classes], features: usize) -> Result<(), FileFault> {
        if categories.is_empty() {
            return Ok(());
        }
        let samples = self.labels.len();
        within_memory(samples.saturating_mul(features))?;
        let mut places = Vec::new();
        let columns = (0..).zip(&self.layout.roles).filter(|(_, role)| **role == Role::Category);
        for ((names, known), (column, _)) in self.categories.iter().zip(categories).zip(columns) {
            places.push(names.places(known).map_err(|(row, name)| FileFault::UnknownCategory {
                row,
                column: self.layout.column(column),
                name: name.to_owned(),
            })?);
        }
        let roles: Vec<Role> = self.layout.roles.iter().copied().filter(|role| is_feature(*role)).collect();
        let mut values = Vec::with_capacity(samples * features);
        for row in self.values.chunks_exact(roles.len()) {
            let mut category = 0;
            for (&value, role) in row.iter().zip(&roles) {
                if *role == Role::Number {
                    values.push(value);
                    continue;
                }
                let start = values.len();
                let blank = if value.is_nan() { f32::NAN } else { 0.0 };
                values.resize(start + categories[category].names.len(), blank);
                if !value.is_nan() {
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a whole number")]
                    let place = places[category][value as usize];
                    values[start + place as usize] = 1.0;
                }
                category += 1;
            }
        }
        self.values = values;
        Ok(())
    }
}

fn is_feature(role: Role) -> bool {
    matches!(role, Role::Number | Role::Category)
}

fn within_memory(values: usize) -> Result<(), FileFault> {
    let bytes = values.saturating_mul(size_of::<f32>());
    if bytes > MAX_BYTES { Err(FileFault::TooLarge { bytes: bytes as u64 }) } else { Ok(()) }
}
