//! Vectors that every target has.

use core::array::from_fn;

use super::vectors::{MOST, Sealed, Vectors};

/// `N` numbers side by side in an array, of 16 at the most: for tests, which run a [`VectorTask`](super::VectorTask) on targets and
/// in interpreters that have no vectors by name.
///
/// With the feature `conformance` only.
///
/// ```
/// use annulus_core::lanes::{Arrays, Vectors};
/// let row = Arrays::<8>.load(&[3, 1, 4, 1, 5, 9, 2, 6]);
/// assert_eq!(Arrays::<8>.greatest(row), [9; 8]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Arrays<const N: usize>;

impl<const N: usize> Sealed for Arrays<N> {}

impl<const N: usize> Vectors for Arrays<N> {
    const LANES: usize = N;

    type U32s = [u32; N];

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

    fn shr(self, a: Self::U32s, bits: u32) -> Self::U32s {
        a.map(|number| number >> bits)
    }

    fn max(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        from_fn(|lane| a[lane].max(b[lane]))
    }

    fn greatest(self, a: Self::U32s) -> Self::U32s {
        [a.into_iter().fold(0, u32::max); N]
    }

    fn equal(self, a: Self::U32s, b: Self::U32s) -> u32 {
        (0..N).fold(0, |bits, lane| bits | u32::from(a[lane] == b[lane]) << lane)
    }

    fn unless_equal(self, a: Self::U32s, b: Self::U32s) -> Self::U32s {
        from_fn(|lane| if a[lane] == b[lane] { 0 } else { a[lane] })
    }

    fn keep_greater(self, best: (Self::U32s, Self::U32s), row: (Self::U32s, u32)) -> (Self::U32s, Self::U32s) {
        let from = from_fn(|lane| if row.0[lane] > best.0[lane] { row.1 } else { best.1[lane] });
        (self.max(best.0, row.0), from)
    }
}
