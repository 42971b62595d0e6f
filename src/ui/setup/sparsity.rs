//! How sparse the network is, and how its topology evolves.

use egui::{CollapsingHeader, ComboBox, DragValue, RichText, Slider, TextEdit, Ui};

use crate::nn::WeightInit;
use crate::session::Session;
use crate::topology::formula::{LONGEST, Variable};
use crate::topology::recipe::Stretch;
use crate::topology::{
    Allocation, DensitySchedule, DropSchedule, DropScore, Formula, GrowScore, Method, NewWeights, Recipe,
    Redistribution, Scope, Start,
};
use crate::training::{AllocationSpec, ExperimentSpec, SparsitySpec};
use crate::ui::controls::{faults, grouped, number_row, row, section, slider_row, weak};
use crate::ui::theme::{Palette, semibold};

const DENSITY_HELP: &str = "Share of all places that have a connection; sparsity is 1 − density.";
const EPSILON_HELP: &str = "Erdős–Rényi: a layer gets ε·(n_in + n_out) connections (Mocanu et al. 2018, equation 2).";
const FRACTION_HELP: &str = "The share of each layer's connections that a topology update cuts and regrows: ζ in SET \
                             (Mocanu et al. 2018), α in RigL (Evci et al. 2020).";
const EVERY_HELP: &str = "Time between topology updates. SET updates after every epoch; RigL every 100 batches.";
const UNTIL_HELP: &str = "Evolution ends after this share of the run; then only weights learn. RigL stops at 75 %.";
const SCHEDULE_HELP: &str = "How the drop fraction changes: constant in SET, falling along a cosine in RigL.";
const NEW_HELP: &str = "The weight that a regrown connection starts from. Zero disturbs nothing; random values can undo \
                        what training has reached. The first code of SET drew from N(0, 0.1²).";
const ALLOCATION_HELP: &str = "How connections are shared out among layers. Erdős–Rényi gives small layers more \
                               (Mocanu et al. 2018); uniform gives all the same density.";
const INIT_HELP: &str = "Spread of the initial weights: He over the connections a neuron really has (Evci et al. 2022), \
                         He as if it had all, or Glorot.";
const DROP_HELP: &str = "Which connections are cut. SET cuts those nearest zero on either side; RigL the smallest |w|.";
const GROW_HELP: &str = "Where connections grow: anywhere at random (SET), where the gradient of one batch (RigL) or its running mean \
                         (SNFS) is largest, between neurons that are active alike (CTRE), or where paths of length 3 say so (CHT).";
const LAMBDA_HELP: &str = "How much a gradient spares a small weight in MEST (Yuan et al. 2021).";
const SCOPE_HELP: &str = "Whether each layer loses its share, the network loses it wherever scores are lowest, or all scores below \
                          one threshold go (DSR).";
const CHAINS_HELP: &str =
    "Whether neurons that have lost all inputs or all outputs lose their other connections too (CHT).";
const SHARE_HELP: &str = "In which layers connections grow: where as many were cut, in proportion to what survives (DSR), or to the \
                          mean |momentum| (SNFS).";
const PRUNING_HELP: &str = "Constant, or falling from a denser start to the density above: the smallest weights of the whole network \
                            go and none come for them (GMP, GraNet).";
const START_HELP: &str =
    "The first connections: drawn at random, or those of a dense network that a score keeps before training.";

pub(super) fn show(ui: &mut Ui, session: &Session, spec: &mut ExperimentSpec, page: &mut Option<Method>) {
    section(ui, "Sparsity and evolution");
    let method = spec.sparsity.method.unwrap_or_default();
    method_choice(ui, method, &mut spec.sparsity);
    if ui.link(format!("about {} and the others", method.page().name)).clicked() {
        *page = Some(method);
    }
    if method == Method::DENSE {
        weak(ui, "All connections: nothing to set.");
        return;
    }
    size(ui, session, &mut spec.sparsity);
    faults(ui, session.faults(), "sparsity.density");
    faults(ui, session.faults(), "sparsity.epsilon");
    if let Some(own) = method.recipe() {
        evolution(ui, session, &own, &mut spec.sparsity);
    }
    let more = CollapsingHeader::new(RichText::new("More").size(12.0));
    more.show(ui, |ui| details(ui, session, method, &mut spec.sparsity));
    let keys = ["allocation", "start", "density_schedule", "drop_scope", "redistribution", "new_weights", "method"];
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
        let value = format!("{epsilon:.1} · {}", grouped(connections));
        let slider = Slider::new(&mut epsilon, 0.2..=100.0).logarithmic(true);
        if slider_row(ui, "Connections", "ε", EPSILON_HELP, value, slider).changed() {
            sparsity.epsilon = Some(epsilon);
        }
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
    let value = format!("{} % · {} of {}", trimmed(percent), grouped(connections), grouped(places));
    let slider = Slider::new(&mut percent, 0.2..=100.0).logarithmic(true).max_decimals(1);
    if slider_row(ui, "Density", "", DENSITY_HELP, value, slider).changed() {
        sparsity.density = Some(percent / 100.0);
    }
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

fn evolution(ui: &mut Ui, session: &Session, own: &Recipe, sparsity: &mut SparsitySpec) {
    if sparsity.grow.unwrap_or(own.grow) != GrowScore::None {
        fraction_row(ui, session, own, sparsity);
    }
    row(ui, "Update every", "ΔT", EVERY_HELP, |ui| {
        // Name, symbol, number and unit are much for one line.
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
    let mut until = 100.0 * sparsity.stop_at.unwrap_or(own.stop_at);
    let drag = DragValue::new(&mut until).speed(0.5).suffix(" %").max_decimals(0);
    if number_row(ui, "Until", "", UNTIL_HELP, drag).changed() {
        sparsity.stop_at = Some(until / 100.0);
    }
    faults(ui, session.faults(), "sparsity.stop_at");
}

fn details(ui: &mut Ui, session: &Session, method: Method, sparsity: &mut SparsitySpec) {
    let own = method.recipe();
    if let Some(own) = own {
        choice(
            ui,
            "Drop schedule",
            SCHEDULE_HELP,
            &DropSchedule::ALL,
            own.drop_schedule,
            &mut sparsity.drop_schedule,
            DropSchedule::label,
        );
        cutting(ui, session, &own, sparsity);
        growing(ui, session, &own, sparsity);
        let all = Redistribution::ALL;
        let label = Redistribution::label;
        choice(ui, "Grow in", SHARE_HELP, &all, own.redistribution, &mut sparsity.redistribution, label);
        let values = [NewWeights::Zero, NewWeights::SparseHe, NewWeights::He, NewWeights::Normal(0.1)];
        choice(ui, "New weights", NEW_HELP, &values, own.new_weights, &mut sparsity.new_weights, new_weights_label);
    }
    if !matches!(sparsity.allocation, Some(AllocationSpec::Densities(_))) && sparsity.epsilon.is_none() {
        let mut rule = match sparsity.allocation {
            Some(AllocationSpec::Rule(rule)) => Some(rule),
            _ => None,
        };
        choice(
            ui,
            "Allocation",
            ALLOCATION_HELP,
            &Allocation::ALL,
            Allocation::default(),
            &mut rule,
            Allocation::label,
        );
        sparsity.allocation = rule.map(AllocationSpec::Rule);
    }
    choice(ui, "Start", START_HELP, &Start::ALL, method.start(), &mut sparsity.start, Start::label);
    choice(
        ui,
        "Initial weights",
        INIT_HELP,
        &WeightInit::ALL,
        WeightInit::default(),
        &mut sparsity.weight_init,
        |init| match init {
            WeightInit::SparseHe => "He, sparse fan-in",
            WeightInit::He => "He, dense fan-in",
            WeightInit::Glorot => "Glorot",
        },
    );
}

/// What decides what is cut, and how many connections there are over the run.
fn cutting(ui: &mut Ui, session: &Session, own: &Recipe, sparsity: &mut SparsitySpec) {
    let drop = sparsity.drop.unwrap_or(own.drop);
    let formula =
        if let DropScore::Formula(formula) = drop { Some(formula) } else { first_formula("abs(w) + 0.1*abs(g)") };
    let all: Vec<DropScore> = DropScore::ALL.into_iter().chain(formula.map(DropScore::Formula)).collect();
    choice(ui, "Cut", DROP_HELP, &all, own.drop, &mut sparsity.drop, DropScore::label);
    if let DropScore::Formula(formula) = sparsity.drop.unwrap_or(own.drop)
        && let Some(formula) = formula_row(ui, "lowest", formula, &Variable::OF_CONNECTIONS)
    {
        sparsity.drop = Some(DropScore::Formula(formula));
    }
    faults(ui, session.faults(), "sparsity.drop");
    if let DropScore::MagnitudeAndGradient(mut lambda) = sparsity.drop.unwrap_or(own.drop) {
        let drag = DragValue::new(&mut lambda).speed(0.01).max_decimals(3);
        if number_row(ui, "Weight of |g|", "λ", LAMBDA_HELP, drag).changed() {
            sparsity.drop = Some(DropScore::MagnitudeAndGradient(lambda));
        }
    }
    choice(ui, "Cut where", SCOPE_HELP, &Scope::ALL, own.scope, &mut sparsity.drop_scope, Scope::label);
    let label = |removes: bool| if removes { "removed" } else { "kept" };
    choice(ui, "Dead neurons", CHAINS_HELP, &[false, true], own.removes_chains, &mut sparsity.remove_chains, label);
    let current = sparsity.density_schedule.unwrap_or(own.density);
    let cubic = match current {
        DensitySchedule::Cubic { .. } => current,
        DensitySchedule::Constant => DensitySchedule::Cubic { initial: 1.0, end: 0.5 },
    };
    let all = [DensitySchedule::Constant, cubic];
    let label = |schedule| if schedule == DensitySchedule::Constant { "constant" } else { "falls, cubic" };
    choice(ui, "Connections", PRUNING_HELP, &all, own.density, &mut sparsity.density_schedule, label);
    if let DensitySchedule::Cubic { initial, end } = sparsity.density_schedule.unwrap_or(own.density) {
        let (mut from, mut until) = (100.0 * initial, 100.0 * end);
        let percent = |value| DragValue::new(value).speed(0.5).suffix(" %").max_decimals(1);
        let changed = number_row(ui, "  from", "", "Density at the start.", percent(&mut from)).changed();
        let help = "Share of the run after which the density stays.";
        if number_row(ui, "  until", "", help, percent(&mut until)).changed() || changed {
            let schedule = DensitySchedule::Cubic { initial: from / 100.0, end: until / 100.0 };
            sparsity.density_schedule = Some(schedule);
        }
    }
}

/// What decides where connections grow.
fn growing(ui: &mut Ui, session: &Session, own: &Recipe, sparsity: &mut SparsitySpec) {
    let grow = sparsity.grow.unwrap_or(own.grow);
    let formula = if let GrowScore::Formula(formula) = grow { Some(formula) } else { first_formula("abs(g)") };
    let all: Vec<GrowScore> = GrowScore::ALL.into_iter().chain(formula.map(GrowScore::Formula)).collect();
    choice(ui, "Grow", GROW_HELP, &all, own.grow, &mut sparsity.grow, GrowScore::label);
    if let GrowScore::Formula(formula) = sparsity.grow.unwrap_or(own.grow)
        && let Some(formula) = formula_row(ui, "highest", formula, &Variable::OF_PLACES)
    {
        sparsity.grow = Some(GrowScore::Formula(formula));
    }
    faults(ui, session.faults(), "sparsity.grow");
}

fn first_formula(text: &str) -> Option<Formula> {
    Formula::new(text).ok()
}

/// A line to type a formula in, and what it can name. The formula when it has been changed.
fn formula_row(ui: &mut Ui, which: &str, formula: Formula, known: &[Variable]) -> Option<Formula> {
    let mut text = formula.text().to_owned();
    let edit = TextEdit::singleline(&mut text).char_limit(LONGEST).hint_text("a score").desired_width(f32::INFINITY);
    let response = ui.add(edit);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, format!("formula, {which}")));
    let names: Vec<&str> = known.iter().map(|variable| variable.name()).collect();
    weak(ui, format!("the {which}; it knows {}", names.join(", ")));
    if response.changed() { Formula::new(&text).ok() } else { None }
}

fn new_weights_label(value: NewWeights) -> &'static str {
    match value {
        NewWeights::Zero => "zero",
        NewWeights::He => "He, dense fan-in",
        NewWeights::SparseHe => "He, sparse fan-in",
        NewWeights::Normal(_) => "N(0, 0.1²)",
    }
}

/// A list of choices; the default is named without being written into the experiment.
fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    help: &str,
    all: &[T],
    default: T,
    value: &mut Option<T>,
    label: impl Fn(T) -> &'static str,
) {
    let current = value.unwrap_or(default);
    row(ui, name, "", help, |ui| {
        ComboBox::from_id_salt(name).selected_text(label(current)).width(104.0).truncate().show_ui(ui, |ui| {
            for &choice in all {
                if ui.selectable_label(current == choice, label(choice)).clicked() {
                    *value = Some(choice);
                }
            }
        });
    });
}
