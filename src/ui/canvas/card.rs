//! The card about a connection or a neuron, with its numbers as they are now.

use egui::{Align2, Area, Color32, Frame, Id, Order, Pos2, Rect, RichText, Sense, Ui, vec2};

use super::neurons::normalised;
use super::{column_name, sizes};
use crate::data::InputShape;
use crate::nn::{Activation, Network};
use crate::session::{History, LifeEvent, Session};
use crate::sparse::Place;
use crate::training::{Snapshot, View};
use crate::ui::theme::{Palette, semibold};

const WIDTH: f32 = 292.0;

/// Something on the canvas that one can point at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Pointed {
    /// A neuron; column 0 are the inputs.
    Neuron { column: usize, neuron: usize },
    /// A connection of a layer.
    Connection { layer: usize, place: Place },
}

impl Pointed {
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

/// Column and number of a neuron, and its receptive field: a value a pixel.
pub(super) type Field = ((usize, usize), Vec<f32>);

/// What is said about something.
pub(super) struct Card<'a> {
    /// The arm whose network has it.
    pub arm: usize,
    pub pointed: Pointed,
    /// That of some neuron, for images.
    pub field: Option<&'a Field>,
    pub is_pinned: bool,
}

impl Card<'_> {
    /// Shows the card near a point within the canvas; where that is narrow, above or below.
    pub(super) fn show(&self, ui: &Ui, session: &Session, at: Pos2, canvas: Rect, is_narrow: bool) {
        let Some(view) = session.history(self.arm).view() else { return };
        let palette = Palette::of(ui);
        let (pivot, corner) = if is_narrow { far_from(at, canvas) } else { beside(at, canvas) };
        let area = Area::new(Id::unique(("canvas card", self.arm))).order(Order::Tooltip).pivot(pivot);
        area.fixed_pos(corner).interactable(false).constrain_to(canvas).show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).inner_margin(10).show(ui, |ui| {
                ui.set_width(WIDTH - 20.0);
                match self.pointed {
                    Pointed::Connection { layer, place } => connection(ui, session, (self.arm, view), layer, place),
                    Pointed::Neuron { column, neuron } => {
                        let field = self.field.filter(|field| field.0 == (column, neuron));
                        neuron_card(ui, session, view, field.map(|field| field.1.as_slice()), (column, neuron));
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
    let below = at.y + 190.0 < canvas.max.y;
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

fn title(ui: &mut Ui, text: &str, tag: Option<(&str, Color32)>) {
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(text).font(semibold(12.5)));
        if let Some((tag, color)) = tag {
            ui.label(RichText::new(tag).small().color(color));
        }
    });
}

fn weak(ui: &mut Ui, text: impl Into<String>) {
    let color = Palette::of(ui).weak;
    ui.label(RichText::new(text).size(12.0).color(color));
}

fn connection(ui: &mut Ui, session: &Session, (arm, view): (usize, &View), layer: usize, place: Place) {
    let snapshot = &view.snapshot;
    let weights = &snapshot.network.layers()[layer].weights;
    let Some(index) = weights.find(place) else { return };
    let palette = Palette::of(ui);
    let born = snapshot.born[layer][index];
    let source = neuron_name(session, &snapshot.network, layer, place.source as usize);
    let target = neuron_name(session, &snapshot.network, layer + 1, place.target as usize);
    let tag = (born > 0).then_some(("regrown", if palette.dark { palette.regrown } else { palette.good }));
    title(ui, &format!("{source} → {target}"), tag);
    let gradient = match snapshot.gradients.get(layer) {
        _ if snapshot.step == 0 => "after the first batch".to_owned(),
        Some(gradients) => number(gradients[index]),
        None => "not kept".to_owned(),
    };
    weak(ui, format!("weight {} · gradient {gradient}", number(weights.values()[index])));
    if weights.connectivity().is_some() {
        weak(ui, biography(session.history(arm), layer, place, born));
    }
    match snapshot.fate(layer, index) {
        Some(fate) => {
            let verdict = if fate.is_pruned() { "will be pruned next" } else { "safe next time" };
            let cut = match fate.pruned {
                0 => "cuts none".to_owned(),
                pruned => format!("cuts 1–{pruned}"),
            };
            ui.label(RichText::new(format!("rank {} of {}: {verdict} ({cut})", fate.rank, fate.among)).size(12.0));
        }
        None if weights.connectivity().is_none() => weak(ui, "in a dense layer: it always stays"),
        None if snapshot.next_update.is_some() => {
            weak(ui, "the next update decides: by chance, or by more than this layer");
        }
        None => weak(ui, "no topology update to come: it stays"),
    }
}

fn biography(history: &History, layer: usize, place: Place, born: u32) -> String {
    let events = history.biography(layer, place);
    let start = match events.last() {
        Some(LifeEvent::Added(_)) => "added by hand".to_owned(),
        _ if born == 0 => "there from the start".to_owned(),
        _ => format!("born at update {born}"),
    };
    let cuts: Vec<String> = events
        .iter()
        .filter_map(|event| match event {
            LifeEvent::Cut(update) => Some(update.to_string()),
            LifeEvent::CutByHand(_) => Some("by hand".to_owned()),
            LifeEvent::Grown(_) | LifeEvent::Added(_) => None,
        })
        .collect();
    if cuts.is_empty() { start } else { format!("{start}, was cut at {}", cuts.join(", ")) }
}

fn neuron_card(ui: &mut Ui, session: &Session, view: &View, field: Option<&[f32]>, (column, neuron): (usize, usize)) {
    let network = &view.snapshot.network;
    title(ui, &neuron_name(session, network, column, neuron), None);
    if let Some(layer) = column.checked_sub(1) {
        let own = &network.layers()[layer];
        let shown = if shows_probability(network, layer) { "probability of class 1" } else { own.activation.label() };
        weak(ui, format!("{shown} · bias {}", number(own.bias[neuron])));
        response(ui, session, view, field, (layer, neuron));
    } else if session.data().is_some_and(|data| neuron >= data.train.informative()) {
        weak(ui, "pure noise: it says nothing about the class");
    }
    let degrees = [
        column.checked_sub(1).map(|layer| (network.layers()[layer].weights.in_degree(neuron), "in")),
        network.layers().get(column).map(|layer| {
            let out = layer.weights.connectivity().map_or(layer.weights.n_out(), |c| c.out_degree(neuron));
            (out, "out")
        }),
    ];
    let texts: Vec<String> = degrees.iter().flatten().map(|(count, way)| format!("{count} {way}")).collect();
    weak(ui, format!("connections: {}", texts.join(", ")));
    if degrees.iter().flatten().any(|&(count, way)| count == 0 && way == "in") {
        ui.label(RichText::new("No incoming connections, so its output is constant.").size(12.0));
    } else if column > 0 && degrees.iter().flatten().any(|&(count, _)| count == 0) {
        ui.label(RichText::new("No outgoing connections, so it has no effect.").size(12.0));
    }
}

/// Whether a neuron is shown as the probability that it stands for.
fn shows_probability(network: &Network, layer: usize) -> bool {
    layer + 1 == network.layers().len() && network.outputs() == 1
}

/// A larger picture of what the neuron does.
fn response(ui: &mut Ui, session: &Session, view: &View, field: Option<&[f32]>, (layer, neuron): (usize, usize)) {
    let network = &view.snapshot.network;
    let (columns, values): (usize, Vec<f32>) = match (&view.response, session.experiment().facts().shape) {
        (Some(response), _) if shows_probability(network, layer) => {
            (response.side, response.probability.iter().map(|p| 2.0 * p - 1.0).collect())
        }
        (Some(response), _) => {
            let activation = network.layers()[layer].activation;
            (response.side, normalised(response.neuron(layer, neuron), activation).collect())
        }
        // It takes a walk over the connections, so it comes with the picture of the network, a moment later.
        (None, InputShape::Image { width, height }) => {
            let field = field.filter(|field| field.len() == width * height);
            let blank = || vec![0.0; width * height];
            (width, field.map_or_else(blank, |field| normalised(field, Activation::Linear).collect()))
        }
        _ => return,
    };
    let palette = Palette::of(ui);
    let rows = values.len() / columns;
    let (rect, _) = ui.allocate_exact_size(vec2(96.0, 96.0), Sense::hover());
    let mut mesh = egui::Mesh::default();
    #[expect(clippy::cast_precision_loss, reason = "a small number of cells")]
    let (wide, high) = (rect.width() / columns as f32, rect.height() / rows as f32);
    for (cell, &value) in values.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a small number of cells")]
        let corner = rect.min + vec2((cell % columns) as f32 * wide, (cell / columns) as f32 * high);
        mesh.add_colored_rect(Rect::from_min_size(corner, vec2(wide, high)), palette.diverging(value));
    }
    ui.painter().add(mesh);
    if view.response.is_none() {
        let largest = field.into_iter().flatten().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        let name = if layer == 0 { "weights into it" } else { "weights into it, along all paths" };
        weak(ui, format!("{name}: −{0} … {0}", number(largest)));
    }
}

fn neuron_name(session: &Session, network: &Network, column: usize, neuron: usize) -> String {
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
fn number(value: f32) -> String {
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
