//! What parts that ask something of weights, places and neurons can be combined with.

use super::super::Draft;
use crate::topology::{
    DensitySchedule, Fallback, FanIn, GrowScore, Recipe, Redistribution, Rewind, Scope, Start, Ticket,
};
use crate::training::check::Findings;
use crate::training::spec::ExperimentSpec;

impl Draft<'_> {
    pub(super) fn check_constraints(&self, recipe: &Recipe, findings: &mut Findings) {
        self.check_rewinding(recipe, findings);
        self.check_signs(recipe, findings);
        self.check_fan_in(recipe, findings);
        self.check_reserve(recipe, findings);
        self.check_overshoot(recipe, findings);
    }

    fn check_rewinding(&self, recipe: &Recipe, findings: &mut Findings) {
        let key = self.key(self.own_sparsity.rewind.is_some(), "sparsity.rewind");
        if recipe.rewind != Rewind::None && recipe.grow != GrowScore::None {
            let problem = "connections that grow have no early weights to go back to";
            findings.fault(&key, problem, "Let nothing grow, grow = \"none\", or leave the weights where they are");
        }
        if recipe.rewind != Rewind::None && !matches!(recipe.density, DensitySchedule::Rounds { .. }) {
            let problem = "weights are rewound after rounds of pruning, and the density does not fall in rounds";
            findings.fault(&key, problem, "Write density_schedule = { rounds = { initial = 1.0, share = 0.2 } }");
        }
        if recipe.rewind == Rewind::None && recipe.ticket != Ticket::Rewound {
            let key = self.key(self.own_sparsity.ticket.is_some(), "sparsity.ticket");
            findings.note(&key, "Weights are never rewound: what is said of the ticket has no effect.");
        }
    }

    /// What can be said of places whose connections keep their sign, and of the noise that drives them across 0.
    fn check_signs(&self, recipe: &Recipe, findings: &mut Findings) {
        if recipe.langevin.is_some() && !recipe.has_fixed_signs() {
            let key = self.key(self.own_sparsity.langevin.is_some(), "sparsity.langevin");
            let problem = "noise drives weights past 0 where places have signs, and here they have none";
            findings.fault(&key, problem, "Write drop = \"sign-change\" too, or leave the noise out");
        }
        if !recipe.has_fixed_signs() {
            return;
        }
        let impossible = [
            (recipe.grow == GrowScore::None, "nothing grows"),
            (recipe.fan_in != FanIn::Free, "all neurons of a layer are to have the same number of inputs"),
            (self.start_is_scored(), "the first connections are chosen by a score of weights whose signs would change"),
        ];
        for (_, what) in impossible.into_iter().filter(|(is_so, _)| *is_so) {
            let key = self.key(self.own_sparsity.drop.is_some(), "sparsity.drop");
            let problem = format!("weights that have passed 0 are cut and replaced, but {what}");
            findings.fault(&key, &problem, "Leave one of the two out");
        }
    }

    fn start_is_scored(&self) -> bool {
        self.sparsity.start.is_some_and(|start| start != Start::Random)
    }

    /// What can be said of a layer whose neurons all have the same number of inputs.
    fn check_fan_in(&self, recipe: &Recipe, findings: &mut Findings) {
        if recipe.fan_in == FanIn::Free {
            return;
        }
        let impossible = [
            (recipe.density != DensitySchedule::Constant, "the density falls"),
            (recipe.scope != Scope::Layer, "connections are cut across layers"),
            (recipe.redistribution != Redistribution::None, "connections move between layers"),
            (recipe.removes_chains, "single neurons lose their connections"),
            (recipe.prune_neurons.is_some(), "single neurons lose their connections"),
            (recipe.grow.predicts_links(), "link prediction has no say for single neurons"),
            (self.start_is_scored(), "the first connections are chosen by a score"),
        ];
        for (_, what) in impossible.into_iter().filter(|(is_so, _)| *is_so) {
            let key = self.key(self.own_sparsity.fan_in.is_some(), "sparsity.fan_in");
            let problem = format!("all neurons of a layer are to have the same number of inputs, but {what}");
            findings.fault(&key, &problem, "Leave one of the two out");
        }
    }

    /// What can be said of connections that are there between updates alone.
    fn check_overshoot(&self, recipe: &Recipe, findings: &mut Findings) {
        let DensitySchedule::Overshoot { .. } = recipe.density else { return };
        let own = self.own_sparsity;
        let impossible = [
            (recipe.grow == GrowScore::None, "nothing grows"),
            (recipe.scope != Scope::Layer, "connections are cut across layers"),
            (recipe.redistribution != Redistribution::None, "connections move between layers"),
            (recipe.removes_chains || recipe.prune_neurons.is_some(), "neurons lose their connections"),
            (recipe.has_fixed_signs(), "what is cut follows from signs"),
            (self.start_is_scored(), "the first connections are chosen by a score"),
        ];
        for (_, what) in impossible.into_iter().filter(|(is_so, _)| *is_so) {
            let key = self.key(own.density_schedule.is_some(), "sparsity.density_schedule");
            let problem = format!("layers have more connections between updates, but {what}");
            findings.fault(&key, &problem, "Leave one of the two out");
        }
        if own.drop_fraction.is_some() {
            let text = "As many are cut as there are too many: the drop fraction has no effect.";
            findings.note(&self.key(true, "sparsity.drop_fraction"), text);
        }
    }

    /// What can be said of parameters that are kept while they are not used.
    fn check_reserve(&self, recipe: &Recipe, findings: &mut Findings) {
        if recipe.reserve.is_none() {
            return;
        }
        let own = self.own_sparsity;
        let impossible = [
            (recipe.density != DensitySchedule::Constant, "the density falls"),
            (recipe.fan_in != FanIn::Free, "all neurons of a layer are to have the same number of inputs"),
            (recipe.langevin.is_some() || recipe.has_fixed_signs(), "places have signs"),
            (recipe.prune_neurons.is_some() || recipe.removes_chains, "neurons lose their connections"),
            (recipe.redistribution != Redistribution::None, "connections move between layers"),
            (self.start_is_scored(), "the first connections are chosen by a score"),
        ];
        for (_, what) in impossible.into_iter().filter(|(is_so, _)| *is_so) {
            let key = self.key(own.reserve.is_some(), "sparsity.reserve");
            let problem = format!("parameters are kept in reserve and exchanged by |θ|, but {what}");
            findings.fault(&key, &problem, "Leave one of the two out");
        }
        let says = [
            own.drop.is_some(),
            own.grow.is_some(),
            own.drop_scope.is_some(),
            own.drop_fraction.is_some(),
            own.drop_schedule.is_some(),
            own.new_weights.is_some(),
        ];
        if says.contains(&true) {
            let text = "Parameters are exchanged by |θ|: what is said of dropping and growing has no effect.";
            findings.note(&self.key(true, "sparsity.reserve"), text);
        }
    }

    /// Whether enough samples are left to train on where some are held out, and what follows from it.
    pub(super) fn check_fallback(&self, recipe: &Recipe, spec: &ExperimentSpec, findings: &mut Findings) {
        let Fallback::Stalled(stalled) = recipe.fallback else { return };
        let key = self.key(self.own_sparsity.fallback.is_some(), "sparsity.fallback");
        let held_out = stalled.samples(self.facts.train);
        let (left, batch) = (self.facts.train - held_out, spec.training.batch);
        if left < batch.max(1) {
            let problem =
                format!("with {held_out} training samples held out, {left} are left, fewer than a batch of {batch}");
            return findings.fault(
                &key,
                &problem,
                "Hold fewer out, take smaller batches, or write fallback = \"never\"",
            );
        }
        let text = format!("{held_out} training samples are held out to judge when growth has stalled: {left} train.");
        findings.note(&key, &text);
        let epochs = stalled.epochs;
        if spec.training.epochs <= epochs {
            let text = format!(
                "Growth cannot stall for {epochs} epochs in this run, so nothing will come of holding samples out."
            );
            findings.note(&key, &text);
        }
    }

    /// Whether all rounds of pruning have room in the run.
    pub(in super::super) fn check_rounds(
        &self,
        recipe: &Recipe,
        first: &[usize],
        last: &[usize],
        spec: &ExperimentSpec,
        findings: &mut Findings,
    ) {
        let Some(rounds) = recipe.density.rounds(first.iter().sum(), last.iter().sum()) else { return };
        let steps_per_epoch = (self.facts.train / spec.training.batch.max(1)) as u64;
        let steps = steps_per_epoch * u64::from(spec.training.epochs);
        let every = recipe.update_every.in_steps(steps_per_epoch).max(1);
        let room = recipe.end(steps).min(steps.saturating_sub(1)) / every;
        if let Rewind::To(early) = recipe.rewind
            && early.in_steps(steps_per_epoch) >= every
        {
            let key = self.key(self.own_sparsity.rewind.is_some(), "sparsity.rewind");
            let problem = "weights go back to a step that comes after the first round";
            findings.fault(&key, problem, "Go back to an earlier step, or make rounds longer (update_every)");
        }
        if rounds > room {
            let key = self.key(self.own_sparsity.density_schedule.is_some(), "sparsity.density_schedule");
            let problem = format!("it takes {rounds} rounds to reach the density, and the run has room for {room}");
            let epochs = (rounds.saturating_add(1).saturating_mul(every)).div_ceil(steps_per_epoch.max(1));
            let remedy =
                format!("Train {epochs} epochs, remove more in each round, or make rounds shorter (update_every)");
            findings.fault(&key, &problem, &remedy);
        }
    }
}
