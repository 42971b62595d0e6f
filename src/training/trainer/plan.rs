//! Settings that change while the run goes on.

use super::Trainer;
use crate::training::arm::Tuning;
use crate::training::moment::{Moment, Plan};

impl Trainer {
    /// Changes the settings of the run from here on: to those that hold at this moment by the plan, and later by it.
    pub fn follow(&mut self, plan: &Plan) {
        self.later = plan.later.as_slice().into();
        self.begun = 0;
        self.tune(plan.tuning.clone());
        self.begin_what_is_due();
    }

    fn tune(&mut self, tuning: Tuning) {
        self.memory.tune(&tuning);
        self.tuning = tuning;
    }

    /// Lets those settings begin whose moment has come.
    pub(super) fn begin_what_is_due(&mut self) {
        while let Some((moment, tuning)) = self.later.get(self.begun)
            && self.has_reached(*moment)
        {
            let tuning = tuning.clone();
            self.begun += 1;
            self.tune(tuning);
        }
    }

    pub(super) fn has_reached(&self, moment: Moment) -> bool {
        match moment {
            Moment::Epochs(epochs) => self.epochs_done() >= epochs,
            Moment::Updates(updates) => self.updates >= updates,
            Moment::Steps(steps) => self.step >= steps,
        }
    }
}
