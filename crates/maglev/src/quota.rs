//! Each consumer's quota of slots.

use alloc::vec::Vec;
use core::cmp::Reverse;

use annulus_core::{NodeIndex, Nodes};

/// The consumers in the order of their seeds. This is the order of turns; it never depends on arrival.
pub(crate) fn turns(nodes: &Nodes) -> Vec<NodeIndex> {
    let mut turns: Vec<NodeIndex> = nodes.indices().collect();
    turns.sort_unstable_by_key(|&index| nodes.seed(index));
    turns
}

/// Each consumer's quota of `slots`, in the order of turns.
///
/// It is the consumer's exact share rounded down, plus one for those with the largest remainders; ties go to the earlier turn.
/// The quotas add up to `slots`, and each is within one slot of exact.
pub(crate) fn quotas(nodes: &Nodes, turns: &[NodeIndex], slots: u32) -> Vec<u32> {
    let total = u128::from(nodes.total_weight());
    let exact = |&index: &NodeIndex| u128::from(slots) * u128::from(nodes.weight(index).get());
    let whole = |index: &NodeIndex| u32::try_from(exact(index) / total).unwrap_or(slots);
    let mut quotas: Vec<u32> = turns.iter().map(whole).collect();
    let given: u64 = quotas.iter().copied().map(u64::from).sum();
    // Fewer slots are left than consumers, because each rounding lost less than one.
    let left = usize::try_from(u64::from(slots) - given).unwrap_or(usize::MAX).min(turns.len());
    if left > 0 {
        let mut by_remainder: Vec<usize> = (0..turns.len()).collect();
        by_remainder.sort_by_key(|&turn| Reverse(exact(&turns[turn]) % total));
        by_remainder[..left].iter().for_each(|&turn| quotas[turn] += 1);
    }
    quotas
}
