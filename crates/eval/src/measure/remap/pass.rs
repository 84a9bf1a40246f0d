//! One pass over the digests on all cores, through all changes at once.

use annulus_core::Digest;
use rayon::prelude::*;

use super::super::movement::{Movement, differing};
use super::super::side::Side;
use super::super::tally::BLOCK;
use super::change::Change;

/// What one change did to the keys, and what became of it when it was built afresh or undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) movement: Movement,
    /// Answers that differ from those of a fresh build of the same list.
    pub(super) not_fresh: u64,
    /// Answers that differ once the change is undone.
    pub(super) not_returned: u64,
}

impl Seen {
    fn of_nodes(ids: usize) -> Self {
        Self { movement: Movement::of_nodes(ids), not_fresh: 0, not_returned: 0 }
    }

    fn joined(self, other: &Self) -> Self {
        Self {
            movement: self.movement.joined(&other.movement),
            not_fresh: self.not_fresh + other.not_fresh,
            not_returned: self.not_returned + other.not_returned,
        }
    }
}

/// Asks for every digest before and after each change, on all cores; for the first `again` of them, of the fresh builds and
/// undone changes too.
pub(super) fn pass(before: &Side, changes: &[&Change], ids: usize, digests: &[Digest], again: usize) -> Vec<Seen> {
    let nothing = || vec![Seen::of_nodes(ids); changes.len()];
    let blocks = digests.par_chunks(BLOCK).enumerate().fold(nothing, |mut all, (block, digests)| {
        let from = before.owners(digests);
        let again = digests.len().min(again.saturating_sub(block * BLOCK));
        for (seen, change) in all.iter_mut().zip(changes) {
            let to = change.after.owners(digests);
            let changed = change.changed;
            for (&from, &to) in from.iter().zip(&to) {
                seen.movement.count(|from, to| from == changed || to == changed, from, to);
            }
            let digests = &digests[..again];
            seen.not_fresh += differing(&to, &change.rebuilt.owners(digests));
            seen.not_returned += differing(&from, &change.undone.owners(digests));
        }
        all
    });
    blocks.reduce(nothing, |left, right| left.into_iter().zip(&right).map(|(left, right)| left.joined(right)).collect())
}
