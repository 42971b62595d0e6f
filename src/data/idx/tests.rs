//! Files of a few bytes, each made by hand from the description of the format.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

fn read_images(file: DataFile) -> Result<Images, FileFault> {
    super::read_images(file, None)
}

fn read_labels(file: DataFile) -> Result<Labels, FileFault> {
    super::read_labels(file, None)
}

/// A header of this type and these sizes.
fn header(code: u8, sizes: &[u32]) -> Vec<u8> {
    let start = [0, 0, code, u8::try_from(sizes.len()).unwrap()];
    start.into_iter().chain(sizes.iter().flat_map(|size| size.to_be_bytes())).collect()
}

fn file(bytes: &[u8]) -> DataFile {
    DataFile::new(Cursor::new(bytes.to_vec()), bytes.len() as u64).unwrap()
}

fn images(code: u8, sizes: &[u32], elements: &[u8]) -> Result<Images, FileFault> {
    read_images(file(&[&header(code, sizes), elements].concat()))
}

fn labels(code: u8, sizes: &[u32], elements: &[u8]) -> Result<Vec<u32>, FileFault> {
    read_labels(file(&[&header(code, sizes), elements].concat())).map(|labels| labels.numbers.to_vec())
}

fn floats(code: u8, elements: &[u8]) -> Vec<f32> {
    match images(code, &[1, 2], elements).unwrap().values {
        Values::Floats(floats) => floats.to_vec(),
        Values::Bytes(bytes) => panic!("bytes: {bytes:?}"),
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn bytes_stay_bytes_and_three_dimensions_are_images_row_by_row() {
    let read = images(0x08, &[2, 1, 3], &[0, 1, 2, 253, 254, 255]).unwrap();
    assert_eq!((read.samples, read.features), (2, 3));
    assert_eq!(read.shape, InputShape::Image { width: 3, height: 1 });
    assert!(matches!(read.values, Values::Bytes(bytes) if *bytes == [0, 1, 2, 253, 254, 255]));
}

#[test]
fn two_or_four_dimensions_are_a_table() {
    assert_eq!(images(0x08, &[1, 2], &[1, 2]).unwrap().shape, InputShape::Table);
    let read = images(0x08, &[1, 2, 2, 2], &[0; 8]).unwrap();
    assert_eq!((read.shape, read.features), (InputShape::Table, 8));
}

#[test]
fn every_other_type_is_read_big_endian_with_its_sign() {
    assert_eq!(floats(0x09, &[0xFF, 0x7F]), [-1.0, 127.0]);
    assert_eq!(floats(0x0B, &[0x01, 0x00, 0xFF, 0xFE]), [256.0, -2.0]);
    assert_eq!(floats(0x0C, &[0x00, 0x01, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFD]), [65_536.0, -3.0]);
    assert_eq!(floats(0x0D, &[0x3F, 0xC0, 0x00, 0x00, 0xC0, 0x00, 0x00, 0x00]), [1.5, -2.0]);
    assert_eq!(floats(0x0E, &[0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0x00, 0, 0, 0, 0, 0, 0]), [1.5, -2.0]);
}

#[test]
fn labels_are_whole_numbers_of_any_size() {
    assert_eq!(labels(0x08, &[3], &[7, 0, 255]), Ok(vec![7, 0, 255]));
    assert_eq!(labels(0x09, &[2], &[7, 127]), Ok(vec![7, 127]));
    assert_eq!(labels(0x0B, &[1], &[0x01, 0x02]), Ok(vec![258]));
    assert_eq!(labels(0x0C, &[1], &[0, 0, 0x03, 0xE7]), Ok(vec![999]));
    assert_eq!(labels(0x0D, &[1], &[0; 4]), Err(FileFault::LabelType("f32")));
    assert_eq!(labels(0x0E, &[1], &[0; 8]), Err(FileFault::LabelType("f64")));
}

#[test]
fn a_label_that_is_no_class_is_refused() {
    assert_eq!(labels(0x09, &[2], &[0, 0xFF]), Err(FileFault::NegativeLabel { sample: 1, label: -1 }));
    let large = FileFault::LargeLabel { sample: 0, label: 1_000 };
    assert_eq!(labels(0x0B, &[1], &[0x03, 0xE8]), Err(large.clone()));
    assert!(large.to_string().contains("is it a file of labels?"), "{large}");
}

#[test]
fn what_is_no_idx_file_is_refused_by_its_first_bytes() {
    assert_eq!(read_images(file(b"PK\x03\x04")).unwrap_err(), FileFault::NotIdx(b"PK\x03\x04".to_vec()));
    assert_eq!(read_images(file(b"")).unwrap_err(), FileFault::NotIdx(Vec::new()));
    assert_eq!(read_labels(file(&[0, 0, 8])).unwrap_err(), FileFault::NotIdx(vec![0, 0, 8]));
    assert_eq!(images(0x0A, &[1, 1], &[0]).unwrap_err(), FileFault::ElementType(0x0A));
}

#[test]
fn images_and_labels_that_are_swapped_are_refused() {
    assert_eq!(images(0x08, &[2], &[0, 0]).unwrap_err(), FileFault::ImageDimensions(1));
    assert_eq!(labels(0x08, &[1, 2, 1], &[0, 0]), Err(FileFault::LabelDimensions(3)));
    assert_eq!(images(0x08, &[1, 1, 1, 1, 1], &[0]).unwrap_err(), FileFault::ImageDimensions(5));
}

#[test]
fn files_without_samples_or_features_are_refused() {
    assert_eq!(images(0x08, &[0, 28, 28], &[]).unwrap_err(), FileFault::Empty(vec![0, 28, 28]));
    assert_eq!(images(0x08, &[5, 0, 28], &[]).unwrap_err(), FileFault::Empty(vec![5, 0, 28]));
    assert_eq!(labels(0x08, &[0], &[]), Err(FileFault::Empty(vec![0])));
}

#[test]
fn too_few_and_too_many_bytes_are_counted() {
    // 4 bytes of magic, 8 of sizes, 6 of elements.
    assert_eq!(images(0x08, &[3, 2], &[0; 5]).unwrap_err(), FileFault::Truncated { wanted: 18, found: 17 });
    assert_eq!(images(0x08, &[3, 2], &[0; 7]).unwrap_err(), FileFault::Overlong { wanted: 18 });
    assert_eq!(labels(0x0B, &[2], &[0; 3]), Err(FileFault::Truncated { wanted: 12, found: 11 }));
    let short = read_images(file(&[0, 0, 8, 3, 0, 0])).unwrap_err();
    assert_eq!(short, FileFault::Truncated { wanted: 16, found: 6 });
    let inside_gzip = read_images(file(&packed(&[&header(0x0B, &[3, 2])[..], &[0; 11]].concat()))).unwrap_err();
    assert_eq!(inside_gzip, FileFault::Truncated { wanted: 24, found: 23 });
}

#[test]
fn a_header_may_not_claim_more_than_there_can_be() {
    let huge = [u32::MAX; 4];
    assert_eq!(images(0x08, &huge, &[]).unwrap_err(), FileFault::Overflow(huge.to_vec()));
    let claim = FileFault::Truncated { wanted: 16 + 60_000 * 784, found: 16 };
    assert_eq!(images(0x08, &[60_000, 28, 28], &[]).unwrap_err(), claim);
    let inside_gzip = read_images(file(&packed(&header(0x08, &[60_000, 28, 28])))).unwrap_err();
    assert!(matches!(inside_gzip, FileFault::Truncated { wanted: 47_040_016, .. }), "{inside_gzip}");
}

#[test]
fn data_beyond_the_limit_of_memory_are_refused_before_they_are_read() {
    let bytes = header(0x08, &[4_000_001, 1_000]);
    let endless = Cursor::new(bytes).chain(std::io::repeat(0));
    let fault = read_images(DataFile::new(endless, u64::MAX).unwrap()).unwrap_err();
    assert_eq!(fault, FileFault::TooLarge { bytes: 4_000_001_000 });
    assert!(fault.to_string().contains("4,000 MB"), "{fault}");
}

#[test]
fn values_that_are_no_numbers_are_refused_with_their_place() {
    let elements: Vec<u8> = [1.0, 2.0, f32::NEG_INFINITY, 4.0].iter().flat_map(|v: &f32| v.to_be_bytes()).collect();
    let fault = FileFault::NotFinite { sample: 1, feature: 0, value: f32::NEG_INFINITY };
    assert_eq!(images(0x0D, &[2, 2], &elements).unwrap_err(), fault);
    let nan = images(0x0D, &[1, 1], &f32::NAN.to_be_bytes()).unwrap_err();
    assert!(matches!(nan, FileFault::NotFinite { sample: 0, feature: 0, .. }));
    // Too large for single precision.
    assert!(matches!(images(0x0E, &[1, 1], &1e300_f64.to_be_bytes()), Err(FileFault::NotFinite { .. })));
}

#[test]
fn packed_files_are_known_by_how_they_begin() {
    let bytes = [&header(0x08, &[2]), &[1, 0][..]].concat();
    assert_eq!(*read_labels(file(&packed(&bytes))).unwrap().numbers, [1, 0]);
}

#[test]
fn broken_gzip_is_refused() {
    let whole = packed(&[&header(0x08, &[500]), &[1; 500][..]].concat());
    for broken in [&whole[..whole.len() - 4], &whole[..2], &[&whole[..whole.len() - 8], &[0; 8]].concat()] {
        let fault = read_labels(file(broken)).unwrap_err();
        assert!(matches!(fault, FileFault::BrokenGzip(_)), "{fault}");
    }
}

proptest! {
    /// Whatever happens to a file, reading it ends in data or in a fault, and data are as large as they say.
    #[test]
    fn no_damage_makes_reading_panic(
        code in prop::sample::select(vec![0x08_u8, 0x09, 0x0B, 0x0C, 0x0D, 0x0E]),
        pack in any::<bool>(),
        cut in 0_usize..200,
        extra in prop::collection::vec(any::<u8>(), 0..5),
        flips in prop::collection::vec((0_usize..200, any::<u8>()), 0..6),
    ) {
        let whole = [&header(code, &[3, 2, 2]), &[1; 96][..]].concat();
        let mut bytes = if pack { packed(&whole) } else { whole };
        bytes.truncate(bytes.len().saturating_sub(cut % (bytes.len() + 1)));
        bytes.extend(extra);
        for (place, value) in flips {
            if let Some(byte) = bytes.get_mut(place) {
                *byte = value;
            }
        }
        if let Ok(read) = read_images(file(&bytes)) {
            let count = match &read.values {
                Values::Bytes(bytes) => bytes.len(),
                Values::Floats(floats) => floats.len(),
            };
            prop_assert_eq!(count, read.samples * read.features);
        }
        if let Ok(read) = read_labels(file(&bytes)) {
            prop_assert!(read.numbers.iter().all(|&label| (label as usize) < read.classes));
        }
    }
}
