//! Tables of many consumers, in entries of each width, held entry for entry to the paper's builder.

use std::cmp::Reverse;

use annulus_core::mix;
use annulus_maglev::{ConsistentHashRing, Maglev, MaglevKernel, NodeIndex, Weight};

fn maglev(slots: u32, size: u32, weight: fn(u32) -> u32) -> Maglev<()> {
    let weight = |node| Weight::new(weight(node)).expect("not zero");
    let members: Vec<(String, Weight)> = (0..size).map(|node| (format!("node-{node}"), weight(node))).collect();
    let mut maglev = Maglev::with_kernel(MaglevKernel::with_slots(slots).expect("a prime"));
    maglev.add_consumers(&mut members.iter().map(|(name, weight)| (name.as_str(), *weight, ()))).expect("room for all");
    maglev
}

/// A consumer's turn, as the paper has it.
struct Turn {
    node: NodeIndex,
    offset: u64,
    skip: u64,
    /// How far it is in its permutation.
    next: u64,
    /// The slots it may still take.
    quota: u64,
}

/// Everybody in the order of seeds. Without weights the paper knows no quotas; with them they are by the largest remainder.
fn turns(maglev: &Maglev<()>, slots: u32) -> Vec<Turn> {
    let nodes = maglev.roster().nodes();
    let (m, total) = (u64::from(slots), nodes.total_weight());
    let due = |node| m * u64::from(nodes.weight(node).get());
    let scaled = |word: u64, range: u64| u64::try_from((u128::from(word) * u128::from(range)) >> 64).expect("below the range");
    let mut order: Vec<NodeIndex> = nodes.indices().collect();
    order.sort_unstable_by_key(|&node| nodes.seed(node));
    let turn = |&node: &NodeIndex| {
        let seed = nodes.seed(node);
        let (offset, skip) = (scaled(mix(seed, 0), m), scaled(mix(seed, 1), m - 1) + 1);
        Turn { node, offset, skip, next: 0, quota: if nodes.is_unweighted() { u64::MAX } else { due(node) / total } }
    };
    let mut turns: Vec<Turn> = order.iter().map(turn).collect();
    if !nodes.is_unweighted() {
        let mut neediest: Vec<(u64, Reverse<usize>)> =
            (0..).zip(&order).map(|(at, &node)| (due(node) % total, Reverse(at))).collect();
        neediest.sort_unstable();
        for _ in turns.iter().map(|turn| turn.quota).sum::<u64>()..m {
            let (_, Reverse(at)) = neediest.pop().expect("fewer slots are left than consumers");
            turns[at].quota += 1;
        }
    }
    turns
}

/// The paper's builder: turns until the table is full, each place of a permutation by a remainder when it is come to.
fn textbook(maglev: &Maglev<()>, slots: u32) -> Vec<Option<NodeIndex>> {
    let (mut turns, mut table, mut filled) = (turns(maglev, slots), vec![None; slots as usize], 0);
    loop {
        for turn in turns.iter_mut().filter(|turn| turn.quota > 0) {
            let slot = loop {
                let slot = usize::try_from((turn.offset + turn.next * turn.skip) % u64::from(slots)).expect("below the slots");
                turn.next += 1;
                if table[slot].is_none() {
                    break slot;
                }
            };
            table[slot] = Some(turn.node);
            turn.quota -= 1;
            filled += 1;
            if filled == slots {
                return table;
            }
        }
    }
}

/// Compares every entry.
fn compare(slots: u32, size: u32, weight: fn(u32) -> u32) {
    let maglev = maglev(slots, size, weight);
    let nodes = maglev.roster().nodes();
    for (slot, owner) in (0..).zip(textbook(&maglev, slots)) {
        assert_eq!(maglev.kernel().owner_of_slot(nodes, slot), owner, "slot {slot} of {slots}, {size} consumers");
    }
    assert_eq!(maglev.kernel().owner_of_slot(nodes, slots), None);
}

#[test]
fn equals_the_textbook_for_every_size_to_300_with_the_default_table() {
    (1..=300).for_each(|size| compare(65_537, size, |_| 1));
}

#[test]
fn equals_the_textbook_where_entries_widen() {
    for size in [255, 256, 257, 65_535, 65_536, 65_537] {
        compare(655_373, size, |_| 1);
    }
}

#[test]
fn equals_the_textbook_for_70_000_consumers_of_a_hundred_slots() {
    compare(7_000_003, 70_000, |_| 1);
}

#[test]
fn equals_the_textbook_for_70_000_consumers_with_weights() {
    compare(1_000_003, 70_000, |node| 1 + node % 7);
}

#[test]
fn equals_the_textbook_for_a_million_consumers() {
    compare(1_000_003, 1_000_000, |_| 1);
}

#[test]
fn each_of_many_consumers_has_its_exact_part_to_one_slot() {
    for (slots, size) in [(1_000_003, 70_000), (5_000_011, 100_000)] {
        let maglev = maglev(slots, size, |_| 1);
        let nodes = maglev.roster().nodes();
        let mut held = vec![0; size as usize];
        (0..slots).for_each(|slot| held[maglev.kernel().owner_of_slot(nodes, slot).expect("a slot").as_usize()] += 1);
        let (least, most) = (slots / size, slots.div_ceil(size));
        assert!(held.iter().all(|held| (least..=most).contains(held)), "{size} consumers, {slots} slots");
    }
}
