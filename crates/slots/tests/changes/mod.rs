//! Changes of a membership, and which keys they move.

use annulus_core::mix;
use annulus_slots::{ByDigest, ConsistentHashRing, Digest, NodeIndex, SlotTable, SlotsKernel, Weight};

/// What a change may move: keys to a consumer, or keys from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Allowed {
    To(u32),
    From(u32),
}

/// Keys that changed their consumer: all, and those that need not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) changes: u64,
    pub(crate) keys: u64,
    pub(crate) needless: u64,
}

/// Joins, leaves and, with weights, changes of weight of `size` consumers, and where `digests` digests go before and after each.
pub(crate) fn moved(bits: u32, size: u32, is_weighted: bool, digests: u64, changes: u64) -> Moved {
    let mut table = SlotTable::with_kernel(SlotsKernel::with_bits(bits).expect("a number of bits"));
    let weight = |random: u64| {
        let number = if is_weighted { 1 + u32::try_from(random % 9).expect("below 9") } else { 1 };
        Weight::new(number).expect("not zero")
    };
    let names: Vec<String> = (0..size).map(|node| format!("node-{node}")).collect();
    let members = (0..).zip(&names).map(|(node, name)| (name.as_str(), weight(mix(1, u64::from(node))), node));
    table.add_consumers(&mut members.into_iter()).expect("room for all");
    let digests: Vec<Digest> = (0..digests).map(|i| Digest::of_hash(mix(2, i))).collect();
    let (mut before, mut moved) = (owners(&table, &digests), Moved::default());
    for step in 0..changes {
        let random = mix(3, step);
        let node = u32::try_from(random % u64::from(size)).expect("a node");
        let Some(allowed) = change(&mut table, node, weight(random >> 32), random >> 63 == 0) else { continue };
        let after = owners(&table, &digests);
        moved.changes += 1;
        for (&from, &to) in before.iter().zip(&after).filter(|(from, to)| from != to) {
            moved.keys += 1;
            moved.needless += u64::from(allowed != Allowed::To(to) && allowed != Allowed::From(from));
        }
        before = after;
    }
    moved
}

/// Adds a node, or removes it, or changes its weight where the new one differs and `reweighs`.
fn change(table: &mut SlotTable<u32>, node: u32, weight: Weight, reweighs: bool) -> Option<Allowed> {
    let name = format!("node-{node}");
    match table.roster().find(&name).map(|member| member.weight) {
        None => table.add_weighted_consumer(&name, weight, node).ok().map(|()| Allowed::To(node)),
        Some(old) if reweighs && old != weight => {
            table.set_weight(&name, weight).ok()?;
            Some(if weight > old { Allowed::To(node) } else { Allowed::From(node) })
        }
        Some(_) => table.remove_consumer(&name).map(|_| Allowed::From(node)),
    }
}

/// The data of the owner of each digest.
fn owners(table: &SlotTable<u32>, digests: &[Digest]) -> Vec<u32> {
    let mut found = vec![NodeIndex::default(); digests.len()];
    assert_eq!(table.locate_batch(digests, &mut found), digests.len());
    found.into_iter().map(|index| *table.roster().info(index).expect("an owner")).collect()
}
