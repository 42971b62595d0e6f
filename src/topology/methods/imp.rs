//! IMP, iterative magnitude pruning with rewinding: the lottery ticket experiment (Frankle & Carbin, ICLR 2019).
//!
//! ```text
//! train for ΔT; cut the smallest 20 % |w| of the network; set the weights that are left back to those of step k; again,
//! until the density is D; then train what is left, the ticket, to the end
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::lottery::Rewind;
use crate::topology::recipe::{Recipe, Stretch};
use crate::topology::start::Start;
use crate::topology::{DensitySchedule, GrowScore, Scope};

pub(super) const METHOD: Definition = Definition {
    key: "imp",
    page: MethodPage {
        name: "IMP",
        long_name: "iterative magnitude pruning, lottery tickets",
        idea: "Train a dense network, cut its smallest weights, set those that are left back to where they began, and \
           train again: round after round. The hypothesis is that a dense network contains a small one that, from the \
           same first weights, learns as well by itself: a winning ticket. To see what of it matters, start the last round \
           from other weights, or from other places.",
        formula: "cut: smallest 20 % |w| of the network each round\ngrow: nothing\nthen: w ← w of step k, momentum ← 0",
        parameters: &[
            ("p", "density_schedule = { rounds = { initial = 1.0, share = 0.2 } }"),
            ("j", "update_every = { epochs = 40 }, the length of a round"),
            ("k", "rewind = { to = { steps = 0 } }"),
            (
                "control",
                "ticket = \"rewound\", \"reinitialised\", \"rescaled\" or \"shuffled\": what the last round begins from",
            ),
        ],
        cost: "Many trainings, the first of them dense: from 100 to 2 % by fifths takes 18 rounds before the ticket is \
           trained. It finds out what would have sufficed; it saves nothing.",
        contested: "The paper prunes its fully connected network layer by layer, outputs at half the rate, and only convolutional ones \
           as a whole, as here. In large networks rewinding to the very first weights does not help, rewinding to a little later does (Frankle \
           et al. 2020); with high learning rates rewound weights are no better than new ones (Liu et al. 2019). Here the \
           rounds share the epochs of the experiment, each ΔT long, with a learning rate schedule for each.",
        reference: "Frankle & Carbin 2019, ICLR, arXiv:1803.03635",
    },
    kind: Kind::Sparse,
    start: Start::Random,
    recipe: Some(Recipe {
        scope: Scope::Network,
        density: DensitySchedule::Rounds { initial: 1.0, share: 0.2 },
        grow: GrowScore::None,
        update_every: Stretch::Epochs(40),
        rewind: Rewind::To(Stretch::Steps(0)),
        ..Recipe::PLAIN
    }),
};
