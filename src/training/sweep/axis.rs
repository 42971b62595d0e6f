//! What a sweep varies: a key of the experiment, and the values that it takes.

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::metrics::Summary;
use crate::training::fault::Fault;

/// Most values of one axis.
const MOST_VALUES: usize = 1_000;
/// Significant digits of the values of a linear range: enough for any step, and 0.3 is not 0.30000000000000004.
const LINEAR_DIGITS: usize = 12;
/// Significant digits of the values of a logarithmic range, for people to read.
const LOG_DIGITS: usize = 6;

/// What a `[[sweep]]` table says: a key, and either its values or a range.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AxisSpec {
    /// The dotted path of the key in the experiment file, such as `sparsity.density`.
    pub key: String,
    /// Its values, of whatever kind the key takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Value>>,
    /// The first value of a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// Its last value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// How many values it has, both ends included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<usize>,
    /// How its values lie; linear if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<AxisScale>,
}

/// How the values of a range lie between its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AxisScale {
    /// Neighbours have the same difference.
    #[default]
    Linear,
    /// Neighbours have the same ratio; rounded to six significant digits.
    Log,
}

/// A checked axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The dotted path of the key.
    pub key: String,
    /// The values that it takes, each another, at least one.
    pub values: Vec<Value>,
}

impl Axis {
    /// A value as people write it: text without its quotes.
    #[must_use]
    pub fn value_text(&self, index: usize) -> String {
        match &self.values[index] {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        }
    }

    /// Its values as numbers, if all of them are.
    #[must_use]
    pub fn numbers(&self) -> Option<Vec<f64>> {
        self.values.iter().map(as_number).collect()
    }

    /// Whether its values lie more evenly on a logarithmic axis than on a plain one: whether the ratios of neighbours are more
    /// alike than their differences are.
    #[must_use]
    pub fn is_spaced_by_ratio(&self) -> bool {
        let Some(mut numbers) = self.numbers().filter(|numbers| numbers.len() > 2) else { return false };
        numbers.sort_by(f64::total_cmp);
        if numbers[0] <= 0.0 {
            return false;
        }
        let unevenness = |place: &dyn Fn(f64) -> f64| {
            let steps: Vec<f64> = numbers.windows(2).map(|pair| place(pair[1]) - place(pair[0])).collect();
            let steps = Summary::of(&steps);
            steps.deviation / steps.mean
        };
        unevenness(&libm::log) < unevenness(&|value| value)
    }

    /// Key and value, as a file would say it.
    pub(super) fn setting(&self, index: usize) -> String {
        format!("{} = {}", self.key, self.values[index])
    }
}

impl AxisSpec {
    /// An axis of listed values.
    #[must_use]
    pub fn listed(key: &str, values: Vec<Value>) -> Self {
        Self { key: key.to_owned(), values: Some(values), ..Self::default() }
    }

    /// An axis of the values that stand between commas, as TOML has them, or text without its quotes.
    #[must_use]
    pub fn parsed(key: &str, values: &str) -> Self {
        let toml = |text: &str| format!("value = {text}").parse::<Table>().ok()?.remove("value");
        let values = match toml(&format!("[{values}]")) {
            Some(Value::Array(values)) => values,
            _ => values.split(',').map(str::trim).map(|value| toml(value).unwrap_or_else(|| value.into())).collect(),
        };
        Self::listed(key, values)
    }

    /// The values, listed or of a range; nothing where they have a fault.
    #[must_use]
    pub fn listed_values(&self) -> Option<Vec<Value>> {
        self.check(0).ok().map(|axis| axis.values)
    }

    /// Works out the values. `number` is the axis' own, from 0.
    pub(super) fn check(&self, number: usize) -> Result<Axis, Fault> {
        let fault = |part: &str, problem: &str, remedy: &str| Fault {
            key: format!("sweep.{number}.{part}"),
            problem: problem.to_owned(),
            remedy: remedy.to_owned(),
        };
        self.check_key().map_err(|(problem, remedy)| fault("key", &problem, &remedy))?;
        let Self { key, from, to, steps, scale, .. } = self;
        let (part, values) = match (&self.values, from, to, steps) {
            (Some(values), None, None, None) if scale.is_none() => ("values", values.clone()),
            (None, Some(from), Some(to), Some(steps)) => {
                let values = range(*from, *to, *steps, scale.unwrap_or_default());
                (
                    "steps",
                    values.map_err(|(part, problem)| fault(part, &format!("“{key}” cannot vary: {problem}"), ""))?,
                )
            }
            (None, ..) => {
                let problem = format!("“{key}” has neither values nor a whole range");
                let remedy = "Write values = [0.05, 0.1], or from = 0.01, to = 0.5 and steps = 5";
                return Err(fault("key", &problem, remedy));
            }
            _ => {
                let problem = format!("“{key}” has both values and a range");
                return Err(fault("values", &problem, "Give either values, or from, to, steps and scale"));
            }
        };
        if values.is_empty() || values.len() > MOST_VALUES {
            let problem = format!("“{key}” would take {} values", values.len());
            return Err(fault(part, &problem, &format!("Give from 1 to {MOST_VALUES}")));
        }
        if let Some(value) = values.iter().enumerate().find_map(|(at, value)| same(&values[..at], value)) {
            return Err(fault(part, &format!("“{key}” would take the value {value} twice"), "Name each value once"));
        }
        Ok(Axis { key: key.clone(), values })
    }

    /// What is wrong with the key itself, and what to do.
    fn check_key(&self) -> Result<(), (String, String)> {
        let key = &self.key;
        let first = key.split('.').next().unwrap_or_default();
        let (problem, remedy) = match first {
            _ if key.split('.').any(|part| part.trim() != part || part.is_empty()) => {
                (format!("“{key}” is no key"), "Write its path in the experiment file, such as sparsity.density")
            }
            "arm" => (
                format!("“{key}” belongs to one arm"),
                "Vary a key of the experiment: every arm follows that does not name it itself",
            ),
            "format" | "name" | "description" | "sweep" => {
                (format!("“{key}” changes no run"), "Vary a key of data, network, sparsity, optimizer or training")
            }
            "training" if key == "training" || key.starts_with("training.seeds") => (
                format!("“{key}” cannot vary: all points of a sweep run from the same seeds"),
                "List the seeds in training.seeds",
            ),
            _ => return Ok(()),
        };
        Err((problem, remedy.to_owned()))
    }
}

/// The value, if there is one among these that an experiment cannot tell from it.
fn same<'a>(values: &[Value], value: &'a Value) -> Option<&'a Value> {
    let is_same =
        |other: &Value| other == value || (as_number(value).is_some() && as_number(other) == as_number(value));
    values.iter().any(is_same).then_some(value)
}

/// The number that a value is, if it is one.
#[expect(clippy::cast_precision_loss, reason = "1 and 1.0 are the same, however large")]
fn as_number(value: &Value) -> Option<f64> {
    value.as_float().or(value.as_integer().map(|integer| integer as f64))
}

/// The values of a range; or the part of the table at fault and what is wrong.
#[expect(clippy::cast_precision_loss, reason = "numbers of steps")]
fn range(from: f64, to: f64, steps: usize, scale: AxisScale) -> Result<Vec<Value>, (&'static str, String)> {
    for (part, end) in [("from", from), ("to", to)] {
        if !end.is_finite() {
            return Err((part, format!("a range cannot end at {end}")));
        }
        if scale == AxisScale::Log && end <= 0.0 {
            return Err((part, format!("a logarithmic range lies above 0, and {part} is {end}")));
        }
    }
    if !(2..=MOST_VALUES).contains(&steps) {
        return Err(("steps", format!("a range has from 2 to {MOST_VALUES} values, both ends included, not {steps}")));
    }
    let value = |step: usize| {
        let share = step as f64 / (steps - 1) as f64;
        match scale {
            _ if step == 0 => from,
            _ if step == steps - 1 => to,
            AxisScale::Linear => rounded((1.0 - share) * from + share * to, LINEAR_DIGITS),
            // The functions of the system may differ in the last bit.
            AxisScale::Log => rounded(libm::exp((1.0 - share) * libm::log(from) + share * libm::log(to)), LOG_DIGITS),
        }
    };
    Ok((0..steps).map(|step| number(value(step))).collect())
}

/// To so many significant digits.
fn rounded(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().unwrap_or(value)
}

/// A whole number as one, so that keys that count take it too.
fn number(value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
    match value {
        value if value.fract() == 0.0 && value.abs() < 1e15 => Value::Integer(value as i64),
        value => Value::Float(value),
    }
}
