//! How many connections each input of a run has had, on average over time.

use super::Session;
use super::trace::Run;
use crate::metrics::graph::{Degrees, Side};
use crate::training::{Snapshot, UpdateRecord};

/// Changes that are taken in at once: more would hold up the window.
const AT_ONCE: usize = 200_000;

/// Follows the out-degrees of the inputs through the updates of a run, on and back. A connection that grew at step `g` and was cut
/// at step `c` was there for `c − g` steps, so the sums of such steps are all that has to be kept.
#[derive(Debug, Default)]
pub struct InputDegrees {
    run: Option<Run>,
    /// Steps done where what is known begins.
    since: u64,
    /// Update records taken in, and those before that have forgotten their places.
    records: usize,
    /// By input, the steps since then at which its connections grew less those at which they were cut, summed.
    moments: Vec<i64>,
}

/// Mean out-degrees over a part of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanDegrees {
    /// By input.
    pub by_input: Vec<f64>,
    /// Steps done where the part begins …
    pub from: u64,
    /// … and where it ends.
    pub to: u64,
}

impl InputDegrees {
    /// Reads on, or back, to the moment of an arm's run that is shown; whether there is nothing more to read. From a moment before which
    /// the run has forgotten what changed it begins there.
    pub fn follow(&mut self, session: &Session, arm: usize) -> bool {
        let history = &session.histories[arm];
        let (run, updates, shown) = (Run::of(session, arm), history.updates(), history.shown_updates().len());
        let known = history.first_known().min(shown);
        let is_lost = self.records != shown && self.records.min(shown) < known;
        if self.run.is_none() || self.run != run || is_lost || self.records > updates.len() {
            let inputs = history.view().map_or(0, |view| view.snapshot.network.inputs());
            let since = known.checked_sub(1).map_or(0, |last| updates[last].step);
            *self = Self { run, since, records: known, moments: vec![0; inputs] };
        }
        let mut left = AT_ONCE;
        while self.records != shown && left > 0 {
            let is_ahead = self.records < shown;
            let record = &updates[if is_ahead { self.records } else { self.records - 1 }];
            self.records = if is_ahead { self.records + 1 } else { self.records - 1 };
            left = left.saturating_sub(1 + self.take(record, is_ahead));
        }
        self.records == shown
    }

    /// The mean until the moment of an arm's run that is shown, read at once; nothing where [`Self::mean`] is nothing.
    #[must_use]
    pub fn mean_of(session: &Session, arm: usize) -> Option<MeanDegrees> {
        let mut degrees = Self::default();
        while !degrees.follow(session, arm) {}
        degrees.mean(&session.histories[arm].view()?.snapshot)
    }

    /// Takes a record in, or out again; the number of its changes.
    fn take(&mut self, record: &UpdateRecord, is_ahead: bool) -> usize {
        let steps = record.step.saturating_sub(self.since).cast_signed();
        let steps = if is_ahead { steps } else { -steps };
        let added = record.added.first().map_or(&[][..], Vec::as_slice);
        let removed = record.removed.first().map_or(&[][..], Vec::as_slice);
        for place in added {
            self.moments[place.source as usize] += steps;
        }
        for (place, _) in removed {
            self.moments[place.source as usize] -= steps;
        }
        added.len() + removed.len()
    }

    /// The mean until a moment, which must be the one read to; nothing without a run and for a dense first layer.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of connections and steps")]
    pub fn mean(&self, snapshot: &Snapshot) -> Option<MeanDegrees> {
        self.run.as_ref()?;
        let layer = snapshot.network.layers().first()?.weights.connectivity()?;
        let steps = snapshot.step.saturating_sub(self.since).max(1) as f64;
        let now = Degrees::of(layer, Side::Sources);
        let of_input = |(&degree, &moment): (&usize, &i64)| degree as f64 - moment as f64 / steps;
        let by_input = now.by_neuron().iter().zip(&self.moments).map(of_input).collect();
        Some(MeanDegrees { by_input, from: self.since, to: snapshot.step })
    }
}
