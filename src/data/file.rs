//! Opening data files, packed by gzip or not.

use std::fs::{File, metadata};
use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::{FileFault, MAX_BYTES};

/// The most bytes that gzip can make of one.
const MOST_UNPACKED: u64 = 1_040;
/// What a gzip file begins with.
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// A data file from its beginning, unpacked where it is packed by gzip.
///
/// Errors of reading carry a [`FileFault`], which `FileFault::from` takes out again.
pub(super) struct DataFile {
    reader: Box<dyn Read>,
    most: u64,
    is_packed: bool,
    gauge: Gauge,
}

/// How much of a file has been read.
#[derive(Debug, Clone)]
pub(super) struct Gauge {
    read: Arc<AtomicU64>,
    bytes: u64,
}

impl Gauge {
    /// From 0 to 1. What waits to be unpacked counts as read: up to 64 KB.
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub(super) fn share(&self) -> f64 {
        (self.read.load(Ordering::Relaxed) as f64 / self.bytes.max(1) as f64).min(1.0)
    }
}

/// Counts what is read.
struct Counted<R> {
    reader: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl DataFile {
    /// The file at this path.
    pub(super) fn open(path: &Path) -> Result<Self, FileFault> {
        // Asked first: opening a pipe may wait for ever.
        let found = metadata(path).map_err(FileFault::from)?;
        if !found.is_file() {
            return Err(FileFault::NotAFile);
        }
        Self::new(File::open(path).map_err(FileFault::from)?, found.len())
    }

    /// A file of this many bytes. How it begins says whether it is packed, whatever its name says.
    pub(super) fn new(file: impl Read + 'static, bytes: u64) -> Result<Self, FileFault> {
        let gauge = Gauge { read: Arc::default(), bytes };
        let mut file = BufReader::with_capacity(1 << 16, Counted { reader: file, read: Arc::clone(&gauge.read) });
        let mut start = Vec::new();
        file.by_ref().take(GZIP.len() as u64).read_to_end(&mut start).map_err(FileFault::from)?;
        let is_packed = start == GZIP;
        let whole = Cursor::new(start).chain(file);
        Ok(if is_packed {
            let reader = Box::new(MultiGzDecoder::new(whole));
            Self { reader, most: bytes.saturating_mul(MOST_UNPACKED), is_packed, gauge }
        } else {
            Self { reader: Box::new(whole), most: bytes, is_packed, gauge }
        })
    }

    /// Tells at any time how much of the file has been read.
    pub(super) fn gauge(&self) -> Gauge {
        self.gauge.clone()
    }

    /// Whether it is packed by gzip.
    pub(super) fn is_packed(&self) -> bool {
        self.is_packed
    }

    /// No more bytes than these can be read.
    pub(super) fn most(&self) -> u64 {
        self.most
    }
}

impl Read for DataFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer).map_err(|error| match error.kind() {
            ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof if self.is_packed => {
                io::Error::other(FileFault::BrokenGzip(error.to_string()))
            }
            _ => error,
        })
    }
}

/// The longest line of a text, in bytes.
const LONGEST_LINE: u64 = 64 << 20;

/// A text whose lines all end in `\n`, the last one too.
///
/// It guards against text that never ends: files that unpack to any size, and binary files taken for text.
pub(super) struct Text<R> {
    reader: R,
    /// Bytes that it may have.
    most: u64,
    /// The last byte taken from the reader.
    last: u8,
    read: u64,
    line: u64,
}

impl Text<DataFile> {
    pub(super) fn new(file: DataFile) -> Self {
        // What is not packed ends with its file, however little of it is kept.
        let most = if file.is_packed { MAX_BYTES as u64 } else { u64::MAX };
        Self { reader: file, most, last: b'\n', read: 0, line: 0 }
    }
}

impl<R: Read> Text<R> {
    /// Turns the line ends `\r\n` and `\r` into `\n`; how many bytes are left of these.
    fn unify_line_ends(&mut self, bytes: &mut [u8]) -> usize {
        if self.last != b'\r' && !bytes.contains(&b'\r') {
            self.last = bytes.last().copied().unwrap_or(self.last);
            return bytes.len();
        }
        let mut kept = 0;
        for place in 0..bytes.len() {
            let byte = bytes[place];
            if !(byte == b'\n' && self.last == b'\r') {
                bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
            self.last = byte;
        }
        kept
    }

    fn guard(&mut self, bytes: &[u8]) -> Result<(), FileFault> {
        self.read += bytes.len() as u64;
        self.line = match bytes.iter().rposition(|&byte| byte == b'\n') {
            Some(end) => (bytes.len() - end) as u64,
            None => self.line + bytes.len() as u64,
        };
        if self.line > LONGEST_LINE {
            return Err(FileFault::EndlessLine);
        }
        if self.read > self.most { Err(FileFault::TooLarge { bytes: self.read }) } else { Ok(()) }
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.reader.read(buffer)?;
            if count == 0 && !matches!(self.last, b'\n' | b'\r') && !buffer.is_empty() {
                self.last = b'\n';
                buffer[0] = b'\n';
                return Ok(1);
            }
            let kept = self.unify_line_ends(&mut buffer[..count]);
            self.guard(&buffer[..kept]).map_err(io::Error::other)?;
            if kept > 0 || count == 0 {
                return Ok(kept);
            }
        }
    }
}
