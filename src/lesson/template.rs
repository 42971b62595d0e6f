//! `regrow lesson new`: a pack to begin with, which holds as it stands.

use std::fs;
use std::io;
use std::path::Path;

use super::files::PackFiles;

/// The files of a new pack.
pub(super) const FILES: &[(&str, &str)] = &[
    ("pack.toml", include_str!("template/pack.toml")),
    ("01-first.md", include_str!("template/01-first.md")),
    ("experiments/first.toml", include_str!("template/first.toml")),
];

/// Writes a new pack into a folder that is not there yet, or empty.
///
/// # Errors
/// Where there is something in the folder, or it cannot be written.
pub fn new_pack(folder: &Path) -> io::Result<()> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none()) {
        fs::remove_dir(folder)?;
    }
    PackFiles::bundled(FILES).unpack(folder).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{Pack, Plan, verify};

    #[test]
    fn a_new_pack_holds_and_nothing_is_written_over() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("mine");
        new_pack(&folder).expect("written");
        let pack = Pack::open(&folder).unwrap_or_else(|error| panic!("{error}"));
        let reports = verify(&pack, Plan { fresh: 0, first_seed: 1001, threads: 2 }, &|_| {}).expect("threads");
        assert!(!reports.is_empty());
        for report in reports {
            assert_eq!(report.faults(), Vec::<String>::new(), "{}", report.check);
        }
        assert!(new_pack(&folder).is_err(), "it is there already");
        assert!(pack.reloaded().is_none(), "nothing has changed");
        let file = folder.join("01-first.md");
        let text = fs::read_to_string(&file).expect("there");
        fs::write(&file, text.replace("How dense is dense enough?", "Another title")).expect("written");
        let title = |pack: Option<Result<Pack, _>>| Some(pack?.ok()?.lessons[0].title.clone());
        assert_eq!(title(pack.reloaded()).as_deref(), Some("Another title"));
        fs::write(&file, "no lesson").expect("written");
        assert!(pack.reloaded().is_some_and(|pack| pack.is_err()), "its author sees why");
        let empty = parent.path().join("empty");
        fs::create_dir(&empty).expect("made");
        new_pack(&empty).expect("an empty folder is as good as none");
    }
}
