//! Which pictures of which classes a folder holds.

use std::ffi::OsStr;
use std::fs::{DirEntry, read_dir};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::data::{FileFault, MAX_CLASSES};

/// Names of pictures end so.
const ENDINGS: [&str; 7] = ["png", "jpg", "jpeg", "pgm", "ppm", "pbm", "pnm"];
/// What desktops leave in folders.
const LEFTOVERS: [&str; 2] = ["thumbs.db", "desktop.ini"];

/// The pictures of a folder, none of them read.
#[derive(Debug)]
pub(super) struct Listing {
    pub folder: PathBuf,
    /// The classes, in their order.
    pub classes: Vec<String>,
    /// The path from the folder and the class of each picture.
    pub files: Vec<(PathBuf, u32)>,
    /// Names, sizes and times of all files: whether they are still the same.
    pub stamp: u64,
}

impl Listing {
    pub(super) fn of(folder: &Path) -> Result<Self, FileFault> {
        if !folder.metadata()?.is_dir() {
            return Err(FileFault::NotAFolder);
        }
        let mut classes = Vec::new();
        for entry in entries(folder)? {
            let path = entry.path();
            if path.is_dir() {
                classes.push((name_of(&path), path));
            } else if is_picture(&path) {
                return Err(FileFault::StrayPicture(name_of(&path)));
            }
        }
        sort(&mut classes);
        match classes.as_slice() {
            [] => return Err(FileFault::NoClassFolders),
            [(name, _)] => return Err(FileFault::OneClassFolder(name.clone())),
            all if all.len() > MAX_CLASSES => return Err(FileFault::TooManyClassFolders(all.len())),
            _ => {}
        }
        let (mut files, mut hasher) = (Vec::new(), DefaultHasher::new());
        for (class, (name, path)) in (0..).zip(&classes) {
            let before = files.len();
            for entry in entries(path)? {
                // Of what a link leads to, not of the link.
                let found = entry.path().metadata()?;
                let file = Path::new(path.file_name().unwrap_or_default()).join(entry.file_name());
                if found.is_dir() {
                    return Err(FileFault::FolderInClass(file.to_string_lossy().into_owned()));
                }
                (&file, found.len(), found.modified().ok()).hash(&mut hasher);
                files.push((file, class));
            }
            if files.len() == before {
                return Err(FileFault::EmptyClassFolder(name.clone()));
            }
        }
        let classes = classes.into_iter().map(|(name, _)| name).collect();
        Ok(Self { folder: folder.to_owned(), classes, files, stamp: hasher.finish() })
    }
}

/// The pictures of a folder with one folder for each class, in the order in which they are read.
///
/// # Errors
/// Where it holds anything else.
pub fn picture_files(folder: &Path) -> Result<Vec<PathBuf>, FileFault> {
    Ok(Listing::of(folder)?.files.into_iter().map(|(file, _)| file).collect())
}

/// What a folder holds, by name; hidden files and those of desktops left out.
fn entries(folder: &Path) -> Result<Vec<DirEntry>, FileFault> {
    let mut entries = read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.retain(|entry| {
        let name = entry.file_name().to_string_lossy().to_lowercase();
        !name.starts_with('.') && !LEFTOVERS.contains(&name.as_str())
    });
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// By name, or by number where all names are numbers.
fn sort(classes: &mut [(String, PathBuf)]) {
    let number = |name: &str| name.parse::<u64>().ok();
    if classes.iter().all(|(name, _)| number(name).is_some()) {
        classes.sort_by(|one, other| (number(&one.0), &one.0).cmp(&(number(&other.0), &other.0)));
    }
}
