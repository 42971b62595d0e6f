//! The neurons of a network, each with a picture of what it does.

use egui::{Color32, Pos2, Rect};

use super::figures::Figures;
use super::scene::Scene;
use super::surface::Surface;
use crate::data::InputShape;
use crate::metrics::{PlaneGrid, PlaneResponse, receptive_field};
use crate::nn::{Activation, Network};

/// Smallest square in which a picture of what the neuron does can be seen.
const SMALLEST_PICTURE: f32 = 7.0;

impl Scene {
    /// Draws all neurons that are in view.
    pub(super) fn draw_neurons(&self, surface: &mut impl Surface, figures: &Figures) {
        let (dead_ends, silent) = self.unconnected();
        let view = Rect::from_min_size(Pos2::ZERO, self.area);
        for column in usize::from(self.layout.is_image())..self.layout.columns.len() {
            for neuron in 0..self.layout.columns[column].neurons {
                let rect = self.layout.neuron(column, neuron);
                if !view.intersects(rect) {
                    continue;
                }
                let rect = Rect::from_min_max(self.pixel(rect.min), self.pixel(rect.max));
                self.draw_neuron(surface, figures, (column, neuron), rect);
                let dead = column > 0 && (dead_ends[column][neuron] || silent[column][neuron]);
                if dead && rect.width() >= SMALLEST_PICTURE * self.scale {
                    self.hatch(surface, rect);
                }
            }
        }
    }

    /// Draws inputs that stand as the pixels of an image: the more connections leave one, the fuller it is.
    pub(super) fn draw_pixels(&self, surface: &mut impl Surface) {
        let weights = &self.snapshot().network.layers()[0].weights;
        let degree = |input: usize| weights.connectivity().map_or(weights.n_out(), |own| own.out_degree(input));
        let largest = (0..weights.n_in()).map(degree).max().unwrap_or(0).max(1);
        let view = Rect::from_min_size(Pos2::ZERO, self.area);
        for input in 0..weights.n_in() {
            let rect = self.layout.neuron(0, input);
            if view.intersects(rect) {
                let rect = self.pixels(rect);
                #[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
                let share = degree(input) as f32 / largest as f32;
                surface.fill(rect, self.palette.weak, 0.08 + 0.42 * share);
            }
        }
    }

    /// Marks where lines leave the pixels that they hide.
    pub(super) fn draw_origins(&self, surface: &mut impl Surface) {
        let weights = &self.snapshot().network.layers()[0].weights;
        let radius = (0.14 * self.layout.columns[0].side).clamp(0.8, 3.0) * self.scale;
        let view = Rect::from_min_size(Pos2::ZERO, self.area);
        for input in 0..weights.n_in() {
            let rect = self.layout.neuron(0, input);
            if view.intersects(rect) && weights.connectivity().is_none_or(|own| own.out_degree(input) > 0) {
                surface.disc(self.pixels(rect).center(), radius, self.palette.text, 0.9);
            }
        }
    }

    fn draw_neuron(&self, surface: &mut impl Surface, figures: &Figures, (column, neuron): (usize, usize), rect: Rect) {
        let palette = self.palette;
        surface.fill(rect, palette.canvas, 1.0);
        if column > 0 && rect.width() >= SMALLEST_PICTURE * self.scale {
            self.draw_response(surface, figures, (column - 1, neuron), rect);
            self.draw_bias(surface, column - 1, neuron, rect);
        }
        let informative = column == 0 && neuron < self.informative() && self.shape == InputShape::Plane;
        let color = if informative { palette.accent } else { palette.weak };
        if rect.width() < 4.0 * self.scale {
            surface.fill(rect, color, 0.8);
        } else {
            let width = if informative { 2.0 } else { 1.0 } * self.layout.format.times * self.scale;
            surface.frame(rect, self.width(width), color);
        }
    }

    /// What the neuron does: its activation over the input plane, or its receptive field.
    fn draw_response(
        &self,
        surface: &mut impl Surface,
        figures: &Figures,
        (layer, neuron): (usize, usize),
        rect: Rect,
    ) {
        let network = &self.snapshot().network;
        if let Some(response) = figures.response(network) {
            let map = plane_map(network, response, (layer, neuron));
            let colors: Vec<Color32> = map.into_iter().map(|value| self.palette.diverging(value)).collect();
            let side = PlaneGrid::SHOWN.side;
            surface.picture(rect, side, side, true, |cell| colors[cell]);
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

/// What a neuron responds to over the plane, from −1 to 1: its activations, or the probability that it alone stands for.
pub(super) fn plane_map(network: &Network, response: &PlaneResponse, (layer, neuron): (usize, usize)) -> Vec<f32> {
    if shows_probability(network, layer) {
        return response.probability().map(|probability| 2.0 * probability - 1.0).collect();
    }
    normalised(response.neuron(layer, neuron), network.layers()[layer].activation).collect()
}

/// Whether a neuron is shown as the probability that it stands for.
pub(super) fn shows_probability(network: &Network, layer: usize) -> bool {
    layer + 1 == network.layers().len() && network.outputs() == 1
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
