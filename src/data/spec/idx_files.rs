//! Which IDX files belong together, by their names.

use std::path::{Path, PathBuf};

use crate::data::{DataSource, DataSpec, FileKey};

impl DataSpec {
    /// The IDX files among these, with those that lie beside them: images and labels, of training and of testing, named as
    /// those of MNIST are (`train-images-idx3-ubyte`, `t10k-labels-idx1-ubyte.gz`). Nothing if the first is no such file.
    #[must_use]
    pub fn of_idx_files(paths: &[PathBuf]) -> Option<Self> {
        let first = paths.first()?;
        key_of(first)?;
        let mut spec = Self::new(DataSource::Idx);
        for path in paths.iter().cloned().chain(partners(first)) {
            if let Some(key) = key_of(&path).filter(|&key| spec.path(key).is_none()) {
                *spec.path_mut(key) = Some(path);
            }
        }
        // A test part alone is all there is.
        if spec.images.is_none() && spec.labels.is_none() {
            (spec.images, spec.labels) = (spec.test_images.take(), spec.test_labels.take());
        }
        Some(spec)
    }
}

/// What a file with this name holds.
fn key_of(path: &Path) -> Option<FileKey> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let is_idx = name.contains("idx") || name.contains("ubyte");
    let of_tests = name.contains("t10k") || name.contains("test");
    match (is_idx, name.contains("images"), name.contains("labels"), of_tests) {
        (true, true, false, false) => Some(FileKey::Images),
        (true, true, false, true) => Some(FileKey::TestImages),
        (true, false, true, false) => Some(FileKey::Labels),
        (true, false, true, true) => Some(FileKey::TestLabels),
        _ => None,
    }
}

/// The files beside one whose names differ only in what they hold.
fn partners(path: &Path) -> Vec<PathBuf> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let parts = [("images", "labels"), ("labels", "images")].map(|(from, to)| {
        let (from_dimensions, to_dimensions) = if from == "images" { ("idx3", "idx1") } else { ("idx1", "idx3") };
        if name.contains(from) { name.replace(from, to).replace(from_dimensions, to_dimensions) } else { name.clone() }
    });
    let sets = [("train", "t10k"), ("train", "test"), ("t10k", "train"), ("test", "train")];
    let others = parts.iter().flat_map(|part| sets.iter().map(move |(from, to)| part.replace(from, to)));
    let found = parts.iter().cloned().chain(others).map(|name| path.with_file_name(name));
    found.filter(|other| other != path && other.is_file()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_of_mnist_finds_the_three_others_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let names = [
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
        ];
        let paths = names.map(|name| folder.path().join(name));
        for path in &paths {
            std::fs::write(path, "").unwrap();
        }
        let [images, labels, test_images, test_labels] = paths.clone().map(Some);
        let wanted = DataSpec { images, labels, test_images, test_labels, ..DataSpec::new(DataSource::Idx) };
        for path in &paths {
            assert_eq!(DataSpec::of_idx_files(std::slice::from_ref(path)), Some(wanted.clone()));
        }
        std::fs::remove_file(&paths[0]).unwrap();
        std::fs::remove_file(&paths[1]).unwrap();
        let alone = DataSpec::of_idx_files(&paths[2..3]).unwrap();
        assert_eq!(
            (alone.images, alone.labels, alone.test_images),
            (Some(paths[2].clone()), Some(paths[3].clone()), None)
        );
        assert_eq!(DataSpec::of_idx_files(&[folder.path().join("iris.csv")]), None);
    }
}
