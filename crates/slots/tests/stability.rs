//! The mapping, pinned: a change here is value-breaking, and the changelog says so.

use annulus_core::conformance::{Outcome, pinned::Pins};
use annulus_core::{mix, mix64};
use annulus_slots::{ByDigest, CappedSlotsKernel, Digest, NodeIndex, SlotTable, SlotsKernel, Weight};

/// Of a hundred consumers under the default hasher and the default parameters.
const PINS: Pins = Pins {
    golden: &[
        ("", "node-24"),
        ("a", "node-69"),
        ("key", "node-94"),
        ("user:42", "node-59"),
        ("user:43", "node-64"),
        ("/index.html", "node-71"),
        ("10.0.0.1", "node-86"),
        ("2001:db8::1", "node-56"),
        ("2026-01-31", "node-1"),
        ("Zürich", "node-14"),
        ("кошка", "node-59"),
        ("a key of more than sixteen bytes, to cross a block of the hasher", "node-12"),
    ],
    owners: 0x52ba_121c_d669_9fc8,
    weighted_owners: Some(0x024c_bc03_3869_c238),
    replicas: 0x3c92_b068_27a9_991b,
    fingerprint: 0xea7e_d72e_6e11_3e9a,
};

#[test]
fn the_mapping_is_as_it_was() -> Outcome {
    PINS.check(&SlotsKernel::default())
}

/// The same under a cap of 1.
const EVEN: Pins = Pins {
    golden: &[
        ("", "node-24"),
        ("a", "node-69"),
        ("key", "node-94"),
        ("user:42", "node-59"),
        ("user:43", "node-64"),
        ("/index.html", "node-71"),
        ("10.0.0.1", "node-86"),
        ("2001:db8::1", "node-56"),
        ("2026-01-31", "node-36"),
        ("Zürich", "node-14"),
        ("кошка", "node-59"),
        ("a key of more than sixteen bytes, to cross a block of the hasher", "node-12"),
    ],
    owners: 0xbd04_3633_fe00_b3f6,
    weighted_owners: Some(0xacd9_7376_682f_02ea),
    replicas: 0x25a1_792f_bb49_92c1,
    fingerprint: 0x202b_834a_3379_a406,
};

#[test]
fn the_mapping_under_a_cap_is_as_it_was() -> Outcome {
    EVEN.check(&CappedSlotsKernel::default())
}

/// How many digests each of [`FEW`] asks for.
const DIGESTS: usize = 24;

/// A number of bits, a number of consumers, the greatest weight, the owners of the first twelve digests, and a checksum over the first
/// three consumers of all digests.
const FEW: [(u32, u32, u32, [u32; 12], u64); 6] = [
    (8, 1, 1, [0; 12], 0),
    (8, 2, 1, [1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], 0x13b6_12cb_420a_bdb6),
    (8, 10, 1, [2, 4, 9, 3, 0, 7, 2, 5, 0, 8, 9, 0], 0xe728_87be_4ebd_cddf),
    (9, 40, 1, [29, 28, 18, 22, 27, 19, 22, 28, 2, 31, 23, 33], 0xc32b_1028_68bb_1c44),
    (8, 2, 7, [1, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0], 0xd272_cbd5_c43d_5308),
    (9, 10, 7, [3, 3, 5, 5, 1, 4, 6, 4, 2, 9, 6, 5], 0xfa0a_502c_e48f_6112),
];

/// Few enough for an interpreter of another machine: the order of its bytes must not matter.
#[test]
fn a_few_answers_are_the_golden_ones() {
    let digests: Vec<Digest> = (0..DIGESTS as u64).map(|i| Digest::of_hash(mix(2, i))).collect();
    for (bits, size, heaviest, owners, firsts) in FEW {
        let mut table = SlotTable::with_kernel(SlotsKernel::with_bits(bits).expect("a number of bits"));
        for node in 0..size {
            let weight = Weight::new(1 + node % heaviest).expect("not zero");
            table.add_weighted_consumer(&format!("node-{node}"), weight, node).expect("room for it");
        }
        let context = format!("{bits} bits, {size} consumers of weights to {heaviest}");
        let mut batch = [NodeIndex::default(); DIGESTS];
        assert_eq!(table.locate_batch(&digests, &mut batch), DIGESTS);
        let mut sum = 0;
        for (&digest, &owner) in digests.iter().zip(&batch) {
            assert_eq!(table.locate(digest), Some(owner), "{context}");
            let mut first = [NodeIndex::default(); 3];
            let found = table.locate_n(digest, &mut first);
            assert_eq!((found, first[0]), (3.min(size as usize), owner), "{context}");
            sum = first[..found].iter().fold(sum, |sum, index| mix64(sum ^ u64::from(index.get())));
        }
        let numbers: Vec<u32> = batch.iter().map(|index| index.get()).collect();
        assert_eq!((&numbers[..owners.len()], sum), (&owners[..], firsts), "{context}: {sum:#018x}");
    }
}
