//! Data sets: points in the plane, handwritten digits, features of pure noise, splits and batches.
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
//! [`Dataset::gather`] copies from the one layout to the other.
//!
//! # From an experiment to its data
//! A [`DataSpec`] is the `[data]` table of an experiment file: plain data, which [`DataSpec::check`] judges and
//! [`DataSpec::generate`] turns into a [`Split`]. A [`BatchOrder`] then says which samples make up each batch.

mod batches;
mod dataset;
mod digits;
mod error;
mod noise;
mod source;
mod split;
mod synthetic;

pub use batches::BatchOrder;
pub use dataset::{Dataset, InputShape};
pub use digits::digits;
pub use error::DataError;
pub use noise::with_noise_features;
pub use source::{DataSource, DataSpec};
pub use split::{Split, split};
pub use synthetic::{SyntheticKind, synthetic};
