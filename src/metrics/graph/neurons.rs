//! Neurons that no signal can pass.

use crate::sparse::Connectivity;

/// By hidden layer the structurally dead neurons, ascending: those that have no inputs or no outputs, not counting
/// connections from and to dead neurons. Their connections are no use to the network.
///
/// `widths` are the numbers of neurons from the inputs to the outputs; `layers` are what connects them, one fewer, with
/// `None` for a dense layer, where every place is taken. Inputs and outputs are never dead.
///
/// # Panics
/// Where `widths` are not those of `layers`.
#[must_use]
pub fn dead_neurons(widths: &[usize], layers: &[Option<&Connectivity>]) -> Vec<Vec<usize>> {
    check_widths(widths, layers);
    // Layers have an order, so a neuron is dead, however often one asks again, just if no path of connections leads from
    // the inputs to it or none from it to the outputs. One sweep in each direction finds out.
    let mut reached = vec![vec![true; widths[0]]];
    for (layer, &width) in layers.iter().zip(&widths[1..]) {
        let next = forward(*layer, &reached[reached.len() - 1], width);
        reached.push(next);
    }
    let mut dead = Vec::new();
    let mut of_use = vec![true; widths[layers.len()]];
    for hidden in (1..layers.len()).rev() {
        of_use = backward(layers[hidden], &of_use, widths[hidden]);
        dead.push((0..widths[hidden]).filter(|&neuron| !(reached[hidden][neuron] && of_use[neuron])).collect());
    }
    dead.reverse();
    dead
}

fn check_widths(widths: &[usize], layers: &[Option<&Connectivity>]) {
    assert_eq!(widths.len(), layers.len() + 1, "one width more than layers");
    for (layer, width) in layers.iter().zip(widths.windows(2)) {
        let shape = layer.map_or((width[0], width[1]), |layer| (layer.sources(), layer.targets()));
        assert_eq!(shape, (width[0], width[1]), "widths of a layer");
    }
}

/// Which targets have a connection from one of these sources.
fn forward(layer: Option<&Connectivity>, sources: &[bool], targets: usize) -> Vec<bool> {
    match layer {
        Some(layer) => (0..targets).map(|target| layer.incoming(target).any(|(source, _)| sources[source])).collect(),
        None => vec![sources.contains(&true); targets],
    }
}

/// Which sources have a connection to one of these targets.
fn backward(layer: Option<&Connectivity>, targets: &[bool], sources: usize) -> Vec<bool> {
    let leads_on =
        |layer: &Connectivity, source| layer.targets_of(source).iter().any(|&target| targets[target as usize]);
    match layer {
        Some(layer) => (0..sources).map(|source| leads_on(layer, source)).collect(),
        None => vec![targets.contains(&true); sources],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{any_layer, layer};
    use super::*;

    #[test]
    fn a_chain_dies_as_a_whole() {
        // Input 0 -> 0 -> 0 -> output 0 lives. Neuron 1 of the first hidden layer has no input, so neuron 1 of the second
        // has none that counts. Neuron 2 of the second has no output, so neuron 2 of the first has none that counts.
        let first = layer(2, 3, &[(0, 0), (1, 2)]);
        let second = layer(3, 3, &[(0, 0), (1, 1), (2, 2)]);
        let third = layer(3, 1, &[(0, 0), (1, 0)]);
        let dead = dead_neurons(&[2, 3, 3, 1], &[Some(&first), Some(&second), Some(&third)]);
        assert_eq!(dead, [[1, 2], [1, 2]]);
    }

    #[test]
    fn dense_layers_reach_everything_that_lives() {
        let sparse = layer(2, 2, &[(0, 0), (1, 0)]);
        assert_eq!(dead_neurons(&[2, 2, 3, 1], &[Some(&sparse), None, None]), [vec![1], vec![]]);
        assert_eq!(dead_neurons(&[3, 2, 2], &[None, Some(&layer(2, 2, &[(1, 1)]))]), [[0]]);
        assert!(dead_neurons(&[2, 2], &[Some(&sparse)]).is_empty());
        // Nothing leads into the first hidden layer, so all is dead, dense or not.
        let empty = layer(2, 2, &[]);
        assert_eq!(dead_neurons(&[2, 2, 3, 1], &[Some(&empty), None, None]), [vec![0, 1], vec![0, 1, 2]]);
    }

    /// The definition: neurons without living inputs or outputs die until none does.
    fn by_iteration(layers: &[Connectivity]) -> Vec<Vec<usize>> {
        let mut alive: Vec<Vec<bool>> = layers.iter().map(|layer| vec![true; layer.sources()]).collect();
        alive.push(vec![true; layers[layers.len() - 1].targets()]);
        let mut found = true;
        while std::mem::take(&mut found) {
            for hidden in 1..layers.len() {
                for neuron in 0..layers[hidden].sources() {
                    let fed = layers[hidden - 1].incoming(neuron).any(|(source, _)| alive[hidden - 1][source]);
                    let used =
                        layers[hidden].targets_of(neuron).iter().any(|&target| alive[hidden + 1][target as usize]);
                    found |= alive[hidden][neuron] && !(fed && used);
                    alive[hidden][neuron] &= fed && used;
                }
            }
        }
        let dead = |alive: &Vec<bool>| (0..alive.len()).filter(|&neuron| !alive[neuron]).collect();
        alive[1..layers.len()].iter().map(dead).collect()
    }

    proptest! {
        #[test]
        fn two_sweeps_find_what_iteration_finds(
            first in any_layer(4, 5), second in any_layer(5, 5), third in any_layer(5, 3),
        ) {
            let layers = [first, second, third];
            let dead = dead_neurons(&[4, 5, 5, 3], &layers.each_ref().map(Some));
            prop_assert_eq!(dead, by_iteration(&layers));
        }
    }
}
