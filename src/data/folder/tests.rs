//! Folders made picture by picture, with the values that they must have.

use std::fs;

use image::{GrayImage, ImageBuffer, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;
use tempfile::TempDir;

use super::picture::area_means;
use super::*;
use crate::data::{DataError, DataSource, DataSpec};

/// A folder of pictures that can be added to.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    /// With a picture all of one grey.
    fn grey(self, name: &str, value: u8) -> Self {
        GrayImage::from_pixel(4, 4, Luma([value])).save(self.path(name)).unwrap();
        self
    }

    fn file(self, name: &str, contents: &[u8]) -> Self {
        fs::write(self.path(name), contents).unwrap();
        self
    }

    fn spec(&self) -> DataSpec {
        let folder = Some(self.0.path().to_owned());
        DataSpec { folder, side: Some(2), ..DataSpec::new(DataSource::Folder) }
    }

    /// All samples as bytes, with their classes by name.
    fn samples(spec: &DataSpec) -> Vec<(String, Vec<f32>)> {
        // Test pictures are the whole folder, so that all are there and in order.
        let spec = DataSpec { test_folder: spec.folder.clone(), scale: Some(crate::data::Scale::None), ..spec.clone() };
        let data = spec.generate(1).unwrap_or_else(|fault| panic!("{fault}")).test;
        let sample = |index: usize| (data.class_name(data.labels()[index] as usize), data.sample(index).to_vec());
        (0..data.samples()).map(sample).collect()
    }

    fn fault(&self) -> String {
        let fault = self.spec().check().expect_err("a fault");
        assert!(matches!(fault, DataError::File { key: "folder", .. }), "{fault}");
        fault.to_string()
    }
}

fn sample(class: &str, values: &[f32]) -> (String, Vec<f32>) {
    (class.to_owned(), values.to_vec())
}

#[test]
fn classes_are_folders_by_name_and_pictures_of_each_follow_by_name() {
    let folder =
        Folder::new().grey("oak/b.png", 20).grey("oak/a.pgm", 10).grey("ash/z.png", 200).grey("birch/1.png", 7);
    let expected =
        [sample("ash", &[200.0; 4]), sample("birch", &[7.0; 4]), sample("oak", &[10.0; 4]), sample("oak", &[20.0; 4])];
    assert_eq!(Folder::samples(&folder.spec()), expected);
    let numbered = Folder::new().grey("10/a.png", 1).grey("9/a.png", 2).grey("0/a.png", 3);
    let classes: Vec<String> = Folder::samples(&numbered.spec()).into_iter().map(|(class, _)| class).collect();
    assert_eq!(classes, ["0", "9", "10"]);
}

#[test]
fn every_kind_of_picture_comes_to_its_grey_and_its_colours() {
    let folder = Folder::new();
    RgbImage::from_pixel(3, 5, Rgb([255, 0, 0])).save(folder.path("a/1 red.png")).unwrap();
    RgbaImage::from_pixel(2, 2, Rgba([0, 0, 0, 0])).save(folder.path("a/2 clear.png")).unwrap();
    RgbaImage::from_pixel(2, 2, Rgba([0, 0, 200, 51])).save(folder.path("a/3 faint.png")).unwrap();
    ImageBuffer::<LumaA<u8>, _>::from_pixel(2, 2, LumaA([100, 255])).save(folder.path("a/4 solid.png")).unwrap();
    ImageBuffer::<Luma<u16>, _>::from_pixel(2, 2, Luma([0x8080])).save(folder.path("b/16 bits.png")).unwrap();
    RgbImage::from_pixel(16, 16, Rgb([90, 90, 90])).save(folder.path("b/picture.jpg")).unwrap();
    let ppm = b"P3 1 1 255 9 90 200\n";
    let folder =
        folder.file("b/text.ppm", ppm).file("b/.hidden", b"x").file("b/Thumbs.db", b"x").file("notes.txt", b"x");
    let spec = DataSpec { side: Some(1), colour: PictureColour::Rgb, ..folder.spec() };
    // Of 51 / 255 = 1/5 of blue 200 on white: 0.8 · 255 = 204 of red and green, 204 + 40 of blue.
    let colours = [
        sample("a", &[255.0, 0.0, 0.0]),
        sample("a", &[255.0; 3]),
        sample("a", &[204.0, 204.0, 244.0]),
        sample("a", &[100.0; 3]),
        sample("b", &[128.0; 3]),
        sample("b", &[90.0; 3]),
        sample("b", &[9.0, 90.0, 200.0]),
    ];
    assert_eq!(Folder::samples(&spec), colours);
    // By the weights of ITU-R BT.709, to the nearest value or the one below.
    let grey = Folder::samples(&DataSpec { side: Some(1), ..folder.spec() });
    for ((_, rgb), (_, grey)) in colours.iter().zip(&grey) {
        let luma = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
        assert!((grey[0] - luma).abs() < 1.0, "{rgb:?}: {grey:?}");
    }
    let names = DataSpec { test_folder: spec.folder.clone(), side: Some(2), ..spec }.generate(1).unwrap().train;
    let called = |index| names.feature_name(index);
    assert_eq!((called(0), called(7)), ("row 1, column 1, red".to_owned(), "row 2, column 2, green".to_owned()));
}

proptest! {
    /// Against the same areas in double precision, pixel by pixel.
    #[test]
    fn a_scaled_pixel_is_the_mean_of_what_it_covers(
        (width, height) in (1..9_usize, 1..9_usize),
        side in 1..7_usize,
        seed in any::<u64>(),
    ) {
        let value = |place: usize| u8::try_from((seed.rotate_left(u32::try_from(7 * place).unwrap()) >> 3) & 0xFF).unwrap();
        let picture: Vec<u8> = (0..width * height).map(value).collect();
        let mut scaled = vec![0; side * side];
        area_means(&picture, 1, width, side, &mut scaled);
        let length = |place: usize, pixel: usize, size: usize| {
            let real = |number: usize| f64::from(u32::try_from(number).unwrap());
            let (from, to) = (real(place * size) / real(side), real((place + 1) * size) / real(side));
            (to.min(real(pixel) + 1.0) - from.max(real(pixel))).max(0.0)
        };
        for (index, &found) in scaled.iter().enumerate() {
            let (row, column) = (index / side, index % side);
            let (mut sum, mut area) = (0.0, 0.0);
            for (pixel, &value) in picture.iter().enumerate() {
                let part = length(row, pixel / width, height) * length(column, pixel % width, width);
                (sum, area) = (sum + part * f64::from(value), area + part);
            }
            prop_assert!((sum / area - f64::from(found)).abs() <= 0.5 + 1e-9, "{} at {index}: {found}", sum / area);
        }
    }
}

#[test]
fn options_of_files_hold_for_pictures_too() {
    let mut folder = Folder::new();
    for picture in 0..30_u8 {
        folder = folder.grey(&format!("{}/{picture:02}.png", ["a", "b", "c"][usize::from(picture % 3)]), 8 * picture);
    }
    let spec = DataSpec { train: Some(20), classes: None, ..folder.spec() };
    let data = spec.generate(3).unwrap();
    assert_eq!(
        (data.train.samples(), data.test.samples(), data.train.classes(), data.train.features()),
        (20, 10, 3, 4)
    );
    assert!((0..20).all(|index| data.train.sample(index).iter().all(|value| (0.0..=1.0).contains(value))), "by 255");
    assert_eq!(data.train.shape(), InputShape::Image { width: 2, height: 2 });
    let two = DataSpec {
        classes: Some(vec![crate::data::ClassName::Text("a".to_owned()), crate::data::ClassName::Text("c".to_owned())]),
        noise_features: 3,
        label_noise: 0.5,
        scale: Some(crate::data::Scale::Standard),
        ..folder.spec()
    };
    let facts = two.check().unwrap();
    assert_eq!((facts.features, facts.classes, facts.train, facts.test), (7, 2, 16, 4));
    let mean: f32 = (0..16).map(|index| two.generate(1).unwrap().train.sample(index)[0]).sum::<f32>() / 16.0;
    assert!(mean.abs() < 1e-5, "standardised: {mean}");
    let part = DataSpec { subsample: Some(12), ..folder.spec() };
    let facts = part.check().unwrap();
    assert_eq!(facts.train + facts.test, 12);
    for (key, spec) in [
        ("side", DataSpec { side: Some(0), ..folder.spec() }),
        ("side", DataSpec { side: Some(257), ..folder.spec() }),
        ("side", DataSpec { side: Some(8), ..DataSpec::new(DataSource::Digits) }),
        ("colour", DataSpec { colour: PictureColour::Rgb, ..DataSpec::new(DataSource::Csv) }),
        ("folder", DataSpec { source: DataSource::Idx, ..DataSpec { side: None, ..folder.spec() } }),
        ("folder", DataSpec::new(DataSource::Folder)),
    ] {
        assert_eq!(spec.check().unwrap_err().key(), key);
    }
}

#[test]
fn what_is_wrong_with_a_folder_is_said_by_name_and_nothing_is_read() {
    let good = || Folder::new().grey("a/1.png", 1).grey("b/1.png", 2);
    let one = fs::read(good().path("a/1.png")).unwrap();
    let cut = &one[..one.len() - 20];
    for (folder, reason) in [
        (Folder::new(), "holds no folders; put the pictures of each class into a folder of their own"),
        (Folder::new().grey("a/1.png", 1), "holds the folder “a” alone"),
        (good().file("c/.keep", b""), "has no picture in “c”"),
        (good().grey("2.png", 1), "holds “2.png” beside the folders"),
        (good().grey("a/more/2.png", 1), "holds the folder “a/more” in that of a class"),
        (good().file("a/notes.txt", b"some words"), "holds “a/notes.txt”, which is no picture"),
        (good().file("b/2.gif", b"GIF89a"), "holds “b/2.gif”, which is no picture"),
        (good().file("b/2.png", b""), "holds “b/2.png”, which is no picture"),
        (good().file("b/2.png", cut), "holds “b/2.png”, which is broken or cut short"),
        (good().file("b/2.pgm", b"P5 3 3 255\nab"), "holds “b/2.pgm”, which is broken or cut short"),
        (
            good().file("a/2.png", cut).file("b/2.txt", b"x").file("b/3.txt", b"y"),
            "2 other files there are at fault too.",
        ),
    ] {
        let fault = folder.fault();
        assert!(fault.contains(reason) && fault.ends_with('.'), "{reason}: {fault}");
    }
    let file = good();
    let spec = DataSpec { folder: Some(file.path("a/1.png")), ..file.spec() };
    assert!(spec.check().unwrap_err().to_string().contains("is no folder"));
    let (train, test) = (good(), Folder::new().grey("a/1.png", 1).grey("d/1.png", 2));
    let spec = DataSpec { test_folder: test.spec().folder, ..train.spec() };
    let fault = spec.check().unwrap_err();
    assert!(fault.key() == "test_folder" && fault.to_string().contains("has the class “d”, which"), "{fault}");
}

#[test]
fn what_does_not_fit_is_refused_before_it_is_unpacked() {
    // Headers alone: a decoder that went on would find nothing behind them.
    let folder = Folder::new().grey("a/1.png", 1).file("b/1.pgm", b"P5 100000 100000 255\n");
    assert!(folder.fault().contains("has 100,000 x 100,000 pixels, more than 50 million"), "{}", folder.fault());
    let mut png = fs::read(Folder::new().grey("a/1.png", 1).path("a/1.png")).unwrap();
    png[16..24].copy_from_slice(&[0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50]);
    let sum = crc32fast::hash(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    let folder = Folder::new().grey("a/1.png", 1).file("b/1.png", &png);
    assert!(folder.fault().contains("has 50,000 x 50,000 pixels"), "{}", folder.fault());
    // 20,401 files of 196,608 values each are told by their number alone: most of them are no pictures.
    let folder = Folder::new().grey("a/1.png", 1).grey("b/1.png", 2);
    for number in 0..20_400 {
        fs::write(folder.path("a/x").with_file_name(format!("{number}.png")), "").unwrap();
    }
    let spec = DataSpec { side: Some(LARGEST_SIDE), colour: PictureColour::Rgb, ..folder.spec() };
    let fault = spec.check().unwrap_err().to_string();
    assert!(fault.contains("would take 4,010 MB of memory or more, and data may take 4,000"), "{fault}");
}

#[test]
fn a_folder_is_recognised_for_what_it_holds() {
    let plain = Folder::new().grey("a/1.png", 1).grey("b/1.png", 2);
    assert_eq!(DataSpec::of_folder(plain.0.path()), DataSpec { side: None, ..plain.spec() });
    let parted =
        Folder::new().grey("train/a/1.png", 1).grey("train/b/1.png", 2).grey("Test/a/1.png", 3).grey("Test/b/1.png", 4);
    let spec = DataSpec::of_folder(parted.0.path());
    let root = parted.0.path();
    assert_eq!((spec.folder.clone(), spec.test_folder.clone()), (Some(root.join("train")), Some(root.join("Test"))));
    let facts = spec.check().unwrap();
    assert_eq!((facts.train, facts.test, facts.features), (2, 2, 28 * 28));
    let idx = Folder::new().file("train-images-idx3-ubyte", b"").file("train-labels-idx1-ubyte", b"");
    assert_eq!(DataSpec::of_folder(idx.0.path()).source, DataSource::Idx);
}
