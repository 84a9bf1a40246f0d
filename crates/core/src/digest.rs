//! The input of every look-up: 64 evenly spread bits.

use core::fmt;

use crate::mix;

/// The hash of a key: 64 bits, spread evenly over all values. Look-ups take it in place of a key that is already hashed.
///
/// **The key `42` and `Digest::of_id(42)` have different digests.** [`Cluster::digest_of`](crate::Cluster::digest_of) gives the
/// digest of a key, also of a `u64` key. `of_id` is a cheaper mapping of its own. Choose one and always use it.
///
/// There are three ways to make one. A plain integer is not accepted, because a number that is not spread evenly would send most
/// keys to one consumer:
/// - [`ByDigest::digest`](crate::ByDigest::digest) or [`KeyHasher::digest`](crate::KeyHasher::digest): the digest of a key;
/// - [`of_hash`](Self::of_hash): 64 bits that are already uniform, from a hash that you computed anyway;
/// - [`of_id`](Self::of_id): a number of any kind, which is mixed first.
///
/// ```
/// use annulus_core::{Digest, KeyHasher, SipHash};
/// let digest = SipHash::new().digest(b"user:42");
/// assert_eq!(digest, Digest::of_hash(SipHash::new().hash(b"user:42")));
/// assert_ne!(Digest::of_id(42), Digest::of_hash(42));
/// ```
///
/// ```compile_fail,E0277
/// # use annulus_core::Digest;
/// let digest: Digest = 42_u64.into(); // which of the two would it be?
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Digest(u64);

impl Digest {
    /// The digest with the bits `hash`: the result of a good hash function, spread evenly over all 64 bits.
    ///
    /// Do not pass an id, a counter, a time stamp or a 32-bit hash: nothing mixes it again. Use [`of_id`](Self::of_id) for those.
    #[inline]
    #[must_use]
    pub const fn of_hash(hash: u64) -> Self {
        Self(hash)
    }

    /// The digest of a number that need not be spread evenly. Different numbers have different digests. About 1 ns.
    ///
    /// It is `mix(id, 0)`, the first output of the `SplitMix64` generator seeded with `id`, and never changes. Anyone can invert
    /// it, so an attacker who chooses ids can aim them at one consumer. In that case look up by key, under a hasher with a secret
    /// ([`Cluster::owner`](crate::Cluster::owner) takes a `u64`). The two ways place an id differently.
    ///
    /// ```
    /// use annulus_core::Digest;
    /// assert_eq!(Digest::of_id(0).bits(), 0xe220_a839_7b1d_cdaf);
    /// ```
    #[inline]
    #[must_use]
    pub const fn of_id(id: u64) -> Self {
        Self(mix(id, 0))
    }

    /// The 64 bits.
    #[inline]
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Another digest of the same key, for example to spread a hot key. It is `mix(bits, salt)`, so the same `salt` gives the
    /// same digest.
    ///
    /// The preference orders of jump and Maglev use the salts from 1 on.
    ///
    /// ```
    /// use annulus_core::{Digest, mix};
    /// let digest = Digest::of_id(42);
    /// assert_eq!(digest.salted(1).bits(), mix(digest.bits(), 1));
    /// ```
    #[inline]
    #[must_use]
    pub const fn salted(self, salt: u64) -> Self {
        Self(mix(self.0, salt))
    }

    /// A slice of digests as a slice of their bits, without a copy. For kernels that answer batches with vectors.
    ///
    /// ```
    /// use annulus_core::Digest;
    /// let digests = [1, 2, 3].map(Digest::of_hash);
    /// assert_eq!(Digest::bits_of(&digests), [1, 2, 3]);
    /// ```
    #[inline]
    #[must_use]
    #[expect(unsafe_code, reason = "a copy would cost jump's batches 3 to 10 % of their time")]
    pub const fn bits_of(digests: &[Self]) -> &[u64] {
        // SAFETY: `Digest` is `repr(transparent)` over `u64`, so a slice of one is laid out as a slice of the other. Both are
        // shared.
        unsafe { core::slice::from_raw_parts(digests.as_ptr().cast::<u64>(), digests.len()) }
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({:#018x})", self.0)
    }
}

impl fmt::LowerHex for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::LowerHex::fmt(&self.0, f)
    }
}
