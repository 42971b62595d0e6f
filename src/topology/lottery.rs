//! Lottery tickets: a network is pruned in rounds, and after each its weights go back to what they were early on (Frankle &
//! Carbin 2019; rewinding to a later step than the first, Frankle et al. 2020).

use rand::seq::index;
use serde::{Deserialize, Serialize};

use super::recipe::Stretch;
use crate::random::Generator;
use crate::sparse::{Connectivity, Edit, EditError, Place};

/// What an update that prunes does with the weights of the connections that stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rewind {
    /// Nothing: they go on learning.
    #[default]
    None,
    /// They and the biases go back to what they were this early in the run, moments to nothing, and the schedule of the
    /// learning rate begins again at that step.
    To(Stretch),
}

/// What the last round begins from, when the ticket has been found: a control experiment says what of it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ticket {
    /// The connections found, at the weights that they had early on: the winning ticket.
    #[default]
    Rewound,
    /// The connections found, at weights drawn anew from the distribution of the first ones.
    Reinitialised,
    /// The connections found, at weights drawn anew as large as they have to be where so few inputs are left: He over the
    /// connections that each neuron has (Evci et al. 2022).
    Rescaled,
    /// As many connections in each layer, anywhere, at the weights that these places had early on.
    Shuffled,
}

impl Ticket {
    /// All of them, for lists.
    pub const ALL: [Self; 4] = [Self::Rewound, Self::Reinitialised, Self::Rescaled, Self::Shuffled];

    /// The name on screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Rewound => "rewound",
            Self::Reinitialised => "drawn anew",
            Self::Rescaled => "anew, to scale",
            Self::Shuffled => "shuffled",
        }
    }
}

/// The values that the connections of `now` have in `early`, one for each connection of `now`.
///
/// `early` has all places of `now`, and one value a connection.
///
/// # Panics
/// If a place of `now` has no connection in `early`.
#[must_use]
pub fn early_values(now: &Connectivity, early: &Connectivity, values: &[f32]) -> Vec<f32> {
    let mut all = early.iter().zip(values);
    let mut value = |place: Place| all.find(|(other, _)| *other == place).map(|(_, &value)| value);
    now.iter().map(|place| value(place).expect("connections only go")).collect()
}

/// Puts `count` connections to random places of those that `early` has, each set as likely as any other.
///
/// # Errors
/// Never where `early` and `now` have the same sizes.
///
/// # Panics
/// If `early` has fewer connections than that.
pub fn shuffle(now: &Connectivity, early: &Connectivity, count: usize, rng: &mut Generator) -> Result<Edit, EditError> {
    let mut chosen = index::sample(rng, early.connections(), count).into_vec();
    chosen.sort_unstable();
    let mut chosen = chosen.into_iter().peekable();
    let places = early.iter().enumerate().filter(|(connection, _)| chosen.next_if_eq(connection).is_some());
    #[expect(clippy::cast_possible_truncation, reason = "indices of connections have 32 bits")]
    let all = (0..now.connections() as u32).collect();
    Edit::try_new(now, all, places.map(|(_, place)| place).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, generator};

    fn layer(places: &[(u32, u32)]) -> Connectivity {
        let places: Vec<Place> = places.iter().map(|&(source, target)| Place { source, target }).collect();
        Connectivity::try_new(3, 2, &places).expect("valid")
    }

    #[test]
    fn weights_go_back_to_those_of_their_own_places() {
        let early = layer(&[(0, 0), (0, 1), (1, 1), (2, 0)]);
        let now = layer(&[(0, 1), (2, 0)]);
        assert_eq!(early_values(&now, &early, &[1.0, 2.0, 3.0, 4.0]), [2.0, 4.0]);
    }

    #[test]
    fn shuffled_places_are_as_many_all_early_ones_and_equally_likely() {
        let (early, now) = (layer(&[(0, 0), (0, 1), (1, 1), (2, 0)]), layer(&[(0, 1), (2, 0)]));
        let mut rng = generator(1, Stream::Evolution);
        let mut counts = [0; 4];
        for _ in 0..4000 {
            let mut after = now.clone();
            after.apply(&shuffle(&now, &early, 2, &mut rng).expect("early places"));
            assert_eq!(after.connections(), 2);
            for place in after.iter() {
                counts[early.find(place).expect("an early place")] += 1;
            }
        }
        // Each place is drawn in half of the trials: 2000 ± 5 · √1000.
        assert!(counts.iter().all(|count| (1842..=2158).contains(count)), "{counts:?}");
    }
}
