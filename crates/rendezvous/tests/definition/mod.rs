//! The draw and the order of draws as `README.md` defines them.

use std::cmp::Reverse;

use annulus_core::{Nodes, mix64};
use annulus_rendezvous::NodeIndex;

/// The draw of a digest for a seed.
#[expect(clippy::cast_possible_truncation, reason = "halves of words")]
pub(crate) fn draw(digest: u64, seed: u64) -> u32 {
    let (digest, seed) = (mix64(digest), mix64(seed));
    let x = ((digest >> 32) as u32).wrapping_add((seed >> 32) as u32);
    (x ^ (x >> 15)).wrapping_mul(digest as u32 | 1).wrapping_add(seed as u32)
}

/// All consumers by falling draw, ties by rising seed.
pub(crate) fn order(nodes: &Nodes, digest: u64) -> Vec<NodeIndex> {
    let rank = |index| (Reverse(draw(digest, nodes.seed(index))), nodes.seed(index), index);
    let mut order: Vec<_> = nodes.indices().map(rank).collect();
    order.sort_unstable();
    order.into_iter().map(|(.., index)| index).collect()
}
