//! Changing the experiment while its runs go on.

use std::sync::Arc;

use super::Session;
use crate::session::command::Fork;
use crate::training::{
    Arm, ArmSpec, ExperimentSpec, LaterSpec, Moment, OptimizerSpec, SparsitySpec, ValidExperiment, check,
};

impl Session {
    /// Takes over a changed set-up: what may change during a run changes it, arms come and go, and everything else starts
    /// all anew.
    pub(super) fn edit(&mut self, spec: ExperimentSpec) {
        self.edit_from(spec, None);
    }

    /// With `branch`, the last arm goes on from where the run of an arm was at a position.
    fn edit_from(&mut self, spec: ExperimentSpec, branch: Option<(usize, u64)>) {
        self.draft = spec;
        let valid = match check(&self.draft) {
            Ok(valid) => Arc::new(valid),
            Err(faults) => {
                self.faults = faults;
                return;
            }
        };
        self.faults.clear();
        let before = std::mem::replace(&mut self.valid, valid);
        if !same_runs(&before, &self.valid) {
            self.comparison = None;
        }
        let Some(kept) = kept_runs(&before, &self.valid).filter(|_| self.ensemble.is_some()) else {
            let had_begun = self.position() > 0;
            self.restart();
            if had_begun {
                self.tell("That is part of the start: all arms begin anew.");
            }
            return;
        };
        let stay = before.arms().len() == kept.len() && kept.iter().enumerate().all(|(arm, own)| *own == Some(arm));
        if !stay && !self.adopt(&kept, branch) {
            self.draft = before.spec().clone();
            self.valid = before;
            return;
        }
        if before.arms() != self.valid.arms() {
            // What follows is not what was recorded.
            self.verification = None;
            self.follow_changes(&before, &kept);
        }
    }

    /// Lets arms come and go. Whether the system had the threads.
    fn adopt(&mut self, kept: &[Option<usize>], branch: Option<(usize, u64)>) -> bool {
        let Some(ensemble) = &mut self.ensemble else { return false };
        if let Err(error) = ensemble.adopt(Arc::clone(&self.valid), kept, branch) {
            self.tell_fault(format!("The arm could not be started: {error}. Close other programs and try again."));
            return false;
        }
        self.return_to_live();
        self.measurement = None;
        self.verification = None;
        let mut old: Vec<_> = std::mem::take(&mut self.histories).into_iter().map(Some).collect();
        let own = |own: &Option<usize>| own.and_then(|own| old[own].take()).unwrap_or_default();
        self.histories = kept.iter().map(own).collect();
        self.told = kept.iter().map(|own| own.is_some_and(|own| self.told[own])).collect();
        let shown = kept.iter().position(|own| *own == Some(self.selected));
        self.selected = shown.unwrap_or_else(|| self.selected.min(kept.len() - 1));
        true
    }

    fn follow_changes(&mut self, before: &ValidExperiment, kept: &[Option<usize>]) {
        let Some(ensemble) = &self.ensemble else { return };
        for (index, own) in kept.iter().enumerate() {
            let new = self.valid.arms()[index].plan();
            if own.is_some_and(|own| before.arms()[own].plan() != new) {
                ensemble.follow(index, new);
            }
        }
        self.note_settings(self.position());
    }

    /// Notes what runs from a position on.
    pub(super) fn note_settings(&mut self, position: u64) {
        if self.settings.last().is_none_or(|(_, last)| last.arms() != self.valid.arms()) {
            self.settings.push((position, Arc::clone(&self.valid)));
        }
    }

    pub(super) fn rewind_and_set_rate(&mut self, epoch: u32, learning_rate: f64) {
        let mut spec = self.draft.clone();
        spec.optimizer.learning_rate = Some(learning_rate);
        for arm in &mut spec.arms {
            arm.optimizer.learning_rate = None;
        }
        self.rewind_to(2 * self.steps_per_epoch() * u64::from(epoch));
        self.edit(spec);
    }

    /// The arm that is shown goes on from the moment that is shown as another arm, beside it.
    pub(super) fn fork(&mut self, fork: Fork) {
        let (parent, position) = (self.selected, self.shown_position());
        let mut spec = self.valid.spec().clone();
        let mut arm = self.until(parent, position);
        arm.name = fork.name;
        let after = self.moment_at(parent, position);
        arm.later.push(LaterSpec { after, sparsity: fork.sparsity, optimizer: fork.optimizer });
        spec.arms.push(arm);
        match check(&spec) {
            Ok(valid) if kept_runs(&self.valid, &valid).is_some() => {}
            Ok(_) => return self.tell("This arm cannot go on as another one."),
            Err(faults) => {
                let fault = faults.first().map(ToString::to_string).unwrap_or_default();
                return self.tell_fault(format!("No fork: {fault}"));
            }
        }
        let arms = spec.arms.len();
        self.edit_from(spec, Some((parent, position)));
        self.select(arms);
    }

    /// An arm as its run was set until a position.
    pub(super) fn until(&self, arm: usize, position: u64) -> ArmSpec {
        let name = &self.arms()[arm].name;
        let held = |(_, experiment): &&(u64, Arc<ValidExperiment>)| arm_named(experiment, name).is_some();
        let mut held = self.settings.iter().filter(|(from, _)| *from == 0 || *from < position).filter(held).peekable();
        let Some((_, first)) = held.next() else { return ArmSpec::default() };
        let spec = first.spec();
        let own = arm_named(first, name).unwrap_or_default();
        let mut fork = own.checked_sub(1).map(|own| spec.arms[own].clone()).unwrap_or_default();
        let changes = if fork.later.is_empty() { &spec.later } else { &fork.later };
        fork.later =
            changes.iter().take_while(|change| self.is_reached(arm, change.after, position)).cloned().collect();
        if held.peek().is_some() {
            // Changed by hand on its way: everything is said in full, for what the experiment says may be newer.
            (fork.sparsity, fork.optimizer) = in_full(spec, own);
        }
        for (from, experiment) in held {
            let own = arm_named(experiment, name).unwrap_or_default();
            let (sparsity, optimizer) = in_full(experiment.spec(), own);
            fork.later.push(LaterSpec { after: self.moment_at(arm, *from), sparsity, optimizer });
        }
        fork
    }

    fn is_reached(&self, arm: usize, moment: Moment, position: u64) -> bool {
        self.position_of(arm, moment).is_some_and(|at| at <= position)
    }
}

fn arm_named(experiment: &ValidExperiment, name: &str) -> Option<usize> {
    experiment.arms().iter().position(|arm| arm.name == name)
}

/// What an arm says, with what the experiment says where it says nothing.
fn in_full(spec: &ExperimentSpec, arm: usize) -> (SparsitySpec, OptimizerSpec) {
    match arm.checked_sub(1).and_then(|own| spec.arms.get(own)) {
        Some(own) => (own.sparsity.over(&spec.sparsity), own.optimizer.over(&spec.optimizer)),
        None => (spec.sparsity.clone(), spec.optimizer.clone()),
    }
}

/// Whether a comparison over seeds comes to the same.
fn same_runs(before: &ValidExperiment, after: &ValidExperiment) -> bool {
    let (old, new) = (before.spec(), after.spec());
    old.data == new.data && old.training == new.training && before.arms() == after.arms()
}

/// For each arm the run that goes on as it, if there was one; `None` where all must begin anew.
fn kept_runs(before: &ValidExperiment, after: &ValidExperiment) -> Option<Vec<Option<usize>>> {
    let (old, new) = (before.spec(), after.spec());
    let same_start = old.data == new.data
        && before.facts() == after.facts()
        && old.training.epochs == new.training.epochs
        && old.training.batch == new.training.batch
        && before.arms()[0].name == after.arms()[0].name;
    let own = |arm: &Arm| match arm_named(before, &arm.name) {
        Some(own) if before.arms()[own].same_but_for_tuning(arm) => Some(Some(own)),
        Some(_) => None,
        None => Some(None),
    };
    same_start.then(|| after.arms().iter().map(own).collect())?
}
