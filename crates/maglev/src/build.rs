//! Filling the table, as the paper does.

use alloc::{vec, vec::Vec};

use annulus_core::{NodeIndex, Nodes, mix};

use crate::quota::{quotas, turns};

/// `digest` scaled to `0..range` by its high bits: a multiplication where the paper divides.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the high half is below the range")]
pub(crate) const fn scale(digest: u64, range: u32) -> u32 {
    ((digest as u128 * range as u128) >> 64) as u32
}

/// A consumer's walk over the slots: every slot once, since the number of slots is prime and the skip is not a multiple of it.
#[derive(Clone, Copy)]
struct Walk {
    next: u32,
    skip: u32,
    /// How many slots it has still to take.
    quota: u32,
    node: NodeIndex,
}

impl Walk {
    /// The slot it stands at, and on to the next: an addition and, past the end, a subtraction.
    #[inline]
    fn step(&mut self, slots: u32) -> u32 {
        let slot = self.next;
        let (sum, carried) = self.next.overflowing_add(self.skip);
        self.next = if carried || sum >= slots { sum.wrapping_sub(slots) } else { sum };
        slot
    }
}

/// Which slots are taken: a bit each, so that the search for a free one stays in the nearest cache.
struct Taken(Vec<u64>);

impl Taken {
    /// Takes `slot` and says whether it was free.
    #[inline]
    fn take(&mut self, slot: u32) -> bool {
        let (word, bit) = ((slot / 64) as usize, 1 << (slot % 64));
        let free = self.0[word] & bit == 0;
        self.0[word] |= bit;
        free
    }
}

/// Gives every slot to a consumer by calling `assign`, once for each slot.
///
/// In rounds, in the order of seeds, each consumer takes the next free slot of its walk until it has its quota; the walk of a consumer
/// is `offset + t·skip` modulo the number of slots. Cost: about 0.5 to 1 times M·ln M steps for M slots.
pub(crate) fn fill(nodes: &Nodes, slots: u32, mut assign: impl FnMut(u32, NodeIndex)) {
    let turns = turns(nodes);
    let quotas = quotas(nodes, &turns, slots);
    let mut walks: Vec<Walk> = turns
        .iter()
        .zip(quotas)
        .map(|(&node, quota)| {
            let seed = nodes.seed(node);
            // Two slots or more, as the number is prime, so the range of skips is not empty.
            Walk { next: scale(mix(seed, 0), slots), skip: scale(mix(seed, 1), slots - 1) + 1, quota, node }
        })
        .collect();
    let mut taken = Taken(vec![0; slots.div_ceil(64) as usize]);
    while !walks.is_empty() {
        for walk in &mut walks {
            // A consumer has a turn only while slots are free, so this ends.
            let slot = loop {
                let slot = walk.step(slots);
                if taken.take(slot) {
                    break slot;
                }
            };
            assign(slot, walk.node);
            walk.quota -= 1;
        }
        walks.retain(|walk| walk.quota > 0);
    }
}
