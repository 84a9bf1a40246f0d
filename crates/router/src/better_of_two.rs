//! The better of a key's first two consumers, for sessions and prompt caches.

use annulus_core::{ByDigest, Digest, NodeIndex};

use crate::{
    Available, ByTotal, LoadView, NoneUp, Permit,
    load_view::Weighed,
    search::{first, none},
};

impl<C: ByTotal> LoadView<C> {
    /// Admits a request of a session to the better of two consumers: the one that served the session last, unless it is above the
    /// cap and the other holds at least two requests less. For state that is costly to move, such as sessions and prompt caches.
    ///
    /// ```
    /// use annulus::Rendezvous;
    /// use annulus_router::{Beside, Everyone, Loads};
    ///
    /// let ring = Rendezvous::from_consumers(["gpu-1", "gpu-2", "gpu-3"])?;
    /// let view = Loads::relative(1.25)?.view(&ring);
    /// let session = ring.digest_of("session:7");
    ///
    /// let first = view.acquire_better(&ring, &Everyone, session, None)?;
    /// let again = view.acquire_better(&ring, &Everyone, session, Some(first.name()))?;
    /// assert_eq!(again.name(), first.name()); // above the cap, but the other holds only one less
    /// let third = view.acquire_better(&ring, &Everyone, session, Some(first.name()))?;
    /// assert_ne!(third.name(), first.name()); // now it holds two less
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// `last` is the name of the consumer that served the session last: keep it with the session. The other is the first in the
    /// preference order that is available. **`last` keeps the session while it is a member and not down**: while it warms up, and
    /// while it drains, then without a bound. Without `last`, the one with the lower load of the first two that are available
    /// serves, the first of equal ones. Loads are compared for each unit of weight.
    ///
    /// The cap is a threshold here, not a limit: if both consumers are above it, one of them serves all the same. So nothing is
    /// ever full. Two choices keep loads even (Mitzenmacher 2001, <https://doi.org/10.1109/71.963420>), and staying
    /// keeps caches warm; the example program `balance` compares both with taking the lower one each time.
    ///
    /// # What routers must share
    /// The name that served last, which may come with the request, in a cookie. Loads need not be shared, as for
    /// [`Loads`](crate::Loads).
    ///
    /// # Errors
    /// [`NoneUp`] if no consumer is available, `last` included. Nothing is counted then.
    pub fn acquire_better<R, A>(
        &self,
        ring: &R,
        available: &A,
        digest: Digest,
        last: Option<&str>,
    ) -> Result<Permit<'_, C>, NoneUp>
    where
        R: ByDigest + ?Sized,
        A: Available + ?Sized,
    {
        let two = first_two(ring, available, digest);
        let (two, used) = match last {
            None => (two?, None),
            Some(last) => self.with_last(ring, available, two, last)?,
        };
        self.count(available, |weigh| {
            let [Some(one), other] = two else { return Err(NoneUp::Empty) };
            let Some(other) = other else { return Ok((one, 1)) };
            let place = better([weigh(one), weigh(other)], used);
            Ok(([one, other][place], place + 1))
        })
    }
}

impl<C: ByTotal> LoadView<C> {
    /// The two to choose from, and which of them is `last`, if it answers.
    fn with_last<R, A>(
        &self,
        ring: &R,
        available: &A,
        two: Result<[Option<NodeIndex>; 2], NoneUp>,
        last: &str,
    ) -> Result<([Option<NodeIndex>; 2], Option<usize>), NoneUp>
    where
        R: ByDigest + ?Sized,
        A: Available + ?Sized,
    {
        // In most cases it is one of the two, and no name is searched.
        let is_last = |index: &NodeIndex| self.cells.get(index.as_usize()).is_some_and(|cell| *cell.name == *last);
        if let Some(used) = two.iter().flatten().flatten().position(is_last) {
            return Ok((two?, Some(used)));
        }
        match ring.roster().index_of(last).filter(|&index| available.answers(index)) {
            Some(last) => Ok(([Some(last), two.ok().and_then(|two| two[0])], Some(0))),
            None => Ok((two?, None)),
        }
    }
}

/// Which of the two serves.
fn better(two: [Weighed; 2], used: Option<usize>) -> usize {
    // Whether `a` with `more` requests is at most as loaded as `b`, each for its weight.
    let is_within = |a: Weighed, more: u64, b: Weighed, more_b: u64| {
        u128::from(a.load + more) * u128::from(b.weight) <= u128::from(b.load + more_b) * u128::from(a.weight)
    };
    match used {
        Some(used) => {
            let (stays, other) = (two[used], two[1 - used]);
            // Weight 0: it drains, and keeps what it has.
            if stays.weight > 0 && !stays.has_room && is_within(other, 2, stays, 0) { 1 - used } else { used }
        }
        None => usize::from(!is_within(two[0], 1, two[1], 1)),
    }
}

/// The first two available consumers of the order. If fewer take the key, those that are warming up count as well.
fn first_two<R, A>(ring: &R, available: &A, digest: Digest) -> Result<[Option<NodeIndex>; 2], NoneUp>
where
    R: ByDigest + ?Sized,
    A: Available + ?Sized,
{
    let mut two = [NodeIndex::default(); 2];
    let found = ring.locate_n(digest, &mut two);
    if found == 2 && two.iter().all(|&index| available.admits(index, digest)) {
        return Ok(two.map(Some));
    }
    let find = |may: &dyn Fn(NodeIndex) -> bool| first(ring, digest, usize::MAX, |index| may(index).then_some(()));
    let either = |but: Option<NodeIndex>| {
        let others = |index: NodeIndex| Some(index) != but;
        find(&|index| others(index) && available.admits(index, digest))
            .or_else(|| find(&|index| others(index) && available.part(index) > 0))
            .map(|taken| taken.index)
    };
    match either(None) {
        Some(one) => Ok([Some(one), either(Some(one))]),
        None => Err(none(ring, digest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(load: u64, weight: u64, has_room: bool) -> Weighed {
        Weighed { load, weight, has_room }
    }

    #[test]
    fn a_session_moves_only_from_above_the_cap_to_one_that_is_two_lower() {
        for (stays, other, moves) in [
            (at(9, 1, true), at(0, 1, true), false), // room: it stays
            (at(9, 1, false), at(8, 1, true), false),
            (at(9, 1, false), at(7, 1, true), true),
            (at(9, 1, false), at(7, 1, false), true), // both above the cap: the lower one
            (at(9, 1, false), at(16, 2, true), true), // 18 of weight 2 are as 9 of weight 1
            (at(9, 1, false), at(17, 2, true), false),
            (at(9, 0, false), at(0, 1, true), false), // it drains
        ] {
            assert_eq!(better([stays, other], Some(0)) == 1, moves, "{stays:?} {other:?}");
            assert_eq!(better([other, stays], Some(1)) == 0, moves, "{stays:?} {other:?}");
        }
    }

    #[test]
    fn a_new_session_takes_the_lower_one() {
        for (one, other, place) in [(3, 3, 0), (3, 2, 1), (2, 3, 0)] {
            assert_eq!(better([at(one, 1, true), at(other, 1, true)], None), place);
        }
        assert_eq!(better([at(1, 1, true), at(2, 2, true)], None), 1); // 3 of weight 2 are less than 2 of weight 1
    }
}
