//! What to call features and classes.

use std::sync::Arc;

use super::{Dataset, InputShape};

/// The names that data bring along.
#[derive(Debug, Clone, Default)]
pub(in crate::data) struct Names {
    /// One for each informative feature.
    pub features: Option<Arc<[String]>>,
    /// One for each class.
    pub classes: Option<Arc<[String]>>,
}

impl Dataset {
    /// What to call a class: as the data do, else by its number from 0.
    #[must_use]
    pub fn class_name(&self, class: usize) -> String {
        let names = self.names.classes.as_ref();
        names.and_then(|names| names.get(class)).map_or_else(|| class.to_string(), Clone::clone)
    }

    /// What to call a feature: as the header of a table does, else `x₁`; `row 3, column 5` for a pixel (both from 1),
    /// `noise 4` for a noise feature.
    #[must_use]
    pub fn feature_name(&self, index: usize) -> String {
        if index >= self.informative {
            return format!("noise {}", index - self.informative + 1);
        }
        if let Some(name) = self.names.features.as_ref().and_then(|names| names.get(index)) {
            return name.clone();
        }
        match self.shape {
            InputShape::Image { width, .. } => {
                format!("row {}, column {}", index / width + 1, index % width + 1)
            }
            InputShape::Plane | InputShape::Table => format!("x{}", subscript(index + 1)),
        }
    }
}

/// A number in subscript digits: ₁₂.
fn subscript(number: usize) -> String {
    const DIGITS: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    number.to_string().bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect()
}
