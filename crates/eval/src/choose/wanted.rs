//! What somebody's system asks of an algorithm.

use std::ops::RangeInclusive;

use annulus_core::Weight;

use super::terms::{Leaves, MovedKey, Routers, Worry};
use crate::stats::{float, whole};

/// The tail of the sets of names: one in a thousand may have a busier node.
pub(crate) const UNLUCKY: f64 = 0.001;

/// Figures that differ by less than this part are ties; of the busiest node, by less than this part of what is allowed beyond 1.
pub(crate) const TIE: f64 = 0.1;

/// What is asked for, complete and checked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wanted {
    /// The number of nodes now and at most.
    pub(crate) nodes: RangeInclusive<usize>,
    /// The weights of the nodes; a longer list repeats them.
    pub(crate) weights: Vec<Weight>,
    pub(crate) leaves: Leaves,
    /// How many nodes join or leave in a month.
    pub(crate) changes: f64,
    pub(crate) moved_key: MovedKey,
    /// The most keys that a change may move, over the least possible.
    pub(crate) moved: f64,
    /// The most keys that a node may have, over its part.
    pub(crate) busiest: f64,
    pub(crate) replicas: u32,
    /// The zones of the nodes; a longer list repeats them. Each copy of a key goes to another one.
    pub(crate) zones: Option<Vec<u32>>,
    pub(crate) routers: Routers,
    /// The most bytes that the algorithm's state may take in a router.
    pub(crate) bytes: u64,
    /// The most nanoseconds that a look-up may take.
    pub(crate) lookup: f64,
    /// How many keys there are.
    pub(crate) keys: Option<u64>,
    /// The exponent by which their popularity falls with their rank.
    pub(crate) skew: Option<f64>,
    pub(crate) worry: Worry,
    /// Where names and victims come from.
    pub(crate) seed: u64,
}

impl Wanted {
    pub(crate) fn from(&self) -> usize {
        *self.nodes.start()
    }

    pub(crate) fn to(&self) -> usize {
        *self.nodes.end()
    }

    /// Whether all nodes weigh the same.
    pub(crate) fn is_equal(&self) -> bool {
        self.weights.iter().all(|weight| *weight == self.weights[0])
    }

    /// The weight of the node at this position.
    pub(crate) fn weight(&self, position: usize) -> Weight {
        self.weights[position % self.weights.len()]
    }

    /// The zone of the node at this position; all are in one where nobody says.
    pub(crate) fn zone(&self, position: usize) -> u32 {
        self.zones.as_ref().map_or(0, |zones| zones[position % zones.len()])
    }

    /// How many zones there are.
    pub(crate) fn zone_count(&self) -> Option<usize> {
        let zones = self.zones.as_ref()?;
        Some(zones.iter().collect::<std::collections::BTreeSet<_>>().len())
    }

    /// The weights of the first `nodes` nodes, each with the number of nodes that have it, and their sum.
    pub(crate) fn groups(&self, nodes: usize) -> (Vec<(Weight, u64)>, u64) {
        let mut groups: std::collections::BTreeMap<Weight, u64> = std::collections::BTreeMap::new();
        let (whole, rest) = (nodes / self.weights.len(), nodes % self.weights.len());
        for (at, weight) in self.weights.iter().enumerate() {
            let count = whole as u64 + u64::from(at < rest);
            if count > 0 {
                *groups.entry(*weight).or_default() += count;
            }
        }
        let total = groups.iter().map(|(weight, count)| u64::from(weight.get()) * count).sum();
        (groups.into_iter().collect(), total)
    }

    /// The least weight.
    pub(crate) fn least_weight(&self) -> u32 {
        self.weights.iter().map(|weight| weight.get()).min().unwrap_or(1)
    }

    /// The numbers of nodes at which states are built. Small states are built for more of them.
    pub(crate) fn built(&self, are_small: bool) -> Vec<usize> {
        self.some(if are_small { 100 } else { 9 })
    }

    /// The numbers of nodes of which figures are told.
    pub(crate) fn told(&self) -> Vec<usize> {
        self.some(500)
    }

    /// All numbers of nodes, or `most` of them between the ends, each the same multiple of the one before.
    fn some(&self, most: u32) -> Vec<usize> {
        let (from, to) = (self.from(), self.to());
        if to - from < most as usize {
            return self.nodes.clone().collect();
        }
        let step = (float(to) / float(from)).powf(1.0 / f64::from(most - 1));
        let size = |at: u32| usize::try_from(whole((float(from) * step.powf(f64::from(at))).round())).unwrap_or(to).min(to);
        let mut sizes: Vec<usize> = (0..most).map(size).chain([to]).collect();
        sizes.dedup();
        sizes
    }
}

/// Equal nodes and usual answers, for tests.
#[cfg(test)]
pub(crate) fn example(nodes: RangeInclusive<usize>, busiest: f64) -> Wanted {
    Wanted {
        nodes,
        weights: vec![Weight::ONE],
        leaves: Leaves::Any,
        changes: 1.0,
        moved_key: MovedKey::Miss,
        moved: 1.5,
        busiest,
        replicas: 1,
        zones: None,
        routers: Routers::List,
        bytes: 1_000_000,
        lookup: 1_000.0,
        keys: None,
        skew: None,
        worry: Worry::Moved,
        seed: 1,
    }
}
