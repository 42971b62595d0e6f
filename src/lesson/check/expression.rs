//! What a rule says, as a tree in which every type is right.

use super::vocabulary::{Function, Quantity, Setting, Source, Unit};
use crate::lesson::evidence::Event;

/// Which arm is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lesson) enum ArmRef {
    /// The experiment itself, whatever its name.
    Own,
    /// By name.
    Named(String),
}

/// A number, or one for each seed.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lesson) struct Term {
    pub node: Node,
    pub unit: Unit,
    /// Whether there is one for each seed.
    pub each: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(in crate::lesson) enum Node {
    Literal(f64),
    Setting(ArmRef, Setting),
    /// With the number in brackets.
    Quantity(ArmRef, Quantity, Option<usize>),
    Function(Function, Box<Term>),
    Negative(Box<Term>),
    Binary(Arithmetic, Box<Term>, Box<Term>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lesson) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lesson) enum Relation {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    Unequal,
}

/// What holds, does not hold, or cannot be said yet.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lesson) enum Truth {
    /// Of numbers for each seed, it has to hold for every one.
    Compare(Term, Relation, Term),
    /// A setting is (or is not) a text.
    Text(ArmRef, Setting, bool, String),
    Happened(Event),
    /// The first time of the one came before the first time of the other.
    Before(Event, Event),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

/// Numbers that differ by no more than this share of the larger are equal: a mean of 0.92 and 0.94 is 0.93 for people.
const ROUNDING: f64 = 1e-9;

impl Relation {
    pub fn holds(self, left: f64, right: f64) -> bool {
        let is_equal = (left - right).abs() <= ROUNDING * left.abs().max(right.abs());
        match self {
            Self::Less => left < right && !is_equal,
            Self::LessOrEqual => left < right || is_equal,
            Self::Greater => left > right && !is_equal,
            Self::GreaterOrEqual => left > right || is_equal,
            Self::Equal => is_equal,
            Self::Unequal => !is_equal,
        }
    }
}

impl Term {
    /// Whether it is made of numbers that the check itself gives.
    pub fn is_constant(&self) -> bool {
        match &self.node {
            Node::Literal(_) => true,
            Node::Setting(..) | Node::Quantity(..) => false,
            Node::Function(_, inner) | Node::Negative(inner) => inner.is_constant(),
            Node::Binary(_, left, right) => left.is_constant() && right.is_constant(),
        }
    }

    /// Calls for every arm that it looks at, with the quantity where runs are needed.
    pub fn visit(&self, visitor: &mut dyn FnMut(&ArmRef, Option<Quantity>)) {
        match &self.node {
            Node::Literal(_) => {}
            Node::Setting(arm, _) => visitor(arm, None),
            Node::Quantity(arm, quantity, _) => visitor(arm, Some(*quantity)),
            Node::Function(_, inner) | Node::Negative(inner) => inner.visit(visitor),
            Node::Binary(_, left, right) => {
                left.visit(visitor);
                right.visit(visitor);
            }
        }
    }
}

impl Truth {
    /// Calls for every arm that it looks at, with the quantity where runs are needed.
    pub fn visit(&self, visitor: &mut dyn FnMut(&ArmRef, Option<Quantity>)) {
        match self {
            Self::Compare(left, _, right) => {
                left.visit(visitor);
                right.visit(visitor);
            }
            Self::Text(arm, ..) => visitor(arm, None),
            Self::Happened(_) | Self::Before(..) => {}
            Self::Not(inner) => inner.visit(visitor),
            Self::And(left, right) | Self::Or(left, right) => {
                left.visit(visitor);
                right.visit(visitor);
            }
        }
    }
}

/// Whether a quantity is there only where runs were measured.
pub(super) fn is_measured(quantity: Quantity) -> bool {
    quantity.source() == Source::Measures
}
