//! Undoing and redoing what was done to the experiment, and keeping it for the next start.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::super::command::Command;
use super::super::examples::EXAMPLES;
use super::super::undo::{State, description};
use super::{Mend, Notice, Session};
use crate::storage::{Autosave, Kept, load_experiment};
use crate::training::check;

/// What is kept of the open experiment, and how.
pub(super) struct Keeper {
    autosave: Autosave,
    /// What was handed over last.
    kept: Option<State>,
}

impl Session {
    /// Everything of the experiment that can be undone.
    pub(super) fn state(&self) -> State {
        State { draft: self.draft.clone(), runs: Arc::clone(&self.valid), seed: self.seed, path: self.path.clone() }
    }

    /// Whether there is a change to go back from.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.undo.can_undo()
    }

    /// Whether there is a change to make again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.undo.can_redo()
    }

    /// Does what changes the experiment, in a way that can be undone.
    pub(super) fn change(&mut self, act: impl FnOnce(&mut Self)) {
        let before = self.state();
        act(self);
        self.undo.note(before, &self.state(), Instant::now());
    }

    pub(super) fn undo(&mut self) {
        match self.undo.undo(self.state()) {
            Some(before) => self.restore(before, "Undone"),
            None => self.tell("There is nothing to undo."),
        }
    }

    pub(super) fn redo(&mut self) {
        match self.undo.redo(self.state()) {
            Some(after) => self.restore(after, "Done again"),
            None => self.tell("There is nothing to do again."),
        }
    }

    fn restore(&mut self, state: State, what: &str) {
        let now = self.state();
        let description = description(&now, &state);
        let begun = self.position() > 0;
        self.path.clone_from(&state.path);
        let is_faulty = state.draft != *state.runs.spec();
        // First what ran, so that a draft with faults leaves the right runs.
        self.edit(state.runs.spec().clone());
        if is_faulty {
            self.edit(state.draft);
        }
        if state.seed != now.seed {
            self.seed = state.seed;
            self.restart();
        }
        let anew = if begun && self.position() == 0 { " All arms begin anew." } else { "" };
        self.tell(&format!("{what}: {description}{anew}"));
    }

    /// Opens what was kept in a folder last time, and keeps the open experiment there from now on.
    ///
    /// With `opened`, an experiment was asked for, and stays open: changes of last time that were never saved are then
    /// offered.
    pub fn keep_in(&mut self, folder: &Path, opened: bool) {
        let autosave = match Autosave::open(folder) {
            Ok(autosave) => autosave,
            Err(error) => {
                let folder = folder.display();
                return self
                    .tell_fault(format!("The experiment will not be kept for the next start: {folder}: {error}."));
            }
        };
        match autosave.kept() {
            Ok(Some(kept)) if !opened => self.resume(kept, &autosave),
            Ok(Some(kept)) if is_unsaved(&kept) && kept.draft != self.draft => {
                let aside = autosave.put_aside();
                self.offer(kept, aside.as_deref());
            }
            Ok(_) => {}
            Err(fault) => self.tell_fault(format!("Sorry: {fault}.")),
        }
        self.keeper = Some(Keeper { autosave, kept: None });
    }

    /// The folder in which the open experiment is kept, if it is.
    pub(super) fn kept_in(&self) -> Option<&Path> {
        self.keeper.as_ref().map(|keeper| keeper.autosave.folder())
    }

    /// Hands over what has changed since, to be kept.
    pub(super) fn keep(&mut self) {
        self.keep_lesson();
        if self.is_in_lesson() {
            // What was open before has been handed over, and comes back.
            return;
        }
        let Some(keeper) = &self.keeper else { return };
        let failure = keeper.autosave.failure();
        if keeper.kept.as_ref().is_none_or(|kept| !self.is(kept)) {
            let state = self.state();
            let runs = (!self.faults.is_empty()).then(|| self.valid.spec().clone());
            let (seed, path, draft) = (state.seed.to_string(), state.path.clone(), state.draft.clone());
            if let Some(keeper) = &mut self.keeper {
                keeper.autosave.keep(Kept { seed, path, draft, runs });
                keeper.kept = Some(state);
            }
        }
        if let Some(failure) = failure {
            self.tell_fault(format!("The experiment could not be kept for the next start: {failure}. Save it."));
        }
    }

    fn is(&self, state: &State) -> bool {
        state.seed == self.seed && state.path == self.path && state.draft == self.draft
    }

    fn resume(&mut self, kept: Kept, autosave: &Autosave) {
        let unsaved = is_unsaved(&kept);
        if !self.take_over(&kept) {
            let place =
                autosave.put_aside().map(|path| format!(" It stays in {}.", path.display())).unwrap_or_default();
            let text = format!("The experiment of last time cannot run any more: its data may have moved.{place}");
            return self.tell_fault(text);
        }
        if let Some(path) = kept.path.filter(|_| unsaved) {
            self.notice = Some(Notice {
                text: format!("As you left it, with changes that are not saved in {}.", path.display()),
                mend: Some(Mend { label: "Open the saved file".to_owned(), command: Command::Open(path) }),
                is_fault: false,
            });
        }
    }

    /// Makes what was kept the open experiment. Whether it can run.
    pub(super) fn take_over(&mut self, kept: &Kept) -> bool {
        let Ok(valid) = check(kept.runs.as_ref().unwrap_or(&kept.draft)) else { return false };
        self.replace(valid, kept.path.clone());
        if let Some(seed) = kept.seed.parse().ok().filter(|seed| *seed != self.seed) {
            self.seed = seed;
            self.restart();
        }
        if kept.runs.is_some() {
            self.edit(kept.draft.clone());
        }
        true
    }

    fn offer(&mut self, kept: Kept, aside: Option<&Path>) {
        let place = aside.map(|path| format!(" They stay in {}.", path.display())).unwrap_or_default();
        self.notice = Some(Notice {
            text: format!("Last time “{}” was left with changes that are not saved.{place}", kept.draft.name),
            mend: Some(Mend { label: "Open it as it was".to_owned(), command: Command::Resume(Box::new(kept)) }),
            is_fault: false,
        });
    }
}

/// Whether there is no file, and no example, that has it.
fn is_unsaved(kept: &Kept) -> bool {
    let saved = |path: &Path| load_experiment(path).is_ok_and(|saved| *saved.spec() == kept.draft);
    match &kept.path {
        Some(path) => !saved(path),
        None => EXAMPLES.iter().all(|example| *example.experiment().spec() != kept.draft),
    }
}
