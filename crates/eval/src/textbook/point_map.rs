//! Points on a circle as a sorted map.

use std::collections::BTreeMap;

use annulus_core::{Digest, mix};

/// Points of all nodes in a `BTreeMap`, each with the position of its node.
#[derive(Clone, Debug, Default)]
pub struct PointMap {
    points: BTreeMap<u64, u32>,
    points_a_node: u64,
}

impl PointMap {
    /// A map of nodes with these seeds and that many points each. Of two equal points, which 64 bits never showed, the
    /// first node's stays.
    #[must_use]
    pub fn new(seeds: &[u64], points_a_node: u64) -> Self {
        let mut map = Self { points: BTreeMap::new(), points_a_node };
        for (node, &seed) in (0..).zip(seeds) {
            map.insert(node, seed);
        }
        map
    }

    /// Adds the points of one node.
    pub fn insert(&mut self, node: u32, seed: u64) {
        for i in 0..self.points_a_node {
            self.points.entry(mix(seed, i)).or_insert(node);
        }
    }

    /// Removes the points of one node.
    pub fn remove(&mut self, node: u32, seed: u64) {
        for i in 0..self.points_a_node {
            if self.points.get(&mix(seed, i)) == Some(&node) {
                self.points.remove(&mix(seed, i));
            }
        }
    }

    /// The owner of the first point at or after `digest`, or else of the first of all; 0 where there are none.
    #[inline]
    #[must_use]
    pub fn lookup(&self, digest: Digest) -> u32 {
        let next = self.points.range(digest.bits()..).next().or_else(|| self.points.first_key_value());
        next.map_or(0, |(_, &node)| node)
    }
}
