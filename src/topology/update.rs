//! One topology update of one layer: rank, cut, grow.

use super::recipe::Recipe;
use super::{GradientSource, drop, grow};
use crate::random::Generator;
use crate::sparse::{Connectivity, Edit, EditError};

/// Prunes `fraction` of a layer's connections and regrows as many, as the recipe says.
///
/// `weights` has one value a connection; `batch` is needed where the recipe grows by gradient. Places of connections
/// that are being pruned are empty for growth. Where pruning and growth meet in one place, the connection simply stays,
/// as [`Edit`] has it (and the reference code of RigL). So the number of connections never changes.
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
) -> Result<Edit, EditError> {
    let pruned = drop::select(recipe.drop, weights, fraction);
    let grown = grow::select(recipe.grow, connectivity, &pruned, pruned.len(), batch, rng);
    Edit::try_new(connectivity, pruned, grown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, generator};
    use crate::sparse::{Activations, Place};
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
            let x = Activations::from_rows(&vec![1.0; n_in], 1);
            let delta = Activations::from_rows(&vec![f32::NAN; n_out], 1);
            let batch = GradientSource { x: &x, delta: &delta };
            let edit = update_layer(&before, &weights, &recipe, fraction, Some(batch), &mut rng).unwrap();
            let mut after = before.clone();
            after.apply(&edit);

            let old: BTreeSet<Place> = before.iter().collect();
            let new: BTreeSet<Place> = after.iter().collect();
            prop_assert_eq!(after.connections(), count);
            prop_assert_eq!(new.len(), count);
            let places: Vec<Place> = before.iter().collect();
            let removed: BTreeSet<Place> = edit.removed().iter().map(|&index| places[index as usize]).collect();
            let added: BTreeSet<Place> = edit.added().iter().copied().collect();
            prop_assert_eq!(removed.len(), added.len());
            prop_assert_eq!(&old - &new, removed);
            prop_assert_eq!(&new - &old, added);
            let rebuilt: Vec<Place> = new.into_iter().collect();
            prop_assert_eq!(&after, &Connectivity::try_new(n_in, n_out, &rebuilt).unwrap());
            let mut carried = weights.clone();
            edit.carry(&mut carried, f32::INFINITY);
            for (place, weight) in after.iter().zip(carried) {
                let expected = before.find(place).map_or(f32::INFINITY, |old| weights[old]);
                prop_assert_eq!(weight, expected);
            }
        }
    }
}
