//! Samples that somebody recorded: the bundled digits, IDX files, CSV files, folders of pictures.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use rand::seq::SliceRandom;

use super::cache::Cache;
use super::classes::Choice;
use super::dataset::{Names, Values};
use super::folder::{FolderCache, PictureOptions, USUAL_SIDE};
use super::idx::{Images, Labels, read_images, read_labels};
use super::missing::fill;
use super::painted::painted;
use super::table::{Table, TableOptions, read_table};
use super::{DataError, DataSource, DataSpec, Dataset, FileFault, FileKey, InputShape, Scale, Split, digits, split};
use crate::random::Generator;

static IMAGES: Cache<Option<usize>, Images> = Cache::new();
static LABELS: Cache<Option<usize>, Labels> = Cache::new();
static FOLDERS: FolderCache = FolderCache::new();
static TABLES: Cache<TableOptions, Table> = Cache::new();

/// How many of the digits train if nothing is said.
const TRAINING_DIGITS: usize = 1_200;

/// Recorded samples as they are stored; a copy shares them.
pub(super) struct Recorded {
    /// The training samples, or all samples if there are none of their own for testing.
    pub train: Dataset,
    pub test: Option<Dataset>,
    pub scale: Scale,
    /// How many train where all samples are to be split and nothing is said.
    pub usual_train: usize,
    /// The features of each column of categories, where some value is missing.
    pub missing: Option<Arc<[Range<usize>]>>,
}

impl Recorded {
    /// What a description names. Files are read at most once.
    pub(super) fn of(spec: &DataSpec) -> Result<Self, DataError> {
        let all = match spec.source {
            DataSource::Idx => from_idx(spec)?,
            DataSource::Csv => from_csv(spec)?,
            DataSource::Folder => from_folder(spec)?,
            DataSource::Painted => Self::from_files(painted(&spec.points)?, None, Scale::None),
            _ => Self { usual_train: TRAINING_DIGITS, ..Self::from_files(digits(), None, Scale::None) },
        };
        match &spec.classes {
            None => Ok(all),
            Some(wanted) => {
                let choice = Choice::of(wanted, &all.train)?;
                let (train, test) = (choice.take(&all.train), all.test.as_ref().map(|test| choice.take(test)));
                Ok(Self { missing: all.missing, ..Self::from_files(train, test, all.scale) })
            }
        }
    }

    fn from_files(train: Dataset, test: Option<Dataset>, scale: Scale) -> Self {
        // Four fifths, and one sample at least for each part.
        let usual_train = (train.samples() - train.samples().div_ceil(5)).max(1);
        Self { train, test, scale, usual_train, missing: None }
    }

    /// So many training and test samples, scaled. Which ones, chance decides, unless all of a part are wanted.
    pub(super) fn split(&self, train: usize, test: usize, rng: &mut Generator) -> Result<Split, DataError> {
        let parts = if let Some(all) = &self.test {
            let test = some_of(all, test, rng);
            Split { train: some_of(&self.train, train, rng), test }
        } else {
            let parts = split(&self.train, train, rng)?;
            // They are in random order, so the first ones are a random part.
            let wanted: Vec<usize> = (0..test).collect();
            Split { test: parts.test.select(&wanted), ..parts }
        };
        let parts = match &self.missing {
            Some(groups) => fill(parts, groups),
            None => parts,
        };
        let scaling = self.scale.scaling(&parts.train);
        let scaled = |part| Dataset { scaling: scaling.clone(), ..part };
        Ok(Split { train: scaled(parts.train), test: scaled(parts.test) })
    }
}

/// All samples as they are, or a random `count` of them.
fn some_of(dataset: &Dataset, count: usize, rng: &mut Generator) -> Dataset {
    // Drawn in any case, so that what is drawn next does not depend on the count.
    let mut order: Vec<usize> = (0..dataset.samples()).collect();
    order.shuffle(rng);
    if count == dataset.samples() { dataset.clone() } else { dataset.select(&order[..count]) }
}

fn needed(spec: &DataSpec, key: FileKey) -> Result<&Path, DataError> {
    spec.path(key).ok_or(DataError::NoFile { key: key.name() })
}

fn at(key: FileKey, path: &Path) -> impl FnOnce(FileFault) -> DataError {
    move |fault| DataError::File { key: key.name(), path: path.to_owned(), fault }
}

fn from_idx(spec: &DataSpec) -> Result<Recorded, DataError> {
    let (images, labels) = (needed(spec, FileKey::Images)?, needed(spec, FileKey::Labels)?);
    let for_testing = match (spec.path(FileKey::TestImages), spec.path(FileKey::TestLabels)) {
        (None, None) => None,
        (Some(images), Some(labels)) => Some((images, labels)),
        (Some(_), None) => return Err(unpaired(FileKey::TestLabels, FileKey::TestImages)),
        (None, Some(_)) => return Err(unpaired(FileKey::TestImages, FileKey::TestLabels)),
    };
    let labelled = |images, labels| labelled(images, labels, spec.subsample);
    let train = labelled((FileKey::Images, images), (FileKey::Labels, labels))?;
    let test = for_testing
        .map(|(images, labels)| labelled((FileKey::TestImages, images), (FileKey::TestLabels, labels)))
        .transpose()?;
    if let Some((images, _)) = &test {
        check_alike(&train.0, images)?;
    }
    let is_bytes = matches!(train.0.values, Values::Bytes(_));
    let scale = spec.scale.unwrap_or(if is_bytes { Scale::Unit } else { Scale::Standard });
    if scale == Scale::Unit && !is_bytes {
        return Err(DataError::NotBytes);
    }
    let classes = test.iter().chain([&train]).map(|(_, labels)| labels.classes).fold(2, usize::max);
    let dataset = |(images, labels): &(Arc<Images>, Arc<Labels>)| {
        Dataset::stored(images.features, images.values.clone(), Arc::clone(&labels.numbers), classes, images.shape)
    };
    Ok(Recorded::from_files(dataset(&train), test.as_ref().map(dataset), scale))
}

fn unpaired(missing: FileKey, given: FileKey) -> DataError {
    DataError::Unpaired { missing: missing.name(), given: given.name() }
}

fn labelled(
    images: (FileKey, &Path),
    labels: (FileKey, &Path),
    subsample: Option<usize>,
) -> Result<(Arc<Images>, Arc<Labels>), DataError> {
    let (labels_key, images_key) = (labels.0.name(), images.0.name());
    let images =
        IMAGES.get(images.1, &subsample, |file| read_images(file, subsample)).map_err(at(images.0, images.1))?;
    let labels =
        LABELS.get(labels.1, &subsample, |file| read_labels(file, subsample)).map_err(at(labels.0, labels.1))?;
    let (images_count, labels_count) = (images.samples, labels.of);
    if images_count == labels_count {
        return Ok((images, labels));
    }
    Err(DataError::CountsDiffer { labels_key, images_key, labels: labels_count, images: images_count })
}

fn check_alike(train: &Images, test: &Images) -> Result<(), DataError> {
    let size = |images: &Images| match images.shape {
        InputShape::Image { width, height } => format!("{width} x {height} pixels"),
        _ => format!("{} features", images.features),
    };
    let kind = |images: &Images| match images.values {
        Values::Bytes(_) => "bytes".to_owned(),
        Values::Floats(_) => "other numbers".to_owned(),
    };
    for describe in [&size as &dyn Fn(&Images) -> String, &kind] {
        let (train, test) = (describe(train), describe(test));
        if train != test {
            return Err(DataError::Unlike { key: FileKey::TestImages.name(), train, test });
        }
    }
    Ok(())
}

fn from_csv(spec: &DataSpec) -> Result<Recorded, DataError> {
    let path = needed(spec, FileKey::File)?;
    let options = TableOptions {
        target: spec.target.clone(),
        features: spec.features.clone(),
        categories: spec.categories.clone(),
        header: spec.header,
        delimiter: spec.delimiter,
        missing: spec.missing,
        subsample: spec.subsample,
        known: None,
    };
    let read = |key, path, options: &TableOptions| {
        TABLES.get(path, options, |file| read_table(file, options)).map_err(at(key, path))
    };
    let table = read(FileKey::File, path, &options)?;
    if let [value] = table.classes.names.as_slice() {
        let fault = FileFault::OneClass { column: table.target.clone(), value: value.clone() };
        return Err(at(FileKey::File, path)(fault));
    }
    let scale = spec.scale.unwrap_or(Scale::Standard);
    if scale == Scale::Unit {
        return Err(DataError::NotBytes);
    }
    let mut has_missing = table.has_missing;
    let test = match spec.path(FileKey::TestFile) {
        None => None,
        Some(path) => {
            let known = Some(Arc::clone(&table.categories));
            let test = read(FileKey::TestFile, path, &TableOptions { known, ..options })?;
            check_columns(&table, &test)?;
            has_missing |= test.has_missing;
            Some(dataset(&test, &table, labels_in(&table, &test)?))
        }
    };
    let train = dataset(&table, &table, Arc::clone(&table.labels));
    let missing = has_missing.then(|| Arc::clone(&table.groups));
    Ok(Recorded { missing, ..Recorded::from_files(train, test, scale) })
}

fn from_folder(spec: &DataSpec) -> Result<Recorded, DataError> {
    let path = needed(spec, FileKey::Folder)?;
    let side = spec.side.unwrap_or(USUAL_SIDE);
    let options = PictureOptions { side, colour: spec.colour, subsample: spec.subsample };
    let read = |key, path| FOLDERS.get(path, options).map_err(at(key, path));
    let training = read(FileKey::Folder, path)?;
    let train = training.dataset(&training).map_err(at(FileKey::Folder, path))?;
    let test = match spec.path(FileKey::TestFolder) {
        None => None,
        Some(path) => {
            let key = FileKey::TestFolder;
            Some(read(key, path)?.dataset(&training).map_err(at(key, path))?)
        }
    };
    Ok(Recorded::from_files(train, test, spec.scale.unwrap_or(Scale::Unit)))
}

/// The samples of a table, with the names of the training table.
fn dataset(table: &Table, training: &Table, labels: Arc<Vec<u32>>) -> Dataset {
    let (values, classes) = (Values::Floats(Arc::clone(&table.values)), training.classes.names.len());
    let names =
        Names { features: training.feature_names.clone(), classes: Some(training.classes.names.as_slice().into()) };
    Dataset { names, ..Dataset::stored(table.features, values, labels, classes, InputShape::Table) }
}

fn check_columns(train: &Table, test: &Table) -> Result<(), DataError> {
    let key = FileKey::TestFile.name();
    if train.features != test.features {
        let columns = |table: &Table| format!("{} columns", table.features + 1);
        return Err(DataError::Unlike { key, train: columns(train), test: columns(test) });
    }
    if let (Some(train), Some(test)) = (&train.names, &test.names)
        && let Some(column) = (0..train.len()).find(|&column| train[column] != test[column])
    {
        let called = |names: &[String]| format!("“{}” as column {}", names[column], column + 1);
        return Err(DataError::Unlike { key, train: called(train), test: called(test) });
    }
    Ok(())
}

/// The labels of a test table, as the training table numbers its classes.
fn labels_in(train: &Table, test: &Table) -> Result<Arc<Vec<u32>>, DataError> {
    let mut classes = Vec::with_capacity(test.classes.names.len());
    for (name, &row) in test.classes.names.iter().zip(&test.first_rows) {
        let unknown = || DataError::UnknownClass { row, name: name.clone(), column: test.target.clone() };
        classes.push(train.classes.find(name).ok_or_else(unknown)?);
    }
    if train.classes == test.classes {
        return Ok(Arc::clone(&test.labels));
    }
    Ok(Arc::new(test.labels.iter().map(|&label| classes[label as usize]).collect()))
}

#[cfg(test)]
mod tests;
