//! One box for any algorithm.

use alloc::boxed::Box;

use crate::{ByDigest, Cluster, Kernel, KeyHasher, SaveError, Saved};

/// Everything that a ring of any algorithm can do, in one box: both levels, cloning, saving, and sharing among threads.
///
/// ```
/// use annulus_ring::{ByDigest, ConsistentHashRing, HashRing, Ring};
///
/// let mut ring: Box<dyn Ring<u16>> = Box::new(HashRing::from_consumers([("a", 6379), ("b", 6380)])?);
/// let before = ring.clone();
/// ring.add_consumer("c", 6381)?;
/// assert_ne!(ring.fingerprint(), before.fingerprint());
/// assert_eq!(ring.save()?.members.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Ring<T>: ByDigest<ConsumerInfo = T> + Send + Sync {
    /// The members and what identifies the mapping, ready to be written. O(N).
    ///
    /// # Errors
    /// [`SaveError`] where the algorithm depends on its history and its kernel does not tell it; none of this project's does.
    fn save(&self) -> Result<Saved<T>, SaveError>
    where
        T: Clone;

    /// A copy in a box of its own. `clone` of the box calls it.
    fn boxed(&self) -> Box<dyn Ring<T>>;
}

impl<K, T, H> Ring<T> for Cluster<K, T, H>
where
    K: Kernel + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
    H: KeyHasher + Clone + Send + Sync + 'static,
{
    fn save(&self) -> Result<Saved<T>, SaveError> {
        Self::save(self)
    }

    fn boxed(&self) -> Box<dyn Ring<T>> {
        Box::new(self.clone())
    }
}

impl<T> Clone for Box<dyn Ring<T>> {
    fn clone(&self) -> Self {
        (**self).boxed()
    }
}
