//! Preference orders: every member once, owner first, without allocating.

use core::ops::ControlFlow;

use crate::{NodeIndex, Nodes, mix64};

/// How many members one pass finds.
const PASS: usize = 8;

/// How many members a [`Seen`] holds.
const SEEN: usize = 32;

/// Visits positions `0..count` by falling rank, eight found in each pass over all of them, until the visitor breaks.
///
/// `before(a, b)` says that rank `a` comes earlier than `b`; it must be a strict total order in which no two positions tie.
/// Positions whose `rank` is `None` are left out. Cost: ⌈visited/8⌉ passes.
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
    mut visit: impl FnMut(usize) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut last: Option<R> = None;
    loop {
        let mut best: [Option<(R, usize)>; PASS] = [None; PASS];
        for position in 0..count {
            let Some(rank) = rank(position) else { continue };
            if last.is_none_or(|last| before(&last, &rank)) {
                insert(&mut best, (rank, position), &before);
            }
        }
        for (rank, position) in best.iter().flatten() {
            visit(*position)?;
            last = Some(*rank);
        }
        if best[PASS - 1].is_none() {
            return ControlFlow::Continue(());
        }
    }
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

/// Visits every member that is not among `seen` by falling rendezvous score, until the visitor breaks.
///
/// The tail of every preference order that has no better one. Cost: a pass over all members for each eight visited.
///
/// # Errors
/// `Break` where the visitor broke.
pub fn others(
    nodes: &Nodes,
    digest: u64,
    seen: &[NodeIndex],
    mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let seeds = nodes.seeds();
    let digest = mix64(digest);
    let index = |position| NodeIndex::from_usize(position).unwrap_or_default();
    by_rank(
        seeds.len(),
        |position| (!seen.contains(&index(position))).then(|| (mix64(digest ^ seeds[position]), seeds[position])),
        |a, b| a > b,
        |position| visit(index(position)),
    )
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
