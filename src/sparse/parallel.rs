//! Dividing rows among threads.
//!
//! Whoever drives a training run decides how many threads it gets, by installing a [`Team`] for it: kernels use the
//! team of the thread that they are called on, and none where there is none. What a row's result is never depends on
//! how rows are divided.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::team::Team;

/// Multiply-adds below which a second thread costs more time than it saves.
const WORTH_SHARING: usize = 1 << 18;

/// The team to divide so much work among, if it is worth it.
fn team_for(work: usize) -> Option<Arc<Team>> {
    if work >= WORTH_SHARING { Team::current() } else { None }
}

/// Calls `act` with all rows below `rows`, a share for each thread.
pub fn for_each_share(rows: usize, work: usize, act: &(impl Fn(Range<usize>) + Sync)) {
    let Some(team) = team_for(work) else { return act(0..rows) };
    let size = rows.div_ceil(team.threads()).max(1);
    share_out(&team, (0..rows).step_by(size), &|start| act(start..rows.min(start + size)));
}

/// Calls `act` with all rows of `values`, `stride` values each, a share for each thread: the numbers of the rows, and
/// their values to be changed.
pub fn for_each_share_of_rows(
    values: &mut [f32],
    stride: usize,
    work: usize,
    act: &(impl Fn(Range<usize>, &mut [f32]) + Sync),
) {
    let rows = values.len() / stride;
    let Some(team) = team_for(work) else { return act(0..rows, values) };
    let size = rows.div_ceil(team.threads()).max(1);
    let shares = values.chunks_mut(size * stride).enumerate();
    share_out(&team, shares, &|(share, values)| act(share * size..share * size + values.len() / stride, values));
}

/// Calls `act` with pieces of equal places of four lists, a share for each thread. The last may be empty.
pub fn for_each_share_of_four<'a>(
    lists: (&'a mut [f32], &'a [f32], &'a mut [f32], &'a mut [f32]),
    work: usize,
    act: &(impl Fn(&mut [f32], &[f32], &mut [f32], &mut [f32]) + Sync),
) {
    let (first, second, third, fourth) = lists;
    let Some(team) = team_for(work) else { return act(first, second, third, fourth) };
    let size = first.len().div_ceil(team.threads()).max(1);
    let mut fourth = fourth.chunks_mut(size);
    let fourth = std::iter::from_fn(move || Some(fourth.next().unwrap_or_default()));
    let shares = first.chunks_mut(size).zip(second.chunks(size)).zip(third.chunks_mut(size)).zip(fourth);
    share_out(&team, shares, &|(((first, second), third), fourth)| act(first, second, third, fourth));
}

/// Each thread takes what is next until nothing is left.
fn share_out<T>(team: &Team, shares: impl Iterator<Item = T> + Send, act: &(impl Fn(T) + Sync)) {
    let shares = Mutex::new(shares);
    let next = || shares.lock().unwrap_or_else(PoisonError::into_inner).next();
    team.all(&|| {
        while let Some(share) = next() {
            act(share);
        }
    });
}
