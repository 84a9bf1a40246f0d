//! What readers see: one membership, and the state beside it.

use std::ops::Deref;

/// A ring as it was published, with the [view](crate::Beside::View) made for it. It never changes.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::Shared;
///
/// let caches = Shared::new(HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2")])?);
/// let snapshot = caches.snapshot(); // its own handle: may be kept, sent, held by a task
/// assert_eq!(snapshot.len(), 2); // the ring's methods
/// assert_eq!(snapshot.version(), 0);
/// # Ok::<(), annulus::ChangeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Snapshot<R, V = ()> {
    pub(crate) ring: R,
    pub(crate) view: V,
    pub(crate) version: u64,
}

impl<R, V> Snapshot<R, V> {
    /// The ring. Its methods can also be called on the snapshot.
    #[inline]
    pub fn ring(&self) -> &R {
        &self.ring
    }

    /// The state beside this membership, by index.
    #[inline]
    pub fn view(&self) -> &V {
        &self.view
    }

    /// How many times the ring was published before. The first snapshot is version 0.
    #[inline]
    pub fn version(&self) -> u64 {
        self.version
    }
}

impl<R, V> Deref for Snapshot<R, V> {
    type Target = R;

    #[inline]
    fn deref(&self) -> &R {
        &self.ring
    }
}
