//! Most consumers that a table can have, and a table of millions of slots: what the smaller tests cannot reach.

use annulus_core::mix;
use annulus_maglev::{ConsistentHashRing, Maglev, MaglevKernel, Weight};

fn maglev(slots: u32, size: u32) -> Maglev<()> {
    let names: Vec<String> = (0..size).map(|node| format!("node-{node}")).collect();
    let mut maglev = Maglev::with_kernel(MaglevKernel::with_slots(slots).expect("a prime"));
    maglev.add_consumers(&mut names.iter().map(|name| (name.as_str(), Weight::ONE, ()))).expect("room for all");
    maglev
}

#[test]
fn each_of_a_million_consumers_has_its_one_or_two_slots() {
    for (slots, size) in [(1_000_003, 1_000_000), (1_000_003, 70_000), (5_000_011, 100_000)] {
        let maglev = maglev(slots, size);
        let nodes = maglev.roster().nodes();
        let mut held = vec![0; size as usize];
        (0..slots).for_each(|slot| held[maglev.kernel().owner_of_slot(nodes, slot).expect("a slot").as_usize()] += 1);
        let (least, most) = (slots / size, slots.div_ceil(size));
        assert!(held.iter().all(|held| (least..=most).contains(held)), "{size} consumers, {slots} slots");
        // And a digest reaches the slot of its high bits.
        for digest in (0..10_000).map(|i| mix(9, i)) {
            let slot = u32::try_from((u128::from(digest) * u128::from(slots)) >> 64).expect("below the slots");
            assert_eq!(maglev.locate(digest), maglev.kernel().owner_of_slot(nodes, slot));
        }
    }
}
