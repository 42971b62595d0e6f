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
        self.told = kept.iter().map(|own| own.and_then(|own| self.told[own])).collect();
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
        self.follow_operations(before, kept);
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
        let mut arm = self.until(parent, Some(position));
        arm.name = fork.name;
        let after = self.moment_at(parent, position);
        arm.later.push(LaterSpec { after, sparsity: fork.sparsity, optimizer: fork.optimizer });
        spec.arms.push(arm);
        let own = &self.arms()[parent];
        let goes_on = |fork: &Arm| own.same_but_for_tuning(&Arm { name: own.name.clone(), ..fork.clone() });
        match check(&spec) {
            Ok(valid) if kept_runs(&self.valid, &valid).is_some() && valid.arms().last().is_some_and(goes_on) => {}
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

    /// An arm as its run was set until a position; with none, as it was set and will be.
    pub(super) fn until(&self, arm: usize, position: Option<u64>) -> ArmSpec {
        let end = position.unwrap_or(u64::MAX);
        let settings = self.settings_of(arm);
        let settings: Vec<_> =
            settings.into_iter().enumerate().filter(|(index, own)| *index == 0 || own.0 < end).collect();
        let Some(&(_, (_, first, own))) = settings.first() else { return ArmSpec::default() };
        let mut fork = own.checked_sub(1).map(|own| first.spec().arms[own].clone()).unwrap_or_default();
        if settings.len() > 1 {
            // Changed by hand on its way: everything is said in full, for what the experiment says may be newer.
            (fork.sparsity, fork.optimizer) = in_full(first.spec(), own);
        }
        fork.later.clear();
        fork.operations = self.operations_until(arm, position);
        for &(index, own) in &settings {
            let until = settings.get(index + 1).map_or(position, |(_, next)| Some(next.0));
            fork.later.extend(self.changes(arm, own, index > 0, until));
        }
        fork
    }

    /// What settings bring to an arm up to a position: themselves, where they were changed by hand, and what they
    /// change later.
    fn changes(&self, arm: usize, settings: Settings, by_hand: bool, until: Option<u64>) -> Vec<LaterSpec> {
        let (from, experiment, own) = settings;
        let (done, to_come): (Vec<_>, Vec<_>) = later(experiment.spec(), own)
            .iter()
            .partition(|change| by_hand && self.is_reached(arm, change.after, from));
        let start = by_hand.then(|| {
            let over = |(sparsity, optimizer): (SparsitySpec, OptimizerSpec), change: &LaterSpec| {
                (change.sparsity.over(&sparsity), change.optimizer.over(&optimizer))
            };
            let (sparsity, optimizer) = done.into_iter().fold(in_full(experiment.spec(), own), over);
            LaterSpec { after: self.moment_at(arm, from), sparsity, optimizer }
        });
        let begins = |change: &&LaterSpec| until.is_none_or(|until| self.is_reached(arm, change.after, until));
        start.into_iter().chain(to_come.into_iter().take_while(begins).cloned()).collect()
    }

    /// What an arm began with, and each change of it by hand.
    pub(super) fn settings_of(&self, arm: usize) -> Vec<Settings<'_>> {
        let name = &self.arms()[arm].name;
        let held = |(from, experiment): &'_ (u64, Arc<ValidExperiment>)| Some((*from, arm_named(experiment, name)?));
        let named = self.settings.iter().filter_map(|own| Some((held(own)?, own.1.as_ref())));
        let mut settings: Vec<Settings> = named.map(|((from, own), experiment)| (from, experiment, own)).collect();
        // What is done by hand has moments of its own.
        settings.dedup_by(|next, before| next.1.arms()[next.2].plan() == before.1.arms()[before.2].plan());
        settings
    }

    fn is_reached(&self, arm: usize, moment: Moment, position: u64) -> bool {
        self.position_of(arm, moment).is_some_and(|at| at <= position)
    }
}

/// From which position on an arm was set like which arm of which experiment.
pub(super) type Settings<'a> = (u64, &'a ValidExperiment, usize);

fn arm_named(experiment: &ValidExperiment, name: &str) -> Option<usize> {
    experiment.arms().iter().position(|arm| arm.name == name)
}

/// What changes later in an arm.
fn later(spec: &ExperimentSpec, arm: usize) -> &[LaterSpec] {
    let own = arm.checked_sub(1).and_then(|own| spec.arms.get(own)).map(|own| own.later.as_slice());
    own.filter(|own| !own.is_empty()).unwrap_or(&spec.later)
}

/// What an arm says, with what the experiment says where it says nothing.
pub(super) fn in_full(spec: &ExperimentSpec, arm: usize) -> (SparsitySpec, OptimizerSpec) {
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
