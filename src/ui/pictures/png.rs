//! Pictures of pixels: PNG that knows how large it is on paper, and what it shows.

use egui::{Color32, ColorImage};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder, ImageError};

use super::print::PIXELS_PER_POINT;

/// Where the first chunk, which all files begin with, ends.
const HEADER_END: usize = 33;
/// A point is 1/96 inch.
const POINTS_PER_METRE: f32 = 96.0 / 0.0254;

/// A file in PNG; pixels that are all opaque are written without opacity.
///
/// # Errors
/// Where the picture is too large to be encoded.
pub(in crate::ui) fn encode(image: &ColorImage) -> Result<Vec<u8>, ImageError> {
    let opaque = image.pixels.iter().all(|pixel| pixel.a() == 255);
    let bytes: Vec<u8> = if opaque {
        image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect()
    } else {
        image.pixels.iter().flat_map(Color32::to_srgba_unmultiplied).collect()
    };
    let [width, height] = image.size.map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    let mut file = Vec::new();
    let color = if opaque { ExtendedColorType::Rgb8 } else { ExtendedColorType::Rgba8 };
    PngEncoder::new(&mut file).write_image(&bytes, width, height, color)?;
    Ok(file)
}

/// The same, with its size on paper and words about it (PNG specification, 11.3.3.4 and 11.3.4.3).
///
/// # Errors
/// As [`encode`].
pub(super) fn encode_with(image: &ColorImage, title: &str, description: &str) -> Result<Vec<u8>, ImageError> {
    let file = encode(image)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "15118 pixels a metre")]
    let density = (PIXELS_PER_POINT * POINTS_PER_METRE).round() as u32;
    let density = density.to_be_bytes();
    let mut whole = file[..HEADER_END].to_vec();
    whole.extend(chunk(*b"pHYs", &[&density[..], &density, &[1]].concat()));
    for (keyword, text) in [("Title", title), ("Description", description), ("Software", "Regrow")] {
        // Not compressed; no language, no translated keyword.
        whole.extend(chunk(*b"iTXt", &[keyword.as_bytes(), &[0, 0, 0, 0, 0], text.as_bytes()].concat()));
    }
    whole.extend_from_slice(&file[HEADER_END..]);
    Ok(whole)
}

/// Length, kind, contents, checksum of kind and contents.
fn chunk(kind: [u8; 4], contents: &[u8]) -> Vec<u8> {
    let length = u32::try_from(contents.len()).unwrap_or(u32::MAX).to_be_bytes();
    let body = [&kind[..], contents].concat();
    let checksum = crc32fast::hash(&body).to_be_bytes();
    [&length[..], &body, &checksum].concat()
}
