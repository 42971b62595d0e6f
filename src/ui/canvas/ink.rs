//! How one connection is drawn.

use egui::{Color32, Vec2, vec2};

use super::curve::Curve;
use super::figures::Figures;
use super::format::Format;
use super::lines::Line;
use super::look::{ColorBy, Look, WidthBy, ramp};
use super::raster::Pen;
use super::surface::Surface;
use crate::session::Cut;
use crate::training::Snapshot;
use crate::ui::theme::Palette;

/// A glow that is paler is not seen, and costs as much as the widest line.
const LEAST_GLOW: f32 = 0.03;

/// Turns numbers of connections into strokes.
pub(super) struct Ink<'a> {
    pub look: &'a Look,
    pub format: &'a Format,
    pub palette: &'a Palette,
    pub figures: &'a Figures,
    pub snapshot: &'a Snapshot,
    /// Pixels a point.
    pub scale: f32,
    /// Pixels that a line of unit width has: fewer than `scale` where many lines would hide one another.
    pub thickness: f32,
    /// Share of their opacity that lines have.
    pub presence: f32,
}

impl Ink<'_> {
    pub(super) fn draw_line(&self, surface: &mut impl Surface, curve: &Curve, line: &Line) {
        let thickness = self.thickness;
        let strength = self.strength(line);
        if !line.is_new {
            let least = self.least_opacity();
            let opacity = (least + (1.0 - least) * strength).min(0.95) * self.presence;
            let width = self.width(4.0 * strength * thickness);
            let pen = Pen { color: self.color(line), width, opacity, dash: None };
            return surface.curve(curve, pen);
        }
        let fade = fading(line.age);
        // A new connection has little weight or none, but is to be seen.
        let width = self.width((4.0 * strength).max(0.8 + 1.2 * fade) * thickness);
        let color = match self.look.color {
            ColorBy::Sign => self.palette.sign(line.weight).lerp_to_gamma(self.palette.regrown, fade),
            _ => self.color(line),
        };
        let opacity = 0.16 * fade * self.presence;
        if self.look.color == ColorBy::Sign && opacity >= LEAST_GLOW {
            let glow = Pen { color: self.palette.regrown, width: width + 5.0 * thickness, opacity, dash: None };
            surface.curve(curve, glow);
        }
        let opacity = (0.2 + 0.6 * fade).max(0.95 * strength.min(1.0)) * self.presence;
        surface.curve(curve, Pen { color, width, opacity, dash: None });
        surface.disc(curve.to, (1.6 + 1.6 * fade) * thickness, color, (0.3 + 0.7 * fade) * self.presence);
    }

    pub(super) fn draw_cut(&self, surface: &mut impl Surface, curve: &Curve, cut: &Cut) {
        let opacity = fading(cut.age) * self.presence;
        let color = self.palette.pruned;
        let dash = Some((5.0 * self.scale, 4.0 * self.scale));
        surface.curve(curve, Pen { color, width: self.width(1.1 * self.thickness), opacity, dash });
        let (at, reach) = (curve.middle(), 3.0 * self.thickness);
        for arm in [vec2(reach, reach), Vec2::new(reach, -reach)] {
            surface.segment(at - arm, at + arm, self.width(1.3 * self.thickness), color, opacity);
        }
    }

    /// What the width shows, 1 where it is as large as nearly all others.
    fn strength(&self, line: &Line) -> f32 {
        let by_gradient = (self.look.width == WidthBy::Gradient).then(|| self.gradient(line)).flatten();
        by_gradient.unwrap_or(line.weight.abs() / self.figures.weight).min(1.8)
    }

    /// The size of its gradient, 1 where it is as large as nearly all others; nothing where gradients are not kept.
    fn gradient(&self, line: &Line) -> Option<f32> {
        let gradient = self.snapshot.gradients.get(line.layer)?.get(line.connection)?;
        Some(self.figures.gradient.map_or(0.0, |reference| gradient.abs() / reference))
    }

    /// The place of its rank on the scale of colours; nothing where its layer loses none, or that cannot be told.
    fn rank(&self, line: &Line) -> Option<f32> {
        self.figures.ranks.get(line.layer)?.as_ref()?.get(line.connection).copied()
    }

    fn color(&self, line: &Line) -> Color32 {
        let palette = self.palette;
        match self.look.color {
            ColorBy::Sign => palette.sign(line.weight),
            ColorBy::Age => ramp(palette, share(line.age, oldest(self.snapshot))),
            ColorBy::Gradient => self.gradient(line).map_or(palette.weak, |size| ramp(palette, size)),
            ColorBy::Score => self.rank(line).map_or(palette.weak, |place| ramp(palette, place)),
            ColorBy::Layer => layer_color(palette, line.layer, self.snapshot.network.layers().len()),
        }
    }

    /// The opacity of a connection without weight. Where width cannot say that it is weak, opacity does; a scale of colours
    /// is read more easily when weak lines are not pale.
    fn least_opacity(&self) -> f32 {
        match self.look.color {
            ColorBy::Sign if self.format.is_for_stage() => 0.08,
            ColorBy::Sign => 0.25,
            _ => 0.6,
        }
    }

    /// A width in pixels, as far as the format allows it.
    fn width(&self, width: f32) -> f32 {
        width.max(self.format.least_width * self.scale)
    }
}

/// The age of what was there from the start.
pub(super) fn oldest(snapshot: &Snapshot) -> u32 {
    snapshot.updates_since(0)
}

/// The colour of a layer, from the first to the last.
pub(super) fn layer_color(palette: &Palette, layer: usize, layers: usize) -> Color32 {
    let last = u32::try_from(layers.saturating_sub(1)).unwrap_or(u32::MAX);
    ramp(palette, share(u32::try_from(layer).unwrap_or(last), last))
}

#[expect(clippy::cast_precision_loss, reason = "a share of a number of updates")]
fn share(part: u32, whole: u32) -> f32 {
    part as f32 / whole.max(1) as f32
}

/// How thick lines are, so that many do not hide one another; up to 300 are drawn in full.
#[expect(clippy::cast_precision_loss, reason = "a number of lines")]
pub(super) fn thickness(lines: usize) -> f32 {
    (300.0 / lines.max(1) as f32).sqrt().clamp(0.3, 1.0)
}

/// How opaque lines are: thousands let one another shine through.
#[expect(clippy::cast_precision_loss, reason = "a number of lines")]
pub(super) fn opacity(lines: usize) -> f32 {
    (800.0 / lines.max(1) as f32).sqrt().clamp(0.4, 1.0)
}

/// 1 for what has just happened, less with every update since.
fn fading(age: u32) -> f32 {
    match age {
        0 => 1.0,
        1 => 0.45,
        _ => 0.18,
    }
}
