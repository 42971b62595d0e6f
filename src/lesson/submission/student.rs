//! Who hands in, and the seeds that are theirs.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::digest::fnv1a;
use crate::random::mix;
use crate::storage::write_whole;

/// Letters of a name at most.
pub const LONGEST_NAME: usize = 120;
/// Letters of a number at most.
pub const LONGEST_NUMBER: usize = 60;
/// The largest seed: short enough to be read out, and for every program that reads JSON.
const LARGEST_SEED: u64 = 1_000_000_000;
/// The version of the file.
const FORMAT: u32 = 1;
/// The file, in the folder of lab reports.
const FILE: &str = "student.toml";

/// A student, as they write themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Student {
    /// Given and family name.
    pub name: String,
    /// Number of enrolment, or whatever tells two of one name apart; may be empty.
    #[serde(default)]
    pub number: String,
}

impl Student {
    /// A student with the control characters and spaces taken out that nobody sees, and cut to what fits into a file.
    #[must_use]
    pub fn new(name: &str, number: &str) -> Self {
        let tidy = |text: &str, most: usize| -> String {
            let plain: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
            let words: Vec<&str> = plain.split_whitespace().collect();
            words.join(" ").chars().take(most).collect::<String>().trim_end().to_owned()
        };
        Self { name: tidy(name, LONGEST_NAME), number: tidy(number, LONGEST_NUMBER) }
    }

    /// Whether there is a name.
    #[must_use]
    pub fn is_named(&self) -> bool {
        !self.name.is_empty()
    }

    /// The student's own seeds, so many of them, all different.
    ///
    /// The name in small letters, its words with one space between them, a line feed, and the number in small letters without
    /// spaces are hashed as UTF-8 by FNV-1a (64 bits). To the hash h the numbers 0, 1, 2, … are added; SplitMix64's mixing of
    /// each, modulo 10⁹, plus 1, is a seed; one that has been there is passed over. `lessons/README.md` does it in Python.
    #[must_use]
    pub fn seeds(&self, count: usize) -> Vec<u64> {
        let name: Vec<String> = self.name.split_whitespace().map(str::to_lowercase).collect();
        let number: String = self.number.split_whitespace().map(str::to_lowercase).collect();
        let hash = fnv1a(format!("{}\n{number}", name.join(" ")).as_bytes());
        let mut seeds = Vec::with_capacity(count);
        for step in 0.. {
            if seeds.len() == count {
                break;
            }
            let seed = 1 + mix(hash.wrapping_add(step)) % LARGEST_SEED;
            if !seeds.contains(&seed) {
                seeds.push(seed);
            }
        }
        seeds
    }
}

/// What is kept of the student between starts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Enrolment {
    format: u32,
    /// Who it is.
    pub student: Student,
    /// Whether lessons run from the student's own seeds.
    pub own_seeds: bool,
}

impl Enrolment {
    /// Of this student.
    #[must_use]
    pub fn new(student: Student, own_seeds: bool) -> Self {
        Self { format: FORMAT, student, own_seeds }
    }

    /// Reads what is kept in a folder; nobody where there is nothing that can be read.
    #[must_use]
    pub fn load(folder: &Path) -> Self {
        let read = fs::read_to_string(folder.join(FILE)).ok().and_then(|text| toml::from_str::<Self>(&text).ok());
        let read = read.filter(|read| read.format <= FORMAT).unwrap_or_default();
        Self::new(Student::new(&read.student.name, &read.student.number), read.own_seeds)
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn save(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        write_whole(&folder.join(FILE), toml::to_string(self).map_err(io::Error::other)?.as_bytes())
    }

    /// The seeds that an experiment of so many seeds should have; none where the student has none of their own.
    #[must_use]
    pub fn seeds(&self, count: usize) -> Option<Vec<u64>> {
        (self.own_seeds && self.student.is_named()).then(|| self.student.seeds(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the Python program in `lessons/README.md` prints.
    const PYTHON: [[u64; 3]; 3] = [
        [554_996_058, 830_882_270, 546_487_590],
        [278_460_905, 191_924_323, 683_162_607],
        [635_664_683, 866_719_141, 275_445_461],
    ];

    #[test]
    fn seeds_are_those_of_the_program_in_the_guide() {
        let seeds = |name: &str, number: &str| Student::new(name, number).seeds(3);
        assert_eq!(seeds("Ada Lovelace", "1815"), PYTHON[0]);
        assert_eq!(seeds("Zoë Ångström-Öz", "s 0042-X"), PYTHON[1]);
        assert_eq!(seeds("", ""), PYTHON[2]);
        assert_eq!(seeds("  ada\tLOVELACE ", " 18 15 "), PYTHON[0], "neither spaces nor capitals make another student");
    }

    #[test]
    fn seeds_differ_between_students_and_a_shorter_list_begins_a_longer_one() {
        let mut all: Vec<u64> = (0..500).flat_map(|number| Student::new("Kim", &number.to_string()).seeds(8)).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert!(count - all.len() <= 1, "4,000 of a thousand million");
        let student = Student::new("Kim", "7");
        assert_eq!(student.seeds(20)[..5], student.seeds(5));
    }

    #[test]
    fn a_student_outlasts_the_program() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(!Enrolment::load(folder.path()).student.is_named());
        let own = Enrolment::new(Student::new("A\u{7} \"B\"\n", "="), true);
        assert_eq!((own.student.name.as_str(), own.student.number.as_str()), ("A \"B\"", "="));
        own.save(folder.path()).expect("saved");
        assert_eq!(Enrolment::load(folder.path()), own);
        fs::write(folder.path().join(FILE), "format = ").expect("written");
        assert!(!Enrolment::load(folder.path()).own_seeds);
        assert_eq!(Student::new(&"x".repeat(1000), "").name.len(), LONGEST_NAME);
    }
}
