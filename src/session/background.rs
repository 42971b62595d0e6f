//! Many runs in the background: how their threads and the window tell each other what is new, and how they rest.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use super::state::Wake;
use crate::training::{RunKey, give_way, panic_message};

/// Work under way, paused or ended, as the window has it.
///
/// Whoever lets it go stops it: runs end after the epoch they are in, and nobody waits for them.
pub(super) struct Background<N> {
    desk: Arc<Desk<N>>,
    paused: bool,
    ended: bool,
    error: Option<String>,
}

/// The same work, as its threads have it.
pub(super) struct Desk<N> {
    cancel: AtomicBool,
    board: Mutex<Board<N>>,
    resumed: Condvar,
    wake: Wake,
}

struct Board<N> {
    paused: bool,
    /// What has come since the window looked last.
    news: Vec<N>,
    /// When the last epoch of a run ended, or it went on after a pause.
    since: HashMap<RunKey, Instant>,
    runs_left: usize,
    ended: Option<Result<(), String>>,
}

impl<N: Send + 'static> Background<N> {
    /// Starts a thread that does the work; `runs` of it are to be waited for.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn start(
        name: &str,
        runs: usize,
        wake: Wake,
        work: impl FnOnce(&Desk<N>) -> Result<(), String> + Send + 'static,
    ) -> std::io::Result<Self> {
        let board = Board { paused: false, news: Vec::new(), since: HashMap::new(), runs_left: runs, ended: None };
        let (cancel, resumed) = (AtomicBool::new(false), Condvar::new());
        let desk = Arc::new(Desk { cancel, board: Mutex::new(board), resumed, wake });
        let own = Arc::clone(&desk);
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            give_way();
            let done = catch_unwind(AssertUnwindSafe(|| work(&own)));
            own.board().ended = Some(done.unwrap_or_else(|panic| Err(panic_message(panic.as_ref()))));
            (own.wake)();
        })?;
        Ok(Self { desk, paused: false, ended: false, error: None })
    }

    /// What has come since the last call. Never waits for a run.
    pub fn take(&mut self) -> Vec<N> {
        let mut board = self.desk.board();
        let news = std::mem::take(&mut board.news);
        if let Some(ended) = board.ended.take() {
            self.ended = true;
            self.error = ended.err();
        }
        news
    }
}

impl<N> Background<N> {
    /// Work that was done before.
    pub fn ended() -> Self {
        let board = Board { paused: false, news: Vec::new(), since: HashMap::new(), runs_left: 0, ended: None };
        let (cancel, resumed) = (AtomicBool::new(false), Condvar::new());
        let desk = Desk { cancel, board: Mutex::new(board), resumed, wake: Arc::new(|| {}) };
        Self { desk: Arc::new(desk), paused: false, ended: true, error: None }
    }

    /// Lets runs finish the epoch they are in and then rest, or go on.
    pub fn set_paused(&mut self, paused: bool) {
        self.paused = paused;
        self.desk.board().paused = paused;
        self.desk.resumed.notify_all();
    }

    /// Ends the runs after the epoch they are in.
    pub fn cancel(&mut self) {
        self.desk.cancel.store(true, Ordering::Relaxed);
        self.set_paused(false);
    }

    /// Whether it has not ended, be it paused.
    pub fn is_running(&self) -> bool {
        !self.ended
    }

    /// Whether it waits to be resumed.
    pub fn is_paused(&self) -> bool {
        self.paused && !self.ended
    }

    /// Whether it was told to end.
    pub fn is_cancelled(&self) -> bool {
        self.desk.cancel.load(Ordering::Relaxed)
    }

    /// What went wrong, if something did.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }
}

impl<N> Drop for Background<N> {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl<N> Desk<N> {
    fn board(&self) -> MutexGuard<'_, Board<N>> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Once it is set, runs end after the epoch they are in.
    pub fn cancel(&self) -> &AtomicBool {
        &self.cancel
    }

    /// Tells something that is no part of a run.
    pub fn tell(&self, news: N) {
        self.board().news.push(news);
    }

    /// So many runs are left after all.
    pub fn set_runs_left(&self, runs: usize) {
        self.board().runs_left = runs;
    }

    /// An epoch has ended. `news` is made of the seconds since the last one, evaluation in, pauses out; of the first epoch it is
    /// `seconds`, for before it data and network were made, which happens once. A run that `goes_on` rests here while it is
    /// paused.
    pub fn epoch_done(&self, run: RunKey, seconds: f64, goes_on: bool, news: impl FnOnce(f64) -> N) {
        let now = Instant::now();
        let mut board = self.board();
        let seconds = board.since.remove(&run).map_or(seconds, |since| now.duration_since(since).as_secs_f64());
        board.news.push(news(seconds));
        // A run that has trained its last epoch ends first, so that it counts.
        if goes_on {
            board = self.rest(board);
            board.since.insert(run, Instant::now());
        }
    }

    /// A run has ended; its thread rests here while the work is paused.
    pub fn run_ended(&self, run: RunKey, news: N) {
        let mut board = self.board();
        board.news.push(news);
        board.since.remove(&run);
        board.runs_left = board.runs_left.saturating_sub(1);
        if board.runs_left == 0 {
            // Threads that rest have nothing to wait for.
            self.resumed.notify_all();
        }
        drop(self.rest(board));
    }

    fn rest<'a>(&self, board: MutexGuard<'a, Board<N>>) -> MutexGuard<'a, Board<N>> {
        if board.paused {
            // A paused window does not look by itself.
            (self.wake)();
        }
        let waits = |board: &mut Board<N>| board.paused && board.runs_left > 0;
        self.resumed.wait_while(board, waits).unwrap_or_else(PoisonError::into_inner)
    }
}
