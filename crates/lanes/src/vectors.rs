//! Named vectors, for the few loops that the compiler does not vectorise well.

use super::Task;

/// The most lanes of any level's 32-bit vectors.
pub const MOST: usize = 16;

/// Seals [`Vectors`], so that adding an operation breaks no other implementation.
pub trait Sealed {}

/// Operations on vectors of 32-bit numbers, whole ones and floats, at the width of a level.
///
/// Only [`Level::run_on_vectors`](super::Level::run_on_vectors) provides a value, for a processor that has these vectors. Sealed:
/// only this crate implements it.
pub trait Vectors: Copy + Sealed {
    /// The number of lanes of a vector.
    const LANES: usize;

    /// A vector of whole numbers.
    type U32s: Copy;

    /// A vector of floats.
    type F32s: Copy;

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

    /// Bitwise and.
    fn and(self, a: Self::U32s, b: Self::U32s) -> Self::U32s;

    /// The bits of `a` that `b` does not have.
    fn without(self, a: Self::U32s, b: Self::U32s) -> Self::U32s;

    /// Bitwise or.
    fn or(self, a: Self::U32s, b: Self::U32s) -> Self::U32s;

    /// The lower bits that [`with_low`](Self::with_low) replaces: the lowest ten, or the lowest sixteen where that is one instruction
    /// and ten would be two.
    const LOW: u32;

    /// `a` with the bits of [`LOW`](Self::LOW) from `b`, which has no others.
    fn with_low(self, a: Self::U32s, b: Self::U32s) -> Self::U32s;

    /// Shifts right by `bits`, which is below 32.
    fn shr(self, a: Self::U32s, bits: u32) -> Self::U32s;

    /// The greater number per lane.
    fn max(self, a: Self::U32s, b: Self::U32s) -> Self::U32s;

    /// The lesser number per lane.
    fn min(self, a: Self::U32s, b: Self::U32s) -> Self::U32s;

    /// The greatest of all lanes, in every lane.
    fn greatest(self, a: Self::U32s) -> Self::U32s;

    /// The greatest of all lanes as a number. Faster than [`greatest`](Self::greatest), where a number is what is needed.
    fn top(self, a: Self::U32s) -> u32;

    /// The number in the first lane.
    fn first(self, a: Self::U32s) -> u32;

    /// One bit per lane (bit 0 is lane 0): whether the two are equal.
    fn equal(self, a: Self::U32s, b: Self::U32s) -> u32;

    /// Whether any lane of `a` is at least that of `b`.
    fn any_at_least(self, a: Self::U32s, b: Self::U32s) -> bool;

    /// `then` in the lanes where `a` equals `b`, `otherwise` in the others.
    fn where_equal(self, a: Self::U32s, b: Self::U32s, then: Self::U32s, otherwise: Self::U32s) -> Self::U32s;

    /// Per lane, keeps the greater value and its row number. On a tie the earlier row stays.
    ///
    /// `best` is the greatest value so far and its row number; `row` is a new row and its number, which must exceed all before.
    fn keep_greater(self, best: (Self::U32s, Self::U32s), row: (Self::U32s, u32)) -> (Self::U32s, Self::U32s);

    /// The same float in every lane.
    fn splat_float(self, number: f32) -> Self::F32s;

    /// The first [`LANES`](Self::LANES) of `numbers`.
    ///
    /// # Panics
    /// If `numbers` is shorter.
    fn load_floats(self, numbers: &[f32]) -> Self::F32s;

    /// What a float of [`to_floats`](Self::to_floats) counts: 1, or 2 where only signed numbers convert in one instruction.
    const UNIT: f32;

    /// Converts whole numbers to floats, in units of [`UNIT`](Self::UNIT), rounded to nearest. A rest below a unit is dropped.
    fn to_floats(self, a: Self::U32s) -> Self::F32s;

    /// Sums, rounded to nearest.
    fn plus(self, a: Self::F32s, b: Self::F32s) -> Self::F32s;

    /// Products, rounded to nearest.
    fn times(self, a: Self::F32s, b: Self::F32s) -> Self::F32s;

    /// Products and sums, `a`·`b` + `c`, rounded once or twice.
    fn times_plus(self, a: Self::F32s, b: Self::F32s, c: Self::F32s) -> Self::F32s;

    /// The bits of floats.
    fn to_bits(self, a: Self::F32s) -> Self::U32s;
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
            check("and", v.and(a, b), &|a, b| a & b);
            check("without", v.without(a, b), &|a, b| a & !b);
            check("or", v.or(a, b), &|a, b| a | b);
            check("with low", v.with_low(a, v.and(b, v.splat(V::LOW))), &|a, b| a & !V::LOW | b & V::LOW);
            check("max", v.max(a, b), &u32::max);
            check("min", v.min(a, b), &u32::min);
            check("where equal", v.where_equal(a, b, v.splat(5), a), &|a, b| if a == b { 5 } else { a });
            let (best, from) = v.keep_greater((a, v.splat(6)), (b, 7));
            check("the greater", best, &u32::max);
            check("where the greater is from", from, &|a, b| if b > a { 7 } else { 6 });
            let greatest = left[..V::LANES].iter().copied().fold(0, u32::max);
            check("greatest", v.greatest(a), &|_, _| greatest);
            assert_eq!(v.top(a), greatest, "top of {left:?}");
            assert_eq!(v.first(b), right[0]);
            let any = (0..V::LANES).any(|lane| left[lane] >= right[lane]);
            assert_eq!(v.any_at_least(a, b), any, "any of {left:?} at least {right:?}");
            floats(v, left, right);
            let equal = (0..V::LANES).fold(0, |bits, lane| bits | u32::from(left[lane] == right[lane]) << lane);
            assert_eq!(v.equal(a, b), equal, "equal of {left:?} and {right:?}");
        }
    }

    /// Checks floats: numbers below 2³¹, and one over others.
    #[inline(always)]
    #[expect(clippy::cast_precision_loss, reason = "rounded as the processor does")]
    fn floats<V: Vectors>(v: V, left: [u32; MOST], right: [u32; MOST]) {
        let (whole, fraction) = (left, right.map(|number| 1.0 / (number as f32 + 1.0)));
        let (a, b) = (v.to_floats(v.load(&whole)), v.load_floats(&fraction));
        let units = |number: u32| if V::UNIT == 2.0 { (number >> 1) as f32 } else { number as f32 };
        let check = |what: &str, found: V::F32s, lane_by_lane: &dyn Fn(f32, f32) -> f32| {
            let mut expected = [0; MOST];
            (0..V::LANES).for_each(|lane| expected[lane] = lane_by_lane(units(whole[lane]), fraction[lane]).to_bits());
            assert_eq!(v.to_array(v.to_bits(found)), expected, "{what} of {whole:?} and {fraction:?}");
        };
        check("to floats", a, &|a, _| a);
        check("load", b, &|_, b| b);
        check("splat", v.splat_float(fraction[0]), &|_, _| fraction[0]);
        check("plus", v.plus(a, b), &|a, b| a + b);
        check("times", v.times(a, b), &|a, b| a * b);
        // Rounded once or twice: by a double, and by the float below or above.
        let both = v.to_array(v.to_bits(v.times_plus(a, b, b)));
        for lane in 0..V::LANES {
            let (found, a, b) = (f32::from_bits(both[lane]), units(whole[lane]), fraction[lane]);
            let exact = f64::from(a) * f64::from(b) + f64::from(b);
            assert!((f64::from(found) - exact).abs() <= exact * 2_f64.powi(-23), "{a} times {b} plus {b}: {found}");
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
