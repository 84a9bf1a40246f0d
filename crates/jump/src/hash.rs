//! The paper's function.

/// The multiplier of the paper's 64-bit linear congruential generator.
pub(crate) const MULTIPLIER: u64 = 2_862_933_555_777_941_757;

/// 2³¹, the range of the random word that decides a jump.
pub(crate) const RANGE: f64 = 2_147_483_648.0;

/// The bucket of `key` among `buckets` buckets, or `None` when there are none.
///
/// Bit-identical to the double-precision loop of the paper (Lamping and Veach 2014, <https://doi.org/10.48550/arXiv.1406.2294>)
/// for every key and every count up to 2³¹ − 1, the paper's range. Above that the same loop continues. Variants that divide
/// integers, or multiply before they divide, disagree with it on a few keys in 10⁸ and are other functions.
///
/// Takes ln(`buckets`) + 0.58 steps on average. All 64 bits of `key` must be well mixed: pass a digest, not a counter or an id.
///
/// ```
/// use annulus_jump::jump_hash;
/// assert_eq!(jump_hash(256, 1024), Some(520));
/// assert_eq!(jump_hash(0xceb1_3748_0c7f_7142, 64), Some(63)); // 48 by the integer quotient
/// assert_eq!(jump_hash(256, 0), None);
/// ```
#[inline]
#[must_use]
pub fn jump_hash(key: u64, buckets: u32) -> Option<u32> {
    if buckets == 0 { None } else { Some(jump(key, buckets)) }
}

/// The fraction bits of a quotient in fixed point, and the shift that aligns a product to 64 bits.
const FRACTION: u32 = 52;
const SHIFT: u32 = u64::BITS - FRACTION;

/// Above this fraction, the paper may round up to a whole number. Its products are below 2³² and keep 53 bits, so rounding moves
/// them by less than 2⁻²⁰.
const EDGE: u64 = u64::MAX - (1 << (u64::BITS - 20));

/// A random word of at most this has a quotient with more than 12 integer bits.
const SHORT: u64 = 1 << (31 - SHIFT);

/// [`jump_hash`] for one bucket or more.
///
/// Every step equals the paper's:
///
/// ```text
/// key    = key · MULTIPLIER + 1                    // modulo 2⁶⁴
/// bucket = floor((bucket + 1) · (2³¹ / ((key >> 33) + 1)))   // in double precision, rounded twice
/// ```
///
/// In the paper, each step waits for two conversions and a floating-point multiplication that depend on the step before. Here
/// only an integer multiplication does. The paper's quotient has 53 bits, so below 2¹² it is an exact multiple of 2⁻⁵², and its
/// product with the bucket is exact in 128 bits. The paper rounds the product before it truncates. Where that could matter (one
/// step in a million), and where the quotient is too long (one in 4,096), the paper's own expression decides.
///
/// The end of the loop is found without a division: a step goes past the last bucket if `(bucket + 1)·2³¹` is at least
/// `buckets·word`. The processor mispredicts the end of the loop once per key, and this condition resolves that branch earlier.
#[inline]
pub(crate) fn jump(mut key: u64, buckets: u32) -> u32 {
    let buckets = u64::from(buckets);
    key = next_key(key);
    let word = random_word(key);
    if buckets * word <= FIRST {
        return 0;
    }
    // From bucket 0 the quotient itself is truncated. It is too far from the next whole number for rounding to matter.
    let mut bucket = first(word);
    loop {
        key = next_key(key);
        let word = random_word(key);
        let (reach, needed) = ((bucket + 1) << 31, buckets * word);
        // The paper rounds twice, by one part in 2⁵³ each.
        let margin = needed >> 50;
        if needed > reach + margin {
            bucket = advance(bucket, word);
        } else if reach > needed + margin {
            break;
        } else {
            let next = step(bucket, word);
            if next >= buckets {
                break;
            }
            bucket = next;
        }
    }
    // The bucket is below `buckets`, so it fits.
    u32::try_from(bucket).unwrap_or(u32::MAX)
}

/// 2³¹, the dividend of the first quotient.
const FIRST: u64 = 1 << 31;

/// The bucket after 0 for a random word. Both operands fit 32 bits, which divide faster than 64.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "2^31 at most")]
fn first(word: u64) -> u64 {
    u64::from(FIRST as u32 / word as u32)
}

/// The key after `key` in the paper's sequence.
#[inline]
const fn next_key(key: u64) -> u64 {
    key.wrapping_mul(MULTIPLIER).wrapping_add(1)
}

/// The random word of a key: 1 to 2³¹.
#[inline]
const fn random_word(key: u64) -> u64 {
    (key >> 33) + 1
}

/// The next bucket after `bucket` for a random word of 1 to 2³¹. A result of 2³² or more may be inexact.
#[inline]
fn advance(bucket: u64, word: u64) -> u64 {
    let product = u128::from((bucket + 1) << SHIFT) * u128::from(fixed(RANGE / float(word)));
    if (low(product) > EDGE) | (word <= SHORT) { step(bucket, word) } else { high(product) }
}

/// The next bucket after `bucket`, by the paper's expression with the paper's rounding.
#[cold]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the product is positive and below 2^63")]
fn step(bucket: u64, word: u64) -> u64 {
    (float(bucket + 1) * (RANGE / float(word))) as u64
}

/// A number of at most 33 bits as a double, exactly.
#[inline]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "33 bits at most; signed numbers convert in one instruction"
)]
const fn float(number: u64) -> f64 {
    number as i64 as f64
}

/// A number in 1..2¹² in units of 2⁻⁵², exactly: its significand, shifted by its exponent.
#[inline]
const fn fixed(number: f64) -> u64 {
    let bits = number.to_bits();
    let exponent = (bits >> FRACTION) as u32;
    (bits & ((1 << FRACTION) - 1) | 1 << FRACTION).wrapping_shl(exponent.wrapping_add(1))
}

#[inline]
const fn high(product: u128) -> u64 {
    (product >> 64) as u64
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the low half is wanted")]
const fn low(product: u128) -> u64 {
    product as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every quotient whose product with the bucket is a whole number, and its neighbours: where the paper's rounding matters.
    #[test]
    fn advances_as_the_paper_does_at_the_boundaries_of_whole_numbers() {
        let mut rounded_away = 0;
        for next in 1..=5_000_u64 {
            for divisor in (1..=next).filter(|divisor| next % divisor == 0) {
                for word in (0..=31).map(|power| divisor << power).flat_map(|word| [word - 1, word, word + 1]) {
                    if (1..=1 << 31).contains(&word) {
                        let paper = step(next - 1, word);
                        assert_eq!(advance(next - 1, word), paper, "bucket {}, word {word}", next - 1);
                        rounded_away += u32::from(paper != (next << 31) / word);
                    }
                }
            }
        }
        assert!(rounded_away > 1_000, "only {rounded_away} cases tell the paper from the exact quotient");
    }

    #[test]
    fn advances_as_the_paper_does_from_every_power_of_two() {
        for power in 0..32 {
            for (bucket, i) in
                [(1_u64 << power) - 1, 1 << power].into_iter().flat_map(|bucket| (0..20_000).map(move |i| (bucket, i)))
            {
                let word = (annulus_core::mix(bucket, i) >> 33) + 1;
                let (fast, paper) = (advance(bucket, word), step(bucket, word));
                assert!(fast == paper || (fast >> 32 > 0 && paper >> 32 > 0), "bucket {bucket}, word {word}: {fast}, {paper}");
            }
        }
    }
}
