//! Work on a thread of its own, always on what was asked for last.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::state::Wake;
use crate::training::give_way;

/// Answers one wish at a time; a wish that comes meanwhile takes the place of any that waits.
pub struct Newest<W, A> {
    shared: Arc<Shared<W, A>>,
}

struct Shared<W, A> {
    slots: Mutex<Slots<W, A>>,
    changed: Condvar,
}

struct Slots<W, A> {
    wanted: Option<W>,
    answer: Option<A>,
    is_working: bool,
    is_closed: bool,
    /// Counts what was forgotten, so that what is still being worked on then is dropped.
    forgotten: u64,
}

impl<W, A> Shared<W, A> {
    fn lock(&self) -> MutexGuard<'_, Slots<W, A>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Send + 'static, A: Send + 'static> Newest<W, A> {
    /// Starts the thread. `work` makes an answer of a wish and says how long the thread rests after it, for what trains is
    /// to have most of the time; `wake` is called for each answer.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn start(
        name: &str,
        wake: Wake,
        mut work: impl FnMut(W) -> (A, Duration) + Send + 'static,
    ) -> std::io::Result<Self> {
        let slots = Slots { wanted: None, answer: None, is_working: false, is_closed: false, forgotten: 0 };
        let shared = Arc::new(Shared { slots: Mutex::new(slots), changed: Condvar::new() });
        let own = Arc::clone(&shared);
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            give_way();
            own.serve(&wake, &mut work);
        })?;
        Ok(Self { shared })
    }
}

impl<W, A> Newest<W, A> {
    /// Asks for something; an older wish that has not been started is dropped.
    pub fn ask(&self, wish: W) {
        self.shared.lock().wanted = Some(wish);
        self.shared.changed.notify_one();
    }

    /// The newest answer, if there is one that was not taken yet.
    #[must_use]
    pub fn take(&self) -> Option<A> {
        self.shared.lock().answer.take()
    }

    /// Drops wishes and answers, and what is being worked on.
    pub fn forget(&self) {
        let mut slots = self.shared.lock();
        (slots.wanted, slots.answer) = (None, None);
        slots.forgotten += 1;
    }

    /// Whether there is a wish, or an answer that was not taken yet.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        let slots = self.shared.lock();
        slots.wanted.is_some() || slots.is_working || slots.answer.is_some()
    }
}

impl<W, A> Drop for Newest<W, A> {
    fn drop(&mut self) {
        self.shared.lock().is_closed = true;
        self.shared.changed.notify_one();
    }
}

impl<W, A> Shared<W, A> {
    fn serve(&self, wake: &Wake, work: &mut impl FnMut(W) -> (A, Duration)) {
        let mut slots = self.lock();
        while !slots.is_closed {
            let Some(wish) = slots.wanted.take() else {
                slots = self.changed.wait(slots).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            slots.is_working = true;
            let forgotten = slots.forgotten;
            drop(slots);
            let (answer, rest) = work(wish);
            slots = self.lock();
            slots.is_working = false;
            if slots.forgotten == forgotten {
                slots.answer = Some(answer);
            }
            wake();
            slots = self.rest(slots, rest);
        }
    }

    /// Whoever closes it need not wait for the end of the rest.
    fn rest<'a>(&self, mut slots: MutexGuard<'a, Slots<W, A>>, rest: Duration) -> MutexGuard<'a, Slots<W, A>> {
        let until = Instant::now() + rest;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if slots.is_closed || left.is_zero() {
                return slots;
            }
            slots = self.changed.wait_timeout(slots, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn only_the_newest_wish_is_answered_and_what_is_forgotten_is_not() {
        let (begun, starts) = channel();
        let (release, released) = channel();
        let (woken, wakes) = channel();
        let wake: Wake = Arc::new(move || woken.send(()).expect("the test waits"));
        let newest = Newest::start("test", wake, move |wish: u32| {
            begun.send(wish).expect("the test waits");
            released.recv().expect("the test lets it go on");
            (10 * wish, Duration::ZERO)
        })
        .expect("a thread");
        assert!(!newest.is_busy());
        newest.ask(1);
        assert_eq!(starts.recv(), Ok(1));
        // While the first is worked on, two more: only the last of them counts.
        newest.ask(2);
        newest.ask(3);
        release.send(()).expect("it works");
        assert_eq!((wakes.recv(), starts.recv()), (Ok(()), Ok(3)));
        assert_eq!((newest.take(), newest.take()), (Some(10), None));
        assert!(newest.is_busy());
        newest.forget();
        release.send(()).expect("it works");
        assert_eq!((wakes.recv(), newest.take()), (Ok(()), None));
        assert!(!newest.is_busy());
    }

    #[test]
    fn a_wish_waits_until_the_thread_has_rested_and_closing_does_not() {
        let newest = Newest::start("test", Arc::new(|| {}), |wish: u32| (wish, Duration::from_hours(1)));
        let newest = newest.expect("a thread");
        newest.ask(1);
        let answer = loop {
            match newest.take() {
                Some(answer) => break answer,
                None => thread::sleep(Duration::from_millis(1)),
            }
        };
        newest.ask(2);
        thread::sleep(Duration::from_millis(20));
        assert_eq!((answer, newest.take(), newest.is_busy()), (1, None, true));
        let shared = Arc::downgrade(&newest.shared);
        drop(newest);
        let start = Instant::now();
        while shared.strong_count() > 0 {
            assert!(start.elapsed() < Duration::from_mins(1), "the thread must end");
            thread::sleep(Duration::from_millis(1));
        }
    }
}
