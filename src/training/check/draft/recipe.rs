//! Deciding what topology updates do, and whether that is possible.

mod constraints;

use super::Draft;
use crate::topology::formula::Variable;
use crate::topology::recipe::Stretch;
use crate::topology::{
    DensitySchedule, DropScore, Fallback, FanIn, Formula, GrowScore, Langevin, Method, NeuronPruning, NewWeights,
    Recipe, Scope, Stalled,
};
use crate::training::check::Findings;
use crate::training::spec::{ExperimentSpec, TrainingSpec};

impl Draft<'_> {
    /// The method's recipe with the parts that the experiment overrides; none where connections never change.
    pub(super) fn recipe(&self, method: Method, spec: &ExperimentSpec, findings: &mut Findings) -> Option<Recipe> {
        let Some(recipe) = method.recipe().map(|recipe| self.parts(&recipe)) else {
            // Values that have no effect must be possible all the same.
            self.check_values(&self.parts(&Recipe::PLAIN), findings);
            self.note_unused(findings);
            return None;
        };
        self.check_values(&recipe, findings);
        self.check_combination(&recipe, findings);
        self.check_fallback(&recipe, spec, findings);
        self.check_updates(&recipe, spec, findings);
        Some(recipe)
    }

    /// The method's recipe with the parts that the experiment overrides.
    fn parts(&self, method: &Recipe) -> Recipe {
        let sparsity = &self.sparsity;
        Recipe {
            drop: sparsity.drop.unwrap_or(method.drop),
            scope: sparsity.drop_scope.unwrap_or(method.scope),
            removes_chains: sparsity.remove_chains.unwrap_or(method.removes_chains),
            grow: sparsity.grow.unwrap_or(method.grow),
            redistribution: sparsity.redistribution.unwrap_or(method.redistribution),
            density: sparsity.density_schedule.unwrap_or(method.density),
            drop_fraction: sparsity.drop_fraction.unwrap_or(method.drop_fraction),
            drop_schedule: sparsity.drop_schedule.unwrap_or(method.drop_schedule),
            update_every: sparsity.update_every.unwrap_or(method.update_every),
            stop_at: sparsity.stop_at.unwrap_or(method.stop_at),
            new_weights: sparsity.new_weights.unwrap_or(method.new_weights),
            rewind: sparsity.rewind.unwrap_or(method.rewind),
            ticket: sparsity.ticket.unwrap_or(method.ticket),
            langevin: sparsity.langevin.or(method.langevin),
            fan_in: sparsity.fan_in.unwrap_or(method.fan_in),
            prune_neurons: sparsity.prune_neurons.or(method.prune_neurons),
            reserve: sparsity.reserve.or(method.reserve),
            fallback: sparsity.fallback.unwrap_or(method.fallback),
            // Growth by gradient needs the gradients of a batch, which then is not trained on.
            replaces_step: method.replaces_step
                || sparsity.reserve.or(method.reserve).is_none()
                    && sparsity.grow.is_some_and(|grow| grow.needs(Variable::Gradient)),
        }
    }

    fn note_unused(&self, findings: &mut Findings) {
        let own = self.own_sparsity;
        let says = own.drop.is_some()
            || own.grow.is_some()
            || own.drop_fraction.is_some()
            || own.density_schedule.is_some()
            || own.drop_scope.is_some()
            || own.redistribution.is_some()
            || own.remove_chains.is_some()
            || own.rewind.is_some()
            || own.langevin.is_some()
            || own.prune_neurons.is_some()
            || own.reserve.is_some()
            || own.fallback.is_some();
        if self.prefix.starts_with("arm.") && says {
            let text = "This method never changes connections: what is said of dropping and growing has no effect.";
            findings.note(&self.key(true, "sparsity.method"), text);
        }
    }

    /// Each value by itself.
    fn check_values(&self, recipe: &Recipe, findings: &mut Findings) {
        let own = self.own_sparsity;
        let is_share = |value: f64| (0.0..=1.0).contains(&value);
        let key = self.key(own.drop_fraction.is_some(), "sparsity.drop_fraction");
        findings.within(&key, recipe.drop_fraction, is_share(recipe.drop_fraction), "from 0 to 1");
        let key = self.key(own.stop_at.is_some(), "sparsity.stop_at");
        findings.within(&key, recipe.stop_at, is_share(recipe.stop_at), "from 0 to 1");
        if let DensitySchedule::Cubic { initial, end } | DensitySchedule::Sigmoid { initial, end } = recipe.density {
            let key = self.key(own.density_schedule.is_some(), "sparsity.density_schedule");
            findings.within(&key, initial, initial > 0.0 && initial <= 1.0, "above 0 and at most 1");
            findings.within(&key, end, is_share(end), "from 0 to 1");
        }
        if let DensitySchedule::Overshoot { extra } = recipe.density {
            let key = self.key(own.density_schedule.is_some(), "sparsity.density_schedule");
            findings.within(&key, extra, is_share(extra), "from 0 to 1");
        }
        if let DensitySchedule::Rounds { initial, share } = recipe.density {
            let key = self.key(own.density_schedule.is_some(), "sparsity.density_schedule");
            findings.within(&key, initial, initial > 0.0 && initial <= 1.0, "above 0 and at most 1");
            findings.within(&key, share, share > 0.0 && share < 1.0, "above 0 and below 1");
        }
        let key = self.key(own.drop.is_some(), "sparsity.drop");
        match recipe.drop {
            DropScore::MagnitudeAndGradient(lambda) => {
                findings.within(&key, lambda, (0.0..=1e6).contains(&lambda), "from 0 to 1000000");
            }
            DropScore::Formula(formula) => check_formula(&key, formula, &Variable::OF_CONNECTIONS, findings),
            _ => {}
        }
        if let GrowScore::Formula(formula) = recipe.grow {
            let key = self.key(own.grow.is_some(), "sparsity.grow");
            check_formula(&key, formula, &Variable::OF_PLACES, findings);
        }
        if let NewWeights::Normal(deviation) = recipe.new_weights {
            let key = self.key(own.new_weights.is_some(), "sparsity.new_weights");
            let fits = (0.0..=100.0).contains(&deviation);
            findings.within(&key, deviation, fits, "from 0 to 100 (a standard deviation)");
        }
        self.check_values_of_constraints(recipe, findings);
        if let Stretch::Epochs(0) | Stretch::Steps(0) = recipe.update_every {
            let key = self.key(own.update_every.is_some(), "sparsity.update_every");
            findings.fault(&key, "a topology update every 0 steps is impossible", "Choose at least 1");
        }
    }

    fn check_values_of_constraints(&self, recipe: &Recipe, findings: &mut Findings) {
        let own = self.own_sparsity;
        let is_share = |value: f64| (0.0..=1.0).contains(&value);
        if let Some(Langevin { l1, temperature }) = recipe.langevin {
            let key = self.key(own.langevin.is_some(), "sparsity.langevin");
            findings.within(&key, l1, is_share(l1), "from 0 to 1 (l1)");
            findings.within(&key, temperature, is_share(temperature), "from 0 to 1 (temperature)");
        }
        if let FanIn::Constant { salient } = recipe.fan_in {
            let key = self.key(own.fan_in.is_some(), "sparsity.fan_in");
            findings.within(&key, salient, is_share(salient), "from 0 to 1");
        }
        if let Some(NeuronPruning { share, from, every }) = recipe.prune_neurons {
            let key = self.key(own.prune_neurons.is_some(), "sparsity.prune_neurons");
            findings.within(&key, share, is_share(share), "from 0 to 1 (share)");
            findings.within(&key, from, is_share(from), "from 0 to 1 (from)");
            findings.within(&key, f64::from(every), every > 0, "at least 1 (every)");
        }
        if let Some(reserve) = recipe.reserve {
            let key = self.key(own.reserve.is_some(), "sparsity.reserve");
            findings.within(&key, reserve, (0.0..=1e6).contains(&reserve), "from 0 to 1000000");
        }
        if let Fallback::Stalled(Stalled { held_out, epochs }) = recipe.fallback {
            let key = self.key(own.fallback.is_some(), "sparsity.fallback");
            findings.within(&key, held_out, held_out > 0.0 && held_out < 1.0, "above 0 and below 1 (held_out)");
            findings.within(&key, f64::from(epochs), epochs > 0, "at least 1 (epochs)");
        }
    }

    /// Values that are possible each, but not together, or that do nothing.
    fn check_combination(&self, recipe: &Recipe, findings: &mut Findings) {
        let own = self.own_sparsity;
        let keeps_all = recipe.drop_fraction == 0.0 && !recipe.has_fixed_signs();
        let replaces_nothing = keeps_all || recipe.grow == GrowScore::None;
        let exchanges = recipe.prune_neurons.is_some() || recipe.reserve.is_some();
        if replaces_nothing && recipe.density == DensitySchedule::Constant && !exchanges {
            let key = self.key(own.drop_fraction.is_some(), "sparsity.drop_fraction");
            findings.note(&key, "Nothing will be pruned: this is static sparse training.");
        }
        if let DensitySchedule::Cubic { end, .. } | DensitySchedule::Sigmoid { end, .. } = recipe.density
            && end > recipe.stop_at
        {
            let key = self.key(own.density_schedule.is_some(), "sparsity.density_schedule");
            let problem = format!("the density falls until {end} of the run, but evolution ends at {}", recipe.stop_at);
            findings.fault(&key, &problem, "Let it fall sooner, or evolution last longer");
        }
        if recipe.scope == Scope::Threshold && matches!(recipe.drop, DropScore::Formula(_) | DropScore::Random) {
            let key = self.key(own.drop_scope.is_some(), "sparsity.drop_scope");
            let problem =
                "the threshold is made for magnitudes, and what is compared with it are scores of another scale";
            findings.fault(&key, problem, "Cut in each layer or in the network, or by a magnitude");
        }
        self.check_constraints(recipe, findings);
        if self.sparsity.density == Some(1.0) {
            let key = self.key(own.density.is_some(), "sparsity.density");
            findings.note(&key, "Density 100 %: no place is empty, so nothing can regrow. Lower the density.");
        }
    }

    /// Whether updates come at all, and leave anything to train.
    fn check_updates(&self, recipe: &Recipe, spec: &ExperimentSpec, findings: &mut Findings) {
        let steps_per_epoch = (self.facts.train / spec.training.batch) as u64;
        let key = self.key(self.own_sparsity.update_every.is_some(), "sparsity.update_every");
        let every = recipe.update_every.in_steps(steps_per_epoch);
        if every == 0 {
            return;
        }
        if !has_update(recipe, steps_per_epoch, &spec.training) {
            if recipe.density == DensitySchedule::Constant {
                findings.note(&key, "No topology update falls within the run: this is static sparse training.");
            } else {
                let problem = "no topology update falls within the run, so the density would never fall";
                findings.fault(&key, problem, "Update more often, or train longer");
            }
        } else if recipe.replaces_step && every == 1 {
            let text = "Every step is a topology update in place of training: no weight learns until evolution ends.";
            findings.note(&key, text);
        }
    }
}

fn check_formula(key: &str, formula: Formula, known: &[Variable], findings: &mut Findings) {
    if let Err(error) = formula.compile(known) {
        findings.fault(key, &error.to_string(), "Write a score such as abs(g) + 0.1*random");
    }
}

fn has_update(recipe: &Recipe, steps_per_epoch: u64, training: &TrainingSpec) -> bool {
    let steps = steps_per_epoch * u64::from(training.epochs);
    recipe.timing(steps, steps_per_epoch).next_after(0, steps).is_some()
}
