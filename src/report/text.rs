//! Text for the page.

use crate::lesson::{Block, blocks};
pub(super) use crate::storage::escaped;

/// What somebody wrote, whichever way their script runs: it turns nothing around it.
pub(super) fn foreign(text: &str) -> String {
    format!("<bdi>{}</bdi>", escaped(text))
}

/// Markdown as running text.
pub(super) fn plain(markdown: &str) -> String {
    blocks(markdown).into_iter().filter_map(Block::plain).collect::<Vec<_>>().join("\n")
}

/// “1 point”, “2 points”.
pub(super) fn points(count: u32) -> String {
    if count == 1 { "1 point".to_owned() } else { format!("{count} points") }
}

/// A share in percent.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
}
