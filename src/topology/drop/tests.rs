//! What is pruned, by hand, against sorting, and how often where chance decides.

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

/// The first of these connections when they are sorted by |w|, ascending by index again.
fn lowest_by_sorting(weights: &[f32], mut connections: Vec<u32>, fraction: f64) -> Vec<u32> {
    connections.sort_by(|&a, &b| {
        let size = |index: u32| weights[index as usize].abs();
        size(a).total_cmp(&size(b)).then(a.cmp(&b))
    });
    connections.truncate(share(fraction, connections.len()));
    connections.sort_unstable();
    connections
}

proptest! {
    #[test]
    fn what_is_selected_is_what_sorting_would_take(
        weights in proptest::collection::vec(prop_oneof![
            -2.0_f32..2.0, 0.5_f32..0.500_01, Just(0.0), Just(-0.0), Just(-0.5), Just(f32::NAN), Just(-f32::NAN),
        ], 0..200),
        fraction in 0.0_f64..=1.0,
    ) {
        let all: Vec<u32> = (0..).take(weights.len()).collect();
        let (zeros, others): (Vec<u32>, Vec<u32>) = all.iter().partition(|&&index| weights[index as usize] == 0.0);
        let (below, above): (Vec<u32>, Vec<u32>) = others.into_iter().partition(|&index| weights[index as usize] < 0.0);
        let every_other = |from: usize| zeros.iter().copied().skip(from).step_by(2);
        let mut by_sign = lowest_by_sorting(&weights, above.into_iter().chain(every_other(0)).collect(), fraction);
        by_sign.extend(lowest_by_sorting(&weights, below.into_iter().chain(every_other(1)).collect(), fraction));
        by_sign.sort_unstable();
        prop_assert_eq!(select(DropScore::MagnitudeBySign, &weights, fraction), by_sign);
        prop_assert_eq!(select(DropScore::Magnitude, &weights, fraction), lowest_by_sorting(&weights, all, fraction));
    }
}

#[test]
fn soft_removal_keeps_connections_as_often_as_their_importance_says() {
    // Two sources, two targets, all connected: s is |w| over the sum at its target plus over the sum at its source.
    let places: Vec<Place> = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(source, target)| Place { source, target }).to_vec();
    let connectivity = crate::sparse::Connectivity::try_new(2, 2, &places).expect("valid");
    let weights = [1.0, -3.0, 2.0, 0.5];
    let importance = [1.0 / 3.0 + 1.0 / 4.0, 3.0 / 3.5 + 3.0 / 4.0, 2.0 / 3.0 + 2.0 / 2.5, 0.5 / 3.5 + 0.5 / 2.5];
    for (progress, power) in [(0.0, 1), (0.125, 2), (1.0, 9)] {
        let state = LayerState { progress, ..LayerState::plain(&connectivity, &weights) };
        let mut rng = Generator::from_seed([3; 32]);
        let mut kept = [0_u32; 4];
        for _ in 0..20_000 {
            let scores = DropScore::RelativeImportanceSoft.scores(&state, &mut rng);
            let pruned = select(DropScore::RelativeImportanceSoft, &scores, 0.75);
            let survivor = (0..4_u32).find(|index| !pruned.contains(index)).expect("one of four stays");
            kept[survivor as usize] += 1;
        }
        let all: f64 = importance.iter().map(|s: &f64| s.powi(power)).sum();
        for (kept, s) in kept.into_iter().zip(importance) {
            let expected = s.powi(power) / all;
            let deviation = (20_000.0 * expected * (1.0 - expected)).sqrt();
            // ε moves the odds by a few in 100,000 of a power.
            let difference = (f64::from(kept) - 20_000.0 * expected).abs();
            assert!(difference <= 5.0 * deviation + 5.0, "{kept} of {expected} at T = {power}");
        }
    }
}

#[test]
fn all_fates_at_once_are_those_found_one_by_one() {
    // With ties, zeros of both signs, infinity and NaN.
    let mut weights: Vec<f32> = (0..60_u8).map(|i| (f32::from(i % 23) * 2.399).sin()).collect();
    weights.extend([0.0, -0.0, 0.0, f32::INFINITY, f32::NAN, -0.0]);
    for score in [DropScore::Magnitude, DropScore::MagnitudeBySign] {
        for fraction in [0.0, 0.3, 1.0] {
            let one_by_one: Vec<Fate> =
                (0..weights.len()).map(|connection| fate(score, &weights, fraction, connection)).collect();
            assert_eq!(fates(score, &weights, fraction), one_by_one);
        }
    }
}

#[test]
fn the_fate_foretold_is_the_fate_met() {
    let weights: Vec<f32> = (0..50_u8).map(|i| (f32::from(i) * 2.399).sin()).collect();
    for score in [DropScore::Magnitude, DropScore::MagnitudeBySign] {
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

#[test]
fn those_that_leave_come_first_and_each_by_its_score() {
    let ranks: Vec<(usize, bool)> =
        fates_of(&[0.5, -0.1, 0.3, 0.2, -0.1], &[0, 3]).into_iter().map(|fate| (fate.rank, fate.is_pruned())).collect();
    assert_eq!(ranks, [(2, true), (3, false), (5, false), (1, true), (4, false)]);
}
