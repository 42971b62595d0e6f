//! Random numbers: one portable, pinned generator, and a stream of its own for each purpose.
//!
//! Two arms of a comparison that use the same seed draw the same data, the same split, the same batch order and
//! (for the same connectivity) the same initial weights: they differ only where they mean to, because no draw for one
//! purpose ever shifts the draws for another.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The generator behind every random draw of a run.
pub type Generator = ChaCha8Rng;

/// What random numbers are drawn for. Each purpose has a stream that is independent of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Points of a synthetic data set.
    Data,
    /// Noise features and noise on features.
    Noise,
    /// Which samples train and which test.
    Split,
    /// Values of the initial weights.
    InitialWeights,
    /// Places of the initial connections.
    InitialTopology,
    /// Order of the training samples in each epoch.
    BatchOrder,
    /// Places and values of regrown connections.
    Evolution,
    /// Which activations dropout silences.
    Dropout,
    /// Random layers that measures are set against.
    Measures,
    /// Which samples of a large file are kept.
    Subsample,
    /// Which training labels are false, and what they say.
    LabelNoise,
    /// Which training samples are held out.
    HeldOut,
}

/// The generator for one purpose of the run with this seed.
///
/// ```
/// use rand::RngExt;
/// use regrow::random::{generator, Stream};
/// let draw = |seed, stream| generator(seed, stream).random::<u64>();
/// assert_eq!(draw(1, Stream::Split), draw(1, Stream::Split));
/// assert_ne!(draw(1, Stream::Split), draw(1, Stream::Data));
/// assert_ne!(draw(1, Stream::Split), draw(2, Stream::Split));
/// ```
pub fn generator(seed: u64, stream: Stream) -> Generator {
    let mut generator = Generator::seed_from_u64(seed);
    generator.set_stream(stream as u64);
    generator
}

/// SplitMix64's mixing (Steele, Lea & Flood 2014): every bit of the result depends on every bit of the number.
///
/// For what must be drawn again and again without being stored: the number says where, the result what.
#[must_use]
#[inline]
pub fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}
