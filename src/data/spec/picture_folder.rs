//! What a folder of data holds.

use std::path::{Path, PathBuf};

use crate::data::{DataSource, DataSpec};

impl DataSpec {
    /// What a folder seems to be meant as: pictures in a folder for each class; the same for training and for testing, where
    /// it holds one folder called `train` and one called `test`; or IDX files.
    #[must_use]
    pub fn of_folder(folder: &Path) -> Self {
        let entries = || std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> = entries().filter(|path| path.is_file()).collect();
        files.sort();
        if let Some(idx) = files.iter().find_map(|file| Self::of_idx_files(std::slice::from_ref(file))) {
            return idx;
        }
        let called = |names: &[&str]| {
            let is_so = |path: &Path| {
                path.file_name().is_some_and(|own| names.iter().any(|name| own.eq_ignore_ascii_case(name)))
            };
            entries().find(|path| path.is_dir() && is_so(path))
        };
        let folders = entries().filter(|path| path.is_dir()).count();
        match (called(&["train", "training"]), called(&["test", "testing"])) {
            (Some(train), Some(test)) if folders == 2 => {
                Self { folder: Some(train), test_folder: Some(test), ..Self::new(DataSource::Folder) }
            }
            _ => Self { folder: Some(folder.to_owned()), ..Self::new(DataSource::Folder) },
        }
    }
}
