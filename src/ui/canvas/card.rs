//! The card about a connection or a neuron, with its numbers as they are now.

use egui::{Align2, Area, Color32, Frame, Id, Order, Pos2, Rect, RichText, Ui, vec2};

use super::portrait::Portrait;
use super::{column_name, connection_card, neuron_card, sizes};
use crate::nn::Network;
use crate::session::{Life, Session, WeightTrace};
use crate::sparse::Place;
use crate::training::Snapshot;
use crate::ui::theme::{Palette, semibold};

const WIDTH: f32 = 292.0;
/// About as high as cards are.
const HEIGHT: f32 = 250.0;
/// On canvases lower than this the past of a connection has no room.
const ROOMY: f32 = 320.0;

/// Something on the canvas that one can point at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Pointed {
    /// A neuron; column 0 are the inputs.
    Neuron { column: usize, neuron: usize },
    /// A connection of a layer.
    Connection { layer: usize, place: Place },
}

impl Pointed {
    /// Whether the network has room for it: a connection may be gone and come back.
    pub(super) fn has_place(&self, snapshot: &Snapshot) -> bool {
        match *self {
            Self::Neuron { .. } => self.exists(snapshot),
            Self::Connection { layer, place } => snapshot.network.layers().get(layer).is_some_and(|layer| {
                (place.source as usize) < layer.weights.n_in() && (place.target as usize) < layer.weights.n_out()
            }),
        }
    }

    /// Whether the network has it (still).
    pub(super) fn exists(&self, snapshot: &Snapshot) -> bool {
        match *self {
            Self::Neuron { column, neuron } => sizes(snapshot).get(column).is_some_and(|&size| neuron < size),
            Self::Connection { layer, place } => {
                let layer = snapshot.network.layers().get(layer);
                layer.is_some_and(|layer| layer.weights.find(place).is_some())
            }
        }
    }
}

/// What is said about something.
pub(super) struct Card<'a> {
    /// The arm whose network has it.
    pub arm: usize,
    pub pointed: Pointed,
    /// Of the neuron that was pointed at when the network was drawn last.
    pub portrait: Option<&'a Portrait>,
    /// Of the connection, what is known of its life where it is not pinned.
    pub life: &'a mut Life,
    /// Of the connection, where it is pinned.
    pub trace: Option<&'a WeightTrace>,
    pub is_pinned: bool,
}

impl Card<'_> {
    /// Shows the card near a point within the canvas; where that is narrow, above or below.
    pub(super) fn show(self, ui: &Ui, session: &Session, at: Pos2, canvas: Rect, is_narrow: bool) {
        let Some(view) = session.history(self.arm).view() else { return };
        let palette = Palette::of(ui);
        let (pivot, corner) = if is_narrow { far_from(at, canvas) } else { beside(at, canvas) };
        // A canvas that is too narrow for it lends room from what stands beside it.
        let room = if canvas.width() < WIDTH + 8.0 { ui.ctx().content_rect() } else { canvas };
        let area = Area::new(Id::unique(("canvas card", self.arm))).order(Order::Middle).pivot(pivot);
        area.fixed_pos(corner).interactable(false).constrain_to(room).show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).inner_margin(10).show(ui, |ui| {
                ui.set_width(WIDTH - 20.0);
                match self.pointed {
                    Pointed::Connection { layer, place } => {
                        let past = connection_card::Past {
                            life: self.life,
                            trace: self.trace,
                            has_room: canvas.height() > ROOMY,
                        };
                        connection_card::show(ui, session, (self.arm, view), (layer, place), past);
                    }
                    Pointed::Neuron { column, neuron } => {
                        neuron_card::show(ui, session, view, self.portrait, (column, neuron));
                    }
                }
                if self.is_pinned {
                    ui.label(RichText::new("pinned · click elsewhere to let go").small().color(palette.weak));
                }
            });
        });
    }
}

/// Beside the pointer, on the side where there is room.
fn beside(at: Pos2, canvas: Rect) -> (Align2, Pos2) {
    let right = at.x + WIDTH + 30.0 < canvas.max.x;
    let below = at.y + HEIGHT < canvas.max.y;
    let (pivot, offset) = match (right, below) {
        (true, true) => (Align2::LEFT_TOP, vec2(16.0, 12.0)),
        (true, false) => (Align2::LEFT_BOTTOM, vec2(16.0, -12.0)),
        (false, true) => (Align2::RIGHT_TOP, vec2(-16.0, 12.0)),
        (false, false) => (Align2::RIGHT_BOTTOM, vec2(-16.0, -12.0)),
    };
    (pivot, at + offset)
}

/// In the other half.
fn far_from(at: Pos2, canvas: Rect) -> (Align2, Pos2) {
    if at.y < canvas.center().y {
        (Align2::CENTER_BOTTOM, canvas.center_bottom() - vec2(0.0, 34.0))
    } else {
        (Align2::CENTER_TOP, canvas.center_top() + vec2(0.0, 44.0))
    }
}

pub(super) fn title(ui: &mut Ui, text: &str, tag: Option<(&str, Color32)>) {
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(text).font(semibold(12.5)));
        if let Some((tag, color)) = tag {
            ui.label(RichText::new(tag).small().color(color));
        }
    });
}

pub(super) fn weak(ui: &mut Ui, text: impl Into<String>) {
    let color = Palette::of(ui).weak;
    ui.label(RichText::new(text).size(12.0).color(color));
}

/// What a neuron is called; column 0 are the inputs.
pub(super) fn neuron_name(session: &Session, network: &Network, column: usize, neuron: usize) -> String {
    if column == 0 {
        return session.data().map_or_else(|| format!("input {}", neuron + 1), |data| data.train.feature_name(neuron));
    }
    match column_name(column, network.layers().len() + 1).as_str() {
        "output" if network.outputs() == 1 => "output".to_owned(),
        // Outputs are classes, which are counted from 0 as digits are.
        "output" => format!("output, class {neuron}"),
        name => format!("{name}, neuron {}", neuron + 1),
    }
}

/// A number as people read it: three significant digits, a true minus.
pub(super) fn number(value: f32) -> String {
    let size = value.abs();
    let text = if value == 0.0 {
        "0".to_owned()
    } else if size >= 0.1 {
        format!("{value:.2}")
    } else if size >= 0.001 {
        format!("{value:.4}")
    } else {
        format!("{value:.1e}")
    };
    text.replace('-', "−")
}
