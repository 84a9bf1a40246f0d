//! Preference orders: every member once, owner first. The first 32 without allocating.

use alloc::vec::Vec;
use core::{cmp::Ordering, ops::ControlFlow};

use crate::{Digest, NodeIndex, Nodes, cost::cost, mix64};

/// How many members one pass finds.
const PASS: usize = 8;

/// How many members a [`Seen`] holds, and how many are visited without allocating.
const SEEN: usize = 32;

/// How many salted digests are looked up before the general order takes over.
const TRIES: u64 = 96;

/// How many of the rest are sorted first, and how many times as many each time after.
const FIRST_SORTED: usize = 64;
const GROWTH: usize = 4;

/// Visits positions `0..count` by falling rank until the visitor breaks.
///
/// `before(a, b)` says that rank `a` comes earlier than `b`; it must be a strict total order in which no two positions tie.
/// Positions whose `rank` is `None` are left out.
///
/// Cost: the first 32 take four passes over all positions and allocate nothing. Going further allocates once, for the rest, which is then
/// sorted as far as it is visited: O(N log N) in all. If that allocation fails, it goes on in passes, O(N²).
///
/// ```
/// use core::ops::ControlFlow;
///
/// use annulus_core::order::by_rank;
///
/// let scores = [30, 10, 20];
/// let mut visited = Vec::new();
/// let _ = by_rank(scores.len(), |place| Some(scores[place]), |a, b| a > b, |place| {
///     visited.push(place);
///     ControlFlow::Continue(())
/// });
/// assert_eq!(visited, [0, 2, 1]);
/// ```
///
/// # Errors
/// `Break` where the visitor broke.
pub fn by_rank<R: Copy>(
    count: usize,
    rank: impl Fn(usize) -> Option<R>,
    before: impl Fn(&R, &R) -> bool,
    visit: impl FnMut(usize) -> ControlFlow<()>,
) -> ControlFlow<()> {
    by_rank_after(0, count, rank, before, visit)
}

/// Like [`by_rank`], when `visited` members have been visited already; `rank` must give `None` for them. From 32 on, the rest is collected
/// and sorted, and each is asked for its rank once.
///
/// # Errors
/// `Break` where the visitor broke.
pub fn by_rank_after<R: Copy>(
    mut visited: usize,
    count: usize,
    rank: impl Fn(usize) -> Option<R>,
    before: impl Fn(&R, &R) -> bool,
    mut visit: impl FnMut(usize) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut last: Option<R> = None;
    loop {
        let left = |position| {
            let rank = rank(position)?;
            last.is_none_or(|last| before(&last, &rank)).then_some((rank, position))
        };
        let mut rest = Vec::new();
        if visited >= SEEN && rest.try_reserve_exact(count.saturating_sub(visited)).is_ok() {
            rest.extend((0..count).filter_map(left));
            return sorted(&mut rest, &before, visit);
        }
        let mut best: [Option<(R, usize)>; PASS] = [None; PASS];
        for new in (0..count).filter_map(left) {
            insert(&mut best, new, &before);
        }
        for (rank, position) in best.iter().flatten() {
            visit(*position)?;
            last = Some(*rank);
        }
        if best[PASS - 1].is_none() {
            return ControlFlow::Continue(());
        }
        visited += PASS;
    }
}

/// Visits all in their order, and sorts no more of them than are visited, or a few times as many.
fn sorted<R>(
    mut rest: &mut [(R, usize)],
    before: &impl Fn(&R, &R) -> bool,
    mut visit: impl FnMut(usize) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let order = |a: &(R, usize), b: &(R, usize)| match () {
        () if before(&a.0, &b.0) => Ordering::Less,
        () if before(&b.0, &a.0) => Ordering::Greater,
        () => Ordering::Equal,
    };
    let mut next = FIRST_SORTED;
    while !rest.is_empty() {
        if next < rest.len() {
            rest.select_nth_unstable_by(next - 1, order);
        }
        let (first, others) = rest.split_at_mut(next.min(rest.len()));
        first.sort_unstable_by(order);
        for (_, position) in first {
            visit(*position)?;
        }
        rest = others;
        next *= GROWTH;
    }
    ControlFlow::Continue(())
}

/// Puts `new` where it belongs among the best so far, dropping the last if it is full.
fn insert<R: Copy>(best: &mut [Option<(R, usize)>; PASS], new: (R, usize), before: &impl Fn(&R, &R) -> bool) {
    let mut at = PASS;
    while at > 0 && best[at - 1].is_none_or(|(rank, _)| before(&new.0, &rank)) {
        at -= 1;
    }
    if at < PASS {
        best[at..].rotate_right(1);
        best[at] = Some(new);
    }
}

/// Visits every member that is not among `seen` in the order of a weighted rendezvous, until the visitor breaks.
///
/// It is used where an algorithm has no order of its own. Cost: as [`by_rank_after`] those seen.
///
/// # Errors
/// `Break` where the visitor broke.
pub fn others(
    nodes: &Nodes,
    digest: Digest,
    seen: &[NodeIndex],
    mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (seeds, weights, digest) = (nodes.seeds(), nodes.weights(), mix64(digest.bits()));
    let index = |position| NodeIndex::from_usize(position).unwrap_or_default();
    let among = Sorted::new(seen);
    let score = |position: usize| (!among.contains(index(position))).then(|| (mix64(digest ^ seeds[position]), seeds[position]));
    let visit = |position| visit(index(position));
    if nodes.census().least_weight() == nodes.census().greatest_weight() {
        return by_rank_after(seen.len(), seeds.len(), score, |a, b| a > b, visit);
    }
    let cost_of = |position| {
        let (score, seed) = score(position)?;
        Some((cost(high_half(score)), weights[position].get(), seed))
    };
    by_rank_after(seen.len(), seeds.len(), cost_of, costs_less, visit)
}

/// Whether one is less costly for its weight; of equals, the greater seed. Exact, in 128 bits.
fn costs_less(one: &(u64, u32, u64), other: &(u64, u32, u64)) -> bool {
    (u128::from(one.0) * u128::from(other.1), other.2) < (u128::from(other.0) * u128::from(one.1), one.2)
}

const fn high_half(word: u64) -> u32 {
    (word >> 32) as u32
}

/// Visits the owner of `digest`, then the owners of its salted forms [`salted(1)`](Digest::salted), `salted(2)` and so on, each once, until
/// the visitor breaks; after 96 digests or 32 members, everyone else as [`others`] does.
///
/// Where owners are even, each place found by these digests is even too. With weights, further places are drawn among those left, so
/// light members get somewhat more of them.
///
/// # Errors
/// `Break` where the visitor broke.
pub fn by_lookup(
    nodes: &Nodes,
    digest: Digest,
    lookup: impl Fn(Digest) -> NodeIndex,
    mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut seen = Seen::new();
    for salt in 0..TRIES {
        let found = lookup(if salt == 0 { digest } else { digest.salted(salt) });
        if seen.insert(found) {
            visit(found)?;
        }
        if seen.is_full() || seen.as_slice().len() == nodes.len() {
            break;
        }
    }
    others(nodes, digest, seen.as_slice(), visit)
}

/// A list in order, to search: on the stack where it is no longer than a [`Seen`].
struct Sorted {
    few: [NodeIndex; SEEN],
    many: Vec<NodeIndex>,
    len: usize,
}

impl Sorted {
    fn new(list: &[NodeIndex]) -> Self {
        let mut sorted = Self { few: [NodeIndex::new(0); SEEN], many: Vec::new(), len: list.len() };
        match sorted.few.get_mut(..list.len()) {
            Some(few) => {
                few.copy_from_slice(list);
                few.sort_unstable();
            }
            None => {
                sorted.many = list.to_vec();
                sorted.many.sort_unstable();
            }
        }
        sorted
    }

    fn contains(&self, index: NodeIndex) -> bool {
        self.few.get(..self.len).unwrap_or(&self.many).binary_search(&index).is_ok()
    }
}

/// A visitor that writes those visited into `out`, which is not empty, counts them in `found`, and breaks when `out` is full.
#[inline]
pub(crate) fn filling(out: &mut [NodeIndex], found: &mut usize) -> impl FnMut(NodeIndex) -> ControlFlow<()> {
    |index| {
        out[*found] = index;
        *found += 1;
        if *found == out.len() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Up to 32 members already visited, kept on the stack.
///
/// ```
/// use annulus_core::{NodeIndex, order::Seen};
/// let mut seen = Seen::new();
/// assert!(seen.insert(NodeIndex::new(3)));
/// assert!(!seen.insert(NodeIndex::new(3)));
/// ```
#[derive(Clone, Debug)]
pub struct Seen {
    nodes: [NodeIndex; SEEN],
    len: usize,
}

impl Seen {
    /// An empty list.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Self { nodes: [NodeIndex::new(0); SEEN], len: 0 }
    }

    /// Notes `index` and says whether it was new. A full list takes no more: check [`is_full`](Self::is_full) first.
    #[inline]
    pub fn insert(&mut self, index: NodeIndex) -> bool {
        let new = !self.as_slice().contains(&index);
        if new && self.len < SEEN {
            self.nodes[self.len] = index;
            self.len += 1;
        }
        new
    }

    /// Whether it can take no more.
    #[inline]
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.len == SEEN
    }

    /// Those noted, in order.
    #[inline]
    #[must_use]
    pub fn as_slice(&self) -> &[NodeIndex] {
        &self.nodes[..self.len]
    }
}

impl Default for Seen {
    fn default() -> Self {
        Self::new()
    }
}

/// Members visited already, any number of them: up to 32 on the stack, more in a bit each, which is allocated once.
///
/// ```
/// use annulus_core::{NodeIndex, order::Visited};
/// let mut visited = Visited::new(2);
/// assert!(visited.insert(NodeIndex::new(1)) && !visited.insert(NodeIndex::new(1)));
/// assert!(visited.insert(NodeIndex::new(0)) && visited.is_all());
/// ```
#[derive(Clone, Debug)]
pub struct Visited {
    first: Seen,
    bits: Vec<u64>,
    left: usize,
    members: usize,
}

impl Visited {
    /// Nobody yet, of `members` members.
    #[inline]
    #[must_use]
    pub const fn new(members: usize) -> Self {
        Self { first: Seen::new(), bits: Vec::new(), left: members, members }
    }

    /// Notes `index` and says whether it was new. An index past the members is not noted.
    #[inline]
    pub fn insert(&mut self, index: NodeIndex) -> bool {
        if index.as_usize() >= self.members {
            return false;
        }
        let new = match self.bits.is_empty() {
            true if self.first.is_full() => !self.first.as_slice().contains(&index) && self.spread(index),
            true => self.first.insert(index),
            false => self.set(index),
        };
        self.left = self.left.saturating_sub(usize::from(new));
        new
    }

    /// How many were noted.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.members - self.left
    }

    /// Whether nobody was noted.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.left == self.members
    }

    /// Whether `index` was noted.
    #[inline]
    #[must_use]
    pub fn contains(&self, index: NodeIndex) -> bool {
        match self.bits.get(index.as_usize() / 64) {
            Some(word) => word >> (index.as_usize() % 64) & 1 == 1,
            None => self.first.as_slice().contains(&index),
        }
    }

    /// Whether every member was noted.
    #[inline]
    #[must_use]
    pub const fn is_all(&self) -> bool {
        self.left == 0
    }

    /// Goes over from the list to bits, with one more.
    #[cold]
    fn spread(&mut self, index: NodeIndex) -> bool {
        self.bits.resize(self.members.div_ceil(64), 0);
        for at in 0..self.first.as_slice().len() {
            self.set(self.first.as_slice()[at]);
        }
        self.set(index)
    }

    #[inline]
    fn set(&mut self, index: NodeIndex) -> bool {
        let (word, bit) = (index.as_usize() / 64, 1 << (index.as_usize() % 64));
        let new = self.bits[word] & bit == 0;
        self.bits[word] |= bit;
        new
    }
}
