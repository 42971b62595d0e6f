//! Which packs there are: beside the program, in the user's data folder, and in the program itself.

use std::fs;
use std::path::{Path, PathBuf};

use super::bundled::bundled_pack;
use super::fault::PackError;
use super::files::{MANIFEST, PackFiles};
use super::pack::Pack;

/// The folder of packs, beside the program and in the user's data folder.
const FOLDER: &str = "lessons";

/// The packs at hand, and why some others are not.
#[derive(Debug, Default)]
pub struct Library {
    /// The user's own first, then those beside the program, the bundled one last; of several with one id, the first.
    pub packs: Vec<Pack>,
    /// What could not be opened.
    pub faults: Vec<PackError>,
}

impl Library {
    /// Looks into the `lessons` folders of the user's data folder and of the program's, where these are known. A folder with a
    /// `pack.toml` is a pack, and so is a zip archive.
    #[must_use]
    pub fn find(user: Option<&Path>, program: Option<&Path>) -> Self {
        let mut library = Self::default();
        for folder in [user, program].into_iter().flatten().map(|folder| folder.join(FOLDER)) {
            for path in candidates(&folder) {
                match open(&path, user) {
                    Ok(pack) => library.add(pack),
                    Err(error) => library.faults.push(error),
                }
            }
        }
        library.add(bundled_pack().clone());
        library
    }

    fn add(&mut self, pack: Pack) {
        if self.packs.iter().all(|other| other.id != pack.id) {
            self.packs.push(pack);
        }
    }
}

/// Opens a pack that somebody dropped in. An archive with data files is unpacked into the user's folder, for experiments read
/// data from disk.
fn open(path: &Path, user: Option<&Path>) -> Result<Pack, PackError> {
    let files = PackFiles::open(path)?;
    match (&files.folder, user) {
        (None, Some(user)) if files.has_data() => {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let folder = user.join("lesson-data").join(format!("{stem}-{:08x}", files.checksum()));
            let unpacked = if folder.is_dir() { PackFiles::open(&folder) } else { install(&files, &folder, path) };
            Pack::read(unpacked?)
        }
        _ => Pack::read(files),
    }
}

fn install(files: &PackFiles, folder: &Path, path: &Path) -> Result<PackFiles, PackError> {
    let unreadable =
        |error: std::io::Error| PackError::Unreadable { path: path.to_owned(), problem: error.to_string() };
    files.unpack(folder).map_err(unreadable)
}

/// Folders with a `pack.toml` and zip archives, in the order of their names.
fn candidates(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_zip = |path: &Path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
    let mut found: Vec<PathBuf> = entries.filter(|path| path.join(MANIFEST).is_file() || is_zip(path)).collect();
    found.sort();
    found
}
