//! Scores that a student types: `abs(w) + 0.1*abs(g)`.
//!
//! A formula is evaluated for 64 connections at a time, so that reading it costs little beside the arithmetic.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use arrayvec::ArrayString;
use exmex::{Express, FlatEx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest formula, in bytes.
pub const LONGEST: usize = 80;
/// Connections for which a formula is evaluated at a time.
const BLOCK: usize = 64;

/// The text of a score, which may be wrong; [`Formula::compile`] says whether it is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Formula(ArrayString<LONGEST>);

/// Why a text is no score.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FormulaError {
    /// It is too long to be kept.
    #[error("the formula has {0} bytes; {LONGEST} at most are read")]
    TooLong(usize),
    /// It is no expression.
    #[error("“{text}” cannot be read as a formula: {problem}")]
    Syntax {
        /// The formula.
        text: String,
        /// What its reader says.
        problem: String,
    },
    /// It names something that there is not, or not for what it is to score.
    #[error("{name} is unknown here; there are {known}")]
    Unknown {
        /// The name.
        name: String,
        /// What could be named.
        known: String,
    },
}

/// What a formula can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variable {
    /// `w`: the weight.
    Weight,
    /// `g`: the gradient of the last batch.
    Gradient,
    /// `momentum`: of a connection its velocity, at an empty place the running mean of the gradient.
    Momentum,
    /// `age`: topology updates since the connection grew.
    Age,
    /// `fan_in`: connections that lead to the target.
    FanIn,
    /// `fan_out`: connections that leave the source.
    FanOut,
    /// `layer`: 1 for the connections from the inputs, and so on.
    Layer,
    /// `random`: a number from 0 to 1, another for each connection.
    Random,
}

impl Variable {
    /// What the score of a connection can name.
    pub const OF_CONNECTIONS: [Self; 8] =
        [Self::Weight, Self::Gradient, Self::Momentum, Self::Age, Self::FanIn, Self::FanOut, Self::Layer, Self::Random];
    /// What the score of an empty place can name: it has no weight, and no age.
    pub const OF_PLACES: [Self; 6] =
        [Self::Gradient, Self::Momentum, Self::FanIn, Self::FanOut, Self::Layer, Self::Random];

    /// The name in formulas.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Weight => "w",
            Self::Gradient => "g",
            Self::Momentum => "momentum",
            Self::Age => "age",
            Self::FanIn => "fan_in",
            Self::FanOut => "fan_out",
            Self::Layer => "layer",
            Self::Random => "random",
        }
    }
}

impl Formula {
    /// A formula of this text.
    ///
    /// # Errors
    /// Where it is too long to be kept.
    pub fn new(text: &str) -> Result<Self, FormulaError> {
        ArrayString::from(text).map(Self).map_err(|_| FormulaError::TooLong(text.len()))
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether it names this.
    #[must_use]
    pub fn names(&self, variable: Variable) -> bool {
        self.compile(&Variable::OF_CONNECTIONS).is_ok_and(|score| score.inputs.contains(&variable))
    }

    /// What it computes from `known`.
    ///
    /// # Errors
    /// Where it is no expression, or names something else.
    pub fn compile(&self, known: &[Variable]) -> Result<Score, FormulaError> {
        let syntax = |problem: String| FormulaError::Syntax { text: self.text().to_owned(), problem };
        let expression = Expression::parse(self.text()).map_err(|error| syntax(error.to_string()))?;
        let variable = |name: &String| {
            known.iter().copied().find(|variable| variable.name() == name).ok_or_else(|| FormulaError::Unknown {
                name: format!("“{name}”"),
                known: known.iter().map(|variable| variable.name()).collect::<Vec<_>>().join(", "),
            })
        };
        let inputs = expression.var_names().iter().map(variable).collect::<Result<_, _>>()?;
        let score = Score { expression, inputs };
        // What cannot be computed shows with any values.
        score.block(|_, _| {}).map_err(syntax)?;
        Ok(score)
    }
}

impl fmt::Debug for Formula {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.text())
    }
}

impl TryFrom<String> for Formula {
    type Error = FormulaError;

    fn try_from(text: String) -> Result<Self, FormulaError> {
        Self::new(&text)
    }
}

impl From<Formula> for String {
    fn from(formula: Formula) -> Self {
        formula.text().to_owned()
    }
}

/// A formula that can be computed.
#[derive(Debug, Clone)]
pub struct Score {
    expression: Expression,
    /// What it names, in the order in which the expression wants it.
    inputs: Vec<Variable>,
}

type Expression = FlatEx<Block, operators::Operators>;

impl Score {
    /// Whether it names this.
    pub(super) fn names(&self, variable: Variable) -> bool {
        self.inputs.contains(&variable)
    }

    /// Computes `scores`; `fill` gives a variable's values for some of them.
    ///
    /// # Panics
    /// Never for a formula that was compiled.
    pub fn compute(&self, scores: &mut [f32], mut fill: impl FnMut(Variable, Range<usize>, &mut [f32])) {
        for (number, scores) in scores.chunks_mut(BLOCK).enumerate() {
            let start = number * BLOCK;
            let block = self.block(|variable, values| {
                fill(variable, start..start + scores.len(), &mut values[..scores.len()]);
            });
            scores.copy_from_slice(&block.expect("tried when compiled").0[..scores.len()]);
        }
    }

    fn block(&self, mut fill: impl FnMut(Variable, &mut [f32; BLOCK])) -> Result<Block, String> {
        let mut value = |&variable: &Variable| {
            let mut block = Block::default();
            fill(variable, &mut block.0);
            block
        };
        let values = self.inputs.iter().map(&mut value).collect();
        self.expression.eval_vec(values).map_err(|error| error.to_string())
    }
}

/// Values for so many connections: what a formula computes with.
#[derive(Debug, Clone)]
struct Block([f32; BLOCK]);

impl Default for Block {
    fn default() -> Self {
        Self([0.0; BLOCK])
    }
}

impl FromStr for Block {
    type Err = std::num::ParseFloatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self([text.parse()?; BLOCK]))
    }
}

impl Block {
    fn map(mut self, of: impl Fn(f32) -> f32) -> Self {
        self.0.iter_mut().for_each(|value| *value = of(*value));
        self
    }

    fn zip(mut self, other: &Self, of: impl Fn(f32, f32) -> f32) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(value, other)| *value = of(*value, *other));
        self
    }
}

/// What a formula can do with its values.
mod operators {
    use exmex::{BinOp, MakeOperators, Operator, ops_factory};

    use super::{Block, power};

    ops_factory!(
        Operators,
        Block,
        Operator::make_bin_unary(
            "+",
            BinOp { apply: |a, b| a.zip(&b, |a, b| a + b), prio: 0, is_commutative: true },
            |a| a
        ),
        Operator::make_bin_unary(
            "-",
            BinOp { apply: |a, b| a.zip(&b, |a, b| a - b), prio: 1, is_commutative: false },
            |a| a.map(|a| -a)
        ),
        Operator::make_bin("*", BinOp { apply: |a, b| a.zip(&b, |a, b| a * b), prio: 2, is_commutative: true }),
        Operator::make_bin("/", BinOp { apply: |a, b| a.zip(&b, |a, b| a / b), prio: 3, is_commutative: false }),
        Operator::make_bin("^", BinOp { apply: |a, b| a.zip(&b, power), prio: 4, is_commutative: false }),
        Operator::make_bin("min", BinOp { apply: |a, b| a.zip(&b, f32::min), prio: 0, is_commutative: true }),
        Operator::make_bin("max", BinOp { apply: |a, b| a.zip(&b, f32::max), prio: 0, is_commutative: true }),
        Operator::make_unary("abs", |a| a.map(f32::abs)),
        Operator::make_unary("sign", |a| a.map(|a| if a == 0.0 { 0.0 } else { a.signum() })),
        Operator::make_unary("sqrt", |a| a.map(f32::sqrt)),
        Operator::make_unary("exp", |a| a.map(libm::expf)),
        Operator::make_unary("log", |a| a.map(libm::logf))
    );
}

/// Squares are products; other powers are computed alike on all platforms.
fn power(base: f32, exponent: f32) -> f32 {
    if exponent == 2.0 { base * base } else { libm::powf(base, exponent) }
}

/// A number from 0 up whose order is that of any scores, but for their last two bits; `nan` for NaN.
pub(super) fn ordered(score: f32, nan: f32) -> f32 {
    if score.is_nan() {
        return nan;
    }
    // 0 and −0 are the same score.
    let bits = (score + 0.0).to_bits();
    let key = if bits >> 31 == 1 { !bits } else { bits | 1 << 31 };
    f32::from_bits(key >> 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(text: &str, w: &[f32]) -> Vec<f32> {
        let score = Formula::new(text).unwrap().compile(&Variable::OF_CONNECTIONS).unwrap();
        let mut scores = vec![0.0; w.len()];
        score.compute(&mut scores, |variable, range, values| match variable {
            Variable::Weight => values.copy_from_slice(&w[range]),
            _ => values.fill(10.0),
        });
        scores
    }

    #[test]
    fn formulas_compute_what_they_say_for_any_number_of_connections() {
        assert_eq!(values("abs(w) + 0.1*abs(g)", &[-2.0, 3.0]), [3.0, 4.0]);
        assert_eq!(values("-w^2", &[3.0]), [9.0], "a sign binds tighter than a power");
        assert_eq!(values("2 - 3 - w", &[1.0]), [-2.0]);
        assert_eq!(values("max(w, 0) - min(w, 0)", &[-2.0, 5.0]), [2.0, 5.0]);
        assert_eq!(values("sign(w) * sqrt(abs(w))", &[-4.0, 0.0]), [-2.0, 0.0]);
        let many: Vec<f32> = (0..200_u8).map(f32::from).collect();
        assert_eq!(values("w + 1 - 1", &many), many);
    }

    #[test]
    fn what_cannot_be_computed_is_said() {
        let compile = |text: &str| Formula::new(text).unwrap().compile(&Variable::OF_PLACES);
        let error = compile("abs(w)").unwrap_err().to_string();
        assert_eq!(error, "“w” is unknown here; there are g, momentum, fan_in, fan_out, layer, random");
        for wrong in ["", "abs(", "g +", "g g", "1 / ", "(g", "max(g)", "é"] {
            assert!(compile(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Formula::new(&"g".repeat(81)), Err(FormulaError::TooLong(81)));
    }

    proptest! {
        #[test]
        fn no_text_crashes(text in ".{0,60}", sums in "[-+*/^() gw.0-9a-z]{0,40}") {
            for text in [text, sums] {
                if let Ok(formula) = Formula::new(&text) {
                    let _ = formula.compile(&Variable::OF_CONNECTIONS);
                }
            }
        }

        #[test]
        fn order_is_kept(a in any::<f32>(), b in any::<f32>()) {
            let far = (a - b).abs() > 1e-5 * a.abs().max(b.abs());
            if far {
                prop_assert_eq!(ordered(a, 0.0) < ordered(b, 0.0), a < b);
            }
            prop_assert!(ordered(a, 0.0) >= 0.0);
        }
    }
}
