//! The mapping, pinned: a change here is value-breaking, and the changelog says so.

use annulus_core::conformance::{Outcome, pinned::Pins};
use annulus_core::{mix, mix64};
use annulus_rendezvous::{ByDigest, Digest, NodeIndex, Rendezvous, RendezvousKernel, Weight};

/// Of a hundred consumers under the default hasher and the default parameters.
const PINS: Pins = Pins {
    golden: &[
        ("", "node-51"),
        ("a", "node-57"),
        ("key", "node-70"),
        ("user:42", "node-62"),
        ("user:43", "node-58"),
        ("/index.html", "node-0"),
        ("10.0.0.1", "node-11"),
        ("2001:db8::1", "node-16"),
        ("2026-01-31", "node-20"),
        ("Zürich", "node-67"),
        ("кошка", "node-64"),
        ("a key of more than sixteen bytes, to cross a block of the hasher", "node-5"),
    ],
    owners: 0x389b_72ce_0b63_bbbb,
    weighted_owners: Some(0x7815_b80f_5edd_8e58),
    replicas: 0xbd99_2a60_7781_1745,
    fingerprint: 0x74a6_b8e0_2c3d_f24c,
};

#[test]
fn the_mapping_is_as_it_was() -> Outcome {
    PINS.check(&RendezvousKernel::default())
}

/// How many digests each of [`FEW`] asks for.
const DIGESTS: usize = 24;

/// A number of consumers, the greatest weight, the owners of the first twelve digests, and a checksum over the first three
/// consumers of all digests.
const FEW: [(u32, u32, [u32; 12], u64); 8] = [
    (1, 1, [0; 12], 0),
    (2, 1, [0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 1], 0x1d95_5ebe_5f05_ca8b),
    (10, 1, [0, 2, 7, 9, 6, 6, 6, 6, 9, 3, 2, 2], 0x46f9_b809_eb5b_853e),
    (40, 1, [29, 24, 7, 9, 30, 38, 31, 29, 9, 39, 39, 26], 0xb72d_08d5_f243_642b),
    (1, 7, [0; 12], 0),
    (2, 7, [0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1], 0x7a30_e2f8_721f_67ae),
    (10, 7, [5, 2, 7, 9, 6, 6, 6, 6, 9, 3, 2, 2], 0xced3_0baa_e492_6f70),
    (40, 7, [29, 24, 24, 9, 30, 38, 31, 25, 9, 39, 39, 26], 0xaf3d_8729_2fcd_6a9b),
];

/// Few enough for an interpreter of another machine: the order of its bytes must not matter.
#[test]
fn a_few_answers_are_the_golden_ones() {
    let digests: Vec<Digest> = (0..DIGESTS as u64).map(|i| Digest::of_hash(mix(2, i))).collect();
    for (size, heaviest, owners, firsts) in FEW {
        let mut rendezvous = Rendezvous::new();
        for node in 0..size {
            let weight = Weight::new(1 + node % heaviest).expect("not zero");
            rendezvous.add_weighted_consumer(&format!("node-{node}"), weight, node).expect("room for it");
        }
        let context = format!("{size} consumers of weights to {heaviest}");
        let mut batch = [NodeIndex::default(); DIGESTS];
        assert_eq!(rendezvous.locate_batch(&digests, &mut batch), DIGESTS);
        let numbers: Vec<u32> = batch.iter().map(|index| index.get()).collect();
        assert_eq!(numbers[..owners.len()], owners, "{context}");
        let mut sum = 0;
        for (&digest, &owner) in digests.iter().zip(&batch) {
            assert_eq!(rendezvous.locate(digest), Some(owner), "{context}");
            let mut first = [NodeIndex::default(); 3];
            let found = rendezvous.locate_n(digest, &mut first);
            assert_eq!((found, first[0]), (3.min(size as usize), owner), "{context}");
            sum = first[..found].iter().fold(sum, |sum, index| mix64(sum ^ u64::from(index.get())));
        }
        assert_eq!(sum, firsts, "{context}: {sum:#018x}");
    }
}
