//! The members as an algorithm sees them: seeds and weights, without names.

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
    /// The number of members.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.seeds.len()
    }

    /// Whether there is no member.
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
    /// If `index` is past the end.
    #[inline]
    #[must_use]
    pub fn seed(&self, index: NodeIndex) -> u64 {
        self.seeds[index.as_usize()]
    }

    /// The weight at `index`.
    ///
    /// # Panics
    /// If `index` is past the end.
    #[inline]
    #[must_use]
    pub fn weight(&self, index: NodeIndex) -> Weight {
        self.weights[index.as_usize()]
    }

    /// The number of members of each weight.
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

    /// Appends a member.
    pub(crate) fn push(&mut self, seed: u64, weight: Weight) {
        self.seeds.push(seed);
        self.weights.push(weight);
        self.census.count(weight);
    }

    /// Removes all past the first `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.seeds.truncate(len);
        for weight in self.weights.split_off(len) {
            self.census.discount(weight);
        }
    }

    /// Removes the member at `index`. The last moves into the gap.
    pub(crate) fn swap_remove(&mut self, index: NodeIndex) -> Gone {
        let seed = self.seeds.swap_remove(index.as_usize());
        let weight = self.weights.swap_remove(index.as_usize());
        self.census.discount(weight);
        Gone { index, seed, weight }
    }

    /// Removes the member at `index`. Those behind it move up.
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

/// A member that has just been removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Its former index, which the former last member has now, unless the removed one was the last itself.
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

    /// The census equals a fresh count of the weights after each step of a random history.
    #[test]
    fn weights_are_counted_through_any_history() {
        let mut nodes = Nodes::default();
        for step in 0..20_000 {
            let random = mix(1, step);
            let weight = Weight::new(1 + u32::try_from(random >> 61).unwrap()).unwrap();
            // Fewer than 24 members, sometimes none, and mostly of weight one at first.
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
