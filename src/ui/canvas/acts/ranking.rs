//! How a layer's connections ranked by size when some of them were cut.

use egui::{CornerRadius, Painter, Pos2, Rect, Stroke};

use crate::topology::{DropScore, Recipe};
use crate::training::{Snapshot, UpdateRecord};
use crate::ui::theme::Palette;

/// Bars at most; each stands for as many connections.
const MOST_BARS: usize = 48;

/// A layer's connections just before an update, in the order that decided.
#[derive(Debug, PartialEq)]
pub(super) struct Ranking {
    /// How many there were.
    pub among: usize,
    /// How many were cut.
    pub cut: usize,
    /// How many were cut and grew again in the same update, with the weight that they had.
    pub back: usize,
    pub rule: Rule,
    /// Connections that come before those that were cut.
    before: usize,
    /// Mean |w| of each bar as a share of the largest, and the share of its connections that were cut.
    bars: Vec<(f32, f32)>,
}

/// What told those that were cut from all others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Rule {
    /// They were the smallest; the largest |w| of them.
    Size(f32),
    /// They were the nearest to 0 on either side, each side by itself; the smallest and the largest w of them.
    Sides(f32, f32),
    /// Something else than weights.
    Other,
}

impl Ranking {
    /// By layer; nothing for those in which nothing was cut. Survivors keep their weights in an update, so what there was
    /// before is what has not grown in it, and what it cut.
    pub(super) fn of_layers(snapshot: &Snapshot, record: &UpdateRecord) -> Vec<Option<Self>> {
        let drop = snapshot.tuning.recipe.filter(Recipe::cuts_by_score_alone).map(|recipe| recipe.drop);
        let network = snapshot.network.layers().iter();
        let layers = network.zip(&snapshot.born).zip(&record.removed).map(|((layer, born), removed)| {
            let survivors = layer.weights.values().iter().zip(born).filter(|(_, born)| **born != record.update);
            let survivors = survivors.map(|(weight, _)| (*weight, false));
            Self::of(survivors.chain(removed.iter().map(|(_, weight)| (*weight, true))).collect(), drop)
        });
        layers.collect()
    }

    /// Of weights before the update, each with whether it was cut.
    fn of(mut all: Vec<(f32, bool)>, drop: Option<DropScore>) -> Option<Self> {
        let cut = all.iter().filter(|own| own.1).count();
        let largest = all.iter().fold(0.0_f32, |largest, own| largest.max(own.0.abs()));
        if cut == 0 {
            return None;
        }
        sort(&mut all, drop == Some(DropScore::MagnitudeBySign));
        let before = all.iter().position(|own| own.1)?;
        let after = all.iter().rposition(|own| own.1)? + 1;
        let (rule, before, back) = match drop {
            Some(DropScore::Magnitude) => (Rule::Size(all[after - 1].0.abs()), 0, after - cut),
            Some(DropScore::MagnitudeBySign) => {
                (Rule::Sides(all[before].0, all[after - 1].0), before, after - before - cut)
            }
            _ => (Rule::Other, 0, 0),
        };
        let bar = |bar: &[(f32, bool)]| {
            #[expect(clippy::cast_precision_loss, reason = "a number of connections")]
            let (members, cut) = (bar.len() as f32, bar.iter().filter(|own| own.1).count() as f32);
            let mean = bar.iter().map(|own| own.0.abs()).sum::<f32>() / members;
            (if largest > 0.0 { mean / largest } else { 0.0 }, cut / members)
        };
        let bars = all.chunks(all.len().div_ceil(MOST_BARS)).map(bar).collect();
        Some(Self { among: all.len(), cut, back, rule, before, bars })
    }

    /// Bars from the smallest to the largest, and a line where the cut is.
    #[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
    pub(super) fn draw(&self, painter: &Painter, rect: Rect, palette: &Palette) {
        let pitch = rect.width() / self.bars.len() as f32;
        for (index, &(size, cut)) in self.bars.iter().enumerate() {
            let left = rect.min.x + pitch * index as f32;
            let height = (rect.height() * size).max(1.0);
            let bar = |from: f32, to: f32| {
                let (left, right) = (left + pitch * from, left + pitch * to - if pitch > 3.0 { 1.0 } else { 0.0 });
                Rect::from_min_max(Pos2::new(left, rect.max.y - height), Pos2::new(right.max(left), rect.max.y))
            };
            painter.rect_filled(bar(0.0, 1.0), CornerRadius::ZERO, palette.weak.gamma_multiply(0.7));
            // A bar at a line holds both kinds.
            let opens = self.before > 0 && self.bars[..index].iter().all(|own| own.1 == 0.0);
            if cut > 0.0 {
                let (from, to) = if opens { (1.0 - cut, 1.0) } else { (0.0, cut) };
                painter.rect_filled(bar(from, to), CornerRadius::ZERO, palette.pruned);
            }
        }
        let line = |connections: usize| {
            let x = rect.min.x + rect.width() * connections as f32 / self.among as f32;
            painter.vline(x, rect.y_range(), Stroke::new(1.5, palette.text));
        };
        if self.rule != Rule::Other {
            line(self.before + self.cut + self.back);
        }
        if self.before > 0 {
            line(self.before);
        }
    }
}

/// By size, or from the most negative to the most positive. Of equal ones those that were cut lie beside the others that were.
fn sort(all: &mut [(f32, bool)], by_sign: bool) {
    if !by_sign {
        return all.sort_unstable_by(|a, b| a.0.abs().total_cmp(&b.0.abs()).then(b.1.cmp(&a.1)));
    }
    // Zeros that were kept go to the side that lost nothing else.
    let reaches_up = all.iter().any(|own| own.1 && own.0 > 0.0);
    all.sort_unstable_by(|a, b| {
        let is_lower = a.0 < 0.0 || a.0 == 0.0 && reaches_up;
        let ties = if is_lower { a.1.cmp(&b.1) } else { b.1.cmp(&a.1) };
        // Zeros of either sign are one weight.
        (a.0 + 0.0).total_cmp(&(b.0 + 0.0)).then(ties)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranking(kept: &[f32], cut: &[f32], drop: DropScore) -> Ranking {
        let kept = kept.iter().map(|&weight| (weight, false));
        Ranking::of(kept.chain(cut.iter().map(|&weight| (weight, true))).collect(), Some(drop)).expect("a ranking")
    }

    #[test]
    fn the_smallest_come_first_worked_by_hand() {
        let own = ranking(&[0.5, -2.0, 1.0], &[0.1, -0.25], DropScore::Magnitude);
        assert_eq!((own.among, own.cut, own.back, own.rule), (5, 2, 0, Rule::Size(0.25)));
        assert_eq!(own.bars, [(0.05, 1.0), (0.125, 1.0), (0.25, 0.0), (0.5, 0.0), (1.0, 0.0)]);
        // Of equal ones some went and some stayed.
        let equal = ranking(&[0.0, 0.0], &[0.0], DropScore::Magnitude);
        assert_eq!((equal.rule, equal.bars), (Rule::Size(0.0), vec![(0.0, 1.0), (0.0, 0.0), (0.0, 0.0)]));
        // −0.2 was among the smallest, but grew again at once.
        assert_eq!(ranking(&[-0.2, 1.0], &[0.1, 0.3], DropScore::Magnitude).back, 1);
        assert_eq!(Ranking::of(vec![(1.0, false)], None), None);
    }

    #[test]
    fn each_side_by_itself_worked_by_hand() {
        let by_sign = |kept: &[f32], cut: &[f32]| ranking(kept, cut, DropScore::MagnitudeBySign);
        // −0.4 went, as one of two negative ones nearest to 0, though 0.2 stayed.
        let own = by_sign(&[-0.8, 0.2, 0.4], &[-0.4, -0.1, 0.1]);
        assert_eq!((own.rule, own.before, own.back), (Rule::Sides(-0.4, 0.1), 1, 0));
        assert_eq!(own.bars.iter().map(|bar| bar.1).collect::<Vec<_>>(), [0.0, 1.0, 1.0, 1.0, 0.0, 0.0]);
        assert_eq!(by_sign(&[-0.8, -0.2, 0.4], &[-0.4, 0.1]).back, 1);
        // A zero that stayed, since there were more on its side than had to go.
        let zeros = by_sign(&[0.0, 0.3, -0.9], &[-0.0, -0.5]);
        assert_eq!((zeros.rule, zeros.before, zeros.back), (Rule::Sides(-0.5, 0.0), 1, 0));
        let zeros = by_sign(&[-0.0, -0.3, 0.9], &[0.0, 0.5]);
        assert_eq!((zeros.rule, zeros.before, zeros.back), (Rule::Sides(0.0, 0.5), 2, 0));
    }

    #[test]
    fn what_weights_do_not_tell_has_no_line() {
        let own = ranking(&[0.2, -0.3, 0.5], &[0.1, 0.4], DropScore::Random);
        assert_eq!((own.rule, own.cut, own.back), (Rule::Other, 2, 0));
    }

    #[test]
    fn many_connections_share_bars() {
        let all: Vec<f32> = (1..=200_u8).map(f32::from).collect();
        let own = ranking(&all[50..], &all[..50], DropScore::Magnitude);
        assert_eq!(own.bars.len(), 40);
        let cut: f32 = own.bars.iter().map(|(_, cut)| cut).sum();
        assert!((cut - 10.0).abs() < 1e-5, "a quarter of the bars: {cut}");
    }
}
