//! What readers see: one membership, and the state beside it.

use std::ops::Deref;

use annulus_core::{ByDigest, ConsistentHashRing, Key, Member, NodeIndex};

use crate::{Cap, HealthView, LoadView, NoneUp, NotAdmitted, Permit, by_key::digest_of};

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

impl<R: ConsistentHashRing, V> Snapshot<R, V> {
    /// The consumer at `index`: its name, weight and data.
    pub fn member(&self, index: NodeIndex) -> Option<Member<'_, R::ConsumerInfo>> {
        self.ring.roster().get(index)
    }
}

/// With health beside the ring.
impl<R: ByDigest> Snapshot<R, HealthView> {
    /// The consumer that serves this key: the first in its order that is up. See [`HealthView::owner`].
    ///
    /// ```
    /// use annulus::HashRing;
    /// use annulus_router::{Health, Settings, Shared, State};
    ///
    /// let ring = HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2")])?;
    /// let caches = Shared::with(ring, Health::new(), Settings::new());
    /// caches.beside().set("a", State::Down);
    /// assert_eq!(*caches.snapshot().serves("user:42")?.info, "10.0.0.2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`NoneUp`] if nobody is up.
    pub fn serves(&self, key: impl Key) -> Result<Member<'_, R::ConsumerInfo>, NoneUp> {
        let index = self.view.owner(&self.ring, digest_of(&self.ring, &key))?;
        self.member(index).ok_or(NoneUp::Empty)
    }
}

/// With health and loads beside the ring.
impl<R: ByDigest, C: Cap> Snapshot<R, (HealthView, LoadView<C>)> {
    /// Admits a request for this key to the first consumer in its order that is up and not full. See [`LoadView::acquire`].
    ///
    /// ```
    /// use annulus::HashRing;
    /// use annulus_router::{Health, Loads, Settings, Shared, State};
    ///
    /// let ring = HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2")])?;
    /// let caches = Shared::with(ring, (Health::new(), Loads::relative(1.25)?), Settings::new());
    /// caches.beside().0.set("a", State::Down);
    /// let mut reader = caches.reader();
    /// let now = reader.get();
    /// let permit = now.admit("user:42")?;
    /// assert_eq!(*now.member(permit.index()).unwrap().info, "10.0.0.2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`NotAdmitted`] if all are full, or nobody is up.
    pub fn admit(&self, key: impl Key) -> Result<Permit<'_, C>, NotAdmitted> {
        let (up, load) = &self.view;
        load.acquire(&self.ring, up, digest_of(&self.ring, &key))
    }
}

impl<R, V> Deref for Snapshot<R, V> {
    type Target = R;

    #[inline]
    fn deref(&self) -> &R {
        &self.ring
    }
}
