//! The steps of a lesson: what stands in them, and whether it stands where it means something.

use super::check::{Context, read_check};
use super::content::{Part, Solution, Step, Text};
use super::controls::{Control, Highlight};
use super::directive::Word;
use super::document::{Attribute, Block, Directive, Section};
use super::fault::Faults;
use super::read::is_solution;
use super::suggest::suggestion;
use crate::training::ValidExperiment;

/// Reads the steps of a lesson, one after the other.
pub(super) struct Reader<'a> {
    context: &'a Context,
    experiment: Option<&'a ValidExperiment>,
    faults: Faults<'a>,
}

/// The directives of a step so far.
#[derive(Default)]
struct Seen<'a>(Vec<(Word, &'a Directive)>);

impl Seen<'_> {
    fn has(&self, word: Word) -> bool {
        self.first(word).is_some()
    }

    fn first(&self, word: Word) -> Option<&Directive> {
        self.0.iter().find(|(other, _)| *other == word).map(|(_, directive)| *directive)
    }

    /// What is wrong with a directive in this place, if anything.
    fn fault(&self, word: Word, directive: &Directive) -> Option<&'static str> {
        let is_repeated = || self.0.iter().any(|(other, seen)| *other == word && seen.body == directive.body);
        match word {
            Word::Predict if self.has(Word::Check) || self.has(Word::After) => {
                Some("A prediction comes before the check and the answer of its step.")
            }
            Word::Check if self.has(Word::Solution) => Some("A check stands above the solution of its step."),
            Word::Hint if !self.has(Word::Check) && !self.has(Word::Quiz) => {
                Some("A hint stands below the quiz or check that it helps with, in its step.")
            }
            Word::Hint if is_repeated() => Some("This hint says what another one has said."),
            Word::Solution if !self.has(Word::Check) => {
                Some("A solution stands below the check that it passes, in its step.")
            }
            Word::Solution if self.has(word) => Some("This step has two solutions."),
            Word::After if ![Word::Predict, Word::Quiz, Word::Check].into_iter().any(|word| self.has(word)) => {
                Some("after is shown when the questions of its step are answered, and above it there is none.")
            }
            Word::After | Word::Notes if self.has(word) => {
                Some("This stands twice in its step. Write both texts in one.")
            }
            _ => None,
        }
    }
}

impl<'a> Reader<'a> {
    /// Of a lesson that stands on this experiment.
    pub fn new(context: &'a Context, experiment: Option<&'a ValidExperiment>, faults: Faults<'a>) -> Self {
        Self { context, experiment, faults }
    }

    /// The faults so far, to note more.
    pub fn faults(&mut self) -> &mut Faults<'a> {
        &mut self.faults
    }

    /// Reads a step; `solutions` are those of the lesson that have not been met yet.
    pub fn step(&mut self, section: &Section, solutions: &mut impl Iterator<Item = Option<Solution>>) -> Step {
        let (show, highlight) = self.attributes(section);
        let mut seen = Seen::default();
        let mut parts = Vec::new();
        for block in &section.blocks {
            match block {
                Block::Text { line, text } => parts.push(Part::Text(Text { line: *line, markdown: text.clone() })),
                Block::Directive(directive) => {
                    let solution = is_solution(directive).then(|| solutions.next().flatten()).flatten();
                    let word = Word::of(directive, &mut self.faults);
                    let part = word.and_then(|word| {
                        if let Some(fault) = seen.fault(word, directive) {
                            self.faults.add(directive.line, fault);
                        }
                        seen.0.push((word, directive));
                        self.part(word, directive, solution)
                    });
                    parts.extend(part);
                }
            }
        }
        if section.blocks.is_empty() {
            self.faults.add(section.line, format!("The step “{}” is empty.", section.title));
        }
        if let Some(check) = seen.first(Word::Check).filter(|_| !seen.has(Word::Solution)) {
            self.faults.add(check.line, "This step has a check and no solution. Write one below it, in TOML.");
        }
        Step { line: section.line, title: section.title.clone(), show, highlight, parts }
    }

    fn attributes(&mut self, section: &Section) -> (Vec<Control>, Vec<Highlight>) {
        let (mut show, mut highlight) = (Vec::new(), Vec::new());
        for Attribute { key, value } in &section.attributes {
            match key.as_str() {
                "show" => {
                    let controls = value.split_whitespace().map(Control::parse);
                    show = controls.filter_map(|control| self.faults.take(section.line, control)).collect();
                }
                "highlight" => {
                    let places = value.split(',').map(|place| Highlight::parse(place.trim()));
                    highlight = places.filter_map(|place| self.faults.take(section.line, place)).collect();
                    self.check_places(section.line, &highlight);
                }
                key => {
                    let wanted = suggestion(key, ["show", "highlight"]);
                    self.faults.add(section.line, format!("A step has no attribute “{key}”. {wanted}"));
                }
            }
        }
        (show, highlight)
    }

    fn check_places(&mut self, line: usize, highlight: &[Highlight]) {
        let Some(sizes) = self.experiment.and_then(|experiment| experiment.arms().first()).map(|arm| &arm.sizes) else {
            return;
        };
        for place in highlight {
            let (what, number, most) = match *place {
                Highlight::Control(_) => continue,
                Highlight::Layer(layer) => ("layer", layer, sizes.len() - 1),
                Highlight::Input(input) => ("input", input, sizes[0]),
                Highlight::Output(output) => ("output", output, sizes[sizes.len() - 1]),
            };
            if number > most {
                self.faults.add(line, format!("There is no {what} {number}: the network has {most}."));
            }
        }
    }

    fn part(&mut self, word: Word, directive: &Directive, solution: Option<Solution>) -> Option<Part> {
        let line = directive.line;
        match word {
            Word::Predict => self.faults.take(line, directive.prediction()).map(Part::Predict),
            Word::Quiz => self.faults.take(line, directive.quiz()).map(Part::Quiz),
            Word::Check => {
                let (id, points) = (directive.id(), directive.points());
                let (id, points) = (self.faults.take(line, id)?, self.faults.take(line, points)?);
                let body = (directive.body.as_str(), line + 1);
                read_check((id, points, line), body, self.context, &mut self.faults).map(Part::Check)
            }
            Word::Hint => Some(Part::Hint(directive.text())),
            Word::Solution => solution.map(Part::Solution),
            Word::After => Some(Part::After(directive.text())),
            Word::Notes => {
                let epochs = self.experiment.map(ValidExperiment::epochs);
                self.faults.take(line, directive.notes(epochs)).map(Part::Notes)
            }
        }
    }
}
