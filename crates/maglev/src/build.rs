//! Filling the table, as the paper does.
//!
//! ```text
//! walk of a consumer: offset, offset + skip, offset + 2·skip, …   // modulo the number of slots
//!
//! while slots are free:
//!     for each consumer, in the order of seeds:
//!         if it owns fewer slots than its quota:
//!             assign it the next slot of its walk that is free
//! ```

use alloc::{vec, vec::Vec};

use annulus_core::{NodeIndex, Nodes, mix};

use crate::quota::{quotas, turns};

/// `digest` scaled to `0..range`: floor(`digest`·`range`/2⁶⁴). The paper takes a remainder instead.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the high half is below the range")]
pub(crate) const fn scale(digest: u64, range: u32) -> u32 {
    ((digest as u128 * range as u128) >> 64) as u32
}

/// A consumer's order of the slots. It visits every slot once, because the number of slots is prime and the skip is no multiple
/// of it.
#[derive(Clone, Copy)]
struct Walk {
    /// The current slot, and the step to the next. Their sum fits, because no table of half the address space is admitted.
    next: usize,
    skip: usize,
    /// How many slots the consumer still has to take.
    quota: u32,
    node: NodeIndex,
}

/// A bitmap of the taken slots. It is so small that the search for a free slot stays in the first-level cache.
struct Taken(Vec<u64>);

impl Taken {
    /// The word and bit of a slot.
    #[inline]
    const fn bit(slot: usize) -> (usize, u64) {
        (slot / 64, 1 << (slot % 64))
    }

    #[inline]
    fn is_taken(&self, slot: usize) -> bool {
        let (word, bit) = Self::bit(slot);
        self.0[word] & bit != 0
    }

    #[inline]
    fn take(&mut self, slot: usize) {
        let (word, bit) = Self::bit(slot);
        self.0[word] |= bit;
    }
}

impl Walk {
    /// Takes the next free slot of the walk. Each step is an addition, and a subtraction past the end.
    #[inline]
    fn take(&mut self, slots: usize, taken: &mut Taken) -> usize {
        let Self { mut next, skip, .. } = *self;
        // A consumer takes turns only while slots are free, so this loop ends.
        let slot = loop {
            let slot = next;
            next += skip;
            next = if next >= slots { next - slots } else { next };
            if !taken.is_taken(slot) {
                break slot;
            }
        };
        taken.take(slot);
        self.next = next;
        slot
    }
}

/// Extra heap bytes while a table is filled: one bit per slot, and a turn, a quota and a walk per consumer. Without consumers
/// there is no table.
pub(crate) const fn scratch_bytes(slots: u32, nodes: usize) -> u64 {
    if nodes == 0 {
        return 0;
    }
    let node = size_of::<NodeIndex>() + size_of::<u32>() + size_of::<Walk>();
    slots.div_ceil(64) as u64 * 8 + (nodes * node) as u64
}

/// Assigns every slot to a consumer by calling `assign`, once per slot.
///
/// In rounds, in the order of seeds, each consumer takes the next free slot of its walk until its quota is full. Its walk is
/// `offset + t·skip` modulo the number of slots. Takes about 0.5 to 1 times M·ln M steps for M slots.
pub(crate) fn fill(nodes: &Nodes, slots: u32, mut assign: impl FnMut(usize, NodeIndex)) {
    let turns = turns(nodes);
    let quotas = quotas(nodes, &turns, slots);
    let mut walks: Vec<Walk> = turns
        .iter()
        .zip(quotas)
        .map(|(&node, quota)| {
            let seed = nodes.seed(node);
            // A prime is at least two, so the range of skips is not empty.
            let (next, skip) = (scale(mix(seed, 0), slots), scale(mix(seed, 1), slots - 1) + 1);
            Walk { next: next as usize, skip: skip as usize, quota, node }
        })
        .collect();
    let mut taken = Taken(vec![0; slots.div_ceil(64) as usize]);
    while !walks.is_empty() {
        for walk in &mut walks {
            assign(walk.take(slots as usize, &mut taken), walk.node);
            walk.quota -= 1;
        }
        walks.retain(|walk| walk.quota > 0);
    }
}
