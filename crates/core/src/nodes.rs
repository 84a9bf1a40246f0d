//! The members as an algorithm sees them: seeds and weights, no names.

use alloc::vec::Vec;

use crate::{NodeIndex, Weight};

/// The members as a [`Kernel`](crate::Kernel) sees them: one 64-bit seed and one weight each, in index order.
///
/// Seeds are pairwise distinct and well mixed, so `(anything, seed)` is a total order in which nothing depends on arrival.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nodes {
    seeds: Vec<u64>,
    weights: Vec<Weight>,
    /// How many weights differ from one: tells in O(1) whether the plain form of an algorithm serves.
    uneven: usize,
}

impl Nodes {
    /// How many there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.seeds.len()
    }

    /// Whether there are none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seeds.is_empty()
    }

    /// All seeds, in index order.
    #[inline]
    #[must_use]
    pub fn seeds(&self) -> &[u64] {
        &self.seeds
    }

    /// All weights, in index order.
    #[inline]
    #[must_use]
    pub fn weights(&self) -> &[Weight] {
        &self.weights
    }

    /// The seed at `index`.
    ///
    /// # Panics
    /// Past the end, as a slice does.
    #[inline]
    #[must_use]
    pub fn seed(&self, index: NodeIndex) -> u64 {
        self.seeds[index.as_usize()]
    }

    /// The weight at `index`.
    ///
    /// # Panics
    /// Past the end, as a slice does.
    #[inline]
    #[must_use]
    pub fn weight(&self, index: NodeIndex) -> Weight {
        self.weights[index.as_usize()]
    }

    /// The sum of all weights.
    #[must_use]
    pub fn total_weight(&self) -> u64 {
        self.weights.iter().map(|weight| u64::from(weight.get())).sum()
    }

    /// Whether every weight is one. O(1).
    #[inline]
    #[must_use]
    pub fn is_unweighted(&self) -> bool {
        self.uneven == 0
    }

    /// The indices in order: 0, 1, 2, …
    pub fn indices(&self) -> impl DoubleEndedIterator<Item = NodeIndex> + ExactSizeIterator + use<> {
        // A roster refuses more members than an index can name.
        (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).map(NodeIndex::new)
    }

    /// Takes one more, as the last.
    pub(crate) fn push(&mut self, seed: u64, weight: Weight) {
        self.seeds.push(seed);
        self.weights.push(weight);
        self.uneven += usize::from(weight != Weight::ONE);
    }

    /// Forgets all past the first `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.uneven -= self.weights[len..].iter().filter(|&&weight| weight != Weight::ONE).count();
        self.seeds.truncate(len);
        self.weights.truncate(len);
    }

    /// Takes the one at `index` out; the last moves into the gap.
    pub(crate) fn swap_remove(&mut self, index: NodeIndex) -> Gone {
        let seed = self.seeds.swap_remove(index.as_usize());
        let weight = self.weights.swap_remove(index.as_usize());
        self.uneven -= usize::from(weight != Weight::ONE);
        Gone { index, seed, weight }
    }

    /// What is left without those at `leaving`, which are in order; in whatever order of its own.
    pub(crate) fn without(&self, leaving: &[NodeIndex]) -> Self {
        let mut left = self.clone();
        for &index in leaving.iter().rev() {
            left.swap_remove(index);
        }
        left
    }

    /// Changes one weight and returns the old one.
    pub(crate) fn set_weight(&mut self, index: NodeIndex, weight: Weight) -> Weight {
        let old = core::mem::replace(&mut self.weights[index.as_usize()], weight);
        self.uneven += usize::from(weight != Weight::ONE);
        self.uneven -= usize::from(old != Weight::ONE);
        old
    }
}

/// A member that has just been removed: where it stood, and what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Where it stood. The former last member stands there now, unless the removed one was the last itself.
    pub index: NodeIndex,
    /// Its seed.
    pub seed: u64,
    /// Its weight.
    pub weight: Weight,
}
