//! The slot of a digest: its high bits, at the edges of slots, one digest at a time and many.

use std::cmp::Ordering;

use annulus_core::{Nodes, cost::cost, mix, mix64};
use annulus_maglev::{ByDigest, ConsistentHashRing, Digest, Maglev, MaglevKernel, NodeIndex, Weight};

/// Consumers of weight one, except the first.
fn maglev(slots: u32, size: u32, first: u32) -> Maglev<()> {
    let weight = |node| if node == 0 { Weight::new(first).expect("not zero") } else { Weight::ONE };
    let members: Vec<(String, Weight)> = (0..size).map(|node| (format!("node-{node}"), weight(node))).collect();
    let mut maglev = Maglev::with_kernel(MaglevKernel::with_slots(slots).expect("a prime"));
    maglev.add_consumers(&mut members.iter().map(|(name, weight)| (name.as_str(), *weight, ()))).expect("room for all");
    maglev
}

/// The least digest of slot `slot` of `slots`: slots are equal stretches of all digests, rounded up.
fn least(slot: u32, slots: u32) -> u64 {
    u64::try_from((u128::from(slot) << 64).div_ceil(u128::from(slots))).expect("the slot is one of them")
}

/// The slot of a digest, without the product: the last whose least digest is not above it.
fn slot_of(digest: u64, slots: u32) -> u32 {
    let (mut low, mut high) = (0, slots);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if least(middle, slots) <= digest { low = middle } else { high = middle }
    }
    low
}

/// Digests and their slots: the least of each slot, one before and one after, the ends, and random ones, in no order.
fn digests(slots: u32) -> Vec<(u64, u32)> {
    let edges = (0..slots).step_by((slots / 100_000).max(1) as usize).flat_map(|slot| {
        let first = least(slot, slots);
        let before = (first.wrapping_sub(1), slot.checked_sub(1).unwrap_or(slots - 1));
        [before, (first, slot), (first + 1, slot)]
    });
    let random = (0..10_000).map(|i| mix(9, i)).map(|digest| (digest, slot_of(digest, slots)));
    let mut digests: Vec<(u64, u32)> = edges.chain(random).chain([(0, 0), (u64::MAX, slots - 1)]).collect();
    digests.sort_unstable_by_key(|&(digest, _)| mix(10, digest));
    digests
}

#[test]
fn a_digest_reaches_its_slot_at_every_edge() {
    // Entries of one byte, of two and of four; as many consumers as slots, or nearly, so that neighbours are different.
    for (slots, size) in
        [(2, 2), (3, 3), (251, 251), (257, 256), (65_537, 256), (65_537, 65_536), (70_001, 70_000), (5_000_011, 80_000)]
    {
        let maglev = maglev(slots, size, 1);
        let nodes = maglev.roster().nodes();
        let owner = |slot| maglev.kernel().owner_of_slot(nodes, slot);

        let (digests, in_slots): (Vec<u64>, Vec<u32>) = digests(slots).into_iter().unzip();
        let expected: Vec<_> = in_slots.iter().map(|&slot| owner(slot).expect("a slot")).collect();
        for (&digest, &expected) in digests.iter().zip(&expected) {
            assert_eq!(maglev.locate(Digest::of_hash(digest)), Some(expected), "digest {digest:#x}, {slots} slots");
        }
        let digests: Vec<Digest> = digests.into_iter().map(Digest::of_hash).collect();
        for len in [digests.len(), 0, 1, 2, 7, 8, 9, 63, 64, 65, 1_000].map(|len| len.min(digests.len())) {
            let mut out = vec![NodeIndex::default(); len];
            assert_eq!(maglev.locate_batch(&digests, &mut out), len);
            assert!(out == expected[..len], "a batch of {len}, {slots} slots");
        }
    }
}

/// The digests that a preference order looks up, and the owners it keeps of them, before scores take over.
const TRIES: u64 = 96;
const KEPT: usize = 32;

#[test]
fn the_preference_order_is_the_owners_of_salted_digests_and_then_the_order_of_scores() {
    // With a heavy one, the others are so rare that the last digest looked up tells.
    let uneven = [(251, 20, 232), (65_537, 20, 100), (65_537, 40, 300)];
    let even = [(2, 2), (251, 5), (251, 31), (251, 32), (251, 33), (251, 251), (65_537, 40), (65_537, 300)];
    for (slots, size, heavy) in even.into_iter().map(|(slots, size)| (slots, size, 1)).chain(uneven) {
        let maglev = maglev(slots, size, heavy);
        let nodes = maglev.roster().nodes();
        for digest in (0..1_000).map(|i| mix(11, i)).chain((0..5).map(|i| u64::MAX - (i << 56))) {
            let mut expected: Vec<NodeIndex> = Vec::new();
            for asked in (0..TRIES).map(|salt| if salt == 0 { digest } else { mix(digest, salt) }) {
                let owner = maglev.kernel().owner_of_slot(nodes, slot_of(asked, slots)).expect("a slot");
                if !expected.contains(&owner) && expected.len() < KEPT {
                    expected.push(owner);
                }
            }
            let mut others: Vec<NodeIndex> = nodes.indices().filter(|index| !expected.contains(index)).collect();
            others.sort_by(|&one, &other| by_score(nodes, digest, one, other));
            expected.extend(others);
            for wanted in [1, 2, 3, 8, 32, 33, size as usize].map(|wanted| wanted.min(size as usize)) {
                let mut walked = vec![NodeIndex::default(); wanted];
                assert_eq!(maglev.locate_n(Digest::of_hash(digest), &mut walked), wanted);
                assert_eq!(walked, expected[..wanted], "{wanted} of {size} consumers, {slots} slots, digest {digest:#x}");
            }
        }
    }
}

/// The greatest score first or, where weights differ, the least cost of it for the weight; of equals, the greatest seed.
fn by_score(nodes: &Nodes, digest: u64, one: NodeIndex, other: NodeIndex) -> Ordering {
    let score = |index| mix64(mix64(digest) ^ nodes.seed(index));
    let by_seed = nodes.seed(other).cmp(&nodes.seed(one));
    if nodes.is_unweighted() {
        return score(other).cmp(&score(one)).then(by_seed);
    }
    let cost_of = |index| u128::from(cost(u32::try_from(score(index) >> 32).expect("half a word")));
    let weight = |index| u128::from(nodes.weight(index).get());
    (cost_of(one) * weight(other)).cmp(&(cost_of(other) * weight(one))).then(by_seed)
}

/// A pinned example of what the laws hold: five of forty backends for each of 2,000 clients, so 250 clients a backend.
#[test]
fn subsets_of_five_use_every_backend() {
    let mut maglev = Maglev::<u32>::new();
    for backend in 1..=40 {
        maglev.add_consumer(&format!("10.1.0.{backend}:443"), backend).expect("room");
    }
    let mut clients = [0; 41];
    for client in 0..2_000 {
        for &backend in maglev.get_consumers(&format!("client-{client}"), 5) {
            clients[backend as usize] += 1;
        }
    }
    assert!(clients[1..].iter().all(|clients| (205..=295).contains(clients)), "{clients:?}");
}
