//! Floors: the least that the method and the hash cost by themselves.

use annulus_clock::LookUp;
use annulus_core::{Digest, KeyHasher, SipHash};

/// The floor of the method: the loop and the clock, with a digest's low bits for an answer.
pub(super) struct EmptyLoop;

impl LookUp for EmptyLoop {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        digest.bits() & 0xffff
    }

    fn owner_of_key(&self, key: &str) -> u64 {
        key.len() as u64
    }
}

/// The floor of look-ups by key: the hash, with its low bits for an answer.
pub(super) struct HashAlone(pub(super) SipHash);

impl LookUp for HashAlone {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        digest.bits() & 0xffff
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.digest(key.as_bytes()).bits() & 0xffff
    }
}
