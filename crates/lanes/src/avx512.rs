//! Vectors of 512 bits.
#![expect(clippy::incompatible_msrv, reason = "compiled by those that know AVX-512 only")]

use core::arch::x86_64::{
    __m512, __m512i, _mm_cvtsi128_si32, _mm_max_epu32, _mm_shuffle_epi32, _mm256_castsi256_si128, _mm256_extracti128_si256,
    _mm256_max_epu32, _mm512_add_epi32, _mm512_add_ps, _mm512_and_si512, _mm512_andnot_si512, _mm512_castps_si512,
    _mm512_castsi512_si128, _mm512_castsi512_si256, _mm512_cmpeq_epi32_mask, _mm512_cmpge_epu32_mask, _mm512_cmpgt_epu32_mask,
    _mm512_cvtepu32_ps, _mm512_extracti64x4_epi64, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_loadu_si512, _mm512_mask_mov_epi32,
    _mm512_max_epu32, _mm512_min_epu32, _mm512_mul_ps, _mm512_mullo_epi32, _mm512_or_si512, _mm512_set1_epi32, _mm512_set1_ps,
    _mm512_shuffle_epi32, _mm512_shuffle_i32x4, _mm512_srlv_epi32, _mm512_storeu_si512, _mm512_xor_si512,
};

use super::vectors::{MOST, Sealed, Vectors};

/// Proof that the processor has AVX-512F. Only this module's parent creates one, after detection.
#[derive(Clone, Copy)]
pub(super) struct Avx512(());

impl Avx512 {
    /// # Safety
    /// The processor has AVX-512F.
    #[inline(always)]
    pub(super) const unsafe fn new() -> Self {
        Self(())
    }
}

impl Sealed for Avx512 {}

impl Vectors for Avx512 {
    const LANES: usize = 16;

    type U32s = __m512i;

    type F32s = __m512;

    #[inline(always)]
    fn splat(self, number: u32) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_set1_epi32(i32::from_ne_bytes(number.to_ne_bytes())) }
    }

    #[inline(always)]
    fn load(self, numbers: &[u32]) -> Self::U32s {
        let numbers: *const u32 = numbers[..Self::LANES].as_ptr();
        // SAFETY: a `self` is proof of AVX-512F; the slice has that many numbers, and they need no alignment.
        unsafe { _mm512_loadu_si512(numbers.cast()) }
    }

    #[inline(always)]
    fn to_array(self, a: Self::U32s) -> [u32; MOST] {
        let mut array = [0; MOST];
        // SAFETY: a `self` is proof of AVX-512F; the array has room for the widest vector, and needs no alignment.
        unsafe { _mm512_storeu_si512(array.as_mut_ptr().cast(), a) }
        array
    }

    #[inline(always)]
    fn add(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_add_epi32(a, b) }
    }

    #[inline(always)]
    fn mul(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_mullo_epi32(a, b) }
    }

    #[inline(always)]
    fn xor(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_xor_si512(a, b) }
    }

    #[inline(always)]
    fn and(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_and_si512(a, b) }
    }

    #[inline(always)]
    fn without(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_andnot_si512(b, a) }
    }

    #[inline(always)]
    fn or(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_or_si512(a, b) }
    }

    const LOW: u32 = 0x3ff;

    #[inline(always)]
    fn with_low(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // The compiler makes one instruction of it.
        self.or(self.without(a, self.splat(Self::LOW)), b)
    }

    #[inline(always)]
    fn shr(self, a: Self::U32s, bits: u32) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_srlv_epi32(a, self.splat(bits)) }
    }

    #[inline(always)]
    fn max(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_max_epu32(a, b) }
    }

    #[inline(always)]
    fn min(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_min_epu32(a, b) }
    }

    #[inline(always)]
    fn greatest(self, a: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe {
            // Swap halves, then quarters, eighths and sixteenths.
            let a = self.max(a, _mm512_shuffle_i32x4::<0b01_00_11_10>(a, a));
            let a = self.max(a, _mm512_shuffle_i32x4::<0b10_11_00_01>(a, a));
            let a = self.max(a, _mm512_shuffle_epi32::<0b01_00_11_10>(a));
            self.max(a, _mm512_shuffle_epi32::<0b10_11_00_01>(a))
        }
    }

    #[inline(always)]
    fn top(self, a: Self::U32s) -> u32 {
        // SAFETY: a `self` is proof of AVX-512F, and every processor that has it has AVX2.
        unsafe {
            // Halve sixteen lanes to eight, four, two and one. Narrow vectors have the shorter latencies.
            let a = _mm256_max_epu32(_mm512_castsi512_si256(a), _mm512_extracti64x4_epi64::<1>(a));
            let a = _mm_max_epu32(_mm256_castsi256_si128(a), _mm256_extracti128_si256::<1>(a));
            let a = _mm_max_epu32(a, _mm_shuffle_epi32::<0b01_00_11_10>(a));
            let a = _mm_max_epu32(a, _mm_shuffle_epi32::<0b10_11_00_01>(a));
            u32::from_ne_bytes(_mm_cvtsi128_si32(a).to_ne_bytes())
        }
    }

    #[inline(always)]
    fn first(self, a: Self::U32s) -> u32 {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { u32::from_ne_bytes(_mm_cvtsi128_si32(_mm512_castsi512_si128(a)).to_ne_bytes()) }
    }

    #[inline(always)]
    fn equal(self, a: Self::U32s, b: Self::U32s) -> u32 {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { u32::from(_mm512_cmpeq_epi32_mask(a, b)) }
    }

    #[inline(always)]
    fn any_at_least(self, a: Self::U32s, b: Self::U32s) -> bool {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_cmpge_epu32_mask(a, b) != 0 }
    }

    #[inline(always)]
    fn where_equal(self, a: Self::U32s, b: Self::U32s, then: Self::U32s, otherwise: Self::U32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_mask_mov_epi32(otherwise, _mm512_cmpeq_epi32_mask(a, b), then) }
    }

    #[inline(always)]
    fn keep_greater(self, best: (Self::U32s, Self::U32s), row: (Self::U32s, u32)) -> (Self::U32s, Self::U32s) {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe {
            // One comparison decides both. A maximum would compete for the unit that multiplies.
            let greater = _mm512_cmpgt_epu32_mask(row.0, best.0);
            (_mm512_mask_mov_epi32(best.0, greater, row.0), _mm512_mask_mov_epi32(best.1, greater, self.splat(row.1)))
        }
    }

    #[inline(always)]
    fn splat_float(self, number: f32) -> Self::F32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_set1_ps(number) }
    }

    #[inline(always)]
    fn load_floats(self, numbers: &[f32]) -> Self::F32s {
        let numbers: *const f32 = numbers[..Self::LANES].as_ptr();
        // SAFETY: a `self` is proof of AVX-512F; the slice has that many numbers, and they need no alignment.
        unsafe { _mm512_loadu_ps(numbers) }
    }

    const UNIT: f32 = 1.0;

    #[inline(always)]
    fn to_floats(self, a: Self::U32s) -> Self::F32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_cvtepu32_ps(a) }
    }

    #[inline(always)]
    fn plus(self, a: Self::F32s, b: Self::F32s) -> Self::F32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_add_ps(a, b) }
    }

    #[inline(always)]
    fn times(self, a: Self::F32s, b: Self::F32s) -> Self::F32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_mul_ps(a, b) }
    }

    #[inline(always)]
    fn times_plus(self, a: Self::F32s, b: Self::F32s, c: Self::F32s) -> Self::F32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }

    #[inline(always)]
    fn to_bits(self, a: Self::F32s) -> Self::U32s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_castps_si512(a) }
    }
}
