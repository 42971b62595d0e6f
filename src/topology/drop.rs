//! Which connections are pruned.

use serde::{Deserialize, Serialize};

/// What decides which connections of a layer are pruned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DropScore {
    /// The smallest |w|.
    Magnitude,
    /// The fraction ζ of the positive weights nearest 0 and ζ of the negative ones nearest 0 (Mocanu et al. 2018).
    /// Weights of exactly 0 are counted to both sides in turn, so that neither side pays for connections that have
    /// learnt nothing yet.
    MagnitudeBySign,
}

impl DropScore {
    /// All of them, for lists.
    pub const ALL: [Self; 2] = [Self::MagnitudeBySign, Self::Magnitude];

    /// The name on screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Magnitude => "smallest |w|",
            Self::MagnitudeBySign => "nearest 0, by sign",
        }
    }
}

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

/// How many of `count` connections a fraction is: rounded down.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a fraction of a count"
)]
pub fn share(fraction: f64, count: usize) -> usize {
    // A hair more, so that 0.3 of 10 is 3 although 0.3 has no exact binary form.
    ((fraction * count as f64 + 1e-9).floor() as usize).min(count)
}

/// Indices, ascending, of the connections to prune: the fraction with the lowest scores.
///
/// Ties go to the connection that is stored first. NaN counts as larger than any number, so it is pruned last.
/// Selects, without sorting everything: linear time.
#[must_use]
pub fn select(score: DropScore, weights: &[f32], fraction: f64) -> Vec<usize> {
    let mut chosen = Vec::new();
    for group in groups(score, weights) {
        let count = share(fraction, group.len());
        chosen.extend(lowest(weights, group, count));
    }
    chosen.sort_unstable();
    chosen
}

/// Where a connection stands if the layer were pruned now.
#[must_use]
pub fn fate(score: DropScore, weights: &[f32], fraction: f64, connection: usize) -> Fate {
    let group = groups(score, weights).into_iter().find(|group| group.contains(&connection));
    let group = group.unwrap_or_default();
    let own = key(weights, connection);
    Fate {
        rank: 1 + group.iter().filter(|&&other| key(weights, other) < own).count(),
        among: group.len(),
        pruned: share(fraction, group.len()),
    }
}

/// The connections that are compared with one another.
fn groups(score: DropScore, weights: &[f32]) -> Vec<Vec<usize>> {
    let all = 0..weights.len();
    match score {
        DropScore::Magnitude => vec![all.collect()],
        DropScore::MagnitudeBySign => {
            let mut zeros = 0;
            let (negative, positive) = all.partition(|&connection| {
                let weight = weights[connection];
                if weight == 0.0 {
                    zeros += 1;
                }
                weight < 0.0 || (weight == 0.0 && zeros % 2 == 0)
            });
            vec![negative, positive]
        }
    }
}

fn lowest(weights: &[f32], mut group: Vec<usize>, count: usize) -> Vec<usize> {
    if count > 0 && count < group.len() {
        group.select_nth_unstable_by_key(count - 1, |&connection| key(weights, connection));
    }
    group.truncate(count);
    group
}

/// Orders connections by |w|, then by index. The bits of a non-negative float order as the float does, NaN last.
fn key(weights: &[f32], connection: usize) -> (u32, usize) {
    (weights[connection].abs().to_bits(), connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magnitude_takes_the_smallest_whatever_their_sign() {
        let weights = [0.5, -0.1, 0.2, -0.9, 0.05, 0.6, 0.7, -0.8, 1.0, 2.0];
        assert_eq!(select(DropScore::Magnitude, &weights, 0.3), [1, 2, 4]);
    }

    #[test]
    fn by_sign_takes_those_nearest_zero_on_both_sides() {
        // P3: of the negative ones those nearest 0 go, not the most negative.
        let weights = [0.5, -0.1, 0.2, -0.9, 0.05, -0.3];
        assert_eq!(select(DropScore::MagnitudeBySign, &weights, 0.34), [1, 4]);
        // Three on each side, with one zero each.
        assert_eq!(select(DropScore::MagnitudeBySign, &[0.5, 0.0, -0.4, -0.0, 0.6, -0.7], 0.34), [1, 3]);
    }

    #[test]
    fn ties_zeros_and_nan_are_decided() {
        assert_eq!(select(DropScore::Magnitude, &[0.0, -0.0, 0.0, 0.0], 0.5), [0, 1]);
        assert_eq!(select(DropScore::Magnitude, &[f32::NAN, 1.0, f32::INFINITY], 0.67), [1, 2]);
        assert_eq!(select(DropScore::MagnitudeBySign, &[], 0.3), [0; 0]);
        assert_eq!(share(0.3, 10), 3);
        assert_eq!(share(1.0, 7), 7);
    }

    #[test]
    fn the_fate_foretold_is_the_fate_met() {
        let weights: Vec<f32> = (0..50_u8).map(|i| (f32::from(i) * 2.399).sin()).collect();
        for score in DropScore::ALL {
            let pruned = select(score, &weights, 0.3);
            for connection in 0..weights.len() {
                let fate = fate(score, &weights, 0.3, connection);
                assert_eq!(fate.is_pruned(), pruned.contains(&connection), "{score:?} {connection}");
            }
        }
    }
}
