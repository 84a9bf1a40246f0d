//! Each consumer's exact share: the total length of the arcs that end at its points.

use alloc::{vec, vec::Vec};

use annulus_core::{Digest, Nodes};

use crate::points::Points;

/// 2⁶⁴, the length of the ring.
const RING: f64 = 18_446_744_073_709_551_616.0;

/// Each consumer's fraction of all digests, in index order. O(T log T) for T points.
#[expect(clippy::cast_precision_loss, reason = "a share is wanted to double precision, not to the last of 2^64 digests")]
pub(crate) fn shares(nodes: &Nodes, points: Points) -> Vec<f64> {
    let mut spelt: Vec<_> = nodes
        .indices()
        .flat_map(|index| points.of_node(nodes, index).map(move |point| (point, nodes.seed(index), index)))
        .collect();
    spelt.sort_unstable();
    let mut arcs = vec![0_u128; nodes.len()];
    let mut before: Option<u64> = None;
    for &(point, _, index) in &spelt {
        // An arc goes from one past the previous point up to and including this one. The first arc starts past the last point.
        arcs[index.as_usize()] += match before {
            Some(before) => u128::from(point - before),
            None => u128::from(point) + 1 + u128::from(u64::MAX - spelt.last().map_or(0, |last| last.0)),
        };
        before = Some(point);
    }
    arcs.into_iter().map(|arc| arc as f64 / RING).collect()
}

/// The ends of all arcs: the points, in order. O(T log T) for T points.
pub(crate) fn ends(nodes: &Nodes, points: Points) -> Vec<Digest> {
    let mut ends: Vec<Digest> = nodes.indices().flat_map(|index| points.of_node(nodes, index)).map(Digest::of_hash).collect();
    ends.sort_unstable();
    ends.dedup();
    ends
}
