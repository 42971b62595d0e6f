//! Deciding every value of an arm, from what it says itself, what the experiment says, and what its method says.

mod later;
mod operations;
mod recipe;

use self::operations::with_operations;
use super::Findings;
use crate::data::DataFacts;
use crate::nn::{Activation, Rule};
use crate::topology::allocation::{Shape, counts, densities, erdos_renyi};
use crate::topology::fan_in::inputs_each;
use crate::topology::methods::{Kind, small_dense_widths};
use crate::topology::recipe::Stretch;
use crate::topology::{Allocation, FanIn, Method, Recipe, Start};
use crate::training::arm::{Arm, HiddenLayer, Tuning};
use crate::training::spec::{AllocationSpec, ExperimentSpec, LayerSpec, NetworkSpec, OptimizerSpec, SparsitySpec};

/// Density where an experiment says none.
const DEFAULT_DENSITY: f64 = 0.1;
/// The widest layer.
const WIDEST: usize = 4_000_000;
/// Most paths of length 3 that link prediction may walk over at an update: about a minute.
const MOST_PATHS: f64 = 1e10;
/// The deepest network.
const DEEPEST: usize = 64;

/// The arms that can be decided; what cannot is among the findings.
pub(super) fn all_arms(spec: &ExperimentSpec, facts: &DataFacts, findings: &mut Findings) -> Vec<Arm> {
    let own = Draft {
        facts,
        prefix: String::new(),
        own_network: &spec.network,
        own_sparsity: &spec.sparsity,
        own_optimizer: &spec.optimizer,
        network: spec.network.clone(),
        sparsity: spec.sparsity.clone(),
        optimizer: spec.optimizer.clone(),
        replaces_list: false,
    };
    let steps_per_epoch = (facts.train / spec.training.batch.max(1)) as u64;
    let method = spec.sparsity.method.unwrap_or_default();
    let first = own.decide(method.page().name, spec, findings);
    let mut arms = vec![first.map(|arm| {
        let arm = own.with_later(arm, "", &spec.later, spec, findings);
        with_operations(arm, "", &spec.operations, spec, steps_per_epoch, findings)
    })];
    for (index, arm) in spec.arms.iter().enumerate() {
        let draft = Draft {
            facts,
            prefix: format!("arm.{index}."),
            own_network: &arm.network,
            own_sparsity: &arm.sparsity,
            own_optimizer: &arm.optimizer,
            network: arm.network.over(&spec.network),
            sparsity: arm.sparsity.over(&spec.sparsity),
            optimizer: arm.optimizer.over(&spec.optimizer),
            replaces_list: matches!(spec.sparsity.allocation, Some(AllocationSpec::Densities(_)))
                && matches!(arm.sparsity.allocation, Some(AllocationSpec::Rule(_))),
        };
        let (prefix, later) =
            if arm.later.is_empty() { ("", &spec.later) } else { (draft.prefix.as_str(), &arm.later) };
        let decided = draft.decide(&arm.name, spec, findings);
        arms.push(decided.map(|decided| {
            let decided = draft.with_later(decided, prefix, later, spec, findings);
            with_operations(decided, &draft.prefix, &arm.operations, spec, steps_per_epoch, findings)
        }));
    }
    arms.into_iter().flatten().collect()
}

/// An arm before its values are decided: what it says itself, and what holds for it in all.
struct Draft<'a> {
    facts: &'a DataFacts,
    /// What stands before the keys of its own values.
    prefix: String,
    own_network: &'a NetworkSpec,
    own_sparsity: &'a SparsitySpec,
    own_optimizer: &'a OptimizerSpec,
    network: NetworkSpec,
    sparsity: SparsitySpec,
    optimizer: OptimizerSpec,
    /// Whether an arm's own rule takes the place of the experiment's list of densities.
    replaces_list: bool,
}

impl Draft<'_> {
    /// The key of a value: the arm's own if it names it, else the experiment's.
    fn key(&self, named: bool, key: &str) -> String {
        if named { format!("{}{key}", self.prefix) } else { key.to_owned() }
    }

    fn decide(&self, name: &str, spec: &ExperimentSpec, findings: &mut Findings) -> Option<Arm> {
        let before = findings.faults.len();
        let mut sizes = self.sizes(findings)?;
        let hidden = self.hidden(findings);
        let method = self.sparsity.method.unwrap_or_default();
        let mut connections = self.connections(&sizes, findings)?;
        if method.kind() == Kind::SmallDense {
            let hidden = small_dense_widths(&sizes, connections.iter().sum());
            let last = sizes.len() - 1;
            sizes[1..last].copy_from_slice(&hidden);
        }
        if method.is_dense() {
            connections = Shape::between(&sizes).into_iter().map(Shape::places).collect();
        }
        let tuning = self.tuning(method, spec, findings);
        let own = tuning.recipe.map(|recipe| recipe.fan_in).or(self.sparsity.fan_in);
        let fan_in = own.filter(|_| !method.is_dense()).unwrap_or_default();
        if fan_in != FanIn::Free {
            // Every neuron of a layer has the same number of inputs.
            for (connections, Shape { n_in, n_out }) in connections.iter_mut().zip(Shape::between(&sizes)) {
                *connections = n_out * inputs_each(n_in, n_out, *connections);
            }
        }
        let start = if method.is_dense() { Start::Random } else { self.sparsity.start.unwrap_or(method.start()) };
        let first_connections = self.first_connections(&sizes, &connections, start, tuning.recipe.as_ref(), findings);
        if let Some(recipe) = tuning.recipe {
            self.check_rounds(&recipe, &first_connections, &connections, spec, findings);
        }
        if tuning.recipe.is_some_and(|recipe| recipe.grow.predicts_links()) {
            self.check_paths(&sizes, &first_connections, findings);
        }
        (findings.faults.len() == before).then(|| Arm {
            name: name.to_owned(),
            method,
            sizes,
            hidden,
            loss: spec.training.loss,
            rule: self.optimizer.name.unwrap_or_default(),
            weight_init: self.sparsity.weight_init.unwrap_or_default(),
            fan_in,
            start,
            first_connections,
            connections,
            tuning,
            later: Vec::new(),
            operations: Vec::new(),
        })
    }

    fn sizes(&self, findings: &mut Findings) -> Option<Vec<usize>> {
        let own = self.own_network;
        if self.network.hidden.is_some() && self.network.layers.is_some() {
            let key = self.key(own.layers.is_some(), "network.layer");
            findings.fault(&key, "hidden layers are given by size and one by one", "Give one of the two");
            return None;
        }
        let key = if self.network.layers.is_some() { "network.layer" } else { "network.hidden" };
        let key = self.key(own.hidden.is_some() || own.layers.is_some(), key);
        let hidden: Vec<usize> = self.network.hidden_layers().iter().map(|layer| layer.size).collect();
        if let Some(&width) = hidden.iter().find(|&&width| width == 0 || width > WIDEST) {
            let remedy = format!("Choose widths from 1 to {WIDEST}");
            findings.fault(&key, &format!("a hidden layer of {width} neurons is impossible"), &remedy);
            return None;
        }
        if hidden.len() > DEEPEST {
            let problem = format!("{} hidden layers are too many", hidden.len());
            findings.fault(&key, &problem, &format!("Choose at most {DEEPEST}"));
            return None;
        }
        // Two classes need a single logit.
        let outputs = if self.facts.classes == 2 { 1 } else { self.facts.classes };
        Some([&[self.facts.features], hidden.as_slice(), &[outputs]].concat())
    }

    fn hidden(&self, findings: &mut Findings) -> Vec<HiddenLayer> {
        let layers = self.network.hidden_layers();
        for (index, layer) in layers.iter().enumerate() {
            let rate = layer.dropout.unwrap_or(0.0);
            let key = match &self.network.layers {
                Some(given) if given[index].dropout.is_some() => format!("network.layer.{index}.dropout"),
                _ => "network.dropout".to_owned(),
            };
            let key = self.key(self.own_network.dropout.is_some() || self.own_network.layers.is_some(), &key);
            findings.within(&key, rate, (0.0..1.0).contains(&rate), "from 0 to below 1");
        }
        if !layers.is_empty() && layers.iter().all(|layer| layer.activation == Some(Activation::Linear)) {
            let key = self.key(self.own_network.activation.is_some(), "network.activation");
            findings.note(&key, "Linear hidden layers add nothing: the whole network computes a linear function.");
        }
        layers.iter().map(hidden_layer).collect()
    }

    /// Numbers of connections by layer.
    fn connections(&self, sizes: &[usize], findings: &mut Findings) -> Option<Vec<usize>> {
        let shapes = Shape::between(sizes);
        let before = findings.faults.len();
        let sparsity = &self.sparsity;
        let wanted = match (&sparsity.allocation, sparsity.density, sparsity.epsilon) {
            (Some(AllocationSpec::Densities(list)), density, epsilon) => {
                self.listed(list, shapes.len(), density.is_some() || epsilon.is_some(), findings)
            }
            (_, Some(_), Some(_)) => {
                let key = self.key(self.own_sparsity.epsilon.is_some(), "sparsity.epsilon");
                findings.fault(&key, "density and ε are both given", "Give one of them: each follows from the other");
                return None;
            }
            (Some(AllocationSpec::Rule(rule)), _, Some(_)) if *rule != Allocation::Er => {
                let key = self.key(self.own_sparsity.epsilon.is_some(), "sparsity.epsilon");
                findings.fault(
                    &key,
                    "ε belongs to the Erdős–Rényi allocation",
                    "Write allocation = \"er\", or give a density",
                );
                return None;
            }
            (_, None, Some(epsilon)) => {
                let key = self.key(self.own_sparsity.epsilon.is_some(), "sparsity.epsilon");
                findings.within(&key, epsilon, epsilon > 0.0 && epsilon.is_finite(), "above 0");
                erdos_renyi(&shapes, epsilon)
            }
            (Some(AllocationSpec::Rule(_)), None, None) if self.replaces_list => {
                let key = self.key(true, "sparsity.allocation");
                let problem = "the experiment lists densities, so this rule has no density to share out";
                findings.fault(&key, problem, "Give the arm a density or an ε too");
                return None;
            }
            (rule, density, None) => {
                let density = density.unwrap_or(DEFAULT_DENSITY);
                let key = self.key(self.own_sparsity.density.is_some(), "sparsity.density");
                findings.within(&key, density, density > 0.0 && density <= 1.0, "above 0 and at most 1");
                let rule = match rule {
                    Some(AllocationSpec::Rule(rule)) => *rule,
                    _ => Allocation::default(),
                };
                densities(rule, &shapes, density)
            }
        };
        (findings.faults.len() == before).then(|| {
            let counts = counts(&shapes, &wanted);
            self.check_budget(&counts, &shapes, findings);
            counts
        })
    }

    /// Numbers of connections by layer that a run begins with: more than it ends with where it is pruned.
    fn first_connections(
        &self,
        sizes: &[usize],
        last: &[usize],
        start: Start,
        recipe: Option<&Recipe>,
        findings: &mut Findings,
    ) -> Vec<usize> {
        let shapes = Shape::between(sizes);
        let Some(initial) = recipe.and_then(|recipe| recipe.density.initial()) else {
            let more = |(shape, &last): (&Shape, &usize)| {
                let extra = recipe.and_then(|recipe| recipe.density.overshoot(shape.places(), 0.0, false));
                (last + extra.unwrap_or(0)).min(shape.places())
            };
            return shapes.iter().zip(last).map(more).collect();
        };
        let key = self.key(self.own_sparsity.density_schedule.is_some(), "sparsity.density_schedule");
        if start != Start::Random {
            let problem = "connections are chosen by a score before training, and the density falls during it";
            findings.fault(&key, problem, "Begin at random, or keep the density constant");
        }
        if !findings.faults.is_empty() {
            return last.to_vec();
        }
        let rule = match self.sparsity.allocation {
            Some(AllocationSpec::Rule(rule)) => rule,
            _ => Allocation::default(),
        };
        let first = counts(&shapes, &densities(rule, &shapes, initial));
        if first.iter().sum::<usize>() < last.iter().sum() {
            let problem = format!("the density at the start, {initial}, lies below the one at the end");
            findings.fault(&key, &problem, "Raise it, or lower the density of the experiment");
        }
        first
    }

    /// Link prediction walks over all paths of length 3, about `c · c/n_in · c/n_out` in a layer of `c` connections.
    #[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
    fn check_paths(&self, sizes: &[usize], connections: &[usize], findings: &mut Findings) {
        let shapes = Shape::between(sizes);
        let paths = |(shape, &count): (&Shape, &usize)| (count as f64).powi(3) / shape.places() as f64;
        let all: f64 = shapes.iter().zip(connections).map(paths).sum();
        if all > MOST_PATHS {
            let key = self.key(self.own_sparsity.grow.is_some() || self.own_sparsity.method.is_some(), "sparsity.grow");
            let problem = format!("link prediction would walk over {:.0} billion paths at each update", all / 1e9);
            findings.fault(&key, &problem, "Lower the density, or let connections grow by another score");
        }
    }

    /// The density that was asked for must be the density that is got.
    #[expect(clippy::cast_precision_loss, reason = "numbers of connections")]
    fn check_budget(&self, counts: &[usize], shapes: &[Shape], findings: &mut Findings) {
        let Some(density) = self.sparsity.density else { return };
        let asked = density * shapes.iter().map(|shape| shape.places() as f64).sum::<f64>();
        let got = counts.iter().sum::<usize>();
        if got as f64 > 1.01 * asked.max(counts.len() as f64) + counts.len() as f64 {
            let key = self.key(self.own_sparsity.density.is_some(), "sparsity.density");
            let problem = format!(
                "density {density} allows {asked:.0} connections, but the dense last layer alone makes it {got}"
            );
            findings.fault(&key, &problem, "Raise the density, or choose another allocation");
        }
    }

    fn listed(&self, list: &[f64], layers: usize, also_sized: bool, findings: &mut Findings) -> Vec<f64> {
        let key = self.key(self.own_sparsity.allocation.is_some(), "sparsity.allocation");
        if list.len() != layers {
            let problem = format!("{} densities are listed for {layers} layers of connections", list.len());
            findings.fault(&key, &problem, &format!("List {layers} densities, the inputs' first"));
        }
        for &density in list {
            findings.within(&key, density, density > 0.0 && density <= 1.0, "above 0 and at most 1");
        }
        if also_sized {
            let problem = "densities are listed by layer, and a density or ε is given too";
            findings.fault(&key, problem, "Give one of them");
        }
        list.to_vec()
    }

    fn tuning(&self, method: Method, spec: &ExperimentSpec, findings: &mut Findings) -> Tuning {
        let (own, all) = (self.own_optimizer, &self.optimizer);
        let adaptive = all.name.is_some_and(Rule::is_adaptive);
        let learning_rate = all.learning_rate.unwrap_or(if adaptive { 0.001 } else { 0.1 });
        let key = self.key(own.learning_rate.is_some(), "optimizer.learning_rate");
        let fits = learning_rate > 0.0 && learning_rate <= 1000.0;
        findings.within(&key, learning_rate, fits, "above 0 and at most 1000");
        let momentum = all.momentum.unwrap_or(0.9);
        let key = self.key(own.momentum.is_some(), "optimizer.momentum");
        findings.within(&key, momentum, (0.0..1.0).contains(&momentum), "from 0 to below 1");
        let weight_decay = all.weight_decay.unwrap_or(0.0);
        let key = self.key(own.weight_decay.is_some(), "optimizer.weight_decay");
        findings.within(&key, weight_decay, (0.0..=1.0).contains(&weight_decay), "from 0 to 1");
        let l1 = all.l1.unwrap_or(0.0);
        findings.within(&self.key(own.l1.is_some(), "optimizer.l1"), l1, (0.0..=1.0).contains(&l1), "from 0 to 1");
        if let Some(norm) = all.clip_norm {
            let key = self.key(own.clip_norm.is_some(), "optimizer.clip_norm");
            findings.within(&key, norm, norm > 0.0 && norm <= 1e6, "above 0 and at most 1000000");
        }
        let warm_up = all.warm_up.unwrap_or(Stretch::Steps(0));
        let steps_per_epoch = (self.facts.train / spec.training.batch) as u64;
        if warm_up.in_steps(steps_per_epoch) > steps_per_epoch * u64::from(spec.training.epochs) {
            let key = self.key(own.warm_up.is_some(), "optimizer.warm_up");
            findings.note(&key, "The warm-up is longer than the run: η never reaches its start.");
        }
        let recipe = self.recipe(method, spec, findings);
        let schedule = all.schedule.unwrap_or_default();
        Tuning { recipe, learning_rate, schedule, warm_up, momentum, weight_decay, l1, clip_norm: all.clip_norm }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "activations are f32")]
fn hidden_layer(layer: &LayerSpec) -> HiddenLayer {
    HiddenLayer {
        activation: layer.activation.unwrap_or(Activation::Relu),
        dropout: layer.dropout.unwrap_or(0.0) as f32,
    }
}
