//! What the card says of a neuron: what it does, over which samples, and what leads to it and away from it.

use egui::{CornerRadius, Mesh, Pos2, Rect, RichText, Sense, Stroke, Ui, pos2, vec2};

use super::card::{neuron_name, number, title, weak};
use super::neurons::shows_probability;
use super::portrait::{Portrait, ResponsePicture};
use crate::metrics::{Activity, Liveliness};
use crate::nn::Network;
use crate::session::Session;
use crate::training::View;
use crate::ui::controls::grouped;
use crate::ui::theme::Palette;

/// Side of the picture of what it does.
const PICTURE: f32 = 96.0;
/// Bars of the histogram.
const BARS: usize = 24;

pub(super) fn show(ui: &mut Ui, session: &Session, view: &View, portrait: Option<&Portrait>, at: (usize, usize)) {
    let (column, neuron) = at;
    let network = &view.snapshot.network;
    title(ui, &neuron_name(session, network, column, neuron), None);
    if let Some(layer) = column.checked_sub(1) {
        let own = &network.layers()[layer];
        let shown = if shows_probability(network, layer) { "probability of class 1" } else { own.activation.label() };
        weak(ui, format!("{shown} · bias {}", number(own.bias[neuron])));
    } else if session.data().is_some_and(|data| neuron >= data.train.informative()) {
        weak(ui, "pure noise: it says nothing about the class");
    }
    let portrait = portrait.filter(|portrait| portrait.at == at);
    let activity = portrait.and_then(|portrait| portrait.activity.as_ref());
    let samples = session.data().map_or(0, |data| data.train.samples());
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        let cells = ResponsePicture::cells(session.experiment().facts().shape, network);
        if let (Some(layer), Some(cells)) = (column.checked_sub(1), cells) {
            let picture = portrait.and_then(|portrait| portrait.picture.as_ref());
            response(ui, cells, picture, layer);
        }
        let is_output = column == network.layers().len();
        histogram(
            ui,
            activity,
            if is_output {
                "logit"
            } else if column == 0 {
                "value"
            } else {
                "activation"
            },
        );
    });
    if let Some(activity) = activity {
        let links = Links::of(network, column, neuron);
        let (verdict, is_fine) = verdict(activity, &links, samples);
        // Inputs do not live; they are what the data are.
        let verdict = if column == 0 { verdict.replace("alive: ", "") } else { verdict };
        let color = if is_fine { Palette::of(ui).text } else { Palette::of(ui).warning };
        ui.label(RichText::new(verdict).size(12.0).color(color));
    }
    for text in degrees(network, column, neuron) {
        weak(ui, text);
    }
    if network.layers().get(column).is_some_and(|layer| out_weights(&layer.weights, neuron).next().is_none()) {
        ui.label(RichText::new("No outgoing connections, so it has no effect.").size(12.0));
    }
}

/// What leads to a neuron.
struct Links {
    /// Weights of its inputs; none of an input.
    incoming: Option<Vec<f32>>,
    bias: f32,
}

impl Links {
    fn of(network: &Network, column: usize, neuron: usize) -> Self {
        let layer = column.checked_sub(1).map(|layer| &network.layers()[layer]);
        let weight = |(_, connection): (usize, usize)| layer.map_or(0.0, |layer| layer.weights.values()[connection]);
        let incoming = layer.map(|layer| layer.weights.incoming(neuron).map(weight).collect());
        Self { incoming, bias: layer.map_or(0.0, |layer| layer.bias[neuron]) }
    }
}

/// Whether it is alive, and why not; and whether that is as it should be.
fn verdict(activity: &Activity, links: &Links, samples: usize) -> (String, bool) {
    let seen = activity.values.len();
    let all = if seen < samples {
        format!("the first {} of {} samples", grouped(seen), grouped(samples))
    } else {
        format!("all {} samples", grouped(seen))
    };
    match activity.liveliness() {
        Liveliness::NotFinite => (format!("not a finite number on some of {all}: it has overflowed"), false),
        Liveliness::Alive { active } if active == seen => (format!("alive: never 0 on {all}"), true),
        Liveliness::Alive { active } => {
            #[expect(clippy::cast_precision_loss, reason = "numbers of samples")]
            let percent = 100.0 * active as f64 / seen.max(1) as f64;
            (format!("alive: not 0 on {} of {all} ({percent:.0} %)", grouped(active)), true)
        }
        Liveliness::Saturated => {
            (format!("saturated on {all}: its slope is next to nothing, so it hardly learns"), false)
        }
        Liveliness::Silent => (format!("dead: 0 on {all}, {}", reason(activity, links)), false),
        Liveliness::Constant => {
            let value = number(activity.values.first().copied().unwrap_or(0.0));
            (format!("constant: {value} on {all}, {}", reason(activity, links)), false)
        }
    }
}

/// Why a neuron puts out the same for all samples.
fn reason(activity: &Activity, links: &Links) -> String {
    let (Some(incoming), Some([least, most])) = (&links.incoming, activity.drive) else {
        return "so it tells nothing".to_owned();
    };
    let inputs = match incoming.len() {
        0 => return "for it has no incoming connections".to_owned(),
        1 => "its one input".to_owned(),
        count => format!("its {count} inputs"),
    };
    if incoming.iter().all(|&weight| weight == 0.0) {
        return format!(
            "for {} 0",
            if incoming.len() == 1 { "the weight of its one input is" } else { "the weights of all its inputs are" }
        );
    }
    if least == most {
        return format!("for {inputs} never {}", if incoming.len() == 1 { "changes" } else { "change" });
    }
    let bias = number(links.bias);
    if most > 0.0 && links.bias < 0.0 {
        return format!("bias {bias} outweighs {inputs}: {} at most", number(most));
    }
    format!("for {inputs} add up to {} at most, and the bias is {bias}", number(most))
}

/// How many connections lead to it and from it, and how strong they are together.
fn degrees(network: &Network, column: usize, neuron: usize) -> Vec<String> {
    let told = |way: &str, weights: &mut dyn Iterator<Item = f32>| {
        let (count, strength) =
            weights.fold((0_usize, 0.0_f64), |(count, sum), weight| (count + 1, sum + f64::from(weight.abs())));
        #[expect(clippy::cast_possible_truncation, reason = "a number to be read")]
        let strength = number(strength as f32);
        format!("{way} {} connection{}, Σ|w| {strength}", grouped(count), if count == 1 { "" } else { "s" })
    };
    let incoming = column.checked_sub(1).map(|layer| {
        let weights = &network.layers()[layer].weights;
        told("in:", &mut weights.incoming(neuron).map(|(_, connection)| weights.values()[connection]))
    });
    let outgoing = network.layers().get(column).map(|layer| told("out:", &mut out_weights(&layer.weights, neuron)));
    incoming.into_iter().chain(outgoing).collect()
}

/// Weights of the connections that leave a neuron.
fn out_weights(weights: &crate::nn::Weights, neuron: usize) -> impl Iterator<Item = f32> + '_ {
    let sparse = weights.connectivity().map(|own| own.outgoing(neuron));
    // Row by row a target's connections lie together, one from each source.
    let (rows, step) = if sparse.is_some() { (0, 0) } else { (weights.n_out(), weights.n_in()) };
    let connections = sparse.into_iter().flatten().chain((0..rows).map(move |target| target * step + neuron));
    connections.map(|connection| weights.values()[connection])
}

/// A larger picture of what the neuron does. It takes a walk over the connections, so it comes with the picture of the
/// network, a moment later; until then there is room for it.
fn response(ui: &mut Ui, [columns, rows]: [usize; 2], picture: Option<&ResponsePicture>, layer: usize) {
    let palette = Palette::of(ui);
    ui.vertical(|ui| {
        ui.set_width(PICTURE);
        #[expect(clippy::cast_precision_loss, reason = "a small number of cells")]
        let cells = vec2(columns as f32, rows as f32);
        let size = cells * (PICTURE / cells.max_elem());
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let mut mesh = Mesh::default();
        for (cell, &value) in picture.iter().flat_map(|picture| picture.values.iter().enumerate()) {
            #[expect(clippy::cast_precision_loss, reason = "a small number of cells")]
            let corner = vec2((cell % columns) as f32, (cell / columns) as f32) * size / cells;
            let cell = Rect::from_min_size(rect.min + corner, size / cells);
            mesh.add_colored_rect(cell, palette.diverging(value));
        }
        ui.painter().add(mesh);
        // A neuron that answers to nothing has the colour of the card.
        let line = Stroke::new(1.0, palette.border);
        ui.painter().rect_stroke(rect, CornerRadius::ZERO, line, egui::StrokeKind::Outside);
        if let Some(largest) = picture.and_then(|picture| picture.largest) {
            let name = if layer == 0 { "weights into it" } else { "paths into it" };
            ui.label(RichText::new(format!("{name} ±{}", number(largest))).size(10.5).color(palette.weak));
        }
    });
}

/// How often the neuron puts out how much. Exact zeros, of which a relu has many, are told apart: as a bar they would hide
/// all others.
fn histogram(ui: &mut Ui, activity: Option<&Activity>, what: &str) {
    let palette = Palette::of(ui);
    let size = vec2(ui.available_width(), PICTURE);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let text = |at: Pos2, align: egui::Align2, text: String| {
        ui.painter().text(at, align, text, egui::FontId::proportional(10.5), palette.weak)
    };
    // It takes a forward pass, so it comes with the picture of the network, a moment later.
    let Some(activity) = activity else {
        text(rect.center(), egui::Align2::CENTER_CENTER, "…".to_owned());
        return;
    };
    let zeros = activity.values.iter().filter(|&&value| value == 0.0).count();
    let shown = if zeros < activity.values.len() { activity.without_zeros() } else { activity.clone() };
    let Some([least, most]) = shown.range() else { return };
    let (samples, others) = (activity.values.len(), shown.values.len());
    let heading = if others < samples {
        format!("{what}, where not 0 ({} samples)", grouped(others))
    } else {
        format!("{what} on {} samples", grouped(samples))
    };
    let name = format!("Histogram: {heading}, from {} to {}", number(least), number(most));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &name));
    text(rect.left_top(), egui::Align2::LEFT_TOP, heading);
    text(rect.left_bottom(), egui::Align2::LEFT_BOTTOM, number(least));
    if least < most {
        text(rect.right_bottom(), egui::Align2::RIGHT_BOTTOM, number(most));
    }
    let plot = Rect::from_min_max(rect.min + vec2(0.0, 18.0), rect.max - vec2(0.0, 15.0));
    bars(ui, plot, &shown, [least, most]);
}

#[expect(clippy::cast_precision_loss, reason = "numbers of samples")]
fn bars(ui: &Ui, plot: Rect, activity: &Activity, [least, most]: [f32; 2]) {
    let palette = Palette::of(ui);
    let counts = activity.histogram(BARS);
    let highest = counts.iter().copied().max().unwrap_or(0).max(1) as f32;
    let step = plot.width() / BARS as f32;
    for (bar, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let left = plot.min.x + step * bar as f32;
        // One sample among many is still to be seen.
        let height = (plot.height() * count as f32 / highest).max(1.0);
        let rect = Rect::from_min_max(pos2(left, plot.max.y - height), pos2(left + step - 1.0, plot.max.y));
        ui.painter().rect_filled(rect, CornerRadius::ZERO, palette.weak);
    }
    ui.painter().hline(plot.x_range(), plot.max.y, Stroke::new(1.0, palette.border));
    if least < 0.0 && most > 0.0 {
        let x = plot.min.x + plot.width() * -least / (most - least);
        ui.painter().vline(x, plot.y_range(), Stroke::new(1.0, palette.text));
    }
}
