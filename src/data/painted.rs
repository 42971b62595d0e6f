//! Points in the plane that somebody painted.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::dataset::Values;
use super::{DataError, Dataset, InputShape};

/// The most points: what a file that people read can hold.
pub const MAX_PAINTED: usize = 5_000;
/// The most classes.
pub const PAINTED_CLASSES: u8 = 6;
/// The plane that is drawn reaches from `-PLANE` to `PLANE` on both axes.
pub const PLANE: f32 = 1.2;

/// A point, in an experiment file `[x, y, class]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, f64, u8)", into = "(f64, f64, u8)")]
pub struct PaintedPoint {
    /// First coordinate, rightwards.
    pub x: f64,
    /// Second coordinate, upwards.
    pub y: f64,
    /// Its class, from 0.
    pub class: u8,
}

impl PaintedPoint {
    /// A point on the plane, with coordinates rounded to a thousandth so that files stay short.
    #[must_use]
    pub fn rounded(x: f32, y: f32, class: u8) -> Self {
        let round = |coordinate: f32| (1e3 * f64::from(coordinate.clamp(-PLANE, PLANE))).round() / 1e3;
        Self { x: round(x), y: round(y), class }
    }
}

impl From<(f64, f64, u8)> for PaintedPoint {
    fn from((x, y, class): (f64, f64, u8)) -> Self {
        Self { x, y, class }
    }
}

impl From<PaintedPoint> for (f64, f64, u8) {
    fn from(point: PaintedPoint) -> Self {
        (point.x, point.y, point.class)
    }
}

/// The points as samples, in their order.
#[expect(clippy::cast_possible_truncation, reason = "features are f32")]
pub(super) fn painted(points: &[PaintedPoint]) -> Result<Dataset, DataError> {
    if points.len() > MAX_PAINTED {
        return Err(DataError::TooManyPainted { points: points.len(), limit: MAX_PAINTED });
    }
    let fits = |coordinate: f64| (coordinate as f32).abs() <= PLANE;
    let is_good = |point: &PaintedPoint| fits(point.x) && fits(point.y) && point.class < PAINTED_CLASSES;
    if let Some(index) = points.iter().position(|point| !is_good(point)) {
        let PaintedPoint { x, y, class } = points[index];
        return Err(DataError::BadPoint { index, x, y, class, plane: PLANE, classes: PAINTED_CLASSES });
    }
    if points.iter().all(|point| point.class == points[0].class) {
        return Err(DataError::TooFewPainted);
    }
    let values = points.iter().flat_map(|point| [point.x as f32, point.y as f32]).collect();
    let labels: Vec<u32> = points.iter().map(|point| u32::from(point.class)).collect();
    let classes = labels.iter().max().map_or(0, |&largest| largest as usize + 1);
    Ok(Dataset::stored(2, Values::Floats(Arc::new(values)), Arc::new(labels), classes, InputShape::Plane))
}
