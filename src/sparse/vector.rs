//! The vectors of the machine at hand.

use std::sync::OnceLock;

use pulp::Arch;

/// The widest vectors that this machine has: AVX-512, AVX2, NEON, or none.
#[inline]
pub fn simd() -> Arch {
    static ARCH: OnceLock<Arch> = OnceLock::new();
    *ARCH.get_or_init(Arch::new)
}

/// Bytes that come from memory at once.
pub const LINE_BYTES: usize = 64;

/// Has the lines of memory that hold a value brought near, as far as the machine can be asked to.
#[inline(always)]
pub fn prefetch<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    for line in (0..size_of::<T>()).step_by(LINE_BYTES) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let start: *const T = value;
        // SAFETY: a hint that reads nothing, and every x86-64 knows it.
        #[expect(unsafe_code, reason = "the standard library has no such hint")]
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(start.cast::<i8>().wrapping_add(line));
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}
