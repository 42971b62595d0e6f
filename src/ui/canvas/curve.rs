//! The line of one connection.

use egui::{Pos2, Rect, Vec2};

/// Pieces of a chord that its distance from a point is measured to.
const PIECES: u8 = 16;
/// Pieces that a line is drawn in.
const STEPS: u8 = 24;

/// A line from a source to a target: level at both ends, or a chord.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Curve {
    pub from: Pos2,
    pub to: Pos2,
    /// Where a chord is drawn to, as a quadratic's control point. Without it the line goes from left to right, level at both
    /// ends: `y = y₀ + (y₁ − y₀)(3u² − 2u³)` for `u` from 0 to 1.
    pub bend: Option<Pos2>,
}

impl Curve {
    /// From left to right, level at both ends.
    pub(super) fn level(from: Pos2, to: Pos2) -> Self {
        Self { from, to, bend: None }
    }

    /// So many times as large.
    pub(super) fn scaled(self, by: f32) -> Self {
        let scaled = |point: Pos2| (point.to_vec2() * by).to_pos2();
        Self { from: scaled(self.from), to: scaled(self.to), bend: self.bend.map(scaled) }
    }

    /// Somewhere else.
    pub(super) fn moved(self, by: Vec2) -> Self {
        Self { from: self.from + by, to: self.to + by, bend: self.bend.map(|bend| bend + by) }
    }

    /// Points along it, from end to end.
    pub(super) fn points(&self, offset: Vec2) -> Vec<Pos2> {
        (0..=STEPS).map(|step| self.point(f32::from(step) / f32::from(STEPS)) + offset).collect()
    }

    /// The point after a share of the way.
    fn point(&self, share: f32) -> Pos2 {
        if let Some(bend) = self.bend {
            return self.from.lerp(bend, share).lerp(bend.lerp(self.to, share), share);
        }
        let x = self.from.x + (self.to.x - self.from.x) * share;
        Pos2::new(x, self.level_at(x).0)
    }

    /// Height and slope at `x` of a line from left to right.
    pub(super) fn level_at(&self, x: f32) -> (f32, f32) {
        let (width, rise) = (self.to.x - self.from.x, self.to.y - self.from.y);
        let u = ((x - self.from.x) / width).clamp(0.0, 1.0);
        (self.from.y + rise * u * u * (3.0 - 2.0 * u), rise / width * 6.0 * u * (1.0 - u))
    }

    /// Distance of a point from it, where that is less than a limit.
    pub(super) fn distance(&self, point: Pos2, limit: f32) -> Option<f32> {
        let distance = match self.bend {
            Some(bend) => {
                let around = Rect::from_two_pos(self.from, self.to).union(Rect::from_pos(bend));
                if !around.expand(limit).contains(point) {
                    return None;
                }
                self.distance_of_chord(point)
            }
            None if (self.from.x..=self.to.x).contains(&point.x) => {
                let (y, slope) = self.level_at(point.x);
                (point.y - y).abs() / (1.0 + slope * slope).sqrt()
            }
            None => return None,
        };
        (distance < limit).then_some(distance)
    }

    fn distance_of_chord(&self, point: Pos2) -> f32 {
        let mut nearest = f32::INFINITY;
        let mut from = self.from;
        for step in 1..=PIECES {
            let to = self.point(f32::from(step) / f32::from(PIECES));
            let along = to - from;
            let share = ((point - from).dot(along) / along.length_sq().max(f32::MIN_POSITIVE)).clamp(0.0, 1.0);
            nearest = nearest.min((point - from - along * share).length());
            from = to;
        }
        nearest
    }

    pub(super) fn middle(&self) -> Pos2 {
        self.point(0.5)
    }
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn a_chord_passes_half_way_to_its_bend_and_is_found_there() {
        let chord = Curve { from: pos2(0.0, 0.0), to: pos2(100.0, 0.0), bend: Some(pos2(50.0, 60.0)) };
        // A quadratic is half way between the middle of its ends and its control point.
        assert_eq!(chord.middle(), pos2(50.0, 30.0));
        assert!(chord.distance(pos2(50.0, 33.0), 6.0).is_some_and(|distance| (distance - 3.0).abs() < 0.2));
        assert_eq!(chord.distance(pos2(50.0, 0.0), 6.0), None);
        assert_eq!(chord.distance(pos2(50.0, 90.0), 6.0), None);
        assert_eq!(chord.points(Vec2::ZERO).last(), Some(&pos2(100.0, 0.0)));
    }

    #[test]
    fn a_level_line_has_the_mean_height_in_the_middle_and_is_not_found_beyond_its_ends() {
        let line = Curve::level(pos2(0.0, 10.0), pos2(100.0, 30.0));
        assert_eq!(line.middle(), pos2(50.0, 20.0));
        assert_eq!(line.distance(pos2(50.0, 20.0), 6.0), Some(0.0));
        assert_eq!((line.distance(pos2(101.0, 30.0), 6.0), line.distance(pos2(50.0, 40.0), 6.0)), (None, None));
    }

    #[test]
    fn moved_and_scaled_all_its_points_are() {
        for bend in [None, Some(pos2(30.0, 80.0))] {
            let curve = Curve { from: pos2(10.0, 20.0), to: pos2(60.0, 50.0), bend };
            let other = curve.scaled(2.0).moved(Vec2::new(5.0, 7.0));
            for (a, b) in curve.points(Vec2::ZERO).into_iter().zip(other.points(Vec2::ZERO)) {
                assert!(((a.to_vec2() * 2.0 + Vec2::new(5.0, 7.0)).to_pos2() - b).length() < 1e-3);
            }
        }
    }
}
