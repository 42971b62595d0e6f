//! Reading a part of a file whose samples are all of one length.

use std::io::{self, Read};
use std::vec::IntoIter;

use rand::seq::index::sample;

use super::FileFault;
use super::file::DataFile;
use crate::random::{Stream, generator};

/// Which of so many samples are read, in order; nothing if all are.
pub(super) fn chosen(samples: usize, subsample: Option<usize>) -> Option<Vec<usize>> {
    let count = subsample.filter(|&count| count < samples)?;
    let mut chosen = sample(&mut generator(0, Stream::Subsample), samples, count).into_vec();
    chosen.sort_unstable();
    Some(chosen)
}

/// The bytes of the chosen rows of a file, whose other rows are passed over.
pub(super) struct ChosenRows<'a> {
    file: &'a mut DataFile,
    /// Bytes of a row.
    row: u64,
    /// Bytes of all rows, and of what is before them.
    all: u64,
    header: u64,
    chosen: IntoIter<usize>,
    /// Bytes of rows that were read or passed over.
    at: u64,
    /// Bytes left of the row that is being read.
    left: u64,
}

impl<'a> ChosenRows<'a> {
    /// The rows of a file that is read up to the end of its header of so many bytes.
    pub(super) fn new(file: &'a mut DataFile, header: u64, row: u64, rows: usize, chosen: Vec<usize>) -> Self {
        Self { file, row, all: row * rows as u64, header, chosen: chosen.into_iter(), at: 0, left: 0 }
    }

    /// Passes over the rest of the rows.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.skip_to(self.all)
    }

    fn skip_to(&mut self, place: u64) -> io::Result<()> {
        let wanted = place - self.at;
        let skipped = io::copy(&mut self.file.by_ref().take(wanted), &mut io::sink())?;
        self.at += skipped;
        if skipped < wanted { Err(self.truncated()) } else { Ok(()) }
    }

    fn truncated(&self) -> io::Error {
        io::Error::other(FileFault::Truncated { wanted: self.header + self.all, found: self.header + self.at })
    }
}

impl Read for ChosenRows<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let Some(row) = self.chosen.next() else { return Ok(0) };
            self.skip_to(row as u64 * self.row)?;
            self.left = self.row;
        }
        let read = self.file.by_ref().take(self.left).read(buffer)?;
        if read == 0 && !buffer.is_empty() {
            return Err(self.truncated());
        }
        self.at += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}
