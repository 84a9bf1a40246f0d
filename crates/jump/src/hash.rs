//! The paper's function.

/// The paper's 64-bit linear congruential generator.
const MULTIPLIER: u64 = 2_862_933_555_777_941_757;

/// 2³¹, the range of the random word that decides a jump.
const RANGE: f64 = 2_147_483_648.0;

/// The bucket of `key` among `buckets` buckets, or `None` when there are none.
///
/// Bit-identical to the double-precision loop of the paper (Lamping and Veach 2014, <https://doi.org/10.48550/arXiv.1406.2294>) for every key and every
/// count to 2³¹ − 1, the paper's range; above it the same loop goes on. Forms that divide integers, or multiply before they divide,
/// disagree with it on a few keys in 10⁸ and are other functions.
///
/// Takes ln(`buckets`) + 0.58 steps on average. All 64 bits of `key` must be good: give a digest, not a number of your own.
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

/// [`jump_hash`] for one bucket or more.
#[inline]
pub(crate) fn jump(mut key: u64, buckets: u32) -> u32 {
    let mut bucket = 0;
    let mut next = 0;
    while next < u64::from(buckets) {
        bucket = next;
        key = key.wrapping_mul(MULTIPLIER).wrapping_add(1);
        next = step(bucket, key);
    }
    // `bucket` is below `buckets`.
    u32::try_from(bucket).unwrap_or(u32::MAX)
}

/// Where the key jumps to from `bucket`: the paper's expression, rounded where the paper's is.
#[inline]
#[expect(clippy::cast_precision_loss, reason = "both operands are below 2^33, so exact in f64")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the product is positive and below 2^64")]
fn step(bucket: u64, key: u64) -> u64 {
    ((bucket + 1) as f64 * (RANGE / ((key >> 33) + 1) as f64)) as u64
}
