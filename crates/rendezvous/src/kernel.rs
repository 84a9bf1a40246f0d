//! Rendezvous hashing as a kernel.

use core::ops::ControlFlow;

use annulus_core::{Census, DependsOn, Digest, Gone, Kernel, NodeIndex, Nodes, Properties, Weight, cost::cost, order};
use annulus_lanes::Level;

use crate::{
    draw::Query,
    first::{self, First},
    first_of_many::FirstOfMany,
    first_weighted::{LeastFew, Priced, is_before},
    key::PLACES,
    many::OfMany,
    owner::{Find, Owners, SOME, find},
    plain::WIDTH,
    state::{Slices, State},
    weighted::{ByWeight, ByWeightOfMany},
};

/// Rendezvous hashing: every consumer draws a number for the key, and the greatest draw wins. With weights, the least
/// −log₂(draw)/weight wins.
///
/// It has no parameters. It keeps consumers in the order of their seeds, so ties never depend on arrival. It takes 12 bytes a
/// consumer, 16 with weights.
#[derive(Clone, Debug)]
pub struct RendezvousKernel {
    state: State,
    find: Find,
}

impl Default for RendezvousKernel {
    fn default() -> Self {
        Self::with_level(Level::detect())
    }
}

/// The most consumers of a preference order that one pass finds. For more, or with weights, the walk is used.
const FIRST: usize = 8;

/// The most changes of one call that are made one by one. Each shifts the columns, and a rebuild costs as much as a hundred
/// shifts.
const STEPS: usize = 100;

impl RendezvousKernel {
    /// The algorithm; it has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The algorithm on the vectors of `level` instead of the widest available, to measure what wider vectors gain.
    ///
    /// Answers are the same at every level.
    ///
    /// ```
    /// use annulus_lanes::Level;
    /// use annulus_rendezvous::{ByDigest, Cluster, Digest, Rendezvous, RendezvousKernel};
    ///
    /// let mut widest = Rendezvous::<()>::new();
    /// let mut narrowest = Cluster::<_, ()>::with_kernel(RendezvousKernel::with_level(Level::PORTABLE));
    /// for name in ["cache-1", "cache-2", "cache-3"] {
    ///     widest.add_consumer(name, ())?;
    ///     narrowest.add_consumer(name, ())?;
    /// }
    /// assert!((0..1_000).map(Digest::of_id).all(|digest| narrowest.locate(digest) == widest.locate(digest)));
    /// # Ok::<(), annulus_rendezvous::ChangeError>(())
    /// ```
    #[must_use]
    pub fn with_level(level: Level) -> Self {
        Self { state: State::new(level), find: find(level, 0) }
    }

    /// The level for this many consumers. Up to sixteen do not fill the widest vectors.
    #[inline(always)]
    fn level(&self) -> Level {
        if self.state.len() <= WIDTH { self.state.level.narrow() } else { self.state.level }
    }

    /// Decides where look-ups go, after a change.
    fn settle(&mut self) {
        let (len, level) = (self.state.len(), self.state.level);
        self.find = match (self.state.is_weighted(), len <= SOME) {
            (false, true) => find(self.level(), len),
            (false, false) => level.bind::<OfMany, _, _, _>(),
            (true, true) => level.bind::<ByWeight, _, _, _>(),
            (true, false) => level.bind::<ByWeightOfMany, _, _, _>(),
        };
    }

    /// Fills `out`, at most [`FIRST`] long, with the first consumers of the preference order. Returns their number; 0 if a pass cannot
    /// tell them.
    #[inline]
    fn first_few(&self, nodes: &Nodes, digest: Digest, out: &mut [NodeIndex]) -> usize {
        match (self.state.is_weighted(), out.len() <= 3) {
            (true, true) => self.first_by_weight::<3>(nodes, digest, out),
            (true, false) => self.first_by_weight::<FIRST>(nodes, digest, out),
            (false, true) => self.first::<3>(digest, out),
            (false, false) => self.first::<FIRST>(digest, out),
        }
    }

    /// The first consumers, as many as `out` has room for, where a pass over equal ones does not find them. Out of line, so that those
    /// save no registers for it.
    #[inline(never)]
    fn lookup_others(&self, nodes: &Nodes, digest: Digest, out: &mut [NodeIndex]) -> usize {
        let mut found = if out.len() <= FIRST { self.first_few(nodes, digest, out) } else { 0 };
        if found == 0 {
            self.walk(nodes, digest, |index| {
                out[found] = index;
                found += 1;
                if found == out.len() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
        }
        found
    }

    /// Fills `out`, at most `K` long, with the first consumers of the preference order, for equal weights. Returns their number.
    #[inline(never)]
    fn first<const K: usize>(&self, digest: Digest, out: &mut [NodeIndex]) -> usize {
        let state = &self.state;
        if state.len() <= SOME && state.len() <= first::ROWS * state.level.lanes() {
            self.level().run_on_vectors(First::<K> { state, digest, out })
        } else {
            state.level.run_on_vectors(FirstOfMany::<K> { state, digest, out })
        }
    }

    /// The same for unequal weights, from one pass. 0 if it cannot tell.
    #[inline]
    fn first_by_weight<const K: usize>(&self, nodes: &Nodes, digest: Digest, out: &mut [NodeIndex]) -> usize {
        let (state, query) = (&self.state, Query::new(digest));
        let Slices { s, t, .. } = state.as_slices();
        let (len, found) = (state.len(), out.len().min(state.len()));
        let price = |position: usize| {
            let weight = nodes.weight(state.consumer(position)).get();
            (cost(query.draw(s[position], t[position])), u64::from(weight), position)
        };
        let (mut priced, mut bound) = (Priced::<K>::new(), f64::INFINITY);
        // The last of more than half of them are far from the greatest draw, where estimates are too rough to be of use.
        if len < 2 * found {
            (0..len).for_each(|position| priced.offer(price(position)));
        } else {
            for from in (0..len).step_by(PLACES) {
                let block = from..len.min(from + PLACES);
                let wanted = found.min(block.len());
                let (positions, rest) = self.state.level.run_on_vectors(LeastFew::<K> { state, digest, block, wanted });
                positions.into_iter().take(wanted).for_each(|position| priced.offer(price(position)));
                bound = bound.min(rest);
            }
        }
        if !priced.are_below(found, bound) {
            return 0;
        }
        for (out, position) in out.iter_mut().zip(priced.positions()).take(found) {
            *out = state.consumer(position);
        }
        found
    }
}

impl Kernel for RendezvousKernel {
    const PROPERTIES: Properties = Properties::new("rendezvous", DependsOn::Set)
        .minimal_on_addition()
        .minimal_on_any_removal()
        .minimal_on_reweighting()
        .scale_free()
        .uniform();

    fn rebuild(&mut self, nodes: &Nodes) {
        self.state.rebuild(nodes);
        self.settle();
    }

    #[inline]
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        self.find.call(&self.state, nodes, digest)
    }

    /// Visits consumers by falling draw, or by rising cost divided by weight. Skipping a consumer equals removing it.
    ///
    /// A visitor that takes the owner costs a look-up, one that takes one of the first few a pass more.
    fn walk(&self, nodes: &Nodes, digest: Digest, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let mut first = [self.lookup(nodes, digest); FIRST];
        if visit(first[0]).is_break() {
            return;
        }
        // The owner alone, if a pass cannot tell the others.
        let found = self.first_few(nodes, digest, &mut first).max(1);
        let seen = &first[..found];
        if seen[1..].iter().any(|&index| visit(index).is_break()) || found == self.state.len() {
            return;
        }
        let (query, Slices { index, s, t }) = (Query::new(digest), self.state.as_slices());
        let is_left = |position: usize| !seen.contains(&NodeIndex::new(index[position]));
        let draw = |position: usize| query.draw(s[position], t[position]);
        let visit = |position: usize| visit(NodeIndex::new(index[position]));
        let _ = if self.state.is_weighted() {
            let weight = |position: usize| u64::from(nodes.weight(NodeIndex::new(index[position])).get());
            let rank = |position| is_left(position).then(|| (cost(draw(position)), weight(position), position));
            order::by_rank_after(found, index.len(), rank, is_before, visit)
        } else {
            let rank = |position| is_left(position).then(|| (draw(position), position));
            order::by_rank_after(found, index.len(), rank, |a, b| (a.0, b.1) > (b.0, a.1), visit)
        };
    }

    #[inline]
    fn lookup_n(&self, nodes: &Nodes, digest: Digest, out: &mut [NodeIndex]) -> usize {
        match out {
            [] => 0,
            [only] => {
                *only = self.lookup(nodes, digest);
                1
            }
            _ if out.len() > FIRST || self.state.is_weighted() => self.lookup_others(nodes, digest, out),
            // Three, the usual number, take less work to keep in order than eight.
            [_, _] | [_, _, _] => self.first::<3>(digest, out),
            _ => self.first::<FIRST>(digest, out),
        }
    }

    fn lookup_batch(&self, nodes: &Nodes, digests: &[Digest], out: &mut [NodeIndex]) {
        let state = &self.state;
        if !state.is_weighted() && state.len() <= SOME {
            return self.level().run_on_vectors(Owners { state, digests, out });
        }
        for (slot, &digest) in out.iter_mut().zip(digests) {
            *slot = self.lookup(nodes, digest);
        }
    }

    fn added(&mut self, nodes: &Nodes, index: NodeIndex) {
        if index.as_usize() + 1 < nodes.len() {
            return self.rebuild(nodes);
        }
        self.state.insert(nodes, index);
        self.settle();
    }

    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        let last = NodeIndex::from_usize(nodes.len()).unwrap_or_default();
        self.state.remove(nodes, gone.index, gone.seed, last);
        self.settle();
    }

    fn reweighted(&mut self, nodes: &Nodes, index: NodeIndex, _: Weight) {
        self.state.reweigh(nodes, index);
        self.settle();
    }

    fn steps(&self, nodes: &Nodes) -> usize {
        STEPS.min(nodes.len() / 8)
    }

    /// The order of seeds, while it is sorted.
    fn scratch_bytes(&self, census: &Census) -> u64 {
        4 * census.len() as u64
    }

    fn heap_bytes(&self, census: &Census) -> u64 {
        State::heap_bytes(census.len(), !census.is_unweighted())
    }
}
