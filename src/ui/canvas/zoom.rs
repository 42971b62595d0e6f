//! How far the network is enlarged, and what part of it is seen.

use egui::{Pos2, Rect, Vec2, vec2};

/// Enlarges the network: a point `p` of the whole is seen at `scale · p + offset`, axis by axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Zoom {
    factor: f32,
    offset: Vec2,
    /// By which power of the factor columns move apart; neurons of a column do by the factor itself.
    apart: f32,
}

impl Zoom {
    /// What is crowded are columns, so they move apart less than their neurons.
    pub(super) const APART: f32 = 0.3;

    /// All of the network is seen.
    pub(super) const WHOLE: Self = Self::whole(Self::APART);

    /// All of the network is seen, and columns move apart by this power of the factor.
    pub(super) const fn whole(apart: f32) -> Self {
        Self { factor: 1.0, offset: Vec2::ZERO, apart }
    }

    /// By which power of the factor columns move apart.
    pub(super) fn apart(self) -> f32 {
        self.apart
    }

    /// How many times farther apart neurons of a column are.
    pub(super) fn factor(self) -> f32 {
        self.factor
    }

    /// Whether less than the whole is seen.
    pub(super) fn is_enlarged(self) -> bool {
        self.factor > 1.0
    }

    /// By axis, how many times longer distances are.
    pub(super) fn scale(self) -> Vec2 {
        vec2(self.factor.powf(self.apart), self.factor)
    }

    /// Where a point of the whole is seen.
    pub(super) fn apply(self, point: Pos2) -> Pos2 {
        (self.scale() * point.to_vec2() + self.offset).to_pos2()
    }

    /// Enlarges by a factor more, up to `largest` in all; what is seen at a point stays there, as far as the view of this
    /// size remains filled.
    pub(super) fn about(self, at: Pos2, by: f32, largest: f32, size: Vec2) -> Self {
        let factor = self.factor * by;
        if !factor.is_finite() {
            return self;
        }
        let zoom = Self { factor: factor.clamp(1.0, largest.max(1.0)), ..self };
        let offset = at.to_vec2() - (at.to_vec2() - self.offset) * (zoom.scale() / self.scale());
        Self { offset, ..zoom }.within(size)
    }

    /// Moves what is seen.
    pub(super) fn moved(self, by: Vec2, size: Vec2) -> Self {
        Self { offset: self.offset + by, ..self }.within(size)
    }

    /// The nearest that fills a view of this size with the network.
    pub(super) fn within(self, size: Vec2) -> Self {
        let least = size * (Vec2::splat(1.0) - self.scale());
        Self { offset: self.offset.max(least).min(Vec2::ZERO), ..self }
    }

    /// A share of the way to another, by equal ratios in equal times.
    pub(super) fn towards(self, goal: Self, share: f32) -> Self {
        let factor = self.factor * (goal.factor / self.factor).powf(share);
        let near = (factor / goal.factor - 1.0).abs() < 0.002 && (goal.offset - self.offset).length() < 0.5;
        if near {
            return goal;
        }
        let (from, to) = (self.scale(), goal.scale());
        let here = Self { factor, ..self }.scale();
        // A point that rests is one where the offset goes with the scale.
        let part =
            |from: f32, here: f32, to: f32| if (to - from).abs() > 1e-4 { (here - from) / (to - from) } else { share };
        let parts = vec2(part(from.x, here.x, to.x), part(from.y, here.y, to.y));
        Self { factor, offset: self.offset + parts * (goal.offset - self.offset), ..self }
    }

    /// Where a picture of this size that was drawn under an older zoom belongs now.
    pub(super) fn place_of(self, drawn: Self, size: Vec2) -> Rect {
        let ratio = self.scale() / drawn.scale();
        let corner = self.offset - ratio * drawn.offset;
        Rect::from_min_size(corner.to_pos2(), ratio * size)
    }
}

#[cfg(test)]
mod tests {
    use egui::pos2;
    use proptest::prelude::*;

    use super::*;

    const SIZE: Vec2 = vec2(700.0, 500.0);

    /// What is seen at a point.
    fn seen_at(zoom: Zoom, at: Pos2) -> Vec2 {
        let origin = zoom.apply(Pos2::ZERO);
        let unit = zoom.apply(pos2(1.0, 1.0)) - origin;
        (at - origin) / unit
    }

    proptest! {
        #[test]
        fn zooming_in_about_a_point_keeps_what_is_there(
            steps in prop::collection::vec((0.0_f32..700.0, 0.0_f32..500.0, 1.0_f32..3.0), 1..6),
        ) {
            let mut zoom = Zoom::WHOLE;
            for (x, y, by) in steps {
                let next = zoom.about(pos2(x, y), by, 90.0, SIZE);
                let moved = seen_at(next, pos2(x, y)) - seen_at(zoom, pos2(x, y));
                prop_assert!(moved.length() < 0.1, "{moved:?} of {zoom:?}");
                zoom = next;
            }
        }

        #[test]
        fn the_network_always_fills_the_view(
            steps in prop::collection::vec((0.0_f32..700.0, 0.0_f32..500.0, 0.2_f32..5.0, -900.0_f32..900.0), 1..8),
        ) {
            let mut zoom = Zoom::WHOLE;
            for (x, y, by, pan) in steps {
                zoom = zoom.about(pos2(x, y), by, 90.0, SIZE).moved(vec2(pan, -pan), SIZE);
                let (first, last) = (zoom.apply(Pos2::ZERO), zoom.apply(SIZE.to_pos2()));
                prop_assert!(first.x <= 0.01 && first.y <= 0.01, "{first:?}");
                prop_assert!(last.x >= SIZE.x - 0.1 && last.y >= SIZE.y - 0.1, "{last:?}");
                prop_assert!((1.0..=90.0).contains(&zoom.factor()));
            }
        }
    }

    #[test]
    fn an_old_picture_lies_where_its_points_are_now() {
        let drawn = Zoom::WHOLE.about(pos2(100.0, 300.0), 2.0, 90.0, SIZE);
        let now = drawn.about(pos2(600.0, 50.0), 3.0, 90.0, SIZE);
        let place = now.place_of(drawn, SIZE);
        let point = pos2(230.0, 120.0);
        let in_picture = drawn.apply(point).to_vec2() / SIZE;
        let found = place.min + in_picture * place.size();
        assert!((found - now.apply(point)).length() < 0.05, "{found:?} {:?}", now.apply(point));
    }

    #[test]
    fn on_the_way_to_a_goal_the_point_aimed_at_rests_and_the_goal_is_reached() {
        let at = pos2(350.0, 200.0);
        let goal = Zoom::WHOLE.about(at, 6.0, 90.0, SIZE);
        let mut zoom = Zoom::WHOLE;
        for _ in 0..60 {
            zoom = zoom.towards(goal, 0.25);
            assert!((seen_at(zoom, at) - at.to_vec2()).length() < 1.0, "{zoom:?}");
        }
        assert_eq!(zoom, goal);
    }
}
