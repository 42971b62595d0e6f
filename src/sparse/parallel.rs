//! Dividing rows among threads.
//!
//! Whoever drives a training run decides how many threads it gets, by running it inside a pool: kernels use the pool
//! that they are called in, and none where there is none. What a row's result is never depends on how rows are divided.

use std::ops::Range;

use rayon::prelude::*;

/// Multiply-adds below which a second thread costs more time than it saves.
const WORTH_SHARING: usize = 1 << 18;
/// Parts for each thread, so that one with lighter parts can take more of them.
const PARTS_A_THREAD: usize = 4;

/// Threads to divide so much work among.
pub fn threads_for(work: usize) -> usize {
    let in_pool = rayon::current_thread_index().is_some();
    if in_pool && work >= WORTH_SHARING { rayon::current_num_threads() } else { 1 }
}

/// Calls `act` with all rows below `rows`, in parts.
pub fn for_each_part(rows: usize, work: usize, act: &(impl Fn(Range<usize>) + Sync)) {
    let threads = threads_for(work);
    if threads == 1 {
        return act(0..rows);
    }
    let size = rows.div_ceil(threads * PARTS_A_THREAD).max(1);
    let parts = rows.div_ceil(size);
    (0..parts).into_par_iter().with_max_len(1).for_each(|part| act(part * size..rows.min((part + 1) * size)));
}

/// Calls `act` with all rows of `values`, `stride` values each, in parts: their numbers, and their values to be changed.
pub fn for_each_part_of_rows(
    values: &mut [f32],
    stride: usize,
    work: usize,
    act: &(impl Fn(Range<usize>, &mut [f32]) + Sync),
) {
    divide(values, stride, threads_for(work), PARTS_A_THREAD, act);
}

/// The same in one part for each thread, for work that has a price for each part.
pub fn for_each_share_of_rows(
    values: &mut [f32],
    stride: usize,
    work: usize,
    act: &(impl Fn(Range<usize>, &mut [f32]) + Sync),
) {
    divide(values, stride, threads_for(work), 1, act);
}

fn divide(
    values: &mut [f32],
    stride: usize,
    threads: usize,
    parts_a_thread: usize,
    act: &(impl Fn(Range<usize>, &mut [f32]) + Sync),
) {
    let rows = values.len() / stride;
    if threads == 1 {
        return act(0..rows, values);
    }
    let size = rows.div_ceil(threads * parts_a_thread).max(1);
    let parts = values.par_chunks_mut(size * stride).with_max_len(1).enumerate();
    parts.for_each(|(part, values)| act(part * size..part * size + values.len() / stride, values));
}
