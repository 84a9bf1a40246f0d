//! Keys of any type, for any ring.

use annulus_core::{ByDigest, Digest, Key, KeyHasher, Member};

/// The ring's own hasher.
struct Hasher<'r, R: ?Sized>(&'r R);

impl<R: ByDigest + ?Sized> KeyHasher for Hasher<'_, R> {
    fn hash(&self, bytes: &[u8]) -> u64 {
        self.0.digest(bytes).bits()
    }
}

/// The digest of a key, under the ring's hasher.
pub(crate) fn digest_of<R: ByDigest + ?Sized>(ring: &R, key: &impl Key) -> Digest {
    key.digest(&Hasher(ring))
}

/// The consumer that a key belongs to.
pub(crate) fn owner<'r, R: ByDigest + ?Sized>(ring: &'r R, key: &impl Key) -> Option<Member<'r, R::ConsumerInfo>> {
    ring.roster().get(ring.locate(digest_of(ring, key))?)
}
