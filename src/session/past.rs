//! Looking at a moment of the past: brought back on a thread of its own, so that the window never waits.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::state::Wake;
use crate::training::{Mailbox, Past, View};

/// How long a moment is shown while the recording plays.
const REPLAY_PACE: Duration = Duration::from_millis(1000 / 12);

/// Where the recording plays to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the beginning.
    Back,
    /// To the newest moment.
    On,
}

/// The moment of the past that is looked at. Dropped, its thread ends.
pub(super) struct Playhead {
    position: u64,
    replay: Option<(Direction, Instant)>,
    shared: Arc<Shared>,
}

struct Shared {
    desk: Mutex<Desk>,
    changed: Condvar,
}

/// What is asked for and what has been answered.
#[derive(Default)]
struct Desk {
    wanted: Option<Request>,
    /// Number of the newest request.
    number: u64,
    /// Arms of it that have no answer yet.
    missing: usize,
    /// Whether what is being brought back has to be trained again.
    is_training: bool,
    answers: Vec<(usize, Arc<View>)>,
    failure: Option<String>,
    closed: bool,
}

struct Request {
    number: u64,
    arms: Vec<(usize, Past)>,
}

impl Playhead {
    /// Nothing is asked for yet.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub(super) fn new(wake: Wake) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { desk: Mutex::default(), changed: Condvar::new() });
        let own = Arc::clone(&shared);
        thread::Builder::new().name("past".to_owned()).spawn(move || own.serve(&wake))?;
        Ok(Self { position: 0, replay: None, shared })
    }

    /// Asks for a position; each arm's run is brought back to its last moment up to there, the first of them first.
    pub(super) fn look_at(&mut self, position: u64, arms: Vec<(usize, u64, Arc<Mailbox>)>) {
        self.position = position;
        let arms = arms.into_iter().filter_map(|(arm, moment, mailbox)| Some((arm, mailbox.at(moment)?)));
        let arms: Vec<(usize, Past)> = arms.collect();
        let mut desk = self.shared.lock();
        desk.number += 1;
        desk.missing = arms.len();
        desk.answers.clear();
        desk.wanted = Some(Request { number: desk.number, arms });
        self.shared.changed.notify_all();
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// What has been brought back since the last call, by arm.
    pub(super) fn take(&self) -> Vec<(usize, Arc<View>)> {
        std::mem::take(&mut self.shared.lock().answers)
    }

    /// Why nothing more can be brought back, if so.
    pub(super) fn failure(&self) -> Option<String> {
        self.shared.lock().failure.take()
    }

    /// Whether all that was asked for has been brought back.
    pub(super) fn is_settled(&self) -> bool {
        let desk = self.shared.lock();
        desk.missing == 0 && desk.answers.is_empty()
    }

    /// Whether a moment that is not kept any more is being trained again.
    pub(super) fn is_training(&self) -> bool {
        self.shared.lock().is_training
    }

    /// Plays the recording, or stops it.
    pub(super) fn set_replay(&mut self, direction: Option<Direction>) {
        self.replay = direction.map(|direction| (direction, Instant::now()));
    }

    pub(super) fn replay(&self) -> Option<Direction> {
        self.replay.map(|(direction, _)| direction)
    }

    /// Where the recording has to go, if it is time for the next moment.
    pub(super) fn due(&mut self) -> Option<Direction> {
        let (direction, since) = self.replay?;
        let due = since.elapsed() >= REPLAY_PACE && self.is_settled();
        due.then(|| {
            self.replay = Some((direction, Instant::now()));
            direction
        })
    }
}

impl Drop for Playhead {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Desk> {
        // A panic leaves at worst a request without an answer.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, wake: &Wake) {
        while let Some(request) = self.next() {
            let outcome = catch_unwind(AssertUnwindSafe(|| self.answer(&request, wake)));
            let mut desk = self.lock();
            desk.is_training = false;
            if outcome.is_err() {
                desk.failure = Some("This moment cannot be shown again.".to_owned());
                desk.missing = 0;
            }
            drop(desk);
            wake();
        }
    }

    fn next(&self) -> Option<Request> {
        let mut desk = self.lock();
        loop {
            if desk.closed {
                return None;
            }
            if let Some(request) = desk.wanted.take() {
                return Some(request);
            }
            desk = self.changed.wait(desk).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn answer(&self, request: &Request, wake: &Wake) {
        let is_wanted = || {
            let desk = self.lock();
            desk.number == request.number && !desk.closed
        };
        for (arm, past) in &request.arms {
            if !past.is_kept() {
                self.lock().is_training = true;
                wake();
            }
            let Some(view) = past.view(is_wanted) else { return };
            let mut desk = self.lock();
            desk.is_training = false;
            if desk.number != request.number {
                return;
            }
            desk.answers.push((*arm, Arc::new(view)));
            desk.missing -= 1;
            drop(desk);
            wake();
        }
    }
}
