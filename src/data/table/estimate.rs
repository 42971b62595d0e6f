//! What a table will take in memory, told before it is read whole.

use super::Rows;

/// Bytes of text after which it is told for the first time; then whenever they have doubled.
const FIRST: u64 = 1 << 20;

/// When to look ahead.
pub(super) struct Estimate {
    next: u64,
}

impl Default for Estimate {
    fn default() -> Self {
        Self { next: FIRST }
    }
}

impl Estimate {
    /// Now and then, which share of its file the rows so far are, from 0 to 1.
    pub(super) fn share_read(&mut self, rows: &Rows) -> Option<f64> {
        let position = rows.position();
        if position < self.next {
            return None;
        }
        self.next = 2 * position;
        Some(rows.gauge.share())
    }
}
