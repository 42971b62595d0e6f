//! Folders of pictures: in the folder one for each class, in each of these its pictures.
//!
//! Classes are called as their folders, and sorted by name, or by number where all names are numbers; so are the pictures of
//! each class. All pictures are scaled to squares of one side, whatever shape they have, and are stored as bytes: row by row, of
//! colours first all of red, then of green, then of blue. One picture that cannot be read refuses the folder.

mod cache;
mod listing;
mod picture;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use serde::{Deserialize, Serialize};

pub(super) use self::cache::FolderCache;
use self::listing::Listing;
pub use self::listing::picture_files;
use self::picture::read_picture;
use super::dataset::{Names, Values};
use super::subsample::chosen;
use super::{Dataset, FileFault, InputShape, MAX_BYTES};

/// The side that pictures get if nothing is said, that of MNIST.
pub const USUAL_SIDE: usize = 28;
/// The largest side: 65,536 inputs, three times as many of colours.
pub const LARGEST_SIDE: usize = 256;

/// What is kept of the colours of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PictureColour {
    /// How light it is: one value a pixel.
    #[default]
    Grey,
    /// Red, green and blue: three values a pixel.
    Rgb,
}

impl PictureColour {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Grey, Self::Rgb];

    /// What to call it in front of a person.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Rgb => "red, green, blue",
        }
    }

    fn channels(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
        }
    }
}

/// How pictures are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PictureOptions {
    /// Pixels along each side.
    pub side: usize,
    pub colour: PictureColour,
    /// At most so many pictures are kept, drawn at random.
    pub subsample: Option<usize>,
}

impl PictureOptions {
    fn features(self) -> usize {
        self.side * self.side * self.colour.channels()
    }
}

/// A folder whose pictures have been read.
#[derive(Debug)]
pub(super) struct Pictures {
    options: PictureOptions,
    values: Arc<Vec<u8>>,
    labels: Arc<Vec<u32>>,
    pub classes: Arc<[String]>,
    feature_names: Option<Arc<[String]>>,
}

impl Pictures {
    fn read(listing: &Listing, options: PictureOptions) -> Result<Self, FileFault> {
        let all = &listing.files;
        let chosen = chosen(all.len(), options.subsample).unwrap_or_else(|| (0..all.len()).collect());
        let files: Vec<&(PathBuf, u32)> = chosen.into_iter().map(|index| &all[index]).collect();
        let bytes = files.len().saturating_mul(options.features());
        if bytes > MAX_BYTES {
            return Err(FileFault::TooLarge { bytes: bytes as u64 });
        }
        let paths: Vec<PathBuf> = files.iter().map(|(file, _)| listing.folder.join(file)).collect();
        let mut values = vec![0; bytes];
        let faults = read_all(&paths, options, &mut values);
        if let [(first, problem), others @ ..] = faults.as_slice() {
            let (file, problem) = (files[*first].0.to_string_lossy().into_owned(), problem.clone());
            return Err(FileFault::Picture { file, problem, others: others.len() });
        }
        Ok(Self {
            options,
            values: Arc::new(values),
            labels: Arc::new(files.iter().map(|(_, class)| *class).collect()),
            classes: listing.classes.as_slice().into(),
            feature_names: (options.colour == PictureColour::Rgb).then(|| names_of_colours(options.side)),
        })
    }

    /// The samples, of the classes of the training pictures, which may be these.
    ///
    /// # Errors
    /// Where these have a class which the others have not.
    pub(super) fn dataset(&self, training: &Self) -> Result<Dataset, FileFault> {
        let class = |name: &String| training.classes.iter().position(|other| other == name);
        let class = |name| class(name).ok_or_else(|| FileFault::UnknownClassFolder(String::clone(name)));
        let places: Vec<usize> = self.classes.iter().map(class).collect::<Result<_, _>>()?;
        let label = |&label: &u32| u32::try_from(places[label as usize]).expect("there are few classes");
        let labels = Arc::new(self.labels.iter().map(label).collect());
        let PictureOptions { side, colour, .. } = self.options;
        let shape = match colour {
            PictureColour::Grey => InputShape::Image { width: side, height: side },
            PictureColour::Rgb => InputShape::Table,
        };
        let (values, classes) = (Values::Bytes(Arc::clone(&self.values)), training.classes.len());
        let names = Names { features: self.feature_names.clone(), classes: Some(Arc::clone(&training.classes)) };
        Ok(Dataset { names, ..Dataset::stored(self.options.features(), values, labels, classes, shape) })
    }
}

/// Reads pictures on all processors. What is wrong with which of them, in their order.
fn read_all(paths: &[PathBuf], options: PictureOptions, values: &mut [u8]) -> Vec<(usize, String)> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = paths.len().div_ceil(threads).max(1);
    let features = options.features();
    let read = |first: usize, paths: &[PathBuf], values: &mut [u8]| -> Vec<(usize, String)> {
        let samples = (first..).zip(paths.iter().zip(values.chunks_exact_mut(features)));
        samples
            .filter_map(|(index, (path, values))| Some((index, read_picture(path, options, values).err()?)))
            .collect()
    };
    thread::scope(|scope| {
        let parts = paths.chunks(share).zip(values.chunks_mut(share * features)).enumerate();
        let read = &read;
        let threads: Vec<_> =
            parts.map(|(part, (paths, values))| scope.spawn(move || read(part * share, paths, values))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("what panics is caught")).collect()
    })
}

fn names_of_colours(side: usize) -> Arc<[String]> {
    let places = move || (1..=side).flat_map(move |row| (1..=side).map(move |column| (row, column)));
    let named = |colour| places().map(move |(row, column)| format!("row {row}, column {column}, {colour}"));
    ["red", "green", "blue"].into_iter().flat_map(named).collect()
}

#[cfg(test)]
mod tests;
