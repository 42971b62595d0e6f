//! Whether a rule holds on the evidence at hand.

use super::expression::{Arithmetic, ArmRef, Node, Relation, Term, Truth, is_measured};
use super::settings;
use super::vocabulary::{Function, Quantity, Setting, Unit, written, written_beside};
use crate::lesson::evidence::{Event, Evidence, RunEvidence};
use crate::metrics::Summary;
use crate::training::{Arm, LayerMeasures, Outcome, RunCost, TopologyMeasures};

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lack {
    /// It may come: a run is missing or under way.
    Yet(String),
    /// It will not come as things stand: a run failed, or the arm has no such thing.
    Never(String),
}

/// A number, or one for each seed, in the order of the experiment.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    One(f64),
    Each(Vec<(u64, f64)>),
}

/// Whether a rule holds, and what was found on the left of what decides it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub holds: bool,
    pub value: Option<String>,
}

/// Whether a rule holds.
pub(super) fn holds(truth: &Truth, evidence: &Evidence) -> Result<Found, Lack> {
    match truth {
        Truth::Compare(left, relation, right) => compare(left, *relation, right, evidence),
        Truth::Text(arm, setting, is, text) => {
            let own = text_of(arm, *setting, evidence)?;
            Ok(Found { holds: (own == *text) == *is, value: Some(own) })
        }
        Truth::Happened(event) => match position(event, evidence) {
            Some(_) => Ok(Found { holds: true, value: None }),
            None => Err(Lack::Yet(what_is_missing(event))),
        },
        Truth::Before(first, second) => match (position(first, evidence), position(second, evidence)) {
            (Some(first), Some(second)) => Ok(Found { holds: first < second, value: None }),
            (None, Some(_)) => Ok(Found { holds: false, value: None }),
            (_, None) => Err(Lack::Yet(what_is_missing(second))),
        },
        Truth::Not(inner) => holds(inner, evidence).map(|found| Found { holds: !found.holds, ..found }),
        // What decides is enough: the other half need not be known.
        Truth::And(left, right) => decided(holds(left, evidence), || holds(right, evidence), false),
        Truth::Or(left, right) => decided(holds(left, evidence), || holds(right, evidence), true),
    }
}

/// The half that decides: one that `holds` is `decisive`; else both count.
fn decided(
    left: Result<Found, Lack>,
    right: impl FnOnce() -> Result<Found, Lack>,
    decisive: bool,
) -> Result<Found, Lack> {
    let decides = |half: &Result<Found, Lack>| half.as_ref().is_ok_and(|found| found.holds == decisive);
    if decides(&left) {
        return left;
    }
    let right = right();
    if decides(&right) || left.is_ok() { right } else { left }
}

fn position(event: &Event, evidence: &Evidence) -> Option<usize> {
    evidence.events.iter().position(|other| other == event)
}

fn what_is_missing(event: &Event) -> String {
    match event {
        Event::Answered(id) => format!("The question “{id}” has no answer yet."),
        Event::Ran => "The runs have not been made yet.".to_owned(),
        Event::Passed(id) => format!("The check “{id}” has not been passed yet."),
    }
}

fn compare(left: &Term, relation: Relation, right: &Term, evidence: &Evidence) -> Result<Found, Lack> {
    let unit = left.unit;
    let found = match as_asked(left, right, evidence)? {
        Some(asked) => asked,
        None => value(left, evidence)?,
    };
    let (left, right) = (found, value(right, evidence)?);
    let pairs = paired(&left, &right, |left, right| (left, right));
    let holds = pairs.iter().all(|&(left, right)| relation.holds(left, right));
    // Of several, the one that is furthest from holding.
    let lead = |pair: &&(f64, f64)| pair.0 - pair.1;
    let shown = match relation {
        Relation::Equal | Relation::Unequal => {
            pairs.iter().find(|(left, right)| !relation.holds(*left, *right)).or(pairs.first())
        }
        Relation::Less | Relation::LessOrEqual => pairs.iter().max_by(|a, b| lead(a).total_cmp(&lead(b))),
        Relation::Greater | Relation::GreaterOrEqual => pairs.iter().min_by(|a, b| lead(a).total_cmp(&lead(b))),
    };
    let text = |&(left, right): &(f64, f64)| {
        // “93.0 %” where 93 % is wanted explains no failure.
        if holds { written(left, unit) } else { written_beside(left, right, unit) }
    };
    Ok(Found { holds, value: shown.map(text) })
}

/// A density in whole connections is hardly ever the one that was asked for: it counts as that which a rule names, where it is as near
/// to it as connections allow.
fn as_asked(left: &Term, right: &Term, evidence: &Evidence) -> Result<Option<Value>, Lack> {
    let (Node::Setting(arm, Setting::Density), Node::Literal(asked)) = (&left.node, &right.node) else {
        return Ok(None);
    };
    let (_, arm) = arm_of(arm, evidence)?;
    Ok(settings::is_of_density(arm, *asked).then_some(Value::One(*asked)))
}

/// Two values seed by seed; a single number goes with every seed.
fn paired<T>(left: &Value, right: &Value, join: impl Fn(f64, f64) -> T) -> Vec<T> {
    match (left, right) {
        (Value::One(left), Value::One(right)) => vec![join(*left, *right)],
        (Value::Each(left), Value::One(right)) => left.iter().map(|(_, left)| join(*left, *right)).collect(),
        (Value::One(left), Value::Each(right)) => right.iter().map(|(_, right)| join(*left, *right)).collect(),
        (Value::Each(left), Value::Each(right)) => {
            // Both have the seeds of the experiment in its order.
            left.iter().zip(right).map(|((_, left), (_, right))| join(*left, *right)).collect()
        }
    }
}

fn value(term: &Term, evidence: &Evidence) -> Result<Value, Lack> {
    match &term.node {
        Node::Literal(number) => Ok(Value::One(*number)),
        Node::Setting(arm, setting) => number_of(arm, *setting, evidence).map(Value::One),
        Node::Quantity(arm, quantity, index) => quantity_of(arm, *quantity, *index, evidence),
        Node::Negative(inner) => Ok(mapped(value(inner, evidence)?, |number| -number)),
        Node::Function(Function::Abs, inner) => Ok(mapped(value(inner, evidence)?, f64::abs)),
        Node::Function(function, inner) => over_seeds(*function, &value(inner, evidence)?, inner.unit).map(Value::One),
        Node::Binary(operation, left, right) => {
            let (left, right) = (value(left, evidence)?, value(right, evidence)?);
            let join = |left: f64, right: f64| match operation {
                Arithmetic::Add => left + right,
                Arithmetic::Subtract => left - right,
                Arithmetic::Multiply => left * right,
                Arithmetic::Divide => left / right,
            };
            let numbers = paired(&left, &right, join);
            if numbers.iter().any(|number| !number.is_finite()) {
                return Err(Lack::Never("A division by zero has no result.".to_owned()));
            }
            Ok(match (&left, &right) {
                (Value::One(_), Value::One(_)) => Value::One(numbers[0]),
                (Value::Each(seeds), _) | (_, Value::Each(seeds)) => {
                    Value::Each(seeds.iter().map(|&(seed, _)| seed).zip(numbers).collect())
                }
            })
        }
    }
}

fn mapped(value: Value, change: impl Fn(f64) -> f64) -> Value {
    match value {
        Value::One(number) => Value::One(change(number)),
        Value::Each(numbers) => Value::Each(numbers.into_iter().map(|(seed, number)| (seed, change(number))).collect()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of seeds")]
fn over_seeds(function: Function, value: &Value, unit: Unit) -> Result<f64, Lack> {
    let numbers: Vec<f64> = match value {
        Value::One(number) => vec![*number],
        Value::Each(numbers) => numbers.iter().map(|&(_, number)| number).collect(),
    };
    let summary = Summary::of(&numbers);
    let interval = || {
        let mean = written(summary.mean, unit);
        summary.half_interval().ok_or_else(|| {
            Lack::Never(format!("One seed ({mean}) has no interval: the experiment needs at least two."))
        })
    };
    Ok(match function {
        Function::Mean | Function::Abs => summary.mean,
        Function::Median => median(numbers),
        Function::Min => numbers.into_iter().fold(f64::INFINITY, f64::min),
        Function::Max => numbers.into_iter().fold(f64::NEG_INFINITY, f64::max),
        Function::Sd => summary.deviation,
        Function::Low => summary.mean - interval()?,
        Function::High => summary.mean + interval()?,
        Function::Count => numbers.len() as f64,
    })
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers[middle] } else { f64::midpoint(numbers[middle - 1], numbers[middle]) }
}

fn arm_of<'a>(arm: &ArmRef, evidence: &Evidence<'a>) -> Result<(usize, &'a Arm), Lack> {
    let arms = evidence.experiment.arms();
    let found = match arm {
        ArmRef::Own => arms.first().map(|arm| (0, arm)),
        ArmRef::Named(name) => arms.iter().enumerate().find(|(_, arm)| arm.name == *name),
    };
    found.ok_or_else(|| match arm {
        ArmRef::Named(name) => Lack::Yet(format!("The experiment has no arm named “{name}”.")),
        ArmRef::Own => Lack::Yet("There is no experiment.".to_owned()),
    })
}

fn number_of(arm: &ArmRef, setting: Setting, evidence: &Evidence) -> Result<f64, Lack> {
    let (_, arm) = arm_of(arm, evidence)?;
    settings::number(evidence.experiment, arm, setting).ok_or_else(|| no_setting(arm, setting))
}

fn text_of(arm: &ArmRef, setting: Setting, evidence: &Evidence) -> Result<String, Lack> {
    let (_, arm) = arm_of(arm, evidence)?;
    settings::text(evidence.experiment, arm, setting).ok_or_else(|| no_setting(arm, setting))
}

fn no_setting(arm: &Arm, setting: Setting) -> Lack {
    Lack::Never(format!("{} has no {}: its connections never change.", arm.name, setting.word()))
}

fn quantity_of(arm: &ArmRef, quantity: Quantity, index: Option<usize>, evidence: &Evidence) -> Result<Value, Lack> {
    let (number, arm) = arm_of(arm, evidence)?;
    let seeds = evidence.experiment.seeds();
    let mut numbers = Vec::new();
    for &seed in seeds {
        let run = evidence.runs.iter().find(|run| run.arm == number && run.seed == seed);
        if let Some(number) = run.map(|run| of_run(run, arm, quantity, index, evidence)).transpose()?.flatten() {
            numbers.push((seed, number));
        }
    }
    if numbers.len() < seeds.len() {
        let (done, all, name) = (numbers.len(), seeds.len(), &arm.name);
        return Err(Lack::Yet(format!("{done} of {all} runs of {name} have come so far.")));
    }
    Ok(Value::Each(numbers))
}

/// The quantity of a run; nothing as long as it is under way.
fn of_run(
    run: &RunEvidence,
    arm: &Arm,
    quantity: Quantity,
    index: Option<usize>,
    evidence: &Evidence,
) -> Result<Option<f64>, Lack> {
    let never = |text: &str| Lack::Never(format!("{}, seed {}: {text}.", arm.name, run.seed));
    match &run.outcome {
        None if index.is_none() || is_measured(quantity) => return Ok(None),
        None | Some(Outcome::Finished) => {}
        Some(Outcome::Cancelled) => return Ok(None),
        Some(Outcome::Diverged(diverged)) => return Err(never(&diverged.to_string())),
        Some(Outcome::Failed(message)) => return Err(never(message)),
    }
    if is_measured(quantity) {
        let (Some(measures), Some(cost)) = (&run.measures, &run.cost) else {
            return Err(Lack::Yet(format!("The runs of {} have not been measured.", arm.name)));
        };
        let found = measured(quantity, index, measures, cost);
        return found.map(Some).ok_or_else(|| never(&format!("there is no {}", quantity.word())));
    }
    let epochs = usize::try_from(evidence.experiment.epochs()).unwrap_or(usize::MAX);
    let epoch = index.unwrap_or(epochs);
    if epoch > epochs {
        return Err(never(&format!("the run has only {epochs} epochs")));
    }
    Ok(run.epochs.get(epoch - 1).map(|_| of_epochs(run, epoch - 1, arm, quantity)))
}

#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
fn of_epochs(run: &RunEvidence, epoch: usize, arm: &Arm, quantity: Quantity) -> f64 {
    let point = run.epochs[epoch];
    match quantity {
        Quantity::BestTestAccuracy => run.epochs.iter().map(|point| point.test_accuracy).fold(0.0, f64::max),
        Quantity::TrainAccuracy => point.train_accuracy,
        Quantity::TestLoss => point.test_loss,
        Quantity::TrainLoss => point.train_loss,
        Quantity::Connections => point.connections as f64,
        Quantity::Density => point.connections as f64 / arm.total_places().max(1) as f64,
        _ => point.test_accuracy,
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of operations, bytes, neurons")]
fn measured(quantity: Quantity, index: Option<usize>, measures: &TopologyMeasures, cost: &RunCost) -> Option<f64> {
    let layer = |value: fn(&LayerMeasures) -> Option<f64>| value(measures.layers.get(index? - 1)?.as_ref()?);
    match quantity {
        Quantity::Flops => Some(cost.flops as f64),
        Quantity::FlopsByFormula => Some(cost.flops_by_formula),
        Quantity::FlopsOfDense => Some(cost.flops_of_dense),
        Quantity::FlopsBeforeTraining => Some(cost.flops_before_training as f64),
        Quantity::TrainingBytes => Some(cost.training_bytes as f64),
        Quantity::TrainingBytesOfDense => Some(cost.training_bytes_of_dense as f64),
        Quantity::Exploration => measures.exploration,
        Quantity::FromTheStart => measures.from_the_start,
        Quantity::FromInformativeInputs => measures.from_informative_inputs,
        Quantity::MeanAge => measures.mean_age,
        Quantity::PlainDistance => measures.plain_distance,
        Quantity::TopologyDistance => measures.topology_distance,
        Quantity::DeadNeurons => Some(measures.dead_neurons.iter().sum::<usize>() as f64),
        Quantity::LayerDensity => layer(|layer| Some(layer.density)),
        Quantity::InDegreeSpread => layer(|layer| layer.in_degrees.variation_ratio),
        Quantity::OutDegreeSpread => layer(|layer| layer.out_degrees.variation_ratio),
        _ => None,
    }
}
