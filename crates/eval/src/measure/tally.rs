//! One pass over digests on all cores, in blocks that stay in the cache.

use annulus_core::NodeIndex;
use rayon::prelude::*;

use crate::placement::Placement;
use crate::record::Checksum;

/// Digests in a block: owners and digests of two placements fit in the second-level cache.
pub(super) const BLOCK: usize = 8192;

/// Counts of keys by node, in index order, and what else one pass tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) counts: Vec<u64>,
    /// Answers that name no node.
    pub(super) invalid: u64,
    pub(super) checksum: Checksum,
}

impl Tally {
    /// Asks `placement` for the owner of every digest.
    pub(super) fn of(placement: &dyn Placement, digests: &[u64]) -> Self {
        let nodes = placement.len();
        let parts = digests.par_chunks(BLOCK).enumerate().fold(
            || (vec![0_u64; nodes], 0_u64, 0_u64),
            |(mut counts, mut invalid, mut sum), (block, digests)| {
                let mut owners = vec![NodeIndex::default(); digests.len()];
                let answered = placement.locate_batch(digests, &mut owners);
                invalid += (digests.len() - answered) as u64;
                for owner in &owners[..answered] {
                    match counts.get_mut(owner.as_usize()) {
                        Some(count) => *count += 1,
                        None => invalid += 1,
                    }
                }
                sum = sum.wrapping_add(checksum_of_block(block, &owners[..answered]));
                (counts, invalid, sum)
            },
        );
        let (counts, invalid, sum) = parts.reduce(
            || (vec![0; nodes], 0, 0),
            |mut left, right| {
                add(&mut left.0, &right.0);
                (left.0, left.1 + right.1, left.2.wrapping_add(right.2))
            },
        );
        Self { counts, invalid, checksum: Checksum(sum) }
    }
}

/// Adds counts to counts, node by node.
pub(super) fn add(into: &mut [u64], more: &[u64]) {
    for (into, more) in into.iter_mut().zip(more) {
        *into += more;
    }
}

/// A checksum that depends on every answer and its place; blocks can be summed in any order.
fn checksum_of_block(block: usize, owners: &[NodeIndex]) -> u64 {
    owners.iter().fold(block as u64, |chain, owner| annulus_core::mix(chain, u64::from(owner.get())))
}
