//! GMP, gradual magnitude pruning (Zhu & Gupta 2017).
//!
//! ```text
//! every ΔT until the end of the schedule: cut the smallest |w| of the network until the density is D + (1 − D)(1 − t)³
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::recipe::Recipe;
use crate::topology::start::Start;
use crate::topology::{DensitySchedule, GrowScore, Scope};

pub(super) const METHOD: Definition = Definition {
    key: "gmp",
    page: MethodPage {
        name: "GMP",
        long_name: "gradual magnitude pruning",
        idea: "Train dense and lose connections on the way: the smallest weights of the whole network go, many at first \
           and few at last. The simple rule that sparse training has to be measured by.",
        formula: "cut: smallest |w| of the network down to D + (D₀ − D)(1 − t)³\ngrow: nothing",
        parameters: &[
            ("D₀, t", "density_schedule = { cubic = { initial = 1.0, end = 0.5 } }"),
            ("ΔT", "update_every = { epochs = 1 }"),
        ],
        cost: "Starts with all connections, in the sparse format: the memory of the dense network twice over, and at \
           first slower than dense. The mean density over the run counts.",
        contested: "Often the best at equal final density, because it has seen all places. It does not save training, only \
           what comes after. The paper prunes every layer to the same sparsity; here, as in most later comparisons, the network \
           is ranked as a whole. Its ΔT is from 100 to 1,000 steps of far longer runs.",
        reference: "Zhu & Gupta 2017, arXiv:1710.01878",
    },
    kind: Kind::Sparse,
    start: Start::Random,
    recipe: Some(Recipe {
        scope: Scope::Network,
        density: DensitySchedule::Cubic { initial: 1.0, end: 0.5 },
        grow: GrowScore::None,
        stop_at: 0.5,
        ..Recipe::PLAIN
    }),
};
