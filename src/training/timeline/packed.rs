//! The connectivity of a layer in few bytes.

use crate::sparse::{Connectivity, Place};

/// Which connections a layer has and when each grew, at about two bytes a connection: the gaps between the targets of a
/// source, then the numbers of the updates, each in as many bytes as it needs (LEB128).
#[derive(Debug)]
pub(super) struct PackedTopology {
    sources: usize,
    targets: usize,
    connections: usize,
    bytes: Vec<u8>,
    /// Where every [`STRIDE`]th source begins, so that a place is found without reading all before it.
    starts: Vec<Start>,
}

/// Where a source begins.
#[derive(Debug)]
struct Start {
    /// In the bytes.
    byte: u32,
    /// Its first connection.
    connection: u32,
}

/// Half a byte a source for what finds it.
const STRIDE: usize = 16;

impl PackedTopology {
    /// `born` has one entry a connection.
    pub(super) fn new(connectivity: &Connectivity, born: &[u32]) -> Self {
        let mut bytes = Vec::with_capacity(2 * connectivity.connections() + connectivity.sources());
        let mut starts = Vec::with_capacity(connectivity.sources().div_ceil(STRIDE));
        for source in 0..connectivity.sources() {
            let targets = connectivity.targets_of(source);
            if source.is_multiple_of(STRIDE) {
                let connection = narrow(connectivity.outgoing(source).start);
                starts.push(Start { byte: narrow(bytes.len()), connection });
            }
            push(&mut bytes, narrow(targets.len()));
            let mut last = 0;
            for &target in targets {
                push(&mut bytes, target - last);
                last = target;
            }
        }
        for &update in born {
            push(&mut bytes, update);
        }
        bytes.shrink_to_fit();
        let (sources, targets) = (connectivity.sources(), connectivity.targets());
        Self { sources, targets, connections: connectivity.connections(), bytes, starts }
    }

    /// What was packed.
    pub(super) fn unpack(&self) -> (Connectivity, Vec<u32>) {
        let mut numbers = Numbers(self.bytes.iter());
        let mut places = Vec::with_capacity(self.connections);
        for source in 0..self.sources {
            let mut target = 0;
            for _ in 0..numbers.next() {
                target += numbers.next();
                places.push(Place { source: narrow(source), target });
            }
        }
        let born = (0..self.connections).map(|_| numbers.next()).collect();
        let connectivity = Connectivity::try_new(self.sources, self.targets, &places);
        (connectivity.expect("places were those of a connectivity"), born)
    }

    /// Index of the connection at a place, if there is one.
    pub(super) fn find(&self, place: Place) -> Option<usize> {
        let source = place.source as usize;
        if source >= self.sources {
            return None;
        }
        let start = &self.starts[source / STRIDE];
        let mut numbers = Numbers(self.bytes[start.byte as usize..].iter());
        let mut connection = start.connection as usize;
        for _ in 0..source % STRIDE {
            let targets = numbers.next();
            (0..targets).for_each(|_| _ = numbers.next());
            connection += targets as usize;
        }
        let mut target = 0;
        for index in 0..numbers.next() as usize {
            target += numbers.next();
            if target >= place.target {
                return (target == place.target).then_some(connection + index);
            }
        }
        None
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.bytes.capacity() + size_of::<Start>() * self.starts.capacity()
    }
}

struct Numbers<'a>(std::slice::Iter<'a, u8>);

impl Numbers<'_> {
    fn next(&mut self) -> u32 {
        let mut number = 0;
        let mut shift = 0;
        for &byte in self.0.by_ref() {
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
            shift += 7;
        }
        number
    }
}

fn push(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f | 0x80).unwrap_or_default());
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or_default());
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("a connectivity numbers neurons in 32 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again_and_takes_two_bytes_a_connection() {
        let place = |source, target| Place { source, target };
        let places = [place(0, 0), place(0, 127), place(0, 255), place(2, 128), place(2, 70_000), place(2, 70_001)];
        let connectivity = Connectivity::try_new(4, 70_002, &places).expect("ascending");
        let born = [0, 1, 127, 128, 16_384, u32::MAX];
        let packed = PackedTopology::new(&connectivity, &born);
        assert_eq!(packed.unpack(), (connectivity, born.to_vec()));

        let many: Vec<Place> =
            (0..500).flat_map(|source| (0..40).map(move |index| place(source, 25 * index + source % 25))).collect();
        let connectivity = Connectivity::try_new(500, 1000, &many).expect("ascending");
        let packed = PackedTopology::new(&connectivity, &vec![9; many.len()]);
        // A degree for each source, and eight bytes for each sixteenth of them.
        assert_eq!(packed.bytes(), 2 * many.len() + 500 + 8 * 32 + size_of::<PackedTopology>());
    }

    #[test]
    fn every_place_taken_or_empty_is_found_as_in_the_connectivity_itself() {
        // Sources of degree 0 to 6, spread unevenly over 300 targets; 45 is no multiple of the stride.
        let targets = |source: u32| (0..source * source % 7).map(move |index| (source * 11 + index * index * 8) % 300);
        let mut places: Vec<Place> =
            (0..45).flat_map(|source| targets(source).map(move |target| Place { source, target })).collect();
        places.sort_unstable();
        places.dedup();
        let connectivity = Connectivity::try_new(45, 300, &places).expect("ascending");
        let packed = PackedTopology::new(&connectivity, &vec![3; places.len()]);
        for source in 0..46 {
            for target in 0..301 {
                let place = Place { source, target };
                let expected = places.binary_search(&place).ok();
                assert_eq!(packed.find(place), expected, "{place:?}");
            }
        }
    }
}
