//! What the geometry of each kind promises, checked on many points.

use std::f32::consts::{PI, TAU};

use super::{SyntheticKind, synthetic};
use crate::data::Dataset;
use crate::random::{Stream, generator};

fn many(kind: SyntheticKind) -> Dataset {
    synthetic(kind, 4_000, &mut generator(7, Stream::Data))
}

/// Label and coordinates of every point.
fn points(dataset: &Dataset) -> impl Iterator<Item = (u32, [f32; 2])> {
    (0..dataset.samples()).map(|index| (dataset.labels()[index], [dataset.sample(index)[0], dataset.sample(index)[1]]))
}

#[test]
fn classes_are_balanced_to_within_one_sample() {
    for kind in SyntheticKind::ALL {
        for (samples, expected) in [(250, 125), (1_001, 500), (1, 0)] {
            let dataset = synthetic(kind, samples, &mut generator(3, Stream::Data));
            let ones = dataset.labels().iter().filter(|&&label| label == 1).count();
            assert_eq!((dataset.samples(), ones), (samples, expected), "{kind:?}");
        }
    }
}

#[test]
fn classes_are_shuffled() {
    let labels = many(SyntheticKind::Blobs).labels().to_vec();
    let changes = labels.windows(2).filter(|pair| pair[0] != pair[1]).count();
    // A fair shuffle changes class at half of the 3,999 steps, give or take five standard deviations of 32.
    assert!(changes.abs_diff(2_000) < 160, "{changes} changes");
}

#[test]
fn the_same_generator_gives_the_same_points() {
    for kind in SyntheticKind::ALL {
        let draw = |seed| synthetic(kind, 50, &mut generator(seed, Stream::Data));
        assert_eq!(draw(1), draw(1), "{kind:?}");
        assert_ne!(draw(1), draw(2), "{kind:?}");
    }
}

#[test]
fn every_set_is_valid_and_of_unit_size() {
    for kind in SyntheticKind::ALL {
        let d = many(kind);
        let values: Vec<f32> = (0..d.samples()).flat_map(|index| d.sample(index).to_vec()).collect();
        let rebuilt = Dataset::try_new(2, values.clone(), d.labels().to_vec(), d.classes(), d.shape());
        assert_eq!(rebuilt.as_ref(), Ok(&d), "{kind:?}");
        let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        assert!((0.9..1.5).contains(&largest), "{kind:?} reaches to {largest}");
    }
}

#[test]
fn circle_is_a_disc_in_a_ring_and_the_label_says_which() {
    for (label, [x, y]) in points(&many(SyntheticKind::Circle)) {
        let radius = x.hypot(y);
        let expected = if label == 1 { -1e-6..0.500_001 } else { 0.699_999..1.000_001 };
        assert!(expected.contains(&radius), "class {label} at radius {radius}");
    }
}

#[test]
fn moons_keep_to_their_half_circles_but_for_noise() {
    let dataset = many(SyntheticKind::Moons);
    let distances: Vec<f32> = points(&dataset)
        .map(|(label, [x, y])| {
            // Back to half circles of radius 1, of which class 0 has its centre at (0, 0) and class 1 at (1, ½).
            let [x, y] = [1.5 * x + 0.5, 1.5 * y + 0.25];
            let [x, y] = if label == 0 { [x, y] } else { [1.0 - x, 0.5 - y] };
            assert!(y > -0.6, "class {label} is only half a circle, but here is ({x}, {y})");
            (x.hypot(y) - 1.0).abs()
        })
        .collect();
    assert!(distances.iter().all(|&distance| distance < 0.6));
    // Noise of 0.1 across the curve: 95.4 % of it within two standard deviations.
    let near = distances.iter().filter(|&&distance| distance < 0.2).count();
    assert!((3_750..3_880).contains(&near), "{near} of 4,000 near their half circle");
}

#[test]
fn moons_reach_into_each_other() {
    let dataset = many(SyntheticKind::Moons);
    let lowest = points(&dataset).filter(|&(label, _)| label == 0).map(|(_, [_, y])| y).fold(f32::MAX, f32::min);
    let highest = points(&dataset).filter(|&(label, _)| label == 1).map(|(_, [_, y])| y).fold(f32::MIN, f32::max);
    assert!(lowest < highest, "no horizontal line parts them");
}

#[test]
fn spirals_turn_by_one_and_three_quarters_from_the_centre_to_the_rim() {
    for (label, [x, y]) in points(&many(SyntheticKind::Spirals)) {
        let radius = x.hypot(y);
        if radius < 0.3 {
            continue; // so near the centre, noise turns a point by too much
        }
        let offset = if label == 1 { PI } else { 0.0 };
        let off = (x.atan2(y) - 1.75 * TAU * radius - offset).rem_euclid(TAU);
        let off = off.min(TAU - off);
        assert!(off < PI / 2.0, "class {label} at ({x}, {y}) is nearer to the other arm");
    }
}

#[test]
fn xor_is_class_one_where_the_signs_differ_and_keeps_off_the_axes() {
    for (label, [x, y]) in points(&many(SyntheticKind::Xor)) {
        assert_eq!(label == 1, (x < 0.0) != (y < 0.0), "({x}, {y})");
        assert!(x.abs() >= 0.06 && y.abs() >= 0.06, "({x}, {y})");
    }
}

#[test]
fn blobs_lie_around_their_centres() {
    let dataset = many(SyntheticKind::Blobs);
    for (class, centre) in [(0, -0.5), (1, 0.5)] {
        let own: Vec<f32> =
            points(&dataset).filter(|&(label, _)| label == class).flat_map(|(_, point)| point).collect();
        let mean = own.iter().sum::<f32>() / 4_000.0;
        let variance = own.iter().map(|value| (value - centre).powi(2)).sum::<f32>() / 4_000.0;
        assert!((mean - centre).abs() < 5.0 * 0.2 / 4_000_f32.sqrt(), "mean {mean}");
        assert!((variance.sqrt() - 0.2).abs() < 5.0 * 0.2 / 8_000_f32.sqrt(), "variance {variance}");
    }
}

#[test]
fn checkerboard_labels_are_the_parity_of_the_square() {
    /// The left edges of the squares, which are half a unit wide.
    const EDGES: [f32; 4] = [-1.0, -0.5, 0.0, 0.5];
    let mut hits = [[0; 4]; 4];
    for (label, [x, y]) in points(&many(SyntheticKind::Checkerboard)) {
        let [column, row] = [x, y].map(|coordinate| EDGES.partition_point(|&edge| edge <= coordinate) - 1);
        assert_eq!(label as usize, (column + row) % 2, "({x}, {y})");
        hits[row][column] += 1;
    }
    // 250 expected in each of the 16 squares, give or take five standard deviations of 15.
    assert!(hits.as_flattened().iter().all(|&hit: &u32| hit.abs_diff(250) < 77), "{hits:?}");
}
