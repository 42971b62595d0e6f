//! Products with a weight matrix of which only the existing connections are stored: the heart of the engine.
//!
//! Activations are feature-major, a row of samples for each neuron. Two walks over the connections make a training step:
//!
//! ```text
//! forward    for each target t:   Z[t] = Σ w · X[s]             over its incoming connections (transposed index)
//! backward   for each source s:  dX[s] = Σ w · dZ[t]            over its outgoing connections, as they are stored
//!                                dw    = Σ_samples dZ[t] · X[s]  from the same row dZ[t], while it is at hand
//! ```
//!
//! The sums of a tile of samples stay in registers while connections stream by, so the rows of other neurons are all
//! that is read again and again: one row a connection forward, one backward.
//!
//! **Bits.** A sum over connections runs in their stored order, one fused multiply-add a connection. A sum over samples
//! runs in 16 lanes that are then halved. Every row is computed by one thread from beginning to end. So neither threads
//! nor, for batches of up to 32 samples, the width of the machine's vectors change a bit.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use pulp::{Simd, WithSimd};

use super::activations::{Activations, LANES};
use super::parallel::{for_each_share, for_each_share_of_rows};
use super::vector::{LINE_BYTES, prefetch, simd};
use super::work::count_multiply_adds;

/// Vectors in a tile of samples, two lines of samples at least: eight sums, eight inputs and what is multiplied fit the
/// registers of every machine that has vectors, or nearly.
const TILE: usize = 8;

/// Connections that rows are fetched ahead.
const AHEAD: usize = 8;

/// How two groups of neurons are connected, as the kernels walk it.
///
/// # Safety
/// All walks yield neurons below `sources()` or `targets()` and connections below `connections()`, and `outgoing` yields
/// each connection for one source only.
#[expect(unsafe_code, reason = "kernels do not check indices again")]
pub unsafe trait Wiring: Sync {
    /// Number of source neurons.
    fn sources(&self) -> usize;
    /// Number of target neurons.
    fn targets(&self) -> usize;
    /// Number of connections.
    fn connections(&self) -> usize;
    /// (source, connection) of those that lead to a target.
    fn incoming(&self, target: usize) -> impl Iterator<Item = (usize, usize)>;
    /// (target, connection) of those that leave a source.
    fn outgoing(&self, source: usize) -> impl Iterator<Item = (usize, usize)>;
    /// The sources of all that leads to these targets, one after the other; none where every target has the same.
    fn sources_ahead(&self, targets: Range<usize>) -> impl Iterator<Item = usize>;
    /// The targets of all that leaves these sources, one after the other; none where every source has the same.
    fn targets_ahead(&self, sources: Range<usize>) -> impl Iterator<Item = usize>;
}

/// What is to be done with each row of a result while it is at hand. Kernels may show a row in several pieces, padding
/// included.
///
/// A trait and no closure, for its functions must become part of the kernel's own code to have its vectors.
pub trait Finish: Sync {
    /// Turns a target's sums into what they are to become.
    fn target(&self, target: usize, sums: &mut [f32]);
    /// Turns gradients with respect to a source's activations `x` into what they are to become.
    fn source(&self, source: usize, x: &[f32], dx: &mut [f32]);
}

/// Leaves everything as it is.
#[derive(Debug, Clone, Copy)]
pub struct AsItIs;

impl Finish for AsItIs {
    #[inline(always)]
    fn target(&self, _: usize, _: &mut [f32]) {}

    #[inline(always)]
    fn source(&self, _: usize, _: &[f32], _: &mut [f32]) {}
}

/// Forward product `Z = W X`, each target's sums then finished.
///
/// `weights` one value a connection, `x` `n_in x batch`, `z` `n_out x batch`, overwritten.
///
/// # Panics
/// If sizes do not fit.
pub fn forward(wiring: &impl Wiring, weights: &[f32], x: &Activations, z: &mut Activations, finish: &impl Finish) {
    check(wiring, weights, x, z);
    count_multiply_adds(wiring.connections(), x.batch());
    let stride = z.stride();
    let work = wiring.connections() * stride;
    for_each_share_of_rows(z.padded_mut(), stride, work, &|targets, z| {
        simd().dispatch(Forward { wiring, weights, x: x.padded(), targets, z, stride, finish });
    });
}

/// Backward pass in one sweep: each connection's own gradient `Σ_samples dZ[target] · X[source]`, and `dX = Wᵀ dZ` where
/// something lies below.
///
/// `x` `n_in x batch`, `dz` `n_out x batch`, its padding zero; `gradient` one value a connection, overwritten; `dx`
/// `n_in x batch`, overwritten, each source's samples then finished.
///
/// # Panics
/// If sizes do not fit.
pub fn backward(
    wiring: &impl Wiring,
    weights: &[f32],
    x: &Activations,
    dz: &Activations,
    gradient: &mut [f32],
    dx: Option<&mut Activations>,
    finish: &impl Finish,
) {
    check(wiring, weights, x, dz);
    assert_eq!(gradient.len(), wiring.connections());
    count_multiply_adds(wiring.connections() * (1 + usize::from(dx.is_some())), x.batch());
    let stride = x.stride();
    let work = 2 * wiring.connections() * stride;
    let gradient = shared(gradient);
    let pass = Backward { wiring, weights, x: x.padded(), dz: dz.padded(), gradient, stride };
    match dx {
        Some(dx) => {
            assert_eq!((dx.neurons(), dx.batch()), (x.neurons(), x.batch()));
            for_each_share_of_rows(dx.padded_mut(), stride, work, &|sources, dx| {
                simd().dispatch(BackwardPart { pass: &pass, sources, dx: Some(dx), finish });
            });
        }
        None => for_each_share(wiring.sources(), work, &|sources| {
            simd().dispatch(BackwardPart { pass: &pass, sources, dx: None, finish });
        }),
    }
}

fn check(wiring: &impl Wiring, weights: &[f32], x: &Activations, z: &Activations) {
    assert_eq!(weights.len(), wiring.connections());
    assert_eq!((x.neurons(), z.neurons()), (wiring.sources(), wiring.targets()));
    assert_eq!(x.batch(), z.batch());
}

/// Values that several threads write, each value by one of them.
#[expect(unsafe_code, reason = "the standard library's own conversion is not stable yet")]
fn shared(values: &mut [f32]) -> &[AtomicU32] {
    let pointer: *const [f32] = values;
    // SAFETY: AtomicU32 has the size, alignment and bit validity of u32, which are those of f32; the values are borrowed
    // exclusively for as long as the result lives.
    unsafe { &*(pointer as *const [AtomicU32]) }
}

struct Forward<'a, W, F> {
    wiring: &'a W,
    weights: &'a [f32],
    x: &'a [f32],
    targets: Range<usize>,
    z: &'a mut [f32],
    stride: usize,
    finish: &'a F,
}

impl<W: Wiring, F: Finish> WithSimd for Forward<'_, W, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        for_each_tile!(S, self.stride, forward_tile(simd, &mut self));
    }
}

/// The sums of `V` vectors of samples, from vector `first` on, for all targets.
#[inline(always)]
fn forward_tile<S: Simd, const V: usize, W: Wiring, F: Finish>(simd: S, pass: &mut Forward<W, F>, first: usize) {
    let (x, _) = S::as_simd_f32s(pass.x);
    let (wiring, weights) = (pass.wiring, pass.weights);
    let stride = pass.stride / S::F32_LANES;
    let mut ahead = Ahead::of(wiring.sources_ahead(pass.targets.clone()));
    for (target, row) in pass.targets.clone().zip(pass.z.chunks_exact_mut(pass.stride)) {
        let mut sums = [simd.splat_f32s(0.0); V];
        for (source, connection) in wiring.incoming(target) {
            ahead.fetch::<S, V>(x, stride, first);
            let inputs = tile::<S, V>(x, source * stride + first);
            let weight = simd.splat_f32s(*at(weights, connection));
            for v in 0..V {
                sums[v] = simd.mul_add_f32s(weight, inputs[v], sums[v]);
            }
        }
        let samples = &mut row[first * S::F32_LANES..][..V * S::F32_LANES];
        S::as_mut_simd_f32s(samples).0.copy_from_slice(&sums);
        pass.finish.target(target, samples);
    }
}

struct Backward<'a, W> {
    wiring: &'a W,
    weights: &'a [f32],
    x: &'a [f32],
    dz: &'a [f32],
    gradient: &'a [AtomicU32],
    stride: usize,
}

struct BackwardPart<'a, W, F> {
    pass: &'a Backward<'a, W>,
    sources: Range<usize>,
    dx: Option<&'a mut [f32]>,
    finish: &'a F,
}

impl<W: Wiring, F: Finish> WithSimd for BackwardPart<'_, W, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let stride = self.pass.stride;
        if self.dx.is_some() {
            for_each_tile!(S, stride, backward_tile(simd, &mut self));
        } else {
            for_each_tile!(S, stride, gradient_tile(simd, &self));
        }
    }
}

/// Both results from `V` vectors of samples, from vector `first` on, for all sources.
#[inline(always)]
fn backward_tile<S: Simd, const V: usize, W: Wiring, F: Finish>(simd: S, part: &mut BackwardPart<W, F>, first: usize) {
    let pass = part.pass;
    let Backward { wiring, weights, gradient, .. } = *pass;
    let ((x, _), (dz, _)) = (S::as_simd_f32s(pass.x), S::as_simd_f32s(pass.dz));
    let stride = pass.stride / S::F32_LANES;
    let Some(dx) = part.dx.as_deref_mut() else { return };
    let mut ahead = Ahead::of(wiring.targets_ahead(part.sources.clone()));
    for (source, row) in part.sources.clone().zip(dx.chunks_exact_mut(pass.stride)) {
        let inputs = *tile::<S, V>(x, source * stride + first);
        let mut sums = [simd.splat_f32s(0.0); V];
        for (target, connection) in wiring.outgoing(source) {
            ahead.fetch::<S, V>(dz, stride, first);
            let deltas = tile::<S, V>(dz, target * stride + first);
            let weight = simd.splat_f32s(*at(weights, connection));
            for v in 0..V {
                sums[v] = simd.mul_add_f32s(weight, deltas[v], sums[v]);
            }
            add(at(gradient, connection), dot(simd, deltas, &inputs), first);
        }
        let samples = first * S::F32_LANES..(first + V) * S::F32_LANES;
        let own = &pass.x[source * pass.stride..][samples.clone()];
        let samples = &mut row[samples];
        S::as_mut_simd_f32s(samples).0.copy_from_slice(&sums);
        part.finish.source(source, own, samples);
    }
}

/// The gradients alone.
#[inline(always)]
fn gradient_tile<S: Simd, const V: usize, W: Wiring, F>(simd: S, part: &BackwardPart<W, F>, first: usize) {
    let pass = part.pass;
    let Backward { wiring, gradient, .. } = *pass;
    let ((x, _), (dz, _)) = (S::as_simd_f32s(pass.x), S::as_simd_f32s(pass.dz));
    let stride = pass.stride / S::F32_LANES;
    let mut ahead = Ahead::of(wiring.targets_ahead(part.sources.clone()));
    for source in part.sources.clone() {
        let inputs = *tile::<S, V>(x, source * stride + first);
        for (target, connection) in wiring.outgoing(source) {
            ahead.fetch::<S, V>(dz, stride, first);
            let deltas = tile::<S, V>(dz, target * stride + first);
            add(at(gradient, connection), dot(simd, deltas, &inputs), first);
        }
    }
}

/// `Σ a·b` over the samples of a tile: 16 lanes run over the samples, then halves are added until one is left.
#[inline(always)]
fn dot<S: Simd, const V: usize>(simd: S, a: &[S::f32s; V], b: &[S::f32s; V]) -> f32 {
    let vectors_a_line = LANES / S::F32_LANES;
    let mut lanes = [simd.splat_f32s(0.0); V];
    for v in 0..V {
        lanes[v] = match v.checked_sub(vectors_a_line) {
            None => simd.mul_f32s(a[v], b[v]),
            Some(before) => simd.mul_add_f32s(a[v], b[v], lanes[before]),
        };
    }
    let mut left = vectors_a_line;
    let last = V - vectors_a_line;
    while left > 1 {
        left /= 2;
        for v in 0..left {
            lanes[last + v] = simd.add_f32s(lanes[last + v], lanes[last + v + left]);
        }
    }
    simd.reduce_sum_f32s(lanes[last])
}

/// Adds a tile's share of a gradient; the first tile's overwrites what was there.
#[inline(always)]
fn add(gradient: &AtomicU32, share: f32, first: usize) {
    let sum = if first == 0 { share } else { f32::from_bits(gradient.load(Relaxed)) + share };
    gradient.store(sum.to_bits(), Relaxed);
}

/// Walks some connections ahead of a kernel and has rows brought near before they are needed: nothing but the index says
/// which is next, so the machine cannot guess.
struct Ahead<I>(I);

impl<I: Iterator<Item = usize>> Ahead<I> {
    #[inline(always)]
    fn of(mut neurons: I) -> Self {
        let _ = neurons.nth(AHEAD - 1);
        Self(neurons)
    }

    /// Brings a tile of the row of one more neuron near.
    #[inline(always)]
    fn fetch<S: Simd, const V: usize>(&mut self, rows: &[S::f32s], stride: usize, first: usize) {
        // Small tiles are of small batches, whose rows are near anyway.
        if size_of::<[S::f32s; V]>() < 3 * LINE_BYTES {
            return;
        }
        if let Some(neuron) = self.0.next() {
            prefetch(tile::<S, V>(rows, neuron * stride + first));
        }
    }
}

/// The `V` vectors from `start` on.
#[inline(always)]
#[expect(unsafe_code, reason = "a check here costs a fifth of the speed")]
fn tile<S: Simd, const V: usize>(rows: &[S::f32s], start: usize) -> &[S::f32s; V] {
    debug_assert!(start + V <= rows.len());
    // SAFETY: `start` is that of a tile within a row below the number of rows, which `Wiring` promises and `check` has
    // compared with the length of `rows`.
    unsafe { &*rows.as_ptr().add(start).cast() }
}

/// What belongs to a connection.
#[inline(always)]
#[expect(unsafe_code, reason = "a check here costs a twentieth of the speed")]
fn at<T>(values: &[T], connection: usize) -> &T {
    debug_assert!(connection < values.len());
    // SAFETY: `Wiring` promises numbers below `connections`, with which `check` has compared the length.
    unsafe { values.get_unchecked(connection) }
}

/// Calls `$tile::<S, V, ..>(.., first)` for all tiles of a row, with the number of vectors known to the compiler.
macro_rules! for_each_tile {
    ($simd:ty, $stride:expr, $tile:ident($($argument:expr),*)) => {{
        let vectors = $stride / <$simd>::F32_LANES;
        let widest = TILE.max(2 * LANES / <$simd>::F32_LANES);
        let mut first = 0;
        while first < vectors {
            let width = widest.min(vectors - first);
            for_each_tile!(@width width, $simd, $tile, first, ($($argument),*), [1 2 3 4 5 6 7 8 16 32]);
            first += width;
        }
    }};
    (@width $width:ident, $simd:ty, $tile:ident, $first:ident, $arguments:tt, [$($known:literal)*]) => {
        match $width {
            $($known => for_each_tile!(@call $known, $simd, $tile, $first, $arguments),)*
            _ => unreachable!("rows are whole lines of samples"),
        }
    };
    (@call $known:literal, $simd:ty, $tile:ident, $first:ident, ($($argument:expr),*)) => {
        $tile::<$simd, $known, _, _>($($argument,)* $first)
    };
}
use for_each_tile;

#[cfg(test)]
mod tests;
