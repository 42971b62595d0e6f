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

    /// Opens a pack from a folder or archive and puts it first; another with its id gives way to it. Its id.
    ///
    /// # Errors
    /// Where there is no pack; everything stays as it was.
    pub fn open(&mut self, path: &Path, user: Option<&Path>) -> Result<String, PackError> {
        let pack = open(path, user)?;
        let id = pack.id.clone();
        self.packs.retain(|other| other.id != id);
        self.packs.insert(0, pack);
        Ok(id)
    }

    /// A pack by its id.
    #[must_use]
    pub fn pack(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.id == id)
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::lesson::template::new_pack;

    /// The template as an archive, with its data in a table of its own.
    fn zipped(path: &Path, id: &str) {
        let folder = tempfile::tempdir().expect("a folder");
        let pack = folder.path().join("pack");
        new_pack(&pack).expect("written");
        let read = |name: &str| fs::read_to_string(pack.join(name)).expect("there");
        let rows: Vec<String> = (0..60).map(|row| format!("{row},{},{}", row % 7, row % 2)).collect();
        let files = [
            ("pack.toml", read("pack.toml").replace("my-lessons", id)),
            ("01-first.md", read("01-first.md")),
            (
                "experiments/first.toml",
                read("experiments/first.toml").replace("\"circle\"\ntrain = 250", "\"csv\"\nfile = \"../data/x.csv\""),
            ),
            ("data/x.csv", format!("a,b,class\n{}\n", rows.join("\n"))),
        ];
        let mut writer = ZipWriter::new(fs::File::create(path).expect("made"));
        for (name, text) in files {
            writer.start_file(format!("top/{name}"), SimpleFileOptions::default()).expect("started");
            writer.write_all(text.as_bytes()).expect("written");
        }
        writer.finish().expect("finished");
    }

    #[test]
    fn packs_are_found_in_all_places_and_the_users_own_come_first() {
        let (user, program) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let folders = [user.path(), program.path()].map(|folder| folder.join(FOLDER));
        for folder in &folders {
            fs::create_dir(folder).expect("made");
        }
        new_pack(&folders[0].join("own")).expect("written");
        new_pack(&folders[1].join("same id")).expect("written");
        zipped(&folders[0].join("with data.zip"), "zipped");
        fs::write(folders[1].join("broken.zip"), "no archive").expect("written");
        fs::create_dir(folders[1].join("no pack")).expect("made");
        for _ in 0..2 {
            let library = Library::find(Some(user.path()), Some(program.path()));
            let ids: Vec<&str> = library.packs.iter().map(|pack| pack.id.as_str()).collect();
            assert_eq!(ids, ["my-lessons", "zipped", "sparse-training"]);
            assert_eq!(library.faults.len(), 1, "{:?}", library.faults);
            assert!(library.faults[0].to_string().contains("broken.zip"));
            // The second time the data are there already.
            let data = library.packs[1].lessons[0].experiment.data().file.clone().expect("a table");
            assert!(data.starts_with(user.path().join("lesson-data")) && data.is_file(), "{}", data.display());
        }
        let alone = Library::find(None, None);
        assert_eq!(alone.packs.len(), 1);
    }
}
