//! In which layers connections grow.

use serde::{Deserialize, Serialize};

use super::cut::LayerState;

/// How many of the connections that an update replaces grow in which layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Redistribution {
    /// As many as the layer has lost.
    #[default]
    None,
    /// In proportion to the connections that the layer keeps (Mostafa & Wang 2019, equation 1).
    Survivors,
    /// In proportion to the mean |momentum| of the connections that the layer keeps (Dettmers & Zettlemoyer 2019,
    /// section 3.2).
    Momentum,
}

impl Redistribution {
    /// All of them, for lists.
    pub const ALL: [Self; 3] = [Self::None, Self::Survivors, Self::Momentum];

    /// The name on screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "the same layer",
            Self::Survivors => "by what survives",
            Self::Momentum => "by mean |momentum|",
        }
    }
}

/// How many connections grow in each layer, where these are `removed` and of them so many are to be `replaced`.
///
/// No layer gets more than it has empty places: what one cannot take goes to the others.
pub(super) fn growth_by_layer(
    redistribution: Redistribution,
    layers: &[Option<LayerState>],
    removed: &[Vec<u32>],
    replaced: &[usize],
) -> Vec<usize> {
    if redistribution == Redistribution::None {
        return replaced.to_vec();
    }
    let shares: Vec<f64> = layers
        .iter()
        .zip(removed)
        .map(|(state, removed)| state.map_or(0.0, |state| share(redistribution, &state, removed)))
        .collect();
    let room: Vec<usize> = layers
        .iter()
        .zip(removed)
        .map(|(state, removed)| {
            state.map_or(0, |state| state.connectivity.places() - state.connectivity.connections() + removed.len())
        })
        .collect();
    apportion(replaced.iter().sum(), &shares, &room)
}

#[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
fn share(redistribution: Redistribution, state: &LayerState, removed: &[u32]) -> f64 {
    let survivors = state.weights.len() - removed.len();
    if redistribution == Redistribution::Survivors {
        return survivors as f64;
    }
    let mut momenta = (0.0, 0_usize);
    for place in state.connectivity.iter_without(removed) {
        let momentum = state.momentum[place.source as usize * state.connectivity.targets() + place.target as usize];
        if momentum.is_finite() {
            momenta = (momenta.0 + f64::from(momentum.abs()), momenta.1 + 1);
        }
    }
    momenta.0 / momenta.1.max(1) as f64
}

/// Shares out `total` in whole numbers, none above its room; what remains after rounding down goes to the largest
/// remainders, the first of them in ties.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of connections"
)]
fn apportion(total: usize, shares: &[f64], room: &[usize]) -> Vec<usize> {
    let mut given = vec![0; shares.len()];
    let mut left = total.min(room.iter().sum());
    while left > 0 {
        let open: Vec<usize> = (0..shares.len()).filter(|&layer| given[layer] < room[layer]).collect();
        let sum: f64 = open.iter().map(|&layer| shares[layer]).sum();
        // Where nothing speaks for any layer, all are alike.
        let part = |layer: usize| if sum > 0.0 { shares[layer] / sum } else { 1.0 / open.len() as f64 };
        let wanted: Vec<f64> = open.iter().map(|&layer| left as f64 * part(layer)).collect();
        let before = left;
        for (&layer, wanted) in open.iter().zip(&wanted) {
            let gets = (wanted.floor() as usize).min(room[layer] - given[layer]);
            given[layer] += gets;
            left -= gets;
        }
        if left < open.len() || left == before {
            let mut order: Vec<usize> = (0..open.len()).collect();
            order.sort_by(|&a, &b| wanted[b].fract().total_cmp(&wanted[a].fract()));
            for &layer in order.iter().map(|&index| &open[index]) {
                let gets = usize::from(left > 0 && given[layer] < room[layer]);
                given[layer] += gets;
                left -= gets;
            }
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_and_what_finds_no_room_goes_elsewhere() {
        assert_eq!(apportion(10, &[1.0, 1.0, 2.0], &[100, 100, 100]), [3, 2, 5]);
        // 8 of 10 for the last layer, which has room for 3: 7 for the others, 3.5 each.
        assert_eq!(apportion(10, &[1.0, 1.0, 8.0], &[100, 100, 3]), [4, 3, 3]);
        assert_eq!(apportion(10, &[0.0, 0.0], &[7, 100]), [5, 5]);
        assert_eq!(apportion(10, &[0.0, 1.0], &[7, 4]), [6, 4]);
        assert_eq!(apportion(10, &[1.0, 1.0], &[2, 3]), [2, 3]);
        assert_eq!(apportion(0, &[], &[]), [0_usize; 0]);
    }
}
