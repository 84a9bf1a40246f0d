//! The mapping, pinned: a change here is value-breaking, and the changelog says so.

use annulus_core::conformance::{Outcome, pinned::Pins};
use annulus_rendezvous::RendezvousKernel;

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
