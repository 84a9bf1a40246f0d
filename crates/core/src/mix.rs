//! The mixing function from which every placement derives its numbers.

/// 2⁶⁴ divided by the golden ratio, made odd: the step of the Weyl sequence behind [`mix`].
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A bijection of 64-bit words in which every input bit reaches every output bit.
///
/// The finaliser of `SplitMix64` (Steele, Lea and Flood 2014, <https://doi.org/10.1145/2660193.2660195>, with Stafford's
/// constants). *Sequential* seeds and digests need at least two multiplications to be kept apart; one is not enough.
///
/// ```
/// assert_eq!(annulus_core::mix64(0), 0);
/// assert_eq!(annulus_core::mix64(0x9e37_79b9_7f4a_7c15), 0xe220_a839_7b1d_cdaf);
/// ```
#[inline]
#[must_use]
pub const fn mix64(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// The `i`-th number of the stream that belongs to `seed`: ring points, table offsets, salted digests.
///
/// It is the `i`-th output of the `SplitMix64` generator seeded with `seed`, so for one seed all 2⁶⁴ numbers are distinct.
///
/// ```
/// assert_eq!(annulus_core::mix(0, 0), 0xe220_a839_7b1d_cdaf); // the generator's published first output
/// assert_eq!(annulus_core::mix(0, 1), 0x6e78_9e6a_a1b9_65f4); // and its second
/// ```
#[inline]
#[must_use]
pub const fn mix(seed: u64, i: u64) -> u64 {
    mix64(seed.wrapping_add(i.wrapping_add(1).wrapping_mul(GOLDEN)))
}
