//! The members as an algorithm sees them: seeds and weights, no names.

use alloc::vec::Vec;

use crate::{Census, NodeIndex, Weight};

/// The members as a [`Kernel`](crate::Kernel) sees them: one 64-bit seed and one weight each, in index order.
///
/// Seeds are pairwise distinct and well mixed, so `(anything, seed)` is a total order in which nothing depends on arrival.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nodes {
    seeds: Vec<u64>,
    weights: Vec<Weight>,
    census: Census,
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

    /// How many members there are of each weight.
    #[inline]
    #[must_use]
    pub const fn census(&self) -> &Census {
        &self.census
    }

    /// The sum of all weights. O(1).
    #[inline]
    #[must_use]
    pub const fn total_weight(&self) -> u64 {
        self.census.total_weight()
    }

    /// Whether every weight is one. O(1).
    #[inline]
    #[must_use]
    pub const fn is_unweighted(&self) -> bool {
        self.census.is_unweighted()
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
        self.census.count(weight);
    }

    /// Forgets all past the first `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.seeds.truncate(len);
        for weight in self.weights.split_off(len) {
            self.census.discount(weight);
        }
    }

    /// Takes the one at `index` out; the last moves into the gap.
    pub(crate) fn swap_remove(&mut self, index: NodeIndex) -> Gone {
        let seed = self.seeds.swap_remove(index.as_usize());
        let weight = self.weights.swap_remove(index.as_usize());
        self.census.discount(weight);
        Gone { index, seed, weight }
    }

    /// Takes the one at `index` out; those behind it move up.
    pub(crate) fn shift_remove(&mut self, index: NodeIndex) -> Gone {
        let seed = self.seeds.remove(index.as_usize());
        let weight = self.weights.remove(index.as_usize());
        self.census.discount(weight);
        Gone { index, seed, weight }
    }

    /// The census without the members at `leaving`, each given once.
    pub(crate) fn census_without(&self, leaving: &[NodeIndex]) -> Census {
        let mut left = self.census.clone();
        leaving.iter().for_each(|&index| left.discount(self.weight(index)));
        left
    }

    /// Changes one weight and returns the old one.
    pub(crate) fn set_weight(&mut self, index: NodeIndex, weight: Weight) -> Weight {
        let old = core::mem::replace(&mut self.weights[index.as_usize()], weight);
        self.census.count(weight);
        self.census.discount(old);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mix;

    /// What is kept of the weights is what a count of them tells, after each step of a random history.
    #[test]
    fn weights_are_counted_through_any_history() {
        let mut nodes = Nodes::default();
        for step in 0..20_000 {
            let random = mix(1, step);
            let weight = Weight::new(1 + u32::try_from(random >> 61).unwrap()).unwrap();
            // Fewer than 24 members, now and then none, and mostly of weight one at first.
            let weight = if step < 10_000 && random >> 8 & 3 > 0 { Weight::ONE } else { weight };
            let place = |len: usize| usize::try_from(mix(random, 0) % len as u64).unwrap();
            match random & 7 {
                _ if nodes.len() < 24 && random & 1 == 0 || nodes.is_empty() => nodes.push(random, weight),
                1..=3 => drop(nodes.set_weight(NodeIndex::from_usize(place(nodes.len())).unwrap(), weight)),
                7 if random >> 16 & 7 == 0 => nodes.truncate(place(nodes.len() + 1)),
                _ => drop(nodes.swap_remove(NodeIndex::from_usize(place(nodes.len())).unwrap())),
            }
            let weights = nodes.weights();
            let of = |weight: Weight| u32::try_from(weights.iter().filter(|&&other| other == weight).count()).unwrap();
            assert_eq!(nodes.census(), &weights.iter().copied().collect::<Census>());
            assert_eq!(nodes.total_weight(), weights.iter().map(|weight| u64::from(weight.get())).sum::<u64>());
            assert_eq!(nodes.is_unweighted(), weights.iter().all(|&weight| weight == Weight::ONE));
            assert_eq!(nodes.census().least_weight(), weights.iter().copied().min());
            assert_eq!(nodes.census().greatest_weight(), weights.iter().copied().max());
            let all = (1..=8).filter_map(Weight::new).map(|weight| (weight, of(weight))).filter(|&(_, count)| count > 0);
            assert!(nodes.census().weight_counts().eq(all), "step {step}");
        }
    }
}
