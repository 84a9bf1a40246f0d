//! One pass over digests on all cores, in blocks that stay in the cache.

use annulus_core::{Digest, NodeIndex};
use rayon::prelude::*;

use crate::algorithm::Placement;
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
    /// Nothing counted yet among that many nodes.
    pub(super) fn nothing(nodes: usize) -> Self {
        Self { counts: vec![0; nodes], invalid: 0, checksum: Checksum(0) }
    }

    /// Asks `placement` for the owner of every digest.
    pub(super) fn of(placement: &dyn Placement, digests: &[Digest]) -> Self {
        Self::of_part(placement, digests, 0)
    }

    /// The same for digests that come after that many whole blocks of others.
    pub(super) fn of_part(placement: &dyn Placement, digests: &[Digest], blocks_before: usize) -> Self {
        let nothing = || Self::nothing(placement.len());
        let blocks = digests.par_chunks(BLOCK).enumerate().fold(nothing, |mut tally, (block, digests)| {
            tally.take_block(placement, blocks_before + block, digests);
            tally
        });
        blocks.reduce(nothing, |mut left, right| {
            left.join(&right);
            left
        })
    }

    fn take_block(&mut self, placement: &dyn Placement, block: usize, digests: &[Digest]) {
        let mut owners = vec![NodeIndex::default(); digests.len()];
        let answered = placement.locate_batch(digests, &mut owners);
        self.invalid += (digests.len() - answered) as u64;
        for owner in &owners[..answered] {
            match self.counts.get_mut(owner.as_usize()) {
                Some(count) => *count += 1,
                None => self.invalid += 1,
            }
        }
        self.checksum.0 = self.checksum.0.wrapping_add(checksum_of_block(block, &owners[..answered]));
    }

    /// Adds what another part counted.
    pub(super) fn join(&mut self, other: &Self) {
        add(&mut self.counts, &other.counts);
        self.invalid += other.invalid;
        self.checksum.0 = self.checksum.0.wrapping_add(other.checksum.0);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Registry;
    use crate::keys::generated;

    #[test]
    fn parts_add_up_to_the_whole() {
        let names = generated::node_names(1, 0, 10);
        let placement = Registry::builtin().get("ring").unwrap().build(&names).unwrap();
        let digests = generated::digests(1, 0, 5 * BLOCK + 7);
        let whole = Tally::of(placement.as_ref(), &digests);
        let (first, second) = digests.split_at(2 * BLOCK);
        let mut joined = Tally::of(placement.as_ref(), first);
        joined.join(&Tally::of_part(placement.as_ref(), second, 2));
        assert_eq!(joined, whole);
        assert_eq!((whole.counts.iter().sum::<u64>(), whole.invalid), (digests.len() as u64, 0));
    }
}
