//! Asking for memory ahead of its use.

/// Asks for the memory at `place` to be brought into the caches, without waiting for it.
///
/// It pays where many answers are wanted from a table larger than the caches: while one is worked out, the memory of the next
/// few dozen is on its way. Where the target is not x86-64, nothing happens.
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
    // SAFETY: the target has SSE; a prefetch reads nothing that the program sees, and the place is one it may read.
    unsafe {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(core::ptr::from_ref(place).cast());
    }
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    let _ = place;
}
