//! The stage of the three acts: lines over the network, cells over its adjacency matrices, and the numbers that decided.

use egui::{Align2, Color32, CornerRadius, FontId, Pos2, Rect, Shape, Stroke, Ui, Vec2, pos2, vec2};

use super::super::caption;
use super::super::card::number;
use super::super::curve::Curve;
use super::super::figures::Figures;
use super::super::scene::Scene;
use super::ranking::{Ranking, Rule};
use super::{Act, Findings, cells};
use crate::sparse::Place;
use crate::training::UpdateRecord;
use crate::ui::controls::{grouped, text_width};

/// Connections that move at most; of more every second, third … does. More lines would run into one another.
const MOST: usize = 240;
/// Of so many lines the glow would cover all else.
const MOST_WITH_GLOW: usize = 100;

/// Narrower than so many times the size of its text, a card would hold no number.
const NARROWEST: f32 = 6.0;

/// One in so many connections is drawn as a line.
pub(super) fn one_in(connections: usize) -> usize {
    connections.div_ceil(MOST).max(1)
}

/// Where it is told.
pub(super) struct Stage<'a> {
    pub ui: &'a Ui,
    pub scene: &'a Scene,
    pub figures: &'a Figures,
    pub rect: Rect,
    pub record: &'a UpdateRecord,
    pub findings: &'a Findings,
    pub act: Act,
}

impl Stage<'_> {
    pub(super) fn show(&self) {
        let record = self.record;
        if self.act != Act::End {
            let step = one_in(record.removed_count);
            for (layer, removed) in record.removed.iter().enumerate() {
                removed.iter().step_by(step).for_each(|&(place, weight)| self.cut(layer, place, weight));
            }
            if let Act::Grow(share) = self.act {
                let step = one_in(record.added_count);
                for (layer, added) in record.added.iter().enumerate() {
                    added.iter().step_by(step).for_each(|&place| self.grow(layer, place, share));
                }
            }
        }
        self.cells();
        for (layer, ranking) in self.findings.rankings.iter().enumerate() {
            if let Some(ranking) = ranking {
                self.strip(layer, ranking);
            }
        }
    }

    /// Over adjacency matrices, where connections go and where others come.
    fn cells(&self) {
        let palette = self.scene.palette;
        let (going, coming) = match self.act {
            Act::Rank => (1.0, 0.0),
            Act::Cut(share) => (1.0 - share, 0.0),
            Act::Grow(share) => (0.0, share),
            Act::End => (0.0, 0.6),
        };
        let tiles = self.scene.band.iter().flat_map(|band| &band.tiles);
        for (tile, cells) in tiles.filter_map(|tile| Some((tile, cells::of(tile, &self.findings.cells)?))) {
            let picture = tile.picture.translate(self.rect.min.to_vec2());
            cells.removed.paint(self.ui, picture, palette.pruned.gamma_multiply(going));
            cells.added.paint(self.ui, picture, palette.regrown.gamma_multiply(coming));
        }
    }

    fn curve(&self, layer: usize, place: Place) -> Curve {
        let curve = self.scene.layout.curve(layer, place.source as usize, place.target as usize);
        curve.moved(self.rect.min.to_vec2())
    }

    fn cut(&self, layer: usize, place: Place, weight: f32) {
        let (palette, format) = (self.scene.palette, &self.scene.layout.format);
        let points = self.curve(layer, place).points(Vec2::ZERO);
        let strength = (weight.abs() / self.figures.weight).min(1.8);
        let width = (4.0 * strength * format.times).max(format.least_width).max(1.0);
        let solid = |points: Vec<Pos2>, width: f32, color: Color32| {
            self.ui.painter().line(points, Stroke::new(width, color));
        };
        match self.act {
            Act::Rank => {
                if self.record.removed_count <= MOST_WITH_GLOW {
                    solid(points.clone(), width + 3.0 * format.times, palette.pruned.gamma_multiply(0.55));
                }
                solid(points, width, palette.sign(weight));
            }
            Act::Cut(share) => {
                let (left, gone) = divided(&points, 1.0 - share);
                solid(left, width, palette.sign(weight));
                self.dashes(&gone);
            }
            _ => self.dashes(&points),
        }
    }

    fn dashes(&self, points: &[Pos2]) {
        let width = (1.1 * self.scene.layout.format.times).max(self.scene.layout.format.least_width);
        let stroke = Stroke::new(width, self.scene.palette.pruned);
        self.ui.painter().extend(Shape::dashed_line(points, stroke, 5.0, 4.0));
    }

    fn grow(&self, layer: usize, place: Place, share: f32) {
        let (palette, times) = (self.scene.palette, self.scene.layout.format.times);
        let (grown, _) = divided(&self.curve(layer, place).points(Vec2::ZERO), share);
        let Some(&tip) = grown.last() else { return };
        let painter = self.ui.painter();
        let has_glow = self.record.added_count <= MOST_WITH_GLOW;
        if has_glow {
            painter.line(grown.clone(), Stroke::new(7.0 * times, palette.regrown.gamma_multiply(0.16)));
        }
        let width = if has_glow { 2.0 } else { 1.2 };
        painter.line(grown, Stroke::new((width * times).max(self.scene.layout.format.least_width), palette.regrown));
        painter.circle_filled(tip, (1.0 + width) * times, palette.regrown);
    }

    /// All weights of a layer by size, those that were cut in their colour.
    fn strip(&self, layer: usize, ranking: &Ranking) {
        let (palette, layout) = (self.scene.palette, &self.scene.layout);
        let text = layout.format.text;
        let (middle, room) = layout.below(layer);
        let width = (0.86 * room).min(20.0 * text);
        if width < NARROWEST * text {
            return;
        }
        let size = vec2(width, 6.4 * text);
        let bottom = self.scene.area.y - layout.format.bottom - 4.0;
        let center = pos2(middle, bottom - 0.5 * size.y);
        let card = Rect::from_center_size(center, size).translate(self.rect.min.to_vec2());
        let painter = self.ui.painter();
        let line = Stroke::new(1.0, palette.border);
        painter.rect(card, CornerRadius::same(6), palette.card.gamma_multiply(0.94), line, egui::StrokeKind::Inside);
        let inner = card.shrink(0.5 * text);
        for (row, words) in words(ranking).into_iter().enumerate() {
            let at = inner.left_top() + vec2(0.0, if row == 0 { 0.5 } else { 1.7 } * text);
            let words = fitting(self.ui, &words, &FontId::proportional(text), inner.width());
            caption(self.ui, at, Align2::LEFT_CENTER, &words, palette.text, (text, row == 0));
        }
        let bars = Rect::from_min_max(inner.min + vec2(0.0, 2.7 * text), inner.max);
        ranking.draw(painter, bars, palette);
    }
}

/// How many were cut, and what told them from the others: each in many words and in fewer.
fn words(ranking: &Ranking) -> [Vec<String>; 2] {
    let minus = |text: String| text.replace('-', "−");
    let rule = match ranking.rule {
        Rule::Size(most) => vec![format!("|w| ≤ {most:.3}")],
        Rule::Sides(least, most) => {
            vec![minus(format!("{least:.3} ≤ w ≤ {most:.3}")), format!("{} … {}", number(least), number(most))]
        }
        Rule::Other => vec!["not by |w| alone".to_owned(), "not by |w|".to_owned()],
    };
    let counts = format!("{} of {} cut", grouped(ranking.cut), grouped(ranking.among));
    let back = (ranking.back > 0).then(|| format!("{counts}, {} came back", grouped(ranking.back)));
    [back.into_iter().chain([counts, format!("{} cut", grouped(ranking.cut))]).collect(), rule]
}

/// The first of these texts that there is room for: a part of a number would be another number.
fn fitting(ui: &Ui, texts: &[String], font: &FontId, width: f32) -> String {
    texts.iter().find(|text| text_width(ui, text, font) <= width).cloned().unwrap_or_default()
}

/// A line in two: up to a share of its points, and the rest.
fn divided(points: &[Pos2], share: f32) -> (Vec<Pos2>, Vec<Pos2>) {
    let last = points.len() - 1;
    #[expect(clippy::cast_precision_loss, reason = "a small number of points")]
    let at = share.clamp(0.0, 1.0) * last as f32;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a point's number")]
    let index = (at as usize).min(last - 1);
    #[expect(clippy::cast_precision_loss, reason = "a small number of points")]
    let middle = points[index].lerp(points[index + 1], at - index as f32);
    let first = points[..=index].iter().copied().chain([middle]).collect();
    let second = std::iter::once(middle).chain(points[index + 1..].iter().copied()).collect();
    (first, second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_divided_where_it_says() {
        let points: Vec<Pos2> = (0..5_u8).map(|x| pos2(f32::from(x), 0.0)).collect();
        for (share, at) in [(0.0, 0.0), (0.3, 1.2), (0.5, 2.0), (1.0, 4.0)] {
            let (first, second) = divided(&points, share);
            let (end, start) = (first[first.len() - 1], second[0]);
            assert!((end.x - at).abs() < 1e-6 && (start.x - at).abs() < 1e-6, "{share}: {end:?} {start:?}");
            assert_eq!((first[0], second[second.len() - 1]), (points[0], points[4]));
        }
    }
}
