//! The mapping, pinned: a change here is value-breaking, and the changelog says so.

use annulus_core::conformance::{Outcome, pinned::Pins};
use annulus_ring::RingKernel;

/// Of a hundred consumers under the default hasher and the default parameters.
const PINS: Pins = Pins {
    golden: &[
        ("", "node-92"),
        ("a", "node-24"),
        ("key", "node-71"),
        ("user:42", "node-19"),
        ("user:43", "node-21"),
        ("/index.html", "node-49"),
        ("10.0.0.1", "node-57"),
        ("2001:db8::1", "node-92"),
        ("2026-01-31", "node-69"),
        ("Zürich", "node-16"),
        ("кошка", "node-85"),
        ("a key of more than sixteen bytes, to cross a block of the hasher", "node-8"),
    ],
    owners: 0x31e0_7615_bdd5_9deb,
    weighted_owners: Some(0x60ce_363e_ba98_cedc),
    replicas: 0x53ec_f30d_aba6_8c9a,
    fingerprint: 0xc655_d391_8b3a_413f,
};

#[test]
fn the_mapping_is_as_it_was() -> Outcome {
    PINS.check(&RingKernel::default())
}
