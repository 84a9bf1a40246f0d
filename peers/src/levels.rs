//! The kinds of vectors that look-ups of ours can be held to, where this processor has them.

use annulus_lanes::Level;

/// AVX-512, which is the widest where it is there.
pub(crate) fn avx512() -> Option<Level> {
    let widest = Level::detect();
    (widest != widest.without_masks()).then_some(widest)
}

/// AVX2, which is the widest without AVX-512 where it is there.
pub(crate) fn avx2() -> Option<Level> {
    let level = Level::detect().without_masks();
    (level != Level::PORTABLE).then_some(level)
}

/// What every processor of the target has: on x86-64, SSE2.
pub(crate) const fn portable() -> Option<Level> {
    Some(Level::PORTABLE)
}
