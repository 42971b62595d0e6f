//! Follows the topology of the arm that is shown, on a thread of its own, always the newest.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::newest::Newest;
use super::state::Wake;
use crate::training::{Topology, TopologyState, View, panic_message};

/// Of the time of one thread it takes one part in so many at most, so that nothing else is slowed.
const SHARE: u32 = 5;
/// Between two states it waits so long at least: nobody reads faster.
const PAUSE: Duration = Duration::from_millis(60);

/// What was measured, or why it could not be.
type Answer = Result<Arc<TopologyState>, String>;

/// Measures one view at a time; a view that comes meanwhile takes the place of any that waits.
pub struct TopologyWatch {
    worker: Newest<(Arc<View>, Topology, usize), Answer>,
    /// What was asked for last: the view, and the layer.
    asked: Option<(Arc<View>, usize)>,
    newest: Option<Answer>,
}

impl TopologyWatch {
    /// Starts the thread. `wake` is called whenever there is something new.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn start(wake: Wake) -> std::io::Result<Self> {
        let worker = Newest::start("topology watch", wake, measure)?;
        Ok(Self { worker, asked: None, newest: None })
    }

    /// The newest state that is known, after asking for that of this view: it may still be an older one, or of another arm
    /// if that was asked for just before.
    pub fn state(
        &mut self,
        view: &Arc<View>,
        first: &Topology,
        layer: usize,
    ) -> Option<&Result<Arc<TopologyState>, String>> {
        let is_known = self.asked.as_ref().is_some_and(|(asked, of)| Arc::ptr_eq(asked, view) && *of == layer);
        if !is_known {
            self.asked = Some((Arc::clone(view), layer));
            self.worker.ask((Arc::clone(view), first.clone(), layer));
        }
        if let Some(answer) = self.worker.take() {
            self.newest = Some(answer);
        }
        self.newest.as_ref()
    }

    /// Forgets what it has measured: another run, or another arm, is to be shown.
    pub fn forget(&mut self) {
        self.worker.forget();
        (self.asked, self.newest) = (None, None);
    }

    /// Whether a state is wished for or being measured.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.worker.is_busy()
    }
}

fn measure((view, first, layer): (Arc<View>, Topology, usize)) -> (Answer, Duration) {
    let start = Instant::now();
    let state = catch_unwind(AssertUnwindSafe(|| TopologyState::of(&view.snapshot, &first, layer)));
    let answer = state.map(Arc::new).map_err(|panic| panic_message(panic.as_ref()));
    (answer, (SHARE * start.elapsed()).max(PAUSE))
}
