//! What stands in a line: emphasis, code, links, formulas.

use super::formula::formula;

/// A piece of text of one look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Span {
    /// What it says.
    pub text: String,
    /// How it looks.
    pub style: Style,
    /// Where it leads, as it was written.
    pub link: Option<String>,
}

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own, and any may go with any")]
pub struct Style {
    /// `**strong**`.
    pub strong: bool,
    /// `*emphasis*`, and letters in formulas.
    pub emphasis: bool,
    /// Between backticks.
    pub code: bool,
    /// Below the line.
    pub lowered: bool,
    /// Above the line.
    pub raised: bool,
}

/// The target and the words of a line that is nothing but a picture.
pub(super) fn picture(line: &str) -> Option<(String, String)> {
    let (words, rest) = line.strip_prefix("![")?.split_once("](")?;
    let target = rest.strip_suffix(')').filter(|target| !target.contains(')'))?;
    Some((target.trim().to_owned(), words.to_owned()))
}

/// The pieces of a text.
pub(super) fn spans(text: &str) -> Vec<Span> {
    let mut reader = Reader { spans: Vec::new(), style: Style::default(), link: None };
    reader.read(text);
    for span in reader.spans.iter_mut().filter(|span| !span.style.code) {
        span.text = together(&span.text);
    }
    reader.spans
}

/// A text in which no line is broken within “96.1 ± 0.9 %”: a number keeps its percent sign and its spread.
fn together(text: &str) -> String {
    let mut whole = text.replace(" ± ", "\u{a0}±\u{a0}");
    for digit in '0'..='9' {
        whole = whole.replace(&format!("{digit} %"), &format!("{digit}\u{a0}%"));
    }
    whole
}

struct Reader {
    spans: Vec<Span>,
    style: Style,
    link: Option<String>,
}

impl Reader {
    fn push(&mut self, text: &str, style: Style) {
        match self.spans.last_mut() {
            Some(last) if last.style == style && last.link == self.link => last.text.push_str(text),
            _ if text.is_empty() => {}
            _ => self.spans.push(Span { text: text.to_owned(), style, link: self.link.clone() }),
        }
    }

    fn read(&mut self, text: &str) {
        let mut rest = text;
        let mut before = ' ';
        while let Some(letter) = rest.chars().next() {
            let after = self.marked(rest, before).unwrap_or_else(|| {
                self.push(&rest[..letter.len_utf8()], self.style);
                letter.len_utf8()
            });
            before = rest[..after].chars().next_back().unwrap_or(' ');
            rest = &rest[after..];
        }
    }

    /// Takes what is marked at the start of a text; how long that was, or nothing if it is plain.
    fn marked(&mut self, text: &str, before: char) -> Option<usize> {
        let first = text.chars().next()?;
        match first {
            '\\' => {
                let next = text[1..].chars().next().filter(char::is_ascii_punctuation)?;
                self.push(&text[1..=next.len_utf8()], self.style);
                Some(1 + next.len_utf8())
            }
            '`' => {
                let inner = text[1..].split_once('`')?.0;
                self.push(inner, Style { code: true, ..self.style });
                Some(inner.len() + 2)
            }
            '$' => {
                let fence = if text.starts_with("$$") { "$$" } else { "$" };
                let inner = text[fence.len()..].split_once(fence)?.0;
                let is_formula = !inner.is_empty() && inner.trim() == inner || fence.len() == 2;
                for (text, style) in formula(inner).into_iter().filter(|_| is_formula) {
                    self.push(&text, Style { strong: self.style.strong, ..style });
                }
                is_formula.then(|| inner.len() + 2 * fence.len())
            }
            '*' | '_' => self.emphasis(text, first, before),
            '!' if text.starts_with("![") => self.link(&text[1..]).map(|length| length + 1),
            '[' => self.link(text),
            _ => self.index(text, before),
        }
    }

    fn emphasis(&mut self, text: &str, mark: char, before: char) -> Option<usize> {
        let double: String = [mark, mark].iter().collect();
        let length = if text.starts_with(&double) { 2 } else { 1 };
        let next = text[length..].chars().next().unwrap_or(' ');
        let own = if length == 2 { &mut self.style.strong } else { &mut self.style.emphasis };
        // Within a word an underscore is a letter.
        let is_letter = mark == '_' && before.is_alphanumeric() && next.is_alphanumeric();
        let opens = !*own && !next.is_whitespace() && text[length..].contains(&text[..length]) && !is_letter;
        let closes = *own && !before.is_whitespace() && !is_letter;
        if !opens && !closes {
            return None;
        }
        *own = opens;
        Some(length)
    }

    /// `[text](target)`, whose text may be marked.
    fn link(&mut self, text: &str) -> Option<usize> {
        let (inner, rest) = text.strip_prefix('[')?.split_once("](")?;
        let target = rest.split_once(')')?.0;
        if self.link.is_some() || inner.contains('[') {
            return None;
        }
        let style = self.style;
        self.link = Some(target.trim().to_owned());
        self.read(inner);
        (self.link, self.style) = (None, style);
        Some(inner.len() + target.len() + 4)
    }

    /// An index such as that of `n_in` or `R_s`: one letter, an underscore, letters or digits.
    fn index(&mut self, text: &str, before: char) -> Option<usize> {
        let mut letters = text.chars();
        let base = letters.next().filter(|letter| letter.is_alphabetic() && !before.is_alphanumeric())?;
        let rest = letters.as_str().strip_prefix('_').filter(|_| before != '_')?;
        let length = rest.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(rest.len());
        let is_whole = length > 0 && !rest[length..].starts_with('_');
        is_whole.then(|| {
            self.push(&text[..base.len_utf8()], self.style);
            self.push(&rest[..length], Style { lowered: true, ..self.style });
            base.len_utf8() + 1 + length
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With marks again: s strong, e emphasis, c code, l lowered, r raised.
    fn told(text: &str) -> String {
        let name = |span: &Span| {
            let marks = [
                (span.style.strong, 's'),
                (span.style.emphasis, 'e'),
                (span.style.code, 'c'),
                (span.style.lowered, 'l'),
                (span.style.raised, 'r'),
            ];
            let marks: String = marks.into_iter().filter(|mark| mark.0).map(|mark| mark.1).collect();
            let link = span.link.as_ref().map(|link| format!("→{link}")).unwrap_or_default();
            if marks.is_empty() && link.is_empty() {
                span.text.clone()
            } else {
                format!("<{marks}{link}:{}>", span.text)
            }
        };
        spans(text).iter().map(name).collect()
    }

    #[test]
    fn marks_are_read_and_what_is_none_stays() {
        for (text, wanted) in [
            ("a **b *c* d** e", "a <s:b ><se:c><s: d> e"),
            ("2 * 3 * 4 and 5*", "2 * 3 * 4 and 5*"),
            ("`a*b*` \\*c\\*", "<c:a*b*> *c*"),
            ("Go [on, *now*](command:play).", "Go <→command:play:on, ><e→command:play:now>."),
            ("n_in + R_s, drop_fraction, a_b_c", "n<l:in> + R<l:s>, drop_fraction, a_b_c"),
            ("_so_ it_is", "<e:so> it_is"),
            ("3 f_S · ΔT / (ΔT + 1)", "3 f<l:S> · ΔT / (ΔT + 1)"),
            ("costs 3 $ and 4 $", "costs 3 $ and 4 $"),
            ("$x_i^2$", "<e:x><el:i><r:2>"),
            ("a [b] (c)", "a [b] (c)"),
            ("**96.1 ± 0.9** %, or 5 % of 7", "<s:96.1\u{a0}±\u{a0}0.9> %, or 5\u{a0}% of 7"),
            ("`5 % ± 1`", "<c:5 % ± 1>"),
        ] {
            assert_eq!(told(text), wanted, "{text}");
        }
    }
}
