//! Bounded loads by index: a request goes to the first consumer in its preference order that has room.

use std::{error, fmt, sync::Arc};

use annulus_core::{ByDigest, Digest, NodeIndex, Nodes};

use crate::{
    Available, ByTotal, Cap, NoneUp, Permit,
    cap::Reading,
    counter::{Books, Counter},
    names::Cells,
    search::{first, none},
};

/// How many times a request goes through the order when loads change while it does.
pub(crate) const PASSES: usize = 8;

/// The loads of one membership, by index. Made by [`Loads`](crate::Loads).
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Beside, Health, Loads, NotAdmitted, State};
///
/// let ring = HashRing::from_consumers(["a", "b"])?;
/// let (health, loads) = (Health::new(), Loads::fixed(1));
/// let (up, view) = (health.view(&ring), loads.view(&ring));
/// let digest = ring.digest_of("user:42");
///
/// health.set("a", State::Down);
/// let held = view.acquire(&ring, &up, digest)?;
/// assert_eq!(held.name(), "b");
/// assert!(matches!(view.acquire(&ring, &up, digest), Err(NotAdmitted::Full { consumers: 1, .. })));
/// health.set("b", State::Down);
/// assert!(matches!(view.acquire(&ring, &up, digest), Err(NotAdmitted::NoneUp(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Pass the ring that the view was made for. With another one nothing panics, but a count may go to another consumer.
pub struct LoadView<C: Cap> {
    pub(crate) cells: Cells<Counter<C>>,
    nodes: Nodes,
    pub(crate) books: Arc<Books<C>>,
}

/// No consumer took the request. Nothing is counted.
///
/// ```
/// use annulus_router::NotAdmitted;
///
/// /// What a proxy answers: try again later, or give up.
/// fn status(why: &NotAdmitted) -> u16 {
///     match why {
///         NotAdmitted::Full { .. } => 429,
///         _ => 503, // nobody is up; variants may be added
///     }
/// }
/// assert_eq!(status(&NotAdmitted::Full { consumers: 3, total: 0 }), 429);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotAdmitted {
    /// No consumer may serve the key, full or not.
    NoneUp(NoneUp),
    /// All consumers that may serve the key are full.
    ///
    /// With [`Fixed`](crate::Fixed) caps, each was full when it was asked. With caps by the total, somebody always has room while nobody else
    /// counts, so this means that loads or health changed during eight passes over all consumers: try again.
    Full {
        /// How many were asked.
        consumers: usize,
        /// The total that was read; 0 with fixed caps.
        total: u64,
    },
    /// The consumer that was [asked for](LoadView::acquire_at) takes no new requests: it is down, draining, or no member.
    Unavailable {
        /// The index that was asked for.
        index: NodeIndex,
    },
    /// All consumers that are up were given for [this request](LoadView::acquire_next) before.
    Tried {
        /// How many were given.
        consumers: usize,
    },
}

impl fmt::Display for NotAdmitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoneUp(why) => why.fmt(f),
            Self::Full { consumers: 1, .. } => {
                f.write_str("the only consumer that may serve this is full; release some, raise the cap, or try again later")
            }
            Self::Unavailable { index } => {
                write!(
                    f,
                    "consumer {index} is down, draining, or no member; use `count_at` for a request that it must serve, or `acquire`"
                )
            }
            Self::Tried { consumers } => {
                write!(f, "all consumers that are up were tried ({consumers}); give up, or start again with a new candidate list")
            }
            Self::Full { consumers, .. } => {
                write!(f, "all {consumers} consumers that are up are full; release some, raise the cap, or try again later")
            }
        }
    }
}

impl error::Error for NotAdmitted {}

impl From<NoneUp> for NotAdmitted {
    fn from(why: NoneUp) -> Self {
        Self::NoneUp(why)
    }
}

/// How many consumers there are, and how many requests they hold.
impl<C: Cap> fmt::Debug for LoadView<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadView").field("consumers", &self.cells.len()).field("held", &self.total()).finish_non_exhaustive()
    }
}

impl<C: Cap> LoadView<C> {
    pub(crate) fn new(nodes: &Nodes, cells: Cells<Counter<C>>, books: Arc<Books<C>>) -> Self {
        Self { cells, nodes: nodes.clone(), books }
    }

    /// Admits a request to the first consumer in its preference order that is available and has room, and counts it until the
    /// permit is dropped.
    ///
    /// If all consumers that take the key are full, one that is warming up may take it although the key is not in its share yet.
    ///
    /// It ends: a pass asks each consumer once, and there are at most 17, if loads change all the while. Up to the 32nd consumer of
    /// the order nothing is allocated.
    ///
    /// # Errors
    /// [`NotAdmitted`] if all are full, or nobody is up. Nothing is counted then.
    #[inline]
    pub fn acquire<R, A>(&self, ring: &R, available: &A, digest: Digest) -> Result<Permit<'_, C>, NotAdmitted>
    where
        R: ByDigest + ?Sized,
        A: Available + ?Sized,
    {
        let _turn = self.books.rule.turn();
        let announced = self.books.announce();
        let live = self.live(available);
        let permit = match self.place(ring, digest, available, announced.total, live, |index| available.admits(index, digest)) {
            Some(permit) => permit,
            None => self.insist(ring, available, digest)?,
        };
        announced.admitted();
        Ok(permit)
    }

    /// Further passes, with the total and the health of the moment.
    #[cold]
    fn insist<R, A>(&self, ring: &R, available: &A, digest: Digest) -> Result<Permit<'_, C>, NotAdmitted>
    where
        R: ByDigest + ?Sized,
        A: Available + ?Sized,
    {
        let passes = if C::BY_TOTAL { PASSES } else { 1 };
        let counts = |index| available.part(index) > 0;
        for _ in 0..passes {
            let (total, live) = (self.books.total(), self.live(available));
            let admits = |index| available.admits(index, digest);
            let placed = self
                .place(ring, digest, available, total, live, admits)
                .or_else(|| self.place(ring, digest, available, total, live, counts));
            if let Some(permit) = placed {
                return Ok(permit);
            }
        }
        let total = self.books.total();
        let up = self.nodes.indices().filter(|&index| counts(index)).count();
        if up == 0 { Err(none(ring, digest).into()) } else { Err(NotAdmitted::Full { consumers: up, total }) }
    }

    /// One pass over the order.
    #[inline]
    fn place<'v, R, A>(
        &'v self,
        ring: &R,
        digest: Digest,
        available: &A,
        total: u64,
        live: u64,
        may: impl Fn(NodeIndex) -> bool,
    ) -> Option<Permit<'v, C>>
    where
        R: ByDigest + ?Sized,
        A: Available + ?Sized,
    {
        let taken = first(ring, digest, usize::MAX, |index| {
            let cell = if may(index) { self.cells.get(index.as_usize()) } else { None }?;
            let reading = self.reading(index, available, total, live);
            cell.state.take(&reading).map(|load| (cell, load, reading))
        })?;
        let (cell, load, reading) = taken.got;
        Some(Permit::new(cell, taken.index, load, reading, taken.tries))
    }

    /// The load of the consumer at `index`; 0 if there is none.
    #[must_use]
    pub fn load(&self, index: NodeIndex) -> u64 {
        self.cells.get(index.as_usize()).map_or(0, |cell| cell.state.load())
    }

    /// The load of all members together. O(N), and not a snapshot while others count.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.cells.iter().map(|cell| cell.state.load()).sum()
    }

    /// The cap of the consumer at `index` if one more request comes. O(1).
    #[must_use]
    pub fn cap<A: Available + ?Sized>(&self, index: NodeIndex, available: &A) -> u64 {
        let total = self.books.total() + 1;
        self.books.rule.cap(&self.reading(index, available, total, self.live(available)))
    }

    #[inline]
    pub(crate) fn live<A: Available + ?Sized>(&self, available: &A) -> u64 {
        // Fixed caps do not depend on it, and adding it up may take O(N).
        if C::BY_TOTAL { available.live_weight(&self.nodes) } else { 0 }
    }

    #[inline]
    pub(crate) fn reading<A: Available + ?Sized>(&self, index: NodeIndex, available: &A, total: u64, live: u64) -> Reading {
        let weight = self.nodes.weights().get(index.as_usize()).map_or(0, |weight| u64::from(weight.get()));
        Reading { total, weight: weight * u64::from(available.part(index)), live }
    }
}

impl<C: ByTotal> LoadView<C> {
    /// Counts one more request for the consumer that `choose` picks, which gets the total with it and may find that there is
    /// none.
    pub(crate) fn count<'v, A, E>(
        &'v self,
        available: &A,
        choose: impl FnOnce(&dyn Fn(NodeIndex) -> Weighed) -> Result<(NodeIndex, usize), E>,
    ) -> Result<Permit<'v, C>, E>
    where
        A: Available + ?Sized,
        E: From<NoneUp>,
    {
        let _turn = self.books.rule.turn();
        let (announced, live) = (self.books.announce(), self.live(available));
        let total = announced.total;
        let weigh = |index: NodeIndex| {
            let (load, reading) = (self.load(index), self.reading(index, available, total, live));
            Weighed { load, weight: reading.weight, has_room: self.books.rule.has_room(load, &reading) }
        };
        let (index, tries) = choose(&weigh)?;
        let cell = self.cells.get(index.as_usize()).ok_or(NoneUp::Empty)?;
        let load = cell.state.add();
        announced.admitted();
        Ok(Permit::new(cell, index, load, self.reading(index, available, total, live), tries))
    }
}

/// A consumer's load, for a choice between two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weighed {
    pub(crate) load: u64,
    pub(crate) weight: u64,
    pub(crate) has_room: bool,
}
