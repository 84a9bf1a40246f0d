//! A table of slots as the paper's pseudocode fills it (Eisenbud et al., NSDI 2016), a remainder for each step.

use annulus_core::{Digest, mix};

/// The owner of each slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotTable {
    owners: Vec<usize>,
}

impl SlotTable {
    /// Fills a table of `slots` slots, a prime number of at least as many as there are seeds. Empty where there are none.
    #[must_use]
    pub fn new(seeds: &[u64], slots: u64) -> Self {
        let mut order: Vec<usize> = (0..seeds.len()).collect();
        order.sort_by_key(|&node| seeds[node]);
        let offset = |node: usize| scale(mix(seeds[node], 0), slots);
        let skip = |node: usize| scale(mix(seeds[node], 1), slots - 1) + 1;
        let mut next = vec![0; seeds.len()];
        let mut owners: Vec<Option<usize>> = vec![None; position(slots)];
        let mut filled = 0;
        while !seeds.is_empty() {
            for &node in &order {
                let mut slot = (offset(node) + next[node] * skip(node)) % slots;
                while owners[position(slot)].is_some() {
                    next[node] += 1;
                    slot = (offset(node) + next[node] * skip(node)) % slots;
                }
                owners[position(slot)] = Some(node);
                next[node] += 1;
                filled += 1;
                if filled == slots {
                    return Self { owners: owners.into_iter().flatten().collect() };
                }
            }
        }
        Self { owners: Vec::new() }
    }

    /// The owner of each slot.
    #[must_use]
    pub fn owners(&self) -> &[usize] {
        &self.owners
    }

    /// The owner of the slot that `digest` leaves as its remainder.
    ///
    /// # Panics
    /// Where there are no nodes.
    #[inline]
    #[must_use]
    pub fn lookup(&self, digest: Digest) -> usize {
        self.owners[position(digest.bits() % self.owners.len() as u64)]
    }
}

/// `word` scaled to `0..range` by its high bits.
fn scale(word: u64, range: u64) -> u64 {
    u64::try_from((u128::from(word) * u128::from(range)) >> 64).unwrap_or(u64::MAX)
}

/// A slot as a position. Tables are held in memory, so every slot has one.
#[inline]
fn position(slot: u64) -> usize {
    usize::try_from(slot).unwrap_or(usize::MAX)
}
