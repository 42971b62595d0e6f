//! The menu of the canvas in which is chosen how networks are shown.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Button, DragValue, PopupCloseBehavior, RichText, Ui, vec2};

use super::band::Band;
use super::layout::Placement;
use super::look::{ColorBy, Look, Tiles, WidthBy};
use super::order::Order;
use crate::session::Session;
use crate::training::NextCut;
use crate::ui::theme::{Palette, semibold};

/// What was chosen besides the look.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// Neurons are to be sorted anew.
    pub sorts: bool,
    /// The zoom goes so many steps in (or out), or with 0 back to the whole.
    pub zoom: Option<i8>,
    /// What is to be shown beside the selected arm.
    pub beside: Option<Beside>,
}

/// What may be shown beside the selected arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    Nothing,
    Arm(usize),
}

/// The button and its menu; `beside` is the arm that is shown beside the selected one.
pub(super) fn show(ui: &mut Ui, look: &mut Look, session: &Session, beside: Option<usize>) -> Choice {
    let mut choice = Choice::default();
    let palette = Palette::of(ui);
    ui.spacing_mut().button_padding = vec2(6.0, 1.0);
    let text = RichText::new("View ▾").size(11.5);
    // That something is not as usual is seen without opening the menu.
    let is_usual = *look == Look::default() && beside.is_none();
    let text = if is_usual { text } else { text.color(palette.accent) };
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::new(text).config(config).ui(ui, |ui| {
        ui.set_width(286.0);
        placements(ui, look, session);
        meanings(ui, look, session);
        tiles(ui, look, session);
        filters(ui, look);
        sorting(ui, look, &mut choice);
        neighbours(ui, session, beside, &mut choice);
        ui.separator();
        ui.horizontal(|ui| {
            for (text, name, steps) in [("−", "Zoom out", -1), ("+", "Zoom in", 1), ("Whole (0)", "Whole network", 0)]
            {
                let button = ui.button(text);
                button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
                if button.clicked() {
                    choice.zoom = Some(steps);
                }
            }
            if ui.add_enabled(!is_usual, Button::new("Reset view")).clicked() {
                *look = Look::default();
                choice = Choice { sorts: true, zoom: Some(0), beside: Some(Beside::Nothing) };
            }
        });
    });
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "View of the network"));
    response.on_hover_text("Colours, widths, filters, order and zoom of the network, and another one beside it");
    choice
}

/// Which other arm is shown beside the selected one.
fn neighbours(ui: &mut Ui, session: &Session, beside: Option<usize>, choice: &mut Choice) {
    let arms = session.arms();
    if arms.len() < 2 {
        return;
    }
    heading(ui, "Beside it, in lock step (D)");
    ui.horizontal_wrapped(|ui| {
        let others = (0..arms.len()).filter(|&arm| arm != session.selected());
        for other in std::iter::once(None).chain(others.map(Some)) {
            let name = other.map_or("nothing", |arm| arms[arm].name.as_str());
            let response = ui.selectable_label(beside == other, name);
            response.widget_info(|| {
                let name = format!("Beside it: {name}");
                egui::WidgetInfo::selected(egui::Role::RadioButton, true, beside == other, name)
            });
            if response.clicked() {
                choice.beside = Some(other.map_or(Beside::Nothing, Beside::Arm));
            }
        }
    });
}

/// How layers are placed; what the inputs do not suit can be read, but not chosen.
fn placements(ui: &mut Ui, look: &mut Look, session: &Session) {
    let shape = session.experiment().facts().shape;
    heading(ui, "Layout");
    ui.horizontal(|ui| {
        let placements = [
            (Placement::Layered, "layers", "one column of neurons beside the other"),
            (
                Placement::Image,
                "image plane",
                "inputs stand where their pixels are; the more connections leave a pixel, the fuller it is",
            ),
            (Placement::Circle, "circle", "all neurons on a circle, layer after layer, and connections as chords"),
        ];
        for (placement, name, meaning) in placements {
            let fault = placement.suits(shape).err();
            let is_chosen = look.placement == placement;
            let response = ui.add_enabled(fault.is_none(), Button::selectable(is_chosen, name));
            response.widget_info(|| {
                let why = fault.map_or_else(String::new, |why| format!(": {why}"));
                egui::WidgetInfo::selected(
                    egui::Role::RadioButton,
                    fault.is_none(),
                    is_chosen,
                    format!("Layout {name}{why}"),
                )
            });
            if response.clicked() {
                look.placement = placement;
            }
            response.on_hover_text(meaning).on_disabled_hover_text(format!("Not here: {}.", fault.unwrap_or_default()));
        }
    });
}

fn meanings(ui: &mut Ui, look: &mut Look, session: &Session) {
    heading(ui, "Colour by");
    ui.horizontal(|ui| {
        let colors = [
            (ColorBy::Sign, "sign", "sign of the weight; regrown connections in their own colour"),
            (ColorBy::Age, "age", "topology updates since a connection grew, or since the start"),
            (ColorBy::Gradient, "gradient", "size of the gradient in the last batch"),
            (ColorBy::Layer, "layer", "the layer that a connection is in"),
        ];
        for (color, name, meaning) in colors {
            let response = ui.selectable_value(&mut look.color, color, name);
            response.widget_info(|| {
                let name = format!("Colour by {name}");
                egui::WidgetInfo::selected(egui::Role::RadioButton, true, look.color == color, name)
            });
            response.on_hover_text(meaning);
        }
        by_score(ui, look, session);
    });
    heading(ui, "Width by");
    ui.horizontal(|ui| {
        for (width, name) in [(WidthBy::Weight, "|weight|"), (WidthBy::Gradient, "|gradient|")] {
            let response = ui.selectable_value(&mut look.width, width, name);
            response.widget_info(|| {
                let name = format!("Width by {name}");
                egui::WidgetInfo::selected(egui::Role::RadioButton, true, look.width == width, name)
            });
        }
    });
}

/// Colour by rank, where it can be told what the next update cuts.
fn by_score(ui: &mut Ui, look: &mut Look, session: &Session) {
    let is_chosen = look.color == ColorBy::Score;
    let view = session.history(session.selected()).view();
    let next = view.map_or(Err("there is no network yet"), |view| view.snapshot.next_cut());
    let response = ui.add_enabled(next.is_ok(), Button::selectable(is_chosen, "score"));
    response.widget_info(|| {
        let name = match next {
            Ok(_) => "Colour by score".to_owned(),
            Err(why) => format!("Colour by score: {why}"),
        };
        egui::WidgetInfo::selected(egui::Role::RadioButton, next.is_ok(), is_chosen, name)
    });
    if response.clicked() {
        look.color = ColorBy::Score;
    }
    match next {
        Ok(NextCut { by, is_by_chance: true, .. }) => response
            .on_hover_text(format!("how likely it is to go at the next topology update, where chance decides ({by})")),
        Ok(NextCut { by, .. }) => response.on_hover_text(format!(
            "rank in its layer by what decides next, here {by}: the lowest go at the next topology update"
        )),
        Err(why) => response.on_disabled_hover_text(format!("Not now: {why}.")),
    };
}

/// What adjacency matrices show, where there are any.
fn tiles(ui: &mut Ui, look: &mut Look, session: &Session) {
    let view = session.history(session.selected()).view();
    let fault = view.and_then(|view| Band::suits(&view.snapshot.network).err());
    heading(ui, "Adjacency shows");
    ui.horizontal(|ui| {
        let choices = [
            (Tiles::Density, "density", "which share of the places in a cell is taken"),
            (
                Tiles::Recent,
                "last changes",
                "connections grown less connections cut in the last three topology updates",
            ),
            (Tiles::SinceStart, "change since start", "connections there now less connections there at the start"),
        ];
        for (tiles, name, meaning) in choices {
            let is_chosen = look.tiles == tiles;
            let response = ui.add_enabled(fault.is_none(), Button::selectable(is_chosen, name));
            response.widget_info(|| {
                let why = fault.map_or_else(String::new, |why| format!(": {why}"));
                let name = format!("Adjacency shows {name}{why}");
                egui::WidgetInfo::selected(egui::Role::RadioButton, fault.is_none(), is_chosen, name)
            });
            if response.clicked() {
                look.tiles = tiles;
            }
            response.on_hover_text(meaning).on_disabled_hover_text(format!("Not here: {}.", fault.unwrap_or_default()));
        }
    });
}

fn filters(ui: &mut Ui, look: &mut Look) {
    heading(ui, "Show only");
    ui.horizontal(|ui| {
        let mut filters = look.youngest.is_some();
        ui.checkbox(&mut filters, "age at most");
        let mut most = look.youngest.unwrap_or(3);
        let field = ui.add_enabled(filters, DragValue::new(&mut most).range(0..=1_000_000).suffix(" updates"));
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, filters, "largest age shown"));
        look.youngest = filters.then_some(most);
    });
    ui.horizontal(|ui| {
        let mut filters = look.strongest.is_some();
        ui.checkbox(&mut filters, "the strongest");
        let mut share = look.strongest.unwrap_or(10);
        let field = ui.add_enabled(filters, DragValue::new(&mut share).range(1..=100).suffix(" %"));
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, filters, "percent shown"));
        ui.label("of each layer");
        look.strongest = filters.then_some(share);
    });
}

fn sorting(ui: &mut Ui, look: &mut Look, choice: &mut Choice) {
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
            let response = ui.selectable_label(look.order == order, name);
            response.widget_info(|| {
                let name = format!("Neurons {name}");
                egui::WidgetInfo::selected(egui::Role::RadioButton, true, look.order == order, name)
            });
            if response.clicked() {
                look.order = order;
                choice.sorts = true;
            }
            response.on_hover_text(meaning);
        }
    });
}

fn heading(ui: &mut Ui, text: &str) {
    let color = Palette::of(ui).weak;
    ui.add_space(2.0);
    ui.label(RichText::new(text).font(semibold(11.0)).color(color));
}
