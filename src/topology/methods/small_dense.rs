//! A narrow dense network with no more connections than the sparse one: the honest baseline of equal size.

use super::{Definition, Kind, MethodPage};
use crate::topology::allocation::Shape;
use crate::topology::start::Start;

pub(super) const METHOD: Definition = Definition {
    key: "small-dense",
    page: MethodPage {
        name: "Small dense",
        long_name: "as many connections, all used",
        idea: "A dense network whose hidden layers are narrowed alike until it has no more connections than the sparse \
           one. If it does as well, sparsity bought nothing.",
        formula: "widths: the largest factor for all hidden layers with no more connections",
        parameters: &[],
        cost: "In proportion to its connections.",
        contested: "That a narrow dense network loses to a wide sparse one is false on plain digits and true where features \
           are many and noisy.",
        reference: "compared in Evci et al. 2020 (“small-dense”)",
    },
    kind: Kind::SmallDense,
    start: Start::Random,
    recipe: None,
};

/// Hidden widths of the widest dense network with no more than `budget` connections.
///
/// `sizes` are those of the wide network, inputs first. All hidden layers shrink by one factor, each rounded, none below
/// one neuron; so the result may exceed the budget only where single neurons do already.
#[must_use]
pub fn small_dense_widths(sizes: &[usize], budget: usize) -> Vec<usize> {
    let hidden = &sizes[1..sizes.len() - 1];
    let fits = |factor: f64| connections(sizes, &scaled(hidden, factor)) <= budget;
    if fits(1.0) {
        return hidden.to_vec();
    }
    // Connections never fall as the factor grows: halve the interval until no rounded width can change any more.
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if fits(middle) { low = middle } else { high = middle }
    }
    scaled(hidden, low)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "numbers of neurons"
)]
fn scaled(hidden: &[usize], factor: f64) -> Vec<usize> {
    hidden.iter().map(|&width| ((factor * width as f64 + 1e-9).round() as usize).max(1)).collect()
}

fn connections(sizes: &[usize], hidden: &[usize]) -> usize {
    let mut sizes = sizes.to_vec();
    let last = sizes.len() - 1;
    sizes[1..last].copy_from_slice(hidden);
    Shape::between(&sizes).into_iter().map(Shape::places).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_that_fits_the_launch_budget() {
        // By hand: 16·7 + 7·4 + 4 = 144 fits 147; the next width, 8 and 4, has 164.
        assert_eq!(small_dense_widths(&[16, 24, 12, 1], 147), [7, 4]);
    }

    #[test]
    fn a_full_budget_gives_the_full_width_and_none_a_single_neuron() {
        assert_eq!(small_dense_widths(&[16, 24, 12, 1], 684), [24, 12]);
        assert_eq!(small_dense_widths(&[16, 24, 12, 1], 3), [1, 1]);
        // One hidden layer: 64·w + w·10 ≤ 844 gives 11.4, so 11.
        assert_eq!(small_dense_widths(&[64, 256, 10], 844), [11]);
    }
}
