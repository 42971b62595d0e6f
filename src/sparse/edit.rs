//! Edits of a connectivity that say where the state of each connection comes from.

use thiserror::Error;

use super::connectivity::{Connectivity, ConnectivityError, Place};

/// Marks a connection that has no predecessor.
const NEW: u32 = u32::MAX;

/// Why connections could not be removed or added.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// The connections to remove are not strictly ascending indices of existing ones.
    #[error("connection {0} cannot be removed: it does not exist or is named twice")]
    NoSuchConnection(usize),
    /// A place to grow in is taken by a connection that stays.
    #[error("{0:?} is taken: a connection cannot grow there")]
    Taken(Place),
    /// The places to grow in are no valid places.
    #[error(transparent)]
    Places(#[from] ConnectivityError),
}

/// A changed connectivity, and for each of its connections which one it was before.
///
/// ```
/// use regrow::sparse::{Connectivity, Edit, Place};
/// let place = |target, source| Place { target, source };
/// let before = Connectivity::try_new(2, 2, &[place(0, 0), place(1, 1)])?;
/// let edit = Edit::try_new(&before, &[0], &[place(0, 1)])?;
/// assert_eq!(edit.connectivity().iter().collect::<Vec<_>>(), [place(0, 1), place(1, 1)]);
/// assert_eq!(edit.carry(&[5.0, 7.0], 0.0), [0.0, 7.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Edit {
    connectivity: Connectivity,
    origin: Vec<u32>,
}

impl Edit {
    /// Removes connections (by ascending index) and adds others (at ascending, free places).
    ///
    /// A place whose connection is removed is free. Takes time and memory in proportion to the connections.
    ///
    /// # Errors
    /// Where a removed connection does not exist, or a place is taken, outside the layer or out of order.
    pub fn try_new(before: &Connectivity, removed: &[usize], added: &[Place]) -> Result<Self, EditError> {
        check_removed(before, removed)?;
        let size = before.connections() - removed.len() + added.len();
        let mut places = Vec::with_capacity(size);
        let mut origin = Vec::with_capacity(size);
        let mut removed = removed.iter().copied().peekable();
        let mut added = added.iter().copied().peekable();
        for (connection, place) in before.iter().enumerate() {
            if removed.next_if_eq(&connection).is_some() {
                continue;
            }
            while let Some(new) = added.next_if(|&new| new < place) {
                places.push(new);
                origin.push(NEW);
            }
            if added.peek() == Some(&place) {
                return Err(EditError::Taken(place));
            }
            places.push(place);
            origin.push(u32::try_from(connection).unwrap_or(NEW));
        }
        for new in added {
            places.push(new);
            origin.push(NEW);
        }
        let connectivity = Connectivity::try_new(before.sources(), before.targets(), &places)?;
        Ok(Self { connectivity, origin })
    }

    /// The connectivity after the edit.
    #[must_use]
    pub fn connectivity(&self) -> &Connectivity {
        &self.connectivity
    }

    /// Gives up the edit for the connectivity after it.
    #[must_use]
    pub fn into_connectivity(self) -> Connectivity {
        self.connectivity
    }

    /// Brings values that belong to connections (one each, before the edit) over to the connections after it.
    ///
    /// Those that stay keep theirs; new ones get `fresh`.
    #[must_use]
    pub fn carry<T: Copy>(&self, before: &[T], fresh: T) -> Vec<T> {
        self.origin.iter().map(|&origin| if origin == NEW { fresh } else { before[origin as usize] }).collect()
    }

    /// Indices, after the edit, of the connections that are new.
    pub fn new_connections(&self) -> impl Iterator<Item = usize> + '_ {
        self.origin.iter().enumerate().filter(|&(_, &origin)| origin == NEW).map(|(connection, _)| connection)
    }
}

fn check_removed(before: &Connectivity, removed: &[usize]) -> Result<(), EditError> {
    if let Some(&last) = removed.last()
        && last >= before.connections()
    {
        return Err(EditError::NoSuchConnection(last));
    }
    match removed.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => Err(EditError::NoSuchConnection(pair[1])),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(target: u32, source: u32) -> Place {
        Place { target, source }
    }

    fn before() -> Connectivity {
        Connectivity::try_new(3, 2, &[place(0, 0), place(0, 2), place(1, 1)]).expect("valid")
    }

    #[test]
    fn survivors_keep_their_state_and_new_ones_start_fresh() {
        let edit = Edit::try_new(&before(), &[1], &[place(0, 1), place(1, 2)]).expect("valid");
        let after: Vec<Place> = edit.connectivity().iter().collect();
        assert_eq!(after, [place(0, 0), place(0, 1), place(1, 1), place(1, 2)]);
        assert_eq!(edit.carry(&[1, 2, 3], 0), [1, 0, 3, 0]);
        assert_eq!(edit.new_connections().collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn a_freed_place_may_be_taken_again_but_not_a_taken_one() {
        assert!(Edit::try_new(&before(), &[1], &[place(0, 2)]).is_ok());
        let taken = Edit::try_new(&before(), &[0], &[place(0, 2)]);
        assert_eq!(taken.unwrap_err(), EditError::Taken(place(0, 2)));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(Edit::try_new(&before(), &[3], &[]).is_err());
        assert!(Edit::try_new(&before(), &[1, 1], &[]).is_err());
        assert!(Edit::try_new(&before(), &[], &[place(1, 3)]).is_err());
        assert!(Edit::try_new(&before(), &[], &[place(1, 2), place(1, 0)]).is_err());
    }
}
