//! The files of a pack, from a folder, an archive or the program itself, read as something that a stranger wrote.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek};
use std::path::{Component, Path, PathBuf};

use zip::ZipArchive;

use super::fault::PackError;
use crate::storage::write_whole;

/// The file that makes a folder a pack.
pub const MANIFEST: &str = "pack.toml";
/// Files of a pack at most.
const MOST_FILES: usize = 1_000;
/// Folders within folders at most.
const MOST_DEPTH: usize = 8;
/// Bytes of all files together at most.
const MOST_BYTES: u64 = 256 << 20;
/// Bytes of a text at most.
const MOST_TEXT: usize = 4 << 20;
/// How many times larger than the archive its files may be together, once they exceed [`FREE_BYTES`].
const MOST_EXPANSION: u64 = 200;
/// Bytes that an archive may come to in any case.
const FREE_BYTES: u64 = 8 << 20;

/// The files of a pack: names inside it, with `/`, and contents.
#[derive(Debug, Clone)]
pub struct PackFiles {
    /// The folder or archive that they came from; nothing of the bundled pack.
    pub origin: Option<PathBuf>,
    /// The folder on disk in which data files are found; none of an archive or the bundled pack.
    pub folder: Option<PathBuf>,
    files: BTreeMap<String, Vec<u8>>,
}

impl PackFiles {
    /// Files that are part of the program.
    #[must_use]
    pub fn bundled(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|&(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect();
        Self { origin: None, folder: None, files }
    }

    /// Reads a folder with a `pack.toml`, or a zip archive of one.
    ///
    /// # Errors
    /// Where it cannot be read, holds no pack, has names that lead outside or links, or is larger than a pack can be.
    pub fn open(path: &Path) -> Result<Self, PackError> {
        let refused = |problem: String| PackError::Unreadable { path: path.to_owned(), problem };
        if path.is_dir() {
            let mut files = BTreeMap::new();
            read_folder(path, "", 0, &mut files).map_err(refused)?;
            if !files.contains_key(MANIFEST) {
                return Err(refused(format!("this folder is no lesson pack: it has no {MANIFEST}")));
            }
            return Ok(Self { origin: Some(path.to_owned()), folder: Some(path.to_owned()), files });
        }
        let file = File::open(path).map_err(|error| refused(error.to_string()))?;
        let files = read_archive(file).map_err(refused)?;
        Ok(Self { origin: Some(path.to_owned()), folder: None, files })
    }

    /// What stands before the name of a file where a fault in it is told.
    #[must_use]
    pub fn prefix(&self) -> String {
        self.origin.as_ref().map(|origin| format!("{}/", origin.display())).unwrap_or_default()
    }

    /// Names of all files, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether there is such a file.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// Whether it has files that an experiment may read as data: anything but lessons, experiments and pictures.
    #[must_use]
    pub fn has_data(&self) -> bool {
        let is_other =
            |name: &&str| !["md", "toml", "png", "jpg", "svg"].iter().any(|end| name.ends_with(&format!(".{end}")));
        self.names().any(|name| is_other(&name))
    }

    /// A number that other contents would hardly have.
    #[must_use]
    pub fn checksum(&self) -> u32 {
        let mut hasher = crc32fast::Hasher::new();
        for (name, bytes) in &self.files {
            hasher.update(name.as_bytes());
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
        hasher.finalize()
    }

    /// A file, if it is there.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// A text file.
    ///
    /// # Errors
    /// Where it is not there, too large or no UTF-8: the line, and what is wrong.
    pub fn text(&self, name: &str) -> Result<&str, (usize, String)> {
        let bytes = self.bytes(name).ok_or_else(|| (1, "There is no such file.".to_owned()))?;
        if bytes.len() > MOST_TEXT {
            return Err((1, format!("The file is larger than {} MB, too much for a text.", MOST_TEXT >> 20)));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let line = bytes[..error.valid_up_to()].split(|&byte| byte == b'\n').count();
            (line, "This is no UTF-8 text. Save the file in that encoding.".to_owned())
        })?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
    }

    /// Writes all files into a new folder, of which nothing is left where that fails; they are then found there.
    ///
    /// # Errors
    /// Where the folder is there already, or cannot be written.
    pub fn unpack(&self, folder: &Path) -> io::Result<Self> {
        if let Some(parent) = folder.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::create_dir(folder)?;
        let written = self.files.iter().try_for_each(|(name, bytes)| {
            let path = folder.join(name);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            write_whole(&path, bytes)
        });
        if let Err(error) = written {
            drop(fs::remove_dir_all(folder));
            return Err(error);
        }
        let origin = self.origin.clone().or_else(|| Some(folder.to_owned()));
        Ok(Self { origin, folder: Some(folder.to_owned()), files: self.files.clone() })
    }
}

/// The name of a file as the pack says it, where it is plain and stays inside: no `..`, no root, no drive, no `\`.
pub(super) fn inside(name: &str) -> Option<String> {
    if name.is_empty() || name.contains(['\\', ':']) || name.contains(char::is_control) {
        return None;
    }
    let parts = Path::new(name).components().map(|part| match part {
        Component::Normal(part) => part.to_str().map(str::to_owned),
        _ => None,
    });
    let parts: Vec<String> = parts.collect::<Option<_>>()?;
    // Names that Windows takes for devices or changes are nobody's loss elsewhere.
    let strange = |part: &String| part.ends_with(['.', ' ']) || part.contains(['<', '>', '"', '|', '?', '*']);
    (parts.len() <= MOST_DEPTH && !parts.iter().any(strange)).then(|| parts.join("/"))
}

/// A file that says nothing: what systems and editors leave.
fn is_litter(name: &str) -> bool {
    name.split('/')
        .any(|part| part.starts_with('.') || part == "__MACOSX" || part == "Thumbs.db" || part.ends_with('~'))
}

fn read_folder(folder: &Path, prefix: &str, depth: usize, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    let failed = |path: &Path, error: &io::Error| format!("{}: {error}", path.display());
    let entries = fs::read_dir(folder).map_err(|error| failed(folder, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| failed(folder, &error))?;
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if is_litter(&name) {
            continue;
        }
        let kind = entry.file_type().map_err(|error| failed(&path, &error))?;
        if kind.is_symlink() {
            return Err(format!("{name} is a link, and may lead outside. Put the file itself in its place."));
        }
        if inside(&name).is_none() {
            return Err(format!("{name} is no name that every system can have"));
        }
        if kind.is_dir() {
            if depth >= MOST_DEPTH {
                return Err(format!("{name} lies deeper than {MOST_DEPTH} folders"));
            }
            read_folder(&path, &format!("{name}/"), depth + 1, files)?;
            continue;
        }
        let room = MOST_BYTES - total(files);
        let file = File::open(&path).map_err(|error| failed(&path, &error))?;
        let bytes = read_at_most(file, room).map_err(|error| failed(&path, &error))?;
        add(files, &name, bytes.ok_or_else(too_large)?)?;
    }
    Ok(())
}

fn total(files: &BTreeMap<String, Vec<u8>>) -> u64 {
    files.values().map(|bytes| bytes.len() as u64).sum()
}

fn too_large() -> String {
    format!("it is larger than {} MB, the most that a lesson pack may be", MOST_BYTES >> 20)
}

fn add(files: &mut BTreeMap<String, Vec<u8>>, name: &str, bytes: Vec<u8>) -> Result<(), String> {
    if files.len() >= MOST_FILES {
        return Err(format!("it has more than {MOST_FILES} files, the most that a lesson pack may have"));
    }
    match files.insert(name.to_owned(), bytes) {
        None => Ok(()),
        Some(_) => Err(format!("it holds {name} twice")),
    }
}

/// All bytes, or nothing where there are more than so many: what an archive says of its sizes is not believed.
fn read_at_most(reader: impl Read, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    reader.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

fn read_archive(mut file: impl Read + Seek) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let broken = |error: &dyn std::fmt::Display| format!("this is no zip archive that can be read: {error}");
    let size = file.seek(io::SeekFrom::End(0)).map_err(|error| broken(&error))?;
    if size > MOST_BYTES {
        return Err(too_large());
    }
    file.rewind().map_err(|error| broken(&error))?;
    let packed = read_at_most(file, MOST_BYTES).map_err(|error| broken(&error))?.ok_or_else(too_large)?;
    let most = MOST_BYTES.min(FREE_BYTES.max(size.saturating_mul(MOST_EXPANSION)));
    let mut archive = ZipArchive::new(Cursor::new(packed)).map_err(|error| broken(&error))?;
    if archive.has_duplicate_names() {
        return Err("it holds two files of one name".to_owned());
    }
    if archive.len() > 4 * MOST_FILES {
        return Err(format!("it has {} entries, more than a lesson pack may have", archive.len()));
    }
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| broken(&error))?;
        let name = entry.name().map_err(|error| broken(&error))?.into_owned();
        if entry.is_symlink() {
            return Err(format!("{name} is a link, and may lead outside. Put the file itself in its place."));
        }
        let inner = inside(name.trim_end_matches('/'));
        let inner = inner.ok_or_else(|| {
            format!("“{}” leads outside, or is no name that every system can have", name.escape_debug())
        })?;
        if entry.is_dir() || is_litter(&inner) {
            continue;
        }
        let bytes = read_at_most(entry, most - total(&files)).map_err(|error| format!("{name}: {error}"))?;
        let bytes = bytes.ok_or_else(|| {
            format!(
                "unpacked, it would be more than {} MB: far more than an archive of this size holds honestly",
                most >> 20
            )
        })?;
        add(&mut files, &inner, bytes)?;
    }
    below_manifest(files)
}

/// The files beside or below the one `pack.toml`, named from there: archives often hold the folder itself.
fn below_manifest(files: BTreeMap<String, Vec<u8>>) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let tops: Vec<&str> = files
        .keys()
        .filter_map(|name| name.strip_suffix(MANIFEST))
        .filter(|top| top.is_empty() || top.ends_with('/'))
        .collect();
    let top = match tops.as_slice() {
        [top] => (*top).to_owned(),
        [] => return Err(format!("this archive is no lesson pack: it has no {MANIFEST}")),
        _ => return Err(format!("this archive holds {} packs. Open them one by one.", tops.len())),
    };
    Ok(files.into_iter().filter_map(|(name, bytes)| Some((name.strip_prefix(&top)?.to_owned(), bytes))).collect())
}

#[cfg(test)]
mod tests;
