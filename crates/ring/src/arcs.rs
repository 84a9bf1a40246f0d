//! Each consumer's exact share: the arcs that its points end.

use alloc::{vec, vec::Vec};

use annulus_core::Nodes;

use crate::points::Points;

/// 2⁶⁴, the length of the ring.
const RING: f64 = 18_446_744_073_709_551_616.0;

/// The fraction of all digests that each consumer owns, in index order. O(T log T) for T points.
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
        // The digests from one past the point before, up to and with the point; the first point's arc starts past the last one's.
        arcs[index.as_usize()] += match before {
            Some(before) => u128::from(point - before),
            None => u128::from(point) + 1 + u128::from(u64::MAX - spelt.last().map_or(0, |last| last.0)),
        };
        before = Some(point);
    }
    arcs.into_iter().map(|arc| arc as f64 / RING).collect()
}
