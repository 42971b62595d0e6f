//! Deep-R, deep rewiring (Bellec, Kappel, Maass & Legenstein, ICLR 2018).
//!
//! ```text
//! every connection has a sign s for ever, and w = s θ
//! every step: θ ← θ − η ∂L/∂θ − η α + √(2 η T) ν
//!             cut all with θ < 0; grow as many at random, at θ = 0
//! ```

use super::{Definition, Kind, MethodPage};
use crate::topology::DropScore;
use crate::topology::langevin::Langevin;
use crate::topology::recipe::{Recipe, Stretch};
use crate::topology::start::Start;

pub(super) const METHOD: Definition = Definition {
    key: "deep-r",
    page: MethodPage {
        name: "Deep-R",
        long_name: "deep rewiring",
        idea: "Each place has a sign that never changes, like a synapse that excites or inhibits. A weight that training, a \
           pull towards zero and a little noise drive across zero is cut at once, and another grows at random. Together \
           they sample networks of a fixed number of connections rather than search for one.",
        formula: "θ ← θ − η ∂L/∂θ − η α + √(2 η T) ν, w = s θ\ncut: θ < 0\ngrow: uniformly, at θ = 0",
        parameters: &[
            ("α, T", "langevin = { l1 = 1e-5, temperature = 1e-10 }, which is noise of 1e-5 at a rate of 0.5"),
            ("ΔT", "update_every = { steps = 1 }"),
            ("η", "learning_rate; the paper has plain gradient descent, momentum = 0, with rates from 0.05 to 0.5"),
        ],
        cost: "A topology update in every step, and a random number for every connection: a few times as slow as a static \
           sparse network. No dense computation.",
        contested: "That it samples from a posterior holds for a temperature that networks are rarely trained at. With the small noise \
           of the reference code, what drives rewiring is the gradient and the pull towards 0. Its variant without a fixed number of \
           connections, soft-DEEP R, is not here.",
        reference: "Bellec et al. 2018, ICLR, arXiv:1711.05136",
    },
    kind: Kind::Sparse,
    start: Start::Random,
    recipe: Some(Recipe {
        drop: DropScore::SignChange,
        update_every: Stretch::Steps(1),
        langevin: Some(Langevin { l1: 1e-5, temperature: 1e-10 }),
        ..Recipe::PLAIN
    }),
};
