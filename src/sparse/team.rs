//! Threads that divide the rows of a layer among them.
//!
//! A training step has a dozen short parallel parts. Waking a sleeping thread for each of them can take longer than the
//! part itself, so the members of a team stay awake for a moment after each part, and sleep only when nothing follows.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, Thread};

/// Looks that a member takes for something to do before it sleeps: some tenths of a millisecond.
const PATIENCE: u32 = 8_192;

/// What all members do at the same time, each knowing its number.
type Act = &'static (dyn Fn(usize) + Sync);

/// A number of threads that work together on one thing at a time: the one that asks, and helpers.
pub struct Team {
    shared: Arc<Shared>,
    helpers: Vec<JoinHandle<()>>,
}

struct Shared {
    act: Mutex<Option<Act>>,
    /// Counts the things done; helpers watch it.
    asked: AtomicU64,
    /// Helpers that have not finished the thing at hand.
    busy: AtomicUsize,
    panicked: AtomicBool,
    closing: AtomicBool,
    /// By helper, whether it sleeps.
    asleep: Vec<AtomicBool>,
}

thread_local! {
    static CURRENT: RefCell<Option<Arc<Team>>> = const { RefCell::new(None) };
}

impl Team {
    /// A team of so many threads, the one that asks included.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn new(threads: usize, name: &str) -> std::io::Result<Arc<Self>> {
        let helpers = threads.saturating_sub(1);
        let shared = Arc::new(Shared {
            act: Mutex::new(None),
            asked: AtomicU64::new(0),
            busy: AtomicUsize::new(0),
            panicked: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            asleep: (0..helpers).map(|_| AtomicBool::new(false)).collect(),
        });
        let mut team = Self { shared, helpers: Vec::with_capacity(helpers) };
        for helper in 0..helpers {
            let shared = Arc::clone(&team.shared);
            let builder = thread::Builder::new().name(format!("{name}.{}", helper + 1));
            team.helpers.push(builder.spawn(move || shared.help(helper))?);
        }
        Ok(Arc::new(team))
    }

    /// Lets kernels that `work` calls on this thread use the team.
    pub fn install<R>(self: &Arc<Self>, work: impl FnOnce() -> R) -> R {
        struct Restore(Option<Arc<Team>>);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(self.0.take());
            }
        }
        let _restore = Restore(CURRENT.replace(Some(Arc::clone(self))));
        work()
    }

    /// The team installed on this thread, if there is one of more than one thread.
    pub(super) fn current() -> Option<Arc<Self>> {
        CURRENT.with_borrow(|team| team.as_ref().filter(|team| !team.helpers.is_empty()).map(Arc::clone))
    }

    /// Number of threads.
    pub(super) fn threads(&self) -> usize {
        self.helpers.len() + 1
    }

    /// Has every thread of the team call `act` with its number, the one that asks 0, and returns when all have done so.
    ///
    /// # Panics
    /// If one of the calls does, after all have ended.
    #[expect(unsafe_code, reason = "helpers outlive what they are given")]
    pub(super) fn all(&self, act: &(dyn Fn(usize) + Sync)) {
        // SAFETY: helpers call `act` only between `asked` and counting themselves out of `busy`; this function returns
        // after that, whatever panics.
        let act = unsafe { std::mem::transmute::<&(dyn Fn(usize) + Sync), Act>(act) };
        *self.shared.act() = Some(act);
        self.shared.busy.store(self.helpers.len(), Ordering::Relaxed);
        self.shared.asked.fetch_add(1, Ordering::SeqCst);
        self.wake();
        let own = catch_unwind(AssertUnwindSafe(|| act(0)));
        let mut looks = 0;
        while self.shared.busy.load(Ordering::Acquire) > 0 {
            pause(&mut looks);
        }
        *self.shared.act() = None;
        let panicked = self.shared.panicked.swap(false, Ordering::Relaxed);
        if let Err(panic) = own {
            resume_unwind(panic);
        }
        assert!(!panicked, "a thread that helped panicked");
    }

    fn wake(&self) {
        for (helper, asleep) in self.helpers.iter().zip(&self.shared.asleep) {
            if asleep.load(Ordering::SeqCst) {
                Thread::unpark(helper.thread());
            }
        }
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::SeqCst);
        for helper in self.helpers.drain(..) {
            helper.thread().unpark();
            // What it panicked with was reported when it happened.
            drop(helper.join());
        }
    }
}

impl Shared {
    fn act(&self) -> MutexGuard<'_, Option<Act>> {
        self.act.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn help(&self, helper: usize) {
        let mut done = 0;
        while self.wait(helper, done) {
            done += 1;
            let act = *self.act();
            if let Some(act) = act
                && catch_unwind(AssertUnwindSafe(|| act(helper + 1))).is_err()
            {
                self.panicked.store(true, Ordering::Relaxed);
            }
            self.busy.fetch_sub(1, Ordering::Release);
        }
    }

    /// Waits for something to do after the first `done` things. False when the team is closing.
    fn wait(&self, helper: usize, done: u64) -> bool {
        let mut looks = 0;
        loop {
            if self.closing.load(Ordering::Relaxed) {
                return false;
            }
            if self.asked.load(Ordering::Acquire) > done {
                return true;
            }
            looks += 1;
            if looks < PATIENCE {
                std::hint::spin_loop();
                continue;
            }
            self.asleep[helper].store(true, Ordering::SeqCst);
            // Asked just now, it would not have been woken.
            if self.asked.load(Ordering::SeqCst) <= done && !self.closing.load(Ordering::SeqCst) {
                thread::park();
            }
            self.asleep[helper].store(false, Ordering::SeqCst);
        }
    }
}

/// Waits for a moment, at first without giving up the processor.
fn pause(looks: &mut u32) {
    *looks += 1;
    if *looks < PATIENCE { std::hint::spin_loop() } else { thread::yield_now() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_thread_takes_part_every_time() {
        let team = Team::new(3, "test").expect("threads");
        let calls = AtomicUsize::new(0);
        for round in 1..=2_000 {
            team.all(&|_| {
                calls.fetch_add(1, Ordering::Relaxed);
            });
            assert_eq!(calls.load(Ordering::Relaxed), 3 * round);
            if round % 500 == 0 {
                // Long enough for the helpers to fall asleep.
                thread::sleep(std::time::Duration::from_millis(20));
            }
        }
    }

    #[test]
    fn a_panic_reaches_the_one_who_asked_and_the_team_goes_on() {
        let team = Team::new(2, "test").expect("threads");
        let asker = thread::current().id();
        for who_panics in [true, false] {
            let panic = catch_unwind(AssertUnwindSafe(|| {
                team.all(&|thread| {
                    assert_eq!(thread == 0, thread::current().id() == asker);
                    assert!((thread == 0) != who_panics, "on purpose");
                });
            }));
            assert!(panic.is_err());
        }
        team.all(&|_| {});
    }

    #[test]
    fn a_team_is_current_only_where_it_is_installed() {
        let team = Team::new(2, "test").expect("threads");
        assert!(Team::current().is_none());
        assert_eq!(team.install(|| Team::current().map(|team| team.threads())), Some(2));
        assert!(Team::current().is_none());
        let alone = Team::new(1, "test").expect("threads");
        assert!(alone.install(|| Team::current().is_none()));
    }
}
