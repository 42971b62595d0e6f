//! Layers and neurons.

use egui::{Align2, Button, ComboBox, CornerRadius, DragValue, FontId, RichText, Sense, Stroke, StrokeKind, Ui, vec2};

use super::Setup;
use crate::nn::Activation;
use crate::session::Session;
use crate::training::ExperimentSpec;
use crate::ui::controls::{faults, grouped, row, section, weak};
use crate::ui::theme::{Palette, semibold};

/// Width of a layer that is added.
const NEW_LAYER: usize = 8;

impl Setup {
    pub(super) fn network(&mut self, ui: &mut Ui, session: &Session, spec: &mut ExperimentSpec) {
        section(ui, "Network");
        let mut hidden = spec.network.hidden.clone().unwrap_or_else(|| vec![24, 12]);
        let activation = spec.network.activation.unwrap_or(Activation::Relu);
        self.layer = self.layer.filter(|&layer| layer < hidden.len());
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(3.0, 4.0);
            // Where files cannot be read, nobody knows.
            let facts = spec.data.facts().ok();
            let number = |number: Option<usize>| number.map_or_else(|| "?".to_owned(), grouped);
            chip(ui, &number(facts.map(|facts| facts.features)), "in", false, false);
            for (layer, width) in hidden.iter().enumerate() {
                arrow(ui);
                if chip(ui, &grouped(*width), activation.label(), self.layer == Some(layer), true) {
                    self.layer = if self.layer == Some(layer) { None } else { Some(layer) };
                }
            }
            arrow(ui);
            let outputs = facts.map(|facts| if facts.classes == 2 { 1 } else { facts.classes });
            chip(ui, &number(outputs), "out", false, false);
        });
        self.layer_controls(ui, &mut hidden);
        if spec.network.hidden.as_ref() != Some(&hidden) {
            spec.network.hidden = Some(hidden);
        }
        let help = "What a hidden neuron does with the sum of its inputs.";
        row(ui, "Activation", "", help, |ui| {
            ComboBox::from_id_salt("activation").selected_text(activation.label()).width(90.0).show_ui(ui, |ui| {
                for choice in Activation::HIDDEN {
                    if ui.selectable_label(activation == choice, choice.label()).clicked() {
                        spec.network.activation = Some(choice);
                    }
                }
            });
        });
        faults(ui, session.faults(), "network.hidden");
        faults(ui, session.faults(), "network.activation");
    }

    fn layer_controls(&mut self, ui: &mut Ui, hidden: &mut Vec<usize>) {
        ui.horizontal(|ui| {
            if ui.link("+ layer").on_hover_text("Adds a hidden layer before the output").clicked() {
                hidden.push(NEW_LAYER);
                self.layer = Some(hidden.len() - 1);
            }
            if self.layer.is_none() {
                weak(ui, "click a layer to change it");
            }
        });
        let Some(layer) = self.layer else { return };
        ui.horizontal(|ui| {
            ui.label(format!("Hidden {}", layer + 1));
            let width = &mut hidden[layer];
            if ui
                .add_enabled(*width > 1, Button::new("−").min_size(vec2(24.0, 0.0)))
                .on_hover_text("One neuron less")
                .clicked()
            {
                *width -= 1;
            }
            ui.add(DragValue::new(width).speed(0.2)).on_hover_text("Neurons: drag or type");
            if ui.add(Button::new("+").min_size(vec2(24.0, 0.0))).on_hover_text("One neuron more").clicked() {
                *width += 1;
            }
            if ui.button("Remove").on_hover_text("Removes this layer").clicked() {
                hidden.remove(layer);
                self.layer = None;
            }
        });
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
