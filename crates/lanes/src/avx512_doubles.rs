//! Vectors of 512 bits with 64-bit numbers.
#![expect(clippy::incompatible_msrv, reason = "compiled by those that know AVX-512 only")]

use core::arch::x86_64::{
    __m512d, __m512i, _CMP_LT_OQ, _MM_FROUND_NO_EXC, _MM_FROUND_TO_NEG_INF, _mm512_add_epi64, _mm512_add_pd, _mm512_castpd_si512,
    _mm512_castsi512_pd, _mm512_cmp_pd_mask, _mm512_cvtepu64_pd, _mm512_cvttpd_epu64, _mm512_fmadd_pd, _mm512_fnmadd_pd,
    _mm512_loadu_si512, _mm512_mask_blend_pd, _mm512_maskz_compress_epi64, _mm512_mul_pd, _mm512_mullo_epi64, _mm512_rcp14_pd,
    _mm512_roundscale_pd, _mm512_set1_epi64, _mm512_set1_pd, _mm512_srli_epi64, _mm512_storeu_si512,
};

use super::{doubles::Doubles, vectors::Sealed};

/// Proof that the processor has AVX-512F and DQ. Only this module's parent creates one, after detection.
#[derive(Clone, Copy)]
pub(super) struct Avx512Doubles(());

impl Avx512Doubles {
    /// # Safety
    /// The processor has AVX-512F and DQ.
    #[inline(always)]
    pub(super) const unsafe fn new() -> Self {
        Self(())
    }
}

impl Sealed for Avx512Doubles {}

impl Doubles for Avx512Doubles {
    const LANES: usize = 8;

    type U64s = __m512i;

    type F64s = __m512d;

    #[inline(always)]
    fn splat(self, number: u64) -> Self::U64s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_set1_epi64(i64::from_ne_bytes(number.to_ne_bytes())) }
    }

    #[inline(always)]
    fn load(self, numbers: &[u64]) -> Self::U64s {
        let numbers: *const u64 = numbers[..Self::LANES].as_ptr();
        // SAFETY: a `self` is proof of AVX-512F; the slice has that many numbers, and they need no alignment.
        unsafe { _mm512_loadu_si512(numbers.cast()) }
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "a bit for each of eight lanes")]
    fn store_those(self, lanes: u32, numbers: Self::U64s, out: &mut [u64], at: usize) {
        let out: *mut u64 = out[at..at + Self::LANES].as_mut_ptr();
        // SAFETY: a `self` is proof of AVX-512F; the slice has room for a whole vector, and needs no alignment.
        // Writes a whole vector, because writing selected lanes is slow on some processors.
        unsafe { _mm512_storeu_si512(out.cast(), _mm512_maskz_compress_epi64(lanes as u8, numbers)) }
    }

    #[inline(always)]
    fn add(self, a: Self::U64s, b: Self::U64s) -> Self::U64s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_add_epi64(a, b) }
    }

    #[inline(always)]
    fn mul(self, a: Self::U64s, b: Self::U64s) -> Self::U64s {
        // SAFETY: a `self` is proof of AVX-512DQ.
        unsafe { _mm512_mullo_epi64(a, b) }
    }

    #[inline(always)]
    fn shr<const BITS: u32>(self, a: Self::U64s) -> Self::U64s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_srli_epi64::<BITS>(a) }
    }

    #[inline(always)]
    fn to_bits(self, a: Self::F64s) -> Self::U64s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_castpd_si512(a) }
    }

    #[inline(always)]
    fn of_bits(self, a: Self::U64s) -> Self::F64s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_castsi512_pd(a) }
    }

    #[inline(always)]
    fn to_double(self, a: Self::U64s) -> Self::F64s {
        // SAFETY: a `self` is proof of AVX-512DQ.
        unsafe { _mm512_cvtepu64_pd(a) }
    }

    #[inline(always)]
    fn to_whole(self, a: Self::F64s) -> Self::U64s {
        // SAFETY: a `self` is proof of AVX-512DQ.
        unsafe { _mm512_cvttpd_epu64(a) }
    }

    #[inline(always)]
    fn plus(self, a: Self::F64s, b: Self::F64s) -> Self::F64s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_add_pd(a, b) }
    }

    #[inline(always)]
    fn times(self, a: Self::F64s, b: Self::F64s) -> Self::F64s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_mul_pd(a, b) }
    }

    /// Refines the processor's 14-bit estimate by three Newton steps, each of which squares the relative error.
    ///
    /// The result is the correctly rounded quotient. After two steps the estimate `r` is within one unit in the last place of the
    /// quotient. So `1 - a·r` is a multiple of that unit, and the fused operation computes it exactly. The third step then gives
    /// the quotient up to one part in 2¹⁰⁰, rounded once. It could round differently from the quotient only if a midpoint between
    /// two doubles lay between the two. Such a midpoint has 54 bits and its product with `a` 85, so it differs from the quotient
    /// by at least one part in 2⁸⁶.
    #[inline(always)]
    fn reciprocal(self, a: Self::F64s) -> Self::F64s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe {
            let step = |r| _mm512_fmadd_pd(r, _mm512_fnmadd_pd(a, r, _mm512_set1_pd(1.0)), r);
            step(step(step(_mm512_rcp14_pd(a))))
        }
    }

    #[inline(always)]
    fn floor(self, a: Self::F64s) -> Self::F64s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_roundscale_pd::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(a) }
    }

    #[inline(always)]
    fn less(self, a: Self::F64s, b: Self::F64s) -> u32 {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { u32::from(_mm512_cmp_pd_mask::<_CMP_LT_OQ>(a, b)) }
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "a bit for each of eight lanes")]
    fn choose(self, lanes: u32, a: Self::F64s, b: Self::F64s) -> Self::F64s {
        // SAFETY: a `self` is proof of AVX-512F.
        unsafe { _mm512_mask_blend_pd(lanes as u8, b, a) }
    }
}
