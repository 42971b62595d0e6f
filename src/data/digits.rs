//! The 8x8 handwritten digits, compiled into the program.
//!
//! "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak (UCI Machine Learning Repository, 1998,
//! DOI 10.24432/C50P49, CC BY 4.0): its test part, as scikit-learn ships it. `assets/data/README.md` describes the
//! file.

use std::sync::{Arc, LazyLock};

use super::dataset::Values;
use super::{Dataset, InputShape};

/// Pixels in a row, and rows of an image.
const SIDE: usize = 8;
/// A record: one byte of label, then the rows.
const RECORD: usize = 1 + SIDE * ROW;
/// Bytes of a row: eight pixels of five bits.
const ROW: usize = 5;
const BITS_OF_A_PIXEL: usize = 5;
/// The value of a pixel whose 4x4 points are all inked.
const FULL: f32 = 16.0;

static FILE: &[u8] = include_bytes!("../../assets/data/digits.bin");

/// The number of digits.
const SAMPLES: usize = 1_797;
/// Pixels of a digit.
const FEATURES: usize = SIDE * SIDE;
/// 0 to 9.
const CLASSES: usize = 10;
const SHAPE: InputShape = InputShape::Image { width: SIDE, height: SIDE };

const _: () = assert!(FILE.len() == SAMPLES * RECORD, "assets/data/digits.bin is not whole");

/// The 1,797 digits: 64 pixels from 0 (paper) to 1 (ink), in steps of 1/16, and the ten classes 0 to 9.
pub fn digits() -> Dataset {
    static DIGITS: LazyLock<Dataset> = LazyLock::new(|| {
        let records = FILE.chunks_exact(RECORD);
        let values = records.clone().flat_map(|record| record[1..].chunks_exact(ROW)).flat_map(pixels).collect();
        let labels = records.map(|record| u32::from(record[0])).collect();
        Dataset::stored(FEATURES, Values::Floats(Arc::new(values)), Arc::new(labels), CLASSES, SHAPE)
    });
    DIGITS.clone()
}

/// The pixels of a row from left to right, of which the leftmost has the highest bits.
fn pixels(row: &[u8]) -> [f32; SIDE] {
    let bits = row.iter().fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
    std::array::from_fn(|column| {
        let shift = BITS_OF_A_PIXEL * (SIDE - 1 - column);
        let pixel = (bits >> shift & 0b1_1111) as u8;
        f32::from(pixel) / FULL
    })
}

#[cfg(test)]
mod tests {
    //! The figures come from scikit-learn's `digits.csv.gz` by another program.

    use super::digits;
    use crate::data::{Dataset, InputShape};

    /// Pixels in units of 1/16, as the published file has them.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels are 0 to 16")]
    fn published(dataset: &Dataset, index: usize) -> Vec<u32> {
        dataset.sample(index).iter().map(|pixel| (pixel * 16.0) as u32).collect()
    }

    #[test]
    fn there_are_as_many_of_each_digit_as_published() {
        let digits = digits();
        let mut counts = [0; 10];
        for &label in digits.labels() {
            counts[label as usize] += 1;
        }
        assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    }

    #[test]
    fn the_digits_are_a_valid_data_set() {
        let d = digits();
        assert_eq!((d.samples(), d.features(), d.classes(), d.informative()), (1_797, 64, 10, 64));
        assert_eq!(d.shape(), InputShape::Image { width: 8, height: 8 });
        let values = (0..d.samples()).flat_map(|index| d.sample(index).to_vec()).collect();
        let rebuilt = Dataset::try_new(64, values, d.labels().to_vec(), 10, d.shape());
        assert_eq!(rebuilt.as_ref(), Ok(&d));
    }

    #[test]
    fn pixels_add_up_to_the_published_ones() {
        let digits = digits();
        let all: Vec<u32> = (0..1_797).flat_map(|index| published(&digits, index)).collect();
        assert_eq!(all.iter().sum::<u32>(), 561_718);
        assert_eq!(all.iter().map(|pixel| pixel * pixel).sum::<u32>(), 6_907_012);
        assert_eq!(all.iter().max(), Some(&16));
        assert_eq!(all.iter().filter(|&&pixel| pixel == 16).count(), 10_456);
        assert_eq!(all.iter().filter(|&&pixel| pixel == 0).count(), 56_272);
    }

    #[test]
    fn each_column_of_the_second_row_of_pixels_adds_up() {
        let digits = digits();
        let sums: Vec<u32> =
            (8..16).map(|pixel| (0..1_797).map(|index| published(&digits, index)[pixel]).sum()).collect();
        assert_eq!(sums, [10, 3_583, 18_657, 21_527, 18_472, 14_692, 3_318, 194]);
    }

    #[test]
    #[rustfmt::skip]
    fn the_first_the_thousandth_and_the_last_digit_are_the_published_ones() {
        let digits = digits();
        assert_eq!((digits.labels()[0], digits.labels()[1_000], digits.labels()[1_796]), (0, 1, 8));
        assert_eq!(published(&digits, 0), [
            0, 0,  5, 13,  9,  1,  0, 0,
            0, 0, 13, 15, 10, 15,  5, 0,
            0, 3, 15,  2,  0, 11,  8, 0,
            0, 4, 12,  0,  0,  8,  8, 0,
            0, 5,  8,  0,  0,  9,  8, 0,
            0, 4, 11,  0,  1, 12,  7, 0,
            0, 2, 14,  5, 10, 12,  0, 0,
            0, 0,  6, 13, 10,  0,  0, 0,
        ]);
        assert_eq!(published(&digits, 1_000)[48..], [
            0, 0, 10, 14, 13, 16,  8, 3,
            0, 0,  2, 11, 12, 15, 16, 15,
        ]);
        assert_eq!(published(&digits, 1_796)[40..], [
            0, 4, 16,  6,  4, 16,  6, 0,
            0, 8, 16, 10,  8, 16,  8, 0,
            0, 1,  8, 12, 14, 12,  1, 0,
        ]);
    }
}
