//! Which connections exist between two groups of neurons.

use std::ops::Range;

use thiserror::Error;

use super::edit::Edit;
use super::kernels::Wiring;

/// Where a connection is or could be: from a source neuron to a target neuron.
///
/// Places order by source first, as connections are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The neuron that the connection comes from, from 0.
    pub source: u32,
    /// The neuron that the connection leads to, from 0.
    pub target: u32,
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
    #[error("places must ascend strictly by source, then target, but {place:?} does not")]
    NotAscending {
        /// The first place out of order.
        place: Place,
    },
}

/// The connections between `sources` and `targets` neurons, by source, with a transposed index by target.
///
/// ```
/// use regrow::sparse::{Connectivity, Place};
/// let place = |source, target| Place { source, target };
/// let connectivity =
///     Connectivity::try_new(2, 3, &[place(0, 0), place(0, 2), place(1, 0), place(1, 1)])?;
/// assert_eq!(connectivity.outgoing(0), 0..2);
/// assert_eq!(connectivity.targets_of(0), &[0, 2]);
/// assert_eq!(connectivity.incoming(0).collect::<Vec<_>>(), [(0, 0), (1, 2)]); // (source, connection)
/// assert_eq!(connectivity.find(place(1, 2)), None);
/// # Ok::<(), regrow::sparse::ConnectivityError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connectivity {
    sources: usize,
    targets: usize,
    /// For each source the index of its first connection, then the number of connections.
    source_start: Vec<u32>,
    /// For each connection its target.
    pub(super) target: Vec<u32>,
    /// For each target the position of its first entry in the list below, then its length.
    target_start: Vec<u32>,
    /// The transposed index: connections by target, then source.
    incoming: Vec<Incoming>,
}

/// An entry of the transposed index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Incoming {
    source: u32,
    connection: u32,
}

impl Connectivity {
    /// The connectivity with connections at these places, which must ascend strictly.
    ///
    /// # Errors
    /// Where a place lies outside the layer, is out of order or occurs twice, and where a number exceeds 32 bits.
    pub fn try_new(sources: usize, targets: usize, places: &[Place]) -> Result<Self, ConnectivityError> {
        check_size(sources, targets, places.len())?;
        check_places(sources, targets, places)?;
        let mut source_start = vec![0_u32; sources + 1];
        for place in places {
            source_start[place.source as usize + 1] += 1;
        }
        accumulate(&mut source_start);
        let mut connectivity = Self {
            sources,
            targets,
            source_start,
            target: places.iter().map(|place| place.target).collect(),
            target_start: vec![0; targets + 1],
            incoming: Vec::new(),
        };
        connectivity.transpose();
        Ok(connectivity)
    }

    /// Removes and adds connections in place, as the edit says, which must have been made for this connectivity.
    pub fn apply(&mut self, edit: &Edit) {
        edit.carry(&mut self.target, 0);
        for (connection, place) in edit.new_connections().zip(edit.added()) {
            self.target[connection] = place.target;
        }
        self.source_start = edit.source_start(&self.source_start);
        self.transpose();
    }

    /// Builds the transposed index anew, in the memory that the old one had.
    fn transpose(&mut self) {
        let connections = self.target.len();
        // Exactly as much memory as needed: at ten million connections the usual slack would show.
        self.incoming.reserve_exact(connections.saturating_sub(self.incoming.len()));
        self.incoming.resize(connections, Incoming::default());
        self.target_start.fill(0);
        for &target in &self.target {
            self.target_start[target as usize + 1] += 1;
        }
        accumulate(&mut self.target_start);
        // Each target's start moves on as its list fills, and so ends where the next one begins.
        for source in 0..self.sources {
            for connection in self.source_start[source]..self.source_start[source + 1] {
                let next = &mut self.target_start[self.target[connection as usize] as usize];
                self.incoming[*next as usize] = Incoming { source: narrow(source), connection };
                *next += 1;
            }
        }
        self.target_start.copy_within(..self.targets, 1);
        self.target_start[0] = 0;
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
        self.target.len()
    }

    /// Number of places, taken or empty: `n_in · n_out`.
    #[must_use]
    pub fn places(&self) -> usize {
        self.sources * self.targets
    }

    /// Indices of the connections that leave this source.
    #[must_use]
    pub fn outgoing(&self, source: usize) -> Range<usize> {
        self.source_start[source] as usize..self.source_start[source + 1] as usize
    }

    /// Targets of the connections that leave this source, ascending.
    #[must_use]
    pub fn targets_of(&self, source: usize) -> &[u32] {
        &self.target[self.outgoing(source)]
    }

    /// (source, connection index) of the connections that lead to this target, by ascending source.
    pub fn incoming(&self, target: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let entries = self.target_start[target] as usize..self.target_start[target + 1] as usize;
        self.incoming[entries].iter().map(|entry| (entry.source as usize, entry.connection as usize))
    }

    /// Number of connections that lead to this target.
    #[must_use]
    pub fn in_degree(&self, target: usize) -> usize {
        (self.target_start[target + 1] - self.target_start[target]) as usize
    }

    /// Number of connections that leave this source.
    #[must_use]
    pub fn out_degree(&self, source: usize) -> usize {
        self.outgoing(source).len()
    }

    /// The places taken, in the order of the connections.
    pub fn iter(&self) -> impl Iterator<Item = Place> + '_ {
        (0..self.sources).flat_map(move |source| {
            self.targets_of(source).iter().map(move |&target| Place { source: narrow(source), target })
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
        let source = place.source as usize;
        if source >= self.sources {
            return None;
        }
        let position = self.targets_of(source).binary_search(&place.target).ok()?;
        Some(self.outgoing(source).start + position)
    }

    /// Bytes that the index structures take; the weights are not among them.
    #[must_use]
    pub fn index_bytes(&self) -> usize {
        let entries = self.source_start.len() + self.target.len() + self.target_start.len() + 2 * self.incoming.len();
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
        self.target.len()
    }

    #[inline(always)]
    fn incoming(&self, target: usize) -> impl Iterator<Item = (usize, usize)> {
        self.incoming(target)
    }

    #[inline(always)]
    fn outgoing(&self, source: usize) -> impl Iterator<Item = (usize, usize)> {
        let connections = self.outgoing(source);
        self.target[connections.clone()]
            .iter()
            .zip(connections)
            .map(|(&target, connection)| (target as usize, connection))
    }

    #[inline(always)]
    fn sources_ahead(&self, targets: Range<usize>) -> impl Iterator<Item = usize> {
        let entries = self.target_start[targets.start] as usize..self.target_start[targets.end] as usize;
        self.incoming[entries].iter().map(|entry| entry.source as usize)
    }

    #[inline(always)]
    fn targets_ahead(&self, sources: Range<usize>) -> impl Iterator<Item = usize> {
        let connections = self.source_start[sources.start] as usize..self.source_start[sources.end] as usize;
        self.target[connections].iter().map(|&target| target as usize)
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

    fn place(source: u32, target: u32) -> Place {
        Place { source, target }
    }

    #[test]
    fn both_orders_list_the_same_connections() {
        let places = [place(0, 1), place(0, 3), place(2, 0), place(2, 1), place(2, 2)];
        let connectivity = Connectivity::try_new(3, 4, &places).expect("valid");
        let mut by_target: Vec<(Place, usize)> = (0..4)
            .flat_map(|target| {
                connectivity
                    .incoming(target)
                    .map(move |(source, connection)| (place(narrow(source), narrow(target)), connection))
                    .collect::<Vec<_>>()
            })
            .collect();
        by_target.sort_unstable();
        let by_source: Vec<(Place, usize)> = places.iter().enumerate().map(|(i, &p)| (p, i)).collect();
        assert_eq!(by_target, by_source);
        assert_eq!(connectivity.iter().collect::<Vec<_>>(), places);
        assert_eq!(connectivity.out_degree(1), 0);
        assert_eq!(connectivity.in_degree(1), 2);
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
