//! The pack that is part of the program, so that the lone executable teaches.

use std::sync::OnceLock;

use super::files::PackFiles;
use super::pack::Pack;

/// The files of `lessons/sparse-training`, compiled in.
macro_rules! bundled {
    ($($name:literal)*) => {
        /// Names inside the pack, and contents.
        pub(super) const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../lessons/sparse-training/", $name)))),*];
    };
}

// A line a file.
bundled! {
    "pack.toml"
    "01-first-connections.md"
    "02-density.md"
    "03-pruning.md"
    "04-cliff.md"
    "05-set-live.md"
    "06-two-of-sixteen.md"
    "07-details.md"
    "08-informed-growth.md"
    "09-exploration.md"
    "10-initialisation.md"
    "11-lottery-tickets.md"
    "12-sparse-beats-dense.md"
    "13-graphs.md"
    "14-speed.md"
    "experiments/first-connections.toml"
    "experiments/density.toml"
    "experiments/pruning.toml"
    "experiments/cliff.toml"
    "experiments/set-live.toml"
    "experiments/two-of-sixteen.toml"
    "experiments/details.toml"
    "experiments/informed-growth.toml"
    "experiments/exploration.toml"
    "experiments/initialisation.toml"
    "experiments/lottery-tickets.toml"
    "experiments/sparse-beats-dense.toml"
    "experiments/graphs.toml"
    "experiments/speed.toml"
}

/// The pack that is part of the program.
///
/// # Panics
/// Never: a test reads it.
pub fn bundled_pack() -> &'static Pack {
    static PACK: OnceLock<Pack> = OnceLock::new();
    PACK.get_or_init(|| {
        Pack::read(PackFiles::bundled(FILES)).unwrap_or_else(|error| panic!("the bundled pack:\n{error}"))
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_bundled_pack_is_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons/sparse-training");
        let files = PackFiles::open(&folder).expect("the folder of the pack");
        let mut bundled: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        bundled.sort_unstable();
        assert_eq!(files.names().collect::<Vec<_>>(), bundled, "name every file in src/lesson/bundled.rs");
        for (name, text) in FILES {
            assert_eq!(files.text(name), Ok(*text), "{name}");
        }
        assert!(bundled_pack().lessons.iter().all(|lesson| lesson.points() > 0 && lesson.lecture_minutes() > 0));
    }
}
