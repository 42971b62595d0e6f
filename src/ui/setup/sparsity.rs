//! How sparse the network is, and how its topology evolves.

mod parts;

use egui::{CollapsingHeader, ComboBox, DragValue, RichText, Slider, SliderClamping, Ui};

use super::Shown;
use crate::lesson::Control;
use crate::session::Session;
use crate::topology::recipe::Stretch;
use crate::topology::{DensitySchedule, DropScore, GrowScore, Method, Recipe};
use crate::training::{AllocationSpec, ExperimentSpec, SparsitySpec};
use crate::ui::controls::{faults, grouped, number_row, row, section, short, slider_row, weak, wide_slider};
use crate::ui::theme::{Palette, semibold};

const DENSITY_HELP: &str = "Share of all places that have a connection; sparsity is 1 − density.";
const EPSILON_HELP: &str = "Erdős–Rényi: a layer gets ε·(n_in + n_out) connections (Mocanu et al. 2018, equation 2).";
const FRACTION_HELP: &str = "The share of each layer's connections that a topology update cuts and regrows: ζ in SET \
                             (Mocanu et al. 2018), α in RigL (Evci et al. 2020).";
const EVERY_HELP: &str =
    "ΔT, the time between topology updates. SET updates after every epoch; RigL every 100 batches.";
const UNTIL_HELP: &str = "Evolution ends after this share of the run; then only weights learn. RigL stops at 75 %.";

/// The controls of this part.
const OWN: [Control; 14] = [
    Control::Method,
    Control::Density,
    Control::Epsilon,
    Control::Allocation,
    Control::DropFraction,
    Control::DropSchedule,
    Control::UpdateEvery,
    Control::StopAt,
    Control::DensitySchedule,
    Control::Rewind,
    Control::Drop,
    Control::Grow,
    Control::NewWeights,
    Control::WeightInit,
];

pub(super) fn show(ui: &mut Ui, session: &Session, spec: &mut ExperimentSpec, page: &mut Option<Method>, shown: Shown) {
    if !shown.has_any(&OWN) {
        return;
    }
    section(ui, "Sparsity and evolution");
    let method = spec.sparsity.method.unwrap_or_default();
    shown.draw(ui, Control::Method, |ui| {
        method_choice(ui, method, &mut spec.sparsity);
        if ui.link(format!("about {} and the others", method.page().name)).clicked() {
            *page = Some(method);
        }
    });
    if method == Method::DENSE {
        weak(ui, "All connections: nothing to set.");
        return;
    }
    if shown.has_any(&[Control::Density, Control::Epsilon]) {
        // Whichever of the two is set.
        let own = if spec.sparsity.epsilon.is_some() { Control::Epsilon } else { Control::Density };
        shown.mark(ui, own, |ui| size(ui, session, &mut spec.sparsity));
    }
    faults(ui, session.faults(), "sparsity.density");
    faults(ui, session.faults(), "sparsity.epsilon");
    if let Some(own) = method.recipe() {
        evolution(ui, session, &own, &mut spec.sparsity, shown);
    }
    if shown.is_all() {
        let more = CollapsingHeader::new(RichText::new("More").size(12.0));
        more.show(ui, |ui| parts::details(ui, session, method, &mut spec.sparsity, shown));
    } else {
        parts::details(ui, session, method, &mut spec.sparsity, shown);
    }
    let keys =
        ["allocation", "start", "density_schedule", "drop_scope", "redistribution", "new_weights", "rewind", "method"];
    for key in keys.map(|key| format!("sparsity.{key}")) {
        faults(ui, session.faults(), &key);
    }
    for note in session.experiment().notes().iter().filter(|note| note.key.starts_with("sparsity")) {
        weak(ui, note.text.clone());
    }
}

fn method_choice(ui: &mut Ui, method: Method, sparsity: &mut SparsitySpec) {
    let page = method.page();
    let palette = Palette::of(ui);
    let mut text = egui::text::LayoutJob::default();
    let format = |font, color| egui::TextFormat { font_id: font, color, ..Default::default() };
    text.append(page.name, 0.0, format(semibold(13.0), palette.text));
    text.append(page.long_name, 6.0, format(egui::FontId::proportional(11.0), palette.weak));
    let width = ui.available_width();
    let shown = ComboBox::from_id_salt("method").selected_text(text).width(width).truncate().show_ui(ui, |ui| {
        for choice in Method::all() {
            let page = choice.page();
            let label = format!("{} · {}", page.name, page.long_name);
            let response = ui.selectable_label(method == choice, label);
            if response.on_hover_text(page.idea).clicked() {
                sparsity.method = Some(choice);
            }
        }
    });
    shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "method"));
    shown.response.on_hover_ui(|ui| {
        ui.set_max_width(300.0);
        ui.label(RichText::new(format!("{}: {}", page.name, page.long_name)).font(semibold(13.0)));
        ui.label(page.idea);
        weak(ui, format!("Costs: {}", page.cost));
        weak(ui, page.reference);
    });
}

/// Density, or ε.
fn size(ui: &mut Ui, session: &Session, sparsity: &mut SparsitySpec) {
    let arm = &session.arms()[0];
    let (connections, places) = (arm.total_connections(), arm.total_places());
    if let Some(mut epsilon) = sparsity.epsilon {
        // A formula gives more digits than a slider is good for, so it can be typed too.
        let drag = DragValue::new(&mut epsilon).speed(0.05).max_decimals(3);
        let is_typed = number_row(ui, "Connections", "ε", EPSILON_HELP, drag).changed();
        let slider = Slider::new(&mut epsilon, 0.2..=100.0).logarithmic(true).clamping(SliderClamping::Edits);
        if wide_slider(ui, "Connections", EPSILON_HELP, slider).changed() || is_typed {
            sparsity.epsilon = Some(epsilon);
        }
        weak(ui, format!("{} of {} places", counted(connections), counted(places)));
        if ui.link("set the density instead").clicked() {
            sparsity.epsilon = None;
            sparsity.density = Some(rounded(connections, places));
        }
        return;
    }
    if matches!(sparsity.allocation, Some(AllocationSpec::Densities(_))) {
        weak(ui, "The density of each layer is listed in the experiment file.");
        if ui.link("set one density instead").clicked() {
            sparsity.allocation = None;
            sparsity.density = Some(rounded(connections, places));
        }
        return;
    }
    let mut percent = 100.0 * sparsity.density.unwrap_or(0.1);
    let value = format!("{} % · {} of {}", trimmed(percent), counted(connections), counted(places));
    let slider = Slider::new(&mut percent, 0.2..=100.0).logarithmic(true).max_decimals(1);
    if slider_row(ui, "Density", "", DENSITY_HELP, value, slider).changed() {
        sparsity.density = Some(percent / 100.0);
    }
}

/// A number in full, as far as there is room for it.
#[expect(clippy::cast_precision_loss, reason = "a number of places, in short")]
fn counted(number: usize) -> String {
    if number < 100_000 { grouped(number) } else { short(number as f64) }
}

/// One decimal, and none where it is zero.
fn trimmed(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
fn rounded(connections: usize, places: usize) -> f64 {
    (1000.0 * connections as f64 / places as f64).round().max(1.0) / 1000.0
}

fn fraction_row(ui: &mut Ui, session: &Session, own: &Recipe, sparsity: &mut SparsitySpec) {
    let symbol = if own.replaces_step { "α" } else { "ζ" };
    let mut fraction = sparsity.drop_fraction.unwrap_or(own.drop_fraction);
    let value = format!("{fraction:.2}");
    let slider = Slider::new(&mut fraction, 0.0..=1.0).step_by(0.01);
    if slider_row(ui, "Drop fraction", symbol, FRACTION_HELP, value, slider).changed() {
        sparsity.drop_fraction = Some(fraction);
    }
    faults(ui, session.faults(), "sparsity.drop_fraction");
}

fn evolution(ui: &mut Ui, session: &Session, own: &Recipe, sparsity: &mut SparsitySpec, shown: Shown) {
    let replaces_a_share = sparsity.grow.unwrap_or(own.grow) != GrowScore::None
        && sparsity.drop.unwrap_or(own.drop) != DropScore::SignChange
        && sparsity.reserve.or(own.reserve).is_none()
        && !matches!(sparsity.density_schedule.unwrap_or(own.density), DensitySchedule::Overshoot { .. });
    if replaces_a_share {
        shown.draw(ui, Control::DropFraction, |ui| fraction_row(ui, session, own, sparsity));
    }
    shown.draw(ui, Control::UpdateEvery, |ui| every_row(ui, session, own, sparsity));
    shown.draw(ui, Control::StopAt, |ui| until_row(ui, session, own, sparsity));
}

/// So wide is the row of the time between updates with its symbol and a number of four digits.
const ROOM_FOR_SYMBOL: f32 = 240.0;

fn every_row(ui: &mut Ui, session: &Session, own: &Recipe, sparsity: &mut SparsitySpec) {
    // Name, symbol, number and unit are much for one line: in a narrow panel the help alone has the symbol.
    let symbol = if ui.available_width() < ROOM_FOR_SYMBOL { "" } else { "ΔT" };
    row(ui, "Update every", symbol, EVERY_HELP, |ui| {
        ui.spacing_mut().button_padding.x = 5.0;
        ui.spacing_mut().item_spacing.x = 3.0;
        let every = sparsity.update_every.unwrap_or(own.update_every);
        let (Stretch::Epochs(mut count) | Stretch::Steps(mut count)) = every;
        let in_epochs = matches!(every, Stretch::Epochs(_));
        let mut epochs = in_epochs;
        ComboBox::from_id_salt("update unit")
            .selected_text(if epochs { "epochs" } else { "batches" })
            .width(64.0)
            .show_ui(ui, |ui| {
                ui.selectable_value(&mut epochs, true, "epochs");
                ui.selectable_value(&mut epochs, false, "batches");
            });
        let changed = ui.add(DragValue::new(&mut count).speed(0.1)).changed();
        if changed || epochs != in_epochs {
            sparsity.update_every = Some(if epochs { Stretch::Epochs(count) } else { Stretch::Steps(count) });
        }
    });
    faults(ui, session.faults(), "sparsity.update_every");
}

fn until_row(ui: &mut Ui, session: &Session, own: &Recipe, sparsity: &mut SparsitySpec) {
    let mut until = 100.0 * sparsity.stop_at.unwrap_or(own.stop_at);
    let drag = DragValue::new(&mut until).speed(0.5).suffix(" %").max_decimals(0);
    if number_row(ui, "Until", "", UNTIL_HELP, drag).changed() {
        sparsity.stop_at = Some(until / 100.0);
    }
    faults(ui, session.faults(), "sparsity.stop_at");
}
