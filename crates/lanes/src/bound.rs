//! Functions that are bound to a level in advance.

use core::fmt;

use super::{Level, vectors::Vectors};

/// A function of two references and a value, in two forms, as those of a [`VectorTask`](super::VectorTask).
///
/// ```
/// use annulus_lanes::{Bound, Level, VectorFunction, Vectors};
///
/// /// The sum of a row and a number, of which the greatest is asked for.
/// struct GreatestSum;
///
/// impl VectorFunction<[u32; 16], u32, u32> for GreatestSum {
///     type Output = u32;
///
///     fn run(row: &[u32; 16], scale: &u32, number: u32) -> u32 {
///         row.iter().map(|each| each.wrapping_mul(*scale).wrapping_add(number)).fold(0, u32::max)
///     }
///
///     #[inline(always)]
///     fn run_on<V: Vectors>(v: V, row: &[u32; 16], scale: &u32, number: u32) -> u32 {
///         let sums = row.chunks_exact(V::LANES).map(|row| v.add(v.mul(v.load(row), v.splat(*scale)), v.splat(number)));
///         v.top(sums.fold(v.splat(0), |a, b| v.max(a, b)))
///     }
/// }
///
/// let bound: Bound<[u32; 16], u32, u32, u32> = Level::detect().bind::<GreatestSum, _, _, _>();
/// assert_eq!(bound.call(&[7; 16], &2, 3), 17);
/// ```
pub trait VectorFunction<A: ?Sized, B: ?Sized, C> {
    /// The result.
    type Output;

    /// The plain form, for the portable level.
    fn run(a: &A, b: &B, c: C) -> Self::Output;

    /// The form over named vectors. Mark it and everything it calls `#[inline(always)]`.
    fn run_on<V: Vectors>(v: V, a: &A, b: &B, c: C) -> Self::Output;
}

/// A function that is ready to be called: compiled for a level that the processor was detected to have.
///
/// Where one of several functions at one of several levels is called again and again, it is chosen once, and a call is a jump.
/// [`Level::run_on_vectors`] decides at each call.
pub struct Bound<A: ?Sized, B: ?Sized, C, O>(unsafe fn(&A, &B, C) -> O);

impl<A: ?Sized, B: ?Sized, C, O> Bound<A, B, C, O> {
    /// A function that needs no level.
    #[must_use]
    pub const fn plain(function: fn(&A, &B, C) -> O) -> Self {
        Self(function)
    }

    /// Calls the function.
    #[inline(always)]
    pub fn call(&self, a: &A, b: &B, c: C) -> O {
        // SAFETY: it is a safe function, or one whose level exists only if the processor has its features (`bind`).
        unsafe { (self.0)(a, b, c) }
    }
}

impl<A: ?Sized, B: ?Sized, C, O> Clone for Bound<A, B, C, O> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A: ?Sized, B: ?Sized, C, O> Copy for Bound<A, B, C, O> {}

impl<A: ?Sized, B: ?Sized, C, O> fmt::Debug for Bound<A, B, C, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bound")
    }
}

impl Level {
    /// A function compiled for this level.
    #[must_use]
    pub fn bind<F: VectorFunction<A, B, C>, A: ?Sized, B: ?Sized, C>(self) -> Bound<A, B, C, F::Output> {
        use super::Kind;
        match self.0 {
            Kind::Portable => Bound(F::run),
            // The level exists only if the processor was detected to have its features (`available`).
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Kind::Avx2 => Bound(avx2::<F, A, B, C>),
            #[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
            Kind::Avx512 => Bound(avx512::<F, A, B, C>),
            #[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
            Kind::Avx512Narrow => Bound(avx512_narrow::<F, A, B, C>),
        }
    }
}

/// # Safety
/// The processor has AVX2, BMI1, BMI2, FMA and POPCNT.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[target_feature(enable = "avx2,bmi1,bmi2,fma,popcnt")]
unsafe fn avx2<F: VectorFunction<A, B, C>, A: ?Sized, B: ?Sized, C>(a: &A, b: &B, c: C) -> F::Output {
    // SAFETY: this function requires more than `new` does.
    F::run_on(unsafe { super::avx2::Avx2::new() }, a, b, c)
}

/// # Safety
/// The processor has AVX-512F, DQ, VL and BW, AVX2, BMI1, BMI2, FMA and POPCNT.
#[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,bmi1,bmi2,fma,popcnt")]
unsafe fn avx512<F: VectorFunction<A, B, C>, A: ?Sized, B: ?Sized, C>(a: &A, b: &B, c: C) -> F::Output {
    // SAFETY: this function requires more than `new` does.
    F::run_on(unsafe { super::avx512::Avx512::new() }, a, b, c)
}

/// # Safety
/// The processor has AVX-512F, DQ, VL and BW, AVX2, BMI1, BMI2, FMA and POPCNT.
#[cfg(all(feature = "std", target_arch = "x86_64", annulus_avx512))]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,bmi1,bmi2,fma,popcnt")]
unsafe fn avx512_narrow<F: VectorFunction<A, B, C>, A: ?Sized, B: ?Sized, C>(a: &A, b: &B, c: C) -> F::Output {
    // SAFETY: this function requires more than `new` does.
    F::run_on(unsafe { super::avx2::Avx2::new() }, a, b, c)
}

#[cfg(test)]
mod tests {
    use annulus_core::mix;

    use super::*;
    use crate::{MOST, ROUNDS};

    /// The greatest of `b` times each number of a row, plus `c`.
    struct Greatest;

    impl VectorFunction<[u32; MOST], u32, u32> for Greatest {
        type Output = u32;

        fn run(a: &[u32; MOST], b: &u32, c: u32) -> u32 {
            a.iter().map(|number| number.wrapping_mul(*b).wrapping_add(c)).fold(0, u32::max)
        }

        #[inline(always)]
        fn run_on<V: Vectors>(v: V, a: &[u32; MOST], b: &u32, c: u32) -> u32 {
            let mut greatest = v.splat(0);
            for row in a.chunks_exact(V::LANES) {
                greatest = v.max(greatest, v.add(v.mul(v.load(row), v.splat(*b)), v.splat(c)));
            }
            v.top(greatest)
        }
    }

    #[test]
    fn a_function_is_the_same_at_every_level() {
        let levels = || Level::available().flat_map(|level| [level, level.narrow(), level.without_masks()]);
        let all = [Bound::plain(Greatest::run)].into_iter().chain(levels().map(Level::bind::<Greatest, _, _, _>));
        let all: std::vec::Vec<_> = all.collect();
        for round in 0..ROUNDS {
            let number = |i: u64| u32::try_from(mix(round, i) >> 32).unwrap_or_default();
            let (a, b, c) = (core::array::from_fn(|lane| number(lane as u64)), number(20), number(21));
            let expected = Greatest::run(&a, &b, c);
            assert!(all.iter().all(|bound| bound.call(&a, &b, c) == expected), "{a:?} times {b} plus {c}");
        }
    }
}
