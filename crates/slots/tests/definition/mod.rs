//! The table as `README.md` defines it, slot by slot.

use std::cmp::{Ordering, Reverse};

use annulus_core::{Nodes, cost::cost, mix};
use annulus_slots::NodeIndex;

/// The word of a seed at a slot. The upper `bits` bits are the rank.
#[expect(clippy::cast_possible_truncation, reason = "halves of words")]
pub(crate) fn word(bits: u32, seed: u64, slot: u32) -> u32 {
    let (first, second, third) = (mix(seed, 0), mix(seed, 1), mix(seed, 2));
    let top = u32::MAX << (32 - bits);
    let fold = |v: u32| v ^ ((v >> bits.div_ceil(2)) & top);
    let v = (slot << (32 - bits)).wrapping_add((first >> 32) as u32 & top).wrapping_mul(first as u32 | 1);
    let v = fold(v).wrapping_mul(0x2c1b_3c6d);
    let v = fold(v) ^ ((third >> 32) as u32 & top);
    v.wrapping_mul(second as u32 | 1).wrapping_add((second >> 32) as u32)
}

/// All consumers in the ranking of a slot: the least cost divided by weight first, ties by rising seed.
pub(crate) fn ranking(bits: u32, nodes: &Nodes, slot: u32) -> Vec<NodeIndex> {
    let mut ranking: Vec<(u32, u32, u64, NodeIndex)> = nodes
        .indices()
        .map(|index| (word(bits, nodes.seed(index), slot), nodes.weight(index).get(), nodes.seed(index), index))
        .collect();
    ranking.sort_unstable_by(|&(one, its, seed, _), &(other, others, and_seed, _)| {
        let by_word = if its == others { one.cmp(&other) } else { by_cost((one, its), (other, others)) };
        by_word.then(seed.cmp(&and_seed))
    });
    ranking.into_iter().map(|(.., index)| index).collect()
}

/// The less cost for the weight first.
fn by_cost((one, its): (u32, u32), (other, others): (u32, u32)) -> Ordering {
    let price = |word: u32, weight: u32| u128::from(cost(!word)) * u128::from(weight);
    price(one, others).cmp(&price(other, its))
}

/// The owner of a slot.
pub(crate) fn owner(bits: u32, nodes: &Nodes, slot: u32) -> NodeIndex {
    let before = |&one: &NodeIndex, &other: &NodeIndex| {
        let (its, others) = (nodes.weight(one).get(), nodes.weight(other).get());
        let (word, and_word) = (word(bits, nodes.seed(one), slot), word(bits, nodes.seed(other), slot));
        by_cost((word, its), (and_word, others)).then(nodes.seed(one).cmp(&nodes.seed(other)))
    };
    nodes.indices().min_by(before).expect("there are consumers")
}

/// How many slots each consumer may have, in index order, under a cap.
pub(crate) fn rooms(bits: u32, nodes: &Nodes, (numerator, denominator): (u32, u32)) -> Vec<u64> {
    let all = (u128::from(numerator) << bits).div_ceil(u128::from(denominator));
    let total = u128::from(nodes.total_weight());
    let due = |index: NodeIndex| all * u128::from(nodes.weight(index).get());
    let mut rooms: Vec<u64> = nodes.indices().map(|index| u64::try_from(due(index) / total).expect("few slots")).collect();
    let mut left = u64::try_from(all).expect("few slots") - rooms.iter().sum::<u64>();
    let constant = |index| u128::from(mix(nodes.seed(index), 2) & 0xffff_ffff);
    let mut order: Vec<NodeIndex> = nodes.indices().collect();
    order.sort_by_key(|&index| (Reverse(((due(index) % total) << 32) + constant(index) * total), nodes.seed(index)));
    for index in order {
        rooms[index.as_usize()] += left.min(1);
        left -= left.min(1);
    }
    rooms
}

/// The owner of each slot under a cap: all pairs of a consumer and a slot by rising price, each matched if the slot is free and the
/// consumer has room.
pub(crate) fn capped(bits: u32, nodes: &Nodes, cap: (u32, u32)) -> Vec<NodeIndex> {
    let mut pairs: Vec<(u64, u32, u64, u32, NodeIndex)> = Vec::new();
    for index in nodes.indices() {
        let (seed, weight) = (nodes.seed(index), nodes.weight(index).get());
        pairs.extend((0..1 << bits).map(|slot| (cost(!word(bits, seed, slot)), weight, seed, slot, index)));
    }
    pairs.sort_unstable_by(|one, other| {
        let price = |cost: u64, weight: u32| u128::from(cost) * u128::from(weight);
        price(one.0, other.1).cmp(&price(other.0, one.1)).then(one.2.cmp(&other.2))
    });
    let (mut rooms, mut owners) = (rooms(bits, nodes, cap), vec![None; 1 << bits]);
    for (.., slot, index) in pairs {
        if owners[slot as usize].is_none() && rooms[index.as_usize()] > 0 {
            owners[slot as usize] = Some(index);
            rooms[index.as_usize()] -= 1;
        }
    }
    owners.into_iter().map(|owner| owner.expect("there is room for all")).collect()
}
