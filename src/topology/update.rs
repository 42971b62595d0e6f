//! One topology update of one layer: rank, cut, grow.

use super::recipe::Recipe;
use super::{GradientSource, drop, grow};
use crate::random::Generator;
use crate::sparse::{Connectivity, Edit, EditError, Place};

/// What a topology update does to a layer.
#[derive(Debug, Clone)]
pub struct LayerChange {
    /// Places whose connections were cut, ascending, with the weights they had.
    pub removed: Vec<(Place, f32)>,
    /// Places where connections grew, ascending.
    pub added: Vec<Place>,
    /// The new connectivity, and which connection was which before.
    pub edit: Edit,
}

/// Prunes `fraction` of a layer's connections and regrows as many, as the recipe says.
///
/// `weights` has one value a connection; `batch` is needed where the recipe grows by gradient. Places of connections
/// that are being pruned are empty for growth. Where pruning and growth meet in one place, the connection simply stays,
/// with its value and its optimiser state, and counts neither as removed nor as added (as in the reference code of
/// RigL). So the number of connections never changes.
///
/// # Errors
/// Never for valid connectivities: errors would mean that growth chose a place that is taken.
pub fn update_layer(
    connectivity: &Connectivity,
    weights: &[f32],
    recipe: &Recipe,
    fraction: f64,
    batch: Option<GradientSource>,
    rng: &mut Generator,
) -> Result<LayerChange, EditError> {
    let pruned = drop::select(recipe.drop, weights, fraction);
    let kept = Edit::try_new(connectivity, &pruned, &[])?.into_connectivity();
    let grown = grow::select(recipe.grow, &kept, pruned.len(), batch, rng);

    let pruned_places: Vec<Place> = places_of(connectivity, &pruned);
    let stays = |place: &Place| pruned_places.binary_search(place).is_ok() && grown.binary_search(place).is_ok();
    let cut: Vec<usize> = pruned
        .iter()
        .zip(&pruned_places)
        .filter(|(_, place)| !stays(place))
        .map(|(&connection, _)| connection)
        .collect();
    let added: Vec<Place> = grown.iter().copied().filter(|place| !stays(place)).collect();
    let removed = pruned_places
        .iter()
        .zip(&pruned)
        .filter(|(place, _)| !stays(place))
        .map(|(&place, &connection)| (place, weights[connection]))
        .collect();
    let edit = Edit::try_new(connectivity, &cut, &added)?;
    Ok(LayerChange { removed, added, edit })
}

/// Places of connections given by ascending index.
fn places_of(connectivity: &Connectivity, connections: &[usize]) -> Vec<Place> {
    let mut wanted = connections.iter().copied().peekable();
    connectivity
        .iter()
        .enumerate()
        .filter(|(connection, _)| wanted.next_if_eq(connection).is_some())
        .map(|(_, place)| place)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, generator};
    use crate::topology::connectivity::random_connectivity;
    use crate::topology::{GrowScore, Method};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        /// Exact counts, no place twice, no growth in a place that was taken and stayed, at any density and fraction.
        #[test]
        fn an_update_keeps_the_count_and_moves_only_what_it_says(
            n_in in 1_usize..12, n_out in 1_usize..12, share in 0.0_f64..=1.0, fraction in 0.0_f64..=1.0,
            seed in 0_u64..1000, by_gradient: bool, flat: bool,
        ) {
            let mut rng = generator(seed, Stream::InitialTopology);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let count = ((n_in * n_out) as f64 * share).round() as usize;
            let before = random_connectivity(n_in, n_out, count, &mut rng).unwrap();
            let weights: Vec<f32> = (0..count)
                .map(|i| if flat { 0.0 } else { f32::from(u16::try_from(i).unwrap()).sin() })
                .collect();
            let recipe = Recipe {
                grow: if by_gradient { GrowScore::Gradient } else { GrowScore::Random },
                ..Method::Set.recipe().unwrap()
            };
            let (x, delta) = (vec![1.0; n_in], vec![f32::NAN; n_out]);
            let batch = GradientSource { x: &x, delta: &delta, batch: 1 };
            let change = update_layer(&before, &weights, &recipe, fraction, Some(batch), &mut rng).unwrap();

            let old: BTreeSet<Place> = before.iter().collect();
            let new: BTreeSet<Place> = change.edit.connectivity().iter().collect();
            prop_assert_eq!(change.edit.connectivity().connections(), count);
            prop_assert_eq!(new.len(), count);
            prop_assert_eq!(change.removed.len(), change.added.len());
            let removed: BTreeSet<Place> = change.removed.iter().map(|entry| entry.0).collect();
            let added: BTreeSet<Place> = change.added.iter().copied().collect();
            prop_assert_eq!(&old - &new, removed);
            prop_assert_eq!(&new - &old, added);
            for (place, weight) in &change.removed {
                prop_assert_eq!(weights[before.find(*place).unwrap()], *weight);
            }
            let carried = change.edit.carry(&weights, f32::INFINITY);
            for (place, weight) in change.edit.connectivity().iter().zip(carried) {
                let expected = before.find(place).map_or(f32::INFINITY, |old| weights[old]);
                prop_assert_eq!(weight, expected);
            }
        }
    }
}
