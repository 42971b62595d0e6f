//! Which connections exist between two groups of neurons.

use std::ops::Range;

use thiserror::Error;

use super::edit::Edit;
use super::kernels::Wiring;

/// Where a connection is or could be: from a source neuron to a target neuron.
///
/// Places order by target first, as connections are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The neuron that the connection leads to, from 0.
    pub target: u32,
    /// The neuron that the connection comes from, from 0.
    pub source: u32,
}

/// Why a set of places is no connectivity.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConnectivityError {
    /// The layer has no source or no target neurons.
    #[error("a layer needs at least one source and one target neuron, not {sources} and {targets}")]
    NoNeurons {
        /// Number of source neurons asked for.
        sources: usize,
        /// Number of target neurons asked for.
        targets: usize,
    },
    /// There are more neurons or connections than 32-bit indices can number.
    #[error("{count} {what} are more than the {} that a layer can number", u32::MAX)]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many were asked for.
        count: usize,
    },
    /// A place lies outside the layer.
    #[error("place {place:?} lies outside a layer of {sources} sources and {targets} targets")]
    Outside {
        /// The place at fault.
        place: Place,
        /// Number of source neurons.
        sources: usize,
        /// Number of target neurons.
        targets: usize,
    },
    /// Places are not in strictly ascending order, so one may occur twice.
    #[error("places must ascend strictly by target, then source, but {place:?} does not")]
    NotAscending {
        /// The first place out of order.
        place: Place,
    },
}

/// The connections between `sources` and `targets` neurons: CSR by target, with a transposed index by source.
///
/// ```
/// use regrow::sparse::{Connectivity, Place};
/// let place = |target, source| Place { target, source };
/// let connectivity =
///     Connectivity::try_new(3, 2, &[place(0, 0), place(0, 2), place(1, 0), place(1, 1)])?;
/// assert_eq!(connectivity.row(0), 0..2);
/// assert_eq!(connectivity.sources_of(0), &[0, 2]);
/// assert_eq!(connectivity.column(0).collect::<Vec<_>>(), [(0, 0), (1, 2)]); // (target, connection)
/// assert_eq!(connectivity.find(place(1, 2)), None);
/// # Ok::<(), regrow::sparse::ConnectivityError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connectivity {
    sources: usize,
    targets: usize,
    /// For each target the index of its first connection, then the number of connections.
    row_start: Vec<u32>,
    /// For each connection its source.
    source: Vec<u32>,
    /// For each source the position of its first entry in the two lists below, then their length.
    column_start: Vec<u32>,
    /// For each entry of the transposed index its target.
    column_target: Vec<u32>,
    /// For each entry of the transposed index the index of its connection.
    column_connection: Vec<u32>,
}

impl Connectivity {
    /// The connectivity with connections at these places, which must ascend strictly.
    ///
    /// # Errors
    /// Where a place lies outside the layer, is out of order or occurs twice, and where a number exceeds 32 bits.
    pub fn try_new(sources: usize, targets: usize, places: &[Place]) -> Result<Self, ConnectivityError> {
        check_size(sources, targets, places.len())?;
        check_places(sources, targets, places)?;
        let mut row_start = vec![0_u32; targets + 1];
        for place in places {
            row_start[place.target as usize + 1] += 1;
        }
        accumulate(&mut row_start);
        let mut connectivity = Self {
            sources,
            targets,
            row_start,
            source: places.iter().map(|place| place.source).collect(),
            column_start: vec![0; sources + 1],
            column_target: Vec::new(),
            column_connection: Vec::new(),
        };
        connectivity.transpose();
        Ok(connectivity)
    }

    /// Removes and adds connections in place, as the edit says, which must have been made for this connectivity.
    pub fn apply(&mut self, edit: &Edit) {
        edit.carry(&mut self.source, 0);
        for (connection, place) in edit.new_connections().zip(edit.added()) {
            self.source[connection] = place.source;
        }
        self.row_start = edit.row_start(&self.row_start);
        self.transpose();
    }

    /// Builds the transposed index anew, in the memory that the old one had.
    fn transpose(&mut self) {
        let connections = self.source.len();
        // Exactly as much memory as needed: at ten million connections the usual slack would show.
        self.column_target.reserve_exact(connections.saturating_sub(self.column_target.len()));
        self.column_target.resize(connections, 0);
        self.column_connection.reserve_exact(connections.saturating_sub(self.column_connection.len()));
        self.column_connection.resize(connections, 0);
        self.column_start.fill(0);
        for &source in &self.source {
            self.column_start[source as usize + 1] += 1;
        }
        accumulate(&mut self.column_start);
        // Each column's start moves on as the column fills, and so ends where the next column begins.
        for target in 0..self.targets {
            for connection in self.row_start[target]..self.row_start[target + 1] {
                let next = &mut self.column_start[self.source[connection as usize] as usize];
                self.column_target[*next as usize] = narrow(target);
                self.column_connection[*next as usize] = connection;
                *next += 1;
            }
        }
        self.column_start.copy_within(..self.sources, 1);
        self.column_start[0] = 0;
    }

    /// Number of source neurons, `n_in`.
    #[must_use]
    pub fn sources(&self) -> usize {
        self.sources
    }

    /// Number of target neurons, `n_out`.
    #[must_use]
    pub fn targets(&self) -> usize {
        self.targets
    }

    /// Number of connections stored.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.source.len()
    }

    /// Number of places, taken or empty: `n_in · n_out`.
    #[must_use]
    pub fn places(&self) -> usize {
        self.sources * self.targets
    }

    /// Indices of the connections that lead to this target.
    #[must_use]
    pub fn row(&self, target: usize) -> Range<usize> {
        self.row_start[target] as usize..self.row_start[target + 1] as usize
    }

    /// Sources of the connections that lead to this target, ascending.
    #[must_use]
    pub fn sources_of(&self, target: usize) -> &[u32] {
        &self.source[self.row(target)]
    }

    /// (target, connection index) of the connections that leave this source, by ascending target.
    pub fn column(&self, source: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let entries = self.column_start[source] as usize..self.column_start[source + 1] as usize;
        self.column_target[entries.clone()]
            .iter()
            .zip(&self.column_connection[entries])
            .map(|(&target, &connection)| (target as usize, connection as usize))
    }

    /// Number of connections that lead to this target.
    #[must_use]
    pub fn in_degree(&self, target: usize) -> usize {
        self.row(target).len()
    }

    /// Number of connections that leave this source.
    #[must_use]
    pub fn out_degree(&self, source: usize) -> usize {
        (self.column_start[source + 1] - self.column_start[source]) as usize
    }

    /// The places taken, in the order of the connections.
    pub fn iter(&self) -> impl Iterator<Item = Place> + '_ {
        (0..self.targets).flat_map(move |target| {
            self.sources_of(target).iter().map(move |&source| Place { target: narrow(target), source })
        })
    }

    /// The places taken, but for those of the connections with these ascending indices.
    pub fn iter_without<'a>(&'a self, removed: &'a [u32]) -> impl Iterator<Item = Place> + 'a {
        let mut removed = removed.iter().peekable();
        let stays = move |connection| removed.next_if(|&&removed| removed as usize == connection).is_none();
        self.iter()
            .enumerate()
            .scan(stays, |stays, (connection, place)| Some(stays(connection).then_some(place)))
            .flatten()
    }

    /// Whether these could be places of connections: inside the layer and strictly ascending.
    ///
    /// # Errors
    /// Names the first place that could not.
    pub(super) fn check_places(&self, places: &[Place]) -> Result<(), ConnectivityError> {
        check_places(self.sources, self.targets, places)
    }

    /// Index of the connection at this place, if it is taken.
    #[must_use]
    pub fn find(&self, place: Place) -> Option<usize> {
        let target = place.target as usize;
        if target >= self.targets {
            return None;
        }
        let row = self.row(target);
        let position = self.source[row.clone()].binary_search(&place.source).ok()?;
        Some(row.start + position)
    }

    /// Bytes that the index structures take; the weights are not among them.
    #[must_use]
    pub fn index_bytes(&self) -> usize {
        let entries = self.row_start.len()
            + self.source.len()
            + self.column_start.len()
            + self.column_target.len()
            + self.column_connection.len();
        entries * size_of::<u32>()
    }
}

// SAFETY: sources, targets and connections are checked when a connectivity is made and when an edit is; the transposed
// index lists every connection once.
#[expect(unsafe_code, reason = "kernels rely on it for speed")]
unsafe impl Wiring for Connectivity {
    fn sources(&self) -> usize {
        self.sources
    }

    fn targets(&self) -> usize {
        self.targets
    }

    fn connections(&self) -> usize {
        self.source.len()
    }

    #[inline(always)]
    fn incoming(&self, target: usize) -> (Range<usize>, impl Iterator<Item = usize>) {
        (self.row(target), self.sources_of(target).iter().map(|&source| source as usize))
    }

    #[inline(always)]
    fn outgoing(&self, source: usize) -> impl Iterator<Item = (usize, usize)> {
        self.column(source)
    }
}

fn check_size(sources: usize, targets: usize, connections: usize) -> Result<(), ConnectivityError> {
    if sources == 0 || targets == 0 {
        return Err(ConnectivityError::NoNeurons { sources, targets });
    }
    // The largest number itself is kept free: edits use it for "no such connection".
    let limit = u32::MAX as usize - 1;
    for (what, count) in [("source neurons", sources), ("target neurons", targets), ("connections", connections)] {
        if count > limit {
            return Err(ConnectivityError::TooMany { what, count });
        }
    }
    Ok(())
}

fn check_places(sources: usize, targets: usize, places: &[Place]) -> Result<(), ConnectivityError> {
    let outside = |place: &&Place| place.source as usize >= sources || place.target as usize >= targets;
    if let Some(&place) = places.iter().find(outside) {
        return Err(ConnectivityError::Outside { place, sources, targets });
    }
    match places.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => Err(ConnectivityError::NotAscending { place: pair[1] }),
        None => Ok(()),
    }
}

/// Turns counts, shifted by one, into running sums.
fn accumulate(counts: &mut [u32]) {
    for position in 1..counts.len() {
        counts[position] += counts[position - 1];
    }
}

/// A neuron's number as it is stored; sizes are checked when a connectivity is made.
#[expect(clippy::cast_possible_truncation, reason = "sizes are checked when a connectivity is made")]
pub(super) fn narrow(neuron: usize) -> u32 {
    neuron as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(target: u32, source: u32) -> Place {
        Place { target, source }
    }

    #[test]
    fn both_orders_list_the_same_connections() {
        let places = [place(0, 1), place(0, 3), place(2, 0), place(2, 1), place(2, 2)];
        let connectivity = Connectivity::try_new(4, 3, &places).expect("valid");
        let mut by_source: Vec<(Place, usize)> = (0..4)
            .flat_map(|source| {
                connectivity
                    .column(source)
                    .map(move |(target, connection)| (place(narrow(target), narrow(source)), connection))
                    .collect::<Vec<_>>()
            })
            .collect();
        by_source.sort_unstable();
        let by_target: Vec<(Place, usize)> = places.iter().enumerate().map(|(i, &p)| (p, i)).collect();
        assert_eq!(by_source, by_target);
        assert_eq!(connectivity.iter().collect::<Vec<_>>(), places);
        assert_eq!(connectivity.in_degree(1), 0);
        assert_eq!(connectivity.out_degree(1), 2);
    }

    #[test]
    fn invalid_structure_is_refused() {
        let outside = Connectivity::try_new(2, 2, &[place(0, 2)]);
        assert!(matches!(outside, Err(ConnectivityError::Outside { .. })));
        let twice = Connectivity::try_new(2, 2, &[place(0, 1), place(0, 1)]);
        assert!(matches!(twice, Err(ConnectivityError::NotAscending { .. })));
        let unsorted = Connectivity::try_new(2, 2, &[place(1, 0), place(0, 1)]);
        assert!(matches!(unsorted, Err(ConnectivityError::NotAscending { .. })));
        let empty = Connectivity::try_new(0, 2, &[]);
        assert!(matches!(empty, Err(ConnectivityError::NoNeurons { .. })));
    }
}
