//! What the next topology update will do to the connections there are, as far as that can be told beforehand.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use rand::SeedableRng;

use super::snapshot::Snapshot;
use super::wanted::Wanted;
use crate::random::Generator;
use crate::topology::cut::cut;
use crate::topology::formula::Variable;
use crate::topology::{
    DensitySchedule, DropScore, Extent, FanIn, Fate, GrowScore, LayerState, Recipe, Redistribution, Rewind, Scope,
    Ticket, drop,
};

/// What an update goes by beside the network, its gradients and the settings.
#[derive(Debug, Clone)]
pub struct Foresight {
    /// Numbers of connections.
    pub wanted: Arc<Wanted>,
    /// H, where connections are cut below a threshold.
    pub threshold: f32,
    /// The key of the signs of places, where the recipe fixes them.
    pub signs: u64,
    /// Where parameters learn in reserve, by layer the connections (ascending) that they have overtaken.
    pub overtaken: Vec<Vec<u32>>,
    /// What was found out when somebody asked.
    pub(super) told: OnceLock<Result<Told, &'static str>>,
}

impl Foresight {
    /// The same without what was found out, which takes memory.
    pub(super) fn untold(self) -> Self {
        Self { told: OnceLock::new(), ..self }
    }
}

/// What can be told of all connections; by layer, nothing for one that does not evolve.
#[derive(Debug, Clone)]
pub(super) enum Told {
    Fates(Vec<Option<Vec<Fate>>>),
    Chances(Vec<Option<Vec<f32>>>),
}

/// What the next topology update cuts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextCut {
    /// What it cuts by, in a few words.
    pub by: &'static str,
    /// Which share of the connections of layers that evolve goes, from 0 to 1.
    pub share: f64,
    /// Whether chance has a say.
    pub is_by_chance: bool,
}

impl Snapshot {
    /// Where a connection would stand at the next topology update if the network stayed as it is: those that go come before
    /// those that stay, each by the score that decides.
    ///
    /// `None` where no update is to come, where the layer is dense or frozen and so does not evolve, and where chance or what
    /// the snapshot does not hold decides.
    #[must_use]
    pub fn fate(&self, layer: usize, connection: usize) -> Option<Fate> {
        match self.plain_cut() {
            Some((drop, fraction)) => Some(drop::fate(drop, &self.next_scores(drop, layer)?, fraction, connection)),
            None => self.told_fates(layer)?.get(connection).copied(),
        }
    }

    /// The same of all connections of a layer at once.
    #[must_use]
    pub fn fates(&self, layer: usize) -> Option<Vec<Fate>> {
        match self.plain_cut() {
            Some((drop, fraction)) => Some(drop::fates(drop, &self.next_scores(drop, layer)?, fraction)),
            None => self.told_fates(layer).cloned(),
        }
    }

    /// By connection of a layer, the probability that the next update cuts it, where chance decides; neurons that lose all
    /// inputs or outputs with it (chain removal) are not counted in.
    #[must_use]
    pub fn chances(&self, layer: usize) -> Option<&[f32]> {
        self.tuning.recipe.as_ref().filter(|recipe| is_by_chance(recipe))?;
        match self.told() {
            Ok(Told::Chances(chances)) => chances.get(layer)?.as_deref(),
            _ => None,
        }
    }

    /// What the next topology update cuts by.
    ///
    /// # Errors
    /// Why it cannot be told beforehand what it cuts.
    pub fn next_cut(&self) -> Result<NextCut, &'static str> {
        if let Some((drop, share)) = self.plain_cut() {
            return Ok(NextCut { by: drop.label(), share, is_by_chance: false });
        }
        let by = self.tuning.recipe.as_ref().map_or("", decider);
        let (mut gone, mut all) = (0.0, 0_u32);
        match self.told()? {
            Told::Fates(fates) => fates.iter().flatten().flatten().for_each(|fate| {
                gone += f64::from(u8::from(fate.is_pruned()));
                all += 1;
            }),
            Told::Chances(chances) => chances.iter().flatten().flatten().for_each(|&chance| {
                gone += f64::from(chance);
                all += 1;
            }),
        }
        let is_by_chance = matches!(self.told()?, Told::Chances(_));
        Ok(NextCut { by, share: gone / f64::from(all.max(1)), is_by_chance })
    }

    /// Whether updates can cut in a layer: it is neither dense nor frozen.
    #[must_use]
    pub fn evolves(&self, layer: usize) -> bool {
        self.network.layers()[layer].weights.connectivity().is_some() && !self.frozen[layer]
    }

    /// Whether a connection that stays by its rank may go with its neuron: one with so few inputs that stay that gradients, which
    /// nobody knows yet, decide whether it is ablated (Lasby et al. 2024).
    #[must_use]
    pub fn may_be_ablated(&self, layer: usize, connection: usize) -> bool {
        let Some(FanIn::Constant { salient }) = self.tuning.recipe.map(|recipe| recipe.fan_in) else { return false };
        let is_hidden = layer + 1 < self.network.layers().len();
        let (Some(own), Some(fates)) = (self.network.layers()[layer].weights.connectivity(), self.told_fates(layer))
        else {
            return false;
        };
        let Some(place) = own.iter().nth(connection).filter(|_| is_hidden) else { return false };
        let inputs = own.incoming(place.target as usize).map(|(_, input)| fates[input]);
        let (mut all, mut staying) = (0.0, 0.0);
        for fate in inputs {
            all += 1.0;
            staying += f64::from(u8::from(!fate.is_pruned()));
        }
        staying < salient * all
    }

    /// Score and fraction, where nothing decides but scores, and in each layer those of that layer alone.
    fn plain_cut(&self) -> Option<(DropScore, f64)> {
        let recipe = self.tuning.recipe.as_ref()?;
        let is_plain = recipe.cuts_by_score_alone()
            && recipe.density == DensitySchedule::Constant
            && recipe.scope == Scope::Layer
            && !recipe.has_fixed_signs()
            && !is_by_chance(recipe);
        if !is_plain || self.what_is_known(recipe).is_err() {
            return None;
        }
        Some((recipe.drop, recipe.fraction(self.next_update?, self.steps)))
    }

    /// Whether all is known that scores ask for.
    fn what_is_known(&self, recipe: &Recipe) -> Result<(), &'static str> {
        if recipe.reserve.is_none() && recipe.drop.needs(Variable::Momentum) {
            return Err("the score asks for momentum, which is known at the update alone");
        }
        if recipe.reserve.is_none() && self.gradients.is_empty() && recipe.drop.needs(Variable::Gradient) {
            return Err("the gradients of this moment are not kept");
        }
        Ok(())
    }

    fn next_scores(&self, drop: DropScore, layer: usize) -> Option<Cow<'_, [f32]>> {
        let ages = self.ages(drop, layer);
        let state = LayerState { ages: &ages, ..self.state(layer)? };
        // What it borrows is the snapshot's; scores by age are new ones.
        Some(match drop.foretold(&state)? {
            Cow::Owned(scores) => Cow::Owned(scores),
            Cow::Borrowed(_) => Cow::Borrowed(self.network.layers()[layer].weights.values()),
        })
    }

    /// What there is to know of a layer that evolves, but for ages.
    fn state(&self, layer: usize) -> Option<LayerState<'_>> {
        let weights = &self.network.layers()[layer].weights;
        let connectivity = weights.connectivity().filter(|_| !self.frozen[layer])?;
        let gradients = self.gradients.get(layer).map_or(&[][..], Vec::as_slice);
        let plain = LayerState::plain(connectivity, weights.values());
        Some(LayerState { gradients, depth: layer, signs: self.foresight.signs, ..plain })
    }

    /// Updates since each connection of a layer grew, as the next update will count them.
    #[expect(clippy::cast_precision_loss, reason = "numbers of updates")]
    fn ages(&self, drop: DropScore, layer: usize) -> Vec<f32> {
        let born = self.born[layer].iter().filter(|_| drop.needs(Variable::Age));
        born.map(|&born| (self.updates + 1).saturating_sub(born) as f32).collect()
    }

    fn told_fates(&self, layer: usize) -> Option<&Vec<Fate>> {
        match self.told() {
            Ok(Told::Fates(fates)) => fates.get(layer)?.as_ref(),
            _ => None,
        }
    }

    fn told(&self) -> Result<&Told, &'static str> {
        self.foresight.told.get_or_init(|| self.tell()).as_ref().map_err(|why| *why)
    }

    fn tell(&self) -> Result<Told, &'static str> {
        let recipe = self.tuning.recipe.as_ref().ok_or("connections never change here")?;
        let next = self.next_update.ok_or("no topology update is to come")?;
        self.what_is_known(recipe)?;
        let every = recipe.timing(self.steps, self.steps_per_epoch).every;
        let wanted = &self.foresight.wanted;
        let extent = wanted.extent(recipe, self.updates + 1, next, (self.steps, every));
        if recipe.rewind != Rewind::None && recipe.ticket == Ticket::Shuffled && extent.connections == Some(wanted.last)
        {
            return Err("chance decides: the places of the last round are shuffled");
        }
        let progress = recipe.progress(next, self.steps);
        if is_by_chance(recipe) {
            return self.tell_chances(recipe, extent.fraction, progress);
        }
        Ok(Told::Fates(self.tell_fates(recipe, next, extent, progress)))
    }

    fn tell_chances(&self, recipe: &Recipe, fraction: f64, progress: f64) -> Result<Told, &'static str> {
        let alone = recipe.density == DensitySchedule::Constant && recipe.prune_neurons.is_none();
        if recipe.scope != Scope::Layer || !alone {
            return Err("chance decides, and more than it");
        }
        let of_layer = |layer| {
            let Some(state) = self.state(layer) else { return Ok(None) };
            let chances = drop::chances(recipe.drop, &LayerState { progress, ..state }, fraction);
            chances.map(Some).ok_or("chance decides, by a formula of one's own")
        };
        (0..self.network.layers().len()).map(of_layer).collect::<Result<_, _>>().map(Told::Chances)
    }

    fn tell_fates(&self, recipe: &Recipe, next: u64, extent: Extent, progress: f64) -> Vec<Option<Vec<Fate>>> {
        let layers = self.network.layers().len();
        let ages: Vec<Vec<f32>> = (0..layers).map(|layer| self.ages(recipe.drop, layer)).collect();
        let is_last = self.timing.and_then(|timing| timing.next_after(next, self.steps)).is_none();
        let states: Vec<Option<LayerState>> = (0..layers)
            .map(|layer| {
                let own = self.state(layer)?;
                let sizes = [own.connectivity.places(), own.weights.len()];
                let elastic = self.foresight.wanted.elastic(recipe, layer, sizes, (progress, is_last));
                Some(LayerState { elastic, progress, ages: &ages[layer], ..own })
            })
            .collect();
        let leaving = if recipe.reserve.is_some() {
            self.foresight.overtaken.clone()
        } else {
            let frozen = |layer: &usize| self.frozen[*layer];
            let connections = |layer: usize| self.network.layers()[layer].weights.connections();
            let of_frozen: usize = (0..layers).filter(frozen).map(connections).sum();
            let extent = Extent { connections: extent.connections.map(|all| all.saturating_sub(of_frozen)), ..extent };
            // Where connections grow has no say in what goes.
            let recipe = Recipe { redistribution: Redistribution::None, ..*recipe };
            let cuts = cut(&states, &recipe, extent, &mut self.foresight.threshold.clone(), &mut nobody());
            cuts.into_iter().map(|cut| cut.removed).collect()
        };
        let drop = if recipe.reserve.is_some() { DropScore::Magnitude } else { recipe.drop };
        let told = states.iter().zip(leaving).map(|(state, leaving)| {
            let state = state.as_ref()?;
            let scores = drop.foretold(state).unwrap_or(Cow::Borrowed(state.weights));
            Some(drop::fates_of(&scores, &leaving))
        });
        told.collect()
    }
}

/// A generator for what draws nothing.
fn nobody() -> Generator {
    Generator::from_seed([0; 32])
}

fn is_by_chance(recipe: &Recipe) -> bool {
    let is_soft = matches!(recipe.drop, DropScore::Random | DropScore::RelativeImportanceSoft);
    let cuts = recipe.reserve.is_none() && recipe.grow != GrowScore::None;
    cuts && (is_soft || recipe.drop.needs(Variable::Random))
}

/// What decides in an update that goes by more than a rank in each layer.
fn decider(recipe: &Recipe) -> &'static str {
    match (recipe.density, recipe.scope) {
        _ if recipe.reserve.is_some() => "overtaken by parameters in reserve",
        (DensitySchedule::Overshoot { .. }, _) | (DensitySchedule::Constant, Scope::Layer) => recipe.drop.label(),
        (DensitySchedule::Constant, Scope::Threshold) => "below the threshold H",
        _ => "smallest of the network",
    }
}
