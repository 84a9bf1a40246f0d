//! What readers see: one membership, and the state beside it.

use std::ops::Deref;

/// A ring as it was published, with the [view](crate::Beside::View) made for it. It never changes.
///
/// **The ring keeps this copy as long as it is held**, beside those that updates need. Hold it for a look-up and not for a request.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::Shared;
///
/// let caches = Shared::new(HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2")])?);
/// let snapshot = caches.snapshot(); // its own handle: may be sent to another thread
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
