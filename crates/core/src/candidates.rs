//! The preference order of a key, as an iterator and as a value to keep.

use alloc::vec::Vec;
use core::{fmt, iter::FusedIterator, ops::ControlFlow};

use crate::{ByDigest, Digest, Member, NodeIndex};

/// The first look-up fetches `FIRST` candidates, the second `FEW`, and each later one `FEW` times as many as before. Up to `FEW`
/// nothing is allocated. Most callers need one or two candidates, and looking up three costs little more than looking up one.
const FIRST: usize = 3;
const FEW: usize = 8;

/// Every consumer once in a key's order of preference, owner first: see [`Cluster::candidates`](crate::Cluster::candidates).
///
/// It borrows the ring, not the key. It looks up the first three together, then the first 8, 64, 512 and so on. Past eight it
/// allocates 4 bytes per consumer looked up.
pub struct Candidates<'r, R: ?Sized> {
    ring: &'r R,
    digest: Digest,
    few: [NodeIndex; FEW],
    many: Vec<NodeIndex>,
    fetched: usize,
    next: usize,
}

impl<'r, R: ByDigest + ?Sized> Candidates<'r, R> {
    /// The candidates of this digest.
    #[inline]
    #[must_use]
    pub fn new(ring: &'r R, digest: Digest) -> Self {
        Self { ring, digest, few: [NodeIndex::new(0); FEW], many: Vec::new(), fetched: 0, next: 0 }
    }

    /// Looks up a longer prefix of the order. Returns whether that gave further candidates.
    fn fetch(&mut self) -> bool {
        let wanted = match self.fetched {
            0 => FIRST,
            FIRST => FEW,
            fetched => fetched.saturating_mul(FEW),
        };
        let wanted = wanted.min(self.ring.roster().len());
        if wanted <= self.fetched {
            return false;
        }
        let out = match self.few.get_mut(..wanted) {
            Some(few) => few,
            None => {
                self.many.resize(wanted, NodeIndex::new(0));
                &mut self.many[..]
            }
        };
        self.fetched = self.ring.locate_n(self.digest, out);
        self.fetched > self.next
    }
}

impl<'r, R: ByDigest + ?Sized> Iterator for Candidates<'r, R> {
    type Item = Member<'r, R::ConsumerInfo>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.next == self.fetched && !self.fetch() {
            return None;
        }
        let fetched = if self.many.is_empty() { &self.few[..] } else { &self.many };
        let index = *fetched.get(self.next)?;
        self.next += 1;
        self.ring.roster().get(index)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.ring.roster().len() - self.next;
        (left, Some(left))
    }
}

impl<R: ByDigest + ?Sized> ExactSizeIterator for Candidates<'_, R> {}
impl<R: ByDigest + ?Sized> FusedIterator for Candidates<'_, R> {}

impl<R: ?Sized> Clone for Candidates<'_, R> {
    fn clone(&self) -> Self {
        Self { many: self.many.clone(), ..*self }
    }
}

impl<R: ?Sized> fmt::Debug for Candidates<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidates").field("digest", &self.digest).field("visited", &self.next).finish_non_exhaustive()
    }
}

/// A key's candidates, one at a time, for retries. It does not borrow the ring, which may change between attempts.
///
/// Each [`next`](Self::next) gives the best current consumer that this list has not given yet. The list remembers names, so a
/// consumer that was removed and added again is not tried twice. [`find`](Self::find) skips consumers that are down without
/// marking them as given, so they may be tried later.
///
/// ```
/// use annulus_ring::HashRing;
///
/// let mut ring = HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2"), ("c", "10.0.0.3")])?;
/// let mut attempts = ring.candidate_list("user:42"); // kept with the request
/// let first = attempts.next(&ring).unwrap().name.to_string();
///
/// ring.remove_consumer(&first); // meanwhile
/// let second = attempts.next(&ring).unwrap().name.to_string();
/// let third = attempts.next(&ring).unwrap().name.to_string();
/// assert!(first != second && second != third && third != first);
/// assert!(attempts.next(&ring).is_none());
/// # Ok::<(), annulus_ring::ChangeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CandidateList {
    digest: Digest,
    /// The seeds of the consumers given so far. A seed identifies a name.
    few: [u64; FEW],
    many: Vec<u64>,
    given: usize,
}

impl CandidateList {
    /// The candidates of this digest.
    #[must_use]
    pub const fn new(digest: Digest) -> Self {
        Self { digest, few: [0; FEW], many: Vec::new(), given: 0 }
    }

    /// The digest of the key.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The number of consumers given so far.
    #[must_use]
    pub const fn given(&self) -> usize {
        self.given
    }

    /// The best consumer of `ring` that was not given before, or `None` if all were. Pass the same ring each time, or one with
    /// the same hasher.
    ///
    /// The first eight calls allocate nothing. If `n` consumers were given before, a call looks up `n + 1`.
    pub fn next<'r, R: ByDigest + ?Sized>(&mut self, ring: &'r R) -> Option<Member<'r, R::ConsumerInfo>> {
        self.find(ring, |_| true)
    }

    /// The best consumer of `ring` that was not given before and for which `accept` is true, or `None`. A consumer that `accept`
    /// rejects may still be given later.
    ///
    /// ```
    /// use annulus_ring::HashRing;
    ///
    /// let ring = HashRing::from_consumers(["a", "b", "c"])?;
    /// let mut attempts = ring.candidate_list("user:42");
    /// let owner = ring.owner("user:42").unwrap();
    /// let other = attempts.find(&ring, |member| member.name != owner.name).unwrap(); // the owner is down
    /// assert_eq!(attempts.next(&ring), Some(owner)); // and now it is up again
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    pub fn find<'r, R: ByDigest + ?Sized>(
        &mut self,
        ring: &'r R,
        mut accept: impl FnMut(Member<'r, R::ConsumerInfo>) -> bool,
    ) -> Option<Member<'r, R::ConsumerInfo>> {
        let roster = ring.roster();
        let mut found = None;
        let mut consider = |index: NodeIndex| match roster.get(index) {
            Some(member) if !self.gave(roster.nodes().seed(index)) && accept(member) => {
                found = Some(member);
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        };
        // The first `given + 1` candidates contain at least one new consumer. If `accept` rejects it, walk further.
        let mut first = [NodeIndex::new(0); FEW];
        let asked = first.get_mut(..=self.given).map_or(0, |first| ring.locate_n(self.digest, first));
        let is_found = first[..asked].iter().copied().try_for_each(&mut consider).is_break();
        if !is_found && asked < roster.len() {
            let mut skipped = 0;
            ring.walk(self.digest, &mut |index| {
                skipped += 1;
                if skipped > asked { consider(index) } else { ControlFlow::Continue(()) }
            });
        }
        let member = found?;
        self.note(roster.nodes().seed(member.index));
        Some(member)
    }

    fn gave(&self, seed: u64) -> bool {
        self.few[..self.given.min(FEW)].contains(&seed) || self.many.contains(&seed)
    }

    fn note(&mut self, seed: u64) {
        match self.few.get_mut(self.given) {
            Some(place) => *place = seed,
            None => self.many.push(seed),
        }
        self.given += 1;
    }
}
