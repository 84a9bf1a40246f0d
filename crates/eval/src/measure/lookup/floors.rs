//! Floors: the least that the method and the hash cost by themselves.

use annulus_core::{Digest, KeyHasher, SipHash};

use crate::algorithm::Lookup as Answers;

/// The floor of the method: the loop and the clock, with a digest's low bits for an answer.
pub(super) struct EmptyLoop;

impl Answers for EmptyLoop {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        digest.bits() & 0xffff
    }

    fn digest(&self, key: &str) -> Digest {
        Digest::of_hash(key.len() as u64)
    }
}

/// The floor of look-ups by key: the hash, with its low bits for an answer.
pub(super) struct HashAlone(pub(super) SipHash);

impl Answers for HashAlone {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        digest.bits() & 0xffff
    }

    #[inline]
    fn digest(&self, key: &str) -> Digest {
        self.0.digest(key.as_bytes())
    }
}
