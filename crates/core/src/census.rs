//! The number of members of each weight: the only input of a memory prediction.

use alloc::collections::{BTreeMap, btree_map::Entry};

use crate::Weight;

/// The number of members, in total and of each weight.
///
/// A [`Kernel`](crate::Kernel) predicts its memory from this alone, so the size of a membership is known before a name is hashed.
///
/// ```
/// use annulus_core::{Census, Weight};
/// let census: Census = [4, 8, 8].into_iter().filter_map(Weight::new).collect();
/// assert_eq!((census.len(), census.total_weight()), (3, 20));
/// assert_eq!(census.weight_counts().map(|(weight, count)| (weight.get(), count)).collect::<Vec<_>>(), [(4, 1), (8, 2)]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    len: usize,
    total_weight: u64,
    /// A map, so that one change does not cost a pass over all members. 16 bytes per different weight.
    counts: BTreeMap<Weight, u32>,
}

impl Census {
    /// The number of members.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no member.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The sum of all weights. O(1).
    #[inline]
    #[must_use]
    pub const fn total_weight(&self) -> u64 {
        self.total_weight
    }

    /// Whether every weight is one. O(1).
    #[inline]
    #[must_use]
    pub const fn is_unweighted(&self) -> bool {
        // No weight is below one.
        self.total_weight == self.len as u64
    }

    /// The different weights in ascending order, each with the number of members that have it. O(D) for D of them.
    #[must_use]
    pub fn weight_counts(&self) -> impl DoubleEndedIterator<Item = (Weight, u32)> + ExactSizeIterator {
        self.counts.iter().map(|(&weight, &count)| (weight, count))
    }

    /// The least weight, or `None` if there is no member. O(log D) for D different weights.
    #[must_use]
    pub fn least_weight(&self) -> Option<Weight> {
        self.counts.first_key_value().map(|(&weight, _)| weight)
    }

    /// The greatest weight, or `None` if there is no member. O(log D) for D different weights.
    #[must_use]
    pub fn greatest_weight(&self) -> Option<Weight> {
        self.counts.last_key_value().map(|(&weight, _)| weight)
    }

    /// This census with more members.
    pub(crate) fn with(&self, weights: impl Iterator<Item = Weight>) -> Self {
        let mut census = self.clone();
        weights.for_each(|weight| census.count(weight));
        census
    }

    /// Adds a member.
    pub(crate) fn count(&mut self, weight: Weight) {
        self.len += 1;
        *self.counts.entry(weight).or_default() += 1;
        self.total_weight += u64::from(weight.get());
    }

    /// Removes a member of this weight, which was counted before.
    pub(crate) fn discount(&mut self, weight: Weight) {
        self.len -= 1;
        if let Entry::Occupied(mut count) = self.counts.entry(weight) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
        self.total_weight -= u64::from(weight.get());
    }
}

impl FromIterator<Weight> for Census {
    fn from_iter<I: IntoIterator<Item = Weight>>(weights: I) -> Self {
        let mut census = Self::default();
        weights.into_iter().for_each(|weight| census.count(weight));
        census
    }
}
