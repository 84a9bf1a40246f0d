//! Bounded loads: a request goes to the first consumer in its preference order that has room.

use std::{
    error, fmt, mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{
            AtomicU64,
            Ordering::{AcqRel, Acquire, Relaxed, Release},
        },
    },
};

use annulus_core::{ByDigest, Digest, NodeIndex};

use crate::{
    Available, Beside, ByTotal, Cap, FactorError, Fixed, Locked, NoneUp, Permit, Relative, WHOLE,
    available::{first, none},
    cap::Reading,
    names::{Cells, Names},
};

/// How many times a request goes through the order when loads change while it does.
const PASSES: usize = 8;

/// The load of each consumer, by name: how many requests it holds. Shared by all clones.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Beside, Everyone, Loads};
///
/// let ring = HashRing::from_consumers(["a", "b", "c"])?;
/// let loads = Loads::relative(1.25)?; // no consumer above 1.25 times the mean
/// let view = loads.view(&ring); // once for each membership
///
/// let digest = ring.digest_of("user:42"); // a hot key
/// let first = view.acquire(&ring, &Everyone, digest)?;
/// let second = view.acquire(&ring, &Everyone, digest)?;
/// assert_eq!(first.name(), ring.owner("user:42").unwrap().name);
/// assert_ne!(second.name(), first.name()); // the owner is full; the next in the order has room
/// assert_eq!(view.load(first.index()), 1);
///
/// drop(first); // the request is answered
/// assert_eq!(loads.load(ring.owner("user:42").unwrap().name), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// This is consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam,
/// [arXiv 1608.01350](https://arxiv.org/abs/1608.01350)), for requests that come and go: nothing that was admitted is moved.
/// The counters survive changes of membership. A permit for a consumer that was removed still counts until it is dropped, and if
/// the consumer comes back, its counter is the same.
///
/// The type of the caps says what is promised under many threads: [`Relative`], [`Locked`] or [`Fixed`].
///
/// # Which factor
/// A lower factor is more even, and sends more requests past their owner, so that caches are colder. Few requests a consumer are
/// uneven by chance alone. Of requests that come and go, this share goes past its owner on a ring of 160 points, with weights 1 to
/// 10. Rendezvous hashing is about the same; the example program `balance` prints more.
///
/// | requests held for each consumer | factor 1.05 | 1.25 | 2 |
/// |---|---|---|---|
/// | 2 | 53 % | 33 % | 6 % |
/// | 20 | 32 % | 5 % | 0.03 % |
/// | 100 | 10 % | 0.2 % | 0 |
///
/// # What routers must share
/// Names, weights and the factor, so that they agree on the order. Loads need not be shared. If each of R routers bounds the
/// requests that it sent itself, the sum on a consumer is at most R above the cap of all requests together: the sum of R numbers
/// rounded up. But routers with different loads may send the same key to different consumers, once its owner is full.
///
/// # Cost
/// For an admission and its release on one thread, beside the look-up: 9 ns with [`Fixed`] caps, 23 ns with [`Relative`], which
/// counts the total as well, 40 ns or more with [`Locked`], and 10 ns more for an owned permit. All threads share the total.
/// Memory: about 250 bytes a consumer, and 12 more for each view. Making a view is O(N): 80 µs for 1,000 consumers the first
/// time and 11 µs after a change; for 100,000, about 60 ms and 4 to 16 ms.
#[derive(Debug)]
pub struct Loads<C: Cap> {
    books: Arc<Books<C>>,
    names: Arc<Mutex<Names<Counter<C>>>>,
}

/// What all counters share. On a cache line of its own, since every thread writes it.
#[derive(Debug)]
#[repr(align(64))]
pub(crate) struct Books<C> {
    total: AtomicU64,
    rule: C,
}

/// The load of one consumer.
#[derive(Debug)]
pub(crate) struct Counter<C> {
    pub(crate) load: AtomicU64,
    books: Arc<Books<C>>,
    /// Keeps the counters of two consumers on different cache lines.
    _apart: [u64; 10],
}

impl Loads<Relative> {
    /// Caps of `factor` × the mean load.
    ///
    /// # Errors
    /// [`FactorError`] unless the factor is from 1 to 1,000.
    pub fn relative(factor: f64) -> Result<Self, FactorError> {
        Relative::new(factor).map(Self::new)
    }
}

impl Loads<Locked> {
    /// Caps of `factor` × the mean load, one admission or release at a time.
    ///
    /// # Errors
    /// [`FactorError`] unless the factor is from 1 to 1,000.
    pub fn locked(factor: f64) -> Result<Self, FactorError> {
        Locked::new(factor).map(Self::new)
    }
}

impl Loads<Fixed> {
    /// Caps of `of_weight_one` requests at once for each unit of weight.
    #[must_use]
    pub fn fixed(of_weight_one: u64) -> Self {
        Self::new(Fixed::new(of_weight_one))
    }
}

impl<C: Cap> Loads<C> {
    fn new(rule: C) -> Self {
        Self { books: Arc::new(Books { total: AtomicU64::new(0), rule }), names: Arc::new(Mutex::new(Names::new())) }
    }

    /// The load of a consumer, member or not.
    #[must_use]
    pub fn load(&self, name: &str) -> u64 {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(name).map_or(0, |cell| cell.state.load.load(Relaxed))
    }
}

impl<C: Cap> Clone for Loads<C> {
    fn clone(&self) -> Self {
        Self { books: Arc::clone(&self.books), names: Arc::clone(&self.names) }
    }
}

impl<R: ByDigest + ?Sized, C: Cap> Beside<R> for Loads<C> {
    type View = LoadView<C>;

    fn view(&self, ring: &R) -> LoadView<C> {
        let fresh = || Counter { load: AtomicU64::new(0), books: Arc::clone(&self.books), _apart: [0; 10] };
        let holds = |counter: &Counter<C>| counter.load.load(Relaxed) > 0;
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let cells = names.cells(ring.roster(), fresh, holds);
        let weights: Box<[u32]> = ring.roster().nodes().weights().iter().map(|weight| weight.get()).collect();
        let weight = weights.iter().map(|&weight| u64::from(weight)).sum();
        LoadView { cells, weights, weight, books: Arc::clone(&self.books) }
    }
}

impl<C: Cap> Counter<C> {
    /// Counts one more if there is room for it, and returns the load with it. The load is never above the cap, not even for a
    /// moment: adding first and undoing it afterwards would show others a full consumer that is not.
    #[inline]
    fn take(&self, reading: &Reading) -> Option<u64> {
        let mut load = self.load.load(Acquire);
        while self.books.rule.has_room(load, reading) {
            match self.load.compare_exchange_weak(load, load + 1, AcqRel, Acquire) {
                Ok(_) => return Some(load + 1),
                Err(now) => load = now,
            }
        }
        None
    }

    pub(crate) fn rule(&self) -> &C {
        &self.books.rule
    }

    /// One request less. The total last, so that it is never less than the sum of the loads.
    pub(crate) fn release(&self) {
        let _turn = self.books.rule.turn();
        self.load.fetch_sub(1, Release);
        self.books.withdraw();
    }
}

impl<C: Cap> Books<C> {
    /// Adds a request to the total before it is admitted. It is subtracted again when this is dropped.
    #[inline]
    fn announce(&self) -> Announced<'_, C> {
        Announced { books: self, total: if C::BY_TOTAL { self.total.fetch_add(1, AcqRel) + 1 } else { 0 } }
    }

    #[inline]
    fn withdraw(&self) {
        if C::BY_TOTAL {
            self.total.fetch_sub(1, Release);
        }
    }
}

/// A request that is part of the total and not admitted yet.
struct Announced<'b, C: Cap> {
    books: &'b Books<C>,
    /// The total with this request.
    total: u64,
}

impl<C: Cap> Announced<'_, C> {
    /// It was admitted: a permit counts it from now on.
    #[inline]
    fn admitted(self) {
        mem::forget(self);
    }
}

impl<C: Cap> Drop for Announced<'_, C> {
    fn drop(&mut self) {
        self.books.withdraw();
    }
}

/// The loads of one membership, by index. Made by [`Loads`].
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
#[derive(Debug)]
pub struct LoadView<C: Cap> {
    pub(crate) cells: Cells<Counter<C>>,
    pub(crate) weights: Box<[u32]>,
    weight: u64,
    books: Arc<Books<C>>,
}

/// No consumer took the request. Nothing is counted.
///
/// Variants may be added, so end a `match` with `_`. See [`LoadView`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotAdmitted {
    /// No consumer may serve the key, full or not.
    NoneUp(NoneUp),
    /// All consumers that may serve the key are full.
    ///
    /// With [`Fixed`] caps, each was full when it was asked. With caps by the total, somebody always has room while nobody else
    /// counts, so this means that loads or health changed during eight passes over all consumers: try again.
    Full {
        /// How many were asked.
        consumers: usize,
        /// The total that was read; 0 with fixed caps.
        total: u64,
    },
}

impl fmt::Display for NotAdmitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoneUp(why) => why.fmt(f),
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

impl<C: Cap> LoadView<C> {
    /// Admits a request to the first consumer in its preference order that is available and has room, and counts it until the
    /// permit is dropped.
    ///
    /// If all consumers that take the key are full, one that is warming up may take it although the key is not in its share yet.
    ///
    /// It ends: a pass asks each consumer once, and there are at most eight. Up to the 32nd consumer of the order nothing is
    /// allocated.
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
            let (total, live) = (self.books.total.load(Acquire), self.live(available));
            let admits = |index| available.admits(index, digest);
            let placed = self
                .place(ring, digest, available, total, live, admits)
                .or_else(|| self.place(ring, digest, available, total, live, counts));
            if let Some(permit) = placed {
                return Ok(permit);
            }
        }
        let total = self.books.total.load(Relaxed);
        let up = (0..self.cells.len()).filter_map(NodeIndex::from_usize).filter(|&index| counts(index)).count();
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
        self.cells.get(index.as_usize()).map_or(0, |cell| cell.state.load.load(Relaxed))
    }

    /// The load of all members together. O(N), and not a snapshot while others count.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.cells.iter().map(|cell| cell.state.load.load(Relaxed)).sum()
    }

    /// The cap of the consumer at `index` if one more request comes. O(1).
    #[must_use]
    pub fn cap<A: Available + ?Sized>(&self, index: NodeIndex, available: &A) -> u64 {
        let total = self.books.total.load(Acquire) + 1;
        self.books.rule.cap(&self.reading(index, available, total, self.live(available)))
    }

    fn live<A: Available + ?Sized>(&self, available: &A) -> u64 {
        available.live_weight().unwrap_or(self.weight.saturating_mul(WHOLE.into()))
    }

    #[inline]
    fn reading<A: Available + ?Sized>(&self, index: NodeIndex, available: &A, total: u64, live: u64) -> Reading {
        let weight = self.weights.get(index.as_usize()).map_or(0, |&weight| u64::from(weight));
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
        let load = cell.state.load.fetch_add(1, AcqRel) + 1;
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

#[cfg(test)]
mod tests {
    use std::sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering::SeqCst},
    };

    use super::*;
    use crate::cap::sealed::Rule;

    /// A cap of one. Between the first look at the load and the admission, another request gets in.
    #[derive(Default)]
    struct Interrupted {
        counter: OnceLock<Arc<Counter<Self>>>,
        is_interrupted: AtomicBool,
    }

    impl Rule for Interrupted {
        type Turn<'a> = ();
        const BY_TOTAL: bool = false;
        fn turn(&self) {}
        fn has_room(&self, load: u64, reading: &Reading) -> bool {
            if !self.is_interrupted.swap(true, SeqCst) {
                assert_eq!(self.counter.get().unwrap().take(reading), Some(1));
            }
            load < 1
        }
        fn cap(&self, _: &Reading) -> u64 {
            1
        }
    }

    impl Cap for Interrupted {}

    #[test]
    fn the_last_place_goes_to_one_of_two_that_saw_it_free() {
        let books = Arc::new(Books { total: AtomicU64::new(0), rule: Interrupted::default() });
        let counter = Arc::new(Counter { load: AtomicU64::new(0), books: Arc::clone(&books), _apart: [0; 10] });
        assert!(books.rule.counter.set(Arc::clone(&counter)).is_ok());
        assert_eq!(counter.take(&Reading { total: 0, weight: 1, live: 1 }), None);
        assert_eq!(counter.load.load(SeqCst), 1);
    }
}
