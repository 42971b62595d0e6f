//! IDX, the format of MNIST: a header, then all elements in one row.
//!
//! ```text
//! 0  0  type  n   size₁ … size_n   elements, the last dimension fastest
//! one byte each   big-endian u32   big-endian
//! ```
//!
//! Types are 0x08 (u8), 0x09 (i8), 0x0B (i16), 0x0C (i32), 0x0D (f32) and 0x0E (f64). The first size counts samples.

use std::io::Read;
use std::sync::Arc;

use super::dataset::Values;
use super::file::DataFile;
use super::subsample::{ChosenRows, chosen};
use super::{FileFault, InputShape, MAX_BYTES, MAX_CLASSES, MAX_VALUE};

/// Bytes that are read at once.
const CHUNK: usize = 1 << 16;
/// Elements for which room is made before the first has been seen.
const MOST_RESERVED: usize = 1 << 24;

/// Images, or other samples of a fixed number of features.
#[derive(Debug)]
pub(super) struct Images {
    /// Samples of the file, read or not.
    pub samples: usize,
    pub features: usize,
    pub shape: InputShape,
    pub values: Values,
}

/// Classes of samples.
#[derive(Debug)]
pub(super) struct Labels {
    pub numbers: Arc<Vec<u32>>,
    /// Labels of the file, read or not.
    pub of: usize,
    /// One more than the largest label.
    pub classes: usize,
}

/// Reads samples, at most `subsample` of them: bytes stay bytes, all else becomes `f32`.
pub(super) fn read_images(mut file: DataFile, subsample: Option<usize>) -> Result<Images, FileFault> {
    let header = Header::read(&mut file)?;
    if !(2..=4).contains(&header.sizes.len()) {
        return Err(FileFault::ImageDimensions(header.sizes.len()));
    }
    let count = header.count(&file)?;
    if count == 0 {
        return Err(FileFault::Empty(header.sizes));
    }
    let samples = header.sizes[0] as usize;
    let features = count / samples;
    let chosen = chosen(samples, subsample);
    let kept = chosen.as_ref().map_or(samples, Vec::len);
    header.check_memory(kept * features)?;
    let shape = match header.sizes[..] {
        [_, height, width] => InputShape::Image { width: width as usize, height: height as usize },
        _ => InputShape::Table,
    };
    let values = |file: &mut dyn Read| -> Result<Values, FileFault> {
        Ok(match header.element {
            Element::U8 => Values::Bytes(Arc::new(read_bytes(file, &header, kept * features)?)),
            element => Values::Floats(Arc::new(read_floats(file, &header, element, kept * features)?)),
        })
    };
    let values = header.read_part(&mut file, features, chosen, values)?;
    expect_end(&mut file, header.whole(count))?;
    if let Values::Floats(floats) = &values
        && let Some(place) = floats.iter().position(|value| value.is_nan() || value.abs() > MAX_VALUE)
    {
        let (sample, feature) = (place / features, place % features);
        return Err(FileFault::NotFinite { sample, feature, value: floats[place] });
    }
    Ok(Images { samples, features, shape, values })
}

/// Reads labels of any whole type, at most `subsample` of them.
pub(super) fn read_labels(mut file: DataFile, subsample: Option<usize>) -> Result<Labels, FileFault> {
    let header = Header::read(&mut file)?;
    if header.sizes.len() != 1 {
        return Err(FileFault::LabelDimensions(header.sizes.len()));
    }
    let count = header.count(&file)?;
    if count == 0 {
        return Err(FileFault::Empty(header.sizes));
    }
    let (of, chosen) = (count, chosen(count, subsample));
    let kept = chosen.as_ref().map_or(of, Vec::len);
    header.check_memory(kept)?;
    let numbers = |file: &mut dyn Read| read_whole_numbers(file, &header, kept);
    let numbers = header.read_part(&mut file, 1, chosen, numbers)?;
    expect_end(&mut file, header.whole(count))?;
    let labels: Vec<u32> =
        numbers.iter().enumerate().map(|(sample, &label)| class(sample, label)).collect::<Result<_, _>>()?;
    let classes = labels.iter().max().map_or(0, |&largest| largest as usize + 1);
    Ok(Labels { numbers: Arc::new(labels), of, classes })
}

fn read_whole_numbers(file: &mut dyn Read, header: &Header, count: usize) -> Result<Vec<i32>, FileFault> {
    match header.element {
        Element::U8 => Ok(read_bytes(file, header, count)?.into_iter().map(i32::from).collect()),
        Element::I8 => read_elements(file, header, count, |bytes| i32::from(i8::from_be_bytes(bytes))),
        Element::I16 => read_elements(file, header, count, |bytes| i32::from(i16::from_be_bytes(bytes))),
        Element::I32 => read_elements(file, header, count, i32::from_be_bytes),
        Element::F32 => Err(FileFault::LabelType("f32")),
        Element::F64 => Err(FileFault::LabelType("f64")),
    }
}

fn class(sample: usize, label: i32) -> Result<u32, FileFault> {
    let class = u32::try_from(label).map_err(|_| FileFault::NegativeLabel { sample, label })?;
    if class as usize >= MAX_CLASSES { Err(FileFault::LargeLabel { sample, label }) } else { Ok(class) }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    U8,
    I8,
    I16,
    I32,
    F32,
    F64,
}

impl Element {
    fn of(code: u8) -> Option<Self> {
        Some(match code {
            0x08 => Self::U8,
            0x09 => Self::I8,
            0x0B => Self::I16,
            0x0C => Self::I32,
            0x0D => Self::F32,
            0x0E => Self::F64,
            _ => return None,
        })
    }

    /// Bytes in the file.
    fn size(self) -> u64 {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::I16 => 2,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// Bytes in memory.
    fn stored_size(self) -> usize {
        if self == Self::U8 { size_of::<u8>() } else { size_of::<f32>() }
    }
}

struct Header {
    element: Element,
    sizes: Vec<u32>,
}

impl Header {
    fn read(file: &mut DataFile) -> Result<Self, FileFault> {
        let magic = read_up_to(file, 4)?;
        let &[0, 0, code, dimensions] = magic.as_slice() else { return Err(FileFault::NotIdx(magic)) };
        let element = Element::of(code).ok_or(FileFault::ElementType(code))?;
        let bytes = 4 * usize::from(dimensions);
        let sizes = read_up_to(file, bytes)?;
        if sizes.len() < bytes {
            return Err(FileFault::Truncated { wanted: 4 + bytes as u64, found: 4 + sizes.len() as u64 });
        }
        let sizes = sizes.as_chunks().0.iter().map(|&bytes| u32::from_be_bytes(bytes)).collect();
        Ok(Self { element, sizes })
    }

    /// The number of elements, which the file can hold.
    fn count(&self, file: &DataFile) -> Result<usize, FileFault> {
        let overflow = || FileFault::Overflow(self.sizes.clone());
        if self.sizes.contains(&0) {
            return Ok(0);
        }
        let product = self.sizes.iter().try_fold(1_usize, |product, &size| product.checked_mul(size as usize));
        let count = product.filter(|&count| count <= usize::MAX / 16).ok_or_else(overflow)?;
        let (wanted, found) = (self.whole(count), file.most());
        if wanted > found {
            return Err(FileFault::Truncated { wanted, found });
        }
        Ok(count)
    }

    /// So many elements must fit in memory.
    fn check_memory(&self, count: usize) -> Result<(), FileFault> {
        let bytes = count * self.element.stored_size();
        if bytes > MAX_BYTES { Err(FileFault::TooLarge { bytes: bytes as u64 }) } else { Ok(()) }
    }

    /// Has the chosen rows of so many elements read, or all of them.
    fn read_part<T>(
        &self,
        file: &mut DataFile,
        row: usize,
        chosen: Option<Vec<usize>>,
        read: impl FnOnce(&mut dyn Read) -> Result<T, FileFault>,
    ) -> Result<T, FileFault> {
        let Some(chosen) = chosen else { return read(file) };
        let (header, bytes) = (self.whole(0), row as u64 * self.element.size());
        let mut rows = ChosenRows::new(file, header, bytes, self.sizes[0] as usize, chosen);
        let part = read(&mut rows)?;
        rows.finish()?;
        Ok(part)
    }

    /// Bytes of a file with this header and so many elements.
    fn whole(&self, count: usize) -> u64 {
        4 + 4 * self.sizes.len() as u64 + count as u64 * self.element.size()
    }
}

fn read_up_to(file: &mut DataFile, bytes: usize) -> Result<Vec<u8>, FileFault> {
    let mut read = Vec::new();
    file.by_ref().take(bytes as u64).read_to_end(&mut read)?;
    Ok(read)
}

fn read_bytes(file: &mut dyn Read, header: &Header, count: usize) -> Result<Vec<u8>, FileFault> {
    let mut bytes = Vec::with_capacity(count.min(MOST_RESERVED));
    Read::take(&mut *file, count as u64).read_to_end(&mut bytes)?;
    if bytes.len() < count {
        let wanted = header.whole(count);
        return Err(FileFault::Truncated { wanted, found: wanted - (count - bytes.len()) as u64 });
    }
    bytes.shrink_to_fit();
    Ok(bytes)
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "features are f32")]
fn read_floats(file: &mut dyn Read, header: &Header, element: Element, count: usize) -> Result<Vec<f32>, FileFault> {
    match element {
        Element::U8 => read_elements(file, header, count, |bytes| f32::from(u8::from_be_bytes(bytes))),
        Element::I8 => read_elements(file, header, count, |bytes| f32::from(i8::from_be_bytes(bytes))),
        Element::I16 => read_elements(file, header, count, |bytes| f32::from(i16::from_be_bytes(bytes))),
        Element::I32 => read_elements(file, header, count, |bytes| i32::from_be_bytes(bytes) as f32),
        Element::F32 => read_elements(file, header, count, f32::from_be_bytes),
        Element::F64 => read_elements(file, header, count, |bytes| f64::from_be_bytes(bytes) as f32),
    }
}

/// Elements of `N` bytes, chunk by chunk, so that no copy of the file is in memory.
fn read_elements<T, const N: usize>(
    file: &mut dyn Read,
    header: &Header,
    count: usize,
    element: impl Fn([u8; N]) -> T,
) -> Result<Vec<T>, FileFault> {
    let mut elements = Vec::with_capacity(count.min(MOST_RESERVED));
    let mut chunk = Vec::with_capacity(CHUNK);
    while elements.len() < count {
        let left = count - elements.len();
        let wanted = CHUNK.min(left * N);
        chunk.clear();
        Read::take(&mut *file, wanted as u64).read_to_end(&mut chunk)?;
        if chunk.len() < wanted {
            let whole = header.whole(count);
            return Err(FileFault::Truncated { wanted: whole, found: whole - (left * N - chunk.len()) as u64 });
        }
        elements.extend(chunk.as_chunks().0.iter().map(|&bytes| element(bytes)));
    }
    elements.shrink_to_fit();
    Ok(elements)
}

/// Reads on to the end, where gzip keeps its checksum.
fn expect_end(file: &mut DataFile, wanted: u64) -> Result<(), FileFault> {
    if read_up_to(file, 1)?.is_empty() { Ok(()) } else { Err(FileFault::Overlong { wanted }) }
}

#[cfg(test)]
mod tests;
