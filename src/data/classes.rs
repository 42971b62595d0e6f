//! Choosing some of the classes of recorded samples.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{DataError, Dataset};

/// What a class is called in an experiment file: by a text, or by a number as that of a digit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected the name of a class, as a text or a whole number")]
pub enum ClassName {
    /// A whole number.
    Number(i64),
    /// Any name.
    Text(String),
}

impl fmt::Display for ClassName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
        }
    }
}

/// The chosen classes of some data: which they are, in the order of all.
pub(super) struct Choice(Vec<usize>);

impl Choice {
    /// The classes that are called so.
    pub(super) fn of(wanted: &[ClassName], dataset: &Dataset) -> Result<Self, DataError> {
        const MOST_NAMED: usize = 12;
        let mut chosen = Vec::with_capacity(wanted.len());
        for name in wanted {
            let called = |class: &usize| dataset.class_name(*class) == name.to_string();
            chosen.push((0..dataset.classes()).find(called).ok_or_else(|| {
                let first = (0..dataset.classes().min(MOST_NAMED)).map(|class| dataset.class_name(class));
                let more = if dataset.classes() > MOST_NAMED { ", …" } else { "" };
                let known = first.collect::<Vec<_>>().join(", ") + more;
                DataError::NoSuchClass { name: name.to_string(), known }
            })?);
        }
        chosen.sort_unstable();
        let is_choice = chosen.len() >= 2 && chosen.windows(2).all(|pair| pair[0] != pair[1]);
        if is_choice { Ok(Self(chosen)) } else { Err(DataError::BadChoiceOfClasses) }
    }

    /// The samples of these classes, which are counted from 0 and keep their names.
    pub(super) fn take(&self, dataset: &Dataset) -> Dataset {
        let place = |label: u32| self.0.binary_search(&(label as usize)).ok();
        let chosen: Vec<usize> =
            (0..dataset.samples()).filter(|&index| place(dataset.labels()[index]).is_some()).collect();
        let mut taken = dataset.select(&chosen);
        let labels = taken.labels.iter().filter_map(|&label| place(label));
        taken.labels = Arc::new(labels.map(|label| u32::try_from(label).expect("there are few classes")).collect());
        taken.classes = self.0.len();
        taken.names.classes = Some(self.0.iter().map(|&class| dataset.class_name(class)).collect());
        taken
    }
}
