//! How likely connections are to be pruned, where chance decides.

use super::{DropScore, importances, share};
use crate::topology::cut::LayerState;

/// For each connection of a layer the probability that pruning would take it now; nothing where no chance is in it, or one
/// of which no more can be said.
///
/// A survivor of a draw in proportion to importance is found by a race: of waiting times `E / s^T` with exponential `E` the
/// shortest survive. With the time at which as many have come in as survive on average, `1 − exp(−s^T t)` is the chance of
/// each to have done so. That is exact but for terms of the order of one over the number of connections (Rosén 1997).
#[must_use]
pub fn chances(drop: DropScore, state: &LayerState, fraction: f64) -> Option<Vec<f32>> {
    let all = state.weights.len();
    let pruned = share(fraction, all);
    match drop {
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a probability")]
        DropScore::Random => Some(vec![(pruned as f64 / all.max(1) as f64) as f32; all]),
        DropScore::RelativeImportanceSoft => {
            let logarithms: Vec<f64> = importances(state).collect();
            Some(chances_of_race(&logarithms, pruned))
        }
        _ => None,
    }
}

/// Probabilities not to be among the first in a race of speeds of which the logarithms are given, `late` of all being none of
/// them. Those that do not move come in last, the first of them not at all, as ties have it.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "probabilities")]
fn chances_of_race(speeds: &[f64], late: usize) -> Vec<f32> {
    let moving = || speeds.iter().copied().filter(|speed| speed.is_finite());
    let resting = speeds.len() - moving().count();
    if late <= resting {
        let mut left = late;
        let is_late = |speed: &f64| {
            let is_late = !speed.is_finite() && left > 0;
            left -= usize::from(is_late);
            is_late
        };
        return speeds.iter().map(is_late).map(|is_late| if is_late { 1.0 } else { 0.0 }).collect();
    }
    let wanted = (late - resting) as f64;
    let still_running = |time: f64| moving().map(|speed| (-(speed + time).exp()).exp()).sum::<f64>();
    let (mut before, mut after) =
        (-moving().fold(f64::MIN, f64::max) - 40.0, -moving().fold(f64::MAX, f64::min) + 10.0);
    // The logarithm of the time, to a few in a million.
    while after - before > 4e-6 {
        let middle = 0.5 * (before + after);
        if still_running(middle) > wanted { before = middle } else { after = middle }
    }
    let chance = |speed: &f64| if speed.is_finite() { (-(speed + before).exp()).exp() as f32 } else { 1.0 };
    speeds.iter().map(chance).collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::random::{Generator, Stream, generator};
    use crate::topology::connectivity::random_connectivity;
    use crate::topology::drop::select;

    /// Against how often connections are really pruned, in 4,000 draws.
    #[test]
    fn connections_are_pruned_as_often_as_was_said() {
        let connectivity =
            random_connectivity(20, 16, 160, &mut generator(4, Stream::InitialTopology)).expect("a layer");
        let weights: Vec<f32> = (0..160_u8).map(|i| (f32::from(i) * 2.399).sin()).collect();
        for drop in [DropScore::RelativeImportanceSoft, DropScore::Random] {
            for (progress, fraction) in [(0.0, 0.3), (0.5, 0.1), (1.0, 0.6)] {
                let state = LayerState { progress, ..LayerState::plain(&connectivity, &weights) };
                let chances = chances(drop, &state, fraction).expect("chance decides");
                let mut rng = Generator::from_seed([9; 32]);
                let mut pruned = vec![0_u32; 160];
                for _ in 0..4000 {
                    for connection in select(drop, &drop.scores(&state, &mut rng), fraction) {
                        pruned[connection as usize] += 1;
                    }
                }
                let total: f64 = chances.iter().map(|&chance| f64::from(chance)).sum();
                assert!((total - 160.0 * fraction).abs() < 0.01, "{drop:?} {fraction}: {total}");
                for (found, said) in pruned.into_iter().zip(chances) {
                    let (found, said) = (f64::from(found) / 4000.0, f64::from(said));
                    let deviation = (said * (1.0 - said) / 4000.0).sqrt();
                    // What is not exact is less than one in the 160 connections.
                    assert!((found - said).abs() < 5.0 * deviation + 1.0 / 160.0, "{drop:?}: {found}, said {said}");
                }
            }
        }
    }

    #[test]
    fn what_has_no_weight_goes_before_all_that_has() {
        let none = f64::NEG_INFINITY;
        assert_eq!(chances_of_race(&[none, 0.0, none, none], 2), [1.0, 0.0, 1.0, 0.0]);
        let chances = chances_of_race(&[none, 0.0, 0.0, none, 0.0, 0.0], 4);
        let half = |chance: f32| (chance - 0.5).abs() < 1e-4;
        assert!(chances[0] == 1.0 && chances[3] == 1.0, "{chances:?}");
        assert!([1, 2, 4, 5].into_iter().all(|index| half(chances[index])), "{chances:?}");
        assert_eq!(chances_of_race(&[], 0), [0.0_f32; 0]);
    }
}
