//! Going back from changes of the experiment, and on again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::state::difference;
use crate::storage::{Change, change};
use crate::training::{ExperimentSpec, ValidExperiment};

/// Changes of the same value that follow one another closer than this are one: a slider being dragged.
const TOGETHER: Duration = Duration::from_secs(1);
/// States kept at most.
const MOST: usize = 500;

/// Everything of the open experiment that the user changes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct State {
    pub draft: ExperimentSpec,
    /// What runs: the draft, or its last state without faults.
    pub runs: Arc<ValidExperiment>,
    pub seed: u64,
    pub path: Option<PathBuf>,
}

/// The states before and after the one that holds.
#[derive(Debug, Default)]
pub(super) struct Undo {
    past: Vec<State>,
    future: Vec<State>,
    /// What the last change changed, and when.
    last: Option<(Option<String>, Instant)>,
}

impl Undo {
    /// Notes that one state is about to be changed to another.
    pub(super) fn note(&mut self, before: State, after: &State, now: Instant) {
        if before == *after {
            return;
        }
        // Another name is another experiment, and opening one is never part of a change.
        let same_name = before.draft.name == after.draft.name;
        let key = (same_name && before.seed == after.seed && before.path == after.path)
            .then(|| change(&before.draft, &after.draft).map(|change| change.key))
            .flatten();
        let goes_on = self.last.as_ref().is_some_and(|(last, when)| {
            // Every stroke of a brush is a change of its own, and everything that is done by hand.
            key.is_some()
                && key.as_deref().is_some_and(|key| key != "data.points" && !is_by_hand(key))
                && *last == key
                && now.duration_since(*when) < TOGETHER
                && self.future.is_empty()
        });
        self.last = Some((key, now));
        self.future.clear();
        if goes_on {
            if self.past.last() == Some(after) {
                // Back to where it began: nothing is left to undo.
                self.past.pop();
            }
            return;
        }
        if self.past.len() == MOST {
            self.past.remove(0);
        }
        self.past.push(before);
    }

    /// The state that [`Self::undo`] goes back to.
    pub(super) fn before(&self) -> Option<&State> {
        self.past.last()
    }

    /// The state that [`Self::redo`] goes on to.
    pub(super) fn after(&self) -> Option<&State> {
        self.future.last()
    }

    /// The state before, if there is one.
    pub(super) fn undo(&mut self, now: State) -> Option<State> {
        let before = self.past.pop()?;
        self.future.push(now);
        self.last = None;
        Some(before)
    }

    /// The state that was undone last, if nothing has changed since.
    pub(super) fn redo(&mut self, now: State) -> Option<State> {
        let after = self.future.pop()?;
        self.past.push(now);
        self.last = None;
        Some(after)
    }

    /// The file of the experiment of this name has become another: the states before and after are of that one too.
    pub(super) fn saved_as(&mut self, name: &str, before: Option<&Path>, now: &Path) {
        for state in self.past.iter_mut().chain(&mut self.future) {
            if state.path.as_deref() == before && state.draft.name == name {
                state.path = Some(now.to_owned());
            }
        }
    }

    pub(super) fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub(super) fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

fn is_by_hand(key: &str) -> bool {
    key.split('.').any(|part| part == "operation")
}

/// What going from one state to another does, in words.
pub(super) fn description(before: &State, after: &State) -> String {
    if before.draft.name != after.draft.name {
        return format!("“{}” is open again.", after.draft.name);
    }
    match change(&before.draft, &after.draft) {
        Some(Change { key, .. }) if key == "data.points" => "the points are as they were.".to_owned(),
        Some(Change { key, .. }) if is_by_hand(&key) => match difference(&before.draft, &after.draft) {
            Some(operation) => format!("what was done by hand in layer {} after {}.", operation.layer, operation.after),
            None => "what was done by hand.".to_owned(),
        },
        Some(Change { key, after: Some(value), .. }) => format!("{key} is {value} again."),
        Some(Change { key, .. }) => format!("{key} is not set any more."),
        None if before.seed != after.seed => format!("The seed is {} again.", after.seed),
        None => "Nothing else has changed.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::EXAMPLES;

    fn state(rate: f64, epochs: u32) -> State {
        let runs = Arc::new(EXAMPLES[0].experiment());
        let mut draft = runs.spec().clone();
        draft.optimizer.learning_rate = Some(rate);
        draft.training.epochs = epochs;
        State { draft, runs, seed: 1, path: None }
    }

    #[test]
    fn a_slider_that_is_dragged_is_one_change_and_other_values_are_others() {
        let mut undo = Undo::default();
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        undo.note(state(0.1, 9), &state(0.2, 9), at(0));
        undo.note(state(0.2, 9), &state(0.3, 9), at(300));
        undo.note(state(0.3, 9), &state(0.4, 9), at(1200));
        // Another value at once, and the first one again after a while.
        undo.note(state(0.4, 9), &state(0.4, 8), at(1300));
        undo.note(state(0.4, 8), &state(0.5, 8), at(1400));
        undo.note(state(0.5, 8), &state(0.6, 8), at(2500));
        undo.note(state(0.6, 8), &state(0.6, 8), at(2600));
        let mut now = state(0.6, 8);
        for before in [state(0.5, 8), state(0.4, 8), state(0.4, 9), state(0.1, 9)] {
            now = undo.undo(now).expect("a state before");
            assert_eq!(now, before);
        }
        assert!(!undo.can_undo() && undo.undo(now.clone()).is_none());
        now = undo.redo(now).expect("a state after");
        assert_eq!(now, state(0.4, 9));
        // A change makes what was undone unreachable.
        undo.note(now, &state(0.9, 9), at(9000));
        assert!(!undo.can_redo());
    }

    #[test]
    fn what_is_undone_is_said() {
        assert_eq!(description(&state(0.2, 9), &state(0.1, 9)), "optimizer.learning_rate is 0.1 again.");
        assert_eq!(description(&state(0.1, 9), &State { seed: 7, ..state(0.1, 9) }), "The seed is 7 again.");
        let mut other = state(0.1, 9);
        other.draft.name = "B".to_owned();
        assert_eq!(description(&state(0.1, 9), &other), "“B” is open again.");
    }
}
