//! Rendezvous hashing as a kernel.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use annulus_core::{DependsOn, Gone, Kernel, NodeIndex, Nodes, Properties, Weight, lanes::Level, order};

use crate::{
    cost::cost,
    draw::{Query, premix},
    scan::{Plain, Weighted},
};

/// Rendezvous hashing: every consumer draws for the key, and the greatest draw, divided by weight, wins.
///
/// It has no parameters. It keeps consumers in the order of their seeds, so ties never depend on arrival: 12 bytes each, 16 when
/// there are weights.
#[derive(Clone, Debug, Default)]
pub struct RendezvousKernel {
    s: Vec<u32>,
    t: Vec<u32>,
    index: Vec<NodeIndex>,
    /// Empty while all weights are one: the plain draw then decides alike.
    weights: Vec<Weight>,
    level: Level,
}

impl RendezvousKernel {
    /// The algorithm; it has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The position of the winner.
    #[inline]
    fn winner(&self, query: Query) -> usize {
        let Self { s, t, weights, level, .. } = self;
        if weights.is_empty() { level.run(Plain { query, s, t }) } else { level.run(Weighted { query, s, t, weights }) }
    }

    /// The position of a seed that is here, or where it would go.
    fn position_of(&self, nodes: &Nodes, seed: u64) -> usize {
        self.index.partition_point(|&index| nodes.seed(index) < seed)
    }

    fn weight_at(&self, position: usize) -> u64 {
        self.weights.get(position).map_or(1, |weight| u64::from(weight.get()))
    }

    /// Takes all weights anew: none while every weight is one.
    fn refresh_weights(&mut self, nodes: &Nodes) {
        self.weights.clear();
        if !nodes.is_unweighted() {
            self.weights.extend(self.index.iter().map(|&index| nodes.weight(index)));
        }
    }
}

impl Kernel for RendezvousKernel {
    const PROPERTIES: Properties = Properties::new("rendezvous", DependsOn::Set)
        .minimal_on_addition()
        .minimal_on_any_removal()
        .minimal_on_reweighting()
        .uniform();

    fn rebuild(&mut self, nodes: &Nodes) {
        self.index.clear();
        self.index.extend(nodes.indices());
        self.index.sort_unstable_by_key(|&index| nodes.seed(index));
        let halves = self.index.iter().map(|&index| premix(nodes.seed(index)));
        (self.s, self.t) = halves.unzip();
        self.refresh_weights(nodes);
    }

    #[inline]
    fn lookup(&self, _: &Nodes, digest: u64) -> NodeIndex {
        self.index[self.winner(Query::new(digest))]
    }

    /// By falling draw, or by rising cost for the weight: skipping a consumer equals removing it.
    fn walk(&self, _: &Nodes, digest: u64, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let query = Query::new(digest);
        let draw = |position: usize| query.draw(self.s[position], self.t[position]);
        let mut visit = |position: usize| visit(self.index[position]);
        let _ = if self.weights.is_empty() {
            let rank = |position| Some((draw(position), position));
            order::by_rank(self.index.len(), rank, |a, b| (a.0, b.1) > (b.0, a.1), &mut visit)
        } else {
            let rank = |position| Some((cost(draw(position)), self.weight_at(position), position));
            let before = |a: &(u64, u64, usize), b: &(u64, u64, usize)| {
                (u128::from(a.0) * u128::from(b.1), a.2) < (u128::from(b.0) * u128::from(a.1), b.2)
            };
            order::by_rank(self.index.len(), rank, before, &mut visit)
        };
    }

    fn inserted(&mut self, nodes: &Nodes) {
        let Some(index) = nodes.indices().next_back() else { return };
        let position = self.position_of(nodes, nodes.seed(index));
        let (s, t) = premix(nodes.seed(index));
        self.s.insert(position, s);
        self.t.insert(position, t);
        self.index.insert(position, index);
        if self.weights.is_empty() || nodes.is_unweighted() {
            self.refresh_weights(nodes);
        } else {
            self.weights.insert(position, nodes.weight(index));
        }
    }

    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        let last = NodeIndex::from_usize(nodes.len()).unwrap_or_default();
        // The index that stood for the removed seed, and that of the moved last, are found by what still names them.
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
        self.s.remove(position);
        self.t.remove(position);
        self.index.remove(position);
        if nodes.is_unweighted() {
            self.weights.clear();
        } else {
            self.weights.remove(position);
        }
    }

    fn reweighted(&mut self, nodes: &Nodes, _: NodeIndex, _: Weight) {
        self.refresh_weights(nodes);
    }

    fn heap_bytes(&self, nodes: &Nodes) -> u64 {
        nodes.len() as u64 * if nodes.is_unweighted() { 12 } else { 16 }
    }
}
