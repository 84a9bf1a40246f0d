//! What a ring answers to digests.

use core::ops::ControlFlow;

use crate::{ConsistentHashRing, Digest, NodeIndex, order::filling};

/// The level below keys: a digest in, an index of the [`roster`](ConsistentHashRing::roster) out. For callers that have hashed already, ask
/// for many answers at once, or must not pay for names and data.
///
/// ```
/// use annulus_ring::{ByDigest, ConsistentHashRing, HashRing};
///
/// let ring = HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2")])?;
/// let digest = ring.digest(b"user:42");
/// let index = ring.locate(digest).unwrap();
/// assert_eq!(ring.roster().info(index), ring.get_consumer("user:42"));
/// # Ok::<(), annulus_ring::ChangeError>(())
/// ```
///
/// A digest is 64 bits that are spread evenly. No integer is taken for one: [`Digest`] says which way there is to one.
///
/// ```compile_fail,E0308
/// # use annulus_ring::{ByDigest, HashRing};
/// # let ring = HashRing::<()>::new();
/// ring.locate(42_u64); // an id? a hash? `Digest::of_id` and `Digest::of_hash` say which
/// ```
pub trait ByDigest: ConsistentHashRing {
    /// The digest of a key, under the ring's hasher.
    fn digest(&self, key: &[u8]) -> Digest;

    /// The index of the consumer that `digest` belongs to; `None` when there is none. The index is valid until the next change of membership.
    fn locate(&self, digest: Digest) -> Option<NodeIndex>;

    /// Answers the digests in order and returns how many were answered: the shorter length of the two slices, or 0 when there is
    /// no consumer. Allocates nothing. Indices are valid until the next change of membership.
    ///
    /// ```
    /// use annulus_ring::{ByDigest, HashRing, NodeIndex};
    ///
    /// let ring = HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2")])?;
    /// let digests = ["user:1", "user:2", "user:3"].map(|key| ring.digest(key.as_bytes()));
    /// let mut owners = [NodeIndex::default(); 3];
    /// assert_eq!(ring.locate_batch(&digests, &mut owners), 3);
    /// assert_eq!(ring.roster().info(owners[1]), ring.get_consumer("user:2"));
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    fn locate_batch(&self, digests: &[Digest], out: &mut [NodeIndex]) -> usize;

    /// Visits every consumer once in the preference order of `digest`, owner first, until the visitor breaks.
    ///
    /// The first 32 allocate nothing; going on may allocate O(N) bytes, in two steps at most. A whole walk is O(N log N), for a ring
    /// O(points).
    fn walk(&self, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>);

    /// Fills `out` with the first distinct consumers of the preference order of `digest` and returns how many there were. The first 32
    /// allocate nothing. Indices are valid until the next change of membership.
    fn locate_n(&self, digest: Digest, out: &mut [NodeIndex]) -> usize {
        let mut found = 0;
        if !out.is_empty() {
            self.walk(digest, &mut filling(out, &mut found));
        }
        found
    }

    /// This ring at the level of keys: turns a `&dyn ByDigest` into a `&dyn ConsistentHashRing`. Implement it as `self`.
    fn as_contract(&self) -> &dyn ConsistentHashRing<ConsumerInfo = Self::ConsumerInfo>;

    /// As [`as_contract`](Self::as_contract), to change. Implement it as `self`.
    fn as_contract_mut(&mut self) -> &mut dyn ConsistentHashRing<ConsumerInfo = Self::ConsumerInfo>;
}
