//! What a thread reads with.

use std::fmt;

use crate::{
    Snapshot,
    swap::{Hold, Swap},
    sync::Arc,
};

/// Reads a [`Shared`](crate::Shared) ring. Give each thread its own, and not each task or request.
///
/// **It holds a copy of the ring** until the next `get` after a change, or until [`release`](Self::release). While it idles with
/// an old copy, the ring takes memory for one copy more. Updates go on.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Changes, Shared};
///
/// let caches = Shared::new(HashRing::from_consumers([("a", 1), ("b", 2)])?);
/// let mut reader = caches.reader();
/// let ring = reader.get(); // the same snapshot as long as it is borrowed
/// assert!(ring.owner("user:42").is_some());
///
/// caches.update(Changes::new().add("c", 3))?;
/// assert_eq!(reader.get().len(), 3); // sees every update that was published before
/// reader.release(); // before the thread idles, so that the copy it holds can be used again
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`get`](Self::get) is one load if nothing has changed. After a change it takes the new snapshot, under a lock that is held
/// for a pointer copy. It allocates and frees nothing.
///
/// It works on after the last handle of the ring is gone, with the last snapshot.
pub struct Reader<R, V = ()> {
    hold: Hold<Snapshot<R, V>>,
}

impl<R, V> Reader<R, V> {
    pub(crate) fn new(swap: Arc<Swap<Snapshot<R, V>>>) -> Self {
        Self { hold: Hold::new(swap) }
    }

    /// The newest snapshot.
    #[inline]
    pub fn get(&mut self) -> &Snapshot<R, V> {
        self.hold.get()
    }

    /// Lets go of the snapshot. The next [`get`](Self::get) takes the newest.
    pub fn release(&mut self) {
        self.hold.release();
    }
}

impl<R, V> Clone for Reader<R, V> {
    fn clone(&self) -> Self {
        Self { hold: self.hold.clone() }
    }
}

impl<R, V> fmt::Debug for Reader<R, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("holds", &self.hold.held().map(|snapshot| snapshot.version)).finish_non_exhaustive()
    }
}
