//! How runs that are watched together keep in step, and how fast they go.
//!
//! A *position* counts half steps: `2·step`, and one more if a topology update between two steps has been done. All
//! runs may go up to a common target; once all have arrived, the next target is set: by the clock, or as far as they get in
//! a few milliseconds.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How fast a watched experiment trains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// So many steps a second. If `staged`, each topology update is held before and after, so that it can be told.
    Steps {
        /// Steps a second.
        per_second: f64,
        /// Whether topology updates are held.
        staged: bool,
    },
    /// As fast as the machine can.
    Full,
}

/// How far a watched experiment trains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// No further.
    Pause,
    /// To the end.
    Play,
    /// To this position.
    Reach(u64),
}

/// How long a topology update is held before it happens, so that the network as it was is seen.
pub const HOLD_BEFORE: Duration = Duration::from_millis(500);
/// How long it is held after, while the ranks are shown and connections are cut and grown on screen.
pub const HOLD_AFTER: Duration = Duration::from_millis(1500);
/// How long runs go at full speed until they wait for one another.
const FULL_CHUNK: Duration = Duration::from_millis(10);
/// How long runs wait at least for the clock.
const TICK: Duration = Duration::from_millis(8);

/// How often views are published: as often as the eye can follow, and at full speed, where it cannot, seldom enough to
/// cost hardly any speed.
fn publish_interval(pace: Pace) -> Duration {
    Duration::from_millis(if pace == Pace::Full { 120 } else { 33 })
}

/// How long nothing is published after publishing took some time: at full speed it may cost 4 % of it; a pace that is set
/// leaves more.
fn rest_after(publishing: Duration, pace: Pace) -> Duration {
    publishing * if pace == Pace::Full { 25 } else { 10 }
}

/// What a run is to do next.
#[derive(Debug)]
pub(super) enum Order<T> {
    /// Go up to this position.
    Advance {
        /// The position.
        target: u64,
        /// Whether to publish a view on arrival, as all others do.
        publish: bool,
    },
    /// Something only this run is to do.
    Special(T),
    /// Nothing for now: the time for something else has come.
    Idle,
    /// End.
    Close,
}

/// Where one run stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Station {
    /// Its position.
    pub position: u64,
    /// The position after its next move; `None` if it moves no more.
    pub next: Option<u64>,
    /// Whether its next move is a topology update.
    pub before_update: bool,
    /// Whether its watchers have seen it as it is.
    pub published: bool,
}

/// The common pace of several runs. `T` are orders for single runs.
#[derive(Debug)]
pub(super) struct Pacer<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

/// What the pacer knows of one run.
#[derive(Debug)]
struct Run<T> {
    /// Where it said it was when it was last heard of.
    station: Option<Station>,
    /// Whether it has been sent on and was not heard of since.
    is_under_way: bool,
    specials: Vec<T>,
    /// Whether it has been told to end: nobody waits for it.
    is_gone: bool,
}

impl<T> Default for Run<T> {
    fn default() -> Self {
        Self { station: None, is_under_way: false, specials: Vec::new(), is_gone: false }
    }
}

#[derive(Debug)]
struct State<T> {
    goal: Goal,
    pace: Pace,
    target: u64,
    runs: Vec<Run<T>>,
    /// When the target was set, and how many positions are due since by the clock.
    since: Instant,
    chunk: u64,
    /// Whether views are published when the target is reached, and when that was asked for last.
    publish: bool,
    published: Instant,
    /// Until when a topology update is held, and the position that it leads to.
    hold: Option<Instant>,
    held_for: Option<u64>,
    closed: bool,
}

impl<T> Pacer<T> {
    pub(super) fn new(runs: usize) -> Self {
        let state = State {
            goal: Goal::Pause,
            pace: Pace::Full,
            target: 0,
            runs: (0..runs).map(|_| Run::default()).collect(),
            since: Instant::now(),
            chunk: 2,
            publish: false,
            published: Instant::now(),
            hold: None,
            held_for: None,
            closed: false,
        };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_goal(&self, goal: Goal) {
        let mut state = self.lock();
        state.goal = goal;
        // What was not begun is not owed: a far target must not keep anyone from pausing.
        if let Some(furthest) = state.furthest() {
            state.target = state.target.min(furthest);
        }
        state.forget_clock();
        self.changed.notify_all();
    }

    pub(super) fn set_pace(&self, pace: Pace) {
        let mut state = self.lock();
        state.pace = pace;
        state.forget_clock();
        self.changed.notify_all();
    }

    /// How long a run keeps what its watchers have not seen to itself at most.
    pub(super) fn patience(&self) -> Duration {
        publish_interval(self.lock().pace).mul_f32(1.5)
    }

    /// How long a run publishes nothing after that took it some time.
    pub(super) fn rest_after(&self, publishing: Duration) -> Duration {
        rest_after(publishing, self.lock().pace)
    }

    pub(super) fn order(&self, run: usize, special: T) {
        self.lock().runs[run].specials.push(special);
        self.changed.notify_all();
    }

    /// Makes room for another run, which trains on to where the others are.
    pub(super) fn add(&self) -> usize {
        let mut state = self.lock();
        state.runs.push(Run::default());
        state.runs.len() - 1
    }

    /// Ends a run; the others go on without it.
    pub(super) fn remove(&self, run: usize) {
        self.lock().runs[run].is_gone = true;
        self.changed.notify_all();
    }

    /// Sets all runs back, each by an order of its own: none goes further than `position` until a new target is set.
    pub(super) fn set_back(&self, position: u64, order: impl Fn() -> T) {
        let mut state = self.lock();
        state.goal = Goal::Pause;
        state.target = position;
        // Under one lock, so that no run that is not yet back can speak of where it was.
        for run in &mut state.runs {
            run.station = None;
            run.specials.push(order());
        }
        self.changed.notify_all();
    }

    /// The position that all runs are at, or on their way to.
    pub(super) fn headed_for(&self) -> u64 {
        let state = self.lock();
        let at = if state.all_arrived() { state.furthest().unwrap_or(state.target) } else { state.target };
        match state.goal {
            Goal::Reach(position) if !state.all_ended() => at.max(position),
            _ => at,
        }
    }

    /// Whether nobody wants a run to go on any more.
    pub(super) fn is_to_end(&self, run: usize) -> bool {
        let state = self.lock();
        state.closed || state.runs[run].is_gone
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Whether all runs have done what they may do for now, and their watchers have seen it.
    pub(super) fn is_at_rest(&self) -> bool {
        let state = self.lock();
        let idle = match state.goal {
            Goal::Play => state.all_ended(),
            Goal::Pause => true,
            Goal::Reach(position) => state.target >= position || state.all_ended(),
        };
        let published = state.all_runs(|run| run.specials.is_empty() && run.station.is_some_and(|at| at.published));
        idle && published && state.all_arrived()
    }

    /// Waits, for `patience` at most, until there is something for this run to do.
    pub(super) fn wait(&self, run: usize, station: Station, patience: Option<Duration>) -> Order<T> {
        let deadline = patience.map(|patience| Instant::now() + patience);
        let mut state = self.lock();
        state.runs[run].station = Some(station);
        state.runs[run].is_under_way = false;
        loop {
            if state.closed || state.runs[run].is_gone {
                return Order::Close;
            }
            let own = &mut state.runs[run];
            if !own.specials.is_empty() {
                // It will say where it stands when it is done.
                own.station = None;
                return Order::Special(own.specials.remove(0));
            }
            if station.position > state.target {
                // The target was cut short while this run went on: the others catch up.
                state.target = station.position;
                self.changed.notify_all();
            }
            if station.next.is_some_and(|next| next <= state.target) {
                state.runs[run].is_under_way = true;
                return Order::Advance { target: state.target, publish: state.publish };
            }
            let tick = if state.all_arrived() { state.set_next_target() } else { None };
            if tick == Some(Duration::ZERO) {
                self.changed.notify_all();
                continue;
            }
            let now = Instant::now();
            let left = deadline.map(|deadline| deadline.saturating_duration_since(now));
            if left == Some(Duration::ZERO) {
                return Order::Idle;
            }
            state = match [tick, left].into_iter().flatten().min() {
                Some(time) => self.changed.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner).0,
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

impl<T> State<T> {
    fn all_arrived(&self) -> bool {
        let has_arrived = |station: Station| station.next.is_none_or(|next| next > self.target);
        self.all_runs(|run| !run.is_under_way && run.station.is_some_and(has_arrived))
    }

    fn all_runs(&self, is_so: impl Fn(&Run<T>) -> bool) -> bool {
        self.runs.iter().filter(|run| !run.is_gone).all(is_so)
    }

    fn stations(&self) -> impl Iterator<Item = Station> {
        self.runs.iter().filter(|run| !run.is_gone).filter_map(|run| run.station)
    }

    fn furthest(&self) -> Option<u64> {
        self.stations().map(|station| station.position).max()
    }

    fn forget_clock(&mut self) {
        self.hold = None;
        self.held_for = None;
        self.since = Instant::now();
    }

    fn all_ended(&self) -> bool {
        self.all_runs(|run| run.station.is_some_and(|station| station.next.is_none()))
    }

    /// Sets the next target, all having arrived at the last.
    ///
    /// `Some(0)`: a target was set. `Some(time)`: the clock has to move on so far first. `None`: there is nothing to do.
    fn set_next_target(&mut self) -> Option<Duration> {
        let limit = match self.goal {
            Goal::Pause => return None,
            Goal::Play => u64::MAX,
            Goal::Reach(position) if position <= self.target => return None,
            Goal::Reach(position) => position,
        };
        if self.all_ended() {
            return None;
        }
        let from = self.furthest()?;
        let interval = publish_interval(self.pace);
        match self.goal {
            Goal::Reach(_) => self.target = limit,
            _ => match self.pace {
                Pace::Full => self.target = self.full_speed_target(from),
                Pace::Steps { per_second, staged } => {
                    let wait = self.clocked_target(from, per_second, staged);
                    if wait > Duration::ZERO {
                        return Some(wait);
                    }
                }
            },
        }
        self.publish = self.published.elapsed() >= interval;
        if self.publish {
            self.published = Instant::now();
        }
        Some(Duration::ZERO)
    }

    /// As far as runs get in a few milliseconds, judged by the last time.
    fn full_speed_target(&mut self, from: u64) -> u64 {
        let taken = self.since.elapsed();
        self.since = Instant::now();
        if taken < FULL_CHUNK / 2 {
            self.chunk = (self.chunk * 2).min(1 << 20);
        } else if taken > FULL_CHUNK * 2 {
            self.chunk = (self.chunk / 2).max(2);
        }
        from + self.chunk
    }

    /// Sets the target by the clock, or says how long to wait for it.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number of steps")]
    fn clocked_target(&mut self, from: u64, per_second: f64, staged: bool) -> Duration {
        let now = Instant::now();
        if let Some(until) = self.hold.filter(|&until| until > now) {
            return until - now;
        }
        if staged && let Some(update) = self.next_update() {
            return self.staged_update(update, now);
        }
        let due = now.duration_since(self.since).as_secs_f64() * per_second;
        let steps = due.floor();
        if steps < 1.0 {
            return Duration::from_secs_f64(((1.0 - due) / per_second).max(0.001)).max(TICK);
        }
        // What a slow machine could not do in time is let go, so that it never has to catch up.
        self.since = now.checked_sub(Duration::from_secs_f64((due - steps) / per_second)).unwrap_or(now);
        let most = (per_second * 0.1).ceil().max(1.0);
        let steps = if staged { 1.0 } else { steps.min(most) };
        self.target = (from / 2 + steps as u64) * 2;
        Duration::ZERO
    }

    /// The position after the next topology update, if that is what comes next for any run.
    fn next_update(&self) -> Option<u64> {
        self.stations().filter(|station| station.before_update).filter_map(|station| station.next).min()
    }

    /// Holds before an update, then lets it happen, then holds again.
    fn staged_update(&mut self, update: u64, now: Instant) -> Duration {
        if self.held_for != Some(update) {
            self.held_for = Some(update);
            self.hold = Some(now + HOLD_BEFORE);
            return HOLD_BEFORE;
        }
        self.target = update;
        self.hold = Some(now + HOLD_AFTER);
        self.since = now + HOLD_AFTER;
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests;
