//! The order in which the neurons of a layer stand on screen. Nothing else knows of it.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::nn::{Layer, Network};

/// By what neurons are sorted, the largest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Order {
    /// As they are numbered.
    #[default]
    Number,
    /// Connections in and out.
    Degree,
    /// Sum of |weight| in and out.
    Strength,
}

/// Where each neuron of a layer stands.
#[derive(Debug, PartialEq)]
pub(super) struct Permutation {
    /// By neuron, its place from above.
    place: Vec<usize>,
    /// By place, the neuron.
    neuron: Vec<usize>,
}

impl Permutation {
    fn new(neuron: Vec<usize>) -> Self {
        let mut place = vec![0; neuron.len()];
        for (position, &neuron) in neuron.iter().enumerate() {
            place[neuron] = position;
        }
        Self { place, neuron }
    }

    pub(super) fn place(&self, neuron: usize) -> usize {
        self.place[neuron]
    }

    pub(super) fn neuron(&self, place: usize) -> usize {
        self.neuron[place]
    }
}

/// By layer of neurons, the inputs' first, how they stand; nothing where they stand by number.
pub(super) type Columns = Vec<Option<Arc<Permutation>>>;

/// Sorts the neurons of all layers but the outputs. This walks over all connections.
pub(super) fn sorted(network: &Network, order: Order) -> Columns {
    let layers = network.layers();
    let mut columns: Columns = vec![None; layers.len() + 1];
    if order == Order::Number {
        return columns;
    }
    for (column, sorted) in columns[..layers.len()].iter_mut().enumerate() {
        let mut sizes = vec![0.0; layers[column].weights.n_in()];
        add_outgoing(&layers[column], order, &mut sizes);
        if let Some(below) = column.checked_sub(1) {
            add_incoming(&layers[below], order, &mut sizes);
        }
        let mut neurons: Vec<usize> = (0..sizes.len()).collect();
        // Sums of sizes are not negative, so their bits ascend with them; the sort is stable.
        neurons.sort_by_key(|&neuron| Reverse(sizes[neuron].to_bits()));
        *sorted = Some(Arc::new(Permutation::new(neurons)));
    }
    columns
}

fn size(layer: &Layer, order: Order, connection: usize) -> f64 {
    match order {
        Order::Strength => f64::from(layer.weights.values()[connection].abs()),
        _ => 1.0,
    }
}

fn add_outgoing(layer: &Layer, order: Order, sizes: &mut [f64]) {
    for target in 0..layer.weights.n_out() {
        for (source, connection) in layer.weights.incoming(target) {
            sizes[source] += size(layer, order, connection);
        }
    }
}

fn add_incoming(layer: &Layer, order: Order, sizes: &mut [f64]) {
    for (target, sum) in sizes.iter_mut().enumerate() {
        *sum += layer.weights.incoming(target).map(|(_, connection)| size(layer, order, connection)).sum::<f64>();
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::network;
    use super::*;

    #[test]
    fn neurons_stand_by_degree_or_strength_worked_by_hand() {
        // Sources 0, 1, 2 with degrees 1, 2, 1 and strengths 5, 0.5, 1; hidden 0 and 1 have degrees 1 + 1 and 3 + 1.
        let network = network();
        let by = |order: Order, column: usize| {
            let sorted = sorted(&network, order);
            let column = sorted[column].as_ref().expect("sorted");
            (0..column.neuron.len()).map(|place| column.neuron(place)).collect::<Vec<_>>()
        };
        assert_eq!(by(Order::Degree, 0), [1, 0, 2]);
        assert_eq!(by(Order::Strength, 0), [0, 2, 1]);
        assert_eq!(by(Order::Degree, 1), [1, 0]);
        // Strengths: hidden 0 has 0.2 in and 7 out; hidden 1 has 5 + 0.3 + 1 in and 0.1 out.
        assert_eq!(by(Order::Strength, 1), [0, 1]);
        assert!(sorted(&network, Order::Degree)[2].is_none(), "classes keep their order");
        assert!(sorted(&network, Order::Number).iter().all(Option::is_none));
    }

    #[test]
    fn place_and_neuron_are_each_other_s_inverse() {
        let permutation = Permutation::new(vec![2, 0, 3, 1]);
        assert!((0..4).all(|neuron| permutation.neuron(permutation.place(neuron)) == neuron));
        assert_eq!(permutation.place(2), 0);
    }
}
