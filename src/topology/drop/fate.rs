//! Where connections stand before a layer is pruned.

use super::{DropScore, GROUPS, groups_and_magnitudes, magnitude, share};

/// Where a connection stands among those of its layer that it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fate {
    /// From 1, the one to be pruned first.
    pub rank: usize,
    /// How many are compared.
    pub among: usize,
    /// Ranks 1 to this are pruned.
    pub pruned: usize,
}

impl Fate {
    /// Whether the connection is among those that are pruned.
    #[must_use]
    pub fn is_pruned(self) -> bool {
        self.rank <= self.pruned
    }
}

/// Where a connection stands if the layer were pruned now, by scores as [`select`] takes them.
#[must_use]
pub fn fate(score: DropScore, weights: &[f32], fraction: f64, connection: usize) -> Fate {
    let groups: Vec<usize> = groups_and_magnitudes(score, weights).map(|(group, _)| group).collect();
    let key = |connection: usize| (magnitude(weights[connection]), connection);
    let others = || (0..weights.len()).filter(|&other| groups[other] == groups[connection]);
    let among = others().count();
    Fate {
        rank: 1 + others().filter(|&other| key(other) < key(connection)).count(),
        among,
        pruned: share(fraction, among),
    }
}

/// The same of all connections at once, by sorting: `n log n`.
#[must_use]
pub fn fates(score: DropScore, scores: &[f32], fraction: f64) -> Vec<Fate> {
    let mut members = [const { Vec::new() }; GROUPS];
    for (connection, (group, magnitude)) in groups_and_magnitudes(score, scores).enumerate() {
        members[group].push((magnitude, connection));
    }
    let mut fates = vec![Fate { rank: 0, among: 0, pruned: 0 }; scores.len()];
    for mut group in members {
        group.sort_unstable();
        let (among, pruned) = (group.len(), share(fraction, group.len()));
        for (before, (_, connection)) in group.into_iter().enumerate() {
            fates[connection] = Fate { rank: before + 1, among, pruned };
        }
    }
    fates
}

/// The fates of a layer where it is decided which connections (ascending) go: these first, then those that stay, each by
/// score.
#[must_use]
pub fn fates_of(scores: &[f32], leaving: &[u32]) -> Vec<Fate> {
    let mut leaves = vec![false; scores.len()];
    for &connection in leaving {
        leaves[connection as usize] = true;
    }
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_unstable_by_key(|&connection| (!leaves[connection], magnitude(scores[connection]), connection));
    let (among, pruned) = (scores.len(), leaving.len());
    let mut fates = vec![Fate { rank: 0, among, pruned }; scores.len()];
    for (before, connection) in order.into_iter().enumerate() {
        fates[connection].rank = before + 1;
    }
    fates
}
