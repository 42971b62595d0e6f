//! An open experiment without a window.

#![allow(dead_code, reason = "each test uses its own part")]

use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use regrow::session::{Command, Session};
use regrow::storage::parse_experiment;

/// Small, with an update every five steps.
pub const EVOLVING: &str = r#"
format = 1
name = "evolving"
data = { source = "circle", train = 64, test = 50, noise_features = 6 }
network = { hidden = [10, 6], activation = "tanh" }
sparsity = { method = "set", density = 0.3, drop_fraction = 0.4, update_every = { steps = 5 } }
optimizer = { learning_rate = 0.1, momentum = 0.9 }
training = { epochs = 12, batch = 16, seeds = [3] }
"#;

/// Opens an experiment, and waits for its first views.
pub fn session(text: &str) -> Session {
    let experiment = parse_experiment(text).unwrap_or_else(|faults| panic!("{faults:?}"));
    let mut session = Session::new(experiment, Arc::new(|| {}));
    rest(&mut session);
    session
}

/// Waits until everything that was asked for is there.
pub fn rest(session: &mut Session) {
    let start = Instant::now();
    loop {
        session.update();
        let drawn = (0..session.arms().len()).all(|arm| session.history(arm).view().is_some());
        if drawn && session.is_at_rest() && session.is_past_settled() {
            return session.update();
        }
        assert!(start.elapsed() < Duration::from_mins(1), "waited too long");
        sleep(Duration::from_millis(1));
    }
}

/// Does something that may go wrong, and waits until it is done.
pub fn attempt(session: &mut Session, command: Command) {
    session.execute(command);
    rest(session);
}

/// Does something, and waits until it is done. It must not go wrong.
pub fn do_it(session: &mut Session, command: Command) {
    attempt(session, command);
    assert!(session.notice().is_none_or(|notice| !notice.is_fault), "{:?}", session.notice().map(|own| &own.text));
}

/// What the user is told.
pub fn notice(session: &Session) -> &str {
    session.notice().map_or("", |notice| notice.text.as_str())
}
