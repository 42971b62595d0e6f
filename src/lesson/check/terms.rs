//! Numbers in rules: sums, products, functions, quantities of runs, and what can be added to and compared with what.

use super::expression::{Arithmetic, ArmRef, Node, Term};
use super::lexer::Kind;
use super::parser::{Parsed, Parser};
use super::vocabulary::{Function, Index, Quantity, SettingKind, Unit};
use crate::lesson::suggest::suggestion;

impl Parser<'_> {
    pub(super) fn sum(&mut self) -> Parsed<Term> {
        let mut term = self.product()?;
        loop {
            let operation = if self.takes_sign("+") {
                Arithmetic::Add
            } else if self.takes_sign("-") {
                Arithmetic::Subtract
            } else {
                return Ok(term);
            };
            term = added(operation, term, self.product()?)?;
        }
    }

    fn product(&mut self) -> Parsed<Term> {
        let mut term = self.factor()?;
        loop {
            let operation = if self.takes_sign("*") {
                Arithmetic::Multiply
            } else if self.takes_sign("/") {
                Arithmetic::Divide
            } else {
                return Ok(term);
            };
            term = multiplied(operation, term, self.factor()?);
        }
    }

    fn factor(&mut self) -> Parsed<Term> {
        if self.takes_sign("-") {
            let term = self.deeper(Self::factor)?;
            let (unit, each) = (term.unit, term.each);
            return Ok(Term { node: Node::Negative(Box::new(term)), unit, each });
        }
        if self.takes_sign("(") {
            let term = self.deeper(Self::sum)?;
            self.sign(")")?;
            return Ok(term);
        }
        match self.peek().cloned() {
            Some(Kind::Number(number)) => {
                self.next += 1;
                Ok(self.literal(number))
            }
            Some(Kind::Word(word)) => self.named(&word),
            _ => Err(self.wanted("a number")),
        }
    }

    fn literal(&mut self, number: f64) -> Term {
        let (node, unit) = if self.takes_sign("%") {
            (Node::Literal(number / 100.0), Unit::Share)
        } else if self.takes_word("points") || self.takes_word("point") {
            (Node::Literal(number / 100.0), Unit::Points)
        } else {
            (Node::Literal(number), Unit::Plain)
        };
        Term { node, unit, each: false }
    }

    fn named(&mut self, word: &str) -> Parsed<Term> {
        if let Some(function) = Function::parse(word) {
            self.next += 1;
            return self.call(function, word);
        }
        let arm = match word {
            "settings" => ArmRef::Own,
            "arms" | "experiment" => {
                let arm = self.arm()?;
                self.sign(".")?;
                arm
            }
            _ => {
                let functions = Function::ALL.iter().map(|(name, _)| *name);
                let known = ["arms", "experiment", "settings", "answered", "passed", "ran", "before"];
                return Err(format!("“{word}” means nothing in a check. {}", suggestion(word, functions.chain(known))));
            }
        };
        if self.takes_word("settings") {
            let setting = self.setting()?;
            let SettingKind::Number(unit) = setting.kind() else {
                return Err(format!("settings.{} is a text, and no number.", setting.word()));
            };
            return Ok(Term { node: Node::Setting(arm, setting), unit, each: false });
        }
        self.quantity(arm)
    }

    fn quantity(&mut self, arm: ArmRef) -> Parsed<Term> {
        let word = self.word("a quantity, such as test_accuracy")?;
        let quantity = Quantity::parse(&word).ok_or_else(|| {
            let known = Quantity::ALL.iter().map(|quantity| quantity.word()).chain(["settings"]);
            format!("A run has no quantity “{word}”. {}", suggestion(&word, known))
        })?;
        let index = if self.takes_sign("[") {
            let index = self.index(&word)?;
            self.sign("]")?;
            Some(index)
        } else {
            None
        };
        match (quantity.index(), index) {
            (Index::None, Some(_)) => Err(format!("{word} has no number in brackets.")),
            (Index::Layer, None) => Err(format!("{word} needs the number of a layer: {word}[1].")),
            (Index::Layer, Some(layer)) if self.context.layers > 0 && layer > self.context.layers => {
                Err(format!("There is no layer {layer}: the network has {}.", self.context.layers))
            }
            _ => Ok(Term { node: Node::Quantity(arm, quantity, index), unit: quantity.unit(), each: true }),
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and within bounds")]
    fn index(&mut self, word: &str) -> Parsed<usize> {
        match self.peek() {
            Some(&Kind::Number(number)) if number.fract() == 0.0 && (1.0..1e9).contains(&number) => {
                self.next += 1;
                Ok(number as usize)
            }
            _ => Err(self.wanted(&format!("a whole number from 1 ({word}[1])"))),
        }
    }

    fn call(&mut self, function: Function, word: &str) -> Parsed<Term> {
        self.sign("(")?;
        let inner = self.deeper(Self::sum)?;
        self.sign(")")?;
        if function.is_over_seeds() && !inner.each {
            return Err(format!("{word}(…) needs a quantity of runs, one for each seed, and got a single number."));
        }
        let unit = match (function, inner.unit) {
            (Function::Count, _) => Unit::Plain,
            (Function::Sd, Unit::Share) => Unit::Points,
            (_, unit) => unit,
        };
        let each = inner.each && !function.is_over_seeds();
        Ok(Term { node: Node::Function(function, Box::new(inner)), unit, each })
    }
}

/// Whether two numbers can be compared.
pub(super) fn comparable(left: &Term, right: &Term) -> Parsed<()> {
    let plain = |term: &Term| term.unit == Unit::Plain && term.is_constant();
    match (left.unit, right.unit) {
        (left_unit, right_unit) if left_unit == right_unit || plain(left) || plain(right) => Ok(()),
        (Unit::Share, Unit::Points) | (Unit::Points, Unit::Share) => {
            Err("A share is compared with a difference of shares. Write “%” for shares and “points” for differences."
                .to_owned())
        }
        _ => Err("A share is compared with a number that is none.".to_owned()),
    }
}

fn added(operation: Arithmetic, left: Term, right: Term) -> Parsed<Term> {
    let unit = match (left.unit, right.unit) {
        (Unit::Share, Unit::Share) if operation == Arithmetic::Subtract => Unit::Points,
        (Unit::Share, Unit::Points) | (Unit::Points, Unit::Share) => Unit::Share,
        (left_unit, right_unit) if left_unit == right_unit => left_unit,
        (left_unit, Unit::Plain) if right.is_constant() => left_unit,
        (Unit::Plain, right_unit) if left.is_constant() => right_unit,
        _ => return Err("A share and a number that is none cannot be added.".to_owned()),
    };
    let each = left.each || right.each;
    Ok(Term { node: Node::Binary(operation, Box::new(left), Box::new(right)), unit, each })
}

fn multiplied(operation: Arithmetic, left: Term, right: Term) -> Term {
    let unit = match (left.unit, right.unit) {
        (left_unit, Unit::Plain) => left_unit,
        (Unit::Plain, right_unit) if operation == Arithmetic::Multiply => right_unit,
        _ => Unit::Plain,
    };
    let each = left.each || right.each;
    Term { node: Node::Binary(operation, Box::new(left), Box::new(right)), unit, each }
}
