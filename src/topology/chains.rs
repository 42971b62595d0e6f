//! Chain removal: neurons that nothing reaches, or that reach nothing, are no use to the network.

use super::cut::LayerState;

/// Adds to what is removed, by layer, the connections of hidden neurons that have lost all inputs or all outputs, again and
/// again until there is no such neuron (Zhang et al. 2024, section 3.2).
///
/// Every neuron of a dense layer has inputs and outputs.
pub(super) fn remove_chains(layers: &[Option<LayerState>], removed: &mut [Vec<u32>]) {
    let mut chains = Chains::new(layers, removed);
    let mut found = true;
    while found {
        found = false;
        for (layer, state) in layers.iter().enumerate() {
            let Some(state) = state else { continue };
            for source in 0..state.connectivity.sources() {
                found |= layer > 0 && chains.remove_unreached(layer, source);
            }
            for target in 0..state.connectivity.targets() {
                found |= layer + 1 < layers.len() && chains.remove_useless(layer, target);
            }
        }
    }
    for ((state, there), removed) in layers.iter().zip(&chains.there).zip(removed) {
        if state.is_some() {
            *removed = (0..).zip(there).filter(|(_, there)| !**there).map(|(connection, _)| connection).collect();
        }
    }
}

struct Chains<'a> {
    layers: &'a [Option<LayerState<'a>>],
    /// By layer, which connections are left.
    there: Vec<Vec<bool>>,
}

impl<'a> Chains<'a> {
    fn new(layers: &'a [Option<LayerState<'a>>], removed: &[Vec<u32>]) -> Self {
        let there = layers.iter().zip(removed).map(|(state, removed)| {
            let mut there = vec![true; state.map_or(0, |state| state.weights.len())];
            for &connection in removed {
                there[connection as usize] = false;
            }
            there
        });
        Self { layers, there: there.collect() }
    }

    /// Removes what leaves a neuron that has no inputs. Whether there was anything.
    fn remove_unreached(&mut self, layer: usize, source: usize) -> bool {
        let Some(below) = self.layers[layer - 1] else { return false };
        let has_inputs = below.connectivity.incoming(source).any(|(_, connection)| self.there[layer - 1][connection]);
        let Some(own) = self.layers[layer].filter(|_| !has_inputs) else { return false };
        let outgoing = &mut self.there[layer][own.connectivity.outgoing(source)];
        let found = outgoing.contains(&true);
        outgoing.fill(false);
        found
    }

    /// Removes what leads to a neuron that has no outputs. Whether there was anything.
    fn remove_useless(&mut self, layer: usize, target: usize) -> bool {
        let Some(above) = self.layers[layer + 1] else { return false };
        let has_outputs = self.there[layer + 1][above.connectivity.outgoing(target)].contains(&true);
        let Some(own) = self.layers[layer].filter(|_| !has_outputs) else { return false };
        let mut found = false;
        for (_, connection) in own.connectivity.incoming(target) {
            found |= std::mem::replace(&mut self.there[layer][connection], false);
        }
        found
    }
}
