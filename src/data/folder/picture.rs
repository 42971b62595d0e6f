//! One picture of any size, as the values of a sample.

use std::fs::File;
use std::io::BufReader;
use std::panic::catch_unwind;
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

use super::{PictureColour, PictureOptions};
use crate::data::error::thousands;

/// The most pixels of a picture: more than cameras have, and 200 MB while it is read.
const MOST_PIXELS: u64 = 50_000_000;
/// The most bytes of its file.
const MOST_BYTES: u64 = 200_000_000;
/// The most bytes that a decoder may ask for.
const MOST_DECODED: u64 = 1 << 30;

const NO_PICTURE: &str = "is no picture; PNG, JPEG, PGM and PPM are read. Take it out of the folder.";

/// Reads a picture into the values of a sample, or says what is wrong with it: the text goes on after "which".
pub(super) fn read_picture(path: &Path, options: PictureOptions, values: &mut [u8]) -> Result<(), String> {
    let found = path.metadata().map_err(|error| format!("cannot be read: {error}."))?;
    if !found.is_file() {
        return Err("is no file; take it out of the folder.".to_owned());
    }
    if found.len() > MOST_BYTES {
        return Err(format!("has more than {} MB; make it smaller.", MOST_BYTES / 1_000_000));
    }
    // A decoder that stumbles over a file must not take the program with it.
    let picture = catch_unwind(|| decoded(path)).unwrap_or_else(|_| Err(NO_PICTURE.to_owned()))?;
    let side = options.side;
    let pixels = side * side;
    match options.colour {
        PictureColour::Grey => {
            let grey = picture.to_luma8();
            area_means(grey.as_raw(), 1, grey.width() as usize, side, values);
        }
        PictureColour::Rgb => {
            let rgb = picture.to_rgb8();
            for (channel, values) in values.chunks_exact_mut(pixels).enumerate() {
                area_means(&rgb.as_raw()[channel..], 3, rgb.width() as usize, side, values);
            }
        }
    }
    Ok(())
}

/// The picture in 8 bits, on white where it is transparent.
fn decoded(path: &Path) -> Result<DynamicImage, String> {
    let unreadable = |error: &dyn std::fmt::Display| format!("cannot be read: {error}.");
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let reader = ImageReader::new(BufReader::new(file)).with_guessed_format();
    let mut reader = reader.map_err(|error| unreadable(&error))?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Pnm)) {
        return Err(NO_PICTURE.to_owned());
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_DECODED);
    reader.limits(limits);
    let damaged = |error: image::ImageError| format!("is broken or cut short: {error}. Fetch or save it again.");
    let decoder = reader.into_decoder().map_err(damaged)?;
    // Before anything of it is unpacked.
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS {
        let [width, height] = [width, height].map(|size| thousands(size as usize));
        return Err(format!(
            "has {width} x {height} pixels, more than {} million; make it smaller.",
            MOST_PIXELS / 1_000_000
        ));
    }
    if pixels == 0 {
        return Err("has no pixels; take it out of the folder.".to_owned());
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    Ok(if picture.color().has_alpha() { on_white(&picture) } else { picture })
}

fn on_white(picture: &DynamicImage) -> DynamicImage {
    let picture = picture.to_rgba8();
    let blend = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        u8::try_from((value * alpha + 255 * (255 - alpha) + 127) / 255).expect("a mean of bytes")
    };
    DynamicImage::ImageRgb8(RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|value| blend(value, alpha)))
    }))
}

/// Scales one channel of a picture to a square: each pixel becomes the mean of the area that it covers in the picture, exact
/// to the nearest byte. The first value of the channel stands first, the next `step` places on.
pub(super) fn area_means(picture: &[u8], step: usize, width: usize, side: usize, values: &mut [u8]) {
    let height = picture.len().div_ceil(step) / width;
    let mut sums = vec![0_u64; side * side];
    let mut row = vec![0_u64; side];
    for y in 0..height {
        row.fill(0);
        for x in 0..width {
            let value = u64::from(picture[(y * width + x) * step]);
            overlaps(x, width, side, |place, length| row[place] += length * value);
        }
        overlaps(y, height, side, |place, length| {
            for (sum, value) in sums[place * side..][..side].iter_mut().zip(&row) {
                *sum += length * value;
            }
        });
    }
    // Lengths along an axis add up to the picture's size.
    let area = (width * height) as u64;
    for (value, sum) in values.iter_mut().zip(sums) {
        *value = u8::try_from((sum + area / 2) / area).expect("a mean of bytes");
    }
}

/// Which of `parts` equal parts of an axis a pixel lies in, and with how much of its length; an axis of `pixels` is
/// `pixels · parts` long.
fn overlaps(pixel: usize, pixels: usize, parts: usize, mut add: impl FnMut(usize, u64)) {
    let (start, end) = (pixel * parts, (pixel + 1) * parts);
    for place in start / pixels..=(end - 1) / pixels {
        add(place, (end.min((place + 1) * pixels) - start.max(place * pixels)) as u64);
    }
}
