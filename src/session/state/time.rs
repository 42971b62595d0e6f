//! Going through time: training on, looking back, and taking back.

use std::sync::Arc;

use super::Session;
use crate::session::history::History;
use crate::session::past::{Direction, Playhead};
use crate::session::speed::Speed;
use crate::training::{Ensemble, Goal, Moment, Past, Timeline};

impl Session {
    /// The position (half steps, see [`crate::training::Trainer::position`]) of the past that is looked at; none while the
    /// newest moment is.
    #[must_use]
    pub fn past(&self) -> Option<u64> {
        self.playhead.as_ref().map(Playhead::position)
    }

    /// The position that is shown: of the past, or the newest.
    #[must_use]
    pub fn shown_position(&self) -> u64 {
        self.past().unwrap_or_else(|| self.live_position())
    }

    /// Whether all arms show the moment that is looked at.
    #[must_use]
    pub fn is_past_settled(&self) -> bool {
        self.playhead.as_ref().is_none_or(Playhead::is_settled)
    }

    /// Whether a moment that is not kept any more is being trained again, to be looked at.
    #[must_use]
    pub fn is_past_training(&self) -> bool {
        self.playhead.as_ref().is_some_and(Playhead::is_training)
    }

    /// Where the recording plays to, if it does.
    #[must_use]
    pub fn replaying(&self) -> Option<Direction> {
        self.playhead.as_ref().and_then(Playhead::replay)
    }

    /// Bytes that the past takes, and how many it may take.
    #[must_use]
    pub fn timeline_bytes(&self) -> (usize, usize) {
        let of_arm = |ensemble: &Ensemble, arm| ensemble.mailbox(arm).timeline().as_ref().map_or(0, Timeline::bytes);
        let bytes =
            self.ensemble.as_ref().map_or(0, |ensemble| (0..self.arms().len()).map(|arm| of_arm(ensemble, arm)).sum());
        (bytes, self.timeline_budget)
    }

    /// Whether some moments have been dropped from the past of an arm, to be trained again when they are looked at.
    #[must_use]
    pub fn is_past_thinned(&self, arm: usize) -> bool {
        let of_arm = |ensemble: &Ensemble| ensemble.mailbox(arm).timeline().as_ref().is_some_and(Timeline::is_thinned);
        self.ensemble.as_ref().is_some_and(of_arm)
    }

    /// The moment at a position of an arm's run, as a file says it.
    #[must_use]
    pub fn moment_at(&self, arm: usize, position: u64) -> Moment {
        let per_epoch = 2 * self.steps_per_epoch();
        let updates = self.histories[arm].updates();
        match updates.iter().find(|record| record.position == position && record.by_hand.is_none()) {
            Some(record) => Moment::Updates(record.update),
            None if position.is_multiple_of(per_epoch) => {
                Moment::Epochs(u32::try_from(position / per_epoch).unwrap_or(u32::MAX))
            }
            None => Moment::Steps(position / 2),
        }
    }

    /// The position of a moment in an arm's run, if it has come so far.
    #[must_use]
    pub fn position_of(&self, arm: usize, moment: Moment) -> Option<u64> {
        let position = match moment {
            Moment::Epochs(epoch) => 2 * self.steps_per_epoch() * u64::from(epoch),
            Moment::Steps(step) => 2 * step,
            Moment::Updates(0) => 0,
            Moment::Updates(update) => {
                let updates = self.histories[arm].updates();
                updates.iter().find(|record| record.update == update && record.by_hand.is_none())?.position
            }
        };
        (position <= self.live_position()).then_some(position)
    }

    /// The position of a moment in the run of the arm that is shown, or of another where that one has no such moment.
    #[must_use]
    pub fn reached_position(&self, moment: Moment) -> Option<u64> {
        self.arms_from_selected().find_map(|arm| self.position_of(arm, moment))
    }

    /// The position at which a moment was or will be, where that can be foretold.
    #[must_use]
    pub fn foreseen_position(&self, moment: Moment) -> Option<u64> {
        let last = 2 * self.valid.steps();
        match moment {
            Moment::Epochs(epoch) => Some(2 * self.steps_per_epoch() * u64::from(epoch)),
            Moment::Steps(step) => Some(2 * step),
            Moment::Updates(update) => self.reached_position(moment).or_else(|| {
                let mut live = self.arms_from_selected().filter_map(|arm| self.histories[arm].live());
                live.find_map(|view| view.snapshot.position_after_update(update))
            }),
        }
        .filter(|&position| position <= last)
    }

    /// All arms, the one that is shown first.
    fn arms_from_selected(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.selected).chain(0..self.histories.len())
    }

    /// How to see an arm's run again at its recorded moments from the end of one epoch to that of another; at most so
    /// many, at even distances, the first and the last among them.
    #[must_use]
    pub fn recorded_between(&self, arm: usize, from: u32, to: u32, most: usize) -> Vec<Past> {
        let Some(ensemble) = &self.ensemble else { return Vec::new() };
        let per_epoch = 2 * self.steps_per_epoch();
        let range = per_epoch * u64::from(from)..=per_epoch * u64::from(to);
        let mut moments = self.histories[arm].moments(self.steps_per_epoch());
        moments.retain(|moment| range.contains(moment));
        let count = moments.len().min(most);
        let place = |index: usize| index * (moments.len() - 1) / (count - 1).max(1);
        (0..count).filter_map(|index| ensemble.mailbox(arm).at(moments[place(index)])).collect()
    }

    /// The newest position of the arm that is shown.
    #[must_use]
    pub fn live_position(&self) -> u64 {
        self.histories[self.selected].live().map_or(0, |view| view.snapshot.position)
    }

    /// The position that all arms are at, or on their way to.
    pub(super) fn position(&self) -> u64 {
        self.ensemble.as_ref().map_or(0, Ensemble::headed_for)
    }

    pub(super) fn play(&mut self) {
        self.return_to_live();
        if self.histories.iter().all(|history| history.failure().is_some()) {
            return self.tell("No arm can go on: go back and lower the learning rate, or reset.");
        }
        if self.is_finished() {
            return self.tell("All epochs are trained. Reset to train again, or raise the number of epochs.");
        }
        if let Some(ensemble) = &self.ensemble {
            ensemble.set_goal(Goal::Play);
            self.playing = true;
        }
    }

    pub(super) fn pause(&mut self) {
        self.playing = false;
        if let Some(ensemble) = &self.ensemble {
            ensemble.set_goal(Goal::Pause);
        }
    }

    /// Trains to a position that follows from where the runs are and the number of steps an epoch.
    pub(super) fn step_to(&mut self, position: impl FnOnce(u64, u64) -> u64) {
        self.return_to_live();
        let last = 2 * self.valid.steps();
        let target = position(self.position(), self.steps_per_epoch()).min(last);
        self.playing = false;
        if let Some(ensemble) = &self.ensemble {
            ensemble.set_goal(Goal::Reach(target));
        }
    }

    pub(super) fn step_epoch(&mut self) {
        let next = |position: u64, steps: u64| 2 * steps * (position / (2 * steps) + 1);
        match self.past() {
            Some(position) => self.look_at(next(position, self.steps_per_epoch())),
            None => self.step_to(next),
        }
    }

    pub(super) fn step_update(&mut self) {
        if let Some(position) = self.past() {
            let updates = self.histories[self.selected].updates();
            let next = updates.iter().map(|record| record.position).find(|&at| at > position);
            return self.look_at(next.unwrap_or(u64::MAX));
        }
        let next = |history: &History| history.live()?.snapshot.position_after_next_update();
        let own = self.histories.get(self.selected).and_then(next);
        match own.or_else(|| self.histories.iter().find_map(next)) {
            Some(position) => self.step_to(|_, _| position),
            None if self.is_finished() => {
                self.tell("The run is finished: no topology update comes after its last epoch.");
            }
            None => self.tell("No topology update is left in this run: evolution has ended, or no arm evolves."),
        }
    }

    pub(super) fn back_epoch(&mut self) {
        let per_epoch = 2 * self.steps_per_epoch();
        let epoch = self.shown_position().saturating_sub(1) / per_epoch;
        self.pause_and_look_at(per_epoch * epoch);
    }

    pub(super) fn back_update(&mut self) {
        let shown = self.shown_position();
        let updates = self.histories[self.selected].updates();
        let before = updates.iter().rev().map(|record| record.position).find(|&at| at < shown);
        self.pause_and_look_at(before.unwrap_or(0));
    }

    pub(super) fn go_to_epoch(&mut self, epoch: u32) {
        let epoch = epoch.min(self.valid.epochs());
        let position = 2 * self.steps_per_epoch() * u64::from(epoch);
        if position > self.live_position() {
            self.step_to(|_, _| position);
        } else {
            self.pause_and_look_at(position);
        }
    }

    pub(super) fn pause_and_look_at(&mut self, position: u64) {
        if self.playing {
            self.pause();
        }
        self.look_at(position);
    }

    /// Shows all arms at a position of the past; the newest moment, if it lies there.
    pub(super) fn look_at(&mut self, position: u64) {
        if position >= self.live_position() {
            return self.return_to_live();
        }
        if self.playhead.is_none() {
            match Playhead::new(Arc::clone(&self.wake)) {
                Ok(playhead) => self.playhead = Some(playhead),
                Err(error) => return self.tell_fault(format!("The past cannot be shown: {error}.")),
            }
        }
        let steps = self.steps_per_epoch();
        let (Some(ensemble), Some(playhead)) = (&self.ensemble, &mut self.playhead) else { return };
        // The arm that is looked at comes first.
        let mut arms: Vec<usize> = (0..self.histories.len()).collect();
        arms.swap(0, self.selected);
        let moment = |arm: usize| self.histories[arm].moment_until(position, steps);
        let arms = arms.into_iter().map(|arm| (arm, moment(arm), Arc::clone(ensemble.mailbox(arm)))).collect();
        playhead.look_at(position, arms);
    }

    /// Shows the newest moment again.
    pub(super) fn return_to_live(&mut self) {
        self.playhead = None;
        self.histories.iter_mut().for_each(|history| history.show(None));
    }

    pub(super) fn replay(&mut self, direction: Option<Direction>) {
        if self.playhead.is_none() && direction == Some(Direction::Back) {
            self.pause_and_look_at(self.live_position().saturating_sub(1));
        }
        if let Some(playhead) = &mut self.playhead {
            playhead.set_replay(direction);
        }
    }

    /// Takes in what has been brought back, and plays the recording on.
    pub(super) fn update_past(&mut self) {
        let Some(playhead) = &mut self.playhead else { return };
        for (arm, view) in playhead.take() {
            if let Some(history) = self.histories.get_mut(arm) {
                history.show(Some(view));
            }
        }
        let failure = playhead.failure();
        let (position, due) = (playhead.position(), playhead.due());
        if let Some(failure) = failure {
            self.return_to_live();
            return self.tell_fault(failure);
        }
        let Some(direction) = due else { return };
        let moments = self.histories[self.selected].moments(self.steps_per_epoch());
        let next = match direction {
            Direction::Back => moments.iter().rev().find(|&&at| at < position),
            Direction::On => moments.iter().find(|&&at| at > position),
        };
        match next {
            Some(&next) => self.look_at(next),
            None if direction == Direction::On => self.return_to_live(),
            None => self.replay(None),
        }
    }

    pub(super) fn select(&mut self, arm: usize) {
        self.selected = arm.min(self.valid.arms().len() - 1);
    }

    /// Takes all arms back, for good.
    pub(super) fn rewind_to(&mut self, position: u64) {
        self.return_to_live();
        self.playing = false;
        self.notice = None;
        if let Some(ensemble) = &self.ensemble {
            ensemble.rewind_to(position);
        }
        self.settings.retain(|(at, _)| *at < position || *at == 0);
        self.note_settings(position);
    }

    pub(super) fn set_speed(&mut self, speed: Speed) {
        self.speed = speed;
        if let Some(ensemble) = &self.ensemble {
            ensemble.set_pace(speed.pace(self.steps_per_epoch()));
        }
    }

    pub(super) fn set_timeline_budget(&mut self, bytes: usize) {
        self.timeline_budget = bytes;
        if let Some(ensemble) = &self.ensemble {
            ensemble.set_budget(bytes);
        }
    }
}
