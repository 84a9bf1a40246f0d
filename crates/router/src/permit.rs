//! A request that is counted until it is dropped.

use std::{fmt, mem, sync::Arc};

use annulus_core::NodeIndex;

use crate::{Cap, cap::Reading, counter::Counter, names::Cell};

/// One request, counted for a consumer until this is dropped. It borrows the view.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Beside, Everyone, Loads};
///
/// let mut ring = HashRing::from_consumers(["a", "b"])?;
/// let loads = Loads::relative(1.25)?;
/// let view = loads.view(&ring);
/// let permit = view.acquire(&ring, &Everyone, ring.digest_of("user:42"))?;
/// assert!(permit.load() <= permit.cap() && permit.tries() == 1);
///
/// let owned = permit.into_owned(); // to keep it with the request, while the ring changes
/// let name = owned.name().to_owned();
/// ring.remove_consumer(&name);
/// assert_eq!(loads.load(&name), 1);
/// drop(owned);
/// assert_eq!(loads.load(&name), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the request is released when this is dropped"]
pub struct Permit<'v, C: Cap> {
    cell: &'v Arc<Cell<Counter<C>>>,
    index: NodeIndex,
    load: u64,
    reading: Reading,
    tries: usize,
}

impl<'v, C: Cap> Permit<'v, C> {
    #[inline]
    pub(crate) fn new(cell: &'v Arc<Cell<Counter<C>>>, index: NodeIndex, load: u64, reading: Reading, tries: usize) -> Self {
        Self { cell, index, load, reading, tries }
    }

    /// The consumer, by its index in the ring of the view.
    #[must_use]
    pub fn index(&self) -> NodeIndex {
        self.index
    }

    /// The consumer's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.cell.name
    }

    /// The consumer's load right after the admission.
    #[must_use]
    pub fn load(&self) -> u64 {
        self.load
    }

    /// The total load that was read for the admission, with this request; 0 with fixed caps, which need none.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.reading.total
    }

    /// The consumer's cap for that total. Only [`acquire_better`](crate::LoadView::acquire_better) and
    /// [`count_at`](crate::LoadView::count_at) go above it.
    #[must_use]
    pub fn cap(&self) -> u64 {
        self.cell.state.rule().cap(&self.reading)
    }

    /// The consumer's position in the preference order, from 1: more than 1 if others before it were full or not available.
    /// From [`acquire_better`](crate::LoadView::acquire_better), 1 or 2: which of the two it was. From
    /// [`acquire_next`](crate::LoadView::acquire_next), with those tried before; from `acquire_at` and `count_at`, 1.
    #[must_use]
    pub fn tries(&self) -> usize {
        self.tries
    }

    /// The same permit without the borrow. It costs one more atomic addition, and one when it is dropped.
    pub fn into_owned(self) -> OwnedPermit<C> {
        let owned = OwnedPermit { cell: Arc::clone(self.cell) };
        mem::forget(self); // the request stays counted
        owned
    }
}

impl<C: Cap> Drop for Permit<'_, C> {
    #[inline]
    fn drop(&mut self) {
        self.cell.state.release();
    }
}

impl<C: Cap> fmt::Debug for Permit<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("name", &self.cell.name).field("load", &self.load).finish_non_exhaustive()
    }
}

/// One request, counted for a consumer until this is dropped. It borrows nothing, so it outlives a change of membership.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Beside, Everyone, Fixed, Loads, OwnedPermit};
///
/// struct Request {
///     server: OwnedPermit<Fixed>,
/// }
///
/// let ring = HashRing::from_consumers(["a", "b"])?;
/// let loads = Loads::fixed(100);
/// let request = {
///     let view = loads.view(&ring);
///     Request { server: view.acquire(&ring, &Everyone, ring.digest_of("user:42"))?.into_owned() }
/// };
/// assert_eq!(loads.load(request.server.name()), 1); // the view is gone, the request is not
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the request is released when this is dropped"]
pub struct OwnedPermit<C: Cap> {
    cell: Arc<Cell<Counter<C>>>,
}

impl<C: Cap> OwnedPermit<C> {
    /// The consumer's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.cell.name
    }
}

impl<C: Cap> Drop for OwnedPermit<C> {
    fn drop(&mut self) {
        self.cell.state.release();
    }
}

impl<C: Cap> fmt::Debug for OwnedPermit<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedPermit").field("name", &self.cell.name).finish()
    }
}
