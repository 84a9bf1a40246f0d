//! From bytes to a 64-bit digest.

#[cfg(target_has_atomic = "ptr")]
use alloc::sync::Arc;
use core::fmt;

use siphasher::sip::SipHasher13;

use crate::{Digest, probes};

/// A pinned hash function: bytes in, 64 uniform bits out, the same in every process, release and platform.
///
/// For a function, there is [`HashFn`]. A type of your own implements `hash`:
///
/// ```
/// use annulus_ring::{HashRing, KeyHasher, SipHash};
///
/// /// Only what stands in `{}` counts, so that keys with one tag share a consumer. Names of consumers are hashed by it too.
/// #[derive(Clone, Default)]
/// struct Tagged(SipHash);
///
/// impl KeyHasher for Tagged {
///     fn hash(&self, bytes: &[u8]) -> u64 {
///         let tag = bytes.split(|&byte| byte == b'{').nth(1).and_then(|rest| rest.split(|&byte| byte == b'}').next());
///         self.0.hash(tag.filter(|tag| !tag.is_empty()).unwrap_or(bytes))
///     }
/// }
///
/// let mut ring = HashRing::with_hasher(Tagged::default());
/// ring.extend(["a", "b", "c"])?;
/// assert_eq!(ring.owner("{user:42}/cart"), ring.owner("{user:42}/session"));
/// # Ok::<(), annulus_ring::ChangeError>(())
/// ```
///
/// Implement it only for a function whose results are fixed by its definition. `std::hash::Hash` does not qualify (its bytes
/// differ by platform and release), and neither does a randomly seeded hasher. All 64 bits must be well mixed: algorithms take
/// the top bits of a digest without mixing it again.
pub trait KeyHasher {
    /// The hash of `bytes`.
    fn hash(&self, bytes: &[u8]) -> u64;

    /// The hash of `bytes` as a [`Digest`], which look-ups take.
    #[inline]
    fn digest(&self, bytes: &[u8]) -> Digest {
        Digest::of_hash(self.hash(bytes))
    }

    /// A digest of some 380 fixed probes. It tells two hashers, or two secrets, apart without revealing either. About 10 µs.
    ///
    /// The probes differ in case, braces, blanks, every ASCII punctuation mark, escapes and Unicode form, in bytes of 0 and above
    /// 127, and have every length from 0 to 300 bytes. So a hasher that treats one of these specially has a different check, for
    /// example one that hashes only the text inside `{}`, or only the first 64 bytes.
    ///
    /// **Override it** if your hasher differs from another only on other inputs, for example if it strips the prefix `tenant:` or
    /// truncates after 1,000 bytes. Return a number that includes that rule. Two hashers with equal checks are taken as the same.
    fn check(&self) -> u64 {
        probes::check(|probe| self.hash(probe))
    }
}

/// SipHash-1-3, the default: safe against chosen keys when given a secret, and good in all 64 bits.
///
/// Aumasson and Bernstein 2012, <https://doi.org/10.1007/978-3-642-34931-7_28>. A key of 16 bytes takes about 10 ns of throughput
/// and 17 ns of latency.
///
/// ```
/// use annulus_core::{KeyHasher, SipHash};
/// assert_eq!(SipHash::new().hash(b"user:42"), SipHash::default().hash(b"user:42"));
/// // A secret that the whole fleet shares keeps strangers from aiming keys at one consumer.
/// assert_ne!(SipHash::with_keys(1, 2).hash(b"user:42"), SipHash::new().hash(b"user:42"));
/// ```
#[derive(Clone, Copy)]
pub struct SipHash(SipHasher13);

impl SipHash {
    /// The pinned default, with both keys zero.
    #[must_use]
    pub fn new() -> Self {
        Self::with_keys(0, 0)
    }

    /// SipHash-1-3 under a secret of two words, which every router must share.
    #[must_use]
    pub fn with_keys(k0: u64, k1: u64) -> Self {
        Self(SipHasher13::new_with_keys(k0, k1))
    }
}

impl Default for SipHash {
    fn default() -> Self {
        Self::new()
    }
}

impl KeyHasher for SipHash {
    #[inline]
    fn hash(&self, bytes: &[u8]) -> u64 {
        self.0.hash(bytes)
    }
}

// The keys may be a secret, so they are not printed.
impl fmt::Debug for SipHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SipHash").finish_non_exhaustive()
    }
}

/// XXH3 with 64 bits (feature `xxh3`). A key of 16 bytes takes about 2 ns of throughput and 9 ns of latency, a fifth and a half
/// of [`SipHash`]'s. It does not protect against chosen keys.
///
/// Collet's XXH3, stable since xxHash 0.8.0, <https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>. Use
/// it only for keys that no attacker chooses: keys can be aimed at one consumer, whatever the seed.
///
/// ```
/// # #[cfg(feature = "xxh3")] {
/// use annulus_core::{KeyHasher, Xxh3};
/// assert_eq!(Xxh3::new().hash(b""), 0x2d06_8005_38d3_94c2); // as the reference implementation
/// assert_ne!(Xxh3::with_seed(1).hash(b"user:42"), Xxh3::new().hash(b"user:42"));
/// # }
/// ```
#[cfg(feature = "xxh3")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Xxh3 {
    seed: u64,
}

#[cfg(feature = "xxh3")]
impl Xxh3 {
    /// Seed zero.
    #[must_use]
    pub const fn new() -> Self {
        Self::with_seed(0)
    }

    /// With another seed, which every router must share. It is not a secret.
    #[must_use]
    pub const fn with_seed(seed: u64) -> Self {
        Self { seed }
    }
}

#[cfg(feature = "xxh3")]
impl KeyHasher for Xxh3 {
    #[inline]
    fn hash(&self, bytes: &[u8]) -> u64 {
        xxhash_rust::xxh3::xxh3_64_with_seed(bytes, self.seed)
    }
}

/// Makes a [`KeyHasher`] of a function from bytes to `u64`, which must be spread evenly over all 64 bits.
///
/// A hash of 32 bits, or one whose top bits are weak (FNV, `djb2`), sends most keys to few consumers unless its result is mixed.
/// In a struct, the type is `HashFn<fn(&[u8]) -> u64>`.
///
/// ```
/// use annulus_ring::{HashFn, HashRing, mix64};
///
/// // FNV-1a, mixed at the end.
/// let fnv = |bytes: &[u8]| {
///     let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
///     mix64(bytes.iter().fold(0xcbf2_9ce4_8422_2325, step))
/// };
/// let mut ring = HashRing::with_hasher(HashFn(fnv));
/// ring.extend(["a", "b"])?;
/// # Ok::<(), annulus_ring::ChangeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct HashFn<F>(pub F);

impl<F: Fn(&[u8]) -> u64> KeyHasher for HashFn<F> {
    #[inline]
    fn hash(&self, bytes: &[u8]) -> u64 {
        (self.0)(bytes)
    }
}

impl<F> fmt::Debug for HashFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashFn").finish_non_exhaustive()
    }
}

impl<H: KeyHasher + ?Sized> KeyHasher for &H {
    #[inline]
    fn hash(&self, bytes: &[u8]) -> u64 {
        (**self).hash(bytes)
    }

    fn check(&self) -> u64 {
        (**self).check()
    }
}

#[cfg(target_has_atomic = "ptr")]
impl<H: KeyHasher + ?Sized> KeyHasher for Arc<H> {
    #[inline]
    fn hash(&self, bytes: &[u8]) -> u64 {
        (**self).hash(bytes)
    }

    fn check(&self) -> u64 {
        (**self).check()
    }
}
