//! The slot of a digest: its high bits, at the edges of slots, one digest at a time and many.

use annulus_core::mix;
use annulus_maglev::{ConsistentHashRing, Maglev, MaglevKernel, NodeIndex, Weight};

/// The least digest of slot `slot` of `slots`: slots are equal stretches of all digests, rounded up.
fn least(slot: u32, slots: u32) -> u64 {
    u64::try_from((u128::from(slot) << 64).div_ceil(u128::from(slots))).expect("the slot is one of them")
}

/// Digests and their slots: the least of each slot, one before and one after, the ends, and random ones, in no order.
fn digests(slots: u32) -> Vec<(u64, u32)> {
    let edges = (0..slots).step_by((slots / 100_000).max(1) as usize).flat_map(|slot| {
        let first = least(slot, slots);
        let before = (first.wrapping_sub(1), slot.checked_sub(1).unwrap_or(slots - 1));
        [before, (first, slot), (first + 1, slot)]
    });
    // Of a random digest the slot is the last whose least is not above it, found without the product.
    let random = (0..10_000).map(|i| mix(9, i)).map(|digest| {
        let (mut low, mut high) = (0, slots);
        while high - low > 1 {
            let middle = low.midpoint(high);
            if least(middle, slots) <= digest { low = middle } else { high = middle }
        }
        (digest, low)
    });
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
        let names: Vec<String> = (0..size).map(|node| format!("node-{node}")).collect();
        let mut maglev = Maglev::with_kernel(MaglevKernel::with_slots(slots).expect("a prime"));
        maglev.add_consumers(&mut names.iter().map(|name| (name.as_str(), Weight::ONE, ()))).expect("room for all");
        let nodes = maglev.roster().nodes();
        let owner = |slot| maglev.kernel().owner_of_slot(nodes, slot);

        let (digests, in_slots): (Vec<u64>, Vec<u32>) = digests(slots).into_iter().unzip();
        let expected: Vec<_> = in_slots.iter().map(|&slot| owner(slot).expect("a slot")).collect();
        for (&digest, &expected) in digests.iter().zip(&expected) {
            assert_eq!(maglev.locate(digest), Some(expected), "digest {digest:#x}, {slots} slots");
        }
        for len in [digests.len(), 0, 1, 2, 7, 8, 9, 63, 64, 65, 1_000].map(|len| len.min(digests.len())) {
            let mut out = vec![NodeIndex::default(); len];
            assert_eq!(maglev.locate_batch(&digests, &mut out), len);
            assert!(out == expected[..len], "a batch of {len}, {slots} slots");
        }
    }
}
