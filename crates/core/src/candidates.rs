//! The preference order of a key as an iterator, and as something to keep.

use alloc::vec::Vec;
use core::{fmt, iter::FusedIterator, ops::ControlFlow};

use crate::{ByDigest, Digest, Kernel, Member, NodeIndex, Roster};

/// How many candidates are looked up first, then without allocating, and how many times as many each time after: most callers
/// need one or two, and a look-up of three costs little more than one of one.
const FIRST: usize = 3;
const FEW: usize = 8;

/// Every consumer once in a key's order of preference, owner first: see [`Cluster::candidates`](crate::Cluster::candidates).
///
/// It borrows the cluster and not the key. The first three are looked up together, then the first 8, 64, 512 and so on; past
/// eight it allocates, 4 bytes for each that is looked up.
pub struct Candidates<'r, K, T> {
    roster: &'r Roster<T>,
    kernel: &'r K,
    digest: Digest,
    few: [NodeIndex; FEW],
    many: Vec<NodeIndex>,
    fetched: usize,
    next: usize,
}

impl<'r, K: Kernel, T> Candidates<'r, K, T> {
    #[inline]
    pub(crate) fn new(roster: &'r Roster<T>, kernel: &'r K, digest: Digest) -> Self {
        Self { roster, kernel, digest, few: [NodeIndex::new(0); FEW], many: Vec::new(), fetched: 0, next: 0 }
    }

    /// Looks more of the order up, from its beginning, and says whether there was more.
    fn fetch(&mut self) -> bool {
        let wanted = match self.fetched {
            0 => FIRST,
            FIRST => FEW,
            fetched => fetched.saturating_mul(FEW),
        };
        let wanted = wanted.min(self.roster.len());
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
        self.fetched = self.kernel.lookup_n(self.roster.nodes(), self.digest, out);
        self.fetched > self.next
    }
}

impl<'r, K: Kernel, T> Iterator for Candidates<'r, K, T> {
    type Item = Member<'r, T>;

    #[inline]
    fn next(&mut self) -> Option<Member<'r, T>> {
        if self.next == self.fetched && !self.fetch() {
            return None;
        }
        let fetched = if self.many.is_empty() { &self.few[..] } else { &self.many };
        let index = *fetched.get(self.next)?;
        self.next += 1;
        self.roster.get(index)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.roster.len() - self.next;
        (left, Some(left))
    }
}

impl<K: Kernel, T> ExactSizeIterator for Candidates<'_, K, T> {}
impl<K: Kernel, T> FusedIterator for Candidates<'_, K, T> {}

impl<K, T> Clone for Candidates<'_, K, T> {
    fn clone(&self) -> Self {
        Self { many: self.many.clone(), ..*self }
    }
}

impl<K, T> fmt::Debug for Candidates<'_, K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidates").field("digest", &self.digest).field("visited", &self.next).finish_non_exhaustive()
    }
}

/// A key's candidates, one at a time, without borrowing the ring: for attempts that go on later, when the ring may have changed.
///
/// Each [`next`](Self::next) gives the best consumer that this list has not given yet, by the membership as it then is. It
/// remembers whom it gave by name, so a consumer that left and came back is not tried twice.
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
    /// Seeds of those given: seeds belong to names.
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

    /// How many it has given.
    #[must_use]
    pub const fn given(&self) -> usize {
        self.given
    }

    /// The best consumer of `ring` that was not given before; `None` when all were. Give it the same ring each time, or one with the
    /// same hasher.
    ///
    /// The first eight allocate nothing. The *n*-th costs a look-up of the first *n*.
    pub fn next<'r, R: ByDigest + ?Sized>(&mut self, ring: &'r R) -> Option<Member<'r, R::ConsumerInfo>> {
        let nodes = ring.roster().nodes();
        let mut found = None;
        let mut consider = |index: NodeIndex| {
            if self.gave(nodes.seed(index)) {
                return ControlFlow::Continue(());
            }
            found = Some(index);
            ControlFlow::Break(())
        };
        // Among one more than were given, one is new.
        let mut first = [NodeIndex::new(0); FEW];
        match first.get_mut(..=self.given) {
            Some(first) => {
                let answered = ring.locate_n(self.digest, first);
                let _ = first[..answered].iter().copied().try_for_each(consider);
            }
            None => ring.walk(self.digest, &mut consider),
        }
        let index = found?;
        self.note(nodes.seed(index));
        ring.roster().get(index)
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
