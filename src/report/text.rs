//! Text for the page.

use crate::lesson::{Block, Span, blocks};

/// Text as it stands in HTML and XML, in elements and in attributes; without the characters that XML forbids.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push('\n'),
            '\t' => escaped.push(' '),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// What somebody wrote, whichever way their script runs: it turns nothing around it.
pub(super) fn foreign(text: &str) -> String {
    format!("<bdi>{}</bdi>", escaped(text))
}

/// Markdown as running text.
pub(super) fn plain(markdown: &str) -> String {
    let line = |spans: &[Span]| spans.iter().map(|span| span.text.as_str()).collect::<String>();
    let lines = blocks(markdown).into_iter().map(|block| match block {
        Block::Heading(_, spans) | Block::Paragraph(spans) | Block::Quote(spans) => line(&spans),
        Block::Item(_, marker, spans) => format!("{marker} {}", line(&spans)),
        Block::Code(text) => text,
        Block::Table(rows) => {
            let row = |row: &Vec<Vec<Span>>| row.iter().map(|cell| line(cell)).collect::<Vec<_>>().join(" | ");
            rows.iter().map(row).collect::<Vec<_>>().join("\n")
        }
        Block::Picture(_, words) => words,
        Block::Rule => String::new(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// “1 point”, “2 points”.
pub(super) fn points(count: u32) -> String {
    if count == 1 { "1 point".to_owned() } else { format!("{count} points") }
}

/// A share in percent.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
}
