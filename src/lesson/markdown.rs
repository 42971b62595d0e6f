//! The Markdown of lessons, as blocks of spans to draw: headings, emphasis, lists, code, tables, quotes, pictures, links and
//! formulas. A closed part of `CommonMark` and its tables; what is no mark-up stays as it was typed.

mod formula;
mod inline;

pub use inline::{Span, Style};

use inline::{picture, spans};

/// A block of text.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading of its level, from 1.
    Heading(usize, Vec<Span>),
    /// Running text.
    Paragraph(Vec<Span>),
    /// An item of a list: how deep, from 0; what stands before it, “•” or “1.”; its text.
    Item(usize, String, Vec<Span>),
    /// Lines as they were typed.
    Code(String),
    /// The first row is the head; every row has as many cells.
    Table(Vec<Vec<Vec<Span>>>),
    /// Words of somebody else.
    Quote(Vec<Span>),
    /// A picture: file of the pack, and what it shows in words.
    Picture(String, String),
    /// A line between parts.
    Rule,
}

impl Block {
    /// What it says, without mark-up; nothing of a line between parts.
    #[must_use]
    pub fn plain(self) -> Option<String> {
        let joined = |spans: &[Span]| -> String { spans.iter().map(|span| span.text.as_str()).collect() };
        match self {
            Self::Heading(_, spans) | Self::Paragraph(spans) | Self::Quote(spans) => Some(joined(&spans)),
            Self::Item(_, marker, spans) => Some(format!("{marker} {}", joined(&spans))),
            Self::Code(text) | Self::Picture(_, text) => Some(text),
            Self::Table(rows) => {
                let row = |row: &Vec<Vec<Span>>| row.iter().map(|cell| joined(cell)).collect::<Vec<_>>().join(" | ");
                Some(rows.iter().map(row).collect::<Vec<_>>().join("\n"))
            }
            Self::Rule => None,
        }
    }
}

/// Reads a text. There are no faults: anything is text at least.
#[must_use]
pub fn blocks(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().collect();
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if lines[at].trim().is_empty() {
            at += 1;
        } else {
            let (block, next) = block(&lines, at);
            blocks.push(block);
            at = next;
        }
    }
    blocks
}

/// The block that begins in a line, and the line after it.
fn block(lines: &[&str], at: usize) -> (Block, usize) {
    let line = lines[at].trim();
    if let Some(fence) = fence(line) {
        let end = (at + 1..lines.len()).find(|&end| lines[end].trim() == fence).unwrap_or(lines.len());
        return (Block::Code(lines[at + 1..end].join("\n")), (end + 1).min(lines.len()));
    }
    if let Some((level, text)) = heading(line) {
        return (Block::Heading(level, spans(text)), at + 1);
    }
    if is_rule(line) {
        return (Block::Rule, at + 1);
    }
    if is_row(line) && lines.get(at + 1).is_some_and(|line| is_delimiter(line)) {
        let end = (at..lines.len()).find(|&end| !is_row(lines[end])).unwrap_or(lines.len());
        return (table(&lines[at..end]), end);
    }
    if let Some((name, words)) = picture(line) {
        return (Block::Picture(name, words), at + 1);
    }
    // What follows belongs to it until an empty line or something else begins.
    let end = (at + 1..lines.len()).find(|&end| begins(lines, end)).unwrap_or(lines.len());
    if let Some((marker, text)) = item(line) {
        let depth = (lines[at].len() - lines[at].trim_start().len()) / 2;
        return (Block::Item(depth, marker, spans(&joined(text, &lines[at + 1..end]))), end);
    }
    if let Some(text) = line.strip_prefix('>') {
        let rest: Vec<&str> =
            lines[at + 1..end].iter().map(|line| line.trim().trim_start_matches('>').trim_start()).collect();
        return (Block::Quote(spans(&joined(text, &rest))), end);
    }
    (Block::Paragraph(spans(&joined(lines[at], &lines[at + 1..end]))), end)
}

/// Whether something new begins in a line, rather than more of the paragraph before.
fn begins(lines: &[&str], at: usize) -> bool {
    let line = lines[at].trim();
    line.is_empty()
        || fence(line).is_some()
        || heading(line).is_some()
        || item(line).is_some()
        || picture(line).is_some()
        || is_rule(line)
        || is_row(line) && lines.get(at + 1).is_some_and(|line| is_delimiter(line))
        || line.starts_with('>') && !lines[at - 1].trim().starts_with('>')
}

/// Lines as one; two spaces at the end of a line, or a backslash, break it.
fn joined(first: &str, rest: &[&str]) -> String {
    let mut text = String::new();
    for (index, line) in std::iter::once(&first).chain(rest).enumerate() {
        if index > 0 && !text.ends_with('\n') {
            text.push(' ');
        }
        let breaks = line.ends_with("  ") || line.ends_with('\\');
        text.push_str(line.trim().trim_end_matches('\\'));
        if breaks && index < rest.len() {
            text.push('\n');
        }
    }
    text
}

fn fence(line: &str) -> Option<&'static str> {
    ["```", "~~~"].into_iter().find(|fence| line.starts_with(fence))
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.chars().take_while(|&letter| letter == '#').count();
    let text = line[level..].strip_prefix(' ')?;
    (1..=6).contains(&level).then(|| (level, text.trim().trim_end_matches('#').trim_end()))
}

fn is_rule(line: &str) -> bool {
    let of = |mark: char| line.chars().filter(|&letter| letter == mark).count() >= 3;
    ['-', '*', '_'].into_iter().any(|mark| of(mark) && line.chars().all(|letter| letter == mark || letter == ' '))
}

/// What stands before an item of a list, and its text.
fn item(line: &str) -> Option<(String, &str)> {
    if let Some(text) = ["- ", "* ", "+ "].into_iter().find_map(|mark| line.strip_prefix(mark)) {
        return Some(("•".to_owned(), text));
    }
    let (number, text) = line.split_once(['.', ')'])?;
    let is_number = !number.is_empty() && number.len() <= 4 && number.bytes().all(|letter| letter.is_ascii_digit());
    Some((format!("{number}."), text.strip_prefix(' ').filter(|_| is_number)?))
}

fn is_row(line: &str) -> bool {
    line.trim().starts_with('|')
}

/// The line below the head of a table.
fn is_delimiter(line: &str) -> bool {
    is_row(line) && line.contains('-') && line.chars().all(|letter| "|-: \t".contains(letter))
}

fn table(lines: &[&str]) -> Block {
    let rows = lines.iter().enumerate().filter(|&(index, _)| index != 1);
    let mut rows: Vec<Vec<Vec<Span>>> = rows.map(|(_, line)| cells(line)).collect();
    let columns = rows[0].len();
    for row in &mut rows {
        row.resize(columns, Vec::new());
    }
    Block::Table(rows)
}

/// The cells of a row; `\|` is a bar in a cell.
fn cells(line: &str) -> Vec<Vec<Span>> {
    let line = line.trim().trim_start_matches('|').replace("\\|", "\u{1}");
    let line = line.strip_suffix('|').unwrap_or(&line);
    line.split('|').map(|cell| spans(&cell.trim().replace('\u{1}', "|"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(spans: &[Span]) -> String {
        spans.iter().map(|span| span.text.as_str()).collect()
    }

    #[test]
    fn blocks_are_told_apart() {
        let text = "# Title #\nOne\ntwo  \nthree\n- a\n  more\n  1. b\n\n| x | y |\n| --- | ---: |\n| 1 | **2** |\n\n> said\n> twice\n\n```text\n# no\n```\n---\n![a map](m.png)\n#no heading";
        let found: Vec<String> = blocks(text)
            .into_iter()
            .map(|block| match block {
                Block::Heading(level, text) => format!("h{level} {}", plain(&text)),
                Block::Paragraph(text) => format!("p {}", plain(&text)),
                Block::Item(depth, marker, text) => format!("{depth}{marker} {}", plain(&text)),
                Block::Code(text) => format!("code {text}"),
                Block::Table(rows) => format!(
                    "table {}",
                    rows.iter()
                        .map(|row| row.iter().map(|cell| plain(cell)).collect::<Vec<_>>().join(","))
                        .collect::<Vec<_>>()
                        .join(";")
                ),
                Block::Quote(text) => format!("q {}", plain(&text)),
                Block::Picture(name, words) => format!("{name}: {words}"),
                Block::Rule => "rule".to_owned(),
            })
            .collect();
        assert_eq!(
            found,
            [
                "h1 Title",
                "p One two\nthree",
                "0• a more",
                "11. b",
                "table x,y;1,2",
                "q said twice",
                "code # no",
                "rule",
                "m.png: a map",
                "p #no heading"
            ]
        );
    }

    #[test]
    fn nothing_that_can_be_typed_is_too_much() {
        for text in ["", "|", "|\n|-", "```", "- ", "1.", "![](", "**", "[a](", "$", "\\", "$\\frac{$", ">", "#", "`"] {
            let _ = blocks(text);
        }
        let deep = "[".repeat(5_000) + &"*".repeat(5_000) + &"$_{".repeat(5_000);
        assert_eq!(blocks(&deep).len(), 1);
    }
}
