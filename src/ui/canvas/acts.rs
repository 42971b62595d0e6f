//! A topology update told in three acts: which connections rank lowest, how they are cut, how others grow.
//!
//! All of it is told after the fact, from the network as it is now and the record of what was cut and grown: so it is what
//! happened, whatever the method.

mod ranking;

use std::sync::{Arc, Weak};

use egui::{Align2, Color32, CornerRadius, FontId, Pos2, Rect, Shape, Stroke, Ui, Vec2, pos2, vec2};

use self::ranking::{Ranking, Rule};
use super::caption;
use super::curve::Curve;
use super::figures::Figures;
use super::lines::BUNDLED_FROM;
use super::scene::Scene;
use crate::session::Session;
use crate::sparse::Place;
use crate::training::{UpdateRecord, View};
use crate::ui::comfort::is_motion_reduced;
use crate::ui::controls::elided;

/// How long each act takes, in seconds.
const ACT: f64 = 0.4;
/// How long the numbers stay in view when nothing goes on, in seconds.
const STAY: f64 = 5.0;
/// Connections that move at most; of more every second, third … does.
const MOST: usize = 600;

/// Who tells what has happened last.
#[derive(Default)]
pub(super) struct Acts {
    /// The arm and the view that were seen last, and how many updates it had.
    seen: Option<(usize, Weak<View>, u32)>,
    telling: Option<Telling>,
}

/// An update that is being told.
struct Telling {
    record: Arc<UpdateRecord>,
    rankings: Vec<Option<Ranking>>,
    since: f64,
    stays: bool,
}

/// What is being told.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Act {
    /// The lowest are marked.
    Rank,
    /// They shrink; from 0 to 1.
    Cut(f32),
    /// Others grow; from 0 to 1.
    Grow(f32),
    /// The numbers stay.
    End,
}

impl Acts {
    /// Notices when the next topology update has come into view, in slow motion or step by step, and begins to tell it.
    pub(super) fn follow(&mut self, ui: &Ui, session: &Session, arm: usize, view: &Arc<View>) {
        let (time, is_dragging) = ui.input(|input| (input.time, input.pointer.any_down()));
        let next = (arm, Arc::downgrade(view), view.snapshot.updates);
        let before = self.seen.replace(next.clone());
        if before.as_ref().is_some_and(|before| before.1.ptr_eq(&next.1)) {
            return self.end_in_time(ui, time);
        }
        self.telling = None;
        let is_next = before.is_some_and(|(own, _, updates)| own == arm && updates + 1 == next.2);
        let is_slow = session.speed().is_staged() || !session.is_playing();
        // To rank more weights than are drawn one by one would hold up the window.
        let is_large = view.snapshot.network.connections() > BUNDLED_FROM;
        if !is_next || !is_slow || is_large || is_dragging || is_motion_reduced(ui.ctx()) {
            return;
        }
        let record = session.history(arm).recent_updates().into_iter().find(|record| record.by_hand.is_none());
        let record = record.filter(|record| record.position == view.snapshot.position && !record.has_forgotten());
        self.telling = record.filter(|record| record.removed_count + record.added_count > 0).map(|record| Telling {
            rankings: Ranking::of_layers(&view.snapshot, &record),
            record,
            since: time,
            stays: !session.is_playing(),
        });
        self.end_in_time(ui, time);
    }

    fn end_in_time(&mut self, ui: &Ui, time: f64) {
        let Some(telling) = &self.telling else { return };
        let end = 3.0 * ACT + if telling.stays { STAY } else { 0.0 };
        match telling.act(time) {
            _ if time - telling.since > end => self.telling = None,
            Act::End => ui.ctx().request_repaint_after(std::time::Duration::from_millis(500)),
            _ => ui.ctx().request_repaint(),
        }
    }

    /// The update whose connections are drawn here and so are left out of the picture of the network.
    pub(super) fn told(&self, time: f64) -> Option<u32> {
        self.telling.as_ref().filter(|telling| telling.act(time) != Act::End).map(|telling| telling.record.update)
    }

    /// Draws what moves over the picture of the network, and the numbers that decided.
    pub(super) fn show(&self, ui: &Ui, scene: &Scene, figures: &Figures, rect: Rect) {
        let Some(telling) = &self.telling else { return };
        let act = telling.act(ui.input(|input| input.time));
        Stage { ui, scene, figures, rect, telling, act }.show();
    }

    /// What is happening, in words.
    pub(super) fn words(&self, time: f64) -> Option<String> {
        let telling = self.telling.as_ref()?;
        let (cut, grown) = (telling.record.removed_count, telling.record.added_count);
        Some(match telling.act(time) {
            Act::Rank => format!("1 rank: {cut} go"),
            Act::Cut(_) => format!("2 cut {cut}"),
            Act::Grow(_) => format!("3 grow {grown}"),
            Act::End => format!("cut {cut}, grew {grown}"),
        })
    }
}

impl Telling {
    fn act(&self, time: f64) -> Act {
        let acts = (time - self.since) / ACT;
        #[expect(clippy::cast_possible_truncation, reason = "a share of an act")]
        let share = acts.fract() as f32;
        match acts {
            acts if acts < 1.0 => Act::Rank,
            acts if acts < 2.0 => Act::Cut(share),
            acts if acts < 3.0 => Act::Grow(share),
            _ => Act::End,
        }
    }
}

/// Where it is told.
struct Stage<'a> {
    ui: &'a Ui,
    scene: &'a Scene,
    figures: &'a Figures,
    rect: Rect,
    telling: &'a Telling,
    act: Act,
}

impl Stage<'_> {
    fn show(&self) {
        let record = &self.telling.record;
        if self.act != Act::End {
            let step = record.removed_count.div_ceil(MOST).max(1);
            for (layer, removed) in record.removed.iter().enumerate() {
                removed.iter().step_by(step).for_each(|&(place, weight)| self.cut(layer, place, weight));
            }
            if let Act::Grow(share) = self.act {
                let step = record.added_count.div_ceil(MOST).max(1);
                for (layer, added) in record.added.iter().enumerate() {
                    added.iter().step_by(step).for_each(|&place| self.grow(layer, place, share));
                }
            }
        }
        for (layer, ranking) in self.telling.rankings.iter().enumerate() {
            if let Some(ranking) = ranking {
                self.strip(layer, ranking);
            }
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
                solid(points.clone(), width + 3.0 * format.times, palette.pruned.gamma_multiply(0.55));
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
        painter.line(grown.clone(), Stroke::new(7.0 * times, palette.regrown.gamma_multiply(0.16)));
        painter.line(grown, Stroke::new(2.0 * times, palette.regrown));
        painter.circle_filled(tip, 3.2 * times, palette.regrown);
    }

    /// All weights of a layer by size, those that were cut in their colour.
    fn strip(&self, layer: usize, ranking: &Ranking) {
        let (palette, layout) = (self.scene.palette, &self.scene.layout);
        let text = layout.format.text;
        let (middle, room) = layout.below(layer);
        let width = (0.86 * room).min(20.0 * text);
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
            vec![minus(format!("{least:.3} ≤ w ≤ {most:.3}")), minus(format!("{least:.2} … {most:.2}"))]
        }
        Rule::Other => vec!["not by |w| alone".to_owned(), "not by |w|".to_owned()],
    };
    let counts = format!("{} of {} cut", ranking.cut, ranking.among);
    let back = (ranking.back > 0).then(|| format!("{counts}, {} came back", ranking.back));
    [back.into_iter().chain([counts]).collect(), rule]
}

/// The first of these texts that there is room for; of the last what there is room for.
fn fitting(ui: &Ui, texts: &[String], font: &FontId, width: f32) -> String {
    let fits =
        |text: &&String| ui.painter().layout_no_wrap((*text).clone(), font.clone(), Color32::WHITE).size().x <= width;
    match texts.iter().find(fits) {
        Some(text) => text.clone(),
        None => elided(ui, texts.last().map_or("", String::as_str), font, width),
    }
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
