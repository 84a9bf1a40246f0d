//! What changes did to the keys: one pass over the digests on all cores.

use rayon::prelude::*;

use crate::placement::NodeId;

use super::super::side::Side;
use super::super::tally::{BLOCK, add};
use super::change::Change;

/// What one change did to the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Movement {
    /// Keys by node id, before and after.
    pub(super) before: Vec<u64>,
    pub(super) after: Vec<u64>,
    pub(super) moved: u64,
    /// Keys of the node that joins or leaves: those that had to move.
    pub(super) own: u64,
    /// Moved between two nodes that were there before and after.
    pub(super) collateral: u64,
    /// Answers that differ from those of a fresh build of the same list.
    pub(super) not_fresh: u64,
    /// Answers that differ once the change is undone.
    pub(super) not_returned: u64,
    /// Answers that name no node.
    pub(super) invalid: u64,
    pub(super) checksum: u64,
}

impl Movement {
    fn of_nodes(ids: usize) -> Self {
        Self { before: vec![0; ids], after: vec![0; ids], ..Self::default() }
    }

    fn take(mut self, other: &Self) -> Self {
        add(&mut self.before, &other.before);
        add(&mut self.after, &other.after);
        self.moved += other.moved;
        self.own += other.own;
        self.collateral += other.collateral;
        self.not_fresh += other.not_fresh;
        self.not_returned += other.not_returned;
        self.invalid += other.invalid;
        self.checksum = self.checksum.wrapping_add(other.checksum);
        self
    }

    /// Counts one key.
    fn count(&mut self, changed: NodeId, from: Option<NodeId>, to: Option<NodeId>) {
        let (Some(from), Some(to)) = (from, to) else {
            self.invalid += 1;
            return;
        };
        self.before[from as usize] += 1;
        self.after[to as usize] += 1;
        self.moved += u64::from(from != to);
        self.own += u64::from(from == changed || to == changed);
        self.collateral += u64::from(from != to && from != changed && to != changed);
        self.checksum = self.checksum.wrapping_add(annulus_core::mix(u64::from(from), u64::from(to)));
    }
}

/// Asks for every digest before and after each change, on all cores; for the first `again` of them, of the fresh builds and
/// undone changes too.
pub(super) fn pass(before: &Side, changes: &[&Change], ids: usize, digests: &[u64], again: usize) -> Vec<Movement> {
    let nothing = || vec![Movement::of_nodes(ids); changes.len()];
    let blocks = digests.par_chunks(BLOCK).enumerate().fold(nothing, |mut movements, (block, digests)| {
        let from = before.owners(digests);
        let again = digests.len().min(again.saturating_sub(block * BLOCK));
        for (movement, change) in movements.iter_mut().zip(changes) {
            let to = change.after.owners(digests);
            for (&from, &to) in from.iter().zip(&to) {
                movement.count(change.changed, from, to);
            }
            let digests = &digests[..again];
            movement.not_fresh += differing(&to, &change.rebuilt.owners(digests));
            movement.not_returned += differing(&from, &change.undone.owners(digests));
        }
        movements
    });
    blocks.reduce(nothing, |left, right| left.into_iter().zip(&right).map(|(left, right)| left.take(right)).collect())
}

/// How many of the first answers differ, as far as the shorter list goes.
pub(super) fn differing(left: &[Option<NodeId>], right: &[Option<NodeId>]) -> u64 {
    left.iter().zip(right).filter(|(left, right)| left != right).count() as u64
}
