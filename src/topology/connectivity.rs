//! Places drawn at random among the empty ones: the first connections, and random growth.

use rand::RngExt;
use rand::seq::index;

use crate::random::Generator;
use crate::sparse::{Connectivity, ConnectivityError, Place, remove_all};

/// The library's draw without replacement may list all that there is to draw from: 4 MB for so many.
const SMALL: usize = 1 << 20;

/// A random layer with exactly `count` connections (at most all), every set of places as likely as any other.
///
/// # Errors
/// Where sizes are impossible, see [`Connectivity::try_new`].
pub fn random_connectivity(
    n_in: usize,
    n_out: usize,
    count: usize,
    rng: &mut Generator,
) -> Result<Connectivity, ConnectivityError> {
    // Sizes are checked before anything is multiplied by them.
    let empty = Connectivity::try_new(n_in, n_out, &[])?;
    let places = random_empty_places(&empty, &[], count, rng);
    Connectivity::try_new(n_in, n_out, &places)
}

/// `count` places that are empty (all of them if there are no more), uniformly without replacement, ascending.
///
/// Those of the connections `pruned` (ascending indices) are empty too. Ranks among the empty places are drawn and then
/// turned into places in one walk over the connections: exact at any density, and nothing has the size of the layer's
/// matrix.
#[must_use]
pub fn random_empty_places(taken: &Connectivity, pruned: &[u32], count: usize, rng: &mut Generator) -> Vec<Place> {
    let empty = taken.places() - taken.connections() + pruned.len();
    places_of_empty_ranks(taken, pruned, &random_ranks(empty, count.min(empty), rng))
}

/// `count` of the numbers below `length`, uniformly without replacement, ascending.
fn random_ranks(length: usize, count: usize, rng: &mut Generator) -> Vec<usize> {
    if length > SMALL {
        return many_random_ranks(length, count, rng);
    }
    let mut ranks = index::sample(rng, length, count).into_vec();
    ranks.sort_unstable();
    ranks
}

/// The same with memory in proportion to `count`, whatever `length`.
fn many_random_ranks(length: usize, count: usize, rng: &mut Generator) -> Vec<usize> {
    if count > length / 2 {
        // Fewer are left out than taken.
        let mut left_out = many_random_ranks(length, length - count, rng).into_iter().peekable();
        return (0..length).filter(|rank| left_out.next_if_eq(rank).is_none()).collect();
    }
    // The first `count` different numbers of a sequence of independent ones are a uniform choice.
    let draw = |how_many: usize, rng: &mut Generator| {
        sorted_draws((0..how_many).map(|_| rng.random_range(0..length)).collect(), length)
    };
    let mut ranks = draw(count, rng);
    ranks.dedup();
    while ranks.len() < count {
        let more = draw(count - ranks.len(), rng);
        ranks = merged(ranks, &more);
    }
    ranks
}

/// Sorts numbers that were drawn uniformly below `length`: into as many drawers as there are handfuls of them, and each
/// drawer by itself.
fn sorted_draws(draws: Vec<usize>, length: usize) -> Vec<usize> {
    const HANDFUL: usize = 16;
    let drawers = (draws.len() / HANDFUL).max(1);
    // A power of two, so that the drawer is a shift away.
    let shift = (usize::BITS - length.leading_zeros()).saturating_sub(drawers.ilog2());
    let mut start = vec![0_u32; (length >> shift) + 2];
    for draw in &draws {
        start[(draw >> shift) + 1] += 1;
    }
    for drawer in 1..start.len() {
        start[drawer] += start[drawer - 1];
    }
    let mut sorted = vec![0; draws.len()];
    for draw in draws {
        let next = &mut start[draw >> shift];
        sorted[*next as usize] = draw;
        *next += 1;
    }
    let mut from = 0;
    for &end in &start {
        sorted[from..end as usize].sort_unstable();
        from = end as usize;
    }
    sorted
}

/// All numbers of two ascending lists, each once.
fn merged(first: Vec<usize>, second: &[usize]) -> Vec<usize> {
    let mut all = Vec::with_capacity(first.len() + second.len());
    let mut second = second.iter().copied().peekable();
    for number in first {
        while let Some(other) = second.next_if(|&other| other < number) {
            all.push(other);
        }
        all.push(number);
    }
    all.extend(second);
    all.dedup();
    all
}

/// Turns ascending ranks among the empty places into places, source by source.
fn places_of_empty_ranks(taken: &Connectivity, pruned: &[u32], ranks: &[usize]) -> Vec<Place> {
    let mut places = Vec::with_capacity(ranks.len());
    let (mut pruned, mut ranks) = (pruned, ranks);
    // Empty places of the sources before.
    let mut before = 0;
    let mut empty_before: Vec<u32> = Vec::new();
    for source in 0..taken.sources() {
        let connections = taken.outgoing(source);
        let own_pruned = pruned.iter().take_while(|&&connection| (connection as usize) < connections.end).count();
        let empty = taken.targets() - connections.len() + own_pruned;
        let own_ranks = ranks.iter().take_while(|&&rank| rank < before + empty).count();
        // For each connection that stays, how many empty places lie before it.
        empty_before.clear();
        empty_before.extend_from_slice(taken.targets_of(source));
        remove_all(&mut empty_before, &pruned[..own_pruned], connections.start);
        (0..).zip(&mut empty_before).for_each(|(stay, target)| *target -= stay);
        places.extend(ranks[..own_ranks].iter().map(|rank| {
            let rank = rank - before;
            // Every taken place at or before the one sought moves it one further. A search takes no turn that cannot be
            // foretold, a walk along the row takes one for every place.
            place(source, rank + empty_before.partition_point(|&empty| empty as usize <= rank))
        }));
        (pruned, ranks) = (&pruned[own_pruned..], &ranks[own_ranks..]);
        before += empty;
    }
    places
}

#[expect(clippy::cast_possible_truncation, reason = "sizes of a layer fit in 32 bits")]
fn place(source: usize, target: usize) -> Place {
    Place { source: source as u32, target: target as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, generator};

    fn rank_of(place: Place, width: usize) -> usize {
        place.source as usize * width + place.target as usize
    }

    fn place_of(rank: usize, width: usize) -> Place {
        place(rank / width, rank % width)
    }

    #[test]
    fn the_empty_places_are_those_that_are_not_taken() {
        let taken: Vec<Place> = [1, 2, 5, 6].map(|rank| place_of(rank, 3)).to_vec();
        let connectivity = Connectivity::try_new(3, 3, &taken).expect("valid");
        let all: Vec<usize> = places_of_empty_ranks(&connectivity, &[], &[0, 1, 2, 3, 4])
            .into_iter()
            .map(|place| rank_of(place, 3))
            .collect();
        assert_eq!(all, [0, 3, 4, 7, 8]);
    }

    #[test]
    fn places_of_pruned_connections_are_empty_too() {
        let taken: Vec<Place> = [1, 2, 5, 6].map(|rank| place_of(rank, 3)).to_vec();
        let connectivity = Connectivity::try_new(3, 3, &taken).expect("valid");
        // The second and the last connection go, at ranks 2 and 6.
        let empty: Vec<usize> = places_of_empty_ranks(&connectivity, &[1, 3], &[0, 1, 2, 3, 4, 5, 6])
            .into_iter()
            .map(|place| rank_of(place, 3))
            .collect();
        assert_eq!(empty, [0, 2, 3, 4, 6, 7, 8]);
    }

    #[test]
    fn counts_are_exact_and_places_uniform() {
        let mut rng = generator(5, Stream::InitialTopology);
        let mut hits = [0_u32; 12];
        for _ in 0..6000 {
            let connectivity = random_connectivity(4, 3, 3, &mut rng).expect("valid");
            assert_eq!(connectivity.connections(), 3);
            connectivity.iter().for_each(|place| hits[rank_of(place, 3)] += 1);
        }
        // Each place is taken in a quarter of 6,000 draws: 1,500 ± 34 (one standard deviation); five of them allowed.
        assert!(hits.iter().all(|&hits| hits.abs_diff(1500) < 170), "{hits:?}");
    }

    #[test]
    fn many_places_are_drawn_exactly_and_uniformly_too() {
        let mut rng = generator(6, Stream::InitialTopology);
        for count in [3, 9] {
            let mut hits = [0_u32; 12];
            for _ in 0..6000 {
                let ranks = many_random_ranks(12, count, &mut rng);
                assert!(ranks.len() == count && ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
                for rank in ranks {
                    hits[rank] += 1;
                }
            }
            // 1,500 or 4,500 of 6,000 draws take each place, with a standard deviation of 34; five of them allowed.
            let expected = 6000 * u32::try_from(count).expect("small") / 12;
            assert!(hits.iter().all(|&hits| hits.abs_diff(expected) < 170), "{hits:?}");
        }
    }

    #[test]
    fn no_more_places_than_there_are() {
        let mut rng = generator(5, Stream::Evolution);
        let connectivity = random_connectivity(3, 3, 100, &mut rng).expect("valid");
        assert_eq!(connectivity.connections(), 9);
        assert!(random_empty_places(&connectivity, &[], 2, &mut rng).is_empty());
    }
}
