//! Named vectors of 64-bit numbers, for loops that keep some lanes and finish others.

use super::{Task, vectors::Sealed};

/// Operations on vectors of 64-bit numbers, both integers and doubles.
///
/// Only [`Level::run_on_doubles`](super::Level::run_on_doubles) provides a value, for a processor that has vectors of 64-bit
/// numbers with masks. Sealed: only this crate implements it.
pub trait Doubles: Copy + Sealed {
    /// The number of lanes of a vector, at most 32.
    const LANES: usize;

    /// A vector of integers.
    type U64s: Copy;

    /// A vector of doubles.
    type F64s: Copy;

    /// The same integer in every lane.
    fn splat(self, number: u64) -> Self::U64s;

    /// The first [`LANES`](Self::LANES) of `numbers`.
    ///
    /// # Panics
    /// If `numbers` is shorter.
    fn load(self, numbers: &[u64]) -> Self::U64s;

    /// Writes the lanes whose bit is set in `lanes` (bit 0 is lane 0), packed from `out[at]` on. The rest of the
    /// [`LANES`](Self::LANES) numbers from `at` on may be overwritten with anything.
    ///
    /// # Panics
    /// If `out` has fewer than `LANES` numbers from `at` on.
    fn store_those(self, lanes: u32, numbers: Self::U64s, out: &mut [u64], at: usize);

    /// Sums, modulo 2⁶⁴.
    fn add(self, a: Self::U64s, b: Self::U64s) -> Self::U64s;

    /// Products, modulo 2⁶⁴.
    fn mul(self, a: Self::U64s, b: Self::U64s) -> Self::U64s;

    /// Shifts right by `BITS`, which is below 64.
    fn shr<const BITS: u32>(self, a: Self::U64s) -> Self::U64s;

    /// The bits of doubles.
    fn to_bits(self, a: Self::F64s) -> Self::U64s;

    /// The doubles with these bits.
    fn of_bits(self, a: Self::U64s) -> Self::F64s;

    /// Converts integers below 2⁵² to doubles.
    fn to_double(self, a: Self::U64s) -> Self::F64s;

    /// Converts doubles that are whole numbers below 2⁵² to integers.
    fn to_whole(self, a: Self::F64s) -> Self::U64s;

    /// Sums, rounded to nearest.
    fn plus(self, a: Self::F64s, b: Self::F64s) -> Self::F64s;

    /// Products, rounded to nearest.
    fn times(self, a: Self::F64s, b: Self::F64s) -> Self::F64s;

    /// One over whole numbers from 1 to 2³¹, rounded to nearest. Equals a division, and is faster.
    fn reciprocal(self, a: Self::F64s) -> Self::F64s;

    /// Rounds non-negative numbers down to whole numbers.
    fn floor(self, a: Self::F64s) -> Self::F64s;

    /// One bit per lane (bit 0 is lane 0): whether `a` is less than `b`.
    fn less(self, a: Self::F64s, b: Self::F64s) -> u32;

    /// `a` in the lanes whose bit is set, `b` in the others.
    fn choose(self, lanes: u32, a: Self::F64s, b: Self::F64s) -> Self::F64s;
}

/// A [`Task`] with a second form, over named vectors of 64-bit numbers.
///
/// ```
/// use annulus_lanes::{DoubleTask, Doubles, Level, Task};
///
/// /// How many of the numbers are odd.
/// struct Odd<'a>(&'a [u64; 32]);
///
/// impl Task for Odd<'_> {
///     type Output = u64;
///     #[inline(always)]
///     fn run(self) -> u64 {
///         self.0.iter().map(|number| number % 2).sum()
///     }
/// }
///
/// impl DoubleTask for Odd<'_> {
///     #[inline(always)]
///     fn run_on<D: Doubles>(self, d: D) -> u64 {
///         let mut odd = 0;
///         for row in self.0.chunks_exact(D::LANES) {
///             let (whole, half) = (d.load(row), d.of_bits(d.splat(0.5_f64.to_bits())));
///             let halves = d.times(d.to_double(whole), half);
///             odd += d.less(d.floor(halves), halves).count_ones();
///         }
///         odd.into()
///     }
/// }
///
/// let numbers = core::array::from_fn(|i| i as u64 * 3);
/// for level in Level::available() {
///     assert_eq!(level.run_on_doubles(Odd(&numbers)), 16);
/// }
/// ```
pub trait DoubleTask: Task {
    /// Runs the loop, with the same answer as [`run`](Task::run). Mark it and everything it calls `#[inline(always)]`.
    fn run_on<D: Doubles>(self, doubles: D) -> Self::Output;
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use annulus_core::mix;

    use super::*;
    use crate::{Arrays, Level, ROUNDS};

    const MOST: usize = 8;

    /// Checks every operation on two rows against number by number.
    struct All([u64; MOST], [u64; MOST]);

    impl Task for All {
        type Output = ();

        // Only levels with masks have named vectors of 64-bit numbers.
        fn run(self) {}
    }

    impl DoubleTask for All {
        #[inline(always)]
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 2^52")]
        fn run_on<D: Doubles>(self, d: D) {
            let Self(left, right) = self;
            let (a, b) = (d.load(&left), d.load(&right));
            let check = |what: &str, found: D::U64s, lane_by_lane: &dyn Fn(u64, u64) -> u64| {
                let mut all = [0; MOST];
                d.store_those(u32::MAX >> (32 - D::LANES), found, &mut all, 0);
                let expected: Vec<u64> = (0..D::LANES).map(|lane| lane_by_lane(left[lane], right[lane])).collect();
                assert_eq!(all[..D::LANES], expected, "{what} of {left:?} and {right:?}");
            };
            check("load", a, &|a, _| a);
            check("splat", d.splat(left[0]), &|_, _| left[0]);
            check("add", d.add(a, b), &u64::wrapping_add);
            check("mul", d.mul(a, b), &u64::wrapping_mul);
            check("shr", d.shr::<33>(a), &|a, _| a >> 33);
            // Whole numbers below 2⁵² and some up to 2³¹, and operations on them.
            let (short, word) = (|a: u64| a >> 12, |b: u64| (b >> 33) + 1);
            let (x, y) = (d.to_double(d.shr::<12>(a)), d.to_double(d.add(d.shr::<33>(b), d.splat(1))));
            let double = |number: f64| number.to_bits();
            check("to double", d.to_bits(x), &|a, _| double(short(a) as f64));
            check("of bits", d.to_bits(d.of_bits(a)), &|a, _| a);
            check("to whole", d.to_whole(x), &|a, _| short(a));
            check("plus", d.to_bits(d.plus(x, y)), &|a, b| double(short(a) as f64 + word(b) as f64));
            check("times", d.to_bits(d.times(x, y)), &|a, b| double(short(a) as f64 * word(b) as f64));
            check("reciprocal", d.to_bits(d.reciprocal(y)), &|_, b| double(1.0 / word(b) as f64));
            let quotient = d.times(x, d.reciprocal(y));
            let exact = |a, b| short(a) as f64 * (1.0 / word(b) as f64);
            check("floor", d.to_bits(d.floor(quotient)), &|a, b| double((exact(a, b) as u64) as f64));
            let less = d.less(x, y);
            let bits = (0..D::LANES).fold(0, |bits, lane| bits | u32::from(short(left[lane]) < word(right[lane])) << lane);
            assert_eq!(less, bits, "less of {left:?} and {right:?}");
            check("choose", d.to_bits(d.choose(less, x, y)), &|a, b| double(short(a).min(word(b)) as f64));
            let mut those = [0; MOST + 3];
            d.store_those(less, a, &mut those, 3);
            let expected: Vec<u64> = (0..D::LANES).filter(|lane| less >> lane & 1 != 0).map(|lane| left[lane]).collect();
            assert_eq!(those[..3 + expected.len()], [[0; 3].as_slice(), &expected].concat(), "those of {left:?} at {less:b}");
        }
    }

    #[test]
    fn every_level_calculates_as_number_by_number() {
        for round in 0..ROUNDS {
            // Numbers of all lengths, so that either is often less, and quotients are near and far from whole numbers.
            let number = |lane: usize, side| {
                let (word, length) = (mix(round, 2 * lane as u64 + side), mix(!round, 2 * lane as u64 + side) % 64);
                word >> (length * (round % 2))
            };
            let rows = [0, 1].map(|side| core::array::from_fn(|lane| number(lane, side)));
            Level::available().for_each(|level| level.run_on_doubles(All(rows[0], rows[1])));
            All(rows[0], rows[1]).run_on(Arrays::<8>);
            All(rows[0], rows[1]).run_on(Arrays::<4>);
        }
    }

    /// Checks the reciprocals of eight words from this one on.
    struct Reciprocals(u64);

    impl Task for Reciprocals {
        type Output = ();

        fn run(self) {}
    }

    impl DoubleTask for Reciprocals {
        #[inline(always)]
        #[expect(clippy::cast_precision_loss, reason = "below 2^52")]
        fn run_on<D: Doubles>(self, d: D) {
            let words: [u64; MOST] = core::array::from_fn(|lane| self.0 + lane as u64);
            let mut found = [0; MOST];
            d.store_those(u32::MAX >> (32 - D::LANES), d.to_bits(d.reciprocal(d.to_double(d.load(&words)))), &mut found, 0);
            for (word, found) in words.into_iter().zip(found).take(D::LANES) {
                assert_eq!(f64::from_bits(found), 1.0 / word as f64, "one over {word}");
            }
        }
    }

    #[test]
    fn reciprocals_are_those_of_a_division() {
        let few = (1..1 << 17).step_by(MOST);
        let powers = (17..=31).flat_map(|power: u32| [(1 << power) - 16, (1 << power) - 8, 1_u64 << power]);
        let some = (0..100_000).map(|i| mix(5, i) >> 33 | 1);
        let all = few.chain(powers).chain(some);
        for word in all.step_by(if cfg!(miri) { 2_000 } else { 1 }) {
            // Keeps the last lane at most 2³¹.
            let word = word.min((1 << 31) - 7);
            Level::available().for_each(|level| level.run_on_doubles(Reciprocals(word)));
        }
    }
}
