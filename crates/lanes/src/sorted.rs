//! Counting how many of 16 sorted numbers are below a bound: a search without a branch.

/// How many of 16 numbers in ascending order are below `bound`; 15 if all of them are.
///
/// Every x86-64 processor compares them side by side. Since they are sorted, the position of the first that is not below is the
/// count.
///
/// ```
/// use annulus_lanes::sorted_below;
/// let sorted: [u16; 16] = core::array::from_fn(|lane| 10 * lane as u16);
/// assert_eq!((sorted_below(&sorted, 0), sorted_below(&sorted, 30), sorted_below(&sorted, 31)), (0, 3, 4));
/// assert_eq!((sorted_below(&sorted, 150), sorted_below(&sorted, 151)), (15, 15));
/// ```
#[inline(always)]
#[must_use]
pub fn sorted_below(sorted: &[u16; 16], bound: u16) -> usize {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    let count = sse2::below(sorted, bound);
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    let count = plain(sorted, bound);
    count
}

/// The same as [`sorted_below`] for 32-bit numbers, which must be below 2³¹ because SSE2 compares only signed numbers.
///
/// ```
/// use annulus_lanes::sorted_below_wide;
/// let sorted: [u32; 16] = core::array::from_fn(|lane| 20 << lane);
/// assert_eq!((sorted_below_wide(&sorted, 20 << 3), sorted_below_wide(&sorted, u32::MAX >> 1)), (3, 15));
/// ```
#[inline(always)]
#[must_use]
pub fn sorted_below_wide(sorted: &[u32; 16], bound: u32) -> usize {
    debug_assert!(sorted[15].max(bound) < 1 << 31, "32-bit lanes hold numbers below 2^31");
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    let count = sse2::below_wide(sorted, bound);
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    let count = plain(sorted, bound);
    count
}

/// The same in safe code, for other targets and as the oracle of the tests.
#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
#[inline(always)]
fn plain<L: Copy + Ord>(sorted: &[L; 16], bound: L) -> usize {
    sorted[..15].iter().map(|&lane| usize::from(lane < bound)).sum()
}

/// From safe code the compiler counts the bits of the comparison one by one, since only later processors have an instruction for
/// it. That is twice the work of everything else in a look-up.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod sse2 {
    use core::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_cmpgt_epi32, _mm_loadu_si128, _mm_movemask_epi8, _mm_packs_epi16, _mm_packs_epi32,
        _mm_set1_epi16, _mm_set1_epi32, _mm_setzero_si128, _mm_subs_epu16,
    };

    /// The last lane never counts as below.
    const LAST: i32 = 1 << 15;

    #[inline(always)]
    pub(super) fn below(sorted: &[u16; 16], bound: u16) -> usize {
        let lanes = sorted.as_ptr().cast::<__m128i>();
        // SAFETY: the target has SSE2; both loads are of 16 bytes within the array's 32, and need no alignment.
        let reached = unsafe {
            let bound = _mm_set1_epi16(i16::from_ne_bytes(bound.to_ne_bytes()));
            let short = |lane| _mm_subs_epu16(bound, _mm_loadu_si128(lanes.add(lane)));
            // The bound minus the lane, saturating: 0 where the lane has reached the bound. Narrowing saturates too, so only
            // those are 0.
            _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_packs_epi16(short(0), short(1)), _mm_setzero_si128()))
        };
        (reached | LAST).trailing_zeros() as usize
    }

    #[inline(always)]
    pub(super) fn below_wide(sorted: &[u32; 16], bound: u32) -> usize {
        let lanes = sorted.as_ptr().cast::<__m128i>();
        // SAFETY: the target has SSE2; the four loads are of 16 bytes within the array's 64, and need no alignment.
        let below = unsafe {
            let bound = _mm_set1_epi32(i32::from_ne_bytes(bound.to_ne_bytes()));
            let short = |lane| _mm_cmpgt_epi32(bound, _mm_loadu_si128(lanes.add(lane)));
            let (low, high) = (_mm_packs_epi32(short(0), short(1)), _mm_packs_epi32(short(2), short(3)));
            _mm_movemask_epi8(_mm_packs_epi16(low, high))
        };
        (!below | LAST).trailing_zeros() as usize
    }
}

#[cfg(test)]
mod tests {
    use annulus_core::mix;

    use super::*;
    use crate::ROUNDS;

    /// Sorted, with the last few lanes padded with the greatest, like a line of the ring.
    fn line<L: Copy + Ord>(round: u32, mut lanes: [L; 16], greatest: L) -> [L; 16] {
        lanes[16 - round as usize % 17..].fill(greatest);
        lanes.sort_unstable();
        lanes
    }

    #[test]
    fn counts_as_the_plain_form_whatever_the_lanes() {
        for round in (0..ROUNDS).filter_map(|round| u16::try_from(round).ok()) {
            // From all equal to all different.
            let number = |lane: usize| u16::try_from(mix(round.into(), lane as u64) >> 48).unwrap_or_default() >> (round % 16);
            let sorted = line(round.into(), core::array::from_fn(|lane| number(lane).wrapping_add(round << 3)), u16::MAX);
            let around = sorted.iter().flat_map(|&lane| [lane.wrapping_sub(1), lane, lane.wrapping_add(1)]);
            for bound in around.chain([0, 1, 0x7fff, 0x8000, u16::MAX]) {
                assert_eq!(sorted_below(&sorted, bound), plain(&sorted, bound), "{sorted:?} below {bound}");
            }
        }
    }

    #[test]
    fn counts_numbers_of_31_bits_as_the_plain_form() {
        const GREATEST: u32 = u32::MAX >> 1;
        for round in (0..ROUNDS).filter_map(|round| u32::try_from(round).ok()) {
            // As above, and every bit of 31 decides somewhere.
            let number = |lane: usize| u32::try_from(mix(round.into(), lane as u64) >> 33).unwrap_or_default() >> (round % 31);
            let sorted = line(round, core::array::from_fn(|lane| (number(lane) + (round << 14)) & GREATEST), GREATEST);
            let around = sorted.iter().flat_map(|&lane| [lane.saturating_sub(1), lane, GREATEST.min(lane + 1)]);
            for bound in around.chain([0, 1, 0x7fff, 0x8000, 0xffff, 0x1_0000, 1 << 30, GREATEST]) {
                assert_eq!(sorted_below_wide(&sorted, bound), plain(&sorted, bound), "{sorted:?} below {bound}");
            }
        }
    }
}
