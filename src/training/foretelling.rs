//! What the next topology update will do to the connections there are, as far as that can be told beforehand.

use std::borrow::Cow;

use super::snapshot::Snapshot;
use crate::topology::formula::Variable;
use crate::topology::{DensitySchedule, DropScore, Fate, LayerState, Recipe, Scope, drop};

impl Snapshot {
    /// Where a connection would stand at the next topology update if its layer stayed as it is.
    ///
    /// `None` where no update is to come, where the layer is dense or frozen and so does not evolve, and where chance, other
    /// layers or what the snapshot does not hold decide.
    #[must_use]
    pub fn fate(&self, layer: usize, connection: usize) -> Option<Fate> {
        let (drop, fraction) = self.next_cut().ok()?;
        Some(drop::fate(drop, &self.next_scores(drop, layer)?, fraction, connection))
    }

    /// The same of all connections of a layer at once.
    #[must_use]
    pub fn fates(&self, layer: usize) -> Option<Vec<Fate>> {
        let (drop, fraction) = self.next_cut().ok()?;
        Some(drop::fates(drop, &self.next_scores(drop, layer)?, fraction))
    }

    /// The score of which the next topology update cuts the lowest, in each layer by itself, and which share of them it cuts.
    ///
    /// # Errors
    /// Why it cannot be told beforehand what it cuts.
    pub fn next_cut(&self) -> Result<(DropScore, f64), &'static str> {
        let recipe = self.tuning.recipe.as_ref().ok_or("connections never change here")?;
        is_by_score_of_layer(recipe)?;
        is_known(recipe.drop)?;
        let next = self.next_update.ok_or("no topology update is to come")?;
        if self.gradients.is_empty() && recipe.drop.needs(Variable::Gradient) {
            return Err("the gradients of this moment are not kept");
        }
        Ok((recipe.drop, recipe.fraction(next, self.steps)))
    }

    /// Whether updates can cut in a layer: it is neither dense nor frozen.
    #[must_use]
    pub fn evolves(&self, layer: usize) -> bool {
        self.network.layers()[layer].weights.connectivity().is_some() && !self.frozen[layer]
    }

    fn next_scores(&self, drop: DropScore, layer: usize) -> Option<Cow<'_, [f32]>> {
        let weights = &self.network.layers()[layer].weights;
        let connectivity = weights.connectivity().filter(|_| !self.frozen[layer])?;
        let gradients = self.gradients.get(layer).map_or(&[][..], Vec::as_slice);
        let plain = LayerState::plain(connectivity, weights.values());
        drop.foretold(&LayerState { gradients, depth: layer, ..plain })
    }
}

/// Whether nothing decides but scores, and in each layer those of that layer alone.
fn is_by_score_of_layer(recipe: &Recipe) -> Result<(), &'static str> {
    if recipe.reserve.is_some() {
        return Err("parameters that learn in reserve decide, not a score of the connections");
    }
    if !recipe.cuts_by_score_alone() {
        return Err("more than a score decides: whole neurons lose their connections, too");
    }
    if recipe.density != DensitySchedule::Constant {
        return Err("more than a score decides: the number of connections changes");
    }
    match recipe.scope {
        Scope::Layer => Ok(()),
        Scope::Network => Err("the network is ranked as a whole, not each layer"),
        Scope::Threshold => Err("a threshold for all layers decides, not a rank in each"),
    }
}

/// Whether scores follow from what a snapshot holds.
fn is_known(drop: DropScore) -> Result<(), &'static str> {
    match drop {
        DropScore::SignChange => Err("what passes 0 goes, whatever its rank"),
        DropScore::Random | DropScore::RelativeImportanceSoft => Err("chance decides"),
        drop if drop.needs(Variable::Random) => Err("chance decides"),
        drop if drop.needs(Variable::Momentum) || drop.needs(Variable::Age) => {
            Err("the score asks for momentum or age, which are known at the update alone")
        }
        _ => Ok(()),
    }
}
