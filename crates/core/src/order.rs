//! Preference orders: every member once, owner first. The first 32 allocate nothing.

use alloc::vec::Vec;
use core::{cmp::Ordering, ops::ControlFlow};

use crate::{Digest, NodeIndex, Nodes, cost::cost, mix64};

/// The number of members that one pass finds.
const PASS: usize = 8;

/// The capacity of a [`Seen`], and the number of members visited without allocating.
const SEEN: usize = 32;

/// The number of salted digests looked up before the general order takes over.
const TRIES: u64 = 96;

/// The number of remaining members sorted first, and the factor by which it grows each time after.
const FIRST_SORTED: usize = 64;
const GROWTH: usize = 4;

/// Visits positions `0..count` in the order that `before` gives their ranks, until the visitor breaks.
///
/// `before(a, b)` is true if rank `a` comes earlier than rank `b`: `a > b` visits the greatest rank first, `a < b` the least. It
/// must be a strict total order in which no two positions tie. Positions whose `rank` is `None` are skipped.
///
/// The first 32 take four passes over all positions and allocate nothing. Going further allocates once, for the rest, and sorts
/// it as far as it is visited: O(N log N) in total. If that allocation fails, the visit continues in passes, O(N²).
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
/// `Break` if the visitor broke.
pub fn by_rank<R: Copy>(
    count: usize,
    rank: impl Fn(usize) -> Option<R>,
    before: impl Fn(&R, &R) -> bool,
    visit: impl FnMut(usize) -> ControlFlow<()>,
) -> ControlFlow<()> {
    by_rank_after(0, count, rank, before, visit)
}

/// Like [`by_rank`], after `visited` members have been visited already; `rank` must give `None` for them. From 32 visited on, the
/// rest is collected and sorted, and `rank` is called once per position.
///
/// # Errors
/// `Break` if the visitor broke.
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

/// Visits all in order. Sorts only those visited, or a few times as many.
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

/// Inserts `new` in order among the best so far, dropping the last if the list is full.
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

/// Visits every member that is not in `seen`, in the order of a weighted rendezvous, until the visitor breaks.
///
/// For algorithms without an order of their own. Costs as [`by_rank_after`] with `seen` already visited.
///
/// # Errors
/// `Break` if the visitor broke.
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

/// Whether `one` has the lower cost divided by weight. Ties go to the greater seed. Exact, in 128 bits.
fn costs_less(one: &(u64, u32, u64), other: &(u64, u32, u64)) -> bool {
    (u128::from(one.0) * u128::from(other.1), other.2) < (u128::from(other.0) * u128::from(one.1), one.2)
}

const fn high_half(word: u64) -> u32 {
    (word >> 32) as u32
}

/// Visits the owner of `digest`, then the owners of its salted forms [`salted(1)`](Digest::salted), `salted(2)` and so on, each
/// once, until the visitor breaks. After 96 digests or 32 members, visits all others as [`others`] does.
///
/// If owners are even, each position found by these digests is even too. With weights, further positions are drawn among those
/// left, so light members get somewhat more of them.
///
/// # Errors
/// `Break` if the visitor broke.
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

/// A sorted list to search, on the stack if it is no longer than a [`Seen`].
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

/// A visitor that writes indices to `out`, which is not empty, counts them in `found`, and breaks when `out` is full.
#[inline]
pub(crate) fn filling(out: &mut [NodeIndex], found: &mut usize) -> impl FnMut(NodeIndex) -> ControlFlow<()> {
    |index| {
        out[*found] = index;
        *found += 1;
        if *found == out.len() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// A set of up to 32 visited members, on the stack.
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
    /// An empty set.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Self { nodes: [NodeIndex::new(0); SEEN], len: 0 }
    }

    /// Adds `index` and returns whether it was new. A full set takes no more: check [`is_full`](Self::is_full) first.
    #[inline]
    pub fn insert(&mut self, index: NodeIndex) -> bool {
        let new = !self.as_slice().contains(&index);
        if new && self.len < SEEN {
            self.nodes[self.len] = index;
            self.len += 1;
        }
        new
    }

    /// Whether the set is full.
    #[inline]
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.len == SEEN
    }

    /// The members, in the order added.
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

/// A set of any number of visited members: up to 32 on the stack, more in one bit per member, allocated once.
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
    /// An empty set for `members` members.
    #[inline]
    #[must_use]
    pub const fn new(members: usize) -> Self {
        Self { first: Seen::new(), bits: Vec::new(), left: members, members }
    }

    /// Adds `index` and returns whether it was new. An index past the members is ignored.
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

    /// The number of members in the set.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.members - self.left
    }

    /// Whether the set is empty.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.left == self.members
    }

    /// Whether `index` is in the set.
    #[inline]
    #[must_use]
    pub fn contains(&self, index: NodeIndex) -> bool {
        match self.bits.get(index.as_usize() / 64) {
            Some(word) => word >> (index.as_usize() % 64) & 1 == 1,
            None => self.first.as_slice().contains(&index),
        }
    }

    /// Whether every member is in the set.
    #[inline]
    #[must_use]
    pub const fn is_all(&self) -> bool {
        self.left == 0
    }

    /// Switches from the list to bits, and adds one more.
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
