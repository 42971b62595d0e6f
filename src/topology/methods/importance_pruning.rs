//! SET with importance pruning (Curci, Mocanu & Pechenizkiy 2021, "Truly sparse neural networks at scale").
//!
//! ```text
//! every epoch but the last: as SET
//! in the later part of the run, every tenth epoch: the 20 % of each hidden layer's neurons with the least Σ|w| of their
//!     inputs lose these, and nothing grows for them
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::DropScore;
use crate::topology::neurons::NeuronPruning;
use crate::topology::recipe::Recipe;
use crate::topology::start::Start;

pub(super) const METHOD: Definition = Definition {
    key: "importance-pruning",
    page: MethodPage {
        name: "Importance pruning",
        long_name: "SET with importance pruning of neurons",
        idea: "Training goes on as in SET, but now and then, later in the run, the weakest neurons lose all their inputs: \
           those whose incoming weights sum to the least. So the network becomes smaller while it learns, and what it \
           saves grows. Made for networks of millions of neurons, together with the activation function All-ReLU.",
        formula: "cut: as SET, and all inputs of neurons with the lowest Σ|w|\ngrow: as SET, uniformly, as many as SET has cut",
        parameters: &[
            ("ζ, ε, ΔT", "as SET"),
            (
                "neurons",
                "prune_neurons = { share = 0.2, from = 0.4, every = 10 }: epoch 200 of 500 on, every tenth update",
            ),
            (
                "α",
                "activation = \"all-relu\" in [network]: slope −0.6 or 0.6 for negative sums, by turns from layer to layer",
            ),
        ],
        cost: "Less and less: connections go with the neurons. No dense computation.",
        contested: "At later updates new connections may grow to a neuron that was pruned, as anywhere in SET. With short runs or few \
           connections whole layers can be starved: look at dead neurons.",
        reference: "Curci, Mocanu & Pechenizkiy 2021, arXiv:2102.01732",
    },
    kind: Kind::Sparse,
    start: Start::Random,
    recipe: Some(Recipe {
        drop: DropScore::MagnitudeBySign,
        prune_neurons: Some(NeuronPruning { share: 0.2, from: 0.4, every: 10 }),
        ..Recipe::PLAIN
    }),
};
