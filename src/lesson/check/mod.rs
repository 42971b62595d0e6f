//! Checks: a small closed language, typed, over the records of runs.
//!
//! A check is some rules, one a line, all of which must hold. A rule that begins with `1 point:` earns its part by itself, once
//! the rules without points hold. `fail:` says what to tell where one of the rules above it does not hold.
//!
//! ```text
//! settings.data.noise_features == 14
//! fail: Leave the noise in: {value} inputs say nothing.
//! mean(arms.SET.test_accuracy - arms.static.test_accuracy) >= 6 points
//! fail: SET is {value} against static.
//! ```
//!
//! Seconds are not in the vocabulary: the same experiment and seeds must give the same verdict anywhere.

mod evaluate;
mod expression;
mod lexer;
mod parser;
mod settings;
mod terms;
mod vocabulary;

pub use vocabulary::{Function, Index, Quantity, Setting, SettingKind, Source, Unit, written};

use self::evaluate::{Found, Lack, holds};
use self::expression::{ArmRef, Truth};
pub(super) use self::parser::Context;
use self::parser::parse;
use super::evidence::Evidence;
use super::fault::Faults;

/// What stands for the value that was found in the text of a failure.
const VALUE: &str = "{value}";
/// What begins the text of a failure.
const FAIL: &str = "fail:";
/// Most points of a check.
pub(super) const MOST_POINTS: u32 = 100;

/// An exercise that the program can judge.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its name in the lesson.
    pub id: String,
    /// What it is worth.
    pub points: u32,
    /// The line where it begins.
    pub line: usize,
    rules: Vec<Rule>,
}

/// One line of a check.
#[derive(Debug, Clone, PartialEq)]
struct Rule {
    line: usize,
    /// As it was written, without its points.
    text: String,
    /// What it earns by itself.
    points: Option<u32>,
    truth: Truth,
    fail: Option<String>,
}

/// What became of a check or of one of its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It does not.
    Fail,
    /// Something is missing that may come.
    NotYet,
}

/// A check on the evidence at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Of the whole check.
    pub verdict: Verdict,
    /// Points earned.
    pub points: u32,
    /// Rule by rule.
    pub rules: Vec<RuleJudgement>,
}

/// A rule on the evidence at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleJudgement {
    /// As it was written.
    pub rule: String,
    /// Whether it holds.
    pub verdict: Verdict,
    /// What was found on its left side, as people read it.
    pub value: Option<String>,
    /// What to tell: the lesson's text where it fails, or what is missing.
    pub message: Option<String>,
}

impl Judgement {
    /// The first thing to tell.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        let of = |verdict| self.rules.iter().find(|rule| rule.verdict == verdict);
        of(Verdict::Fail).or_else(|| of(Verdict::NotYet))?.message.as_deref()
    }
}

impl Check {
    /// Judges the check. The same evidence gives the same verdict, in the window and without one.
    #[must_use]
    pub fn judge(&self, evidence: &Evidence) -> Judgement {
        let rules: Vec<RuleJudgement> = self.rules.iter().map(|rule| rule.judge(evidence)).collect();
        let any = |verdict| rules.iter().any(|rule| rule.verdict == verdict);
        let verdict = if any(Verdict::Fail) {
            Verdict::Fail
        } else if any(Verdict::NotYet) {
            Verdict::NotYet
        } else {
            Verdict::Pass
        };
        let judged = || self.rules.iter().zip(&rules);
        let may_earn = judged().all(|(rule, judged)| rule.points.is_some() || judged.verdict == Verdict::Pass);
        let earned = judged().filter(|(_, judged)| judged.verdict == Verdict::Pass).filter_map(|(rule, _)| rule.points);
        let points = match verdict {
            Verdict::Pass => self.points,
            _ if may_earn => earned.sum(),
            _ => 0,
        };
        Judgement { verdict, points, rules }
    }

    /// The rules as they were written.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.text.as_str())
    }

    /// Whether its runs have to be measured (`regrow run --measures`).
    #[must_use]
    pub fn needs_measures(&self) -> bool {
        let mut needs = false;
        self.visit(&mut |_, quantity| needs |= quantity.is_some_and(expression::is_measured));
        needs
    }

    /// Names of the arms whose runs it looks at, besides the experiment's own.
    #[must_use]
    pub fn arms(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.visit(&mut |arm, quantity| {
            if let (ArmRef::Named(name), Some(_)) = (arm, quantity) {
                names.push(name.clone());
            }
        });
        names.sort();
        names.dedup();
        names
    }

    /// Whether it looks at runs at all.
    #[must_use]
    pub fn needs_runs(&self) -> bool {
        let mut needs = false;
        self.visit(&mut |_, quantity| needs |= quantity.is_some());
        needs
    }

    fn visit(&self, visitor: &mut dyn FnMut(&ArmRef, Option<Quantity>)) {
        self.rules.iter().for_each(|rule| rule.truth.visit(visitor));
    }
}

impl Rule {
    fn judge(&self, evidence: &Evidence) -> RuleJudgement {
        let told = |value: &Option<String>| {
            let found = value.as_deref().unwrap_or("nothing");
            self.fail.as_ref().map_or_else(
                || value.as_ref().map_or_else(|| self.text.clone(), |value| format!("{}: found {value}.", self.text)),
                |text| text.replace(VALUE, found),
            )
        };
        let (verdict, value, message) = match holds(&self.truth, evidence) {
            Ok(Found { holds: true, value }) => (Verdict::Pass, value, None),
            Ok(Found { holds: false, value }) => {
                let message = told(&value);
                (Verdict::Fail, value, Some(message))
            }
            Err(Lack::Yet(text)) => (Verdict::NotYet, None, Some(text)),
            Err(Lack::Never(text)) => (Verdict::Fail, None, Some(text)),
        };
        RuleJudgement { rule: self.text.clone(), verdict, value, message }
    }
}

/// Reads the body of a check, which begins in line `first`; nothing where a fault makes it useless.
pub(super) fn read_check(
    (id, points, line): (String, u32, usize),
    (body, first): (&str, usize),
    context: &Context,
    faults: &mut Faults,
) -> Option<Check> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut told = 0;
    // Rules that are faulty too: they have their own faults.
    let mut above = 0;
    let mut is_whole = true;
    for (number, text) in body.lines().enumerate() {
        let (line, text) = (first + number, text.trim());
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if let Some(fail) = text.strip_prefix(FAIL) {
            let fail = faults.take(line, failure(fail.trim(), above > 0));
            is_whole &= fail.is_some();
            above = 0;
            rules[told..].iter_mut().for_each(|rule| rule.fail.clone_from(&fail));
            told = rules.len();
            continue;
        }
        above += 1;
        match faults.take(line, rule(line, text, context)) {
            Some(rule) => rules.push(rule),
            None => is_whole = false,
        }
    }
    if rules.is_empty() && is_whole {
        faults.add(line, "The check has no rule. Write one, such as mean(arms.SET.test_accuracy) >= 93 %.");
    }
    let shared: u32 = rules.iter().filter_map(|rule| rule.points).sum();
    if shared > 0 && shared != points {
        faults.add(line, format!("Its rules earn {shared} points and the check {points}. Write points={shared}."));
        is_whole = false;
    }
    (is_whole && !rules.is_empty()).then_some(Check { id, points, line, rules })
}

fn rule(line: usize, text: &str, context: &Context) -> Result<Rule, String> {
    let (points, rest) = match text.split_once(':') {
        // A colon may be part of a name in quotation marks.
        Some((start, rest)) if !start.contains('"') => (Some(rule_points(start)?), rest.trim()),
        _ => (None, text),
    };
    let truth = parse(rest, context)?;
    Ok(Rule { line, text: rest.to_owned(), points, truth, fail: None })
}

/// The number in `2 points`.
fn rule_points(text: &str) -> Result<u32, String> {
    let number = text.trim().strip_suffix("points").or_else(|| text.trim().strip_suffix("point"));
    let number =
        number.and_then(|number| number.trim().parse().ok()).filter(|number| (1..=MOST_POINTS).contains(number));
    number.ok_or_else(|| {
        format!("“{}:” begins nothing. A line of a check begins with fail:, with 2 points:, or is a rule.", text.trim())
    })
}

/// The text of a failure, if it can be told.
fn failure(text: &str, has_rules: bool) -> Result<String, String> {
    if !has_rules {
        return Err("fail: stands below the rules that it explains, and above it there is none.".to_owned());
    }
    if text.is_empty() {
        return Err("fail: says nothing. Write what to tell, such as fail: Your mean is {value}.".to_owned());
    }
    let plain = text.replace(VALUE, "");
    match plain.find(['{', '}']) {
        Some(at) => Err(format!("“{}” is nothing that can be filled in. Only {VALUE} is.", &plain[at..])),
        None => Ok(text.to_owned()),
    }
}

/// In what two checks that should be the same differ, if they do: a translation changes only what is told.
pub(super) fn difference(original: &Check, translated: &Check) -> Option<(usize, String)> {
    if original.rules.len() != translated.rules.len() {
        let (wanted, found) = (original.rules.len(), translated.rules.len());
        return Some((translated.line, format!("The check has {found} rules, in the original {wanted}.")));
    }
    let pairs = original.rules.iter().zip(&translated.rules);
    pairs.into_iter().find_map(|(original, translated)| {
        let text = if original.text != translated.text || original.points != translated.points {
            format!("This rule is not that of the original: {}", original.text)
        } else if original.fail.is_some() != translated.fail.is_some() {
            "Original and translation differ in whether this rule has a text for failures.".to_owned()
        } else {
            return None;
        };
        Some((translated.line, text))
    })
}

#[cfg(test)]
mod tests;
