//! Requests that go to a given consumer, or on to the next one.

use std::cell::Cell;

use annulus_core::{ByDigest, CandidateList, Member, NodeIndex};

use crate::{Available, Cap, HealthView, LoadView, NotAdmitted, Permit, load_view::PASSES, search::none};

impl HealthView {
    /// The next consumer to try for a request: the best that takes its key and that `attempts` has not given yet. If there is
    /// none, one that is warming up and does not take this key yet. `None` if all that are up were given.
    ///
    /// ```
    /// use annulus::HashRing;
    /// use annulus_router::{Beside, Health, State};
    ///
    /// let ring = HashRing::from_consumers(["a", "b", "c"])?;
    /// let health = Health::new();
    /// let up = health.view(&ring);
    ///
    /// let mut attempts = ring.candidate_list("user:42"); // kept with the request; borrows nothing
    /// let first = up.next(&ring, &mut attempts).unwrap(); // its answer does not come
    /// health.set(first.name, State::Down);
    /// let second = up.next(&ring, &mut attempts).unwrap();
    /// assert_eq!(up.owner(&ring, attempts.digest())?, second.index); // where other requests for this key go now
    /// assert_eq!(attempts.given(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// The list may outlive a change of membership: pass the ring of the moment, and its view.
    pub fn next<'r, R: ByDigest + ?Sized>(
        &self,
        ring: &'r R,
        attempts: &mut CandidateList,
    ) -> Option<Member<'r, R::ConsumerInfo>> {
        let digest = attempts.digest();
        attempts
            .find(ring, |member| self.admits(member.index, digest))
            .or_else(|| attempts.find(ring, |member| self.part(member.index) > 0))
    }
}

impl<C: Cap> LoadView<C> {
    /// Admits a request to this consumer, if it is available and has room, and counts it until the permit is dropped. For a
    /// consumer that was chosen by other means: by the name in a cookie, from a [`Shard`](crate::Shard), by
    /// [`spread`](crate::spread).
    ///
    /// ```
    /// use annulus::HashRing;
    /// use annulus_router::{Beside, Everyone, Loads, NotAdmitted, spread};
    ///
    /// let ring = HashRing::from_consumers(["a", "b", "c"])?;
    /// let load = Loads::fixed(1).view(&ring);
    /// let index = spread(&ring, &Everyone, ring.digest_of("celebrity"), 2, 0)?;
    /// let permit = load.acquire_at(index, &Everyone)?;
    /// assert_eq!(permit.index(), index);
    /// assert!(matches!(load.acquire_at(index, &Everyone), Err(NotAdmitted::Full { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`NotAdmitted::Full`], or [`NotAdmitted::Unavailable`] if it is down, draining or no member. Nothing is counted then.
    pub fn acquire_at<A: Available + ?Sized>(&self, index: NodeIndex, available: &A) -> Result<Permit<'_, C>, NotAdmitted> {
        let cell = self.cells.get(index.as_usize()).filter(|_| available.part(index) > 0);
        let cell = cell.ok_or(NotAdmitted::Unavailable { index })?;
        let _turn = self.books.rule.turn();
        let announced = self.books.announce();
        let total = announced.total;
        let reading = self.reading(index, available, total, self.live(available));
        let load = cell.state.take(&reading).ok_or(NotAdmitted::Full { consumers: 1, total })?;
        announced.admitted();
        Ok(Permit::new(cell, index, load, reading, 1))
    }

    /// Counts a request of this consumer, whether it has room or not, until the permit is dropped. `None` if there is no such
    /// consumer.
    ///
    /// For requests that no other consumer can serve, such as those of a session that is pinned to one that drains. They take its
    /// room from others, as they should. This is the only way past a [`Fixed`](crate::Fixed) cap.
    ///
    /// ```
    /// use annulus::HashRing;
    /// use annulus_router::{Beside, Health, Loads, State};
    ///
    /// let ring = HashRing::from_consumers(["a", "b"])?;
    /// let (health, loads) = (Health::new(), Loads::relative(1.25)?);
    /// let (up, load) = (health.view(&ring), loads.view(&ring));
    /// health.set("a", State::Draining);
    /// let index = up.keep(&ring, "a").unwrap(); // the name is in the request's cookie
    /// let permit = load.count_at(index, &up).unwrap();
    /// assert_eq!((permit.name(), loads.load("a")), ("a", 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "the request is released when the permit is dropped"]
    pub fn count_at<A: Available + ?Sized>(&self, index: NodeIndex, available: &A) -> Option<Permit<'_, C>> {
        let cell = self.cells.get(index.as_usize())?;
        let _turn = self.books.rule.turn();
        let announced = self.books.announce();
        let reading = self.reading(index, available, announced.total, self.live(available));
        let load = cell.state.add();
        announced.admitted();
        Some(Permit::new(cell, index, load, reading, 1))
    }

    /// Like [`acquire`](Self::acquire), for a retry: admits the request to the best consumer that is available, has room, and
    /// was not given by `attempts` yet. The list notes the one that was chosen.
    ///
    /// ```
    /// use annulus::HashRing;
    /// use annulus_router::{Beside, Everyone, Loads, NotAdmitted};
    ///
    /// let ring = HashRing::from_consumers(["a", "b"])?;
    /// let load = Loads::relative(2.0)?.view(&ring);
    /// let mut attempts = ring.candidate_list("user:42"); // kept with the request
    /// let first = load.acquire_next(&ring, &Everyone, &mut attempts)?.name().to_owned(); // and released: it failed
    /// let second = load.acquire_next(&ring, &Everyone, &mut attempts)?;
    /// assert_ne!(second.name(), first);
    /// let third = load.acquire_next(&ring, &Everyone, &mut attempts).unwrap_err();
    /// assert_eq!(third, NotAdmitted::Tried { consumers: 2 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`NotAdmitted`] if all that were not given are full, if all were given, or nobody is up. Nothing is counted or noted then.
    pub fn acquire_next<R, A>(&self, ring: &R, available: &A, attempts: &mut CandidateList) -> Result<Permit<'_, C>, NotAdmitted>
    where
        R: ByDigest + ?Sized,
        A: Available + ?Sized,
    {
        let _turn = self.books.rule.turn();
        let announced = self.books.announce();
        let (digest, given) = (attempts.digest(), attempts.given());
        let mut total = announced.total;
        let mut full = 0;
        for _ in 0..if C::BY_TOTAL { PASSES } else { 1 } {
            let live = self.live(available);
            // Those that take the key first, then those that are warming up.
            for warms in [false, true] {
                let (asked, got) = (Cell::new(0), Cell::new(None));
                attempts.find(ring, |member| {
                    let index = member.index;
                    let may = if warms { available.part(index) > 0 } else { available.admits(index, digest) };
                    let Some(cell) = self.cells.get(index.as_usize()).filter(|_| may) else { return false };
                    asked.set(asked.get() + 1);
                    let reading = self.reading(index, available, total, live);
                    let taken = cell.state.take(&reading).map(|load| (cell, index, load, reading));
                    got.set(taken);
                    taken.is_some()
                });
                if let Some((cell, index, load, reading)) = got.get() {
                    announced.admitted();
                    return Ok(Permit::new(cell, index, load, reading, given + asked.get()));
                }
                full = asked.get();
            }
            if full == 0 {
                break;
            }
            total = self.books.total();
        }
        match (full, given) {
            (0, 0) => Err(none(ring, digest).into()),
            (0, consumers) => Err(NotAdmitted::Tried { consumers }),
            (consumers, _) => Err(NotAdmitted::Full { consumers, total }),
        }
    }
}
