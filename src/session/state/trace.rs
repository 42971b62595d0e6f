//! The life of one connection over the recorded past: its weight at every moment that is kept, and when it came and went.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use super::Session;
use crate::session::history::{LifeEvent, life_events};
use crate::sparse::Place;
use crate::training::{Mailbox, Timeline, Topology};

/// How long one call looks into the past at most: the window waits for it.
const PATIENCE: Duration = Duration::from_micros(300);
/// More points than can be told apart on screen are not kept.
const MOST_POINTS: usize = 4096;
/// Moments and records looked at before it looks at the clock.
const AT_ONCE: usize = 16;

/// What is known so far of the place that is followed. It grows with the recording: what has been read is not read again.
#[derive(Debug, Default)]
pub struct WeightTrace {
    followed: Option<Followed>,
    points: Vec<Point>,
    /// Moments read, those that the points stand for.
    moments: usize,
    events: Vec<(u64, LifeEvent)>,
    /// Update records read.
    records: usize,
    /// Whether there is more to read.
    is_behind: bool,
    is_thinned: bool,
    was_at_start: bool,
}

/// Position and weight.
type Point = (u64, Option<f32>);

/// One run, as long as nothing of it is taken back.
#[derive(Debug)]
pub(super) struct Run {
    mailbox: Weak<Mailbox>,
    rewinds: u32,
}

impl Run {
    /// Of an arm; nothing as long as there is none.
    pub(super) fn of(session: &Session, arm: usize) -> Option<Self> {
        let mailbox = session.ensemble.as_ref()?.mailbox(arm);
        Some(Self { mailbox: Arc::downgrade(mailbox), rewinds: session.histories[arm].rewinds() })
    }
}

impl PartialEq for Run {
    fn eq(&self, other: &Self) -> bool {
        self.mailbox.ptr_eq(&other.mailbox) && self.rewinds == other.rewinds
    }
}

/// A place of one run.
#[derive(Debug, PartialEq)]
pub(super) struct Followed {
    run: Run,
    layer: usize,
    place: Place,
}

impl Followed {
    /// Nothing as long as there is no run.
    pub(super) fn of(session: &Session, arm: usize, layer: usize, place: Place) -> Option<Self> {
        Some(Self { run: Run::of(session, arm)?, layer, place })
    }
}

impl WeightTrace {
    /// Reads on, for a fraction of a millisecond, what has been recorded of a place of an arm's run; of nothing it
    /// forgets everything.
    pub fn follow(&mut self, session: &Session, arm: usize, at: Option<(usize, Place)>) {
        let followed = at.and_then(|(layer, place)| Followed::of(session, arm, layer, place));
        let (Some((layer, place)), Some(ensemble), true) = (at, &session.ensemble, followed.is_some()) else {
            return *self = Self::default();
        };
        let (mailbox, history) = (ensemble.mailbox(arm), &session.histories[arm]);
        if self.followed != followed {
            *self = Self { followed, was_at_start: was_at(history.first(), layer, place), ..Self::default() };
        }
        let since = Instant::now();
        let is_late = |read: usize| read.is_multiple_of(AT_ONCE) && since.elapsed() > PATIENCE;
        // Records may have been taken back by a rewind that the history has not heard of yet.
        self.records = self.records.min(history.updates().len());
        for record in &history.updates()[self.records..] {
            self.events.extend(life_events(std::slice::from_ref(record), layer, place));
            self.records += 1;
            if is_late(self.records) {
                break;
            }
        }
        let timeline = mailbox.timeline();
        let Some(timeline) = timeline.as_ref() else { return };
        // The last moment may have changed since: something was done by hand there.
        let last = self.points.pop();
        self.moments -= usize::from(last.is_some());
        let from = last.map_or(0, |(position, _)| position);
        let mut rest = timeline.weights(layer, place, from);
        let mut read = 0;
        while !(read > 0 && is_late(read))
            && let Some(point) = rest.next()
        {
            self.points.push(point);
            read += 1;
        }
        self.moments += read;
        self.is_behind = self.records < history.updates().len() || rest.next().is_some();
        if self.points.len() > MOST_POINTS {
            self.points = halved(&self.points);
        }
        self.is_thinned = Timeline::is_thinned(timeline);
    }

    /// By recorded moment, at its position (half steps), the weight; nothing where there was no connection. Of very many
    /// moments those with the lowest and the highest weights stand for all.
    #[must_use]
    pub fn points(&self) -> &[(u64, Option<f32>)] {
        &self.points
    }

    /// Recorded moments that the points stand for.
    #[must_use]
    pub fn moments(&self) -> usize {
        self.moments
    }

    /// When the connection came and went, as far as it is known, each with its position.
    #[must_use]
    pub fn events(&self) -> &[(u64, LifeEvent)] {
        &self.events
    }

    /// Whether all that has been recorded so far has been read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.is_behind
    }

    /// Whether moments have been dropped from the past to keep within memory: then some are missing here.
    #[must_use]
    pub fn is_thinned(&self) -> bool {
        self.is_thinned
    }

    /// Whether there was a connection at the start.
    #[must_use]
    pub fn was_at_start(&self) -> bool {
        self.was_at_start
    }
}

fn was_at(first: &Topology, layer: usize, place: Place) -> bool {
    first.get(layer).is_some_and(|own| own.as_ref().is_none_or(|own| own.find(place).is_some()))
}

/// Of four neighbours the lowest and the highest, in their order; all, where a gap is among them. The last stays.
fn halved(points: &[Point]) -> Vec<Point> {
    let (rest, last) = points.split_at(points.len() - 1);
    let outermost = |four: &[Point]| -> Vec<Point> {
        if four.iter().any(|point| point.1.is_none()) {
            return four.to_vec();
        }
        let weight = |index: &usize| four[*index].1.unwrap_or_default();
        let lowest = (0..four.len()).min_by(|a, b| weight(a).total_cmp(&weight(b)));
        let highest = (0..four.len()).max_by(|a, b| weight(a).total_cmp(&weight(b)));
        let (low, high) = (lowest.unwrap_or_default(), highest.unwrap_or_default());
        if low == high { vec![four[low]] } else { vec![four[low.min(high)], four[low.max(high)]] }
    };
    rest.chunks(4).flat_map(outermost).chain(last.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_points_the_outermost_and_the_edges_of_gaps_stay_worked_by_hand() {
        let at = |position: u64, weight: f32| (position, Some(weight));
        let points = [
            [at(0, 1.0), at(1, 5.0), at(2, -3.0), at(3, 2.0)],
            [at(4, 1.0), (5, None), (6, None), at(7, 0.0)],
            [at(8, 4.0), at(9, 4.0), at(10, 6.0), at(11, 5.0)],
        ];
        let kept = halved(&[points.concat(), vec![at(12, 7.0)]].concat());
        let expected = [
            vec![at(1, 5.0), at(2, -3.0)],
            vec![at(4, 1.0), (5, None), (6, None), at(7, 0.0)],
            vec![at(8, 4.0), at(10, 6.0)],
            vec![at(12, 7.0)],
        ];
        assert_eq!(kept, expected.concat());
        assert_eq!(halved(&[at(0, 2.0); 5]), [at(0, 2.0); 3]);
    }
}
