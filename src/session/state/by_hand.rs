//! What is done to the network that is shown by hand, on the live run.

use super::Session;
use crate::session::command::{Command, Fork};
use crate::session::history::History;
use crate::topology::{DensitySchedule, Langevin};
use crate::training::{
    ExperimentSpec, Fault, Moment, Operation, OperationSpec, SparsitySpec, UpdateRecord, ValidExperiment,
};

/// What an arm made for working by hand is called.
const RIVAL: &str = "by hand";

/// Connections that an arm has, and those that its density allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Now, or at the moment that is shown.
    pub connections: usize,
    /// What the experiment asks for; a method that prunes comes to it in time.
    pub allowed: usize,
}

impl Session {
    /// Whether something can be done by hand to the arm that is shown.
    ///
    /// # Errors
    /// Why not, and what to do about it, as sentences.
    pub fn operable(&self) -> Result<(), String> {
        let history = &self.histories[self.selected];
        let refused = if self.past().is_some() {
            "This is the past. Return to live, or fork here."
        } else if !self.faults.is_empty() {
            "The set-up has faults, and what runs is an older one. Mend them, or undo."
        } else if history.live().is_none() {
            "The network is being drawn. Wait a moment."
        } else if history.failure().is_some() {
            "This arm has stopped. Go back to an earlier moment, or undo what stopped it."
        } else if history.live().is_some_and(|view| view.snapshot.is_finished()) {
            "All epochs are trained: nothing would come of it. Go back to an earlier moment, or train longer."
        } else {
            return Ok(());
        };
        Err(refused.to_owned())
    }

    /// How many connections an arm has at the moment that is shown, and how many it may have.
    #[must_use]
    pub fn budget(&self, arm: usize) -> Budget {
        Budget { connections: self.connections(arm), allowed: self.arms()[arm].total_connections() }
    }

    /// Whether a layer (from 0) of the arm that is shown is frozen at the moment that is shown.
    #[must_use]
    pub fn is_frozen(&self, layer: usize) -> bool {
        let view = self.histories[self.selected].view();
        view.is_some_and(|view| view.snapshot.frozen.get(layer).is_some_and(|frozen| *frozen))
    }

    /// Whether a command has to wait until the runs rest, or behind one that does. The runs are then told to.
    pub(super) fn puts_off(&mut self, command: &Command) -> bool {
        if self.waiting.is_empty() && (!self.needs_rest(command) || self.has_come_to_rest()) {
            return false;
        }
        if self.waiting.is_empty() {
            self.pause();
        }
        true
    }

    /// Does what has waited, as far as it can be done now.
    pub(super) fn do_what_waited(&mut self) {
        while let Some(command) = self.waiting.pop_front() {
            if self.needs_rest(&command) && !self.has_come_to_rest() {
                self.pause();
                self.waiting.push_front(command);
                return;
            }
            self.act(command);
        }
    }

    /// Whether a command changes what is done by hand, and so belongs to an exact moment.
    fn needs_rest(&self, command: &Command) -> bool {
        let differs = |spec: &ExperimentSpec| lists(spec) != lists(&self.draft);
        match command {
            Command::Operate(_) => self.operable().is_ok(),
            Command::Edit(spec) => differs(spec),
            Command::Undo => self.undo.before().is_some_and(|state| differs(&state.draft)),
            Command::Redo => self.undo.after().is_some_and(|state| differs(&state.draft)),
            _ => false,
        }
    }

    /// Whether the runs rest; what they have left is then taken in.
    fn has_come_to_rest(&mut self) -> bool {
        let Some(ensemble) = &self.ensemble else { return true };
        if !ensemble.is_at_rest() {
            return false;
        }
        let mailboxes = (0..self.histories.len()).map(|arm| ensemble.mailbox(arm).as_ref());
        History::take_all(&mut self.histories, mailboxes, true);
        true
    }

    /// Does something to the arm that is shown, now. What was to be done to it later is dropped: it was made for another
    /// course of the run.
    pub(super) fn operate(&mut self, operation: &Operation) {
        if let Err(refused) = self.operable() {
            return self.tell(&refused);
        }
        let arm = self.selected;
        let Some(view) = self.histories[arm].live().cloned() else { return };
        let snapshot = &view.snapshot;
        if let Some(fault) =
            snapshot.network.layers().get(operation.layer).and_then(|layer| operation.fits(&layer.weights).err())
        {
            return self.tell_fault(format!("Not done: {fault}. {}.", fault.remedy()));
        }
        let after = self.moment_at(arm, snapshot.position);
        let mut spec = self.draft.clone();
        let Some(list) = list_mut(&mut spec, arm) else { return };
        let dropped = list.len().saturating_sub(snapshot.operations as usize);
        list.truncate(snapshot.operations as usize);
        list.push(OperationSpec::new(after, operation));
        let newest = format!("operation.{}", list.len() - 1);
        let before = self.draft.clone();
        self.notice = None;
        self.edit(spec);
        if !self.faults.is_empty() {
            let faults = std::mem::take(&mut self.faults);
            self.draft = before;
            let own = faults.iter().find(|fault| fault.key.ends_with(&newest)).or(faults.first());
            return self.tell_fault(format!("Not done: {}", own.map(Fault::text).unwrap_or_default()));
        }
        if dropped > 0 {
            let what = if dropped == 1 { "One thing that was" } else { "What was" };
            self.tell(&format!("{what} to be done by hand later is dropped: the run now goes another way."));
        }
    }

    /// Lets the runs follow a change of what is done by hand. Where that changes what they have done already, all go back
    /// to just before it.
    pub(super) fn follow_operations(&mut self, before: &ValidExperiment, kept: &[Option<usize>]) {
        let mut back: Option<u64> = None;
        for (arm, own) in kept.iter().enumerate() {
            let Some(own) = *own else { continue };
            let (old, new) = (&before.arms()[own].operations, &self.valid.arms()[arm].operations);
            if old == new {
                continue;
            }
            let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
            back = [back, self.position_of_change(arm, same, new.get(same).map(|(after, _)| *after))]
                .into_iter()
                .flatten()
                .min();
            if let Some(ensemble) = &self.ensemble {
                ensemble.operate(arm, new);
            }
        }
        if let Some(position) = back {
            self.rewind_to(position);
        }
    }

    /// Where an arm's run has to go back to so that its operations from this one on can be others; nowhere if it has not
    /// come so far. One that has stopped tries again from there.
    fn position_of_change(&self, arm: usize, index: usize, next: Option<Moment>) -> Option<u64> {
        let history = &self.histories[arm];
        let number = |record: &UpdateRecord| record.by_hand.map(|number| number as usize);
        let done = history.updates().iter().find(|record| number(record) == Some(index + 1));
        let live = history.live().map_or(0, |view| view.snapshot.position);
        let before = history.updates().iter().find(|record| number(record) == Some(index));
        let earliest = before.map_or(0, |record| record.position);
        let due = next.and_then(|moment| self.position_of(arm, moment)).map(|at| at.max(earliest));
        // What is due where the run is can be done there.
        let missed = due.filter(|&at| at < live && (index == 0 || before.is_some()));
        let stopped = history.failure().map(|_| live);
        [done.map(|record| record.position), missed, stopped].into_iter().flatten().min()
    }

    /// What is done by hand to an arm until a position; with none, all of it.
    pub(super) fn operations_until(&self, arm: usize, position: Option<u64>) -> Vec<OperationSpec> {
        let all = list(self.valid.spec(), arm);
        let Some(position) = position else { return all.to_vec() };
        let updates = self.histories[arm].updates();
        let done = updates.iter().filter(|record| record.by_hand.is_some() && record.position <= position).count();
        all[..done.min(all.len())].to_vec()
    }

    /// From the moment that is shown on, another arm goes on with the network of the one that is shown, and nothing
    /// changes its connections but the user.
    pub(super) fn add_rival(&mut self) {
        let own = &self.arms()[self.selected];
        if own.method.is_dense() {
            return self.tell("A dense network has no empty place to work on. Choose a sparse arm.");
        }
        if own.tuning.recipe.is_some_and(|recipe| recipe.density != DensitySchedule::Constant) {
            let text = format!(
                "“{}” has other numbers of connections as it goes on: choose an arm that keeps its own.",
                own.name
            );
            return self.tell(&text);
        }
        let still = own.tuning.recipe.map_or_else(SparsitySpec::default, |recipe| SparsitySpec {
            stop_at: Some(0.0),
            langevin: recipe.langevin.map(|_| Langevin { l1: 0.0, temperature: 0.0 }),
            ..SparsitySpec::default()
        });
        let names: Vec<String> = self.arms().iter().map(|arm| arm.name.clone()).collect();
        let numbered = (2..).map(|number| format!("{RIVAL} {number}"));
        let name = std::iter::once(RIVAL.to_owned()).chain(numbered).find(|name| !names.contains(name));
        self.fork(Fork { name: name.unwrap_or_default(), sparsity: still, ..Fork::default() });
    }
}

/// What is done to an arm by hand.
pub(super) fn list(spec: &ExperimentSpec, arm: usize) -> &[OperationSpec] {
    match arm.checked_sub(1) {
        None => &spec.operations,
        Some(own) => spec.arms.get(own).map_or(&[], |arm| &arm.operations),
    }
}

fn list_mut(spec: &mut ExperimentSpec, arm: usize) -> Option<&mut Vec<OperationSpec>> {
    match arm.checked_sub(1) {
        None => Some(&mut spec.operations),
        Some(own) => spec.arms.get_mut(own).map(|arm| &mut arm.operations),
    }
}

/// What is done by hand to each arm to which anything is.
fn lists(spec: &ExperimentSpec) -> Vec<&[OperationSpec]> {
    (0..=spec.arms.len()).map(|arm| list(spec, arm)).filter(|list| !list.is_empty()).collect()
}

/// The newest thing done by hand that only one of two experiments has.
pub(in crate::session) fn difference<'a>(
    before: &'a ExperimentSpec,
    after: &'a ExperimentSpec,
) -> Option<&'a OperationSpec> {
    let mut arms = 0..=before.arms.len().max(after.arms.len());
    arms.find_map(|arm| {
        let (old, new) = (list(before, arm), list(after, arm));
        let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        new.get(same).or(old.get(same))
    })
}
