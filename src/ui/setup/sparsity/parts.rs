//! The parts that a method is made of, each to be set for itself.

mod constraints;

use egui::{ComboBox, DragValue, TextEdit, Ui};

use crate::lesson::Control;
use crate::nn::WeightInit;
use crate::session::Session;
use crate::topology::formula::{LONGEST, Variable};
use crate::topology::recipe::Stretch;
use crate::topology::{
    Allocation, DensitySchedule, DropSchedule, DropScore, Formula, GrowScore, Method, NewWeights, Recipe,
    Redistribution, Rewind, Scope, Start, Ticket,
};
use crate::training::{AllocationSpec, SparsitySpec};
use crate::ui::controls::{faults, number_row, row, weak};
use crate::ui::setup::Shown;

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
const REWIND_HELP: &str = "After an update that prunes, weights go on learning, or go back to what they were early in the run: a \
                           lottery ticket (Frankle & Carbin 2019).";
const TICKET_HELP: &str = "What the last round begins from: the ticket's early weights, weights drawn anew, the same \
                           as large as so few inputs need them, or as many connections in other places. The difference is what the weights, or the places, are worth.";
const PRUNING_HELP: &str = "Constant, or falling from a denser start to the density above: the smallest weights of the whole network \
                            go and none come for them (GMP, GraNet).";
const START_HELP: &str =
    "The first connections: drawn at random, or those of a dense network that a score keeps before training.";

pub(super) fn details(ui: &mut Ui, session: &Session, method: Method, sparsity: &mut SparsitySpec, shown: Shown) {
    let own = method.recipe();
    if let Some(own) = own {
        scores(ui, session, &own, sparsity, shown);
        if shown.is_all() {
            constraints::show(ui, session, &own, sparsity);
        }
    }
    shown.draw(ui, Control::Allocation, |ui| allocation_row(ui, sparsity));
    if shown.is_all() {
        choice(ui, "Start", START_HELP, &Start::ALL, method.start(), &mut sparsity.start, Start::label);
    }
    shown.draw(ui, Control::WeightInit, |ui| init_row(ui, sparsity));
}

/// What decides what goes and comes; nothing where parameters are exchanged by |θ| instead.
fn scores(ui: &mut Ui, session: &Session, own: &Recipe, sparsity: &mut SparsitySpec, shown: Shown) {
    if sparsity.reserve.or(own.reserve).is_some() {
        return;
    }
    shown.draw(ui, Control::DropSchedule, |ui| {
        let (all, label) = (DropSchedule::ALL, DropSchedule::label);
        choice(ui, "Drop schedule", SCHEDULE_HELP, &all, own.drop_schedule, &mut sparsity.drop_schedule, label);
    });
    shown.draw(ui, Control::Drop, |ui| cut_rows(ui, session, own, sparsity));
    if shown.is_all() {
        cutting(ui, own, sparsity);
    }
    shown.draw(ui, Control::DensitySchedule, |ui| density(ui, own, sparsity));
    shown.draw(ui, Control::Rewind, |ui| rewinding(ui, own, sparsity));
    shown.draw(ui, Control::Grow, |ui| growing(ui, session, own, sparsity));
    if sparsity.grow.unwrap_or(own.grow) == GrowScore::None {
        return;
    }
    if shown.is_all() {
        let all = Redistribution::ALL;
        let label = Redistribution::label;
        choice(ui, "Grow in", SHARE_HELP, &all, own.redistribution, &mut sparsity.redistribution, label);
    }
    shown.draw(ui, Control::NewWeights, |ui| {
        let values = [NewWeights::Zero, NewWeights::SparseHe, NewWeights::He, NewWeights::Normal(0.1)];
        choice(ui, "New weights", NEW_HELP, &values, own.new_weights, &mut sparsity.new_weights, new_weights_label);
    });
}

fn allocation_row(ui: &mut Ui, sparsity: &mut SparsitySpec) {
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
}

fn init_row(ui: &mut Ui, sparsity: &mut SparsitySpec) {
    choice(
        ui,
        "Initial weights",
        INIT_HELP,
        &WeightInit::ALL,
        WeightInit::default(),
        &mut sparsity.weight_init,
        |init| match init {
            WeightInit::SparseHe => "sparse He",
            WeightInit::He => "dense He",
            WeightInit::Glorot => "Glorot",
        },
    );
}

/// What decides what is cut.
fn cut_rows(ui: &mut Ui, session: &Session, own: &Recipe, sparsity: &mut SparsitySpec) {
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
}

/// Where connections are cut, and what else goes with them.
fn cutting(ui: &mut Ui, own: &Recipe, sparsity: &mut SparsitySpec) {
    choice(ui, "Cut where", SCOPE_HELP, &Scope::ALL, own.scope, &mut sparsity.drop_scope, Scope::label);
    let label = |removes: bool| if removes { "removed" } else { "kept" };
    choice(ui, "Dead neurons", CHAINS_HELP, &[false, true], own.removes_chains, &mut sparsity.remove_chains, label);
}

/// How many connections there are over the run.
fn density(ui: &mut Ui, own: &Recipe, sparsity: &mut SparsitySpec) {
    let current = sparsity.density_schedule.unwrap_or(own.density);
    let mut all = [
        DensitySchedule::Constant,
        DensitySchedule::Cubic { initial: 1.0, end: 0.5 },
        DensitySchedule::Sigmoid { initial: 1.0, end: 0.5 },
        DensitySchedule::Rounds { initial: 1.0, share: 0.2 },
        DensitySchedule::Overshoot { extra: 0.02 },
    ];
    // The list holds the schedule that is set, whatever its numbers.
    for choice in &mut all {
        if std::mem::discriminant(choice) == std::mem::discriminant(&current) {
            *choice = current;
        }
    }
    let label = |schedule| match schedule {
        DensitySchedule::Constant => "constant",
        DensitySchedule::Cubic { .. } => "falls, cubic",
        DensitySchedule::Sigmoid { .. } => "falls, sigmoid",
        DensitySchedule::Rounds { .. } => "falls, in rounds",
        DensitySchedule::Overshoot { .. } => "more between",
    };
    choice(ui, "Connections", PRUNING_HELP, &all, own.density, &mut sparsity.density_schedule, label);
    let schedule = sparsity.density_schedule.unwrap_or(own.density);
    let (mut from, mut second, name, help) = match schedule {
        DensitySchedule::Constant => return,
        DensitySchedule::Overshoot { extra } => return overshoot(ui, extra, sparsity),
        DensitySchedule::Cubic { initial, end } | DensitySchedule::Sigmoid { initial, end } => {
            (100.0 * initial, 100.0 * end, "  until", "Share of the run after which the density stays.")
        }
        DensitySchedule::Rounds { initial, share } => {
            (100.0 * initial, 100.0 * share, "  a round", "Share of the connections that each round removes.")
        }
    };
    let percent = |value| DragValue::new(value).speed(0.5).suffix(" %").max_decimals(1);
    let changed = number_row(ui, "  from", "", "Density at the start.", percent(&mut from)).changed();
    if number_row(ui, name, "", help, percent(&mut second)).changed() || changed {
        let (initial, second) = (from / 100.0, second / 100.0);
        sparsity.density_schedule = Some(match schedule {
            DensitySchedule::Rounds { .. } => DensitySchedule::Rounds { initial, share: second },
            DensitySchedule::Sigmoid { .. } => DensitySchedule::Sigmoid { initial, end: second },
            _ => DensitySchedule::Cubic { initial, end: second },
        });
    }
}

fn overshoot(ui: &mut Ui, extra: f64, sparsity: &mut SparsitySpec) {
    let mut percent = 100.0 * extra;
    let drag = DragValue::new(&mut percent).speed(0.1).suffix(" %").max_decimals(1);
    let help = "Of all places, how many more have a connection between updates (EM&S, Yuan et al. 2021).";
    if number_row(ui, "  more", "", help, drag).changed() {
        sparsity.density_schedule = Some(DensitySchedule::Overshoot { extra: percent / 100.0 });
    }
}

/// What weights do after an update that prunes.
fn rewinding(ui: &mut Ui, own: &Recipe, sparsity: &mut SparsitySpec) {
    let rewind = sparsity.rewind.unwrap_or(own.rewind);
    let to = if let Rewind::To(_) = rewind { rewind } else { Rewind::To(Stretch::Steps(0)) };
    let label = |rewind| if rewind == Rewind::None { "go on" } else { "rewind" };
    choice(ui, "Then weights", REWIND_HELP, &[Rewind::None, to], own.rewind, &mut sparsity.rewind, label);
    if let Rewind::To(stretch @ (Stretch::Steps(count) | Stretch::Epochs(count))) =
        sparsity.rewind.unwrap_or(own.rewind)
    {
        let (mut count, is_epochs) = (count, matches!(stretch, Stretch::Epochs(_)));
        let drag = DragValue::new(&mut count).speed(0.2).suffix(if is_epochs { " epochs" } else { " batches" });
        if number_row(ui, "  to", "k", "How early in the run.", drag).changed() {
            let stretch = if is_epochs { Stretch::Epochs(count) } else { Stretch::Steps(count) };
            sparsity.rewind = Some(Rewind::To(stretch));
        }
        choice(ui, "  last round", TICKET_HELP, &Ticket::ALL, own.ticket, &mut sparsity.ticket, Ticket::label);
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
        NewWeights::He => "dense He",
        NewWeights::SparseHe => "sparse He",
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
