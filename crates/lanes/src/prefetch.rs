//! Prefetching.

/// Starts loading the memory at `place` into the caches, without waiting for it.
///
/// Use it for many look-ups in a table larger than the caches: while one look-up is computed, the memory for the next few dozen
/// is being loaded. Does nothing on targets other than x86-64.
///
/// ```
/// use annulus_lanes::prefetch;
/// let table = vec![7_u64; 1 << 20];
/// prefetch(&table[123_456]);
/// assert_eq!(table[123_456], 7);
/// ```
#[inline(always)]
pub fn prefetch<T>(place: &T) {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    // SAFETY: the target has SSE; a prefetch has no effect that the program can observe, and the place is readable.
    unsafe {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(core::ptr::from_ref(place).cast());
    }
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    let _ = place;
}
