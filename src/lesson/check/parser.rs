//! From tokens to a tree; what has the wrong type or no meaning is a fault.

use super::expression::{ArmRef, Relation, Truth};
use super::lexer::{Kind, Token, tokens};
use super::terms::comparable;
use super::vocabulary::{Setting, SettingKind};
use crate::lesson::evidence::Event;
use crate::lesson::suggest::suggestion;

/// Terms within terms at most.
const MOST_DEPTH: usize = 40;

/// What a check can name.
#[derive(Debug, Clone, Default)]
pub(in crate::lesson) struct Context {
    /// Names of the arms of the lesson's experiment and its solutions; none where they could not be read.
    pub arms: Option<Vec<String>>,
    /// Predictions and quizzes.
    pub answers: Vec<String>,
    /// Checks.
    pub checks: Vec<String>,
    /// Layers of the network.
    pub layers: usize,
}

/// Reads a rule.
pub(super) fn parse(text: &str, context: &Context) -> Result<Truth, String> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0, context };
    let truth = parser.any()?;
    match parser.tokens.get(parser.next) {
        None => Ok(truth),
        Some(token) => Err(Parser::unexpected(token, "the end, and, or")),
    }
}

pub(super) struct Parser<'a> {
    tokens: Vec<Token>,
    pub(super) next: usize,
    depth: usize,
    pub(super) context: &'a Context,
}

pub(super) type Parsed<T> = Result<T, String>;

impl Parser<'_> {
    pub(super) fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    pub(super) fn takes_sign(&mut self, sign: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Kind::Sign(next)) if *next == sign);
        self.next += usize::from(is_next);
        is_next
    }

    pub(super) fn takes_word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Kind::Word(next)) if next == word);
        self.next += usize::from(is_next);
        is_next
    }

    fn unexpected(token: &Token, wanted: &str) -> String {
        let found = match &token.kind {
            Kind::Number(number) => number.to_string(),
            Kind::Word(word) => word.clone(),
            Kind::Text(text) => format!("\"{text}\""),
            Kind::Sign(sign) => (*sign).to_owned(),
        };
        format!("column {}: “{found}” where {wanted} was expected.", token.column)
    }

    pub(super) fn wanted(&self, wanted: &str) -> String {
        match self.tokens.get(self.next) {
            Some(token) => Self::unexpected(token, wanted),
            None => format!("The rule ends where {wanted} was expected."),
        }
    }

    pub(super) fn sign(&mut self, sign: &str) -> Parsed<()> {
        if self.takes_sign(sign) { Ok(()) } else { Err(self.wanted(&format!("“{sign}”"))) }
    }

    pub(super) fn word(&mut self, wanted: &str) -> Parsed<String> {
        match self.peek() {
            Some(Kind::Word(word)) => {
                let word = word.clone();
                self.next += 1;
                Ok(word)
            }
            _ => Err(self.wanted(wanted)),
        }
    }

    fn text(&mut self, wanted: &str) -> Parsed<String> {
        match self.peek() {
            Some(Kind::Text(text)) => {
                let text = text.clone();
                self.next += 1;
                Ok(text)
            }
            _ => Err(self.wanted(wanted)),
        }
    }

    /// Goes one deeper, and says where that is too deep.
    pub(super) fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MOST_DEPTH {
            return Err("The rule has too many brackets within brackets. Make several rules of it.".to_owned());
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn any(&mut self) -> Parsed<Truth> {
        let mut truth = self.all()?;
        while self.takes_word("or") {
            truth = Truth::Or(Box::new(truth), Box::new(self.all()?));
        }
        Ok(truth)
    }

    fn all(&mut self) -> Parsed<Truth> {
        let mut truth = self.single()?;
        while self.takes_word("and") {
            truth = Truth::And(Box::new(truth), Box::new(self.single()?));
        }
        Ok(truth)
    }

    fn single(&mut self) -> Parsed<Truth> {
        if self.takes_word("not") {
            return self.deeper(|parser| Ok(Truth::Not(Box::new(parser.single()?))));
        }
        if self.takes_word("before") {
            self.sign("(")?;
            let first = self.event()?;
            self.sign(",")?;
            let second = self.event()?;
            self.sign(")")?;
            return Ok(Truth::Before(first, second));
        }
        if matches!(self.peek(), Some(Kind::Word(word)) if ["answered", "passed", "ran"].contains(&word.as_str())) {
            return self.event().map(Truth::Happened);
        }
        if let Some(truth) = self.bracketed_truth()? {
            return Ok(truth);
        }
        self.comparison()
    }

    /// A bracket that holds a truth, and not a number.
    fn bracketed_truth(&mut self) -> Parsed<Option<Truth>> {
        let start = self.next;
        if !self.takes_sign("(") {
            return Ok(None);
        }
        // What is between it and its other half decides: a number compares nothing there.
        let mut open = 1;
        let compares = self.tokens[self.next..].iter().take_while(|token| {
            open += match token.kind {
                Kind::Sign("(") => 1,
                Kind::Sign(")") => -1,
                _ => 0,
            };
            open > 0
        });
        let is_truth = compares.into_iter().any(|token| match &token.kind {
            Kind::Sign(sign) => relation(sign).is_some(),
            Kind::Word(word) => ["answered", "passed", "ran", "before"].contains(&word.as_str()),
            _ => false,
        });
        if !is_truth {
            self.next = start;
            return Ok(None);
        }
        let truth = self.deeper(Self::any)?;
        self.sign(")")?;
        Ok(Some(truth))
    }

    fn event(&mut self) -> Parsed<Event> {
        let context = self.context;
        match self.word("an event: answered(\"id\"), passed(\"id\") or ran")?.as_str() {
            "ran" => Ok(Event::Ran),
            "answered" => self.argument(&context.answers, "prediction or quiz").map(Event::Answered),
            "passed" => self.argument(&context.checks, "check").map(Event::Passed),
            word => Err(format!("“{word}” is no event. {}", suggestion(word, ["answered", "passed", "ran"]))),
        }
    }

    fn argument(&mut self, known: &[String], what: &str) -> Parsed<String> {
        self.sign("(")?;
        let id = self.text(&format!("the id of a {what} in quotation marks"))?;
        self.sign(")")?;
        if known.contains(&id) {
            return Ok(id);
        }
        let ids = suggestion(&id, known.iter().map(String::as_str));
        Err(format!("This lesson has no {what} with the id “{id}”. {ids}"))
    }

    fn comparison(&mut self) -> Parsed<Truth> {
        let start = self.next;
        if let Some((arm, setting)) = self.text_setting()? {
            return self.text_comparison(arm, setting);
        }
        self.next = start;
        let left = self.sum()?;
        let sign = match self.peek() {
            Some(Kind::Sign(sign)) => relation(sign),
            _ => None,
        };
        let relation = sign.ok_or_else(|| self.wanted("a comparison (< <= > >= == !=)"))?;
        self.next += 1;
        let right = self.sum()?;
        comparable(&left, &right)?;
        Ok(Truth::Compare(left, relation, right))
    }

    fn text_comparison(&mut self, arm: ArmRef, setting: Setting) -> Parsed<Truth> {
        let is = if self.takes_sign("==") {
            true
        } else if self.takes_sign("!=") {
            false
        } else {
            return Err(self.wanted(&format!("== or != (settings.{} is a text)", setting.word())));
        };
        let text = self.text("a text in quotation marks")?;
        Ok(Truth::Text(arm, setting, is, text))
    }

    /// A setting that is a text, if one stands here.
    fn text_setting(&mut self) -> Parsed<Option<(ArmRef, Setting)>> {
        let arm = match self.peek() {
            Some(Kind::Word(word)) if word == "settings" => ArmRef::Own,
            Some(Kind::Word(word)) if word == "arms" || word == "experiment" => {
                let arm = self.arm()?;
                self.sign(".")?;
                arm
            }
            _ => return Ok(None),
        };
        if !self.takes_word("settings") {
            return Ok(None);
        }
        let setting = self.setting()?;
        Ok((setting.kind() == SettingKind::Text).then_some((arm, setting)))
    }

    /// The arm that `arms.NAME` or `experiment` means.
    pub(super) fn arm(&mut self) -> Parsed<ArmRef> {
        if self.takes_word("experiment") {
            return Ok(ArmRef::Own);
        }
        self.next += 1;
        self.sign(".")?;
        let name = match self.peek() {
            Some(Kind::Word(name) | Kind::Text(name)) => name.clone(),
            _ => return Err(self.wanted("the name of an arm, such as SET or \"small dense\"")),
        };
        self.next += 1;
        match &self.context.arms {
            Some(arms) if !arms.contains(&name) => {
                let known = suggestion(&name, arms.iter().map(String::as_str));
                Err(format!("Neither the experiment nor a solution has an arm named “{name}”. {known}"))
            }
            _ => Ok(ArmRef::Named(name)),
        }
    }

    pub(super) fn setting(&mut self) -> Parsed<Setting> {
        self.sign(".")?;
        let table = self.word("a table, such as sparsity")?;
        self.sign(".")?;
        let word = format!("{table}.{}", self.word("a setting, such as density")?);
        Setting::parse(&word).ok_or_else(|| {
            let known = Setting::ALL.iter().map(|setting| setting.word());
            format!("There is no setting “{word}”. {}", suggestion(&word, known))
        })
    }
}

fn relation(sign: &str) -> Option<Relation> {
    Some(match sign {
        "<" => Relation::Less,
        "<=" => Relation::LessOrEqual,
        ">" => Relation::Greater,
        ">=" => Relation::GreaterOrEqual,
        "==" => Relation::Equal,
        "!=" => Relation::Unequal,
        _ => return None,
    })
}
