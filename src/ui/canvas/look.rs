//! What colours and widths of connections mean, and which of them are shown; chosen in a menu of the canvas.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Color32, DragValue, PopupCloseBehavior, RichText, Ui, vec2};

use super::order::Order;
use crate::ui::theme::{Palette, cividis, semibold};

/// What the colour of a connection says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ColorBy {
    /// Positive or negative; regrown.
    #[default]
    Sign,
    /// Topology updates since it grew.
    Age,
    /// |gradient| in the last batch.
    Gradient,
    /// The layer that it is in.
    Layer,
}

/// What the width of a connection says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum WidthBy {
    #[default]
    Weight,
    /// |gradient| in the last batch.
    Gradient,
}

/// How the network is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Look {
    pub color: ColorBy,
    pub width: WidthBy,
    /// Only connections of at most this age, in topology updates.
    pub youngest: Option<u32>,
    /// Only so many percent of each layer, the largest |weight| first.
    pub strongest: Option<u8>,
    /// How neurons are sorted.
    pub order: Order,
}

/// What was chosen besides the look.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// Neurons are to be sorted anew.
    pub sorts: bool,
    /// The zoom goes so many steps in (or out), or with 0 back to the whole.
    pub zoom: Option<i8>,
}

impl Look {
    /// Whether connections are left out because the user said so.
    pub(super) fn is_filtered(&self) -> bool {
        self.youngest.is_some() || self.strongest.is_some()
    }

    /// The button and its menu.
    pub(super) fn menu(&mut self, ui: &mut Ui) -> Choice {
        let mut choice = Choice::default();
        let palette = Palette::of(ui);
        ui.spacing_mut().button_padding = vec2(6.0, 1.0);
        let text = RichText::new("View ▾").size(11.5);
        // That something is not as usual is seen without opening the menu.
        let text = if *self == Self::default() { text } else { text.color(palette.accent) };
        let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        let (response, _) = MenuButton::new(text).config(config).ui(ui, |ui| {
            ui.set_width(286.0);
            self.meanings(ui);
            self.filters(ui);
            self.sorting(ui, &mut choice);
            ui.separator();
            ui.horizontal(|ui| {
                for (text, name, steps) in
                    [("−", "Zoom out", -1), ("+", "Zoom in", 1), ("Whole (0)", "Whole network", 0)]
                {
                    let button = ui.button(text);
                    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
                    if button.clicked() {
                        choice.zoom = Some(steps);
                    }
                }
                if ui.add_enabled(*self != Self::default(), egui::Button::new("Reset view")).clicked() {
                    *self = Self::default();
                    choice = Choice { sorts: true, zoom: Some(0) };
                }
            });
        });
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "View of the network"));
        response.on_hover_text("Colours, widths, filters, order and zoom of the network");
        choice
    }

    fn meanings(&mut self, ui: &mut Ui) {
        heading(ui, "Colour by");
        ui.horizontal(|ui| {
            let colors = [
                (ColorBy::Sign, "sign", "sign of the weight; regrown connections in their own colour"),
                (ColorBy::Age, "age", "topology updates since a connection grew, or since the start"),
                (ColorBy::Gradient, "gradient", "size of the gradient in the last batch"),
                (ColorBy::Layer, "layer", "the layer that a connection is in"),
            ];
            for (color, name, meaning) in colors {
                let response = ui.selectable_value(&mut self.color, color, name);
                response.widget_info(|| {
                    let name = format!("Colour by {name}");
                    egui::WidgetInfo::selected(egui::Role::RadioButton, true, self.color == color, name)
                });
                response.on_hover_text(meaning);
            }
        });
        heading(ui, "Width by");
        ui.horizontal(|ui| {
            for (width, name) in [(WidthBy::Weight, "|weight|"), (WidthBy::Gradient, "|gradient|")] {
                let response = ui.selectable_value(&mut self.width, width, name);
                response.widget_info(|| {
                    let name = format!("Width by {name}");
                    egui::WidgetInfo::selected(egui::Role::RadioButton, true, self.width == width, name)
                });
            }
        });
    }

    fn filters(&mut self, ui: &mut Ui) {
        heading(ui, "Show only");
        ui.horizontal(|ui| {
            let mut filters = self.youngest.is_some();
            ui.checkbox(&mut filters, "age at most");
            let mut most = self.youngest.unwrap_or(3);
            let field = ui.add_enabled(filters, DragValue::new(&mut most).range(0..=1_000_000).suffix(" updates"));
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, filters, "largest age shown"));
            self.youngest = filters.then_some(most);
        });
        ui.horizontal(|ui| {
            let mut filters = self.strongest.is_some();
            ui.checkbox(&mut filters, "the strongest");
            let mut share = self.strongest.unwrap_or(10);
            let field = ui.add_enabled(filters, DragValue::new(&mut share).range(1..=100).suffix(" %"));
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, filters, "percent shown"));
            ui.label("of each layer");
            self.strongest = filters.then_some(share);
        });
    }

    fn sorting(&mut self, ui: &mut Ui, choice: &mut Choice) {
        heading(ui, "Neurons from above");
        ui.horizontal(|ui| {
            let orders = [
                (Order::Number, "by number", "as they are"),
                (
                    Order::Degree,
                    "by degree",
                    "those with most connections, in and out, first. As it is now; press again to sort anew.",
                ),
                (
                    Order::Strength,
                    "by strength",
                    "largest sum of |weight|, in and out, first. As it is now; press again to sort anew.",
                ),
            ];
            for (order, name, meaning) in orders {
                let response = ui.selectable_label(self.order == order, name);
                response.widget_info(|| {
                    let name = format!("Neurons {name}");
                    egui::WidgetInfo::selected(egui::Role::RadioButton, true, self.order == order, name)
                });
                if response.clicked() {
                    self.order = order;
                    choice.sorts = true;
                }
                response.on_hover_text(meaning);
            }
        });
    }
}

fn heading(ui: &mut Ui, text: &str) {
    let color = Palette::of(ui).weak;
    ui.add_space(2.0);
    ui.label(RichText::new(text).font(semibold(11.0)).color(color));
}

/// Cividis for lines, from 0 to 1: without the end that the ground would swallow, so that much is what stands out.
pub(super) fn ramp(palette: &Palette, share: f32) -> Color32 {
    let share = share.clamp(0.0, 1.0);
    cividis(if palette.dark { 0.35 + 0.65 * share } else { 0.8 * (1.0 - share) })
}
