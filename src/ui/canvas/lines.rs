//! Which connections are drawn one by one.

use super::look::Look;
use crate::nn::Network;
use crate::session::FADE;

/// From so many connections in view on, only bundles of them are drawn, and what touches the neuron that is pointed at.
pub(super) const BUNDLED_FROM: usize = 100_000;

/// One connection to be drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub layer: usize,
    pub source: usize,
    pub target: usize,
    /// Its number in the layer.
    pub connection: usize,
    pub weight: f32,
    /// Topology updates since it grew, or since the start.
    pub age: u32,
    /// Whether it grew in one of the last updates.
    pub is_new: bool,
}

/// The connections of a network and when they were born.
pub(super) struct Connections<'a> {
    pub network: &'a Network,
    /// By layer and connection, the update at which it grew; 0 is the start.
    pub born: &'a [Vec<u32>],
    /// Topology updates since the one with a number.
    pub since: &'a dyn Fn(u32) -> u32,
    /// How many are drawn one by one at most; the strongest and the newest come first.
    pub most: usize,
}

/// The connections that are drawn.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// The weakest first.
    pub lines: Vec<Line>,
    /// Connections in view that are not filtered out.
    pub candidates: usize,
    /// Whether they are too many for lines.
    pub is_bundled: bool,
}

impl Connections<'_> {
    /// Chooses among the connections that pass the filters and of which an end is seen; `seen` knows by column and neuron.
    pub(super) fn choose(&self, look: &Look, seen: impl Fn(usize, usize) -> bool) -> Chosen {
        let thresholds = self.thresholds(look);
        let visit = |visit: &mut dyn FnMut(Line)| {
            for (layer, own) in self.network.layers().iter().enumerate() {
                for target in 0..own.weights.n_out() {
                    let is_seen = seen(layer + 1, target);
                    for (source, connection) in own.weights.incoming(target) {
                        if is_seen || seen(layer, source) {
                            let line = self.line(layer, source, target, connection);
                            if passes(look, thresholds[layer], &line) {
                                visit(line);
                            }
                        }
                    }
                }
            }
        };
        let mut candidates = 0;
        visit(&mut |_| candidates += 1);
        if candidates > BUNDLED_FROM {
            return Chosen { lines: Vec::new(), candidates, is_bundled: true };
        }
        let mut lines = Vec::with_capacity(candidates);
        visit(&mut |line| lines.push(line));
        let lines = if candidates > self.most { strongest_and_newest(&lines, self.most) } else { lines };
        Chosen { lines: sorted_by_strength(lines), candidates, is_bundled: false }
    }

    /// The connections of a neuron that pass the filters, the weakest first; column 0 are the inputs.
    pub(super) fn touching(&self, look: &Look, column: usize, neuron: usize) -> Vec<Line> {
        let thresholds = self.thresholds(look);
        let layers = self.network.layers();
        let mut lines = Vec::new();
        if let Some(layer) = column.checked_sub(1) {
            let incoming = layers[layer].weights.incoming(neuron);
            lines.extend(incoming.map(|(source, connection)| self.line(layer, source, neuron, connection)));
        }
        if let Some(layer) = layers.get(column) {
            match layer.weights.connectivity() {
                Some(connectivity) => {
                    let targets = connectivity.targets_of(neuron).iter().zip(connectivity.outgoing(neuron));
                    lines.extend(
                        targets.map(|(&target, connection)| self.line(column, neuron, target as usize, connection)),
                    );
                }
                // Row by row a target's connections lie together, one from each source.
                None => lines.extend(
                    (0..layer.weights.n_out())
                        .map(|target| self.line(column, neuron, target, target * layer.weights.n_in() + neuron)),
                ),
            }
        }
        lines.retain(|line| passes(look, thresholds[line.layer], line));
        sorted_by_strength(lines)
    }

    fn line(&self, layer: usize, source: usize, target: usize, connection: usize) -> Line {
        let born = self.born[layer][connection];
        let age = (self.since)(born);
        let weight = self.network.layers()[layer].weights.values()[connection];
        Line { layer, source, target, connection, weight, age, is_new: born > 0 && age < FADE }
    }

    /// By layer, the |weight| that a connection must have.
    fn thresholds(&self, look: &Look) -> Vec<f32> {
        let layers = self.network.layers().iter();
        layers.map(|layer| look.strongest.map_or(0.0, |share| threshold(layer.weights.values(), share))).collect()
    }
}

fn passes(look: &Look, threshold: f32, line: &Line) -> bool {
    line.weight.abs() >= threshold && look.youngest.is_none_or(|most| line.age <= most)
}

/// The |weight| from which on weights are among the strongest so many percent, rounded up to whole connections.
fn threshold(weights: &[f32], percent: u8) -> f32 {
    let kept = (weights.len() * usize::from(percent)).div_ceil(100);
    if kept == 0 || kept >= weights.len() {
        return 0.0;
    }
    let mut sizes: Vec<f32> = weights.iter().map(|weight| weight.abs()).collect();
    let position = sizes.len() - kept;
    let (_, &mut size, _) = sizes.select_nth_unstable_by(position, f32::total_cmp);
    size
}

/// As many lines as can be shown, from every layer its share: the strongest, and of the newest at most half of them.
fn strongest_and_newest(lines: &[Line], most: usize) -> Vec<Line> {
    let mut chosen = Vec::with_capacity(most);
    for layer in lines.chunk_by(|a, b| a.layer == b.layer) {
        let share = (most * layer.len() / lines.len()).max(150);
        let (new, old): (Vec<Line>, Vec<Line>) = layer.iter().partition(|line| line.is_new);
        let newest = new.len().min(share / 2);
        chosen.extend(new.iter().step_by(new.len().div_ceil(newest.max(1)).max(1)));
        let old = sorted_by_strength(old);
        chosen.extend(old.iter().rev().take(share - newest));
    }
    chosen
}

fn sorted_by_strength(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_unstable_by_key(|line| (line.weight.abs().to_bits(), line.layer, line.connection));
    lines
}

#[cfg(test)]
mod tests {
    use super::super::samples::network;
    use super::*;

    /// What is chosen after four updates, as layer, source and target in that order.
    fn chosen(look: &Look, seen: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize, usize)> {
        let network = network();
        let born = [vec![0, 4, 3, 0], vec![1, 2]];
        let connections = Connections { network: &network, born: &born, since: &|born| 4 - born, most: 4000 };
        let chosen = connections.choose(look, seen);
        assert_eq!(chosen.candidates, chosen.lines.len());
        places(&chosen.lines)
    }

    fn places(lines: &[Line]) -> Vec<(usize, usize, usize)> {
        let mut places: Vec<_> = lines.iter().map(|line| (line.layer, line.source, line.target)).collect();
        places.sort_unstable();
        places
    }

    #[test]
    fn filters_keep_what_they_say_worked_by_hand() {
        let all = |_: usize, _: usize| true;
        assert_eq!(chosen(&Look::default(), all).len(), 6);
        // Ages are 4, 0, 1, 4 and 3, 2.
        let young = Look { youngest: Some(1), ..Look::default() };
        assert_eq!(chosen(&young, all), [(0, 1, 0), (0, 1, 1)]);
        // Half of four in the first layer: 5 and 1; half of two in the second: 7.
        let strong = Look { strongest: Some(50), ..Look::default() };
        assert_eq!(chosen(&strong, all), [(0, 0, 1), (0, 2, 1), (1, 0, 0)]);
        // A quarter is one of four; of two it is rounded up to one.
        let strong = Look { strongest: Some(25), ..Look::default() };
        assert_eq!(chosen(&strong, all), [(0, 0, 1), (1, 0, 0)]);
        let both = Look { strongest: Some(50), youngest: Some(3), ..Look::default() };
        assert_eq!(chosen(&both, all), [(1, 0, 0)]);
    }

    #[test]
    fn what_has_no_end_in_view_is_left_out() {
        // Only input 1 and the output.
        let seen = |column: usize, neuron: usize| (column, neuron) == (0, 1) || column == 2;
        assert_eq!(chosen(&Look::default(), seen), [(0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 1, 0)]);
    }

    #[test]
    fn all_that_touches_a_neuron_is_found_from_both_sides() {
        let network = network();
        let born = [vec![0; 4], vec![0; 2]];
        let connections = Connections { network: &network, born: &born, since: &|_| 0, most: 4000 };
        let touching = |column, neuron| places(&connections.touching(&Look::default(), column, neuron));
        assert_eq!(touching(1, 1), [(0, 0, 1), (0, 1, 1), (0, 2, 1), (1, 1, 0)]);
        assert_eq!(touching(0, 1), [(0, 1, 0), (0, 1, 1)]);
        assert_eq!(touching(2, 0), [(1, 0, 0), (1, 1, 0)]);
        let strongest = connections.touching(&Look { strongest: Some(25), ..Look::default() }, 1, 1);
        assert_eq!(places(&strongest), [(0, 0, 1)]);
    }
}
