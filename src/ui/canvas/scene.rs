//! A network at one moment, drawn into a picture.

use std::sync::Arc;

use egui::{Color32, ColorImage, Pos2, Rect, vec2};

use super::layout::Layout;
use super::look::Look;
use super::raster::{Curve, Pen, Raster};
use super::surface::Surface;
use crate::data::InputShape;
use crate::metrics::receptive_field;
use crate::nn::Activation;
use crate::session::Cut;
use crate::training::{Snapshot, View};
use crate::ui::theme::Palette;

/// Life-cycle colours fade over so many updates.
const FADE: u32 = 3;
/// Smallest square in which a picture of what the neuron does can be seen.
const SMALLEST_PICTURE: f32 = 7.0;

/// All that a picture of a network shows.
pub(super) struct Scene {
    pub view: Arc<View>,
    pub cuts: Vec<Cut>,
    pub layout: Layout,
    pub look: Look,
    pub palette: &'static Palette,
    pub shape: InputShape,
    /// Leading inputs that are not noise.
    pub informative: usize,
    pub size: [usize; 2],
    /// Pixels a point.
    pub scale: f32,
}

/// One connection to be drawn.
#[derive(Clone, Copy)]
struct Line {
    layer: usize,
    source: usize,
    target: usize,
    weight: f32,
    /// Updates since it grew, if few.
    age: Option<u32>,
}

impl Scene {
    /// Draws everything but text.
    pub(super) fn draw(&self) -> ColorImage {
        let mut raster = Raster::new(self.size, self.palette.canvas);
        self.draw_on(&mut raster);
        raster.into_image()
    }

    /// Draws it on anything, the ground excepted.
    pub(super) fn draw_on(&self, surface: &mut impl Surface) {
        let reference = self.reference_weight();
        let lines = self.lines();
        let thickness = thickness(lines.len()) * self.look.times * self.scale;
        let (old, new): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.age.is_none());
        for line in &old {
            self.draw_line(surface, line, reference, thickness);
        }
        for cut in self.cuts.iter().step_by(self.cuts.len().div_ceil(self.look.most_curves).max(1)) {
            self.draw_cut(surface, cut, thickness);
        }
        for line in &new {
            self.draw_line(surface, line, reference, thickness);
        }
        self.draw_neurons(surface);
    }

    fn snapshot(&self) -> &Snapshot {
        &self.view.snapshot
    }

    /// The connections to draw, the weakest first.
    fn lines(&self) -> Vec<Line> {
        let snapshot = self.snapshot();
        let mut lines = Vec::with_capacity(snapshot.network.connections());
        for (layer, (weights, born)) in
            snapshot.network.layers().iter().map(|layer| &layer.weights).zip(&snapshot.born).enumerate()
        {
            for target in 0..weights.n_out() {
                for (source, connection) in weights.incoming(target) {
                    let grown = born[connection];
                    let age = Some(snapshot.updates_since(grown)).filter(|&age| grown > 0 && age < FADE);
                    let weight = weights.values()[connection];
                    lines.push(Line { layer, source, target, weight, age });
                }
            }
        }
        let most = self.look.most_curves;
        let lines = if lines.len() > most { strongest_and_newest(&lines, most) } else { lines };
        sorted_by_strength(lines)
    }

    /// The |weight| that is drawn four points wide: the largest but for a twentieth, in steps so that it does not flicker.
    fn reference_weight(&self) -> f32 {
        let layers = self.snapshot().network.layers();
        let mut sizes: Vec<f32> =
            layers.iter().flat_map(|layer| layer.weights.values()).map(|weight| weight.abs()).collect();
        if sizes.is_empty() {
            return 1.0;
        }
        let position = (sizes.len() * 19 / 20).min(sizes.len() - 1);
        let (_, &mut size, _) = sizes.select_nth_unstable_by(position, f32::total_cmp);
        if size.is_finite() && size > 0.0 { (0.5 * (2.0 * size.log2()).ceil()).exp2() } else { 1.0 }
    }

    fn curve(&self, layer: usize, source: usize, target: usize) -> Curve {
        let (from, to) = self.layout.ends(layer, source, target);
        Curve { from: self.pixel(from), to: self.pixel(to) }
    }

    fn pixel(&self, point: Pos2) -> Pos2 {
        (point.to_vec2() * self.scale).to_pos2()
    }

    /// A width in pixels, as far as the look allows it.
    fn width(&self, width: f32) -> f32 {
        width.max(self.look.least_width * self.scale)
    }

    /// The opacity of a connection without weight: where width cannot say that it is weak, opacity does.
    fn faintest(&self) -> f32 {
        if self.look.least_width > 0.0 { 0.08 } else { 0.25 }
    }

    fn draw_line(&self, surface: &mut impl Surface, line: &Line, reference: f32, thickness: f32) {
        let curve = self.curve(line.layer, line.source, line.target);
        let strength = (line.weight.abs() / reference).min(1.8);
        let sign = self.palette.sign(line.weight);
        let Some(age) = line.age else {
            let pen = Pen {
                color: sign,
                width: self.width(4.0 * strength * thickness),
                opacity: (self.faintest() + (1.0 - self.faintest()) * strength).min(0.95),
                dash: None,
            };
            return surface.curve(&curve, pen);
        };
        let fade = fading(age);
        let color = sign.lerp_to_gamma(self.palette.regrown, fade);
        // A new connection has little weight or none, but is to be seen.
        let width = self.width((4.0 * strength).max(0.8 + 1.2 * fade) * thickness);
        let glow =
            Pen { color: self.palette.regrown, width: width + 5.0 * thickness, opacity: 0.16 * fade, dash: None };
        surface.curve(&curve, glow);
        surface
            .curve(&curve, Pen { color, width, opacity: (0.2 + 0.6 * fade).max(0.95 * strength.min(1.0)), dash: None });
        surface.disc(curve.to, (1.6 + 1.6 * fade) * thickness, color, 0.3 + 0.7 * fade);
    }

    fn draw_cut(&self, surface: &mut impl Surface, cut: &Cut, scale: f32) {
        let curve = self.curve(cut.layer, cut.place.source as usize, cut.place.target as usize);
        let opacity = fading(cut.age);
        let color = self.palette.pruned;
        surface.curve(
            &curve,
            Pen { color, width: self.width(1.1 * scale), opacity, dash: Some((5.0 * self.scale, 4.0 * self.scale)) },
        );
        let (at, reach) = (curve.middle(), 3.0 * scale);
        for arm in [vec2(reach, reach), vec2(reach, -reach)] {
            surface.segment(at - arm, at + arm, self.width(1.3 * scale), color, opacity);
        }
    }

    fn draw_neurons(&self, surface: &mut impl Surface) {
        let (dead_ends, silent) = self.unconnected();
        for column in 0..self.layout.columns.len() {
            for neuron in 0..self.layout.columns[column].neurons {
                let rect = self.layout.neuron(column, neuron);
                let rect = Rect::from_min_max(self.pixel(rect.min), self.pixel(rect.max));
                self.draw_neuron(surface, column, neuron, rect);
                let dead = column > 0 && (dead_ends[column][neuron] || silent[column][neuron]);
                if dead && rect.width() >= SMALLEST_PICTURE * self.scale {
                    self.hatch(surface, rect);
                }
            }
        }
    }

    fn draw_neuron(&self, surface: &mut impl Surface, column: usize, neuron: usize, rect: Rect) {
        let palette = self.palette;
        surface.fill(rect, palette.canvas, 1.0);
        if column > 0 && rect.width() >= SMALLEST_PICTURE * self.scale {
            self.draw_response(surface, column - 1, neuron, rect);
            self.draw_bias(surface, column - 1, neuron, rect);
        }
        let informative = column == 0 && neuron < self.informative && self.view.response.is_some();
        let color = if informative { palette.accent } else { palette.weak };
        if rect.width() < 4.0 * self.scale {
            surface.fill(rect, color, 0.8);
        } else {
            let width = if informative { 2.0 } else { 1.0 } * self.look.times * self.scale;
            surface.frame(rect, self.width(width), color);
        }
    }

    /// What the neuron does: its activation over the input plane, or its receptive field.
    fn draw_response(&self, surface: &mut impl Surface, layer: usize, neuron: usize, rect: Rect) {
        let network = &self.snapshot().network;
        if let Some(response) = &self.view.response {
            let is_output = layer + 1 == network.layers().len();
            let map = response.neuron(layer, neuron);
            let activation = network.layers()[layer].activation;
            let colors: Vec<Color32> = if is_output && network.outputs() == 1 {
                response.probability.iter().map(|p| self.palette.diverging(2.0 * p - 1.0)).collect()
            } else {
                normalised(map, activation).map(|value| self.palette.diverging(value)).collect()
            };
            surface.picture(rect, response.side, response.side, true, |cell| colors[cell]);
        } else if let InputShape::Image { width, height } = self.shape {
            let field = receptive_field(network, layer, neuron);
            let pixels = &field[..width * height];
            let colors: Vec<Color32> =
                normalised(pixels, Activation::Linear).map(|value| self.palette.diverging(value)).collect();
            surface.picture(rect, width, height, false, |cell| colors[cell]);
        }
    }

    /// A bar under the neuron: its length the size of the bias, its colour the sign.
    fn draw_bias(&self, surface: &mut impl Surface, layer: usize, neuron: usize, rect: Rect) {
        let bias = self.snapshot().network.layers()[layer].bias[neuron];
        if !bias.is_finite() || self.layout.columns[layer + 1].pitch < self.layout.columns[layer + 1].side + 3.5 {
            return;
        }
        let length = rect.width() * (bias.abs() / 2.0).min(1.0);
        let top = rect.max.y + self.scale;
        let bar =
            Rect::from_min_max(Pos2::new(rect.min.x, top), Pos2::new(rect.min.x + length, top + 2.0 * self.scale));
        surface.fill(bar, self.palette.sign(bias), 1.0);
    }

    /// Neurons without incoming, and without outgoing connections.
    fn unconnected(&self) -> (Vec<Vec<bool>>, Vec<Vec<bool>>) {
        let columns = &self.layout.columns;
        let mut no_inputs: Vec<Vec<bool>> = columns.iter().map(|column| vec![false; column.neurons]).collect();
        let mut no_outputs = no_inputs.clone();
        for (index, layer) in self.snapshot().network.layers().iter().enumerate() {
            let Some(connectivity) = layer.weights.connectivity() else { continue };
            for (target, mark) in no_inputs[index + 1].iter_mut().enumerate() {
                *mark = connectivity.in_degree(target) == 0;
            }
            for (source, mark) in no_outputs[index].iter_mut().enumerate() {
                *mark = connectivity.out_degree(source) == 0;
            }
        }
        (no_inputs, no_outputs)
    }

    fn hatch(&self, surface: &mut impl Surface, rect: Rect) {
        let step = 5.0 * self.scale;
        let mut offset = step;
        while offset < 2.0 * rect.width() {
            let from =
                Pos2::new(rect.min.x + (offset - rect.height()).max(0.0), rect.min.y + offset.min(rect.height()));
            let to = Pos2::new(rect.min.x + offset.min(rect.width()), rect.min.y + (offset - rect.width()).max(0.0));
            surface.segment(from, to, self.width(self.scale), self.palette.weak, 0.9);
            offset += step;
        }
    }
}

/// As many lines as can be shown, from every layer its share: the strongest, and of the newest at most half of them.
fn strongest_and_newest(lines: &[Line], most: usize) -> Vec<Line> {
    let mut chosen = Vec::with_capacity(most);
    for layer in lines.chunk_by(|a, b| a.layer == b.layer) {
        let share = (most * layer.len() / lines.len()).max(150);
        let (new, old): (Vec<Line>, Vec<Line>) = layer.iter().partition(|line| line.age.is_some());
        let newest = new.len().min(share / 2);
        chosen.extend(new.iter().step_by(new.len().div_ceil(newest.max(1)).max(1)));
        let old = sorted_by_strength(old);
        chosen.extend(old.iter().rev().take(share - newest));
    }
    chosen
}

fn sorted_by_strength(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_unstable_by_key(|line| line.weight.abs().to_bits());
    lines
}

/// How thick lines are, so that many do not hide one another; up to 300 are drawn in full.
#[expect(clippy::cast_precision_loss, reason = "a number of lines")]
fn thickness(lines: usize) -> f32 {
    (300.0 / lines.max(1) as f32).sqrt().clamp(0.3, 1.0)
}

/// 1 for what has just happened, less with every update since.
fn fading(age: u32) -> f32 {
    match age {
        0 => 1.0,
        1 => 0.45,
        _ => 0.18,
    }
}

/// Values from −1 to 1: tanh as it is, sigmoid about its middle, everything else by its largest size.
pub(super) fn normalised(values: &[f32], activation: Activation) -> impl Iterator<Item = f32> {
    let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    values.iter().map(move |&value| match activation {
        Activation::Tanh => value,
        Activation::Sigmoid => 2.0 * value - 1.0,
        _ if largest > 0.0 => value / largest,
        _ => 0.0,
    })
}
