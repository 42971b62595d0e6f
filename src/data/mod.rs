//! Data sets: points in the plane, handwritten digits, IDX and CSV files, folders of pictures, features of pure noise, splits and batches.
//!
//! # What a data set is
//! A [`Dataset`] holds `samples` rows of `features` numbers (`f32`) and for each sample its class, a number below
//! `classes`. Its leading [`informative`](Dataset::informative) features say something about the class; the features
//! after them are noise, there to be ignored: a good sparse topology learns to leave them unconnected.
//!
//! # Layout
//! A data set is *sample-major*: the features of one sample lie next to each other. A batch is *feature-major*: the
//! values of one feature for all samples of the batch lie next to each other, as the layers of a network want them.
//! Three samples (a, b, c) of two features, and the batch of the samples c and a:
//!
//! ```text
//! data set   a₁ a₂ b₁ b₂ c₁ c₂     value of feature f of sample s:              values[s · features + f]
//! batch      c₁ a₁ c₂ a₂           value of feature f of the sample at place p:   batch[f · size + p]
//! ```
//!
//! [`Dataset::gather`] copies from the one layout to the other. Images stay bytes in memory and are scaled on that way;
//! splits and selections, and so all seeds and arms, share the values of a file.
//!
//! # From an experiment to its data
//! A [`DataSpec`] is the `[data]` table of an experiment file: plain data, which [`DataSpec::check`] judges and
//! [`DataSpec::generate`] turns into a [`Split`]. Files are read when they are first asked for; the last few stay at hand
//! until they change. A [`BatchOrder`] then says which samples make up each batch.

mod batches;
mod cache;
mod classes;
mod dataset;
mod digits;
mod error;
mod file;
mod file_fault;
mod folder;
mod gather;
mod idx;
mod label_noise;
mod missing;
mod noise;
mod painted;
mod preview;
mod recorded;
mod scale;
mod source;
mod spec;
mod split;
mod subsample;
mod synthetic;
mod table;

pub use batches::BatchOrder;
pub use classes::ClassName;
pub use dataset::{Dataset, InputShape, StoredSamples};
pub use digits::digits;
pub use error::DataError;
pub use file_fault::FileFault;
pub use folder::{LARGEST_SIDE, PictureColour, USUAL_SIDE, picture_files};
pub use label_noise::with_label_noise;
pub use missing::Missing;
pub use noise::with_noise_features;
pub use painted::{MAX_PAINTED, PAINTED_CLASSES, PLANE, PaintedPoint};
pub use preview::{ColumnKind, ColumnUse, Preview, PreviewColumn, preview};
pub use scale::Scale;
pub use source::{DataSource, FileKey};
pub use spec::{DataFacts, DataSpec};
pub use split::{Split, split};
pub use synthetic::{SyntheticKind, synthetic};
pub use table::{Column, Delimiter};

/// The most memory that the values of a file, or of training and test samples that are generated, may take, in bytes.
const MAX_BYTES: usize = 4_000_000_000;
/// The most classes that files may have: more are a sign of a wrong file or column.
const MAX_CLASSES: usize = 1_000;
/// The largest value of a feature, so that differences and sums stay finite in single precision.
const MAX_VALUE: f32 = 1e37;
