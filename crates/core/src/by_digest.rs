//! Look-ups by digest.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::{ConsistentHashRing, Digest, NodeIndex, order::filling};

/// The level below keys: a digest in, an index into the [`roster`](ConsistentHashRing::roster) out. For callers that have already
/// hashed, look up many at once, or do not want to pay for names and data.
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
/// A digest is 64 evenly spread bits. A plain integer is not accepted; [`Digest`] lists the ways to make one.
///
/// ```compile_fail,E0308
/// # use annulus_ring::{ByDigest, HashRing};
/// # let ring = HashRing::<()>::new();
/// ring.locate(42_u64); // an id? a hash? `Digest::of_id` and `Digest::of_hash` say which
/// ```
pub trait ByDigest: ConsistentHashRing {
    /// The digest of a key, under the ring's hasher.
    fn digest(&self, key: &[u8]) -> Digest;

    /// The index of the consumer that `digest` belongs to, or `None` if there is no consumer. Valid until the next change of
    /// membership.
    ///
    /// A digest is 64 evenly spread bits: a [key's](Self::digest), a good [hash](Digest::of_hash), or a mixed [id](Digest::of_id).
    fn locate(&self, digest: Digest) -> Option<NodeIndex>;

    /// Writes the owner of each digest, in order, and returns how many were written: the length of the shorter slice, or 0 if
    /// there is no consumer. Allocates nothing. Indices are valid until the next change of membership.
    ///
    /// A digest is 64 evenly spread bits: a [key's](Self::digest), a good [hash](Digest::of_hash), or a mixed [id](Digest::of_id).
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
    /// The first 32 allocate nothing. Going further may allocate O(N) bytes, in at most two allocations. A whole walk is O(N log
    /// N), on a ring O(points).
    ///
    /// A digest is 64 evenly spread bits: a [key's](Self::digest), a good [hash](Digest::of_hash), or a mixed [id](Digest::of_id).
    fn walk(&self, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>);

    /// Fills `out` with the first distinct consumers in the preference order of `digest` and returns how many were written. The
    /// first 32 allocate nothing. Indices are valid until the next change of membership.
    ///
    /// A digest is 64 evenly spread bits: a [key's](Self::digest), a good [hash](Digest::of_hash), or a mixed [id](Digest::of_id).
    fn locate_n(&self, digest: Digest, out: &mut [NodeIndex]) -> usize {
        let mut found = 0;
        if !out.is_empty() {
            self.walk(digest, &mut filling(out, &mut found));
        }
        found
    }

    /// The digests at which the owner may change, if the algorithm cuts the digests into stretches: in ascending order, the last
    /// digest of each stretch with one owner. What lies past the last of them is a stretch too. `None` if it does not, as jump and
    /// rendezvous hashing. O(T log T) and 8 bytes for each of T points or slots.
    ///
    /// ```
    /// use annulus_ring::{ByDigest, Digest, HashRing};
    ///
    /// let ring = HashRing::from_consumers(["a", "b"])?;
    /// let ends = ring.ends().unwrap();
    /// let digest = Digest::of_id(42);
    /// let end = ends.iter().find(|&&end| end >= digest).unwrap();
    /// assert_eq!(ring.locate(digest), ring.locate(*end));
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    fn ends(&self) -> Option<Vec<Digest>> {
        None
    }

    /// This ring at the level of keys: turns a `&dyn ByDigest` into a `&dyn ConsistentHashRing`. Implement it as `self`.
    fn as_contract(&self) -> &dyn ConsistentHashRing<ConsumerInfo = Self::ConsumerInfo>;

    /// The mutable form of [`as_contract`](Self::as_contract). Implement it as `self`.
    fn as_contract_mut(&mut self) -> &mut dyn ConsistentHashRing<ConsumerInfo = Self::ConsumerInfo>;
}
