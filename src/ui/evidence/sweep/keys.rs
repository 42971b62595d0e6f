//! Settings that are offered to be swept, each with values to begin with.

/// A key of the experiment.
pub(super) struct Offer {
    /// Its dotted path, as in a file.
    pub key: &'static str,
    /// What it sets.
    pub meaning: &'static str,
    /// Values to begin with, as a file would list them.
    pub values: &'static str,
}

const fn offer(key: &'static str, meaning: &'static str, values: &'static str) -> Offer {
    Offer { key, meaning, values }
}

/// Those that are asked for most come first. Any other key of the file can be typed.
pub(super) const OFFERS: [Offer; 19] = [
    offer("sparsity.density", "Share of the places that hold a connection", "0.02, 0.05, 0.1, 0.2, 0.5"),
    offer("sparsity.method", "Method of every arm that names none itself", "set, rigl, static"),
    offer("sparsity.drop_fraction", "ζ, share of the connections cut at a topology update", "0.1, 0.2, 0.3, 0.4, 0.5"),
    offer("sparsity.update_every", "ΔT, between topology updates", "{ epochs = 1 }, { epochs = 2 }, { epochs = 5 }"),
    offer("sparsity.stop_at", "Share of the run after which the topology stays", "0.5, 0.75, 1"),
    offer("sparsity.epsilon", "ε, sparseness as in SET, where no density is set", "1, 2, 4, 8"),
    offer("sparsity.allocation", "How connections are shared out among layers", "uniform, er"),
    offer("sparsity.new_weights", "What grown connections begin with", "zero, he, sparse-he"),
    offer("optimizer.learning_rate", "η, step of the optimizer", "0.01, 0.03, 0.1, 0.3"),
    offer("optimizer.momentum", "Share of the last step that stays", "0, 0.5, 0.9"),
    offer("optimizer.weight_decay", "Pull of all weights towards 0", "0, 0.0001, 0.0005, 0.002"),
    offer("training.batch", "Samples in a step", "8, 16, 32, 64"),
    offer("training.epochs", "Passes over the training samples", "10, 20, 40"),
    offer("data.train", "Training samples", "100, 200, 400, 800"),
    offer("data.noise_features", "Inputs that say nothing", "0, 10, 20, 40"),
    offer("data.noise_std", "Spread of these inputs", "0.5, 1, 2"),
    offer("network.hidden", "Neurons of each hidden layer", "[16], [32], [32, 16]"),
    offer("network.activation", "Activation of hidden layers", "relu, tanh"),
    offer("network.dropout", "Share of hidden neurons left out of a step", "0, 0.1, 0.2"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::parse_experiment;
    use crate::training::{AxisSpec, check_sweep};

    #[test]
    fn every_offer_can_be_swept_as_it_stands() {
        let text = "format = 1\nname = \"x\"\ndata = { source = \"circle\" }\n";
        let plain = parse_experiment(text).expect("valid").spec().clone();
        for Offer { key, values, .. } in OFFERS {
            let mut spec = plain.clone();
            if key == "sparsity.epsilon" {
                spec.sparsity.density = None;
            }
            spec.sweep = vec![AxisSpec::parsed(key, values)];
            let sweep = check_sweep(&spec).unwrap_or_else(|faults| panic!("{key}: {faults:?}"));
            assert!(sweep.points().len() > 1, "{key}");
        }
    }
}
