//! Layers and neurons.

use egui::{Align2, Button, ComboBox, CornerRadius, DragValue, FontId, RichText, Sense, Stroke, StrokeKind, Ui, vec2};

use super::{Setup, Shown};
use crate::lesson::Control;
use crate::nn::Activation;
use crate::session::Session;
use crate::training::{ExperimentSpec, LayerSpec};
use crate::ui::controls::{faults, grouped, number_row, row, section, weak};
use crate::ui::theme::{Palette, semibold};

/// Width of a layer that is added.
const NEW_LAYER: usize = 8;

impl Setup {
    pub(super) fn network(&mut self, ui: &mut Ui, session: &Session, spec: &mut ExperimentSpec, shown: Shown) {
        if !shown.has_any(&[Control::Hidden, Control::Activation]) {
            return;
        }
        section(ui, "Network");
        let before = spec.network.hidden_layers();
        let mut hidden = before.clone();
        self.layer = self.layer.filter(|&layer| layer < hidden.len());
        shown.draw(ui, Control::Hidden, |ui| {
            self.chips(ui, session, &hidden);
            self.layer_controls(ui, &mut hidden);
        });
        if self.layer.is_none() || !shown.has(Control::Hidden) {
            shown.draw(ui, Control::Activation, |ui| activations(ui, &mut hidden));
            if shown.is_all() {
                dropout(ui, &mut hidden);
            }
        }
        if hidden != before {
            spec.network.set_hidden_layers(hidden);
        }
        for key in ["network.hidden", "network.layer", "network.activation", "network.dropout"] {
            faults(ui, session.faults(), key);
        }
    }

    fn chips(&mut self, ui: &mut Ui, session: &Session, hidden: &[LayerSpec]) {
        let sizes = &session.arms()[0].sizes;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(3.0, 4.0);
            chip(ui, &grouped(sizes[0]), "in", false, false);
            for (index, layer) in hidden.iter().enumerate() {
                arrow(ui);
                let what = layer.activation.map_or("", short_label);
                if chip(ui, &grouped(layer.size), what, self.layer == Some(index), true) {
                    self.layer = if self.layer == Some(index) { None } else { Some(index) };
                }
            }
            arrow(ui);
            chip(ui, &grouped(sizes[sizes.len() - 1]), "out", false, false);
        });
    }

    fn layer_controls(&mut self, ui: &mut Ui, hidden: &mut Vec<LayerSpec>) {
        ui.horizontal(|ui| {
            if ui.link("+ layer").on_hover_text("Adds a hidden layer before the output").clicked() {
                let like = hidden.last().cloned().unwrap_or_default();
                hidden.push(LayerSpec { size: NEW_LAYER, ..like });
                self.layer = Some(hidden.len() - 1);
            }
            match self.layer {
                None => {
                    weak(ui, "click a layer to change it");
                }
                Some(index) => {
                    if ui.link("Remove").on_hover_text("Removes this layer").clicked() {
                        hidden.remove(index);
                        self.layer = None;
                    }
                }
            }
        });
        let Some(index) = self.layer else { return };
        ui.horizontal(|ui| {
            let width = &mut hidden[index].size;
            if ui
                .add_enabled(*width > 1, Button::new("−").min_size(vec2(20.0, 0.0)))
                .on_hover_text("One neuron less")
                .clicked()
            {
                *width -= 1;
            }
            ui.add(DragValue::new(width).speed(0.2).suffix(" neurons")).on_hover_text("Neurons: drag or type");
            if ui.add(Button::new("+").min_size(vec2(20.0, 0.0))).on_hover_text("One neuron more").clicked() {
                *width += 1;
            }
        });
        if let Some(layer) = hidden.get_mut(index) {
            if let Some(activation) = activation_row(ui, layer.activation) {
                layer.activation = Some(activation);
            }
            if let Some(rate) = dropout_row(ui, layer.dropout) {
                layer.dropout = Some(rate);
            }
        }
    }
}

/// What all hidden neurons apply.
fn activations(ui: &mut Ui, hidden: &mut [LayerSpec]) {
    let first = hidden.first().cloned().unwrap_or_default();
    let alike = hidden.iter().all(|layer| layer.activation == first.activation);
    if let Some(activation) = activation_row(ui, first.activation.filter(|_| alike)) {
        for layer in hidden.iter_mut() {
            layer.activation = Some(activation);
        }
    }
}

/// How often the neurons of all hidden layers are silenced.
fn dropout(ui: &mut Ui, hidden: &mut [LayerSpec]) {
    let first = hidden.first().cloned().unwrap_or_default();
    if hidden.iter().all(|layer| layer.dropout == first.dropout)
        && let Some(rate) = dropout_row(ui, first.dropout)
    {
        for layer in hidden {
            layer.dropout = Some(rate);
        }
    }
}

/// A choice other than the present one, which is none where layers differ.
fn activation_row(ui: &mut Ui, chosen: Option<Activation>) -> Option<Activation> {
    let mut choice = None;
    let help = "What a hidden neuron does with the sum of its inputs.";
    let label = chosen.map_or("mixed", Activation::label);
    row(ui, "Activation", "", help, |ui| {
        ComboBox::from_id_salt("activation").selected_text(label).width(90.0).show_ui(ui, |ui| {
            for activation in Activation::HIDDEN {
                let selected = chosen == Some(activation);
                if ui.selectable_label(selected, activation.label()).clicked() && !selected {
                    choice = Some(activation);
                }
            }
        });
    });
    choice
}

/// Another rate than the present one.
fn dropout_row(ui: &mut Ui, rate: Option<f64>) -> Option<f64> {
    let mut rate = rate.unwrap_or(0.0);
    let help = "Probability with which an activation is silenced in training (Srivastava et al. 2014). 0: never.";
    let drag = DragValue::new(&mut rate).speed(0.005).max_decimals(3);
    number_row(ui, "Dropout", "", help, drag).changed().then_some(rate)
}

/// A name that fits under a chip.
fn short_label(activation: Activation) -> &'static str {
    match activation {
        Activation::LeakyRelu => "leaky",
        Activation::AllRelu => "all-relu",
        other => other.label(),
    }
}

fn arrow(ui: &mut Ui) {
    let color = Palette::of(ui).weak;
    ui.label(RichText::new("›").color(color));
}

/// A layer: its width above, what it does below. True when clicked.
fn chip(ui: &mut Ui, number: &str, what: &str, selected: bool, can_change: bool) -> bool {
    let palette = Palette::of(ui);
    let font = semibold(if number.len() > 4 { 10.5 } else { 12.5 });
    let sense = if can_change { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(39.0, 36.0), sense);
    let name = format!("layer: {number} {what}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, can_change, &name));
    let lit = selected || (can_change && (response.hovered() || response.has_focus()));
    let stroke = Stroke::new(if selected { 1.5 } else { 1.0 }, if lit { palette.accent } else { palette.border });
    let fill = if can_change { palette.card } else { palette.panel };
    ui.painter().rect(rect, CornerRadius::same(6), fill, stroke, StrokeKind::Inside);
    ui.painter().text(rect.center() - vec2(0.0, 6.5), Align2::CENTER_CENTER, number, font, palette.text);
    let below = rect.center() + vec2(0.0, 8.5);
    ui.painter().text(below, Align2::CENTER_CENTER, what, FontId::proportional(9.5), palette.weak);
    if can_change { response.on_hover_text("Click to change this layer").clicked() } else { false }
}
