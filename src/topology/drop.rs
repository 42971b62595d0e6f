//! Which connections are pruned.

mod chance;
mod fate;

use std::borrow::Cow;

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp1};
use serde::{Deserialize, Serialize};

use super::cut::LayerState;
use super::formula::{Formula, Variable, ordered};
use crate::random::Generator;
use crate::sparse::Place;

pub use self::chance::chances;
pub use self::fate::{Fate, fate, fates, fates_of};

/// What decides which connections are pruned: those with the lowest score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DropScore {
    /// The smallest |w|.
    Magnitude,
    /// The fraction ζ of the positive weights nearest 0 and ζ of the negative ones nearest 0 (Mocanu et al. 2018).
    /// Weights of exactly 0 are counted to both sides in turn, so that neither side pays for connections that have
    /// learnt nothing yet.
    MagnitudeBySign,
    /// The smallest |w| + λ |g|, g the gradient of the last batch and λ the number here (Yuan et al. 2021, section 3.2).
    MagnitudeAndGradient(f64),
    /// Not the lowest of a score, but all whose weight has left the sign of its place (Bellec et al. 2018); the drop fraction
    /// has no say.
    SignChange,
    /// Survivors are drawn at random in proportion to s^T, where s is |w| as a share of all |w| that lead to its target plus as
    /// a share of all that leave its source, and T climbs from 1 to 9 over the evolution (Zhang et al. 2025, CHTs).
    RelativeImportanceSoft,
    /// Any connection is as likely as any other: what a score is worth shows against this one.
    Random,
    /// The lowest of a score of one's own.
    Formula(Formula),
}

impl DropScore {
    /// Those that are not one's own, for lists.
    pub const ALL: [Self; 6] = [
        Self::MagnitudeBySign,
        Self::Magnitude,
        Self::MagnitudeAndGradient(1.0),
        Self::RelativeImportanceSoft,
        Self::SignChange,
        Self::Random,
    ];

    /// The name on screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Magnitude => "smallest |w|",
            Self::MagnitudeBySign => "nearest 0, by sign",
            Self::MagnitudeAndGradient(_) => "smallest |w| + λ|g|",
            Self::SignChange => "past 0 (Deep-R)",
            Self::RelativeImportanceSoft => "least important, soft",
            Self::Random => "random",
            Self::Formula(_) => "own formula",
        }
    }

    /// Whether it asks for this of existing connections.
    #[must_use]
    pub fn needs(self, variable: Variable) -> bool {
        match self {
            Self::MagnitudeAndGradient(_) => variable == Variable::Gradient,
            Self::Formula(formula) => formula.names(variable),
            _ => false,
        }
    }

    /// A layer's scores, as [`select`] takes them, where they follow from connections, weights, gradients and ages alone.
    #[must_use]
    pub fn foretold<'a>(self, state: &LayerState<'a>) -> Option<Cow<'a, [f32]>> {
        let others = [Variable::Random, Variable::Momentum];
        let needs_more = matches!(self, Self::Random | Self::SignChange | Self::RelativeImportanceSoft)
            || others.into_iter().any(|variable| self.needs(variable));
        // Nothing is drawn for any such score.
        (!needs_more).then(|| self.scores(state, &mut Generator::from_seed([0; 32])))
    }

    /// A layer's scores, one a connection: of their absolute values the lowest go.
    #[expect(clippy::cast_possible_truncation, reason = "scores are f32")]
    pub(super) fn scores<'a>(self, state: &LayerState<'a>, rng: &mut Generator) -> Cow<'a, [f32]> {
        let (weights, gradients) = (state.weights, state.gradients);
        match self {
            Self::Magnitude | Self::MagnitudeBySign | Self::SignChange => Cow::Borrowed(weights),
            Self::MagnitudeAndGradient(lambda) => {
                let lambda = lambda as f32;
                weights.iter().zip(gradients).map(|(w, g)| w.abs() + lambda * g.abs()).collect()
            }
            Self::Random => weights.iter().map(|_| rng.random()).collect(),
            Self::RelativeImportanceSoft => importance_scores(state, rng).into(),
            Self::Formula(formula) => formula_scores(formula, state, rng).into(),
        }
    }
}

/// What keeps relative importance finite where all weights are 0, for each place (Zhang et al. 2025, their code).
const EPSILON: f64 = 1e-5;

/// `T ln s − ln E`, E an exponential waiting time, in an order that absolute values have too: of such scores the highest are
/// a draw without replacement in proportion to `s^T` (Efraimidis & Spirakis 2006).
#[expect(clippy::cast_possible_truncation, reason = "scores are f32")]
fn importance_scores(state: &LayerState, rng: &mut Generator) -> Vec<f32> {
    let score = |importance: f64| {
        let waiting: f64 = Exp1.sample(rng);
        ordered((importance - waiting.max(f64::MIN_POSITIVE).ln()) as f32, f32::INFINITY)
    };
    importances(state).map(score).collect()
}

/// `T ln s` of each connection.
#[expect(clippy::cast_precision_loss, reason = "sizes of layers")]
fn importances<'a>(state: &LayerState<'a>) -> impl Iterator<Item = f64> + use<'a> {
    let (own, weights) = (state.connectivity, state.weights);
    let mut by_source = vec![EPSILON * own.targets() as f64; own.sources()];
    let mut by_target = vec![EPSILON * own.sources() as f64; own.targets()];
    let all = || own.iter().zip(weights.iter().map(|&weight| f64::from(weight).abs()));
    for (place, size) in all() {
        by_source[place.source as usize] += size;
        by_target[place.target as usize] += size;
    }
    let temperature = 1.0 + 8.0 * state.progress;
    let importance = move |(place, size): (Place, f64)| {
        temperature * (size / by_source[place.source as usize] + size / by_target[place.target as usize]).ln()
    };
    all().map(importance)
}

/// Scores of a formula, in an order that absolute values have too; NaN is the highest.
fn formula_scores(formula: Formula, state: &LayerState, rng: &mut Generator) -> Vec<f32> {
    let mut scores = vec![0.0; state.weights.len()];
    // An experiment whose formula cannot be computed does not run.
    let Ok(score) = formula.compile(&Variable::OF_CONNECTIONS) else { return scores };
    let degrees = |variable| if score.names(variable) { degrees_of_connections(state, variable) } else { Vec::new() };
    let (fan_in, fan_out) = (degrees(Variable::FanIn), degrees(Variable::FanOut));
    score.compute(&mut scores, |variable, range, values| {
        let of_connections = match variable {
            Variable::Weight => state.weights,
            Variable::Gradient => state.gradients,
            Variable::Momentum => state.velocities,
            Variable::Age => state.ages,
            Variable::FanIn => &fan_in,
            Variable::FanOut => &fan_out,
            #[expect(clippy::cast_precision_loss, reason = "a small number")]
            Variable::Layer => return values.fill(state.depth as f32 + 1.0),
            Variable::Random => return values.fill_with(|| rng.random()),
        };
        values.copy_from_slice(&of_connections[range]);
    });
    for score in &mut scores {
        *score = ordered(*score, f32::INFINITY);
    }
    scores
}

/// For each connection how many lead to its target, or leave its source.
#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
fn degrees_of_connections(state: &LayerState, variable: Variable) -> Vec<f32> {
    let own = state.connectivity;
    let degree = |place: Place| match variable {
        Variable::FanIn => own.in_degree(place.target as usize),
        _ => own.out_degree(place.source as usize),
    };
    own.iter().map(|place| degree(place) as f32).collect()
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

/// Indices, ascending, of the connections to prune: the fraction with the lowest scores (absolute values; see
/// [`DropScore::scores`]).
///
/// Ties go to the connection that is stored first. NaN counts as larger than any number, so it is pruned last.
/// Selects, without sorting: three passes over the scores.
#[must_use]
pub fn select(score: DropScore, scores: &[f32], fraction: f64) -> Vec<u32> {
    let limits = limits_of_lowest(score, scores, |count| share(fraction, count));
    within(limits, score, scores)
}

/// Indices, ascending, of the `count` lowest absolute values.
pub(super) fn lowest(scores: &[f32], count: usize) -> Vec<u32> {
    let limits = limits_of_lowest(DropScore::Magnitude, scores, |all| count.min(all));
    within(limits, DropScore::Magnitude, scores)
}

fn within(limits: [Limit; GROUPS], score: DropScore, scores: &[f32]) -> Vec<u32> {
    let mut left = limits.map(|limit| limit.ties);
    let count = limits.iter().map(|limit| limit.count).sum();
    // One more, which is written again and again by those that stay: a branch that nobody can foretell costs more.
    let mut chosen = vec![0; count + 1];
    let mut taken = 0;
    for (connection, (group, magnitude)) in (0..).zip(groups_and_magnitudes(score, scores)) {
        let is_tied = magnitude == limits[group].magnitude && left[group] > 0;
        left[group] -= usize::from(is_tied);
        chosen[taken] = connection;
        taken += usize::from(is_tied || magnitude < limits[group].magnitude);
    }
    chosen.truncate(count);
    chosen
}

/// Groups of connections of which each loses its own share.
const GROUPS: usize = 2;

/// For each weight the group that it is compared with, and its magnitude.
///
/// By sign, group 1 are positive weights (and NaN), group 0 negative ones, and weights of 0 belong to both in turn.
fn groups_and_magnitudes(score: DropScore, weights: &[f32]) -> impl Iterator<Item = (usize, u32)> + Clone {
    let by_sign = usize::from(score == DropScore::MagnitudeBySign);
    weights.iter().scan(0, move |zeros, &weight| {
        let is_zero = weight == 0.0;
        *zeros += usize::from(is_zero);
        let is_upper = usize::from(weight > 0.0) | usize::from(weight.is_nan()) | (*zeros & usize::from(is_zero));
        Some((by_sign & is_upper, magnitude(weight)))
    })
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
    magnitude: u32,
    /// And so many of those equal to it.
    ties: usize,
}

/// A magnitude's leading bits, by which it is looked for first, are those above this one.
const COARSE: u32 = 20;

/// The limits of the groups' lowest: first the leading bits that the last of the lowest has, then which it is among
/// those that have them too.
fn limits_of_lowest(score: DropScore, weights: &[f32], how_many: impl Fn(usize) -> usize) -> [Limit; GROUPS] {
    let all = groups_and_magnitudes(score, weights);
    // Neighbours often agree, and adding to a number that was just written has to wait: two tables in turn.
    let mut counts = vec![[[0_u32; 1 << (31 - COARSE)]; GROUPS]; 2];
    for (turn, (group, magnitude)) in all.clone().enumerate() {
        counts[turn % 2][group][(magnitude >> COARSE) as usize] += 1;
    }
    let counts = [0, 1].map(|group| {
        let both = counts[0][group].iter().zip(&counts[1][group]);
        both.map(|(a, b)| (a + b) as usize).collect::<Vec<_>>()
    });
    let coarse = [0, 1].map(|group| Limit::among(&counts[group], how_many(counts[group].iter().sum())));
    let mut close = [0, 1].map(|group| Vec::with_capacity(counts[group][coarse[group].magnitude as usize] + 1));
    for (group, magnitude) in all {
        if magnitude >> COARSE == coarse[group].magnitude {
            close[group].push(magnitude);
        }
    }
    [0, 1].map(|group| coarse[group].refined(&mut close[group]))
}

impl Limit {
    /// The limit of the `count` lowest among magnitudes of which there are so many each.
    fn among(counts: &[usize], count: usize) -> Self {
        let mut limit = Self { count, magnitude: 0, ties: count };
        for (magnitude, &count) in (0..).zip(counts) {
            limit.magnitude = magnitude;
            if limit.ties <= count {
                break;
            }
            limit.ties -= count;
        }
        limit
    }

    /// The limit itself, of a limit of leading bits and the magnitudes that have them.
    fn refined(self, close: &mut [u32]) -> Self {
        // Nothing to take: no magnitude lies below 0, and there are no ties.
        if self.count == 0 {
            return Self::default();
        }
        let (below, &mut magnitude, _) = close.select_nth_unstable(self.ties - 1);
        let below = below.iter().filter(|&&other| other < magnitude).count();
        Self { magnitude, ties: self.ties - below, ..self }
    }
}

#[cfg(test)]
mod tests;
