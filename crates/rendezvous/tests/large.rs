//! A million consumers: what the smaller tests cannot reach.

use annulus_core::{mix, mix64};
use annulus_rendezvous::{ConsistentHashRing, Rendezvous, Weight};

#[test]
#[expect(clippy::cast_possible_truncation, reason = "halves of words")]
fn a_million_consumers_are_placed_as_the_definition_says() {
    const SIZE: u32 = 1_000_000;
    let names: Vec<String> = (0..SIZE).map(|node| format!("node-{node}")).collect();
    let mut rendezvous = Rendezvous::new();
    rendezvous.add_consumers(&mut names.iter().map(|name| (name.as_str(), Weight::ONE, ()))).expect("room for all");

    let nodes = rendezvous.roster().nodes();
    for i in 0..100 {
        let digest = mix(9, i);
        let mixed = mix64(digest);
        let draw = |seed: u64| {
            let seed = mix64(seed);
            let x = ((mixed >> 32) as u32).wrapping_add((seed >> 32) as u32);
            (x ^ (x >> 15)).wrapping_mul(mixed as u32 | 1).wrapping_add(seed as u32)
        };
        // Among a million draws of 32 bits, one pair in 8,600 ties at the top; the smaller seed wins.
        let winner = nodes.indices().max_by_key(|&index| (draw(nodes.seed(index)), std::cmp::Reverse(nodes.seed(index))));
        assert_eq!(rendezvous.locate(digest), winner, "digest {digest:#x}");
    }
}
