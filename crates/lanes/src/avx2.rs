//! Vectors of 256 bits.

use core::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_andnot_si256, _mm256_castsi256_ps, _mm256_cmpeq_epi32, _mm256_loadu_si256,
    _mm256_max_epu32, _mm256_movemask_ps, _mm256_mullo_epi32, _mm256_permute2x128_si256, _mm256_set1_epi32, _mm256_shuffle_epi32,
    _mm256_srlv_epi32, _mm256_storeu_si256, _mm256_xor_si256,
};

use super::vectors::{MOST, Sealed, Vectors};

/// Proof that the processor has AVX2. Only this module's parent creates one, after detection.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    /// # Safety
    /// The processor has AVX2.
    #[inline(always)]
    pub(super) const unsafe fn new() -> Self {
        Self(())
    }
}

impl Sealed for Avx2 {}

impl Vectors for Avx2 {
    const LANES: usize = 8;

    type U32s = __m256i;

    #[inline(always)]
    fn splat(self, number: u32) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_set1_epi32(i32::from_ne_bytes(number.to_ne_bytes())) }
    }

    #[inline(always)]
    fn load(self, numbers: &[u32]) -> Self::U32s {
        let numbers: *const u32 = numbers[..Self::LANES].as_ptr();
        // SAFETY: a `self` is proof of AVX2; the slice has that many numbers, and they need no alignment.
        unsafe { _mm256_loadu_si256(numbers.cast()) }
    }

    #[inline(always)]
    fn to_array(self, a: Self::U32s) -> [u32; MOST] {
        let mut array = [0; MOST];
        // SAFETY: a `self` is proof of AVX2; the array has room for the widest vector, and needs no alignment.
        unsafe { _mm256_storeu_si256(array.as_mut_ptr().cast(), a) }
        array
    }

    #[inline(always)]
    fn add(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_add_epi32(a, b) }
    }

    #[inline(always)]
    fn mul(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_mullo_epi32(a, b) }
    }

    #[inline(always)]
    fn xor(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_xor_si256(a, b) }
    }

    #[inline(always)]
    fn shr(self, a: Self::U32s, bits: u32) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_srlv_epi32(a, self.splat(bits)) }
    }

    #[inline(always)]
    fn max(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_max_epu32(a, b) }
    }

    #[inline(always)]
    fn greatest(self, a: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe {
            // Swap halves, then quarters, then eighths.
            let a = self.max(a, _mm256_permute2x128_si256::<1>(a, a));
            let a = self.max(a, _mm256_shuffle_epi32::<0b01_00_11_10>(a));
            self.max(a, _mm256_shuffle_epi32::<0b10_11_00_01>(a))
        }
    }

    #[inline(always)]
    fn equal(self, a: Self::U32s, b: Self::U32s) -> u32 {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(a, b))).unsigned_abs() }
    }

    #[inline(always)]
    fn unless_equal(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_andnot_si256(_mm256_cmpeq_epi32(a, b), a) }
    }

    #[inline(always)]
    fn keep_greater(self, best: (Self::U32s, Self::U32s), row: (Self::U32s, u32)) -> (Self::U32s, Self::U32s) {
        let greater = self.max(best.0, row.0);
        // Row numbers rise, so a maximum picks the later row. AVX2 compares unsigned numbers for equality only.
        //
        // SAFETY: a `self` is proof of AVX2.
        let from = unsafe { _mm256_andnot_si256(_mm256_cmpeq_epi32(greater, best.0), self.splat(row.1)) };
        (greater, self.max(best.1, from))
    }
}
