//! Vectors as plain arrays, which every target has.

use core::array::from_fn;

use super::{
    doubles::Doubles,
    vectors::{MOST, Sealed, Vectors},
};

/// Vectors as arrays of `N` numbers, at most 16. For tests that run a [`VectorTask`](super::VectorTask) or a
/// [`DoubleTask`](super::DoubleTask) on targets and interpreters without named vectors.
///
/// Requires the feature `arrays`.
///
/// ```
/// use annulus_lanes::{Arrays, Vectors};
/// let row = Arrays::<8>.load(&[3, 1, 4, 1, 5, 9, 2, 6]);
/// assert_eq!(Arrays::<8>.greatest(row), [9; 8]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Arrays<const N: usize>;

impl<const N: usize> Sealed for Arrays<N> {}

impl<const N: usize> Vectors for Arrays<N> {
    const LANES: usize = N;

    type U32s = [u32; N];

    type F32s = [f32; N];

    fn splat(self, number: u32) -> Self::U32s {
        [number; N]
    }

    fn load(self, numbers: &[u32]) -> Self::U32s {
        from_fn(|lane| numbers[lane])
    }

    fn to_array(self, a: Self::U32s) -> [u32; MOST] {
        let mut array = [0; MOST];
        array[..N].copy_from_slice(&a);
        array
    }

    fn add(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        from_fn(|lane| a[lane].wrapping_add(b[lane]))
    }

    fn mul(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        from_fn(|lane| a[lane].wrapping_mul(b[lane]))
    }

    fn xor(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        from_fn(|lane| a[lane] ^ b[lane])
    }

    fn and(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        from_fn(|lane| a[lane] & b[lane])
    }

    fn without(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        from_fn(|lane| a[lane] & !b[lane])
    }

    fn or(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        from_fn(|lane| a[lane] | b[lane])
    }

    /// As the named vectors of as many lanes.
    const LOW: u32 = if N == 8 { 0xffff } else { 0x3ff };

    fn with_low(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        from_fn(|lane| a[lane] & !<Self as Vectors>::LOW | b[lane])
    }

    fn shr(self, a: Self::U32s, bits: u32) -> Self::U32s {
        a.map(|number| number >> bits)
    }

    fn max(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        from_fn(|lane| a[lane].max(b[lane]))
    }

    fn min(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        from_fn(|lane| a[lane].min(b[lane]))
    }

    fn greatest(self, a: Self::U32s) -> Self::U32s {
        [a.into_iter().fold(0, u32::max); N]
    }

    fn top(self, a: Self::U32s) -> u32 {
        a.into_iter().fold(0, u32::max)
    }

    fn first(self, a: Self::U32s) -> u32 {
        a[0]
    }

    fn equal(self, a: Self::U32s, b: Self::U32s) -> u32 {
        (0..N).fold(0, |bits, lane| bits | u32::from(a[lane] == b[lane]) << lane)
    }

    fn any_at_least(self, a: Self::U32s, b: Self::U32s) -> bool {
        (0..N).any(|lane| a[lane] >= b[lane])
    }

    fn where_equal(self, a: Self::U32s, b: Self::U32s, then: Self::U32s, otherwise: Self::U32s) -> Self::U32s {
        from_fn(|lane| if a[lane] == b[lane] { then[lane] } else { otherwise[lane] })
    }

    fn keep_greater(self, best: (Self::U32s, Self::U32s), row: (Self::U32s, u32)) -> (Self::U32s, Self::U32s) {
        let from = from_fn(|lane| if row.0[lane] > best.0[lane] { row.1 } else { best.1[lane] });
        (self.max(best.0, row.0), from)
    }

    fn splat_float(self, number: f32) -> Self::F32s {
        [number; N]
    }

    fn load_floats(self, numbers: &[f32]) -> Self::F32s {
        from_fn(|lane| numbers[lane])
    }

    const UNIT: f32 = 1.0;

    #[expect(clippy::cast_precision_loss, reason = "rounded to nearest")]
    fn to_floats(self, a: Self::U32s) -> Self::F32s {
        a.map(|number| number as f32)
    }

    fn plus(self, a: Self::F32s, b: Self::F32s) -> Self::F32s {
        from_fn(|lane| a[lane] + b[lane])
    }

    fn times(self, a: Self::F32s, b: Self::F32s) -> Self::F32s {
        from_fn(|lane| a[lane] * b[lane])
    }

    fn times_plus(self, a: Self::F32s, b: Self::F32s, c: Self::F32s) -> Self::F32s {
        from_fn(|lane| a[lane] * b[lane] + c[lane])
    }

    fn to_bits(self, a: Self::F32s) -> Self::U32s {
        a.map(f32::to_bits)
    }
}

/// 2⁵². From here on every double is a whole number.
const WHOLE: f64 = 4_503_599_627_370_496.0;

impl<const N: usize> Doubles for Arrays<N> {
    const LANES: usize = N;

    type U64s = [u64; N];

    type F64s = [f64; N];

    fn splat(self, number: u64) -> Self::U64s {
        [number; N]
    }

    fn load(self, numbers: &[u64]) -> Self::U64s {
        from_fn(|lane| numbers[lane])
    }

    fn store_those(self, lanes: u32, numbers: Self::U64s, out: &mut [u64], at: usize) {
        let those = (0..N).filter(|lane| lanes >> lane & 1 != 0).map(|lane| numbers[lane]);
        out[at..at + N].iter_mut().zip(those).for_each(|(to, number)| *to = number);
    }

    fn add(self, a: Self::U64s, b: Self::U64s) -> Self::U64s {
        from_fn(|lane| a[lane].wrapping_add(b[lane]))
    }

    fn mul(self, a: Self::U64s, b: Self::U64s) -> Self::U64s {
        from_fn(|lane| a[lane].wrapping_mul(b[lane]))
    }

    fn shr<const BITS: u32>(self, a: Self::U64s) -> Self::U64s {
        a.map(|number| number >> BITS)
    }

    fn to_bits(self, a: Self::F64s) -> Self::U64s {
        a.map(f64::to_bits)
    }

    fn of_bits(self, a: Self::U64s) -> Self::F64s {
        a.map(f64::from_bits)
    }

    #[expect(clippy::cast_precision_loss, reason = "below 2^52")]
    fn to_double(self, a: Self::U64s) -> Self::F64s {
        a.map(|number| number as f64)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, below 2^52, and not negative")]
    fn to_whole(self, a: Self::F64s) -> Self::U64s {
        a.map(|number| number as u64)
    }

    fn plus(self, a: Self::F64s, b: Self::F64s) -> Self::F64s {
        from_fn(|lane| a[lane] + b[lane])
    }

    fn times(self, a: Self::F64s, b: Self::F64s) -> Self::F64s {
        from_fn(|lane| a[lane] * b[lane])
    }

    fn reciprocal(self, a: Self::F64s) -> Self::F64s {
        a.map(|number| 1.0 / number)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "below 2^52")]
    fn floor(self, a: Self::F64s) -> Self::F64s {
        a.map(|number| if number < WHOLE { (number as u64) as f64 } else { number })
    }

    fn less(self, a: Self::F64s, b: Self::F64s) -> u32 {
        (0..N).fold(0, |bits, lane| bits | u32::from(a[lane] < b[lane]) << lane)
    }

    fn choose(self, lanes: u32, a: Self::F64s, b: Self::F64s) -> Self::F64s {
        from_fn(|lane| if lanes >> lane & 1 != 0 { a[lane] } else { b[lane] })
    }
}
