//! Points in the plane whose classes a person sees at a glance and a network has to work for.
//!
//! Each set has two classes, 0 and 1, and coordinates within or about [-1, 1]. Circle, spirals and XOR follow the
//! TensorFlow Playground (`playground.tensorflow.org`, `dataset.ts`), there on [-5, 5]; moons are the usual ones.

use std::f32::consts::{PI, TAU};
use std::sync::Arc;

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};

use super::dataset::Values;
use super::{Dataset, InputShape};
use crate::random::Generator;

/// Where the points of the two classes lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SyntheticKind {
    /// Class 1 is a disc, class 0 a ring around it.
    Circle,
    /// Two half circles, each reaching into the other.
    Moons,
    /// Two spirals, wound into each other.
    Spirals,
    /// Class 1 where the signs of the coordinates differ.
    Xor,
    /// Two round clouds.
    Blobs,
    /// The squares of a board of four by four.
    Checkerboard,
}

impl SyntheticKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Circle, Self::Moons, Self::Spirals, Self::Xor, Self::Blobs, Self::Checkerboard];

    fn point(self, label: u32, rng: &mut Generator) -> [f32; 2] {
        match self {
            Self::Circle => circle(label, rng),
            Self::Moons => moons(label, rng),
            Self::Spirals => spirals(label, rng),
            Self::Xor => xor(label, rng),
            Self::Blobs => blobs(label, rng),
            Self::Checkerboard => checkerboard(label, rng),
        }
    }
}

/// The number of coordinates of a point.
pub(super) const FEATURES: usize = 2;
pub(super) const CLASSES: usize = 2;
pub(super) const SHAPE: InputShape = InputShape::Plane;

/// So many independent points, shuffled; the two classes have equally many, or class 0 has one more.
pub fn synthetic(kind: SyntheticKind, samples: usize, rng: &mut Generator) -> Dataset {
    let mut labels: Vec<u32> = [0, 1].into_iter().cycle().take(samples).collect();
    labels.shuffle(rng);
    let values = labels.iter().flat_map(|&label| kind.point(label, rng)).collect();
    Dataset::stored(FEATURES, Values::Floats(Arc::new(values)), Arc::new(labels), CLASSES, SHAPE)
}

/// Radius uniform in [0, 0.5) for class 1 and in [0.7, 1) for class 0, angle uniform; no noise.
///
/// A uniform radius crowds the points towards the centre, as the Playground does.
fn circle(label: u32, rng: &mut Generator) -> [f32; 2] {
    let radius = if label == 1 { rng.random_range(0.0..0.5) } else { rng.random_range(0.7..1.0) };
    on_circle(radius, rng.random_range(0.0..TAU))
}

/// Half circles of radius 1: class 0 is (cos t, sin t), class 1 is (1 − cos t, ½ − sin t), t uniform in [0, π), each
/// coordinate with noise N(0, 0.1²). The whole is then centred on (0, 0) and scaled by ⅔ to a width of 2.
fn moons(label: u32, rng: &mut Generator) -> [f32; 2] {
    const NOISE: f32 = 0.1;
    const CENTRE: [f32; 2] = [0.5, 0.25];
    const SCALE: f32 = 2.0 / 3.0;
    let [x, y] = on_circle(1.0, rng.random_range(0.0..PI));
    let [x, y] = if label == 0 { [x, y] } else { [1.0 - x, 0.5 - y] };
    [SCALE * (x - CENTRE[0] + NOISE * normal(rng)), SCALE * (y - CENTRE[1] + NOISE * normal(rng))]
}

/// (r sin φ, r cos φ) with r uniform in [0, 1) and φ = 1.75 · 2π r, half a turn further for class 1; each coordinate
/// with noise N(0, 0.02²), while the arms are about 0.29 apart.
fn spirals(label: u32, rng: &mut Generator) -> [f32; 2] {
    const TURNS: f32 = 1.75;
    const NOISE: f32 = 0.02;
    let radius: f32 = rng.random_range(0.0..1.0);
    let offset = if label == 1 { PI } else { 0.0 };
    let (sin, cos) = (TURNS * TAU * radius + offset).sin_cos();
    [radius * sin + NOISE * normal(rng), radius * cos + NOISE * normal(rng)]
}

/// Each coordinate of size uniform in [0.06, 1), so that a gap runs along the axes; no noise.
fn xor(label: u32, rng: &mut Generator) -> [f32; 2] {
    const GAP: f32 = 0.06;
    let x_sign = if rng.random() { 1.0 } else { -1.0 };
    let y_sign = if label == 1 { -x_sign } else { x_sign };
    [x_sign * rng.random_range(GAP..1.0), y_sign * rng.random_range(GAP..1.0)]
}

/// N(±½, 0.2²) in each coordinate, + for class 1. One point in about 5,000 is nearer to the other class's centre.
fn blobs(label: u32, rng: &mut Generator) -> [f32; 2] {
    const SPREAD: f32 = 0.2;
    let centre = if label == 1 { 0.5 } else { -0.5 };
    [centre + SPREAD * normal(rng), centre + SPREAD * normal(rng)]
}

/// Uniform on the squares of side ½ whose row and column, counted from the lower left, add up to an even number
/// (class 0) or an odd one (class 1); no noise.
fn checkerboard(label: u32, rng: &mut Generator) -> [f32; 2] {
    /// Where the four rows, and columns, begin.
    const EDGES: [f32; 4] = [-1.0, -0.5, 0.0, 0.5];
    const SIDE: f32 = 0.5;
    let row = rng.random_range(0..4);
    let column = 2 * rng.random_range(0..2) + (row + label as usize) % 2;
    [column, row].map(|place| EDGES[place] + rng.random_range(0.0..SIDE))
}

fn on_circle(radius: f32, angle: f32) -> [f32; 2] {
    let (sin, cos) = angle.sin_cos();
    [radius * cos, radius * sin]
}

fn normal(rng: &mut Generator) -> f32 {
    rng.sample(StandardNormal)
}

#[cfg(test)]
mod tests;
