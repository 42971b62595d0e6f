//! Where data come from.

use serde::{Deserialize, Serialize};

use super::SyntheticKind;

/// Where data come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataSource {
    /// A disc in a ring.
    Circle,
    /// Two half circles, each reaching into the other.
    Moons,
    /// Two spirals, wound into each other.
    Spirals,
    /// Four quadrants.
    Xor,
    /// Two round clouds.
    Blobs,
    /// A board of four by four squares.
    Checkerboard,
    /// Points in the plane that somebody painted.
    Painted,
    /// The bundled 8x8 handwritten digits.
    Digits,
    /// Images and labels in IDX files, the format of MNIST.
    Idx,
    /// A table in a CSV file.
    Csv,
    /// Pictures in a folder for each class.
    Folder,
}

impl DataSource {
    /// Every source.
    pub const ALL: [Self; 11] = [
        Self::Circle,
        Self::Moons,
        Self::Spirals,
        Self::Xor,
        Self::Blobs,
        Self::Checkerboard,
        Self::Painted,
        Self::Digits,
        Self::Idx,
        Self::Csv,
        Self::Folder,
    ];

    /// What to call it in front of a person.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Circle => "Circle",
            Self::Moons => "Moons",
            Self::Spirals => "Spirals",
            Self::Xor => "XOR",
            Self::Blobs => "Blobs",
            Self::Checkerboard => "Checkerboard",
            Self::Painted => "Painted points",
            Self::Digits => "Digits",
            Self::Idx => "IDX files",
            Self::Csv => "CSV file",
            Self::Folder => "Folder of pictures",
        }
    }

    /// The kind of synthetic set, unless the source is a set of recorded samples.
    #[must_use]
    pub fn synthetic_kind(self) -> Option<SyntheticKind> {
        match self {
            Self::Circle => Some(SyntheticKind::Circle),
            Self::Moons => Some(SyntheticKind::Moons),
            Self::Spirals => Some(SyntheticKind::Spirals),
            Self::Xor => Some(SyntheticKind::Xor),
            Self::Blobs => Some(SyntheticKind::Blobs),
            Self::Checkerboard => Some(SyntheticKind::Checkerboard),
            Self::Painted | Self::Digits | Self::Idx | Self::Csv | Self::Folder => None,
        }
    }

    /// The files that it is read from, the necessary ones first.
    #[must_use]
    pub fn files(self) -> &'static [FileKey] {
        match self {
            Self::Idx => &[FileKey::Images, FileKey::Labels, FileKey::TestImages, FileKey::TestLabels],
            Self::Csv => &[FileKey::File, FileKey::TestFile],
            Self::Folder => &[FileKey::Folder, FileKey::TestFolder],
            _ => &[],
        }
    }
}

/// A file or folder of the `[data]` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKey {
    /// IDX: training images, or all images.
    Images,
    /// IDX: their labels.
    Labels,
    /// IDX: test images.
    TestImages,
    /// IDX: their labels.
    TestLabels,
    /// CSV: training samples, or all samples.
    File,
    /// CSV: test samples.
    TestFile,
    /// Folder: training pictures, or all pictures.
    Folder,
    /// Folder: test pictures.
    TestFolder,
}

impl FileKey {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Images,
        Self::Labels,
        Self::TestImages,
        Self::TestLabels,
        Self::File,
        Self::TestFile,
        Self::Folder,
        Self::TestFolder,
    ];

    /// Whether it names a folder rather than a file.
    #[must_use]
    pub fn is_folder(self) -> bool {
        matches!(self, Self::Folder | Self::TestFolder)
    }

    /// The source that reads it, as an experiment file names it.
    pub(super) fn owner(self) -> &'static str {
        match self {
            Self::Images | Self::Labels | Self::TestImages | Self::TestLabels => "\"idx\"",
            Self::File | Self::TestFile => "\"csv\"",
            Self::Folder | Self::TestFolder => "\"folder\"",
        }
    }

    /// The key in an experiment file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Labels => "labels",
            Self::TestImages => "test_images",
            Self::TestLabels => "test_labels",
            Self::File => "file",
            Self::TestFile => "test_file",
            Self::Folder => "folder",
            Self::TestFolder => "test_folder",
        }
    }
}
