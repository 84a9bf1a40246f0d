//! Rendezvous hashing as a kernel.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use annulus_core::{Census, DependsOn, Digest, Gone, Kernel, NodeIndex, Nodes, Properties, Weight, cost::cost, order};
use annulus_lanes::{Column, Level};

use crate::{
    draw::{Query, premix},
    first::{FEW, First, FirstOfFew},
    scan::{Plain, WIDTH, Weighted},
};

/// Rendezvous hashing: every consumer draws a number for the key, and the greatest draw wins. With weights, the least
/// −log₂(draw)/weight wins.
///
/// It has no parameters. It keeps consumers in the order of their seeds, so ties never depend on arrival. It takes 12 bytes a
/// consumer, 16 with weights.
#[derive(Clone, Debug, Default)]
pub struct RendezvousKernel {
    /// The consumer at each position, in the order of seeds.
    index: Vec<NodeIndex>,
    /// The premixed halves of the seeds. Padding repeats the last consumer and never wins, because ties go to the lower position.
    s: Column<u32>,
    t: Column<u32>,
    /// One over each weight, approximately. Empty while all weights are one, because the plain draw then gives the same winner.
    inverse: Column<f32>,
    level: Level,
}

/// The most consumers of a preference order that one pass finds. For more, or with weights, the walk is used.
const FIRST: usize = 8;

/// The most changes of one call that are made one by one. Each shifts the columns, and a rebuild costs as much as a hundred
/// shifts.
const STEPS: usize = 100;

/// One over a weight, approximately.
#[expect(clippy::cast_precision_loss, reason = "an estimate, with slack where it is used")]
fn inverse(weight: Weight) -> f32 {
    1.0 / weight.get() as f32
}

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
        Self { level, ..Self::default() }
    }

    /// The position of the winner.
    #[inline]
    fn winner(&self, nodes: &Nodes, query: Query) -> usize {
        let Self { index, inverse, level, .. } = self;
        let (s, t) = (self.s.filled(), self.t.filled());
        if inverse.is_empty() {
            // Too few to fill the widest vectors.
            let level = if s.len() <= WIDTH { level.without_masks() } else { *level };
            return level.run_on_vectors(Plain { query, s, t });
        }
        // A padding position stands for the last consumer.
        let weight = |position: usize| u64::from(nodes.weight(index[position.min(index.len() - 1)]).get());
        level.run(Weighted { query, s, t, inverse: inverse.filled(), weight }).min(index.len() - 1)
    }

    /// Fills `out`, at most `K` long, with the first consumers of the preference order, for equal weights. Returns their number.
    #[inline]
    fn first<const K: usize>(&self, digest: Digest, out: &mut [NodeIndex]) -> usize {
        let Self { index, level, .. } = self;
        let (s, t) = (self.s.filled(), self.t.filled());
        // As in `winner`.
        let level = if s.len() <= WIDTH { level.without_masks() } else { *level };
        let query = Query::new(digest);
        let first = First::<K> { query, s, t, len: index.len(), wanted: out.len() };
        let first = if index.len() <= FEW { level.run_on_vectors(FirstOfFew(first)) } else { level.run_on_vectors(first) };
        let found = out.len().min(index.len());
        for (out, position) in out.iter_mut().zip(first).take(found) {
            *out = index[position];
        }
        found
    }

    /// The position of a seed, or where it would be inserted.
    fn position_of(&self, nodes: &Nodes, seed: u64) -> usize {
        self.index.partition_point(|&index| nodes.seed(index) < seed)
    }

    /// Recomputes the inverse weights. There are none while every weight is one.
    fn refresh_weights(&mut self, nodes: &Nodes) {
        if nodes.is_unweighted() {
            self.inverse.clear();
        } else {
            self.inverse.refill(self.index.iter().map(|&index| inverse(nodes.weight(index))));
        }
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
        self.index.clear();
        self.index.reserve_exact(nodes.len());
        self.index.extend(nodes.indices());
        self.index.shrink_to_fit();
        self.index.sort_unstable_by_key(|&index| nodes.seed(index));
        self.s.refill(self.index.iter().map(|&index| premix(nodes.seed(index)).0));
        self.t.refill(self.index.iter().map(|&index| premix(nodes.seed(index)).1));
        self.refresh_weights(nodes);
    }

    #[inline]
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        self.index[self.winner(nodes, Query::new(digest))]
    }

    /// Visits consumers by falling draw, or by rising cost divided by weight. Skipping a consumer equals removing it.
    fn walk(&self, nodes: &Nodes, digest: Digest, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let query = Query::new(digest);
        let (s, t) = (self.s.as_slice(), self.t.as_slice());
        let draw = |position: usize| query.draw(s[position], t[position]);
        let mut visit = |position: usize| visit(self.index[position]);
        let _ = if self.inverse.is_empty() {
            let rank = |position| Some((draw(position), position));
            order::by_rank(self.index.len(), rank, |a, b| (a.0, b.1) > (b.0, a.1), &mut visit)
        } else {
            let rank = |position| Some((cost(draw(position)), u64::from(nodes.weight(self.index[position]).get()), position));
            let before = |a: &(u64, u64, usize), b: &(u64, u64, usize)| {
                (u128::from(a.0) * u128::from(b.1), a.2) < (u128::from(b.0) * u128::from(a.1), b.2)
            };
            order::by_rank(self.index.len(), rank, before, &mut visit)
        };
    }

    fn lookup_n(&self, nodes: &Nodes, digest: Digest, out: &mut [NodeIndex]) -> usize {
        match out {
            [] => return 0,
            [only] => {
                *only = self.lookup(nodes, digest);
                return 1;
            }
            // Three, the usual number, take less work to keep in order than eight.
            [_, _] | [_, _, _] if self.inverse.is_empty() => return self.first::<3>(digest, out),
            _ if self.inverse.is_empty() && out.len() <= FIRST => return self.first::<FIRST>(digest, out),
            _ => {}
        }
        let mut found = 0;
        self.walk(nodes, digest, |index| {
            out[found] = index;
            found += 1;
            if found == out.len() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        found
    }

    fn added(&mut self, nodes: &Nodes, index: NodeIndex) {
        if index.as_usize() + 1 < nodes.len() {
            return self.rebuild(nodes);
        }
        let position = self.position_of(nodes, nodes.seed(index));
        let (s, t) = premix(nodes.seed(index));
        // Exact, not doubling: shifting the columns costs as much as a reallocation anyway.
        self.index.reserve_exact(1);
        self.index.insert(position, index);
        self.s.insert(position, s);
        self.t.insert(position, t);
        if self.inverse.is_empty() {
            self.refresh_weights(nodes);
        } else {
            self.inverse.insert(position, inverse(nodes.weight(index)));
        }
    }

    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        let last = NodeIndex::from_usize(nodes.len()).unwrap_or_default();
        // `index` still has the old indices of the removed consumer and of the last, so map both to their seeds.
        let seed_of = |index: NodeIndex| match index {
            index if index == gone.index => gone.seed,
            index if index == last => nodes.seed(gone.index),
            index => nodes.seed(index),
        };
        let position = self.index.partition_point(|&index| seed_of(index) < gone.seed);
        if last != gone.index {
            let moved = self.index.partition_point(|&index| seed_of(index) < nodes.seed(gone.index));
            self.index[moved] = gone.index;
        }
        self.index.remove(position);
        self.index.shrink_to_fit();
        self.s.remove(position);
        self.t.remove(position);
        if nodes.is_unweighted() {
            self.inverse.clear();
        } else {
            self.inverse.remove(position);
        }
    }

    fn reweighted(&mut self, nodes: &Nodes, index: NodeIndex, _: Weight) {
        if self.inverse.is_empty() || nodes.is_unweighted() {
            return self.refresh_weights(nodes);
        }
        let position = self.position_of(nodes, nodes.seed(index));
        self.inverse.set(position, inverse(nodes.weight(index)));
    }

    fn steps(&self, nodes: &Nodes) -> usize {
        STEPS.min(nodes.len() / 8)
    }

    fn heap_bytes(&self, census: &Census) -> u64 {
        // Exact: indices, both halves of the seeds, and inverse weights if there are any.
        let columns = if census.is_unweighted() { 2 } else { 3 };
        4 * census.len() as u64 + columns * Column::<u32>::heap_bytes(census.len())
    }
}
