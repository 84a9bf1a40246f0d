//! Named vectors, for the few loops that the compiler does not vectorise well.

use super::Task;

/// The most lanes of any level's 32-bit vectors.
pub const MOST: usize = 16;

/// Seals [`Vectors`], so that adding an operation breaks no other implementation.
pub trait Sealed {}

/// Operations on vectors of 32-bit numbers, at the width of a level.
///
/// Only [`Level::run_on_vectors`](super::Level::run_on_vectors) provides a value, for a processor that has these vectors. Sealed:
/// only this crate implements it.
pub trait Vectors: Copy + Sealed {
    /// The number of lanes of a vector.
    const LANES: usize;

    /// A vector.
    type U32s: Copy;

    /// The same number in every lane.
    fn splat(self, number: u32) -> Self::U32s;

    /// The first [`LANES`](Self::LANES) of `numbers`.
    ///
    /// # Panics
    /// If `numbers` is shorter.
    fn load(self, numbers: &[u32]) -> Self::U32s;

    /// The lanes in order, then zeros.
    fn to_array(self, a: Self::U32s) -> [u32; MOST];

    /// Sums, modulo 2³².
    fn add(self, a: Self::U32s, b: Self::U32s) -> Self::U32s;

    /// Products, modulo 2³².
    fn mul(self, a: Self::U32s, b: Self::U32s) -> Self::U32s;

    /// Bitwise exclusive or.
    fn xor(self, a: Self::U32s, b: Self::U32s) -> Self::U32s;

    /// Shifts right by `bits`, which is below 32.
    fn shr(self, a: Self::U32s, bits: u32) -> Self::U32s;

    /// The greater number per lane.
    fn max(self, a: Self::U32s, b: Self::U32s) -> Self::U32s;

    /// The greatest of all lanes, in every lane.
    fn greatest(self, a: Self::U32s) -> Self::U32s;

    /// One bit per lane (bit 0 is lane 0): whether the two are equal.
    fn equal(self, a: Self::U32s, b: Self::U32s) -> u32;

    /// `a`, with 0 in the lanes where it equals `b`.
    fn unless_equal(self, a: Self::U32s, b: Self::U32s) -> Self::U32s;

    /// Per lane, keeps the greater value and its row number. On a tie the earlier row stays.
    ///
    /// `best` is the greatest value so far and its row number; `row` is a new row and its number, which must exceed all before.
    fn keep_greater(self, best: (Self::U32s, Self::U32s), row: (Self::U32s, u32)) -> (Self::U32s, Self::U32s);
}

/// A [`Task`] with a second form, over named vectors.
///
/// ```
/// use annulus_lanes::{Level, Task, VectorTask, Vectors};
///
/// struct Greatest<'a>(&'a [u32; 32]);
///
/// impl Task for Greatest<'_> {
///     type Output = u32;
///     #[inline(always)]
///     fn run(self) -> u32 {
///         self.0.iter().copied().fold(0, u32::max)
///     }
/// }
///
/// impl VectorTask for Greatest<'_> {
///     #[inline(always)]
///     fn run_on<V: Vectors>(self, v: V) -> u32 {
///         let rows = self.0.chunks_exact(V::LANES).map(|row| v.load(row));
///         v.to_array(v.greatest(rows.fold(v.splat(0), |a, b| v.max(a, b))))[0]
///     }
/// }
///
/// let numbers = core::array::from_fn(|i| i as u32 * 7 % 32);
/// for level in Level::available() {
///     assert_eq!(level.run_on_vectors(Greatest(&numbers)), 31);
/// }
/// ```
pub trait VectorTask: Task {
    /// Runs the loop, with the same answer as [`run`](Task::run). Mark it and everything it calls `#[inline(always)]`.
    fn run_on<V: Vectors>(self, vectors: V) -> Self::Output;
}

#[cfg(test)]
mod tests {
    use annulus_core::mix;

    use super::*;
    use crate::{Arrays, Level, ROUNDS};

    /// Checks every operation on two rows against number by number.
    struct All([u32; MOST], [u32; MOST]);

    impl Task for All {
        type Output = ();

        // The portable level has no named vectors.
        fn run(self) {}
    }

    impl VectorTask for All {
        #[inline(always)]
        fn run_on<V: Vectors>(self, v: V) {
            let Self(left, right) = self;
            let (a, b) = (v.load(&left), v.load(&right));
            let check = |what: &str, found: V::U32s, lane_by_lane: &dyn Fn(u32, u32) -> u32| {
                let mut expected = [0; MOST];
                (0..V::LANES).for_each(|lane| expected[lane] = lane_by_lane(left[lane], right[lane]));
                assert_eq!(v.to_array(found), expected, "{what} of {left:?} and {right:?}");
            };
            check("load", a, &|a, _| a);
            check("splat", v.splat(left[0]), &|_, _| left[0]);
            check("add", v.add(a, b), &u32::wrapping_add);
            check("mul", v.mul(a, b), &u32::wrapping_mul);
            check("xor", v.xor(a, b), &|a, b| a ^ b);
            check("shr", v.shr(a, 15), &|a, _| a >> 15);
            check("max", v.max(a, b), &u32::max);
            check("unless equal", v.unless_equal(a, b), &|a, b| if a == b { 0 } else { a });
            let (best, from) = v.keep_greater((a, v.splat(6)), (b, 7));
            check("the greater", best, &u32::max);
            check("where the greater is from", from, &|a, b| if b > a { 7 } else { 6 });
            let greatest = left[..V::LANES].iter().copied().fold(0, u32::max);
            check("greatest", v.greatest(a), &|_, _| greatest);
            let equal = (0..V::LANES).fold(0, |bits, lane| bits | u32::from(left[lane] == right[lane]) << lane);
            assert_eq!(v.equal(a, b), equal, "equal of {left:?} and {right:?}");
        }
    }

    #[test]
    fn every_level_calculates_as_number_by_number() {
        for round in 0..ROUNDS {
            // Few different numbers, so that equal ones occur, and any numbers.
            let number = |lane: usize, side| {
                let word = mix(round, 2 * lane as u64 + side);
                u32::try_from(word >> 32).unwrap_or_default() & if round % 2 == 0 { u32::MAX } else { 0xc000_0001 }
            };
            let rows = [0, 1].map(|side| core::array::from_fn(|lane| number(lane, side)));
            Level::available().for_each(|level| level.run_on_vectors(All(rows[0], rows[1])));
            All(rows[0], rows[1]).run_on(Arrays::<8>);
            All(rows[0], rows[1]).run_on(Arrays::<16>);
        }
    }
}
