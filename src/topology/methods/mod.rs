//! The named methods, one short file each: a recipe and a page that explains it.

mod dense;
mod rigl;
mod set;
mod small_dense;
mod static_sparse;

use serde::{Deserialize, Serialize};

use super::recipe::Recipe;
pub use small_dense::small_dense_widths;

/// A method by the name that the literature gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Sparse Evolutionary Training.
    Set,
    /// The rigged lottery.
    Rigl,
    /// A sparse network whose connections never change.
    Static,
    /// All connections, the baseline of the same shape.
    Dense,
    /// All connections of a narrower network, the baseline of the same number of connections.
    SmallDense,
}

/// A page about a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MethodPage {
    /// The name as papers write it.
    pub name: &'static str,
    /// The name spelt out.
    pub long_name: &'static str,
    /// The idea in a few sentences.
    pub idea: &'static str,
    /// What it costs beside a static sparse network.
    pub cost: &'static str,
    /// Where it was published.
    pub reference: &'static str,
}

impl Method {
    /// All methods, in the order of lists.
    pub const ALL: [Self; 5] = [Self::Set, Self::Rigl, Self::Static, Self::Dense, Self::SmallDense];

    /// What explains the method.
    #[must_use]
    pub fn page(self) -> MethodPage {
        match self {
            Self::Set => set::PAGE,
            Self::Rigl => rigl::PAGE,
            Self::Static => static_sparse::PAGE,
            Self::Dense => dense::PAGE,
            Self::SmallDense => small_dense::PAGE,
        }
    }

    /// What its topology updates do; `None` where connections never change.
    #[must_use]
    pub fn recipe(self) -> Option<Recipe> {
        match self {
            Self::Set => Some(set::RECIPE),
            Self::Rigl => Some(rigl::RECIPE),
            Self::Static | Self::Dense | Self::SmallDense => None,
        }
    }

    /// Whether every place has a connection.
    #[must_use]
    pub fn is_dense(self) -> bool {
        matches!(self, Self::Dense | Self::SmallDense)
    }

    /// The name in experiment files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Rigl => "rigl",
            Self::Static => "static",
            Self::Dense => "dense",
            Self::SmallDense => "small-dense",
        }
    }
}
