//! The state: a column for each number of a consumer.

use alloc::vec::Vec;

use annulus_core::{NodeIndex, Nodes, Weight};
use annulus_lanes::{Columns, Level};

use crate::draw::premix;

/// Consumers in the order of their seeds, so that ties never depend on arrival.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// The consumer at each position, and the premixed halves of its seed.
    consumers: Columns<u32, 3>,
    /// One over its weight, approximately. Empty while all weights are one, because the plain draw then gives the same winner.
    inverse: Columns<f32, 1>,
    /// On which vectors passes over the columns run.
    pub(crate) level: Level,
}

/// What stands in for one over the weight in padding: too much to win.
const NEVER: f32 = 1e20;

/// A slice for each number of the consumers.
#[derive(Clone, Copy)]
pub(crate) struct Slices<'a> {
    pub(crate) index: &'a [u32],
    /// The halves of the seed.
    pub(crate) s: &'a [u32],
    pub(crate) t: &'a [u32],
}

/// One over a weight, approximately.
#[expect(clippy::cast_precision_loss, reason = "an estimate, with slack where it is used")]
fn inverse(weight: Weight) -> f32 {
    1.0 / weight.get() as f32
}

/// The numbers of a consumer.
fn row(nodes: &Nodes, index: NodeIndex) -> [u32; 3] {
    let (s, t) = premix(nodes.seed(index));
    [index.get(), s, t]
}

impl State {
    /// No consumers.
    pub(crate) const fn new(level: Level) -> Self {
        Self { consumers: Columns::new(), inverse: Columns::padded_with(NEVER), level }
    }

    /// The number of consumers.
    #[inline(always)]
    pub(crate) const fn len(&self) -> usize {
        self.consumers.len()
    }

    /// Whether weights differ from one.
    #[inline(always)]
    pub(crate) const fn is_weighted(&self) -> bool {
        !self.inverse.is_empty()
    }

    /// The exact heap bytes for `len` consumers.
    pub(crate) const fn heap_bytes(len: usize, is_weighted: bool) -> u64 {
        let inverse = if is_weighted { Columns::<f32, 1>::heap_bytes(len) } else { 0 };
        Columns::<u32, 3>::heap_bytes(len) + inverse
    }

    /// The numbers of all consumers with padding, which repeats the last.
    #[inline(always)]
    pub(crate) fn filled(&self) -> Slices<'_> {
        let [index, s, t] = self.consumers.filled();
        Slices { index, s, t }
    }

    /// The numbers of all consumers.
    #[inline(always)]
    pub(crate) fn as_slices(&self) -> Slices<'_> {
        let [index, s, t] = self.consumers.as_slices();
        Slices { index, s, t }
    }

    /// One over each weight, approximately, with padding that never wins.
    #[inline(always)]
    pub(crate) fn filled_inverse(&self) -> &[f32] {
        self.inverse.filled()[0]
    }

    /// The consumer at a position.
    #[inline(always)]
    pub(crate) fn consumer(&self, position: usize) -> NodeIndex {
        NodeIndex::new(self.as_slices().index[position])
    }

    /// Replaces everything by all of `nodes`.
    pub(crate) fn rebuild(&mut self, nodes: &Nodes) {
        let mut order: Vec<NodeIndex> = nodes.indices().collect();
        order.sort_unstable_by_key(|&index| nodes.seed(index));
        self.consumers.refill(order.into_iter().map(|index| row(nodes, index)));
        self.refresh_weights(nodes);
    }

    /// Computes the inverse weights again. There are none while every weight is one.
    fn refresh_weights(&mut self, nodes: &Nodes) {
        if nodes.is_unweighted() {
            self.inverse.clear();
        } else {
            let [index, ..] = self.consumers.as_slices();
            self.inverse.refill(index.iter().map(|&index| [inverse(nodes.weight(NodeIndex::new(index)))]));
        }
    }

    /// The position of a seed, or where it would be inserted. `seed_of` gives the seed of a consumer.
    fn position_of(&self, seed: u64, seed_of: impl Fn(NodeIndex) -> u64) -> usize {
        self.as_slices().index.partition_point(|&index| seed_of(NodeIndex::new(index)) < seed)
    }

    /// Inserts a new consumer.
    pub(crate) fn insert(&mut self, nodes: &Nodes, index: NodeIndex) {
        let position = self.position_of(nodes.seed(index), |index| nodes.seed(index));
        self.consumers.insert(position, row(nodes, index));
        if self.is_weighted() {
            self.inverse.insert(position, [inverse(nodes.weight(index))]);
        } else {
            self.refresh_weights(nodes);
        }
    }

    /// Removes the consumer at `gone`, to whose index the `last` was moved.
    pub(crate) fn remove(&mut self, nodes: &Nodes, gone: NodeIndex, seed: u64, last: NodeIndex) {
        // The columns still have the old indices of both.
        let seed_of = |index: NodeIndex| match index {
            index if index == gone => seed,
            index if index == last => nodes.seed(gone),
            index => nodes.seed(index),
        };
        let position = self.position_of(seed, seed_of);
        if last != gone {
            let moved = self.position_of(nodes.seed(gone), seed_of);
            self.consumers.set(0, moved, gone.get());
        }
        self.consumers.remove(position);
        if nodes.is_unweighted() {
            self.inverse.clear();
        } else {
            self.inverse.remove(position);
        }
    }

    /// Sets the weight of a consumer.
    pub(crate) fn reweigh(&mut self, nodes: &Nodes, index: NodeIndex) {
        if !self.is_weighted() || nodes.is_unweighted() {
            return self.refresh_weights(nodes);
        }
        let position = self.position_of(nodes.seed(index), |index| nodes.seed(index));
        self.inverse.set(0, position, inverse(nodes.weight(index)));
    }

    /// Consumers with the given numbers, a row for each, for tests.
    #[cfg(test)]
    pub(crate) fn of(rows: &[[u32; 3]], weights: &[u32]) -> Self {
        let mut state = Self::new(Level::detect());
        state.consumers.refill(rows.iter().copied());
        let weights = weights.iter().map(|&weight| [inverse(Weight::new(weight).expect("not zero"))]);
        state.inverse.refill(weights);
        state
    }
}
