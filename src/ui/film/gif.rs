//! Animated GIFs (version 89a): one palette for all frames, and of each frame only what has changed.

use std::sync::Arc;

use egui::{Color32, ColorImage};
use weezl::BitOrder;
use weezl::encode::Encoder;

/// Colours in a palette; one more place is for what has not changed.
const COLORS: usize = 255;
const UNCHANGED: u8 = 255;
/// Colours are told apart by so many bits of each channel.
const BITS: u32 = 5;
const CELLS: usize = 1 << (3 * BITS);

/// A GIF under construction.
pub(super) struct Gif {
    file: Vec<u8>,
    size: [usize; 2],
    /// For each cell of colours its place in the palette.
    places: Vec<u8>,
    /// Of the frame before.
    shown: Vec<u8>,
    /// Hundredths of a second that a frame stays.
    delay: u16,
}

impl Gif {
    /// Begins a GIF that plays for ever; its palette is made for these pictures, all of one size.
    pub fn new(samples: &[Arc<ColorImage>], frames_per_second: f32) -> Self {
        let size = samples.first().map_or([1, 1], |image| image.size);
        let (palette, places) = palette(samples);
        let mut file = b"GIF89a".to_vec();
        for side in size {
            file.extend(u16::try_from(side).unwrap_or(u16::MAX).to_le_bytes());
        }
        // A table of 256 colours for all frames.
        file.extend([0xF7, 0, 0]);
        file.extend(palette.iter().flatten());
        file.extend(b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\x00\x00\x00");
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 1000")]
        let delay = (100.0 / frames_per_second).round().clamp(1.0, 1000.0) as u16;
        Self { file, size, places, shown: Vec::new(), delay }
    }

    /// Adds a frame; `longer` times the usual time.
    ///
    /// # Errors
    /// Where the picture has another size.
    pub fn add(&mut self, image: &ColorImage, longer: u16) -> Result<(), String> {
        if image.size != self.size {
            return Err("a frame has another size".to_owned());
        }
        let new: Vec<u8> = image.pixels.iter().map(|pixel| self.places[cell(*pixel)]).collect();
        let drawn: Vec<u8> = if self.shown.is_empty() {
            new.clone()
        } else {
            new.iter().zip(&self.shown).map(|(new, old)| if new == old { UNCHANGED } else { *new }).collect()
        };
        let is_first = self.shown.is_empty();
        self.shown = new;
        // What is drawn stays; with a transparent colour, but in the first frame.
        self.file.extend([0x21, 0xF9, 4, if is_first { 0b100 } else { 0b101 }]);
        self.file.extend(self.delay.saturating_mul(longer).to_le_bytes());
        self.file.extend([UNCHANGED, 0]);
        self.file.extend([0x2C, 0, 0, 0, 0]);
        for side in self.size {
            self.file.extend(u16::try_from(side).unwrap_or(u16::MAX).to_le_bytes());
        }
        self.file.extend([0, 8]);
        let packed = Encoder::new(BitOrder::Lsb, 8).encode(&drawn).map_err(|error| error.to_string())?;
        for block in packed.chunks(255) {
            self.file.push(u8::try_from(block.len()).unwrap_or(u8::MAX));
            self.file.extend(block);
        }
        self.file.push(0);
        Ok(())
    }

    /// The whole file.
    pub fn finish(mut self) -> Vec<u8> {
        self.file.push(0x3B);
        self.file
    }
}

fn cell(color: Color32) -> usize {
    let part = |channel: u8| usize::from(channel >> (8 - BITS));
    part(color.r()) << (2 * BITS) | part(color.g()) << BITS | part(color.b())
}

/// Pixels of about one colour.
#[derive(Clone, Copy, Default)]
struct Bin {
    cell: usize,
    count: u64,
    sum: [u64; 3],
}

impl Bin {
    fn mean(bins: &[Self]) -> [u8; 3] {
        let count: u64 = bins.iter().map(|bin| bin.count).sum::<u64>().max(1);
        std::array::from_fn(|channel| {
            let sum: u64 = bins.iter().map(|bin| bin.sum[channel]).sum();
            u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX)
        })
    }

    fn channel(&self, channel: usize) -> u64 {
        self.sum[channel] / self.count.max(1)
    }
}

/// Colours chosen by median cut (Heckbert 1982): boxes of colours are halved, those with most to tell apart first.
fn palette(samples: &[Arc<ColorImage>]) -> ([[u8; 3]; 256], Vec<u8>) {
    let mut cells = vec![Bin::default(); CELLS];
    for pixel in samples.iter().flat_map(|image| &image.pixels) {
        let own = &mut cells[cell(*pixel)];
        own.count += 1;
        for (sum, channel) in own.sum.iter_mut().zip([pixel.r(), pixel.g(), pixel.b()]) {
            *sum += u64::from(channel);
        }
    }
    for (index, own) in cells.iter_mut().enumerate() {
        own.cell = index;
    }
    let mut boxes = vec![cells.iter().copied().filter(|own| own.count > 0).collect::<Vec<Bin>>()];
    while boxes.len() < COLORS {
        let widest = boxes.iter().enumerate().map(|(index, own)| (spread(own), index)).max();
        let Some(((_, channel), index)) = widest.filter(|((width, _), _)| *width > 0) else { break };
        let mut bins = boxes.swap_remove(index);
        bins.sort_by_key(|bin| bin.channel(channel));
        let upper = bins.split_off(bins.len() / 2);
        boxes.extend([bins, upper]);
    }
    let mut palette = [[0; 3]; 256];
    let mut places: Vec<Option<u8>> = vec![None; CELLS];
    for (place, own) in (0..UNCHANGED).zip(&boxes) {
        palette[usize::from(place)] = Bin::mean(own);
        for bin in own {
            places[bin.cell] = Some(place);
        }
    }
    let colors = boxes.len().clamp(1, COLORS);
    let place = |(index, place): (usize, &Option<u8>)| place.unwrap_or_else(|| nearest(&palette[..colors], index));
    let places = places.iter().enumerate().map(place).collect();
    (palette, places)
}

/// How much the colours of a box differ, and in which channel; nothing where there is nothing to halve.
fn spread(bins: &[Bin]) -> (u64, usize) {
    let range = |channel: usize| {
        let values = || bins.iter().map(|bin| bin.channel(channel));
        values().max().unwrap_or(0) - values().min().unwrap_or(0)
    };
    let (width, channel) = (0..3).map(|channel| (range(channel), channel)).max().unwrap_or_default();
    (if bins.len() < 2 { 0 } else { width }, channel)
}

/// The colour next to the middle of a cell.
fn nearest(palette: &[[u8; 3]], cell: usize) -> u8 {
    let middle = |shift: u32| {
        let part = (cell >> shift) & ((1 << BITS) - 1);
        i64::try_from((part << (8 - BITS)) + (1 << (7 - BITS))).unwrap_or(0)
    };
    let own = [middle(2 * BITS), middle(BITS), middle(0)];
    let distance =
        |color: &[u8; 3]| -> i64 { color.iter().zip(own).map(|(one, other)| (i64::from(*one) - other).pow(2)).sum() };
    let best = palette.iter().enumerate().min_by_key(|(_, color)| distance(color));
    best.map_or(0, |(index, _)| u8::try_from(index).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use weezl::decode::Decoder;

    use super::*;

    fn image(color: impl Fn(usize) -> Color32) -> Arc<ColorImage> {
        Arc::new(ColorImage::new([30, 20], (0..600).map(color).collect()))
    }

    /// The frames of a file, read as its specification says (version 89a, 1990).
    fn read(file: &[u8]) -> Vec<Vec<[u8; 3]>> {
        assert_eq!(&file[..6], b"GIF89a");
        assert_eq!(file[6..10], [30, 0, 20, 0]);
        let color =
            |place: u8| -> [u8; 3] { std::array::from_fn(|channel| file[13 + 3 * usize::from(place) + channel]) };
        let mut at = 13 + 768;
        let mut shown = vec![[0; 3]; 600];
        let (mut frames, mut clear) = (Vec::new(), None);
        let blocks = |at: &mut usize| {
            let mut data = Vec::new();
            while file[*at] > 0 {
                data.extend(&file[*at + 1..=*at + usize::from(file[*at])]);
                *at += 1 + usize::from(file[*at]);
            }
            *at += 1;
            data
        };
        loop {
            match (file[at], file.get(at + 1)) {
                (0x3B, None) => return frames,
                (0x21, Some(label)) => {
                    at += 2;
                    let data = blocks(&mut at);
                    if *label == 0xF9 {
                        clear = (data[0] & 1 == 1).then_some(data[3]);
                    }
                }
                (0x2C, _) => {
                    at += 11;
                    let pixels = Decoder::new(BitOrder::Lsb, 8).decode(&blocks(&mut at)).expect("LZW");
                    for (old, new) in shown.iter_mut().zip(pixels).filter(|(_, new)| Some(*new) != clear) {
                        *old = color(new);
                    }
                    frames.push(shown.clone());
                }
                other => panic!("{other:?} at {at}"),
            }
        }
    }

    #[test]
    fn frames_are_read_back_in_their_own_colours() {
        let colors = [Color32::from_rgb(21, 24, 29), Color32::from_rgb(238, 159, 38), Color32::from_rgb(42, 130, 250)];
        let frames = [image(|_| colors[0]), image(|pixel| colors[pixel % 3]), image(|pixel| colors[pixel / 300])];
        let mut gif = Gif::new(&frames, 12.0);
        for frame in &frames {
            gif.add(frame, 1).expect("of one size");
        }
        let read = read(&gif.finish());
        assert_eq!(read.len(), 3);
        for (own, frame) in read.iter().zip(&frames) {
            let expected: Vec<[u8; 3]> = frame.pixels.iter().map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect();
            assert_eq!(*own, expected);
        }
    }

    #[test]
    fn thousands_of_colours_come_near_to_what_they_were() {
        let frame = image(|pixel| {
            let part = |times: usize| u8::try_from(times * pixel % 256).expect("a byte");
            Color32::from_rgb(part(7), part(13), part(29))
        });
        let mut gif = Gif::new(std::slice::from_ref(&frame), 5.0);
        gif.add(&frame, 1).expect("of one size");
        for (own, pixel) in read(&gif.finish())[0].iter().zip(&frame.pixels) {
            for (one, other) in own.iter().zip([pixel.r(), pixel.g(), pixel.b()]) {
                assert!(one.abs_diff(other) <= 64, "{own:?} for {pixel:?}");
            }
        }
    }
}
