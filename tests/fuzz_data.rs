//! Damaged and random data files: each is either read or refused with a reason, and nothing panics.
//!
//! The number of cases of each kind is 2,000, or what `REGROW_FUZZ_CASES` says; `REGROW_FUZZ_SEED` chooses others. Files are
//! small, so what is read from one must be small too: sizes that a header claims are never believed.

use std::io::{Cursor, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use rand::RngExt;
use rand::seq::IndexedRandom;
use regrow::data::{
    ClassName, Column, DataError, DataSource, DataSpec, Delimiter, Missing, PictureColour, Scale, Split, preview,
};
use regrow::random::{Generator, Stream, generator};

/// Bytes that matter to tables.
const TABLE_BYTES: &[u8] = b"\0\",;\t\n\r x1-.e?\xEF\xBB\xBF\xFF";

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().map_or(usual, |text| text.parse().expect("a whole number"))
}

/// Has each case written to a file, and read.
fn fuzz(offset: u64, case: impl Fn(&mut Generator, &Path) -> DataSpec) {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut read, mut refused) = (0_u64, 0_u64);
    let seed = number("REGROW_FUZZ_SEED", 0);
    for index in 0..number("REGROW_FUZZ_CASES", 2_000) {
        let mut rng = generator((seed << 40) + (offset << 32) + index, Stream::Data);
        // A file of its own, for files that seem not to have changed are not read again.
        let path = folder.path().join(index.to_string());
        let spec = case(&mut rng, &path);
        match spec.generate(index) {
            Ok(split) => {
                check(&split);
                read += 1;
            }
            Err(fault) => {
                check_fault(&fault);
                refused += 1;
            }
        }
        for file in [path.with_extension("labels"), path] {
            // Tables have no labels.
            drop(std::fs::remove_file(file));
        }
        // And pictures have a folder.
        drop(std::fs::remove_dir_all(folder.path().join(index.to_string())));
    }
    println!("{read} read, {refused} refused");
    assert!(read > 0 && refused > 0, "{read} read, {refused} refused: cases must do both");
}

fn check(split: &Split) {
    for part in [&split.train, &split.test] {
        assert_eq!(part.features(), split.train.features());
        assert!(part.samples() > 0 && part.features() > 0 && part.classes() >= 2);
        assert!(part.samples() * part.features() < 1 << 22, "more than the file can hold");
        assert!(part.labels().iter().all(|&label| (label as usize) < part.classes()));
        for index in 0..part.samples() {
            assert!(part.sample(index).iter().all(|value| value.is_finite()), "{:?}", part.sample(index));
        }
    }
}

fn check_fault(fault: &DataError) {
    let text = fault.to_string();
    assert!(text.len() > 15 && text.ends_with(['.', '?']) && !fault.key().is_empty(), "{text}");
}

/// Changes, doubles, cuts out or appends some bytes.
fn damage(rng: &mut Generator, bytes: &mut Vec<u8>, alphabet: &[u8]) {
    for _ in 0..rng.random_range(0..6) {
        let place = rng.random_range(0..=bytes.len());
        let byte = if rng.random_bool(0.3) { rng.random() } else { *alphabet.choose(rng).expect("some") };
        match rng.random_range(0..6) {
            0 => bytes.truncate(place),
            1 => bytes.insert(place, byte),
            2 if place < bytes.len() => drop(bytes.remove(place)),
            3 => bytes.extend_from_within(place..),
            _ => {
                if let Some(old) = bytes.get_mut(place) {
                    *old = byte;
                }
            }
        }
    }
    bytes.truncate(1 << 14);
}

/// Packed at times, and the package damaged too.
fn write(rng: &mut Generator, path: &Path, mut bytes: Vec<u8>) {
    if rng.random_bool(0.3) {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&bytes).expect("packed");
        bytes = encoder.finish().expect("packed");
        if rng.random_bool(0.4) {
            damage(rng, &mut bytes, &[0, 1, 0xFF]);
        }
    }
    std::fs::write(path, bytes).expect("written");
}

fn table(rng: &mut Generator) -> Vec<u8> {
    if rng.random_bool(0.1) {
        return (0..rng.random_range(0..200)).map(|_| *TABLE_BYTES.choose(rng).expect("some")).collect();
    }
    let cells = ["1", "2.5", "-3e4", "red", "blue", "", "?", "NA", "inf", "1e39", "a b", "\"x, \"\"y\"\"\"", "0.1"];
    let (columns, rows) = (rng.random_range(1..6), rng.random_range(0..12));
    let delimiter = [",", ";", "\t"].choose(rng).expect("some");
    let end = ["\n", "\r\n", "\r"].choose(rng).expect("some");
    let plain = rng.random_bool(0.7);
    let mut text = if rng.random_bool(0.2) { "\u{FEFF}".to_owned() } else { String::new() };
    for row in 0..rows {
        let cell = |column: usize, rng: &mut Generator| match () {
            () if row == 0 && plain => format!("c{column}"),
            () if plain && column + 1 == columns => ["a", "b", "c"].choose(rng).expect("some").to_string(),
            () if plain && rng.random_bool(0.95) => cells[rng.random_range(0..3)].to_owned(),
            () => cells.choose(rng).expect("some").to_string(),
        };
        let cells: Vec<String> = (0..columns).map(|column| cell(column, rng)).collect();
        text += &(cells.join(delimiter) + end);
    }
    text.into_bytes()
}

fn column(rng: &mut Generator) -> Column {
    if rng.random_bool(0.5) {
        Column::Number(rng.random_range(0..7))
    } else {
        Column::Name(["c0", "c1", "c2", "red", ""].choose(rng).expect("some").to_string())
    }
}

fn some<T>(rng: &mut Generator, share: f64, make: impl FnOnce(&mut Generator) -> T) -> Option<T> {
    rng.random_bool(share).then(|| make(rng))
}

#[test]
fn tables_are_read_or_refused() {
    fuzz(1, |rng, path| {
        let mut bytes = table(rng);
        if rng.random_bool(0.6) {
            damage(rng, &mut bytes, TABLE_BYTES);
        }
        write(rng, path, bytes);
        if let Ok(preview) = preview(path, None, None) {
            assert!(preview.columns.len() >= 2 && !preview.rows.is_empty());
            if rng.random_bool(0.5) {
                return preview.spec();
            }
        }
        DataSpec {
            file: Some(path.to_owned()),
            test_file: some(rng, 0.1, |_| path.to_owned()),
            target: some(rng, 0.3, column),
            features: some(rng, 0.2, |rng| (0..rng.random_range(0..3)).map(|_| column(rng)).collect()),
            categories: (0..rng.random_range(0..3)).map(|_| column(rng)).collect(),
            header: some(rng, 0.3, RngExt::random),
            delimiter: some(rng, 0.1, |rng| *Delimiter::ALL.choose(rng).expect("some")),
            missing: *Missing::ALL.choose(rng).expect("some"),
            subsample: some(rng, 0.2, |rng| rng.random_range(0..8)),
            classes: some(rng, 0.1, |_| ["a", "b"].map(|name| ClassName::Text(name.to_owned())).to_vec()),
            label_noise: if rng.random_bool(0.2) { rng.random_range(0.0..1.0) } else { 0.0 },
            noise_features: rng.random_range(0..2),
            ..DataSpec::new(DataSource::Csv)
        }
    });
}

/// A header of this many dimensions at most, and elements that may or may not fit it.
fn idx(rng: &mut Generator, dimensions: &[u32]) -> Vec<u8> {
    let types = [(0x08, 1), (0x09, 1), (0x0B, 2), (0x0C, 4), (0x0D, 4), (0x0E, 8)];
    let (code, size) = if rng.random_bool(0.6) { types[0] } else { *types.choose(rng).expect("some") };
    let mut bytes = vec![0, 0, code, u8::try_from(dimensions.len()).expect("few")];
    bytes.extend(dimensions.iter().flat_map(|size| size.to_be_bytes()));
    let count = dimensions.iter().product::<u32>() as usize * size;
    bytes.extend((0..count).map(|_| if rng.random_bool(0.7) { rng.random_range(0..3) } else { rng.random() }));
    bytes
}

#[test]
fn idx_files_are_read_or_refused() {
    fuzz(2, |rng, path| {
        let count = rng.random_range(0..12);
        let shape = [count, rng.random_range(0..4), rng.random_range(1..4)];
        let dimensions = rng.random_range(2..=3);
        let mut images = idx(rng, &shape[..dimensions]);
        let mut labels: Vec<u8> = [0, 0, 8, 1].into_iter().chain(count.to_be_bytes()).collect();
        labels.extend((0..count).map(|_| rng.random_range(0..3_u8)));
        if rng.random_bool(0.1) {
            labels = idx(rng, &[count]);
        }
        for bytes in [&mut images, &mut labels] {
            if rng.random_bool(0.35) {
                damage(rng, bytes, &[0, 1, 3, 8, 0xFF]);
            }
        }
        let labels_path = path.with_extension("labels");
        write(rng, path, images);
        write(rng, &labels_path, labels);
        DataSpec {
            images: Some(path.to_owned()),
            labels: Some(labels_path.clone()),
            test_images: some(rng, 0.1, |_| path.to_owned()),
            test_labels: some(rng, 0.1, |_| labels_path),
            subsample: some(rng, 0.3, |rng| rng.random_range(0..8)),
            scale: some(rng, 0.3, |rng| *Scale::ALL.choose(rng).expect("some")),
            classes: some(rng, 0.1, |_| vec![ClassName::Number(0), ClassName::Number(1)]),
            ..DataSpec::new(DataSource::Idx)
        }
    });
}

/// A small picture in each of the formats, drawn at random.
fn picture(rng: &mut Generator) -> (&'static str, Vec<u8>) {
    let (width, height) = (rng.random_range(1..12), rng.random_range(1..12));
    let (ending, format) =
        *[("png", ImageFormat::Png), ("jpg", ImageFormat::Jpeg), ("ppm", ImageFormat::Pnm)].choose(rng).expect("some");
    let picture = RgbImage::from_fn(width, height, |_, _| Rgb([rng.random(), rng.random(), rng.random()]));
    let picture = DynamicImage::ImageRgb8(picture);
    let picture = if rng.random_bool(0.5) { DynamicImage::ImageLuma8(picture.to_luma8()) } else { picture };
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("written");
    (ending, bytes.into_inner())
}

#[test]
fn folders_of_pictures_are_read_or_refused() {
    fuzz(3, |rng, path| {
        for number in 0..rng.random_range(2..6) {
            let class = path.join(["a", "b"][number % 2]);
            let (ending, mut bytes) = picture(rng);
            if rng.random_bool(0.15) {
                damage(rng, &mut bytes, &[0, 1, 0x0A, 0x20, 0x39, 0xD8, 0xFF]);
            }
            std::fs::create_dir_all(&class).expect("made");
            std::fs::write(class.join(format!("{number}.{ending}")), bytes).expect("written");
        }
        DataSpec {
            folder: Some(path.to_owned()),
            test_folder: some(rng, 0.5, |_| path.to_owned()),
            side: some(rng, 0.5, |rng| rng.random_range(1..40)),
            colour: if rng.random_bool(0.5) { PictureColour::Rgb } else { PictureColour::Grey },
            subsample: some(rng, 0.3, |rng| rng.random_range(0..8)),
            scale: some(rng, 0.3, |rng| *Scale::ALL.choose(rng).expect("some")),
            ..DataSpec::new(DataSource::Folder)
        }
    });
}
