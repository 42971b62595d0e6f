//! The vectors of the machine at hand.

use std::sync::OnceLock;

use pulp::Arch;

/// The widest vectors that this machine has: AVX-512, AVX2, NEON, or none.
#[inline]
pub fn simd() -> Arch {
    static ARCH: OnceLock<Arch> = OnceLock::new();
    *ARCH.get_or_init(Arch::new)
}
