//! The cost of a draw: its negative logarithm, in integer arithmetic. Weighted placements compare costs.
//!
//! In real numbers:
//!
//! ```text
//! v    = (draw + ½) / 2³²                         // in (0, 1)
//! cost = −log₂ v
//! ```
//!
//! The integer computation writes `v` as `m · 2^−octaves`, with `m` in [1, 2):
//!
//! ```text
//! a    = upper end of the interval that m is in            // [1, 2) has 128; log₂ a and 1/a are in a table
//! t    = (a − m) / a                                       // below 2⁻⁷
//! ln   = t + t²/2 + t³/3 + … + t⁷/7                        // −ln(1 − t)
//! cost = octaves − log₂ a + ln · log₂ e
//! ```

/// The fraction bits of a cost. Its unit is 2⁻⁵⁸.
const FRACTION: u32 = 58;

/// log₂ e in units of 2⁻⁶³.
const LOG2_E: u64 = 0xb8aa_3b29_5c17_f0bb;

/// An octave has two to the power of this many intervals.
const INDEX_BITS: u32 = 7;

/// For each interval of [1, 2) with upper end `a`: 1/a in units of 2⁻⁶³, and log₂ a in units of 2⁻⁵⁸.
static TABLE: [(u64, u64); 1 << INDEX_BITS] = table();

#[expect(clippy::cast_possible_truncation, reason = "1/a is at most 2^63 units")]
const fn table() -> [(u64, u64); 1 << INDEX_BITS] {
    let mut table = [(0, 0); 1 << INDEX_BITS];
    let mut i = 0;
    while i < table.len() {
        let end = ((1u128 << INDEX_BITS) + i as u128 + 1) << (63 - INDEX_BITS);
        table[i] = (((1u128 << 126) / end) as u64, log2(end));
        i += 1;
    }
    table
}

/// log₂ of `number`, which lies in (1, 2] in units of 2⁻⁶³. Squares it repeatedly. Each square gives one bit of the logarithm: 1
/// if it is at least 2.
const fn log2(mut number: u128) -> u64 {
    if number == 1 << 64 {
        return 1 << FRACTION;
    }
    let mut log = 0;
    let mut bit = 0;
    while bit < FRACTION {
        number = (number * number) >> 63;
        log <<= 1;
        if number >= 1 << 64 {
            number >>= 1;
            log |= 1;
        }
        bit += 1;
    }
    log
}

/// The product of two fractions in units of 2⁻⁶⁴: the high half of the product of the words.
#[inline]
const fn high(a: u64, b: u64) -> u64 {
    ((a as u128 * b as u128) >> 64) as u64
}

/// −log₂((`draw` + ½) / 2³²) in units of 2⁻⁵⁸: from 48,408,812 for the greatest draw to 33·2⁵⁸ for draw 0.
///
/// Over all 2³² draws, a greater draw has a strictly lower cost. So consumers of equal weight rank as their draws do. The winner
/// among N has a cost of about 1/N, so the *relative* error matters. It is at most 2·10⁻⁸ everywhere.
///
/// Within an interval that ends at `a`, log₂ m = log₂ a + log₂(1 − t) with t = (a − m)/a below 2⁻⁷, and −ln(1 − t) is computed by
/// its series up to t⁷. In the last interval a = 2 exactly, so t is the distance to the greatest draw, without rounding.
///
/// If every member draws once, a member of weight w has the least cost/w with probability w divided by the sum of weights.
/// Compare by cross products in 128 bits, `cost(a)·w(b)` with `cost(b)·w(a)`. That is exact, and the same on every platform.
///
/// ```
/// use annulus_core::cost::cost;
/// assert_eq!(cost(0), 33 << 58); // −log₂ 2⁻³³
/// assert!(cost(1 << 31) < 1 << 58); // just past one half
/// ```
#[inline]
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "t is below 2^-7, so 2^57 units")]
pub fn cost(draw: u32) -> u64 {
    let odd = 2 * u64::from(draw) + 1;
    let shift = odd.leading_zeros();
    let mantissa = odd << shift;
    let index = (mantissa >> (63 - INDEX_BITS)) & ((1 << INDEX_BITS) - 1);
    let (inverse, log_end) = TABLE[index as usize];
    let end = ((1u64 << INDEX_BITS) + index + 1).wrapping_shl(63 - INDEX_BITS);
    let gap = end.wrapping_sub(mantissa);
    let t = ((u128::from(gap) * u128::from(inverse)) >> 62) as u64;

    let mut series = u64::MAX / 7;
    for divisor in [6, 5, 4, 3, 2] {
        series = u64::MAX / divisor + high(t, series);
    }
    let ln = t + high(t, high(t, series));
    // The mantissa's octave: draws of 2³¹ and more lie one octave below 1.
    let octaves = u64::from(shift) - 30;
    (octaves << FRACTION) - log_end + (high(ln, LOG2_E) >> (63 - FRACTION))
}

/// The factor of a lower bound that needs no logarithm: `cost(draw) >= LEAST * (2 * u64::from(!draw) + 1)`, since −ln(1 − v) ≥ v.
/// The bound rules out nearly every consumer without computing its cost.
///
/// ```
/// use annulus_core::cost::{LEAST, cost};
/// assert!([0, 1 << 31, u32::MAX].iter().all(|&draw| cost(draw) >= LEAST * (2 * u64::from(!draw) + 1)));
/// ```
pub const LEAST: u64 = 48_408_812;

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    /// All draws: strictly falling, above the pruning bound, and near the platform's own logarithm.
    #[test]
    #[expect(clippy::cast_precision_loss, reason = "compared to one part in 10^7")]
    fn cost_falls_strictly_over_all_draws() {
        const PARTS: u32 = 4;
        std::thread::scope(|scope| {
            for part in 0..PARTS {
                scope.spawn(move || {
                    let (from, to) = (part << 30, (part << 30) + ((1 << 30) - 1));
                    let mut before = if from == 0 { u64::MAX } else { cost(from - 1) };
                    for draw in from..=to {
                        let cost = cost(draw);
                        assert!(cost < before, "cost does not fall at draw {draw}: {before} to {cost}");
                        assert!(cost >= LEAST * (2 * u64::from(!draw) + 1), "bound fails at draw {draw}: {cost}");
                        before = cost;
                    }
                });
            }
        });
        for i in 0..1_000_000u32 {
            let draw = i.wrapping_mul(0x9e37_79b9);
            let distance = (f64::from(!draw) + 0.5) / 4_294_967_296.0;
            let exact = -(-distance).ln_1p() / core::f64::consts::LN_2;
            let got = cost(draw) as f64 / (1u64 << FRACTION) as f64;
            // One unit of the cost is at most 2.1e-8 of the least cost; ln_1p itself adds a few 1e-16.
            assert!((got / exact - 1.0).abs() < 2.2e-8, "draw {draw}: {got} where {exact} is exact");
        }
    }

    #[test]
    fn cost_of_the_ends() {
        assert_eq!(cost(u32::MAX), LEAST);
        // Draw 0 is the fraction 2^-33; the draw 2^31 lies just past one half.
        assert_eq!(cost(0), 33 << FRACTION);
        assert!(cost(1 << 31) < 1 << FRACTION && cost((1 << 31) - 1) > 1 << FRACTION);
    }
}
