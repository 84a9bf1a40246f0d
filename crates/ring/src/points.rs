//! The positions of a consumer's points.

use alloc::vec::Vec;
use core::{fmt, ops::RangeInclusive};

use annulus_core::{Census, NodeIndex, Nodes, Weight, mix};

/// A point in full: its 64-bit position and its owner.
pub(crate) type Spelt = (u64, NodeIndex);

/// The parameters by which points follow from a seed and a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Points {
    /// The number of points …
    pub(crate) points: u32,
    /// … per this many units of weight.
    pub(crate) unit: u32,
    /// The bits of a point that count: all of them, except in tests that force points to collide.
    pub(crate) mask: u64,
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "points={}", self.points)?;
        if self.unit == 1 { Ok(()) } else { write!(f, "/{}", self.unit) }
    }
}

impl Points {
    /// The number of points of a consumer of this weight: `points·weight/unit`, halves rounded up. It depends on no other
    /// consumer.
    #[inline]
    pub(crate) fn count(&self, weight: Weight) -> u64 {
        // Below 2⁶⁴: the product is at most (2³² − 1)² and half a unit is below 2³¹.
        (u64::from(self.points) * u64::from(weight.get()) + u64::from(self.unit / 2)) / u64::from(self.unit)
    }

    /// The least weight that gets a point.
    pub(crate) fn least_weight(&self) -> u64 {
        (u64::from(self.unit) - u64::from(self.unit / 2)).div_ceil(u64::from(self.points))
    }

    /// The `i`-th point of a seed.
    #[inline]
    pub(crate) const fn point(&self, seed: u64, i: u64) -> u64 {
        mix(seed, i) & self.mask
    }

    /// All points of a consumer of this seed and weight, unsorted.
    #[inline]
    pub(crate) fn of(self, seed: u64, weight: Weight) -> impl Iterator<Item = u64> {
        (0..self.count(weight)).map(move |i| self.point(seed, i))
    }

    /// All points of the consumer at `index`.
    #[inline]
    pub(crate) fn of_node(self, nodes: &Nodes, index: NodeIndex) -> impl Iterator<Item = u64> {
        self.of(nodes.seed(index), nodes.weight(index))
    }

    /// Appends the points of the consumer at `index` that lie in the stretch `here`.
    pub(crate) fn push_within(&self, nodes: &Nodes, index: NodeIndex, here: &RangeInclusive<u64>, spelt: &mut Vec<Spelt>) {
        // One comparison per point: a build spends its time in these passes.
        let (first, past_first) = (*here.start(), here.end() - here.start());
        for point in self.of_node(nodes, index) {
            if point.wrapping_sub(first) <= past_first {
                spelt.push((point, index));
            }
        }
    }

    /// The number of points of the whole ring. O(1) if the unit of weight is one, else O(D) for D different weights.
    pub(crate) fn total(&self, census: &Census) -> u64 {
        if self.unit == 1 {
            return u64::from(self.points).saturating_mul(census.total_weight());
        }
        // Each consumer's points are rounded, not their sum.
        let all_of = |(weight, count)| self.count(weight).saturating_mul(u64::from(count));
        census.weight_counts().map(all_of).fold(0, u64::saturating_add)
    }
}
