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
/// Selects, without sorting: a few passes over the weights, and no memory but for the result.
#[must_use]
pub fn select(score: DropScore, weights: &[f32], fraction: f64) -> Vec<u32> {
    let limits = limits_of_lowest(score, weights, fraction);
    let mut left = limits.map(|limit| limit.ties);
    let count = limits.iter().map(|limit| limit.count).sum();
    // One more, which is written again and again by those that stay: a branch that nobody can foretell costs more.
    let mut chosen = vec![0; count + 1];
    let mut taken = 0;
    let mut groups = Groups::new(score);
    for (connection, &weight) in (0..).zip(weights) {
        let (group, bits) = (groups.of(weight), magnitude(weight));
        let limit = limits[group].bits;
        let mut goes = bits < limit;
        if bits == limit && left[group] > 0 {
            left[group] -= 1;
            goes = true;
        }
        chosen[taken] = connection;
        taken += usize::from(goes);
    }
    chosen.truncate(count);
    chosen
}

/// Where a connection stands if the layer were pruned now.
#[must_use]
pub fn fate(score: DropScore, weights: &[f32], fraction: f64, connection: usize) -> Fate {
    let mut groups = Groups::new(score);
    let groups: Vec<usize> = weights.iter().map(|&weight| groups.of(weight)).collect();
    let key = |connection: usize| (magnitude(weights[connection]), connection);
    let others = || (0..weights.len()).filter(|&other| groups[other] == groups[connection]);
    let among = others().count();
    Fate {
        rank: 1 + others().filter(|&other| key(other) < key(connection)).count(),
        among,
        pruned: share(fraction, among),
    }
}

/// Groups of connections of which each loses its own share.
const GROUPS: usize = 2;

/// Which connections are compared with one another.
struct Groups {
    by_sign: bool,
    zeros: usize,
}

impl Groups {
    fn new(score: DropScore) -> Self {
        Self { by_sign: score == DropScore::MagnitudeBySign, zeros: 0 }
    }

    /// The group of the next connection: 1 for positive weights (and NaN), 0 for negative ones.
    #[inline(always)]
    fn of(&mut self, weight: f32) -> usize {
        if !self.by_sign {
            return 0;
        }
        if weight == 0.0 {
            self.zeros += 1;
            return self.zeros % 2;
        }
        usize::from(weight > 0.0 || weight.is_nan())
    }
}

/// |w|, as a number that orders as it does, NaN last: the bits of a float without its sign.
fn magnitude(weight: f32) -> u32 {
    weight.abs().to_bits()
}

/// What separates the lowest of a group from the others.
#[derive(Debug, Clone, Copy, Default)]
struct Limit {
    /// How many are the lowest.
    count: usize,
    /// The magnitudes below this are among them.
    bits: u32,
    /// And so many of those equal to it.
    ties: usize,
}

/// Bits of a magnitude looked at in one pass.
const DIGIT: u32 = 11;

/// The limits of the groups' lowest, digit by digit from the highest: how many weights have which?
fn limits_of_lowest(score: DropScore, weights: &[f32], fraction: f64) -> [Limit; GROUPS] {
    let mut limits = [Limit::default(); GROUPS];
    let mut counts = vec![[0_usize; GROUPS]; 1 << DIGIT];
    for shift in [32 - DIGIT, 32 - 2 * DIGIT, 0] {
        let width = if shift == 0 { 32 - 2 * DIGIT } else { DIGIT };
        let is_first = shift == 32 - DIGIT;
        counts.fill([0; GROUPS]);
        count_digits(score, weights, &limits, shift, width, &mut counts);
        for (group, limit) in limits.iter_mut().enumerate() {
            if is_first {
                let size = counts.iter().map(|counts| counts[group]).sum();
                limit.count = share(fraction, size);
                limit.ties = limit.count;
            }
            // Nothing to take: the limit stays at 0, with no ties.
            if limit.count > 0 {
                limit.descend(counts.iter().map(|counts| counts[group]), shift);
            }
        }
    }
    limits
}

/// Counts the weights that agree with the limit of their group so far, by their next digit.
fn count_digits(
    score: DropScore,
    weights: &[f32],
    limits: &[Limit; GROUPS],
    shift: u32,
    width: u32,
    counts: &mut [[usize; GROUPS]],
) {
    let above = shift + width;
    let known = limits.map(|limit| u64::from(limit.bits) >> above);
    let mut groups = Groups::new(score);
    for &weight in weights {
        let (group, magnitude) = (groups.of(weight), magnitude(weight));
        if u64::from(magnitude) >> above == known[group] {
            counts[(magnitude >> shift) as usize & ((1 << width) - 1)][group] += 1;
        }
    }
}

impl Limit {
    /// Sets the digit in which the last of the lowest lies.
    fn descend(&mut self, counts: impl Iterator<Item = usize>, shift: u32) {
        for (digit, count) in (0_u32..).zip(counts) {
            if self.ties <= count {
                self.bits |= digit << shift;
                return;
            }
            self.ties -= count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        assert_eq!(select(DropScore::MagnitudeBySign, &[], 0.3), [0_u32; 0]);
        assert_eq!(share(0.3, 10), 3);
        assert_eq!(share(1.0, 7), 7);
    }

    proptest! {
        #[test]
        fn what_is_selected_is_what_sorting_would_take(
            weights in proptest::collection::vec(prop_oneof![-2.0_f32..2.0, Just(0.0), Just(-0.5), Just(f32::NAN)], 0..200),
            fraction in 0.0_f64..=1.0,
        ) {
            let mut sorted: Vec<u32> = (0..).take(weights.len()).collect();
            sorted.sort_by(|&a, &b| {
                let size = |index: u32| weights[index as usize].abs();
                size(a).total_cmp(&size(b)).then(a.cmp(&b))
            });
            sorted.truncate(share(fraction, weights.len()));
            sorted.sort_unstable();
            prop_assert_eq!(select(DropScore::Magnitude, &weights, fraction), sorted);
        }
    }

    #[test]
    fn the_fate_foretold_is_the_fate_met() {
        let weights: Vec<f32> = (0..50_u8).map(|i| (f32::from(i) * 2.399).sin()).collect();
        for score in DropScore::ALL {
            let pruned = select(score, &weights, 0.3);
            for connection in 0..weights.len() {
                let fate = fate(score, &weights, 0.3, connection);
                assert_eq!(
                    fate.is_pruned(),
                    pruned.contains(&u32::try_from(connection).unwrap()),
                    "{score:?} {connection}"
                );
            }
        }
    }
}
