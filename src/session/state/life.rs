//! When a connection came and went, for as long as it is pointed at.

use super::Session;
use super::trace::Followed;
use crate::session::history::{LifeEvent, life_events};
use crate::sparse::Place;

/// Updates that are looked through at once: more would hold up the window.
const MOST: usize = 300;

/// What happened at a place in the last few hundred updates before it was first asked about, and since. What has been read is not
/// read again, since it is asked for at every frame.
#[derive(Debug, Default)]
pub struct Life {
    followed: Option<Followed>,
    after: u32,
    events: Vec<LifeEvent>,
    /// Update records read, and those before that were left out.
    records: usize,
}

impl Life {
    /// Reads on in what updates of an arm's run did at a place until the moment that is shown.
    pub fn follow(&mut self, session: &Session, arm: usize, (layer, place): (usize, Place)) {
        let followed = Followed::of(session, arm, layer, place);
        let history = &session.histories[arm];
        let shown = history.shown_updates();
        let is_same = self.followed.is_some() && self.followed == followed;
        // Before what has been read, or far after it, all begins anew.
        if !is_same || !(self.records..=self.records + MOST).contains(&shown.len()) {
            let first = shown.len().saturating_sub(MOST);
            let after = first.checked_sub(1).map_or(0, |last| shown[last].update);
            let after = after.max(history.earliest_known_update());
            *self = Self { followed, after, records: first, events: Vec::new() };
        }
        // Since a connection that is there was born, nothing can have happened at its place.
        let born = history.view().and_then(|view| view.snapshot.born_at(layer, place));
        let end = born.map_or(shown.len(), |born| shown.partition_point(|record| record.update <= born));
        let unread = &shown[self.records.min(end)..end];
        self.events.extend(life_events(unread, layer, place).map(|(_, event)| event));
        self.records = shown.len();
    }

    /// The events, the oldest first.
    #[must_use]
    pub fn events(&self) -> &[LifeEvent] {
        &self.events
    }

    /// The update after which they begin; 0 is the start.
    #[must_use]
    pub fn after(&self) -> u32 {
        self.after
    }
}
