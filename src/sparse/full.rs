//! All connections there could be, without an index: small dense layers run through the same kernels.

use std::iter::empty;
use std::ops::Range;

use super::kernels::Wiring;

/// Every source is connected to every target; connection `target · sources + source`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full {
    /// Number of source neurons.
    pub sources: usize,
    /// Number of target neurons.
    pub targets: usize,
}

// SAFETY: all numbers are below the two sizes, or combine them.
#[expect(unsafe_code, reason = "kernels rely on it for speed")]
unsafe impl Wiring for Full {
    fn sources(&self) -> usize {
        self.sources
    }

    fn targets(&self) -> usize {
        self.targets
    }

    fn connections(&self) -> usize {
        self.sources * self.targets
    }

    #[inline(always)]
    fn incoming(&self, target: usize) -> impl Iterator<Item = (usize, usize)> {
        (0..self.sources).zip(target * self.sources..)
    }

    #[inline(always)]
    fn outgoing(&self, source: usize) -> impl Iterator<Item = (usize, usize)> {
        let Self { sources, targets } = *self;
        (0..targets).map(move |target| (target, target * sources + source))
    }

    // Row follows row, so the machine knows which is next.
    #[inline(always)]
    fn sources_ahead(&self, _: Range<usize>) -> impl Iterator<Item = usize> {
        empty()
    }

    #[inline(always)]
    fn targets_ahead(&self, _: Range<usize>) -> impl Iterator<Item = usize> {
        empty()
    }
}
