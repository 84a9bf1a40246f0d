//! Vectors of 256 bits.

use core::arch::x86_64::{
    __m256, __m256i, _mm_cvtsi128_si32, _mm_max_epu32, _mm_shuffle_epi32, _mm256_add_epi32, _mm256_add_ps, _mm256_and_si256,
    _mm256_andnot_si256, _mm256_blend_epi16, _mm256_blendv_ps, _mm256_castps_si256, _mm256_castsi256_ps, _mm256_castsi256_si128,
    _mm256_cmpeq_epi32, _mm256_cvtepi32_ps, _mm256_extracti128_si256, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_loadu_si256,
    _mm256_max_epu32, _mm256_min_epu32, _mm256_movemask_ps, _mm256_mul_ps, _mm256_mullo_epi32, _mm256_or_si256,
    _mm256_permute2x128_si256, _mm256_set1_epi32, _mm256_set1_ps, _mm256_shuffle_epi32, _mm256_srlv_epi32, _mm256_storeu_si256,
    _mm256_xor_si256,
};

use super::vectors::{MOST, Sealed, Vectors};

/// Proof that the processor has AVX2 and FMA. Only this module's parent creates one, after detection.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    /// # Safety
    /// The processor has AVX2 and FMA.
    #[inline(always)]
    pub(super) const unsafe fn new() -> Self {
        Self(())
    }
}

impl Sealed for Avx2 {}

impl Vectors for Avx2 {
    const LANES: usize = 8;

    type U32s = __m256i;

    type F32s = __m256;

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
    fn and(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_and_si256(a, b) }
    }

    #[inline(always)]
    fn without(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_andnot_si256(b, a) }
    }

    #[inline(always)]
    fn or(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_or_si256(a, b) }
    }

    const LOW: u32 = 0xffff;

    #[inline(always)]
    fn with_low(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_blend_epi16::<0b0101_0101>(a, b) }
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
    fn min(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_min_epu32(a, b) }
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
    fn top(self, a: Self::U32s) -> u32 {
        // SAFETY: a `self` is proof of AVX2.
        unsafe {
            // Halve eight lanes to four, two and one. Narrow vectors have the shorter latencies.
            let a = _mm_max_epu32(_mm256_castsi256_si128(a), _mm256_extracti128_si256::<1>(a));
            let a = _mm_max_epu32(a, _mm_shuffle_epi32::<0b01_00_11_10>(a));
            let a = _mm_max_epu32(a, _mm_shuffle_epi32::<0b10_11_00_01>(a));
            u32::from_ne_bytes(_mm_cvtsi128_si32(a).to_ne_bytes())
        }
    }

    #[inline(always)]
    fn first(self, a: Self::U32s) -> u32 {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { u32::from_ne_bytes(_mm_cvtsi128_si32(_mm256_castsi256_si128(a)).to_ne_bytes()) }
    }

    #[inline(always)]
    fn equal(self, a: Self::U32s, b: Self::U32s) -> u32 {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(a, b))).unsigned_abs() }
    }

    #[inline(always)]
    fn any_at_least(self, a: Self::U32s, b: Self::U32s) -> bool {
        // SAFETY: a `self` is proof of AVX2.
        unsafe {
            let at_least = _mm256_cmpeq_epi32(_mm256_max_epu32(a, b), a);
            // Not `testz`: with AVX-512's instructions, the compiler would make a vector of masks for it.
            _mm256_movemask_ps(_mm256_castsi256_ps(at_least)) != 0
        }
    }

    #[inline(always)]
    fn where_equal(self, a: Self::U32s, b: Self::U32s, then: Self::U32s, otherwise: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe {
            let [then, otherwise, equal] = [then, otherwise, _mm256_cmpeq_epi32(a, b)].map(|a| _mm256_castsi256_ps(a));
            _mm256_castps_si256(_mm256_blendv_ps(otherwise, then, equal))
        }
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

    #[inline(always)]
    fn splat_float(self, number: f32) -> Self::F32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_set1_ps(number) }
    }

    #[inline(always)]
    fn load_floats(self, numbers: &[f32]) -> Self::F32s {
        let numbers: *const f32 = numbers[..Self::LANES].as_ptr();
        // SAFETY: a `self` is proof of AVX2; the slice has that many numbers, and they need no alignment.
        unsafe { _mm256_loadu_ps(numbers) }
    }

    const UNIT: f32 = 2.0;

    #[inline(always)]
    fn to_floats(self, a: Self::U32s) -> Self::F32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_cvtepi32_ps(self.shr(a, 1)) }
    }

    #[inline(always)]
    fn plus(self, a: Self::F32s, b: Self::F32s) -> Self::F32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_add_ps(a, b) }
    }

    #[inline(always)]
    fn times(self, a: Self::F32s, b: Self::F32s) -> Self::F32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_mul_ps(a, b) }
    }

    #[inline(always)]
    fn times_plus(self, a: Self::F32s, b: Self::F32s, c: Self::F32s) -> Self::F32s {
        // SAFETY: a `self` is proof of AVX2 and FMA.
        unsafe { _mm256_fmadd_ps(a, b, c) }
    }

    #[inline(always)]
    fn to_bits(self, a: Self::F32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX2.
        unsafe { _mm256_castps_si256(a) }
    }
}
