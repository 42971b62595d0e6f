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

/// Each thread does its own share, then what others have not begun. Its own is always the same one, for what it wrote
/// in one part of a step is at hand in the next.
fn share_out<T: Send>(team: &Team, shares: impl Iterator<Item = T>, act: &(impl Fn(T) + Sync)) {
    let shares: Vec<Mutex<Option<T>>> = shares.map(|share| Mutex::new(Some(share))).collect();
    let (own_first, all) = (shares.iter().cycle(), shares.len());
    team.all(&|thread| {
        for share in own_first.clone().skip(thread).take(all) {
            let share = share.lock().unwrap_or_else(PoisonError::into_inner).take();
            share.into_iter().for_each(act);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Work that is always worth sharing.
    const MUCH: usize = usize::MAX;

    #[test]
    fn every_row_and_every_value_is_met_once_whatever_the_number_of_threads() {
        for threads in [1, 2, 3, 5] {
            let team = Team::new(threads, "test").expect("threads");
            team.install(|| {
                for length in [1, 2, 7, 64] {
                    let mut rows = vec![0.0_f32; 3 * length];
                    for_each_share_of_rows(&mut rows, 3, MUCH, &|numbers, values| {
                        for (number, row) in numbers.zip(values.chunks_exact_mut(3)) {
                            row[0] += 1.0;
                            row[1] += f32::from(u8::try_from(number).expect("small"));
                        }
                    });
                    let expected = |row: usize| [1.0, f32::from(u8::try_from(row).expect("small")), 0.0];
                    assert!(rows.chunks_exact(3).enumerate().all(|(row, values)| values == expected(row)));
                    four_lists(length, length);
                    four_lists(length, 0);
                }
            });
        }
    }

    /// All pieces of the four lists belong together; the last list may have no values.
    fn four_lists(length: usize, last: usize) {
        let counting = || (0..length).map(|index| f32::from(u8::try_from(index).expect("small")));
        let (mut first, second): (Vec<f32>, Vec<f32>) = (counting().collect(), counting().collect());
        let (mut third, mut fourth) = (first.clone(), vec![0.0; last]);
        for_each_share_of_four(
            (&mut first, &second, &mut third, &mut fourth),
            MUCH,
            &|first, second, third, fourth| {
                assert!(*first == *second && *first == *third && (fourth.is_empty() || fourth.len() == first.len()));
                first.iter_mut().chain(third).chain(fourth).for_each(|value| *value += 100.0);
            },
        );
        let expected: Vec<f32> = counting().map(|value| value + 100.0).collect();
        assert!(first == expected && third == expected && fourth == vec![100.0; last]);
    }
}
